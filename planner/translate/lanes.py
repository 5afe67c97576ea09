"""Which rows of the lanes sheet serve which moves, and what a ton costs on its way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.translate import columns

ENDS = ("place", "country", "any")
GOODS_KINDS = ("material", "stage", "any")
FIGURES = ["freight_usd_per_t", "co2_t_per_t", "transit_days", "max_t_per_year", "binds"]


def classified_lanes(case: Case) -> pd.DataFrame:
    """The lanes with the kind of each end and of the goods: a name, a wider name, or any."""
    lanes = case.tables["lanes"].reset_index()
    lanes["place"] = range(len(lanes))
    binds = lanes["max_t_per_year"].notna() | (lanes["min_t_per_year"] > 0) | (lanes["fixed_musd_per_year"] > 0)
    binds |= lanes["min_charge_musd_per_year"] > 0
    bands, words = case.tables["freight_bands"], ["from", "to", "material"]
    if len(bands):
        binds |= pd.MultiIndex.from_frame(lanes[words]).isin(pd.MultiIndex.from_frame(bands[words]))
    places, materials = set(case.tables["places"]["place"]), set(case.tables["materials"]["material"])

    def kind(names: pd.Series, narrow: set[str], kinds: tuple[str, str, str]) -> list[str]:
        return [kinds[0] if name in narrow else kinds[2] if name == "*" else kinds[1] for name in names]

    return lanes.assign(
        binds=binds,
        from_kind=kind(lanes["from"], places, ENDS),
        to_kind=kind(lanes["to"], places, ENDS),
        goods_kind=kind(lanes["material"], materials, GOODS_KINDS),
    )


def matching_lanes(case: Case, moves: pd.DataFrame) -> pd.DataFrame:
    """Every (move, lane row) that fit, with the row's figures.

    `moves` has from_place (None where goods leave from a country), from_country, to_place, to_country, material,
    stage; its index numbers the moves. A move within one place is served only by rows that name the place at both
    ends.
    """
    lanes = classified_lanes(case)
    kinds = list(zip(lanes["from_kind"], lanes["to_kind"], lanes["goods_kind"], strict=True))
    found = []
    for from_kind, to_kind, goods_kind in sorted(set(kinds)):
        rows = lanes[[kind == (from_kind, to_kind, goods_kind) for kind in kinds]]
        wanted = {f"from_{from_kind}": "from", f"to_{to_kind}": "to", goods_kind: "material"}
        keys = {move: lane for move, lane in wanted.items() if not move.endswith("any")}
        left = moves[list(dict.fromkeys([*keys, "from_place", "to_place"]))].reset_index(names="move")
        right = rows[["row", "place", *FIGURES, *keys.values()]]
        right = right.rename(columns={lane: f"lane_{lane}" for lane in keys.values()})
        on = [f"lane_{lane}" for lane in keys.values()]
        fits = left.merge(right, left_on=list(keys), right_on=on) if keys else left.merge(right, how="cross")
        if (from_kind, to_kind) != ("place", "place"):
            fits = fits[fits["from_place"].isna() | (fits["from_place"] != fits["to_place"])]
        narrowness = (
            9 * (2 - GOODS_KINDS.index(goods_kind)) + 3 * (2 - ENDS.index(from_kind)) + (2 - ENDS.index(to_kind))
        )
        found.append(fits[["move", "row", "place", *FIGURES]].assign(narrowness=narrowness))
    if not found:
        return columns.LANES.none()
    every = pd.concat(found, ignore_index=True).sort_values(["move", "place"], kind="stable", ignore_index=True)
    return columns.LANES.of(every)


def stated(moves: pd.DataFrame, fits: pd.DataFrame, figure: str) -> Floats:
    """For each move the figure of the most specific row that states it; 0 where none does."""
    rows = fits[fits[figure].notna()].sort_values(["move", "narrowness"], kind="stable")
    known = dict(zip(rows["move"].tolist(), rows[figure].tolist(), strict=True))
    figures: Floats = np.nan_to_num(moves.index.map(known).to_numpy(float))
    return figures


def with_freight(moves: pd.DataFrame, fits: pd.DataFrame) -> pd.DataFrame:
    """The moves that a lane serves, with what a ton costs on its way and its days on it. A move within one place needs
    no lane.
    """
    served = moves.index.isin(fits["move"]) | (moves["from_place"] == moves["to_place"]).to_numpy()
    told = {name: stated(moves, fits, name) for name in ("freight_usd_per_t", "transit_days")}
    costed: pd.DataFrame = moves.assign(**told)[served]
    return costed
