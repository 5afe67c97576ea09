"""How tariffs cost goodwill: a country that is charged more than at first withholds a part of its offers."""

from __future__ import annotations

from statistics import fmean

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.duties import tariffs_of
from planner.audit.offers import stated_price, worth


def trust_factor(books: Books, country: str, node: Node) -> float:
    """The share of its offers that a country still sells: less for each point by which its duty has risen."""
    loss = {row.country: row.supply_loss_per_duty_point or 0.0 for row in books.sheet("trust")}.get(country, 0.0)
    if not loss:
        return 1.0
    risen = average_duty(books, country, node) - average_duty(books, country, books.node(node.path[0]))
    return max(0.0, 1.0 - 100.0 * loss * max(0.0, risen))


def average_duty(books: Books, country: str, node: Node) -> float:
    """A country's duty at home as a share of the price, averaged over its offers that have a cap, weighted with it.

    The price is the stated one: what events do to prices changes no duty that tables state.
    """
    weighed = total = 0.0
    for offer in books.offers.values():
        if offer.origin != country or not offer.max_t_per_year:
            continue
        price = stated_price(books, offer.offer, node) * fmean(worth(books, offer, node))
        layers = tariffs_of(books).layers(offer.material, country, books.home, node)
        duty = sum(layer.rate + (layer.usd_per_t / price if price else 0.0) for layer in layers)
        weighed += duty * offer.max_t_per_year
        total += offer.max_t_per_year
    return weighed / total if total else 0.0
