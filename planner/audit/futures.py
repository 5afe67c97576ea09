"""What each future costs and how dear the dear ones are, added up along the tree."""

from __future__ import annotations

from planner.audit.books import Books, added
from planner.audit.finding import MONEY


def check_futures(books: Books, at_risk_musd: float) -> float:
    """The futures' probabilities, costs and shortage, and the measures of risk; returns the mean of the dearest."""
    rows, level = books.table("scenarios"), float(books.setting("cvar_level"))
    cost = added(books.table("costs"), "node", column="discounted_musd")
    years = {node.name: node.years for node in books.tree.nodes}
    short: dict[str, float] = {}
    for line in books.table("ledger"):
        if line.term == "shortage":
            short[line.node] = short.get(line.node, 0.0) + years[line.node] * line.musd_per_year
    say = books.findings.equal
    for row in rows:
        path = books.node(row.leaf).path
        message = "the future does not cost what its nodes do"
        say("scenarios", row.scenario, sum(cost.get(n, 0.0) for n in path), row.cost_musd, message, MONEY)
        message = "the future's loss from shortage is not that of its nodes"
        say("scenarios", row.scenario, sum(short.get(n, 0.0) for n in path), row.shortage_musd, message, MONEY)
    chance = {leaf.name: 0.0 for leaf in books.tree.leaves}
    for row in rows:
        chance[row.leaf] = chance.get(row.leaf, 0.0) + row.probability
    message = "the futures of a leaf do not make its probability"
    for leaf in books.tree.leaves:
        say("scenarios", leaf.name, leaf.probability, chance[leaf.name], message)
    costs = [(row.cost_musd, row.probability) for row in rows]
    tail = _mean_of_dearest(costs, level)
    expected = {
        "expected_cost": sum(musd * share for musd, share in costs),
        "cvar_cost": tail,
        "worst_cost": max(musd for musd, _ in costs),
        "cvar_shortage": _mean_of_dearest([(row.shortage_musd, row.probability) for row in rows], level),
        "exposure": at_risk_musd,
    }
    told = {row.measure: row.value for row in books.table("risk")}
    for measure in sorted({*expected, *told}):
        message = "the measure of risk is not what the futures give"
        say("risk", measure, expected.get(measure, 0.0), told.get(measure, 0.0), message, MONEY)
    return tail


def _mean_of_dearest(costs: list[tuple[float, float]], level: float) -> float:
    """The mean over the dearest part of the futures, 1 - level of them; of the dearest alone where that is nothing."""
    if level >= 1.0:
        return max(musd for musd, _ in costs)
    wanted = 1.0 - level
    total, filled = 0.0, 0.0
    for musd, share in sorted(costs, reverse=True):
        part = min(share, wanted - filled)
        total, filled = total + part * musd, filled + part
    return total / wanted
