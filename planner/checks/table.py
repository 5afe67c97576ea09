"""One sheet while it is being checked: raw values first, typed ones after the cell checks."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from planner.checks.amounts import METRIC_TONS, Quantity
from planner.checks.catalogue import problem
from planner.errors import Problem
from planner.schema import Column, Sheet

ANY = "*"  # what a cell says that means all of them


@dataclass
class Table:
    """Values by column, in the order of `rows` (row numbers in the file); a blank cell is None.

    `bad` holds the positions of cells with an error, which are None as well: later checks must not judge them.
    """

    sheet: Sheet
    title: str
    found: bool = False
    heading_row: int = 1
    rows: list[int] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    values: MutableMapping[str, list[Any]] = field(default_factory=dict)
    bad: dict[str, set[int]] = field(default_factory=dict)
    faulty: bool = False
    plain_text: bool = False
    counted: Quantity = METRIC_TONS

    def __post_init__(self) -> None:
        for name in self.sheet.by_name:
            self.values.setdefault(name, [])

    @property
    def lacks_columns(self) -> bool:
        """Whether a column that must be filled in is not there at all."""
        return any(column.required and column.name not in self.letters for column in self.sheet.columns)

    def address(self, position: int, column: str) -> str:
        """Where a cell stands; the whole row where the sheet has no such column."""
        row = self.rows[position]
        return f"{self.letters[column]}{row}" if column in self.letters else f"{row}:{row}"

    def value(self, position: int, column: str) -> Any:
        return self.values[column][position]

    def sound(self, position: int, *columns: str) -> bool:
        """Whether these cells of a row could be read."""
        return not any(position in self.bad.get(column, ()) for column in columns)

    def problem(self, code: str, position: int, column: str, *, message: str, fix: str, found: str = "") -> Problem:
        """A problem at one cell."""
        if not found:
            found = show(self.values[column][position]) if column in self.values else ""
        return problem(code, self.title, self.address(position, column), column, found, message=message, fix=fix)

    def or_assumed(self) -> Table:
        """This table; where it has no rows and the sheet says what stands for them, one with that row, numbered 0."""
        if self.rows or self.faulty or not self.sheet.assumed:
            return self
        values = {name: [self.sheet.assumed.get(name)] for name in self.values}
        return replace(self, rows=[0], letters={}, values=values)

    def where(self, position: int, column: str) -> str:
        """The cell with its sheet, as `offers!C7`."""
        return f"{self.title}!{self.address(position, column)}"


def show(value: Any) -> str:
    """A value as a letter to a user shows it: texts in quotes and cut, numbers plain.

    >>> show("1,250"), show(1250.0), show(None)
    ("'1,250'", '1250', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 80 else f"'{value[:77]}...'"
    return str(value)


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """The sheet's columns and the provenance that every sheet may carry."""
    return tuple(sheet.by_name.values())


Tables = Mapping[str, Table]
