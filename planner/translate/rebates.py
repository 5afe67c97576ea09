"""The `Rebates` part: totals of what is paid to suppliers, and the bands on which they give back a share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from models.data import Groups, Rebates
from planner.case import Case
from planner.translate import columns
from planner.translate.flows import FlowTables
from planner.translate.movement import named_parts
from planner.translate.refusing import refuse_unbounded
from planner.translate.selecting import rebated_offers
from planner.translate.tools import MUSD_PER_USD, grouped, indices, weighted

BAND = ("offer", "tier", "node")


@dataclass(frozen=True)
class RebateTables:
    """The bands of totals, the flows by kind that count in each, with what is paid for a ton, and the most of each."""

    bands: Annotated[pd.DataFrame, columns.TOTAL_BANDS]
    paid: Annotated[dict[str, pd.DataFrame], {"buy": columns.PAID, "lift": columns.PAID}]
    most: Annotated[pd.DataFrame, columns.MOST_WORTH]


def rebate_tables(case: Case, flows: FlowTables, sold: pd.DataFrame) -> RebateTables:
    """Work out which totals there can be at each node; each offer that counts in one needs a bound."""
    meant = rebated_offers(case)
    if meant.empty:
        nothing = columns.PAID.none()
        return RebateTables(columns.TOTAL_BANDS.none(), {"buy": nothing, "lift": nothing}, columns.MOST_WORTH.none())
    paid = {}
    for kind in ("buy", "lift"):
        frame = flows.by_kind[kind].merge(meant, on="offer")
        paid[kind] = columns.PAID.of(frame.assign(musd=frame["price_usd_per_t"] * MUSD_PER_USD))
    both = pd.concat(paid.values()).groupby(["total", "offer", "node"], as_index=False, sort=False)["musd"].max()
    both = both.merge(sold[["offer", "node", "most_worth_t"]], on=["offer", "node"])
    endless = both.loc[~np.isfinite(both["most_worth_t"]), "offer"]
    refuse_unbounded(case, dict.fromkeys(endless, "a rebate depends on how much is bought"))
    most = both.assign(most_worth_t=both["most_worth_t"] * both["musd"]).drop(columns=["offer"])
    most = most.groupby(["total", "node"], as_index=False, sort=False)["most_worth_t"].sum()
    most = columns.MOST_WORTH.of(most.rename(columns={"total": "offer"}))
    return RebateTables(_bands(case, meant, most), paid, most)


def _bands(case: Case, meant: pd.DataFrame, most: pd.DataFrame) -> pd.DataFrame:
    """The bands of each total from nothing on, in M$ a year, with the share that is given back."""
    rows = case.tables["rebates"].rename(columns={"supplier": "whom", "above_musd_per_year": "tier"})
    kinds = rows.drop_duplicates("whom")[["whom", "kind"]]
    rows = pd.concat([kinds.assign(tier=0.0, share=0.0), rows[["whom", "kind", "tier", "share"]]])
    rows = rows.sort_values(["whom", "tier"], kind="stable")
    rows["upper_t"] = rows.groupby("whom", sort=False)["tier"].shift(-1)
    rises = rows.groupby("whom", sort=False)["share"].diff() > 0
    rows["rising"] = ~rises.groupby(rows["whom"]).transform("any") & (rows["kind"] != "all units")
    named = rows.merge(meant.drop_duplicates("whom")[["whom", "total"]], on="whom").rename(columns={"total": "offer"})
    return columns.TOTAL_BANDS.of(named.merge(most[["offer", "node"]], on="offer").reset_index(drop=True))


def rebates_part(flows: FlowTables, tables: RebateTables) -> Rebates:
    """The `Rebates` part."""
    bands = tables.bands
    if bands.empty:
        return Rebates((), (), Groups({}), Groups({}), Groups({}))
    spent, of = indices(bands, *BAND), indices(bands, "offer", "node")
    return Rebates(
        SPENT=spent,
        TOTALS=tuple(dict.fromkeys(of)),
        SPENT_OF=grouped(of, spent),
        PAID=named_parts(flows, tables.paid, "musd", ("total", "node")),
        share_given_back=weighted(bands, "share", spent, by=("node",)),
    )
