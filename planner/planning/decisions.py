"""How much of each decision the plan takes: the tables of what can occur with the solver's numbers beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.plan import PLAN_TABLES
from planner.solver.program import Program
from planner.translate import Translated
from planner.translate.flows import FLOW_INDEX
from planner.translate.plants import closures
from planner.translate.tools import indices, no_rows

SMALLEST_T = 1e-12  # what is left of rounding; the solver has put to nothing what its tolerance makes no more than that
OWN = {"ship": "own goods", "ship_stock": "from stock"}


class Decisions:
    """The tables of what can occur, each with its amounts."""

    def __init__(self, known: Translated, program: Program, values: Floats) -> None:
        self._program, self._values = program, np.where(np.abs(values) <= SMALLEST_T, 0.0, values)
        flows, use, contracts = known.flows, known.use, known.contracts
        self.flows = {kind: self.with_amount(frame, kind) for kind, frame in flows.by_kind.items()}
        self.activity = self.with_amount(known.plants.runs, "run")
        self.collections = self.with_amount(use.collections, "collect")
        self.deliveries = self.with_amount(use.deliveries.drop(columns=["t_per_year"]), "serve")
        self.shortages = self.with_amount(use.shortages, "short")
        self.sales = self.with_amount(use.sales, "sell")
        self.disposals = self.with_amount(use.disposals, "dispose")
        self.opening = self.with_amount(use.opening, "open_stock", "t")
        output = self.with_amount(flows.downgrades, "downgrade").assign(at="output")
        stock = self.with_amount(use.stock_downgrades, "downgrade_stock").assign(at="stock")
        self.downgrades = pd.concat([output, stock])
        self.stocks = self.with_amount(use.stocks, "stock", "t")
        self.builds = self.with_amount(known.plants.builds, "size", "size_t_per_year")
        self.builds["with_partnership"] = self.builds["way"]
        self.builds["times"] = np.round(self.of("build"))
        spent = self.with_amount(known.totals.bands, "spent", "spent_musd_per_year")
        self.rebates = spent.rename(columns={"tier": "above_musd_per_year"})
        self.forfeits = self.with_amount(contracts.forfeits, "forfeit")
        self.make_ups = self.with_amount(contracts.make_ups, "make_up")
        self.signings = self.with_amount(contracts.signings, "volume", "volume_t_per_year")
        self.signings = self.signings[self.of("sign") > 0.5]
        self.in_quota = self._reduced(self.with_amount(known.border.in_quota, "in_quota"))
        self.relief = self._reduced(self.with_amount(known.border.relief, "relief"))
        self.drawn = self._reduced(self.with_amount(known.border.drawn, "drawn_back"))
        self.grants = self.with_amount(known.support.grants, "grant", "musd").assign(
            with_partnership=lambda t: t["way"]
        )
        self.joins = self.chosen("join", "partnership", "node")
        support = pd.DataFrame(list(known.data.incentives.SUPPORTS), columns=["incentive", "node"], dtype=object)
        self.support = self.with_amount(support, "support", "musd_per_year")
        self.orders = self.chosen("order", "offer", "node")
        self.qualifications = self.chosen("qualify", "supplier", "node")
        self.leavings = self.chosen("leave", "offer", "node")
        self.dealings = self.chosen("deal", "supplier", "node")
        self.closures = self.chosen("close", "facility", "node")
        self.carried = self.with_amount(known.weights.bands, "carried").rename(columns={"to_end": "to"})
        charged = list(known.data.movement.LANES_CHARGED)
        lanes = pd.DataFrame(charged, columns=["row", "from", "to", "node"], dtype=object)
        self.topped = self.with_amount(lanes, "topped", "musd_per_year")
        self.lanes_used = self.chosen("use_lane", "row", "from", "to", "node")

    def _reduced(self, parts: pd.DataFrame) -> pd.DataFrame:
        """Parts of flows with the words of the flow they are of."""
        parts = parts.rename(columns={"layer": "authority"})
        if parts.empty:
            return no_rows(parts, item=object, tier=float, to=object, origin_class=object, **{"from": object})
        flows = [
            ended(kind, frame).assign(
                kind=kind, flow=pd.Series(list(indices(frame, *FLOW_INDEX[kind])), index=frame.index, dtype=object)
            )
            for kind, frame in self.flows.items()
        ]
        words = pd.concat(flows)[["kind", "flow", "item", "tier", "from", "to", "origin_class"]]
        return parts.merge(words, on=["kind", "flow"])

    def of(self, name: str) -> Floats:
        """The amounts of a decision in the order of its index set."""
        return self._values[self._program.columns[name][1]]

    def with_amount(self, table: pd.DataFrame, name: str, column: str = "t_per_year") -> pd.DataFrame:
        """A table with a row a decision, and how much of it the plan takes."""
        return table.assign(**{column: self.of(name)})

    def chosen(self, name: str, *columns: str) -> pd.DataFrame:
        """The indices of a yes-or-no decision that the plan takes."""
        index, numbers = self._program.columns[name][0], self.of(name)
        taken = [key for key, number in zip(index, numbers.tolist(), strict=True) if number > 0.5]
        return pd.DataFrame(taken, columns=list(columns), dtype=object)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What occurs, by the name of the plan's table: rows above a ten-millionth of a ton."""
        tons = {
            "purchases": self.flows["buy"],
            "lifts": self.flows["lift"],
            "shipments": self.flows["ship"],
            "stock_shipments": self.flows["ship_stock"],
            "activity": self.activity,
            "collections": self.collections,
            "deliveries": self.deliveries,
            "shortages": self.shortages,
            "sales": self.sales,
            "disposals": self.disposals,
            "downgrades": self.downgrades,
            "forfeits": self.forfeits,
            "make_ups": self.make_ups,
        }
        return {
            **{name: occurring(table) for name, table in tons.items()},
            "in_quota": occurring(self.in_quota),
            "relief": occurring(_of_one_flow(self.relief)),
            "rebates": occurring(self.rebates, "spent_musd_per_year"),
            "drawbacks": occurring(self.drawn),
            "grants": occurring(self.grants, "musd"),
            "support": occurring(self.support, "musd_per_year"),
            "joins": self.joins,
            "stocks": occurring(self.stocks, "t"),
            "opening_stocks": occurring(self.opening, "t"),
            "signings": self.signings,
            "orders": self.orders,
            "qualifications": self.qualifications,
            "leavings": self.leavings,
            "dealings": self.dealings,
            "closures": self.closures,
            "lanes_used": self.lanes_used,
        }


def _of_one_flow(relief: pd.DataFrame) -> pd.DataFrame:
    """Relief by flow, where what comes anyway and what is put off are told apart; what a ton saves is then the mean."""
    if not relief["since"].notna().any():
        return relief
    *key, _, _ = PLAN_TABLES["relief"]
    saved = relief.assign(saved=relief["t_per_year"] * relief["saved_usd_per_t"])
    summed = saved.groupby(key, sort=False)[["t_per_year", "saved"]].sum().reset_index()
    tons = summed["t_per_year"].where(summed["t_per_year"] > 0, 1.0)
    return summed.assign(saved_usd_per_t=summed["saved"] / tons)


def ended(kind: str, flows: pd.DataFrame) -> pd.DataFrame:
    """Flows with the names of the ledger: item, from and to."""
    if kind in OWN:
        return flows.assign(item=OWN[kind], tier=0.0).rename(columns={"from_place": "from", "to_place": "to"})
    if kind == "buy":
        return flows.assign(item=flows["offer"], to=flows["place"])
    return flows.assign(item=flows["contract"], to=flows["place"], tier=0.0)


def closed_at(known: Translated, decided: Decisions) -> set[tuple[str, str]]:
    """Each facility whose existing capacity has been closed, with each node from which on."""
    if decided.closures.empty:
        return set()
    closed = closures(known.plants.capacity, known.data.tree)[1]
    taken = decided.closures.rename(columns={"node": "closed_in"})
    return set(indices(closed.merge(taken, on=["facility", "closed_in"]), "facility", "node"))


def occurring(table: pd.DataFrame, column: str = "t_per_year") -> pd.DataFrame:
    """The rows of a table that amount to something."""
    return table[table[column].abs() > SMALLEST_T] if len(table) else table
