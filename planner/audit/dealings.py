"""Dealing with a supplier: paid for wherever anything is bought from one with whom that costs something."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.finding import NOTHING
from planner.audit.flows import Flow


def setup_musd(books: Books, supplier: str, node: Node) -> float:
    """What dealing with a supplier costs a year of a node: in years in which any of its offers is on sale."""
    offers = [row for row in books.offers.values() if row.supplier == supplier]
    years = [any(node.opens(year, row.from_, row.to) for row in offers) for year in node.calendar_years]
    return float(books.suppliers[supplier].setup_musd_per_year or 0.0) * sum(years) / node.years


def check_dealings(books: Books, flows: list[Flow]) -> None:
    """Who is bought from, and costs something to deal with, is dealt with."""
    bought: dict[tuple[str, str], float] = defaultdict(float)
    for flow in flows:
        if flow.offer:
            bought[books.offers[flow.offer].supplier, flow.node] += flow.tons
    dealt = {(row.supplier, row.node) for row in books.table("dealings")}
    for (supplier, node), tons in bought.items():
        if tons > NOTHING and books.suppliers[supplier].setup_musd_per_year and (supplier, node) not in dealt:
            where = f"supplier {supplier}, in {node}"
            books.findings.add("dealing", where, "dealt with", "not", "goods are bought from it")
