"""The part about surplus: own goods that are sold, and goods that are thrown away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.data import Surplus
from planner.case import Case
from planner.translate import columns
from planner.translate.events import GOODS, Events
from planner.translate.flows import WHERE, disposable, markets
from planner.translate.origin import ANY_CLASS
from planner.translate.tools import MUSD_PER_USD, indices, weighted


def markets_reached(case: Case, nodes: pd.DataFrame, events: Events, reached: pd.DataFrame) -> pd.DataFrame:
    """Markets that own goods reach, with the price paid there at each node.

    A maximum counts with the share of the node's years in which the market is open, a price in those years.
    """
    found = markets(case, nodes)
    if found.empty or reached.empty:
        return columns.SALES.none()
    sales = found.merge(reached, on=["place", "material", "node"])
    sales["max_t_per_year"] = sales["max_t_per_year"] * sales["open"]
    years = events.years_of(sales)
    opened = years.within(sales["from"].fillna(-np.inf), sales["to"].fillna(np.inf)).astype(float)
    paid = events.scaled("price", sales, {**GOODS, "place": "place"}, "price_usd_per_t", opened)
    sales = _one_market(sales.assign(paid_usd_per_t=paid))
    return columns.SALES.of(sales.sort_values([*WHERE, "price_usd_per_t"], kind="stable", ignore_index=True))


def _one_market(sales: pd.DataFrame) -> pd.DataFrame:
    """Rows of one price as one market: what each takes adds up, at the mean of what they pay by what they take.

    A row without a maximum may take all, so where there is one each counts with its years.
    """
    key = [*WHERE, "price_usd_per_t"]
    if not sales.duplicated(key).any():
        return sales
    most = sales["max_t_per_year"]
    unlimited = most.isna().groupby([sales[name] for name in key]).transform("any")
    weight = most.where(~unlimited, sales["open"] * (most != 0))
    weight = weight.where(weight.groupby([sales[name] for name in key]).transform("sum") > 0, sales["open"])
    rows = sales.assign(weight=weight, worth=weight * sales["paid_usd_per_t"])
    rows["max_t_per_year"] = most.where(~unlimited)
    sums = rows.groupby(key, as_index=False)[["weight", "worth", "max_t_per_year"]].sum(min_count=1)
    return sums.assign(paid_usd_per_t=sums["worth"] / sums["weight"])


def places_to_dispose(case: Case, reached: pd.DataFrame, purchases: pd.DataFrame) -> pd.DataFrame:
    """Where goods that may be thrown away come to, with what that costs."""
    allowed = disposable(case)
    if allowed.empty:
        return columns.DISPOSALS.none()
    bought = purchases.loc[purchases["origin_class"] == ANY_CLASS, WHERE]
    got = pd.concat([reached, bought]).drop_duplicates()
    priced = case.tables["materials"][["material", "disposal_usd_per_t"]]
    disposals = got[got["material"].isin(allowed)].merge(priced, on="material")
    return columns.DISPOSALS.of(disposals.sort_values(WHERE, kind="stable", ignore_index=True))


def surplus_part(sold: pd.DataFrame, thrown: pd.DataFrame) -> Surplus:
    """The `Surplus` part: markets that take own goods, and where goods may be thrown away."""
    sales = sold.assign(musd=sold["paid_usd_per_t"] * MUSD_PER_USD)
    disposals = thrown.assign(musd=thrown["disposal_usd_per_t"] * MUSD_PER_USD)
    sell = indices(sales, "place", "material", "price_usd_per_t", "node")
    dispose = indices(disposals, *WHERE)
    capped = sales["max_t_per_year"].notna().tolist()
    most = zip(sell, sales["max_t_per_year"].tolist(), capped, strict=True)
    return Surplus(
        SALES=sell,
        max_t_per_year={key: t for key, t, has_limit in most if has_limit},
        DISPOSALS=dispose,
        income_musd_per_t=weighted(sales, "musd", sell, by=("node",)),
        disposal_musd_per_t=weighted(disposals, "musd", dispose, by=("node",)),
    )
