"""Units in which a program is easy to solve: powers of two for its rows, its columns and its money.

A solver calls a row kept, and two plans equal, within an absolute tolerance. In tons and M$ that is too coarse for
bulk ore at 0.1 USD a ton and too coarse for grams. So each column is counted in about what a plan has of it, each row
in about what it comes to, and money so that the whole plan comes to `MONEY`. A power of two changes no digit of a
number, so what goes in and what comes out is exact; columns that must be whole keep their unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models.groups import Floats
from planner.errors import SolveFailed
from planner.solver.program import Program

MONEY = 2.0**17  # what a plan comes to in the solver's money: its tolerances are then some 1e-12 of the whole
SWEEPS = 12  # of rows, then columns; more move no exponent
SMALLEST, LARGEST = 2.0**-30, 2.0**40  # between these every coefficient is well inside what the solver keeps
KEPT_FROM, KEPT_UP_TO = 1e-12, 1e15  # a solver drops or refuses what is outside
FINEST = 2.0**-40  # of the unit that the case's own numbers give: what a plan has less of is rounding, not a size
FURTHEST = 300  # an exponent beyond which a scale may not go


@dataclass(frozen=True)
class Scale:
    """What the solver sees: row i times `rows[i]`, column j in units of `columns[j]`, money times `money`."""

    rows: Floats
    columns: Floats
    money: float

    def program(self, program: Program) -> Program:
        """The scaled program; the numbers of each are those of the other times a power of two."""
        return replace(
            program,
            cost=self.costs(slice(None), program.cost),
            offset=program.offset * self.money,
            lower=program.lower / self.columns,
            upper=program.upper / self.columns,
            row_lower=program.row_lower * self.rows,
            row_upper=program.row_upper * self.rows,
            coefficients=program.coefficients * self.rows[program.row_of] * self.columns[program.columns_in],
        )

    def costs(self, columns: npt.NDArray[np.int32] | slice, costs: Floats) -> Floats:
        """Costs of these columns, as the solver sees them."""
        scaled: Floats = costs * self.columns[columns] * self.money
        return scaled

    def with_rows(self, rows: Floats) -> Scale:
        """The same with more rows at the end."""
        return replace(self, rows=np.concatenate([self.rows, rows]))


def plain(program: Program) -> Scale:
    """No scaling at all."""
    return Scale(np.ones(len(program.row_lower)), np.ones(len(program.cost)), 1.0)


def scale_of(program: Program) -> Scale:
    """Units from the case's own numbers alone: the logarithms of coefficients, limits and bounds are brought near zero.

    Least squares, row by row and column by column in turn (Curtis and Reid, 1972).
    """
    count, width = len(program.row_lower), len(program.cost)
    sizes, row_of, columns_in = _entries(program)
    entries = _log(sizes)
    limits, bounds = _log(_larger(program.row_lower, program.row_upper)), _log(_larger(program.lower, program.upper))
    in_row = np.bincount(row_of, minlength=count) + np.isfinite(limits)
    in_column = np.bincount(columns_in, minlength=width) + np.isfinite(bounds)
    limits, bounds = np.nan_to_num(limits, posinf=0.0, neginf=0.0), np.nan_to_num(bounds, posinf=0.0, neginf=0.0)
    fixed, rows, columns = program.integer, np.zeros(count), np.zeros(width)
    for _ in range(SWEEPS):
        found = np.bincount(row_of, weights=entries + columns[columns_in], minlength=count) + limits
        rows = -found / np.maximum(in_row, 1)
        found = np.bincount(columns_in, weights=entries + rows[row_of], minlength=width) - bounds
        columns = np.where(fixed, 0.0, -found / np.maximum(in_column, 1))
    return _in_money(program, _kept(program, _power(rows), _power(columns)), np.zeros(width))


def scale_at(program: Program, values: Floats) -> Scale:
    """Units from a plan: each column in what the plan has of it, or else in what would fill one of its rows alone."""
    known, count = scale_of(program), len(program.row_lower)
    sizes, row_of, columns_in = _entries(program)
    activity = np.zeros(count)
    np.maximum.at(activity, row_of, sizes * np.abs(values)[columns_in])
    limits = _larger(program.row_lower, program.row_upper)
    activity = np.where(activity > 0.0, activity, np.where(np.isfinite(limits), limits, 0.0))
    fills = np.full(len(values), np.inf)
    np.minimum.at(fills, columns_in, np.where(activity > 0.0, activity, np.inf)[row_of] / sizes)
    columns = np.where(np.isfinite(fills), fills, known.columns)
    columns = np.where(values != 0.0, np.abs(values), np.minimum(columns, _larger(program.lower, program.upper)))
    columns = np.maximum(columns, known.columns * FINEST)
    columns = np.where(program.integer, 1.0, np.where(columns > 0.0, power_of_two(columns), 1.0))
    rows = np.where(activity > 0.0, _power(-_log(activity)), known.rows)
    return _in_money(program, _kept(program, rows, columns), values)


def scale_to_search(program: Program, values: Floats) -> Scale:
    """Units of the case's own numbers, and money so that the plan comes to `MONEY`: for a search among all plans.

    Units of one plan (`scale_at`) are right for that plan alone. What it does not use they count in what would fill a
    row, up to ten million times too much; then all that another plan has of it lies below what a solver takes for
    nothing, and a search ends as infeasible beside a plan, or cuts off a better one.
    """
    return _in_money(program, scale_of(program), values)


def _kept(program: Program, rows: Floats, columns: Floats) -> Scale:
    """These units, with rows raised or lowered so that the solver keeps each coefficient."""
    sizes, row_of, columns_in = _entries(program)
    least, most = np.full(len(rows), np.inf), np.zeros(len(rows))
    np.minimum.at(least, row_of, sizes * columns[columns_in])
    np.maximum.at(most, row_of, sizes * columns[columns_in])
    with np.errstate(divide="ignore"):
        floor = np.where(np.isfinite(least), SMALLEST / least, 0.0)
        ceiling = np.where(most > 0.0, LARGEST / most, np.inf)
    kept = np.minimum(np.maximum(rows, floor), ceiling)
    return Scale(np.where(kept == rows, rows, power_of_two(kept)), columns, 1.0)


def refuse_what_is_lost(program: Program, scaled: Program) -> None:
    """Raise SolveFailed, naming a row, where numbers of one row are too far apart for a solver to keep them all."""
    sizes = np.abs(scaled.coefficients)
    lost = np.flatnonzero((sizes != 0.0) & ((sizes <= KEPT_FROM) | (sizes >= KEPT_UP_TO)))
    if not len(lost):
        return
    row, column = int(program.row_of[lost[0]]), int(program.columns_in[lost[0]])
    numbers = np.abs(program.coefficients[program.row_of == row])
    (rule, where), (decision, what) = program.row_name(row), program.column_name(column)
    raise SolveFailed(
        f"{rule} {where}: {numbers[numbers > 0].min():g} and {numbers.max():g} stand in one sum, which is further apart"
        f" than a solver can add up. Look for a wrong unit behind {decision} {what}, in the rows that have these names."
    )


def _in_money(program: Program, scale: Scale, values: Floats) -> Scale:
    """The same with money counted so that what the plan turns over, or else its dearest columns, come to `MONEY`."""
    turned = float(np.abs(program.cost) @ np.abs(values))
    if turned <= 0.0:
        turned = float(np.abs(program.cost * scale.columns).sum())
    if turned <= 0.0 or not np.isfinite(turned):
        return scale
    return replace(scale, money=float(power_of_two(np.array(MONEY / turned))))


def _entries(program: Program) -> tuple[Floats, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Size, row and column of each coefficient that is not zero."""
    there = program.coefficients != 0.0
    return np.abs(program.coefficients[there]), program.row_of[there], program.columns_in[there]


def _larger(lower: Floats, upper: Floats) -> Floats:
    """The larger of two limits, of those that are there; infinite where none is, or where both are zero."""
    sizes = np.maximum(
        np.where(np.isfinite(lower), np.abs(lower), 0.0), np.where(np.isfinite(upper), np.abs(upper), 0.0)
    )
    return np.where(sizes > 0.0, sizes, np.inf)


def _log(sizes: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        logs: Floats = np.log2(sizes)
    return logs


def power_of_two(sizes: Floats) -> Floats:
    """The nearest power of two of each size."""
    return _power(_log(sizes))


def _power(exponents: Floats) -> Floats:
    """Two to the nearest whole exponent."""
    with np.errstate(invalid="ignore"):
        powers: Floats = np.exp2(np.round(exponents).clip(-FURTHEST, FURTHEST))
    return powers
