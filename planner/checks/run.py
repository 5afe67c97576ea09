"""Runs all levels of checks over a book, and hands back the typed tables with everything that was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from planner.checks import (
    agreements,
    countries,
    cross,
    dated,
    decided,
    futures,
    horizon,
    idle,
    idle_duties,
    keys,
    plausible,
    policies,
    priced,
    quantity,
    rows,
    settings,
    ties,
)
from planner.checks.cells import read_cells
from planner.checks.grid import RawBook
from planner.checks.kept import EVERY, STATED, AnyCheck, Checks, Examined
from planner.checks.spelling import one_spelling
from planner.checks.structure import Layout, lay_out
from planner.checks.table import Table
from planner.errors import Problem, any_error
from planner.schema import SHEETS

OF_ROWS: tuple[AnyCheck, ...] = (rows.check_rows, keys.duplicates, keys.cycles)


class SpelledAlike(NamedTuple):
    """What was said while names were spelled alike: the rows that were made for it, and the problems."""

    derived: tuple[str, ...]
    problems: list[Problem]


@dataclass
class CheckOutcome:
    """Typed tables before defaults, settings with the rows they stand in, and all problems in order."""

    layout: Layout
    settings: dict[str, settings.Stated] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def tables(self) -> dict[str, Table]:
        return self.layout.tables

    @property
    def examined(self) -> Examined:
        """What checks may look at."""
        return Examined(self.tables, self.settings)

    @property
    def sound(self) -> bool:
        return not any_error(self.problems)

    @property
    def titled(self) -> dict[str, int]:
        """Rows by sheet, as the file has them."""
        read = (table for table in self.tables.values() if not self.layout.origins.made(table))
        return {table.title: len(table.rows) for table in (*self.layout.typed.values(), *read) if table.found}

    def tell(self) -> CheckOutcome:
        """Name the cells that were typed, where sheets were made of others, and amounts as the file counts them."""
        counted = self.layout.counted.keeping(self._texts())
        self.problems = [self.layout.origins.as_typed(counted.letter(problem)) for problem in self.problems]
        self.layout.derived = counted.told_all(self.layout.derived)
        return self

    def told_of(self, named: SpelledAlike) -> None:
        """Add what was said while names were spelled alike."""
        self.layout.derived += named.derived
        self.problems.extend(named.problems)

    def _texts(self) -> Iterator[str]:
        """What people typed: also what could not be read, which a problem shows."""
        layout = self.layout
        for table in (*layout.tables.values(), *layout.more_settings, *layout.typed.values()):
            for cell in chain.from_iterable(table.values.values()):
                yield from (cell,) if isinstance(cell, str) else cell if isinstance(cell, tuple) else ()
        yield from (problem.found.strip("'") for problem in self.problems)


def check_cells(book: RawBook) -> CheckOutcome:
    """File, sheets, headings and cells only: all that must be right before a file can be converted."""
    return typed_cells(book).tell()


def typed_cells(book: RawBook) -> CheckOutcome:
    """The same, with problems that still name the cells of sheets that were made of others."""
    if not book.readable:
        return CheckOutcome(
            Layout({sheet.name: Table(sheet, sheet.name) for sheet in SHEETS}), problems=list(book.problems)
        )
    layout = lay_out(book)
    outcome = CheckOutcome(layout, problems=[*book.problems, *layout.problems])
    for table in layout.tables.values():
        outcome.problems.extend(read_cells(table, table.plain_text))
    for over in layout.more_settings:
        outcome.problems.extend(read_cells(over, over.plain_text))
    tables = [layout.tables[settings.SHEET_NAME], *layout.more_settings]
    if not layout.unmade:
        outcome.settings = settings.read_settings(tables, outcome.problems)
    return outcome


def check_book(book: RawBook) -> CheckOutcome:
    """Everything, level by level; a level judges only what the levels before it found sound."""
    outcome = typed_cells(book)
    if book.readable and not outcome.layout.unmade:
        check_sense(outcome)
    return outcome.tell()


def check_sense(outcome: CheckOutcome) -> None:
    """The levels above the cells: rows, names, and what stands between sheets."""
    outcome.told_of(name_alike(outcome.examined))
    look_through(outcome, Checks(outcome.examined))


def name_alike(examined: Examined) -> SpelledAlike:
    """Turn names in the tables and settings into codes and one spelling each, before anything compares them."""
    return SpelledAlike(countries.by_code(*examined), one_spelling(*examined))


def look_through(outcome: CheckOutcome, checks: Checks) -> None:
    """Run the checks that look at tables and settings, and change nothing in them."""
    tables, found = outcome.tables, outcome.problems
    for name in (name for name, table in tables.items() if table.rows):
        for check in OF_ROWS:
            found.extend(checks(check, name))
    for table in (table for table in outcome.layout.more_settings if table.rows):
        for check in OF_ROWS:
            found.extend(check(table))
    found.extend(checks(keys.periods, "periods"))
    found.extend(checks(keys.references, EVERY))
    found.extend(checks(settings.unknown_references, STATED, EVERY))
    _between_sheets(outcome, checks)


def _between_sheets(outcome: CheckOutcome, checks: Checks) -> None:
    """The last two levels. Each check runs where the sheets it looks at have no error so far."""
    faulty = {problem.sheet for problem in outcome.problems if problem.severity == "error"}
    sound = [name for name, table in outcome.tables.items() if table.title not in faulty and not table.faulty]
    missing = {name for name, table in outcome.tables.items() if table.sheet.needed and not table.rows}
    to_judge = {*sound} - missing

    def run(check: AnyCheck, sheets: Iterable[str], *given: str) -> None:
        if to_judge.issuperset(sheets):
            outcome.problems.extend(checks(check, *given))

    for each in (agreements, dated, decided, futures, policies, ties, idle, idle_duties):
        for check, sheets in each.CHECKS:
            run(check, sheets, EVERY)
    for check, sheets in cross.ALONE:
        run(check, sheets, EVERY)
    for each in (ties, idle_duties, quantity, priced):
        for tied, sheets in each.WITH_SETTINGS:
            run(tied, sheets, EVERY, STATED)
    run(cross.check_network, cross.NETWORK_SHEETS, EVERY)
    run(cross.check_idle, (*cross.NETWORK_SHEETS, *cross.IDLE_SHEETS), EVERY)
    run(horizon.calendar, ("periods", "build_options"), EVERY)
    run(horizon.enough, horizon.HORIZON_SHEETS, EVERY)
    for check, sheets in plausible.CHECKS:
        run(check, sheets, EVERY)
    for check in (plausible.amounts, plausible.rates):
        for name in sound:
            outcome.problems.extend(checks(check, name))
