"""What the plan's decisions add up to: one line for each decision that counts, with the words that tell lines apart.

A line says that one unit of a decision (`component`, `index`) at a node counts `coefficient` units; a line without a
component is a number by itself. Limits select lines, indicators and charges add them up, so that all measure alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.demand import SERVE
from planner.translate.flows import FLOW_INDEX, SHIP, FlowTables, taken_in
from planner.translate.plants import BEGUN, PlantTables, closures
from planner.translate.returns import COLLECT
from planner.translate.tools import index_column
from planner.translate.tree import descents
from planner.translate.uses import UseTables

RUN_KEY = ("facility", "process", "origin_class", "node")
WORDS = ("supplier", "offer", "facility", "segment", "place", "country", "material", "item", "from", "to")
OWN_GOODS, FROM_STOCK = "own goods", "from stock"


@dataclass(frozen=True)
class Lines:
    """The lines of a case, each table made when it is first asked for."""

    case: Case
    tree: Tree
    plants: PlantTables
    flows: FlowTables
    use: UseTables

    def of(
        self, frame: pd.DataFrame, component: str, key: Sequence[str], coefficient: Any, **words: Any
    ) -> pd.DataFrame:
        """Lines of a table with a row a decision; country follows from the place, group and stage from their names."""
        if frame.empty:
            return columns.LINES.none()
        nothing = pd.Series([()] * len(frame), index=frame.index, dtype=object)
        flow = "decision" in frame and tuple(key) == FLOW_INDEX.get(component)
        index = frame["decision"] if flow else index_column(frame, key) if component else nothing
        if "country" not in words and "place" in words:
            words["country"] = words["place"].map(self.country)
        named = {word: pd.Series(words.get(word), index=frame.index, dtype=object) for word in WORDS}
        named["group"] = named["country"].map(self.groups)
        named["stage"] = words["stage"] if "stage" in words else named["material"].map(self.stage)
        counted = {"component": component, "index": index, "node": frame["node"], "coefficient": coefficient}
        return columns.LINES.of(pd.DataFrame({**counted, **named}, index=frame.index)).reset_index(drop=True)

    @cached_property
    def country(self) -> dict[str, str]:
        """The country of each place."""
        return self.case.country_of

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups of each country."""
        return self.case.groups_of

    @cached_property
    def stage(self) -> dict[str, str]:
        """The stage of each material."""
        materials = self.case.tables["materials"]
        return dict(zip(materials["material"], materials["stage"], strict=True))

    @cached_property
    def bought(self) -> pd.DataFrame:
        """Tons bought from suppliers, on the spot and under contract."""
        both = []
        for component, frame, item in (
            ("buy", self.flows.purchases, "offer"),
            ("lift", self.flows.lifts, "contract"),
        ):
            lines = self.of(
                frame,
                component,
                FLOW_INDEX[component],
                1.0,
                supplier=frame["supplier"],
                offer=frame["offer"],
                place=frame["place"],
                country=frame["origin"],
                material=frame["material"],
                item=frame[item],
                **{"from": frame["from"], "to": frame["place"]},
            )
            both.append(lines.assign(price_usd_per_t=frame["price_usd_per_t"].to_numpy(float)))
        return columns.BOUGHT_LINES.of(pd.concat(both, ignore_index=True))

    @cached_property
    def moved(self) -> pd.DataFrame:
        """Tons of own goods and of stock that move, where they arrive."""
        both = []
        for frame, component, item in (
            (self.flows.shipments, "ship", OWN_GOODS),
            (self.flows.stock_shipments, "ship_stock", FROM_STOCK),
        ):
            ends = {"from": frame["from_place"], "to": frame["to_place"]}
            words = {"place": frame["to_place"], "material": frame["material"], "item": item, **ends}
            both.append(self.of(frame, component, SHIP, 1.0, **words))
        return pd.concat(both, ignore_index=True)

    def running(self, frame: pd.DataFrame, coefficient: Any, **words: Any) -> pd.DataFrame:
        """Lines of runs (a row a run, or several)."""
        return self.of(
            frame,
            "run",
            RUN_KEY,
            coefficient,
            facility=frame["facility"],
            place=frame["place"],
            item=frame["facility"] + " / " + frame["process"],
            **{"from": frame["place"]},
            **words,
        )

    @cached_property
    def made(self) -> pd.DataFrame:
        """Tons that own plants make, by run and output."""
        frame = self.flows.makers
        lines = self.running(frame, frame["t_per_t"], material=frame["material"])
        return columns.MADE_LINES.of(lines.assign(process=frame["process"].to_numpy(object)))

    @cached_property
    def supplied(self) -> pd.DataFrame:
        """All that is bought and made."""
        return pd.concat([self.bought, self.made], ignore_index=True)

    @cached_property
    def collected(self) -> pd.DataFrame:
        """Tons of used goods collected."""
        frame = self.use.collections
        return self.of(frame, "collect", COLLECT, 1.0, place=frame["place"], material=frame["material"])

    @cached_property
    def sold(self) -> pd.DataFrame:
        """Tons of surplus sold."""
        frame = self.use.sales
        key = ("place", "material", "price_usd_per_t", "node")
        return self.of(frame, "sell", key, 1.0, place=frame["place"], material=frame["material"])

    @cached_property
    def stocked(self) -> pd.DataFrame:
        """Tons in stock at the end of the period."""
        frame = self.use.stocks
        key = ("place", "material", "origin_class", "node")
        return self.of(frame, "stock", key, 1.0, place=frame["place"], material=frame["material"])

    @cached_property
    def used(self) -> pd.DataFrame:
        """Tons a year that processes take in and that segments are given."""
        taken = taken_in(self.case, self.plants.runs)
        given = self.use.deliveries
        delivered = self.of(
            given,
            "serve",
            SERVE,
            given["t_per_t"],
            segment=given["segment"],
            place=given["place"],
            material=given["material"],
        )
        return pd.concat([self.running(taken, taken["taken"], material=taken["material"]), delivered])

    @cached_property
    def short(self) -> pd.DataFrame:
        """Tons of need that are not met."""
        return self._segments(self.use.shortages, "short", 1.0)

    @cached_property
    def needed(self) -> pd.DataFrame:
        """The needs themselves: numbers without a decision."""
        return self._segments(self.use.needs, "", self.use.needs["t_per_year"])

    def _segments(self, frame: pd.DataFrame, component: str, coefficient: Any) -> pd.DataFrame:
        words = {"segment": frame["segment"], "place": frame["place"], "material": frame["material"]}
        return self.of(frame, component, ("segment", "node"), coefficient, **words)

    @cached_property
    def _makes(self) -> pd.DataFrame:
        """What each facility can make: facility (index), material and stage as tuples."""
        recipes = self.case.tables["recipes"]
        outputs = recipes.loc[recipes["t_per_t"] > 0, ["process", "material"]]
        made = self.case.tables["processes"][["facility", "process"]].merge(outputs, on="process")
        made = made.assign(stage=made["material"].map(self.stage))
        return made.groupby("facility")[["material", "stage"]].agg(tuple)

    def at_plants(
        self, frame: pd.DataFrame, component: str, coefficient: Any, key: Sequence[str] = BEGUN
    ) -> pd.DataFrame:
        """Lines of a table with facility, node and, for builds, option and begun; selected by all it can make."""
        places = self.case.tables["facilities"].set_index("facility")["place"].to_dict()
        facility = frame["facility"]
        return self.of(
            frame,
            component,
            key,
            coefficient,
            facility=facility,
            place=facility.map(places),
            material=facility.map(self._makes["material"].to_dict()),
            stage=facility.map(self._makes["stage"].to_dict()),
        )

    @cached_property
    def existing(self) -> pd.DataFrame:
        """Capacity that stands already, numbers without a decision, less what is closed."""
        return self._existing("existing_t")

    @cached_property
    def existing_at_work(self) -> pd.DataFrame:
        """The same as far as it has ramped up."""
        return self._existing("working_t")

    def _existing(self, tons: str) -> pd.DataFrame:
        capacity, closed = self.plants.capacity, closures(self.plants.capacity, self.tree)[1]
        standing = self.at_plants(capacity, "", capacity[tons])
        gone = self.at_plants(closed, "close", -closed[tons], ("facility", "closed_in"))
        return pd.concat([standing, gone], ignore_index=True)

    @cached_property
    def standing(self) -> pd.DataFrame:
        """Capacity that builds add, by the size of each build that may stand."""
        return self.at_plants(self.plants.standing, "size", self.plants.standing["ramp"])

    @cached_property
    def begun(self) -> pd.DataFrame:
        """Capex in M$ of each build begun so far on the path, whole and undiscounted."""
        facts = ["option", "facility", "capex_fixed_musd", "capex_usd_per_t"]
        builds = self.plants.builds.rename(columns={"node": "begun"})
        builds = builds.merge(self.case.tables["build_options"][facts], on="option")
        builds = builds.merge(descents(self.tree)[["begun", "node"]], on="begun")
        for cost in ("capex_fixed_musd", "capex_usd_per_t"):
            builds[cost] = builds[cost] * builds["capex_factor"]
        fixed = self.at_plants(builds, "build", builds["capex_fixed_musd"])
        return pd.concat([fixed, self.at_plants(builds, "size", builds["capex_usd_per_t"] * 1e-6)], ignore_index=True)

    def qualifying(self, begun: Sequence[tuple[str, str]]) -> pd.DataFrame:
        """Qualifications begun, per year of the period, with where the supplier is seated and what it offers."""
        offers = self.case.tables["offers"][["supplier", "material"]].drop_duplicates()
        offered = offers.assign(stage=offers["material"].map(self.stage)).groupby("supplier").agg(tuple)
        seat = self.case.tables["suppliers"].set_index("supplier")["country"].to_dict()
        frame = pd.DataFrame(begun, columns=["supplier", "node"], dtype=object)
        return self.of(
            frame,
            "qualify",
            ("supplier", "node"),
            1.0 / frame["node"].map(self.tree.years).astype(float),
            supplier=frame["supplier"],
            country=frame["supplier"].map(seat),
            material=frame["supplier"].map(offered["material"].to_dict()),
            stage=frame["supplier"].map(offered["stage"].to_dict()),
        )
