"""Public support: grants on what is built, credits and price floors on what is made, each within its cap."""

from __future__ import annotations

from collections import defaultdict
from math import fsum, inf

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.finding import MONEY
from planner.audit.offers import comes, with_weights, yearly_prices
from planner.audit.origin import Origins
from planner.audit.plants import capex, yearly_outputs, years_at_work
from planner.audit.rows import Row


def check_incentives(books: Books, origins: Origins) -> None:
    """Grants and support are no more than the case allows, build by build, node by node, and within caps on paths."""
    paid: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in books.table("grants"):
        paid[row.incentive][row.node] += row.musd
        _check_grant(books, row)
    for row in books.table("support"):
        incentive, node = books.incentives[row.incentive], books.node(row.node)
        paid[row.incentive][row.node] += row.musd_per_year * node.years
        where, bound = f"{row.incentive}, in {row.node}", most_support(books, origins, incentive, node)
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
    build = books.builds.get((row.option, row.with_partnership, row.node))
    allowed = incentive.kind == "capex grant" and incentive.applies_to in (row.option, option.facility)
    share = (incentive.share or 0.0) * share_in_year(incentive, node.period)
    bound = share * capex(books, build, node) if allowed and build is not None else 0.0
    books.findings.at_most("grant", where, bound, row.musd, "more is granted than its share of the capex", MONEY)


def share_in_year(incentive: Row, year: int) -> float:
    """The share of an incentive that is paid in a year: all of it in its years, after them what its phase-out leaves.

    The phase-out takes equal steps, and nothing is left in the year after its last.
    """
    if year < (incentive.from_ or 0):
        return 0.0
    if incentive.to is None or year <= incentive.to:
        return 1.0
    steps = 1.0 + (incentive.phase_out_years or 0.0)
    return float(max(0.0, (steps - (year - incentive.to)) / steps))


def most_support(books: Books, origins: Origins, incentive: Row, node: Node) -> float:
    """The most that a credit or price floor pays in a node, M$ a year: so much per t of what it counts."""
    kept = origins.wanted(incentive, node)
    return fsum(
        run.t_per_year * mean_paid(books, incentive, run.facility, line, node) / 1e6
        for run in books.table("activity")
        if run.node == node.name and origins.implied(kept, origins.promises[run.origin_class])
        for line in books.recipes.get(run.process, ())
        if line.t_per_t > 0 and counts(books, incentive, run.facility, run.process, line.material)
    )


def counts(books: Books, incentive: Row, facility: str, process: str, material: str) -> bool:
    """Whether a ton counts: of the facility or process named, or made at home and of the material or stage named.

    Where the incentive names an output beside, of that alone.
    """
    if incentive.kind == "capex grant":
        return False
    goods = (material, books.materials[material].stage)
    if incentive.applies_to in goods and books.country_of[books.facilities[facility].place] == books.home:
        return incentive.material in ("", material)
    return incentive.applies_to in (facility, process) and incentive.material in ("", material)


def mean_paid(books: Books, incentive: Row, facility: str, line: Row, node: Node) -> float:
    """USD per t of activity: in each year what is paid per ton, times what is made of it, times the share paid.

    As a mean over the years in which the plant can work.
    """
    made, paid = yearly_outputs(books, facility, line, node), per_ton(books, incentive, line.material, node)
    shares = [share_in_year(incentive, year) for year in node.calendar_years]
    yearly = [share * usd * tons for share, usd, tons in zip(shares, paid, made, strict=True)]
    return with_weights(yearly, years_at_work(books, books.facilities[facility], node))


def per_ton(books: Books, incentive: Row, material: str, node: Node) -> list[float]:
    """USD per t in each year: the credit, or what the cheapest offer that delivers then falls short of the floor."""
    stated = incentive.usd_per_t or 0.0
    if incentive.kind == "production credit":
        return [stated] * node.years
    cheapest = [inf] * node.years
    for offer in (offer for offer in books.offers.values() if offer.material == material):
        prices = zip(cheapest, yearly_prices(books, offer.offer, node), comes(books, offer, node), strict=True)
        cheapest = [min(least, price) if share > 0 else least for least, price, share in prices]
    return [max(0.0, stated - least) for least in cheapest]
