"""Offtakes: signing, lifting, paying for what is not taken, and taking it later."""

from __future__ import annotations

import math

from . import lanes, money, supply
from .program import ONE, Sum, added, plus
from .read import PLAIN, Row, maybe, number, year, yes
from .world import Flow, Node, World


def contracts(w: World) -> None:
    for row in w["contracts"]:
        offer = next(o for o in w["offers"] if o["offer"] == row["offer"])
        _sign(w, row, offer)
        for n in w.nodes:
            if any(_in_term(row, y) for y in n.years):
                _deliver(w, row, offer, n)


def _in_term(row: Row, y: int) -> bool:
    return float(row["from"]) <= y <= float(row["to"])


def _sign(w: World, row: Row, offer: Row) -> None:
    """At most once in any future, by `sign_by`, at a volume between the smallest and the largest.

    Nobody signs what, as far as is known then, delivers in no year of its term.
    """
    if yes(row, "signed"):
        return
    p, name, signed = w.program, row["contract"], w.found["sign"]
    zones: set[str | None] = {w.country[place] for n in w.nodes for place, _ in supply.customers(w, offer, n)}
    for n in w.nodes:
        ahead = [y for y in range(n.first, w.last + 1) if _in_term(row, y) and supply.on_sale(w, offer, y)]
        delivers = any(supply.deliverable(w, offer, n, y, zone) > 0 for y in ahead for zone in zones or {None})
        if delivers and n.first <= year(row, "sign_by", float(row["from"])):
            sign, volume = p.yes(f"sign {name} {n.number}"), p.new(f"volume {name} {n.number}")
            signed[name, n] = volume
            w.found["signed at"][name, n] = sign
            p.at_most({volume: 1.0}, {sign: number(row, "max_t_per_year")})
            p.at_least({volume: 1.0}, {sign: number(row, "min_t_per_year")})
            w.pay_once(n, number(row, "signing_cost_musd") + number(row, "lump_sum_musd"), sign)
    for leaf in w.leaves:
        p.at_most({v: 1.0 for m in leaf.path() if (v := w.found["signed at"].get((name, m))) is not None}, 1.0)


def price(w: World, row: Row, offer: Row, n: Node, y: int) -> float:
    """M$ per t in a year: fixed, or by the offer's market price between floor and ceiling."""
    plain = PLAIN * money.worth(w, row, y)
    if (fixed := maybe(row, "price_usd_per_t")) is not None:
        return plain * fixed
    market = (1 - number(row, "index_discount")) * supply.price(w, offer, n, y)
    asked = plain * number(row, "index_base_usd_per_t") + market
    asked += PLAIN * supply.by_indices(w, n, y, "contract", row["contract"])
    return min(plain * number(row, "ceiling_usd_per_t", math.inf), max(plain * number(row, "floor_usd_per_t"), asked))


def _deliver(w: World, row: Row, offer: Row, n: Node) -> None:
    p, name = w.program, row["contract"]
    volume: Sum = {ONE: number(row, "max_t_per_year")} if yes(row, "signed") else {}
    for m in n.path():
        if (name, m) in w.found["sign"]:
            plus(volume, 1.0, w.found["sign"][name, m])
    worth = {y: price(w, row, offer, n, y) for y in n.years}
    lift: Sum = {}
    zones: set[str | None] = {w.country[place] for place, _ in supply.customers(w, offer, n)}
    when = {zone: _comes(w, row, offer, n, zone) for zone in zones or {None}}
    best = {y: max(years[y] for years in when.values()) for y in n.years}  # where most of it can go in that year
    mean = n.mean(worth.__getitem__, best)
    for place, group in supply.customers(w, offer, n):
        x = p.new(f"lift {name} {place} {group} {n.number}")
        lift[x] = 1.0
        most = number(row, "max_t_per_year")
        material, origin = offer["material"], offer["origin"]
        then = when[w.country[place]]
        freight = PLAIN * money.within(w, offer, place)  # the price of the goods is what it leaves
        goods = {y: usd - freight for y, usd in worth.items()}
        flow = Flow(x, "lift", material, origin, supply.sender(offer), place, group, n, goods, then, offer, most)
        flow.paid = mean - freight
        w.pay(n, supply.in_time(w, flow.paid, -lanes.transit(w, flow)) - flow.paid, x)
        w.pay(n, -supply.in_time(w, freight, number(row, "payment_days", number(offer, "payment_days"))), x)
        w.move(flow)
        w.pay(n, PLAIN * w.setting("co2_usd_per_t") * number(offer, "co2_t_per_t"), x)
    left = max(n.mean(years.__getitem__) for years in when.values())  # the best it can go to
    p.at_most(lift, added((left, volume)))
    share = number(row, "take_or_pay_share")
    forfeit = w.found["forfeit"][name, n] = p.new(f"forfeit {name} {n.number}", math.inf if share else 0.0)
    later = _make_up(w, row, n)
    p.at_most(later, lift)
    owed, most = share * left * supply.trust(w, offer, n), number(row, "max_t_per_year")
    p.at_least(added((1.0, lift), (-1.0, later), (1.0, forfeit)), added((owed, volume)))
    if share and number(row, "make_up_years"):  # what may be made up is forfeited only where less is taken than owed
        below = p.yes(f"below {name} {n.number}")
        p.at_most({forfeit: 1.0}, {below: owed * most})
        paid = added((1.0, lift), (-1.0, later), (1.0, forfeit), (most, below))
        p.at_most(paid, added((owed, volume), (most, ONE)))
    waits = number(row, "payment_days", number(offer, "payment_days"))
    w.pay(n, supply.in_time(w, mean, waits), added((1.0, lift), (-1.0, later), (1.0, forfeit)))


def _comes(w: World, row: Row, offer: Row, n: Node, zone: str | None) -> dict[int, float]:
    """The share of the volume that the supplier can deliver to a country's places in each year."""
    return {y: share if _in_term(row, y) else 0.0 for y, share in supply.comes(w, offer, n, zone).items()}


def _make_up(w: World, row: Row, n: Node) -> Sum:
    """What is lifted here that was paid for in an earlier node, within so many years."""
    p, name = w.program, row["contract"]
    parts: Sum = {}
    for a in n.path()[:-1]:
        if (name, a) in w.found["forfeit"] and n.first - a.years[-1] <= number(row, "make_up_years"):
            x = p.new(f"make up {name} {a.number} {n.number}")
            w.found["make up"].setdefault((name, a), []).append((n, x))
            parts[x] = 1.0
    return parts


def make_up_was_paid(w: World) -> None:
    """In no future is more made up than was paid for and not taken."""
    for (name, a), later in w.found["make up"].items():
        for leaf in w.leaves:
            on_path = {x: float(len(n.years)) for n, x in later if n in leaf.path()}
            w.program.at_most(on_path, {w.found["forfeit"][name, a]: float(len(a.years))})
