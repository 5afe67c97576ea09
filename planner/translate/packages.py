"""The `Packages` part: lots, and what is bought only with something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.data import Packages
from planner.case import Case
from planner.translate.flows import FlowTables
from planner.translate.tools import indices, number_by

ROUND = 1e-9  # by how much rounding may set a whole number of lots apart


def packages_part(case: Case, flows: FlowTables, sold: pd.DataFrame) -> Packages:
    """The `Packages` part; a lot counts with the share of the years in which its offer is on sale."""
    if not case.tables["offers"]["lot_t_per_year"].notna().any() and case.tables["bundles"].empty:
        return Packages(LOTTED=(), lot_t_per_year={}, most_lots={}, BUNDLED=(), with_t_per_t={})
    lots = sold.merge(case.tables["offers"][["offer", "lot_t_per_year"]], on="offer")
    lots = lots[lots["lot_t_per_year"].notna() & lots["offer"].isin(flows.purchases["offer"])].reset_index(drop=True)
    lots["lot_t"] = lots["lot_t_per_year"] * lots["open"]
    most = np.floor((lots["most_worth_t"] / lots["lot_t"]).to_numpy(np.float64) + ROUND)
    bounded = lots.assign(most=most)[np.isfinite(most)]
    bundles = case.tables["bundles"]
    drawn = pd.concat([flows.purchases[["offer", "node"]], flows.lifts[["offer", "node"]]]).drop_duplicates()
    bundled = bundles.merge(drawn, on="offer")
    return Packages(
        LOTTED=indices(lots, "offer", "node"),
        lot_t_per_year=number_by(lots, ("offer", "node"), "lot_t"),
        most_lots=number_by(bounded, ("offer", "node"), "most"),
        BUNDLED=indices(bundled, "offer", "with_offer", "node"),
        with_t_per_t=number_by(bundles, ("offer", "with_offer"), "t_per_t"),
    )


def rounded_up_t(case: Case) -> dict[str, float]:
    """By offer, what its lots may add to what is used of it; no bound where another offer is bought only with it."""
    offers = case.tables["offers"][["offer", "lot_t_per_year"]].dropna()
    lots = {str(offer): float(t) for offer, t in zip(offers["offer"], offers["lot_t_per_year"], strict=True)}
    return lots | {str(offer): np.inf for offer in case.tables["bundles"]["with_offer"]}
