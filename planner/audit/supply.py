"""What may be bought: offers on sale, from qualified suppliers, up to their caps, from their minimum orders on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import inf

from planner.audit.books import Books, added
from planner.audit.calendar import FOREVER, Node
from planner.audit.finding import NOTHING
from planner.audit.flows import LIFT, Flow
from planner.audit.offers import ordered, share_on_sale, stated_cap, supply_factor
from planner.audit.partnerships import added_supply, effects, in_force_from, restored_trust
from planner.audit.rows import Row
from planner.audit.trust import trust_factor


def open_from(books: Books, offer: Row, node: Node) -> int:
    """The first year in which an offer can be bought from, as seen from a node."""
    needs = in_force_from(books, offer.requires, node) if offer.requires else 0
    return max(int(offer.from_ or 0), qualified_from(books, offer.supplier, node), needs)


def qualified_from(books: Books, supplier: str, node: Node) -> int:
    """The first year in which a supplier may be bought from, as seen from a node.

    One that is qualified always may; another one `qualification_years` after its qualification began on the path.
    """
    row = books.suppliers[supplier]
    if row.qualified:
        return 0
    begun = (books.node(n).period for n in books.qualified_in.get(supplier, ()) if n in node.path)
    return min((year + int(row.qualification_years or 0) for year in begun), default=FOREVER)


def years_delivered(books: Books, offer: Row, node: Node, destination: str = "") -> dict[int, float]:
    """For each year of a node in which an offer delivers (to a country): the share of its cap that events leave."""
    first, last = open_from(books, offer, node), offer.to or FOREVER
    years = [year for year in node.calendar_years if first <= year <= last]
    shares = {year: supply_factor(books, offer, node, year, destination) for year in years}
    return {year: share for year, share in shares.items() if share > 0}


def cap(books: Books, offer: Row, node: Node, destination: str = "") -> float:
    """The most that can be bought of an offer in a node (for a country), spot and under contract together.

    Year by year, in the years in which it is on sale, its supplier qualified and its partnership in force: its cap
    as far as events leave it, less what distrust withholds, plus what partnerships in force restore and add. An offer
    without a cap stays without one if it delivers in any year.
    """
    anywhere = years_delivered(books, offer, node)
    return _tons(books, offer, node, years_delivered(books, offer, node, destination), anywhere, node)


def on_offer(books: Books, offer: Row, node: Node) -> float:
    """The most of an offer in a node before anything is decided: who must be qualified or joined first is not asked.

    In the years in which it is on sale, with what partnerships add and restore that were signed before.
    """
    years = years_on_sale(books, offer, node)
    return _tons(books, offer, node, years, years, replace(node, path=()))


def years_on_sale(books: Books, offer: Row, node: Node, destination: str = "") -> dict[int, float]:
    """For each year of a node in which an offer is on sale (to a country): the share of its cap that events leave."""
    years = [year for year in node.calendar_years if (offer.from_ or 0) <= year <= (offer.to or FOREVER)]
    shares = {year: supply_factor(books, offer, node, year, destination) for year in years}
    return {year: share for year, share in shares.items() if share > 0}


def _tons(
    books: Books, offer: Row, node: Node, years: dict[int, float], anywhere: dict[int, float], agreed: Node
) -> float:
    """What an offer comes to over these years, with the partnerships that were entered on the way to `agreed`."""
    stated = stated_cap(books, offer.offer, node)
    if not years:
        return 0.0
    if stated == inf:
        return inf
    withheld = stated * (1.0 - trust_factor(books, offer.origin, node))
    kept = sum((stated - withheld) * share for share in years.values())
    restored = added_in = 0.0
    for year, share in anywhere.items():
        restored += withheld * share * restored_trust(books, offer.origin, agreed, year)
        added_in += added_supply(books, offer.offer, agreed, year)
    return (kept + min(restored, withheld * sum(anywhere.values())) + added_in) / node.years


def check_supply(books: Books, flows: list[Flow]) -> None:
    """What is bought of each offer stays within its cap; spot purchases are nothing or at least the minimum order."""
    spot = added(books.table("purchases"), "offer", "node")
    lifted: dict[tuple[str, str], float] = defaultdict(float)
    for row in books.table("lifts"):
        lifted[books.contracts[row.contract].offer, row.node] += row.t_per_year
    orders = {(row.offer, row.node) for row in books.table("orders")}
    for offer in books.offers.values():
        for node in books.nodes:
            key, where = (offer.offer, node.name), f"offer {offer.offer}, in {node.name}"
            total = spot.get(key, 0.0) + lifted.get(key, 0.0)
            if total:
                bound = cap(books, offer, node)
                books.findings.at_most("offer cap", where, bound, total, "more is bought than can be")
                _check_first_order(books, offer, node, spot.get(key, 0.0), lifted.get(key, 0.0), "")
            _check_order(books, offer, node, spot.get(key, 0.0), key in orders)
    _check_destinations(books, flows)
    _check_qualifications(books)
    _check_partners(books)


def _check_destinations(books: Books, flows: list[Flow]) -> None:
    """Where events hold goods back from a country, no more of an offer goes there than they leave."""
    sent: dict[tuple[str, str, str], float] = defaultdict(float)
    lifted: dict[tuple[str, str, str], float] = defaultdict(float)
    for flow in flows:
        if flow.offer and any(e.kind == "supply" and e.destination for e in books.node(flow.node).events):
            sent[flow.offer, flow.to_country, flow.node] += flow.tons
            lifted[flow.offer, flow.to_country, flow.node] += flow.tons * (flow.kind == LIFT)
    for (name, country, node_name), tons in sent.items():
        bound = cap(books, books.offers[name], books.node(node_name), country)
        where = f"offer {name}, to {country}, in {node_name}"
        books.findings.at_most("supply to a country", where, bound, tons, "more goes there than events leave")
        under = lifted[name, country, node_name]
        _check_first_order(books, books.offers[name], books.node(node_name), tons - under, under, country)


def _check_first_order(books: Books, offer: Row, node: Node, spot: float, lifted: float, country: str) -> None:
    """Of what is on sale in a year only what is left when the first order arrives comes at spot, beside contracts."""
    left = ordered(books, offer, node)
    if min(left) == 1.0:
        return
    years = years_on_sale(books, offer, node, country)
    later = {year: share * left[year - node.period] for year, share in years.items()}
    anywhere = years_delivered(books, offer, node)
    bound = _tons(books, offer, node, later, anywhere, node) if later else 0.0
    share = sum(later.values()) / sum(years.values()) if years else 0.0
    where = f"offer {offer.offer}{f', to {country}' if country else ''}, in {node.name}"
    message = "more is ordered than arrives, the first order being on its way"
    books.findings.at_most("first order", where, bound, spot + share * lifted, message)


def _check_order(books: Books, offer: Row, node: Node, spot: float, ordered: bool) -> None:
    """An offer with a minimum order is ordered where it is bought from, and then at least that much."""
    where, least = f"offer {offer.offer}, in {node.name}", offer.min_order_t_per_year or 0.0
    if ordered != (least > 0 and spot > NOTHING):
        says = "an order" if ordered else "no order"
        message = "orders are the offers with a minimum order that are bought from"
        books.findings.add("orders", where, "no order" if ordered else "an order", says, message)
    elif ordered:
        bound = least * share_on_sale(books, offer, node)
        books.findings.at_least("minimum order", where, bound, spot, "less is bought than the minimum order")


def _check_qualifications(books: Books) -> None:
    """Nobody is qualified twice on a path, nor one who is qualified from the first day."""
    for supplier, nodes in books.qualified_in.items():
        if books.suppliers[supplier].qualified:
            where, message = f"supplier {supplier}", "the supplier is qualified from the first day"
            books.findings.add("qualification", where, "none", ", ".join(nodes), message)
        books.check_once("qualification", f"supplier {supplier}", nodes, "qualified more than once on a path")


def _check_partners(books: Books) -> None:
    """What each partnership adds to each offer in its years in force: outright, and of what distrust withholds."""
    told = added(books.table("partner_supply"), "partnership", "offer", "node")
    ours: dict[tuple[str, str, str], float] = defaultdict(float)
    for offer in books.offers.values() if effects(books, "adds supply") + effects(books, "restores trust") else ():
        for node in books.nodes:
            for name in books.partnerships:
                ours[name, offer.offer, node.name] = _given(books, name, offer, node)
    for key in dict.fromkeys((*ours, *told)):
        name, seller, node_name = key
        where, message = f"partnership {name}, {seller}, in {node_name}", "t_per_year is not what it adds"
        books.findings.equal("supply added", where, ours.get(key, 0.0), told.get(key, 0.0), message)


def _given(books: Books, partnership: str, offer: Row, node: Node) -> float:
    """What one partnership adds to an offer, t a year of a node."""
    since = in_force_from(books, partnership, node)
    if since > node.last_year:
        return 0.0
    shares = {year: share for year, share in years_on_sale(books, offer, node).items() if year >= since}
    own = [row for row in books.sheet("partnership_effects") if row.partnership == partnership]
    outright = sum(row.value for row in own if row.effect == "adds supply" and row.applies_to == offer.offer)
    tons = float(outright * len(shares))
    stated = stated_cap(books, offer.offer, node)
    if stated != inf and books.partnerships[partnership].country == offer.origin:
        restores = min(1.0, sum(row.value for row in own if row.effect == "restores trust"))
        if restores:
            withheld = stated * (1.0 - trust_factor(books, offer.origin, node))
            tons += restores * withheld * sum(shares.values())
    return tons / node.years
