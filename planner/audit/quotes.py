"""What each purchase would cost that could occur: price, financing, freight and duty of its first ton.

Which could occur only the program says: here each of its rows is worked out anew, and what is bought has one.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf

from planner.audit.books import Books
from planner.audit.border import Border
from planner.audit.lanes import Lanes
from planner.audit.moved import first_ton
from planner.audit.offers import financed, offer_days
from planner.audit.rows import Row
from planner.audit.supply import on_offer

USD = 1.0  # per t: differences below a ten-thousandth of a cent are rounding


def check_quotes(books: Books, border: Border, lanes: Lanes) -> None:
    """Each quote is what the sheets and the node's events give; what is bought is among them."""
    charged: dict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for row in books.table("quote_duties"):
        charged[_key(row)][row.layer] = row.duty_usd_per_t
    quotes = {_key(row): row for row in books.table("quotes")}
    most: dict[tuple[str, str], float] = {}
    for key, row in quotes.items():
        where = _where(key)
        if (row.offer, row.node) not in most:
            most[row.offer, row.node] = on_offer(books, books.offers[row.offer], books.node(row.node))
        _check_amount(books, row, most[row.offer, row.node], where)
        flow = first_ton(books, row)
        price = flow.price or 0.0
        for name, expected in (
            ("price_usd_per_t", price),
            ("financing_usd_per_t", financed(books, offer_days(books, row.offer) - lanes.transit(flow), price)),
            ("freight_usd_per_t", lanes.freight(flow)),
        ):
            message = f"{name} is not what the sheets and events give"
            books.findings.equal("quote", where, expected, getattr(row, name), message, USD)
        ours, told = border.duties(flow), charged.get(key, {})
        for layer in dict.fromkeys((*ours, *told)):
            message = f"duty_usd_per_t of {layer} is not what tariffs and events give"
            books.findings.equal("quote", where, ours.get(layer, 0.0), told.get(layer, 0.0), message, USD)
    for key in (*map(_key, books.table("purchases")), *charged):
        if key not in quotes:
            books.findings.add("quote", _where(key), "a quote", "none", "it is bought or charged and has no quote")


def _check_amount(books: Books, row: Row, expected: float, where: str) -> None:
    """Blank where there is no maximum."""
    found = inf if row.most_t_per_year is None else row.most_t_per_year
    if inf not in (expected, found):
        books.findings.equal("quote", where, expected, found, "most_t_per_year is not what is on offer")
    elif expected != found:
        books.findings.add("quote", where, expected, found, "most_t_per_year is not what is on offer")


def _key(row: Row) -> tuple[str, ...]:
    return row.offer, row.place, row.origin_class, row.node


def _where(key: tuple[str, ...]) -> str:
    offer, place, name, node = key
    return f"{offer} to {place}, {f'class {name}, ' if name else ''}in {node}"
