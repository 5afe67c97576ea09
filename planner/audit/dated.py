"""Values that differ from year to year, as the sheet dated_values has them."""

from __future__ import annotations

from planner.audit.books import Books
from planner.audit.rows import Row


def stated_in(books: Books, column: str, year: int, stated: float | None, *whose: str) -> float:
    """What stands in a column in a year: in the row that covers it and begins last, or else in the sheet's own cell.

    `whose` is a segment, a facility, or a facility and its process.
    """
    rows = [row for row in books.dated.get(column, ()) if _covers(row, year) and _of(row) == whose]
    if not rows:
        return stated or 0.0
    return float(max(rows, key=lambda row: row.from_ or 0).value)


def _covers(row: Row, year: int) -> bool:
    return (row.from_ is None or row.from_ <= year) and (row.to is None or year <= row.to)


def _of(row: Row) -> tuple[str, ...]:
    return tuple(word for word in (row.segment, row.facility, row.process) if word)
