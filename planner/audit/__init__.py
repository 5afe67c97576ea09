"""The auditor: adds a plan up again from the case's and the plan's tables, and says where the books do not close.

It shares no code with the program that made the plan. It knows no solver, variable or constraint: only what was bought,
moved, made, kept and paid, and the rows of the workbook that allow it and price it. Each file has one concern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.audit.finding import Finding, Findings

if TYPE_CHECKING:
    from planner.audit.books import Books
    from planner.audit.border import Border
    from planner.audit.flows import Flow
    from planner.audit.lanes import Lanes
    from planner.case import Case
    from planner.plan import Plan

__all__ = ["Finding", "audit"]


def audit(case: Case, plan: Plan) -> tuple[Finding, ...]:
    """Everything in the plan that the case cannot explain; nothing when the books close."""
    from planner.audit.books import Books
    from planner.audit.calendar import check_nodes
    from planner.audit.tables import check_columns, check_rows

    first = Findings()
    check_columns(plan, first)
    if first.listed:
        return first.report()
    books = Books.of(case, plan)
    check_nodes(books.tree, books.table("nodes"), books.findings)
    check_rows(case, books.tree, books.tables, books.findings)
    if not books.findings.listed:  # tables with unknown names or missing numbers cannot be added up
        _add_up(books)
    return books.findings.report()


def _add_up(books: Books) -> None:
    from planner.audit.border import Border
    from planner.audit.lanes import Lanes
    from planner.audit.moved import flows

    moved, lanes = list(flows(books)), Lanes(books)
    border = Border(books, moved)
    _check_what_is_decided(books, moved, lanes, border)
    _check_what_it_comes_to(books, moved, lanes, border)


def _check_what_is_decided(books: Books, moved: list[Flow], lanes: Lanes, border: Border) -> None:
    """Everything that is bought, moved, made and kept may be, and goes where it is said to go."""
    from planner.audit.balance import check_balance
    from planner.audit.border import check_border
    from planner.audit.contracts import check_contracts
    from planner.audit.dealings import check_dealings
    from planner.audit.demand import check_demand, check_sales
    from planner.audit.incentives import check_incentives
    from planner.audit.incumbents import check_incumbents
    from planner.audit.lanes import check_lanes
    from planner.audit.origin import Origins, check_origin
    from planner.audit.packages import check_packages
    from planner.audit.partnerships import check_partnerships
    from planner.audit.plants import check_plants
    from planner.audit.rebates import check_rebates
    from planner.audit.record import check_record
    from planner.audit.returns import check_returns
    from planner.audit.settled import check_settled
    from planner.audit.stocks import check_stocks
    from planner.audit.supply import check_supply
    from planner.audit.tiers import check_tiers

    origins = Origins(books)
    check_record(books)
    for check_of in (check_supply, check_incumbents, check_packages, check_dealings, check_rebates, check_settled):
        check_of(books, moved)
    check_tiers(books)
    check_contracts(books)
    check_partnerships(books)
    check_border(books, border)
    check_lanes(books, lanes, moved)
    check_plants(books)
    check_incentives(books, origins)
    check_returns(books)
    check_stocks(books)
    check_origin(books, origins)
    check_balance(books, origins, moved)
    check_demand(books)
    check_sales(books)


def _check_what_it_comes_to(books: Books, moved: list[Flow], lanes: Lanes, border: Border) -> None:
    """What the plan tells of itself: indicators, limits, quotes and costs."""
    from planner.audit.concentration import check_concentration
    from planner.audit.costs import expected_ledger
    from planner.audit.environment import check_indicators
    from planner.audit.ledger import check_ledger
    from planner.audit.limits import check_limits
    from planner.audit.measures import Measures
    from planner.audit.quotes import check_quotes

    measures = Measures(books, border, lanes)
    check_indicators(books, lanes, moved)
    check_concentration(books, measures)
    check_limits(books, measures)
    check_quotes(books, border, lanes)
    check_ledger(books, expected_ledger(books, lanes, border), moved)
