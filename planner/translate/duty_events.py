"""Duties after the events of a future."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.translate.events import GOODS, Events, with_goods


def changed_by_events(
    case: Case, nodes: pd.DataFrame, events: Events, borders: pd.DataFrame, rates: pd.DataFrame
) -> pd.DataFrame:
    """The rates after events: factors on every layer, and a layer of its own for what events add."""
    if not (events.table["kind"] == "duty").any():
        return rates
    words = {**GOODS, "country": "origin", "destination": "destination", "hts": "hts"}
    effects = events.on("duty", with_goods(case, rates), words)
    factor = effects.mean(effects.factor)
    rates = rates.assign(rate=rates["rate"] * factor, usd_per_t=rates["usd_per_t"] * factor)
    goods = with_goods(case, borders[borders["origin"] != borders["destination"]].merge(nodes[["node"]], how="cross"))
    added = events.on("duty", goods, words)
    more = goods.assign(layer="event", rate=added.mean(added.value), usd_per_t=0.0)
    return pd.concat([rates, more.loc[more["rate"] != 0, list(rates.columns)]], ignore_index=True)
