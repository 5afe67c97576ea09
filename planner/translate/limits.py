"""The `Limits` part: what each policy limit adds up at each node, and what it is worth to miss it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from models.policy import ALL_FUTURES, Limits
from planner.schema import GOODS_SELECTORS, MEASURES, MeasureKind
from planner.translate import columns
from planner.translate.measures import Measures
from planner.translate.selecting import TOGETHER, divided, in_force, of_kind, selected
from planner.translate.tools import MUSD_PER_USD, grouped, indices, number_by

LIMIT_KEY = ["limit", "each", "node"]


@dataclass(frozen=True)
class LimitTables:
    """bounds: one row a limit, country or supplier, and node. parts: what each adds up. wholes: what a ratio is of."""

    bounds: Annotated[pd.DataFrame, columns.BOUNDS]
    parts: Annotated[pd.DataFrame, columns.PARTS]
    wholes: Annotated[pd.DataFrame, columns.PARTS]

    @property
    def nothing(self) -> bool:
        """Whether there is no limit at all."""
        return self.bounds.empty


def limit_tables(limits: pd.DataFrame, nodes: pd.DataFrame, measures: Measures, done: pd.DataFrame) -> LimitTables:
    """Select the lines of every limit; `done` are the parts worked out before: of what counts, and over all futures."""
    if limits.empty:
        return LimitTables(columns.BOUNDS.none(), columns.PARTS.none(), columns.PARTS.none())
    times = _times(limits, nodes)
    parts, wholes = [columns.PARTS.none(), done], [columns.PARTS.none()]
    sums = limits[of_kind(limits, MeasureKind.SUM)]
    for (measure, *more), rows in sums.groupby(["measure", "through", "attribute"], sort=False, dropna=False):
        part, whole = measures.of(str(measure), *map(_said, more))
        parts.append(columns.PARTS.of(divided(rows, selected(rows, part)).merge(times)))
        if whole is not None:
            of_all = MEASURES[str(measure)].of_all
            wholes.append(_whole_of_all(rows, whole, parts[-1], times) if of_all else _whole(rows, whole, times))
    both = pd.concat(parts, ignore_index=True), pd.concat(wholes, ignore_index=True)
    bounds = _bounds(limits, times, *both)
    return LimitTables(bounds, *(frame.merge(bounds[LIMIT_KEY], on=LIMIT_KEY) for frame in both))


def _said(word: object) -> str | None:
    """A word of a limit, or None where the cell is blank."""
    return word if isinstance(word, str) else None


def _times(limits: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """The nodes in which each limit holds; one over all futures holds once."""
    over_all = of_kind(limits, MeasureKind.FUTURES)
    once = limits.loc[over_all, ["limit"]].assign(node=ALL_FUTURES)
    return pd.concat([in_force(limits[~over_all], nodes), once], ignore_index=True)


def _whole(limits: pd.DataFrame, whole: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    """The whole of each ratio, selected and divided as its part is."""
    return columns.PARTS.of(divided(limits, selected(limits, whole)).merge(times))


def _whole_of_all(limits: pd.DataFrame, whole: pd.DataFrame, parts: pd.DataFrame, times: pd.DataFrame) -> pd.DataFrame:
    """The whole of all countries or suppliers together, for each that has a part, or where none is told apart."""
    together = selected(limits, whole, ("place", *GOODS_SELECTORS)).merge(times)
    single = limits.loc[limits["each"].isna(), ["limit"]].assign(each=TOGETHER)
    those = pd.concat([single, parts[["limit", "each"]]], ignore_index=True).drop_duplicates()
    return columns.PARTS.of(together.merge(those, on="limit"))


def _bounds(limits: pd.DataFrame, times: pd.DataFrame, parts: pd.DataFrame, wholes: pd.DataFrame) -> pd.DataFrame:
    """Every limit in each node of its dates, for each country or supplier that it has anything of at any node."""
    facts = limits[["row", "limit", "measure", "sense", "value", "penalty_per_unit", "priority"]]
    single = limits.loc[limits["each"].isna() | of_kind(limits, MeasureKind.CONCENTRATION), ["limit"]].assign(
        each=TOGETHER
    )
    several = pd.concat([parts[["limit", "each"]], wholes[["limit", "each"]]]).drop_duplicates()
    each = pd.concat([single, several[several["each"] != TOGETHER]], ignore_index=True)
    bounds = facts.merge(each, on="limit").merge(times, on="limit")
    ratio = [bool(MEASURES[measure].whole) for measure in bounds["measure"]]
    return columns.BOUNDS.of(bounds.assign(ratio=pd.Series(ratio, index=bounds.index, dtype=bool)))


def limits_part(tables: LimitTables) -> Limits:
    """The `Limits` part; a limit that no decision can touch and that holds is left out."""
    bounds = tables.bounds[~of_kind(tables.bounds, MeasureKind.CONCENTRATION)].reset_index(drop=True)
    ratio = dict(zip(bounds["limit"], bounds["value"].where(bounds["ratio"], 0.0), strict=True))
    wholes = tables.wholes.assign(coefficient=-tables.wholes["coefficient"] * tables.wholes["limit"].map(ratio))
    terms = pd.concat([tables.parts, wholes], ignore_index=True)
    fixed = terms[terms["component"] == ""]
    numbers = fixed.groupby(LIMIT_KEY)["coefficient"].sum().to_dict() if len(fixed) else {}
    terms = terms[(terms["component"] != "") & (terms["coefficient"] != 0)]
    measured = grouped(indices(terms, *LIMIT_KEY), indices(terms, "coefficient", "component", "index"))
    own = bounds["value"].where(~bounds["ratio"], 0.0)
    value = {key: v - numbers.get(key, 0.0) for key, v in zip(indices(bounds, *LIMIT_KEY), own.tolist(), strict=True)}
    sides = zip(value, bounds["sense"].tolist(), strict=True)
    kept = [(key, sense) for key, sense in sides if key in measured or not _holds(sense, value[key])]
    soft = _missable(tables, [key for key, _ in kept])
    exceed = tuple(key for key, sense in soft if sense != "at least")
    miss = tuple(key for key, sense in soft if sense != "at most")
    slack = [(key, name) for name, keys in (("exceed", exceed), ("miss", miss)) for key in keys]
    paid = number_by(tables.bounds[tables.bounds["priority"].isna()], LIMIT_KEY, "penalty_per_unit")
    rank = number_by(tables.bounds[tables.bounds["priority"].notna()], LIMIT_KEY, "priority")
    priced, ranked = ([one for one in slack if one[0] in known] for known in (paid, rank))
    return Limits(
        AT_MOST=tuple(key for key, sense in kept if sense == "at most"),
        AT_LEAST=tuple(key for key, sense in kept if sense == "at least"),
        EQUAL=tuple(key for key, sense in kept if sense == "equal"),
        MEASURED=measured,
        value=value,
        EXCEEDABLE=exceed,
        MISSABLE=miss,
        EXCESS_OF=grouped(exceed, exceed),
        GAP_OF=grouped(miss, miss),
        penalty_musd=grouped(
            [key[-1] for key, _ in priced], [(paid[key] * MUSD_PER_USD, name, key) for key, name in priced]
        ),
        RANKED=grouped([int(rank[key]) for key, _ in ranked], [(name, key) for key, name in ranked]),
    )


def _holds(sense: str, value: float) -> bool:
    """Whether nothing at all is within the limit."""
    return {"at most": value >= 0, "at least": value <= 0, "equal": value == 0}[sense]


def _missable(tables: LimitTables, kept: list[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """Limits that may be missed, at a price or by their priority, with their sense: those kept, then concentrations."""
    bounds = tables.bounds
    soft = bounds[np.isfinite(bounds["penalty_per_unit"]) | bounds["priority"].notna()]
    sense = dict(zip(indices(soft, *LIMIT_KEY), soft["sense"].tolist(), strict=True))
    concentrated = bounds[of_kind(bounds, MeasureKind.CONCENTRATION)]
    return [(key, sense[key]) for key in (*kept, *indices(concentrated, *LIMIT_KEY)) if key in sense]
