"""Recycling: what comes back, and what recycling plants make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planner.results.facts import Facts, expected, records, remembered

STREAM_KEY = ["stream", "material", "place"]


@remembered
def arising(facts: Facts) -> pd.DataFrame:
    """What arises in each stream, place, material and node: stated rows, and cohorts of what was delivered before."""
    rows = facts.case.tables["returns"]
    stated = rows[rows["period"].notna()].merge(facts.nodes.reset_index()[["node", "period"]], on="period")
    cohorts = pd.DataFrame(
        list(_cohorts(facts, rows[rows["period"].isna()])), columns=[*STREAM_KEY, "node", "t_per_year"]
    )
    columns = [*STREAM_KEY, "node", "t_per_year"]
    frame = pd.concat([stated[columns], cohorts], ignore_index=True)
    frame = frame.join(facts.nodes[["period", "years", "probability"]], on="node")
    return expected(frame)


def _cohorts(facts: Facts, rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """A cohort returns, in each calendar year, a share of what its segment was delivered a lifetime earlier."""
    deliveries = facts.plan.tables["deliveries"].groupby(["segment", "node"])["t_per_year"].sum()
    given = {key: float(t) for key, t in deliveries.items()}
    for row in records(rows):
        for node, start, years in records(facts.nodes.reset_index()[["node", "period", "years"]]):
            then = [_node_of(facts, str(node), int(y) - int(row.lifetime_years)) for y in range(start, start + years)]
            tons = sum(given.get((row.segment, n), 0.0) for n in then if n) * row.t_per_t_used / years
            yield row.stream, row.material, row.place, node, tons


def _node_of(facts: Facts, node: str, year: int) -> str | None:
    """The node on the path to this one whose period holds that calendar year; None before the horizon."""
    spans = _spans(facts)
    here: Any = node
    while here in spans:
        start, years, parent = spans[here]
        if start <= year < start + years:
            return str(here)
        here = parent
    return None


@remembered
def _spans(facts: Facts) -> dict[str, tuple[int, int, Any]]:
    """First year, years and parent of each node."""
    columns = ["node", "period", "years", "parent"]
    return {row.node: (row.period, row.years, row.parent) for row in records(facts.nodes.reset_index()[columns])}


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
