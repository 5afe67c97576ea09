"""The `Dealings` part: suppliers with whom dealing at all costs something, and what it costs in each node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.data import Dealings, Groups
from planner.case import Case
from planner.translate.events import Events
from planner.translate.refusing import refuse_unbounded
from planner.translate.tools import indices, weighted

DEALING = ("supplier", "node")


def dealings_part(case: Case, events: Events, sold: pd.DataFrame) -> Dealings:
    """The `Dealings` part; `sold` are offers that somebody can buy, with the most worth buying."""
    dealt = with_setup(case, events, sold)
    if dealt.empty:
        nothing: Groups[Any] = Groups({})
        return Dealings((), (), nothing)
    endless = dealt.loc[~np.isfinite(dealt["most_worth_t"].astype(float)), "offer"]
    refuse_unbounded(case, dict.fromkeys(endless, "dealing with its supplier costs something"))
    dealings = dealt.drop_duplicates([*DEALING]).reset_index(drop=True)
    return Dealings(
        DEALINGS=indices(dealings, *DEALING),
        DEALT=indices(dealt, "offer", *DEALING),
        setup_musd_per_year=weighted(dealings, "musd", indices(dealings, *DEALING), by=("node",)),
    )


def with_setup(case: Case, events: Events, sold: pd.DataFrame) -> pd.DataFrame:
    """The offers on sale at a node of suppliers with a set-up cost, with musd: it, in years with anything on sale."""
    costs = case.tables["suppliers"].set_index("supplier")["setup_musd_per_year"]
    costs = costs[costs > 0]
    dealt = sold[sold["supplier"].isin(costs.index)].reset_index(drop=True)
    if dealt.empty:
        return dealt.assign(musd=0.0)
    every = case.tables["offers"][["supplier", "from", "to"]]
    every = every.merge(dealt[[*DEALING]].drop_duplicates(), on="supplier").reset_index(drop=True)
    years = events.years_of(every)
    open_in = years.within(every["from"].fillna(-np.inf), every["to"].fillna(np.inf))
    key = [every["supplier"], every["node"]]
    share = pd.DataFrame(open_in).groupby(key).any().sum(axis=1) / pd.Series(years.valid.sum(axis=1)).groupby(key).max()
    musd = [costs[supplier] * share[supplier, node] for supplier, node in indices(dealt, *DEALING)]
    return dealt.assign(musd=np.array(musd, dtype=np.float64))
