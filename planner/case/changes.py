"""Changes to the cells of a case, and cases with them: each is checked as the workbook is, by cell.

    tariffs[authority=301, origin=CHN].rate set 0.5
    offers[offer="Lynas, oxide"].price_usd_per_t times 0.9
    demand.t_per_year plus 10
    events[scenario=ban] drop
    settings[setting=discount_rate].value set 0.1

In brackets stands which rows: those whose cells say what is asked of them, or all rows without brackets. A value with a
comma or a bracket in it stands in double quotes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.case.read import Case
from planner.checks.again import CheckedOnce, copied
from planner.checks.cells import reader, table_problem
from planner.checks.countries import meaning, named, names_a_country
from planner.checks.fault import CellFault
from planner.checks.names import did_you_mean, folded
from planner.checks.run import CheckOutcome, typed_cells
from planner.checks.settings import Stated
from planner.checks.table import Table, columns_of, show
from planner.errors import InputInvalid, PlannerError, any_error
from planner.schema import SETTING, SHEET, Date, Sheet, Year
from planner.workbook.files import files_of
from planner.workbook.source import open_case

SET, TIMES, PLUS, DROP = "set", "times", "plus", "drop"
VERBS = (SET, TIMES, PLUS, DROP)
EXAMPLE = "tariffs[authority=301].rate set 0.5"
_FORM = re.compile(r"\s*(\w+)\s*(?:\[(.*)\])?\s*(?:\.\s*(\w+))?\s+(set|times|plus|drop)(?:\s+(.*?))?\s*", re.DOTALL)
_SPACED = re.compile(r"\s*(\S+)\s+to\s+(\S+)\s+in\s+(\d+)\s*")
_PAIR = re.compile(r'\s*(\w+)\s*=\s*(?:"([^"]*)"|([^,"\]]*?))\s*(?:,|$)')


@dataclass(frozen=True)
class Change:
    """What happens to one column of the rows that have these values; a dropped row has no column and no value."""

    sheet: str
    where: tuple[tuple[str, str], ...]
    column: str
    verb: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Change:
        """A change from its words; PlannerError says what is wrong with them."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise PlannerError(f"The change '{text}' cannot be read. Write it like: {EXAMPLE}")
        sheet, rows, column, verb, value = (part or "" for part in found.groups())
        return cls(sheet, _pairs(rows, text), column, verb, value).checked()

    @property
    def cells(self) -> str:
        """Which cells it changes, as it is written."""
        rows = ", ".join(f"{name}={_quoted(value)}" for name, value in self.where)
        return f"{self.sheet}{f'[{rows}]' if rows else ''}{f'.{self.column}' if self.column else ''}"

    def __str__(self) -> str:
        return f"{self.cells} {self.verb} {self.value}".rstrip()

    def checked(self) -> Change:
        """The change itself, if there are such a sheet and columns, and its verb has what it needs."""
        if self.sheet not in SHEET:
            raise PlannerError(f"{self}: there is no sheet {self.sheet}. {did_you_mean(self.sheet, SHEET)}".rstrip())
        known = SHEET[self.sheet].by_name
        for name in [name for name, _ in self.where] + ([self.column] if self.verb != DROP else []):
            if name not in known:
                guess = did_you_mean(name, known) or f"It has {', '.join(known)}."
                raise PlannerError(f"{self}: the sheet {self.sheet} has no column {name or 'without a name'}. {guess}")
        if self.verb == DROP and (self.column or self.value):
            raise PlannerError(f"{self}: drop takes whole rows. Leave out the column and the value.")
        if self.verb in (TIMES, PLUS):
            _number(self.value, f"{self}: {self.verb} needs a number, such as 0.9.")
        return self

    @classmethod
    def several(cls, text: str) -> list[Change]:
        """A change by each of several values: `set 0, 0.1, 0.25`, or evenly spaced ones: `set 0 to 0.5 in 6`.

        >>> [str(change) for change in Change.several("demand.t_per_year times 0.8 to 1.2 in 3")]
        ['demand.t_per_year times 0.8', 'demand.t_per_year times 1', 'demand.t_per_year times 1.2']
        """
        found = _FORM.fullmatch(text)
        values = "" if found is None else found.group(5) or ""
        spaced = _SPACED.fullmatch(values)
        if found is None or not values:
            raise PlannerError(f"'{text}' cannot be read. Write it like: tariffs[authority=301].rate set 0 to 0.5 in 6")
        start = text[: found.start(5)]
        if spaced is None:
            return [cls.parse(start + value) for value in values.split(",")]
        low, high = (_number(end, f"'{text}': {end} is not a number.") for end in spaced.group(1, 2))
        count = int(spaced.group(3))
        if count < 2:
            raise PlannerError(f"'{text}': ask for 2 values or more.")
        step = (high - low) / (count - 1)
        return [cls.parse(f"{start}{low + place * step:.12g}") for place in range(count)]


def changes_of(path: Path) -> dict[str, list[Change]]:
    """Variations from a CSV file with the columns variation, sheet, where, column, change, value: one change a row."""
    if problems := files_of(path).problems:
        raise InputInvalid(problems)  # a device or a pipe has no end
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        needed = {"variation", "sheet", "where", "column", "change", "value"}
        if missing := sorted(needed - set(rows.fieldnames or ())):
            every = ", ".join(sorted(needed))
            raise PlannerError(f"{path.name}: the column {missing[0]} is missing. It needs {every}.")
        found: dict[str, list[Change]] = {}
        for number, row in enumerate(rows, start=2):
            cells = {name: (row[name] or "").strip() for name in needed}
            if not cells["variation"] or cells["change"] not in VERBS:
                raise PlannerError(
                    f"{path.name}, row {number}: expected a name under variation and one of {', '.join(VERBS)} under"
                    f" change, found '{cells['variation']}' and '{cells['change']}'."
                )
            where = _pairs(cells["where"], f"{path.name}, row {number}")
            change = Change(cells["sheet"], where, cells["column"], cells["change"], cells["value"]).checked()
            found.setdefault(cells["variation"], []).append(change)
    return found


@dataclass(frozen=True)
class Original:
    """A case as it was read, from which cases with changes are made."""

    name: str
    case: Case
    _once: CheckedOnce

    @classmethod
    def read(cls, path: str | Path, overlays: Sequence[str | Path] = ()) -> Original:
        """Read and check a case; raises InputInvalid with every problem."""
        book = open_case(Path(path), [Path(one) for one in overlays])
        outcome = typed_cells(book)
        if not book.readable or outcome.layout.unmade:
            raise InputInvalid(outcome.tell().problems)
        once = CheckedOnce.of(outcome)
        return cls(book.name, Case(name=book.name, **once.made), once)

    @property
    def _cells(self) -> CheckOutcome:
        return self._once.cells

    def changed(self, changes: Iterable[Change]) -> Case:
        """The case with these changes, one after the other; raises InputInvalid with every problem that they make.

        What they do not reach is not checked again, and tables that they leave as they are, are those of `case`.
        """
        return Case(name=self.name, **self._once.beside(self._with(changes)))

    def one_by_one(self, change: Change) -> list[Change]:
        """The same change of each thing by itself that its sheet is about: of each offer, whose prices move together.

        Blank cells are passed over, and where it multiplies those that hold nothing.
        """
        if change.sheet == "settings":
            return [change]
        table = self._cells.tables[change.sheet]
        cells = table.values[change.column]
        idle = (None, 0) if change.verb == TIMES else (None,)
        fitting = _fitting(self._cells, change)
        given = dict(change.where)
        named = [name for name in _timeless(table.sheet) if name not in given]
        own = {tuple((name, _word(table.values[name][p])) for name in named) for p in fitting if cells[p] not in idle}
        return [replace(change, where=(*change.where, *more)) for more in sorted(own)]

    def refuse(self, changes: Iterable[Change]) -> None:
        """Raise PlannerError or InputInvalid where a change names no row, or a cell may not hold what it would."""
        outcome = self._with(changes)
        before = len(self._cells.problems)
        if any_error(outcome.problems[before:]):
            raise InputInvalid(outcome.tell().problems)

    def _with(self, changes: Iterable[Change]) -> CheckOutcome:
        changes = list(changes)
        outcome = copied(self._cells, {change.sheet for change in changes} - {"settings"})
        for change in changes:
            _apply(outcome, change)
        return outcome


def _apply(outcome: CheckOutcome, change: Change) -> None:
    if change.sheet == "settings":
        _set_setting(outcome, change)
        return
    table = outcome.tables[change.sheet]
    chosen = _fitting(outcome, change)
    if not chosen:
        raise PlannerError(f"{change}: no row of {table.title} fits. {_nearest(table, change)}".rstrip())
    if change.verb == DROP:
        kept = [place for place in range(len(table.rows)) if place not in set(chosen)]
        table.rows = [table.rows[place] for place in kept]
        table.values = {name: [column[place] for place in kept] for name, column in table.values.items()}
        table.bad = {}
        return
    column = {one.name: one for one in columns_of(table.sheet)}[change.column]
    table.letters.setdefault(change.column, "")
    if change.verb != SET and any(table.values[change.column][place] is not None for place in chosen):
        chosen = [place for place in chosen if table.values[change.column][place] is not None]  # a blank stays one
    for place in chosen:
        raw = _new(table.values[change.column][place], change, table.where(place, change.column))
        try:
            table.values[change.column][place] = reader(column, isinstance(raw, str), table.counted).read(raw)
        except CellFault as fault:
            outcome.problems.append(table_problem(table, place, change.column, raw, fault))


def _set_setting(outcome: CheckOutcome, change: Change) -> None:
    """A setting is a row of its own kind; one that the case leaves at its default is set all the same."""
    name = dict(change.where).get("setting", "")
    if name not in SETTING or change.column != "value" or change.verb == DROP:
        guess = did_you_mean(name, SETTING) if name else ""
        raise PlannerError(f"{change}: write settings[setting=discount_rate].value set 0.1. {guess}".rstrip())
    stated = outcome.settings.get(name)
    table = stated.table if stated else outcome.tables["settings"]
    place = stated.position if stated else 0
    old = stated.value if stated else SETTING[name].default
    raw = _new(old, change, f"the setting {name}")
    try:
        outcome.settings[name] = Stated(reader(SETTING[name], isinstance(raw, str)).read(raw), table, place)
    except CellFault as fault:
        outcome.problems.append(table_problem(table, place, "value", raw, fault))


def _new(old: Any, change: Change, where: str) -> Any:
    """What is to be read into the cell: a text that was set, or a number that was worked out."""
    if change.verb == SET:
        return change.value or None
    if not isinstance(old, (int, float)) or isinstance(old, bool):
        held = show(old) or "nothing"
        raise PlannerError(f"{change}: {where} holds {held}, and {change.verb} needs a number there. Set it.")
    by = float(change.value)
    return old * by if change.verb == TIMES else old + by


def _fitting(outcome: CheckOutcome, change: Change) -> list[int]:
    """The places of the rows that a change is about."""
    table, code = outcome.tables[change.sheet], meaning(named(outcome.tables["countries"]))
    return [place for place in range(len(table.rows)) if _fits(table, place, change.where, code)]


def _fits(table: Table, place: int, where: Iterable[tuple[str, str]], code: Callable[[Any], Any]) -> bool:
    """Whether a row's cells say what is asked of them; a country answers to its names."""
    for name, wanted in where:
        cell = table.values[name][place]
        if names_a_country(table.sheet[name]) and not _says(cell, wanted):
            cell, wanted = code(cell), code(wanted)
        if not _says(cell, wanted):
            return False
    return True


def _says(value: Any, wanted: str) -> bool:
    """Whether a cell says a word: numbers by their value, names by what tells them apart, blank as an empty word."""
    if value is None:
        return not wanted
    if isinstance(value, bool):
        return wanted.lower() == ("yes" if value else "no")
    if isinstance(value, (int, float)):
        try:
            return float(wanted) == float(value)
        except ValueError:
            return False
    return bool(folded(str(value)) == folded(wanted))


def _word(value: Any) -> str:
    """What a cell says, so that `_says` holds of it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _timeless(sheet: Sheet) -> tuple[str, ...]:
    """The columns that say what a row is about, but not when."""
    return tuple(name for name in sheet.key if name != "period" and not isinstance(sheet[name], (Year, Date)))


def _nearest(table: Table, change: Change) -> str:
    for name, wanted in change.where:
        known = [str(value) for value in table.values[name] if value is not None]
        if not any(_says(value, wanted) for value in table.values[name]):
            guess = did_you_mean(wanted, known)
            return guess or f"The column {name} has {', '.join(sorted(set(known))[:8]) or 'nothing'}."
    return "Each word fits a row, but no row fits them all."


def _pairs(text: str, whole: str) -> tuple[tuple[str, str], ...]:
    pairs, place = [], 0
    while text[place:].strip():
        found = _PAIR.match(text, place)
        if found is None:
            raise PlannerError(f"{whole}: '{text[place:].strip()}' is not like column=value. Write it like: {EXAMPLE}")
        name, quoted, bare = found.groups()
        pairs.append((name, bare if quoted is None else quoted))
        place = found.end()
    return tuple(pairs)


def _quoted(value: str) -> str:
    return f'"{value}"' if set(value) & set(',]"') or value != value.strip() else value


def _number(text: str, else_: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise PlannerError(else_) from None
