"""One name, one spelling: what joins rows is compared without case, spaces, kinds of dash and Unicode form.

A name that one row defines is spelled as there. A label, which is defined by being used, and a name that several rows
carry are spelled as most cells do, and of equally many ways in the first of the alphabet: never as the order of rows
has it. What looks like another name but is not is refused, what nearly is one is asked about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

from planner.checks.names import folded, looks, nearly
from planner.checks.settings import Settings
from planner.checks.signs import difference
from planner.checks.table import ANY, Table, Tables, show
from planner.errors import Problem
from planner.schema import SETTING, Column, HtsCode, Name, NameList, Ref, digits_of

# What a partnership's effect applies to is a name of another sheet, by the effect.
APPLIES_TO = ("offers.offer", "tariffs.authority", "build_options.option")
OTHER_SEPARATORS = ",，、|\t\n"


@dataclass
class Names:
    """The names of one column: how each is spelled, by what tells it apart, and the cells in which it stands."""

    table: Table
    column: Column
    spelled: dict[str, str] = field(default_factory=dict)
    cells: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, table: Table, column: Column, mentioned: Counter[str]) -> Names:
        """The names of a column; `mentioned` says how often other columns spell each in which way."""
        names = cls(table, column)
        for position, cell in enumerate(table.values[column.name]):
            for one in _ones(cell):
                names.cells[folded(one)].append((position, one))
        for key, cells in names.cells.items():
            often = Counter(one for _, one in cells)
            names.spelled[key] = min(often, key=lambda one: (-often[one] - mentioned[one], one))
        return names

    @property
    def joins(self) -> bool:
        """Whether several rows may carry one of these names, and belong together by it."""
        return not isinstance(self.column, Name) or self.table.sheet.key != (self.column.name,)

    def first(self, key: str) -> int:
        """The first row that has a name as it is spelled."""
        return next(position for position, one in self.cells[key] if one == self.spelled[key])


def one_spelling(tables: Tables, settings: Settings) -> list[Problem]:
    """Spell every name in one way throughout, and say where that changed one, or where it is not clear."""
    known: dict[str, Names] = {}
    found: list[Problem] = []
    mentioned = _mentioned(tables)
    for table in tables.values():
        for column in table.sheet.columns:
            if _defines(column) and column.name in table.letters:
                where = f"{table.sheet.name}.{column.name}"
                names = known[where] = Names.of(table, column, mentioned[where])
                found += [*_separators(names), *_look_alikes(names)]
                if names.joins:
                    found += [*_near(names), *_respelled(table, column, [names], reported=set())]
    for table in tables.values():
        for column in table.sheet.columns:
            sources = [known[name] for name in _refers_to(table, column) if name in known]
            if sources and column.name in table.letters:
                found += _respelled(table, column, sources, reported=set())
    _settings(settings, known)
    _headings(tables)
    return found


def _mentioned(tables: Tables) -> dict[str, Counter[str]]:
    """How often names of each column are spelled in which way by the columns that refer to it."""
    often: dict[str, Counter[str]] = defaultdict(Counter)
    for table in tables.values():
        for column in table.sheet.columns:
            for where in _refers_to(table, column):
                often[where].update(one for cell in table.values[column.name] for one in _ones(cell))
    return often


def _defines(column: Column) -> bool:
    return isinstance(column, Name) or (isinstance(column, NameList) and not column.to)


def _refers_to(table: Table, column: Column) -> tuple[str, ...]:
    if (table.sheet.name, column.name) == ("partnership_effects", "applies_to"):
        return APPLIES_TO
    return column.to if isinstance(column, (Ref, NameList)) else ()


def _ones(cell: Any) -> tuple[Any, ...]:
    return cell if isinstance(cell, tuple) else (cell,) if isinstance(cell, str) and cell != ANY else ()


def _respelled(table: Table, column: Column, known: Iterable[Names], reported: set[str]) -> Iterator[Problem]:
    """Replace what is another spelling of a known name; once for each spelling it is said."""
    values, sources = table.values[column.name], list(known)
    exact = {one for names in sources for one in names.spelled.values()}
    for position, cell in enumerate(values):
        changed = {}
        for one in _ones(cell):
            if one not in exact and (right := _spelled(one, sources)):
                changed[one] = right
                if one not in reported:
                    reported.add(one)
                    where = _where(right, sources)
                    text = f"taken for {show(right)}, as it is spelled in {where}"
                    text += f": {unlike}" if (unlike := difference(one, right)) else ""
                    fix = "Type it in the same way, so that other programs see the same name."
                    yield table.problem("cell.spelling", position, column.name, found=show(one), message=text, fix=fix)
        if isinstance(cell, tuple):
            values[position] = tuple(dict.fromkeys(changed.get(one, one) for one in cell))
        elif changed:
            values[position] = changed[cell]


def _spelled(one: str, sources: Iterable[Names]) -> str:
    """How a name is spelled where it is defined; nothing where it is not, or in several ways."""
    ways = {names.spelled[folded(one)] for names in sources if folded(one) in names.spelled}
    return ways.pop() if len(ways) == 1 else ""


def _where(name: str, sources: Iterable[Names]) -> str:
    names = next(names for names in sources if names.spelled.get(folded(name)) == name)
    return names.table.where(names.first(folded(name)), names.column.name)


def _look_alikes(names: Names) -> Iterator[Problem]:
    """Names that look alike to the eye and are not the same."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key, spelled in names.spelled.items():
        alike[looks(spelled)].append(key)
    for keys in alike.values():
        usual, *odd = sorted(keys, key=lambda key: (not names.spelled[key].isascii(), key))
        for key in odd:
            one, other = names.spelled[key], names.spelled[usual]
            text = f"it looks like {show(other)} in {_cell(names, usual)} and is another name"
            text += f": {unlike}" if (unlike := difference(one, other)) else ""
            at, fix = names.first(key), "Type one of the two again, so that both have the same letters."
            yield names.table.problem("key.look-alike", at, names.column.name, found=show(one), message=text, fix=fix)


def _near(names: Names) -> Iterator[Problem]:
    """Labels that differ by a slip: rows that should belong together, and do not."""
    for one, other in combinations(sorted(names.spelled), 2):
        if looks(names.spelled[one]) != looks(names.spelled[other]) and nearly(one, other):
            rare, usual = sorted((one, other), key=lambda key: (len(names.cells[key]), -names.first(key)))
            text = f"almost the same as {show(names.spelled[usual])} in {_cell(names, usual)}, and another name"
            fix = f"Type {show(names.spelled[usual])} if that is meant. Leave it if it is right."
            at = names.first(rare)
            yield names.table.problem(
                "plausible.near-name", at, names.column.name, found=show(names.spelled[rare]), message=text, fix=fix
            )


def _cell(names: Names, key: str) -> str:
    return names.table.where(names.first(key), names.column.name)


def _separators(names: Names) -> Iterator[Problem]:
    """A list in one cell is separated by semicolons."""
    if not isinstance(names.column, NameList):
        return
    for key, spelled in names.spelled.items():
        used = next((sign for sign in OTHER_SEPARATORS if sign in spelled), "")
        parts = [part.strip() for part in spelled.split(used)] if used else []
        for sign in "" if used else "/&+":
            pieces = [part.strip() for part in spelled.split(sign)]
            if len(pieces) > 1 and all(folded(part) in names.spelled for part in pieces):
                used, parts = sign, pieces
        if used:
            text = f"several names are separated by semicolons, and here stands {show(used)}"
            fix = f"Type {show('; '.join(filter(None, parts)))}."
            yield names.table.problem(
                "cell.separator", names.first(key), names.column.name, found=show(spelled), message=text, fix=fix
            )


def _headings(tables: Tables) -> None:
    """Tariff headings are compared by their digits, so they are all written with the same dots."""
    for table in tables.values():
        for column in table.sheet.columns:
            if isinstance(column, HtsCode):
                table.values[column.name] = [hts and _dotted(hts) for hts in table.values[column.name]]


def _dotted(hts: str) -> str:
    """A heading with its usual dots: 2846.90.80, or 8505.11.0070 where it has ten digits."""
    digits = digits_of(hts)
    ends = (4, 6, 10) if len(digits) == 10 else (4, 6, 8, 10)
    return ".".join(filter(None, (digits[start:end] for start, end in pairwise((0, *ends)))))


def _settings(settings: Settings, known: dict[str, Names]) -> None:
    """A setting that names a row of another sheet is spelled as there."""
    for name in list(settings):
        setting = SETTING[name]
        if isinstance(setting, Ref) and setting.to[0] in known and isinstance(settings[name].value, str):
            stated = settings[name]
            right = _spelled(stated.value, [known[setting.to[0]]])
            settings[name] = stated._replace(value=right or stated.value)
