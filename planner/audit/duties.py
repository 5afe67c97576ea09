"""The duty on a ton, read from the tariff rows day by day.

On one day, for one good from one country to another:

1. Of each authority's rows that add a duty, the most specific counts: the longest heading, then a country before a
   group before `*`. Each becomes one layer.
2. Rows that replace take the place of the layer of the authority they act on (the most specific of them, for each
   authority acted on). The layer then bears the replacing row's authority. One that acts on all makes all layers one.
3. Rows that exempt strike out the layers that bear the authority they act on; one that acts on all strikes out all.

A period's duty is the mean over all its days. Goods pay no duty in the country they come from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import pandas as pd

from planner.audit.books import Books
from planner.audit.calendar import Node

_ALWAYS = (date.min.toordinal(), date.max.toordinal())
Layers = dict[str, tuple[float, float]]  # authority -> (fraction of the value, USD per t)


@dataclass(frozen=True)
class Row:
    """One row of the tariffs sheet, as it bears on one good from one country: `rank` says how closely it fits."""

    authority: str
    effect: str
    acts_on: str
    rate: float
    usd_per_t: float
    first_day: int
    last_day: int
    rank: tuple[int, int]
    number: int

    def closeness(self) -> tuple[tuple[int, int], int, int]:
        """Rows that fit equally are told apart by the later first day, then by the later row."""
        return self.rank, self.first_day, self.number


def digits(code: object) -> str:
    """The digits of a tariff heading, without its dots."""
    return "".join(c for c in code if c.isdigit()) if isinstance(code, str) else ""


@dataclass(frozen=True)
class TariffBook:
    """The tariffs sheet, with what is needed to look a good up in it."""

    rows: tuple[tuple[Row, str, str, str], ...]  # row, heading, origin, destination
    groups: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, books: Books) -> TariffBook:
        countries = books.sheet("countries")
        groups = {c: tuple(g or ()) for c, g in zip(countries["country"], countries["group"], strict=True)}
        rows = []
        for number, line in books.sheet("tariffs").fillna({"rate": 0.0, "usd_per_t": 0.0}).iterrows():
            first, last = (_day(line[c], default) for c, default in zip(("from", "to"), _ALWAYS, strict=True))
            words = (line["authority"], line["effect"], line["acts_on"])
            row = Row(*words, line["rate"], line["usd_per_t"], first, last, (0, 0), int(str(number)))
            rows.append((row, digits(line["hts"]), line["origin"], line["destination"] or books.home))
        return cls(tuple(rows), groups)

    def rows_for(self, hts: str, origin: str, destination: str) -> list[Row]:
        """The rows that bear on a good of this heading, each with how closely it fits."""
        groups = self.groups.get(origin, ())
        found = []
        for row, heading, named, charged_by in self.rows:
            if charged_by != destination or not hts or not hts.startswith(heading):
                continue
            if named in (origin, "*", *groups):
                nearness = 2 if named == origin else 0 if named == "*" else 1
                found.append(_ranked(row, (len(heading), nearness)))
        return found


def _ranked(row: Row, rank: tuple[int, int]) -> Row:
    return Row(**{**row.__dict__, "rank": rank})


def _day(value: object, default: int) -> int:
    return value.toordinal() if isinstance(value, date) else default


def stack(rows: Iterable[Row]) -> Layers:
    """The layers of duty on one day, from the rows in force that day."""
    rows = list(rows)
    standing = {a: (r.authority, r) for a, r in _closest((r for r in rows if r.effect == "adds"), "authority").items()}
    for acted_on, row in _closest((r for r in rows if r.effect == "replaces"), "acts_on").items():
        if acted_on == "":
            standing = {row.authority: (row.authority, row)} if standing else {}
        elif acted_on in standing:
            standing[acted_on] = (row.authority, row)
    exempted = {r.acts_on for r in rows if r.effect == "exempts"}
    layers: Layers = {}
    for bears, row in standing.values():
        if bears in exempted or "" in exempted:
            continue
        rate, usd = layers.get(bears, (0.0, 0.0))
        layers[bears] = (rate + row.rate, usd + row.usd_per_t)
    return layers


def _closest(rows: Iterable[Row], word: str) -> dict[str, Row]:
    """For each authority (or each one acted on), the row that fits most closely; those that act on all come last."""
    best: dict[str, Row] = {}
    for row in rows:
        name = getattr(row, word)
        if name not in best or row.closeness() > best[name].closeness():
            best[name] = row
    return dict(sorted(best.items(), key=lambda item: item[0] == ""))


def mean_over_days(rows: list[Row], node: Node) -> Layers:
    """The layers of a period: the mean of each day's, over all its days."""
    begin, end = node.days
    edges = {begin, end}
    for row in rows:
        edges |= {day for day in (row.first_day, row.last_day + 1) if begin < day < end}
    mean: Layers = {}
    for first, after in pairwise(sorted(edges)):
        share = (after - first) / (end - begin)
        for name, (rate, usd) in stack(r for r in rows if r.first_day <= first <= r.last_day).items():
            so_far = mean.get(name, (0.0, 0.0))
            mean[name] = (so_far[0] + share * rate, so_far[1] + share * usd)
    return mean


def duty_lines(books: Books, valued: pd.DataFrame) -> pd.DataFrame:
    """The flows that pay duty, once for each layer, with its `layer` and `usd_per_t`.

    `valued` holds the flows with `value_usd_per_t`, the value on which duty is paid.
    """
    headings = books.sheet("materials").set_index("material")["hts"].map(digits)
    abroad = valued[valued["origin"] != valued["to_country"]]
    abroad = abroad.assign(hts=abroad["material"].map(headings).astype(object))
    key = ["hts", "origin", "to_country", "node"]
    rows_for = cache(TariffBook.of(books).rows_for)
    found = []
    for *good, node in abroad[key].drop_duplicates().itertuples(index=False, name=None):
        for layer, (rate, usd) in mean_over_days(rows_for(*good), books.tree.by_name[node]).items():
            found.append((*good, node, layer, rate, usd))
    layers = pd.DataFrame(found, columns=[*key, "layer", "rate", "specific"]).astype(dict.fromkeys(key, object))
    lines = abroad.merge(layers, on=key)
    return lines.assign(usd_per_t=lines["value_usd_per_t"] * lines["rate"] + lines["specific"])
