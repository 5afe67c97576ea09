"""Dealing with a supplier at all has its price in each year of a period in which anything is bought from it."""

from __future__ import annotations

from . import supply
from .program import added
from .read import number
from .world import World


def dealings(w: World) -> None:
    """One yes for each supplier and period, of what all its offers could deliver together."""
    for row in w["suppliers"]:
        cost, offers = number(row, "setup_musd_per_year"), [o for o in w["offers"] if o["supplier"] == row["supplier"]]
        for n in w.nodes if cost else ():
            bought = added(*((1.0, {f.variable: 1.0 for f in w.bought[o["offer"], n]}) for o in offers))
            if bought:
                dealt = w.program.yes(f"deal {row['supplier']} {n.number}")
                w.program.at_most(bought, {dealt: 1e6})
                w.pay(n, cost * n.mean(lambda y, os=offers: any(supply.on_sale(w, o, y) for o in os)), dealt)
