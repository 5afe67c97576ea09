"""Sales, cost by plant, limits that are missed, and where what is delivered was made."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.reporting.charts import columns_chart
from planner.reporting.kinds import LONG, MUSD, PERIOD_LABEL, SHARE, TONS, USD, USD_FINE, WHOLE, YEAR
from planner.reporting.page import Page
from planner.reporting.supply import country_fill
from planner.reporting.tables import Col, periods, table
from planner.results.baseline import against_today, awards_beside, bridge
from planner.results.demand import delivered_by_stage
from planner.results.facts import Facts
from planner.results.frames import across
from planner.results.limits import missed
from planner.results.plants import cost_by_plant
from planner.results.priorities import keeping, ranked
from planner.results.sales import sales, sold
from planner.results.words import percent

_PRINTED = 30  # plants


def fill_sales(page: Page, facts: Facts) -> None:
    """What surplus is sold where, and at which price each year."""
    page.title(
        "Sales",
        "What is sold of what is left over. The case names markets and what they take at a price, and no "
        "buyers: whom to "
        "sell to is open.",
    )
    columns = [
        Col("material", "Material"), Col("place", "Sold at"), Col("country", "Country"), Col("buyer", "Buyer"),
        Col("first", "From", YEAR), Col("last", "To", YEAR), Col("t_per_year", "t a year, mean", TONS),
        Col("total_t", "t over the horizon", TONS), Col("price", "Price, USD/t, mean", USD),
        Col("musd", f"Income, {facts.million} undiscounted", MUSD, total=True),
    ]  # fmt: skip
    table(page, sold(facts), columns, total="All sales")
    page.section("By price and period")
    labels = list(facts.labels.values())
    wide = facts.wide(sales(facts), ["material", "place", "price"], "t")
    heads = [Col("material", "Material"), Col("place", "Sold at"), Col("price", "Price, USD/t", USD)]
    table(page, wide, [*heads, *periods(labels, "Sold, t per year", TONS, total=False)])


def fill_plants(page: Page, facts: Facts) -> None:
    """All that each plant costs."""
    page.title(
        "Cost by plant",
        "What each plant costs over the horizon, discounted; and what a ton that it makes costs in running and fixed "
        "cost and annuities, undiscounted, without what goes in.",
    )
    million = f"{facts.million} discounted"
    columns = [
        Col("facility", "Plant"), Col("country", "Country"), Col("made_t", "Makes, t over the horizon", TONS),
        Col("running", "Running", MUSD, group=million, total=True),
        Col("fixed", "Fixed", MUSD, group=million, total=True),
        Col("building", "Building", MUSD, group=million, total=True),
        Col("closing", "Closing", MUSD, group=million, total=True),
        Col("support", "Support", MUSD, group=million, total=True), Col("all", "All", MUSD, group=million, total=True),
        Col("usd_per_t", "USD per t made", USD),
    ]  # fmt: skip
    rows = cost_by_plant(facts)
    shown = [c for c in columns if c.key not in ("closing", "support") or (rows[c.key] != 0).any()]
    page.first_of(len(rows), _PRINTED)
    page.print_only(table(page, rows, shown, listing=True, total="All plants"), _PRINTED)


def fill_as_is(page: Page, facts: Facts) -> None:
    """What today's awards would cost, the steps from there to the plan, and award by award what is bought instead."""
    page.title("As-is and bridge", against_today(facts))
    columns = [Col("what", "From today's cost to the plan's"), Col("musd", f"{facts.million} discounted", MUSD)]
    table(page, bridge(facts), columns)
    page.section("What is bought, tons of a mean year")
    columns = [
        Col("supplier", "Supplier"), Col("offer", "Offer"), Col("material", "Material"), Col("place", "Delivered to"),
        Col("stated_t_per_year", "Awarded today", TONS), Col("as_is_t_per_year", "As it is", TONS),
        Col("plan_t_per_year", "As planned", TONS), Col("change_t_per_year", "Change", TONS),
    ]  # fmt: skip
    table(page, awards_beside(facts), columns, listing=True)


def fill_missed(page: Page, facts: Facts) -> None:
    """Limits with a penalty that are missed: by how much, for whom, when, and what is paid for it."""
    page.title(
        "Limits missed",
        "Limits that the plan misses at the price that the case sets on missing them, or that gave way by their "
        "priority: 4 first, 1 last, each by no more than it must.",
    )
    columns = [
        Col("limit", "Limit"), Col("for", "For"), Col("label", "Period", PERIOD_LABEL),
        Col("probability", "Probability", SHARE), Col("measure", "Measure"), Col("sense", "Asked: sense"),
        Col("value", "Asked: value", USD_FINE), Col("reached", "Reached", USD_FINE),
        Col("missed", "Missed by", USD_FINE), Col("unit", "Unit of that"), Col("priority", "Priority", WHOLE),
        Col("paid_musd", f"Paid, {facts.million} a year (or once, for all years)", MUSD),
    ]  # fmt: skip
    rows = missed(facts)
    rows = rows.assign(**{"for": [facts.country_name(each) or each for each in rows["each"]]})
    table(page, rows, columns)
    by_priority = ranked(facts)
    if len(by_priority):
        _by_priority(page, facts, by_priority)


def _by_priority(page: Page, facts: Facts, rows: pd.DataFrame) -> None:
    """What each limit with a priority costs, kept or not."""
    page.title(
        "What limits with a priority cost",
        "What the plan would save a year if the limit gave way by one unit more: its marginal price, while all that "
        "is built and signed stays as planned. Nothing is saved where another limit holds the plan back."
        + ("" if facts.priorities else " What keeping one costs in all is told by ree-planner priorities."),
    )
    columns = [
        Col("limit", "Limit"), Col("for", "For"), Col("label", "Period", PERIOD_LABEL),
        Col("probability", "Probability", SHARE), Col("priority", "Priority", WHOLE),
        Col("missed", "Gave way by", USD_FINE), Col("unit", "Unit of that"),
        Col("looser_usd", "One unit more would save, USD a year", USD_FINE), Col("looser_unit", "That unit"),
    ]  # fmt: skip
    table(page, rows.assign(**{"for": [facts.country_name(each) or each for each in rows["each"]]}), columns)
    if facts.priorities:
        page.section("What keeping each costs in all, found by solving again without it")
        columns = [
            Col("limit", "Limit"), Col("priority", "Priority", WHOLE),
            Col("keeping_musd", f"Keeping it costs, {facts.million}", MUSD), Col("gap_musd", "±", MUSD),
            Col("words", "In words", LONG),
        ]  # fmt: skip
        table(page, keeping(facts), columns)


def fill_origins(page: Page, facts: Facts) -> Iterator[None]:
    """Shares of countries in what segments get, stage by stage."""
    page.title(
        "Origin of deliveries",
        f"Where what segments get was made (its last substantial transformation), with {facts.home} first. Each stage "
        "stands for itself: tons of oxide and of magnets are never added.",
    )
    found = delivered_by_stage(facts)
    labels = list(facts.labels.values())
    heads = [Col("stage", "Stage"), Col("country", "Made in")]
    keys = ["stage", "country"]
    at = page.room_for_charts(min(2, found["stage"].nunique()))
    page.section("Shares of what is delivered")
    shares = across(found, keys, "share", facts.labels, empty=None)
    table(page, shares, [*heads, *periods(labels, "Share of the stage", SHARE, total=False)])
    yield
    page.section("Tons delivered")
    block = table(
        page, across(found, keys, "t", facts.labels), [*heads, *periods(labels, "t per year", TONS, total=False)]
    )
    wide = across(found, keys, "t", facts.labels)
    stages = list(found.groupby("stage")["t"].sum().sort_values(ascending=False).index[:2])
    drawn = []
    for stage in stages:
        part = wide[wide["stage"] == stage]
        rows = [block.first_row + int(i) for i in part.index]
        fills = {row: country_fill(facts, country) for row, country in zip(rows, part["country"], strict=True)}
        chart = columns_chart(page.book, block, rows, labels, f"Delivered: {stage}", "t per year", "country", fills)
        last = part[labels[-1]]
        said = ", ".join(
            f"{c} {percent(t / last.sum())}" for c, t in zip(part["country"], last, strict=True) if last.sum() > 0
        )
        drawn.append((chart, f"Stacked columns: {stage} delivered by country, t per year. {labels[-1]}: {said}."))
    page.charts(drawn, at)
