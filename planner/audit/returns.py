"""What comes back: how much arises of each stream, and how much of it may and must be collected.

A row with a period says what arises in that period. A cohort row says that what a segment was given in a calendar
year comes back `lifetime_years` later, so many tons for each ton. Rows of one stream at one place add up.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.audit.books import Books, summed
from planner.audit.finding import Finding, listed, too_little, too_much

STREAM = ["stream", "place", "material"]
_WHERE = {"stream": "stream", "place": "at", "material": "of", "node": "in"}


def arising(books: Books) -> pd.DataFrame:
    """For each row of `returns` and each node where it applies: `arises` in t/yr, and the least and most collected."""
    rows = books.at_every_node(books.sheet("returns").reset_index(names="row").rename(columns={"period": "due"}))
    cohort = rows["segment"] != ""
    rows = rows.merge(came_back(books), on=["row", "node"], how="left")
    arises = rows["t_per_year"].fillna(0.0).where(rows["due"] == rows["period"], 0.0)
    rows["arises"] = arises.where(~cohort, rows["came_back"].fillna(0.0))
    rows["most"] = rows["arises"] * rows["max_collection_share"].fillna(1.0)
    rows["least"] = rows["arises"] * rows["min_collection_share"].fillna(0.0)
    return rows[cohort | (rows["due"] == rows["period"])]


def came_back(books: Books) -> pd.DataFrame:
    """For each cohort row and node: t/yr that come back, averaged over the node's calendar years."""
    sheet = books.sheet("returns").reset_index(names="row")
    cohorts = sheet[sheet["segment"] != ""][["row", "segment", "lifetime_years", "t_per_t_used"]]
    ages = cohorts.merge(years_seen(books), how="cross")
    ages = ages[ages["year"] - ages["lifetime_years"] == ages["year_before"]]
    delivered = summed(books.table("deliveries"), ["segment", "node"], "t_per_year")
    served = ages.merge(delivered.rename(columns={"node": "ancestor"}), on=["segment", "ancestor"])
    served["came_back"] = served["t_per_year"] * served["t_per_t_used"] / served["years"]
    return summed(served, ["row", "node"], "came_back")


def years_seen(books: Books) -> pd.DataFrame:
    """Each calendar year of each node, with each calendar year on its path: node, year, ancestor, year_before."""
    path = books.tree.ancestry
    rows = path.assign(year=_calendar_years(path["period"], path["years"])).explode("year")
    rows = rows.assign(year_before=_calendar_years(rows["begun_in"], rows["ancestor_years"])).explode("year_before")
    rows = rows[["node", "years", "year", "ancestor", "year_before"]].astype({"year": float, "year_before": float})
    return rows[rows["year_before"] <= rows["year"]]


def _calendar_years(first: pd.Series, years: pd.Series) -> pd.Series:
    every = [list(range(int(a), int(a + n))) for a, n in zip(first, years, strict=True)]
    return pd.Series(every, index=first.index, dtype=object)


def check_returns(books: Books) -> list[Finding]:
    """Collected lies between the duty to take back and the most that can be had; only what arises is collected."""
    key = [*STREAM, "node"]
    bounds = summed(arising(books), key, "least", "most")
    collected = summed(books.table("collections"), key, "t_per_year")
    both = bounds.merge(collected, on=key, how="outer")
    findings = listed("collection", both[both["most"].isna()], _WHERE, "nothing comes back here", 0.0, "t_per_year")
    both = both.fillna({"least": 0.0, "most": 0.0, "t_per_year": 0.0}).assign(found=lambda b: b["t_per_year"])
    findings += too_much("collection", both.assign(expected=both["most"]), _WHERE, "more is collected than can be")
    return findings + too_little(
        "collection", both.assign(expected=both["least"]), _WHERE, "less is collected than must be"
    )


def collection_cost(books: Books) -> pd.DataFrame:
    """The cost of what is collected: its rows' price; where rows differ, the cheapest part comes first.

    Each row gives at least its duty; what is collected beyond that comes from the rows in order of their price.
    """
    key = [*STREAM, "node"]
    rows = arising(books).sort_values([*key, "collection_usd_per_t"], kind="stable")
    collected = summed(books.table("collections"), key, "t_per_year")
    rows = rows.drop(columns="t_per_year").merge(collected, on=key)
    by_pool = rows.groupby(key)
    room = rows["most"] - rows["least"]
    beyond = rows["t_per_year"] - by_pool["least"].transform("sum")
    taken_before = room.groupby([rows[k] for k in key]).cumsum() - room
    extra = np.minimum(room, (beyond - taken_before).clip(lower=0.0))
    return rows.assign(t_per_year=rows["least"] + extra)
