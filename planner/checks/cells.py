"""The first level: turns every cell into a value of its column's kind, or says exactly what is wrong with it.

Nothing is guessed. A text that only looks like a number is refused with the number to type instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.checks import dates, numbers, texts
from planner.checks.amounts import METRIC_TONS, Quantity
from planner.checks.catalogue import problem
from planner.checks.fault import CellFault
from planner.checks.grid import BadCell
from planner.checks.table import Table, columns_of, show
from planner.errors import Problem
from planner.schema import (
    SHEET,
    Choice,
    Column,
    Date,
    HtsCode,
    Name,
    NameList,
    Number,
    Ref,
    Whole,
    Year,
    YesNo,
)

Parse = Callable[[Any, bool], Any]


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one column; `plain_text` is true for CSV, where every value arrives as text."""

    column: Column
    plain_text: bool
    parse: Parse

    def read(self, value: Any) -> Any:
        """The typed value; raises CellFault."""
        if value is None:
            if self.column.required:
                raise CellFault("cell.missing", f"expected {expected(self.column)}", fill_in(self.column))
            return None
        if isinstance(value, BadCell):
            raise _bad(value, self.column)
        return self.parse(value, self.plain_text)


def reader(column: Column, plain_text: bool, counted: Quantity = METRIC_TONS) -> Reader:
    """How the cells of a column are read, in a workbook whose amounts are counted so."""
    return Reader(column, plain_text, _parser(target(column), counted))


def target(column: Column) -> Column:
    """The column whose kind decides: for a reference to a year, that year's column; else itself."""
    if isinstance(column, Ref) and len(column.to) == 1 and column.to[0] != "*":
        sheet, name = column.to[0].split(".")
        defined = SHEET[sheet][name]
        if isinstance(defined, (Year, Whole)):
            return defined
    return column


def _parser(column: Column, counted: Quantity) -> Parse:
    said = expected(column)
    if isinstance(column, Number):
        return numbers.number(column, said, counted)
    if isinstance(column, (Whole, Year)):
        return numbers.whole(column, said)
    if isinstance(column, Date):
        return dates.date(column)
    if isinstance(column, YesNo):
        return texts.yes_no
    if isinstance(column, Choice):
        return texts.choice(column)
    if isinstance(column, NameList):
        return texts.name_list
    if isinstance(column, (Name, Ref)):
        return texts.name
    if isinstance(column, HtsCode):
        return texts.hts
    return texts.text


def expected(column: Column) -> str:
    """What belongs into a column's cells, in words.

    >>> expected(SHEET["facilities"]["capacity_t_per_year"])
    'a number of t/yr, 0 or more'
    """
    column = target(column)
    if isinstance(column, (Number, Whole)):
        return numbers.expected(column)
    if isinstance(column, Year):
        return f"a year from {column.at_least} to {column.at_most}"
    if isinstance(column, Choice):
        return texts.one_of(column)
    if isinstance(column, Ref):
        targets = [name.replace(".", " sheet, column ") for name in column.to if name != "*"]
        star = ", or *" if "*" in column.to else ""
        return f"a name from the {' or the '.join(targets)}{star}"
    words: dict[type[Column], str] = {
        YesNo: "yes or no",
        Date: "a date such as 2026-01-31",
        NameList: "names separated by semicolons",
        Name: "a name",
        HtsCode: "the digits of a tariff heading, such as 2846.90",
    }
    return words.get(type(column), "a text")


def fill_in(column: Column) -> str:
    """What to do about a blank cell that may not be blank."""
    sample = f", for example {show(column.example)}" if column.example is not None else ""
    return f"Fill in the cell{sample}; it may not be blank."


def _bad(value: BadCell, column: Column) -> CellFault:
    if value.kind == "error":
        text = f"expected {expected(column)}"
        return CellFault("cell.excel-error", text, "Mend the formula, or type the value.", value.text)
    if value.kind == "uncalculated":
        text = "the formula has no stored value, because the program that wrote it did not calculate it"
        fix = "Open the file in Excel or LibreOffice and save it, or type the value."
        return CellFault("cell.uncalculated", text, fix, show(value.text))
    fix = f"Type the value again: {expected(column)}."
    return CellFault("cell.unreadable", "the cell cannot be read", fix, show(value.text))


def read_cells(table: Table, plain_text: bool) -> list[Problem]:
    """Replace the table's raw values by typed ones; a cell with an error becomes None and is noted as bad."""
    found: list[Problem] = []
    for column in columns_of(table.sheet):
        if column.name in table.letters and not (table.sheet.name == "settings" and column.name == "value"):
            _read_column(table, column, plain_text, found)
    return found


def _read_column(table: Table, column: Column, plain_text: bool, found: list[Problem]) -> None:
    read = reader(column, plain_text, table.counted).read
    values, bad = table.values[column.name], table.bad.setdefault(column.name, set())
    trims = isinstance(column, (Name, Ref))
    for position, value in enumerate(values):
        if value is None and not column.required:
            continue
        try:
            values[position] = read(value)
        except CellFault as fault:
            found.append(table_problem(table, position, column.name, value, fault))
            values[position] = None
            bad.add(position)
            continue
        if trims and isinstance(value, str) and value != values[position] and not plain_text:
            found.append(_trimmed(table, position, column.name, value))


def table_problem(table: Table, position: int, column: str, value: Any, fault: CellFault) -> Problem:
    """The problem of a cell that could not be read."""
    where = table.address(position, column)
    shown = fault.found or ("a blank cell" if value is None else show(value))
    return problem(fault.code, table.title, where, column, shown, message=fault.message, fix=fault.fix)


def _trimmed(table: Table, position: int, column: str, value: str) -> Problem:
    return table.problem(
        "cell.trimmed", position, column, found=show(value), message="spaces around the name are dropped",
        fix="Delete them, so that other programs see the same name.",
    )  # fmt: skip
