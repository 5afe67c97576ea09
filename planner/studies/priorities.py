"""What keeping each limit with a priority costs in all: by solving the case again without it.

The report's margin tells of one unit more alone, while all that is decided stays. Lynas' 60 t of 100, at 70,000 $/t
where Baotou's cost 60,000, are worth 10,000 a ton at the margin, and 0.6 M$ in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isnan
from typing import Any

from planner.case import Case
from planner.case.changes import DROP, Change, Original
from planner.errors import StudyError
from planner.plan import Plan
from planner.results.words import more_or_less
from planner.studies.folder import costs_of, heading
from planner.studies.solving import Study
from planner.studies.variations import PLANNED, Solver, Variation, Varied, vary


def without_each(original: Original, study: Study, solver: Solver | None = None) -> Varied:
    """The case without each limit that has a priority, one at a time, against the case as it is."""
    variations = [Variation(f"without {name}", (_left_out(name),)) for name in ranked_limits(original.case)]
    return vary(original, variations, study, solver=solver)


def ranked_limits(case: Case) -> dict[str, int]:
    """The limits with a priority and what it is, 1 first; StudyError where there are none."""
    ranked = case.tables["limits"].dropna(subset=["priority"]).sort_values("priority", kind="stable")
    if ranked.empty:
        raise StudyError("No limit of the case has a priority; fill in that column of the sheet limits.")
    return {name: int(priority) for name, priority in zip(ranked["limit"], ranked["priority"], strict=True)}


def _left_out(limit: str) -> Change:
    return Change("limits", (("limit", limit),), "", DROP, "")


def facts_of(case: Case, plan: Plan, found: Varied) -> dict[str, Any]:
    """What is kept of the answer, in the shape that README.md tells."""
    rows = found.table.set_index("variation").to_dict("index")
    limits = [
        _told(name, priority, rows[f"without {name}"])
        for name, priority in ranked_limits(case).items()
        if f"without {name}" in rows
    ]
    return {**heading("priorities", case), "plan": costs_of(plan), "limits": limits, "complete": found.complete}


def _told(limit: str, priority: int, row: Mapping[Any, Any]) -> dict[str, Any]:
    """What keeping a limit costs, ± the gaps of both plans; nothing where there is no plan without it."""
    planned = row["outcome"] == PLANNED and not isnan(row["change_musd"])
    facts = {
        "limit": limit,
        "priority": priority,
        "outcome": row["outcome"],
        "without_musd": float(row["cost_musd"]) if planned else None,
        "keeping_musd": 0.0 - float(row["change_musd"]) if planned else None,
        "gap_musd": float(row["change_gap_musd"]) if planned and isfinite(row["change_gap_musd"]) else None,
        "told_apart": bool(planned and row["told_apart"]),
    }
    return facts | {"words": in_words(facts)}


def in_words(told: Mapping[str, Any]) -> str:
    """Such as: to keep Lynas 60 (priority 1) costs 0.600 ± 0.000 M$."""
    kept = f"To keep {told['limit']} (priority {told['priority']})"
    if told["keeping_musd"] is None:
        return f"{kept}: {told['outcome']} without it."
    if not told["told_apart"]:
        return f"{kept} costs no more than the gaps of both plans leave open."
    more = "costs" if told["keeping_musd"] > 0 else "saves"
    return f"{kept} {more} {more_or_less(abs(told['keeping_musd']), told['gap_musd'] or 0.0)}."
