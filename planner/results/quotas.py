"""Quotas: how much of each is used and left, at which rates. Values are expected over the futures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, country_names, dated, rows


def quotas(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a quota and period.

    Columns: quota, authority, origin, destination, period, label, in_rate, over_rate (blank: nothing may enter over
    it), in t a year quota_t, came_t (all that crosses the border under it), used_t, left_t, and used_share.
    """
    found = [_quota_at(case, name, int(period)) for name, period in rows(plan, "nodes")[["node", "period"]].to_numpy()]
    table = pd.concat(found, ignore_index=True)
    if table.empty:
        return table.assign(period=[], label=[], came_t=[], used_t=[], left_t=[], used_share=[])
    came = rows(plan, "under_quota").set_index(["quota", "node"])["t_per_year"].rename("came_t")
    table = table.join(came, on=["quota", "node"]).fillna({"came_t": 0.0})
    inside = rows(plan, "in_quota").groupby(["quota", "node"])["t_per_year"].sum().rename("inside_t")
    table = table.join(inside, on=["quota", "node"]).fillna({"inside_t": 0.0})
    # The program decides how much enters inside only where that saves duty; elsewhere the first tons are inside.
    saves = table["over_rate"] > table["in_rate"]
    table["used_t"] = table["inside_t"].where(saves, np.minimum(table["came_t"], table["quota_t"]))
    table = dated(plan, table)
    keys = ["quota", "authority", "origin", "destination", "in_rate", "over_rate"]
    chances = table.groupby("period")["probability"].transform("sum")  # 1, but for rounding
    table["quota_t"] = table["quota_t"] / chances
    out = by_period(table, keys, ["quota_t", "came_t", "used_t"])
    out["left_t"] = (out["quota_t"] - out["used_t"]).clip(lower=0.0)
    out["used_share"] = (out["used_t"] / out["quota_t"]).where(out["quota_t"] > 0)
    return out.assign(label=out["period"].map(calendar(plan)))


def _quota_at(case: Case, node: str, period: int) -> pd.DataFrame:
    """The quotas of a node, with the words that a reader knows them by."""
    table = case.tables["quotas"]
    table = table[table["period"] == period]
    names = country_names(case)
    destination = [names.get(code, code) for code in table["destination"].fillna(case.settings["home_country"])]
    found = pd.DataFrame(
        {
            "quota": table["quota"].astype(object),
            "authority": table["authority"].astype(object),
            "origin": [names.get(code, "every country" if code == "*" else code) for code in table["origin"]],
            "destination": destination,
            "in_rate": table["in_quota_rate"].astype(float),
            "over_rate": table["over_quota_rate"].astype(float),
            "quota_t": table["quota_t"].astype(float),
        }
    )
    words = ["quota", "authority", "in_rate", "over_rate", "quota_t"]
    listed = {"origin": _listed, "destination": _listed}
    return found.groupby(words, as_index=False, dropna=False).agg(listed).assign(node=node)


def _listed(words: pd.Series) -> str:
    return ", ".join(dict.fromkeys(words))
