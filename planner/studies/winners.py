"""The winners of a run, taken over into another: its awards as an overlay of which a share must stay.

A run awards 60 t to Lynas and 40 to Baotou. Its winners are a sheet `awards` with these tons, and the run's own offers
with `stays_share`: laid over a case, 1 fixes at least the winners' tons, 0.8 leaves a fifth of them to be moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.case import Case
from planner.case.convert import RowsBySheet, convert
from planner.checks.table import columns_of
from planner.errors import StudyError
from planner.plan import Plan
from planner.schema import SHEET

LEAST_T = 1e-6


@dataclass(frozen=True)
class Winners:
    """Tons a year by offer and place in a period, and who of them cannot be held, with the reason."""

    period: int
    tons: Mapping[tuple[str, str], float]
    loose: Mapping[str, str]


def winners(case: Case, plan: Plan, period: int | None = None) -> Winners:
    """What the plan buys in a period (the first unless given), expected over its futures, spot and under contract."""
    nodes = plan.tables["nodes"]
    period = int(nodes["period"].min()) if period is None else period
    weight = nodes[nodes["period"] == period].set_index("node")["probability"].astype(float).to_dict()
    if not weight:
        raise StudyError(f"The run has no period that begins in {period}.")
    offer_of = case.tables["contracts"].set_index("contract")["offer"].to_dict()
    tons: dict[tuple[str, str], float] = {}
    for table in ("purchases", "lifts"):
        for row in plan.tables[table].to_dict("records"):
            if row["node"] in weight:
                key = str(row["offer"] if table == "purchases" else offer_of[row["contract"]]), str(row["place"])
                tons[key] = tons.get(key, 0.0) + float(row["t_per_year"]) * weight[row["node"]]
    kept = {key: t for key, t in sorted(tons.items()) if t > LEAST_T}
    return Winners(period, kept, _loose(case, {offer for offer, _ in kept}))


def _loose(case: Case, offers: set[str]) -> dict[str, str]:
    """Winners that wait for something in the case: nothing of theirs can be held from the first day on."""
    suppliers = case.tables["suppliers"].set_index("supplier")["qualified"].to_dict()
    signed = case.tables["partnerships"].set_index("partnership")["signed"].to_dict()
    found = {}
    for row in case.tables["offers"].to_dict("records"):
        if row["offer"] in offers and not suppliers[row["supplier"]]:
            found[str(row["offer"])] = f"{row['supplier']} is not qualified yet"
        elif row["offer"] in offers and row["requires"] is not None and not signed[row["requires"]]:
            found[str(row["offer"])] = f"{row['requires']} is not in force yet"
    return found


def write_winners(found: Winners, source: Path, target: Path, share: float) -> Path:
    """Write the overlay for the case in `source`: its sheets awards and offers."""
    held = {offer for offer, _ in found.tons} - set(found.loose)

    def overlay(rows: RowsBySheet) -> RowsBySheet:
        blank: dict[str, Any] = dict.fromkeys(column.name for column in columns_of(SHEET["awards"]))
        awards = [blank | {"offer": offer, "place": place, "t_per_year": t} for (offer, place), t in found.tons.items()]
        offers = [row | {"stays_share": share if row["offer"] in held else None} for row in rows["offers"]]
        offers = [row if row["offer"] in held else row | {"leaving_musd": None} for row in offers]
        return {name: [] for name in rows} | {"awards": awards, "offers": offers}

    return convert(source, target, change=overlay)
