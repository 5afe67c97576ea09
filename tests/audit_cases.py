"""How the audit's tests write a case and a plan down: as rows, in which what is left out is blank or the default."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from planner import schema
from planner.audit.costs import LAYERED
from planner.audit.environment import UNITS
from planner.audit.futures import UNITS as RISK_UNITS
from planner.case import Case
from planner.plan import PLAN_TABLES, Plan, seal_of

Rows = list[dict[str, Any]]


def case_of(settings: dict[str, Any], **sheets: Rows) -> Case:
    """A case of these sheets, as reading and checking would give it."""
    known = {c.name: c.default for c in schema.SETTINGS} | {"home_country": "USA", "base_year": 2026} | settings
    known["capital_rate"] = known["discount_rate"] if known["capital_rate"] is None else known["capital_rate"]
    known["payment_rate"] = known["capital_rate"] if known["payment_rate"] is None else known["payment_rate"]
    tables = {s.name: _frame(s, sheets.pop(s.name, [])) for s in schema.SHEETS if s.name != "settings"}
    assert not sheets, f"no such sheet: {list(sheets)}"
    nothing = pd.DataFrame(columns=["sheet", "column", "rows", "value", "meaning"])
    return Case(
        name="by hand", settings=known, tables=tables, cells={}, defaults_used=nothing, fingerprint="0", warnings=()
    )


def _frame(sheet: schema.Sheet, rows: Rows) -> pd.DataFrame:
    strange = {name for row in rows for name in row} - {c.name for c in sheet.columns}
    assert not strange, f"{sheet.name} has no column {strange}"
    index = pd.RangeIndex(2, 2 + len(rows), name="row")
    columns = {}
    for column in sheet.by_name.values():
        given = [row.get(column.name) for row in rows]
        values = [column.default if value is None else value for value in given]
        if isinstance(column, (schema.Number, schema.Whole, schema.Year)) or column.name == "period":
            whole = column.required and not isinstance(column, schema.Number)
            columns[column.name] = pd.Series(values, index=index, dtype="int64" if whole else float)
        elif isinstance(column, schema.YesNo):
            columns[column.name] = pd.Series(values, index=index, dtype=bool)
        elif isinstance(column, schema.NameList):
            columns[column.name] = pd.Series([tuple(v or ()) for v in values], index=index, dtype=object)
        else:
            columns[column.name] = pd.Series(values, index=index, dtype=object)
    return pd.DataFrame(columns, index=index)


def plan_of(objective: float, **tables: list[tuple[Any, ...]]) -> Plan:
    """A plan of these tables, each row in the order of its columns; costs are added up from the ledger's lines."""
    frames = {name: pd.DataFrame(tables.pop(name, []), columns=list(columns)) for name, columns in PLAN_TABLES.items()}
    assert not tables, f"no such table: {list(tables)}"
    if frames["scenarios"].empty and len(frames["nodes"]):
        leaf, short = frames["nodes"]["node"].iloc[-1], _short(frames)
        futures = [("the only future", 1.0, leaf, objective, short)]
        frames["scenarios"] = pd.DataFrame(futures, columns=list(PLAN_TABLES["scenarios"]))
        values = {"cvar_shortage": short, "exposure": 0.0}
        measures = [(measure, values.get(measure, objective), unit) for measure, unit in RISK_UNITS.items()]
        frames["risk"] = pd.DataFrame(measures, columns=list(PLAN_TABLES["risk"]))
    if frames["indicators"].empty:
        zeros = [(measure, node, unit, 0.0) for measure, unit in UNITS.items() for node in frames["nodes"]["node"]]
        frames["indicators"] = pd.DataFrame(zeros, columns=list(PLAN_TABLES["indicators"]))
    if frames["costs"].empty:
        told = frames["ledger"]["layer"].where(frames["ledger"]["term"].isin(LAYERED), "")
        account = frames["ledger"].assign(layer=told).groupby(["term", "layer", "node"], as_index=False)
        frames["costs"] = account["discounted_musd"].sum()
    futures = frames["scenarios"]
    cost = float((futures["probability"] * futures["cost_musd"]).sum()) if len(futures) else objective
    return Plan("by hand", "0", "optimal", cost, objective, objective, 0.0, 0.1, {}, {}, frames, seal_of(frames))


def _short(frames: dict[str, pd.DataFrame]) -> float:
    """The undiscounted loss from shortage."""
    lost = frames["ledger"][frames["ledger"]["term"] == "shortage"].merge(frames["nodes"], on="node")
    return float((lost["musd_per_year"] * lost["years"]).sum())


def line(term: str, node: str, musd: float, factor: float, **more: Any) -> tuple[Any, ...]:
    """One line of the ledger: `musd` a year (or once), times the node's discount factor."""
    about = [more.get(word, "") for word in ("layer", "item", "material", "from_", "to")]
    return (term, *about, node, more.get("t"), more.get("usd"), musd, musd * factor)


def changed(plan: Plan, table: str, frame: pd.DataFrame) -> Plan:
    return replace(plan, tables={**plan.tables, table: frame})
