"""How a solve ended and what that proves: the only words for it, and the one place that chooses among them."""

from __future__ import annotations

from enum import StrEnum

LEAST_GAP = 1e-9  # nearer than this to its bound a plan costs the least: no more than the rounding of a sum of costs
ROUNDING = 1e-6  # a share by which two sums of one plan may differ
NEAR_NOTHING_MUSD = 1e-12  # a cost below a millionth of a dollar is nothing, of which there is no share
TINY_T = 1e-6  # t or t/yr: a gram is the rounding of a plan, and nothing to show


class Status(StrEnum):
    """Of a plan, what is proven; without one, why there is none."""

    OPTIMAL = "optimal"  # proven: no plan costs less
    WITHIN_GAP = "within gap"  # proven: no plan costs less by more than the gap that was asked for
    STOPPED = "stopped with a plan"  # not proven: the time was over, or somebody stopped it, before the gap was reached
    NO_PLAN = "no plan in time"
    INFEASIBLE = "infeasible"
    ENDLESS = "endless"  # cost can fall for ever
    FAILED = "failed"

    @property
    def has_plan(self) -> bool:
        """Whether a plan comes with it."""
        return self in {Status.OPTIMAL, Status.WITHIN_GAP, Status.STOPPED}

    @property
    def proven(self) -> bool:
        """Whether the plan is proven to be as good as was asked for."""
        return self in {Status.OPTIMAL, Status.WITHIN_GAP}


PLAN_STATUSES = tuple(status for status in Status if status.has_plan)


def verdict(gap: float | None, asked: float) -> Status:
    """What the gap that was reached proves of a plan, against the one that was asked for. No bound is no proof."""
    if gap is None or gap > asked + LEAST_GAP:
        return Status.STOPPED
    return Status.OPTIMAL if gap <= LEAST_GAP else Status.WITHIN_GAP


def gap_between(best: float | None, bound: float | None) -> float | None:
    """How far the best plan may be from the bound, as a share of the best plan."""
    if best is None or bound is None:
        return None
    return max(0.0, best - bound) / max(abs(best), NEAR_NOTHING_MUSD)


def beyond_cost(cost_musd: float, objective_musd: float) -> bool:
    """Whether the objective holds more than the cost: risk, exposure, rank or missed limits at a price."""
    return abs(objective_musd - cost_musd) > ROUNDING * max(1.0, abs(cost_musd), abs(objective_musd))
