"""Values that differ from year to year: what the sheet dated_values says of a column, by row and calendar year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.schema.dated import CAPACITY, DATED
from planner.translate.tools import index_column, indices, number_by
from planner.translate.values import Years


def is_dated(case: Case, column: str) -> bool:
    """Whether any row of the sheet is about a column."""
    rows = case.tables["dated_values"]
    return len(rows) > 0 and bool((rows["column"] == column).any())


def dated(case: Case, column: str, frame: pd.DataFrame, years: Years) -> Floats:
    """The column in each year of the node of each row of `frame`, which has the words that say whose it is.

    Of the sheet's rows that cover a year the one with the latest first year counts; without one, the stated value.
    """
    sheet, words = DATED[column]
    stated, whose = number_by(case.tables[sheet], words, column), index_column(frame, words)
    yearly = np.repeat(whose.map(stated).fillna(0.0).to_numpy(float)[:, None], years.calendar.shape[1], axis=1)
    rows = case.tables["dated_values"]
    rows = rows[rows["column"] == column].sort_values("from", kind="stable", na_position="first")
    first, last = rows["from"].fillna(-np.inf).tolist(), rows["to"].fillna(np.inf).tolist()
    places: dict[object, list[int]] = {}
    for place, one in enumerate(whose):
        places.setdefault(one, []).append(place)
    for key, begins, ends, value in zip(indices(rows, *words), first, last, rows["value"].tolist(), strict=True):
        own = places.get(key, [])
        covered = (years.calendar[own] >= begins) & (years.calendar[own] <= ends)
        yearly[own] = np.where(covered, value, yearly[own])
    return yearly


def largest_capacity(case: Case) -> pd.Series:
    """By facility, the most that is stated of its capacity in any year."""
    own = case.tables["facilities"].set_index("facility")[CAPACITY].fillna(0.0)
    if not is_dated(case, CAPACITY):
        return own
    rows = case.tables["dated_values"]
    rows = rows[rows["column"] == CAPACITY]
    later = rows.groupby("facility")["value"].max().reindex(own.index).fillna(0.0)
    return own.where(own >= later, later)
