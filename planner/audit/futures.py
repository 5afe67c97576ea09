"""What each future costs and how dear the dear ones are, added up along the tree."""

from __future__ import annotations

from planner.audit.books import Books, added
from planner.audit.calendar import futures_of
from planner.audit.demand import loss
from planner.audit.finding import MONEY, RELATIVE
from planner.audit.rows import Row

UNITS = {
    "expected_cost": "M$",
    "cvar_cost": "M$",
    "worst_cost": "M$",
    "cvar_shortage": "M$ undiscounted",
    "exposure": "M$ at risk",
}
OF_FUTURES = {
    "expected_cost_musd": "expected_cost",
    "cvar_cost_musd": "cvar_cost",
    "worst_cost_musd": "worst_cost",
    "cvar_shortage_musd": "cvar_shortage",
}
ALL_FUTURES = ""  # the node of a limit on one of these


def check_futures(books: Books, at_risk_musd: float) -> tuple[float, float]:
    """The futures' probabilities, costs and shortage, the measures of risk, and the limits on them.

    Returns the mean of the dearest, and what missed limits cost.
    """
    futures, rows = futures_of(books.case), books.table("scenarios")
    wanted, told = [future.name for future in futures], [row.scenario for row in rows]
    if sorted(wanted) != sorted(told):
        books.findings.add("scenarios", "table", ", ".join(wanted), ", ".join(told), "these are not the case's futures")
        return 0.0, 0.0
    _check_rows(books)
    level = float(books.setting("cvar_level"))
    costs = [(row.cost_musd, row.probability) for row in rows]
    expected: dict[str, float] = {
        "expected_cost": sum(musd * share for musd, share in costs),
        "cvar_cost": mean_of_dearest(costs, level),
        "worst_cost": max(musd for musd, _ in costs),
        "cvar_shortage": mean_of_dearest([(row.shortage_musd, row.probability) for row in rows], level),
        "exposure": at_risk_musd,
    }
    _check_measures(books, expected)
    return expected["cvar_cost"], _check_limits(books, expected)


def _check_rows(books: Books) -> None:
    """Each future ends in its leaf, is as likely as the case says, and costs and lacks what its nodes do."""
    chance = {future.name: future.probability for future in futures_of(books.case)}
    leaf_of = {name: leaf.name for leaf in books.tree.leaves for name in leaf.futures}
    cost = added(books.table("costs"), "node", column="discounted_musd")
    short: dict[str, float] = {}
    for line in books.table("shortages"):
        lost = line.t_per_year * loss(books, line.segment, books.node(line.node)) / 1e6
        short[line.node] = short.get(line.node, 0.0) + books.node(line.node).years * lost
    for row in books.table("scenarios"):
        name, where = row.scenario, f"scenario {row.scenario}"
        if row.leaf != leaf_of[name]:
            books.findings.add("scenarios", where, leaf_of[name], row.leaf, "this is not where the future ends")
            continue
        path = books.node(row.leaf).path
        for found, expected, message in (
            (row.probability, chance[name], "probability is not the case's"),
            (row.cost_musd, sum(cost.get(node, 0.0) for node in path), "cost_musd is not what its nodes cost"),
            (row.shortage_musd, sum(short.get(node, 0.0) for node in path), "shortage_musd is not its nodes' loss"),
        ):
            books.findings.equal("scenarios", where, expected, found, message, MONEY)


def _check_measures(books: Books, expected: dict[str, float]) -> None:
    """The table of risk tells each measure once, in its unit."""
    told = {row.measure: row for row in books.table("risk")}
    if set(told) != set(expected):
        books.findings.add("risk", "table", ", ".join(expected), ", ".join(told), "these are not the measures of risk")
    for measure, row in told.items():
        if row.unit != UNITS.get(measure, row.unit):
            books.findings.add("risk", measure, UNITS[measure], row.unit, "it is in another unit")
        message = "the measure of risk is not what the futures give"
        books.findings.equal("risk", measure, expected.get(measure, 0.0), row.value, message, MONEY)


def _check_limits(books: Books, expected: dict[str, float]) -> float:
    """Each limit on a measure of risk has one row, and holds or says what it misses; returns what that costs."""
    told: dict[str, list[Row]] = {}
    for row in books.table("limits"):
        if row.node == ALL_FUTURES:
            told.setdefault(row.limit, []).append(row)
    paid = 0.0
    for limit in books.sheet("limits"):
        if limit.measure in OF_FUTURES:
            rows = told.get(limit.limit, [])
            if [row.each for row in rows] != [""]:
                where = f"limit {limit.limit}"
                books.findings.add("limits", where, "a row", f"{len(rows)} rows", "the limit has one row, for all")
                continue
            _check_limit(books, limit, rows[0], expected[OF_FUTURES[limit.measure]])
            paid += rows[0].missed * (limit.penalty_per_unit or 0.0) / 1e6
    return paid


def _check_limit(books: Books, limit: Row, row: Row, measure: float) -> None:
    """The row says what the limit does and what the futures come to; what is over it is missed, and must be allowed."""
    where, over = f"limit {limit.limit}, over all futures", measure - limit.value
    if (row.measure, row.sense, row.value) != (limit.measure, limit.sense, limit.value):
        says = f"{row.measure} {row.sense} {row.value}"
        message = "the row does not say what the limit does"
        books.findings.add("limits", where, f"{limit.measure} {limit.sense} {limit.value}", says, message)
    message = "it is not what the plan adds up to"
    books.findings.equal("limit reached", where, measure, row.reached, message, MONEY)
    if limit.penalty_per_unit is None and over > RELATIVE * max(MONEY, measure, limit.value):
        books.findings.add("limit", where, f"at most {limit.value:.10g}", measure, "the limit does not hold")
    allowed = max(0.0, over) if limit.penalty_per_unit is not None else 0.0
    message = "missed is not what the limit is missed by"
    books.findings.equal("limit missed", where, allowed, row.missed, message, MONEY, max(measure, limit.value))


def mean_of_dearest(costs: list[tuple[float, float]], level: float) -> float:
    """The mean over the dearest part of the futures, 1 - level of them; of the dearest alone where that is nothing."""
    if level >= 1.0:
        return max(musd for musd, _ in costs)
    wanted, total, filled = 1.0 - level, 0.0, 0.0
    for musd, share in sorted(costs, reverse=True):
        part = min(share, wanted - filled)
        total, filled = total + part * musd, filled + part
    return total / wanted
