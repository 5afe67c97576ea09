"""Trees of many futures: a bound from each future alone, and a plan from the root down, branch by branch.

The relaxation of all futures together is too long for a hundred of them. Two things grow with their number alone:

1. Bound: each future is planned as if it were known, with a bound of its own. No plan of the tree costs less than the
   mean of these bounds, since what it does in a future is a plan of that future.
2. Plan: a few futures that stand for all of them (`selection`) are planned together. What is decided in the nodes that
   all futures share is held; then each branch beneath is planned in the same way, until it is small enough to be
   planned with all of its futures.

Where that does not show the gap, both are done again to smaller gaps; in the end the program is solved whole, in the
time that is left. So it is too where a branch has no plan beneath what was decided above it, and where a row ties
branches together: an expected value, risk.

What depends on nothing that is not known yet, futures alone and branches whose nodes above are held, is solved side by
side, each on one of as many threads as the options allow.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from threading import Event, Lock

import numpy as np

from models.data import Tree
from models.groups import Bools, Floats
from planner.solver import large
from planner.solver.highs import SETTLE_LIMIT_S, duals
from planner.solver.outcome import Outcome, SolveOptions, with_plan
from planner.solver.parts import CutOut, TreeProgram
from planner.solver.program import Program
from planner.solver.selection import distances_between, forward_selection, standing_for
from planner.solver.side_by_side import Task, worked_off
from planner.solver.watch import HEARTBEAT_S, NOTHING_KNOWN, Listener, Progress, append_new
from planner.status import LEAST_GAP, ROUNDING, Status, gap_between, verdict

METHOD = "branches"
TOO_LARGE = 600_000  # columns of a tree whose relaxation takes too long; benchmarks/README.md has the figures
AT_ONCE = 75_000  # columns of a branch that is planned with all of its futures
STAND_FOR_ALL = 5  # futures, where there are more
SHARES = (0.5, 0.25, 0.1)  # of the gap asked for is what each future alone and each branch is planned to, by round
ALONE_SHARE = 0.5  # of the time is what the futures alone may take together
SETTLE_EACH_S = 2e-4  # a column; 2.8 million took some two minutes
LACKS = 1e-6  # of a row, t or M$, is what a plan may miss


def by_branches(program: Program, tree: Tree, options: SolveOptions) -> TreeProgram | None:
    """The program with its nodes where this way is the one to take; None where it is to be solved whole."""
    asked = options.method == METHOD or (options.method == "auto" and len(program.cost) > TOO_LARGE)
    if not asked or len(tree.LEAVES) == 1 or program.tie_break is not None or not program.integer.any():
        return None
    return TreeProgram.of(program, tree)


def solve(whole: TreeProgram, options: SolveOptions, listener: Listener, start: Floats | None = None) -> Outcome:
    """Solve to the gap, the time limit or a wish to stop; `start` are values of a plan that is known, or nearly one.

    Then the whole numbers are held, all together, and the rest is settled at its best, for its prices. How far each
    price holds is not asked: in a program of this size it would take longer than the plan.
    """
    search = _Branches(whole, options, listener)
    if start is not None:
        search.offer(start)
    for share in SHARES:
        if not search.bound_alone(share) or not search.descend(share):
            break
    if not search.over:
        return search.solved_whole()
    found = search.outcome()
    if listener.stopped:
        return found
    limit_s = max(SETTLE_LIMIT_S, SETTLE_EACH_S * len(whole.program.cost))
    return duals(whole.program, found, replace(options, ranges=False), limit_s)


class _Branches:
    """The clock, the best plan so far, the bound of each future, and what each spends."""

    def __init__(self, whole: TreeProgram, options: SolveOptions, listener: Listener) -> None:
        count = len(whole.paths)
        self._whole, self._options, self._listener = whole, replace(options, method="auto", ranges=False), listener
        self._ranges = options.ranges
        self._began = time.monotonic()
        self._best: tuple[Floats, float] | None = None
        self._bounds, self._checked = np.full(count, -np.inf), np.full(count, -np.inf)
        self._tolerances = np.zeros(count)
        self._apart: Floats | None = None
        self._nothing_held = np.zeros(len(whole.probabilities), dtype=np.bool_)
        self._nodes = self._iterations = self._written = self._begun = 0
        self._told_at = 0.0
        self._log: list[str] = []
        self._at_once = min(options.threads, os.cpu_count() or 1)
        self._counting, self._halt = Lock(), Event()
        self._no_plan: Outcome | None = None

    @property
    def over(self) -> bool:
        """Whether there is nothing more to do: near enough, no time, stopped, or shown that there is no plan."""
        gap = None if self._best is None else gap_between(self._best[1], self._bound)
        near = verdict(gap, self._options.mip_gap).proven
        return near or self._no_plan is not None or self._left_s <= 0.0 or self._listener.stopped

    def offer(self, values: Floats) -> None:
        """Keep a plan if it is one, and the best so far."""
        program = self._whole.program
        whole = _as_decided(program, values)
        cost = program.objective(whole)
        if program.off(whole) <= LACKS and (self._best is None or cost < self._best[1]):
            self._best = whole, cost
            if self._listener.on_plan is not None:
                self._listener.on_plan(whole, cost)

    def bound_alone(self, share: float) -> bool:
        """Plan each future alone to this share of the gap; whether the search goes on with branches from there."""
        count, self._begun = len(self._whole.paths), 0
        spent: list[Floats] = [np.empty(0)] * count
        ends = self._seconds + ALONE_SHARE * self._left_s
        if not self._work_off([partial(self._alone, future, share, ends, spent) for future in range(count)]):
            return False
        if self._apart is None:
            self._apart = distances_between(np.array(spent))
        return not self.over

    def _alone(self, future: int, share: float, ends: float, spent: list[Floats]) -> Sequence[Task] | None:
        """Plan a future as if it were known, for its bound and for what it spends."""
        whole = self._whole
        with self._counting:
            self._begun += 1
            turns = -(-(len(whole.paths) - self._begun + 1) // self._at_once)
        part = whole.part({future: 1.0}, self._nothing_held, np.zeros(len(whole.program.cost)))
        found = self._solved(part, share, (ends - self._seconds) / turns, 1, f"Future {future + 1} alone")
        if found.status is Status.INFEASIBLE:
            self._no_plan = found
        if found.values is None or found.bound is None:
            return None
        self._bounds[future] = max(self._bounds[future], found.bound)
        self._tolerances[future] = found.tolerance or 0.0
        if found.checked is not None:
            self._checked[future] = max(self._checked[future], found.checked)
        spent[future] = whole.spent(future, part, found.values)
        return ()

    def descend(self, share: float) -> bool:
        """Plan from the root down, each part to this share of the gap; whether the search goes on from there."""
        values = np.full(len(self._whole.program.cost), np.nan)
        futures = list(range(len(self._whole.paths)))
        root = partial(self._planned, futures, self._nothing_held, values, share, self._options.threads)
        if not self._work_off([root]):
            return False
        self.offer(values)
        return not self.over

    def _planned(
        self, futures: list[int], held: Bools, values: Floats, share: float, threads: int
    ) -> Sequence[Task] | None:
        """Plan what these futures do beneath what is held, into `values`: the branches that this leaves to be planned.

        None where there is no such plan.
        """
        whole = self._whole
        free = whole.nodes_of(futures) & ~held
        chances = whole.chances[futures] / whole.chances[futures].sum()
        standing = dict(zip(futures, chances.tolist(), strict=True))
        at_once = int(free[whole.column_node].sum()) <= AT_ONCE or len(futures) == 1
        if not at_once:
            standing = self._standing_for(futures, chances)
        part = whole.part(standing, held, values)
        found = self._solved(part, share, self._left_s, threads, f"{len(standing)} futures for {len(futures)}")
        if found.values is None:
            return None
        decided = free if at_once else free & whole.shared(futures)
        there = decided[whole.column_node[part.columns]]
        values[part.columns[there]] = _as_decided(part.program, found.values)[there]
        if at_once:
            return ()
        held = held | decided
        beneath = self._branches(futures, held)
        each = threads if len(beneath) == 1 else 1
        return [partial(self._planned, branch, held, values, share, each) for branch in beneath]

    def _standing_for(self, futures: list[int], chances: Floats) -> dict[int, float]:
        """A few of the futures, with the chances of all."""
        assert self._apart is not None
        apart = self._apart[np.ix_(futures, futures)]
        chosen, _ = forward_selection(chances, apart, min(STAND_FOR_ALL, len(futures)))
        standing: dict[int, float] = {}
        for chance, at in zip(chances.tolist(), standing_for(chosen, apart), strict=True):
            standing[futures[at]] = standing.get(futures[at], 0.0) + chance
        return standing

    def _branches(self, futures: Sequence[int], held: Bools) -> list[list[int]]:
        """The futures by the first of their nodes that is not held."""
        branches: dict[int, list[int]] = {}
        for future in futures:
            path = self._whole.paths[future]
            branches.setdefault(int(path[~held[path]][0]), []).append(future)
        return list(branches.values())

    def solved_whole(self) -> Outcome:
        """The program solved whole in the time that is left, and the better of both."""
        mine, began = self.outcome(), self._seconds
        tell = self._listener.on_progress

        def heard(progress: Progress) -> None:
            self._tell(progress)

        def better(values: Floats, cost: float) -> None:
            if (self._best is None or cost < self._best[1]) and self._listener.on_plan is not None:
                self._listener.on_plan(values, cost)

        listener = replace(self._listener, on_progress=None if tell is None else heard, on_plan=better)
        options = replace(self._options, time_limit_s=max(large.LEAST_SECONDS, self._left_s), ranges=self._ranges)
        found = large.solve(self._whole.program, options, listener, mine.values)
        found = replace(found, seconds=began + found.seconds, log=mine.log + found.log)
        best = _cheaper(mine, found)
        most = np.inf if best.objective is None else best.objective + ROUNDING * abs(best.objective)
        # A bound above a plan shows that the solver was mistaken, and is none.
        bounds = [bound for bound in (mine.bound, found.bound) if bound is not None and bound <= most]
        bound = max(bounds, default=None)
        if best.values is None or best.objective is None:
            return replace(found, bound=bound) if found.status is Status.NO_PLAN else found
        plan = with_plan(best, best.objective, bound, best.values, options.mip_gap)
        return replace(plan, seconds=found.seconds, log=found.log)

    def outcome(self) -> Outcome:
        """The best plan and how good it is proven to be."""
        if self._no_plan is not None:
            return replace(self._no_plan, seconds=self._seconds, log="".join(self._log))
        chances = self._whole.chances
        checked = float(chances @ self._checked)
        found = Outcome(
            Status.NO_PLAN,
            self._seconds,
            bound=self._bound,
            nodes=self._nodes,
            iterations=self._iterations,
            log="".join(self._log),
            tolerance=float(chances @ self._tolerances),
            # A future's costs are those of the tree over its chance, so the sum is rounded, and no more than that.
            checked=checked - LEAST_GAP * abs(checked) if np.isfinite(checked) else None,
        )
        if self._best is None:
            return found
        program, (values, cost) = self._whole.program, self._best
        found = with_plan(replace(found, off=program.off(values)), cost, self._bound, values, self._options.mip_gap)
        return found

    @property
    def _bound(self) -> float | None:
        """The mean of what the futures alone cost at least; None until all are known."""
        if not np.isfinite(self._bounds).all():
            return None
        bound = float(self._whole.chances @ self._bounds)
        if self._best is not None and bound - self._best[1] > ROUNDING * abs(self._best[1]):
            return None
        return bound

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def _left_s(self) -> float:
        return self._options.time_limit_s - self._seconds

    def _work_off(self, tasks: Sequence[Task]) -> bool:
        """Work off these and all they lead to; whether all was done and the search goes on."""
        if self.over:
            return False
        self._halt.clear()
        done = worked_off(tasks, self._at_once, self._halt, self._goes_on)
        self._write_log()
        return done and not self.over

    def _goes_on(self) -> bool:
        """Tell how far it is; whether it goes on."""
        self._write_log()
        if self._seconds >= self._told_at + HEARTBEAT_S:
            self._told_at = self._seconds
            self._tell(NOTHING_KNOWN)
        return not self.over

    def _write_log(self) -> None:
        """What each solver printed, one after the other, as they end."""
        self._written = append_new(self._listener.log_file, self._log, self._written)

    def _solved(self, part: CutOut, share: float, limit_s: float, threads: int, what: str) -> Outcome:
        """Solve a part to this share of the gap; no plan where it is not to be begun any more."""
        if self._halt.is_set() or limit_s <= 0.0:
            return Outcome(Status.NO_PLAN)
        began = self._seconds
        options = replace(
            self._options,
            mip_gap=share * self._options.mip_gap,
            time_limit_s=max(large.LEAST_SECONDS, limit_s),
            threads=threads,
        )
        found = large.solve(part.program, options, Listener(should_stop=self._halt.is_set))
        with self._counting:
            self._log.append(f"\n{what}, {len(part.columns):,} columns, after {began:.0f} s\n{found.log}")
            self._nodes += found.nodes
            self._iterations += found.iterations
        return found

    def _tell(self, progress: Progress) -> None:
        """Tell how far it is, with the best plan and bound that are known beside those of this step."""
        if self._listener.on_progress is None:
            return
        costs = [cost for cost in (progress.best_musd, self._best and self._best[1]) if cost is not None]
        bounds = [bound for bound in (progress.bound_musd, self._bound) if bound is not None]
        cost, bound = min(costs, default=None), max(bounds, default=None)
        bound = bound if cost is None or bound is None else min(bound, cost)
        nodes = self._nodes + progress.nodes
        self._listener.on_progress(Progress(self._seconds, cost, bound, gap_between(cost, bound), nodes))


def _cheaper(one: Outcome, other: Outcome) -> Outcome:
    """The one with the cheaper plan; of equals, and where neither has one, the other."""
    if one.objective is None or (other.objective is not None and other.objective <= one.objective):
        return other
    return one


def _as_decided(program: Program, values: Floats) -> Floats:
    """The values within their limits, whole numbers rounded."""
    decided: Floats = np.where(program.integer, np.round(values), values).clip(program.lower, program.upper)
    return decided
