"""Buying on offers: what may be bought where, caps, price bands, minimum orders, qualification, trust."""

from __future__ import annotations

from . import classes, duties, lanes, money, use
from .partners import joins
from .program import INF, ONE, Sum, added, plus
from .read import PLAIN, Row, maybe, number, year, yes
from .world import Flow, Node, World


def on_sale(w: World, offer: Row, y: int) -> bool:
    return year(offer, "from", w.first) <= y <= year(offer, "to", w.last)


def of_period(w: World, offer: Row, n: Node, name: str) -> float | None:
    """Price or maximum of the period, where it has its own."""
    for row in w["offer_prices"]:
        if row["offer"] == offer["offer"] and int(row["period"]) == n.first and name in row:
            return float(row[name])
    return maybe(offer, name)


def price(w: World, offer: Row, n: Node, y: int, quoted_: float | None = None, freight: float = 0.0) -> float:
    """M$ per t in a year, of the offer or of a band of it, less the freight within it, with the events known."""
    quoted_ = of_period(w, offer, n, "price_usd_per_t") if quoted_ is None else quoted_
    facts = {"country": offer["origin"], "supplier": offer["supplier"], "offer": offer["offer"]}
    usd = (quoted_ or 0.0) * money.worth(w, offer, y) - freight
    usd = max(0.0, usd + by_indices(w, n, y, "offer", offer["offer"]))
    return PLAIN * w.changed(n, "price", y, usd, **facts, **w.goods(offer["material"]))


def by_indices(w: World, n: Node, y: int, whose: str, name: str) -> float:
    """USD per t by which the indices of a price's formula are off their references in a year."""
    added = 0.0
    for term in w["index_terms"]:
        for row in w["indices"] if term.get(whose) == name else ():
            if row["index"] == term["index"] and int(row["period"]) == n.first:
                stood = w.changed(n, "index", y, number(row, "value"), index=row["index"])
                added += number(term, "slope") * (stood - number(term, "reference"))
    return added


def in_time(w: World, price: float, days: float) -> float:
    """A price less what paying it so many days after delivery is worth, at the rate of the working capital."""
    rate = w.setting("payment_rate", w.setting("capital_rate", w.rate))
    return price * (1 - rate * days / 365)


def deliverable(w: World, offer: Row, n: Node, y: int, destination: str | None) -> float:
    """The supply factor: what events leave of the offer, itself and for the share that depends on other countries."""
    facts = {"country": offer["origin"], "supplier": offer["supplier"], "offer": offer["offer"]}
    own = w.changed(n, "supply", y, 1.0, destination=destination, **facts, **w.goods(offer["material"]))
    lost = 0.0
    for row in w["upstream"]:
        if row["offer"] == offer["offer"]:
            goods = w.goods(row.get("material"))
            left = w.changed(n, "supply", y, 1.0, country=row["country"], destination=offer["origin"], **goods)
            lost += number(row, "share") * (1 - left)
    return own * (1 - lost)


def comes(w: World, offer: Row, n: Node, destination: str | None) -> dict[int, float]:
    """How much of an offer comes in each year: prices and duties are those of the years in which it does."""
    return {y: on_sale(w, offer, y) * deliverable(w, offer, n, y, destination) for y in n.years}


def arrived(w: World, offer: Row, y: int) -> float:
    """What is left of a year when the first order at spot has come, which is placed on the first day on sale."""
    days = number(offer, "lead_days")
    if not days or any(row["offer"] == offer["offer"] and number(row, "t_per_year") > 0 for row in w["awards"]):
        return 1.0
    return min(1.0, max(0.0, y + 1 - max(year(offer, "from", w.first), w.first) - days / 365))


def trust(w: World, offer: Row, n: Node) -> float:
    """What duties that rose since the first period leave of the goodwill of the offer's country."""
    for row in w["trust"]:
        if row["country"] == offer["origin"]:
            rise = average_duty(w, offer["origin"], n) - average_duty(w, offer["origin"], n.path()[0])
            return max(0.0, 1 - 100 * number(row, "supply_loss_per_duty_point") * max(0.0, rise))
    return 1.0


def average_duty(w: World, country: str, n: Node) -> float:
    """Duty at home as a share of the price before events, the mean over the country's offers by their maxima."""
    weights, duty = 0.0, 0.0
    for offer in w["offers"]:
        weight = number(offer, "max_t_per_year")  # an offer without a maximum does not weigh
        if offer["origin"] == country and weight:
            usd = (of_period(w, offer, n, "price_usd_per_t") or 0.0) * n.mean(lambda y, o=offer: money.worth(w, o, y))
            worth = dict.fromkeys(n.years, PLAIN * usd)
            layers = duties.layers(w, offer["material"], country, w.home, n, worth, quotas=False, floors=False)
            weights += weight
            duty += weight * sum(layers.values()) / (PLAIN * usd) if usd else 0.0
    return duty / weights if weights else 0.0


def cap(w: World, offer: Row, n: Node, y: int, destination: str | None = None, trusted: bool = True) -> float:
    """t that can be had in a year."""
    if not on_sale(w, offer, y):
        return 0.0
    factor = deliverable(w, offer, n, y, destination)
    most = of_period(w, offer, n, "max_t_per_year")
    if most is None:
        return INF if factor > 0 else 0.0
    return most * factor * (trust(w, offer, n) if trusted else 1.0)


def bands(w: World, offer: Row, n: Node) -> tuple[str, list[tuple[float, float, float | None]]]:
    """Kind, and (lower end, upper end, price) of each band; ends go with the share of years on sale."""
    rows = sorted(
        (r for r in w["offer_tiers"] if r["offer"] == offer["offer"]), key=lambda r: number(r, "above_t_per_year")
    )
    share = n.mean(lambda y: on_sale(w, offer, y))
    ends = [0.0, *(number(r, "above_t_per_year") * share for r in rows), INF]
    usd = [None, *(number(r, "price_usd_per_t") for r in rows)]
    return rows[0]["kind"].lower() if rows else "", list(zip(ends[:-1], ends[1:], usd, strict=True))


def buy(w: World) -> None:
    """All there is to spot purchases."""
    for offer in w["offers"]:
        for n in w.nodes:
            if any(on_sale(w, offer, y) for y in n.years):
                _spot(w, offer, n)


def _spot(w: World, offer: Row, n: Node) -> None:
    p, key = w.program, (offer["offer"], n)
    kind, ladder = bands(w, offer, n)
    most = n.mean(lambda y: cap(w, offer, n, y))
    totals: list[Sum] = []
    for band, (_, _, usd) in enumerate(ladder):
        totals.append({})
        for place, group in customers(w, offer, n):
            freight = 0.0 if quoted(w, offer, n, place) else money.within(w, offer, place)
            worth = {y: price(w, offer, n, y, at_place(w, offer, n, place, usd), freight) for y in n.years}
            x = p.new(f"buy {offer['offer']} {band} {place} {group} {n.number}")
            plus(totals[-1], 1.0, x)
            material, origin = offer["material"], offer["origin"]
            when = {y: t * arrived(w, offer, y) for y, t in comes(w, offer, n, w.country[place]).items()}
            mean = n.mean(lambda y, m=worth: m[y], when)
            flow = Flow(
                x, "buy", material, origin, sender(offer), place, group, n, worth, when, offer, most, band, mean
            )
            w.move(flow)
            w.pay(n, in_time(w, mean, number(offer, "payment_days") - lanes.transit(w, flow)), x)
            w.pay(n, PLAIN * w.setting("co2_usd_per_t") * number(offer, "co2_t_per_t"), x)
    total = added(*((1.0, t) for t in totals))
    limit = most + sum(w.found["added most"].get(key, []))
    ladder_of_totals(w, kind, ladder, totals, min(limit, 1e6))
    if "min_order_t_per_year" in offer and total:
        order = p.yes(f"order {offer['offer']} {n.number}")
        least = number(offer, "min_order_t_per_year") * n.mean(lambda y: on_sale(w, offer, y))
        p.at_most(total, {order: min(limit, 1e6)})
        p.at_least(total, {order: least})
    w.found["spot"][key] = total


def quoted(w: World, offer: Row, n: Node, place: str) -> Row | None:
    """The quote for a place: that of the period, or of all that have none of their own."""
    rows = [row for row in w["delivered_prices"] if (row["offer"], row["place"]) == (offer["offer"], place)]
    own = [row for row in rows if "period" in row and int(row["period"]) == n.first]
    return next(iter(own + [row for row in rows if "period" not in row]), None)


def at_place(w: World, offer: Row, n: Node, place: str, usd: float | None) -> float | None:
    """The quoted price of the offer, or of a band of it, at a place: in each band as much above as in the first."""
    quote, own = quoted(w, offer, n, place), of_period(w, offer, n, "price_usd_per_t") or 0.0
    return usd if quote is None else number(quote, "price_usd_per_t") + (own if usd is None else usd) - own


def sender(offer: Row) -> str:
    return offer.get("ships_from", offer["origin"])


def customers(w: World, offer: Row, n: Node) -> list[tuple[str, classes.Group]]:
    """Places that use or stock the material and have a lane to them, with the classes in which it may enter."""
    return [
        (place, group)
        for place in w.country
        if lanes.exists(w, sender(offer), place, offer["material"])
        for group in w.found["classes"][offer["material"]]
        if classes.offer_enters(w, offer, group) and use.takes(w, place, offer["material"], group, n)
    ]


def ladder_of_totals(
    w: World, kind: str, ladder: list[tuple[float, float, float | None]], totals: list[Sum], most: float
) -> None:
    """Bands in the order of their ends, whether prices rise or fall."""
    p = w.program
    if kind == "all units":
        chosen = [p.yes("choose") for _ in ladder]
        for (low, high, _), total, yes_ in zip(ladder, totals, chosen, strict=True):
            p.at_most(total, {yes_: min(high, most)})
            p.at_least(total, {yes_: low})
        p.at_most(dict.fromkeys(chosen, 1.0), 1.0)
    elif kind:
        for below, ((low, high, _), total) in enumerate(zip(ladder[1:], totals[1:], strict=True)):
            reach = p.yes("reach")
            p.at_most(total, {reach: min(high, max(most, low)) - low})
            p.at_least(totals[below], {reach: ladder[below][1] - ladder[below][0]})
        p.at_most(totals[0], ladder[0][1])


def bound(w: World) -> None:
    """Caps, agreements and qualification, which count contract deliveries too."""
    for offer in w["offers"]:
        for n in w.nodes:
            zones = {w.country[f.place] for f in w.bought[offer["offer"], n]}
            for zone in (None, *sorted(zones)):
                _cap(w, offer, n, zone)


def _cap(w: World, offer: Row, n: Node, zone: str | None) -> None:
    p = w.program
    flows = w.bought[offer["offer"], n]
    total = added(*((1.0, f.variable) for f in flows if zone in (None, w.country[f.place])))
    extra = w.found["extra"].get((offer["offer"], n), {})
    caps = {y: cap(w, offer, n, y, zone) for y in n.years}
    p.at_most(total, added((1.0, extra), (1.0, {ONE: n.mean(caps.get)})))
    late = n.mean(lambda y: caps[y] * arrived(w, offer, y)) if number(offer, "lead_days") else INF
    if late < n.mean(caps.get):
        when = comes(w, offer, n, zone)
        share = n.mean(lambda y: when[y] * arrived(w, offer, y)) / n.mean(when.get)
        here = [f for f in flows if zone in (None, w.country[f.place])]
        soon = added(*((share if f.kind == "lift" else 1.0, {f.variable: 1.0}) for f in here))
        p.at_most(soon, added((1.0, extra), (1.0, {ONE: late})))
    for gate in (qualified(w, offer, n), joins(w, offer.get("requires"), n)):
        if gate is not None:
            opened = {v: n.mean(lambda y, begin=begin: caps[y] if y >= begin else 0.0) for v, begin in gate}
            p.at_most(total, added((1.0, extra), (1.0, {v: min(most, 1e6) for v, most in opened.items()})))


def qualified(w: World, offer: Row, n: Node) -> list[tuple[int, float]] | None:
    """Decisions that open a supplier, and from which year on; None where it is open."""
    row = next(r for r in w["suppliers"] if r["supplier"] == offer["supplier"])
    if yes(row, "qualified"):
        return None
    wait = number(row, "qualification_years")
    return [(w.found["qualify"][row["supplier"], m], m.first + wait) for m in n.path()]


def qualify(w: World) -> None:
    """Begin to qualify a supplier, at most once in any future."""
    for row in w["suppliers"]:
        if not yes(row, "qualified"):
            for n in w.nodes:
                begin = w.found["qualify"][row["supplier"], n] = w.program.yes(f"qualify {row['supplier']} {n.number}")
                w.pay_once(n, number(row, "qualification_cost_musd"), begin)
            for leaf in w.leaves:
                w.program.at_most({w.found["qualify"][row["supplier"], m]: 1.0 for m in leaf.path()}, 1.0)
