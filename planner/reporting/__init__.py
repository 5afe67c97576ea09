"""The Excel report of a plan, for people who will never open the tool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan
    from planner.results.facts import Facts


def write_report(
    case: Case,
    plan: Plan,
    path: str | Path,
    record: Mapping[str, str] | None = None,
    facts: Facts | None = None,
    paper: str = "letter",
) -> Path:
    """Write the report of a plan to `path` (.xlsx) and return it.

    `record` is what the run knows of itself: what the audit found (under "audit"), versions, seed, times. A sheet to
    which the case gives nothing is left out, and the summary says so. `facts` are those of the case and the plan, where
    the caller has them already. `paper` is letter or a4; the pages are the same on both.
    """
    from planner.reporting.book import Book
    from planner.reporting.contents import ENTRIES, sheets
    from planner.reporting.page import Page
    from planner.reporting.summary import fill_summary
    from planner.results.facts import Facts

    target = Path(path)
    facts = Facts(case, plan) if facts is None else facts
    run = str((record or {}).get("Run", ""))
    book = Book(target, plan.case_name, run, paper, facts.quantity, facts.counts_cents, facts.money)
    held = sheets(facts)
    shown = {entry.name for sheet in held for entry in (*sheet.printed, *sheet.on_screen)}
    there = [entry for entry in ENTRIES if entry.name in shown]
    absent = [entry.name.lower() for entry in ENTRIES if entry.name not in shown]
    pages = {name: Page(book, name, plan.case_name) for name in ("Summary", *(sheet.name for sheet in held))}
    for sheet in held:
        sheet.fill(pages[sheet.name], facts, record or {})
    fill_summary(pages["Summary"], facts, [(entry.name, entry.question) for entry in there], absent)
    for page in pages.values():
        page.finish()
    book.close()
    return target
