"""The sheets in reading order: the question each answers, who fills it, and where it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.reporting import (
    agreements,
    awards,
    compliance,
    costs,
    demand,
    flows,
    grade_sheet,
    investments,
    landed,
    limits,
    money,
    recycling,
    risk,
    supply,
)
from planner.reporting import record as records
from planner.reporting.page import Page
from planner.results.awards import award_years
from planner.results.compliance import ruled
from planner.results.facts import Facts
from planner.results.limits import by_limit, missed
from planner.results.prices import expected_prices
from planner.results.projects import use_of_plants
from planner.results.recycling import recovered
from planner.results.rejected import rejected_projects, rejected_quotes, unreachable


@dataclass(frozen=True)
class Entry:
    """A sheet: its name, the question it answers, its filler, and whether the case has anything for it."""

    name: str
    question: str
    fill: Callable[[Page, Facts, Mapping[str, str]], object]
    there: Callable[[Facts], bool]


def _plain(fill: Callable[[Page, Facts], object]) -> Callable[[Page, Facts, Mapping[str, str]], object]:
    """A filler that needs nothing of what the run knows of itself."""
    return lambda page, facts, _: fill(page, facts)


def _rows(table: str) -> Callable[[Facts], bool]:
    return lambda facts: len(facts.plan.tables[table]) > 0


def _always(_: Facts) -> bool:
    return True


def _bought(facts: Facts) -> bool:
    return len(award_years(facts)) > 0


def _agreed(facts: Facts) -> bool:
    sheets = ("contracts", "partnerships", "incentives")
    return any(len(facts.case.tables[name]) for name in sheets) or len(facts.plan.tables["qualifications"]) > 0


def _rejected(facts: Facts) -> bool:
    return bool(len(rejected_quotes(facts)) or len(rejected_projects(facts)) or unreachable(facts))


def _recycled(facts: Facts) -> bool:
    return len(facts.case.tables["returns"]) > 0 or len(recovered(facts)) > 0


def _charged(facts: Facts) -> bool:
    return bool((facts.ledger["term"] == "duties").any()) or len(facts.case.tables["quotas"]) > 0


def _built(facts: Facts) -> bool:
    return len(facts.case.tables["build_options"]) > 0 or len(use_of_plants(facts)) > 0


ENTRIES = (
    Entry("Awards", "Whom to buy what from, at what price, firm or open", _plain(awards.fill_awards), _bought),
    Entry(
        "Landed cost of every quote", "Winners and losers, layer by layer, and the gap to winning",
        _plain(awards.fill_quotes), lambda facts: len(facts.case.tables["offers"]) > len(unreachable(facts)),
    ),
    Entry("Rejected", "What is not bought or built, and what would bring it in",
          _plain(awards.fill_rejected), _rejected),
    Entry(
        "What changes the answer", "What this plan would cost if one thing came out otherwise",
        _plain(awards.fill_turns), lambda facts: len(facts.ledger) > 0,
    ),
    Entry("As-is and bridge", "What today's awards would cost, and what the plan saves against them",
          _plain(money.fill_as_is), lambda facts: bool(facts.as_is)),
    Entry("Costs", "From cash to objective; each term in each period; proof that the books close",
          _plain(costs.fill_costs), lambda facts: len(facts.ledger) > 0),
    Entry("Demand", "What each segment needs, gets and goes without, and why",
          _plain(demand.fill_demand), _rows("needs")),
    Entry("Origin of deliveries", "Home and country shares of what segments get", _plain(money.fill_origins),
          _rows("deliveries")),
    Entry("Sales", "What surplus is sold, where, at what price", _plain(money.fill_sales), _rows("sales")),
    Entry("Investments", "What is built where and when, what it costs, how full it runs",
          _plain(investments.fill_investments), _built),
    Entry("Cost by plant", "What each plant costs, and a ton that it makes", _plain(money.fill_plants),
          lambda facts: len(facts.plan.tables["throughput"]) > 0),
    Entry("Supplier mix", "Which countries and suppliers supply each material",
          _plain(supply.fill_mix), lambda f: len(f.supply) > 0),
    Entry("Recycling", "What comes back, what is collected, what is recovered",
          _plain(recycling.fill_recycling), _recycled),
    Entry("Stock and flows", "What is in stock and how many days it lasts; every movement of material",
          _plain(flows.fill_stock), lambda facts: len(flows.flows(facts)) > 0),
    Entry("Contracts and partnerships", "What is agreed beyond the spot, what it costs and is worth; public support",
          _plain(agreements.fill_agreements), _agreed),
    Entry("Compliance", "Segments with an origin rule: origin by stage, what is proven clean, what that costs",
          _plain(compliance.fill_compliance), lambda facts: len(ruled(facts.case)) > 0),
    Entry("Duties", "Duties by authority, origin, material and period; quotas", _plain(landed.fill_duties), _charged),
    Entry("Risk", "Futures, exposure, concentration", _plain(risk.fill_risk), lambda facts: len(facts.supply) > 0),
    Entry("Limits missed", "Limits missed at their price: by how much, where, when", _plain(money.fill_missed),
          lambda facts: len(missed(facts)) > 0),
    Entry("Limits that bind", "What holds the plan back, and what loosening it is worth", _plain(limits.fill_limits),
          lambda facts: len(by_limit(facts)) > 0),
    Entry("Marginal prices", "The price at which one more ton of each material is worth buying",
          _plain(risk.fill_prices), lambda facts: len(expected_prices(facts.case, facts.plan)) > 0),
    Entry("Ledger", "Every line of cost, adding up to the total", _plain(costs.fill_ledger),
          lambda facts: len(facts.ledger) > 0),
    Entry("Sources and grades", "How good the data are on which the answer rests, and where they come from",
          _plain(grade_sheet.fill_grades), _always),
    Entry("Run record", "How this plan was made, how to make it again, what blank cells were taken for",
          records.fill_record, _always),
)  # fmt: skip
