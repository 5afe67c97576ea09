"""Offtake contracts: when they are signed, what they commit to, what is lifted, forfeited, and made up later."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from planner.audit.books import Books, added
from planner.audit.calendar import FOREVER, Node
from planner.audit.finding import NOTHING
from planner.audit.flows import route_of
from planner.audit.lanes import Lanes
from planner.audit.offers import arrives, comes, contract_prices, stated_cap, supply_factor, with_weights, yearly_prices
from planner.audit.rows import Row
from planner.audit.supply import on_offer
from planner.audit.trust import trust_factor


def committed(books: Books, contract: Row, node: Node) -> float:
    """The tons a year that a contract commits to in a node, as far as the supplier can deliver.

    A signed contract has its largest volume; another one the volumes at which it was signed on the path, each from the
    year of its signing on.
    """
    if contract.signed:
        return float(contract.max_t_per_year * delivered(books, contract, node, 0))
    tons = 0.0
    for row in books.signed.get(contract.contract, ()):
        if row.node in node.path:
            tons += row.volume_t_per_year * delivered(books, contract, node, books.node(row.node).period)
    return tons


def delivered(books: Books, contract: Row, node: Node, signed_in: int) -> float:
    """The share of a contract's volume that its supplier can deliver in a node, at the best place it can go to.

    Years count that lie in the term, after signing, and in which the offer is on sale; each with what events leave.
    """
    offer = books.offers[contract.offer]
    first, last = max(signed_in, contract.from_, offer.from_ or 0), min(contract.to, offer.to or FOREVER)
    years = [year for year in node.calendar_years if first <= year <= last]
    if not node.events:
        return len(years) / node.years
    countries = {books.country_of[place] for place in places_served(books, offer)} or {""}
    ways = [sum(supply_factor(books, offer, node, year, country) for year in years) for country in countries]
    return max(ways) / node.years


def comes_under(books: Books, contract: Row, node: Node, country: str) -> tuple[float, ...]:
    """How much of a contract's volume comes to a country in each year of a node, as of its offer in the term."""
    delivers = comes(books, books.offers[contract.offer], node, country)
    term = range(int(contract.from_), int(contract.to) + 1)
    return tuple(share if year in term else 0.0 for year, share in zip(node.calendar_years, delivers, strict=True))


def contract_price(books: Books, contract: str, node: Node) -> float:
    """What a ton under a contract costs in a node: a mean over its years, each with what comes where most does then."""
    row, prices = books.contracts[contract], contract_prices(books, contract, node)
    if not node.events and min(prices) == max(prices):
        return prices[0]
    offer = books.offers[row.offer]
    countries = {books.country_of[place] for place in places_served(books, offer)} or {""}
    delivers = [comes_under(books, row, node, country) for country in countries]
    return with_weights(prices, [max(year) for year in zip(*delivers, strict=True)])


def trusted(books: Books, contract: Row, node: Node) -> float:
    """The share of what a contract commits to that the buyer owes: nothing of what distrust withholds.

    Nor anything where the offer has a cap of nothing in the period. What has no cap is not withheld.
    """
    stated = stated_cap(books, contract.offer, node)
    if stated == inf:
        return 1.0
    return trust_factor(books, books.offers[contract.offer].origin, node) if stated else 0.0


def places_served(books: Books, offer: Row) -> set[str]:
    """The places that a lane connects with an offer and where its material is used, kept or needed."""
    lanes = Lanes(books)
    return {
        place
        for place in books.country_of
        if takes(books, place, offer.material)
        and (offer.ships_from == place or lanes.fitting(route_of(books, offer, place)))
    }


def takes(books: Books, place: str, material: str) -> bool:
    """Whether a plant, a stockpile or a segment at a place can do anything with a material."""
    eaten = any(
        row.facility in books.facilities
        and books.facilities[row.facility].place == place
        and any(line.material == material and line.t_per_t < 0 for line in books.recipes.get(row.process, ()))
        for row in books.processes.values()
    )
    kept = any(row.place == place and row.material == material for row in books.sheet("stocks"))
    needed = any(
        row.place == place and material in (row.material, *(w.material for w in books.substitutes.get(name, ())))
        for name, row in books.segments.items()
    )
    return eaten or kept or needed


def check_contracts(books: Books) -> None:
    """Contracts are signed as offered, lifted within their volume, paid for if not taken, and made up in time."""
    lifted = added(books.table("lifts"), "contract", "node")
    forfeited = added(books.table("forfeits"), "contract", "node")
    told = {(row.contract, row.node): row for row in books.table("commitments")}
    made_up = added(books.table("make_ups"), "contract", "node")
    for contract in books.contracts.values():
        _check_signing(books, contract)
        later = _check_make_up(books, contract, forfeited)
        for node in books.nodes:
            key, where = (contract.contract, node.name), f"contract {contract.contract}, in {node.name}"
            bound = committed(books, contract, node)
            _check_commitment(books, contract, node, bound, told.get(key), where)
            lift, again = lifted.get(key, 0.0), made_up.get(key, 0.0)
            books.findings.at_most("contract", where, bound, lift, "more is lifted than was signed for")
            books.findings.at_most("contract", where, lift, again, "more is made up than is lifted")
            duty = (contract.take_or_pay_share or 0.0) * bound * trusted(books, contract, node)
            paid = lift - again + forfeited.get(key, 0.0)
            books.findings.at_least("take or pay", where, duty, paid, "less is taken or paid for than must be")
            if node.name in later and forfeited.get(key, 0.0) > NOTHING:
                books.findings.at_most("make-up", where, duty, paid, "more is paid for in advance than is owed")


def agreed(books: Books, contract: Row, node: Node) -> float:
    """The tons a year of a contract's volume that fall into its term in a node, whatever its supplier can deliver."""
    if contract.signed:
        return float(contract.max_t_per_year * node.share_open(contract.from_, contract.to))
    tons = 0.0
    for row in books.signed.get(contract.contract, ()):
        if row.node in node.path:
            first = max(contract.from_, books.node(row.node).period)
            tons += row.volume_t_per_year * node.share_open(first, contract.to)
    return tons


def _check_commitment(books: Books, contract: Row, node: Node, bound: float, told: Row | None, where: str) -> None:
    """The plan tells what is agreed, what of it can be delivered, and what a ton costs on the spot meanwhile."""
    volume = agreed(books, contract, node)
    if not (told and told.deliverable_t_per_year) and not on_offer(books, books.offers[contract.offer], node):
        bound = 0.0  # the seller has nothing then, unless a partnership could add to it
    for name, expected in (("agreed_t_per_year", volume), ("deliverable_t_per_year", bound)):
        found = getattr(told, name) if told else 0.0
        books.findings.equal("commitment", where, expected, found, f"{name} is not what the contract gives")
    if told and told.spot_usd_per_t is not None:
        weights = arrives(books, books.offers[contract.offer], node)
        price = with_weights(yearly_prices(books, contract.offer, node), weights)
        message = "spot_usd_per_t is not what the offer costs"
        books.findings.equal("commitment", where, price, told.spot_usd_per_t, message)
    elif bound > NOTHING:
        books.findings.add("commitment", where, "a price", "nothing", "the plan tells no spot price")


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
        if not _expected(books, contract, node):
            message = "nothing comes in its term, as far as is known then"
            books.findings.add("signing", where, "deliveries", "none", message)
        volume = row.volume_t_per_year
        books.findings.at_least("signing", where, contract.min_t_per_year or 0.0, volume, "signed for too little")
        books.findings.at_most("signing", where, contract.max_t_per_year, volume, "signed for too much")
    where, nodes = f"contract {contract.contract}", [row.node for row in signings]
    books.check_once("signing", where, nodes, "signed more than once on a path")


def _expected(books: Books, contract: Row, node: Node) -> bool:
    """Whether anything can come of a contract in its term and the horizon, as far as a node knows."""
    offer = books.offers[contract.offer]
    first = max(node.period, contract.from_, offer.from_ or 0)
    last = min(contract.to, offer.to or FOREVER, max(n.last_year for n in books.nodes))
    countries = {books.country_of[place] for place in places_served(books, offer)} or {""}
    years = range(int(first), int(last) + 1)
    return any(supply_factor(books, offer, node, year, country) > 0 for year in years for country in countries)


def _check_make_up(books: Books, contract: Row, forfeited: dict[tuple[str, str], float]) -> set[str]:
    """What was paid and not taken is made up later on the path, within the years allowed, and once.

    Hands back the nodes in which it was paid.
    """
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
    return set(taken)
