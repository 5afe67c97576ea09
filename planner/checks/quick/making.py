"""Sheets of a full case in the making: their rows as they would be typed, and the cell each value comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from planner.checks.grid import letter
from planner.checks.table import Table
from planner.errors import Problem
from planner.schema import PROVENANCE, SHEET

FIRST_ROW = 2
NOTES = tuple(column.name for column in PROVENANCE)
ADDRESS = re.compile(r"([A-Z]*)(\d+)")
IN_THE_SAME = re.compile(r" in ([A-Z]{1,2}\d+)\b")
IN_A_SENTENCE = re.compile(r"\b([a-z_]+)!([A-Z]*)(\d+)(?::[A-Z]*\d+)?")


class Cell(NamedTuple):
    """A value and where it was typed: a sheet, a row of it by position, and a column of it."""

    value: Any
    table: Table
    position: int
    column: str

    @property
    def sheet(self) -> str:
        return self.table.title

    @property
    def address(self) -> str:
        return self.table.address(self.position, self.column)


MadeRow = Mapping[str, Cell]


@dataclass
class Making:
    """The full sheets made so far, row by row."""

    rows: dict[str, list[MadeRow]] = field(default_factory=dict)

    def add(self, sheet: str, **cells: Cell) -> None:
        """One more row of a sheet; a cell without a value stays blank, and is known by where it would be typed."""
        self.rows.setdefault(sheet, []).append(cells)

    def table(self, name: str) -> Table:
        """A sheet that was made, as if it had been read."""
        rows = self.rows.get(name, [])
        table = Table(SHEET[name], name, found=True)
        table.rows = list(range(FIRST_ROW, FIRST_ROW + len(rows)))
        for place, column in enumerate(table.sheet.by_name, start=1):
            table.values[column] = [row[column].value if column in row else None for row in rows]
            if any(value is not None for value in table.values[column]) or table.sheet[column].required:
                table.letters[column] = letter(place)
        return table

    def origins(self, names: Iterable[str]) -> MadeFrom:
        """Where each value of these sheets was typed."""
        return MadeFrom({name: tuple(self.rows.get(name, ())) for name in names})


@dataclass(frozen=True)
class MadeFrom:
    """Finds the cell a user typed for a cell of a sheet that was made; of sheets that were not made it says nothing."""

    rows: Mapping[str, tuple[MadeRow, ...]] = field(default_factory=dict)

    def of(self, sheet: str, row: int, column: str) -> Cell | None:
        """The cell behind a value; where the value is a default, one that says of which row it is."""
        rows = self.rows.get(sheet, ())
        if not FIRST_ROW <= row < FIRST_ROW + len(rows):
            return None
        cells = rows[row - FIRST_ROW]
        return cells.get(column) or next(iter(cells.values()))

    def place(self, sheet: str, row: int, column: str) -> str | None:
        """The same as `Quotes!C5`."""
        cell = self.of(sheet, row, column)
        return cell and f"{cell.sheet}!{cell.address}"

    def made(self, table: Table) -> bool:
        """Whether a sheet is one of these, and none that was laid over it."""
        return table.title in self.rows

    def as_typed(self, problem: Problem) -> Problem:
        """A problem in a user's own cells."""
        if problem.sheet not in self.rows:
            return replace(problem, message=self._sentence(problem.message), fix=self._sentence(problem.fix))
        message = IN_THE_SAME.sub(lambda at: f" in {problem.sheet}!{at[1]}", problem.message)
        text = {"message": self._sentence(message), "fix": self._sentence(problem.fix)}
        found = ADDRESS.match(problem.cell)
        if found is None:
            return replace(problem, **text)
        column = self._column(problem.sheet, found[1]) or problem.column
        cell = self.of(problem.sheet, int(found[2]), column)
        if cell is None:
            return replace(problem, **text)
        return replace(problem, sheet=cell.sheet, cell=cell.address, column=cell.column, **text)

    def _sentence(self, text: str) -> str:
        if not self.rows:
            return text

        def place(found: re.Match[str]) -> str:
            return self.place(found[1], int(found[3]), self._column(found[1], found[2])) or found[0]

        return IN_A_SENTENCE.sub(place, text)

    @staticmethod
    def _column(sheet: str, letters: str) -> str:
        if sheet not in SHEET:
            return ""
        return next((name for place, name in enumerate(SHEET[sheet].by_name, 1) if letter(place) == letters), "")


def typed(table: Table, position: int, column: str, value: Any = None) -> Cell:
    """A cell of a quick sheet, or a value that follows from it."""
    return Cell(table.value(position, column) if value is None else value, table, position, column)


def notes_of(table: Table, position: int) -> dict[str, Cell]:
    """What a reader wants to know of a row: source, year, grade and note."""
    return {
        name: typed(table, position, name)
        for name in NOTES
        if table.sheet.by_name.get(name) in PROVENANCE or name == "note"
    }
