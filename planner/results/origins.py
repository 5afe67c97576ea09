"""Where goods were mined, refined, melted and made, followed back through plants, stocks and years.

Goods are followed within their origin class: at a place all tons of one material and class are alike, so what leaves is
drawn from everything that arrives in proportion, over a year. An offer answers for what its row states; a run answers
for its own step and for `made` with its place's country, and its output has the rest from its inputs, by weight. What a
run makes of which nothing leaves in its class is in none: nobody could ask for it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from models.groups import Floats
from planner.case import Case
from planner.plan import Plan
from planner.results.facts import Facts, remembered
from planner.results.frames import country_names, offer_of, rows
from planner.translate.origin import STAGES

NOT_STATED, RECYCLED, FIRST_STOCK = "not stated", "recycled", "stock at the start"
LEAST_INFLOW_T = 1e-9
NEEDED = (
    "purchases", "lifts", "activity", "collections", "shipments", "stock_shipments", "downgrades", "stocks",
    "opening_stocks",
)  # fmt: skip
TURNS, SMALL = 500, 1e-12
Pool: TypeAlias = tuple[str, str, str, str]  # "made" or "there", place, material, origin class
Shares: TypeAlias = dict[str, float]  # by country


@dataclass(frozen=True)
class Inflow:
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


class TracedOrigins:
    """The shares of countries in every pool at every node, stage by stage."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self._names = country_names(case)
        self._country = {place: self._named(code) for place, code in case.country_of.items()}
        self._rows = {name: _by_node(plan, name) for name in NEEDED}
        self._offers = case.tables["offers"].set_index("offer").to_dict("index")
        self._behind = offer_of(case)
        self._steps = case.tables["processes"].set_index(["facility", "process"])["step"].to_dict()
        self._place_of = case.tables["facilities"].set_index("facility")["place"].to_dict()
        self._recipes = _recipes(case)
        self._yield = _yields(case, plan)
        self._loss = case.tables["stocks"].set_index(["place", "material"])["loss_share_per_year"].to_dict()
        self._promises = class_rows(plan)
        self._rules = dict(rows(plan, "origin_classes")[["origin_class", "rule"]].to_numpy().tolist())
        self._leaves = {
            name: _leaving(self._at("shipments", name), self._at("downgrades", name)) for name in _nodes(plan)
        }
        self._inner_of: dict[tuple[str, Any], str] = {}
        self.inflow: dict[tuple[str, Pool], float] = {}
        self._shares: dict[tuple[str, str, Pool], Shares] = {}
        for node in rows(plan, "nodes")[["node", "parent", "years"]].to_dict("records"):
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

    def _solve(self, node: str, stage: str, parts: list[Inflow]) -> None:
        """Each pool is the mean of what enters it; pools that feed each other are found by repetition."""
        pools = {pool: k for k, pool in enumerate(dict.fromkeys(part.pool for part in parts))}
        countries: dict[str, int] = {}
        total = np.zeros(len(pools))
        for part in parts:
            total[pools[part.pool]] += part.t
        links: list[tuple[int, int, float]] = []
        known: list[tuple[int, str, float]] = []
        for part in parts:
            at, weight = pools[part.pool], part.t / total[pools[part.pool]]
            if part.source is None:
                known.append((at, part.country, weight))
            elif part.kept_at:
                before = self._shares.get((part.kept_at, stage, part.source), {})
                known += [(at, country, weight * share) for country, share in before.items()]
            elif part.source in pools:
                links.append((at, pools[part.source], weight))
        for _, country, _ in known:
            countries.setdefault(country, len(countries))
        stated = np.zeros((len(pools), len(countries)))
        for at, country, weight in known:
            stated[at, countries[country]] += weight
        shares, drawn = stated, _mixed(links)
        for _ in range(TURNS):
            better = stated + drawn(shares)
            done = np.abs(better - shares).max(initial=0.0) < SMALL
            shares = better
            if done:
                break
        for pool, at in pools.items():
            self.inflow[node, pool] = float(total[at])
            found = {country: float(shares[at, k]) for country, k in countries.items() if shares[at, k] > SMALL}
            self._shares[node, stage, pool] = found

    def _parts(self, node: Mapping[Any, Any], stage: str) -> Iterator[Inflow]:
        """All that enters a pool at a node."""
        parts = (
            *self._bought(node["node"], stage), *self._made(node["node"], stage), *self._moved(node["node"]),
            *self._kept(node),
        )  # fmt: skip
        yield from (part for part in parts if part.t > LEAST_INFLOW_T)

    def _at(self, name: str, node: str) -> list[dict[Any, Any]]:
        return self._rows[name].get(node, [])

    def _bought(self, node: str, stage: str) -> Iterator[Inflow]:
        for name, item in (("purchases", "offer"), ("lifts", "contract")):
            for row in self._at(name, node):
                offer = self._offers[self._behind[row[item]]]
                pool = ("there", row["place"], offer["material"], row["origin_class"])
                yield Inflow(pool, row["t_per_year"], self._named(offer[STAGES[stage]]))

    def _made(self, node: str, stage: str) -> Iterator[Inflow]:
        """Output of runs and what is collected."""
        for row in self._at("activity", node):
            (outputs, inputs), step = self._recipes[row["process"]], self._steps[row["facility"], row["process"]]
            place, own = self._place_of[row["facility"]], stage in ("made", step)
            inner = "" if own or not inputs else self._inner(row["origin_class"], step)
            for material, t_per_t in outputs:
                t = (
                    row["t_per_year"]
                    * t_per_t
                    * self._yield.get((row["facility"], row["process"], material, node), 1.0)
                )
                asked = (place, material, row["origin_class"]) in self._leaves[node]
                pool = ("made", place, material, row["origin_class"] if asked else "")
                if own or not inputs:
                    yield Inflow(pool, t, self._country[place] if own else NOT_STATED)
                    continue
                for taken, share in inputs:
                    yield Inflow(pool, t * share, source=("there", place, taken, inner))
        for row in self._at("collections", node):
            pool = ("made", row["place"], row["material"], row["origin_class"])
            yield Inflow(pool, row["t_per_year"], RECYCLED)

    def _inner(self, origin_class: str, step: Any) -> str:
        """The class of a run's inputs: its own without the stages for which the run answers."""
        key = origin_class, step
        if key not in self._inner_of:
            rest = frozenset(row for row in self._promises[origin_class] if row[1] not in (step, "made"))
            rule = self._rules.get(origin_class)
            alike = (n for n, kept in self._promises.items() if kept == rest and self._rules.get(n) == rule)
            self._inner_of[key] = next(alike, "") if rest else ""
        return self._inner_of[key]

    def _moved(self, node: str) -> Iterator[Inflow]:
        """Own goods on their way, goods out of stock, and goods counted in a looser class."""
        for name, where in (("shipments", "made"), ("stock_shipments", "there")):
            for row in self._at(name, node):
                good = (row["material"], row["origin_class"])
                pool, source = ("there", row["to_place"], *good), (where, row["from_place"], *good)
                yield Inflow(pool, row["t_per_year"], source=source)
        for row in self._at("downgrades", node):
            where, good = "made" if row["at"] == "output" else "there", (row["place"], row["material"])
            pool, source = (where, *good, row["to_class"]), (where, *good, row["origin_class"])
            yield Inflow(pool, row["t_per_year"], source=source)

    def _kept(self, node: Mapping[Any, Any]) -> Iterator[Inflow]:
        """Stock that was there when the period began, after loss, spread over its years."""
        parent = node["parent"] if isinstance(node["parent"], str) and node["parent"] else ""
        for row in self._at("stocks" if parent else "opening_stocks", parent or node["node"]):
            left = (1.0 - self._loss[row["place"], row["material"]]) ** node["years"] / node["years"]
            pool = ("there", row["place"], row["material"], row["origin_class"])
            t = row["t"] * left
            yield Inflow(pool, t, source=pool, kept_at=parent) if parent else Inflow(pool, t, FIRST_STOCK)


@remembered
def traced(facts: Facts) -> TracedOrigins:
    """The same of a case and its plan, worked out once."""
    return TracedOrigins(facts.case, facts.plan)


def _mixed(links: list[tuple[int, int, float]]) -> Callable[[Floats], Floats]:
    """What each pool draws from others: the sum of weight times the source's row, over links (pool, source, weight).

    There are some thousand pools, and few links a pool: added up link by link.
    """
    links = sorted(links)
    at, source = (np.array([link[k] for link in links], dtype=int) for k in (0, 1))
    weight = np.array([link[2] for link in links])
    drawing, first = np.unique(at, return_index=True)

    def drawn(rows: Floats) -> Floats:
        found = np.zeros_like(rows)
        if len(drawing):
            found[drawing] = np.add.reduceat(weight[:, None] * rows[source], first, axis=0)
        return found

    return drawn


def _nodes(plan: Plan) -> list[str]:
    return list(rows(plan, "nodes")["node"])


def _leaving(shipped: list[dict[Any, Any]], downgraded: list[dict[Any, Any]]) -> set[tuple[str, str, str]]:
    """Where made goods of a material leave in a class: on their way, or counted in a looser one."""
    on_the_way = {(row["from_place"], row["material"], row["origin_class"]) for row in shipped}
    looser = {(r["place"], r["material"], r["origin_class"]) for r in downgraded if r["at"] == "output"}
    return on_the_way | looser


def _by_node(plan: Plan, name: str) -> dict[str, list[dict[Any, Any]]]:
    """The rows of a table of the plan by node, in their order."""
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in rows(plan, name).to_dict("records"):
        found.setdefault(row["node"], []).append(row)
    return found


def _yields(case: Case, plan: Plan) -> dict[tuple[str, str, str, str], float]:
    """By which factor events change what a recipe makes, by facility, process, material and node."""
    by = ["facility", "process", "node"]
    run = rows(plan, "activity").groupby(by, as_index=False)[["t_per_year"]].sum()
    made = rows(plan, "throughput").rename(columns={"t_per_year": "made_t"}).query("made_t > 0").merge(run, on=by)
    stated = made.merge(case.tables["recipes"][["process", "material", "t_per_t"]], on=["process", "material"])
    factor = stated["made_t"] / (stated["t_per_year"] * stated["t_per_t"])
    keys = zip(*(stated[name] for name in ("facility", "process", "material", "node")), strict=True)
    return dict(zip(keys, factor.tolist(), strict=True))


def _recipes(case: Case) -> dict[str, tuple[list[tuple[str, float]], list[tuple[str, float]]]]:
    """Of each process, its outputs in t per t, and its inputs with the share of each in what it takes, by weight."""
    found: dict[str, tuple[list[tuple[str, float]], list[tuple[str, float]]]] = {}
    for process, material, t_per_t in case.tables["recipes"][["process", "material", "t_per_t"]].to_numpy().tolist():
        outputs, inputs = found.setdefault(process, ([], []))
        if t_per_t:
            (outputs if t_per_t > 0 else inputs).append((material, t_per_t))
    for process, (outputs, inputs) in found.items():
        taken = sum(t for _, t in inputs)
        found[process] = outputs, [(material, t / taken) for material, t in inputs]
    return found
