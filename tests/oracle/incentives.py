"""Public support: grants for capex, credits and price floors for output."""

from __future__ import annotations

from . import classes, plants, supply
from .program import Sum, added, plus
from .read import PLAIN, Row, maybe, number, year
from .world import Node, World


def share(w: World, row: Row, y: float) -> float:
    """1 from the first to the last year, then falling in even steps while it is phased out."""
    if y < year(row, "from", w.first):
        return 0.0
    late, steps = y - year(row, "to", w.last), number(row, "phase_out_years")
    return 1.0 if late <= 0 else max(0.0, 1 - late / (steps + 1))


def incentives(w: World) -> None:
    for row in w["incentives"]:
        paid: dict[Node, Sum] = {n: {} for n in w.nodes}
        if row["kind"].lower() == "capex grant":
            _grant(w, row, paid)
        else:
            for n in w.nodes:
                _output(w, row, n, paid[n])
        if (most := maybe(row, "cap_musd")) is not None:
            for leaf in w.leaves:
                w.program.at_most(added(*((1.0, paid[m]) for m in leaf.path())), most)


def _grant(w: World, row: Row, paid: dict[Node, Sum]) -> None:
    for b in w.found["builds"].values():
        if row["applies_to"] in (b.option["option"], b.option["facility"]):
            x = w.program.new(f"grant {row['incentive']} {b.times}")
            part = number(row, "share") * share(w, row, b.begun.first)
            w.program.at_most({x: 1.0}, added((part, plants.capex(b))))
            plus(paid[b.begun], 1.0, x)
            for m in w.after(b.begun):
                w.pay(m, -plants.annuity(w, b.option) * m.mean(lambda y, m=m, b=b: plants.stands(w, b, m, y)), x)


def _output(w: World, row: Row, n: Node, paid: Sum) -> None:
    """A credit pays by the ton; a floor what the cheapest offer of the material falls short of it."""
    earned: Sum = {}
    for (facility, process, group, m), x in w.found["run"].items():
        if m is n and classes.keeps(w, group, classes.asked(w, row.get("origin_rule"), n)):
            for line in w["recipes"]:
                if (
                    line["process"] == process
                    and number(line, "t_per_t") > 0
                    and _counts(w, row, facility, process, line["material"])
                ):
                    when = plants.at_times(w, facility, n)
                    plus(earned, n.mean(lambda y, f=facility, t=line: _earned(w, row, f, t, n, y), when), x)
    if earned:
        support = w.program.new(f"support {row['incentive']} {n.number}")
        w.program.at_most({support: 1.0}, earned)
        w.pay(n, -1.0, support)
        plus(paid, float(len(n.years)), support)


def _earned(w: World, row: Row, facility: str, line: Row, n: Node, y: int) -> float:
    """M$ per t of activity in a year."""
    return share(w, row, y) * _rate(w, row, line["material"], n, y) * plants.made_in(w, facility, line, n, y)


def _counts(w: World, row: Row, facility: str, process: str, material: str) -> bool:
    named = row["applies_to"]
    place = next(f["place"] for f in w["facilities"] if f["facility"] == facility)
    if named in (facility, process):
        return row.get("material", material) == material
    return named in (material, w.material[material]["stage"]) and w.country[place] == w.home


def _rate(w: World, row: Row, material: str, n: Node, y: int) -> float:
    if row["kind"].lower() == "production credit":
        return PLAIN * number(row, "usd_per_t")
    sold = [o for o in w["offers"] if o["material"] == material and supply.cap(w, o, n, y) > 0]  # in that year
    market = min((supply.price(w, o, n, y) for o in sold), default=None)
    return 0.0 if market is None else max(0.0, PLAIN * number(row, "usd_per_t") - market)
