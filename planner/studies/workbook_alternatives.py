"""The workbook of alternatives."""

from __future__ import annotations

from pathlib import Path

from planner.reporting.kinds import MUSD, NOTE, RATE, WHOLE, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.scale import IN_MILLIONS, MoneyScale
from planner.results.words import count, listed, musd, percent, plain
from planner.studies.alternatives import NEVER, OPEN, SURE, Alternatives
from planner.studies.workbook import write_page

DISTANCE, AMOUNT = Kind("0.00", 2), Kind('#,##0.#;-#,##0.#;"–"', 1, zero="–")
MOST_NAMED = 8


def write_alternatives(found: Alternatives, path: Path) -> Path:
    """Write plans that cost nearly as little, and what they share."""
    costs = found.plans["cost_musd"]
    return write_page(found.case, path, "Alternatives", lambda page: _alternatives(page, found), costs)


def in_short(found: Alternatives, money: MoneyScale = IN_MILLIONS) -> list[str]:
    """How many plans there are within the cost, what is sure and what is open."""
    decisions = found.decisions
    more = f"within {percent(found.within)} of the cheapest found, {musd(found.most_musd, money)} at most"
    said = [f"{count(len(found.found), 'plan')} {more}."]
    for verdict, words in ((SURE, "No plan at that cost is without"), (OPEN, "Open, had by some and not by others:")):
        named = [f"{row.kind} {plain(row.name)}" for row in decisions[decisions["verdict"] == verdict].itertuples()]
        if named:
            rest = len(named) - MOST_NAMED
            shown = named[:MOST_NAMED] + ([f"{rest} more"] if rest > 0 else [])
            said.append(f"{words} {listed(shown)}.")
    if not found.complete:
        said.append("The study was stopped before it was whole.")
    return said


def _alternatives(page: Page, found: Alternatives) -> None:
    page.title(
        "Alternatives",
        "Plans that cost nearly as little as the cheapest, each as unlike those before it as can be. A distance counts "
        "1 for each project, contract, partnership or qualification that only one of two plans has, and for the awards "
        "the share of tons that moves. What every plan within the cost has is sure; what some have is open.",
        home=False,
    )
    for sentence in in_short(found, page.book.money):
        page.say(sentence)
    page.section("Plans")
    table(page, found.plans, [
        Col("plan", "Plan", WHOLE), Col("cost_musd", "Cost, M$ discounted", MUSD),
        Col("gap_musd", "Could be less by, M$", MUSD), Col("above_musd", "Above the cheapest, M$", MUSD),
        Col("above", "Above the cheapest", RATE), Col("distance", "Distance from the nearest before", DISTANCE),
        Col("distance_at_most", "None is farther than", DISTANCE),
    ])  # fmt: skip
    page.section("Decisions")
    decisions = found.decisions
    shown = decisions[decisions["verdict"] != NEVER]
    columns = [Col("kind", "Kind"), Col("name", "Name", NOTE), Col("verdict", "Verdict", NOTE)]
    columns += [
        Col(f"plan_{number}", f"Plan {number}", AMOUNT, group="Begun how often, or t over all years")
        for number in range(1, len(found.found) + 1)
    ]
    if shown.empty:
        page.say("No plan begins or buys anything.")
    else:
        table(page, shown, columns)
    left = len(decisions) - len(shown)
    if left:
        page.say(f"{count(left, 'decision')} in none of these plans are in study.json.")
