"""The answer as tables: what is bought, run, shipped, built, kept and sold, and what it costs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pandas as pd

from planner.errors import RunError
from planner.schema.strings import as_python_does
from planner.status import Status

as_python_does()

BORDER = ("authority", "kind", "item", "tier", "from", "material", "to", "origin_class", "node", "t_per_year")

PLAN_TABLES: dict[str, tuple[str, ...]] = {
    "nodes": ("node", "period", "years", "parent", "probability", "discount", "discount_first"),
    "purchases": ("offer", "tier", "place", "origin_class", "node", "t_per_year"),
    "rebates": ("whom", "above_musd_per_year", "node", "spent_musd_per_year"),
    "lifts": ("contract", "place", "origin_class", "node", "t_per_year"),
    "forfeits": ("contract", "node", "t_per_year"),
    "make_ups": ("contract", "forfeited_in", "node", "t_per_year"),
    "signings": ("contract", "node", "volume_t_per_year"),
    "closures": ("facility", "node"),
    "lanes_used": ("row", "from", "to", "node"),
    "orders": ("offer", "node"),
    "qualifications": ("supplier", "node"),
    "leavings": ("offer", "node"),
    "dealings": ("supplier", "node"),
    "activity": ("facility", "process", "origin_class", "node", "t_per_year"),
    "shipments": ("from_place", "material", "origin_class", "to_place", "node", "t_per_year"),
    "under_way": ("item", "from", "material", "to", "node", "days", "t"),
    "stock_shipments": ("from_place", "material", "origin_class", "to_place", "node", "t_per_year"),
    "joins": ("partnership", "node"),
    "relief": ("partnership", *BORDER, "saved_usd_per_t"),
    "in_quota": ("quota", *BORDER, "saved_usd_per_t"),
    "drawbacks": ("drawback", *BORDER, "saved_usd_per_t"),
    "under_quota": ("quota", "node", "t_per_year"),
    "partner_supply": ("partnership", "offer", "node", "t_per_year"),
    "commitments": ("contract", "node", "agreed_t_per_year", "deliverable_t_per_year", "spot_usd_per_t"),
    "grants": ("incentive", "option", "with_partnership", "node", "musd"),
    "support": ("incentive", "node", "musd_per_year"),
    "throughput": ("facility", "process", "material", "node", "t_per_year"),
    "builds": ("option", "with_partnership", "node", "times", "size_t_per_year", "capex_musd"),
    "build_years": ("option", "with_partnership", "node", "leaf", "first_output", "last_output"),
    "arisings": ("stream", "place", "material", "node", "t_per_year"),
    "collections": ("stream", "place", "material", "origin_class", "node", "t_per_year"),
    "downgrades": ("at", "place", "material", "origin_class", "to_class", "node", "t_per_year"),
    "opening_stocks": ("place", "material", "origin_class", "node", "t"),
    "origin_classes": ("origin_class", "rule", "country", "stage", "recycled_exempt"),
    "stocks": ("place", "material", "origin_class", "node", "t"),
    "needs": ("segment", "node", "t_per_year", "shortage_usd_per_t"),
    "deliveries": ("segment", "material", "t_per_t", "origin_class", "node", "t_per_year"),
    "shortages": ("segment", "node", "t_per_year"),
    "sales": ("place", "material", "price_usd_per_t", "node", "t_per_year"),
    "disposals": ("place", "material", "node", "t_per_year"),
    "scenarios": ("scenario", "probability", "leaf", "cost_musd", "shortage_musd"),
    "risk": ("measure", "value", "unit"),
    "costs": ("term", "layer", "node", "discounted_musd"),
    "ledger": (
        "term",
        "layer",
        "item",
        "material",
        "from",
        "to",
        "node",
        "t_per_year",
        "usd_per_t",
        "musd_per_year",
        "discounted_musd",
    ),
    "capacities": ("facility", "node", "usable_t_per_year", "used_t_per_year"),
    "binding": ("rule", "item", "node", "limit", "unit", "worth_usd"),
    "prices": ("place", "material", "origin_class", "node", "usd_per_t"),
    "limit_ranges": ("rule", "item", "node", "looser", "tighter"),
    "no_ranges": ("rule", "item", "node", "why"),
    "price_ranges": ("place", "material", "origin_class", "node", "more_t_per_year", "less_t_per_year"),
    "quotes": (
        "offer",
        "place",
        "origin_class",
        "node",
        "price_usd_per_t",
        "financing_usd_per_t",
        "freight_usd_per_t",
        "most_t_per_year",
    ),
    "quote_duties": ("offer", "place", "origin_class", "node", "layer", "duty_usd_per_t"),
    "indicators": ("measure", "node", "unit", "value"),
    "concentration": ("of", "name", "node", "hhi"),
    "limits": ("limit", "each", "node", "measure", "sense", "value", "reached", "missed"),
}

# A plan kept before these were has no rows of them.
YOUNGER = ("leavings", "dealings", "drawbacks", "rebates", "under_way", "price_ranges", "limit_ranges", "no_ranges")
APART = ("tables", "solution")  # kept in files of their own, or not at all
# The solver's own word: no sum of other rows tells these numbers again.
SEALED = (
    "binding",
    "prices",
    "price_ranges",
    "limit_ranges",
    "no_ranges",
)


class Saved(Protocol):
    """What is kept beside the tables and knows how."""

    def save(self, folder: Path) -> None:
        """Write it into the plan's folder."""


@dataclass(frozen=True)
class Plan:
    """A plan, how good it is proven to be, and its tables (columns in `PLAN_TABLES`).

    `cost_musd` is money: what the plan is expected to cost, discounted. `objective_musd` is what it was chosen by: the
    cost, and what the settings put on its tail and on exposure; without those the two are one number. `bound_musd`,
    `gap` and `gap_asked` (fractions) speak of the objective, and `status` says what they prove. Of the tables, `needs`,
    `builds` and `throughput` (made above 0, taken below) hold what events made of the case's figures; `build_years`
    tells, for each future's last node, the first and last year in which a build gives output. `quotes` and
    `quote_duties` hold what the first ton of every purchase costs that could occur, bought or not. `price_ranges` says
    for how much more and less a year a price in `prices` holds at least, `limit_ranges` by how much a limit in
    `binding` may be looser and tighter while its worth holds; blank is without end. `no_ranges` has the others, and
    why.

    `bound_musd` is the solver's word: its tolerances may be worth `tolerance_musd`, and of it `checked_musd` is worked
    out without the solver. `off` is the most by which the plan misses a row of the program, in the row's own unit
    (t/yr, t or M$). `size` counts columns, rows, nonzeros and binaries; `timings` are seconds by step. `seal` is what
    `seal_of` gave when the tables were made; `solution` is what a certificate is made of, written and not read back.
    """

    case_name: str
    fingerprint: str
    status: Status
    cost_musd: float
    objective_musd: float
    bound_musd: float | None
    gap: float | None
    seconds: float
    size: Mapping[str, int]
    timings: Mapping[str, float]
    tables: Mapping[str, pd.DataFrame]
    seal: str = ""
    gap_asked: float | None = None
    checked_musd: float | None = None
    tolerance_musd: float | None = None
    off: float | None = None
    solution: Saved | None = None

    @cached_property
    def worked_out(self) -> dict[object, tuple[object, pd.DataFrame]]:
        """What was worked out of these tables and is asked again (`planner.results.frames`), by what made it."""
        return {}

    def save(self, folder: Path) -> None:
        """Write plan.json and one parquet file a table into `folder`, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
        if self.solution is not None:
            self.solution.save(folder)
        facts = {part.name: getattr(self, part.name) for part in fields(self) if part.name not in APART}
        (folder / "plan.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Plan:
        """Read a plan that `save` wrote; a missing or damaged file raises RunError."""
        try:
            facts = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
            tables = {name: _read_table(folder, name) for name in PLAN_TABLES}
            facts["status"] = Status(facts["status"])
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"The plan in {folder} cannot be read: {error}") from error
        return cls(tables=tables, **facts)


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if name in YOUNGER and not path.exists():
        return pd.DataFrame(columns=list(PLAN_TABLES[name]), dtype=object)
    return pd.read_parquet(path)


def seal_of(tables: Mapping[str, pd.DataFrame]) -> str:
    """A fingerprint of the sealed tables: another number, row or name in them gives another one."""
    digest = hashlib.sha256()
    for name in SEALED:
        for row in tables[name].itertuples(index=False, name=None):
            cells = [float(value) if isinstance(value, (int, float)) else str(value) for value in row]
            digest.update(f"{name}\0{cells!r}\n".encode())
    return digest.hexdigest()
