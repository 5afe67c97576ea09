"""A program solved again and again with other numbers, each time from where the last solve ended.

A program with the rows, columns and nonzeros of the one before hands only its changed numbers to the solver, which
holds it twice. Relaxed, from its last basis, it gives the bound that no plan can beat. With the whole numbers of a
plan that is known, everything else at its best, it gives a plan. Where the two are within the gap asked for, that is
the answer, as well proven as any other. Where they are not, branches of the relaxation are looked at (`branching`),
and where only costs change from then on, these take its place: it is not solved any more as long as they prove a
plan. Where they come to no end, and for programs of another shape, all plans are searched, from the best of those
that are known. The first plan of all is searched for near the relaxation: to a quarter of the gap, since what it
lacks has to be proven of all the others.

What a search has proven is not lost. No plan of its program is cheaper, at its costs, than its bound; so as long as
plans are among those of that program, whatever they cost now, the relaxation holds that as a row. In the base case the
relaxation leaves 1.4 % where a search proves 0.6, and with its row 0.8 for a duty two points from there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np

from models.groups import Floats
from planner.solver.branching import Branching
from planner.solver.highs import TOLERANCES, Live, at_bounds
from planner.solver.large import restricted, solve
from planner.solver.local_search import LocalSearch
from planner.solver.outcome import Outcome, SolveOptions, with_plan
from planner.solver.program import Program, Rows
from planner.solver.scaling import scale_at, scale_to_search
from planner.solver.watch import NOBODY, Listener, Progress, Watch
from planner.status import Status, gap_between, verdict

MOST_KNOWN = 4  # plans whose whole numbers are tried
MOST_PROVEN = 6  # bounds of searches that the relaxation holds; the oldest is let go of
PROVEN = "proven_by_a_search"
NEAR = 0.25  # of the gap asked for is what a search near the relaxation goes to
NEAR_SHARE = 0.25  # of the time is what it may take
CLOSER = 0.6  # of the gap asked for is what a search among the same plans as before goes to
LONGER = 2.0  # times as long as it takes to the gap asked for such a search may go on


def alike(one: Program, other: Program) -> bool:
    """Whether two programs differ in numbers only."""
    return (
        len(one.cost) == len(other.cost)
        and len(one.coefficients) == len(other.coefficients)
        and np.array_equal(one.starts, other.starts)
        and np.array_equal(one.columns_in, other.columns_in)
        and np.array_equal(one.integer, other.integer)
        and one.columns == other.columns
        and one.rows == other.rows
    )


def plans_within(one: Program, other: Program) -> bool:
    """Whether every plan of one program is one of the other: costs aside, they differ in limits that are tighter."""
    return (
        alike(one, other)
        and np.array_equal(one.coefficients, other.coefficients)
        and bool((one.lower >= other.lower).all() and (one.upper <= other.upper).all())
        and bool((one.row_lower >= other.row_lower).all() and (one.row_upper <= other.row_upper).all())
    )


def hand_over_changes(live: Live, program: Program) -> int:
    """Give the solver what differs from the program that it holds, one of the same shape; how many numbers did."""
    was = live.program
    cost = np.flatnonzero(program.cost != was.cost).astype(np.int32)
    if len(cost):
        live.change_costs(cost, program.cost[cost])
    moved = (program.lower != was.lower) | (program.upper != was.upper)
    bounds = np.flatnonzero(moved).astype(np.int32)
    if len(bounds):
        live.change_column_bounds(bounds, program.lower[bounds], program.upper[bounds])
    limits = (program.row_lower != was.row_lower) | (program.row_upper != was.row_upper)
    rows = np.flatnonzero(limits).astype(np.int32)
    if len(rows):
        live.change_row_bounds(rows, program.row_lower[rows], program.row_upper[rows])
    cells = np.flatnonzero(program.coefficients != was.coefficients)
    if len(cells):
        live.change_coefficients(cells, program.coefficients[cells])
    live.program = program
    return len(cost) + len(bounds) + len(rows) + len(cells)


@dataclass
class Warm:
    """Solves programs one after the other; `listener` may stop it. Counts what it was spared.

    `kept_live` counts programs of which only numbers were handed over, `searched` those for which all plans were
    searched.
    """

    options: SolveOptions
    listener: Listener = NOBODY
    kept_live: int = field(default=0, init=False)
    searched: int = field(default=0, init=False)
    _relaxed: Live | None = field(default=None, init=False)
    _held: Live | None = field(default=None, init=False)
    _branches: Branching | None = field(default=None, init=False)
    _known: list[Floats] = field(default_factory=list, init=False)
    _among: Program | None = field(default=None, init=False)
    _proven: list[Rows] = field(default_factory=list, init=False)
    _added: int = field(default=0, init=False)

    def solve(self, program: Program) -> Outcome:
        """The outcome for a program, to the gap of the options; as honest as that of `planner.solver.large.solve`."""
        began = time.monotonic()
        if program.tie_break is not None:
            return self._search(program, None)
        again = self._among is not None and plans_within(program, self._among)
        if not again:
            self._among, self._proven = program, []
        kept = self._of_kept_branches(program, began)
        if kept is not None:
            return kept
        relaxed = self._of_relaxation(program)
        if relaxed.status is not Status.OPTIMAL or relaxed.values is None or relaxed.objective is None:
            return self._search(program, None)
        if not program.integer.any():
            return self._plan(program, relaxed, relaxed.objective, self._relaxed, began)
        found = self._of_known(program, relaxed.objective, began)
        if found is not None and found.status.proven:
            return found
        if found is None:
            found = self._of_near(program, relaxed, began)
        lifted = relaxed.objective
        if found is not None and not found.status.proven:
            found, lifted = self._of_branches(program, relaxed.objective, found, began)
        if found is not None and found.status.proven:
            return found
        start = None if found is None else found.values
        searched = self._closer_search(program, start) if again else self._search(program, start)
        self._prove(program, relaxed.objective, searched)
        best = searched if found is None or _objective(searched) <= _objective(found) else found
        if best.values is None or best.objective is None:
            return searched
        bound = lifted if searched.bound is None else max(lifted, searched.bound)
        return with_plan(best, best.objective, bound, best.values, self.options.mip_gap)

    @property
    def known(self) -> Floats | None:
        """The values of the plan whose whole numbers are tried first; None where none is known."""
        return self._known[0] if self._known else None

    def know(self, values: Floats) -> None:
        """Keep the whole numbers of a plan, to be tried first."""
        self._known = [values, *self._known][:MOST_KNOWN]

    def _prove(self, program: Program, relaxed_musd: float, searched: Outcome) -> None:
        """Keep the bound of a search among all plans that says more than the relaxation did: cost x values >= bound."""
        assert self._among is not None
        if searched.bound is None or searched.bound <= relaxed_musd or not plans_within(self._among, program):
            return
        costly = np.flatnonzero(program.cost).astype(np.int32)
        least = np.array([program.offset - searched.bound])
        row = Rows([self.searched], least, np.array([len(costly)], dtype=np.int32), costly, -program.cost[costly])
        self._proven.append(row)
        if len(self._proven) > MOST_PROVEN:
            self._proven, self._relaxed = self._proven[1:], None

    def _of_kept_branches(self, program: Program, began: float) -> Outcome | None:
        """The best plan that is known, where branches that are kept prove it; the relaxation is not solved for it."""
        relaxed, live, branches = self._with_proven(program), self._relaxed, self._branches
        if live is None or branches is None or branches.live is not live or not live.usable:
            return None
        if not alike(live.program, relaxed) or not branches.holds(relaxed):
            return None
        hand_over_changes(live, relaxed)
        found = self._of_known(program, None, began)
        if found is None:
            return None
        found, _ = self._of_branches(program, -np.inf, found, began)
        if not found.status.proven:
            return None
        self.kept_live += 1
        return found

    def _with_proven(self, program: Program) -> Program:
        return program.relaxed.with_rows(PROVEN, Rows.together(self._proven))

    def _of_relaxation(self, program: Program) -> Outcome:
        relaxed = self._with_proven(program)
        more = Rows.together(self._proven[self._added :])
        if self._relaxed is not None and not self._relaxed.usable:
            self._relaxed = None
        if self._relaxed is not None and more.names:
            self._relaxed.add_rows(PROVEN, more)
            self._relaxed.program = replace(self._relaxed.program, rows=relaxed.rows)
        if self._relaxed is not None and alike(self._relaxed.program, relaxed):
            hand_over_changes(self._relaxed, relaxed)
            self.kept_live += 1
        else:
            self._relaxed, self._held = Live(relaxed, self.options, TOLERANCES[0]), None
        self._added = len(self._proven)
        return self._solved(self._relaxed)

    def _of_near(self, program: Program, relaxed: Outcome, began: float) -> Outcome | None:
        """A first plan: the one that moves around the relaxation lead to.

        Where they lead to none it is the best of those that differ from the relaxation only where it has fractions.
        """
        assert relaxed.values is not None
        assert relaxed.objective is not None
        assert self._relaxed is not None
        watch, best_musd = Watch(self.options.time_limit_s, self.listener), np.inf

        def take(_: Floats, musd: float) -> None:
            nonlocal best_musd
            best_musd = musd

        def enough() -> bool:
            gap = None if np.isinf(best_musd) else gap_between(best_musd, relaxed.objective)
            return watch.wants_stop or verdict(gap, NEAR * self.options.mip_gap).proven

        moves = LocalSearch(program, self._relaxed, take, enough, np.inf)
        values = moves.best(relaxed.values)
        if values is not None:
            self.know(values)
            return self._of_known(program, relaxed.objective, began)
        like = restricted(program, relaxed.values, None)
        if not like.integer.any():
            return None
        near = replace(self.options, mip_gap=NEAR * self.options.mip_gap)
        live = Live(like, near, scale=scale_to_search(like, relaxed.values))
        plan = live.solve(Watch(NEAR_SHARE * self.options.time_limit_s, self.listener))
        if plan.values is None:
            return None
        self.know(plan.values)
        return self._of_known(program, relaxed.objective, began)

    def _of_branches(
        self, program: Program, relaxed_musd: float, found: Outcome, began: float
    ) -> tuple[Outcome, float]:
        """The best plan once branches of the relaxation were looked at, and what no plan is cheaper than."""
        assert self._relaxed is not None
        assert found.objective is not None
        if self._branches is None or self._branches.live is not self._relaxed:
            self._branches = Branching(self._relaxed, np.flatnonzero(program.integer).astype(np.int32))
        watch = Watch(self.options.time_limit_s, self.listener)
        gap = self.options.mip_gap
        bound = self._branches.bound(relaxed_musd, found.objective, gap, lambda: watch.wants_stop)
        if self._branches.plan is not None:
            self.know(self._branches.plan)
            found = self._of_known(program, bound, began) or found
        assert found.objective is not None
        assert found.values is not None
        plan = with_plan(found, found.objective, bound, found.values, gap)
        return replace(plan, seconds=time.monotonic() - began), bound

    def _of_known(self, program: Program, bound: float | None, began: float) -> Outcome | None:
        """The best plan with the whole numbers of one that is known."""
        best: Outcome | None = None
        first = 0
        for number, known in enumerate(self._known):
            whole = np.round(known)
            if len(whole) != len(program.cost):
                continue
            kept = ~program.integer | ((whole >= program.lower) & (whole <= program.upper))
            if not kept.all():
                continue
            found = self._with_whole(program, whole)
            if found.status is not Status.OPTIMAL or found.values is None:
                continue
            plan = self._plan(program, found, bound, self._held, began)
            if best is None or _objective(plan) < _objective(best):
                best, first = plan, number
            if plan.status.proven:
                break
        if best is not None:
            self._known.insert(0, self._known.pop(first))
        return best

    def _with_whole(self, program: Program, whole: Floats) -> Outcome:
        held = program.fixed(program.integer, whole).relaxed
        if self._held is not None and self._held.usable and alike(self._held.program, held):
            hand_over_changes(self._held, held)
        else:
            self._held = Live(held, self.options, TOLERANCES[0], scale_at(held, whole))
        return self._solved(self._held)

    def _solved(self, live: Live) -> Outcome:
        """The linear program that is held; each of the next ones is near it."""
        found = live.solve(Watch(self.options.time_limit_s, self.listener))
        live.stay_near()
        return found

    def _plan(self, program: Program, found: Outcome, bound: float | None, live: Live | None, began: float) -> Outcome:
        assert live is not None
        assert found.values is not None
        values = at_bounds(live.program, found.values, live.scale)
        plan = with_plan(found, program.objective(values), bound, values, self.options.mip_gap)
        return replace(plan, off=program.off(values), seconds=time.monotonic() - began)

    def _closer_search(self, program: Program, start: Floats | None) -> Outcome:
        """A search to less than the gap asked, whose bound serves others too; at most twice as long as to that gap."""
        began, asked, tell = time.monotonic(), self.options.mip_gap, self.listener.on_progress
        limit_s = np.inf

        def watch(progress: Progress) -> None:
            nonlocal limit_s
            if progress.gap is not None and progress.gap <= asked:
                limit_s = min(limit_s, LONGER * (time.monotonic() - began))
            if tell is not None:
                tell(progress)

        def enough() -> bool:
            return self.listener.stopped or time.monotonic() - began > limit_s

        listener = replace(self.listener, on_progress=watch, should_stop=enough)
        return self._search(program, start, replace(self.options, mip_gap=CLOSER * asked), listener)

    def _search(
        self,
        program: Program,
        start: Floats | None,
        options: SolveOptions | None = None,
        listener: Listener | None = None,
    ) -> Outcome:
        self.searched += 1
        found = solve(program, options or self.options, listener or self.listener, start)
        if found.values is not None:
            self.know(found.values)
        return found


def _objective(outcome: Outcome) -> float:
    return np.inf if outcome.objective is None else outcome.objective
