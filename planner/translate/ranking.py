"""The `Ranking` part: what counts for or against each ton of an offer, and is not paid."""

from __future__ import annotations

import pandas as pd

from models.data import Groups, Ranking
from planner.case import Case
from planner.translate.flows import FlowTables
from planner.translate.movement import named_parts
from planner.translate.tools import MUSD_PER_USD


def malus_usd_per_t(case: Case) -> pd.Series:
    """By offer, what counts against a ton: a bonus is below nothing. Offers without one are left out."""
    malus = case.tables["offers"].set_index("offer")["ranking_usd_per_t"].dropna()
    return malus[malus != 0]


def ranking_part(case: Case, flows: FlowTables) -> Ranking:
    """The `Ranking` part."""
    malus = malus_usd_per_t(case)
    if malus.empty:
        return Ranking(Groups({}))
    ranked = {}
    for kind in ("buy", "lift"):
        frame = flows.by_kind[kind]
        ranked[kind] = frame.assign(musd=frame["offer"].map(malus).astype(float) * MUSD_PER_USD).dropna(subset=["musd"])
    return Ranking(named_parts(flows, ranked, "musd", ("node",)))
