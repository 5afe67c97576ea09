"""A case: the checked tables of one workbook or folder, with the cell each value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InputInvalid, Problem

if TYPE_CHECKING:
    import pandas as pd

    from planner.case.upload import Room


@dataclass(frozen=True)
class Case:
    """All tables with defaults filled in; `tables[sheet].index` is the row's number in the file.

    `titles` and `cells` say what a sheet is called there and in which column each value stands; `typed_in` which cell
    was typed for each that was made of a quick workbook.
    """

    name: str
    settings: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    cells: Mapping[str, Mapping[str, str]]
    defaults_used: pd.DataFrame
    fingerprint: str
    warnings: tuple[Problem, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    setting_cells: Mapping[str, str] = field(default_factory=dict)
    typed_in: Mapping[tuple[str, int, str], str] = field(default_factory=dict)

    def cell(self, sheet: str, row: int, column: str) -> str:
        """The address of a cell, as `offers!C7`; of the whole row, `offers!7:7`, where the file has no such column."""
        typed = self.typed_in.get((sheet, row, column))
        if typed is not None:
            return typed
        letter = self.cells.get(sheet, {}).get(column)
        where = f"{letter}{row}" if letter else f"{row}:{row}"
        return f"{self.titles.get(sheet, sheet)}!{where}"

    @property
    def country_of(self) -> dict[str, str]:
        """The country of each place."""
        places = self.tables["places"]
        return dict(zip(places["place"], places["country"], strict=True))

    @property
    def groups_of(self) -> dict[str, tuple[str, ...]]:
        """The groups that each country belongs to."""
        countries = self.tables["countries"]
        groups = [tuple(names or ()) for names in countries["group"]]
        return dict(zip(countries["country"], groups, strict=True))

    def setting_cell(self, setting: str) -> str:
        """The address of a setting's value; of the sheet where the default was used."""
        return self.setting_cells.get(setting, self.titles.get("settings", "settings"))


@dataclass(frozen=True)
class Overview:
    """What a file held: rows by sheet, the sheets left aside or used though hidden, and what was made of others."""

    rows: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


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

    def document(self, limit: int = 500) -> dict[str, Any]:
        """All of it as plain data, for `check --json` and for pages; at most `limit` problems, all of them counted."""
        from planner.checks.document import document

        facts = {
            "case": self.name,
            "fingerprint": self.case.fingerprint if self.case else None,
            "sheets": dict(self.overview.rows),
            "ignored": list(self.overview.ignored),
            "hidden": list(self.overview.hidden),
            "derived": list(self.overview.derived),
        }
        return document(self.problems, limit, **facts)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity != "error")


def check_case(path: str | Path, overlays: Sequence[str | Path] = ()) -> Checked:
    """Read and check a workbook (.xlsx) or a folder of CSV files; never raises for what the file holds.

    Each of the overlays, files of the same kinds, is laid over what stands before it: see inputs/README.md.
    """
    from planner.checks.assemble import assemble
    from planner.checks.document import in_order
    from planner.checks.run import check_book
    from planner.workbook.source import open_case

    book = open_case(Path(path), [Path(one) for one in overlays])
    outcome = check_book(book)
    outcome.problems = list(in_order(outcome.problems))
    layout = outcome.layout
    overview = Overview(outcome.titled, tuple(layout.ignored), tuple(layout.hidden), layout.derived)
    case = Case(name=book.name, **assemble(outcome)) if outcome.sound else None
    return Checked(book.name, case, tuple(outcome.problems), overview)


def check_upload(path: str | Path, overlays: Sequence[str | Path] = (), room: Room | None = None) -> Checked:
    """Like check_case, for a file from a stranger: read in a process of its own with little memory and time."""
    from planner.case.upload import check_apart

    answer = check_apart(Path(path), [Path(one) for one in overlays], room)
    if isinstance(answer, Problem):
        return Checked(Path(path).stem, None, (answer,), Overview())
    if not isinstance(answer, Checked):
        raise TypeError(type(answer).__name__)
    return answer


def read_upload(path: str | Path, overlays: Sequence[str | Path] = ()) -> Case:
    """As `read_case`, in a process of its own with little memory and time."""
    checked = check_upload(path, overlays)
    if checked.case is None:
        raise InputInvalid(checked.problems)
    return checked.case


def read_case(path: str | Path, overlays: Sequence[str | Path] = ()) -> Case:
    """The case in a workbook or folder, overlays on it; raises InputInvalid with every problem if there is an error."""
    checked = check_case(path, overlays)
    if checked.case is None:
        raise InputInvalid(checked.problems)
    return checked.case
