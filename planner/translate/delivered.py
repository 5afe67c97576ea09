"""Prices by destination: what an offer costs at a place for which it has a quote of its own, the way there included.

Such goods are handed over at their place, so that none of them are under way at the buyer's cost.
"""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.translate.events import Events, supplied
from planner.translate.lead import ordered
from planner.translate.money import mean_worth
from planner.translate.offers import mean_price


def at_their_place(case: Case, events: Events, purchases: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Purchases at the prices and freights of their places, where the sheet delivered_prices has such.

    In a band the price differs by as much from the band's as the quote does from the offer's own.
    """
    rows = case.tables["delivered_prices"][["offer", "place", "period", "price_usd_per_t", "freight_usd_per_t"]]
    if rows.empty or purchases.empty:
        return purchases
    key, quoted = ["offer", "place", "period"], purchases[["offer", "place", "node", "period"]]
    dated = quoted.merge(rows, on=key, how="left")
    always = quoted.merge(rows[rows["period"].isna()].drop(columns=["period"]), on=key[:2], how="left")
    found = dated.where(dated["price_usd_per_t"].notna(), always)
    own = quoted.merge(sold[["offer", "node", "stated_usd_per_t"]], on=["offer", "node"], how="left")
    rate = mean_worth(events, quoted)
    more = (found["price_usd_per_t"] * rate - own["stated_usd_per_t"]).to_numpy(float)
    freight = (found["freight_usd_per_t"] * rate).to_numpy(float)
    here = found["price_usd_per_t"].notna().to_numpy()
    there = purchases[here].assign(
        stated_usd_per_t=purchases.loc[here, "stated_usd_per_t"] + more[here],
        freight_usd_per_t=freight[here],
        within_usd_per_t=0.0,
        transit_days=0.0,
    )
    if there.empty:
        return purchases
    there = there.reset_index(drop=True)
    weights = ordered(case, there, supplied(case, events, there, destination=True)).yearly
    paid = mean_price(events, there, weights)
    purchases = purchases.copy()
    for name in ("stated_usd_per_t", "freight_usd_per_t", "within_usd_per_t", "transit_days"):
        purchases.loc[here, name] = there[name].to_numpy(float)
    purchases.loc[here, "price_usd_per_t"] = paid.to_numpy(float)
    return purchases
