"""A case made into a program, held so that it can be solved more than once: as it is, or with some things changed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.algebra import Model
from models.build import build
from models.groups import Floats
from planner.audit import audit
from planner.case import Case
from planner.errors import AuditFailed, CostEndless, Infeasible, NoPlanInTime, SolveFailed
from planner.plan import Plan, seal_of
from planner.planning.diagnose import why_infeasible
from planner.planning.endless import why_endless
from planner.planning.extract import plan_tables
from planner.planning.indicators import Amounts
from planner.planning.limit_table import binding_policies, policy_ranges, shares_of
from planner.planning.maker import Maker
from planner.planning.marginals import (
    binding_limits,
    duals_that_prove,
    limit_ranges,
    marginal_prices,
    no_ranges,
    price_ranges,
)
from planner.planning.priorities import kept_in_order
from planner.planning.risk import expected_cost
from planner.planning.slices import filled_from_the_cheapest
from planner.solver.by_branches import by_branches
from planner.solver.by_branches import solve as solve_by_branches
from planner.solver.cuts import Cone, cones_of, solve_within_cones
from planner.solver.highs import Outcome, SolveOptions
from planner.solver.program import Program
from planner.solver.watch import NOBODY, Listener
from planner.status import Status
from planner.translate import Translated, translate

MOST_FINDINGS = 10


class Clock:
    """Seconds by step, in the order in which the steps end."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.timings[step] = now - self._since
        self._since = now


@dataclass(frozen=True)
class Built:
    """A case, what the program knows of it, and the program; `timings` are seconds by step of making it."""

    case: Case
    known: Translated
    model: Model
    program: Program
    timings: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, maker: Maker | None = None) -> Built:
        """Translate and build a case; with the maker of one like it, only what can differ is made again."""
        clock = Clock()
        known = translate(case, None if maker is None else maker.steps)
        clock.lap("translate")
        model = build(known.data) if maker is None else maker.model(known.data)
        clock.lap("build")
        program = Program.of(model) if maker is None else maker.program(model)
        program = replace(program, shares=shares_of(known, program))
        clock.lap("hand-over")
        if known.data.limits.RANKED:
            program = in_order_of_priority(case, known, program)
            clock.lap("priorities")
        return cls(case, known, model, program, clock.timings)

    @property
    def cones(self) -> list[Cone]:
        """The limits on concentration."""
        return cones_of(self.program, self.known.data.concentration, self.known.data.limits)

    def solve(
        self,
        options: SolveOptions,
        program: Program | None = None,
        listener: Listener = NOBODY,
        start: Floats | None = None,
    ) -> tuple[Program, Outcome]:
        """Solve the program, or one made from it; hands back the one solved, with the cuts that it took."""
        program, cones = program or self.program, self.cones
        futures = None if cones else by_branches(program, self.known.data.tree, options)
        if futures is not None:
            return program, solve_by_branches(futures, options, listener, start)
        return solve_within_cones(program, cones, options, listener, start)

    def plan(self, program: Program, outcome: Outcome, options: SolveOptions) -> Plan:
        """The plan of an outcome, not yet audited; raises Infeasible, NoPlanInTime or SolveFailed without one."""
        self.refuse_without_plan(program, outcome, options)
        outcome = filled_from_the_cheapest(self.known, program, outcome, options.mip_gap)
        assert outcome.values is not None
        assert outcome.objective is not None
        case, known = self.case, self.known
        tables = plan_tables(case, known, program, self.model, outcome.values)
        duals, reduced_costs = duals_that_prove(program, outcome)
        policies = binding_policies(known, program, Amounts(program, outcome.values), duals)
        tables["binding"] = binding_limits(
            case, program, known.data.tree, outcome.values, duals, reduced_costs, policies
        )
        ranges = None if duals is None else outcome.row_ranges
        tables["prices"] = marginal_prices(program, known.data.tree, duals)
        tables["price_ranges"] = price_ranges(program, ranges)
        own = policy_ranges(known, program, policies, duals, ranges)
        tables["limit_ranges"] = limit_ranges(case, program, known.data.tree, duals, ranges, own)
        asked = tables["binding"] if options.ranges else tables["binding"].head(0)
        tables["no_ranges"] = no_ranges(asked, tables["limit_ranges"], bends=bool(self.cones))
        return Plan(
            case_name=case.name,
            fingerprint=case.fingerprint,
            status=outcome.status,
            cost_musd=expected_cost(tables["scenarios"]),
            objective_musd=outcome.objective,
            bound_musd=outcome.bound,
            gap=outcome.gap,
            seconds=outcome.seconds,
            size=program.sizes,
            timings=self.timings,
            tables=tables,
            seal=seal_of(tables),
            gap_asked=options.mip_gap,
            checked_musd=outcome.checked,
            tolerance_musd=outcome.tolerance,
            off=outcome.off,
        )

    def refuse_without_plan(self, program: Program, outcome: Outcome, options: SolveOptions) -> None:
        """Raise Infeasible, CostEndless, NoPlanInTime or SolveFailed for an outcome without a plan."""
        if outcome.status is Status.INFEASIBLE:
            raise Infeasible(why_infeasible(self.case, program, options))
        if outcome.status is Status.NO_PLAN:
            limit = options.time_limit_s
            raise NoPlanInTime(f"No plan was found within {limit:,.0f} s. Allow more time, or make the case smaller.")
        if outcome.status is Status.ENDLESS:
            raise CostEndless(why_endless(self.case, program, outcome.ray))
        if outcome.values is None:
            raise SolveFailed(f"The solver could not solve this case: {outcome.message}")


def in_order_of_priority(case: Case, known: Translated, program: Program) -> Program:
    """The program in which limits with a priority are missed by no more than they must."""
    cones = cones_of(program, known.data.concentration, known.data.limits)
    limit_s = float(case.settings["time_limit_s"])
    return kept_in_order(program, known.data.limits, known.data.tree, cones, limit_s)


def refuse_open_books(case: Case, plan: Plan) -> None:
    """Raise AuditFailed, with the first findings, when the auditor cannot re-add the plan."""
    findings = audit(case, plan)
    if findings:
        listed = "\n".join(str(finding) for finding in findings[:MOST_FINDINGS])
        raise AuditFailed(
            f"The plan's books do not close ({len(findings)} findings), so it must not be used.\n{listed}"
        )
