"""What one unit more would be worth: binding limits and the cost of a ton, with the yes-or-no decisions held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.data import Tree
from models.groups import Floats
from planner.case import Case
from planner.plan import PLAN_TABLES
from planner.solver.outcome import Outcome
from planner.solver.program import Program

SMALLEST_WORTH_USD = 0.005
UNPROVEN = 1e-6  # the share of the plan's cost that its duals may leave open
YEARLY = {
    "offer_maximum": "offer sold out",
    "first_order": "first order on its way",
    "order_maximum": "offer with a minimum order, at its maximum",
    "order_minimum": "minimum order",
    "qualified_supplier": "offer of a supplier to be qualified, sold out",
    "award_stays": "award that stays",
    "lane_maximum": "lane full",
    "facility_capacity": "facility at capacity",
    "minimum_utilisation": "facility at its minimum use",
    "collection_maximum": "all collectable material collected",
    "collection_minimum": "take-back duty",
}
IN_TONS = {"stock_room": "stockpile full", "stock_reserve": "stock reserve", "stock_cover": "safety stock"}
SIZES = {"largest_size": "build at its largest size", "smallest_size": "build at its smallest size"}
OF_SIZE = "t/yr of size"
POLICY_LIMIT = "policy limit"
BENDS = "a limit on concentration bends, and with it what a unit of any limit is worth"
WHOLE_MOVES = "the whole that it is a share of moves with it, so each unit is worth another amount"
NOT_ASKED = "a size or a bound, of which the solver is not asked"
BindingLine = tuple[str, str, str, float, str, float]  # a row of the table `binding`


def duals_that_prove(program: Program, outcome: Outcome) -> tuple[Floats | None, Floats | None]:
    """The row duals of an outcome, and the reduced costs that follow, if they prove its plan; else None for both.

    They do where the limits, each at its dual, and the bounds, each at its reduced cost, come to what the plan costs
    with the whole numbers held: then none is cheaper (strong duality).
    """
    if outcome.row_duals is None or outcome.values is None:
        return None, None
    duals, values = outcome.row_duals, outcome.values
    weights = program.coefficients * duals[program.row_of]
    slopes = program.cost - np.bincount(program.columns_in, weights=weights, minlength=len(values))
    slopes[program.integer] = 0.0
    limits = np.where(duals > 0.0, program.row_lower, program.row_upper)
    bounds = np.where(slopes > 0.0, program.lower, program.upper)
    open_in_rows = np.abs(duals) @ _distance(program.activity(values), limits)
    open_in_columns = np.abs(slopes) @ _distance(values, bounds)
    proven = open_in_rows + open_in_columns <= UNPROVEN * max(1.0, abs(program.objective(values)))
    return (duals, slopes) if proven else (None, None)


def _distance(values: Floats, limits: Floats) -> Floats:
    """How far values are from limits; from one that is not there, as far as they are from nothing, or 1."""
    endless = np.isinf(limits)
    away: Floats = np.abs(values - np.where(endless, 0.0, limits))
    return np.where(endless, np.maximum(away, 1.0), away)


def binding_limits(
    case: Case,
    program: Program,
    tree: Tree,
    values: Floats,
    row_duals: Floats | None,
    reduced_costs: Floats | None,
    policies: pd.DataFrame,
) -> pd.DataFrame:
    """Limits that bind, dearest first, `policies` among them: rule, item, node, limit, unit, worth_usd.

    `worth_usd` is what the plan saves when the limit is one unit looser: for yearly limits per t/yr in that node's
    years, undiscounted; for stock per t at the end of the period and for build sizes per t/yr of size, both in
    base-year money.
    """
    if row_duals is None or reduced_costs is None:
        return pd.DataFrame(columns=list(PLAN_TABLES["binding"]))
    rows = [line for line, _ in _held_in_tons(case, program, tree, row_duals)]
    rows += _size_limits(program, tree, values, row_duals)
    rows += _market_limits(case, program, tree, reduced_costs)
    table = pd.DataFrame(rows, columns=list(PLAN_TABLES["binding"]))
    table = pd.concat([table, policies], ignore_index=True) if len(policies) else table
    return table.sort_values(
        ["worth_usd", "rule", "item", "node"], ascending=[False, True, True, True], ignore_index=True
    )


def _held_in_tons(case: Case, program: Program, tree: Tree, row_duals: Floats) -> Iterator[tuple[BindingLine, int]]:
    """The limits in tons that bind, each with its row in the program."""
    for rules, unit in ((YEARLY, "t/yr"), (IN_TONS, "t")):
        for rule, words in rules.items():
            index, where = program.rows[rule]
            limits, duals = _limits(program, where).tolist(), row_duals[where].tolist()
            for row, (key, dual, limit) in enumerate(zip(index, duals, limits, strict=True), start=where.start):
                worth = abs(dual) * 1e6 / _weight(tree, key[-1], unit)
                if worth > SMALLEST_WORTH_USD:
                    yield (words, _item(case, rule, key), key[-1], limit, unit, worth), row


def limit_ranges(
    case: Case,
    program: Program,
    tree: Tree,
    row_duals: Floats | None,
    ranges: tuple[Floats, Floats] | None,
    policies: Mapping[tuple[str, str], tuple[float, float]],
) -> pd.DataFrame:
    """By how much a limit that binds may be looser, and tighter, while a unit of it is worth the same.

    Blank where there is no end; `policies` has those of policy limits, and of what has no range there is no row.
    """
    columns = list(PLAN_TABLES["limit_ranges"])
    if row_duals is None or ranges is None:
        return pd.DataFrame(columns=columns)
    rows = []
    for (words, item, node, *_), row in _held_in_tons(case, program, tree, row_duals):
        more, less = (float(side[row]) for side in ranges)
        rows.append((words, item, node, *((less, more) if row_duals[row] > 0.0 else (more, less))))
    rows += [(POLICY_LIMIT, item, node, *own) for (item, node), own in policies.items() if not np.isnan(own).any()]
    return pd.DataFrame(rows, columns=columns).replace(np.inf, np.nan)


def no_ranges(binding: pd.DataFrame, known: pd.DataFrame, *, bends: bool) -> pd.DataFrame:
    """The limits that bind and of which nobody knows for how many units they are worth what they are, and why.

    Where the case has a limit on concentration everything `bends` with it.
    """
    told = set(zip(known["rule"], known["item"], known["node"], strict=True))
    rows = []
    for rule, item, node in zip(binding["rule"], binding["item"], binding["node"], strict=True):
        if (rule, item, node) not in told:
            why = BENDS if bends else WHOLE_MOVES if rule == POLICY_LIMIT else NOT_ASKED
            rows.append((rule, item, node, why))
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["no_ranges"]))


def _limits(program: Program, where: slice) -> Floats:
    upper, lower = program.row_upper[where], program.row_lower[where]
    limits: Floats = np.where(np.isfinite(upper), upper, lower)
    return limits


def _weight(tree: Tree, node: str, unit: str) -> float:
    return tree.probability[node] * (tree.discount_years[node] if unit == "t/yr" else 1.0)


def _item(case: Case, rule: str, key: tuple[Any, ...]) -> str:
    """What a limit is on, in words; the last part of a key is its node."""
    if rule == "lane_maximum":
        row, start, end, _ = key
        return f"{start} to {end} ({case.cell('lanes', int(row), 'max_t_per_year')})"
    if rule in IN_TONS:
        place, material, _ = key
        return f"{material} in {place}"
    if rule.startswith("collection"):
        stream, place, material, _ = key
        return f"{material} of {stream} in {place}"
    if rule == "sell":
        place, material, price, _ = key
        return f"{material} in {place} at {price:,.0f} {case.settings['currency']}/t"
    joint = " to " if rule in ("qualified_supplier", "first_order") else " "
    return joint.join(str(part) for part in key[:-1] if part)


def _size_limits(
    program: Program, tree: Tree, values: Floats, row_duals: Floats
) -> list[tuple[str, str, str, float, str, float]]:
    """Sizes of what is begun; one that is begun in two ways at once has the one size of its option to loosen."""
    index, where = program.columns["build"]
    begun = {key for key, times in zip(index, values[where].tolist(), strict=True) if times > 0.5}
    worth: dict[tuple[str, str, str], float] = {}
    for rule, words in SIZES.items():
        index, where = program.rows[rule]
        for key, dual in zip(index, row_duals[where].tolist(), strict=True):
            if key in begun:
                option, _, node = key
                usd = abs(dual) * 1e6 / _weight(tree, node, OF_SIZE)
                worth[words, option, node] = worth.get((words, option, node), 0.0) + usd
    return [(*one, 0.0, OF_SIZE, usd) for one, usd in worth.items() if usd > SMALLEST_WORTH_USD]


def _market_limits(
    case: Case, program: Program, tree: Tree, reduced_costs: Floats
) -> list[tuple[str, str, str, float, str, float]]:
    """Sales at what a market takes, and shortages at what is allowed."""
    rows = []
    for name, words in (("sell", "market saturated"), ("short", "shortage at what is allowed")):
        index, where = program.columns[name]
        for key, worth, upper in zip(index, reduced_costs[where].tolist(), program.upper[where].tolist(), strict=True):
            usd = -worth * 1e6 / _weight(tree, key[-1], "t/yr")
            if usd > SMALLEST_WORTH_USD and np.isfinite(upper):
                rows.append((words, _item(case, name, key), key[-1], upper, "t/yr", usd))
    return rows


def marginal_prices(program: Program, tree: Tree, row_duals: Floats | None) -> pd.DataFrame:
    """The undiscounted cost of one more ton a year of each material at each place, by origin class and node."""
    if row_duals is None:
        return pd.DataFrame(columns=list(PLAN_TABLES["prices"]))
    index, where = program.rows["material_balance"]
    rows = [
        (*key, dual * 1e6 / _weight(tree, key[-1], "t/yr"))
        for key, dual in zip(index, row_duals[where].tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["prices"]))


def price_ranges(program: Program, ranges: tuple[Floats, Floats] | None) -> pd.DataFrame:
    """For how many tons a year more, and less, each of these prices holds at least: blank where there is no end."""
    if ranges is None:
        return pd.DataFrame(columns=list(PLAN_TABLES["price_ranges"]))
    index, where = program.rows["material_balance"]
    more, less = (np.where(np.isfinite(side[where]), side[where], np.nan).tolist() for side in ranges)
    rows = [(*key, up, down) for key, up, down in zip(index, more, less, strict=True)]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["price_ranges"]))
