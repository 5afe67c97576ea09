"""The sheets in reading order: the question each answers, who fills it, and where it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from planner.results.priorities import ranked
from planner.results.projects import use_of_plants
from planner.results.recycling import recovered
from planner.results.rejected import rejected_projects, rejected_quotes, unreachable

Told = Iterator[None] | None  # what a filler has still to write on screen, once all that is printed stands


@dataclass(frozen=True)
class On:
    """On which entry's sheet something stands, its own unless named, and whether it is printed."""

    sheet: str = ""
    printed: bool = True


@dataclass(frozen=True)
class Entry:
    """A part of the report: its name, the question it answers, its filler, and whether the case has anything for it.

    Where it stands is told for reports of many quotes and of few. A filler writes what is printed and, where it is a
    generator, goes on with the rest later.
    """

    name: str
    question: str
    fill: Callable[[Page, Facts, Mapping[str, str]], Told]
    there: Callable[[Facts], bool]
    many: On = On()
    few: On = On()


def _plain(fill: Callable[[Page, Facts], Told]) -> Callable[[Page, Facts, Mapping[str, str]], Told]:
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


_ANSWER, _QUOTES, _AGREED = "What changes the answer", "Landed cost of every quote", "Contracts and partnerships"

ENTRIES = (
    Entry("Awards", "Whom to buy what from, at what price, firm or open", _plain(awards.fill_awards), _bought),
    Entry(_QUOTES, "Winners and losers, layer by layer, and the gap to winning",
          _plain(awards.fill_quotes), lambda facts: len(facts.case.tables["offers"]) > len(unreachable(facts))),
    Entry("Rejected", "What is not bought or built, and what would bring it in",
          _plain(awards.fill_rejected), _rejected, few=On(_QUOTES)),
    Entry(_ANSWER, "What this plan would cost if one thing came out otherwise; what to do first",
          _plain(awards.fill_turns), lambda facts: len(facts.ledger) > 0),
    Entry("As-is and bridge", "What today's awards would cost, and what the plan saves against them",
          _plain(money.fill_as_is), lambda facts: bool(facts.as_is), few=On("Costs")),
    Entry("Costs", "From cash to objective; each term in each period; proof that the books close",
          _plain(costs.fill_costs), lambda facts: len(facts.ledger) > 0),
    Entry("Demand", "What each segment needs, gets and goes without, and why",
          _plain(demand.fill_demand), _rows("needs")),
    Entry("Origin of deliveries", "Home and country shares of what segments get",
          _plain(money.fill_origins), _rows("deliveries"), few=On("Demand")),
    Entry("Sales", "What surplus is sold, where, at what price",
          _plain(money.fill_sales), _rows("sales"), few=On("Costs")),
    Entry("Investments", "What is built where and when, what it costs, how full it runs",
          _plain(investments.fill_investments), _built),
    Entry("Cost by plant", "What each plant costs, and a ton that it makes",
          _plain(money.fill_plants), lambda facts: len(facts.plan.tables["throughput"]) > 0, few=On("Investments")),
    Entry("Supplier mix", "Which countries and suppliers supply each material",
          _plain(supply.fill_mix), lambda f: len(f.supply) > 0, few=On("Demand", printed=False)),
    Entry("Recycling", "What comes back, what is collected, what is recovered",
          _plain(recycling.fill_recycling), _recycled, few=On("Demand")),
    Entry("Stock and flows", "What is in stock and how many days it lasts; every movement of material",
          _plain(flows.fill_stock), lambda facts: len(flows.flows(facts)) > 0, few=On("Demand", printed=False)),
    Entry(_AGREED, "What is agreed beyond the spot, what it costs and is worth; public support",
          _plain(agreements.fill_agreements), _agreed),
    Entry("Compliance", "Segments with an origin rule: origin by stage, what is proven clean, what that costs",
          _plain(compliance.fill_compliance), lambda facts: len(ruled(facts.case)) > 0, few=On(_AGREED)),
    Entry("Duties", "Duties by authority, origin, material and period; quotas",
          _plain(landed.fill_duties), _charged, few=On("Costs", printed=False)),
    Entry("Risk", "Futures, exposure, concentration",
          _plain(risk.fill_risk), lambda facts: len(facts.supply) > 0, few=On(_ANSWER, printed=False)),
    Entry("Limits missed", "Limits missed at their price or by their priority: by how much, where, when",
          _plain(money.fill_missed), lambda facts: len(missed(facts)) + len(ranked(facts)) > 0, few=On(_ANSWER)),
    Entry("Limits that bind", "What holds the plan back, and what loosening it is worth",
          _plain(limits.fill_limits), lambda facts: len(by_limit(facts)) > 0, few=On(_ANSWER, printed=False)),
    Entry("Marginal prices", "The price at which one more ton of each material is worth buying",
          _plain(risk.fill_prices), lambda facts: len(expected_prices(facts.case, facts.plan)) > 0,
          many=On("Limits that bind", printed=False), few=On(_ANSWER, printed=False)),
    Entry("Ledger", "Every line of cost, adding up to the total",
          _plain(costs.fill_ledger), lambda facts: len(facts.ledger) > 0,
          many=On("Costs", printed=False), few=On("Costs", printed=False)),
    Entry("Sources and grades", "How good the data are on which the answer rests, and where they come from",
          _plain(grade_sheet.fill_grades), _always),
    Entry("Run record", "How this plan was made, how to make it again, what blank cells were taken for",
          records.fill_record, _always, few=On("Sources and grades", printed=False)),
)  # fmt: skip
_FEW = {"offers": 12, "facilities": 1}


@dataclass(frozen=True)
class Tab:
    """A sheet of the report and what it holds: the entries that are printed, and those that are for the screen."""

    name: str
    printed: list[Entry]
    on_screen: list[Entry]

    def fill(self, page: Page, facts: Facts, record: Mapping[str, str]) -> None:
        """Write all that is printed, one after the other, and below it what is for the screen."""
        rest = []
        for entry in self.printed:
            more = entry.fill(page, facts, record)
            if more is not None and next(more, _END) is not _END:
                rest.append(more)
        if rest or self.on_screen:
            page.only_on_screen()
        for more in rest:
            _finish(more)
        for entry in self.on_screen:
            _finish(entry.fill(page, facts, record))


def sheets(facts: Facts) -> list[Tab]:
    """The sheets of a report after the summary. Of few quotes and one plant at most there is one a subject, so that all
    of it prints on a few pages; else what few print stands below what it belongs to.
    """
    there = [entry for entry in ENTRIES if entry.there(facts)]
    names = {entry.name for entry in there}
    few = all(len(facts.case.tables[sheet]) <= most for sheet, most in _FEW.items())
    found: dict[str, Tab] = {}
    for entry in there:
        place = entry.few if few else entry.many
        own = place.sheet not in names
        sheet = found.setdefault(entry.name if own else place.sheet, Tab(entry.name, [], []))
        (sheet.printed if own or place.printed else sheet.on_screen).append(entry)
    return list(found.values())


_END = object()


def _finish(more: Told) -> None:
    for _ in more or ():
        pass
