"""From a checked case to an audited plan: one call for the command line, the page and the library."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

from models.build import build
from planner.audit import audit
from planner.case import Case
from planner.cuts import cones_of, solve_within_cones
from planner.diagnose import why_infeasible
from planner.errors import AuditFailed, Infeasible, NoPlanInTime, SolveFailed
from planner.extract import plan_tables
from planner.indicators import Amounts
from planner.limit_table import binding_policies
from planner.marginals import binding_limits, marginal_prices
from planner.plan import Plan
from planner.program import Program
from planner.solver import Outcome, Progress, SolveOptions
from planner.translate import translate

MOST_FINDINGS = 10
ENDLESS = (
    "Cost could fall for ever: something that can be bought or made without limit sells for more than it costs. Give"
    " the market a max_t_per_year on the sales sheet, or the stock a max_t on the stocks sheet."
)


class _Clock:
    """Seconds by step, in the order in which the steps end."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.timings[step] = now - self._since
        self._since = now


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
    options = options or default_options(case)
    try:
        return _planned(case, options, on_progress, should_stop, on_step or (lambda _: None), log_file)
    finally:
        gc.unfreeze()


def _planned(
    case: Case,
    options: SolveOptions,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    announce: Callable[[str], None],
    log_file: Path | None,
) -> Plan:
    clock = _Clock()
    announce("building")
    known = translate(case)
    clock.lap("translate")
    model = build(known.data)
    clock.lap("build")
    program = Program.of(model)
    clock.lap("hand-over")
    announce("solving")
    cones = cones_of(program, known.data.concentration, known.data.limits)
    program, outcome = solve_within_cones(program, cones, options, on_progress, should_stop, log_file)
    clock.lap("solver")
    _refuse_without_plan(case, program, outcome, options)
    assert outcome.values is not None
    assert outcome.objective is not None
    tables = plan_tables(case, known, program, model, outcome.values)
    policies = binding_policies(known, program, Amounts(program, outcome.values), outcome.row_duals)
    tables["binding"] = binding_limits(
        case, program, known.data.tree, outcome.row_duals, outcome.reduced_costs, policies
    )
    tables["prices"] = marginal_prices(program, known.data.tree, outcome.row_duals)
    clock.lap("extract")
    announce("auditing")
    plan = Plan(
        case_name=case.name,
        fingerprint=case.fingerprint,
        status=outcome.status,
        objective_musd=outcome.objective,
        bound_musd=outcome.bound,
        gap=outcome.gap,
        seconds=outcome.seconds,
        size=program.sizes,
        timings=clock.timings,
        tables=tables,
    )
    refuse_open_books(case, plan)
    clock.lap("audit")
    return plan


def _refuse_without_plan(case: Case, program: Program, outcome: Outcome, options: SolveOptions) -> None:
    if outcome.status == "infeasible":
        raise Infeasible(why_infeasible(case, program, options))
    if outcome.status == "no plan in time":
        limit = options.time_limit_s
        raise NoPlanInTime(f"No plan was found within {limit:,.0f} s. Allow more time, or make the case smaller.")
    if outcome.values is None and "nbounded" in outcome.message:
        raise SolveFailed(ENDLESS)
    if outcome.values is None:
        raise SolveFailed(f"The solver could not solve this case: {outcome.message}")


def refuse_open_books(case: Case, plan: Plan) -> None:
    """Raise AuditFailed, with the first findings, when the auditor cannot re-add the plan."""
    findings = audit(case, plan)
    if findings:
        listed = "\n".join(str(finding) for finding in findings[:MOST_FINDINGS])
        raise AuditFailed(
            f"The plan's books do not close ({len(findings)} findings), so it must not be used.\n{listed}"
        )
