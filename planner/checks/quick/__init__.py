"""Turns the quick workbook (Quotes, Need, Duties, Settings) into the sheets of a full case, before anything else.

What is made is read and checked like any other sheet; what is then wrong is told in the cells that were typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.checks import keys
from planner.checks.amounts import QUANTITY_UNIT, Quantity, refuse_unit
from planner.checks.catalogue import problem
from planner.checks.cells import read_cells, table_problem
from planner.checks.fault import CellFault
from planner.checks.grid import Grid, RawBook
from planner.checks.headings import read_table
from planner.checks.names import plain
from planner.checks.quick.making import MadeFrom, Making
from planner.checks.quick.shown import shown
from planner.checks.quick.translation import Translation
from planner.checks.table import Table
from planner.errors import Problem
from planner.schema.quick import QUICK, QUICK_SHEET, counted_in

MADE = (
    "settings", "periods", "countries", "places", "materials", "suppliers", "offers", "offer_prices", "lanes",
    "segments", "demand", "tariffs",
)  # fmt: skip

AWARDS = "awards"  # made where quotes say what is bought today; else it may stand beside the four


@dataclass
class Quick:
    """A quick workbook translated: the sheets made of it, what to say of them, and where their values were typed.

    Where its own cells are faulty, nothing is made.
    """

    typed: dict[str, Table] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    origins: MadeFrom = field(default_factory=MadeFrom)
    derived: tuple[str, ...] = ()


def is_quick(book: RawBook) -> bool:
    """Whether a file is a quick workbook: it has a sheet Quotes."""
    return any(plain(grid.title) == QUICK[0].name for grid in book.grids)


def belongs(grid: Grid) -> bool:
    """Whether a sheet is one of the four."""
    return plain(grid.title) in QUICK_SHEET and not grid.chart


def translate(book: RawBook, counted: Quantity) -> Quick:
    """The full sheets of a quick workbook; its further sheets are left to whoever reads full ones."""
    sheets = {sheet.name: counted_in(sheet, counted.one, counted.many) for sheet in QUICK}
    quick = Quick(typed={name: Table(sheet, name.capitalize(), counted=counted) for name, sheet in sheets.items()})
    for grid in book.grids:
        if belongs(grid):
            _read(grid, quick)
    made = (*MADE, *((AWARDS,) if any(quick.typed["quotes"].values.get("today", ())) else ()))
    for grid in book.grids:
        if plain(grid.title) in made and not belongs(grid):
            text = f"the sheet {plain(grid.title)} is made of Quotes, Need and Duties"
            fix = "Delete it; or turn the workbook into full sheets with `ree-planner convert`, and change it there."
            quick.problems.append(problem("structure.duplicate-sheet", grid.shown, message=text, fix=fix))
    quick.problems.extend(_unit(quick.typed["settings"]))
    quick.problems.extend(_empty(quick.typed))
    if any(one.severity == "error" for one in quick.problems):
        return quick
    making = Making()
    quick.problems.extend(Translation(quick.typed, making).make())
    if not any(one.severity == "error" for one in quick.problems):
        quick.tables = {name: making.table(name) for name in made}
        quick.tables["settings"].plain_text = quick.typed["settings"].plain_text  # its values are read there
        quick.origins, quick.derived = making.origins(made), shown(making.rows)
    return quick


def _read(grid: Grid, quick: Quick) -> None:
    name = plain(grid.title)
    if quick.typed[name].found:
        text = f"'{quick.typed[name].title}' and '{grid.shown}' are both the sheet {name}"
        fix = "Put all rows on one of them and delete the other."
        quick.problems.append(problem("structure.duplicate-sheet", grid.shown, message=text, fix=fix))
        return
    before = quick.typed[name]
    table, found = read_table(before.sheet, grid, before.counted)
    quick.typed[name] = table
    quick.problems.extend(found)
    quick.problems.extend(read_cells(table, table.plain_text))
    quick.problems.extend(keys.duplicates(table))


def _unit(settings: Table) -> Iterator[Problem]:
    """What amounts are in is judged first, since quotes are read with it."""
    for position, (name, unit) in enumerate(zip(*(settings.values[c] for c in ("setting", "value")), strict=True)):
        if name == QUANTITY_UNIT and unit is not None:
            try:
                refuse_unit(str(unit))
            except CellFault as fault:
                yield table_problem(settings, position, "value", unit, fault)


def _empty(typed: dict[str, Table]) -> Iterator[Problem]:
    for table in typed.values():
        if table.sheet.needed and not table.rows and not table.faulty:
            columns = ", ".join(column.name for column in table.sheet.columns if column.required)
            text = f"nothing is filled in ({table.sheet.adds})"
            yield problem("structure.empty-sheet", table.title, message=text, fix=f"Fill in {columns}.")
