"""Solve a program, and nothing else: the one file that knows HiGHS.

Signs: a dual is the change of the objective per unit increase of its row's limit (of both sides, in an equality), a
reduced cost the change per unit increase of the bound its column stands at. So `use <= capacity` has a dual of zero or
less, `supply >= need` one of zero or more. Where several duals are right, these are one choice among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from planner.errors import SolveFailed
from planner.solver.elastic import Elastic, Violation
from planner.solver.outcome import PROVEN_GAP, Outcome, SolveOptions, finite, gap_between, heard, with_plan
from planner.solver.program import Floats, Program, Whole
from planner.solver.watch import OnPlan, OnProgress, Progress, ShouldStop, Watch

__all__ = [
    "PROVEN_GAP",
    "TOLERANCES",
    "Live",
    "Outcome",
    "Program",
    "Progress",
    "SolveOptions",
    "Violation",
    "duals",
    "explain",
    "solve",
    "write_lp",
]

SETTLE_LIMIT_S = 120.0  # for the linear program that follows a mixed-integer one
TOLERANCES = (1e-9, 1e-7)  # by how much a row may be off, in its own unit; the finest that the solver manages is taken

_Kind = highspy.cb.HighsCallbackType
_LOGGING, _IMPROVING = int(_Kind.kCallbackLogging), int(_Kind.kCallbackMipImprovingSolution)
_TELLING = {int(_Kind.kCallbackMipLogging), int(_Kind.kCallbackMipInterrupt)}
_INTERRUPTS = {int(_Kind.kCallbackMipInterrupt), int(_Kind.kCallbackSimplexInterrupt), int(_Kind.kCallbackIpmInterrupt)}
_Word = highspy.HighsModelStatus
_STATUS = {
    _Word.kOptimal: "optimal",
    _Word.kModelEmpty: "optimal",
    _Word.kInfeasible: "infeasible",
    _Word.kInterrupt: "stopped with a plan",
    _Word.kHighsInterrupt: "stopped with a plan",  # type: ignore[attr-defined]  # missing in its stubs
    _Word.kTimeLimit: "stopped with a plan",
}


def solve(
    program: Program,
    options: SolveOptions,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    on_plan: OnPlan | None = None,
    log_file: Path | None = None,
    start: Floats | None = None,
) -> Outcome:
    """Solve to the gap, the time limit or a wish to stop; then round the whole numbers and settle the rest at its best.

    `start` are values of a plan that is known, or nearly one, from which the search begins.
    `on_progress`, `should_stop` and `on_plan` (an improving plan and what it costs) are called in the caller's thread,
    ten times a second at most. An exception that they raise ends the solve.
    """
    watch = Watch(options.time_limit_s, on_progress, should_stop, on_plan, log_file)
    outcome = Live(program, options).solve(watch, start)
    if outcome.message == _Word.kUnboundedOrInfeasible.name:
        possible = Live(replace(program, cost=np.zeros(len(program.cost))), options).solve().values is not None
        outcome = replace(outcome, status="failed" if possible else "infeasible")
    return duals(program, outcome, options)


def duals(program: Program, outcome: Outcome, options: SolveOptions) -> Outcome:
    """The same plan with its whole numbers rounded and held, everything else at its best, with duals and reduced costs.

    Without a plan, or where the linear program has no answer within two minutes, the outcome is handed back as it is.
    """
    if outcome.values is None or outcome.row_duals is not None:
        return outcome
    held = program.fixed(program.integer, np.round(outcome.values))
    for tolerance in TOLERANCES:
        settled = Live(held, replace(options, time_limit_s=SETTLE_LIMIT_S), tolerance).solve()
        if settled.status == "optimal" and settled.objective is not None and settled.values is not None:
            plan = with_plan(outcome, settled.objective, outcome.bound, settled.values.clip(held.lower, held.upper))
            return replace(
                plan,
                row_duals=settled.row_duals,
                reduced_costs=settled.reduced_costs,
                seconds=outcome.seconds + settled.seconds,
                log=outcome.log + settled.log,
            )
    return outcome


def explain(
    program: Program, options: SolveOptions, may_give: Mapping[str, float] | None = None, watch: Watch | None = None
) -> list[Violation]:
    """Which limits must give way, and by how much, so that there is a plan: the least weighted sum of amounts.

    `may_give` names the rules and decisions whose limits may, with a weight per unit; without it every rule may at 1.
    Empty when nothing needs to, or when even all of them together do not help.
    """
    elastic = Elastic.of(program, may_give)
    outcome = duals(elastic.program, Live(elastic.program, options).solve(watch), options)
    return [] if outcome.values is None else elastic.violations(outcome.values)


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
    """A program held in the solver: change its costs and limits, and solve again from where the last solve ended."""

    def __init__(self, program: Program, options: SolveOptions, tolerance: float = TOLERANCES[-1]) -> None:
        self.options = options
        self._mixed = bool(program.integer.any())
        self._left_behind = False
        self._offset = program.offset
        self._solver = _Solver()
        _set(
            self._solver,
            log_to_console=False,
            threads=options.threads,
            random_seed=options.seed,
            mip_rel_gap=options.mip_gap,
            primal_feasibility_tolerance=tolerance,
            dual_feasibility_tolerance=tolerance,
        )
        _hand_over(self._solver, program)

    def change_costs(self, columns: Whole, costs: Floats) -> None:
        """Give these columns new costs."""
        _must(self._solver.changeColsCost(len(columns), columns, costs), "changing costs")

    def change_column_bounds(self, columns: Whole, lower: Floats, upper: Floats) -> None:
        """Give these columns new bounds."""
        _must(self._solver.changeColsBounds(len(columns), columns, lower, upper), "changing bounds")

    def change_row_bounds(self, rows: Whole, lower: Floats, upper: Floats) -> None:
        """Give these rows new limits."""
        change = self._solver.changeRowsBounds  # type: ignore[attr-defined]  # missing in its stubs
        _must(change(len(rows), rows, lower, upper), "changing limits")

    def add_rows(self, upper: Floats, starts: Whole, columns_in: Whole, coefficients: Floats) -> None:
        """Add rows that stay at or below `upper`, given as a program gives its own."""
        rows, lower = len(upper), np.full(len(upper), -np.inf)
        add = self._solver.addRows
        _must(add(rows, lower, upper, len(coefficients), starts, columns_in, coefficients), "adding rows")

    def solve(self, watch: Watch | None = None, start: Floats | None = None) -> Outcome:
        """Solve as it stands now; whole numbers are as the solver leaves them, within its tolerance."""
        if self._left_behind:
            raise SolveFailed("the solver did not stop when it was told to, so this model cannot be used again")
        watch = watch or Watch(self.options.time_limit_s)
        if start is not None and self._mixed:
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            _must(self._solver.setSolution(known), "starting from a known plan")
        _set(self._solver, time_limit=self._solver.getRunTime() + self.options.time_limit_s)
        self._left_behind = not watch.run(_listening(self._solver, watch))
        outcome = heard(watch) if self._left_behind else self._read()
        return replace(outcome, seconds=watch.seconds, log="".join(watch.log))

    def _read(self) -> Outcome:
        word, info = self._solver.getModelStatus(), self._solver.getInfo()
        outcome = Outcome(
            status=_STATUS.get(word, "failed"),
            message="" if word in _STATUS else word.name,
            bound=finite(info.mip_dual_bound) if self._mixed else None,
            nodes=max(0, info.mip_node_count),
            iterations=max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count),
        )
        if outcome.status in {"infeasible", "failed"}:
            return replace(outcome, bound=None)
        has_plan = self._mixed and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if outcome.status != "optimal" and not has_plan:
            return replace(outcome, status="no plan in time")
        objective = self._offset if word == _Word.kModelEmpty else info.objective_function_value
        solution = self._solver.getSolution()
        outcome = with_plan(
            outcome, objective, outcome.bound if self._mixed else objective, np.array(solution.col_value)
        )
        if self._mixed:
            return outcome
        return replace(outcome, row_duals=np.array(solution.row_dual), reduced_costs=np.array(solution.col_dual))


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


def _listening(solver: _Solver, watch: Watch) -> Any:
    """The solver's run, with callbacks that only lay down what they hear."""

    def hear(kind: Any, message: str, told: Any, answer: Any, _: Any) -> None:
        if kind in _INTERRUPTS and watch.stop:
            answer.user_interrupt = True
        if kind == _LOGGING:
            watch.log.append(message)
        elif kind == _IMPROVING:
            watch.plan = (np.array(told.mip_solution), told.objective_function_value)
        elif kind in _TELLING:
            best, bound = finite(told.mip_primal_bound), finite(told.mip_dual_bound)
            watch.progress = Progress(watch.seconds, best, bound, gap_between(best, bound), told.mip_node_count)

    solver.setCallback(hear, None)
    for kind in sorted({_LOGGING, _IMPROVING, *_INTERRUPTS, *_TELLING}):
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
