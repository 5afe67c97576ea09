"""A program whose limits may give way at a price, to find out which must."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.groups import Floats
from planner.solver.program import INFINITY, Integers, Program

WORTH_SAYING = 1e-6  # what gives way by less is the solver's rounding


@dataclass(frozen=True)
class Violation:
    """A limit that must give way: its rule (or decision, where the bound is the decision's own) and index.

    `side` is "upper" where `limit` must rise by `amount`, "lower" where it must fall by it.
    """

    component: str
    index: Any
    amount: float
    side: str
    limit: float


@dataclass(frozen=True)
class Elastic:
    """`program` minimises the weighted sum of what gives way.

    Its rows are those of `original` and then one for each of the `moved` columns, whose bounds may give way. Its last
    columns are the amounts: of row `rows[i]`, upwards where `sides[i]` is +1 and downwards where it is -1.
    """

    original: Program
    program: Program
    moved: Integers
    rows: Integers
    sides: Integers

    @classmethod
    def of(cls, original: Program, may_give: Mapping[str, float] | None = None) -> Elastic:
        """Let the limits of the named rules and decisions give way at a weight a unit; without names, every rule at 1.

        Of a decision, upper bounds and lower bounds above zero give way; one that takes whole numbers never does.
        """
        row_weight, column_weight = _weights(original, may_give)
        bounded = np.isfinite(original.upper) | (np.isfinite(original.lower) & (original.lower > 0))
        moved = np.flatnonzero(bounded & ~original.integer & (column_weight > 0)).astype(np.int32)
        widened = bounds_as_rows(original, moved)
        weight = np.concatenate([row_weight, column_weight[moved]])
        may_rise = np.flatnonzero(np.isfinite(widened.row_upper) & (weight > 0))
        may_fall = np.flatnonzero(np.isfinite(widened.row_lower) & (weight > 0))
        rows = np.concatenate([may_rise, may_fall]).astype(np.int32)
        sides = np.repeat(np.array([1, -1], dtype=np.int32), [len(may_rise), len(may_fall)])
        return cls(original, _with_slacks(widened, rows, sides, weight[rows]), moved, rows, sides)

    def violations(self, values: Floats) -> list[Violation]:
        """What gives way in this solution, the largest amount first."""
        amounts = values[len(values) - len(self.rows) :]
        found = [self._violation(i, float(amounts[i])) for i in np.flatnonzero(amounts > WORTH_SAYING).tolist()]
        return sorted(found, key=lambda violation: -violation.amount)

    def _violation(self, slack: int, amount: float) -> Violation:
        row, rises, program = int(self.rows[slack]), self.sides[slack] > 0, self.original
        if row < len(program.row_lower):
            name, index = program.row_name(row)
            limit = (program.row_upper if rises else program.row_lower)[row]
        else:
            column = int(self.moved[row - len(program.row_lower)])
            name, index = program.column_name(column)
            limit = (program.upper if rises else program.lower)[column]
        return Violation(name, index, amount, "upper" if rises else "lower", float(limit))


def _weights(program: Program, may_give: Mapping[str, float] | None) -> tuple[Floats, Floats]:
    row_weight, column_weight = np.zeros(len(program.row_lower)), np.zeros(len(program.cost))
    for name, weight in (dict.fromkeys(program.rows, 1.0) if may_give is None else may_give).items():
        if name not in program.rows and name not in program.columns:
            raise ValueError(f"{name} is neither a rule nor a decision of this program")
        if name in program.rows:
            row_weight[program.rows[name][1]] = weight
        if name in program.columns:
            column_weight[program.columns[name][1]] = weight
    return row_weight, column_weight


def bounds_as_rows(program: Program, columns: Integers) -> Program:
    """The same program with the bounds of these columns as rows at its end; a lower bound of zero or less stays."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[columns], upper[columns] = np.minimum(lower[columns], 0.0), INFINITY
    ones = np.ones(len(columns))
    return replace(
        program,
        lower=lower,
        upper=upper,
        row_lower=np.concatenate([program.row_lower, program.lower[columns]]),
        row_upper=np.concatenate([program.row_upper, program.upper[columns]]),
        starts=np.concatenate([program.starts, program.starts[-1] + 1 + np.arange(len(columns))]).astype(np.int32),
        columns_in=np.concatenate([program.columns_in, columns]),
        coefficients=np.concatenate([program.coefficients, ones]),
    )


def _with_slacks(program: Program, rows: Integers, sides: Integers, weights: Floats) -> Program:
    """The same program with one more column for each of these rows, and no other costs."""
    count = len(rows)
    columns = len(program.cost) + np.arange(count, dtype=np.int32)
    row_of = np.concatenate([program.row_of, rows])
    order = np.argsort(row_of, kind="stable")
    lengths = np.bincount(row_of, minlength=len(program.row_lower))
    return replace(
        program,
        cost=np.concatenate([np.zeros(len(program.cost)), weights]),
        offset=0.0,
        tie_break=None,
        lower=np.concatenate([program.lower, np.zeros(count)]),
        upper=np.concatenate([program.upper, np.full(count, INFINITY)]),
        integer=np.concatenate([program.integer, np.zeros(count, dtype=np.bool_)]),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns_in=np.concatenate([program.columns_in, columns])[order],
        coefficients=np.concatenate([program.coefficients, -sides.astype(np.float64)])[order],
    )
