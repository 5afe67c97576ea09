"""What a solve is asked for, and what comes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.solver.program import Floats
    from planner.solver.watch import Watch

PROVEN_GAP = 1e-6  # a plan closer than this to its bound counts as optimal


@dataclass(frozen=True)
class SolveOptions:
    """How close and how long to look, and what keeps two solves alike.

    `method`: "whole" searches all plans at once, "large" relaxes, rounds and restricts first; "auto" goes by the size.
    """

    mip_gap: float
    time_limit_s: float
    threads: int = 2
    seed: int = 1
    method: str = "auto"


@dataclass(frozen=True)
class Outcome:
    """What came of a solve, in our six words.

    "optimal", "within gap" and "stopped with a plan" bring `values`. "no plan in time", "infeasible" and "failed" bring
    none; for a failure `message` says what the solver said. Duals are of the program with the whole numbers held.
    """

    status: str
    seconds: float = 0.0
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    values: Floats | None = None
    row_duals: Floats | None = None
    reduced_costs: Floats | None = None
    nodes: int = 0
    iterations: int = 0
    message: str = ""
    log: str = ""


def heard(watch: Watch) -> Outcome:
    """What is known when the solver does not stop: the best plan that it has told of."""
    if watch.plan is None:
        return Outcome("no plan in time", bound=watch.progress.bound_musd)
    values, objective = watch.plan
    return with_plan(Outcome("stopped with a plan"), objective, watch.progress.bound_musd, values)


def with_plan(outcome: Outcome, objective: float, bound: float | None, values: Floats) -> Outcome:
    """The outcome with this plan; "optimal" becomes "within gap" where the bound is not as good as the plan."""
    bound = None if bound is None else min(bound, objective)
    gap = gap_between(objective, bound)
    status = "within gap" if outcome.status == "optimal" and gap is not None and gap > PROVEN_GAP else outcome.status
    return replace(outcome, status=status, objective=objective, bound=bound, gap=gap, values=values)


def gap_between(best: float | None, bound: float | None) -> float | None:
    """How far the best plan may be from the bound, as a share of the best plan."""
    if best is None or bound is None:
        return None
    distance = max(0.0, best - bound)
    return distance / max(abs(best), 1e-9)


def finite(number: float) -> float | None:
    """The number, or None where the solver does not know it yet."""
    return number if math.isfinite(number) else None
