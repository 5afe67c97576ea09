"""What a solve is asked for, and what comes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.status import Status, gap_between, verdict

if TYPE_CHECKING:
    from models.groups import Floats
    from planner.solver.watch import Watch


@dataclass(frozen=True)
class SolveOptions:
    """How close and how long to look, and what keeps two solves alike.

    `method`: "whole" searches all plans at once, "large" relaxes, rounds and restricts first, "branches" plans a tree
    of futures branch by branch; "auto" goes by the size. With `ranges` it is asked as well how far each dual holds.
    """

    mip_gap: float
    time_limit_s: float
    threads: int = 2
    seed: int = 1
    method: str = "auto"
    ranges: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a solve; `Status` has the words.

    For a failure `message` says what the solver said. Duals are of the program with the whole numbers held. `bound` is
    the search's word; `checked` is the bound that `relaxed_duals` prove in exact arithmetic. `row_ranges` are by how
    much each row's limit may rise, and fall, while all duals stay as they are: so far a dual holds at least.
    `tolerance` is what the solver's tolerances may be worth in the objective, `off` the most by which the plan misses a
    row. `ray` is a direction in which cost falls for ever.
    """

    status: Status
    seconds: float = 0.0
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    values: Floats | None = None
    row_duals: Floats | None = None
    row_ranges: tuple[Floats, Floats] | None = None
    reduced_costs: Floats | None = None
    nodes: int = 0
    iterations: int = 0
    message: str = ""
    log: str = ""
    checked: float | None = None
    relaxed_duals: Floats | None = None
    tolerance: float | None = None
    off: float | None = None
    ray: Floats | None = None


def outcome_of(watch: Watch, asked: float) -> Outcome:
    """What is known when the solver does not stop: the best plan that it has found so far."""
    if watch.plan is None:
        return Outcome(Status.NO_PLAN, bound=watch.progress.bound_musd)
    values, objective = watch.plan
    return with_plan(Outcome(Status.STOPPED), objective, watch.progress.bound_musd, values, asked)


def with_plan(outcome: Outcome, objective: float, bound: float | None, values: Floats, asked: float) -> Outcome:
    """The outcome with this plan, and what the bound proves of it."""
    bound = None if bound is None else min(bound, objective)
    gap = gap_between(objective, bound)
    return replace(outcome, status=verdict(gap, asked), objective=objective, bound=bound, gap=gap, values=values)


def finite(number: float) -> float | None:
    """The number, or None where the solver does not know it yet."""
    return number if math.isfinite(number) else None
