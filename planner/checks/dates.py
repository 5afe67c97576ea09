"""Reads calendar days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from planner.checks.fault import CellFault
from planner.schema import Date

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
FIRST, LAST = dt.date(1950, 1, 1), dt.date(2200, 12, 31)
EXPECTED = "expected a date such as 2026-01-31"
EPOCH = dt.date(1899, 12, 30)


def date(column: Date) -> Callable[[Any, bool], dt.date]:
    """A parser for a column of days."""

    def parse(value: Any, plain_text: bool) -> dt.date:
        day = _day(value, column)
        if not FIRST <= day <= LAST:
            fix = f"Type a day from {FIRST} to {LAST}."
            raise CellFault("cell.out-of-range", f"{EXPECTED}, from {FIRST} to {LAST}", fix)
        return day

    return parse


def _day(value: Any, column: Date) -> dt.date:
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            raise CellFault("cell.not-a-date", f"{EXPECTED}, without a time", f"Type {value.date()}.")
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise CellFault("cell.not-a-date", EXPECTED, _advice(float(value), column))
    raise CellFault("cell.not-a-date", EXPECTED, "Type a date.")


def _from_text(value: str) -> dt.date:
    """Only year-month-day is certain; 01/02/2026 is one day here and another elsewhere."""
    found = ISO.fullmatch(value.strip())
    if found:
        try:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise CellFault("cell.not-a-date", "there is no such day", "Type a day of the calendar.") from None
    longer = ISO.match(value.strip())
    fix = f"Type {longer[0]}." if longer else "Type it as year-month-day, such as 2026-01-31."
    raise CellFault("cell.not-a-date", f"{EXPECTED}, because other ways of writing it can be misread", fix)


def _advice(value: float, column: Date) -> str:
    if value.is_integer() and 1950 <= value <= 2200:
        ending = "12-31" if column.name == "to" else "01-01"
        return f"Type {value:.0f}-{ending}, or the day that is meant."
    if 20_000 <= value <= 110_000:
        day = EPOCH + dt.timedelta(days=int(value))
        return f"Type {day} if that is meant, or give the cell a date format."
    return "Type a date."


def next_day(day: dt.date) -> dt.date:
    """The day after; the last day there is has none and stays itself."""
    return day if day == dt.date.max else day + dt.timedelta(days=1)
