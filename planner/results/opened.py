"""A finished run, read back from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case, read_case
from planner.errors import NoPlanInTime
from planner.plan import Plan
from planner.run_folder import read_manifest

NAMES = {
    "node", "parent", "offer", "contract", "place", "from_place", "to_place", "material", "facility", "process",
    "stream", "segment", "option", "supplier", "term", "layer", "item", "from", "to", "rule", "unit",
}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """The frozen case of a run, its plan and its manifest."""

    case: Case
    plan: Plan
    manifest: Mapping[str, Any]


def open_run(folder: Path) -> Opened:
    """Read a run folder that holds a plan; a PlannerError says why where it cannot be read."""
    manifest = read_manifest(folder)
    if "plan" not in manifest:
        raise NoPlanInTime(f"The run {folder.name} holds no plan. {manifest.get('message', '')}".rstrip())
    case = read_case(folder / "input" / manifest["input"]["file"])
    return Opened(case, Plan.load(folder / "plan"), manifest)


def rows(plan: Plan, name: str) -> pd.DataFrame:
    """A table of the plan in which names are text even where there is no row, so that it can be joined."""
    table = plan.tables[name]
    return table.astype({column: object for column in table.columns if column in NAMES})


def period_labels(plan: Plan) -> dict[str, str]:
    """What people call a node: its year, or its first and last year; with its name where a period has several."""
    labels = {}
    several = rows(plan, "nodes")["period"].value_counts().max() > 1
    for node, period, years in rows(plan, "nodes")[["node", "period", "years"]].itertuples(index=False):
        label = str(period) if years == 1 else f"{period}–{period + years - 1}"
        labels[str(node)] = f"{label} · {node}" if several else label
    return labels


def weights(plan: Plan) -> pd.Series:
    """Years of each node times its probability: turns tons per year into expected tons over the horizon."""
    nodes = rows(plan, "nodes").set_index("node")
    return nodes["years"] * nodes["probability"]


def offer_of(case: Case) -> dict[str, str]:
    """The offer behind each item that is bought: an offer itself, or the contract on it."""
    contracts = case.tables["contracts"]
    own = {str(offer): str(offer) for offer in case.tables["offers"]["offer"]}
    return own | dict(zip(contracts["contract"], contracts["offer"], strict=True))


def country_names(case: Case) -> dict[str, str]:
    """Code to name, as the workbook gives them."""
    countries = case.tables["countries"]
    return dict(zip(countries["country"], countries["name"], strict=True))
