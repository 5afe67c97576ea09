"""Contracts, rebates, partnerships: what is signed, lifted and worth; what partners add; support; qualification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planner.reporting.charts import columns_chart
from planner.reporting.kinds import ASIDE, BRIEF, MUSD, PERIOD_LABEL, SHARE, TONS, USD, YEAR
from planner.reporting.page import Block, Page
from planner.reporting.tables import Col, periods, table
from planner.results.agreements import incentives, partnership_years, partnerships, relieved_duty
from planner.results.contracts import contract_years, contracts, qualifications
from planner.results.facts import Facts
from planner.results.frames import across
from planner.results.rebates import rebates
from planner.results.words import span, tons

_MOST_DRAWN = 7


def fill_agreements(page: Page, facts: Facts) -> Iterator[None]:
    """Four sections; one without anything to say is left out."""
    page.title(
        "Contracts and partnerships",
        "What is agreed beyond buying on the spot: offtake contracts, partnerships with countries, public support, and "
        "the qualification of suppliers. Where it depends on the future, amounts are expected values.",
    )
    case = facts.case.tables
    sections = (
        (case["contracts"], "Contracts", _contracts),
        (facts.plan.tables["rebates"], "Rebates on totals", _rebates),
        (case["partnerships"], "Partnerships", _partnerships),
        (case["incentives"], "Public support", _support),
        (facts.plan.tables["qualifications"], "Suppliers to be qualified", _qualifications),
    )
    shown = [(name, fill) for rows, name, fill in sections if len(rows)]
    at = 0
    for name, fill in shown:
        page.section(name)
        at = fill(page, facts) or at
    if not shown:
        page.say("The case offers no contract, partnership or public support, and no supplier has to be qualified.")
    yield
    if at:
        _by_period(page, facts, at)


def _contracts(page: Page, facts: Facts) -> int:
    """What is agreed and paid; the row that is kept for the chart, 0 where no contract is in force."""
    page.say(
        "Value is what the lifted tons would have cost at the offer's own spot price, less all that is paid under the "
        "contract and the cost of signing; below zero the contract costs more than the spot. Freight and duty are the "
        "same either way. Paid adds up to the ledger's contracts, signing to its signing."
    )
    columns = [
        Col("contract", "Contract", BRIEF), Col("supplier", "Supplier", BRIEF), Col("material", "Material", BRIEF),
        Col("signed", "Signed", BRIEF), Col("term", "Years", PERIOD_LABEL),
        Col("volume_t_per_year", "Volume, t per year", TONS), Col("take_or_pay_share", "Take or pay", SHARE),
        Col("lifted_t", "Lifted, t", TONS, group="Over the horizon", total=True),
        Col("forfeited_t", "Forfeited, t", TONS, group="Over the horizon", total=True),
        Col("price", "Contract", USD, group="Mean price, USD/t"), Col("spot", "Spot", USD, group="Mean price, USD/t"),
        Col("paid_musd", "Paid", MUSD, group=f"{facts.million} discounted", total=True),
        Col("signing_musd", "Signing", MUSD, group=f"{facts.million} discounted", total=True),
        Col("value_musd", "Value", MUSD, group=f"{facts.million} discounted", total=True),
    ]  # fmt: skip
    rows = contracts(facts.case, facts.plan)
    rows["term"] = [span(int(first), int(last)) for first, last in zip(rows["from"], rows["to"], strict=True)]
    table(page, rows, columns, total="All contracts")
    yearly = contract_years(facts.case, facts.plan)
    if yearly.empty:
        page.say("No contract is in force in any period.")
        return 0
    page.row += 1
    return page.room_for_charts(1)


def _by_period(page: Page, facts: Facts, at: int) -> None:
    """Each contract in each period in which it is in force, and what is lifted drawn in the room kept for it."""
    yearly = contract_years(facts.case, facts.plan)
    page.section("Lifted by period")
    labels = list(facts.labels.values())
    wide = across(yearly, ["contract"], "lifted_t", facts.labels)
    block = table(
        page, wide, [Col("contract", "Contract", BRIEF), *periods(labels, "Lifted, t per year", TONS)], total="All"
    )
    page.charts([_lifted(page, block, yearly, labels)], at)
    page.section("Contracts by period")
    columns = [
        Col("contract", "Contract", BRIEF), Col("label", "Period", PERIOD_LABEL),
        Col("agreed_t", "Agreed", TONS, group="t per year"),
        Col("deliverable_t", "Deliverable", TONS, group="t per year"),
        Col("lifted_t", "Lifted", TONS, group="t per year"), Col("forfeited_t", "Forfeited", TONS, group="t per year"),
        Col("made_up_t", "Made up", TONS, group="t per year"), Col("price", "Contract", USD, group="USD/t"),
        Col("spot", "Spot", USD, group="USD/t"), Col("paid_musd", f"Paid, {facts.million} per year", MUSD),
        Col("present_musd", f"Paid, {facts.million} discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, yearly, columns, total="All contracts")


def _lifted(page: Page, block: Block, yearly: pd.DataFrame, labels: list[str]) -> tuple[Any, str]:
    """What is lifted under each of the first contracts, as columns, and in a sentence."""
    drawn = list(block.rows)[:_MOST_DRAWN]
    chart = columns_chart(page.book, block, drawn, labels, "Lifted under contract", "t per year", "contract")
    totals = (yearly["lifted_t"] * yearly["years"]).groupby(yearly["contract"], sort=False).sum()
    said = "; ".join(f"{name} {tons(t)}" for name, t in totals.items())
    return chart, f"Stacked columns: lifted under each contract, t per year. Over the horizon: {said}."


def _rebates(page: Page, facts: Facts) -> None:
    page.say("Paid is what all goods of a supplier or group cost in a year, before the rebate on that total.")
    unit = f"{facts.million} per year"
    columns = [
        Col("supplier", "Supplier", BRIEF), Col("label", "Period", PERIOD_LABEL),
        Col("paid_musd", f"Paid, {unit}", MUSD),
        Col("back_musd", f"Given back, {unit}", MUSD), Col("share", "Share", SHARE),
    ]  # fmt: skip
    table(page, rebates(facts.case, facts.plan), columns)


def _partnerships(page: Page, facts: Facts) -> None:
    page.say(
        "Supply added is what the partner's offers grow by, taken or not; opened is what is bought of offers that need "
        "the partnership. A partnership in force before the plan is in the duty rates already, so what it relieves is "
        "left blank. Cost adds up to the ledger's partnerships."
    )
    found = partnerships(facts.case, facts.plan)
    columns = [
        Col("partnership", "Partnership", BRIEF), Col("country", "Country", BRIEF), Col("entered", "Entered", BRIEF),
        Col("lead_years", "Years to take effect", YEAR), Col("effects", "What it changes", ASIDE),
        Col("added_t", "Supply added, t", TONS, group="Over the horizon"),
        Col("opened_t", "Bought of offers it opens, t", TONS, group="Over the horizon"),
        Col("paid_musd", f"Cost, {facts.million} undiscounted", MUSD, total=True),
        Col("present_musd", f"Cost, {facts.million} discounted", MUSD, total=True),
        Col("relieved_musd", f"Duty relieved, {facts.million} discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, found, columns, total="All partnerships")
    labels = list(facts.labels.values())
    added = partnership_years(facts.case, facts.plan)
    if added["added_t"].sum() > 0:
        page.section("Supply that partnerships add")
        wide = across(added, ["partnership"], "added_t", facts.labels)
        table(page, wide, [Col("partnership", "Partnership", BRIEF), *periods(labels, "t per year", TONS)])
    relieved = relieved_duty(facts.plan)
    if len(relieved):
        page.section("Duty relieved")
        wide = across(relieved, ["partnership", "authority"], "musd", facts.labels)
        heads = [Col("partnership", "Partnership", BRIEF), Col("authority", "Authority", BRIEF)]
        table(page, wide, [*heads, *periods(labels, f"{facts.million} per year", MUSD)], total="All")


def _support(page: Page, facts: Facts) -> None:
    page.say(
        "Paid out is undiscounted and expected; the cap bounds what is paid in any one future. In the ledger a grant "
        "lowers the annuities of what is built within the horizon, so it counts there with less than it pays."
    )
    found = incentives(facts.case, facts.plan)
    order = {kind: k for k, kind in enumerate(dict.fromkeys(found["kind"]))}
    found = found.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    columns = [
        Col("kind", "Kind", BRIEF), Col("incentive", "Incentive", BRIEF), Col("applies_to", "Applies to", BRIEF),
        Col("paid_musd", f"Paid out, {facts.million}", MUSD, total=True),
        Col("most_musd", f"In the future in which it pays most, {facts.million}", MUSD),
        Col("cap_musd", f"Cap, {facts.million}", MUSD), Col("used_share", "Share of the cap used", SHARE),
        Col("present_musd", f"In the ledger, {facts.million} discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, found, columns, total="All support")
    if found["kind"].nunique() > 1:
        page.row += 1
        kinds = found.groupby("kind", sort=False, as_index=False)[["paid_musd", "present_musd"]].sum()
        table(page, kinds, [columns[0], columns[3], columns[-1]], total="All kinds")


def _qualifications(page: Page, facts: Facts) -> None:
    columns = [
        Col("supplier", "Supplier", BRIEF), Col("country", "Country", BRIEF),
        Col("begun", "Qualification begun", BRIEF),
        Col("years", "Years it takes", YEAR), Col("cost_musd", f"Cost, {facts.million} once", MUSD),
        Col("present_musd", f"Expected, {facts.million} discounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, qualifications(facts.case, facts.plan), columns, total="All suppliers")
