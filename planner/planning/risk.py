"""What each future costs, and the measures of risk over all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.data import Tree
from planner.case import Case
from planner.translate import Translated
from planner.translate.tree import scenario_table

CERTAIN = 1e-12  # what is left of a tail that has been filled


def scenario_costs(case: Case, known: Translated, costs: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Each future with its leaf, its discounted cost and its loss from shortage, undiscounted over all years (M$)."""
    tree = known.data.tree
    cost = costs.groupby("node")["discounted_musd"].sum().to_dict()
    short = ledger[ledger["term"] == "shortage"]
    loss = (short["musd_per_year"] * short["node"].map(dict(tree.years)).astype(float)).groupby(short["node"]).sum()
    futures = scenario_table(case, tree)
    return futures.assign(
        cost_musd=_on_path(tree, futures["leaf"], cost), shortage_musd=_on_path(tree, futures["leaf"], loss.to_dict())
    )


def _on_path(tree: Tree, leaves: pd.Series, by_node: Mapping[Any, float]) -> list[float]:
    return [sum(by_node.get(n, 0.0) for n in tree.PATH[leaf]) for leaf in leaves]


def expected_cost(futures: pd.DataFrame) -> float:
    """What the plan is expected to cost: each future's cost with its probability."""
    return math.fsum((futures["probability"] * futures["cost_musd"]).tolist())


def mean_of_dearest(costs: pd.Series, chances: pd.Series, level: float) -> float:
    """The mean of the dearest 1 - level of futures (CVaR of Rockafellar and Uryasev, 2000); at level 1 the dearest."""
    if level >= 1.0:
        return float(costs.max())
    order = np.argsort(-costs.to_numpy(float), kind="stable")
    left, total = 1.0 - level, 0.0
    for cost, chance in zip(costs.to_numpy(float)[order], chances.to_numpy(float)[order], strict=True):
        share = min(chance, left)
        total, left = total + share * cost, left - share
        if left <= CERTAIN:
            break
    return total / (1.0 - level)


def risk_measures(case: Case, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Expected, tail and worst cost, the tail of shortage, and expected exposure, by name with their unit."""
    futures, level = tables["scenarios"], float(case.settings["cvar_level"])
    chances = futures["probability"]
    nodes = tables["nodes"].set_index("node")
    exposed = tables["indicators"][tables["indicators"]["measure"] == "exposure_musd"]
    weight = exposed["node"].map(nodes["probability"] * nodes["discount"]).astype(float)
    rows = [
        ("expected_cost", expected_cost(futures), "M$"),
        ("cvar_cost", mean_of_dearest(futures["cost_musd"], chances, level), "M$"),
        ("worst_cost", float(futures["cost_musd"].max()), "M$"),
        ("cvar_shortage", mean_of_dearest(futures["shortage_musd"], chances, level), "M$ undiscounted"),
        ("exposure", float((exposed["value"] * weight).sum()), "M$ at risk"),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])
