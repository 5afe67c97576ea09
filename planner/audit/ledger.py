"""Three books of the same money: the lines worked out anew, the plan's ledger, and the plan's costs. All must agree.

The ledger is compared line by line on what a line is about; lines about the same thing are added first.
"""

from __future__ import annotations

import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.costs import FIGURES, ONE_OFF, USD_PER_MUSD
from planner.audit.finding import MONEY_FLOOR, Finding, listed, unequal

ABOUT = ["term", "layer", "item", "material", "from", "to", "node"]
ACCOUNT = ["term", "layer", "node"]
_LINE = {"term": "", "layer": "", "item": "", "material": "of", "from": "from", "to": "to", "node": "in"}
_SUM = {"term": "", "layer": "", "node": "in"}


def check_ledger(books: Books, expected: pd.DataFrame) -> list[Finding]:
    """Each line's own arithmetic, the lines against those worked out anew, their sums against the costs."""
    return (
        _check_arithmetic(books)
        + _check_lines(books, expected)
        + _check_costs(books, expected)
        + _check_objective(books, expected)
    )


def _check_arithmetic(books: Books) -> list[Finding]:
    """Tons times price is the line's money; money times the node's discount factor is what it is worth."""
    told = books.table("ledger").merge(books.tree.frame[["node", "discount", "discount_first"]], on="node")
    priced = told[told["t_per_year"].notna() & told["usd_per_t"].notna()]
    product = priced["t_per_year"] * priced["usd_per_t"] / USD_PER_MUSD
    findings = unequal(
        "ledger line",
        priced.assign(expected=product, found=priced["musd_per_year"]),
        _LINE,
        "musd_per_year is not t_per_year times usd_per_t",
        MONEY_FLOOR,
    )
    factor = told["discount"].where(~told["term"].isin(ONE_OFF), told["discount_first"])
    worth = told.assign(expected=told["musd_per_year"] * factor, found=told["discounted_musd"])
    return findings + unequal(
        "ledger line", worth, _LINE, "discounted_musd is not musd_per_year times the discount factor", MONEY_FLOOR
    )


def _check_lines(books: Books, expected: pd.DataFrame) -> list[Finding]:
    """About each thing the ledger tells the tons and the money that the plan's tables and the case's prices give."""
    ours, theirs = (
        frame.assign(t_per_year=frame["t_per_year"].fillna(0.0)).groupby(ABOUT, as_index=False)[FIGURES].sum()
        for frame in (expected, books.table("ledger"))
    )
    both = ours.merge(theirs, on=ABOUT, how="outer", suffixes=("_ours", "_theirs"))
    both = both.fillna({f"{f}_{side}": 0.0 for f in FIGURES for side in ("ours", "theirs")})
    # A flow that costs nothing (free freight, no duty) need not stand in the ledger.
    both = both[
        (both["musd_per_year_ours"] != 0) | (both["t_per_year_theirs"] != 0) | (both["musd_per_year_theirs"] != 0)
    ]
    findings: list[Finding] = []
    for figure, floor in (("t_per_year", 1.0), ("musd_per_year", MONEY_FLOOR), ("discounted_musd", MONEY_FLOOR)):
        told = both.assign(expected=both[f"{figure}_ours"], found=both[f"{figure}_theirs"])
        findings += unequal("ledger", told, _LINE, f"{figure} is not what the case's rows and the plan give", floor)
    return findings


def _check_costs(books: Books, expected: pd.DataFrame) -> list[Finding]:
    """The table of costs is the sum of the lines, of ours and of the ledger's, by term, layer and node."""
    told = books.table("costs")
    findings: list[Finding] = []
    for frame, whose in (
        (expected, "the case's rows and the plan give"),
        (books.table("ledger"), "the ledger adds up to"),
    ):
        sums = summed(frame, ACCOUNT, "discounted_musd")
        both = sums.merge(told, on=ACCOUNT, how="outer", suffixes=("_sum", "_told")).fillna(
            {"discounted_musd_sum": 0.0, "discounted_musd_told": 0.0}
        )
        both = both.assign(expected=both["discounted_musd_sum"], found=both["discounted_musd_told"])
        findings += unequal("costs", both, _SUM, f"the term is not what {whose}", MONEY_FLOOR)
    return findings


def _check_objective(books: Books, expected: pd.DataFrame) -> list[Finding]:
    """The objective is the costs' expected sum, and no plan beats its own proven bound."""
    chance = books.tree.frame[["node", "probability"]]
    plan = books.plan
    sums = []
    for what, frame in (("the costs", books.table("costs")), ("the case's rows and the plan", expected)):
        weighed = frame.merge(chance, on="node")
        sums.append((what, float((weighed["discounted_musd"] * weighed["probability"]).sum())))
    told = pd.DataFrame(sums, columns=["source", "expected"]).assign(found=float(plan.objective_musd))
    # The objective is a difference of large sums where much is sold, so its error is measured by what went into it.
    size = float(expected["discounted_musd"].abs().sum())
    findings = unequal(
        "objective", told.assign(scale=size), {"source": "by"}, "the objective is not the sum of costs", MONEY_FLOOR
    )
    if plan.bound_musd is not None and plan.bound_musd > plan.objective_musd + 1e-6 * max(MONEY_FLOOR, size):
        worse = pd.DataFrame([{"expected": plan.objective_musd, "found": plan.bound_musd}])
        findings += listed("bound", worse, {}, "the proven bound is above the plan's own cost")
    return findings
