"""Agreements with countries: when they are entered, when they are in force, and what they change.

A partnership that is signed is in force throughout; another one `lead_years` after the first year of the node in which
it is entered.
"""

from __future__ import annotations

from planner.audit.books import Books
from planner.audit.calendar import FOREVER, Node
from planner.audit.rows import Row


def in_force_from(books: Books, partnership: str, node: Node) -> int:
    """The first year in which a partnership is in force, as seen from a node."""
    row = books.partnerships[partnership]
    if row.signed:
        return 0
    entered = (books.node(n).period for n in books.joined_in.get(partnership, ()) if n in node.path)
    return min((year + int(row.lead_years or 0) for year in entered), default=FOREVER)


def share_in_force(books: Books, partnership: str, node: Node) -> float:
    """The share of a node's years in which a partnership is in force."""
    return node.share_open(in_force_from(books, partnership, node))


def in_force_at_once(books: Books, partnership: str, node: Node) -> bool:
    """Whether a partnership is in force from the first year of a node."""
    return in_force_from(books, partnership, node) <= node.period


def effects(books: Books, effect: str) -> list[Row]:
    """The rows of one kind of effect."""
    return [row for row in books.sheet("partnership_effects") if row.effect == effect]


def added_supply(books: Books, offer: str, node: Node, year: int) -> float:
    """What partnerships in force in a year add to an offer, t."""
    rows = (row for row in effects(books, "adds supply") if row.applies_to == offer)
    return float(sum(row.value for row in rows if in_force_from(books, row.partnership, node) <= year))


def restored_trust(books: Books, country: str, node: Node, year: int) -> float:
    """How much of what a country withholds the partnerships with it that are in force in a year make available again.

    One partnership restores all at most; several together may restore more here, and then all is restored.
    """
    restored: dict[str, float] = {}
    for row in effects(books, "restores trust"):
        own = books.partnerships[row.partnership].country == country
        if own and in_force_from(books, row.partnership, node) <= year:
            restored[row.partnership] = min(1.0, restored.get(row.partnership, 0.0) + row.value)
    return sum(restored.values())


def years_saved(books: Books, option: str, partnership: str) -> int:
    """By how many years a partnership shortens permit and lead of an option, with those that are signed."""
    return sum(
        int(row.value)
        for row in effects(books, "shortens lead")
        if row.applies_to == option and (row.partnership == partnership or books.partnerships[row.partnership].signed)
    )


def check_partnerships(books: Books) -> None:
    """Partnerships are entered in years on offer, once on a path, and not if they are signed already."""
    for name, nodes in books.joined_in.items():
        row = books.partnerships[name]
        for node in map(books.node, nodes):
            where = f"partnership {name}, in {node.name}"
            if row.signed:
                books.findings.add("partnership", where, "signed", "entered", "it is in force from the first day")
            if node.period < (row.earliest or 0):
                books.findings.add("partnership", where, row.earliest, node.period, "entered before its earliest year")
            if node.period > (row.latest or FOREVER):
                books.findings.add("partnership", where, row.latest, node.period, "entered after its latest year")
        books.check_once("partnership", f"partnership {name}", nodes, "entered more than once on a path")
