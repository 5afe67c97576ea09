"""The `Risk` part, and what each future comes to."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from models.costs import TERMS
from models.data import Groups, Risk, Tree
from planner.case import Case


def risk_part(case: Case, tree: Tree, layers: dict[str, list[tuple[str, str]]]) -> Risk:
    """The `Risk` part; `layers` has the (layer, node) index of each term that has layers."""
    weight, level = float(case.settings["risk_weight"]), float(case.settings["cvar_level"])
    worst = level >= 1.0
    found: dict[Hashable, tuple[Any, ...]] = {}
    for term in TERMS:
        for node in tree.NODES:
            found[node, term] = tuple(x for x in layers[term] if x[-1] == node) if term in layers else (node,)
    return Risk(
        weight=weight,
        level=level,
        NODES=tree.NODES if weight else (),
        TAIL=("tail",) if weight else (),
        LEAVES=tree.LEAVES if weight and not worst else (),
        WORST=tree.LEAVES if weight and worst else (),
        TERMS_AT=Groups(found),
    )
