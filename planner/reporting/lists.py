"""The lists of a decision as tables of the workbook."""

from __future__ import annotations

from planner.reporting.kinds import BRIEF, FINE_SHARE, MUSD_SHORT, PERIOD_LABEL, SHARE, TONS, USD, WHOLE, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results import lists
from planner.results.lists import DecisionList

KINDS = {
    lists.YEARS: PERIOD_LABEL, lists.TONS: TONS, lists.USD: USD, lists.MUSD: MUSD_SHORT, lists.SHARE: SHARE,
    lists.CHANGE: FINE_SHARE, lists.WHOLE: WHOLE,
}  # fmt: skip


def laid_out(page: Page, told: DecisionList, most: int, texts: Kind = BRIEF) -> None:
    """A list under its title as a table of its first rows, and a sentence on the others; where it has none, what it
    says then, or nothing at all.
    """
    if told.rows.empty and not told.nothing:
        return
    page.section(told.title)
    if told.rows.empty:
        page.say(told.nothing)
        return
    if told.note:
        page.say(told.note, "intro")
    table(page, told.rows.head(most), [Col(part.key, part.heading, KINDS.get(part.kind, texts)) for part in told.parts])
    if rest := told.beyond(most):
        page.say(rest, "intro")
