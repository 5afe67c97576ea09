"""Counting suppliers, facilities and lanes, and the concentration of supply."""

from __future__ import annotations

import math
from collections import defaultdict

from . import limits, plants
from .program import ONE, Sum, added, plus, value
from .read import Row, number
from .world import Flow, Node, World

COUNTED = ("suppliers_used", "facilities_open", "lanes_used")
MOST = 1e4  # no single flow of a case held against this program is larger


def counted(w: World, limit: Row, n: Node) -> Sum:
    """How many are used: in `at most` whoever brings anything counts, in `at least` only who brings enough.

    Of a share, in `at most` whoever brings more than it of all that is selected, in the other two only who brings it.
    Of tons, in `at most` whoever brings more than these; of both, only whoever brings more than both.
    """
    if limit["measure"] == "facilities_open":
        return _facilities(w, limit, n)
    total: Sum = {}
    users, share = list(_users(w, limit, n).values()), number(limit, "counts_from_share", 0.0)
    every = {flow.variable: share for flows in users for flow in flows}
    largest = share * math.fsum(min(flow.most, MOST) for flows in users for flow in flows)
    for flows in users:
        x = w.program.yes(f"counted {limit['limit']} {n.number}")
        total[x] = 1.0
        brought = {flow.variable: 1.0 for flow in flows}
        most = {x: math.fsum(min(flow.most, MOST) for flow in flows)}
        if limit["sense"].lower() == "at most" and "counts_from_t" in limit:
            # whoever is not counted stays within the tons, or (where a share is stated) within the share
            tons, spare = number(limit, "counts_from_t"), w.program.yes("within the share") if share else None
            room = added((1.0, most), (1.0, {ONE: tons}))
            if spare is not None:
                w.program.at_most(brought, added((1.0, room), (math.fsum(most.values()), {spare: 1.0})))
                out = {x: math.fsum(most.values()), spare: -math.fsum(most.values())}
                w.program.at_most(brought, added((1.0, every), (1.0, out), (math.fsum(most.values()), {ONE: 1.0})))
            else:
                w.program.at_most(brought, room)
        elif limit["sense"].lower() != "at least":
            w.program.at_most(brought, added((1.0, most), (float(limit["sense"].lower() == "at most"), every)))
        if limit["sense"].lower() != "at most":
            w.program.at_least(brought, {x: number(limit, "counts_from_t", 1.0)})
            w.program.at_least(added((1.0, brought), (-1.0, every)), {x: largest, ONE: -largest})
    return total


def _users(w: World, limit: Row, n: Node) -> dict[object, list[Flow]]:
    """Flows by supplier, or by the pair of ends of a lane."""
    users: dict[object, list[Flow]] = defaultdict(list)
    for flow in w.flows:
        if flow.node is not n:
            continue
        facts: limits.Fact = {"place": flow.place, **limits.good(w, flow.material)}
        if limit["measure"] == "suppliers_used":
            if flow.offer is None:
                continue
            seller = flow.offer["supplier"]
            who: limits.Fact = {"country": flow.origin, "supplier": seller, "offer": flow.offer["offer"]}
            if limits.fits(w, limit, facts | who):
                users[seller].append(flow)
        elif flow.sender != flow.place:
            sends = w.country.get(flow.sender, flow.sender)
            if limits.fits(w, limit, facts | {"country": sends}):
                users[flow.sender, flow.place].append(flow)
    return users


def _facilities(w: World, limit: Row, n: Node) -> Sum:
    p, total = w.program, {}
    for row in w["facilities"]:
        if not limits.fits(w, limit, limits.plant(w, row["facility"])):
            continue
        x = p.yes(f"counted {row['facility']} {limit['limit']} {n.number}")
        total[x] = 1.0
        if limit["sense"].lower() != "at least":
            for b in w.found["builds"].values():
                here = b.option["facility"] == row["facility"] and b.begun in n.path()
                if here and any(plants.stands(w, b, n, y) for y in n.years):
                    p.at_most({b.times: 1.0}, {x: p.upper[b.times]})
            enough = n.mean(lambda y, row=row: plants.at_work(w, row, y)) >= number(limit, "counts_from_t", 1.0)
            if enough if limit["sense"].lower() == "equal" else any(plants.existing(w, row, y) for y in n.years):
                shut = {v: 1.0 for m in n.path() if (v := w.found["close"].get((row["facility"], m))) is not None}
                p.at_least(added((1.0, x), (1.0, shut)), 1.0)
        if limit["sense"].lower() != "at most":
            p.at_least(plants.capacity(w, row, n, lambda _: 1.0), {x: number(limit, "counts_from_t", 1.0)})
    return total


def cone(w: World, limit: Row, n: Node, missed: Sum) -> None:
    """The supplies whose squared shares are bounded: of each country, or of each supplier and own plants as one."""
    by = "supplier" if limit.get("each", "").lower() == "supplier" else "country"
    supplies: dict[object, Sum] = defaultdict(dict)
    for facts, what in limits.supply(w, n):
        if limits.fits(w, limit, facts, limits.GOODS):
            plus(supplies[facts.get(by)], 1.0, what)
    cones = w.found["cones"]
    cones[len(cones)] = (list(supplies.values()), math.sqrt(number(limit, "value")), missed)


def cut(w: World, at: list[float]) -> bool:
    """Add the tangent at a plan of each cone that it lies outside of; whether there was any."""
    outside = False
    for supplies, root, missed in w.found["cones"].values():
        q = [max(0.0, value(s, at)) for s in supplies]
        length, total = math.hypot(*q), math.fsum(q)
        if length > root * total + value(missed, at) + 1e-9 * max(1.0, total):
            tangent = added(*((a / length, s) for a, s in zip(q, supplies, strict=True)))
            w.program.at_most(tangent, added((1.0, missed), *((root, s) for s in supplies)))
            outside = True
    return outside
