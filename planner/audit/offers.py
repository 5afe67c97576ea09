"""What offers cost and how much of them there is, as the sheets state it."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, inf
from statistics import fmean
from typing import Any

from planner.audit.books import Books
from planner.audit.calendar import FOREVER, Node
from planner.audit.events import Thing, acting, in_year, thing_of, year_by_year
from planner.audit.rows import Row

FREIGHT_WITHIN = {"CFR", "CIF", "CPT", "CIP", "DAP", "DPU"}
HANDED_OVER_THERE = {"DAP", "DPU"}
T_OF = {"t": 1.0, "kg": 0.001, "lb": 0.00045359237}


def worth(books: Books, row: Row, node: Node) -> list[float]:
    """What one of what a row's prices are quoted in is worth in each year of a node: the plan's money for a ton."""
    currency, own = (row.currency or "").upper(), (books.setting("currency") or "USD").upper()
    if not currency and not row.unit and row.money != "nominal":
        return [1.0] * node.years
    counted = (books.setting("quantity_unit") or "t").split(";")[0].strip()
    tons = T_OF[row.unit or counted] / T_OF[counted] if counted in T_OF else 1.0
    rates: dict[Any, float] = {(r.currency.upper(), r.in_year): r.worth_usd for r in books.sheet("exchange_rates")}
    found = []
    for year in node.calendar_years:
        own_money = currency in ("", own)
        rate = 1.0 if own_money else rates[(currency, year) if (currency, year) in rates else (currency, None)]
        grown = (1.0 + (books.setting("inflation") or 0.0)) ** (year - books.setting("base_year"))
        found.append(rate / tons / (grown if row.money == "nominal" else 1.0))
    return found


def stated_price(books: Books, offer: str, node: Node) -> float:
    """The offer's price in a node as it is quoted, before tiers and events: that of its period, or its own."""
    dated = books.dated_offers.get((offer, node.period))
    stated = dated.price_usd_per_t if dated is not None else None
    return float(books.offers[offer].price_usd_per_t if stated is None else stated)


def quote_at(books: Books, offer: str, place: str, node: Node) -> Row | None:
    """The row of delivered_prices that sets what an offer costs at a place in a node."""
    own = books.quoted_at.get((offer, place, node.period))
    return books.quoted_at.get((offer, place, None)) if own is None else own


def yearly_prices(books: Books, offer: str, node: Node) -> list[float]:
    """The offer's price in each year of a node, before tiers, with events."""
    return with_events(books, offer, node, stated_price(books, offer, node))


def with_events(books: Books, offer: str, node: Node, price: float, freight: float = 0.0) -> list[float]:
    """A quoted price of an offer in each year's money, less the freight within it, after indices and then events."""
    adds = by_indices(books, node, offer=offer)
    rates = worth(books, books.offers[offer], node)
    stated = [price * rate - freight for rate in rates]
    asked = [max(0.0, usd + more) if more else usd for usd, more in zip(stated, adds, strict=True)]
    happening = year_by_year(books, node, "price", offer_as_thing(books, offer))
    return [now.on(stated) for now, stated in zip(happening, asked, strict=True)]


def offer_as_thing(books: Books, offer: str, destination: str = "") -> Thing:
    """An offer as events see it, on its way to a country where one is given."""
    row = books.offers[offer]
    words = {"country": row.origin, "supplier": row.supplier, "offer": offer, "destination": destination}
    return thing_of(books, row.material, **words)


def stated_cap(books: Books, offer: str, node: Node) -> float:
    """The offer's cap in a node as the sheets state it; infinite where they state none."""
    dated = books.dated_offers.get((offer, node.period))
    stated = dated.max_t_per_year if dated is not None else None
    stated = books.offers[offer].max_t_per_year if stated is None else stated
    return inf if stated is None else float(stated)


def share_on_sale(books: Books, offer: Row, node: Node) -> float:
    """The share of a node's years in which its seller has it on sale."""
    return node.share_open(offer.from_, offer.to)


def supply_factor(books: Books, offer: Row, node: Node, year: int, destination: str = "") -> float:
    """What events leave of an offer in a year: by its own country, and by those that it depends on behind it."""
    own = in_year(acting(books, node, "supply", offer_as_thing(books, offer.offer, destination)), year).factor
    lost = 0.0
    for row in books.upstream.get(offer.offer, ()):
        source = thing_of(books, row.material or offer.material, country=row.country, destination=offer.origin)
        lost += (row.share or 0.0) * (1.0 - in_year(acting(books, node, "supply", source), year).factor)
    return own * (1.0 - lost)


def comes(books: Books, offer: Row, node: Node, destination: str = "") -> tuple[float, ...]:
    """How much of an offer comes in each year of a node: while it is on sale, as far as events leave it."""
    key = ("comes", offer.offer, node.name, destination)
    if key not in books.known:
        first, last = offer.from_ or 0, offer.to or FOREVER
        books.known[key] = tuple(
            supply_factor(books, offer, node, year, destination) if first <= year <= last else 0.0
            for year in node.calendar_years
        )
    found: tuple[float, ...] = books.known[key]
    return found


def ordered(books: Books, offer: Row, node: Node) -> tuple[float, ...]:
    """What is left of each year of a node when the first order at spot arrives: all of it where nothing is waited for.

    Ordered is on the first day on sale, or of the horizon. Whoever is bought from today is not waited for.
    """
    if not offer.lead_days or any(row.offer == offer.offer and row.t_per_year for row in books.sheet("awards")):
        return (1.0,) * node.years
    begins = min(each.period for each in books.nodes)
    arrives = max(float(offer.from_ or begins), begins) + offer.lead_days / 365.0
    return tuple(min(1.0, max(0.0, year + 1 - arrives)) for year in node.calendar_years)


def arrives(books: Books, offer: Row, node: Node, destination: str = "") -> tuple[float, ...]:
    """How much of an offer comes in each year of a node of what is ordered at spot."""
    asked = ("arrives", offer.offer, node.name, destination)
    if asked not in books.known:
        both = zip(comes(books, offer, node, destination), ordered(books, offer, node), strict=True)
        books.known[asked] = tuple(share * left for share, left in both)
    found: tuple[float, ...] = books.known[asked]
    return found


def with_weights(yearly: Sequence[float], weights: Sequence[float]) -> float:
    """The mean of a figure by year, each with its weight; where there is no weight, all years count alike."""
    return fsum(y * w for y, w in zip(yearly, weights, strict=True)) / fsum(weights) if any(weights) else fmean(yearly)


def contract_prices(books: Books, contract: str, node: Node) -> list[float]:
    """The fixed price, or the offer's price less the discount, and the base, between floor and ceiling in each year."""
    row = books.contracts[contract]
    rates = worth(books, row, node)
    if row.price_usd_per_t is not None:
        return [row.price_usd_per_t * rate for rate in rates]
    left = 1.0 - (row.index_discount or 0.0)
    floor = row.floor_usd_per_t or 0.0
    ceiling = inf if row.ceiling_usd_per_t is None else row.ceiling_usd_per_t
    adds, market = by_indices(books, node, contract=contract), yearly_prices(books, row.offer, node)
    asked = [
        (row.index_base_usd_per_t or 0.0) * rate + more + left * price
        for rate, more, price in zip(rates, adds, market, strict=True)
    ]
    return [min(ceiling * rate, max(floor * rate, price)) for rate, price in zip(rates, asked, strict=True)]


def by_indices(books: Books, node: Node, contract: str = "", offer: str = "") -> list[float]:
    """What the indices in a price's formula add to it in each year, each as far as it is off its reference then."""
    now = {row.index: row.value for row in books.sheet("indices") if row.period == node.period}
    rows = [row for row in books.sheet("index_terms") if ((row.contract or ""), (row.offer or "")) == (contract, offer)]
    stood = {row.index: year_by_year(books, node, "index", Thing(index=row.index)) for row in rows}
    return [
        fsum(row.slope * (stood[row.index][nth].on(now[row.index]) - (row.reference or 0.0)) for row in rows)
        for nth in range(node.years)
    ]


def financed(books: Books, days: float, price: float) -> float:
    """What paying so many days after arrival costs for each ton of this price: negative where it is paid later."""
    return -price * float(books.setting("payment_rate")) * days / 365.0


def offer_days(books: Books, offer: str) -> float:
    """Days after delivery on which an offer is paid."""
    return float(books.offers[offer].payment_days or 0.0)


def contract_days(books: Books, contract: str) -> float:
    """Days after delivery on which a contract is paid: its own, or those of its offer."""
    row = books.contracts[contract]
    return offer_days(books, row.offer) if row.payment_days is None else float(row.payment_days)
