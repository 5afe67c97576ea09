"""What is built and when it works; what is collected; what is kept in stock."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import period_labels, rows


def builds(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a project begun, in order of time.

    Columns: option, facility, place, begun, first_output, last_output (years), times (how often it is begun in that
    year), size_t_per_year and capex_musd (of all of them).
    """
    options = case.tables["build_options"]
    places = case.tables["facilities"][["facility", "place"]]
    nodes = rows(plan, "nodes")[["node", "period"]]
    table = rows(plan, "builds").merge(options, on="option").merge(places, on="facility").merge(nodes, on="node")
    wait = table["permit_years"].fillna(0).astype(int) + table["lead_years"].fillna(0).astype(int)
    table["begun"] = table["period"].astype(int)
    table["first_output"] = table["begun"] + wait
    table["last_output"] = table["first_output"] + table["life_years"].astype(int) - 1
    variable = table["capex_usd_per_t"].fillna(0.0) * table["size_t_per_year"] / 1e6
    table["capex_musd"] = table["times"] * table["capex_fixed_musd"].fillna(0.0) + variable
    columns = ["option", "facility", "place", "begun", "first_output", "last_output", "times", "size_t_per_year"]
    return table.sort_values(["begun", "option"])[[*columns, "capex_musd"]].reset_index(drop=True)


def use_of_plants(case: Case, plan: Plan) -> pd.DataFrame:
    """Usable and used capacity of the plants that stand at some time.

    Columns: facility, node, period, usable_t_per_year, used_t_per_year, used_share (blank where nothing stands).
    """
    table = rows(plan, "capacities").copy()
    table["period"] = table["node"].map(period_labels(plan))
    usable = table["usable_t_per_year"]
    table["used_share"] = (table["used_t_per_year"] / usable).where(usable > 0)
    table = table[table["used_share"].groupby(table["facility"]).transform("count") > 0]
    return table[["facility", "node", "period", "usable_t_per_year", "used_t_per_year", "used_share"]]


def recycling(case: Case, plan: Plan) -> pd.DataFrame:
    """What comes back: stream, place, material, node, period, t_per_year."""
    by = ["stream", "place", "material", "node"]
    table = rows(plan, "collections").groupby(by, as_index=False)[["t_per_year"]].sum()
    table["period"] = table["node"].map(period_labels(plan))
    return table


def stock_levels(case: Case, plan: Plan) -> pd.DataFrame:
    """Stock at the end of each period: place, material, node, period, t."""
    table = rows(plan, "stocks").groupby(["place", "material", "node"], as_index=False)[["t"]].sum()
    table["period"] = table["node"].map(period_labels(plan))
    return table
