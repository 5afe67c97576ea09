"""Finds the sheets a case needs, and names everything that has no place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from planner.checks.amounts import METRIC_TONS, QUANTITY_UNIT, Quantity
from planner.checks.catalogue import problem
from planner.checks.grid import Grid, RawBook
from planner.checks.headings import REMARK, read_table
from planner.checks.names import did_you_mean, nearest, plain
from planner.checks.quick import belongs, is_quick, translate
from planner.checks.quick.making import MadeFrom
from planner.checks.table import Table, show
from planner.errors import Problem
from planner.schema import SHEET, SHEETS

OURS = {"read_me", "issues", "lists", "notes"}


@dataclass
class Layout:
    """The tables found, and the titles of sheets that were used though hidden, or left aside.

    Of a quick workbook `typed` are its own sheets, `derived` says what was made of them, and `origins` where each value
    was typed; `unmade` says that it is too faulty to make anything of. `counted` is what the file's amounts are in.
    """

    tables: dict[str, Table]
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    more_settings: list[Table] = field(default_factory=list)
    typed: dict[str, Table] = field(default_factory=dict)
    derived: tuple[str, ...] = ()
    origins: MadeFrom = field(default_factory=MadeFrom)
    unmade: bool = False
    counted: Quantity = METRIC_TONS


def lay_out(book: RawBook) -> Layout:
    """Match the file's sheets with the schema's, and lay those of its overlays over them."""
    counted = _counted(book)
    layout = _matched(book, counted)
    for overlay in book.overlays:
        _lay_over(layout, _matched(overlay, counted))
    if not layout.unmade:
        layout.problems.extend(_missing(layout.tables))
    return layout


def _counted(book: RawBook) -> Quantity:
    """What amounts are in, by the last settings sheet that says so; headings and cells are read with it."""
    sheet, unit = SHEET["settings"], None
    titles = {plain(name) for name in (sheet.name, *sheet.aliases)}
    for grid in (grid for one in (book, *book.overlays) for grid in one.grids if plain(grid.title) in titles):
        values = read_table(sheet, grid)[0].values
        for name, value in zip(values["setting"], values["value"], strict=True):
            unit = value if str(name).strip() == QUANTITY_UNIT else unit
    return Quantity.named(unit)


def _lay_over(layout: Layout, over: Layout) -> None:
    """A sheet takes the place of the whole sheet below it; a settings sheet that of the settings it names."""
    for name, table in over.tables.items():
        if not table.found:
            continue
        below = layout.tables[name]
        if name == "settings":
            layout.more_settings.append(table)
            continue
        if below.rows and not table.rows and not table.faulty:
            text = f"the sheet has no rows, and so takes away the {len(below.rows)} rows of {below.title}"
            text += f"; without rows {table.sheet.assumed_means}" if table.sheet.assumed else ""
            fix = "Take the sheet out of the overlay if the rows should stay."
            layout.problems.append(problem("structure.emptied", table.title, message=text, fix=fix))
        layout.tables[name] = table
        layout.problems = [one for one in layout.problems if one.sheet != below.title]
    layout.problems.extend(over.problems)
    layout.ignored.extend(over.ignored)
    layout.hidden.extend(over.hidden)


def _matched(book: RawBook, counted: Quantity) -> Layout:
    """Match one file's sheets with the schema's."""
    layout = Layout({sheet.name: Table(sheet, sheet.name) for sheet in SHEETS}, counted=counted)
    names = {plain(alias): sheet.name for sheet in SHEETS for alias in (sheet.name, *sheet.aliases)}
    quick = is_quick(book)
    if quick:
        _make(book, layout)
    for grid in book.grids:
        key = plain(grid.title)
        if quick and (belongs(grid) or key in layout.origins.rows):
            layout.problems.extend(_said(grid, book))
            layout.hidden.extend([grid.shown] if grid.hidden else [])
            continue
        if key in names:
            _take(grid, names[key], book, layout)
        elif key in OURS or key.startswith(REMARK) or (grid.chart and not nearest(grid.title, names)):
            layout.ignored.append(grid.shown)
        else:
            layout.problems.append(_unknown_sheet(grid, names.values()))
    layout.problems.extend(_not_read(book.others, names))
    return layout


def _make(book: RawBook, layout: Layout) -> None:
    """Put the sheets that follow from a quick workbook where those of a full one would be."""
    made = translate(book, layout.counted)
    layout.tables |= made.tables
    layout.problems.extend(made.problems)
    layout.typed, layout.derived, layout.origins = made.typed, made.derived, made.origins
    layout.unmade = not made.tables


def _not_read(files: Iterable[str], names: Mapping[str, str]) -> Iterator[Problem]:
    """Files of a folder that are named as a sheet and no CSV files, such as tariffs.csv.txt."""
    for file in files:
        if plain(file.split(".", maxsplit=1)[0]) in names:
            text = f"the file {file} is not read: only files that end in .csv are"
            yield problem("file.not-read", message=text, fix="Rename it if it should count; else take it away.")


def _take(grid: Grid, name: str, book: RawBook, layout: Layout) -> None:
    table = layout.tables[name]
    if grid.chart:
        text = "the sheet is a chart, but its name is that of a table"
        layout.problems.append(problem("structure.chart-sheet", grid.shown, message=text, fix="Rename the chart."))
        table.faulty = True
    elif table.found:
        text = f"'{table.title}' and '{grid.shown}' are both the sheet {name}"
        fix = "Put all rows on one of them and delete the other."
        layout.problems.append(problem("structure.duplicate-sheet", grid.shown, message=text, fix=fix))
    else:
        table, problems = read_table(SHEET[name], grid, layout.counted)
        layout.tables[name] = table
        layout.problems.extend(problems)
        layout.problems.extend(_said(grid, book))
        if grid.hidden:
            layout.hidden.append(grid.shown)


def _said(grid: Grid, book: RawBook) -> Iterator[Problem]:
    """What a user should know about how the sheet was read."""
    hidden = ["the sheet"] if grid.hidden else []
    if grid.hidden_rows:
        hidden.append(f"{len(grid.hidden_rows)} rows ({', '.join(map(str, grid.hidden_rows[:5]))} ...)")
    if grid.hidden_columns:
        hidden.append(f"the columns {', '.join(grid.hidden_columns[:5])}")
    if hidden and grid.rows:
        text = f"hidden or filtered away, but used all the same: {'; '.join(hidden)}"
        yield problem("structure.hidden", grid.shown, message=text, fix="Delete what should not count.")
    if grid.formulas and book.recalculate:
        text = f"{grid.formulas} formulas were written by a program that may not have calculated them"
        fix = "Open the file in Excel or LibreOffice and save it, so that their values are stored."
        yield problem("structure.stale-formulas", grid.shown, message=text, fix=fix)
    if grid.linked:
        text = f"{grid.linked} formulas take their value from another workbook; the values last stored are used"
        yield problem("structure.linked-formulas", grid.shown, message=text, fix="Paste them as values.")


def _unknown_sheet(grid: Grid, known: Iterable[str]) -> Problem:
    fix = f"{did_you_mean(grid.title, known)} Rename the sheet or take it out of the file.".strip()
    return problem(
        "structure.unknown-sheet", grid.shown, found=show(grid.title), message="no sheet has this name", fix=fix
    )


def _missing(tables: dict[str, Table]) -> Iterator[Problem]:
    for name, table in tables.items():
        if not table.sheet.needed or table.faulty or table.rows:
            continue
        columns = ", ".join(column.name for column in table.sheet.columns if column.required)
        if table.found:
            yield problem(
                "structure.empty-sheet", table.title, message="the sheet has no rows", fix=f"Fill in {columns}."
            )
        else:
            text = f"the sheet {name} is missing ({table.sheet.adds})"
            yield problem("structure.missing-sheet", name, message=text, fix=f"Add it with the columns {columns}.")
