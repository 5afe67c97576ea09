"""The `Risk` part, and what each future comes to."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from models.costs import TERMS
from models.data import Demand, Groups, Risk, Tree
from models.policy import ALL_FUTURES
from models.risk import WEIGHED
from planner.case import Case
from planner.schema import MEASURES
from planner.translate import columns
from planner.translate.tools import grouped

EXPECTED, WORST, LOSS = "expected_cost_musd", "worst_cost_musd", "cvar_shortage_musd"
OF_FUTURES = tuple(name for name, measure in MEASURES.items() if measure.of_futures)


def risk_lines(case: Case, tree: Tree, limits: pd.DataFrame) -> pd.DataFrame:
    """What each limit on a measure over all futures adds up."""
    level = float(case.settings["cvar_level"])
    rows = [
        (limit, "", ALL_FUTURES, component, index, coefficient)
        for limit, measure in zip(limits["limit"], limits["measure"], strict=True)
        if measure in OF_FUTURES
        for coefficient, component, index in _measured(measure, tree, level)
    ]
    return columns.PARTS.rows(rows)


def _measured(measure: str, tree: Tree, level: float) -> list[tuple[float, str, Any]]:
    """The decisions that a measure adds up: nodes' costs by probability, or a tail's beginning and what is above it."""
    if measure == EXPECTED:
        return [(tree.probability[n], "node_cost", n) for n in tree.NODES]
    above = [] if measure == WORST or level >= 1.0 else tree.LEAVES
    share = 1.0 - level
    return [(1.0, "eta", measure), *((tree.probability[e] / share, "excess", (measure, e)) for e in above)]


def risk_part(case: Case, tree: Tree, layers: dict[str, list[tuple[str, str]]], demand: Demand) -> Risk:
    """The `Risk` part; `layers` has the (layer, node) index of each term that has layers."""
    weight, level = float(case.settings["risk_weight"]), float(case.settings["cvar_level"])
    bounded = {*case.tables["limits"]["measure"], *((WEIGHED,) if weight else ())}
    wanted = tuple(measure for measure in OF_FUTURES if measure in bounded)
    tails = tuple(measure for measure in wanted if measure != EXPECTED)
    excesses = [(u, e) for u in tails if u != WORST and level < 1.0 for e in tree.LEAVES]
    of_cost = [(u, e) for u in tails if u != LOSS for e in tree.LEAVES]
    return Risk(
        weight=weight,
        NODES=tree.NODES if set(wanted) - {LOSS} else (),
        TAILS=tails,
        EXCESSES=tuple(excesses),
        COST_TAILS=tuple(x for x in of_cost if x in excesses),
        DEAREST=tuple(x for x in of_cost if x not in excesses),
        TERMS_AT=_terms_at(tree, layers),
        LOSSES=tree.NODES if LOSS in wanted else (),
        LOST=demand.shortage_musd_per_t,
        LOSS_TAILS=tuple((LOSS, e) for e in tree.LEAVES if LOSS in wanted),
        EXCESS_OF=grouped(excesses, excesses),
        MEASURED=Groups({measure: tuple(_measured(measure, tree, level)) for measure in wanted}),
    )


def _terms_at(tree: Tree, layers: dict[str, list[tuple[str, str]]]) -> Groups[Any]:
    """The index of each term at each node."""
    found: dict[Hashable, tuple[Any, ...]] = {}
    for term in TERMS:
        for node in tree.NODES:
            found[node, term] = tuple(x for x in layers[term] if x[-1] == node) if term in layers else (node,)
    return Groups(found)
