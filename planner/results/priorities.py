"""Limits with a priority: which gave way, by how much, and what each costs at the margin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.results.facts import Facts, records, remembered
from planner.schema import MEASURES

GIVES_WAY_T = 1e-6  # in the unit of what is missed: less is rounding


@remembered
def ranked(facts: Facts) -> pd.DataFrame:
    """One row a limit with a priority, country or supplier that it is for, and node; those that gave way first.

    Columns: limit, each, label (of the period), probability, priority, missed (0 where it is kept) and unit (of what is
    missed), looser_usd (what the plan would save a year if the limit gave way by one unit more: a marginal price, all
    that is decided held; blank where no price is known) and looser_unit.
    """
    stated = facts.case.tables["limits"].set_index("limit")["priority"].dropna()
    rows = facts.table("limits")
    rows = rows[rows["limit"].isin(stated.index)].copy()
    binding, tables = facts.plan.tables["binding"], facts.plan.tables
    known = len(binding) > 0 or len(tables["prices"]) > 0
    policies = binding[binding["rule"] == "policy limit"]
    worth = {(row.item, row.node): (row.worth_usd, row.unit) for row in records(policies)}
    items = [f"{row.limit} for {row.each}" if row.each else row.limit for row in records(rows)]
    units = [MEASURES[name].unit for name in rows["measure"]]
    at = [worth.get(key, (0.0, None)) for key in zip(items, rows["node"], strict=True)]
    rows["priority"] = rows["limit"].map(stated).astype(int)
    rows["label"] = rows["period"].map(facts.labels)
    rows["unit"] = pd.Series([MEASURES[m].missed_in or MEASURES[m].unit for m in rows["measure"]], rows.index, object)
    rows["looser_usd"] = pd.Series([usd if known else np.nan for usd, _ in at], rows.index, float)
    rows["looser_unit"] = pd.Series(
        [said or unit for (_, said), unit in zip(at, units, strict=True)], rows.index, object
    )
    rows["missed"] = rows["missed"].where(rows["missed"] > GIVES_WAY_T, 0.0)
    rows = rows.sort_values(["missed", "looser_usd", "limit", "period"], ascending=[False, False, True, True])
    columns = ["limit", "each", "label", "probability", "priority", "missed", "unit", "looser_usd", "looser_unit"]
    return rows[columns].reset_index(drop=True)


@remembered
def keeping(facts: Facts) -> pd.DataFrame:
    """One row a limit with a priority, as `ree-planner priorities` told it; none where nobody asked.

    Columns: limit, priority, in M$ keeping_musd ± gap_musd (what keeping it costs in all) and words.
    """
    columns = ["limit", "priority", "keeping_musd", "gap_musd", "words"]
    rows = pd.DataFrame(facts.priorities.get("limits", ()), columns=columns)
    return rows.astype({"keeping_musd": float, "gap_musd": float})


def told(facts: Facts) -> list[dict[str, Any]]:
    """The same for answers in JSON."""
    return [
        {
            "limit": row.limit,
            "for": row.each,
            "period": row.label,
            "probability": float(row.probability),
            "priority": int(row.priority),
            "missed": float(row.missed),
            "unit": facts.quantity.told(row.unit),
            "looser_usd": None if np.isnan(row.looser_usd) else float(row.looser_usd),
            "looser_unit": facts.quantity.told(row.looser_unit),
        }
        for row in records(ranked(facts))
    ]
