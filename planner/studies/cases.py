"""Cases made from a case: one future alone, the mean of all futures, one future of our own making."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.schema import EVENT_SELECTORS, MEASURES
from planner.translate.tree import scenario_chances

MEAN = "the mean of all futures"
WHAT = ["kind", *EVENT_SELECTORS]


def alone(case: Case, scenario: str) -> Case:
    """The case in which this scenario is the only future, known from the beginning."""
    events = case.tables["events"]
    return _one_future(case, scenario, events[events["scenario"] == scenario])


def mean_future(case: Case) -> Case:
    """The case in which every event happens to the extent of its probability, known from the beginning.

    In each year, factors and values of events of the same kind with the same selectors are averaged over the scenarios
    (no event counts as factor 1, value 0). Events with other selectors act beside them, so where they meet, their means
    multiply. Delays are rounded to whole years; a reserve is released where that is at least as likely as not.
    """
    chances = scenario_chances(case)
    events = case.tables["events"]
    rows: list[dict[str, Any]] = []
    alike: dict[tuple[Any, ...], list[int]] = {}
    keys = events[WHAT].astype(object).where(events[WHAT].notna(), None)
    for position, what in enumerate(keys.itertuples(index=False, name=None)):
        alike.setdefault(what, []).append(position)
    for what, positions in alike.items():
        rows.extend(_mean_events(case, dict(zip(WHAT, what, strict=True)), events.iloc[positions], chances))
    return _one_future(case, MEAN, _as_events(case, rows))


def future_of(case: Case, name: str, events: Sequence[Mapping[Any, Any]]) -> Case:
    """The case with one future in which these events happen, each a mapping from the columns of the events sheet."""
    return _one_future(case, name, _as_events(case, events))


def with_settings(case: Case, **settings: object) -> Case:
    """The case with other settings; the same case where nothing differs."""
    changed = {name: value for name, value in settings.items() if case.settings[name] != value}
    if not changed:
        return case
    return replace(case, settings={**case.settings, **changed}, fingerprint=derived(case, changed))


def in_money(case: Case) -> Case:
    """The case in which risk, exposure and the rank of offers have no price, so that what is least is a cost.

    A limit on what all futures come to that may be missed at a price is left out: its price is one of risk.
    """
    free = _unranked(with_settings(case, risk_weight=0.0, exposure_price=0.0))
    limits = free.tables["limits"]
    on_futures = pd.Series([MEASURES[name].of_futures for name in limits["measure"]], index=limits.index, dtype=bool)
    priced = on_futures & limits["penalty_per_unit"].notna()
    if not priced.any():
        return free
    tables = {**free.tables, "limits": limits[~priced]}
    return replace(free, tables=tables, fingerprint=derived(free, limits.loc[priced, "limit"].tolist()))


def _unranked(case: Case) -> Case:
    """The case without bonus or malus of offers; the same case where there is none."""
    offers = case.tables["offers"]
    if not (offers["ranking_usd_per_t"] != 0).any():
        return case
    tables = {**case.tables, "offers": offers.assign(ranking_usd_per_t=0.0)}
    return replace(case, tables=tables, fingerprint=derived(case, "unranked"))


def with_limit(case: Case, limit: str, value: float) -> Case:
    """The case in which this limit has this value, and is hard."""
    limits = case.tables["limits"]
    own = limits["limit"] == limit
    told = limits.assign(
        value=limits["value"].where(~own, value),
        penalty_per_unit=limits["penalty_per_unit"].where(~own),
        priority=limits["priority"].where(~own),
    )
    return replace(case, tables={**case.tables, "limits": told}, fingerprint=derived(case, [limit, value]))


def with_measure(case: Case, limit: Mapping[str, object]) -> Case:
    """The case with one more limit, a mapping from the columns of the limits sheet; its name must be new."""
    table = case.tables["limits"]
    row = {column: limit.get(column) for column in table.columns} | {"penalty_per_unit": None, "priority": None}
    made = _as_rows(table, [row], ("value", "from", "to", "penalty_per_unit", "priority"))
    limits = pd.concat([table, made]) if len(table) else made
    return replace(case, tables={**case.tables, "limits": limits}, fingerprint=derived(case, row))


def _one_future(case: Case, name: str, events: pd.DataFrame) -> Case:
    scenarios = case.tables["scenarios"].iloc[:0].reindex([1]).assign(scenario=name, probability=1.0)
    events = events.assign(scenario=name)
    tables = {**case.tables, "scenarios": scenarios, "events": events}
    told = events.astype(object).where(events.notna(), None).to_dict("records")
    return replace(case, tables=tables, fingerprint=derived(case, [name, told]))


def _as_events(case: Case, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows in the columns and types of the events table; their row numbers lie beyond those of any file."""
    return _as_rows(case.tables["events"], rows, ("from", "to", "known_from", "factor", "value"))


def _as_rows(table: pd.DataFrame, rows: Sequence[Mapping[str, object]], numbers: Sequence[str]) -> pd.DataFrame:
    """Rows in the columns of a table: numbers, and texts in which what is blank is None and not a number."""
    index = pd.RangeIndex(2_000_001, 2_000_001 + len(rows), name="row")
    columns = {}
    for column in table.columns:
        values = [row.get(column) for row in rows]
        if column in numbers:
            columns[column] = pd.Series(values, index=index, dtype="float64")
        else:
            blank = [None if value is None or value != value else value for value in values]  # noqa: PLR0124
            columns[column] = pd.Series(blank, index=index, dtype=object)
    return pd.DataFrame(columns, index=index)


def _mean_events(
    case: Case, what: Mapping[str, Any], group: pd.DataFrame, chances: Mapping[str, float]
) -> list[dict[str, Any]]:
    """One row for each stretch of years in which the mean is the same."""
    rows: list[dict[str, Any]] = []
    periods = case.tables["periods"]
    for year in range(int(periods["period"].min()), int((periods["period"] + periods["years"]).max())):
        acting = group[(group["from"] <= year) & ~(group["to"] < year)]
        mean = _mean_in_a_year(what["kind"], acting, chances)
        if mean is None:
            continue
        last = rows[-1] if rows else None
        if last and last["to"] == year - 1 and (last["factor"], last["value"]) == (mean["factor"], mean["value"]):
            last["to"] = year
        else:
            rows.append({**what, **mean, "from": year, "to": year, "known_from": None})
    return rows


def _mean_in_a_year(kind: str, acting: pd.DataFrame, chances: Mapping[str, float]) -> dict[str, float | None] | None:
    if acting.empty:
        return None
    if kind == "release":
        likely = sum(chances[scenario] for scenario in acting["scenario"].unique())
        return {"factor": None, "value": None} if likely >= 0.5 else None
    factor, value = 1.0, 0.0
    for scenario, chance in chances.items():
        own = acting[acting["scenario"] == scenario]
        factor += chance * (float(np.prod(own["factor"].fillna(1.0).to_numpy(float))) - 1.0)
        value += chance * float(own["value"].fillna(0.0).sum())
    if kind == "delay":
        value = float(round(value))
    has_factor, has_value = acting["factor"].notna().any(), acting["value"].notna().any()
    return {"factor": factor if has_factor else None, "value": value if has_value else None}


def derived(case: Case, change: object) -> str:
    """The fingerprint of a case made from this one by a change."""
    text = json.dumps([case.fingerprint, change], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
