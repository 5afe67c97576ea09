"""How much is worth having: what bounds a yes or no where goods may be thrown away, and what a plant need not exceed.

`useful` bounds what is used. What may be thrown away has no such bound: more may be bought than is used to reach a
minimum order or a price break, or sent to reach a lane's minimum. But no more than that. Every price, freight, duty and
charge on a ton is zero or more, so a plan that throws away a ton of what it bought costs no less than the same plan
without that ton, unless the ton is there for

- the minimum order of its offer, or the start of a band of its price that falls,
- a band of its supplier's total (then there is no such bound),
- the minimum of a lane on its way (`pushed_t` adds those of all lanes of the material),
- a limit that asks for tons bought, or for suppliers or lanes in use,
- duty that comes back on what leaves, a bonus on what is bought, or freight that falls with what a lane carries: then
  there is no such bound either,
- a limit that something to throw away may help to hold: a ratio, a count of suppliers by their share, or a least amount
  of duty, spend or CO2. Then there is no such bound, and the offer's own maximum counts (`Rewards.flows`).

So for every plan there is one that costs no more and keeps within these bounds: none is lost that anybody would sign.
In the same way a plant is never worth building larger than all its runs can use (a grant that pays more than the capex
apart), and a contract never worth signing for more than can be lifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.translate import columns
from planner.translate.flows import FlowTables
from planner.translate.incentives import SupportTables
from planner.translate.incumbents import awarded_t
from planner.translate.packages import rounded_up_t
from planner.translate.plants import BEGUN, BUILT, PlantTables
from planner.translate.selecting import rebated_offers
from planner.translate.tools import indices, no_rows
from planner.translate.useful import Useful, carried

LEAST_T_PER_YEAR = 1.0  # what shows that a supplier, facility or lane is really used, where at least so many must be
RATIOS = {"share", "spend_share", "attribute_mean", "exposure", "recycled_share", "hhi"}
ON_FLOWS, ON_PLANTS = {"co2_t", "duty_musd", "spend_musd"}, {"capacity_t", "capex_musd"}
GOODS_AT = ["material", "node"]


def counts_from(limits: pd.DataFrame) -> dict[str, float]:
    """The tons a year from which each limit counts what must be used."""
    from_t = limits["counts_from_t"].fillna(LEAST_T_PER_YEAR)
    return dict(zip(limits["limit"], from_t.astype(float).tolist(), strict=True))


def counts_above(limits: pd.DataFrame) -> dict[str, float]:
    """The tons a year above which a limit of at most so many counts, for each that states them."""
    stated = limits[limits["counts_from_t"].notna() & (limits["sense"] == "at most")]
    return dict(zip(stated["limit"], stated["counts_from_t"].astype(float).tolist(), strict=True))


def counts_from_share(limits: pd.DataFrame) -> dict[str, float]:
    """The share of what is bought from which a supplier counts, for each limit that states one."""
    stated = limits[limits["counts_from_share"].notna()]
    return dict(zip(stated["limit"], stated["counts_from_share"].astype(float).tolist(), strict=True))


@dataclass(frozen=True)
class Rewards:
    """What limits may reward: tons bought (t), tons that move at all, and capacity for its own sake.

    used: the counting measures that ask for at least so many. used_t: the most from which any of them counts.
    """

    asked_t: float
    flows: bool
    plants: bool
    used: frozenset[str]
    used_t: float

    @classmethod
    def of(cls, limits: pd.DataFrame) -> Rewards:
        """What the limits sheet may reward."""
        least = limits[limits["sense"] != "at most"]
        measures = set(least["measure"])
        asked = least.loc[least["measure"] == "bought_t", "value"].max()
        return cls(
            asked_t=0.0 if np.isnan(asked) else float(asked),
            flows=bool(RATIOS & set(limits["measure"]) or ON_FLOWS & measures or counts_from_share(limits)),
            plants=bool(ON_PLANTS & measures),
            used=frozenset(measures & {"suppliers_used", "facilities_open", "lanes_used"}),
            used_t=max(counts_from(least).values(), default=LEAST_T_PER_YEAR),
        )


@dataclass(frozen=True)
class Worth:
    """What is worth buying, sending and building."""

    case: Case
    flows: FlowTables
    useful: Useful
    rewards: Rewards

    @classmethod
    def of(cls, case: Case, flows: FlowTables, useful: Useful) -> Worth:
        """Read what limits may reward; a bonus, duty that comes back and freight that falls reward tons as well."""
        rewards = Rewards.of(case.tables["limits"])
        rewarded = (
            not (case.tables["drawbacks"].empty and case.tables["freight_bands"].empty)
            or (case.tables["offers"]["ranking_usd_per_t"] < 0).any()
        )
        return cls(case, flows, useful, replace(rewards, flows=True) if rewarded else rewards)

    @cached_property
    def pushed_t(self) -> dict[tuple[str, ...], float]:
        """By material and node, what the minimum of every lane of it comes to, and a ton for each lane that counts."""
        key = ["row", "from", "to_end", *GOODS_AT]
        caps = [frame[key].drop_duplicates() for frame in self.flows.caps_by_kind.values() if len(frame)]
        least = self.case.tables["lanes"]["min_t_per_year"].fillna(0.0)
        found = [no_rows(**dict.fromkeys(GOODS_AT, object), t=float)]
        if caps and least.any():
            rows = pd.concat(caps).drop_duplicates()
            found.append(rows.assign(t=rows["row"].map(least).astype(float))[[*GOODS_AT, "t"]])
        if "lanes_used" in self.rewards.used:
            ends = {"buy": ["from", "place"], "lift": ["from", "place"]}
            for kind, frame in self.flows.by_kind.items():
                ways = frame[[*ends.get(kind, ["from_place", "to_place"]), *GOODS_AT]].drop_duplicates()
                found.append(ways.assign(t=self.rewards.used_t)[[*GOODS_AT, "t"]])
        summed = pd.concat(found).groupby(GOODS_AT, sort=False)["t"].sum()
        return {key: float(t) for key, t in summed.items()}  # type: ignore[misc]

    def _pushed(self, frame: pd.DataFrame) -> Floats:
        if not self.pushed_t:
            return np.zeros(len(frame))
        return np.array([self.pushed_t.get(key, 0.0) for key in indices(frame, *GOODS_AT)], dtype=np.float64)

    @cached_property
    def offers(self) -> pd.DataFrame:
        """Offers that somebody can buy at a node, with the most worth buying."""
        flows, useful = self.flows, self.useful
        ends = ["offer", "node", "material", "taker"]
        ways = pd.concat([flows.purchases[ends], flows.lifts[ends]]).drop_duplicates(["offer", "node", "taker"])
        taker = ways["taker"].to_numpy(np.intp)
        ways = ways.assign(used_t=useful.bought_t[taker], sheds=useful.sheds[taker])
        together = {"material": "first", "used_t": "sum", "sheds": "any"}
        sold = ways.groupby(["offer", "node"], sort=False).agg(together).reset_index()
        known = ["offer", "node", "max_t_per_year", "could_add_t", "min_order_t_per_year"]
        sold = sold.merge(flows.sold[known], on=["offer", "node"])
        falling = flows.bands[~flows.bands["rising"].astype(bool)]
        starts = falling.groupby(["offer", "node"], sort=False)["tier"].max().to_dict()
        start = np.array([starts.get(key, 0.0) for key in indices(sold, "offer", "node")], dtype=np.float64)
        asked = max(self.rewards.asked_t, self.rewards.used_t if "suppliers_used" in self.rewards.used else 0.0)
        stays = sold["offer"].map(awarded_t(self.case)).fillna(0.0).to_numpy(np.float64)
        forced = np.fmax(np.fmax(sold["min_order_t_per_year"].to_numpy(np.float64), start), np.fmax(stays, asked))
        thrown = np.inf if self.rewards.flows else np.maximum(sold["used_t"] + self._pushed(sold), forced)
        thrown = thrown + sold["offer"].map(rounded_up_t(self.case)).fillna(0.0).to_numpy(np.float64)
        thrown = np.where(sold["offer"].isin(rebated_offers(self.case)["offer"]), np.inf, thrown)
        worth = np.where(sold["sheds"], thrown, sold["used_t"])
        most = (sold["max_t_per_year"] + sold["could_add_t"]).fillna(np.inf)
        return columns.MOST_WORTH.of(sold.assign(most_worth_t=np.minimum(worth, most)))

    def arriving(self, kind: str) -> Floats:
        """The most worth having on each flow of a kind as far as the place takes it and its lanes carry it."""
        frame, useful = self.flows.by_kind[kind], self.useful
        taker = frame["taker"].to_numpy(np.intp)
        room = carried(self.flows, kind)
        if kind == "ship_stock":
            # Stock may go round in a circle, which helps nobody beyond the minimum of a lane.
            there = useful.used_t[taker] + self._pushed(frame)
            return np.minimum(room, np.where(useful.sheds[taker] & self.rewards.flows, np.inf, there))
        used = useful.used_t if kind == "ship" else useful.bought_t
        return np.minimum(room, np.where(useful.sheds[taker], np.inf, used[taker]))

    def leaving(self, kind: str) -> Floats:
        """The most that the source of each flow of a kind gives: an offer what is worth buying, a place what it has."""
        frame = self.flows.by_kind[kind]
        if kind == "ship_stock":
            return np.full(len(frame), np.inf)
        if kind == "ship":
            given = (self.useful.given_t.get(key, np.inf) for key in indices(frame, "from_place", "material", "node"))
            return np.fromiter(given, dtype=np.float64, count=len(frame))
        worth = dict(zip(indices(self.offers, "offer", "node"), self.offers["most_worth_t"].tolist(), strict=True))
        return np.array([worth[key] for key in indices(frame, "offer", "node")], dtype=np.float64)

    def flow(self, kind: str) -> Floats:
        """The most worth having on each flow of a kind."""
        return np.minimum(self.arriving(kind), self.leaving(kind))

    def sizes(
        self, plants: PlantTables, support: SupportTables, built_at_first: pd.DataFrame
    ) -> dict[tuple[str, ...], float]:
        """The largest size worth building each time an option is begun, by option, way and node.

        At every node where it stands it need not exceed what all runs of the facility can use there, though nothing
        else stood; where an agreement is in force for some of the years (`built_at_first`), it is used in these. A
        smaller size costs less: neither capex nor fixed cost per t is negative, unless grants pay for all of the capex.
        What an unforeseen delay keeps from standing anywhere is worth its smallest size.
        """
        standing = plants.standing
        if standing.empty:
            return self._smallest(indices(plants.builds, *BUILT))
        working = self.useful.working_t(plants)
        at_first = built_at_first[built_at_first["ramp_t"] > 0].groupby([*BEGUN, "node"])["ramp_t"].min().to_dict()
        keys = indices(standing, "facility", "node")
        ramps = zip(indices(standing, *BEGUN, "node"), standing["usable_ramp"].tolist(), strict=True)
        usable = np.array([at_first.get(key, ramp) for key, ramp in ramps], dtype=np.float64)
        used = np.array([working.get(key, 0.0) for key in keys], dtype=np.float64)
        if "facilities_open" in self.rewards.used:
            used, usable = np.maximum(used, self.rewards.used_t), np.minimum(usable, standing["ramp"].to_numpy(float))
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where((used > 0) & (usable > 0), used / usable, 0.0)
        frame = standing[[*BEGUN, "min_t_per_year", "max_t_per_year"]].assign(needed=needed)
        found = frame.groupby(list(BEGUN), sort=False).agg(
            {"needed": "max", "min_t_per_year": "first", "max_t_per_year": "first"}
        )
        most = found["max_t_per_year"].astype(float)
        enough = np.fmax(found["needed"], found["min_t_per_year"].fillna(0.0))
        worth = most if self.rewards.plants else np.minimum(most, enough)
        paid = support.grants.groupby(["option", "way", "node"])["granted"].sum()
        free = set(paid.index[paid >= 1.0])
        sizes = {key: float(most[key] if key in free else worth[key]) for key in found.index}
        return sizes | self._smallest([key for key in indices(plants.builds, *BUILT) if key not in sizes])

    def _smallest(self, builds: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], float]:
        """The smallest size of some builds, or the largest where a limit may reward that."""
        options = self.case.tables["build_options"].set_index("option")
        sizes = options["max_t_per_year"] if self.rewards.plants else options["min_t_per_year"].fillna(0.0)
        return {key: float(sizes[key[0]]) for key in builds}
