"""From a checked case to an audited plan: one call for the command line, the page and the library."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from planner.case import Case
from planner.errors import RunError
from planner.plan import Plan
from planner.planning.built import Built, Clock, refuse_open_books
from planner.solver.cuts import settle_within_cones
from planner.solver.highs import Progress
from planner.solver.incumbent import Incumbent, IncumbentWriter
from planner.solver.outcome import Outcome, SolveOptions, with_plan
from planner.solver.program import Program
from planner.solver.solution import Solution
from planner.solver.watch import Listener
from planner.status import Status


def default_options(case: Case) -> SolveOptions:
    """The gap and time limit that the case's settings ask for."""
    gap, seconds = float(case.settings["mip_gap"]), float(case.settings["time_limit_s"])
    return SolveOptions(mip_gap=gap, time_limit_s=seconds, ranges=True)


def solve_case(
    case: Case,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_step: Callable[[str], None] | None = None,
    log_file: Path | None = None,
    incumbents: IncumbentWriter | None = None,
) -> Plan:
    """Translate, build, solve and audit a case.

    `on_step` is told "building", "solving", "auditing"; `incumbents` takes every better plan while the solver works.
    Raises Infeasible, NoPlanInTime, SolveFailed or AuditFailed.
    """
    options, announce = options or default_options(case), on_step or _nobody
    try:
        announce("building")
        built = Built.of(case)
        announce("solving")
        clock = Clock()
        if incumbents is not None:
            incumbents.program(built.program)
        listener = Listener(on_progress, should_stop, None if incumbents is None else incumbents.plan, log_file)
        program, outcome = built.solve(options, None, listener)
        clock.lap("solver")
        if incumbents is not None and outcome.values is not None and outcome.objective is not None:
            incumbents.last(outcome.values, outcome.objective, outcome.bound)
        return _audited(built, program, outcome, options, announce, clock)
    finally:
        gc.unfreeze()


def plan_from(
    case: Case,
    incumbent: Incumbent,
    bound_musd: float | None,
    seconds: float,
    options: SolveOptions,
    on_step: Callable[[str], None] | None = None,
) -> Plan:
    """The audited plan of values that were kept, with everything but its whole numbers at its best again.

    Raises RunError where they are of another program than the case gives today, and else what `solve_case` raises.
    """
    announce = on_step or _nobody
    try:
        announce("building")
        built = Built.of(case)
        if built.program.mark != incumbent.mark:
            raise RunError("The plan that was kept is of another version of the planner. Run the case again.")
        announce("solving")
        clock = Clock()
        stopped = Outcome(Status.STOPPED, seconds)
        found = with_plan(stopped, incumbent.cost_musd, bound_musd, incumbent.values, options.mip_gap)
        program, outcome = settle_within_cones(built.program, built.cones, found, options)
        clock.lap("solver")
        return _audited(built, program, outcome, options, announce, clock)
    finally:
        gc.unfreeze()


def _audited(
    built: Built,
    program: Program,
    outcome: Outcome,
    options: SolveOptions,
    announce: Callable[[str], None],
    clock: Clock,
) -> Plan:
    plan = built.plan(program, outcome, options)
    announce("auditing")
    clock.lap("extract")
    refuse_open_books(built.case, plan)
    clock.lap("audit")
    assert outcome.values is not None
    solution = Solution.of(built.program, program, outcome.values)
    return replace(plan, timings={**built.timings, **clock.timings}, solution=solution)


def _nobody(_: str) -> None:
    """Listens to no step."""
