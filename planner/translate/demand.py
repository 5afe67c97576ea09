"""The part about demand: what is needed, how it may be served, what may go short."""

from __future__ import annotations

import pandas as pd

from models.data import Demand
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by, weighted

SERVE = ("segment", "material", "t_per_t", "origin_class", "node")


def demand_part(needs: pd.DataFrame, ways: pd.DataFrame, short: pd.DataFrame) -> Demand:
    """The `Demand` part: what is needed, the ways to serve it, and what may go short."""
    deliveries = indices(ways, *SERVE)
    shortages = indices(short, "segment", "node")
    priced = short.assign(musd=short["shortage_usd_per_t"] * MUSD_PER_USD)
    way = ("segment", "material", "t_per_t", "node")
    other = ways[ways["most_t"].notna()]
    return Demand(
        NEEDS=indices(needs, "segment", "node"),
        need_t_per_year=number_by(needs, ("segment", "node"), "t_per_year"),
        DELIVERIES=deliveries,
        DELIVERIES_TO=grouped(indices(ways, "segment", "node"), deliveries),
        SUBSTITUTED=tuple(dict.fromkeys(indices(other, *way))),
        SUBSTITUTES=grouped(indices(other, *way), indices(other, *SERVE)),
        most_substituted_t_per_year=number_by(other, way, "most_t"),
        substitution_musd_per_t=weighted(
            ways.assign(musd=ways["extra_usd_per_t"] * MUSD_PER_USD), "musd", deliveries, by=("node",)
        ),
        SHORTAGES=shortages,
        SHORTAGE_IN=grouped(shortages, shortages),
        max_shortage_t_per_year=dict(zip(shortages, short["most_t"].tolist(), strict=True)),
        shortage_musd_per_t=weighted(priced, "musd", shortages, by=("node",)),
    )
