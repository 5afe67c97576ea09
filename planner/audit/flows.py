"""Everything that moves: spot purchases, contract deliveries, own goods, and goods out of stock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from planner.audit.books import Books
from planner.audit.offers import contract_prices
from planner.audit.rows import Row
from planner.audit.tiers import tier_prices

BUY, LIFT, SHIP, SHIP_STOCK = "buy", "lift", "ship", "ship_stock"
NAMES = {SHIP: "own goods", SHIP_STOCK: "from stock"}  # what the ledger calls goods that nobody sold


class Where(NamedTuple):
    """Of what, from where and to where, in the ledger's words; blank where that has no meaning."""

    material: str = ""
    start: str = ""
    end: str = ""


NOWHERE = Where()


class Route(NamedTuple):
    """A material's way, as lanes see it: from a place (or a country, where no place is known) to a place."""

    material: str
    start: str
    start_is_place: bool
    start_country: str
    end: str

    @property
    def stays(self) -> bool:
        """Whether it is used at the place it comes from."""
        return self.start_is_place and self.start == self.end


def route_of(books: Books, offer: Row, place: str) -> Route:
    """The way of an offer's goods to a place."""
    if offer.ships_from:
        return Route(offer.material, offer.ships_from, True, books.country_of[offer.ships_from], place)
    return Route(offer.material, offer.origin, False, offer.origin, place)


@dataclass(frozen=True, slots=True)
class Flow:
    """Tons of a material a year on a route.

    `item` is the offer, the contract, or what the ledger calls own goods. `origin` is the country whose duty it bears;
    `price` is what is paid for a ton, None for own goods; `values` are those on which duty is paid, one a year.
    """

    kind: str
    item: str
    tier: float
    route: Route
    origin: str
    to_country: str
    origin_class: str
    node: str
    tons: float
    price: float | None
    values: tuple[float, ...]
    offer: str = ""

    def __str__(self) -> str:
        return f"{self.item}: {self.material} from {self.from_} to {self.to} in {self.node}"

    @property
    def material(self) -> str:
        return self.route.material

    @property
    def from_(self) -> str:
        return self.route.start

    @property
    def to(self) -> str:
        return self.route.end

    @property
    def where(self) -> Where:
        return Where(self.material, self.from_, self.to)


def flows(books: Books) -> Iterator[Flow]:
    """All flows of the plan."""
    for row in books.table("purchases"):
        prices = tier_prices(books, row.offer, row.tier or 0.0, books.node(row.node))
        yield _bought(books, BUY, row.offer, row.offer, row, row.tier or 0.0, prices)
    for row in books.table("lifts"):
        prices = contract_prices(books, row.contract, books.node(row.node))
        yield _bought(books, LIFT, row.contract, books.contracts[row.contract].offer, row, 0.0, prices)
    for kind, table in ((SHIP, "shipments"), (SHIP_STOCK, "stock_shipments")):
        for row in books.table(table):
            yield _shipped(books, kind, row)


def first_ton(books: Books, quote: Row) -> Flow:
    """The first ton that could be bought at a quote."""
    prices = tier_prices(books, quote.offer, 0.0, books.node(quote.node))
    return _bought(books, BUY, quote.offer, quote.offer, quote, 0.0, prices)


def _bought(books: Books, kind: str, item: str, offer: str, row: Row, tier: float, prices: list[float]) -> Flow:
    sold = books.offers[offer]
    return Flow(
        kind=kind,
        item=item,
        tier=tier,
        route=route_of(books, sold, row.place),
        origin=sold.origin,
        to_country=books.country_of[row.place],
        origin_class=row.origin_class,
        node=row.node,
        tons=getattr(row, "t_per_year", 0.0),
        price=fmean(prices),
        values=tuple(prices),
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
        origin_class=row.origin_class,
        node=row.node,
        tons=row.t_per_year,
        price=None,
        values=(books.materials[row.material].customs_value_usd_per_t or 0.0,) * books.node(row.node).years,
    )
