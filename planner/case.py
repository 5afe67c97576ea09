"""A case: the checked tables of one workbook or folder, with the cell each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InputInvalid, Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Case:
    """All tables with defaults filled in; `tables[sheet].index` is the row's number in the file.

    `titles` and `cells` say what a sheet is called there and in which column each value stands.
    """

    name: str
    settings: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    cells: Mapping[str, Mapping[str, str]]
    defaults_used: pd.DataFrame
    fingerprint: str
    warnings: tuple[Problem, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    setting_rows: Mapping[str, int] = field(default_factory=dict)

    def cell(self, sheet: str, row: int, column: str) -> str:
        """The address of a cell, as `offers!C7`; of the whole row, `offers!7:7`, where the file has no such column."""
        letter = self.cells.get(sheet, {}).get(column)
        where = f"{letter}{row}" if letter else f"{row}:{row}"
        return f"{self.titles.get(sheet, sheet)}!{where}"

    def setting_cell(self, setting: str) -> str:
        """The address of a setting's value; of the sheet where the default was used."""
        row = self.setting_rows.get(setting)
        return self.titles.get("settings", "settings") if row is None else self.cell("settings", row, "value")


@dataclass(frozen=True)
class Overview:
    """What a file held: rows by sheet, and the sheets that were left aside or used though hidden."""

    rows: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """The outcome of checking a file: the case, unless an error forbids it, and every problem found."""

    name: str
    case: Case | None
    problems: tuple[Problem, ...]
    overview: Overview

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity != "error")


def check_case(path: str | Path) -> Checked:
    """Read and check a workbook (.xlsx) or a folder of CSV files; never raises for what the file holds."""
    from planner.check.assemble import assemble
    from planner.check.run import check_book
    from planner.source import open_book

    book = open_book(Path(path))
    outcome = check_book(book)
    rows = {table.title: len(table.rows) for table in outcome.tables.values() if table.found}
    overview = Overview(rows, tuple(outcome.layout.ignored), tuple(outcome.layout.hidden))
    case = Case(name=book.name, **assemble(outcome)) if outcome.sound else None
    return Checked(book.name, case, tuple(outcome.problems), overview)


def read_case(path: str | Path) -> Case:
    """The case in a workbook or folder; raises InputInvalid with every problem when there is an error."""
    checked = check_case(path)
    if checked.case is None:
        raise InputInvalid(checked.problems)
    return checked.case
