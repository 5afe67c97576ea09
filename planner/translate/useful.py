"""How much can be used, made and run anywhere: what bounds every amount that hangs on a yes or no.

A yes-or-no needs a bound on what it opens, and the workbook's own maximum may be blank, or a million times too large:
then the solver takes a millionth of a yes for none. These bounds follow from the rows of the program alone, so that no
plan goes beyond them:

- What arrives at a place is used there, sold, kept or thrown away (`material_balance`). So no more arrives than the
  needs, the inputs of all that can run, the markets and the room for stock come to, and what may be thrown away has no
  bound. What is kept in stock may leave for any place of its country, so a stockpile counts what all of them can use.
- What is made leaves (`output_leaves`). So a process runs no more than those who take its scarcest output allow, nor
  than those who bring its scarcest input.
- So each bound follows from others. They begin with capacity and fall from round to round, and each round is right by
  itself: where it ends is a matter of seconds, not of truth.

What is thrown away is bounded in `worth`, where it is shown that no more is worth having.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.groups import Bools, Floats
from planner.case import Case
from planner.translate.flows import TAKE, WHERE, FlowTables, taken_in
from planner.translate.origin import ANY_CLASS
from planner.translate.plants import PlantTables
from planner.translate.tools import indices, no_rows
from planner.translate.uses import UseTables

RowNumbers = npt.NDArray[np.integer[Any]]
ROUNDS = 12
SETTLED = 1e-3  # a round that lowers no bound by more than this share is the last


@dataclass(frozen=True)
class Useful:
    """Bounds in t/yr, infinite where there is none.

    By row of `flows.takers`: used_t (all that can be used there but what is thrown away), bought_t (the same of what is
    bought), sheds (whether it may be thrown away) and stocking. run_t: by row of `plants.runs`. given_t: what is made
    and collected, by place, material and node.
    """

    used_t: Floats
    bought_t: Floats
    sheds: Bools
    stocking: Bools
    run_t: Floats
    given_t: dict[tuple[str, ...], float]

    def working_t(self, plants: PlantTables) -> dict[tuple[str, str], float]:
        """The most capacity of a facility that its runs can use at a node."""
        runs = plants.runs
        if runs.empty:
            return {}
        with np.errstate(invalid="ignore"):
            use = np.where(runs["capacity_use"] > 0, runs["capacity_use"] * self.run_t, 0.0)
        by_process = runs.assign(t=use).groupby(["facility", "process", "node"], sort=False)["t"].max()
        together = by_process.groupby(["facility", "node"], sort=False).sum()
        return {key: float(t) for key, t in together.items()}  # type: ignore[misc]


def useful_amounts(case: Case, plants: PlantTables, flows: FlowTables, use: UseTables) -> Useful:
    """Lower the bounds from round to round until they settle."""
    network = _Network.of(case, plants, flows, use)
    most = run_t = plants.runs["at_most"].to_numpy(np.float64)
    for _ in range(ROUNDS):
        before, run_t = run_t, network.lowered(most, run_t)
        fell = (run_t < before * (1.0 - SETTLED)) | (np.isfinite(run_t) & ~np.isfinite(before))
        if not fell.any():
            break
    used_t, bought_t = network.used(run_t)
    given = dict(zip(network.places, network.given(run_t).tolist(), strict=True))
    return Useful(used_t, bought_t, network.sheds, network.stocking, run_t, given)


@dataclass(frozen=True)
class _Network:
    """The links between takers, runs and places, as numbers of rows, with what does not change from round to round."""

    needed_t: Floats
    sold_t: Floats
    resold: Bools
    sheds: Bools
    stocking: Bools
    stock_group: RowNumbers
    input_run: RowNumbers
    input_taker: RowNumbers
    input_t: Floats
    output_run: RowNumbers
    output_source: RowNumbers
    output_process: RowNumbers
    output_t: Floats
    ship_taker: RowNumbers
    ship_source: RowNumbers
    ship_room_t: Floats
    collected_t: Floats
    brought_t: Floats
    places: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, case: Case, plants: PlantTables, flows: FlowTables, use: UseTables) -> _Network:
        takers, makers = flows.takers, flows.makers
        sources = flows.sources.drop_duplicates("sender")
        inputs = taken_in(case, plants.runs).merge(
            takers[[*TAKE, "taker"]].rename(columns={"origin_class": "takes_class"}),
            on=["place", "material", "takes_class", "node"],
        )
        made = makers.merge(sources[[*WHERE, "sender"]], on=WHERE)
        process = made.groupby(["sender", "facility", "process"], sort=False).ngroup().to_numpy(np.intp)
        sheds, stocking, group = _stock_groups(case, flows, use)
        needed, sold, resold = _fixed_uses(flows, use)
        return cls(
            needed_t=needed,
            sold_t=sold,
            resold=resold | stocking,
            sheds=sheds,
            stocking=stocking,
            stock_group=group,
            input_run=inputs["run_number"].to_numpy(np.intp),
            input_taker=inputs["taker"].to_numpy(np.intp),
            input_t=inputs["taken"].to_numpy(np.float64),
            output_run=made["run_number"].to_numpy(np.intp),
            output_source=made["sender"].to_numpy(np.intp),
            output_process=process,
            output_t=made["t_per_t"].to_numpy(np.float64),
            ship_taker=flows.shipments["taker"].to_numpy(np.intp),
            ship_source=flows.shipments["sender"].to_numpy(np.intp),
            ship_room_t=carried(flows, "ship"),
            collected_t=_collected(flows, use, sources),
            brought_t=_brought(flows, stocking),
            places=indices(sources, *WHERE),
        )

    def lowered(self, most: Floats, run_t: Floats) -> Floats:
        """Bounds on runs that follow from bounds on runs."""
        used_t, _ = self.used(run_t)
        room = np.minimum(np.where(self.sheds, np.inf, used_t)[self.ship_taker], self.ship_room_t)
        sent = np.bincount(self.ship_source, weights=room, minlength=len(self.places))
        given = np.minimum(self.given(run_t)[self.ship_source], self.ship_room_t)
        brought = self.brought_t + np.bincount(self.ship_taker, weights=given, minlength=len(self.brought_t))
        lower = most.copy()
        np.minimum.at(lower, self.output_run, sent[self.output_source] / self.output_t)
        np.minimum.at(lower, self.input_run, brought[self.input_taker] / self.input_t)
        return lower

    def used(self, run_t: Floats) -> tuple[Floats, Floats]:
        """What can be used at each taker: of all that comes, and of what is bought (which is not resold as it is)."""
        taken = np.bincount(self.input_taker, self.input_t * run_t[self.input_run], minlength=len(self.needed_t))
        own = self.needed_t + taken
        every = own + self.sold_t
        together = np.bincount(self.stock_group, weights=every, minlength=len(every))
        stocked = together[self.stock_group]
        used = np.where(self.stocking, stocked, every)
        return used, np.where(self.resold, used, own)

    def given(self, run_t: Floats) -> Floats:
        """What can be made and collected at each place: the runs of a process share their capacity, whatever class."""
        made = np.zeros(int(self.output_process.max(initial=-1)) + 1)
        np.maximum.at(made, self.output_process, self.output_t * run_t[self.output_run])
        source = np.zeros(len(made), dtype=np.intp)
        source[self.output_process] = self.output_source
        return self.collected_t + np.bincount(source, weights=made, minlength=len(self.places))


def carried(flows: FlowTables, kind: str) -> Floats:
    """The most that the lanes of each flow of a kind carry, infinite where none has a maximum."""
    room, caps = np.full(len(flows.by_kind[kind]), np.inf), flows.caps_by_kind[kind]
    most = (caps["lane_max_t"] * caps["lane_factor"]).fillna(np.inf).to_numpy(np.float64)
    np.minimum.at(room, caps["flow_number"].to_numpy(np.intp), most)
    return room


def _at_takers(flows: FlowTables, frame: pd.DataFrame, column: str, by: list[str]) -> Floats:
    """The sum of a column by taker."""
    found = flows.takers[[*by, "taker"]].merge(frame[[*by, column]], on=by)
    return _added(found["taker"], found[column], len(flows.takers))


def _added(places: pd.Series, tons: pd.Series, count: int) -> Floats:
    """The sum of tons by place, for places from 0 to below `count`."""
    added = np.bincount(places.to_numpy(np.intp), weights=tons.to_numpy(np.float64), minlength=count)
    return np.asarray(added, dtype=np.float64)


def _fixed_uses(flows: FlowTables, use: UseTables) -> tuple[Floats, Floats, Bools]:
    """What needs, stocks and markets take, and where what is bought may stand in for own goods that are sold.

    Only goods of no class are sold. Where own goods of a class come, too, these may serve a need while bought goods of
    none are sold in their stead (`sales_are_own_make` counts own goods of all classes).
    """
    takers, ways = flows.takers, use.deliveries
    served = ways.assign(t=ways["t_per_t"] * ways["most_t"].fillna(ways["t_per_year"]))
    needed: Floats = _at_takers(flows, served, "t", TAKE)
    if len(use.stocks):
        room = use.stocks.assign(t=(use.stocks["max_t"] / use.stocks["years"]).fillna(np.inf))
        needed = needed + _at_takers(flows, room, "t", TAKE)
    sold: Floats = np.zeros(len(takers))
    if len(use.sales):
        markets = use.sales.assign(t=use.sales["max_t_per_year"].fillna(np.inf), origin_class=ANY_CLASS)
        sold = _at_takers(flows, markets, "t", TAKE)
    return needed, sold, takers.duplicated(WHERE, keep=False).to_numpy()


def _stock_groups(case: Case, flows: FlowTables, use: UseTables) -> tuple[Bools, Bools, RowNumbers]:
    """Where goods may be thrown away, where they are stocked, and the number of a country's takers of a material."""
    takers = flows.takers
    shed = use.disposals[WHERE].drop_duplicates().assign(origin_class=ANY_CLASS, sheds=True)
    sheds = takers.merge(shed, on=TAKE, how="left")["sheds"].notna().to_numpy()
    alone = np.arange(len(takers), dtype=np.intp)
    if flows.stocked.empty:
        return sheds, np.zeros(len(takers), dtype=np.bool_), alone
    stocking = takers.merge(flows.stocked[TAKE].assign(kept=True), on=TAKE, how="left")["kept"].notna().to_numpy()
    country = takers.assign(country=takers["place"].map(case.country_of))
    group = country.groupby(["country", "material", "node"], sort=False).ngroup().to_numpy(np.intp)
    somewhere = np.bincount(group, weights=sheds.astype(np.float64), minlength=len(takers)) > 0
    return sheds | (stocking & somewhere[group]), stocking, group


def _collected(flows: FlowTables, use: UseTables, sources: pd.DataFrame) -> Floats:
    """What can be collected at each place of own goods: dated streams, and what comes back of what was delivered."""
    found, needs = [no_rows(sources[WHERE], t=float)], use.needs[["segment", "node", "t_per_year"]]
    if len(use.collections):
        known = use.collections.drop_duplicates(["stream", *WHERE])
        needs = needs.rename(columns={"node": "used_in"})
        cohorts = use.cohorts.merge(needs, on=["segment", "used_in"])
        found += [known.assign(t=known["most_t"])[[*WHERE, "t"]]]
        found += [cohorts.assign(t=cohorts["most"] * cohorts["t_per_year"])[[*WHERE, "t"]]]
    every = pd.concat(found).merge(sources[[*WHERE, "sender"]], on=WHERE)
    return _added(every["sender"], every["t"], len(sources))


def _brought(flows: FlowTables, stocking: Bools) -> Floats:
    """What is offered to each taker; no bound where there is stock, or where stock is sent."""
    sold = flows.sold.assign(t=(flows.sold["max_t_per_year"] + flows.sold["could_add_t"]).fillna(np.inf))
    bought = pd.concat([flows.purchases[["offer", "node", "taker"]], flows.lifts[["offer", "node", "taker"]]])
    bought = bought.drop_duplicates().merge(sold[["offer", "node", "t"]], on=["offer", "node"])
    brought = _added(bought["taker"], bought["t"], len(stocking))
    brought[flows.stock_shipments["taker"].to_numpy(np.intp)] = np.inf
    brought[stocking] = np.inf
    return brought
