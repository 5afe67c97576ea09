"""Those who are bought from today: a share of the award stays, or the offer is left at a cost."""

from __future__ import annotations

import math

from . import lanes, supply
from .program import ONE, added
from .read import Row, maybe, number
from .world import Node, World


def incumbents(w: World) -> None:
    """For each offer of which some stays: in every node its share is bought, or it was left on the way there."""
    for offer in w["offers"]:
        awarded = math.fsum(number(row, "t_per_year") for row in w["awards"] if row["offer"] == offer["offer"])
        share, cost = number(offer, "stays_share"), maybe(offer, "leaving_musd")
        if awarded * share == 0:
            continue
        leave = {}
        for n in w.nodes:
            least = awarded * share * delivered(w, offer, n)
            if cost is not None and least:
                leave[n] = w.program.yes(f"leave {offer['offer']} {n.number}")
                w.pay_once(n, cost, leave[n])
            left = {leave[m]: least for m in n.path() if m in leave}
            bought = {flow.variable: 1.0 for flow in w.bought[offer["offer"], n]}
            w.program.at_least(added((1.0, bought), (1.0, left)), {ONE: least})
        for leaf in w.leaves:
            w.program.at_most({leave[m]: 1.0 for m in leaf.path() if m in leave}, 1.0)


def delivered(w: World, offer: Row, n: Node) -> float:
    """The share of a stated amount that the supplier can deliver to where most of it may go, less what trust costs."""
    stated = supply.of_period(w, offer, n, "max_t_per_year")
    trusted = 1.0 if stated is None else supply.trust(w, offer, n) if stated else 0.0
    zones = {w.country[f.place] for f in w.bought[offer["offer"], n] if lanes.way_open(w, f) > 0}
    return trusted * max(
        (n.mean(lambda y, z=z: supply.on_sale(w, offer, y) and supply.deliverable(w, offer, n, y, z)) for z in zones),
        default=0.0,
    )
