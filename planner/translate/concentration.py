"""The `Concentration` part: supply by country or supplier under each limit on the sum of squared shares."""

from __future__ import annotations

import math

import pandas as pd

from models.policy import Concentration
from planner.schema import MeasureKind
from planner.translate import columns
from planner.translate.lines import Lines
from planner.translate.selecting import in_force, of_kind, selected
from planner.translate.tools import grouped, indices

WHOSE = ["limit", "who", "node"]
OWN_PLANTS = "own plants"


def concentration_table(limits: pd.DataFrame, nodes: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """What each country (or supplier, own plants counting as one) supplies."""
    limits = limits[of_kind(limits, MeasureKind.CONCENTRATION)]
    if limits.empty:
        return columns.CONCENTRATION.none()
    found = selected(limits, lines.supplied, ("material", "stage"))
    by_supplier = found["limit"].isin(limits.loc[limits["each"] == "supplier", "limit"])
    supplier = found["supplier"].where(found["supplier"].notna(), OWN_PLANTS)
    found = found.assign(who=found["country"].where(~by_supplier, supplier))
    return columns.CONCENTRATION.of(found.merge(in_force(limits, nodes), on=["limit", "node"]))


def concentration_part(limits: pd.DataFrame, table: pd.DataFrame) -> Concentration:
    """The `Concentration` part."""
    limits = limits[of_kind(limits, MeasureKind.CONCENTRATION)]
    supplied = tuple(dict.fromkeys(indices(table, *WHOSE)))
    return Concentration(
        SUPPLIED=supplied,
        SUPPLY_FROM=grouped(indices(table, *WHOSE), indices(table, "coefficient", "component", "index")),
        ALL_SUPPLY=grouped([(z, n) for z, _, n in supplied], supplied),
        root_hhi={z: math.sqrt(h) for z, h in zip(limits["limit"], limits["value"], strict=True)},
    )
