"""The objective: expected cost, the tail of the futures' costs, exposure, and missed limits on risk."""

from __future__ import annotations

import math

from .program import Sum, added, plus
from .read import PLAIN, number
from .world import Node, World


def of_future(w: World, leaf: Node) -> Sum:
    return added(*((1.0, w.cost[n]) for n in leaf.path()))


def expected(w: World) -> Sum:
    return added(*((n.prob, w.cost[n]) for n in w.nodes))


def tail(w: World, what: dict[Node, Sum], level: float, name: str) -> Sum:
    """The mean of the dearest futures (CVaR), by leaf; at level 1 the dearest one's."""
    p = w.program
    eta = p.new(f"eta {name}", lower=-math.inf)
    if level >= 1:
        for leaf in w.leaves:
            p.at_least({eta: 1.0}, what[leaf])
        return {eta: 1.0}
    mean: Sum = {eta: 1.0}
    for leaf in w.leaves:
        excess = p.new(f"excess {name} {leaf.number}")
        p.at_least({excess: 1.0, eta: 1.0}, what[leaf])
        plus(mean, leaf.prob / (1 - level), excess)
    return mean


def exposure(w: World) -> Sum:
    """Expected discounted M$ at risk in what is bought, at the price paid."""
    total: Sum = {}
    for flow in w.flows:
        if flow.offer is not None:
            plus(total, flow.node.prob * w.disc(flow.node) * flow.paid * score(w, flow.offer) / 100, flow.variable)
    return total


def score(w: World, offer: dict[str, str]) -> float:
    """0 safe to 100: of the origin, and of the countries behind it for their shares."""
    return math.fsum(score for _, score in behind(w, offer))


def behind(w: World, offer: dict[str, str]) -> list[tuple[str, float]]:
    """The countries that an offer depends on, upstream ones first, and the part of its score that is theirs."""
    rows = [(row["country"], number(row, "share")) for row in w["upstream"] if row["offer"] == offer["offer"]]
    rows.append((offer["origin"], 1 - math.fsum(share for _, share in rows)))
    return [(country, share * w.risk_score[country]) for country, share in rows]


def ranking(w: World) -> Sum:
    """What counts for or against the tons of an offer, and is not paid."""
    total: Sum = {}
    for flow in w.flows:
        if flow.offer is not None:
            usd = number(flow.offer, "ranking_usd_per_t")
            plus(total, flow.node.prob * w.disc(flow.node) * PLAIN * usd, flow.variable)
    return total


def objective(w: World) -> Sum:
    weight = w.setting("risk_weight")
    goal = added(
        (1.0, ranking(w)),
        (1 - weight, expected(w)),
        (w.setting("exposure_price"), exposure(w)),
        (1.0, w.found["missed"].get("risk", {})),
    )
    if weight:
        costs = {leaf: of_future(w, leaf) for leaf in w.leaves}
        plus(goal, weight, tail(w, costs, w.setting("cvar_level", 0.9), "cost"))
    return goal
