"""One limit of a case as a dial: the case, its program and its tables at every value that the limit may have.

All but concentration are straight: what a value changes in the program changes in proportion to it, so two programs
give all others. The square root of a concentration does not, and each value has a program of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.groups import Floats
from planner.case import Case
from planner.errors import StudyError
from planner.planning.built import Built
from planner.planning.indicators import Amounts
from planner.planning.limit_table import LIMIT_RULES, limit_table
from planner.planning.maker import Maker
from planner.schema import MEASURES, Measure
from planner.solver.program import INFINITY, Integers, Program
from planner.studies.cases import with_limit

TINY = 1e-9


@dataclass(frozen=True)
class Line:
    """The limit `limit` of `case`, hard, with `low` and `high` built at two of its values."""

    case: Case
    limit: str
    sense: str
    measure: Measure
    low: Built
    high: Built
    at_low: float
    at_high: float

    @classmethod
    def of(cls, case: Case, limit: str) -> Line:
        """The line of a limit on the case's limits sheet; a limit with a price is taken as hard."""
        rows = case.tables["limits"]
        found = rows[rows["limit"] == limit]
        if found.empty:
            raise StudyError(f"The limits sheet has no limit {limit!r}. It has: {', '.join(rows['limit']) or 'none'}.")
        row = found.iloc[0]
        if row["sense"] == "equal":
            raise StudyError(
                f"The limit {limit!r} is an equality, so there is nothing to trade. Say at most or at least."
            )
        measure = MEASURES[row["measure"]]
        unit = measure.largest or max(abs(float(row["value"])), 1.0)
        values = (unit, unit) if measure.concentrates else (0.37 * unit, 0.61 * unit)
        maker = Maker()
        low, high = (Built.of(with_limit(case, limit, value), maker) for value in values)
        return cls(case, limit, str(row["sense"]), measure, low, high, *values)

    @property
    def straight(self) -> bool:
        """Whether what a value changes in the program changes in proportion to it."""
        return not self.measure.concentrates

    @property
    def tighter(self) -> float:
        """-1 where a smaller value is tighter, 1 where a larger one is."""
        return -1.0 if self.sense == "at most" else 1.0

    @property
    def end(self) -> float | None:
        """A value than which none is tighter; None where there may always be one."""
        if self.sense == "at most":
            return None if self.measure.of_futures else 0.0
        return self.measure.largest

    def at(self, value: float) -> Built:
        """The case, its tables and its program at a value."""
        case = with_limit(self.case, self.limit, value)
        if not self.straight:
            return Built.of(case)
        bounds = self.low.known.policy.limits.bounds
        stated = bounds.assign(value=bounds["value"].where(bounds["limit"] != self.limit, value))
        limits = replace(self.low.known.policy.limits, bounds=stated)
        known = replace(self.low.known, policy=replace(self.low.known.policy, limits=limits))
        return replace(self.low, case=case, known=known, program=self._program(value))

    def free(self) -> Built:
        """The case without the limit; its tables still tell what the limit would measure."""
        if not self.straight:
            return self.low
        lower, upper = (bound.copy() for bound in (self.low.program.row_lower, self.low.program.row_upper))
        lower[self._own_rows], upper[self._own_rows] = -INFINITY, INFINITY
        return replace(self.low, program=replace(self.low.program, row_lower=lower, row_upper=upper))

    def reached(self, program: Program, values: Floats) -> float | None:
        """The tightest value that a plan keeps in all years, futures, countries and suppliers that the limit is for.

        None where the plan has nothing that counts, and keeps every value.
        """
        found = self._roots(values) if self.straight else _concentrations(self.low, program, values, self.limit)
        if not len(found):
            return None
        worst = float(found.max() if self.sense == "at most" else found.min())
        return 0.0 if abs(worst) < TINY else worst

    def _roots(self, values: Floats) -> Floats:
        """The value at which each row of the limit has nothing to spare; rows that hold at any value say none."""
        side = "row_upper" if self.sense == "at most" else "row_lower"
        over = [
            (built.program.activity(values) - getattr(built.program, side))[self._own_rows]
            for built in (self.low, self.high)
        ]
        change = over[1] - over[0]
        matters = np.abs(change) > TINY
        roots: Floats = self.at_low - over[0][matters] * (self.at_high - self.at_low) / change[matters]
        return roots

    @cached_property
    def _own_rows(self) -> Integers:
        """The rows of the limit."""
        found = []
        for rule in LIMIT_RULES:
            index, where = self.low.program.rows.get(rule, ([], slice(0, 0)))
            found += [
                row for row, key in zip(range(where.start, where.stop), index, strict=True) if key[0] == self.limit
            ]
        return np.array(found, dtype=np.int32)

    def _program(self, value: float) -> Program:
        low, high = self.low.program, self.high.program
        share = (value - self.at_low) / (self.at_high - self.at_low)

        def there(name: str) -> Floats:
            one, other = getattr(low, name), getattr(high, name)
            moved: Floats = np.where(np.isfinite(one), one, 0.0)
            moved = moved + share * (np.where(np.isfinite(one), other, 0.0) - moved)
            return np.where(np.isfinite(one), moved, one)

        return replace(
            low,
            coefficients=there("coefficients"),
            row_lower=there("row_lower"),
            row_upper=there("row_upper"),
        )


def _concentrations(built: Built, program: Program, values: Floats, limit: str) -> Floats:
    table = limit_table(built.known, Amounts(program, values))
    found: Floats = table.loc[table["limit"] == limit, "reached"].to_numpy(float)
    return found
