"""Prices that follow indices: what each adds in a calendar year, by what it stands at and what events make of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.translate.events import Events


def follows(case: Case, by: str) -> bool:
    """Whether the price of any contract, or of any offer, follows an index."""
    return bool(case.tables["index_terms"][by].notna().any())


def by_indices(events: Events, priced: pd.DataFrame, by: str) -> Floats:
    """What the formula of each row adds in each year of its node: slope x (index - reference) of every index in it.

    `priced` has node and, as `by` says, contract or offer.
    """
    if not follows(events.case, by):
        return np.zeros((len(priced), 1))
    terms = events.case.tables["index_terms"].dropna(subset=[by])[[by, "index", "slope", "reference"]]
    rows = priced[[by, "node"]].reset_index(drop=True).reset_index(names="at").merge(terms, on=by)
    rows["period"] = rows["node"].map(events.period)
    rows = rows.merge(events.case.tables["indices"][["index", "period", "value"]], on=["index", "period"])
    stood = events.on("index", rows, {"index": "index"}).yearly(rows["value"])
    adds = rows["slope"].to_numpy(float)[:, None] * (stood - rows["reference"].to_numpy(float)[:, None])
    added = pd.DataFrame(adds).groupby(rows["at"].to_numpy()).sum()
    return np.asarray(added.reindex(range(len(priced)), fill_value=0.0), dtype=np.float64)
