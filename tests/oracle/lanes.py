"""Routes: where a lane exists, what moving a ton costs, and what a lane can carry."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import Any

from . import money, supply
from .program import Sum, added, plus
from .read import PLAIN, Row, number
from .world import Flow, Node, World


def _end(w: World, said: str, at: str) -> int:
    """How closely an end of a row names a place (or the country that an offer leaves from): 2 to 0, or -1."""
    if said == at:
        return 2 if at in w.country else 1
    return 1 if said == w.country.get(at) else 0 if said == "*" else -1


def _rank(w: World, row: Row, sender: str, place: str, material: str) -> tuple[int, int, int] | None:
    """How closely a row fits, material first, then from, then to; None where it does not."""
    names = [material, w.material[material]["stage"], "*"]
    closeness = 2 - names.index(row["material"]) if row["material"] in names else -1
    rank = (closeness, _end(w, row["from"], sender), _end(w, row["to"], place))
    if min(rank) < 0 or (sender == place and rank[1:] != (2, 2)):
        return None  # within one place a row counts only if it names the place at both ends
    return rank


def _rows(w: World, sender: str, place: str, material: str) -> list[tuple[tuple[int, int, int], int]]:
    """Rows that fit, the closest first: how closely, and which."""
    known = w.found["lanes"]
    key = (sender, place, material)
    if key not in known:
        ranks = [(_rank(w, row, *key), number_) for number_, row in enumerate(w["lanes"])]
        known[key] = sorted(((rank, number_) for rank, number_ in ranks if rank), reverse=True)
    return known[key]


def exists(w: World, sender: str, place: str, material: str) -> bool:
    """Whether goods can go there; within one place they need no lane."""
    return sender == place or bool(_rows(w, sender, place, material))


def said(w: World, sender: str, place: str, material: str, name: str) -> float:
    """What the most specific row says that fills the cell."""
    rows = (w["lanes"][number_] for _, number_ in _rows(w, sender, place, material))
    return next((number(row, name) for row in rows if name in row), 0.0)


def closest(w: World, flow: Flow, name: str) -> float:
    """The same of a flow's way."""
    return said(w, flow.sender, flow.place, flow.material, name)


def freight(w: World, flow: Flow) -> float:
    """USD per t: of the quote for the place where there is one, else of the closest row."""
    quote = supply.quoted(w, flow.offer, flow.node, flow.place) if flow.kind == "buy" and flow.offer else None
    if not quote or not flow.offer:
        return closest(w, flow, "freight_usd_per_t")
    return number(quote, "freight_usd_per_t") * flow.node.mean(lambda y: money.worth(w, flow.offer or {}, y))


def transit(w: World, flow: Flow) -> float:
    """Days under way that cost the buyer: none where the quote is for the place, or it is handed over there."""
    quote = supply.quoted(w, flow.offer, flow.node, flow.place) if flow.kind == "buy" and flow.offer else None
    there = quote or (flow.offer and flow.offer.get("incoterm") in money.TO_THE_PLACE)
    return 0.0 if there else closest(w, flow, "transit_days")


def lanes(w: World) -> None:
    """Freight and CO2 of all flows, then caps, minima and fixed costs of each row and pair of ends."""
    on: dict[Any, list[Flow]] = defaultdict(list)
    for flow in w.flows:
        co2 = w.setting("co2_usd_per_t") * closest(w, flow, "co2_t_per_t")
        w.pay(flow.node, PLAIN * (freight(w, flow) + co2), flow.variable)
        if way_open(w, flow) == 0:
            w.program.upper[flow.variable] = 0.0
        for _, number_ in _rows(w, flow.sender, flow.place, flow.material):
            on[number_, flow.sender, flow.place, flow.node].append(flow)
    for (number_, sender, place, n), flows in on.items():
        _carry(w, w["lanes"][number_], n, flows, f"{number_} {sender} {place} {n.number}")


def way_open(w: World, flow: Flow) -> float:
    """What events leave of a flow's way. The country is the origin of what is bought, the sender's of own goods; what
    is bought is stopped even where it leaves from the place itself, own goods that stay there are not."""
    if flow.offer is None and flow.sender == flow.place:
        return 1.0
    facts = {
        "country": flow.origin,
        "destination": w.country[flow.place],
        "place": flow.place,
        **w.goods(flow.material),
    }
    return flow.node.mean(lambda y: w.changed(flow.node, "lane", y, 1.0, **facts))


def _bands(w: World, row: Row, n: Node, total: Sum, most: float, name: str) -> Sum:
    """What weight bands add to freight, M$: the tons of the lane in each, by their ladder."""
    words = ("from", "to", "material")
    rows = [band for band in w["freight_bands"] if all(band[word] == row[word] for word in words)]
    more: Sum = {}
    if rows:
        rows.sort(key=lambda band: number(band, "above_t_per_year"))
        ends = [0.0, *(number(band, "above_t_per_year") for band in rows), math.inf]
        ladder = [(low, high, None) for low, high in pairwise(ends)]
        parts: list[Sum] = [{w.program.new(f"carried {low} {name}"): 1.0} for low, _, _ in ladder]
        w.program.equal(added(*((1.0, part) for part in parts)), total)
        supply.ladder_of_totals(w, rows[0]["kind"].lower(), ladder, parts, most)
        for band, part in zip(rows, parts[1:], strict=True):
            plus(more, PLAIN * number(band, "more_usd_per_t"), part)
        w.pay(n, 1.0, more)
    return more


def _carry(w: World, row: Row, n: Node, flows: list[Flow], name: str) -> None:
    p, most = w.program, number(row, "max_t_per_year", math.inf)
    total: Sum = {}
    for flow in flows:
        plus(total, 1.0, flow.variable)
    p.at_most(total, most)
    squeezed: dict[float, Sum] = defaultdict(dict)
    for flow in flows:
        if (left := way_open(w, flow)) < 1:
            plus(squeezed[left], 1.0, flow.variable)
    for left, part in squeezed.items():
        p.at_most(part, left * most if left else 0.0)
    least, fixed = number(row, "min_t_per_year"), number(row, "fixed_musd_per_year")
    charge = number(row, "min_charge_musd_per_year")
    more = _bands(w, row, n, total, min(most, math.fsum(min(flow.most, 1e4) for flow in flows)), name)
    if least or fixed or charge:
        used = p.yes(f"use lane {name}")
        p.at_most(total, {used: min(most, 1e6)})
        p.at_least(total, {used: least})
        w.pay(n, fixed, used)
        short: Sum = {p.new(f"topped {name}"): 1.0}
        w.pay(n, 1.0, dict(short))
        plus(short, 1.0, more)
        for flow in flows:
            plus(short, PLAIN * freight(w, flow), flow.variable)
        p.at_least(short, {used: charge})
