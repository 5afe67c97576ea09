"""Runs all levels of checks over a book, and hands back the typed tables with everything that was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planner.check import keys, rows, settings
from planner.check.cells import read_cells
from planner.check.structure import Layout, lay_out
from planner.check.table import Table
from planner.errors import Problem
from planner.grid import Book
from planner.schema import SHEETS


@dataclass
class Outcome:
    """Typed tables before defaults, settings with the position of their row, and all problems in order."""

    layout: Layout
    settings: dict[str, tuple[Any, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def tables(self) -> dict[str, Table]:
        return self.layout.tables

    @property
    def sound(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def check_cells(book: Book) -> Outcome:
    """File, sheets, headings and cells only: all that must be right before a file can be converted."""
    if not book.readable:
        return Outcome(Layout({sheet.name: Table(sheet, sheet.name) for sheet in SHEETS}), problems=list(book.problems))
    layout = lay_out(book)
    outcome = Outcome(layout, problems=[*book.problems, *layout.problems])
    for table in layout.tables.values():
        outcome.problems.extend(read_cells(table, book.is_folder))
    table = layout.tables[settings.SHEET_NAME]
    if {"setting", "value"} <= table.values.keys():
        outcome.settings = settings.read_settings(table, book.is_folder, outcome.problems)
    return outcome


def check_book(book: Book) -> Outcome:
    """Everything, level by level; a level judges only what the levels before it found sound."""
    outcome = check_cells(book)
    if not book.readable:
        return outcome
    tables, found = outcome.tables, outcome.problems
    for table in tables.values():
        if table.rows:
            found.extend(rows.check_rows(table))
            found.extend(keys.duplicates(table))
            found.extend(keys.cycles(table))
    found.extend(keys.periods(tables["periods"]))
    found.extend(keys.references(tables))
    found.extend(settings.unknown_references(tables[settings.SHEET_NAME], outcome.settings, tables))
    return outcome
