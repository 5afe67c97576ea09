"""Dated events of scenarios, as factors and values on the rows of a table with nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from models.data import Tree
from models.groups import Floats, Positions
from planner.case import Case
from planner.schema import EVENT_SELECTORS, digits_of
from planner.schema.dated import DATED
from planner.translate.dated import dated, is_dated
from planner.translate.tree import known_events
from planner.translate.values import Years


@dataclass(frozen=True)
class Effects(Years):
    """What events do to each row of a table in each calendar year of its node."""

    factor: Floats
    value: Floats

    def yearly(self, numbers: pd.Series | Floats) -> Floats:
        """What these numbers, one a row or also by year, come to in each year: no amount less than nothing but one that
        is stated so.
        """
        stated = numbers.to_numpy(float)[:, None] if isinstance(numbers, pd.Series) else numbers
        changed = stated * self.factor + self.value
        return np.where(stated < 0.0, changed, np.maximum(changed, 0.0))


@dataclass(frozen=True)
class Events:
    """The events of a case, each with the nodes in which it is known."""

    case: Case
    table: pd.DataFrame
    nodes: Mapping[int, frozenset[str]]
    period: Mapping[str, int]
    years: Mapping[str, int]
    groups: Mapping[str, tuple[str, ...]]

    @cached_property
    def width(self) -> int:
        """The years of the longest period."""
        return max(self.years.values(), default=1)

    @cached_property
    def last_year(self) -> int:
        """The last year of the horizon."""
        return max(self.period[n] + self.years[n] - 1 for n in self.period)

    @cached_property
    def by_kind(self) -> dict[str, list[dict[Any, Any]]]:
        """The events of each kind that there is."""
        found: dict[str, list[dict[Any, Any]]] = {}
        for event in self.table.to_dict("records"):
            found.setdefault(event["kind"], []).append(event)
        return found

    def years_of(self, frame: pd.DataFrame) -> Years:
        """The calendar years of the node of each row."""
        nodes = frame["node"].tolist()
        period = np.array([self.period[n] for n in nodes], dtype=int)
        years = np.array([self.years[n] for n in nodes], dtype=int)
        calendar = period[:, None] + np.arange(self.width)[None, :]
        return Years(calendar, calendar < (period + years)[:, None])

    def on(self, kind: str, frame: pd.DataFrame, words: Mapping[str, str]) -> Effects:
        """What events of a kind do to the rows of `frame` (with node); `words` says which column a selector looks at.

        An event with a selector that the frame has no column for does not touch it. Several factors on one row
        multiply, values add. Where the frame has materials, selectors may look at what goes with them.
        """
        years = self.years_of(frame)
        calendar, valid = years.calendar, years.valid
        effects = Effects(calendar, valid, np.ones(calendar.shape), np.zeros(calendar.shape))
        if kind not in self.by_kind:
            return effects
        frame = with_goods(self.case, frame) if "material" in frame else frame
        at = rows_at(frame)
        for event in self.by_kind[kind]:
            touched = self.touched(event, frame, words, at)
            if len(touched):
                ends = np.inf if np.isnan(event["to"]) else event["to"]
                then = calendar[touched]
                hit = (then >= event["from"]) & (then <= ends)
                if not np.isnan(event["factor"]):
                    effects.factor[touched] *= np.where(hit, event["factor"], 1.0)
                if not np.isnan(event["value"]):
                    effects.value[touched] += np.where(hit, event["value"], 0.0)
        return effects

    def scaled(
        self, kind: str, frame: pd.DataFrame, words: Mapping[str, str], column: str, weights: Floats | None = None
    ) -> pd.Series:
        """A column after the events: its mean over the years of number × factor + value (see `Effects.yearly`).

        Each year counts with its weight, and with its own number where the sheet dated_values has one.
        """
        own = column in DATED and is_dated(self.case, column)
        if kind not in self.by_kind and not own:
            return frame[column]
        effects = self.on(kind, frame, words)
        stated = dated(self.case, column, frame, effects) if own else frame[column]
        return pd.Series(effects.mean(effects.yearly(stated), weights), index=frame.index)

    def touched(
        self, event: Mapping[Any, Any], frame: pd.DataFrame, words: Mapping[str, str], at: Mapping[str, Positions]
    ) -> Positions:
        """Which rows of a frame an event speaks of, at nodes that know of it, by their place; `at` is its `rows_at`.

        In a tree an event is known at few of the nodes, so the rows of the others are not looked at.
        """
        known = [at[node] for node in self.nodes[int(event["row"])] if node in at]
        none: Positions = np.zeros(0, dtype=np.int64)
        rows = np.concatenate(known) if known else none
        for selector in EVENT_SELECTORS:
            wanted = event[selector]
            if wanted is None or not len(rows):
                continue
            if selector not in words:
                return none
            seen = frame[words[selector]].iloc[rows]
            if selector in ("country", "destination"):
                matching = {wanted, *(c for c, groups in self.groups.items() if wanted in groups)}
                rows = rows[seen.isin(matching).to_numpy()]
            elif selector == "hts":
                rows = rows[seen.map(lambda hts, wanted=wanted: _under(hts, wanted)).to_numpy(bool)]
            else:
                rows = rows[(seen == wanted).to_numpy(bool)]
        return rows


def rows_at(frame: pd.DataFrame) -> Mapping[str, Positions]:
    """The places of the rows of a frame by its node."""
    places = frame.groupby("node", sort=False).indices
    return {str(node): np.asarray(rows) for node, rows in places.items()}


def _under(hts: object, wanted: object) -> bool:
    return isinstance(hts, str) and digits_of(hts).startswith(digits_of(str(wanted)))


def events_of(case: Case, tree: Tree) -> Events:
    """The events of a case; a node knows those of its scenarios (the same for all of them)."""
    nodes: dict[int, set[str]] = {int(row): set() for row in case.tables["events"].index}
    for node in tree.NODES:
        last = tree.period[node] + tree.years[node] - 1
        for row in known_events(case, tree.SCENARIOS[node][0], last).index:
            nodes[int(row)].add(node)
    return Events(
        case=case,
        table=case.tables["events"].reset_index(),
        nodes={row: frozenset(names) for row, names in nodes.items()},
        period=tree.period,
        years=tree.years,
        groups=case.groups_of,
    )


def with_goods(case: Case, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with material, and the stage, element and hts that go with it."""
    materials = case.tables["materials"].set_index("material")
    return frame.assign(**{name: frame["material"].map(materials[name]) for name in ("stage", "element", "hts")})


GOODS = {"material": "material", "stage": "stage", "element": "element"}
OFFERED = {**GOODS, "country": "origin", "supplier": "supplier", "offer": "offer"}


@dataclass(frozen=True)
class Supplied:
    """What share of its maximum an offer delivers in each calendar year of its node: 0 where it is not on sale."""

    yearly: Floats
    years: Years

    def share(self, since: pd.Series | None = None) -> Floats:
        """The mean over the node's years, counting those from the year `since` on."""
        mean: Floats = self._after(since, self.yearly).sum(axis=1) / self._count
        return mean

    def standing(self, since: pd.Series | None = None) -> Floats:
        """The share of the node's years, from `since` on, in which anything is delivered."""
        mean: Floats = self._after(since, (self.yearly > 0).astype(float)).sum(axis=1) / self._count
        return mean

    @property
    def _count(self) -> Floats:
        count: Floats = self.years.valid.sum(axis=1).astype(float)
        return count

    def _after(self, since: pd.Series | None, yearly: Floats) -> Floats:
        return yearly if since is None else np.where(self.years.calendar >= since.to_numpy(float)[:, None], yearly, 0.0)


def supplied(case: Case, events: Events, frame: pd.DataFrame, destination: bool = False) -> Supplied:
    """How much of an offer its supplier delivers, year by year: while it is on sale, and as far as events let it.

    `frame` has node, offer, supplier, origin, material, first_year, last_year; with `destination` also destination,
    and then events on one destination count as well. A cut of what an upstream country sends to the offer's origin
    takes its share away.
    """
    words = {**OFFERED, "destination": "destination"} if destination else OFFERED
    own = events.on("supply", frame, words)
    on_sale = own.within(frame["first_year"], frame["last_year"])
    return Supplied(np.where(on_sale, own.factor * _left_upstream(case, events, frame), 0.0), own)


def _left_upstream(case: Case, events: Events, frame: pd.DataFrame) -> Floats:
    """What events on the countries behind an offer leave of it, by row and year."""
    upstream = case.tables["upstream"][["offer", "country", "material", "share"]]
    if upstream.empty or "supply" not in events.by_kind:
        return np.ones((len(frame), 1))
    behind = frame[["offer", "node", "origin", "material"]].assign(at=np.arange(len(frame)))
    behind = behind.merge(upstream.rename(columns={"material": "input", "country": "through"}), on="offer")
    behind["material"] = behind["input"].where(behind["input"].notna(), behind["material"])
    through = events.on("supply", behind, {**GOODS, "country": "through", "destination": "origin"})
    lost = np.zeros((len(frame), through.factor.shape[1]))
    np.add.at(lost, behind["at"].to_numpy(int), behind["share"].to_numpy(float)[:, None] * (1.0 - through.factor))
    left: Floats = np.clip(1.0 - lost, 0.0, None)
    return left
