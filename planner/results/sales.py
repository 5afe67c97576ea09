"""Sales of surplus: how much, where, at which prices, and to whom."""

from __future__ import annotations

import pandas as pd

from planner.results.facts import Facts, expected, remembered
from planner.status import TINY_T

BUYER_OPEN = "buyer open"


@remembered
def sales(facts: Facts) -> pd.DataFrame:
    """One row a place, material, price and period: place, country, material, price, period, label, t and musd a year.

    Expected over the futures. The case names markets and no buyers, so whom to sell to stays open.
    """
    rows = expected(facts.table("sales"))
    keys = ["place", "material", "price_usd_per_t", "period"]
    out = rows.groupby(keys, as_index=False)[["t"]].sum()
    out = out[out["t"] > TINY_T].rename(columns={"price_usd_per_t": "price"})
    out["musd"] = out["t"] * out["price"] / 1e6
    out["country"] = out["place"].map(facts.country_name_of)
    out["label"], out["years"] = out["period"].map(facts.labels), out["period"].map(facts.years)
    out["chain"] = out["material"].map(facts.chain)
    return out.sort_values(["chain", "place", "price", "period"], kind="stable").reset_index(drop=True)


@remembered
def sold(facts: Facts) -> pd.DataFrame:
    """One row a place and material, the most money first.

    Columns: place, country, material, buyer, first and last (years), t_per_year (mean over the years of the horizon),
    total_t, price (mean), musd (undiscounted, over the horizon).
    """
    rows = sales(facts)
    rows = rows.assign(total_t=rows["t"] * rows["years"], money=rows["musd"] * rows["years"])
    rows["end"] = rows["period"] + rows["years"] - 1
    out = rows.groupby(["place", "country", "material"], as_index=False).agg(
        first=("period", "min"), last=("end", "max"), total_t=("total_t", "sum"), musd=("money", "sum")
    )
    out["t_per_year"] = out["total_t"] / sum(facts.years.values())
    out["price"] = (out["musd"] * 1e6 / out["total_t"]).where(out["total_t"] > 0)
    out = out.assign(buyer=pd.Series(BUYER_OPEN, index=out.index, dtype=object))
    return out.sort_values("musd", ascending=False, kind="stable").reset_index(drop=True)
