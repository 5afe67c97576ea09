"""Opens what a user points at: a workbook or a folder of CSV files, and what is laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from planner.checks.catalogue import problem
from planner.checks.grid import RawBook, in_overlay
from planner.workbook.files import files_of


def open_case(path: Path, overlays: Sequence[Path] = ()) -> RawBook:
    """The file's book with those laid over it; what forbids reading any of them stands in the book's problems."""
    book = open_book(path)
    for one in overlays:
        overlay = open_book(one)
        for grid in overlay.grids:
            grid.overlay = one.name
        book.overlays.append(overlay)
        book.problems += [replace(fault, sheet=in_overlay(one.name, fault.sheet)) for fault in overlay.problems]
        book.recalculate = book.recalculate or overlay.recalculate
    return book


def open_book(path: Path) -> RawBook:
    """The file's sheets as plain values; what forbids reading them stands in the book's problems."""
    try:
        if path.is_dir():
            from planner.workbook.csv_folder import read_folder

            return read_folder(path)
        case = files_of(path)
        if case.problems:
            return RawBook(path, problems=list(case.problems))
        from planner.workbook.read import read_workbook

        return read_workbook(path)
    except OSError as fault:
        text = f"the file cannot be opened ({fault.strerror or fault})"
        fix = "Close it in other programs, and look at its permissions."
        return RawBook(path, problems=[problem("file.missing", message=text, fix=fix)])
