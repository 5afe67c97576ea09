"""The `Movement` part: lanes, what they carry, and what moving costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.data import Groups, Movement, Part
from models.groups import Floats, Parts, Weighted
from planner.case import Case
from planner.errors import InputInvalid, Problem
from planner.translate.flows import FlowTables
from planner.translate.tools import MUSD_PER_USD, grouped, indices, no_rows, number_by, weighted
from planner.translate.worth import Worth

DOWNGRADE = ("place", "material", "origin_class", "to_class", "node")
LANE = ("row", "from", "to_end", "node")


def named_parts(
    flows: FlowTables, tables: dict[str, pd.DataFrame], coefficient: str, by: tuple[str, ...]
) -> Groups[Part]:
    """(coefficient, decision, index) by key over tables of flows by kind; a coefficient of zero is left out."""
    found: dict[Any, list[tuple[str, Weighted]]] = {}
    for kind, frame in tables.items():
        decision = flows.places(kind, frame) if "flow_number" in frame else frame["decision"].tolist()
        for key, pairs in weighted(frame, coefficient, decision, by).items():
            found.setdefault(key, []).append((kind, Weighted.of(pairs)))
    return Groups({key: Parts(tuple(kinds)) for key, kinds in found.items()})


def movement_part(case: Case, flows: FlowTables, worth: Worth, bands: pd.DataFrame) -> Movement:
    """Shipments, their freight and the lanes that cap them; lanes with a minimum or fixed cost are opened or not."""
    caps = {kind: frame.assign(one=1.0) for kind, frame in flows.caps_by_kind.items()}
    every = capped_lanes(case, caps)
    opened = (every["min_t_per_year"] > 0) | (every["fixed_musd_per_year"] > 0)
    opened |= every["min_charge_musd_per_year"] > 0
    used = every[opened].fillna({"min_t_per_year": 0.0})
    used = used.assign(lane_max_t=most_carried(used, worth))
    refuse_endless(case, used)
    most = number_by(every, LANE, "lane_max_t") | number_by(used, LANE, "lane_max_t")
    freighted = {
        kind: frame.assign(musd=frame["freight_usd_per_t"] * MUSD_PER_USD) for kind, frame in flows.by_kind.items()
    }
    charged = used[used["min_charge_musd_per_year"] > 0]
    topped = indices(charged, *LANE)
    carried = indices(bands, "offer", "tier", "node")
    adds = bands.assign(musd=bands["more_usd_per_t"] * MUSD_PER_USD)
    return Movement(
        CARRIED=carried,
        BANDED=tuple(dict.fromkeys(indices(bands, *LANE))),
        CARRIED_ON=grouped(indices(bands, *LANE), carried),
        band_musd_per_t=weighted(adds, "musd", carried, by=("node",)),
        LANES_CHARGED=topped,
        LANES_CHARGED_AT=grouped(indices(charged, "node"), topped),
        min_charge_musd_per_year=number_by(charged, LANE, "min_charge_musd_per_year"),
        FREIGHT_ON=_freight_on(flows, caps, weighted(adds, "musd", carried, by=LANE)) if len(charged) else Groups({}),
        SHIPMENTS=flows.decisions["ship"],
        STOCK_SHIPMENTS=flows.decisions["ship_stock"],
        DOWNGRADES=indices(flows.downgrades, *DOWNGRADE),
        LANES_CAPPED=indices(every[~opened & every["lane_max_t"].notna()], *LANE),
        LANES_OPENED=indices(used, *LANE),
        max_t_per_year=most,
        min_t_per_year=number_by(used, LANE, "min_t_per_year"),
        FLOWS_ON=named_parts(flows, caps, "one", LANE),
        freight_musd_per_t=named_parts(flows, freighted, "musd", ("node",)),
        lane_musd_per_year=grouped(
            indices(used, "node"),
            zip(used["fixed_musd_per_year"].tolist(), indices(used, *LANE), strict=True),
        ),
    )


def _freight_on(flows: FlowTables, caps: dict[str, pd.DataFrame], adds: Groups[tuple[float, Any]]) -> Groups[Part]:
    """What a ton of each flow on a lane pays in freight, and what its bands add."""
    priced = {}
    for kind, frame in caps.items():
        freight = flows.by_kind[kind]["freight_usd_per_t"].to_numpy(np.float64)
        priced[kind] = frame.assign(musd=freight[frame["flow_number"].to_numpy(np.intp)] * MUSD_PER_USD)
    paid = named_parts(flows, priced, "musd", LANE)
    more = {key: Parts((("carried", Weighted.of(pairs)),)) for key, pairs in adds.items()}
    return Groups({key: Parts.of(paid[key]) + more.get(key, ()) for key in dict.fromkeys((*paid, *more))})


def capped_lanes(case: Case, caps: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The lane rows that cap flows, by their ends and node, with what is left of their room, minimum and fixed cost."""
    lanes = case.tables["lanes"][["min_t_per_year", "fixed_musd_per_year", "min_charge_musd_per_year"]].reset_index()
    capped = [frame[[*LANE, "lane_max_t", "lane_factor"]] for frame in caps.values() if len(frame)]
    if not capped:
        return no_rows(caps["ship"][[*LANE, "lane_max_t"]], lanes)
    every = pd.concat(capped)
    every["lane_max_t"] = every["lane_max_t"] * every["lane_factor"]
    every = every.groupby(list(LANE), sort=False)["lane_max_t"].min().reset_index()
    lanes["place_of_row"] = range(len(lanes))
    order = ["place_of_row", *LANE[1:]]
    return every.merge(lanes, on="row").sort_values(order, kind="stable", ignore_index=True)


def most_carried(used: pd.DataFrame, worth: Worth) -> Floats:
    """The most worth carrying on each row that is used or not: its maximum, or what all who send or take on it come to.

    By kind of flow, what is taken where the row ends (each taker once) or what its sources give (each once).
    """
    if used.empty:
        return used["lane_max_t"].to_numpy(np.float64)
    together = pd.Series(0.0, index=pd.MultiIndex.from_frame(used[[*LANE]]))
    for kind, frame in worth.flows.caps_by_kind.items():
        number = frame["flow_number"].to_numpy(np.intp)
        on_row = frame.assign(taken=worth.arriving(kind)[number], given=worth.leaving(kind)[number])
        source = "offer" if kind in ("buy", "lift") else "material"
        taken = on_row.drop_duplicates([*LANE, "taker"]).groupby(list(LANE), sort=False)["taken"].sum()
        given = on_row.drop_duplicates([*LANE, source]).groupby(list(LANE), sort=False)["given"].sum()
        less = pd.concat([taken, given], axis=1).min(axis=1)
        together = together.add(less.reindex(together.index), fill_value=0.0)
    most: Floats = np.fmin(used["lane_max_t"].to_numpy(np.float64), together.to_numpy(np.float64))
    return most


def refuse_endless(case: Case, used: pd.DataFrame) -> None:
    """A row that is used or not needs a bound: its maximum, or what is worth carrying."""
    problems = []
    for row in dict.fromkeys(used.loc[~np.isfinite(used["lane_max_t"]), "row"].tolist()):
        cell = case.cell("lanes", int(row), "max_t_per_year").split("!")[-1]
        text = "expected a maximum, because the lane has a minimum or a fixed cost and nothing else bounds it"
        fix = "Type the most that it could carry in a year."
        problems.append(Problem("needs-max", "error", "lanes", cell, "max_t_per_year", "nothing", text, fix))
    if problems:
        raise InputInvalid(problems)
