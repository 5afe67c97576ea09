"""Small cases and plans for the audit's tests, written down by hand.

A case is given as rows, a plan as rows; what a row leaves out is blank and takes the schema's default. Sums are worked
out in the docstrings, in M$ of the base year.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from planner import schema
from planner.case import Case
from planner.plan import PLAN_TABLES, Plan

Rows = list[dict[str, Any]]


def case_of(settings: dict[str, Any], **sheets: Rows) -> Case:
    """A case of these sheets, as reading and checking would give it."""
    known = {c.name: c.default for c in schema.SETTINGS} | {"home_country": "USA", "base_year": 2026} | settings
    known["capital_rate"] = known["discount_rate"] if known["capital_rate"] is None else known["capital_rate"]
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
        values = [row.get(column.name, column.default) for row in rows]
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
    if frames["costs"].empty:
        account = frames["ledger"].groupby(["term", "layer", "node"], as_index=False)["discounted_musd"].sum()
        frames["costs"] = account
    return Plan("by hand", "0", "optimal", objective, objective, 0.0, 0.1, {}, {}, frames)


def line(term: str, node: str, musd: float, factor: float, **more: Any) -> tuple[Any, ...]:
    """One line of the ledger: `musd` a year (or once), times the node's discount factor."""
    about = [more.get(word, "") for word in ("layer", "item", "material", "from_", "to")]
    return (term, *about, node, more.get("t"), more.get("usd"), musd, musd * factor)


def changed(plan: Plan, table: str, frame: pd.DataFrame) -> Plan:
    return replace(plan, tables={**plan.tables, table: frame})


USA_MYS_CHN: Rows = [
    {"country": "USA", "name": "United States"},
    {"country": "MYS", "name": "Malaysia", "group": ["friends"]},
    {"country": "CHN", "name": "China", "group": ["rivals", "far"]},
]


def buying() -> tuple[Case, Plan]:
    """Two suppliers, two periods (2026; 2027 and 2028), 25 % discount: 2026 counts 1, 2027 counts 0.8 + 0.64 = 1.44.

    100 t are needed in 2026, 200 t a year after. Lynas (Malaysia) sells at 70,000, later 72,000 $/t. Baotou (China)
    sells at 50,000 $/t from the year after its qualification, which costs 2 M$; at least 50 t a year.
    Duty: 5 % on all; 10 % more from 8 August 2026, which is 146 days of 365 = 4 % in 2026; 25 % more on China.
    2026: 100 t Lynas 7.0; freight at 100 $/t 0.01; duties 0.35 and 0.28; qualification 2.0. Together 9.64.
    2027: 120 t Lynas 8.64, 80 t Baotou 4.0; freight 0.012 and (at 200 $/t) 0.016; duties on Lynas 0.432 and 0.864, on
    Baotou 0.2, 0.4 and 1.0. Together 15.564 a year, times 1.44 = 22.41216. In all 32.05216.
    """
    case = case_of(
        {"discount_rate": 0.25},
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 2}],
        countries=USA_MYS_CHN,
        places=[{"place": "Texas", "country": "USA"}],
        materials=[{"material": "oxide", "stage": "oxides", "hts": "2846.90.80"}],
        suppliers=[
            {"supplier": "Lynas", "country": "MYS", "qualified": True},
            {
                "supplier": "Baotou",
                "country": "CHN",
                "qualified": False,
                "qualification_cost_musd": 2,
                "qualification_years": 1,
            },
        ],
        offers=[
            {
                "offer": "Lynas oxide",
                "supplier": "Lynas",
                "material": "oxide",
                "origin": "MYS",
                "price_usd_per_t": 70000,
                "max_t_per_year": 120,
            },
            {
                "offer": "Baotou oxide",
                "supplier": "Baotou",
                "material": "oxide",
                "origin": "CHN",
                "price_usd_per_t": 50000,
                "min_order_t_per_year": 50,
            },
        ],
        offer_prices=[{"offer": "Lynas oxide", "period": 2027, "price_usd_per_t": 72000}],
        lanes=[
            {"from": "*", "to": "USA", "material": "*", "freight_usd_per_t": 100, "max_t_per_year": 120},
            {"from": "CHN", "to": "Texas", "material": "*"},
            {"from": "CHN", "to": "*", "material": "oxides", "freight_usd_per_t": 200},
        ],
        segments=[{"segment": "magnets", "place": "Texas", "material": "oxide", "max_shortage_share": 0}],
        demand=[
            {"segment": "magnets", "period": 2026, "t_per_year": 100},
            {"segment": "magnets", "period": 2027, "t_per_year": 200},
        ],
        tariffs=[
            {"authority": "MFN", "hts": "2846", "origin": "*", "rate": 0.05, "effect": "adds"},
            {
                "authority": "232",
                "hts": "28",
                "origin": "*",
                "rate": 0.10,
                "effect": "adds",
                "from": date(2026, 8, 8),
            },
            {"authority": "301", "hts": "2846.90", "origin": "rivals", "rate": 0.25, "effect": "adds"},
        ],
    )
    lynas = {"item": "Lynas oxide", "material": "oxide", "from_": "MYS", "to": "Texas"}
    baotou = {"item": "Baotou oxide", "material": "oxide", "from_": "CHN", "to": "Texas"}
    ledger = [
        line("purchases", "2026", 7.0, 1.0, t=100, usd=70000, **lynas),
        line("freight", "2026", 0.01, 1.0, t=100, usd=100, **lynas),
        line("duties", "2026", 0.35, 1.0, layer="MFN", t=100, usd=3500, **lynas),
        line("duties", "2026", 0.28, 1.0, layer="232", t=100, usd=2800, **lynas),
        line("qualification", "2026", 2.0, 1.0, item="Baotou"),
        line("purchases", "2027", 8.64, 1.44, t=120, usd=72000, **lynas),
        line("freight", "2027", 0.012, 1.44, t=120, usd=100, **lynas),
        line("duties", "2027", 0.432, 1.44, layer="MFN", t=120, usd=3600, **lynas),
        line("duties", "2027", 0.864, 1.44, layer="232", t=120, usd=7200, **lynas),
        line("purchases", "2027", 4.0, 1.44, t=80, usd=50000, **baotou),
        line("freight", "2027", 0.016, 1.44, t=80, usd=200, **baotou),
        line("duties", "2027", 0.2, 1.44, layer="MFN", t=80, usd=2500, **baotou),
        line("duties", "2027", 0.4, 1.44, layer="232", t=80, usd=5000, **baotou),
        line("duties", "2027", 1.0, 1.44, layer="301", t=80, usd=12500, **baotou),
    ]
    plan = plan_of(
        32.05216,
        nodes=[("2026", 2026, 1, None, 1.0, 1.0, 1.0), ("2027", 2027, 2, "2026", 1.0, 1.44, 0.8)],
        purchases=[
            ("Lynas oxide", "Texas", "", "2026", 100.0),
            ("Lynas oxide", "Texas", "", "2027", 120.0),
            ("Baotou oxide", "Texas", "", "2027", 80.0),
        ],
        orders=[("Baotou oxide", "2027")],
        qualifications=[("Baotou", "2026")],
        deliveries=[("magnets", "oxide", "", "2026", 100.0), ("magnets", "oxide", "", "2027", 200.0)],
        ledger=ledger,
    )
    return case, plan
