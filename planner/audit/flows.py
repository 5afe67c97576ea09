"""What moves, and on what way: the words for spot purchases, contract deliveries, own goods, and goods out of stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from planner.audit.books import Books
from planner.audit.rows import Row

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

    `item` is the offer, the contract, or what the ledger calls own goods. `origin` is the country that it comes from,
    `charged_as` that as whose goods it pays duty (the country of destination where it pays none); `price` is what is
    paid for a ton, None for own goods; `values` are those on which duty is paid, one a year, and `comes` how much
    comes then.
    """

    kind: str
    item: str
    tier: float
    route: Route
    origin: str
    to_country: str
    charged_as: str
    origin_class: str
    node: str
    tons: float
    price: float | None
    values: tuple[float, ...]
    comes: tuple[float, ...]
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
