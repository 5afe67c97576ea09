"""The auditor: adds a plan up again from the case's and the plan's tables, and says where the books do not close.

It shares no code with the program that made the plan. It knows no solver, variable or constraint: only what was bought,
moved, made, kept and paid, and the rows of the workbook that allow it and price it. Each file has one concern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.audit.finding import Finding

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan

__all__ = ["Finding", "audit"]


def audit(case: Case, plan: Plan) -> tuple[Finding, ...]:
    """Everything in the plan that the case cannot explain; nothing when the books close."""
    from planner.audit.balance import check_balance
    from planner.audit.books import Books
    from planner.audit.calendar import check_nodes
    from planner.audit.costs import expected_lines
    from planner.audit.demand import check_demand, check_sales
    from planner.audit.lanes import check_lanes, routes_of
    from planner.audit.ledger import check_ledger
    from planner.audit.plants import check_plants
    from planner.audit.record import check_record
    from planner.audit.returns import check_returns
    from planner.audit.stocks import check_stocks
    from planner.audit.supply import check_supply
    from planner.audit.tables import check_tables, missing_columns

    findings = missing_columns(plan)
    if findings:
        return tuple(findings)
    books = Books.of(case, plan)
    findings = check_nodes(books.tree, books.table("nodes")) + check_tables(case, books.tree, books.tables)
    if findings:  # tables with unknown names or missing numbers cannot be added up
        return tuple(findings)
    routes = routes_of(books)
    findings = check_record(case, plan)
    findings += check_supply(books)
    findings += check_lanes(routes)
    findings += check_plants(books)
    findings += check_returns(books)
    findings += check_stocks(books)
    findings += check_balance(books)
    findings += check_demand(books)
    findings += check_sales(books)
    findings += check_ledger(books, expected_lines(books, routes))
    return tuple(findings)
