"""Lead times: nothing of what is ordered at spot arrives before its days are over, so the first year brings less."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.translate.events import Supplied
from planner.translate.tools import DAYS_A_YEAR


def lead_years(case: Case) -> dict[str, float]:
    """By offer, how long an order takes: of those that are not bought already."""
    offers, awards = case.tables["offers"], case.tables["awards"]
    waits = offers["lead_days"] > 0
    if not waits.any():
        return {}
    late = offers[waits & ~offers["offer"].isin(awards.loc[awards["t_per_year"] > 0, "offer"])]
    return dict(zip(late["offer"].tolist(), (late["lead_days"].astype(float) / DAYS_A_YEAR).tolist(), strict=True))


def ordered(case: Case, frame: pd.DataFrame, delivered: Supplied) -> Supplied:
    """What comes of what is ordered at spot: what is delivered, from the day on which the first order arrives.

    `frame` has offer and first_year, a row for each of `delivered`. An offer that was on sale before the horizon is
    ordered from its first day on.
    """
    waits = lead_years(case)
    if not waits:
        return delivered
    begins = float(case.tables["periods"]["period"].min())
    arrives = np.fmax(frame["first_year"].to_numpy(float), begins) + frame["offer"].map(waits).fillna(0.0)
    left = np.clip(delivered.years.calendar + 1.0 - arrives.to_numpy(float)[:, None], 0.0, 1.0)
    return Supplied(delivered.yearly * left, delivered.years)
