"""The sheet of limits that bind."""

from __future__ import annotations

from planner.reporting.kinds import MUSD, NOTE, SHARE, TONS, USD, USD_FINE, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts
from planner.results.limits import by_limit, missed


def fill_limits(page: Page, facts: Facts) -> None:
    """The list, sorted by worth."""
    page.title(
        "Limits that bind",
        "Each limit that holds the plan back, and what one unit more would save in each period, with what is built "
        "staying as planned. Limits per year: USD undiscounted, for each year of the period. Stocks and sizes of "
        "plants: USD of the base year, once. A saving holds for small changes only; what a tenth more would save is "
        "a yardstick to compare limits, and sorts them.",
    )
    _missed(page, facts)
    if by_limit(facts).empty:
        page.say("No limit binds: loosening none of them would save anything.")
        return
    labels = list(facts.labels.values())
    columns = [
        Col("words", "Limit", NOTE), Col("unit", "Unit"), Col("limit", "Limit, largest, in its unit", TONS),
        Col("bound", "Periods in which it binds", WHOLE),
        Col("tenth_musd", "A tenth more would save about, M$ undiscounted", MUSD),
    ]  # fmt: skip
    page.even_from = 5
    table(
        page,
        by_limit(facts),
        [*columns, *periods(labels, "Worth of one unit more, USD", USD, total=False)],
        listing=True,
    )


def _missed(page: Page, facts: Facts) -> None:
    """Limits with a penalty that are missed: by how much, for whom, when, and what is paid for it."""
    rows = missed(facts)
    if rows.empty:
        return
    page.section("Limits that are missed, at their price")
    columns = [
        Col("limit", "Limit"), Col("each", "For"), Col("label", "Period"), Col("probability", "Probability", SHARE),
        Col("measure", "Measure"), Col("sense", "Asked: sense"), Col("value", "Asked: value", USD_FINE),
        Col("reached", "Reached", USD_FINE), Col("missed", "Missed by", USD_FINE), Col("unit", "Unit of that"),
        Col("paid_musd", f"Paid, {facts.million} a year (or once, for all years)", MUSD),
    ]  # fmt: skip
    table(page, rows, columns)
    page.section("Limits that bind")
