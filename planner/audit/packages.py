"""Offers that are sold in whole lots, and offers that are bought only with others."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books, added
from planner.audit.finding import RELATIVE, TONS
from planner.audit.flows import Flow
from planner.audit.offers import share_on_sale


def check_packages(books: Books, flows: list[Flow]) -> None:
    """Spot purchases are whole lots; of the other offer there is enough, spot and under contract together."""
    spot = added(books.table("purchases"), "offer", "node")
    for (name, node), tons in spot.items():
        offer = books.offers[name]
        if offer.lot_t_per_year:
            lot = offer.lot_t_per_year * share_on_sale(books, offer, books.node(node))
            odd = abs(tons - round(tons / lot) * lot)
            if odd > RELATIVE * max(TONS, tons):
                where, message = f"offer {name}, in {node}", "what is bought is no whole number of lots"
                books.findings.add("lots", where, f"lots of {lot:.10g} t", tons, message)
    bought: dict[tuple[str, str], float] = defaultdict(float)
    for flow in flows:
        if flow.offer:
            bought[flow.offer, flow.node] += flow.tons
    for row in books.sheet("bundles"):
        for node in books.nodes:
            asked = row.t_per_t * bought.get((row.offer, node.name), 0.0)
            where, message = f"offer {row.offer}, in {node.name}", f"too little of {row.with_offer} is bought with it"
            books.findings.at_least("bundle", where, asked, bought.get((row.with_offer, node.name), 0.0), message)
