"""The workbook of a diagnosis."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.reporting.kinds import MUSD, NOTE, WHOLE, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.studies.diagnosis import Diagnosis
from planner.studies.workbook import write_page

FIGURE = Kind("#,##0.######", 6)


def write_diagnosis(found: Diagnosis, path: Path) -> Path:
    """Write what would mend a case without a plan."""
    costs = [one.cost_musd for one in found.mends]
    return write_page(found.original.case, path, "Diagnosis", lambda page: _diagnosis(page, found), costs)


def _diagnosis(page: Page, found: Diagnosis) -> None:
    page.title(
        "Diagnosis",
        "The fewest cells whose change gives the case a plan, and the figure nearest to their own that does; a row "
        "that forces or forbids may be deleted. Each mend is one by itself, and the case was solved with exactly that "
        "change.",
        home=False,
    )
    for sentence in found.sentences():
        page.say(sentence)
    if not found.complete:
        page.say("The study was stopped before it was whole.")
    rows = [
        (
            number,
            cell["cell"],
            cell["what"],
            cell["was"],
            cell["becomes"],
            cell["change"],
            mend["cost_musd"],
            mend["gap_musd"],
        )
        for number, mend in enumerate(found.facts()["mends"], start=1)
        for cell in mend["cells"]
    ]
    if rows:
        page.section("Mends")
        frame = pd.DataFrame(
            rows, columns=["mend", "cell", "what", "was", "becomes", "change", "cost_musd", "gap_musd"]
        )
        table(page, frame, [
            Col("mend", "Mend", WHOLE), Col("cell", "Cell"), Col("what", "What it is", NOTE),
            Col("was", "Is", FIGURE), Col("becomes", "Would be", FIGURE),
            Col("change", "As --change takes it", NOTE),
            Col("cost_musd", "Cost then, M$ discounted", MUSD), Col("gap_musd", "Could be less by, M$", MUSD),
        ])  # fmt: skip
    if found.conflicts:
        page.section("Conflicts")
        page.say("In each of these groups of cells one at least must give way.")
        for conflict in found.conflicts:
            page.say(", ".join(conflict) or "a limit that has no cell of its own")
