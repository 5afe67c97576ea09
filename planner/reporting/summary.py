"""Summary: unmet demand first, the verdict, the decision in five sentences, key figures, cost, contents."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from planner.reporting.book import write_text
from planner.reporting.costs import cost_chart
from planner.reporting.figures import key_figures
from planner.reporting.kinds import MUSD, SHARE, TEXT
from planner.reporting.page import Page
from planner.reporting.tables import Block, Col, table
from planner.results.demand import unmet_sentence
from planner.results.facts import Facts, term_name
from planner.results.limits import missed_sentence
from planner.results.proof import bridge_sentence, verdict
from planner.results.sentences import decision
from planner.results.words import plain

_RIGHT = 4  # the first column of what stands to the right; the one before it is free


def fill_summary(page: Page, facts: Facts, contents: Sequence[tuple[str, str]], costs: Block | None) -> None:
    """What a reader who opens nothing else should know."""
    first, last = facts.horizon
    rate = float(facts.case.settings["discount_rate"])
    page.one_page = True
    page.title(
        f"Sourcing plan: {plain(facts.plan.case_name, 80)}",
        f"{first}–{last} in {len(facts.years)} periods. Money is real {facts.currency} of "
        f"{facts.case.settings['base_year']}, discounted at {rate:.1%} a year; {facts.million} is a million of it. t "
        f"is a metric ton, of oxide content for oxides and mixed compounds. Case {facts.plan.fingerprint[:12]}, "
        f"solved in {facts.plan.seconds:,.0f} s.",
        home=False,
    )
    alarm = unmet_sentence(facts)
    page.say(alarm or "All demand is met in every period.", "alarm" if alarm else "verdict", roomy=8)
    if missed := missed_sentence(facts):
        page.say(missed, "alarm", roomy=8)
    page.say(verdict(facts).sentence, "verdict", roomy=8)
    page.section("The decision")
    for number, sentence in enumerate(decision(facts), start=1):
        page.say(f"{number}.  {sentence}", "decision", roomy=4)
    page.section("Figures and contents")
    at = page.row
    _figures(page, facts)
    left, page.row = page.row, at
    _contents(page, contents)
    page.row = max(left, page.row)
    page.section("Cost")
    _cost(page, facts, costs)


def _headings(page: Page, column: int, headings: Sequence[str]) -> None:
    """A row of headings that leaves the rest of the row free."""
    for place, text in enumerate(headings, start=column):
        write_text(page.sheet, page.row, place, text, page.book.style("heading", indent=1))


def _figures(page: Page, facts: Facts) -> None:
    """Key figures, each with the format its unit wants."""
    _headings(page, 0, ("Key figure", "Value", "Unit"))
    for name, value, kind, unit in key_figures(facts):
        page.row += 1
        write_text(page.sheet, page.row, 0, name, page.book.cell(TEXT))
        page.sheet.write_number(page.row, 1, value, page.book.cell(kind))
        write_text(page.sheet, page.row, 2, unit, page.book.cell(TEXT))
        page.wide(0, len(name) * 0.95 + 2)
        page.wide(1, max(14, len(kind.show(value)) + 2))
        page.wide(2, len(unit) + 2)
    page.row += 1


def _contents(page: Page, contents: Sequence[tuple[str, str]]) -> None:
    """Each sheet with a link and what it answers."""
    _headings(page, _RIGHT, ("Sheet", "What it shows"))
    for name, text in contents:
        page.row += 1
        page.link(page.row, _RIGHT, name, name, "contents")
        write_text(page.sheet, page.row, _RIGHT + 1, text, page.book.cell(TEXT))
        page.wide(_RIGHT, len(name) + 3)
        page.wide(_RIGHT + 1, len(text) * 0.95 + 2)
    page.wide(_RIGHT - 1, 3)
    page.row += 1


def _cost(page: Page, facts: Facts, costs: Block | None) -> None:
    """Cost by term beside the chart of cost per year."""
    sums = facts.ledger.groupby("term")["expected_musd"].agg(math.fsum).sort_values(ascending=False, kind="stable")
    if sums.empty or costs is None:
        page.say("The plan costs nothing.")
        return
    at = page.row
    whole = math.fsum(sums)
    frame = pd.DataFrame({"name": [term_name(str(t)) for t in sums.index], "musd": sums.to_numpy()})
    frame["share"] = frame["musd"] / whole if whole else None
    columns = [
        Col("name", "Cost term"), Col("musd", f"{facts.million} discounted", MUSD, total=True),
        Col("share", "Share of total", SHARE),
    ]  # fmt: skip
    table(page, frame, columns, total="Total cost of the plan")
    if beside := bridge_sentence(facts):
        page.say(beside)
    page.chart_beside(*cost_chart(page, facts, costs), at, _RIGHT)
