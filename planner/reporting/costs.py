"""Costs: each term in each period, duties by authority, proof that the ledger is the cost. Ledger: every line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from models.costs import PAID_ONCE, TERMS
from planner.reporting.charts import columns_chart, others
from planner.reporting.kinds import EXACT, MUSD, MUSD_SHORT, PERIOD_LABEL, SHARE, TONS, USD_FINE
from planner.reporting.page import Block, Page
from planner.reporting.tables import Col, periods, table
from planner.results.decision import cash_bridge
from planner.results.facts import Facts, term_name
from planner.results.money import GROUPS, OTHER_TERMS, cost_by_group
from planner.results.proof import bridge
from planner.results.words import musd

PRINTED = 12  # rows of a long list that are printed


def fill_costs(page: Page, facts: Facts) -> Iterator[None]:
    """From cash to objective, then term by term in each period."""
    rate, base = float(facts.case.settings["discount_rate"]), facts.case.settings["base_year"]
    page.title(
        "Costs",
        f"What the plan costs, term by term, in real {facts.currency} of {base}. Discounted: at {rate:.1%} a year to "
        f"{base}. One-off payments (supplier qualification) are spread evenly over the period in which they fall.",
    )
    lines = facts.ledger.assign(name=[term_name(t) for t in facts.ledger["term"]])
    page.section("From cash to objective")
    _bridge(page, facts)
    duties = lines[lines["term"] == "duties"]
    page.section("Cost per year")
    at = page.room_for_charts(1 if duties.empty else 2)
    yield
    page.section("Do the books close?")
    _books(page, facts)
    page.section("Present value")
    _terms(page, facts, lines, "expected_musd", f"{facts.million} discounted, of the whole period", "Horizon")
    page.section("Cost per year by term")
    _terms(page, facts, lines, "yearly_musd", f"{facts.million} per year, undiscounted", "")
    page.section("Cost per year in groups, as drawn")
    block = _groups(page, facts)
    page.section("Duties by authority")
    charts = [cost_chart(page, facts, block)]
    if duties.empty:
        page.say("No duty is paid.")
    else:
        charts.append(_duties(page, facts, duties))
    page.charts(charts, at)


def _terms(page: Page, facts: Facts, lines: pd.DataFrame, value: str, unit: str, total: str) -> None:
    """One row a term in the order of the program, one column a period."""
    wide = facts.wide(lines, ["term", "name"], value, total)
    order = {term: number for number, term in enumerate(TERMS)}
    wide = wide.sort_values("term", key=lambda terms: terms.map(order).fillna(99), kind="stable")
    columns = [Col("name", "Cost term"), *periods(list(facts.labels.values()), unit, MUSD_SHORT)]
    if total:
        whole = math.fsum(wide[total])
        wide["share"] = wide[total] / whole if whole else None
        columns.append(Col(total, f"Horizon, {facts.million} discounted", MUSD_SHORT, total=True))
        columns.append(Col("share", "Share of total", SHARE))
    table(page, wide, columns, total="Total")


def _groups(page: Page, facts: Facts) -> Block:
    """The terms in groups, all of them listed, so that every chart shows the same series."""
    unit = f"{facts.million} per year, undiscounted"
    columns = [Col("group", "Group of terms"), *periods(list(facts.labels.values()), unit, MUSD)]
    return table(page, cost_by_group(facts), columns, total="Total")


def cost_chart(page: Page, facts: Facts, block: Block) -> tuple[Any, str]:
    """Cost per year, stacked by group, and the sentence that says the same."""
    labels = list(facts.labels.values())
    title, unit = "Cost per year, undiscounted", f"{facts.million} per year"
    grey = {block.last_row: others()} if (facts.ledger["term"].map(GROUPS).isna()).any() else {}
    chart = columns_chart(page.book, block, block.rows, labels, title, unit, "group", grey)
    groups = facts.ledger["term"].map(GROUPS).fillna(OTHER_TERMS)
    paid = facts.ledger.groupby(groups)["paid_musd"].sum().sort_values(ascending=False)
    said = "; ".join(f"{name} {musd(value, facts.money)}" for name, value in paid.items())
    return chart, f"Stacked columns: cost per year by group of terms. Over the horizon, undiscounted: {said}."


def _duties(page: Page, facts: Facts, duties: pd.DataFrame) -> tuple[Any, str]:
    """Duties per year by authority, as a table and as the chart that is returned."""
    labels, unit = list(facts.labels.values()), f"{facts.million} per year"
    wide = facts.wide(duties, ["layer"], "yearly_musd")
    columns = [Col("layer", "Authority"), *periods(labels, f"{unit}, undiscounted", MUSD)]
    block = table(page, wide, columns, total="All duties")
    chart = columns_chart(page.book, block, block.rows, labels, "Duties by authority, undiscounted", unit, "layer")
    totals = duties.groupby("layer")["paid_musd"].sum().sort_values(ascending=False)
    said = "; ".join(f"{name} {musd(total, facts.money)}" for name, total in totals.items())
    return chart, f"Stacked columns: duties per year by authority. Over the horizon: {said}."


def _bridge(page: Page, facts: Facts) -> None:
    """Cash, then what is priced and not paid, then risk."""
    unit = f"{facts.million} discounted"
    table(page, cash_bridge(facts), [Col("what", "What"), Col("musd", unit, MUSD)])
    beside = bridge(facts)
    if len(beside):
        page.section("From cost to objective")
        page.say("The plan is chosen by an objective that holds more than money: what the settings put on risk.")
        table(page, beside, [Col("what", "What"), Col("musd", unit, EXACT)])


def _books(page: Page, facts: Facts) -> None:
    """The ledger's lines added up, beside the plan's cost."""
    ledger, plan = math.fsum(facts.ledger["expected_musd"]), facts.plan
    rows = [
        ("All lines of the ledger, added up", ledger),
        ("Expected cost by the mathematical program", plan.cost_musd),
        ("Difference", ledger - plan.cost_musd),
    ]
    page.section("Do the books close?")
    table(
        page,
        pd.DataFrame(rows, columns=["what", "musd"]),
        [Col("what", "What"), Col("musd", f"{facts.million} discounted", EXACT)],
    )


def fill_ledger(page: Page, facts: Facts) -> None:
    """Every line, so that any figure can be traced."""
    once = " and ".join(term_name(t).lower() for t in PAID_ONCE)
    page.title(
        "Ledger",
        "Every flow and decision that costs or earns something. The last column adds up to the plan's total cost. "
        f"For one-off payments ({once}) the cost per year is the payment itself.",
    )
    names = [term_name(t) for t in facts.ledger["term"]]
    lines = facts.ledger.assign(name=names, label=facts.ledger["period"].map(facts.labels))
    columns = [
        Col("name", "Cost term"), Col("layer", "Duty authority"), Col("item", "Item"), Col("material", "Material"),
        Col("from", "From"), Col("to", "To"), Col("label", "Period", PERIOD_LABEL),
        Col("t_per_year", "Tons, t per year", TONS),
        Col("usd_per_t", "Rate, USD per t", USD_FINE), Col("musd_per_year", f"Cost, {facts.million} per year", EXACT),
        Col("expected_musd", f"Present value, {facts.million} discounted", EXACT, total=True),
    ]  # fmt: skip
    if (lines["probability"] < 1).any():
        columns[7:7] = [Col("node", "Future"), Col("probability", "Probability", SHARE)]
    page.print_only(table(page, lines, columns, listing=True, total="All lines"), PRINTED)
