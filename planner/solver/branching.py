"""Branching on a relaxation that is held live: for a gap that some branches close.

A search among all plans begins with presolve, cuts and heuristics, which take most of its time. Where the relaxation
and a plan that is known are only a little further apart than the gap that is asked for, it is quicker to branch on
the program that is held (Land and Doig 1960), each branch solved by the dual simplex method from the basis of the one
that it came from. Which fraction to branch on is tried: the one of which both sides cost most (strong branching,
Applegate and others 1995); from its second trial on what it cost so far is believed (Achterberg, Koch and Martin
2005).

The branches are kept. They are boxes of whole numbers which together hold all that there are, at whatever costs and
limits; so for the next program of the same columns it is these that are solved, and branched on only where they must.
Where only costs changed, what a branch cost before and what no plan got cheaper by is known without solving it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from models.groups import Bools, Floats, Positions
from planner.solver.highs import WHOLE_WITHIN, Basis, Live
from planner.solver.program import INFINITY, Integers, Program
from planner.status import Status

MOST_SOLVES = 150  # linear programs after which a search among all plans is the better way
MOST_KEPT = 12  # branches; with more of them it is quicker to begin anew
TRIED_STEPS = 100  # of the simplex method in which a side of a branch shows what it costs
BELIEVED = 2  # trials of a fraction after which what it cost is believed


@dataclass(frozen=True)
class Branch:
    """A box of whole numbers: what a plan of it costs at least, its limits, and where the solver stood.

    `solved` where that was the end of the box itself, and not of the one that it was cut from.
    """

    musd: float
    lower: Floats
    upper: Floats
    basis: Basis
    solved: bool = False

    def cut(self, place: int, below: bool, at: float, musd: float, basis: Basis) -> Branch:
        """The part of it in which one whole number is no more than `at`, or no less."""
        side = "upper" if below else "lower"
        limits = getattr(self, side).copy()
        limits[place] = at
        return replace(self, musd=musd, basis=basis, solved=False, **{side: limits})


@dataclass(frozen=True)
class Closed:
    """A branch that is not branched on: its cheapest plan is known, or the solver could say nothing of it."""

    branch: Branch
    plan: Floats | None = None


@dataclass(frozen=True)
class Solved:
    """What a linear program came to: its cost, all its values and where the solver stood."""

    status: Status
    musd: float
    values: Floats
    basis: Basis


def same_limits(one: Program, other: Program) -> bool:
    """Whether two programs of the same columns and rows have the same plans, whatever these cost."""
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("lower", "upper", "row_lower", "row_upper", "starts", "columns_in", "coefficients")
    )


def at_least_dearer(before: Program, now: Program) -> float:
    """By how much all plans are dearer at the least, of programs of the same limits; minus infinity: nobody knows."""
    more = now.cost - before.cost
    moved = np.flatnonzero(more)
    least = np.where(more[moved] > 0.0, now.lower[moved], now.upper[moved])
    return float(more[moved] @ least) + now.offset - before.offset


@dataclass
class Branching:
    """Branches of the program that `live` holds, which has the whole numbers `columns` as fractions."""

    live: Live
    columns: Integers
    plan: Floats | None = field(default=None, init=False)
    _kept: list[Branch] = field(default_factory=list, init=False)
    _rose: dict[tuple[int, bool], list[float]] = field(default_factory=dict, init=False)
    _solves: int = field(default=0, init=False)
    _of: Program | None = field(default=None, init=False)
    _same_limits: bool = field(default=False, init=False)

    def bound(self, relaxed_musd: float, best_musd: float, gap: float, stopped: Callable[[], bool]) -> float:
        """What no plan of the program is cheaper than: within `gap` of the best that is known, where that can be shown.

        `relaxed_musd` is what the relaxation costs, in which the solver stands; or minus infinity, where it was not
        solved and branches are kept that hold. `best_musd` is what the best plan that is known costs. A cheaper plan
        that a branch is met at stays as `plan`. The solver is left with the limits of the program.
        """
        program, root = self.live.program, self.live.basis
        lower, upper = program.lower[self.columns], program.upper[self.columns]
        self.plan, self._solves = None, 0
        self._same_limits = self._of is not None and same_limits(self._of, program)
        more_musd = at_least_dearer(self._of, program) if self._of is not None and self._same_limits else -INFINITY
        self._of = program
        kept, closed = self._kept if len(self._kept) <= MOST_KEPT else [], []
        if not kept:
            kept = [Branch(relaxed_musd, np.full(len(lower), -INFINITY), np.full(len(lower), INFINITY), root, True)]
        kept = [self._anew(branch, relaxed_musd, more_musd) for branch in kept]
        open_ = [(branch.musd, number, branch) for number, branch in enumerate(kept)]
        heapq.heapify(open_)
        number, most, best_of_closed = count(len(kept)), MOST_SOLVES + len(kept), INFINITY
        while open_ and self._solves < most and not stopped():
            enough_musd = best_musd - gap * abs(best_musd)
            if min(open_[0][0], best_of_closed) >= enough_musd or best_of_closed < enough_musd:
                break
            branch = heapq.heappop(open_)[2]
            for part in self._parts(branch, lower, upper, enough_musd):
                if isinstance(part, Closed):
                    closed.append(part.branch)
                    best_of_closed = min(best_of_closed, part.branch.musd)
                    if part.plan is not None and part.branch.musd < best_musd:
                        self.plan, best_musd = part.plan, part.branch.musd
                else:
                    heapq.heappush(open_, (part.musd, next(number), part))
        self.live.change_column_bounds(self.columns, lower, upper)
        self.live.stand_at(root)
        self._kept = closed + [branch for _, _, branch in open_]
        return max(relaxed_musd, min(branch.musd for branch in self._kept))

    def holds(self, program: Program) -> bool:
        """Whether it has branches of a program with these limits, so that they can be solved without the relaxation."""
        return 1 < len(self._kept) <= MOST_KEPT and self._of is not None and same_limits(self._of, program)

    def _anew(self, branch: Branch, relaxed_musd: float, more_musd: float) -> Branch:
        """What is known of a branch of the program before, whose plans cost at least so much more now."""
        musd = relaxed_musd
        if self._same_limits:
            musd = INFINITY if branch.musd == INFINITY else max(relaxed_musd, branch.musd + more_musd)
        return replace(branch, musd=musd, solved=branch.solved and self._same_limits)

    def _parts(self, branch: Branch, lower: Floats, upper: Floats, enough_musd: float) -> Iterator[Branch | Closed]:
        """A branch with what it costs, or the two that it falls into."""
        solved = self._solved(branch, lower, upper)
        if solved is None:
            yield replace(branch, musd=INFINITY)
            return
        if solved.status is not Status.OPTIMAL:
            yield Closed(branch)
            return
        here = replace(branch, musd=max(branch.musd, solved.musd), basis=solved.basis, solved=True)
        asked = solved.values[self.columns]
        fractions = np.flatnonzero(np.abs(asked - np.round(asked)) > WHOLE_WITHIN)
        if not len(fractions):
            yield Closed(here, solved.values)
        elif here.musd >= enough_musd:
            yield here
        else:
            yield from self._split(here, asked, fractions, lower, upper, enough_musd)

    def _split(
        self, here: Branch, values: Floats, fractions: Positions, lower: Floats, upper: Floats, enough_musd: float
    ) -> Iterator[Branch]:
        """The two sides of the fraction of which both cost most; or of the first of which one is dear enough."""
        best, chosen = -1.0, None
        for place in fractions.tolist():
            sides = []
            for below in (True, False):
                at = float(np.floor(values[place])) + (0.0 if below else 1.0)
                part = here.cut(place, below, at, here.musd, here.basis)
                rise, musd = self._rise(part, place, below, abs(values[place] - at), lower, upper)
                sides.append((rise, replace(part, musd=max(here.musd, musd))))
            closed: Bools = np.array([part.musd >= enough_musd for _, part in sides])
            score = max(sides[0][0], WHOLE_WITHIN) * max(sides[1][0], WHOLE_WITHIN)
            if closed.any() or score > best:
                best, chosen = score, sides
            if closed.any():
                break
        assert chosen is not None
        for _, part in chosen:
            yield part

    def _rise(
        self, part: Branch, place: int, below: bool, away: float, lower: Floats, upper: Floats
    ) -> tuple[float, float]:
        """By how much a side is dearer than the whole, tried or believed, and what is known for sure of its cost."""
        known = self._rose.setdefault((place, below), [])
        if len(known) >= BELIEVED:
            return away * float(np.mean(known)), part.musd
        solved = self._solved(part, lower, upper, TRIED_STEPS)
        if solved is None:
            return INFINITY, INFINITY
        rise = max(0.0, solved.musd - part.musd)
        known.append(rise / away)
        return rise, solved.musd if solved.status is Status.OPTIMAL else part.musd

    def _solved(self, branch: Branch, lower: Floats, upper: Floats, most_steps: int | None = None) -> Solved | None:
        """What a branch comes to, within so many steps; None where it is empty."""
        self._solves += 1
        low, high = np.maximum(lower, branch.lower), np.minimum(upper, branch.upper)
        if (low > high).any():
            return None
        self.live.change_column_bounds(self.columns, low, high)
        status = self.live.step_from(branch.basis, most_steps, only_costs_changed=branch.solved)
        if status is Status.INFEASIBLE:
            return None
        values = self.live.values()
        return Solved(status, self.live.program.objective(values), values, self.live.basis)
