"""Those who are bought from today: what must stay of their awards, unless they were left, which is paid for once."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.contracts import places_served, trusted
from planner.audit.events import effect, thing_of
from planner.audit.flows import Flow
from planner.audit.rows import Row
from planner.audit.supply import years_delivered


def stays(books: Books, offer: Row, node: Node) -> float:
    """Tons a year of an offer's awards that stay in a node: what can be delivered to where most of it may go.

    To a place to which events close the lane nothing can.
    """
    awarded = sum(row.t_per_year for row in books.sheet("awards") if row.offer == offer.offer)
    countries = {books.country_of[p] for p in places_served(books, offer) if _lane_open(books, offer, p, node)}
    delivered = (sum(years_delivered(books, offer, node, country).values()) for country in countries)
    share = max(delivered, default=0.0) / node.years * trusted(books, offer, node)
    return float(awarded * (offer.stays_share or 0.0) * share)


def _lane_open(books: Books, offer: Row, place: str, node: Node) -> bool:
    words = {"country": offer.origin, "destination": books.country_of[place], "place": place}
    return effect(books, node, "lane", thing_of(books, offer.material, **words)).factor > 0


def check_incumbents(books: Books, flows: list[Flow]) -> None:
    """Each award stays by its share, where it can be bought, until the offer is left, once on a path and if allowed."""
    bought: dict[tuple[str, str], float] = defaultdict(float)
    for flow in flows:
        if flow.offer:
            bought[flow.offer, flow.node] += flow.tons
    quoted = {(row.offer, row.node) for row in books.table("quotes")}  # where nobody can use it, none of it stays
    left: dict[str, list[str]] = defaultdict(list)
    for row in books.table("leavings"):
        left[row.offer].append(row.node)
    for offer in books.offers.values():
        where = f"offer {offer.offer}"
        nodes = left.get(offer.offer, [])
        if nodes and (offer.leaving_musd is None or not offer.stays_share):
            books.findings.add("leaving", where, "stays", ", ".join(nodes), "the offer may not be left")
        books.check_once("leaving", where, nodes, "left more than once on a path")
        if not offer.stays_share:
            continue
        for node in books.nodes:
            if (offer.offer, node.name) in quoted and not any(name in node.path for name in nodes):
                bound = stays(books, offer, node)
                message = "less is bought than stays of today's award"
                tons = bought.get((offer.offer, node.name), 0.0)
                books.findings.at_least("award that stays", f"{where}, in {node.name}", bound, tons, message)
