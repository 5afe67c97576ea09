"""Opens what a user points at: a workbook or a folder of CSV files."""

from __future__ import annotations

from pathlib import Path

from planner.check.catalogue import problem
from planner.grid import Book


def open_book(path: Path) -> Book:
    """The file's sheets as plain values; what forbids reading them stands in the book's problems."""
    try:
        if path.is_dir():
            from planner.csv_folder import read_folder

            return read_folder(path)
        if path.is_file():
            from planner.workbook.read import read_workbook

            return read_workbook(path)
    except OSError as fault:
        text = f"the file cannot be opened ({fault.strerror or fault})"
        fix = "Close it in other programs, and look at its permissions."
        return Book(path, problems=[problem("file.missing", message=text, fix=fix)])
    text = f"there is no file or folder {path}"
    return Book(path, problems=[problem("file.missing", message=text, fix="Look at the spelling of the path.")])
