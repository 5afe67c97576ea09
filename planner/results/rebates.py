"""Rebates on what is paid to a supplier in a year, over all that it sells. Values are expected."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, dated, rows


def rebates(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a supplier (or group) and period: label, paid_musd and back_musd a year, and the share given back."""
    stated = case.tables["rebates"].set_index(["supplier", "above_musd_per_year"])["share"]
    named = {"whom": "supplier", "spent_musd_per_year": "paid_musd"}
    spent = dated(plan, rows(plan, "rebates")).rename(columns=named)
    bands = pd.MultiIndex.from_frame(spent[["supplier", "above_musd_per_year"]])
    share = stated.reindex(bands).fillna(0.0).to_numpy(float)
    found = by_period(spent.assign(back_musd=spent["paid_musd"] * share), ["supplier"], ["paid_musd", "back_musd"])
    return found.assign(share=found["back_musd"] / found["paid_musd"], label=found["period"].map(calendar(plan)))
