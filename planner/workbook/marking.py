"""Hands a user's own workbook back with every fault coloured, noted and listed."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.checks.catalogue import level
from planner.checks.grid import BadCell
from planner.checks.numbers import PLAIN_NUMBER
from planner.errors import PlannerError, Problem
from planner.workbook.csv_folder import read_folder
from planner.workbook.save import BESIDE, save

if TYPE_CHECKING:
    from planner.workbook.mark import Mark

HEADINGS = ("kind", "sheet", "cell", "column", "found", "what is wrong", "what to do", "level")
KINDS = {"error": "problem", "warning": "look here"}


def write_marked(source: str | Path, problems: Sequence[Problem], target: str | Path) -> Path:
    """Write a copy of a case as a workbook with its problems marked; a folder of CSV files becomes a workbook.

    All the user's sheets and formats stay. A file that cannot be read as a workbook yields the list of problems alone.
    """
    from planner.workbook.mark import mark_workbook

    source, target = Path(source), Path(target)
    if target.exists() and source.exists() and target.samefile(source):
        raise PlannerError(f"{target} is the case itself. Choose another name for the marked copy.")
    marks = [_mark(problem) for problem in problems]
    unreadable = any(problem.code.startswith("file.") and problem.severity == "error" for problem in problems)
    if source.is_file() and not unreadable:
        mark_workbook(source, target, marks, HEADINGS)
        return target
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=BESIDE) as folder:
        plain = Path(folder) / "plain.xlsx"
        _write_plain(source if source.is_dir() and not unreadable else None, plain)
        mark_workbook(plain, target, marks, HEADINGS)
    return target


def _mark(problem: Problem) -> Mark:
    from planner.workbook.mark import Mark

    found = f"Found {problem.found}, " if problem.found else ""
    text = f"{found}{problem.message}."
    note = f"{KINDS[problem.severity].capitalize()}: {text} {problem.fix}"
    listed = (
        KINDS[problem.severity],
        problem.sheet,
        problem.cell,
        problem.column,
        problem.found,
        problem.message,
        problem.fix,
        level(problem.code),
    )
    return Mark(problem.sheet, problem.cell, problem.severity, note, listed)


def _as_seen(text: str) -> str | float:
    """A field of a CSV file as Excel would show it."""
    number = float(text) if PLAIN_NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else text


def _write_plain(folder: Path | None, target: Path) -> None:
    """The cells of a CSV folder where they stand in its files, as a workbook; without a folder an empty one."""
    import xlsxwriter

    from planner.workbook.write import write_value

    book = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    grids = read_folder(folder).grids if folder else []
    if not grids:
        book.add_worksheet("About").write_string(0, 0, "The file could not be read; see the sheet Issues.")
    for grid in grids:
        sheet = book.add_worksheet(grid.title[:31])
        for number, row in zip(grid.numbers, grid.rows, strict=True):
            for place, value in enumerate(row):
                if value is not None:
                    text = value.text if isinstance(value, BadCell) else value
                    write_value(sheet, number - 1, place, _as_seen(text), bold if number == 1 else None)
        sheet.freeze_panes(1, 0)
    save(book, target)
