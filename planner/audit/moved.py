"""Everything that moves in the plan, with what is paid for it and how it comes, year by year."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.books import Books
from planner.audit.contracts import comes_under, contract_price
from planner.audit.flows import BUY, LIFT, NAMES, SHIP, SHIP_STOCK, Flow, Route, route_of
from planner.audit.lanes import freight_within
from planner.audit.offers import arrives, contract_prices, with_weights
from planner.audit.rows import Row
from planner.audit.tiers import tier_prices


def flows(books: Books) -> Iterator[Flow]:
    """All flows of the plan."""
    for row in books.table("purchases"):
        yield _purchase(books, row, row.tier or 0.0)
    for row in books.table("lifts"):
        node, contract = books.node(row.node), books.contracts[row.contract]
        within = freight_within(books, contract.offer, row.place)
        prices = [price - within for price in contract_prices(books, row.contract, node)]
        delivered = comes_under(books, contract, node, books.country_of[row.place])
        price = contract_price(books, row.contract, node) - within
        yield _bought(books, LIFT, row.contract, contract.offer, row, prices, delivered, price)
    for kind, table in ((SHIP, "shipments"), (SHIP_STOCK, "stock_shipments")):
        for row in books.table(table):
            yield _shipped(books, kind, row)


def first_ton(books: Books, quote: Row) -> Flow:
    """The first ton that could be bought at a quote."""
    return _purchase(books, quote, 0.0)


def _purchase(books: Books, row: Row, tier: float) -> Flow:
    node, country = books.node(row.node), books.country_of[row.place]
    prices = tier_prices(books, row.offer, row.place, tier, node)
    delivered = arrives(books, books.offers[row.offer], node, country)
    return _bought(books, BUY, row.offer, row.offer, row, prices, delivered, with_weights(prices, delivered), tier)


def _bought(
    books: Books,
    kind: str,
    item: str,
    offer: str,
    row: Row,
    prices: list[float],
    delivered: tuple[float, ...],
    price: float,
    tier: float = 0.0,
) -> Flow:
    sold = books.offers[offer]
    customs = sold.customs_value_usd_per_t
    return Flow(
        kind=kind,
        item=item,
        tier=tier,
        route=route_of(books, sold, row.place),
        origin=sold.origin,
        to_country=books.country_of[row.place],
        charged_as=books.country_of[row.place] if row.place in books.zones else sold.origin,
        origin_class=row.origin_class,
        node=row.node,
        tons=getattr(row, "t_per_year", 0.0),
        price=price,
        values=tuple(prices) if customs is None else (customs,) * len(prices),
        comes=delivered,
        offer=offer,
    )


def _shipped(books: Books, kind: str, row: Row) -> Flow:
    country = books.country_of[row.from_place]
    return Flow(
        kind=kind,
        item=NAMES[kind],
        tier=0.0,
        route=Route(row.material, row.from_place, True, country, row.to_place),
        origin=country,
        to_country=books.country_of[row.to_place],
        charged_as=_charged_as(books, row),
        origin_class=row.origin_class,
        node=row.node,
        tons=row.t_per_year,
        price=None,
        values=(books.materials[row.material].customs_value_usd_per_t or 0.0,) * books.node(row.node).years,
        comes=(1.0,) * books.node(row.node).years,
    )


def _charged_as(books: Books, row: Row) -> str:
    """As whose goods own goods pay duty: into a free zone none's, out of one into its country those that it states."""
    start, end = books.country_of[row.from_place], books.country_of[row.to_place]
    if row.to_place in books.zones:
        return end
    return books.zones.get(row.from_place, start) if start == end else start
