"""Duty drawback: on how much of what came in duty comes back, and what that is worth. Values are expected."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, dated, rows

KEYS = ["drawback", "authority", "material", "exported"]


def drawbacks(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a drawback, authority and period in which duty comes back.

    Columns: drawback, authority, material, exported, period, label, t (of the material, a year) and musd (a year).
    """
    back = dated(plan, rows(plan, "drawbacks"))
    exported = case.tables["drawbacks"].set_index("drawback")["exported"]
    back = back.assign(exported=back["drawback"].map(exported), t=back["t_per_year"].astype(float))
    back = back.assign(musd=back["t"] * back["saved_usd_per_t"].astype(float) / 1e6)
    return by_period(back, KEYS, ["t", "musd"]).assign(label=lambda found: found["period"].map(calendar(plan)))
