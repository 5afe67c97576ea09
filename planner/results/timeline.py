"""What is begun when: projects with their years of permit, building and running, then awards from their first year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.results.awards import awards
from planner.results.decision import built
from planner.results.facts import Facts, records, remembered

PROJECT, AWARD = "project", "award"


@remembered
def timeline(facts: Facts) -> pd.DataFrame:
    """One row a project, in order of time, then one an award, the most money first.

    Columns: kind, what, begun (first year of permit), building and running (the years in which those begin; the same as
    begun where there is none before), end (the last year within the horizon), word (firm or open), musd (capex of a
    project, what an award costs landed in present value).
    """
    last = facts.horizon[1]
    rows: list[dict[str, Any]] = [
        {
            "kind": PROJECT,
            "what": str(row.option),
            "begun": int(row.begun),
            "building": int(row.construction),
            "running": int(row.first_output),
            "end": int(min(last, row.last_output)),
            "word": row.word,
            "musd": float(row.capex_musd),
        }
        for row in records(built(facts).sort_values(["begun", "option"]))
    ]
    rows += [
        {
            "kind": AWARD,
            "what": f"{row.award} {row.supplier}",
            "begun": int(row.first),
            "building": int(row.first),
            "running": int(row.first),
            "end": int(row.last),
            "word": row.word,
            "musd": float(row.present_musd),
        }
        for row in records(awards(facts))
    ]
    return pd.DataFrame(rows, columns=["kind", "what", "begun", "building", "running", "end", "word", "musd"])
