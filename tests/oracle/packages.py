"""Offers in whole lots, and offers that are bought only with others."""

from __future__ import annotations

from . import supply
from .program import added
from .read import number
from .world import World


def packages(w: World) -> None:
    """Spot purchases of a year are whole lots; for each ton of an offer there are so many of the other."""
    p = w.program
    for offer in w["offers"]:
        for n in w.nodes:
            spot = w.found["spot"].get((offer["offer"], n))
            if spot and "lot_t_per_year" in offer:
                lot = number(offer, "lot_t_per_year") * n.mean(lambda y, o=offer: supply.on_sale(w, o, y))
                p.equal(spot, {p.new(f"lots {offer['offer']} {n.number}", whole=True): lot})
    for row in w["bundles"]:
        for n in w.nodes:
            own, other = ({f.variable: 1.0 for f in w.bought[row[name], n]} for name in ("offer", "with_offer"))
            p.at_most(added((number(row, "t_per_t"), own)), other)
