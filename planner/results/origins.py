"""Where goods were mined, refined, melted and made, followed back through plants, stocks and years.

Goods are followed within their origin class: at a place all tons of one material and class are alike, so what leaves is
drawn from everything that arrives in proportion, over a year. An offer answers for what its row states; a run answers
for its own step and for `made` with its place's country, and its output has the rest from its inputs, by weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.opened import country_names, offer_of, rows

STAGES = {"mined": "mined_in", "refined": "refined_in", "melted": "melted_in", "made": "origin"}
NOT_STATED, RECYCLED, FIRST_STOCK = "not stated", "recycled", "stock at the start"
TINY_T = 1e-9
TURNS, SMALL = 500, 1e-12
Pool: TypeAlias = tuple[str, str, str, str]  # "made" or "there", place, material, origin class
Shares: TypeAlias = dict[str, float]  # by country


@dataclass(frozen=True)
class Part:
    """Tons a year that enter a pool: of a country where that is known, else as its source pool, now or at a node."""

    pool: Pool
    t: float
    country: str = ""
    source: Pool | None = None
    kept_at: str = ""


def class_rows(plan: Plan) -> dict[str, frozenset[tuple[str, str, bool]]]:
    """What each origin class promises: rows of (country or group, stage, whether recycled goods are exempt)."""
    found: dict[str, set[tuple[str, str, bool]]] = {"": set()}
    for name, country, stage, exempt in rows(plan, "origin_classes")[
        ["origin_class", "country", "stage", "recycled_exempt"]
    ].itertuples(index=False):
        found.setdefault(name, set()).add((country, stage, bool(exempt)))
    return {name: frozenset(some) for name, some in found.items()}


class Origins:
    """The shares of countries in every pool at every node, stage by stage."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self._case, self._plan = case, plan
        self._names = country_names(case)
        places = case.tables["places"]
        self._country = {
            place: self._named(code) for place, code in zip(places["place"], places["country"], strict=True)
        }
        nodes = rows(plan, "nodes")[["node", "parent", "years"]].to_dict("records")
        self.inflow: dict[tuple[str, Pool], float] = {}
        self._shares: dict[tuple[str, str, Pool], Shares] = {}
        for node in nodes:
            for stage in STAGES:
                self._solve(node["node"], stage, list(self._parts(node, stage)))

    def shares(self, node: str, stage: str, place: str, material: str, origin_class: str) -> Shares:
        """By country, of what is at a place."""
        return self._shares.get((node, stage, ("there", place, material, origin_class)), {})

    def there(self, node: str, place: str, material: str, origin_class: str) -> float:
        """Tons a year that come to a place, stock from the year before included."""
        return self.inflow.get((node, ("there", place, material, origin_class)), 0.0)

    def _named(self, code: Any) -> str:
        return str(self._names.get(code, code)) if isinstance(code, str) else NOT_STATED

    def _solve(self, node: str, stage: str, parts: list[Part]) -> None:
        """Each pool is the mean of what enters it; pools that feed each other are found by repetition."""
        pools = {pool: k for k, pool in enumerate(dict.fromkeys(part.pool for part in parts))}
        countries: dict[str, int] = {}
        total = np.zeros(len(pools))
        for part in parts:
            total[pools[part.pool]] += part.t
        links = np.zeros((len(pools), len(pools)))
        known: list[tuple[int, str, float]] = []
        for part in parts:
            at, weight = pools[part.pool], part.t / total[pools[part.pool]]
            if part.source is None:
                known.append((at, part.country, weight))
            elif part.kept_at:
                before = self._shares.get((part.kept_at, stage, part.source), {})
                known += [(at, country, weight * share) for country, share in before.items()]
            elif part.source in pools:
                links[at, pools[part.source]] += weight
        for _, country, _ in known:
            countries.setdefault(country, len(countries))
        stated = np.zeros((len(pools), len(countries)))
        for at, country, weight in known:
            stated[at, countries[country]] += weight
        shares = stated
        for _ in range(TURNS):
            better = stated + links @ shares
            done = np.abs(better - shares).max(initial=0.0) < SMALL
            shares = better
            if done:
                break
        for pool, at in pools.items():
            self.inflow[node, pool] = float(total[at])
            found = {country: float(shares[at, k]) for country, k in countries.items() if shares[at, k] > SMALL}
            self._shares[node, stage, pool] = found

    def _parts(self, node: Mapping[Any, Any], stage: str) -> Iterator[Part]:
        """All that enters a pool at a node."""
        parts = (
            *self._bought(node["node"], stage), *self._made(node["node"], stage), *self._moved(node["node"]),
            *self._kept(node),
        )  # fmt: skip
        yield from (part for part in parts if part.t > TINY_T)

    def _at(self, name: str, node: str) -> pd.DataFrame:
        table = rows(self._plan, name)
        return table[table["node"] == node]

    def _bought(self, node: str, stage: str) -> Iterator[Part]:
        offers = self._case.tables["offers"].set_index("offer")
        behind = offer_of(self._case)
        for name, item in (("purchases", "offer"), ("lifts", "contract")):
            for row in self._at(name, node).to_dict("records"):
                offer = behind[row[item]]
                pool = ("there", row["place"], offers["material"][offer], row["origin_class"])
                yield Part(pool, row["t_per_year"], self._named(offers[STAGES[stage]][offer]))

    def _made(self, node: str, stage: str) -> Iterator[Part]:
        """Output of runs and what is collected."""
        recipes = dict(iter(self._case.tables["recipes"].groupby("process")))
        steps = self._case.tables["processes"].set_index(["facility", "process"])["step"].to_dict()
        place_of = self._case.tables["facilities"].set_index("facility")["place"].to_dict()
        for row in self._at("activity", node).to_dict("records"):
            recipe, step = recipes[row["process"]], steps[row["facility"], row["process"]]
            place, own = place_of[row["facility"]], stage in ("made", step)
            inputs = recipe[recipe["t_per_t"] < 0]
            inner = "" if own or inputs.empty else self._inner(row["origin_class"], step)
            for material, t_per_t in recipe.loc[recipe["t_per_t"] > 0, ["material", "t_per_t"]].to_numpy():
                pool, t = ("made", place, material, row["origin_class"]), row["t_per_year"] * t_per_t
                if own or inputs.empty:
                    yield Part(pool, t, self._country[place] if own else NOT_STATED)
                    continue
                for taken, share in zip(inputs["material"], inputs["t_per_t"] / inputs["t_per_t"].sum(), strict=True):
                    yield Part(pool, t * share, source=("there", place, taken, inner))
        for row in self._at("collections", node).to_dict("records"):
            pool = ("made", row["place"], row["material"], row["origin_class"])
            yield Part(pool, row["t_per_year"], RECYCLED)

    def _inner(self, origin_class: str, step: Any) -> str:
        """The class of a run's inputs: its own without the stages for which the run answers."""
        promises = class_rows(self._plan)
        rest = frozenset(row for row in promises[origin_class] if row[1] not in (step, "made"))
        rule = dict(rows(self._plan, "origin_classes")[["origin_class", "rule"]].to_numpy().tolist())
        alike = (name for name, kept in promises.items() if kept == rest and rule.get(name) == rule.get(origin_class))
        return next(alike, "") if rest else ""

    def _moved(self, node: str) -> Iterator[Part]:
        """Own goods on their way, goods out of stock, and goods counted in a looser class."""
        for name, where in (("shipments", "made"), ("stock_shipments", "there")):
            for row in self._at(name, node).to_dict("records"):
                good = (row["material"], row["origin_class"])
                pool, source = ("there", row["to_place"], *good), (where, row["from_place"], *good)
                yield Part(pool, row["t_per_year"], source=source)
        for row in self._at("downgrades", node).to_dict("records"):
            where, good = "made" if row["at"] == "output" else "there", (row["place"], row["material"])
            pool, source = (where, *good, row["to_class"]), (where, *good, row["origin_class"])
            yield Part(pool, row["t_per_year"], source=source)

    def _kept(self, node: Mapping[Any, Any]) -> Iterator[Part]:
        """Stock that was there when the period began, after loss, spread over its years."""
        loss = self._case.tables["stocks"].set_index(["place", "material"])["loss_share_per_year"]
        parent = node["parent"] if isinstance(node["parent"], str) and node["parent"] else ""
        for row in self._at("stocks" if parent else "opening_stocks", parent or node["node"]).to_dict("records"):
            left = (1.0 - loss[row["place"], row["material"]]) ** node["years"] / node["years"]
            pool = ("there", row["place"], row["material"], row["origin_class"])
            t = row["t"] * left
            yield Part(pool, t, source=pool, kept_at=parent) if parent else Part(pool, t, FIRST_STOCK)
