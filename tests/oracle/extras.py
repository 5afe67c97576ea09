"""What partnerships add to offers: outright, or as trust restored."""

from __future__ import annotations

from .partners import in_force, joins
from .program import ONE, Sum, added, plus
from .read import Row, number
from .supply import cap, qualified
from .world import Node, World

Gate = list[tuple[int, float]]


def extras(w: World) -> None:
    """For each offer and node, what each agreement can add, in the years in which the offer delivers anything."""
    for offer in w["offers"]:
        for n in w.nodes:
            _extra(w, offer, n)


def _extra(w: World, offer: Row, n: Node) -> None:
    p, key = w.program, (offer["offer"], n)
    outright: Sum = {}
    for agreement in w["partnerships"]:
        tons, back = _adds(w, agreement, offer)
        if not tons and not back:
            continue
        sale = {y: tons * (cap(w, offer, n, y, None, trusted=False) > 0) for y in n.years}
        held = {y: _withheld(w, offer, n, y) if back else 0.0 for y in n.years}
        more = {y: sale[y] + min(1.0, back) * held[y] for y in n.years}
        x = p.new(f"extra {offer['offer']} {agreement['partnership']} {n.number}")
        gate = in_force(w, agreement, n)
        for opened in (gate, qualified(w, offer, n), joins(w, offer.get("requires"), n)):
            if opened is not None:
                p.at_most({x: 1.0}, _since(n, more, opened))
        plus(outright, 1.0, _since(n, sale, gate))
        w.found["extra"].setdefault(key, {})[x] = 1.0
        w.found["added most"].setdefault(key, []).append(sum(more.values()) / len(n.years))
    if key in w.found["extra"]:
        withheld = n.mean(lambda y: _withheld(w, offer, n, y))
        p.at_most(w.found["extra"][key], added((1.0, outright), (withheld, ONE)))


def _since(n: Node, tons: dict[int, float], gate: Gate) -> Sum:
    """What the years from which each decision opens come to, averaged over the period."""
    return {v: n.mean(lambda y, begin=begin: tons[y] * (y >= begin)) for v, begin in gate}


def _withheld(w: World, offer: Row, n: Node, y: int) -> float:
    """What distrust keeps back of an offer with a maximum."""
    full = cap(w, offer, n, y, None, trusted=False)
    return full - cap(w, offer, n, y) if full < float("inf") else 0.0


def _adds(w: World, agreement: Row, offer: Row) -> tuple[float, float]:
    """Tons a year added to an offer, and the share of withheld supply restored."""
    tons = back = 0.0
    for row in w["partnership_effects"]:
        if row["partnership"] == agreement["partnership"]:
            if row["effect"].lower() == "adds supply" and row.get("applies_to") == offer["offer"]:
                tons += number(row, "value")
            if row["effect"].lower() == "restores trust" and agreement["country"] == offer["origin"]:
                back += number(row, "value")
    return tons, back
