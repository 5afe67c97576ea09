"""What each authority charges on a good from a country: in each calendar year of a period, the mean of its days.

A price may move from year to year, and duty is paid on the price of its own year. So a rate stands year by year, as the
part of the mean over all days of the period that falls into the year; `nth` counts the years of a period from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

import pandas as pd

from planner.case import Case
from planner.checks.dates import next_day
from planner.schema import digits_of
from planner.translate import columns

RowsAt = Callable[[tuple["DutyRow", ...], "Good", str], tuple["DutyRow", ...]]
Factors = Mapping[tuple[str, str, str, str], Mapping[int, float]]
CUSTOMS_KEY = ["material", "origin", "destination"]


@dataclass(frozen=True)
class DutyRow:
    """One row of the tariffs sheet, ready to be matched."""

    authority: str
    digits: str
    origin: str
    destination: str
    rate: float
    usd_per_t: float
    begins: date
    ends: date
    effect: str
    acts_on: str | None


@dataclass(frozen=True)
class Good:
    """What crosses a border: its tariff digits, origin with the groups it belongs to, and destination."""

    digits: str
    origin: str
    groups: tuple[str, ...]
    destination: str


def duty_rows(case: Case) -> tuple[DutyRow, ...]:
    """The tariffs sheet as rows; a blank destination is home, blank dates are open."""
    home = str(case.settings["home_country"])
    rows = case.tables["tariffs"].to_dict("records")
    return tuple(
        DutyRow(
            authority=r["authority"],
            digits=digits_of(r["hts"]),
            origin=r["origin"],
            destination=r["destination"] or home,
            rate=float(r["rate"]),
            usd_per_t=float(r["usd_per_t"]),
            begins=r["from"] or date.min,
            ends=r["to"] or date.max,
            effect=r["effect"],
            acts_on=r["acts_on"],
        )
        for r in rows
    )


def matches(row: DutyRow, good: Good) -> bool:
    """Whether a row speaks of a good."""
    named = row.origin in ("*", good.origin) or row.origin in good.groups
    return named and row.destination == good.destination and good.digits.startswith(row.digits)


def closeness(row: DutyRow, good: Good) -> tuple[int, int, date]:
    """The longest heading, then country over group over any, then the later first day; no two rows are equal."""
    origin = 2 if row.origin == good.origin else 0 if row.origin == "*" else 1
    return len(row.digits), origin, row.begins


def duty_stack(rows: Iterable[DutyRow], good: Good) -> dict[str, tuple[float, float]]:
    """The duty by authority, as (rate, USD per t), from the rows in force that match.

    Rows that add count once per authority, the closest one. Then of the rows that replace one authority the closest
    takes the place of what that authority adds, all at once, and bears its own name; one that names none takes the
    place of everything. Then exemptions take away what bears the authority they act on, or everything where they name
    none.
    """
    ranked = sorted(rows, key=lambda row: closeness(row, good))
    standing = {row.authority: row for row in ranked if row.effect == "adds"}
    replacing = {row.acts_on: row for row in ranked if row.effect == "replaces"}
    borne = [replacing.get(authority, row) for authority, row in standing.items()]
    if None in replacing and borne:
        borne = [replacing[None]]
    exempt = {row.acts_on for row in ranked if row.effect == "exempts"}
    stack: dict[str, tuple[float, float]] = {}
    for row in borne:
        if not exempt & {row.authority, None}:
            rate, usd_per_t = stack.get(row.authority, (0.0, 0.0))
            stack[row.authority] = (rate + row.rate, usd_per_t + row.usd_per_t)
    return stack


def in_force_by_day(rows: list[DutyRow], begins: date, ends: date) -> Iterator[tuple[list[DutyRow], float, int]]:
    """The rows in force on each stretch of days from `begins` to `ends`, both included, with its share and its year.

    No stretch goes beyond the end of a year.
    """
    after = ends + timedelta(days=1)
    changes = {begins, after, *(date(year, 1, 1) for year in range(begins.year + 1, ends.year + 1))}
    for row in rows:
        changes.update(day for day in (row.begins, next_day(row.ends)) if begins < day < after)
    for first, then in pairwise(sorted(changes)):
        share = (then - first).days / (after - begins).days
        yield [row for row in rows if row.begins <= first <= row.ends], share, first.year


UNCHANGED: Mapping[int, float] = MappingProxyType({})


def yearly_stack(
    rows: tuple[DutyRow, ...], good: Good, begins: date, ends: date, factors: Mapping[int, float] = UNCHANGED
) -> dict[tuple[str, int], tuple[float, float]]:
    """The duty by authority and year of the period, times each year's factor.

    Each year's is its part of the mean over all days from `begins` to `ends`, both included.
    """
    parts: dict[tuple[str, int], tuple[float, float]] = {}
    matching = [row for row in rows if matches(row, good)]
    for in_force, share, year in in_force_by_day(matching, begins, ends):
        weight = share * factors.get(year, 1.0)
        for authority, (rate, usd_per_t) in duty_stack(in_force, good).items():
            key = authority, year - begins.year
            rate_before, usd_before = parts.get(key, (0.0, 0.0))
            parts[key] = (rate_before + weight * rate, usd_before + weight * usd_per_t)
    return {key: duty for key, duty in parts.items() if duty != (0.0, 0.0)}


def minimum_prices(case: Case, nodes: pd.DataFrame, borders: pd.DataFrame) -> pd.DataFrame:
    """Minimum import prices: of each authority the closest row in force, by the year, with its share of all days."""
    rows = tuple(row for row in duty_rows(case) if row.effect == "minimum price")
    found = []
    if rows:
        goods = known_goods(case)
        for material, origin, destination in borders.drop_duplicates().itertuples(index=False):
            good = goods(material, origin, destination)
            if good is None:
                continue
            for node, begins, ends in calendar(nodes):
                for (layer, minimum, nth), share in _yearly_minimum(rows, good, begins, ends).items():
                    found.append((material, origin, destination, node, layer, nth, minimum, share))
    return columns.MINIMUM_PRICES.rows(found)


def _yearly_minimum(
    rows: tuple[DutyRow, ...], good: Good, begins: date, ends: date
) -> dict[tuple[str, float, int], float]:
    matching = [row for row in rows if matches(row, good)]
    found: dict[tuple[str, float, int], float] = {}
    for in_force, share, year in in_force_by_day(matching, begins, ends):
        ranked = sorted(in_force, key=lambda row: closeness(row, good))
        for row in {row.authority: row for row in ranked}.values():
            key = row.authority, row.usd_per_t, year - begins.year
            found[key] = found.get(key, 0.0) + share
    return found


def calendar(nodes: pd.DataFrame) -> list[tuple[str, date, date]]:
    """Each node with the first and last day of its period."""
    listed = zip(nodes["node"], nodes["period"], nodes["years"], strict=True)
    return [(n, date(y, 1, 1), date(y + w - 1, 12, 31)) for n, y, w in listed]


def known_goods(case: Case) -> Callable[[str, str, str], Good | None]:
    """How to look up a good by material, origin and destination; None where no duty can be charged on it."""
    hts = dict(zip(case.tables["materials"]["material"], case.tables["materials"]["hts"], strict=True))
    groups = case.groups_of

    def good(material: str, origin: str, destination: str) -> Good | None:
        if origin == destination or hts[material] is None:
            return None
        return Good(digits_of(hts[material]), origin, groups.get(origin) or (), destination)

    return good


NO_FACTORS: Factors = MappingProxyType({})


def duty_rates(
    case: Case,
    nodes: pd.DataFrame,
    borders: pd.DataFrame,
    rows_at: RowsAt | None = None,
    factors: Factors = NO_FACTORS,
) -> pd.DataFrame:
    """Duty by good, node, year and the authority that charges it, where there is any.

    `borders` has the (material, origin, destination) that goods may cross; none is charged where the two countries are
    one. `rows_at` says how the rows read for a good at a node, where quotas change them;
    `factors` by what events multiply them, by year.
    """
    rows, goods = duty_rows(case), known_goods(case)
    charging = {row.destination for row in rows}
    charging |= set(borders["destination"]) if rows_at else set()
    known: dict[tuple[Good, date, tuple[tuple[int, float], ...]], dict[tuple[str, int], tuple[float, float]]] = {}
    found, days = [], calendar(nodes)
    for material, origin, destination in borders.drop_duplicates().itertuples(index=False):
        good = goods(material, origin, destination) if destination in charging else None
        if good is None:
            continue
        own = rows if rows_at else tuple(row for row in rows if matches(row, good))
        for node, begins, ends in days:
            by_year = factors.get((material, origin, destination, node), UNCHANGED)
            key = (good, begins, tuple(by_year.items()))
            if key not in known:
                at_node = rows_at(rows, good, node) if rows_at else own
                known[key] = yearly_stack(at_node, good, begins, ends, by_year)
            for (layer, nth), (rate, usd_per_t) in known[key].items():
                found.append((material, origin, destination, node, layer, nth, rate, usd_per_t))
    return columns.RATES.rows(found)
