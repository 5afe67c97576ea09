"""Turns one sheet's grid into a table: finds the heading row, matches columns, sets aside what is not a data row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from planner.checks.amounts import METRIC_TONS, Quantity
from planner.checks.catalogue import problem
from planner.checks.grid import MAX_COLUMNS, MAX_ROWS, BadCell, Grid, letter
from planner.checks.names import did_you_mean, plain
from planner.checks.table import Table, columns_of, show
from planner.checks.units import says
from planner.errors import Problem, any_error
from planner.schema import EXAMPLE_MARK, Column, Sheet, example_row

LAST_HEADING_ROW = 20
REMARK = "#"  # begins the name of a sheet or column that is somebody's own, and not read
WITH_UNIT = re.compile(r"(.*?)[\s_]*[\[(]([^\])]*)[\])]\s*", re.DOTALL)
UNIT_ENDING = re.compile("_(t_per_year|usd_per_t_year|usd_per_t|musd_per_year|musd|years|t)$")
TOTALS = {"total", "totals", "sum", "subtotal", "sub_total", "grand_total"}


def read_table(sheet: Sheet, grid: Grid, counted: Quantity = METRIC_TONS) -> tuple[Table, list[Problem]]:
    """The sheet's table of raw values and every problem with its shape."""
    table = Table(sheet, grid.shown, found=True, plain_text=grid.plain_text, counted=counted)
    found: list[Problem] = []
    if grid.too_long:
        text = f"the sheet has more than {MAX_ROWS:,} rows, or the file more cells than are read"
        fix = "Delete rows that are not needed."
        found.append(problem("structure.too-many-rows", grid.shown, message=text, fix=fix))
    elif grid.too_wide:
        text = f"row {grid.numbers[-1]} has more than {MAX_COLUMNS:,} cells, which is all that a sheet has"
        fix = "Look whether its end of line was lost; take out columns that are not needed."
        found.append(problem("structure.too-many-columns", grid.shown, message=text, fix=fix))
    elif grid.rows:
        _fill(table, grid, found)
    for column in columns_of(sheet):
        if column.name not in table.letters:
            table.values[column.name] = [None] * len(table.rows)
    table.faulty = any_error(found)
    return table, found


def _fill(table: Table, grid: Grid, found: list[Problem]) -> None:
    known = headings(table.sheet)
    start = _heading_position(table.sheet, grid, known)
    table.heading_row = grid.numbers[start]
    above = [cell for row in grid.rows[:start] for cell in row if cell is not None]
    if above != [table.sheet.sentence] and (start or table.heading_row > 1):
        text = f"the headings stand in row {table.heading_row}; what is above them is left out"
        found.append(problem("structure.heading-below", grid.title, message=text, fix="Nothing needs to be done."))
    heading = grid.rows[start]
    places = _places(table, heading, known, found)
    numbers, rows = grid.numbers[start + 1 :], grid.rows[start + 1 :]
    found.extend(_stray(table, heading, numbers, rows))
    found.extend(_merged(table, grid))
    odd = _odd_rows(table, heading, places, numbers, rows)
    found.extend(one for one in odd.values() if one is not None)
    keep = [p for p, number in enumerate(numbers) if number not in odd and _is_data(rows[p], places)]
    table.rows = [numbers[position] for position in keep]
    for name, place in places.items():
        table.letters[name] = letter(place + 1)
        table.values[name] = [rows[p][place] if place < len(rows[p]) else None for p in keep]
    found.extend(_missing_columns(table))
    found.extend(_blank_rows(table, numbers))


def stems(sheet: Sheet) -> dict[str, Column]:
    """Headings that leave the unit out of the name, as `Capacity (t/yr)`; they need it in brackets."""
    found: dict[str, list[Column]] = {}
    for column in columns_of(sheet):
        stem = UNIT_ENDING.sub("", column.name)
        if stem not in {column.name, ""} and hasattr(column, "unit"):
            found.setdefault(stem, []).append(column)
    return {stem: columns[0] for stem, columns in found.items() if len(columns) == 1}


def headings(sheet: Sheet) -> dict[str, Column]:
    """Every accepted spelling of a heading, in plain form, and the column it means."""
    return {plain(name): column for column in columns_of(sheet) for name in (column.name, *column.aliases)}


def _heading_position(sheet: Sheet, grid: Grid, known: dict[str, Column]) -> int:
    """The first row that names the whole key; else the first row there is."""
    for position, (number, row) in enumerate(zip(grid.numbers, grid.rows, strict=True)):
        if number > LAST_HEADING_ROW:
            break
        named = {known[word].name for word in (_split(cell)[0] for cell in row) if word in known}
        if named.issuperset(column for column in sheet.key if sheet[column].required):
            return position
    return 0


def _split(cell: Any) -> tuple[str, str]:
    """A heading's plain name and the unit in its brackets, as `rate [fraction]`."""
    text = cell if isinstance(cell, str) else ""
    parts = WITH_UNIT.fullmatch(text)
    return (plain(parts[1]), parts[2].strip()) if parts else (plain(text), "")


def _places(table: Table, heading: Sequence[Any], known: dict[str, Column], found: list[Problem]) -> dict[str, int]:
    """Where each column stands; what cannot be placed is told."""
    places: dict[str, int] = {}
    short = stems(table.sheet)
    for place, cell in enumerate(heading):
        if cell is None or (isinstance(cell, str) and cell.lstrip().startswith(REMARK)):
            continue
        word, unit = _split(cell)
        where = f"{letter(place + 1)}{table.heading_row}"
        shown = show(cell.text if isinstance(cell, BadCell) else cell)
        column = known.get(word) or (short.get(word) if unit else None)
        if column is None:
            hint = did_you_mean(word, [c.name for c in columns_of(table.sheet)])
            fix = f"{hint} Rename the column or take it out; notes belong in the column note.".strip()
            text = "no column has this name"
            found.append(problem("structure.unknown-column", table.title, where, "", shown, message=text, fix=fix))
        elif column.name in places:
            text = f"the column {column.name} also stands in {letter(places[column.name] + 1)}{table.heading_row}"
            fix = "Keep one of the two."
            code = "structure.duplicate-column"
            found.append(problem(code, table.title, where, column.name, shown, message=text, fix=fix))
        else:
            places[column.name] = place
            known_by = "name" if word in known else "bracket"
            found.extend(_unit(table, column, unit, known_by, where, shown))
    return places


def _unit(table: Table, column: Column, words: str, known_by: str, where: str, shown: str) -> Iterator[Problem]:
    """What the brackets of a heading say against the column's unit; other words than a unit's are no fault."""
    ours = getattr(column, "unit", "")
    said = says(words, ours, table.counted) if words else "nothing"
    if said == "another" or (said == "unclear" and known_by == "bracket"):
        text = f"the column {column.name} is in {ours or 'no unit'}"
        fix = f"Convert the numbers to {ours}, then write {ours} in the heading." if ours else "Leave it out."
        code = "structure.unit-differs"
        yield problem(code, table.title, where, column.name, shown, message=text, fix=fix)
    elif said == "unclear":
        text = f"{show(words)} is no unit that is known here; the numbers are read as {ours}"
        fix = f"Write {ours} in the heading, if that is what they are in; else convert them."
        yield problem("structure.unit-unclear", table.title, where, column.name, shown, message=text, fix=fix)


def _stray(table: Table, heading: Sequence[Any], numbers: list[int], rows: list[list[Any]]) -> Iterator[Problem]:
    """The first value below each blank heading."""
    reported: set[int] = {place for place, cell in enumerate(heading) if cell is not None}
    for number, row in zip(numbers, rows, strict=True):
        for place, value in enumerate(row):
            if value is not None and place not in reported:
                reported.add(place)
                where = f"{letter(place + 1)}{number}"
                shown = show(value.text if isinstance(value, BadCell) else value)
                text = f"column {letter(place + 1)} has no heading in row {table.heading_row}"
                fix = "Give the column one of the sheet's headings, or clear it."
                yield problem("structure.no-heading", table.title, where, "", shown, message=text, fix=fix)


def _merged(table: Table, grid: Grid) -> Iterator[Problem]:
    for reference in grid.merged:
        rows = [int(part) for part in re.findall(r"\d+", reference)]
        if rows and max(rows) >= table.heading_row:
            text = "cells are merged, so a program sees a value in the first of them only"
            fix = f"Unmerge {reference} and fill in each cell."
            first = reference.split(":", maxsplit=1)[0].replace("$", "")
            yield problem("structure.merged", table.title, first, "", reference, message=text, fix=fix)


def _odd_rows(
    table: Table, heading: Sequence[Any], places: dict[str, int], numbers: list[int], rows: list[list[Any]]
) -> dict[int, Problem | None]:
    """Rows that are no data: repeated headings, a totals row at the end, our example row (of which nothing is said)."""
    odd: dict[int, Problem | None] = {}
    key = [places[name] for name in table.sheet.key if name in places]
    example = example_row(table.sheet)
    words = [_split(cell)[0] for cell in heading]
    note = places.get("note", -1)
    for position, (number, row) in enumerate(zip(numbers, rows, strict=True)):
        first = f"{letter(key[0] + 1)}{number}" if key else f"A{number}"
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        if key and all(place < len(row) and texts[place] and _split(texts[place])[0] == words[place] for place in key):
            text = "the headings stand here a second time"
            fix = "Keep one table on a sheet, without blank parts or second headings."
            odd[number] = problem("structure.second-heading", table.title, first, "", message=text, fix=fix)
        elif position == len(rows) - 1 and key and _is_total(table.sheet, row, key[0], places):
            text = "this looks like a row of totals, which would count everything twice"
            shown = show(row[key[0]])
            fix = "Delete the row, or fill in its other cells if it is data."
            odd[number] = problem("structure.totals-row", table.title, first, "", shown, message=text, fix=fix)
        elif 0 <= note < len(row) and texts[note].strip() == EXAMPLE_MARK:
            where = f"{letter(note + 1)}{number}"
            odd[number] = None if _is_example(row, places, example) else _changed(table, where)
    return odd


def _is_data(row: Sequence[Any], places: dict[str, int]) -> bool:
    """A row holds data when anything stands below a heading; what stands elsewhere has been told already."""
    return any(place < len(row) and row[place] is not None for place in places.values())


def _is_total(sheet: Sheet, row: list[Any], first: int, places: dict[str, int]) -> bool:
    cell = row[first] if first < len(row) else None
    if not isinstance(cell, str) or plain(cell).rstrip(":") not in TOTALS:
        return False
    required = [places[column.name] for column in sheet.columns if column.required and column.name in places]
    return any(place >= len(row) or row[place] is None for place in required)


def _is_example(row: list[Any], places: dict[str, int], example: dict[str, Any]) -> bool:
    for name, place in places.items():
        value = row[place] if place < len(row) else None
        if _plain_text(value) != _plain_text(example.get(name)):
            return False
    return True


def _plain_text(value: Any) -> str:
    """A value as text, alike from a workbook and from CSV."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value).strip()


def _changed(table: Table, where: str) -> Problem:
    text = "the row was filled in, but its note still says that it is the example"
    fix = "Clear the note if the row should count; delete the row if not."
    return problem("structure.example-changed", table.title, where, "note", message=text, fix=fix)


def _missing_columns(table: Table) -> Iterator[Problem]:
    where = f"A{table.heading_row}"
    for column in table.sheet.columns:
        if column.required and column.name not in table.letters:
            text = f"the column {column.name} is missing ({column.help[0].lower()}{column.help[1:]})"
            fix = f"Add a column with the heading {column.name}."
            yield problem("structure.missing-column", table.title, where, column.name, message=text, fix=fix)


def _blank_rows(table: Table, numbers: list[int]) -> Iterator[Problem]:
    gaps = [(a + 1, b - 1) for a, b in pairwise([table.heading_row, *numbers]) if b > a + 1]
    if gaps:
        listed = ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in gaps[:5])
        text = f"blank rows were skipped: {listed}{' and more' if len(gaps) > 5 else ''}"
        cell = f"{gaps[0][0]}:{gaps[0][1]}"
        yield problem("structure.blank-rows", table.title, cell, message=text, fix="Nothing needs to be done.")
