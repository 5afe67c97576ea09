"""Facilities: what stands, what is built, closed and run, and what it makes."""

from __future__ import annotations

from dataclasses import dataclass

from . import classes
from .partners import in_force, joins
from .program import ONE, Sum, added, plus
from .read import PLAIN, Row, number, year, yes
from .world import Node, World


@dataclass(frozen=True)
class Build:
    """An option begun in a node, perhaps made quicker by an agreement."""

    option: Row
    begun: Node
    times: int
    size: int
    wait: float
    capex: float  # what events make of it


def _facts(w: World, facility: str) -> dict[str, str | None]:
    place = next(row["place"] for row in w["facilities"] if row["facility"] == facility)
    return {"facility": facility, "place": place, "country": w.country[place]}


def starts(w: World, option: Row, begun: Node, wait: float, at: Node) -> float:
    """First year of running, as known at a node: delays count that begin by its start and end after it is begun."""
    start = begun.first + wait
    for event in sorted(at.events, key=lambda e: float(e["from"])):
        late = start >= float(event["from"]) and begun.first <= float(event["to"])
        if event["kind"] == "delay" and late and w.hits(event, _facts(w, option["facility"])):
            start += number(event, "value")
    return start


def stands(w: World, b: Build, at: Node, y: int) -> float:
    """1 in the years in which a build runs."""
    start = starts(w, b.option, b.begun, b.wait, at)
    return float(start <= y < start + number(b.option, "life_years"))


def ramp(w: World, b: Build, at: Node, y: int) -> float:
    age = y - starts(w, b.option, b.begun, b.wait, at)
    return number(b.option, f"ramp_{int(age) + 1}", 1.0) if 0 <= age <= 2 else 1.0


def build(w: World) -> None:
    p = w.program
    for option in w["build_options"]:
        most, name = number(option, "max_t_per_year"), option["option"]
        times = number(option, "max_builds", 1)
        for n in w.nodes:
            if not year(option, "earliest", w.first) <= n.first <= year(option, "latest", w.last):
                continue
            for quicker in (None, *_quicker(w, option)):
                wait = number(option, "permit_years") + number(option, "lead_years") - _signed_years(w, option)
                wait = max(0.0, wait - (number(quicker[1], "value") if quicker else 0.0))
                if starts(w, option, n, wait, n) > w.last:
                    continue
                capex = w.changed(n, "capex", n.first, 1.0, **_facts(w, option["facility"]))
                word = f"{name} {n.number} {quicker[0]['partnership'] if quicker else ''}"
                b = Build(option, n, p.new(f"build {word}", times, whole=True), p.new(f"size {word}"), wait, capex)
                w.found["builds"][len(w.found["builds"])] = b
                p.at_most({b.size: 1.0}, {b.times: most})
                p.at_least({b.size: 1.0}, {b.times: number(option, "min_t_per_year")})
                for agreement in ([quicker[0]] if quicker else []) + [
                    a for a in w["partnerships"] if a["partnership"] == option.get("requires")
                ]:
                    p.at_most({b.times: 1.0}, {v: times for v, begin in in_force(w, agreement, n) if begin <= n.first})
                _pay_build(w, b)
    _counts(w)


def _quicker(w: World, option: Row) -> list[tuple[Row, Row]]:
    """Agreements to be entered that shorten the option's wait for a build that chooses so: permit and lead together."""
    return [(agreement, row) for agreement, row in _shortening(w, option) if not yes(agreement, "signed")]


def _signed_years(w: World, option: Row) -> float:
    """What signed agreements take off every build of the option."""
    return sum(number(row, "value") for agreement, row in _shortening(w, option) if yes(agreement, "signed"))


def _shortening(w: World, option: Row) -> list[tuple[Row, Row]]:
    return [
        (agreement, row)
        for row in w["partnership_effects"]
        if row["effect"].lower() == "shortens lead" and row["applies_to"] == option["option"]
        for agreement in w["partnerships"]
        if agreement["partnership"] == row["partnership"]
    ]


def capex(b: Build) -> Sum:
    """M$, in full."""
    fixed, by_size = number(b.option, "capex_fixed_musd"), PLAIN * number(b.option, "capex_usd_per_t")
    return {b.times: b.capex * fixed, b.size: b.capex * by_size}


def annuity(w: World, option: Row) -> float:
    rate, life = w.setting("capital_rate", w.rate), number(option, "life_years")
    return rate / (1 - (1 + rate) ** -life) if rate else 1 / life


def _pay_build(w: World, b: Build) -> None:
    facility = next(row for row in w["facilities"] if row["facility"] == b.option["facility"])
    om = PLAIN * number(b.option, "fixed_om_usd_per_t", number(facility, "fixed_om_usd_per_t"))
    for m in w.after(b.begun):
        share = m.mean(lambda y, m=m: stands(w, b, m, y))
        w.pay(m, annuity(w, b.option) * share, capex(b))
        w.pay(m, om * share, b.size)


def _counts(w: World) -> None:
    """How often on each path, one of those that exclude each other, and others first."""
    p, builds = w.program, list(w.found["builds"].values())
    for leaf in w.leaves:
        path = leaf.path()
        for option in w["build_options"]:
            p.at_most(
                {b.times: 1.0 for b in builds if b.option is option and b.begun in path},
                number(option, "max_builds", 1),
            )
        for group in {row["exclusive_group"] for row in w["build_options"] if "exclusive_group" in row}:
            p.at_most(
                {b.times: 1.0 for b in builds if b.option.get("exclusive_group") == group and b.begun in path}, 1.0
            )
    options = {row["option"] for row in w["build_options"]}
    for b in builds:
        if (first := b.option.get("requires")) in options:
            before = {
                o.times: p.upper[b.times] for o in builds if o.option["option"] == first and o.begun in b.begun.path()
            }
            p.at_most({b.times: 1.0}, before)


def existing(w: World, facility: Row, y: int) -> float:
    in_dates = year(facility, "from", w.first) <= y <= year(facility, "to", w.last)
    own = number(facility, "capacity_t_per_year")
    return w.stated("capacity_t_per_year", y, own, facility=facility["facility"]) if in_dates else 0.0


def at_work(w: World, facility: Row, y: int) -> float:
    """Existing capacity ramps up from the first year that is stated, or of the horizon."""
    age = y - year(facility, "from", w.first)
    return existing(w, facility, y) * (number(facility, f"ramp_{int(age) + 1}", 1.0) if 0 <= age <= 2 else 1.0)


def capacity(w: World, facility: Row, n: Node, weight) -> Sum:
    """Capacity of what stands times a weight by year, averaged over the years: existing unless closed, and builds."""
    name = facility["facility"]
    own = n.mean(lambda y: weight(y) * at_work(w, facility, y))
    result: Sum = {ONE: own}
    for m in n.path():
        if (name, m) in w.found["close"]:
            plus(result, -own, w.found["close"][name, m])
    for b in w.found["builds"].values():
        if b.option["facility"] == name and b.begun in n.path():
            plus(result, n.mean(lambda y, b=b: weight(y) * stands(w, b, n, y) * ramp(w, b, n, y)), b.size)
    return result


def _usable(w: World, facility: Row, n: Node) -> dict[int, float]:
    """The share of capacity that works in each year."""
    facts = _facts(w, facility["facility"])
    return {y: number(facility, "availability", 1.0) * w.changed(n, "capacity", y, 1.0, **facts) for y in n.years}


def can_run(w: World, facility: Row, n: Node) -> bool:
    """Whether any capacity works in a node, what stands or what may be built."""
    return any(share > 0 for v, share in capacity(w, facility, n, _usable(w, facility, n).get).items() if share)


def at_times(w: World, name: str, n: Node) -> dict[int, float]:
    """1 in years in which anything of a facility can work, there or to be built: costs and yields count then."""
    known = w.found["at times"]
    if (name, n) not in known:
        facility = next(row for row in w["facilities"] if row["facility"] == name)
        known[name, n] = {}
        for y, share in _usable(w, facility, n).items():
            able = capacity(w, facility, n, lambda z, y=y, share=share: share * (z == y))
            known[name, n][y] = float(any(tons > 0 for v, tons in able.items() if v == ONE or w.program.upper[v] > 0))
    return known[name, n]  # type: ignore[no-any-return]


def close(w: World) -> None:
    for row in w["facilities"]:
        if yes(row, "closure_allowed"):
            for n in w.nodes:
                shut = w.found["close"][row["facility"], n] = w.program.yes(f"close {row['facility']} {n.number}")
                w.pay_once(n, number(row, "closure_cost_musd"), shut)
            for leaf in w.leaves:
                w.program.at_most({w.found["close"][row["facility"], m]: 1.0 for m in leaf.path()}, 1.0)


def run(w: World) -> None:
    for facility in w["facilities"]:
        for n in w.nodes:
            _run(w, facility, n)


def _run(w: World, facility: Row, n: Node) -> None:
    p, name, place = w.program, facility["facility"], facility["place"]
    facts = _facts(w, name)
    used: Sum = {}
    for process in w["processes"]:
        if process["facility"] != name:
            continue
        recipe = [row for row in w["recipes"] if row["process"] == process["process"]]
        step = process.get("step", "made")
        outputs = [r["material"] for r in recipe if number(r, "t_per_t") > 0]
        for group in sorted({g for k in outputs for g in w.found["classes"][k]}, key=str) or [classes.NONE]:
            if not classes.run_passes(w, step, w.country[place], group):
                continue
            x = p.new(f"run {name} {process['process']} {group} {n.number}")
            w.found["run"][name, process["process"], group, n] = x
            plus(used, number(process, "capacity_use", 1.0), x)
            usd = number(process, "cost_usd_per_t")
            whose = {"facility": name, "process": process["process"]}
            cost = {y: w.changed(n, "cost", y, w.stated("cost_usd_per_t", y, usd, **whose), **facts) for y in n.years}
            w.pay(n, PLAIN * n.mean(cost.__getitem__, at_times(w, name, n)), x)
            w.pay(n, PLAIN * sum(w.setting(s) * number(process, c) for s, c in CHARGES), x)
            for row in recipe:
                if number(row, "t_per_t") < 0:
                    plus(w.at[place, row["material"], classes.inputs_of(w, group, step), n], number(row, "t_per_t"), x)
                else:
                    asked = group if group in w.found["classes"][row["material"]] else classes.NONE
                    plus(w.out[place, row["material"], asked, n], made(w, name, row, n), x)
    usable = _usable(w, facility, n)
    p.at_most(used, capacity(w, facility, n, usable.get))
    p.at_least(used, added((number(facility, "min_utilisation"), capacity(w, facility, n, usable.get))))
    if (gate := joins(w, facility.get("requires"), n)) is not None:
        _only_in_force(w, facility, n, used, usable, gate)
    standing: Sum = {ONE: 1.0}
    for m in n.path():
        if (name, m) in w.found["close"]:
            standing[w.found["close"][name, m]] = -1.0
    om = PLAIN * number(facility, "fixed_om_usd_per_t")
    w.pay(n, om * n.mean(lambda y: existing(w, facility, y)), standing)


CHARGES = (
    ("co2_usd_per_t", "co2_t_per_t"),
    ("water_usd_per_m3", "water_m3_per_t"),
    ("residue_usd_per_t", "residue_t_per_t"),
)


def made(w: World, facility: str, row: Row, n: Node) -> float:
    """t of an output per t of activity, after events."""
    known, key = w.found["made"], (facility, row["process"], row["material"], n)
    if key not in known:
        known[key] = n.mean(lambda y: made_in(w, facility, row, n, y), at_times(w, facility, n))
    return known[key]  # type: ignore[no-any-return]


def made_in(w: World, facility: str, row: Row, n: Node, y: int) -> float:
    """The same in one year."""
    facts = {**w.goods(row["material"]), **_facts(w, facility)}
    return w.changed(n, "yield", y, number(row, "t_per_t"), **facts)


def _only_in_force(
    w: World, facility: Row, n: Node, used: Sum, usable: dict[int, float], gate: list[tuple[int, float]]
) -> None:
    """Nothing without the agreement; in the period in which it comes into force, what stands in the years left."""
    p = w.program
    options = [
        b for b in w.found["builds"].values() if b.option["facility"] == facility["facility"] and b.begun in n.path()
    ]
    most = max(existing(w, facility, y) for y in n.years) + sum(
        p.upper[b.times] * number(b.option, "max_t_per_year") for b in options
    )
    p.at_most(used, {v: most for v, begin in gate if begin <= n.years[-1]})
    for v, begin in gate:
        if v != ONE and n.first < begin <= n.years[-1]:
            left = capacity(w, facility, n, lambda y, begin=begin: usable[y] * (y >= begin))
            p.at_most(used, added((1.0, left), (most, {ONE: 1.0, v: -1.0})))
