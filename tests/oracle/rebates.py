"""Rebates on all that is paid to a supplier or to a group of them in a year, in bands of the total."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

from .program import Sum, added, plus
from .read import Row, number
from .supply import ladder_of_totals
from .world import World


def rebates(w: World) -> None:
    """The total of each supplier or group stands in the bands of its rows, each of which gives a share back."""
    named: dict[str, list[Row]] = defaultdict(list)
    for row in w["rebates"]:
        named[row["supplier"]].append(row)
    for name, rows in named.items():
        rows.sort(key=lambda row: number(row, "above_musd_per_year"))
        for n in w.nodes:
            paid: Sum = {}
            most = 1.0
            for flow in w.flows:
                who = flow.offer["supplier"] if flow.offer else ""
                if flow.node is n and flow.offer and name in (who, *w.supplier_groups[who]):
                    paid[flow.variable] = flow.paid
                    most += flow.paid * min(flow.most, 1e4)
            ends = [0.0, *(number(row, "above_musd_per_year") for row in rows), math.inf]
            bands = [(low, high, None) for low, high in pairwise(ends)]
            totals: list[Sum] = [{w.program.new(f"spent {name} {low} {n.number}"): 1.0} for low, _, _ in bands]
            w.program.equal(added(*((1.0, total) for total in totals)), paid)
            ladder_of_totals(w, rows[0]["kind"].lower(), bands, totals, most)
            for row, total in zip(rows, totals[1:], strict=True):
                plus(w.cost[n], -w.disc(n) * number(row, "share"), total)
