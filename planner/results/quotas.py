"""Quotas: how much of each is used and left, at which rates. Values are expected over the futures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.frames import by_period, calendar, country_names, dated, offer_of, rows
from planner.translate.border import quotas_in
from planner.translate.duties import known_goods, matches

CROSSING = ["material", "origin", "destination", "node"]


def quotas(case: Case, plan: Plan) -> pd.DataFrame:
    """One row a quota and period.

    Columns: quota, authority, origin, destination, period, label, in_rate, over_rate (blank: nothing may enter over
    it), in t a year quota_t, came_t (all that crosses the border under it), used_t, left_t, and used_share.
    """
    found = [_quota_at(case, name, int(period)) for name, period in rows(plan, "nodes")[["node", "period"]].to_numpy()]
    table = pd.concat(found, ignore_index=True)
    if table.empty:
        return table.assign(period=[], label=[], came_t=[], used_t=[], left_t=[], used_share=[])
    table = table.join(_came(case, plan, table), on=["quota", "node"]).fillna({"came_t": 0.0})
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


def _came(case: Case, plan: Plan, table: pd.DataFrame) -> pd.Series:
    """Tons a year that cross a border under each quota, by quota and node."""
    crossing, goods = _crossings(case, plan), known_goods(case)
    period = rows(plan, "nodes").set_index("node")["period"]
    by_year = {year: quotas_in(case, int(year)) for year in sorted(set(period))}
    found = []
    for material, origin, destination, node, tons in crossing.itertuples(index=False):
        good = goods(material, origin, destination)
        names = [] if good is None else [quota.name for quota in by_year[period[node]] if matches(quota.row, good)]
        found += [(name, node, tons) for name in dict.fromkeys(names)]
    came = pd.DataFrame(found, columns=["quota", "node", "came_t"])
    return came.groupby(["quota", "node"])["came_t"].sum()


def _crossings(case: Case, plan: Plan) -> pd.DataFrame:
    """Tons a year that cross each border: material, origin, destination, node, t_per_year."""
    offers = case.tables["offers"].set_index("offer")
    spot = rows(plan, "purchases")
    lifted = rows(plan, "lifts").rename(columns={"contract": "offer"})
    bought = pd.concat([spot, lifted], ignore_index=True)
    behind = bought["offer"].map(offer_of(case))
    bought = bought.assign(material=behind.map(offers["material"]), origin=behind.map(offers["origin"]))
    sent = rows(plan, "shipments").rename(columns={"to_place": "place"})
    sent = sent.assign(origin=sent["from_place"].map(case.country_of))
    every = pd.concat([bought, sent], ignore_index=True).assign(destination=lambda t: t["place"].map(case.country_of))
    every = every[every["origin"] != every["destination"]].astype(dict.fromkeys(CROSSING, object))
    return every.groupby(CROSSING)["t_per_year"].sum().reset_index()
