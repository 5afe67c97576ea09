"""Stockpiles: what is carried from one node to the next, its losses, room, reserve and final amount."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.events import acting, thing_of
from planner.audit.rows import Row

DAYS = 365.0


@dataclass(frozen=True)
class Pile:
    """One class of one stockpile in one node: tons found, what is left of them after losses, tons left at the end."""

    stock: Row
    origin_class: str
    node: Node
    found: float
    usable: float
    left: float


def piles(books: Books) -> Iterator[Pile]:
    """Every stockpile in every node, by class. A root finds the first stock, any other node what its parent left."""
    first = added(books.table("opening_stocks"), "place", "material", "origin_class", "node", column="t")
    kept = added(books.table("stocks"), "place", "material", "origin_class", "node", column="t")
    classes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for place, material, name, *_ in (*first, *kept):
        classes[place, material].add(name)
    for stock in books.sheet("stocks"):
        for name in sorted(classes[stock.place, stock.material]):
            key = (stock.place, stock.material, name)
            for node in books.nodes:
                before = kept.get((*key, node.parent)) if node.parent else first.get((*key, node.name))
                found = before or 0.0
                usable = found * (1.0 - (stock.loss_share_per_year or 0.0)) ** node.years
                yield Pile(stock, name, node, found, usable, kept.get((*key, node.name), 0.0))


def totals(books: Books) -> dict[tuple[Row, str], tuple[float, float]]:
    """For each stockpile and node: tons found and tons left, over all classes."""
    sums = {(stock, node.name): (0.0, 0.0) for stock in books.sheet("stocks") for node in books.nodes}
    for pile in piles(books):
        found, left = sums[pile.stock, pile.node.name]
        sums[pile.stock, pile.node.name] = (found + pile.found, left + pile.left)
    return sums


def released(books: Books, stock: Row, node: Node) -> bool:
    """Whether a node knows of a release of the reserve, and its first year has come."""
    thing = thing_of(books, stock.material, place=stock.place)
    return any(event.from_ <= node.last_year for event in acting(books, node, "release", thing))


def used_a_day(books: Books) -> dict[tuple[str, str, str], float]:
    """Tons a day that plants and segments use, by place, material and node."""
    used: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in books.table("activity"):
        place = books.facilities[row.facility].place
        for line in books.recipes.get(row.process, ()):
            if line.t_per_t < 0:
                used[place, line.material, row.node] -= line.t_per_t * row.t_per_year / DAYS
    for row in books.table("deliveries"):
        used[books.segments[row.segment].place, row.material, row.node] += row.t_per_year * row.t_per_t / DAYS
    return used


def check_stocks(books: Books) -> None:
    """Stock is kept where there is a stockpile, within its room, above its reserve, and enough is left at the end."""
    known = {(row.place, row.material) for row in books.sheet("stocks")}
    message = "there is no stockpile of this material here"
    for row in books.table("stocks"):
        if (row.place, row.material) not in known:
            books.findings.add("stock", f"{row.place}, {row.material}, in {row.node}", 0.0, row.t, message)
    for row in books.table("stock_shipments"):
        if (row.from_place, row.material) not in known:
            where = f"{row.from_place}, {row.material}, in {row.node}"
            books.findings.add("stock", where, 0.0, row.t_per_year, message)
    used = used_a_day(books)
    leaves = {leaf.name for leaf in books.tree.leaves}
    for (stock, node), (_, left) in totals(books).items():
        where = f"{stock.place}, {stock.material}, in {node}"
        room = inf if stock.max_t is None else stock.max_t
        books.findings.at_most("stock room", where, room, left, "more than its room")
        reserve = 0.0 if released(books, stock, books.node(node)) else stock.reserve_t or 0.0
        books.findings.at_least("stock reserve", where, reserve, left, "less than its reserve")
        if stock.cover_days and not released(books, stock, books.node(node)):
            cover = stock.cover_days * used[stock.place, stock.material, node]
            books.findings.at_least("safety stock", where, cover, left, "less than the days of use that it must cover")
        if node in leaves:
            books.findings.at_least("final stock", where, stock.final_t or 0.0, left, "less than must be left")
