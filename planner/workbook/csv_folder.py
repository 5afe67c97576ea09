"""Reads and writes a case as a folder with one CSV file a sheet: UTF-8, commas, the first line holds the headings."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from planner.checks.catalogue import problem
from planner.checks.grid import EXCEL_ERRORS, EXCEL_ROWS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, BadCell, Grid, RawBook
from planner.errors import Problem
from planner.workbook.files import files_of

LONGEST_FIELD = 1_000_000
MARK = "\ufeff"
# A text that a spreadsheet would take for a formula is kept behind an apostrophe; reading takes one off again.
FORMULA_LIKE = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")
AS_UTF8 = "In Excel save it as 'CSV UTF-8 (comma delimited)'."


def read_folder(path: Path) -> RawBook:
    """All CSV files of a folder as plain texts."""
    case = files_of(path)
    book = RawBook(path, is_folder=True, problems=list(case.problems), others=case.others)
    if not case.files:
        fix = "Choose a folder with files like offers.csv, or a workbook."
        book.problems.append(problem("file.empty", message="the folder holds no CSV file", fix=fix))
    elif not case.problems:
        room = MAX_CELLS
        for file in case.files:
            grid = Grid(file.stem, plain_text=True)
            book.grids.append(grid)
            room -= _read_file(file, grid, book.problems, room)
    return book


def _read_file(file: Path, grid: Grid, problems: list[Problem], room: int) -> int:
    cells = 0
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.reader(_unmarked(lines), strict=True), start=1):
                values = [_value(text) for text in row]
                if number == 1 and _other_separator(row):
                    problems.append(_separator(file))
                    break
                if any(value is not None for value in values):
                    grid.numbers.append(number)
                    grid.rows.append(values)
                    cells += len(values)
                    if len(values) > MAX_COLUMNS:
                        grid.too_wide = True
                        break
                if len(grid.rows) > MAX_ROWS or cells > room or number > EXCEL_ROWS:
                    grid.too_long = True
                    break
    except UnicodeDecodeError:
        text = f"{file.name} is not UTF-8, so letters such as ü cannot be told apart"
        problems.append(problem("file.not-utf8", file.stem, message=text, fix=AS_UTF8))
    except csv.Error as fault:
        text = f"{file.name} is not a CSV file ({fault})"
        problems.append(problem("file.damaged", file.stem, message=text, fix=AS_UTF8))
    return cells


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a file without the marks at its start, of which programs may have put several there."""
    for number, line in enumerate(lines):
        yield line if number else line.lstrip(MARK)


def _other_separator(heading: Sequence[str]) -> bool:
    return len(heading) == 1 and any(heading[0].count(sign) for sign in ";\t")


def _separator(file: Path) -> Problem:
    text = f"the columns of {file.name} are separated by semicolons or tabs, not commas"
    return problem("file.separator", file.stem, "A1", message=text, fix="Save it with commas and decimal points.")


def _value(text: str) -> Any:
    """A field's text; nothing but spaces is blank, and Excel's error words are errors."""
    bare = text.strip()
    if not bare:
        return None
    if bare in EXCEL_ERRORS:
        return BadCell("error", bare)
    return text[1:] if text[0] == "'" and GUARDED.match(text) else text


def guard(value: Any) -> Any:
    """A value as it stands in a CSV file: a text that looks like a formula goes behind an apostrophe."""
    return "'" + value if isinstance(value, str) and FORMULA_LIKE.match(value) else value


def write_file(path: Path, rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet; None is blank. Line ends are those of Excel's CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(["" if value is None else guard(value) for value in row] for row in rows)
