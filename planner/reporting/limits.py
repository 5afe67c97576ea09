"""The sheet of limits that bind."""

from __future__ import annotations

import pandas as pd

from planner.reporting.kinds import ASIDE, MUSD, PHRASE, TONS, USD, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts
from planner.results.limits import by_limit, holds_for
from planner.results.settled import settled, settled_sentence

_PRINTED = 15


def fill_limits(page: Page, facts: Facts) -> None:
    """The list, sorted by worth."""
    page.title(
        "Limits that bind",
        "Each limit that holds the plan back, and what one unit more would save in each period, with what is built "
        "staying as planned. Limits per year: USD undiscounted, for each year of the period. Stocks and sizes of "
        "plants: USD of the base year, once. A saving holds for so many units at least, where that is known; at a kink "
        "the next one may save less; of some no such number is known, and why stands there. What a tenth more would "
        "save is a yardstick to compare limits, and sorts them.",
    )
    labels = list(facts.labels.values())
    columns = [
        Col("words", "Limit", PHRASE), Col("unit", "Unit"), Col("limit", "Limit, largest, in its unit", TONS),
        Col("bound", "Periods in which it binds", WHOLE),
        Col("holds", "Worth that for so many units more, at least", ASIDE),
        Col("tenth_musd", "A tenth more would save about, M$ undiscounted", MUSD),
    ]  # fmt: skip
    page.even_from = 6
    columns += periods(labels, "Worth of one unit more, USD", USD, total=False)
    page.first_of(len(by_limit(facts)), _PRINTED)
    rows = by_limit(facts)
    known = zip(rows["looser"], rows["no_range"], strict=True) if len(rows) else ()
    rows = rows.assign(holds=pd.Series([holds_for(*each) for each in known], rows.index, dtype=object))
    page.print_only(table(page, rows, columns, listing=True), _PRINTED)
    _settled(page, facts)


def _settled(page: Page, facts: Facts) -> None:
    """What the case forces and forbids, where it does."""
    rows = settled(facts)
    if rows.empty:
        return
    page.section("Forced and forbidden by the case")
    page.say(settled_sentence(facts))
    table(page, rows, [Col("said", "In every plan of this case"), Col("kind", "What"), Col("name", "Which", PHRASE)])
