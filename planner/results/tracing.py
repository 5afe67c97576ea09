"""What a material is made of, followed back through the plants of one period to those who sold, mined or collected it.

Of what a plant takes in, each output counts with its share of the tons that come out. So a ton of ore that gives 0.2 t
of one oxide and 0.8 t of another counts with a fifth for the first. Recycling may lead in a circle; the shares are then
found by repetition, and shrink at every turn.
"""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.flows import flows
from planner.results.frames import rows
from planner.status import TINY_T

TURNS = 200
SMALL = 1e-9
_HUB = ["place", "material"]


def made_in(case: Case, plan: Plan, period: int, material: str = "") -> pd.DataFrame:
    """The flows of one period, expected over its futures: all of them, or those that end up in `material`."""
    nodes = rows(plan, "nodes").query("period == @period")
    found = []
    for node, chance in zip(nodes["node"], nodes["probability"], strict=True):
        part = made_of(case, plan, node, material) if material else flows(case, plan).query("node == @node")
        found.append(part.assign(t_per_year=part["t_per_year"] * chance))
    return pd.concat(found, ignore_index=True)


def made_of(case: Case, plan: Plan, node: str, material: str) -> pd.DataFrame:
    """The flows of one period that end up in `material`, in tons of their own stage; columns as `flows`."""
    every = flows(case, plan)
    every = every[every["node"] == node].reset_index(drop=True)
    use = _use(case, plan, node)
    sent = _sent(plan, node)
    fraction = (every["material"] == material).astype(float)
    for _ in range(TURNS):
        better = _one_turn(every, use, sent, material, fraction)
        if (better - fraction).abs().max() < SMALL:
            break
        fraction = better
    traced = every.assign(t_per_year=every["t_per_year"] * fraction)
    return traced[traced["t_per_year"] > TINY_T].reset_index(drop=True)


def _one_turn(
    every: pd.DataFrame, use: pd.DataFrame, sent: pd.DataFrame, material: str, fraction: pd.Series
) -> pd.Series:
    """Share of each flow that ends up in the material, given the last turn's shares of what lies downstream."""
    weighed = every.assign(ends=every["t_per_year"] * fraction).groupby(_HUB)[["ends", "t_per_year"]].sum()
    arrived = (weighed["ends"] / weighed["t_per_year"]).rename("arrived")
    output = sent.join(arrived, on=["to_place", "material"]).fillna({"arrived": 0.0})
    output["part"] = output["share"] * output["arrived"]
    leaves = output.groupby(["from_place", "material"])["part"].sum().rename("part")
    worth = use.join(leaves, on=["place", "output"]).fillna({"part": 0.0})
    worth["part"] = worth["part"] * worth["share"]
    taken = worth.groupby(["facility", "input"])["part"].sum().rename("part")
    keys = pd.MultiIndex.from_frame(every[["target", "material"]])
    found = pd.Series(taken.reindex(keys).to_numpy(), index=every.index).where(every["target_kind"] == "facility")
    return found.where(every["material"] != material, 1.0).fillna(0.0)


def _use(case: Case, plan: Plan, node: str) -> pd.DataFrame:
    """How a plant's intake of a material is shared among outputs: facility, place, input, output, share."""
    table = rows(plan, "throughput")
    table = table[table["node"] == node]
    outputs = table[table["t_per_year"] > 0].rename(columns={"material": "output"})
    made = outputs.groupby(["facility", "process"])["t_per_year"].transform("sum")
    outputs = outputs.assign(part=outputs["t_per_year"] / made)
    taken = table[table["t_per_year"] < 0].rename(columns={"material": "input"})
    total = taken.groupby(["facility", "input"])["t_per_year"].transform("sum")
    taken = taken.assign(of_input=taken["t_per_year"] / total)
    joined = taken.merge(outputs[["facility", "process", "output", "part"]], on=["facility", "process"])
    joined["share"] = joined["of_input"] * joined["part"]
    places = case.tables["facilities"][["facility", "place"]]
    return joined.merge(places, on="facility")[["facility", "place", "input", "output", "share"]]


def _sent(plan: Plan, node: str) -> pd.DataFrame:
    """Where own output of a place goes: from_place, to_place, material, share."""
    table = rows(plan, "shipments")
    by = ["from_place", "to_place", "material"]
    table = table[table["node"] == node].groupby(by, as_index=False)[["t_per_year"]].sum()
    total = table.groupby(["from_place", "material"])["t_per_year"].transform("sum")
    return table.assign(share=table["t_per_year"] / total)[[*by, "share"]]
