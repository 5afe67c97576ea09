"""What offers cost and how much of them there is, as the sheets state it."""

from __future__ import annotations

from math import inf

from planner.audit.books import Books
from planner.audit.calendar import Node


def base_price(books: Books, offer: str, node: Node) -> float:
    """The offer's price in a node, before tiers: that of its period where one is stated, or its own."""
    dated = books.dated_offers.get((offer, node.period))
    if dated is not None and dated.price_usd_per_t is not None:
        return float(dated.price_usd_per_t)
    return float(books.offers[offer].price_usd_per_t)


def stated_cap(books: Books, offer: str, node: Node) -> float:
    """The offer's cap in a node as the sheets state it; infinite where they state none."""
    dated = books.dated_offers.get((offer, node.period))
    stated = dated.max_t_per_year if dated is not None else None
    stated = books.offers[offer].max_t_per_year if stated is None else stated
    return inf if stated is None else float(stated)
