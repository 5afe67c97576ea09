"""Also between sheets: what the calendar allows, and whether there is enough of a material in every period."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.checks.network import capacities, records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import Year

# Effects of a partnership that can add supply, or bring it sooner, in ways not counted here.
MORE_SUPPLY = {"adds supply", "shortens lead", "restores trust"}
DAYS = 365.0  # of a year, as the program counts lead_days


@dataclass(frozen=True)
class Period:
    """A period with its first and last calendar year."""

    first: int
    last: int

    def open(self, start: float | None, end: float | None) -> float:
        """Share of the years in which something from `start` to `end` is open."""
        begin, stop = max(self.first, start or self.first), min(self.last, end or self.last)
        return max(0.0, stop - begin + 1) / (self.last - self.first + 1)


def periods_of(tables: Tables) -> list[Period]:
    """The periods in order of time."""
    rows = sorted((first, years) for _, first, years in records(tables["periods"], "period", "years"))
    return [Period(first, first + years - 1) for first, years in rows]


def calendar(tables: Tables) -> Iterator[Problem]:
    """What is never open within the horizon, and plants that would run only after it."""
    periods = periods_of(tables)
    first, last = periods[0].first, periods[-1].last
    for table in tables.values():
        for name in ("from", "to", "earliest", "latest"):
            if isinstance(table.sheet.by_name.get(name), Year):
                yield from _outside(table, name, first, last)
    table = tables["build_options"]
    for position, earliest, permit, lead in records(table, "earliest", "permit_years", "lead_years"):
        start = max(first, earliest or first) + (permit or 0) + (lead or 0)
        if start > last:
            text = f"begun as early as possible it would run from {start}, and the last period ends in {last}"
            yield table.problem(
                "cross.too-late", position, "lead_years", message=text, fix="Look whether that is meant."
            )
    if last - first + 1 > 60:
        text = f"the periods reach from {first} to {last}"
        yield tables["periods"].problem("plausible.long-horizon", 0, "period", message=text, fix="Look at the years.")


def _outside(table: Table, column: str, first: int, last: int) -> Iterator[Problem]:
    for position, year in records(table, column):
        if year is not None and (year > last if column in {"from", "earliest"} else year < first):
            text = f"the periods reach from {first} to {last}, so the row never counts"
            fix = "Look at the year, or delete the row."
            yield table.problem("cross.never-open", position, column, message=text, fix=fix)


def enough(tables: Tables) -> Iterator[Problem]:
    """Each period's need of a material, against the most that could be bought, made, collected or drawn from stock."""
    if _brings_more(tables):
        return
    supply = MostSupply(tables)
    otherwise = set(tables["substitutes"].values["segment"])
    segments = {
        name: (material, 1.0 if share is None else share)
        for _, name, material, share in records(tables["segments"], "segment", "material", "max_shortage_share")
    }
    rows: dict[tuple[str, int], list[tuple[float, float, int]]] = defaultdict(list)
    for position, name, period, amount in records(tables["demand"], "segment", "period", "t_per_year"):
        material, share = segments[name]
        if name not in otherwise:
            rows[material, period].append((amount, amount * (1 - share), position))
    reported: set[tuple[str, str]] = set()
    for period in periods_of(tables):
        for material in sorted({key[0] for key in rows if key[1] == period.first}):
            needs = rows[material, period.first]
            need, must = sum(n for n, _, _ in needs), sum(m for _, m, _ in needs)
            most = supply.most(material, period)
            code = "cross.too-little" if must > most + 1e-6 * (1 + most) else "cross.too-little-short"
            known = most > 0 or supply.knows(material)
            if need > most + 1e-6 * (1 + most) and known and (code, material) not in reported:
                reported.add((code, material))
                waits = supply.waits(material, period)
                yield _too_little(tables["demand"], code, material, period, need, must, most, max(needs)[2], waits)


def _brings_more(tables: Tables) -> bool:
    """Whether a partnership or an event may add to supply or lower a need, which is not counted here."""
    if MORE_SUPPLY.intersection(tables["partnership_effects"].values["effect"]):
        return True
    for _, kind, factor, value in records(tables["events"], "kind", "factor", "value"):
        less = (factor is not None and factor < 1) or (value or 0) < 0
        if (kind == "demand" and less) or (kind in {"supply", "capacity", "yield"} and (factor or 0) > 1):
            return True
    return False


def _too_little(
    table: Table,
    code: str,
    material: str,
    period: Period,
    need: float,
    must: float,
    most: float,
    position: int,
    waits: bool,
) -> Problem:
    year, wanted = period.first, must if code == "cross.too-little" else need
    text = f"in {year} {wanted:,.6g} t/yr of {material} are {'needed at least' if wanted == must else 'needed'}"
    text += f", and all offers, plants, returns and stocks together can bring {most:,.6g} t/yr"
    fix = "Add supply, raise a maximum, or allow a larger shortage."
    if code == "cross.too-little-short":
        fix = "The rest goes short; add supply if that is not meant."
    if waits:
        text += ", the first order being on its way"
        fix = f"Look at lead_days on the sheet offers; what is bought today belongs on the sheet awards. {fix}"
    return table.problem(code, position, "t_per_year", message=text, fix=fix)


class MostSupply:
    """The most of a material that a period could see, leaving aside lanes and inputs: never too low."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.first = min(tables["periods"].values["period"])
        suppliers = records(tables["suppliers"], "supplier", "qualified", "qualification_years")
        self.wait = {name: 0 if qualified else years or 0 for _, name, qualified, years in suppliers}
        prices = records(tables["offer_prices"], "offer", "period", "max_t_per_year")
        self.caps = {(offer, period): cap for _, offer, period, cap in prices}
        self.offers: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for _, material, *offer in records(
            tables["offers"], "material", "offer", "supplier", "from", "to", "max_t_per_year", "lead_days"
        ):
            self.offers[material].append(tuple(offer))
        self.flows_today = {offer for _, offer, tons in records(tables["awards"], "offer", "t_per_year") if tons}
        self.contracts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for _, offer, *contract in records(tables["contracts"], "offer", "from", "to", "max_t_per_year"):
            self.contracts[offer].append(tuple(contract))
        self.returned: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for _, material, when, amount in records(tables["returns"], "material", "period", "t_per_year"):
            self.returned[material].append((when, amount))
        self.stocked: dict[str, list[float | None]] = defaultdict(list)
        for _, material, initial in records(tables["stocks"], "material", "initial_t"):
            self.stocked[material].append(initial)
        self.makers = self._makers()
        self.sizes: dict[Period, dict[str, float]] = {}

    def _makers(self) -> dict[str, dict[str, float]]:
        """Material → facility → the most it can make of it per ton of capacity."""
        yields: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for _, process, material, amount in records(self.tables["recipes"], "process", "material", "t_per_t"):
            if amount > 0:
                yields[process].append((material, amount))
        best: dict[str, dict[str, float]] = defaultdict(dict)
        for _, facility, process, use in records(self.tables["processes"], "facility", "process", "capacity_use"):
            for material, amount in yields[process]:
                rate = math.inf if use == 0 else amount / (1.0 if use is None else use)
                best[material][facility] = max(best[material].get(facility, 0.0), rate)
        return best

    def most(self, material: str, period: Period) -> float:
        """Tons per year, infinite where an offer has no maximum."""
        return self._bought(material, period) + self._made(material, period) + self._other(material, period)

    def knows(self, material: str) -> bool:
        """Whether anybody offers, makes, gives back or keeps it in any year; else it is told as unserved."""
        return any(material in known for known in (self.offers, self.makers, self.returned, self.stocked))

    def waits(self, material: str, period: Period) -> bool:
        """Whether part of what could be bought then is not there yet because its first order is on its way."""
        return any(late > 0 for *_, late in self._sold(material, period))

    def _bought(self, material: str, period: Period) -> float:
        """Of each offer what arrives of orders, and beside it what contracts bring, which keep their own dates."""
        total = 0.0
        for offer, most, late in self._sold(material, period):
            total += most * (1.0 - late) + (late and late * min(most, self._contracted(offer, period)))
        return total

    def _sold(self, material: str, period: Period) -> Iterator[tuple[str, float, float]]:
        """Each offer on sale in a period, the most a year that it has, and the share of that which is on its way."""
        for offer, supplier, start, end, cap, days in self.offers.get(material, ()):
            begin = max(start or self.first, self.first + self.wait[supplier])
            share = period.open(begin, end)
            own = self.caps.get((offer, period.first))
            most = cap if own is None else own
            if share:
                wait = 0.0 if offer in self.flows_today else (days or 0.0) / DAYS
                arrives = max(start or self.first, self.first) + wait
                late = 0.0 if most is None else 1.0 - period.open(max(begin, arrives), end) / share
                yield offer, math.inf if most is None else most * share, late

    def _contracted(self, offer: str, period: Period) -> float:
        return sum(float(most) * period.open(start, end) for start, end, most in self.contracts.get(offer, ()))

    def _made(self, material: str, period: Period) -> float:
        makers = self.makers.get(material)
        if not makers:
            return 0.0
        if period not in self.sizes:
            self.sizes[period] = self._size(period)
        size = self.sizes[period]
        return sum(size[facility] * rate for facility, rate in makers.items() if size[facility] and rate)

    def _size(self, period: Period) -> dict[str, float]:
        """The capacity each facility could have, with everything built that could run by then."""
        size: dict[str, float] = defaultdict(float)
        stated = capacities(self.tables)
        for _, facility, start, end in records(self.tables["facilities"], "facility", "from", "to"):
            size[facility] += stated[facility] * period.open(start, end)
        built = ("facility", "max_t_per_year", "max_builds", "earliest", "permit_years", "lead_years")
        for _, facility, most, builds, earliest, permit, lead in records(self.tables["build_options"], *built):
            if max(self.first, earliest or self.first) + (permit or 0) + lead <= period.last:
                size[facility] += most * (builds or 1)
        return size

    def _other(self, material: str, period: Period) -> float:
        """What comes back and what is in stock; a cohort, or a stock filled before, may hold any amount."""
        total = 0.0
        for when, amount in self.returned.get(material, ()):
            total += math.inf if when is None else amount if when == period.first else 0.0
        for initial in self.stocked.get(material, ()):
            later = period.first > self.first
            total += math.inf if later else (initial or 0.0) / (period.last - period.first + 1)
        return total


HORIZON_SHEETS = (
    *("periods", "suppliers", "offers", "offer_prices", "facilities", "processes", "recipes", "build_options"),
    *("segments", "demand", "returns", "stocks", "substitutes", "partnership_effects", "events", "dated_values"),
    *("awards", "contracts"),
)
