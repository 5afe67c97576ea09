"""Agreements: entering them, what they cost, and from when they are in force."""

from __future__ import annotations

from .program import ONE
from .read import Row, number, year, yes
from .world import Node, World


def join(w: World) -> None:
    """Enter an agreement, at most once in any future; one that is signed has been in force all the time."""
    for row in w["partnerships"]:
        name = row["partnership"]
        if yes(row, "signed"):
            for n in w.nodes:
                w.pay(n, number(row, "annual_musd"), ONE)
            continue
        lead = number(row, "lead_years")
        for n in w.nodes:
            if year(row, "earliest", w.first) <= n.first <= year(row, "latest", w.last):
                enter = w.found["join"][name, n] = w.program.yes(f"join {name} {n.number}")
                w.pay_once(n, number(row, "upfront_musd"), enter)
                for m in w.after(n):
                    share = m.mean(lambda y, begin=n.first + lead: y >= begin)
                    w.pay(m, number(row, "annual_musd") * share, enter)
        for leaf in w.leaves:
            w.program.at_most({v: 1.0 for m in leaf.path() if (v := w.found["join"].get((name, m))) is not None}, 1.0)


def in_force(w: World, row: Row, n: Node) -> list[tuple[int, float]]:
    """Decisions that bring an agreement into force by this node, and the year from which it is."""
    if yes(row, "signed"):
        return [(ONE, w.first)]
    entered = [(w.found["join"].get((row["partnership"], m)), m.first) for m in n.path()]
    return [(v, first + number(row, "lead_years")) for v, first in entered if v is not None]


def joins(w: World, name: str | None, n: Node) -> list[tuple[int, float]] | None:
    """The same for what requires an agreement by name; None where it requires none."""
    for row in w["partnerships"]:
        if row["partnership"] == name:
            return in_force(w, row, n)
    return None
