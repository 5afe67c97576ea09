"""Limits on costs and losses over all futures: missing them is paid once, beside the costs."""

from __future__ import annotations

from . import risk, use
from .program import ONE, Sum, added, plus
from .read import PLAIN, maybe, number
from .world import Node, World


def on_futures(w: World) -> Sum:
    """The limits on futures, once all costs are known; what missing them is paid in the objective."""
    missed: Sum = {}
    level = w.setting("cvar_level", 0.9)
    for limit in w.found["late limits"].values():
        slack: Sum = {}
        if (penalty := maybe(limit, "penalty_per_unit")) is not None:
            x = w.program.new(f"miss {limit['limit']}")
            slack, missed = {x: 1.0}, added((1.0, missed), (PLAIN * penalty, x))
        if limit["measure"] == "expected_cost_musd":
            what = risk.expected(w)
        elif limit["measure"] == "cvar_shortage_musd":
            what = risk.tail(w, {leaf: _lost(w, leaf) for leaf in w.leaves}, level, limit["limit"])
        else:
            worst = 1.0 if limit["measure"] == "worst_cost_musd" else level
            what = risk.tail(w, {leaf: risk.of_future(w, leaf) for leaf in w.leaves}, worst, limit["limit"])
        w.program.at_most(what, added((1.0, slack), (number(limit, "value"), ONE)))
    return missed


def _lost(w: World, leaf: Node) -> Sum:
    """What unmet needs are worth in all years of a future, undiscounted."""
    total: Sum = {}
    for (name, n), x in w.found["short"].items():
        if n in leaf.path():
            row = next(r for r in w["segments"] if r["segment"] == name)
            plus(total, len(n.years) * PLAIN * use.loss(w, row, n), x)
    return total
