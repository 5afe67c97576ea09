"""Policy limits: what is measured, selected and bounded, at a price where there is one."""

from __future__ import annotations

import math
from collections.abc import Iterator

from . import counts, lanes, plants, risk
from .program import ONE, Sum, added, plus
from .read import PLAIN, Row, maybe, number, year
from .world import Node, World

Fact = dict[str, object]
Items = Iterator[tuple[Fact, Sum]]
SELECTORS = ("place", "country", "supplier", "offer", "facility", "segment", "material", "stage")
GOODS = ("material", "stage")


def good(w: World, material: str) -> Fact:
    return {"material": material, "stage": w.material[material]["stage"]}


def plant(w: World, facility: str) -> Fact:
    """A plant, and all that it can make."""
    place = next(row["place"] for row in w["facilities"] if row["facility"] == facility)
    recipes = {row["process"] for row in w["processes"] if row["facility"] == facility}
    makes = {row["material"] for row in w["recipes"] if row["process"] in recipes and number(row, "t_per_t") > 0}
    stages = {w.material[m]["stage"] for m in makes}
    return {"facility": facility, "place": place, "country": w.country[place], "material": makes, "stage": stages}


def bought(w: World, n: Node) -> Items:
    for flow in w.flows:
        if flow.node is n and flow.offer is not None:
            facts = {"supplier": flow.offer["supplier"], "country": flow.origin, "place": flow.place}
            yield facts | good(w, flow.material) | {"offer": flow.offer["offer"]}, {flow.variable: 1.0}


def made(w: World, n: Node) -> Items:
    for (facility, process, _, m), x in w.found["run"].items():
        for row in w["recipes"]:
            if m is n and row["process"] == process and number(row, "t_per_t") > 0:
                facts = plant(w, facility) | good(w, row["material"]) | {"process": process}
                yield facts, {x: plants.made(w, facility, row, n)}


def behind(w: World, limit: Row, items: Items) -> Items:
    """Items by the countries that the limit looks through to: what nobody says counts for none."""
    through = limit.get("through", "").lower()
    for facts, what in items:
        offer = next((row for row in w["offers"] if row["offer"] == facts.get("offer")), None)
        if through == "upstream" and offer:
            rows = [row for row in w["upstream"] if row["offer"] == offer["offer"]]
            yield facts, added((1.0 - math.fsum(number(row, "share") for row in rows), what))
            for row in rows:
                yield facts | {"country": row["country"]}, added((number(row, "share"), what))
        elif through in ("", "upstream"):
            yield facts, what
        elif offer:
            yield facts | {"country": offer.get(f"{through}_in")}, what
        else:
            run = (facts["facility"], facts["process"])
            own = next(row for row in w["processes"] if (row["facility"], row["process"]) == run)
            yield (facts if own.get("step") == through else facts | {"country": None}), what


def rated(w: World, limit: Row, n: Node) -> Items:
    """What is bought, times what the sheet attributes states of its offer."""
    stated = {row["offer"]: number(row, "value") for row in w["attributes"] if row["attribute"] == limit["attribute"]}
    for facts, what in bought(w, n):
        yield facts, added((stated[str(facts["offer"])], what))


def collected(w: World, n: Node) -> Items:
    for (_, place, material, _, m), x in w.found["collect"].items():
        if m is n:
            yield {"place": place, "country": w.country[place]} | good(w, material), {x: 1.0}


def sold(w: World, n: Node) -> Items:
    for (place, material, m), markets in w.found["sell"].items():
        if m is n:
            yield {"place": place, "country": w.country[place]} | good(w, material), dict.fromkeys(markets, 1.0)


def value(w: World, n: Node, scored: bool) -> Items:
    for flow in w.flows:
        if flow.node is n and flow.offer is not None:
            facts = {"place": flow.place} | good(w, flow.material)
            for country, score in risk.behind(w, flow.offer) if scored else ((None, 1.0),):
                yield facts | {"country": country}, {flow.variable: score * flow.paid / 100}


def spend(w: World, n: Node) -> Items:
    """M$ a year for what is delivered, at the price paid."""
    for flow in w.flows:
        if flow.node is n and flow.offer is not None:
            facts = {"supplier": flow.offer["supplier"], "country": flow.origin, "place": flow.place}
            facts = facts | good(w, flow.material) | {"offer": flow.offer["offer"]}
            yield facts, {flow.variable: flow.paid}


def duty(w: World, n: Node) -> Items:
    for flow in w.flows:
        if flow.node is n and flow.variable in w.found["duty"]:
            facts = {"supplier": flow.offer and flow.offer["supplier"], "country": flow.origin, "place": flow.place}
            facts["offer"] = flow.offer and flow.offer["offer"]
            yield facts | good(w, flow.material), w.found["duty"][flow.variable]


def capacity(w: World, n: Node) -> Items:
    for row in w["facilities"]:
        yield plant(w, row["facility"]), plants.capacity(w, row, n, lambda _: 1.0)


def capex(w: World, n: Node) -> Items:
    for b in w.found["builds"].values():
        if b.begun in n.path():
            yield plant(w, b.option["facility"]), plants.capex(b)


def short(w: World, n: Node, whole: bool) -> Items:
    for (name, m), x in w.found["short"].items():
        row = next(r for r in w["segments"] if r["segment"] == name)
        if m is n:
            facts = {"segment": name, "place": row["place"], "country": w.country[row["place"]]}
            served = {v: 1.0 for _, v in w.found["serve"][name, n]}
            yield facts | good(w, row["material"]), added((1.0, {x: 1.0}), (float(whole), served))


def stocked(w: World, n: Node) -> Items:
    for (place, material, _, m), x in w.found["stock"].items():
        if m is n:
            yield {"place": place, "country": w.country[place]} | good(w, material), {x: 1.0}


def days_use(w: World, n: Node) -> Items:
    """A day's inputs of processes and deliveries to segments."""
    for (facility, process, _, m), x in w.found["run"].items():
        for row in w["recipes"]:
            if m is n and row["process"] == process and number(row, "t_per_t") < 0:
                yield plant(w, facility) | good(w, row["material"]), {x: -number(row, "t_per_t") / 365}
    for (name, m), ways in w.found["serve"].items():
        place = next(r["place"] for r in w["segments"] if r["segment"] == name)
        for row, x in ways:
            if m is n:
                facts = {"place": place, "country": w.country[place]}
                yield facts | good(w, row["material"]), {x: number(row, "t_per_t") / 365}


def recycled(w: World, n: Node) -> Items:
    """What is collected, and what is made of used goods by their share in the tons of a recipe's inputs."""
    yield from collected(w, n)
    used = {row["material"] for row in w["returns"]}
    recipes: dict[str, dict[str, float]] = {}
    for row in w["recipes"]:
        recipes.setdefault(row["process"], {})[row["material"]] = number(row, "t_per_t")
    for _ in w.material:
        for k in w.material:
            ways = [recipe for recipe in recipes.values() if recipe.get(k, 0.0) > 0]
            inputs = [{m for m, t in recipe.items() if t < 0} for recipe in ways]
            if (
                ways
                and all(some and some <= used for some in inputs)
                and not any(o["material"] == k for o in w["offers"])
            ):
                used.add(k)
    for (facility, process, _, m), x in w.found["run"].items():
        inputs_t = {k: -t for k, t in recipes[process].items() if t < 0}
        total = math.fsum(inputs_t.values())
        share = math.fsum(t for k, t in inputs_t.items() if k in used) / total if total else 0.0
        for row in w["recipes"]:
            if m is n and share and row["process"] == process and number(row, "t_per_t") > 0:
                yield good(w, row["material"]), {x: share * plants.made(w, facility, row, n)}


def given_off(w: World, n: Node, column: str) -> Items:
    if column == "co2_t_per_t":
        for flow in w.flows:
            if flow.node is n:
                t = lanes.closest(w, flow, column) + (number(flow.offer, column) if flow.offer else 0.0)
                supplier = flow.offer and flow.offer["supplier"]
                yield {"supplier": supplier, "place": flow.place, "country": w.country[flow.place]}, {flow.variable: t}
    for (facility, process, _, m), x in w.found["run"].items():
        if m is n:
            row = next(r for r in w["processes"] if (r["facility"], r["process"]) == (facility, process))
            yield plant(w, facility), {x: number(row, column)}


def added_suppliers(w: World, n: Node) -> Items:
    for (supplier, m), x in w.found["qualify"].items():
        if m is n:
            row = next(r for r in w["suppliers"] if r["supplier"] == supplier)
            sells = {o["material"] for o in w["offers"] if o["supplier"] == supplier}
            stages = {w.material[k]["stage"] for k in sells}
            facts = {"supplier": supplier, "country": row["country"], "material": sells, "stage": stages}
            yield facts, {x: 1 / len(n.years)}


def selected(w: World, limit: Row, items: Items, only: tuple[str, ...] = (*SELECTORS, "group")) -> Sum:
    """The sum of the items that all filled-in selectors fit."""
    total: Sum = {}
    for facts, what in items:
        if fits(w, limit, facts, only):
            plus(total, 1.0, what)
    return total


def fits(w: World, limit: Row, facts: Fact, only: tuple[str, ...] = (*SELECTORS, "group")) -> bool:
    for name in SELECTORS:
        if name in only and name in limit:
            known = facts.get(name)
            groups = {"supplier": w.supplier_groups, "offer": w.offer_groups}.get(name, {})
            if limit[name] in groups.get(str(known), ()):
                continue
            if limit[name] not in (known if isinstance(known, set) else {known}):
                return False
    return "group" not in only or "group" not in limit or limit["group"] in w.groups.get(str(facts.get("country")), [])


def measured(w: World, limit: Row, n: Node) -> tuple[Sum, Sum]:
    """What a limit's value bounds, and what it is set against (the constant 1 where it is no ratio)."""
    measure = limit["measure"]
    plain = {
        "capacity_t": capacity, "made_t": made, "bought_t": bought, "sold_t": sold, "collected_t": collected,
        "duty_musd": duty, "spend_musd": spend, "capex_musd": capex, "suppliers_added": added_suppliers,
    }  # fmt: skip
    units = {"co2_t": "co2_t_per_t", "water_m3": "water_m3_per_t", "residue_t": "residue_t_per_t"}
    if measure in plain:
        return selected(w, limit, behind(w, limit, plain[measure](w, n))), {ONE: 1.0}
    if measure in units:
        return selected(w, limit, given_off(w, n, units[measure])), {ONE: 1.0}
    if measure in counts.COUNTED:
        return counts.counted(w, limit, n), {ONE: 1.0}
    everything = (*SELECTORS, "group")
    ratios = {
        "attribute_mean": (lambda: rated(w, limit, n), lambda: bought(w, n), everything),
        "spend_share": (lambda: spend(w, n), lambda: spend(w, n), GOODS),
        "exposure": (lambda: value(w, n, True), lambda: value(w, n, False), (*GOODS, "place")),
        "shortage_share": (lambda: short(w, n, False), lambda: short(w, n, True), everything),
        "stock_days": (lambda: stocked(w, n), lambda: days_use(w, n), everything),
        "share": (lambda: supply(w, n), lambda: supply(w, n), GOODS),
        "recycled_share": (lambda: recycled(w, n), lambda: (*supply(w, n), *collected(w, n)), GOODS),
    }  # fmt: skip
    part, whole, by = ratios[measure]
    return selected(w, limit, behind(w, limit, part())), selected(w, limit, iter(whole()), by)


def supply(w: World, n: Node) -> Items:
    """All that is bought and made."""
    yield from bought(w, n)
    yield from made(w, n)


def limits(w: World) -> None:
    for limit in w["limits"]:
        if limit["measure"].endswith("cost_musd") or limit["measure"] == "cvar_shortage_musd":
            w.found["late limits"][limit["limit"]] = limit  # costs and losses over all futures: once they are known
            continue
        for n in w.nodes:
            if year(limit, "from", w.first) <= n.first <= year(limit, "to", w.last):
                if limit["measure"] == "hhi":
                    counts.cone(w, limit, n, _missed(w, limit, n))
                    continue
                for each in _each(w, limit):
                    part, whole = measured(w, each, n)
                    _bound(w, each, n, added((1.0, part), (-number(limit, "value"), whole)))


def _each(w: World, limit: Row) -> list[Row]:
    """The limit itself, or one for each country or supplier that its own selector allows, and that has a part in it."""
    by = limit.get("each", "").lower()
    if not by:
        return [limit]
    everyone = [row[by] for row in w["suppliers" if by == "supplier" else "countries"]]
    groups = w.supplier_groups if by == "supplier" else {}
    allowed = [{**limit, by: one} for one in everyone if limit.get(by, one) in (one, *groups.get(one, ()))]
    if limit["measure"] in counts.COUNTED or limit["sense"].lower() == "at most":
        return allowed
    return [one for one in allowed if any(measured(w, one, n)[0] for n in w.nodes)]


def _bound(w: World, limit: Row, n: Node, over: Sum) -> None:
    sense = limit["sense"].lower()
    if sense in ("at most", "equal"):
        w.program.at_most(over, _missed(w, limit, n))
    if sense in ("at least", "equal"):
        w.program.at_least(over, added((-1.0, _missed(w, limit, n))))


def _missed(w: World, limit: Row, n: Node) -> Sum:
    if "priority" in limit:
        x = w.program.new(f"miss {limit['limit']} {n.number}")
        plus(w.found["ranked"].setdefault(int(number(limit, "priority")), {}), n.prob * len(n.years), x)
        return {x: 1.0}
    if (penalty := maybe(limit, "penalty_per_unit")) is None:
        return {}
    x = w.program.new(f"miss {limit['limit']} {n.number}")
    w.pay(n, PLAIN * penalty, x)
    return {x: 1.0}
