"""A bound that is ours: what no plan can beat, from a relaxation's prices in whole numbers, without a solver.

Weak duality: whatever the rows' prices y are, b y + the least of (c - A'y) x over the bounds of x is a bound, if y has
the sign of its row. A solver's prices are right within a tolerance only; that costs a little of the bound, never its
truth, except where a column has no limit on the side to which its slope falls. There prices are mended first: a row's
price moves until the slope is zero or better, column by column and round by round, as a price falls along a chain.
Coefficients, costs and limits are floats, hence fractions with a power of two below the line; they and all sums are
held as whole numbers over one such power, so nothing is rounded but the last figure, downwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from models.groups import Floats
from planner.solver.program import Program

Exact = npt.NDArray[np.object_]  # of Python's whole numbers

DIGITS = 46  # binary digits of a price that are kept, so that prices that should be equal are
SMALLEST = 2.0**-90  # of the largest price: smaller ones count as nothing
ROUNDS = 100  # of mending; more have never helped
PATIENCE = 3  # rounds in which a column asks the same row before it asks its next


@dataclass(frozen=True)
class Bound:
    """A bound in M$, at or below the truth, and the prices that prove it: price i is `prices[i]` over 2 ** `digits`."""

    value: float
    prices: tuple[int, ...]
    digits: int

    def price(self, row: int) -> Fraction:
        """The exact price of a row."""
        return Fraction(self.prices[row], 1 << self.digits)


def safe_bound(program: Program, row_duals: Floats) -> Bound | None:
    """The bound that these prices, mended where they must be, prove; else the one without prices, or None."""
    for prices in (row_duals, np.zeros(len(row_duals))):
        exact = _Exact(program, _rounded(program, prices))
        if exact.mend():
            return Bound(_down(exact.value()), tuple(exact.prices.tolist()), exact.digits)
    return None


class _Exact:
    """The program and its prices in whole numbers: coefficients over 2 ** `of_matrix`, prices over 2 ** `digits`."""

    def __init__(self, program: Program, prices: Floats) -> None:
        self.program = program
        self.of_matrix = _places(program.coefficients)
        self.digits = max(_places(prices), _places(program.cost))
        self.matrix = _whole(program.coefficients, self.of_matrix)
        self.prices = _whole(prices, self.digits)
        self.digits_of_cost = max(self.of_matrix + self.digits, _places(program.cost))
        self.matrix_shift = self.digits_of_cost - self.of_matrix - self.digits
        self.cost = _whole(program.cost, self.digits_of_cost)
        order = np.argsort(program.columns_in, kind="stable")
        self._rows, self._cells = program.row_of[order], self.matrix[order]
        counts = np.bincount(program.columns_in, minlength=len(program.cost))
        self._ends = np.concatenate([[0], np.cumsum(counts)])
        self._used = np.flatnonzero(counts)
        self._own = self._rows_of_free_columns(prices)
        self._free = frozenset(self._own.values())

    def _rows_of_free_columns(self, prices: Floats) -> dict[int, int]:
        """For each column without any bound, whose slope must be nothing at all, a row that moves for no other column.

        It is the one with the fewest such columns, and of these the one with the largest price, which has room.
        """
        free = np.isinf(self.program.lower) & np.isinf(self.program.upper)
        of_row = np.bincount(self.program.row_of, weights=free[self.program.columns_in], minlength=len(prices))
        own: dict[int, int] = {}
        for column in np.flatnonzero(free).tolist():
            rows = self._rows[self._ends[column] : self._ends[column + 1]].tolist()
            open_rows = [(of_row[row], -abs(prices[row]), row) for row in rows if row not in own]
            if open_rows:
                own[min(open_rows)[2]] = column
        return own

    def slopes(self) -> Exact:
        """C - A'y of every column, over 2 ** `digits_of_cost`."""
        slopes = self.cost.copy()
        if len(self._cells):
            sums = np.add.reduceat(self._cells * self.prices[self._rows], self._ends[self._used])
            slopes[self._used] -= sums << self.matrix_shift
        return slopes

    def value(self) -> Fraction:
        """The bound: rows at their prices, columns at their slopes."""
        program, slopes = self.program, self.slopes()
        total = Fraction(program.offset)
        for row in np.flatnonzero(self.prices != 0).tolist():
            price = self.prices[row]
            limit = program.row_lower[row] if price > 0 else program.row_upper[row]
            total += Fraction(price, 1 << self.digits) * Fraction(float(limit))
        for column in np.flatnonzero((slopes != 0) & ((program.lower != 0.0) | (slopes < 0))).tolist():
            slope = slopes[column]
            end = program.lower[column] if slope > 0 else program.upper[column]
            total += Fraction(slope, 1 << self.digits_of_cost) * Fraction(float(end))
        return total

    def mend(self) -> bool:
        """Move prices until no slope falls for ever; False where that does not end."""
        program = self.program
        no_upper, no_lower = np.isinf(program.upper), np.isinf(program.lower)
        asked: dict[int, int] = {}
        for _ in range(ROUNDS):
            slopes = self.slopes()
            bad = np.flatnonzero((no_upper & (slopes < 0)) | (no_lower & (slopes > 0))).tolist()
            if not bad:
                return True
            moved: dict[int, int] = {}
            for column in bad:
                asked[column] = asked.get(column, -1) + 1
                move = self._move(column, slopes[column], asked[column])
                if move is not None:
                    row, by = move
                    moved[row] = max(moved.get(row, by), by, key=abs)
            if not moved:
                return False
            for row, by in moved.items():
                self.prices[row] = self._signed(row, self.prices[row] + by)
        return False

    def _move(self, column: int, slope: int, times: int) -> tuple[int, int] | None:
        """The row whose price should move for this column, and by how much."""
        rows = self._rows[self._ends[column] : self._ends[column + 1]].tolist()
        cells = self._cells[self._ends[column] : self._ends[column + 1]].tolist()
        willing = sorted(
            (rank, row, cell)
            for row, cell in zip(rows, cells, strict=True)
            if self._may_ask(row, column) and (rank := self._rank(row, cell, slope)) is not None
        )
        if not willing:
            return None
        _, row, cell = willing[(times // PATIENCE) % len(willing)]
        whole = cell << self.matrix_shift
        quotient, rest = divmod(slope, whole)
        # The slope must become zero or better: of a falling one not less, of a rising one not more.
        if rest and ((slope < 0) == (whole < 0)):
            quotient += 1
        return row, quotient

    def _may_ask(self, row: int, column: int) -> bool:
        """A row of a column without any bound moves for that column alone, and the column asks no other."""
        return self._own.get(row) == column if column in self._free else row not in self._own

    def _rank(self, row: int, cell: int, slope: int) -> int | None:
        """How soon a row is asked to move: limits first, whose prices move freely; then what a column supplies."""
        falls = (slope < 0) == (cell > 0)
        lower, upper = self.program.row_lower[row], self.program.row_upper[row]
        if lower == upper:
            return 1 if cell > 0 else 2
        if np.isinf(lower) if falls else np.isinf(upper):
            return 0
        return 3 if self.prices[row] != 0 else None

    def _signed(self, row: int, price: int) -> int:
        """A price with the sign that its row allows."""
        if np.isinf(self.program.row_lower[row]):
            price = min(price, 0)
        return max(price, 0) if np.isinf(self.program.row_upper[row]) else price


def _rounded(program: Program, row_duals: Floats) -> Floats:
    """The prices with the signs of their rows, to a few digits less than they have."""
    prices = np.where(np.isinf(program.row_lower), np.minimum(row_duals, 0.0), row_duals)
    prices = np.where(np.isinf(program.row_upper), np.maximum(prices, 0.0), prices)
    largest = np.abs(prices).max(initial=0.0)
    prices = np.where(np.abs(prices) < SMALLEST * largest, 0.0, prices)
    mantissas, exponents = np.frexp(prices)
    rounded: Floats = np.ldexp(np.round(mantissas * 2.0**DIGITS), exponents - DIGITS)
    return rounded


def _places(numbers: Floats) -> int:
    """How many binary places behind the point these floats have at most."""
    there = numbers[numbers != 0.0]
    return max(0, 53 - int(np.frexp(there)[1].min(initial=53)))


def _whole(numbers: Floats, places: int) -> Exact:
    """These floats times 2 ** `places`, exactly."""
    mantissas, exponents = np.frexp(numbers)
    whole = (mantissas * 2.0**53).astype(np.int64).astype(object)
    shifts = np.where(numbers == 0.0, 0, exponents - 53 + places).astype(object)
    shifted: Exact = whole << shifts
    return shifted


def _down(number: Fraction) -> float:
    """The largest float that is not above a number."""
    nearest = float(number)
    return nearest if Fraction(nearest) <= number else math.nextafter(nearest, -math.inf)
