"""The Excel report of a plan, for people who will never open the tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan
    from planner.reporting.page import Page
    from planner.reporting.tables import Block
    from planner.results.facts import Facts

# In reading order: the sheet and the question it answers.
CONTENTS = (
    ("Demand", "What each segment needs, gets and goes without"),
    ("Supplier mix", "Which countries supply each material, and how concentrated that is"),
    ("Suppliers", "Every supplier of every material, year by year"),
    ("Investments", "What is built where and when, what it costs, how full it runs"),
    ("Recycling", "What comes back, what is collected, what is recovered"),
    ("Contracts and partnerships", "What is agreed beyond the spot, what it costs and is worth; public support"),
    ("Costs", "Each cost term in each period; proof that the books close"),
    ("Landed cost", "Price, freight and every duty layer of each purchase"),
    ("Duties", "Duties by authority, origin, material and period; quotas"),
    ("Flows", "Every movement of material"),
    ("Stock", "What is in stock and how many days it lasts"),
    ("Compliance", "Segments with an origin rule: origin by stage, what is proven clean, what that costs"),
    ("Risk", "Futures, exposure, concentration"),
    ("Marginal prices", "The price at which one more ton of each material is worth buying"),
    ("Limits that bind", "What holds the plan back, and what loosening it is worth"),
    ("Ledger", "Every line of cost, adding up to the total"),
    ("Sources and grades", "How good the data are on which the answer rests"),
    ("Sources", "Every source that the case names"),
    ("Defaults used", "What blank cells were taken for"),
    ("Run record", "How this plan was made, and how to make it again"),
)


def write_report(case: Case, plan: Plan, path: str | Path, record: Mapping[str, str] | None = None) -> Path:
    """Write the report of a plan to `path` (.xlsx) and return it.

    `record` is what the run knows of itself: what the audit found (under "audit"), versions, seed, times.
    """
    from planner.reporting.book import Book
    from planner.reporting.page import Page
    from planner.reporting.summary import fill_summary
    from planner.results.facts import Facts

    target = Path(path)
    book, facts = Book(target), Facts(case, plan)
    pages = {name: Page(book, name, plan.case_name) for name in ("Summary", *(name for name, _ in CONTENTS))}
    costs = _fill_sheets(pages, facts, record or {})
    fill_summary(pages["Summary"], facts, CONTENTS, costs)
    for page in pages.values():
        page.finish()
    book.close()
    return target


def _fill_sheets(pages: Mapping[str, Page], facts: Facts, record: Mapping[str, str]) -> Block | None:
    """Write every sheet behind the summary; returns where the cost per year stands, for the summary's chart, if any."""
    from planner.reporting import (
        agreements,
        compliance,
        costs,
        demand,
        flows,
        grade_sheet,
        investments,
        landed,
        limits,
        recycling,
        risk,
        supply,
    )
    from planner.reporting import record as records

    fillers: dict[str, Callable[[Page, Facts], object]] = {
        "Demand": demand.fill_demand,
        "Supplier mix": supply.fill_mix,
        "Suppliers": supply.fill_suppliers,
        "Investments": investments.fill_investments,
        "Recycling": recycling.fill_recycling,
        "Contracts and partnerships": agreements.fill_agreements,
        "Landed cost": landed.fill_landed,
        "Duties": landed.fill_duties,
        "Flows": flows.fill_flows,
        "Stock": flows.fill_stock,
        "Compliance": compliance.fill_compliance,
        "Risk": risk.fill_risk,
        "Marginal prices": risk.fill_prices,
        "Limits that bind": limits.fill_limits,
        "Ledger": costs.fill_ledger,
        "Sources and grades": grade_sheet.fill_grades,
        "Sources": grade_sheet.fill_sources,
        "Defaults used": records.fill_defaults,
    }
    for name, fill in fillers.items():
        fill(pages[name], facts)
    records.fill_record(pages["Run record"], facts, record)
    return costs.fill_costs(pages["Costs"], facts)
