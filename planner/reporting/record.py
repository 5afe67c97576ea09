"""The record of the run, and the defaults used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from planner.reporting.kinds import LONG, TAIL, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.facts import Facts
from planner.results.proven import proof_lines

_NOT_TOLD = ("audit", "Fingerprint of the case")  # stand among the proof and with the case
_PACKAGES = ("ree-planner", "pyomo", "highspy", "pandas", "numpy", "XlsxWriter")


def fill_record(page: Page, facts: Facts, record: Mapping[str, str]) -> Iterator[None]:
    """Everything needed to make this plan again and to judge how it was found."""
    plan = facts.plan
    page.title("Run record", "How this plan was made. The same case, version and options give the same plan.")
    proof = [
        *proof_lines(plan, facts.money),
        ("Seconds in the solver", f"{plan.seconds:,.2f}"),
        ("Audit of the books", record.get("audit") or _audited(facts)),
    ]
    _pairs(page, "Proof", proof)
    _pairs(page, "Case", [("Case", plan.case_name), ("Fingerprint", plan.fingerprint)])
    told = [(name, value) for name, value in record.items() if name not in _NOT_TOLD]
    _pairs(page, "Recorded by the run", [pair for pair in told if not _of_others(pair[0])])
    yield
    _pairs(page, "Versions that made this plan", [pair for pair in told if _of_others(pair[0])])
    _pairs(page, "Settings", [(name, _said(value)) for name, value in facts.case.settings.items()])
    _pairs(page, "Size of the program", [(name, f"{number:,}") for name, number in plan.size.items()])
    _pairs(page, "Seconds by step", [(name, f"{seconds:,.3f}") for name, seconds in plan.timings.items()])
    _pairs(page, "Versions that wrote this report", list(_versions().items()))
    _defaults(page, facts)
    if facts.case.warnings:
        page.section(f"Warnings of the check ({len(facts.case.warnings):,})")
        for warning in facts.case.warnings:
            page.say(str(warning))


def _of_others(name: str) -> bool:
    """Whether a line of the record is the version of something that the planner uses."""
    return name.startswith("Version of ") and name != "Version of ree-planner"


def _defaults(page: Page, facts: Facts) -> None:
    """What blank cells were taken for."""
    rows = facts.case.defaults_used
    if rows.empty:
        return
    page.section("Defaults used: cells that were left blank, and what they were taken for")
    rows = rows.assign(value=[_said(value) for value in rows["value"]])
    columns = [
        Col("sheet", "Sheet"), Col("column", "Column or setting"), Col("rows", "Blank cells", WHOLE),
        Col("value", "Value used"), Col("meaning", "What blank means", TAIL),
    ]  # fmt: skip
    table(page, rows, columns)


def _audited(facts: Facts) -> str:
    """A plan that came through `solve_case` was audited on the way; one that failed never gets here."""
    if "audit" in facts.plan.timings:
        return "passed: every balance, capacity, duty and cost was added again from the case and the plan"
    return "not recorded"


def _pairs(page: Page, title: str, pairs: list[tuple[str, Any]]) -> None:
    if not pairs:
        return
    page.section(title)
    frame = pd.DataFrame([(name, _said(value)) for name, value in pairs], columns=["what", "value"])
    table(page, frame, [Col("what", "What"), Col("value", "Value", LONG)])


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "left open"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
