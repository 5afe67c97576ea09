"""Offtake contracts: when they are signed, what they commit to, what is lifted, forfeited, and made up later."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.offers import base_price
from planner.audit.rows import Row


def contract_price(books: Books, contract: str, node: Node) -> float:
    """The fixed price, or the offer's price less the discount, kept between floor and ceiling."""
    row = books.contracts[contract]
    if row.price_usd_per_t is not None:
        return float(row.price_usd_per_t)
    price = (1.0 - (row.index_discount or 0.0)) * base_price(books, row.offer, node)
    if row.floor_usd_per_t is not None:
        price = max(price, row.floor_usd_per_t)
    if row.ceiling_usd_per_t is not None:
        price = min(price, row.ceiling_usd_per_t)
    return float(price)


def committed(books: Books, contract: Row, node: Node) -> float:
    """The tons a year that a contract commits to in a node: its volume, with the share of years of its term.

    A signed contract has its largest volume; another one the volumes at which it was signed on the path, each from the
    year of its signing on.
    """
    if contract.signed:
        return float(contract.max_t_per_year * node.share_open(contract.from_, contract.to))
    tons = 0.0
    for row in books.signed.get(contract.contract, ()):
        if row.node in node.path:
            first = max(contract.from_, books.node(row.node).period)
            tons += row.volume_t_per_year * node.share_open(first, contract.to)
    return tons


def check_contracts(books: Books) -> None:
    """Contracts are signed as offered, lifted within their volume, paid for if not taken, and made up in time."""
    lifted = added(books.table("lifts"), "contract", "node")
    forfeited = added(books.table("forfeits"), "contract", "node")
    made_up = added(books.table("make_ups"), "contract", "node")
    for contract in books.contracts.values():
        _check_signing(books, contract)
        _check_make_up(books, contract, forfeited)
        for node in books.nodes:
            key, where = (contract.contract, node.name), f"contract {contract.contract}, in {node.name}"
            bound, lift, again = committed(books, contract, node), lifted.get(key, 0.0), made_up.get(key, 0.0)
            books.findings.at_most("contract", where, bound, lift, "more is lifted than was signed for")
            books.findings.at_most("contract", where, lift, again, "more is made up than is lifted")
            duty, paid = (contract.take_or_pay_share or 0.0) * bound, lift - again + forfeited.get(key, 0.0)
            books.findings.at_least("take or pay", where, duty, paid, "less is taken or paid for than must be")


def _check_signing(books: Books, contract: Row) -> None:
    """Signed at most once on a path, in time, at a volume on offer; not again if it is signed already."""
    last = contract.sign_by if contract.sign_by is not None else contract.from_
    signings = books.signed.get(contract.contract, [])
    for row in signings:
        where, node = f"contract {contract.contract}, in {row.node}", books.node(row.node)
        if contract.signed:
            books.findings.add("signing", where, "signed before", "signed", "it is signed already")
        if node.period > last:
            books.findings.add("signing", where, last, node.period, "signed too late")
        volume = row.volume_t_per_year
        books.findings.at_least("signing", where, contract.min_t_per_year or 0.0, volume, "signed for too little")
        books.findings.at_most("signing", where, contract.max_t_per_year, volume, "signed for too much")
    where, nodes = f"contract {contract.contract}", [row.node for row in signings]
    books.check_once("signing", where, nodes, "signed more than once on a path")


def _check_make_up(books: Books, contract: Row, forfeited: dict[tuple[str, str], float]) -> None:
    """What was paid and not taken is made up later on the path, within the years allowed, and once."""
    taken: dict[str, list[Row]] = defaultdict(list)
    for row in books.made_up.get(contract.contract, []):
        before, now = books.node(row.forfeited_in), books.node(row.node)
        where = f"contract {contract.contract}, forfeited in {before.name}, in {now.name}"
        late = now.period - before.last_year
        if before.name not in now.path or before is now or late > (contract.make_up_years or 0):
            books.findings.add("make-up", where, contract.make_up_years or 0, late, "made up too late or too early")
        taken[before.name].append(row)
    for before_name, rows in taken.items():
        before = books.node(before_name)
        paid = before.years * forfeited.get((contract.contract, before_name), 0.0)
        for leaf in books.tree.leaves:
            again = sum(books.node(row.node).years * row.t_per_year for row in rows if row.node in leaf.path)
            where = f"contract {contract.contract}, forfeited in {before_name}, to {leaf.name}"
            books.findings.at_most("make-up", where, paid, again, "more is made up than was paid for")
