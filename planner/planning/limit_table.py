"""Policy limits at the plan: what each measure comes to, by how much the limit is missed, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from models.groups import Floats
from models.policy import ALL_FUTURES
from planner.plan import PLAN_TABLES
from planner.planning.indicators import LEAST_AMOUNT, Amounts
from planner.planning.ledger import LEDGER
from planner.planning.marginals import POLICY_LIMIT, SMALLEST_WORTH_USD
from planner.schema import MEASURES, MeasureKind
from planner.solver.cuts import CUT
from planner.solver.program import Program, WholeOf
from planner.translate import Translated
from planner.translate.concentration import WHOSE
from planner.translate.counts import WHO
from planner.translate.limits import LIMIT_KEY
from planner.translate.selecting import of_kind
from planner.translate.tools import MUSD_PER_USD, indices
from planner.translate.worth import counts_above, counts_from, counts_from_share

ROUNDING_T = 1e-6
LIMIT_RULES = ("limit_at_most", "limit_at_least", "limit_equal")
CONES = ("hhi_of_one", CUT)
SHOWN = {"fraction": ("%", 100.0), "0-1": ("points of 10,000", 10_000.0)}


def limit_table(known: Translated, amounts: Amounts) -> pd.DataFrame:
    """One row a limit, country or supplier, and node: limit, each, node, measure, sense, value, reached, missed.

    `reached` is in the measure's own unit; `missed` is by how much a limit with a penalty is missed, in the
    unit that is paid for.
    """
    bounds = known.policy.limits.bounds
    if known.policy.limits.nothing:
        return bounds.assign(reached=0.0, missed=0.0)
    keys = indices(bounds, *LIMIT_KEY)
    reached = {**_sums(known, amounts), **_counts(known, amounts), **_concentrations(known, amounts)}
    exceeded, missed = amounts.decisions("exceed"), amounts.decisions("miss")
    return bounds.assign(
        reached=[reached.get(key, 0.0) for key in keys],
        missed=[exceeded.get(key, 0.0) + missed.get(key, 0.0) for key in keys],
    )


def with_risk(table: pd.DataFrame, risk: pd.DataFrame) -> pd.DataFrame:
    """The table with what limits over all futures come to: the measures of risk at the plan."""
    measures = dict(zip(risk["measure"] + "_musd", risk["value"], strict=True))
    return table.assign(reached=table["reached"].where(table["node"] != ALL_FUTURES, table["measure"].map(measures)))


def wholes(known: Translated, amounts: Amounts) -> dict[Any, float]:
    """The whole of each ratio, by key."""
    lines = known.policy.limits.wholes
    return _by_key(lines, amounts, LIMIT_KEY)


def _by_key(lines: pd.DataFrame, amounts: Amounts, key: list[str]) -> dict[Any, float]:
    counted = amounts.counted(lines)
    return {k: float(t) for k, t in counted.groupby([lines[name] for name in key]).sum().items()} if len(lines) else {}


def _sums(known: Translated, amounts: Amounts) -> dict[Any, float]:
    """Sums, and ratios (0 where the whole is nothing)."""
    tables = known.policy.limits
    parts, whole = _by_key(tables.parts, amounts, LIMIT_KEY), wholes(known, amounts)
    ratios = set(indices(tables.bounds[tables.bounds["ratio"]], *LIMIT_KEY))
    return {
        key: part if key not in ratios else part / whole[key] if whole.get(key, 0.0) > LEAST_AMOUNT else 0.0
        for key, part in parts.items()
    }


def _counts(known: Translated, amounts: Amounts) -> dict[Any, float]:
    """How many suppliers, facilities or lanes are in use: with enough a year where at least so many must be.

    Where a share is stated, with that share of all at least, and with more than it where at most so many may be; with
    more than the tons that are stated there as well.
    """
    counts, bounds = known.policy.counts, known.policy.limits.bounds
    found = dict.fromkeys(indices(bounds[of_kind(bounds, MeasureKind.COUNT)], *LIMIT_KEY), 0.0)
    tons = _by_key(counts.uses, amounts, WHO)
    for who, t in zip(indices(counts.existing, *WHO), counts.existing["existing_t"].tolist(), strict=True):
        tons[who] = tons.get(who, 0.0) + t
    for who in _standing(known, amounts):
        tons[who] = max(tons.get(who, 0.0), 2 * ROUNDING_T)
    rows = known.policy.rows
    from_t, above_t, shares = counts_from(rows), counts_above(rows), counts_from_share(rows)
    of_all = _by_key(counts.uses[counts.uses["limit"].isin(shares)], amounts, LIMIT_KEY)
    for *key, n, sense in indices(counts.counted, *WHO, "sense"):
        t, share_t = tons.get((*key, n), 0.0), shares.get(key[0], 0.0) * of_all.get((key[0], key[1], n), 0.0)
        rounding = ROUNDING_T * max(1.0, share_t)
        enough = t > from_t[key[0]] - ROUNDING_T and t > share_t - rounding
        more = t > share_t + rounding and t > above_t.get(key[0], 0.0) + ROUNDING_T
        found[key[0], key[1], n] += float(more if sense == "at most" else enough)
    return found


def _standing(known: Translated, amounts: Amounts) -> Iterator[tuple[str, ...]]:
    """Facilities with capacity that stands, however little of it works: what was not closed, and builds."""
    counts = known.policy.counts
    shut, begun = amounts.decisions("close"), amounts.decisions("build")
    closings = counts.uses[counts.uses["component"] == "close"]
    closed = {tuple(who) for *who, close in indices(closings, *WHO, "index") if shut[close] > 0.5}
    yield from (who for who in indices(counts.standing, *WHO) if who not in closed)
    yield from (tuple(who) for *who, build in indices(counts.builds, *WHO, "index") if begun[build] > 0.5)


def _concentrations(known: Translated, amounts: Amounts) -> dict[Any, float]:
    """The sum of squared shares."""
    tons: dict[tuple[str, str, str], list[float]] = {}
    for (limit, _, node), t in _by_key(known.policy.concentration, amounts, WHOSE).items():
        tons.setdefault((limit, "", node), []).append(t)
    return {key: float(np.square(t).sum()) / max(sum(t) ** 2, LEAST_AMOUNT**2) for key, t in tons.items()}


def binding_policies(known: Translated, program: Program, amounts: Amounts, row_duals: Floats | None) -> pd.DataFrame:
    """Limits that bind: rule, item, node, limit, unit, worth_usd, as in `planner.planning.marginals.binding_limits`.

    Ratios are shown, and worth, by the percentage point, concentration by the point of 10,000. The worth is that of a
    year of the node; of capex and stock it is in base-year money, as it is of a measure over all futures, which stands
    at the first nodes.
    """
    bounds, parent = known.policy.limits.bounds, known.data.tree.parent
    if known.policy.limits.nothing:
        return pd.DataFrame(columns=list(PLAN_TABLES["binding"]))
    roots = [node for node in known.data.tree.NODES if parent[node] is None]
    worth = {} if row_duals is None else _worths(known, program, amounts, row_duals)
    rows = []
    for limit, each, node, measure, value in indices(bounds, *LIMIT_KEY, "measure", "value"):
        usd = worth.get((limit, each, node), 0.0)
        if usd > SMALLEST_WORTH_USD:
            unit, points = SHOWN.get(MEASURES[measure].unit, (MEASURES[measure].unit, 1.0))
            at = [node] if node != ALL_FUTURES else roots
            rows += [(POLICY_LIMIT, _item(limit, each), n, value * points, unit, usd / points) for n in at]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["binding"]))


def _worths(known: Translated, program: Program, amounts: Amounts, row_duals: Floats) -> dict[Any, float]:
    """What the plan saves when the value of each limit is one larger (or smaller, where that is looser), in USD."""
    tree, whole = known.data.tree, wholes(known, amounts)
    bounds = known.policy.limits.bounds
    slopes, weights = {}, {}
    for limit, each, node, measure, ratio in indices(bounds, *LIMIT_KEY, "measure", "ratio"):
        key = (limit, each, node)
        slopes[key] = whole.get(key, 0.0) if ratio else 1.0
        weights[key] = 1.0 if node == ALL_FUTURES else tree.probability[node]
        weights[key] *= 1.0 if MEASURES[measure].once or node == ALL_FUTURES else tree.discount_years[node]
    supply = _by_key(known.policy.concentration.assign(who=""), amounts, WHOSE)
    for (limit, _, node), t in supply.items():
        root = known.data.concentration.root_hhi[limit]
        slopes[limit, "", node] = t / (2.0 * root) if root > 0 else 0.0  # a root rises from 0 without bound: no worth
    found = dict.fromkeys(slopes, 0.0)
    for rule in (*LIMIT_RULES, *CONES):
        index, where = program.rows.get(rule, ([], slice(0, 0)))
        for x, dual in zip(index, row_duals[where].tolist(), strict=True):
            key = x if rule in LIMIT_RULES else (x[0], "", x[-1])
            found[key] += abs(dual) * slopes[key] * 1e6 / weights[key]
    return found


def shares_of(known: Translated, program: Program) -> dict[int, WholeOf]:
    """What each limit on a share is a share of, by its row in the program."""
    tables = known.policy.limits
    if tables.nothing:
        return {}
    ratios = set(indices(tables.bounds[tables.bounds["ratio"]], *LIMIT_KEY))
    lines: dict[Any, list[tuple[float, str, Any]]] = {}
    for limit, each, node, *line in indices(tables.wholes, *LIMIT_KEY, "coefficient", "component", "index"):
        lines.setdefault((limit, each, node), []).append((line[0], line[1], line[2]))
    places = _Places(program)
    return {row: places.whole(lines.get(key, [])) for row, key in _limit_rows(program) if key in ratios}


def _limit_rows(program: Program) -> Iterator[tuple[int, Any]]:
    """The rows of limits other than those on concentration, each with its key."""
    for rule in LIMIT_RULES:
        index, where = program.rows.get(rule, ([], slice(0, 0)))
        yield from zip(range(where.start, where.stop), index, strict=True)


class _Places:
    """The columns of decisions by their index; each is looked up once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: dict[str, dict[Any, int]] = {}

    def whole(self, lines: list[tuple[float, str, Any]]) -> WholeOf:
        number = sum(coefficient for coefficient, component, _ in lines if not component)
        named = [(coefficient, self._column(name, index)) for coefficient, name, index in lines if name]
        columns = np.array([column for _, column in named], dtype=np.int32)
        return WholeOf(columns, np.array([coefficient for coefficient, _ in named], dtype=np.float64), float(number))

    def _column(self, component: str, index: Any) -> int:
        if component not in self._known:
            keys, where = self._program.columns[component]
            self._known[component] = dict(zip(keys, range(where.start, where.stop), strict=True))
        return self._known[component][index]


def policy_ranges(
    known: Translated,
    program: Program,
    policies: pd.DataFrame,
    row_duals: Floats | None,
    ranges: tuple[Floats, Floats] | None,
) -> dict[tuple[str, str], tuple[float, float]]:
    """By how much each of these limits, which bind, may be looser, and tighter, while a unit of it is worth the same.

    By item and node, in the units in which the limit is shown; not a number where there is no range. A sum is
    its row's limit; how a share moves its row says `planner.solver.highs.Live`. A limit on concentration bends, so that
    each unit is worth another amount than the one before.
    """
    if row_duals is None or ranges is None or known.policy.limits.nothing:
        return {}
    bounds, found = known.policy.limits.bounds, {}
    bind = set(zip(policies["item"], policies["node"], strict=True))
    points = {
        limit: SHOWN.get(MEASURES[measure].unit, ("", 1.0))[1] for limit, measure in indices(bounds, "limit", "measure")
    }
    roots = [node for node in known.data.tree.NODES if known.data.tree.parent[node] is None]
    for row, (limit, each, node) in _limit_rows(program):
        more, less = (float(side[row]) * points[limit] for side in ranges)
        for at in roots if node == ALL_FUTURES else [node]:
            if (_item(limit, each), at) in bind:
                found[_item(limit, each), at] = (less, more) if row_duals[row] > 0.0 else (more, less)
    return found


def _item(limit: str, each: str) -> str:
    return f"{limit} for {each}" if each else limit


def penalty_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Ledger lines of limits that are missed: item is the limit, `from` the country or supplier it is for.

    Limits over all futures pay beside the costs.
    """
    if table.empty:
        return pd.DataFrame(columns=LEDGER)
    missed = table[(table["missed"] > LEAST_AMOUNT) & (table["node"] != ALL_FUTURES)]
    missed = missed[missed["penalty_per_unit"].notna()]
    lines = missed.assign(term="penalties", layer="", item=missed["limit"], t_per_year=np.nan, usd_per_t=np.nan)
    lines["from"] = lines["each"]
    lines["musd_per_year"] = lines["missed"] * lines["penalty_per_unit"] * MUSD_PER_USD
    return lines.reindex(columns=LEDGER).assign(material="", to="")
