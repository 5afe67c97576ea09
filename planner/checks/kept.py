"""What checks read of a case and found there, so that a case that differs little from it is checked at little cost.

A check is a function of tables and settings. Of an original it sees them through views that note what it reads; of a
case with changes it is run again where something that it read there is another, else what it found stands. Compared
are all cells, and by sheet at once all else that a table holds: what is taken for the same, no check can tell apart.

A check therefore looks at nothing but what it is given, and whether it is run at all, which depends on what others
found, is no matter of its own: see `planner.checks.run`, which decides that anew for each case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Set
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from planner.checks.settings import Settings
from planner.checks.table import Table, Tables
from planner.errors import Problem

EVERY, STATED = "every sheet", "settings as stated"
ALL_ELSE = ""  # of a sheet all but its columns: rows, headings, bad cells; of the settings which there are, and where
ReadPlace = tuple[str, str]  # a sheet and a column of it, or the settings and one of them
AnyCheck = Callable[..., Iterable[Problem]]
_BESIDE_COLUMNS = tuple(one.name for one in fields(Table) if one.name not in ("values", "letters"))


@dataclass(eq=False, repr=False)  # so that a comparison reads it like a mapping, and is noted
class Noted(MutableMapping[str, Any]):
    """A mapping that notes the place of all that is read of it; what is written counts as read."""

    held: MutableMapping[str, Any]
    place: Callable[[str], ReadPlace]
    read: set[ReadPlace]

    def _note(self, name: str) -> str:
        self.read.add(self.place(ALL_ELSE))
        self.read.add(self.place(name))
        return name

    def __getitem__(self, name: str) -> Any:
        return self.held[self._note(name)]

    def __setitem__(self, name: str, thing: Any) -> None:
        self.held[self._note(name)] = thing

    def __delitem__(self, name: str) -> None:
        del self.held[self._note(name)]

    def __iter__(self) -> Iterator[str]:
        self._note(ALL_ELSE)
        return iter(self.held)

    def __len__(self) -> int:
        self._note(ALL_ELSE)
        return len(self.held)


class _NotedTables(Noted):
    """Tables whose columns note what is read of them as well."""

    def __getitem__(self, name: str) -> Table:
        noted: Table = copy(super().__getitem__(name))
        noted.values = Noted(noted.values, lambda column: (name, column), self.read)
        return noted


class Examined(NamedTuple):
    """All that a check may look at."""

    tables: Tables
    settings: Settings

    def noting(self, read: set[ReadPlace]) -> Examined:
        """Views of the same that note what is read."""
        tables = _NotedTables(dict(self.tables), lambda sheet: (sheet, ALL_ELSE), read)
        return Examined(tables, Noted(self.settings, lambda setting: (STATED, setting), read))

    def of(self, what: str) -> Any:
        """What a check is given by this word: every sheet, the settings as stated, or a sheet by its name."""
        return self.tables if what == EVERY else self.settings if what == STATED else self.tables[what]


@dataclass
class Checks:
    """Runs the checks of a case; they are asked for by what they are given, as words that `Examined.of` knows."""

    examined: Examined

    def __call__(self, check: AnyCheck, *given: str) -> tuple[Problem, ...]:
        """What the check finds."""
        return tuple(check(*map(self.examined.of, given)))


class KeptFinding(NamedTuple):
    """What a check found of an original, and all that it read there."""

    read: Set[ReadPlace]
    problems: tuple[Problem, ...]


CheckCall = tuple[AnyCheck, tuple[str, ...]]


@dataclass
class Noting(Checks):
    """Runs the checks of an original, and keeps what they read and found."""

    findings: dict[CheckCall, KeptFinding] = field(default_factory=dict)

    def __call__(self, check: AnyCheck, *given: str) -> tuple[Problem, ...]:
        """What the check finds."""
        read: set[ReadPlace] = set()
        problems = Checks(self.examined.noting(read))(check, *given)
        self.findings[check, given] = KeptFinding(read, problems)
        return problems


@dataclass
class Sparing(Checks):
    """Of a case with changes runs the checks again that read what differs, or were not run on the original."""

    findings: Mapping[CheckCall, KeptFinding]
    differs: Set[ReadPlace]

    def __call__(self, check: AnyCheck, *given: str) -> tuple[Problem, ...]:
        """What the check finds."""
        kept = self.findings.get((check, given))
        if kept is not None and kept.read.isdisjoint(self.differs):
            return kept.problems
        return super().__call__(check, *given)


def differing(one: Examined, other: Examined) -> set[ReadPlace]:
    """The places at which two cases with the same sheets are not the same to the last bit and sign."""
    assert list(one.tables) == list(other.tables)
    found = {place for name, table in one.tables.items() for place in _apart(name, table, other.tables[name])}
    if [_stands(one, name) for name in one.settings] != [_stands(other, name) for name in other.settings]:
        found.add((STATED, ALL_ELSE))
    for name in one.settings.keys() & other.settings.keys():
        mine, theirs = one.settings[name], other.settings[name]
        if not _same(mine.value, theirs.value):
            found.add((STATED, name))
        if next(_apart("", mine.table, theirs.table), None):
            found.add((STATED, ALL_ELSE))
    return found


def _stands(examined: Examined, setting: str) -> tuple[str, int]:
    return setting, examined.settings[setting].position


def _apart(name: str, one: Table, other: Table) -> Iterator[ReadPlace]:
    if one is other:
        return
    if _all_else(one) != _all_else(other):
        yield name, ALL_ELSE
    for column in one.values.keys() & other.values.keys():
        mine, theirs = one.values[column], other.values[column]
        if mine is not theirs and not (len(mine) == len(theirs) and all(map(_same, mine, theirs))):
            yield name, column


def _all_else(table: Table) -> tuple[Any, ...]:
    return (*(getattr(table, name) for name in _BESIDE_COLUMNS), list(table.values), list(table.letters.items()))


def _same(one: Any, other: Any) -> bool:
    """Whether no one can tell two cells apart: -0.0 is not 0.0, nor is 1 True."""
    return one is other or (type(one) is type(other) and repr(one) == repr(other))
