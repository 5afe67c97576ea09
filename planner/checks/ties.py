"""Rows that speak of the same thing: which comes first is a rule of the sheet, and where none decides, an error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from planner.checks.dates import next_day
from planner.checks.network import records
from planner.checks.settings import Settings
from planner.checks.table import ANY, Table, Tables
from planner.errors import Problem
from planner.schema import digits_of

CHOSEN_BY = {"adds": "authority", "minimum price": "authority", "replaces": "acts_on"}


@dataclass(frozen=True)
class Reach:
    """What a row of duties or quotas speaks of, and when: `rivals` are the rows among which one is chosen."""

    position: int
    rivals: tuple[Any, ...]
    digits: str
    origin: str
    begins: date
    ends: date


@dataclass(frozen=True)
class DutyScope:
    """The headings and countries of a case, and the days of its horizon."""

    headings: frozenset[str]
    groups: dict[str, frozenset[str]]
    first: date
    last: date

    @classmethod
    def of(cls, tables: Tables) -> DutyScope:
        headings = frozenset(digits_of(hts) for hts in tables["materials"].values["hts"] if hts)
        countries = records(tables["countries"], "country", "group")
        groups = {country: frozenset(among or ()) for _, country, among in countries}
        periods = [(first, first + years - 1) for _, first, years in records(tables["periods"], "period", "years")]
        return cls(headings, groups, date(min(periods)[0], 1, 1), date(max(last for _, last in periods), 12, 31))

    def closeness(self, row: Reach, heading: str, country: str) -> tuple[int, int, date] | None:
        """How closely a row fits a good: heading, then country before group before any, then the later first day."""
        near = 2 if row.origin == country else 1 if row.origin in self.groups[country] else 0
        if not heading.startswith(row.digits) or (near == 0 and row.origin != ANY):
            return None
        return len(row.digits), near, row.begins

    def ties(self, rows: Iterable[Reach]) -> Iterator[tuple[Reach, Reach, str]]:
        """Pairs of rows that fit a good equally and better than all others on some day, with the country."""
        rivals: dict[tuple[Any, ...], list[Reach]] = defaultdict(list)
        for row in rows:
            rivals[row.rivals].append(row)
        reported: set[tuple[int, int]] = set()
        for among in rivals.values():
            if len(among) > 1:
                for heading in sorted(self.headings):
                    for country in self.groups:
                        for pair in self._at(among, heading, country):
                            places = (pair[0].position, pair[1].position)
                            if places not in reported:
                                reported.add(places)
                                yield *pair, country

    def _at(self, among: list[Reach], heading: str, country: str) -> Iterator[tuple[Reach, Reach]]:
        fits = [(row, near) for row in among if (near := self.closeness(row, heading, country)) is not None]
        if len({near for _, near in fits}) == len(fits):
            return
        days = {self.first} | {day for row, _ in fits for day in (row.begins, next_day(row.ends))}
        for first, _ in pairwise(sorted({*(d for d in days if self.first <= d <= self.last), next_day(self.last)})):
            now = [(near, row) for row, near in fits if row.begins <= first <= row.ends]
            best = max((near for near, _ in now), default=None)
            winners = sorted((row for near, row in now if near == best), key=lambda row: row.position)
            yield from ((winners[0], other) for other in winners[1:])


def duties(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """On no day do two rows of one choice fit a good equally."""
    table, home = tables["tariffs"], _home(settings)
    rows = []
    columns = ("authority", "hts", "origin", "destination", "from", "to", "effect", "acts_on")
    for position, authority, hts, origin, destination, begins, ends, effect, acts_on in records(table, *columns):
        if effect in CHOSEN_BY:
            who = authority if CHOSEN_BY[effect] == "authority" else acts_on
            rivals = (effect, who, destination or home)
            rows.append(Reach(position, rivals, digits_of(hts), origin, begins or date.min, ends or date.max))
    for one, other, country in DutyScope.of(tables).ties(rows):
        yield _tie(table, one, other, country, "Narrow one of the two, or let one begin on a later day.")


def quotas(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """A good is in one quota of an authority at most, and in one row of a quota; a quota's rows are of one kind."""
    table, home, borders = tables["quotas"], _home(settings), DutyScope.of(tables)
    columns = ("quota", "authority", "hts", "origin", "destination", "period")
    rows, by_authority = [], []
    for position, quota, authority, hts, origin, destination, period in records(table, *columns):
        where = (period, destination or home)
        reach = (digits_of(hts), origin, date.min, date.max)
        rows.append(Reach(position, (quota, *where), *reach))
        by_authority.append(Reach(position, (authority, *where), *reach))
    for one, other, country in borders.ties(rows):
        yield _tie(table, one, other, country, "Narrow one of the two.")
    yield from _two_quotas(table, borders, by_authority)
    yield from apart(table, ("quota",), ("authority",))
    yield from apart(table, ("quota", "period"), ("quota_t",))


def _two_quotas(table: Table, borders: DutyScope, rows: list[Reach]) -> Iterator[Problem]:
    reported: set[tuple[str, str]] = set()
    for position, row in enumerate(rows):
        for before in rows[:position]:
            names = (table.value(before.position, "quota"), table.value(row.position, "quota"))
            if before.rivals != row.rivals or names[0] == names[1] or names in reported:
                continue
            shared = (
                country
                for heading in sorted(borders.headings)
                for country in borders.groups
                if borders.closeness(row, heading, country) and borders.closeness(before, heading, country)
            )
            if country := next(shared, ""):
                reported.add(names)
                text = f"goods from {country} are in two quotas of one authority, this one and that in"
                text += f" {table.where(before.position, 'quota')}"
                fix = "Narrow one of the two by its heading or origin, or make them one quota."
                yield table.problem("key.tie", row.position, "quota", message=text, fix=fix)


def _tie(table: Table, one: Reach, other: Reach, country: str, fix: str) -> Problem:
    column = "origin" if one.origin != other.origin else "hts"
    where = table.where(one.position, column)
    text = f"goods from {country} are reached just as closely by {where}, and neither row comes first"
    return table.problem("key.tie", other.position, column, message=text, fix=fix)


def _home(settings: Settings) -> Any:
    return settings["home_country"].value if "home_country" in settings else None


def apart(
    table: Table, key: tuple[str, ...], columns: tuple[str, ...], only: Container[tuple[Any, ...]] | None = None
) -> Iterator[Problem]:
    """Rows with the same names (of `only` these) have the same figures in these columns."""
    first: dict[tuple[Any, ...], int] = {}
    for position, *names in records(table, *key):
        if only is not None and tuple(names) not in only:
            continue
        before = first.setdefault(tuple(names), position)
        for column in columns:
            default = table.sheet[column].default
            values = [table.value(at, column) for at in (before, position)]
            own, other = (_sorted(default if value is None else value) for value in values)
            if own != other and table.sound(position, column) and table.sound(before, column):
                text = (
                    f"the {' and '.join(key)} is that of {table.where(before, column)}, where another {column} stands"
                )
                fix = f"Let all rows of it have one {column}, or give it another {key[0]}."
                found = "" if values[1] is not None else "a blank cell"
                yield table.problem("key.apart", position, column, found=found, message=text, fix=fix)


def _sorted(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def streams(tables: Tables) -> Iterator[Problem]:
    """What comes back of one stream in one year costs the same and passes the same rules. Cohorts come in any year."""
    table, stream = tables["returns"], ("stream", "place", "material")
    cohorts = {tuple(names) for _, segment, *names in records(table, "segment", *stream) if segment is not None}
    yield from apart(table, stream, ("collection_usd_per_t", "rules"), only=cohorts)


WITH_SETTINGS = (
    (duties, ("tariffs", "materials", "countries", "periods")),
    (quotas, ("quotas", "materials", "countries", "periods")),
)
CHECKS = ((streams, ("returns",)),)
