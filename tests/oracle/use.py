"""Where goods go: needs and what serves them, what comes back, stock, sales, disposal, and each place's balance."""

from __future__ import annotations

import math

from . import classes, lanes, plants
from .program import ONE, Sum, added, plus
from .read import PLAIN, Row, maybe, names, number, year
from .world import Flow, Node, World


def taken(w: World) -> None:
    """In which classes each place takes a material, by node: what can run there, what a segment needs, a stockpile."""
    takes: dict[tuple[str, str, Node], set[classes.Group]] = w.found["takes"]
    runs = {row["facility"]: [n for n in w.nodes if plants.can_run(w, row, n)] for row in w["facilities"]}
    place_of = {row["facility"]: row["place"] for row in w["facilities"]}
    for process in w["processes"]:
        recipe = [row for row in w["recipes"] if row["process"] == process["process"]]
        outputs = [row["material"] for row in recipe if number(row, "t_per_t") > 0]
        asked = {group for material in outputs for group in w.found["classes"][material]} or {classes.NONE}
        inputs = {classes.inputs_of(w, group, process.get("step", "made")) for group in asked}
        for row in recipe:
            if number(row, "t_per_t") < 0:
                for n in runs[process["facility"]]:
                    takes.setdefault((place_of[process["facility"]], row["material"], n), set()).update(inputs)
    for segment in w["segments"]:
        for n in w.nodes:
            for row in ways_to_serve(w, segment):
                if most_served(w, segment, row, n) > 0:
                    takes.setdefault((segment["place"], row["material"], n), set()).add(
                        classes.asked(w, segment.get("origin_rule"), n)
                    )
    for row in w["stocks"]:
        for n in w.nodes:
            takes.setdefault((row["place"], row["material"], n), set()).update(w.found["classes"][row["material"]])


def takes(w: World, place: str, material: str, group: classes.Group, n: Node) -> bool:
    """Whether something at a place takes a material in a class, or in a looser one that it may be counted as."""
    wanted = w.found["takes"].get((place, material, n), set())
    return bool(wanted) and not wanted.isdisjoint({group, *classes.looser(w, material, group)})


def need(w: World, segment: Row, n: Node, y: int) -> float:
    facts = {"segment": segment["segment"], "place": segment["place"], **w.goods(segment["material"])}
    for row in w["demand"]:
        if row["segment"] == segment["segment"] and int(row["period"]) == n.first:
            return w.changed(n, "demand", y, number(row, "t_per_year"), **facts)
    return 0.0


def serve(w: World) -> None:
    for segment in w["segments"]:
        for n in w.nodes:
            _serve(w, segment, ways_to_serve(w, segment), n)


def ways_to_serve(w: World, segment: Row) -> list[Row]:
    """The segment's own material and its substitutes."""
    others = (row for row in w["substitutes"] if row["segment"] == segment["segment"])
    return [{"material": segment["material"], "t_per_t": "1"}, *others]


def most_served(w: World, segment: Row, way: Row, n: Node) -> float:
    """The most of a need that a way may serve, in the years in which it is allowed."""
    first = year(way, "from", w.first)
    return number(way, "max_share", 1.0) * n.mean(lambda y: need(w, segment, n, y) * (y >= first))


def _serve(w: World, segment: Row, ways: list[Row], n: Node) -> None:
    p, name = w.program, segment["segment"]
    total = n.mean(lambda y: need(w, segment, n, y))
    if total == 0:
        return
    short = w.found["short"][name, n] = p.new(
        f"short {name} {n.number}", total * number(segment, "max_shortage_share", 1)
    )
    w.pay(n, PLAIN * loss(w, segment, n), short)
    served: Sum = {}
    for row in ways:
        x = p.new(f"serve {name} {row['material']} {row['t_per_t']} {n.number}", most_served(w, segment, row, n))
        w.found["serve"].setdefault((name, n), []).append((row, x))
        plus(
            w.at[segment["place"], row["material"], classes.asked(w, segment.get("origin_rule"), n), n],
            -number(row, "t_per_t"),
            x,
        )
        w.pay(n, PLAIN * number(row, "extra_usd_per_t"), x)
        served[x] = 1.0
    p.equal(added((1.0, served), (1.0, short)), total)


def loss(w: World, segment: Row, n: Node) -> float:
    """What a ton short costs: each year's price counts with what is needed in it."""
    own, name = number(segment, "shortage_usd_per_t"), segment["segment"]
    usd = {y: w.stated("shortage_usd_per_t", y, own, segment=name) for y in n.years}
    return n.mean(usd.__getitem__, {y: need(w, segment, n, y) for y in n.years})


def collect(w: World) -> None:
    """Between the least and the largest share of what arises at a stream: by period, and a lifetime after delivery."""
    p = w.program
    streams = {(row["stream"], row["place"], row["material"]) for row in w["returns"]}
    for stream, place, material in sorted(streams):
        rows = [r for r in w["returns"] if (r["stream"], r["place"], r["material"]) == (stream, place, material)]
        for n in w.nodes:
            some = [r for r in rows if "period" not in r or int(r["period"]) == n.first]
            if not some:
                continue
            most, least = {ONE: 0.0}, {ONE: 0.0}
            for row in some:
                for y in n.years:
                    arises = _arises(w, row, n, y)
                    grown = number(row, "collection_growth_per_year") * (y - w.first)
                    plus(most, min(1.0, number(row, "max_collection_share", 1.0) + grown) / len(n.years), arises)
                    plus(least, number(row, "min_collection_share") / len(n.years), arises)
            rules = set.intersection(*(set(names(r, "rules")) for r in some))
            parts: Sum = {}
            for group in w.found["classes"][material]:
                if classes.named_enters(w, list(rules), True, group):
                    x = p.new(f"collect {stream} {place} {material} {group} {n.number}")
                    parts[x] = 1.0
                    w.found["collect"][stream, place, material, group, n] = x
                    plus(w.out[place, material, group, n], 1.0, x)
                    w.pay(n, PLAIN * number(some[0], "collection_usd_per_t"), x)
            p.at_most(parts, most)
            p.at_least(parts, least)


def _arises(w: World, row: Row, n: Node, y: int) -> Sum:
    if "period" in row:
        return {ONE: number(row, "t_per_year")}
    then = y - number(row, "lifetime_years")
    back: Sum = {}
    for m in n.path():
        if m.years[0] <= then <= m.years[-1]:
            for _, x in w.found["serve"].get((row["segment"], m), []):
                plus(back, number(row, "t_per_t_used"), x)
    return back


def ship(w: World) -> None:
    """All that is made or collected leaves, were it only to the place itself, to where something takes or sells it."""
    sells = {(row["place"], row["material"]) for row in w["sales"]}
    for (place, material, group, n), output in list(w.out.items()):
        left = dict(output)
        for to in w.country:
            wanted = takes(w, to, material, group, n) or (to, material) in sells
            wanted = wanted or (to == place and "disposal_usd_per_t" in w.material[material])
            if wanted and lanes.exists(w, place, to, material):
                x = w.program.new(f"ship {place} {material} {group} {to} {n.number}")
                customs = maybe(w.material[material], "customs_value_usd_per_t")
                worth = None if customs is None else dict.fromkeys(n.years, PLAIN * customs)
                w.move(Flow(x, "ship", material, w.country[place], place, to, group, n, worth))
                plus(left, -1.0, x)
        w.program.equal(left)


def stock(w: World) -> None:
    """What is kept from period to period; it may go to other places of the same country that take it."""
    p = w.program
    for row in w["stocks"]:
        place, material = row["place"], row["material"]
        for n in w.nodes:
            total: Sum = {}
            for group in w.found["classes"][material]:
                x = p.new(f"stock {place} {material} {group} {n.number}")
                w.found["stock"][place, material, group, n] = x
                total[x] = 1.0
            p.at_most(total, number(row, "max_t", math.inf))
            facts = {"place": place, **w.goods(material)}
            begun = (e for e in n.events if e["kind"] == "release" and float(e["from"]) <= n.years[-1])
            released = any(w.hits(e, facts) for e in begun)
            p.at_least(total, 0.0 if released else number(row, "reserve_t"))
            p.at_least(total, {} if released else _days_of_use(w, row, n))
            if n in w.leaves:
                p.at_least(total, number(row, "final_t"))
            _open(w, row, n)
            _spread(w, row, n)


def _days_of_use(w: World, row: Row, n: Node) -> Sum:
    """What plants and segments at a stockpile's place use of its material in the days that it must cover."""
    years, used = number(row, "cover_days") / 365, {}
    for (facility, process, _, m), x in w.found["run"].items() if years else ():
        here = next(f["place"] for f in w["facilities"] if f["facility"] == facility) == row["place"]
        for line in w["recipes"] if m is n and here else ():
            if (line["process"], line["material"]) == (process, row["material"]) and number(line, "t_per_t") < 0:
                plus(used, -years * number(line, "t_per_t"), x)
    for (segment, m), ways in w.found["serve"].items() if years else ():
        here = next(r["place"] for r in w["segments"] if r["segment"] == segment) == row["place"]
        for way, x in ways if m is n and here else ():
            if way["material"] == row["material"]:
                plus(used, years * number(way, "t_per_t"), x)
    return used


def _open(w: World, row: Row, n: Node) -> None:
    """Opening stock: the parent's, or what was there before, in the classes that it passes."""
    place, material, p = row["place"], row["material"], w.program
    if n.parent is None:
        parts = {}
        for group in w.found["classes"][material]:
            if classes.named_enters(w, names(row, "rules"), False, group):
                x = w.found["opening"][place, material, group, n] = p.new(f"open {place} {material} {group} {n.number}")
                parts[x] = 1.0
        p.equal(parts, number(row, "initial_t"))
    else:
        for group in w.found["classes"][material]:
            w.found["opening"][place, material, group, n] = w.found["stock"][place, material, group, n.parent]


def _spread(w: World, row: Row, n: Node) -> None:
    place, material, years = row["place"], row["material"], len(n.years)
    kept = (1 - number(row, "loss_share_per_year")) ** years / years
    for group in w.found["classes"][material]:
        closing = w.found["stock"][place, material, group, n]
        plus(w.at[place, material, group, n], -1 / years, closing)
        w.pay(n, PLAIN * number(row, "holding_usd_per_t_year") / 2, closing)
        if (opening := w.found["opening"].get((place, material, group, n))) is not None:
            plus(w.at[place, material, group, n], kept, opening)
            w.pay(n, PLAIN * number(row, "holding_usd_per_t_year") / 2, opening)
            w.found["from stock"].setdefault((place, material, n), {})[opening] = kept
        for to, country in w.country.items():
            if (
                to != place
                and country == w.country[place]
                and takes(w, to, material, group, n)
                and lanes.exists(w, place, to, material)
            ):
                x = w.program.new(f"ship stock {place} {material} {group} {to} {n.number}")
                w.move(Flow(x, "ship_stock", material, country, place, to, group, n, None))
                plus(w.at[place, material, group, n], -1.0, x)


def sell(w: World) -> None:
    """Surplus of own make and out of stock that is kept there, of any class."""
    p = w.program
    for place, material in sorted({(row["place"], row["material"]) for row in w["sales"]}):
        for n in w.nodes:
            sold: Sum = {}
            own = dict(w.found["from stock"].get((place, material, n), {}))
            for flow in w.arriving[place, material, n]:
                if flow.kind == "ship":
                    own[flow.variable] = 1.0
            here = [row for row in w["sales"] if (row["place"], row["material"]) == (place, material)]
            for usd in sorted({row["price_usd_per_t"] for row in here}):
                _market(w, [row for row in here if row["price_usd_per_t"] == usd], n, sold)
            p.at_most(sold, own)


def _market(w: World, rows: list[Row], n: Node, sold: Sum) -> None:
    """Rows of one price: in a year the one that holds and begins last says how much is taken."""
    row, most = rows[0], {}
    for y in n.years:
        now = [r for r in rows if year(r, "from", w.first) <= y <= year(r, "to", w.last)]
        most[y] = number(max(now, key=lambda r: year(r, "from", -math.inf)), "max_t_per_year", math.inf) if now else 0.0
    place, material, total = row["place"], row["material"], {}
    if not any(most.values()):
        return
    endless = any(math.isinf(t) for t in most.values())
    when = {y: float(t > 0) if endless else t for y, t in most.items()}
    for group in w.found["classes"][material]:
        if (place, material, group, n) in w.at:
            x = w.program.new(f"sell {place} {material} {row['price_usd_per_t']} {group} {n.number}")
            w.found["sell"].setdefault((place, material, n), []).append(x)
            plus(w.at[place, material, group, n], -1.0, x)
            usd, facts = number(row, "price_usd_per_t"), {"place": place, **w.goods(material)}
            paid = {y: w.changed(n, "price", y, usd, **facts) for y in n.years}
            w.pay(n, -PLAIN * n.mean(paid.__getitem__, when), x)
            total[x] = sold[x] = 1.0
    w.program.at_most(total, n.mean(most.__getitem__))


def balance(w: World) -> None:
    """What comes equals what goes, in each class; a ton may be counted in a looser one, or thrown away at a price."""
    p = w.program
    for place, material, group, n in list(w.at):
        for loose in classes.looser(w, material, group):
            x = p.new(f"downgrade {place} {material} {group} {loose} {n.number}")
            plus(w.at[place, material, group, n], -1.0, x)
            plus(w.at[place, material, loose, n], 1.0, x)
    for (place, material, group, n), sums in w.at.items():
        cost = maybe(w.material[material], "disposal_usd_per_t")
        if cost is not None:
            x = p.new(f"dispose {place} {material} {group} {n.number}")
            plus(sums, -1.0, x)
            w.pay(n, PLAIN * cost, x)
        p.equal(sums)
