"""Rows that name a year where a period belongs: told once for each period, with what its years come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from planner.checks.names import folded
from planner.checks.table import Table, show
from planner.errors import Problem
from planner.schema import Number, Ref

MOST_LISTED = 6
PERIOD_CELL = ("periods.period",)


def spans_of(periods: Table) -> dict[int, int]:
    """First year → last year of each period; nothing where the sheet cannot be read yet."""
    if not {"period", "years"} <= periods.letters.keys() or periods.faulty or any(periods.bad.values()):
        return {}
    pairs = zip(periods.values["period"], periods.values["years"], strict=True)
    return {first: first + years - 1 for first, years in pairs}


def misplaced(table: Table, column: Ref, spans: dict[int, int]) -> Iterator[Problem]:
    """Years inside a period, and years that no period covers."""
    inside: dict[int, list[int]] = defaultdict(list)
    outside: list[int] = []
    for position, year in enumerate(table.values[column.name]):
        if year is None or year in spans:
            continue
        first = next((first for first, last in spans.items() if first < year <= last), None)
        if first is None:
            outside.append(position)
        else:
            inside[first].append(position)
    for first, positions in sorted(inside.items()):
        yield _inside(table, column, first, spans[first], positions)
    if outside:
        yield _outside(table, column, spans, outside)


def _inside(table: Table, column: Ref, first: int, last: int, positions: Sequence[int]) -> Problem:
    text = f"{_rows(positions)} within the period {first}, which covers {first} to {last} as a whole"
    amounts = [own.name for own in table.sheet.columns if isinstance(own, Number) and _filled(table, own, positions)]
    others = [name for name in table.sheet.key if name != column.name]
    what = f" for each {' and '.join(others)}" if others else ""
    fix = f"Keep one row{what} with {first} in the column {column.name}"
    fix += f" and the mean of its years in {' and '.join(amounts)}" if amounts else ""
    fix += (
        f"{_example(table, column, first, last, others, amounts)}, and delete the rest; or give each year a row of its"
    )
    fix += " own on the sheet periods."
    found = _years(table, column, positions)
    return table.problem("key.year-in-period", positions[0], column.name, found=found, message=text, fix=fix)


def _filled(table: Table, column: Number, positions: Sequence[int]) -> bool:
    return any(table.values[column.name][position] is not None for position in positions)


def _example(table: Table, column: Ref, first: int, last: int, others: Sequence[str], amounts: Sequence[str]) -> str:
    """The mean of the first group of rows that has all years of the period; nothing where there is none."""
    groups: dict[tuple[Any, ...], dict[int, float]] = defaultdict(dict)
    spelt: dict[tuple[Any, ...], str] = {}
    for position, year in enumerate(table.values[column.name]):
        amount = table.values[amounts[0]][position] if amounts else None
        if year is not None and first <= year <= last and amount is not None:
            named = [table.values[name][position] for name in others]
            key = tuple(folded(one) for one in named)
            spelt.setdefault(key, " and ".join(show(str(one)) for one in named if one is not None))
            groups[key].setdefault(year, amount)
    for key, by_year in groups.items():
        if len(by_year) == last - first + 1:
            mean = sum(by_year.values()) / len(by_year)
            return f" (here {mean:.10g}{f' for {spelt[key]}' if spelt[key] else ''})"
    return ""


def _outside(table: Table, column: Ref, spans: dict[int, int], positions: Sequence[int]) -> Problem:
    text = f"{_rows(positions)} outside the periods, which cover {min(spans)} to {max(spans.values())}"
    fix = "Delete what lies outside, or add periods to the sheet periods."
    found = _years(table, column, positions)
    return table.problem("key.unknown", positions[0], column.name, found=found, message=text, fix=fix)


def _rows(positions: Sequence[int]) -> str:
    return "the row lies" if len(positions) == 1 else f"{len(positions)} rows lie"


def _years(table: Table, column: Ref, positions: Sequence[int]) -> str:
    years = sorted({table.values[column.name][position] for position in positions})
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return ", ".join(map(str, years[:MOST_LISTED])) + (" ..." if len(years) > MOST_LISTED else "")
