"""A mixed-integer linear program as lists, and HiGHS.

A variable is its number. A sum is a dictionary from variable to coefficient, in which `ONE` stands for the constant 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import highspy

Sum = dict[int, float]
ONE = -1
INF = math.inf


def plus(into: Sum, coefficient: float, what: int | Sum) -> Sum:
    """Add coefficient times a variable or a sum to a sum; the sum itself is given back."""
    for variable, c in ({what: 1.0} if isinstance(what, int) else what).items():
        into[variable] = into.get(variable, 0.0) + coefficient * c
    return into


def added(*parts: tuple[float, int | Sum]) -> Sum:
    """A new sum of (coefficient, variable or sum)."""
    result: Sum = {}
    for coefficient, what in parts:
        plus(result, coefficient, what)
    return result


@dataclass
class Program:
    """Columns with their bounds, rows with theirs."""

    upper: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rows: list[tuple[float, Sum, float]] = field(default_factory=list)

    def new(self, name: str, upper: float = INF, lower: float = 0.0, whole: bool = False) -> int:
        """A variable from `lower` to `upper`."""
        self.names.append(name)
        self.upper.append(upper)
        self.lower.append(lower)
        self.whole.append(whole)
        return len(self.names) - 1

    def yes(self, name: str) -> int:
        """A yes or no."""
        return self.new(name, 1.0, whole=True)

    def at_most(self, left: Sum, right: float | Sum = 0.0) -> None:
        """left <= right."""
        row = added((1.0, left), (-1.0, right if isinstance(right, dict) else {ONE: right}))
        limit = -row.pop(ONE, 0.0)
        if limit == INF:
            return
        row = {v: c for v, c in row.items() if c != 0.0}
        if row or limit < 0:
            self.rows.append((-INF, row, limit))

    def at_least(self, left: Sum, right: float | Sum = 0.0) -> None:
        """left >= right."""
        self.at_most(right if isinstance(right, dict) else {ONE: right}, left)

    def equal(self, left: Sum, right: float | Sum = 0.0) -> None:
        """left == right."""
        self.at_most(left, right)
        self.at_least(left, right)

    def minimise(self, cost: Sum, whole: bool = True) -> tuple[float, list[float]] | None:
        """The least of a sum and where it is, or None where the rows cannot be kept."""
        highspy.Highs.resetGlobalScheduler(True)  # others in this process may have asked for more threads
        solver = highspy.Highs()
        solver.silent()
        for option, value in (
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-9),
            ("primal_feasibility_tolerance", 1e-9),
            ("dual_feasibility_tolerance", 1e-9),
            ("mip_feasibility_tolerance", 1e-9),
            ("threads", 1),
        ):
            solver.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.names), len(self.rows)
        model.col_cost_ = [cost.get(v, 0.0) for v in range(len(self.names))]
        model.col_lower_, model.col_upper_ = self.lower, self.upper
        model.row_lower_, model.row_upper_ = [r[0] for r in self.rows], [r[2] for r in self.rows]
        starts, index, values = [0], [], []
        for _, row, _ in self.rows:
            index += list(row)
            values += list(row.values())
            starts.append(len(index))
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, index, values
        if whole and any(self.whole):
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[flag] for flag in self.whole]
        model.offset_ = cost.get(ONE, 0.0)
        solver.passModel(model)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        assert status == highspy.HighsModelStatus.kOptimal, status
        return solver.getInfo().objective_function_value, list(solver.getSolution().col_value)


def value(what: Sum, at: list[float]) -> float:
    """What a sum comes to at a point."""
    return sum(c if v == ONE else c * at[v] for v, c in what.items())
