"""From a checked case to an audited plan: one call for the command line, the page and the library."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from planner.built import Built, Clock, refuse_open_books
from planner.case import Case
from planner.plan import Plan
from planner.solver import Progress, SolveOptions


def default_options(case: Case) -> SolveOptions:
    """The gap and time limit that the case's settings ask for."""
    return SolveOptions(mip_gap=float(case.settings["mip_gap"]), time_limit_s=float(case.settings["time_limit_s"]))


def solve_case(
    case: Case,
    options: SolveOptions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_step: Callable[[str], None] | None = None,
    log_file: Path | None = None,
) -> Plan:
    """Translate, build, solve and audit a case.

    `on_step` is told "building", "solving", "auditing". Raises Infeasible, NoPlanInTime, SolveFailed or AuditFailed.
    """
    options, announce = options or default_options(case), on_step or _nobody
    try:
        announce("building")
        built = Built.of(case)
        announce("solving")
        clock = Clock()
        program, outcome = built.solve(options, None, on_progress, should_stop, log_file)
        clock.lap("solver")
        plan = built.plan(program, outcome, options)
        announce("auditing")
        clock.lap("extract")
        refuse_open_books(case, plan)
        clock.lap("audit")
        return replace(plan, timings={**built.timings, **clock.timings})
    finally:
        gc.unfreeze()


def _nobody(_: str) -> None:
    """Listens to no step."""
