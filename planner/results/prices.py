"""What one more ton would cost the plan: the price at which it is worth buying."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.flows import arrivals
from planner.results.frames import calendar, dated, rows
from planner.status import TINY_T

KEY = ["material", "place", "node"]


def marginal_prices(case: Case, plan: Plan) -> pd.DataFrame:
    """USD per t by material, place, rule (blank: any goods) and node: material, place, rule, node, period, label.

    Only where the material comes or is missing: elsewhere nothing says what a ton is worth.
    """
    there = arrivals(case, plan)
    there = there.loc[there["t_per_year"] > TINY_T, KEY]
    segments = case.tables["segments"][["segment", "material", "place"]]
    missing = rows(plan, "shortages").merge(segments, on="segment")[KEY]
    kept = pd.concat([there, missing]).drop_duplicates()
    table = dated(plan, rows(plan, "prices").merge(kept, on=KEY))
    table = table.rename(columns={"origin_class": "rule"}).astype({"rule": object})
    order = {name: k for k, name in enumerate(case.tables["materials"]["material"])}
    table = table.assign(label=table["period"].map(calendar(plan)), rank=table["material"].map(order))
    table = table.sort_values(["rank", "place", "rule", "period", "node"], kind="stable").reset_index(drop=True)
    columns = ["material", "place", "rule", "node", "period", "label", "probability", "usd_per_t"]
    return table[columns]


def expected_prices(case: Case, plan: Plan) -> pd.DataFrame:
    """The same with the mean over the futures of each period in which the material is there."""
    table = marginal_prices(case, plan)
    keys = ["material", "place", "rule", "period", "label"]
    table = table.assign(weighed=table["usd_per_t"] * table["probability"])
    out = table.groupby(keys, sort=False, as_index=False)[["weighed", "probability"]].sum()
    return out.assign(usd_per_t=out["weighed"] / out["probability"]).drop(columns=["weighed", "probability"])
