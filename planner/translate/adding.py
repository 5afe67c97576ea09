"""What partnerships add to offers: supply outright, and supply that distrust would withhold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.translate import columns
from planner.translate.events import Events, supplied

EFFECT = ["offer", "node", "partnership"]


def effects_on_offers(case: Case, sold: pd.DataFrame) -> pd.DataFrame:
    """The rows of `sold` with each partnership that adds to them."""
    effects = case.tables["partnership_effects"]
    if effects.empty:
        return columns.EFFECTS.none()
    effects = effects.merge(case.tables["partnerships"][["partnership", "country"]], on="partnership")
    outright = effects[effects["effect"] == "adds supply"].rename(columns={"applies_to": "offer", "value": "adds"})
    trust = effects[effects["effect"] == "restores trust"].rename(columns={"country": "origin", "value": "restores"})
    adds = sold[["offer", "node"]].merge(outright[["offer", "partnership", "adds"]], on="offer")
    restores = sold.loc[sold["withheld_t"] > 0, ["offer", "origin", "node"]]
    restores = restores.merge(trust[["origin", "partnership", "restores"]], on="origin").drop(columns=["origin"])
    both = pd.concat([adds, restores], ignore_index=True).fillna({"adds": 0.0, "restores": 0.0})
    both = both.groupby(EFFECT, sort=False)[["adds", "restores"]].sum().reset_index()
    both = both.assign(restores=both["restores"].clip(upper=1.0))
    return columns.EFFECTS.of(sold.merge(both, on=["offer", "node"]))


def tons_added(case: Case, events: Events, effects: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """The frame with what effects add from the year `since` on: adds_t in years of delivery, and restores_t."""
    yearly = supplied(case, events, effects)
    withheld = effects["stated_t"].fillna(0.0) * (1.0 - effects["trust"])
    return effects.assign(
        adds_t=effects["adds"] * yearly.standing(since), restores_t=effects["restores"] * withheld * yearly.share(since)
    )


def additions(case: Case, events: Events, effects: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """What partnerships add to the yearly supply of an offer."""
    if effects.empty or in_force.empty:
        return columns.ADDED.none()
    found = effects.merge(in_force[["partnership", "joined_in", "node", "since"]], on=["partnership", "node"])
    found = tons_added(case, events, found, found["since"])
    found["t"] = found["adds_t"] + found["restores_t"]
    return columns.ADDED.of(found[found["t"] > 0]).reset_index(drop=True)


def supply_with_partners(sold: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """The offers on sale with what signed partnerships add to their maximum, and what others could."""
    if added.empty:
        more = sold.assign(own_t=sold["max_t_per_year"], could_restore_t=sold["withheld_t"], could_add_t=0.0)
        return columns.SOLD.of(more[~(more["max_t_per_year"] <= 0)]).reset_index(drop=True)
    by_offer = pd.MultiIndex.from_frame(sold[["offer", "node"]])

    def summed(rows: pd.DataFrame, column: str) -> Floats:
        found = rows.groupby(["offer", "node"])[column].sum().to_dict()
        return np.array([found.get(key, 0.0) for key in by_offer], dtype=np.float64)

    signed, others = added[added["joined_in"].isna()], added[added["joined_in"].notna()]
    restored = np.minimum(summed(signed, "restores_t"), sold["withheld_t"])
    could = others.groupby(EFFECT)["t"].max().reset_index()
    more = sold.assign(
        own_t=sold["max_t_per_year"],
        max_t_per_year=sold["max_t_per_year"] + summed(signed, "adds_t") + restored,
        could_restore_t=sold["withheld_t"] - restored,
        could_add_t=summed(could, "t"),
    )
    return columns.SOLD.of(more[~(more["max_t_per_year"] + more["could_add_t"] <= 0)]).reset_index(drop=True)
