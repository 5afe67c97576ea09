"""Public support: grants on what is built, credits and price floors on what is made, each within its cap."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.finding import MONEY
from planner.audit.offers import base_price
from planner.audit.plants import capex, made
from planner.audit.rows import Row


def check_incentives(books: Books) -> None:
    """Grants and support are no more than the case allows, build by build, node by node, and within caps on paths."""
    tons = made(books)
    paid: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in books.table("grants"):
        paid[row.incentive][row.node] += row.musd
        _check_grant(books, row)
    for row in books.table("support"):
        incentive, node = books.incentives[row.incentive], books.node(row.node)
        paid[row.incentive][row.node] += row.musd_per_year * node.years
        where, bound = f"{row.incentive}, in {row.node}", most_support(books, incentive, node, tons)
        books.findings.at_most("support", where, bound, row.musd_per_year, "more is paid than is made for", MONEY)
    for name, by_node in paid.items():
        cap = books.incentives[name].cap_musd
        for leaf in books.tree.leaves:
            total = sum(musd for node, musd in by_node.items() if node in leaf.path)
            bound = inf if cap is None else cap
            books.findings.at_most("incentive cap", f"{name}, to {leaf.name}", bound, total, "more than its cap", MONEY)


def _check_grant(books: Books, row: Row) -> None:
    """A grant goes to a build that the plan begins, in the incentive's years, and pays its share of the capex."""
    incentive, option, node = books.incentives[row.incentive], books.options[row.option], books.node(row.node)
    where = f"{row.incentive} to {row.option}, in {row.node}"
    size = books.build_sizes.get((row.option, row.with_partnership, row.node))
    allowed = (
        incentive.kind == "capex grant"
        and incentive.applies_to in (row.option, option.facility)
        and (incentive.from_ or 0) <= node.period <= (incentive.to or inf)
    )
    bound = (incentive.share or 0.0) * capex(books, option, size, node) if allowed and size is not None else 0.0
    books.findings.at_most("grant", where, bound, row.musd, "more is granted than its share of the capex", MONEY)


def most_support(books: Books, incentive: Row, node: Node, tons: dict[tuple[str, str, str, str], float]) -> float:
    """The most that a credit or price floor pays in a node, M$ a year: so much per t of what it counts."""
    share = node.share_open(incentive.from_, incentive.to)
    return sum(
        share * per_ton(books, incentive, material, node) * made_t / 1e6
        for (facility, process, material, name), made_t in tons.items()
        if name == node.name and counts(books, incentive, facility, process, material)
    )


def counts(books: Books, incentive: Row, facility: str, process: str, material: str) -> bool:
    """Whether a ton counts: of the facility or process named (and of the output named), or of the material, at home."""
    if incentive.kind == "capex grant":
        return False
    if incentive.applies_to in books.materials:
        at_home = books.country_of[books.facilities[facility].place] == books.home
        return bool(at_home and material == incentive.applies_to)
    return incentive.applies_to in (facility, process) and incentive.material in ("", material)


def per_ton(books: Books, incentive: Row, material: str, node: Node) -> float:
    """USD per t: the credit, or what the material's cheapest offer falls short of the floor."""
    if incentive.kind == "production credit":
        return incentive.usd_per_t or 0.0
    offers = (o for o in books.offers.values() if o.material == material and node.share_open(o.from_, o.to))
    market = min((base_price(books, offer.offer, node) for offer in offers), default=inf)
    return max(0.0, (incentive.usd_per_t or 0.0) - market)
