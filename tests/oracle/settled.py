"""What the sheet decisions forces and forbids."""

from __future__ import annotations

from .program import Sum, plus
from .read import Row
from .world import Flow, Node, World


def settled(w: World) -> None:
    """Forced: begun, or a ton taken, on the way to every leaf. Forbidden: neither anywhere."""
    for row in w["decisions"]:
        begun = {n: _begun(w, row, n) for n in w.nodes}
        taken = {n: _taken(w, row, n) for n in w.nodes}
        if row["decided"].lower() == "forbid":
            for n in w.nodes:
                w.program.at_most(begun[n], 0.0)
                w.program.at_most(taken[n], 0.0)
            continue
        by_beginning = {"contract", "partnership", "project"} & set(row)
        for leaf in w.leaves:
            sums: Sum = {}
            for n in leaf.path():
                plus(sums, 1.0 if by_beginning else len(n.years), begun[n] if by_beginning else taken[n])
            w.program.at_least(sums, 1.0)


def _begun(w: World, row: Row, n: Node) -> Sum:
    """What begins it in a node."""
    if "project" in row:
        builds = w.found["builds"].values()
        return {b.times: 1.0 for b in builds if b.begun is n and b.option["option"] == row["project"]}
    for word, found in (("supplier", "qualify"), ("contract", "signed at"), ("partnership", "join")):
        if word in row and (row[word], n) in w.found[found]:
            return {w.found[found][row[word], n]: 1.0}
    return {}


def _taken(w: World, row: Row, n: Node) -> Sum:
    """Tons a year of it: bought and delivered, carried from place to place, or what plants of a country do."""
    taken: Sum = {flow.variable: 1.0 for flow in w.flows if flow.node is n and _is(w, row, flow)}
    if "country" in row:
        place = {facility["facility"]: facility["place"] for facility in w["facilities"]}
        for (facility, _, _, m), x in w.found["run"].items():
            if m is n and w.country[place[facility]] == row["country"]:
                taken[x] = 1.0
    return taken


def _is(w: World, row: Row, flow: Flow) -> bool:
    if "from" in row:
        starts = (flow.sender, w.country.get(flow.sender))
        moves = flow.sender != flow.place
        return moves and row["from"] in starts and row["to"] in (flow.place, w.country[flow.place])
    offer = flow.offer or {}
    words = {"supplier": "supplier", "offer": "offer", "country": "origin"}
    return any(word in row and offer.get(of) == row[word] for word, of in words.items())
