"""Turns the quick workbook (Quotes, Need, Duties, Settings) into the sheets of a full case, before anything else.

What is made is read and checked like any other sheet; what is then wrong is told in the cells that were typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from planner.checks import keys
from planner.checks.catalogue import problem
from planner.checks.cells import read_cells
from planner.checks.grid import Grid, RawBook
from planner.checks.headings import read_table
from planner.checks.names import plain
from planner.checks.quick.making import MadeFrom, Making
from planner.checks.quick.shown import shown
from planner.checks.quick.translation import Translation
from planner.checks.table import Table
from planner.errors import Problem
from planner.schema.quick import QUICK, QUICK_SHEET

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


def translate(book: RawBook) -> Quick:
    """The full sheets of a quick workbook; its further sheets are left to whoever reads full ones."""
    quick = Quick(typed={sheet.name: Table(sheet, sheet.name.capitalize()) for sheet in QUICK})
    for grid in book.grids:
        if belongs(grid):
            _read(grid, quick)
    made = (*MADE, *((AWARDS,) if any(quick.typed["quotes"].values.get("today", ())) else ()))
    for grid in book.grids:
        if plain(grid.title) in made and not belongs(grid):
            text = f"the sheet {plain(grid.title)} is made of Quotes, Need and Duties"
            fix = "Delete it; or turn the workbook into full sheets with `ree-planner convert`, and change it there."
            quick.problems.append(problem("structure.duplicate-sheet", grid.shown, message=text, fix=fix))
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
    table, found = read_table(QUICK_SHEET[name], grid)
    quick.typed[name] = table
    quick.problems.extend(found)
    quick.problems.extend(read_cells(table, table.plain_text))
    quick.problems.extend(keys.duplicates(table))


def _empty(typed: dict[str, Table]) -> Iterator[Problem]:
    for table in typed.values():
        if table.sheet.needed and not table.rows and not table.faulty:
            columns = ", ".join(column.name for column in table.sheet.columns if column.required)
            text = f"nothing is filled in ({table.sheet.adds})"
            yield problem("structure.empty-sheet", table.title, message=text, fix=f"Fill in {columns}.")
