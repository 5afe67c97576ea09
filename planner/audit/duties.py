"""The duty on a ton, read from the tariff rows day by day.

On one day, for one good from one country to another:

1. Of each authority's rows that add a duty, the most specific counts: the longest heading, then a country before a
   group before `*`, then the later first day. Each becomes one layer.
2. Rows that replace take the place of the layer of the authority they act on (the most specific of them, for each
   authority acted on), all at once. The layer then bears the replacing row's authority. One that acts on all makes all
   layers one.
3. Rows that exempt strike out the layers that bear the authority they act on; one that acts on all strikes out all.
4. Of each authority's minimum prices the most specific counts; what a price falls short of it is paid on top.

A period's duty is the mean over all its days, each on the value of its own year. Goods pay no duty in the country they
come from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from types import MappingProxyType

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.events import acting, in_year, thing_of
from planner.audit.naming import fits, nearness
from planner.audit.rows import Row, digits

ALWAYS = (date.min.toordinal(), date.max.toordinal())


@dataclass(frozen=True)
class TariffRow:
    """One row of the tariffs sheet, as it bears on one good from one country: `rank` says how closely it fits."""

    authority: str
    effect: str
    acts_on: str
    rate: float
    usd_per_t: float
    first_day: int
    last_day: int
    rank: tuple[int, int] = (0, 0)

    def closeness(self) -> tuple[tuple[int, int], int]:
        """Rows that fit equally are told apart by the later first day; none are then equal in a checked case."""
        return self.rank, self.first_day


@dataclass(frozen=True)
class Layer:
    """A part of the duty in one year of a period: `rate` of the value and so much per ton, borne by `authority`.

    `added_by` is the authority whose adding row it stems from; `nth` counts the period's years from 0. `floors` are
    minimum prices with the share of the period's days of each.
    """

    authority: str
    added_by: str = ""
    nth: int = 0
    rate: float = 0.0
    usd_per_t: float = 0.0
    floors: tuple[tuple[float, float], ...] = ()

    def duty(self, values: Sequence[float]) -> float:
        """USD on a ton of these values, one a year of the period."""
        value = values[self.nth]
        short = sum(share * max(0.0, floor - value) for floor, share in self.floors)
        return self.rate * value + self.usd_per_t + short


@dataclass(frozen=True, eq=False)
class Tariffs:
    """The tariffs sheet, with what is needed to look goods up in it. Answers are kept: many flows ask the same."""

    books: Books

    @cached_property
    def rows(self) -> list[tuple[TariffRow, str, str, str]]:
        """Each row with its heading, origin and destination."""
        found = []
        for line in self.books.sheet("tariffs"):
            first = line.from_.toordinal() if isinstance(line.from_, date) else ALWAYS[0]
            last = line.to.toordinal() if isinstance(line.to, date) else ALWAYS[1]
            figures = (line.rate or 0.0, line.usd_per_t or 0.0)
            row = TariffRow(line.authority, line.effect, line.acts_on, *figures, first, last)
            found.append((row, digits(line.hts), line.origin, line.destination or self.books.home))
        return found

    @cached_property
    def _kept(self) -> dict[tuple[object, ...], tuple[Layer, ...]]:
        return {}

    def layers(
        self,
        material: str,
        origin: str,
        destination: str,
        node: Node,
        quotas: Mapping[str, float] = MappingProxyType({}),
    ) -> tuple[Layer, ...]:
        """The layers of duty on a material between two countries in each year, as a mean over the node's days.

        `quotas` are rates that stand in place of an authority's own adding row.
        """
        if origin == destination:
            return ()
        key = (material, origin, destination, node.name, *quotas.items())
        if key not in self._kept:
            rows = self._rows_for(self.books.materials[material].hts, origin, destination)
            rows = [row for row in rows if row.effect != "adds" or row.authority not in quotas]
            rows += [TariffRow(a, "adds", "", rate, 0.0, *ALWAYS) for a, rate in quotas.items()]
            goods = thing_of(self.books, material, country=origin, destination=destination)
            self._kept[key] = mean_over_days(rows, node, acting(self.books, node, "duty", goods))
        return self._kept[key]

    def _rows_for(self, hts: str, origin: str, destination: str) -> list[TariffRow]:
        """The rows that bear on the good, each with how closely it fits."""
        code = digits(hts)
        return [
            replace(row, rank=(len(heading), nearness(self.books, named, origin)))
            for row, heading, named, charged_by in self.rows
            if charged_by == destination and fits(self.books, heading, named, code, origin)
        ]


def mean_over_days(rows: list[TariffRow], node: Node, events: list[Row]) -> tuple[Layer, ...]:
    """The layers of a period, year by year: the mean of each day's, over all its days.

    Events of a calendar year multiply the rates of its days; a value that they add is a layer of its own.
    """
    begin, end = node.days
    edges = {begin, end, *(date(year, 1, 1).toordinal() for year in node.calendar_years)}
    for row in rows:
        edges |= {day for day in (row.first_day, row.last_day + 1) if begin < day < end}
    means: dict[tuple[str, str, int], Layer] = {}
    for first, after in pairwise(sorted(edges)):
        year = date.fromordinal(first).year
        share, now = (after - first) / (end - begin), in_year(events, year)
        layers = stack([row for row in rows if row.first_day <= first <= row.last_day])
        layers += [Layer("event", "event", rate=now.value)] if now.value else []
        for layer in layers:
            key = (layer.authority, layer.added_by, year - node.period)
            factor = 1.0 if layer.authority == "event" else now.factor
            mean = means.get(key, Layer(*key))
            means[key] = replace(
                mean,
                rate=mean.rate + share * layer.rate * factor,
                usd_per_t=mean.usd_per_t + share * layer.usd_per_t * factor,
                floors=mean.floors + tuple((floor, share) for floor, _ in layer.floors),
            )
    return tuple(means.values())


def stack(rows: list[TariffRow]) -> list[Layer]:
    """The layers of duty on one day, from the rows in force that day."""
    adding = _closest((r for r in rows if r.effect == "adds"), "authority")
    standing = {a: Layer(a, a, 0, row.rate, row.usd_per_t) for a, row in adding.items()}
    replacing = _closest((r for r in rows if r.effect == "replaces"), "acts_on")
    for acted_on, row in sorted(replacing.items(), key=lambda item: item[0] == ""):
        layer = Layer(row.authority, acted_on, 0, row.rate, row.usd_per_t)
        if acted_on in standing:
            standing[acted_on] = layer
        elif acted_on == "" and standing:
            standing = {"": layer}
    exempted = {r.acts_on for r in rows if r.effect == "exempts"}
    left = [layer for layer in standing.values() if not exempted & {layer.authority, ""}]
    floors = _closest((r for r in rows if r.effect == "minimum price"), "authority")
    return left + [Layer(a, "minimum price", floors=((row.usd_per_t, 1.0),)) for a, row in floors.items()]


def _closest(rows: Iterable[TariffRow], word: str) -> dict[str, TariffRow]:
    """For each authority (or each one acted on), the row that fits most closely."""
    rivals: dict[str, list[TariffRow]] = defaultdict(list)
    for row in rows:
        rivals[getattr(row, word)].append(row)
    return {name: max(found, key=TariffRow.closeness) for name, found in rivals.items()}


@cache
def tariffs_of(books: Books) -> Tariffs:
    """The tariffs of the books, read once."""
    return Tariffs(books)
