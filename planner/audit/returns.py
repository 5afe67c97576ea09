"""What comes back: how much arises of each stream, and how much of it may and must be collected.

A row with a period says what arises in that period. A cohort row says that what a segment was given in a calendar
year comes back `lifetime_years` later, so many tons for each ton. Rows of one stream at one place add up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.rows import Row

Pool: TypeAlias = tuple[str, str, str, str]  # stream, place, material, node


@dataclass(frozen=True)
class Part:
    """What one row of the sheet brings to a pool, the least and the most of it that is collected, and its cost."""

    tons: float
    least: float
    most: float
    usd_per_t: float


def arising(books: Books) -> dict[Pool, list[Part]]:
    """The parts of each pool, from the rows that apply in its node."""
    served = added(books.table("deliveries"), "segment", "node")
    pools: dict[Pool, list[Part]] = defaultdict(list)
    for row in books.sheet("returns"):
        for node in books.nodes:
            if row.segment or row.period == node.period:
                yearly = {year: arises(books, row, node, year, served) / node.years for year in node.calendar_years}
                most = sum(t * share_collected(books, row, year) for year, t in yearly.items())
                tons = sum(yearly.values())
                part = Part(tons, tons * (row.min_collection_share or 0.0), most, row.collection_usd_per_t)
                pools[row.stream, row.place, row.material, node.name].append(part)
    return pools


def arises(books: Books, row: Row, node: Node, year: int, served: dict[tuple[str, str], float]) -> float:
    """Tons of a row that arise in a year of a node: what is stated, or what comes back of a cohort.

    Nothing comes back from before the horizon.
    """
    if not row.segment:
        return float(row.t_per_year or 0.0)
    then = year - int(row.lifetime_years)
    before = (name for name in node.path if then in books.node(name).calendar_years)
    return float(sum(served.get((row.segment, name), 0.0) for name in before) * row.t_per_t_used)


def share_collected(books: Books, row: Row, year: int) -> float:
    """The largest share that can be collected in a year; it may grow from the first year of the horizon on."""
    stated = 1.0 if row.max_collection_share is None else row.max_collection_share
    since = year - books.nodes[0].period
    return float(min(1.0, stated + (row.collection_growth_per_year or 0.0) * since))


def check_returns(books: Books) -> None:
    """Collected lies between the duty to take back and the most that can be had; only what arises is collected."""
    pools = arising(books)
    _check_arisings(books, pools)
    collected = added(books.table("collections"), "stream", "place", "material", "node")
    for pool in dict.fromkeys((*pools, *collected)):
        stream, place, material, node = pool
        where, tons = f"stream {stream}, at {place}, of {material}, in {node}", collected.get(pool, 0.0)
        parts = pools.get(pool, [])
        most, least = sum(part.most for part in parts), sum(part.least for part in parts)
        books.findings.at_most("collection", where, most, tons, "more is collected than can be")
        books.findings.at_least("collection", where, least, tons, "less is collected than must be")


def _check_arisings(books: Books, pools: dict[Pool, list[Part]]) -> None:
    """The plan tells what comes back, collected or not."""
    told = added(books.table("arisings"), "stream", "place", "material", "node")
    for pool in dict.fromkeys((*pools, *told)):
        tons = sum(part.tons for part in pools.get(pool, []))
        where, message = "stream {}, at {}, of {}, in {}".format(*pool), "t_per_year is not what comes back"
        books.findings.equal("arising", where, tons, told.get(pool, 0.0), message)


def collected_at(parts: list[Part], tons: float) -> dict[float, float]:
    """Of what is collected from a pool, how much at which cost.

    Each row gives at least its duty; what is collected beyond that comes from the rows in order of their cost.
    """
    at_cost: dict[float, float] = defaultdict(float)
    beyond = tons - sum(part.least for part in parts)
    for part in sorted(parts, key=lambda part: part.usd_per_t):
        extra = min(max(beyond, 0.0), part.most - part.least)
        beyond -= extra
        at_cost[part.usd_per_t] += part.least + extra
    return at_cost
