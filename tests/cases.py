"""Cases small enough to solve on paper: two suppliers, one user, and whatever a test adds.

`solve(offers=[...])` writes a workbook with the base case below, its offers sheet replaced, reads it back as
a user's workbook is read, and plans it, audit and all. A row leaves out what `USUAL` says. Money in the results is M$.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import fast_files
import numpy as np
import pytest

from models.build import build
from planner.case import Case, read_case
from planner.plan import Plan
from planner.planning.solve import solve_case
from planner.solver.highs import SolveOptions
from planner.solver.large import solve as hand_to_solver
from planner.solver.program import Program
from planner.translate import translate

Rows = list[dict[str, Any]]
approx = pytest.approx

BAOTOU = {"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 60_000}
LYNAS = {"offer": "Lynas", "supplier": "Lynas", "material": "oxide", "origin": "MYS", "price_usd_per_t": 70_000}

BASE: dict[str, Rows] = {
    "periods": [{"period": 2026, "years": 1}],
    "countries": [{"country": "USA"}, {"country": "CHN"}, {"country": "MYS"}],
    "places": [{"place": "Texas", "country": "USA"}],
    "materials": [{"material": "oxide", "hts": "2846.90.80"}],
    "suppliers": [{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS"}],
    "offers": [BAOTOU, LYNAS],
    "lanes": [{"from": "*"}],
    "segments": [{"segment": "magnets"}],
    "demand": [{"segment": "magnets", "period": 2026, "t_per_year": 100}],
}
SETTINGS = {"home_country": "USA", "base_year": 2026, "discount_rate": 0, "mip_gap": 0}
USUAL: dict[str, dict[str, Any]] = {
    "materials": {"stage": "oxides"},
    "suppliers": {"qualified": "yes"},
    "lanes": {"to": "*", "material": "*"},
    "segments": {"place": "Texas", "material": "oxide", "max_shortage_share": 0},
    "processes": {"cost_usd_per_t": 0},
    "recipes": {"t_per_t": 1},
    "build_options": {"capex_fixed_musd": 0, "capex_usd_per_t": 0, "lead_years": 0, "life_years": 10},
    "returns": {"place": "Texas", "material": "oxide", "collection_usd_per_t": 0},
    "stocks": {"place": "Texas", "material": "oxide"},
    "sales": {"place": "Texas", "material": "oxide"},
    "tariffs": {"hts": "2846", "origin": "*", "effect": "adds"},
}

MINE: dict[str, Rows] = {
    "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30}],
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "recipes": [{"process": "dig", "material": "oxide"}],
}
SITE: dict[str, Rows] = {**MINE, "facilities": [{"facility": "Mine", "place": "Texas"}]}


def needs(tons: Mapping[int, float], segment: str = "magnets") -> Rows:
    """Demand rows of a segment: tons a year by period."""
    return [{"segment": segment, "period": period, "t_per_year": t} for period, t in tons.items()]


def years(*periods: int) -> Rows:
    """Periods of one year."""
    return [{"period": period, "years": 1} for period in periods]


def write_workbook(path: Path, settings: Mapping[str, Any] | None = None, **sheets: Rows) -> Path:
    """The base case as a workbook, with these sheets in place of its own and these settings added."""
    stated = [{"setting": name, "value": value} for name, value in {**SETTINGS, **(settings or {})}.items()]
    rows = {"settings": stated, **BASE, **sheets}
    return fast_files.write_workbook(
        {name: _grid([_filled(name, row) for row in some]) for name, some in rows.items()}, path
    )


def _filled(sheet: str, row: Mapping[str, Any]) -> dict[str, Any]:
    filled = {**USUAL.get(sheet, {}), **row}
    return {"name": filled["country"], **filled} if sheet == "countries" else filled


def _grid(rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [columns, *([_plain(row.get(column)) for column in columns] for row in rows)]


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def case(settings: Mapping[str, Any] | None = None, **sheets: Rows) -> Case:
    """The base case with these sheets, read from a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        return read_case(write_workbook(Path(folder) / "case.xlsx", settings, **sheets))


def solve(settings: Mapping[str, Any] | None = None, **sheets: Rows) -> Plan:
    """The audited plan of the base case with these sheets."""
    return solve_case(case(settings, **sheets))


def relaxed_musd(**sheets: Rows) -> float | None:
    """The least cost of a case if every yes or no could be a share: where the search for a plan begins."""
    program = Program.of(build(translate(case(**sheets)).data))
    shares = replace(program, integer=np.zeros_like(program.integer))
    return hand_to_solver(shares, SolveOptions(mip_gap=0.0, time_limit_s=10.0)).objective


def strengthened_musd(**sheets: Rows) -> float | None:
    """The same with the strong rows that it breaks: what is proven before any search."""
    program = Program.of(build(translate(case(**sheets)).data))
    return hand_to_solver(program, SolveOptions(mip_gap=0.0, time_limit_s=10.0)).checked


def tons(plan: Plan, table: str, *by: str, column: str = "t_per_year") -> dict[Any, float]:
    """Tons of one of the plan's tables, added up by some of its columns."""
    frame = plan.tables[table]
    keys = frame[by[0]] if len(by) == 1 else list(zip(*(frame[name] for name in by), strict=True))
    added: dict[Any, float] = {}
    for key, t in zip(keys, frame[column], strict=True):
        added[key] = added.get(key, 0.0) + t
    return added


def bought(plan: Plan, *by: str) -> dict[Any, float]:
    """Tons a year bought, by offer, or by offer and other columns."""
    return tons(plan, "purchases", "offer", *by)


def cost(plan: Plan, term: str) -> float:
    """A cost term of the plan, in discounted M$."""
    costs = plan.tables["costs"]
    return float(costs.loc[costs["term"] == term, "discounted_musd"].sum())
