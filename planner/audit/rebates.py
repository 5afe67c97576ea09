"""Rebates on a supplier's total: what is paid for its goods stands in bands, and a share of each is given back.

Goods bought on the spot count with the price of their band, contract deliveries with the contract's; what is forfeited
does not. With `incremental` rows each dollar counts in the band it falls in, with `all units` all in that of the total.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf, isclose

from planner.audit.books import Books, gathered
from planner.audit.finding import RELATIVE
from planner.audit.flows import Flow
from planner.audit.rows import Row
from planner.audit.tiers import check_all_units, check_incremental

USD_PER_MUSD = 1e6


def rebate_rows(books: Books) -> dict[str, list[Row]]:
    """The rows of each supplier or group, the lowest band first."""
    rows = gathered(books.sheet("rebates"), "supplier")
    return {name: sorted(found, key=lambda row: row.above_musd_per_year) for name, found in rows.items()}


def given_back(books: Books, row: Row) -> float:
    """The share of what is paid that is given back in the band of a row of the plan's table."""
    for stated in rebate_rows(books).get(row.whom, ()):
        if isclose(stated.above_musd_per_year, row.above_musd_per_year, rel_tol=RELATIVE):
            return float(stated.share)
    return 0.0


def check_rebates(books: Books, flows: list[Flow]) -> None:
    """Each total is in its bands, as their kind says."""
    told: dict[tuple[str, str], dict[float, float]] = defaultdict(dict)
    for row in books.table("rebates"):
        told[row.whom, row.node][row.above_musd_per_year] = row.spent_musd_per_year
    for name, rows in rebate_rows(books).items():
        members = {who for who, groups in books.supplier_groups.items() if name == who or name in groups}
        paid: dict[str, float] = defaultdict(float)
        for flow in flows:
            if flow.offer and books.offers[flow.offer].supplier in members:
                paid[flow.node] += flow.tons * (flow.price or 0.0) / USD_PER_MUSD
        starts = [0.0, *(row.above_musd_per_year for row in rows)]
        for node in books.nodes:
            _check_total(books, f"total of {name}, in {node.name}", rows[0].kind, starts, paid[node.name],
                         told[name, node.name])  # fmt: skip


def _check_total(
    books: Books, where: str, kind: str, starts: list[float], paid: float, told: dict[float, float]
) -> None:
    for above in told:
        if not any(isclose(above, start, rel_tol=RELATIVE) for start in starts):
            books.findings.add("rebate", where, "a band of the total", above, "no band begins there")
    books.findings.equal("rebate", where, paid, sum(told.values()), "the bands do not hold all that is paid")
    in_band = [
        (start, end, sum(musd for above, musd in told.items() if isclose(above, start, rel_tol=RELATIVE)))
        for start, end in zip(starts, [*starts[1:], inf], strict=True)
    ]
    if kind == "incremental":
        check_incremental(books, where, in_band)
    else:
        check_all_units(books, where, in_band, sum(told.values()))
