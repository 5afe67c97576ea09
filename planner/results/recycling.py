"""Recycling: what comes back, and what recycling plants make of it."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, expected, remembered

STREAM_KEY = ["stream", "material", "place"]


def arising(facts: Facts) -> pd.DataFrame:
    """What arises in each stream, place, material and node, collected or not; with t, expected."""
    return expected(facts.table("arisings"))


@remembered
def recovered(facts: Facts) -> pd.DataFrame:
    """Outputs of the processes that take a returning material: expected t per year by facility, process, material."""
    recipes = facts.case.tables["recipes"]
    scrap = set(facts.case.tables["returns"]["material"])
    recyclers = set(recipes.loc[(recipes["t_per_t"] < 0) & recipes["material"].isin(scrap), "process"])
    made = facts.table("throughput").query("t_per_year > 0")
    return expected(made[made["process"].isin(recyclers)])


def collected(facts: Facts) -> pd.DataFrame:
    """What is collected, expected t per year: stream, material, place, period, label, t."""
    table = expected(facts.table("collections")).groupby([*STREAM_KEY, "period"], as_index=False)[["t"]].sum()
    return table.assign(label=table["period"].map(facts.labels))


def stock_levels(facts: Facts) -> pd.DataFrame:
    """Stock at the end of each period, expected: material, place, period, label, t."""
    table = expected(facts.table("stocks"), "t").groupby(["material", "place", "period"], as_index=False)[["t"]].sum()
    return table.assign(label=table["period"].map(facts.labels))
