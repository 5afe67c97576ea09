"""The `Incumbents` part: how much of today's awards stays at each node, and where they may be left."""

from __future__ import annotations

from typing import Any

import pandas as pd

from models.data import Groups, Incumbents, Tree
from planner.case import Case
from planner.translate import columns
from planner.translate.flows import FlowTables
from planner.translate.plants import on_paths
from planner.translate.tools import grouped, indices, number_by, weighted
from planner.translate.tree import descents

AT = ("offer", "node")


def awarded_t(case: Case) -> dict[str, float]:
    """By offer, the tons a year of today's awards that stay where the supplier can deliver them."""
    share = case.tables["offers"].set_index("offer")["stays_share"]
    if not share.notna().any():
        return {}
    today = case.tables["awards"].groupby("offer")["t_per_year"].sum()
    stays = (today * share.reindex(today.index)).dropna()
    return {str(offer): float(t) for offer, t in stays[stays > 0].items()}


def staying(case: Case, flows: FlowTables) -> pd.DataFrame:
    """Each offer with an award of which some stays, at each node where it can be bought.

    It stays as far as the supplier delivers, where most of it may go, less what distrust withholds.
    """
    awards = awarded_t(case)
    if not awards:
        return columns.STAYING.none()
    ways = pd.concat([flows.by_kind[kind][[*AT, "supply"]] for kind in ("buy", "lift")])
    ways = ways[ways["offer"].isin(awards)]
    if ways.empty:
        return columns.STAYING.none()
    known = ways.groupby([*AT], sort=False)["supply"].max().reset_index()
    known = known.merge(flows.sold[[*AT, "trust", "stated_t"]], on=[*AT])
    known = known.merge(case.tables["offers"][["offer", "leaving_musd"]], on="offer")
    share = known["supply"] * known["trust"].where(known["stated_t"] != 0, 0.0)
    known["stays_t"] = known["offer"].map(awards).astype(float) * share
    return columns.STAYING.of(known[known["stays_t"] > 0].reset_index(drop=True))


def incumbents_part(tree: Tree, stays: pd.DataFrame) -> Incumbents:
    """The `Incumbents` part."""
    if stays.empty:
        nothing: Groups[Any] = Groups({})
        return Incumbents((), {}, (), nothing, (), nothing, nothing)
    leavable = stays[stays["leaving_musd"].notna()].reset_index(drop=True)
    on_path = on_paths(leavable[[*AT]], tree)
    left = leavable[[*AT]].rename(columns={"node": "begun"}).merge(descents(tree)[["begun", "node"]], on="begun")
    return Incumbents(
        STAYING=indices(stays, *AT),
        stays_t_per_year=number_by(stays, AT, "stays_t"),
        LEAVABLE=indices(leavable, *AT),
        LEAVABLE_ON_PATH=grouped(indices(on_path, "offer", "leaf"), indices(on_path, *AT)),
        LEFT_ONCE=tuple(dict.fromkeys(indices(on_path, "offer", "leaf"))),
        LEFT_BY=grouped(indices(left, *AT), indices(left, "offer", "begun")),
        leaving_musd=weighted(leavable, "leaving_musd", indices(leavable, *AT), by=("node",)),
    )
