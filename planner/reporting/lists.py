"""The lists of a decision as tables of the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from planner.reporting.kinds import BRIEF, FINE_SHARE, MUSD_SHORT, PERIOD_LABEL, SHARE, TONS, USD, WHOLE, Kind
from planner.reporting.page import (
    CLOSE_POINTS,
    LINE_POINTS,
    ROW_POINTS,
    SECTION_POINTS,
    Page,
    sentence_points,
)
from planner.reporting.tables import Col, heading_lines, table, text_lines
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
    columns = [Col(part.key, part.heading, KINDS.get(part.kind, texts), kept=True) for part in told.parts]
    table(page, told.rows.head(most), columns)
    if rest := told.beyond(most):
        page.say(rest, "intro")


def points(told: DecisionList, most: int, widths: Sequence[float]) -> float:
    """How high a list stands on a sheet of one page whose columns are so wide, in points."""
    if told.rows.empty:
        return CLOSE_POINTS + SECTION_POINTS + ROW_POINTS if told.nothing else 0.0
    across, rows = sum(widths), told.rows.head(most)
    aside = [text for text in (told.note, told.beyond(most)) if text]
    high = CLOSE_POINTS + SECTION_POINTS + sum(sentence_points(text, across, 10, 0.0) for text in aside)
    parts = list(zip(told.parts, widths, strict=False))
    high += 6 + LINE_POINTS * max(heading_lines(part.heading, width) for part, width in parts)
    wrapping = [(rows[part.key].tolist(), width) for part, width in parts if part.kind == lists.TEXT]
    for place in range(len(rows)):
        lines = max((text_lines(str(values[place]), width) for values, width in wrapping), default=1)
        high += 2 + lines * LINE_POINTS if lines > 1 else ROW_POINTS
    return high


def rows_that_fit(wanted: Sequence[tuple[DecisionList, int, int]], room: float, widths: Sequence[float]) -> list[int]:
    """How many rows of each list stand on a page with so much room: at most and at least so many as are wanted, and the
    list with most to spare loses its last one first.
    """
    shown = [min(most, len(told.rows)) for told, most, _ in wanted]
    while sum(points(each[0], most, widths) for each, most in zip(wanted, shown, strict=True)) > room:
        spare = [most - least for (_, _, least), most in zip(wanted, shown, strict=True)]
        if max(spare) <= 0:
            break
        shown[spare.index(max(spare))] -= 1
    return shown
