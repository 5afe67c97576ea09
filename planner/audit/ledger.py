"""Three books of the same money: the lines worked out anew, the plan's ledger, and the plan's costs. All must agree.

The ledger is compared line by line on what a line is about; lines about the same thing are added first.
"""

from __future__ import annotations

from collections import defaultdict
from math import fsum

from planner.audit.books import Books
from planner.audit.costs import USD_PER_MUSD, About, Ledger, Line, account
from planner.audit.environment import exposure
from planner.audit.finding import MONEY, TONS
from planner.audit.flows import Flow
from planner.audit.futures import check_futures


def check_ledger(books: Books, ours: Ledger, flows: list[Flow]) -> None:
    """Each line's own arithmetic, the lines against those worked out anew, their sums against costs and objective."""
    theirs: dict[About, Line] = defaultdict(Line)
    for row in books.table("ledger"):
        about = (row.term, row.layer, row.item, row.material, row.from_, row.to, row.node)
        line = theirs[about]
        line.tons += row.t_per_year or 0.0
        line.musd += row.musd_per_year
        line.worth += row.discounted_musd
        if row.t_per_year is not None and row.usd_per_t is not None:
            product = row.t_per_year * row.usd_per_t / USD_PER_MUSD
            message = "musd_per_year is not t_per_year times usd_per_t"
            books.findings.equal("ledger line", _where(about), product, row.musd_per_year, message, MONEY)
    for about in dict.fromkeys((*ours.lines, *theirs)):
        _check_line(books, about, ours.lines.get(about, Line()), theirs.get(about, Line()))
    _check_costs(books, ours, theirs)
    _check_objective(books, ours, flows)


def _check_line(books: Books, about: About, ours: Line, theirs: Line) -> None:
    """The same tons and the same money."""
    for name, expected, found, floor in (
        ("t_per_year", ours.tons, theirs.tons, TONS),
        ("musd_per_year", ours.musd, theirs.musd, MONEY),
        ("discounted_musd", ours.worth, theirs.worth, MONEY),
    ):
        message = f"{name} is not what the case's rows and the plan give"
        books.findings.equal("ledger", _where(about), expected, found, message, floor)


def _check_costs(books: Books, ours: Ledger, theirs: dict[About, Line]) -> None:
    """The table of costs is the sum of the lines, of ours and of the ledger's, by term, layer and node."""
    told = {(row.term, row.layer, row.node): row.discounted_musd for row in books.table("costs")}
    summed: dict[tuple[str, str, str], float] = defaultdict(float)
    for about, line in theirs.items():
        summed[account(about[0], about[1], about[-1])] += line.worth
    for whose, sums in (("the case's rows and the plan give", ours.accounts()), ("the ledger adds up to", summed)):
        for key in dict.fromkeys((*sums, *told)):
            message = f"the term is not what {whose}"
            where = ", ".join(word for word in key if word)
            books.findings.equal("costs", where, sums.get(key, 0.0), told.get(key, 0.0), message, MONEY)


def _check_objective(books: Books, ours: Ledger, flows: list[Flow]) -> None:
    """The objective: expected cost, its dear tail, exposure and missed limits; no plan beats its bound."""
    tree, plan = books.tree, books.plan
    chance = {node.name: node.probability for node in tree.nodes}
    price, (_, at_risk) = books.setting("exposure_price") or 0.0, exposure(books, flows)
    exposed = sum(chance[node] * tree.discount[node] * musd for node, musd in at_risk.items())
    weight = float(books.setting("risk_weight") or 0.0)
    dear, missed = check_futures(books, exposed)
    extra = price * exposed + weight * dear + missed + ranked(books, flows)
    told = sum(chance[row.node] * row.discounted_musd for row in books.table("costs"))
    added = sum(chance[key[-1]] * worth for key, worth in ours.accounts().items())
    # The objective is a difference of large sums where much is sold, so its error is measured by what went into it.
    size = sum(abs(worth) for worth in ours.accounts().values())
    for source, total in (("by the table of costs", told), ("by the case's rows and the plan", added)):
        message = "cost_musd is not the sum of costs"
        books.findings.equal("cost", source, total, plan.cost_musd, message, MONEY, size)
        message = "the objective is not the costs and what is weighed beside them"
        books.findings.equal(
            "objective", source, (1.0 - weight) * total + extra, plan.objective_musd, message, MONEY, size
        )
    if plan.bound_musd is not None:
        message = "the proven bound is above the plan's own objective"
        books.findings.at_most("bound", "plan", plan.objective_musd, plan.bound_musd, message, MONEY, size)


def ranked(books: Books, flows: list[Flow]) -> float:
    """The malus of what is bought less its bonus, M$: discounted and expected, and in no cost."""
    tree, malus = books.tree, {name: row.ranking_usd_per_t or 0.0 for name, row in books.offers.items()}
    chance = {node.name: node.probability * tree.discount[node.name] for node in tree.nodes}
    return fsum(chance[flow.node] * flow.tons * malus[flow.offer] / USD_PER_MUSD for flow in flows if flow.offer)


def _where(about: About) -> str:
    term, layer, item, material, start, end, node = about
    named = ((material, "of "), (start, "from "), (end, "to "), (node, "in "))
    said = [word for word in (term, layer, item) if word]
    return ", ".join(said + [f"{before}{word}" for word, before in named if word])
