"""The `Supply` part: offers on sale, orders and suppliers to be qualified."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.data import Supply, Tree
from planner.case import Case
from planner.translate.flows import BUY, FlowTables
from planner.translate.moving import named_parts
from planner.translate.tools import MUSD, grouped, indices, number_by, weighted
from planner.tree import descents

SENT = ("offer", "destination", "node")


def supply_part(case: Case, tree: Tree, flows: FlowTables, sold: pd.DataFrame) -> Supply:
    """Work out which offers are capped, ordered or waiting for a qualification, and what purchases cost."""
    purchases = flows.purchases.assign(musd=flows.purchases["price_usd_per_t"] * MUSD)
    buy = indices(purchases, *BUY)
    qualifying = _qualifying(case, tree, sold)
    begun = qualifying[["supplier", "begun", "qualification_cost_musd"]].drop_duplicates(["supplier", "begun"])
    begun = begun.rename(columns={"begun": "node"}).reset_index(drop=True)
    paths = pd.DataFrame([(n, leaf) for leaf in tree.LEAVES for n in tree.PATH[leaf]], columns=["node", "leaf"])
    on_path = begun.merge(paths.astype(object), on="node")
    awaiting = sold[~sold["qualified"]]
    ordered = sold[sold["min_order_t_per_year"] > 0]
    spot_only = ~sold["offer"].isin(flows.lifts["offer"])
    ordered_only = (sold["min_order_t_per_year"] > 0) & spot_only
    partnerships = case.tables["partnerships"]
    signed = partnerships.loc[partnerships["signed"], "partnership"]
    waits = ~sold["qualified"] | (sold["requires"].notna() & ~sold["requires"].isin(signed))
    growing = sold["could_add_t"] > 0
    capped = sold[sold["max_t_per_year"].notna() & (growing | ~(waits | ordered_only))]
    added = flows.added
    drawn = {kind: flows.by_kind[kind].assign(one=1.0) for kind in ("buy", "lift")}
    cut = {kind: _cut_by_destination(frame, flows.sold) for kind, frame in drawn.items()}
    return Supply(
        PURCHASES=buy,
        PURCHASES_OF=grouped(indices(purchases, "offer", "node"), buy),
        DRAWN_ON=named_parts(drawn, "one", ("offer", "node")),
        ADDED_BY=weighted(added, "t", indices(added, "partnership", "joined_in"), by=("offer", "node")),
        CUT_OFF=tuple(dict.fromkeys(key for frame in cut.values() for key in indices(frame, *SENT))),
        DRAWN_BY_DESTINATION=named_parts(cut, "one", SENT),
        destination_max_t_per_year={
            key: t for frame in cut.values() for key, t in zip(indices(frame, *SENT), frame["cut_t"], strict=True)
        },
        CAPPED=indices(capped, "offer", "node"),
        max_t_per_year=number_by(sold, ("offer", "node"), "max_t_per_year"),
        ORDERED=indices(ordered, "offer", "node"),
        min_order_t_per_year=number_by(ordered, ("offer", "node"), "min_order_t_per_year"),
        most_worth_buying_t_per_year=number_by(sold, ("offer", "node"), "most_worth_t"),
        QUALIFIABLE=indices(begun, "supplier", "node"),
        QUALIFIABLE_ON_PATH=grouped(indices(on_path, "supplier", "leaf"), indices(on_path, "supplier", "node")),
        QUALIFIED_ONCE=tuple(dict.fromkeys(indices(on_path, "supplier", "leaf"))),
        AWAITING=indices(awaiting, "offer", "node"),
        OPENED_BY=weighted(qualifying, "share", indices(qualifying, "supplier", "begun"), by=("offer", "node")),
        qualification_musd=weighted(begun, "qualification_cost_musd", indices(begun, "supplier", "node"), by=("node",)),
        purchase_musd_per_t=weighted(purchases, "musd", buy, by=("node",)),
    )


def _cut_by_destination(drawn: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Flows to a destination to which an event lets an offer send less than elsewhere, with what is left (cut_t)."""
    whole = sold[["offer", "node", "supply"]].rename(columns={"supply": "elsewhere"})
    flows = drawn.merge(whole, on=["offer", "node"])
    flows = flows[(flows["supply"] < flows["elsewhere"]) & flows["max_t_per_year"].notna()]
    return flows.assign(cut_t=flows["max_t_per_year"] * flows["supply"] / flows["elsewhere"])


def sold_offers(case: Case, flows: FlowTables) -> pd.DataFrame:
    """Offers that somebody can buy at a node, with the most worth buying: the maximum, or what is needed."""
    takers = pd.concat(
        [frame[["offer", "node", "place", "origin_class", "need_t"]] for frame in (flows.purchases, flows.lifts)]
    )
    takers = takers.drop_duplicates(["offer", "node", "place", "origin_class"])
    need = takers.groupby(["offer", "node"], sort=False)["need_t"].sum().reset_index()
    sold = flows.sold.merge(need, on=["offer", "node"])
    suppliers = case.tables["suppliers"][["supplier", "qualified", "qualification_cost_musd", "qualification_years"]]
    sold = sold.merge(suppliers, on="supplier")
    most = sold["max_t_per_year"] + sold["could_add_t"]
    most = most.fillna(np.inf)
    worth = np.maximum(np.minimum(most, sold["need_t"]), sold["min_order_t_per_year"].fillna(0.0))
    sold["most_worth_t"] = np.minimum(worth, most)
    return sold.sort_values(["offer", "period"], kind="stable", ignore_index=True)


def _qualifying(case: Case, tree: Tree, sold: pd.DataFrame) -> pd.DataFrame:
    """Offers of suppliers to be qualified with each node where that may begin and the share of the period it opens."""
    waiting = sold.loc[
        ~sold["qualified"], ["offer", "supplier", "node", "qualification_cost_musd", "qualification_years"]
    ]
    frame = waiting.merge(descents(tree), on="node")
    ready = frame["begun_year"] + frame["qualification_years"]
    frame["share"] = np.clip(frame["period"] + frame["years"] - ready, 0, frame["years"]) / frame["years"]
    frame = frame[frame["share"] > 0]
    return frame.sort_values(["supplier", "begun_year", "offer", "period"], kind="stable", ignore_index=True)
