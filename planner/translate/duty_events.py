"""What the events of a future do to duties, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.translate import columns
from planner.translate.duties import CUSTOMS_KEY, Factors, RowsAt, duty_rates
from planner.translate.events import GOODS, Events
from planner.translate.tools import indices

WORDS = {**GOODS, "country": "origin", "destination": "destination", "hts": "hts"}
EVENT = "event"


def rates_after_events(
    case: Case, nodes: pd.DataFrame, events: Events, borders: pd.DataFrame, rows_at: RowsAt | None = None
) -> pd.DataFrame:
    """Duty rates as duty_rates gives them, each day's with the factors of its year, and what events add as a layer."""
    rates = duty_rates(case, nodes, borders, rows_at, duty_factors(case, nodes, events, borders))
    if "duty" not in events.by_kind:
        return rates
    goods = _crossing(nodes, borders)
    effects = events.on("duty", goods, WORDS)
    yearly = effects.value * effects.days / effects.days.sum(axis=1, keepdims=True)
    row, nth = np.nonzero(yearly)
    more = goods.iloc[row].assign(layer=EVENT, nth=nth, rate=yearly[row, nth], usd_per_t=0.0)
    return pd.concat([rates, columns.RATES.of(more)], ignore_index=True)


def duty_factors(case: Case, nodes: pd.DataFrame, events: Events, borders: pd.DataFrame) -> Factors:
    """By what events multiply the duty on a good at a node: by year, where they do in any year of its period."""
    if "duty" not in events.by_kind:
        return {}
    goods = _crossing(nodes, borders)
    effects = events.on("duty", goods, WORDS)
    changed = ((effects.factor != 1.0) & effects.valid).any(axis=1)
    keys = indices(goods[changed], *CUSTOMS_KEY, "node")
    years = zip(effects.calendar[changed].tolist(), effects.factor[changed].tolist(), strict=True)
    return {key: dict(zip(*both, strict=True)) for key, both in zip(keys, years, strict=True)}


def _crossing(nodes: pd.DataFrame, borders: pd.DataFrame) -> pd.DataFrame:
    across = borders[borders["origin"] != borders["destination"]].drop_duplicates()
    return across.merge(nodes[["node"]], how="cross")
