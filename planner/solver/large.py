"""Plans of programs too large for one search, such as those of many futures: relax, round, restrict, then search.

1. Relax: what must be whole may be a fraction. This linear program gives a bound that no plan can beat.
2. Round: the fractions nearest to a whole number are rounded and held, the rest is solved again from where it stands,
   until all are whole. That is a plan.
3. Restrict: a search among the plans that differ from the relaxation only where that was a fraction or was rounded
   another way.
4. Search among all plans, starting at the best one, until the gap is proven or the time is over.

It ends as soon as the best plan is within the gap of the bound. The bound of the restricted search holds for its own
plans only, so it is not used.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from planner.solver.highs import Live, duals, solve
from planner.solver.outcome import PROVEN_GAP, Outcome, SolveOptions, gap_between, with_plan
from planner.solver.program import Bools, Floats, Program
from planner.solver.watch import OnPlan, OnProgress, Progress, ShouldStop, Watch

LARGE = 2_000  # yes or no decisions from which on this way is shorter; benchmarks/README.md has the figures
WHOLE_WITHIN = 1e-6  # what the solver takes for a whole number
ROUNDED_AT_ONCE = 0.3  # the share of the fractions that are rounded before the rest is solved again
MOST = 1e8  # tons a year, or M$: more than any single decision of a plan comes to
RESTRICTED_SHARE = 0.5  # of the time that is left goes to the restricted search at most
LEAST_SECONDS = 1.0


def solve_by_size(
    program: Program,
    options: SolveOptions,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    on_plan: OnPlan | None = None,
    log_file: Path | None = None,
    start: Floats | None = None,
) -> Outcome:
    """Solve in the way that the options name, or that fits the size; the arguments are those of `solver.solve`."""
    large = options.method == "large" or (options.method == "auto" and program.integer.sum() >= LARGE)
    way = solve_large if large and program.integer.any() else solve
    return way(program, options, on_progress, should_stop, on_plan, log_file, start)


def solve_large(
    program: Program,
    options: SolveOptions,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
    on_plan: OnPlan | None = None,
    log_file: Path | None = None,
    start: Floats | None = None,
) -> Outcome:
    """Relax, round, restrict, search. Where even the relaxation has no answer, the plain search says why."""
    search = _Search(program, options, on_progress, should_stop, on_plan, log_file)
    live = Live(program.relaxed, options)
    relaxed = search.step(live, "The relaxation")
    if relaxed.values is None or relaxed.row_duals is None:
        if relaxed.status == "no plan in time":
            return search.outcome()
        return solve(program, search.options(), on_progress, should_stop, on_plan, log_file, start)
    search.bound = lower_bound(program, relaxed.row_duals)
    rounded = _rounded(program, live, relaxed, search)
    del live
    near = _restricted(program, relaxed.values, rounded)
    if search.goes_on and near.integer.any():
        held = replace(search.options(RESTRICTED_SHARE), mip_gap=options.mip_gap / 2)
        search.seek(Live(near, held), "The search near the relaxation", rounded)
    if search.goes_on:
        known = start if search.best is None else search.best[0]
        ended = search.seek(Live(program, search.options()), "The search among all plans", known, among_all=True)
        if search.best is None:
            return ended
    return duals(program, search.outcome(), options)


def lower_bound(program: Program, row_duals: Floats) -> float:
    """What no plan can beat, by weak duality: whatever the rows' prices y are, b y + the least of (c - A'y) x is one.

    So it holds though the solver's prices are right within a tolerance only. A column without a limit on the side to
    which its slope falls counts at MOST.
    """
    y = np.where(np.isinf(program.row_lower), np.minimum(row_duals, 0.0), row_duals)
    y = np.where(np.isinf(program.row_upper), np.maximum(y, 0.0), y)
    priced = y != 0.0
    limits = np.where(y > 0.0, program.row_lower, program.row_upper)[priced]
    weights = program.coefficients * y[program.row_of]
    slopes = program.cost - np.bincount(program.columns_in, weights=weights, minlength=len(program.cost))
    ends = np.where(slopes > 0.0, program.lower, program.upper).clip(-MOST, MOST)
    return float(y[priced] @ limits) + float(slopes @ ends) + program.offset


def _rounded(program: Program, live: Live, relaxed: Outcome, search: _Search) -> Floats | None:
    """A plan by rounding: those nearest to a whole number first, then the rest anew; None where that leads nowhere."""
    free, found = program.integer.copy(), relaxed
    while search.goes_on and found.values is not None:
        whole = np.round(found.values)
        away = np.abs(found.values - whole)
        fractions = np.flatnonzero(free & (away > WHOLE_WITHIN))
        nearest = fractions[np.argsort(away[fractions], kind="stable")]
        # With no fraction left all are held, also those that are whole but for the solver's tolerance.
        chosen = nearest[: int(np.ceil(ROUNDED_AT_ONCE * len(nearest)))] if len(nearest) else np.flatnonzero(free)
        free[chosen] = False
        live.change_column_bounds(chosen.astype(np.int32), whole[chosen], whole[chosen])
        found = search.step(live, f"Rounding {len(chosen)} of {len(fractions)} fractions")
        if not free.any():
            return search.settle(found)
    return None


def _restricted(program: Program, relaxed: Floats, rounded: Floats | None) -> Program:
    """The program with all held that was whole in the relaxation and stayed as it was."""
    whole = np.round(relaxed)
    same: Bools = np.abs(relaxed - whole) <= WHOLE_WITHIN
    if rounded is not None:
        same &= np.abs(rounded - whole) <= WHOLE_WITHIN
    return program.fixed(program.integer & same, whole)


class _Search:
    """What all steps share: the clock, the best plan so far, and the bound that no plan can beat."""

    def __init__(
        self,
        program: Program,
        options: SolveOptions,
        on_progress: OnProgress | None,
        should_stop: ShouldStop | None,
        on_plan: OnPlan | None,
        log_file: Path | None,
    ) -> None:
        self.bound: float | None = None
        self.best: tuple[Floats, float] | None = None
        self._duals: tuple[Floats | None, Floats | None] | None = None
        self._program, self._options = program, options
        self._on_progress, self._should_stop, self._on_plan, self._log_file = (
            on_progress,
            should_stop,
            on_plan,
            log_file,
        )
        self._began = time.monotonic()
        self._nodes = self._iterations = 0
        self._log: list[str] = []

    @property
    def goes_on(self) -> bool:
        """Whether there is time, nobody wants to stop, and the best plan is not yet within the gap."""
        asked = self._should_stop is not None and self._should_stop()
        return not asked and self._left_s > 0.0 and not self._near_enough

    def options(self, share: float = 1.0) -> SolveOptions:
        """Those of the whole, with a share of the time that is left."""
        return replace(self._options, time_limit_s=max(LEAST_SECONDS, share * self._left_s))

    def offer(self, values: Floats) -> None:
        """Keep a plan if it is the best so far."""
        cost = self._program.objective(values)
        if self.best is None or cost < self.best[1]:
            self.best, self._duals = (values, cost), None
            if self._on_plan is not None:
                self._on_plan(values, cost)

    def settle(self, found: Outcome) -> Floats | None:
        """Keep a plan in which all is at its best for its whole numbers; its duals are known, so it stays as it is."""
        if found.values is None:
            return None
        values = found.values.clip(self._program.lower, self._program.upper)
        self.offer(values)
        if self.best is not None and self.best[0] is values:
            self._duals = found.row_duals, found.reduced_costs
        return values

    def step(self, live: Live, what: str) -> Outcome:
        """Solve a linear program."""
        return self._solve(live, what, Watch(self._limit_s(live), self._tell, self._ends, None, self._log_file))

    def seek(self, live: Live, what: str, start: Floats | None = None, among_all: bool = False) -> Outcome:
        """Search for better plans; only a search among all plans has a bound that counts."""

        def tell(progress: Progress) -> None:
            self._raise(progress.bound_musd if among_all else None)
            self._tell(progress)

        def take(values: Floats, _: float) -> None:
            self.offer(values)

        watch = Watch(self._limit_s(live), tell, self._ends, take, self._log_file)
        outcome = self._solve(live, what, watch, start)
        self._raise(outcome.bound if among_all else None)
        if outcome.values is not None:
            self.offer(outcome.values)
        return outcome

    def outcome(self) -> Outcome:
        """The best plan and how good it is proven to be."""
        found = Outcome(
            "no plan in time", self._seconds, None, self.bound, nodes=self._nodes, iterations=self._iterations
        )
        found = replace(found, log="".join(self._log))
        if self.best is None:
            return found
        values, cost = self.best
        status = "optimal" if self._near_enough else "stopped with a plan"
        if self._duals is not None:
            found = replace(found, row_duals=self._duals[0], reduced_costs=self._duals[1])
        return with_plan(replace(found, status=status), cost, self.bound, values)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def _left_s(self) -> float:
        return self._options.time_limit_s - self._seconds

    @property
    def _near_enough(self) -> bool:
        gap = None if self.best is None else gap_between(self.best[1], self.bound)
        return gap is not None and gap <= self._options.mip_gap + PROVEN_GAP

    def _limit_s(self, live: Live) -> float:
        return min(live.options.time_limit_s, max(LEAST_SECONDS, self._left_s))

    def _ends(self) -> bool:
        return not self.goes_on

    def _raise(self, bound: float | None) -> None:
        if bound is not None and (self.bound is None or bound > self.bound):
            self.bound = bound

    def _tell(self, progress: Progress) -> None:
        if self._on_progress is not None:
            cost = None if self.best is None else self.best[1]
            bound = self.bound if self.bound is None or cost is None else min(self.bound, cost)
            nodes = self._nodes + progress.nodes
            self._on_progress(Progress(self._seconds, cost, bound, gap_between(cost, bound), nodes))

    def _solve(self, live: Live, what: str, watch: Watch, start: Floats | None = None) -> Outcome:
        watch.log.append(f"\n{what}, after {self._seconds:.0f} s\n")
        outcome = live.solve(watch, start)
        self._nodes += outcome.nodes
        self._iterations += outcome.iterations
        self._log.append(outcome.log)
        return outcome
