"""Solve a program, and nothing else: the one file that knows HiGHS.

Signs: a dual is the change of the objective per unit increase of its row's limit (of both sides, in an equality), a
reduced cost the change per unit increase of the bound its column stands at. So `use <= capacity` has a dual of zero or
less, `supply >= need` one of zero or more. Where several duals are right, these are one choice among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import highspy
import numpy as np
import numpy.typing as npt

from models.groups import Bools, Floats
from planner.errors import SolveFailed
from planner.solver.outcome import Outcome, SolveOptions, finite, outcome_of, with_plan
from planner.solver.program import Integers, Program, Rows, WholeOf
from planner.solver.scaling import (
    KEPT_FROM,
    Scale,
    power_of_two,
    refuse_what_is_lost,
    scale_at,
    scale_of,
    scale_to_search,
)
from planner.solver.watch import Progress, Watch, nothing
from planner.status import Status, gap_between

__all__ = [
    "TOLERANCES",
    "Basis",
    "Live",
    "Outcome",
    "Program",
    "Progress",
    "SolveOptions",
    "at_bounds",
    "duals",
    "write_lp",
]

SETTLE_LIMIT_S = 120.0  # for the linear program that follows a mixed-integer one
TOLERANCES = (1e-9, 1e-7)  # in the solver's units, of a row and of a slope; the finest that the solver manages is taken
WHOLE_WITHIN = 1e-6  # what the solver takes for a whole number, and for an equal cost in its money
FINE = 1e-9  # the share of what a plan turns over that tolerances may be worth before units are chosen anew
MOST_SCALES = 3
STAYS = 1e-9  # what moves a whole, or a slope, by less for a unit moves it by rounding
MOST_STEPS = 2**31 - 1  # of the simplex method: as many as it takes
HELPS = 0.5  # new units that leave more than this of what tolerances may be worth are the last

# For many linear programs of which each is a few steps from the last: exact edge weights and moved costs, which pay on
# a long way, would have to be made and undone each time. The base case's then take less than half as long.
NEAR_BY = {
    "simplex_dual_edge_weight_strategy": 1,  # Devex
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "primal_simplex_bound_perturbation_multiplier": 0.0,
}
# For a search that is handed a good plan.
PROVING = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_allow_restart": False,
}

Basis: TypeAlias = highspy.HighsBasis
_Kind = highspy.cb.HighsCallbackType
_LOGGING, _IMPROVING = int(_Kind.kCallbackLogging), int(_Kind.kCallbackMipImprovingSolution)
_ASKING = int(_Kind.kCallbackMipUserSolution)
_TELLING = {int(_Kind.kCallbackMipLogging), int(_Kind.kCallbackMipInterrupt)}
_INTERRUPTS = {int(_Kind.kCallbackMipInterrupt), int(_Kind.kCallbackSimplexInterrupt), int(_Kind.kCallbackIpmInterrupt)}
_HEARD = sorted({_LOGGING, _IMPROVING, _ASKING, *_INTERRUPTS, *_TELLING})
_Way = highspy.simplex_constants.SimplexStrategy
_DUAL, _PRIMAL = (int(way) for way in (_Way.kSimplexStrategyDual, _Way.kSimplexStrategyPrimal))
_Word = highspy.HighsModelStatus
_STATUS = {
    _Word.kOptimal: Status.OPTIMAL,
    _Word.kModelEmpty: Status.OPTIMAL,
    _Word.kInfeasible: Status.INFEASIBLE,
    _Word.kUnbounded: Status.ENDLESS,
    _Word.kUnboundedOrInfeasible: Status.ENDLESS,
    _Word.kInterrupt: Status.STOPPED,
    _Word.kHighsInterrupt: Status.STOPPED,  # type: ignore[attr-defined]  # missing in its stubs
    _Word.kTimeLimit: Status.STOPPED,
}


def duals(program: Program, outcome: Outcome, options: SolveOptions, limit_s: float = SETTLE_LIMIT_S) -> Outcome:
    """The same plan with its whole numbers rounded and held, everything else at its best, with duals and reduced costs.

    Without a plan, or where the linear program has no answer in time, the outcome is handed back as it is.
    """
    if outcome.values is None or outcome.row_duals is not None:
        return outcome
    held = program.fixed(program.integer, np.round(outcome.values))
    # Units of the plan are the finest, but may blow the rounding of a cost up until it looks like a gain without end.
    for tolerance, units in product(TOLERANCES, (scale_at, scale_to_search)):
        scale = units(held.relaxed, outcome.values)
        live = Live(held, replace(options, time_limit_s=limit_s), tolerance, scale)
        settled = live.solve()
        if settled.status is Status.OPTIMAL and settled.values is not None:
            values = at_bounds(held, settled.values, scale)
            plan = with_plan(outcome, program.objective(values), outcome.bound, values, options.mip_gap)
            return replace(
                plan,
                off=program.off(values),
                row_duals=settled.row_duals,
                row_ranges=live.ranges(settled) if options.ranges else None,
                reduced_costs=settled.reduced_costs,
                seconds=outcome.seconds + settled.seconds,
                log=outcome.log + settled.log,
            )
    return outcome


def write_lp(program: Program, path: Path) -> None:
    """Write the program, with names, as an LP file (or MPS, by the ending) that any solver reads."""
    solver = _Solver()
    _set(solver, log_to_console=False)
    _hand_over(solver, program)
    for column, name in enumerate(program.column_names()):
        solver.passColName(column, name)
    for row, name in enumerate(program.row_names()):
        solver.passRowName(row, name)
    _must(solver.writeModel(str(path)), f"writing {path}")


class Live:
    """A program held in the solver: change its costs and limits, and solve again from where the last solve ended.

    The solver has it in units of its own (`scale`); all that goes in and comes out here is in those of the program.
    """

    def __init__(
        self, program: Program, options: SolveOptions, tolerance: float = TOLERANCES[-1], scale: Scale | None = None
    ) -> None:
        self.options, self.tolerance = options, tolerance
        self.scale = scale_of(program) if scale is None else scale
        self.program = program
        self._mixed = bool(program.integer.any())
        self._left_behind = False
        self._keeps_limits = False
        self._not_finer_than = 0.0
        self._solver = _Solver()
        _set(
            self._solver,
            log_to_console=False,
            threads=options.threads if self._mixed else 1,  # the simplex method uses one; others would wait busily
            random_seed=options.seed,
            # What follows a search moves a plan's cost by its last digits, so the search itself looks a little closer.
            mip_rel_gap=max(options.mip_gap - WHOLE_WITHIN, options.mip_gap / 2),
            mip_abs_gap=0.0,
            mip_heuristic_run_root_reduced_cost=False,  # a fifth of the base case's time, and no better plan for it
            primal_feasibility_tolerance=tolerance,
            dual_feasibility_tolerance=tolerance,
            small_matrix_value=KEPT_FROM,
        )
        scaled = self.scale.program(program)
        refuse_what_is_lost(program, scaled)
        _hand_over(self._solver, scaled)

    @property
    def usable(self) -> bool:
        """Whether it can be solved again: not once the solver did not stop when it was told to."""
        return not self._left_behind

    def change_costs(self, columns: Integers, costs: Floats) -> None:
        """Give these columns new costs."""
        scaled = self.scale.costs(columns, costs)
        _must(self._solver.changeColsCost(len(columns), columns, scaled), "changing costs")
        self.program = replace(self.program, cost=_with(self.program.cost, columns, costs))

    def change_column_bounds(self, columns: Integers, lower: Floats, upper: Floats) -> None:
        """Give these columns new bounds."""
        units, was = self.scale.columns[columns], self.program
        change = self._solver.changeColsBounds
        _must(change(len(columns), columns, lower / units, upper / units), "changing bounds")
        self._keeps_limits = False
        self.program = replace(was, lower=_with(was.lower, columns, lower), upper=_with(was.upper, columns, upper))

    def change_row_bounds(self, rows: Integers, lower: Floats, upper: Floats) -> None:
        """Give these rows new limits."""
        times, was = self.scale.rows[rows], self.program
        change = self._solver.changeRowsBounds  # type: ignore[attr-defined]  # missing in its stubs
        _must(change(len(rows), rows, lower * times, upper * times), "changing limits")
        self._keeps_limits = False
        low, high = _with(was.row_lower, rows, lower), _with(was.row_upper, rows, upper)
        self.program = replace(was, row_lower=low, row_upper=high)

    def change_coefficients(self, cells: npt.NDArray[np.int64], coefficients: Floats) -> None:
        """Give these nonzeros, counted row by row, new coefficients."""
        was = self.program
        rows, columns = was.row_of[cells], was.columns_in[cells]
        scaled = coefficients * self.scale.rows[rows] * self.scale.columns[columns]
        for row, column, number in zip(rows.tolist(), columns.tolist(), scaled.tolist(), strict=True):
            _must(self._solver.changeCoeff(row, column, number), "changing a coefficient")
        changed = was.coefficients.copy()
        changed[cells] = coefficients
        self.program = replace(was, coefficients=changed)
        self._keeps_limits = False

    def add_rows(self, name: str, rows: Rows) -> None:
        """Add rows at the end; they have this name as long as there are no others of it."""
        self.program = replace(self.program.with_rows(name, rows), rows=self.program.rows)
        in_units = rows.coefficients * self.scale.columns[rows.columns_in]
        starts = (np.cumsum(rows.lengths) - rows.lengths).astype(np.int32)
        times = power_of_two(1.0 / np.maximum.reduceat(np.abs(in_units), starts))
        self.scale = self.scale.with_rows(times)
        scaled = in_units * np.repeat(times, rows.lengths)
        lower, count = np.full(len(times), -np.inf), len(times)
        add = self._solver.addRows
        _must(add(count, lower, rows.upper * times, len(scaled), starts, rows.columns_in, scaled), "adding rows")
        self._keeps_limits = False

    @property
    def basis(self) -> Basis:
        """Where the solver stands."""
        return self._solver.getBasis()

    def stand_at(self, basis: Basis) -> None:
        """Go back to where the program, as it is now, was solved."""
        self._solver.setBasis(basis)
        self._keeps_limits = True

    def stay_near(self) -> None:
        """From now on each solve is a few steps from the last."""
        _set(self._solver, **NEAR_BY)

    def allow(self, seconds: float) -> None:
        """So long may the solver take from now on, in all its solves together."""
        _set(self._solver, time_limit=self._solver.getRunTime() + seconds)

    def step_from(self, basis: Basis | None, most_steps: int | None = None, only_costs_changed: bool = False) -> Status:
        """Solve a linear program from a basis of other limits, or of other costs; stopped after `most_steps`.

        From where the solver stands where there is no basis, or one of fewer rows, which the solver refuses.
        """
        if basis is not None:
            self._solver.setBasis(basis)
        for kind in _HEARD:
            self._solver.stopCallback(_Kind(kind))  # each step of it would wait for whatever else Python does
        most = MOST_STEPS if most_steps is None else most_steps
        way = _PRIMAL if only_costs_changed else _DUAL
        _set(self._solver, presolve="off", simplex_strategy=way, simplex_iteration_limit=most)
        self._solver.run()
        _set(self._solver, presolve="choose", simplex_iteration_limit=MOST_STEPS)
        word = self._solver.getModelStatus()
        return Status.STOPPED if word == _Word.kIterationLimit else _STATUS.get(word, Status.FAILED)

    @property
    def steps(self) -> int:
        """How many steps of the simplex method the last linear program took."""
        return max(0, self._solver.getInfo().simplex_iteration_count)

    def values(self) -> Floats:
        """The values of the columns as they stand."""
        return np.array(self._solver.getSolution().col_value) * self.scale.columns

    def slack(self) -> Bools:
        """Whether each row holds nothing: it is in the basis, so without it the solution is the same."""
        basic = highspy.HighsBasisStatus.kBasic
        return np.array([word == basic for word in self._solver.getBasis().row_status], dtype=np.bool_)

    def drop_rows(self, dropped: Bools) -> None:
        """Leave rows out that hold nothing (`slack`), which leaves the basis of the others as it is."""
        basis, kept = self._solver.getBasis(), ~dropped
        basis.row_status = [word for word, stays in zip(basis.row_status, kept.tolist(), strict=True) if stays]
        self._leave_out(dropped)
        self._solver.setBasis(basis)

    def drop_last_rows(self, count: int) -> None:
        """Leave out the last rows, whatever they hold; from where to go on then, it has to be told."""
        self._leave_out(np.arange(len(self.program.row_lower)) >= len(self.program.row_lower) - count)

    def _leave_out(self, dropped: Bools) -> None:
        numbers, was, kept = np.flatnonzero(dropped).astype(np.int32), self.program, ~dropped
        _must(self._solver.deleteRows(len(numbers), numbers), "leaving rows out")
        self._keeps_limits = False
        lengths = np.diff(was.starts)
        entries = np.repeat(kept, lengths)
        self.scale = replace(self.scale, rows=self.scale.rows[kept])
        self.program = replace(
            was,
            row_lower=was.row_lower[kept],
            row_upper=was.row_upper[kept],
            starts=np.append(0, np.cumsum(lengths[kept])).astype(np.int32),
            columns_in=was.columns_in[entries],
            coefficients=was.coefficients[entries],
        )

    def solve(self, watch: Watch | None = None, start: Floats | None = None, on_the_way: bool = False) -> Outcome:
        """Solve as it stands now; whole numbers are as the solver leaves them, within its tolerance.

        Where the tolerances may be worth more than a trifle of what the plan turns over, a linear program is given the
        units of the plan that was found and solved again from there, as long as that helps; not one that is only
        `on_the_way` to another.
        """
        watch, keeps_limits = watch or Watch(self.options.time_limit_s), self._keeps_limits
        outcome = self._run(watch, start)
        for _ in range(MOST_SCALES):
            if self._mixed or on_the_way or outcome.status is not Status.OPTIMAL or self._is_fine(outcome):
                break
            assert outcome.tolerance is not None
            if outcome.tolerance * HELPS <= self._not_finer_than:
                break  # units of an earlier plan are as fine as those of this one would be
            assert outcome.values is not None
            scale = self.scale
            self._change_scale(scale_at(self.program, outcome.values))
            self._keeps_limits = keeps_limits  # the same way as before
            better = self._run(watch, None)
            if better.status is not Status.OPTIMAL:
                self._change_scale(scale)
                break
            outcome, before = replace(better, iterations=better.iterations + outcome.iterations), outcome
            assert outcome.tolerance is not None
            assert before.tolerance is not None
            self._not_finer_than = outcome.tolerance
            if outcome.tolerance > HELPS * before.tolerance:
                break
        return replace(outcome, seconds=watch.seconds, log="".join(watch.log))

    def prove(self, watch: Watch, plan: Floats, meanwhile: Callable[[], None] = nothing) -> Outcome:
        """Search for what shows that a plan is as good as asked, or for a better one; `meanwhile` is done beside it.

        Heuristics that look near a plan are left out, and so is beginning anew with what is held at the root: they take
        most of the time where the plan is a good one.
        """
        _set(self._solver, **PROVING)
        outcome = self._run(watch, plan, meanwhile)
        return replace(outcome, seconds=watch.seconds, log="".join(watch.log))

    def _run(self, watch: Watch, start: Floats | None, meanwhile: Callable[[], None] = nothing) -> Outcome:
        if self._left_behind:
            raise SolveFailed("the solver did not stop when it was told to, so this model cannot be used again")
        left = max(0.0, self.options.time_limit_s - watch.seconds)
        self.allow(left)
        # From a solution that new costs leave within its limits the primal method has a tenth of the way of the dual.
        _set(self._solver, simplex_strategy=_PRIMAL if self._keeps_limits else _DUAL)
        self._left_behind = not watch.run(_listening(self._solver, watch, self.scale, start), meanwhile)
        if self._left_behind:
            return outcome_of(watch, self.options.mip_gap)
        if self._solver.getModelStatus() == _Word.kUnboundedOrInfeasible:
            _set(self._solver, presolve="off")
            self._left_behind = not watch.run(_listening(self._solver, watch, self.scale))
            if self._left_behind:
                return outcome_of(watch, self.options.mip_gap)
        return self._read()

    def _read(self) -> Outcome:
        word, info, scale = self._solver.getModelStatus(), self._solver.getInfo(), self.scale
        self._keeps_limits = word == _Word.kOptimal and not self._mixed
        status = _STATUS.get(word, Status.FAILED)
        outcome = Outcome(
            status=status,
            message="" if word in _STATUS else word.name,
            nodes=max(0, info.mip_node_count),
            iterations=max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count),
        )
        if status is Status.ENDLESS:
            return replace(outcome, ray=self._ray())
        if status in {Status.INFEASIBLE, Status.FAILED}:
            return outcome
        bound = finite(info.mip_dual_bound / scale.money) if self._mixed else None
        has_plan = self._mixed and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if status is not Status.OPTIMAL and not has_plan:
            return replace(outcome, status=Status.NO_PLAN, bound=bound)
        solution = self._solver.getSolution()
        values = np.array(solution.col_value) * scale.columns
        objective = self.program.objective(values)
        if self._mixed:
            return with_plan(outcome, objective, bound, values, self.options.mip_gap)
        outcome = with_plan(outcome, objective, objective, values, self.options.mip_gap)
        row_duals = np.array(solution.row_dual) * scale.rows / scale.money
        reduced_costs = np.array(solution.col_dual) / (scale.columns * scale.money)
        tolerance = self.worth(values, row_duals)
        return replace(outcome, row_duals=row_duals, reduced_costs=reduced_costs, tolerance=tolerance)

    def worth(self, values: Floats, row_duals: Floats, reduced_costs: Floats | None = None) -> float:
        """What the tolerances may be worth in the objective: of slopes, of rows, and in a search of whole numbers.

        A search keeps rows and whole numbers within `WHOLE_WITHIN`; what that is worth at most, prices of its
        relaxation tell.
        """
        of_slopes = self.tolerance * float(np.abs(values / self.scale.columns).sum()) / self.scale.money
        kept = WHOLE_WITHIN if self._mixed else self.tolerance
        of_rows = kept * float(np.abs(row_duals / self.scale.rows).sum())
        if not self._mixed:
            return of_slopes + of_rows
        slopes = 0.0 if reduced_costs is None else float(np.abs(reduced_costs[self.program.integer]).sum())
        return of_slopes + of_rows + WHOLE_WITHIN * (slopes + 1.0 / self.scale.money)

    def _is_fine(self, outcome: Outcome) -> bool:
        assert outcome.values is not None
        assert outcome.tolerance is not None
        turned = float(np.abs(self.program.cost) @ np.abs(outcome.values))
        return outcome.tolerance <= FINE * turned

    def ranges(self, solved: Outcome) -> tuple[Floats, Floats]:
        """By how much each row's limit may rise, and fall, while the basis of this solution, and so its duals, stay.

        Of a row that holds nothing, and of one that the solver says nothing about, no more than nothing is known. Of
        one that states a share, by as much as `_share_range` has it.
        """
        _, found = self._solver.getRanging()
        assert solved.row_duals is not None
        program, rows = self.program, self.scale.rows
        limits = np.where(solved.row_duals > 0.0, program.row_lower, program.row_upper)
        highest, lowest = (np.array(side.value_) / rows for side in (found.row_bound_up, found.row_bound_dn))
        held = (solved.row_duals != 0.0) | (program.row_lower == program.row_upper)
        known = held & np.isfinite(limits)
        with np.errstate(invalid="ignore"):
            more, less = highest - limits, limits - lowest
        more, less = (np.where(known, np.maximum(side, 0.0), 0.0) + 0.0 for side in (more, less))
        for row, whole in program.shares.items():
            if solved.row_duals[row] != 0.0:
                more[row], less[row] = self._share_range(solved, row, whole, more[row], less[row])
        return more, less

    def _share_range(self, solved: Outcome, row: int, whole: WholeOf, more: float, less: float) -> tuple[float, float]:
        r"""By how much the share that a row states may rise, and fall, while one unit of it is worth the same.

        The row is $\mathrm{part} - v \, \mathrm{whole} \le 0$, so a share of $v + \delta$ takes $\delta$ from each
        coefficient of the whole, and the price of a unit is the row's dual $\lambda$ times the whole. With
        $z = B^{-T} w_B$, what a unit of each limit adds to the whole $w$ in this basis, and $z_r = 0$, the whole stays
        what it is: the plan with $v + \delta$ is the one whose limit is $\delta$ times the whole further, as far as
        `more` and `less` go. Duals become $y + \delta \lambda z$ and reduced costs
        $d + \delta \lambda (w - A^T z)$, so they must keep their signs too. Where $z_r$ is not 0, the whole moves with
        its share, each unit is worth another amount than the one before, and there is no range: not a number.
        """
        assert solved.row_duals is not None
        assert solved.reduced_costs is not None
        assert solved.values is not None
        program, scale, total = self.program, self.scale, whole.of(solved.values)
        weights = np.bincount(whole.columns, weights=whole.amounts, minlength=len(program.cost))
        basic = np.array(self._solver.getBasicVariables()[1])  # type: ignore[attr-defined]  # missing in its stubs
        asked = np.where(basic >= 0, (weights * scale.columns)[np.maximum(basic, 0)], 0.0)
        added = self._solver.getBasisTransposeSolve(asked)[1]  # type: ignore[attr-defined]  # missing in its stubs
        z = np.array(added) * scale.rows
        if total <= 0.0 or abs(z[row]) > STAYS:
            return np.nan, np.nan
        dual = float(solved.row_duals[row])
        there = program.coefficients * z[program.row_of]
        of_columns = weights - np.bincount(program.columns_in, weights=there, minlength=len(weights))
        at_lower = np.concatenate(
            [
                _nearer(solved.values, program.lower, program.upper),
                _nearer(program.activity(solved.values), program.row_lower, program.row_upper),
            ]
        )
        free = np.concatenate([program.lower < program.upper, program.row_lower < program.row_upper])
        free[np.where(basic >= 0, basic, len(weights) - 1 - basic)] = False
        slopes = np.concatenate([solved.reduced_costs, solved.row_duals])
        moved = dual * np.concatenate([of_columns, z])
        sides = np.where(at_lower, 1.0, -1.0)
        margin, rate = np.maximum(slopes * sides, 0.0)[free], (moved * sides)[free]
        up = float((margin[rate < -STAYS] / -rate[rate < -STAYS]).min(initial=np.inf))
        down = float((margin[rate > STAYS] / rate[rate > STAYS]).min(initial=np.inf))
        return min(more / total, up), min(less / total, down)

    def _change_scale(self, scale: Scale) -> None:
        basis = self._solver.getBasis()
        self.scale = scale
        _hand_over(self._solver, scale.program(self.program))
        self._solver.setBasis(basis)

    def _ray(self) -> Floats | None:
        """A direction in which cost falls for ever, in the program's units."""
        _, there, ray = self._solver.getPrimalRay()  # type: ignore[attr-defined]  # missing in its stubs
        return np.array(ray) * self.scale.columns if there else None


def at_bounds(program: Program, values: Floats, scale: Scale) -> Floats:
    """The values, each at its bound where it is no further from it than the tolerance."""
    near = TOLERANCES[0] * scale.columns
    values = np.where(values <= program.lower + near, program.lower, values)
    return np.where(values >= program.upper - near, program.upper, values)


def _nearer(values: Floats, lower: Floats, upper: Floats) -> Bools:
    """Whether each value is nearer to its lower limit than to its upper one."""
    return np.asarray(values - lower <= upper - values)


def _with(numbers: Floats, places: Integers, new: Floats) -> Floats:
    changed = numbers.copy()
    changed[places] = new
    return changed


class _Solver(highspy.Highs):
    """HiGHS without highspy's own callbacks, whose setting up prints a banner before it can be told to be quiet."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.callbacks = []


def _hand_over(solver: _Solver, program: Program) -> None:
    sizes = program.sizes
    status = solver.passModel(
        sizes["columns"],
        sizes["rows"],
        sizes["nonzeros"],
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        program.offset,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.starts,
        program.columns_in,
        program.coefficients,
        program.integer.astype(np.int32),
    )
    _must(status, "handing the program over")


def _listening(solver: _Solver, watch: Watch, scale: Scale, plan: Floats | None = None) -> Any:
    """The solver's run, with callbacks that only lay down what they hear, in the units of the program.

    A search is handed a plan that is known as soon as its presolve is over. Given before, presolve may take it for
    cheaper than it is, and then the search calls a gap reached that is not: in the base case a plan of 9,865 M$ was one
    of 9,826 to it.
    """
    money = scale.money
    to_hand = [] if plan is None else [plan / scale.columns]

    def on_event(kind: Any, message: str, event: Any, answer: Any, _: Any) -> None:
        if kind in _INTERRUPTS and watch.stop:
            answer.user_interrupt = True
        if kind == _LOGGING:
            watch.log.append(message)
        elif kind == _ASKING and to_hand:
            answer.setSolution(to_hand.pop())
        elif kind == _IMPROVING:
            watch.plan = (np.array(event.mip_solution) * scale.columns, event.objective_function_value / scale.money)
        elif kind in _TELLING:
            best, bound = finite(event.mip_primal_bound / money), finite(event.mip_dual_bound / money)
            watch.progress = Progress(watch.seconds, best, bound, gap_between(best, bound), event.mip_node_count)

    solver.setCallback(on_event, None)
    for kind in _HEARD:
        solver.startCallback(_Kind(kind))

    def run() -> None:
        solver.run()
        highspy.Highs.resetThreadScheduler(False)  # on Windows a thread that keeps its scheduler may never end

    return run


def _set(solver: _Solver, **options: Any) -> None:
    for name, value in options.items():
        _must(solver.setOptionValue(name, value), f"setting {name} to {value}")


def _must(status: highspy.HighsStatus, doing: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolveFailed(f"the solver refused: {doing}")
