"""Weight bands of lanes: what is added to freight per ton, by how much a lane carries in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from planner.case import Case
from planner.translate import columns
from planner.translate.movement import LANE, capped_lanes, most_carried, refuse_endless
from planner.translate.tools import index_column
from planner.translate.worth import Worth

WORDS = ["from", "to", "material"]


@dataclass(frozen=True)
class FreightTables:
    """The bands of each lane row between each pair of places, and the most that it carries."""

    bands: Annotated[pd.DataFrame, columns.FREIGHT_BANDS]
    most: Annotated[pd.DataFrame, columns.MOST_WORTH]


def freight_tables(case: Case, worth: Worth) -> FreightTables:
    """Work out which lanes have bands; what they carry needs a bound."""
    rows = case.tables["freight_bands"]
    if rows.empty:
        return FreightTables(columns.FREIGHT_BANDS.none(), columns.MOST_WORTH.none())
    named = rows.merge(case.tables["lanes"][WORDS].reset_index(names="row"), on=WORDS)
    banded = capped_lanes(case, worth.flows.caps_by_kind)
    banded = banded[banded["row"].isin(named["row"])].reset_index(drop=True)
    banded = banded.assign(lane_max_t=most_carried(banded, worth))
    refuse_endless(case, banded)
    banded["offer"] = [f"lane {row}, {start} to {end}" for row, start, end, _ in index_column(banded, LANE)]
    while set(banded["offer"]) & set(case.tables["offers"]["offer"]):  # an offer may be called so
        banded["offer"] += "'"
    most = columns.MOST_WORTH.of(banded.rename(columns={"lane_max_t": "most_worth_t"}))
    return FreightTables(_bands(named, banded), most)


def _bands(named: pd.DataFrame, banded: pd.DataFrame) -> pd.DataFrame:
    """The bands of each lane from nothing on; in the first nothing is added."""
    named = named.rename(columns={"above_t_per_year": "tier"})[["row", "kind", "tier", "more_usd_per_t"]]
    first = named.drop_duplicates("row").assign(tier=0.0, more_usd_per_t=0.0)
    bands = pd.concat([first, named]).sort_values(["row", "tier"], kind="stable")
    bands["upper_t"] = bands.groupby("row", sort=False)["tier"].shift(-1)
    falls = bands.groupby("row", sort=False)["more_usd_per_t"].diff() < 0
    bands["rising"] = ~falls.groupby(bands["row"]).transform("any") & (bands["kind"] != "all units")
    return columns.FREIGHT_BANDS.of(banded[["offer", *LANE]].merge(bands, on="row"))
