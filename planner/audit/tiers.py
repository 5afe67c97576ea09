"""Price breaks: what a ton costs depends on how much of the offer is bought on the spot in a year, over all places.

A band begins where its row says and ends where the next begins; below the first, the offer's own price holds. With
`incremental` rows each ton pays the price of the band it falls in, so a band is used once those below it are full. With
`all units` rows all tons pay the price of the band in which the total lies.
"""

from __future__ import annotations

from math import inf, isclose

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.finding import NOTHING, RELATIVE
from planner.audit.lanes import freight_within
from planner.audit.offers import quote_at, share_on_sale, stated_price, with_events


def bands(books: Books, offer: str, node: Node) -> list[tuple[float, float, float | None]]:
    """An offer's bands in a node, lowest first: lower end, upper end, price (None: the offer's own).

    An end counts with the share of the node's years in which the offer is on sale: tons are a mean over all of them.
    """
    rows = sorted(books.tiers.get(offer, []), key=lambda row: row.above_t_per_year)
    on_sale = share_on_sale(books, books.offers[offer], node)
    starts = [0.0, *(row.above_t_per_year * on_sale for row in rows)]
    prices = [None, *(row.price_usd_per_t for row in rows)]
    return list(zip(starts, [*starts[1:], inf], prices, strict=True))


def tier_prices(books: Books, offer: str, place: str, tier: float, node: Node) -> list[float]:
    """The price of the band that begins at `tier`, in each year of a node, at a place that may have its own."""
    quote = quote_at(books, offer, place, node)
    within = freight_within(books, offer, place) if quote is None else 0.0
    asked = ("tier_prices", offer, tier, node.name, within, quote and quote.line)
    if asked not in books.known:
        own = stated_price(books, offer, node)
        more = 0.0 if quote is None else quote.price_usd_per_t - own
        named = (price for start, _, price in bands(books, offer, node) if isclose(start, tier, rel_tol=RELATIVE))
        price = next((price for price in named if price is not None), own)
        books.known[asked] = with_events(books, offer, node, price + more, within)
    prices: list[float] = books.known[asked]
    return prices


def check_tiers(books: Books) -> None:
    """Every purchase stands in a band of its offer, and the bands are used as their kind says."""
    bought = added(books.table("purchases"), "offer", "node", "tier")
    totals = added(books.table("purchases"), "offer", "node")
    for offer, node, tier in bought:
        if not any(isclose(start, tier, rel_tol=RELATIVE) for start, _, _ in bands(books, offer, books.node(node))):
            where = f"offer {offer}, in {node}"
            books.findings.add("tier", where, "a band of the offer", tier, "no band begins there")
    for (offer, node), total in totals.items():
        in_band = [
            (start, end, sum(t for (o, n, at), t in bought.items() if (o, n) == (offer, node) and isclose(at, start)))
            for start, end, _ in bands(books, offer, books.node(node))
        ]
        if all(row.kind == "incremental" for row in books.tiers.get(offer, [])):
            check_incremental(books, f"offer {offer}, in {node}", in_band)
        else:
            check_all_units(books, f"offer {offer}, in {node}", in_band, total)


def check_incremental(books: Books, where: str, in_band: list[tuple[float, float, float]]) -> None:
    """No band (lower end, upper end, amount) holds more than its width; one is used once those below are full."""
    for number, (start, end, tons) in enumerate(in_band):
        books.findings.at_most("tier", where, end - start, tons, f"more in the band above {start:g} than it holds")
        if any(above > NOTHING for _, _, above in in_band[number + 1 :]):
            books.findings.at_least("tier", where, end - start, tons, f"the band above {start:g} is not full")


def check_all_units(books: Books, where: str, in_band: list[tuple[float, float, float]], total: float) -> None:
    """All of the total stands in the band in which it lies."""
    for start, end, tons in in_band:
        if tons > NOTHING:
            books.findings.equal("tier", where, total, tons, f"not all tons pay the price above {start:g}")
            books.findings.at_least("tier", where, start, total, f"too little for the price above {start:g}")
            books.findings.at_most("tier", where, end, total, f"too much for the price above {start:g}")
