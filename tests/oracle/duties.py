"""Duties at the border: layers by authority, day by day; quotas; a partner's relief; and drawback."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

from . import supply
from .partners import in_force
from .program import INF, Sum, plus
from .read import PLAIN, Row, day, digits, maybe, number, yes
from .world import Flow, Node, World

Layer = tuple[str, float, float, float]  # authority, rate, M$ per t, minimum price


def _fit(w: World, row: Row, material: str, origin: str, destination: str) -> tuple[int, int] | None:
    """How closely a row fits: digits of its heading, then country over group over `*`; None where it does not."""
    hts = digits(w.material[material].get("hts", ""))
    said = digits(row["hts"])
    if not hts or not hts.startswith(said) or row.get("destination", w.home) != destination:
        return None
    if row["origin"] not in (*w.groups[origin], "*"):
        return None
    return len(said), 2 if row["origin"] == origin else 0 if row["origin"] == "*" else 1


def _best(w: World, rows: list[Row], facts: tuple[str, str, str], on: date) -> Row | None:
    """The row in force that fits most closely; of equal ones the one that began later."""
    known = []
    for row in rows:
        start = day(row, "from", date.min)
        if start <= on <= day(row, "to", date.max) and (fit := _fit(w, row, *facts)):
            known.append(((*fit, start), row))
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _by(rows: list[Row], *columns: str) -> list[list[Row]]:
    groups: dict[tuple[str | None, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row.get(c) for c in columns)].append(row)
    return list(groups.values())


def _stack(w: World, facts: tuple[str, str, str], on: date, quota_rates: dict[str, float]) -> list[Layer]:
    """The layers of one day: what adds, then replacements, then exemptions; minimum prices stand beside all this."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in w["tariffs"]:
        kinds[row["effect"].lower()].append(row)
    stack: list[Layer] = []
    for rows in _by(kinds["adds"], "authority"):
        row = _best(w, rows, facts, on)
        if row and row["authority"] not in quota_rates:
            stack.append((row["authority"], number(row, "rate"), PLAIN * number(row, "usd_per_t"), 0.0))
    stack += [(authority, rate, 0.0, 0.0) for authority, rate in quota_rates.items()]
    borne: list[Layer] = []
    for layer in stack:
        acting = [row for row in kinds["replaces"] if row.get("acts_on") == layer[0]]
        row = _best(w, acting, facts, on)
        borne.append(_replacing(row) if row else layer)
    on_all = _best(w, [row for row in kinds["replaces"] if "acts_on" not in row], facts, on)
    if on_all and stack:  # one that acts on all comes last, and stands once for all
        borne = [_replacing(on_all)]
    exempt = [row for rows in _by(kinds["exempts"], "acts_on") if (row := _best(w, rows, facts, on))]
    kept = [layer for layer in borne if not any(row.get("acts_on", layer[0]) == layer[0] for row in exempt)]
    floors = [row for rows in _by(kinds["minimum price"], "authority") if (row := _best(w, rows, facts, on))]
    return kept + [(row["authority"], 0.0, 0.0, PLAIN * number(row, "usd_per_t")) for row in floors]


def _replacing(row: Row) -> Layer:
    return row["authority"], number(row, "rate"), PLAIN * number(row, "usd_per_t"), 0.0


def _spans(w: World, n: Node) -> list[tuple[date, int]]:
    """Stretches of days of the period in which no tariff row begins or ends: the first day, and how many."""
    cuts = {date(y, 1, 1) for y in (*n.years, n.years[-1] + 1)}
    for row in w["tariffs"]:
        cuts |= {day(row, "from", date.min), day(row, "to", date(9000, 1, 1)) + timedelta(1)}
    edges = sorted(c for c in cuts if date(n.first, 1, 1) <= c <= date(n.years[-1] + 1, 1, 1))
    return [(a, (b - a).days) for a, b in pairwise(edges)]


def layers(
    w: World,
    material: str,
    origin: str,
    destination: str,
    n: Node,
    worth: dict[int, float] | None,
    quotas: bool = True,
    inside: str | None = None,
    floors: bool = True,
    comes: dict[int, float] | None = None,
) -> dict[str, float]:
    """M$ per t by authority, averaged over the days of the period, each with what `comes` in its year.

    `inside` is a quota that the ton is in.
    """
    result: dict[str, float] = defaultdict(float)
    if origin == destination:
        return result
    facts, goods = (material, origin, destination), w.goods(material)
    rates = {}
    for row in quotas_of(w, *facts, n) if quotas else []:
        over = maybe(row, "over_quota_rate")
        rates[row["authority"]] = number(row, "in_quota_rate") if over is None or row["quota"] == inside else over
    spans = _spans(w, n)
    weight = comes if comes and any(comes.values()) else dict.fromkeys(n.years, 1.0)
    total = sum(weight[start.year] * days for start, days in spans)
    for start, days in spans:
        y, share = start.year, weight[start.year] * days / total
        price = worth[y] if worth else 0.0  # what is paid in the same year
        where = {"country": origin, "destination": destination}
        zero = w.changed(n, "duty", y, 0.0, **where, **goods)
        factor = w.changed(n, "duty", y, 1.0, **where, **goods) - zero
        key = (facts, start, tuple(rates.items()))
        if key not in w.found["stacks"]:
            w.found["stacks"][key] = _stack(w, facts, start, rates)
        for authority, rate, usd, floor in w.found["stacks"][key]:
            short = max(0.0, floor - price) if floors else 0.0
            result[authority] += share * (factor * (rate * price + usd) + short)
        if zero:
            result["event"] += share * zero * price
    return result


def quotas_of(w: World, material: str, origin: str, destination: str, n: Node) -> list[Row]:
    """The quotas of a period that cover a good."""
    return [r for r in w["quotas"] if int(r["period"]) == n.first and _fit(w, r, material, origin, destination)]


def declared(w: World, flow: Flow) -> dict[int, float] | None:
    """What duty is paid on: the customs value that the offer states, of own goods the material; else the price."""
    stated = maybe(flow.offer or w.material[flow.material], "customs_value_usd_per_t")
    return flow.worth if stated is None else dict.fromkeys(flow.node.years, PLAIN * stated)


def charged_as(w: World, flow: Flow) -> str:
    """As whose goods a flow pays duty; as those of the country that it goes to where it pays none."""
    zones = {row["place"]: row["zone_origin"] for row in w["places"] if "zone_origin" in row}
    if flow.place in zones:
        return w.country[flow.place]
    own = flow.offer is None and flow.origin == w.country[flow.place]
    return zones.get(flow.sender, flow.origin) if own else flow.origin


def duties(w: World) -> None:
    """What each flow pays, less what quotas, agreements and drawbacks take off parts of it."""
    inside: dict[tuple[int, Node], Sum] = defaultdict(dict)
    back: dict[tuple[str, str, Node], Sum] = defaultdict(dict)
    for flow in w.flows:
        facts = (flow.material, charged_as(w, flow), w.country[flow.place])
        if facts[1] == facts[2]:
            continue
        full = layers(w, *facts, flow.node, declared(w, flow), comes=flow.comes)
        signed = _signed(w, flow, list(full))
        left = math.fsum((1 - signed[a]) * usd for a, usd in full.items())
        duty = w.found["duty"][flow.variable] = {flow.variable: left}
        parts: dict[str, Sum] = defaultdict(dict)
        for row in quotas_of(w, *facts, flow.node):
            number_ = w["quotas"].index(row), flow.node
            if maybe(row, "over_quota_rate") is None:
                plus(inside[number_], 1.0, flow.variable)
                continue
            less = layers(w, *facts, flow.node, declared(w, flow), inside=row["quota"], comes=flow.comes)
            x = w.program.new(f"in quota {row['quota']} {flow.variable}")
            plus(inside[number_], 1.0, x)
            plus(parts[row["authority"]], 1.0, x)
            name = row["authority"]  # in the quota its duty is paid in full
            plus(duty, sum(less.values()) - sum(full.values()) + signed.get(name, 0.0) * full[name], x)
        _relief(w, flow, full, duty, parts)
        for row in w["drawbacks"]:
            if row["material"] == flow.material and _at(w, row, flow.place):
                for authority in full if row["authority"] == "*" else [a for a in full if a == row["authority"]]:
                    x = w.program.new(f"back {row['drawback']} {authority} {flow.variable}")
                    back[row["drawback"], authority, flow.node][x] = parts[authority][x] = 1.0
                    plus(duty, -number(row, "share") * (1 - signed[authority]) * full[authority], x)
        for part in parts.values():
            w.program.at_most(part, {flow.variable: 1.0})
        plus(w.cost[flow.node], w.disc(flow.node), duty)
    for (number_, _), part in inside.items():
        w.program.at_most(part, number(w["quotas"][number_], "quota_t"))
    for row in w["drawbacks"]:
        for (name, _, n), part in back.items():
            if name == row["drawback"]:
                w.program.at_most(part, _left(w, row, n))


def _at(w: World, drawback: Row, place: str) -> bool:
    """Whether a place is the drawback's: the one that it names, or any at home."""
    return place == drawback["place"] if "place" in drawback else w.country[place] == w.home


def _left(w: World, drawback: Row, n: Node) -> Sum:
    """What leaves the country of own goods, in tons of what it lets come back on."""
    abroad = [
        flow.variable
        for flow in w.flows
        if flow.kind == "ship" and flow.material == drawback["exported"] and flow.node is n
        if _at(w, drawback, flow.sender) and w.country[flow.sender] != w.country[flow.place]
    ]
    return dict.fromkeys(abroad, number(drawback, "t_per_t", 1.0))


def _waived(w: World, flow: Flow, agreement: Row, authorities: list[str]) -> dict[str, float]:
    """The share of each authority's duty that an agreement waives on its country's goods at home."""
    waived: dict[str, float] = {}
    if flow.kind == "ship_stock" and not yes(agreement, "signed"):
        return waived
    if agreement["country"] == charged_as(w, flow) and w.country[flow.place] == w.home:
        for row in w["partnership_effects"]:
            if row["partnership"] == agreement["partnership"] and row["effect"].lower() == "cuts duty":
                for authority in authorities:
                    if row["applies_to"] in (authority, "*"):
                        waived[authority] = max(waived.get(authority, 0.0), min(1.0, number(row, "value")))
    return waived


def _signed(w: World, flow: Flow, authorities: list[str]) -> dict[str, float]:
    """What signed agreements waive: of several the one counts that waives most."""
    shares = [_waived(w, flow, row, authorities) for row in w["partnerships"] if yes(row, "signed")]
    return {a: max((share.get(a, 0.0) for share in shares), default=0.0) for a in authorities}


def _relief(w: World, flow: Flow, full: dict[str, float], duty: Sum, parts: dict[str, Sum]) -> None:
    """What agreements to be entered waive of each authority's duty, while they are in force."""
    n, signed = flow.node, _signed(w, flow, list(full))
    for agreement in w["partnerships"]:
        if yes(agreement, "signed"):
            continue
        for authority, share in _waived(w, flow, agreement, list(full)).items():
            for begin in sorted({max(begin, float(n.first)) for _, begin in in_force(w, agreement, n)}):
                every: Sum = {}
                for most, saved in _parts(w, flow, agreement, authority, (signed[authority], share), begin):
                    x = w.program.new(f"relief {agreement['partnership']} {authority} {begin} {flow.variable}")
                    every[x] = 1.0
                    plus(duty, -saved, x)
                    w.program.at_most({x: 1.0}, {flow.variable: most})
                    plus(parts[authority], 1.0, x)
                gate = {v: b for v, b in in_force(w, agreement, n) if max(b, float(n.first)) == begin}
                w.program.at_most(every, {v: _comes(w, flow, b) for v, b in gate.items()})


def _parts(
    w: World, flow: Flow, agreement: Row, authority: str, shares: tuple[float, float], begin: float
) -> list[tuple[float, float]]:
    """Shares of a flow with what a ton of them saves, where an agreement is in force from a year on.

    What comes in its years anyway saves its share of the duty then, as far as that is not waived already. What is put
    off to them pays what is left of that in place of the duty before; it saves no more than the first, unless the
    agreement opens the offer.
    """
    (signed, share), n = shares, flow.node
    weight = flow.comes if flow.comes and any(flow.comes.values()) else dict.fromkeys(n.years, 1.0)
    late = {y: weight[y] * (y >= begin) for y in n.years}
    early = {y: weight[y] * (y < begin) for y in n.years}
    days = math.fsum(late[y] * n.days(y) for y in n.years)
    part = days / (days + math.fsum(early[y] * n.days(y) for y in n.years))
    if not part:
        return []
    facts = (flow.material, charged_as(w, flow), w.country[flow.place], n, declared(w, flow))
    then = layers(w, *facts, comes=late)[authority]
    anyway = (share - signed) * then
    if part == 1:
        return [(1.0, anyway)]
    put_off = (1 - signed) * layers(w, *facts, comes=early)[authority] - (1 - share) * then
    if flow.offer is None or flow.offer.get("requires") != agreement["partnership"]:
        put_off = min(put_off, anyway)
    return [(part, anyway), (1 - part, put_off)]


def _comes(w: World, flow: Flow, begin: float) -> float:
    """The most that a flow brings in the years from `begin`: of an offer its maximum then, and what agreements add."""
    n, offer = flow.node, flow.offer
    share = n.mean(lambda y: float(y >= begin))
    if offer is None or flow.most == INF or not share:
        return 1e6 if share else 0.0
    if flow.kind == "lift":
        return flow.most * share
    own = n.mean(lambda y: supply.cap(w, offer, n, y, trusted=False) if y >= begin else 0.0)
    more = (r for r in w["partnership_effects"] if r["effect"].lower() == "adds supply")
    return own + share * math.fsum(number(r, "value") for r in more if r["applies_to"] == offer["offer"])
