"""Runs side by side: which cells of their cases differ, which decisions of their plans, and a bridge between the costs.

The bars of a bridge are whole dollars. Each is rounded down or up so that all of them add up to the difference of the
two costs, itself in whole dollars, to the last one: the largest fractions are rounded up (largest remainders).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.case import Case
from planner.plan import Plan
from planner.results.facts import Facts, term_name
from planner.schema import PROVENANCE_NAMES, SHEETS
from planner.studies.apart import not_nothing
from planner.studies.solving import slack_musd

CELLS = ["run", "sheet", "row", "column", "was", "is"]
DIFFERENT = ["run", "kind", "name", "was", "is"]
BRIDGE = ["run", "term", "usd"]
RUNS = ["run", "cost_musd", "gap_musd", "change_musd", "change_gap_musd", "told_apart", "objective_musd"]
LEAST_T = 0.5  # tons over all years; less is no other decision
NOTHING = "—"


@dataclass(frozen=True)
class Side:
    """A run's name, case and plan."""

    name: str
    case: Case
    plan: Plan


@dataclass(frozen=True)
class Comparison:
    """All against the first. `runs`: RUNS. `cells`: CELLS. `decisions`: DIFFERENT. `bridge`: BRIDGE, whole dollars."""

    runs: pd.DataFrame
    cells: pd.DataFrame
    decisions: pd.DataFrame
    bridge: pd.DataFrame


def compare(sides: Sequence[Side]) -> Comparison:
    """The first run against each of the others."""
    first, *others = sides
    cells = [(side.name, *row) for side in others for row in _cells(first.case, side.case)]
    before = _decisions(first)
    decisions = [(side.name, *row) for side in others for row in _differing(before, _decisions(side))]
    bars = [(side.name, term, usd) for side in others for term, usd in bridge(spent(first), spent(side)).items()]
    return Comparison(
        pd.DataFrame([_run(first, side) for side in sides], columns=RUNS),
        pd.DataFrame(cells, columns=CELLS),
        pd.DataFrame(decisions, columns=DIFFERENT),
        pd.DataFrame(bars, columns=BRIDGE),
    )


def bridge(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, int]:
    """Whole dollars by which each term grows, adding up to the whole dollars by which their sums differ.

    >>> bridge({"goods": 0.4e-6, "duties": 0.0}, {"goods": 1.9e-6, "duties": 1.4e-6})
    {'goods': 2, 'duties': 1}
    """
    terms = [term for term in dict.fromkeys((*before, *after)) if before.get(term, 0.0) or after.get(term, 0.0)]
    exact = {term: (after.get(term, 0.0) - before.get(term, 0.0)) * 1e6 for term in terms}
    whole = {term: math.floor(usd) for term, usd in exact.items()}
    total = round(math.fsum(after.values()) * 1e6 - math.fsum(before.values()) * 1e6)
    short = total - sum(whole.values())
    for term in sorted(terms, key=lambda one: (whole[one] - exact[one], one))[: max(0, short)]:
        whole[term] += 1
    return {term: usd for term, usd in whole.items() if usd}


def _run(first: Side, side: Side) -> tuple[Any, ...]:
    change = side.plan.cost_musd - first.plan.cost_musd
    gap = 0.0 if side is first else slack_musd(side.plan) + slack_musd(first.plan)
    apart = not_nothing(change, gap)
    return (
        side.name, side.plan.cost_musd, slack_musd(side.plan), change, gap, apart, side.plan.objective_musd
    )  # fmt: skip


def spent(side: Side) -> dict[str, float]:
    """Discounted M$ by term, expected over the futures."""
    lines = Facts(side.case, side.plan).ledger.groupby("term")["expected_musd"].sum()
    return {term_name(str(term)): float(musd) for term, musd in lines.items()}


def _cells(before: Case, after: Case) -> list[tuple[str, str, str, Any, Any]]:
    """Cells that differ, and rows that only one has, by sheet, the words of their key, and column."""
    found: list[tuple[str, str, str, Any, Any]] = []
    names = dict.fromkeys((*before.settings, *after.settings))
    for name in names:
        was, is_ = before.settings.get(name), after.settings.get(name)
        if was != is_:
            found.append(("settings", name, "value", was, is_))
    for sheet in SHEETS:
        if sheet.name in before.tables and sheet.name in after.tables:
            found += _rows(sheet.name, sheet.key, before.tables[sheet.name], after.tables[sheet.name])
    return found


def _rows(
    sheet: str, key: tuple[str, ...], before: pd.DataFrame, after: pd.DataFrame
) -> list[tuple[str, str, str, Any, Any]]:
    found: list[tuple[str, str, str, Any, Any]] = []
    was, is_ = _by_key(before, key), _by_key(after, key)
    for row in dict.fromkeys((*was, *is_)):
        named = ", ".join(str(part) for part in row[:-1] if part is not None)
        if row not in is_ or row not in was:
            there = ("there" if row in side else NOTHING for side in (was, is_))
            found.append((sheet, named, "the whole row", *there))  # type: ignore[arg-type]
            continue
        for column, old in was[row].items():
            new = is_[row].get(column)
            if old != new:
                found.append((sheet, named, column, old, new))
    return found


def _by_key(table: pd.DataFrame, key: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by their key; rows of one key are told apart by their order."""
    plain = table.astype(object).where(table.notna(), None)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in plain.to_dict("records"):
        words = tuple(record.get(name) for name in key)
        number = 0
        while (*words, number) in rows:
            number += 1
        rows[(*words, number)] = {str(name): cell for name, cell in record.items() if name not in PROVENANCE_NAMES}
    return rows


def _decisions(side: Side) -> dict[tuple[str, str], str]:
    """What a plan decides, in words, by kind and name."""
    tables, told = side.plan.tables, {}
    period = side.plan.tables["nodes"].set_index("node")["period"].to_dict()
    for kind, table, name in (
        ("project", "builds", "option"),
        ("contract", "signings", "contract"),
        ("partnership", "joins", "partnership"),
        ("qualification", "qualifications", "supplier"),
        ("leaving", "leavings", "offer"),
        ("closure", "closures", "facility"),
    ):
        for one, rows in tables[table].groupby(name, sort=True):
            told[kind, str(one)] = ", ".join(str(year) for year in sorted({period[node] for node in rows["node"]}))
    moved = (("offer", "purchases", "offer"), ("lifted", "lifts", "contract"), ("plant", "activity", "facility"))
    for kind, table, name in moved:
        tons = tons_by(side, table, [name])
        told |= {(kind, str(one)): f"{t:,.0f} t" for one, t in tons.items() if t >= LEAST_T}
    return told


def tons_by(side: Side, table: str, by: list[str]) -> pd.Series:
    """Expected tons over all years of a table of a plan, by these columns."""
    nodes = side.plan.tables["nodes"].set_index("node")
    weight = nodes["years"].astype(float) * nodes["probability"].astype(float)
    rows = side.plan.tables[table]
    tons = rows["t_per_year"].astype(float) * rows["node"].map(weight).astype(float)
    return tons.groupby([rows[name] for name in by] if len(by) > 1 else rows[by[0]]).sum()


def _differing(
    before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]
) -> list[tuple[str, str, str, str]]:
    return [
        (*key, before.get(key, NOTHING), after.get(key, NOTHING))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]
