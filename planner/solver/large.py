"""Plans of least cost: relax, look for a plan by linear programs, and search; large programs restrict before that.

1. Relax: what must be whole may be a fraction. This linear program gives a bound that no plan can beat. Strong rows
   that it breaks are added while they lift it (`strengthen`).
2. Move: the fractions are rounded at once, and the plan bettered by linear programs (`local_search`), from there or
   from a plan that is known beforehand.
3. Prove: a search among all plans, handed that plan, until the gap is shown or the time is over. It leaves out what
   looks for plans near others. Where it ends without showing the gap, all plans are searched from nothing.

Large programs go another way, since each of their linear programs takes long:

2. Round: the fractions nearest to a whole number are rounded and held, the rest is solved again from where it stands,
   until all are whole. That is a plan.
3. Restrict: a search among the plans that differ from the relaxation only where that was a fraction or was rounded
   another way. Its bound holds for its own plans only, so it is not used.
4. Search among all plans, from the best one.

It ends as soon as the best plan is within the gap of the bound, whoever found it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count

import numpy as np

from models.groups import Bools, Floats
from planner.solver.bound import safe_bound
from planner.solver.elastic import Elastic, Violation
from planner.solver.highs import TOLERANCES, WHOLE_WITHIN, Live, at_bounds, duals
from planner.solver.local_search import LocalSearch
from planner.solver.outcome import Outcome, SolveOptions, with_plan
from planner.solver.program import Program
from planner.solver.scaling import Scale, scale_to_search
from planner.solver.strengthen import strengthen
from planner.solver.watch import NOBODY, NOTHING_KNOWN, Listener, OnPlan, OnProgress, Progress, Watch, nothing
from planner.status import LEAST_GAP, ROUNDING, Status, gap_between, verdict

LARGE = 2_000  # yes or no decisions from which on this way is shorter; benchmarks/README.md has the figures
ROUNDED_AT_ONCE = 0.3  # the share of the fractions that are rounded before the rest is solved again
ROUNDS = 20  # after which a program that is not large rounds all that is left
RESTRICTED_SHARE = 0.5  # of the time that is left goes to the restricted search at most
LEAST_SECONDS = 1.0
MOVING_STEPS = 2.0  # times the simplex steps of the relaxation is what moves around it may take
LEAST_STEPS = 1_000  # they may take in any case


def solve(program: Program, options: SolveOptions, listener: Listener = NOBODY, start: Floats | None = None) -> Outcome:
    """Solve to the gap, the time limit or a wish to stop; then round the whole numbers and settle the rest at its best.

    The way is the one that the options name, or that fits the size. `start` are values of a plan that is known, or
    nearly one, from which the search begins.
    """
    search = _Search(program, options, listener)
    live = Live(program.relaxed, options, TOLERANCES[0])
    relaxed = search.step(live, "The relaxation")
    if relaxed.status is Status.FAILED:
        live = Live(program.relaxed, options)
        relaxed = search.step(live, "The relaxation, less exactly")
    if relaxed.status is Status.ENDLESS:
        return _endless(program, options, replace(relaxed, seconds=search.seconds))
    if relaxed.values is None or relaxed.row_duals is None:
        return replace(relaxed, seconds=search.seconds)
    if not program.integer.any():
        search.relaxed(relaxed)
        search.check(program)
        search.settle(relaxed, live)
        return _without_ties(program, search.outcome(), options, listener)
    large = options.method == "large" or (options.method != "whole" and program.integer.sum() >= LARGE)
    if not large:
        live.stay_near()
    strong, relaxed = strengthen(program, live, relaxed, search.on_the_way)
    search.relaxed(relaxed)
    assert relaxed.values is not None
    scale = scale_to_search(strong, relaxed.values)
    if large:
        search.check(strong)
        rounded = _rounded(strong, live, relaxed, search, patient=True)
        del live
        search.near(strong, relaxed, rounded, scale)
        ended = search.outcome()
        if search.goes_on:
            ended = search.among_all(strong, scale, start if search.best is None else search.best[0])
    else:
        known = start if start is not None and _is_plan(program, start) else None
        _move(strong, live, relaxed, search, known)
        del live
        ended = search.whole(strong, scale)
    if search.best is None:
        return replace(ended, seconds=search.seconds)
    return _without_ties(program, duals(program, search.outcome(), options), options, listener)


def _without_ties(program: Program, found: Outcome, options: SolveOptions, listener: Listener) -> Outcome:
    """Of the plans that cost what this one does, the one that breaks the tie; it costs more by rounding at most."""
    if program.tie_break is None or found.values is None or found.objective is None or not program.cost.any():
        return found
    turned = float(np.abs(program.cost) @ np.abs(found.values))
    among = program.among_the_best(found.objective + LEAST_GAP / 4 * turned)
    left = replace(options, time_limit_s=max(LEAST_SECONDS, options.time_limit_s - found.seconds))
    watched = Listener(should_stop=listener.should_stop, log_file=listener.log_file)
    better = solve(among, left, watched, found.values)
    if better.values is None or program.objective(better.values) > found.objective + LEAST_GAP * turned:
        return found
    priced = duals(program, replace(found, values=better.values, row_duals=None), options)
    cost, values = program.objective(better.values), better.values
    seconds = found.seconds + better.seconds
    return replace(priced, status=found.status, objective=cost, values=values, off=program.off(values), seconds=seconds)


def explain(program: Program, options: SolveOptions, may_give: Mapping[str, float] | None = None) -> list[Violation]:
    """Which limits must give way, and by how much, so that there is a plan: the least weighted sum of amounts.

    `may_give` names the rules and decisions whose limits may, with a weight per unit; without it every rule may at 1.
    Empty when nothing needs to, or when even all of them together do not help.
    """
    elastic = Elastic.of(program, may_give)
    outcome = solve(elastic.program, options)
    return [] if outcome.values is None else elastic.violations(outcome.values)


def _endless(program: Program, options: SolveOptions, relaxed: Outcome) -> Outcome:
    """The relaxation of which cost falls for ever: so it does for plans, if there is any plan at all."""
    anyhow = replace(program, cost=np.zeros(len(program.cost)))
    found = solve(anyhow, options)
    return relaxed if found.values is not None else replace(found, seconds=relaxed.seconds + found.seconds)


def _move(program: Program, live: Live, relaxed: Outcome, search: _Search, known: Floats | None) -> None:
    """Look for the best plan that moves around the relaxation lead to, or around one that is `known`.

    They begin from all fractions rounded at once, and where that is no plan, from fractions rounded one by one.
    """
    assert relaxed.values is not None
    if known is not None:
        search.offer(known)
    local = LocalSearch(
        program,
        live,
        lambda values, _: search.offer(values.clip(program.lower, program.upper)),
        lambda: not search.goes_on,
        MOVING_STEPS * search.iterations + LEAST_STEPS,
    )
    found = local.best(relaxed.values, known) if search.goes_on else None
    if found is None and search.goes_on:
        rounded = _rounded(program, live, relaxed, search, patient=False)
        if rounded is not None and search.goes_on:
            local.best(relaxed.values, rounded)


def _rounded(program: Program, live: Live, relaxed: Outcome, search: _Search, patient: bool) -> Floats | None:
    """A plan by rounding: those nearest to a whole number first, then the rest anew; None where that leads nowhere.

    Who is not patient rounds all that is left at once after some rounds. The solver is left with all of them held.
    """
    free, found = program.integer.copy(), relaxed
    for number in count():
        if not search.goes_on or found.values is None:
            return None
        whole = np.round(found.values)
        away = np.abs(found.values - whole)
        fractions = np.flatnonzero(free & (away > WHOLE_WITHIN))
        nearest = fractions[np.argsort(away[fractions], kind="stable")]
        # With no fraction left all are held, also those that are whole but for the solver's tolerance.
        share = ROUNDED_AT_ONCE if patient or number < ROUNDS else 1.0
        chosen = nearest[: int(np.ceil(share * len(nearest)))] if len(nearest) else np.flatnonzero(free)
        free[chosen] = False
        live.change_column_bounds(chosen.astype(np.int32), whole[chosen], whole[chosen])
        what = f"Rounding {len(chosen)} of {len(fractions)} fractions"
        if not free.any():
            return search.settle(search.step(live, what), live)
        found = search.on_the_way(live, what)
    return None


def _is_plan(program: Program, values: Floats) -> bool:
    """Whether values are a plan of this program, and not only nearly one."""
    kept = (values >= program.lower) & (values <= program.upper)
    kept &= ~program.integer | (np.abs(values - np.round(values)) <= WHOLE_WITHIN)
    return bool(kept.all()) and program.off(values) <= WHOLE_WITHIN


def restricted(program: Program, relaxed: Floats, rounded: Floats | None) -> Program:
    """The program with all held that was whole in the relaxation and stayed as it was."""
    whole = np.round(relaxed)
    same: Bools = np.abs(relaxed - whole) <= WHOLE_WITHIN
    if rounded is not None:
        same &= np.abs(rounded - whole) <= WHOLE_WITHIN
    return program.fixed(program.integer & same, whole)


class _Search:
    """What all steps share: the clock, the best plan so far, and the bound that no plan can beat."""

    def __init__(self, program: Program, options: SolveOptions, listener: Listener) -> None:
        self.bound: float | None = None
        self._bound_relaxed: float | None = None
        self.best: tuple[Floats, float] | None = None
        self._duals: tuple[Floats | None, Floats | None] | None = None
        self._ranges: tuple[Floats, Floats] | None = None
        self._relaxed_duals: Floats | None = None
        self._relaxed_slopes: Floats | None = None
        self._tolerance: float | None = None
        self._checked: float | None = None
        self._program, self._options, self._listener = program, options, listener
        self._began = time.monotonic()
        self._nodes = self._iterations = 0
        self._log: list[str] = []

    @property
    def goes_on(self) -> bool:
        """Whether there is time, nobody wants to stop, and the best plan is not yet within the gap."""
        return not self._listener.stopped and self._left_s > 0.0 and not self._near_enough

    def options(self, share: float = 1.0) -> SolveOptions:
        """Those of the whole, with a share of the time that is left."""
        return replace(self._options, time_limit_s=max(LEAST_SECONDS, share * self._left_s))

    def offer(self, values: Floats) -> None:
        """Keep a plan if it is the best so far."""
        cost = self._program.objective(values)
        if self._beyond(self.bound, cost):
            self.bound = self._bound_relaxed
        if self.best is None or (cost < self.best[1] and not self._settled_as(values)):
            self.best, self._duals, self._ranges = (values, cost), None, None
            if self._listener.on_plan is not None:
                self._listener.on_plan(values, cost)
            self.tell()

    def _settled_as(self, values: Floats) -> bool:
        """Whether the best plan has these whole numbers and is settled: what another is cheaper by is tolerance."""
        assert self.best is not None
        whole = self._program.integer
        return self._duals is not None and bool((np.round(values[whole]) == np.round(self.best[0][whole])).all())

    def settle(self, found: Outcome, live: Live) -> Floats | None:
        """Keep a plan in which all is at its best for its whole numbers; its duals are known, so it stays as it is."""
        if found.values is None:
            return None
        values = at_bounds(self._program, found.values, live.scale)
        self.offer(values)
        own = len(self._program.row_lower)
        if self.best is not None and self.best[0] is values and found.row_duals is not None:
            # With the whole numbers held strong rows say nothing new, so the prices that are asked for do without them.
            self._duals = None if found.row_duals[own:].any() else (found.row_duals[:own], found.reduced_costs)
            if self._duals is not None and self._options.ranges:
                more, less = live.ranges(found)
                self._ranges = more[:own], less[:own]
        return values

    def settle_best(self) -> None:
        """Put all of the best plan at its best for its whole numbers, with the duals that are asked for."""
        if self.best is None or self._duals is not None or self._listener.stopped:
            return
        settled = duals(self._program, self.outcome(), self._options)
        if settled.values is not None and settled.objective is not None and settled.row_duals is not None:
            self.best = settled.values, settled.objective
            self._duals, self._ranges = (settled.row_duals, settled.reduced_costs), settled.row_ranges

    def relaxed(self, found: Outcome) -> None:
        """Take the bound of the relaxation, as far as the solver's word goes."""
        self._relaxed_duals, self._relaxed_slopes = found.row_duals, found.reduced_costs
        self._tolerance = found.tolerance
        self.bound = self._bound_relaxed = found.objective

    def check(self, program: Program) -> None:
        """Take the bound that the prices of the relaxation prove, of this program with the strong rows that hold it."""
        assert self._relaxed_duals is not None
        assert self._bound_relaxed is not None
        bound = safe_bound(program, self._relaxed_duals)
        self._checked = None if bound is None else bound.value
        if self._checked is not None and verdict(gap_between(self._bound_relaxed, self._checked), 0.0).proven:
            if self.bound == self._bound_relaxed:
                self.bound = self._checked
            self._bound_relaxed = self._checked

    def near(self, program: Program, relaxed: Outcome, rounded: Floats | None, scale: Scale) -> None:
        """Search among the plans that are like the relaxation and the plan to which it was rounded."""
        assert relaxed.values is not None
        like = restricted(program, relaxed.values, rounded)
        if self.goes_on and like.integer.any():
            held = replace(self.options(RESTRICTED_SHARE), mip_gap=self._options.mip_gap / 2)
            self.seek(Live(like, held, scale=scale), "The search near the relaxation", rounded)

    def among_all(self, program: Program, scale: Scale, start: Floats | None) -> Outcome:
        """Search among all plans, from one that is known if it is given.

        Where such a search is over and the gap is open, the solver took its start for cheaper than it is: then it is
        begun anew without one.
        """
        ended = self.seek(
            Live(program, self.options(), scale=scale), "The search among all plans", start, among_all=True
        )
        if start is None or not self.goes_on:
            return ended
        return self.seek(Live(program, self.options(), scale=scale), "The search from nothing", among_all=True)

    def whole(self, program: Program, scale: Scale) -> Outcome:
        """Search for what proves the best plan; among all plans, from nothing, where there is none or that fails.

        With more than one thread the bound of the relaxation is checked, and the plan settled, while the search begins.
        """
        self.tell()
        ended = None
        beside = self._options.threads > 1 and self.best is not None and self.goes_on
        if not beside:
            self.finish(program)
        if self.best is not None and self.goes_on:
            meanwhile = partial(self.finish, program) if beside else nothing
            live = Live(program, self.options(), scale=scale)
            ended = self.seek(live, "The search for a proof", self.best[0], among_all=True, meanwhile=meanwhile)
        if self.goes_on:
            ended = self.among_all(program, scale, None)
        return ended or self.outcome()

    def finish(self, program: Program) -> None:
        """Check the bound of the relaxation, and settle the best plan."""
        self.check(program)
        self.settle_best()

    def step(self, live: Live, what: str) -> Outcome:
        """Solve a linear program."""
        return self._solve(live, what, Watch(self._limit_s(live), self._listener_of(self._tell)))

    def on_the_way(self, live: Live, what: str) -> Outcome:
        """Solve a linear program that is to be solved again with more rows or columns held."""
        return self._solve(live, what, Watch(self._limit_s(live), self._listener_of(self._tell)), on_the_way=True)

    def seek(
        self,
        live: Live,
        what: str,
        start: Floats | None = None,
        among_all: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> Outcome:
        """Search for better plans; only a search among all plans has a bound that counts.

        With something to do `meanwhile` it looks for a proof that the plan it starts from is good enough. What the
        search hands over may pass a bound by its tolerance; no plan that is kept does.
        """

        def tell(progress: Progress) -> None:
            self._raise(progress.bound_musd if among_all else None)
            self._tell(progress)

        def take(values: Floats, _: float) -> None:
            self.offer(values.clip(self._program.lower, self._program.upper))

        watch = Watch(self._limit_s(live), self._listener_of(tell, take))
        outcome = self._solve(live, what, watch, start, meanwhile=meanwhile)
        if among_all:
            self._raise(outcome.bound)
            if outcome.values is not None and self._relaxed_duals is not None:
                self._tolerance = live.worth(outcome.values, self._relaxed_duals, self._relaxed_slopes)
        if outcome.values is not None:
            take(outcome.values, self._program.objective(outcome.values))
        return outcome

    def outcome(self) -> Outcome:
        """The best plan and how good it is proven to be."""
        found = Outcome(
            Status.NO_PLAN,
            self.seconds,
            bound=self.bound,
            nodes=self._nodes,
            iterations=self._iterations,
            log="".join(self._log),
            tolerance=self._tolerance,
            checked=self._checked,
            relaxed_duals=self._relaxed_duals,
        )
        if self.best is None:
            return found
        values, cost = self.best
        if self._duals is not None:
            found = replace(found, row_duals=self._duals[0], reduced_costs=self._duals[1], row_ranges=self._ranges)
        found = replace(found, off=self._program.off(values))
        return with_plan(found, cost, self.bound, values, self._options.mip_gap)

    @property
    def iterations(self) -> int:
        """How many steps of the simplex method were taken so far."""
        return self._iterations

    @property
    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self._began

    @property
    def _left_s(self) -> float:
        return self._options.time_limit_s - self.seconds

    @property
    def _near_enough(self) -> bool:
        gap = None if self.best is None else gap_between(self.best[1], self.bound)
        return verdict(gap, self._options.mip_gap).proven

    def _limit_s(self, live: Live) -> float:
        return min(live.options.time_limit_s, max(LEAST_SECONDS, self._left_s))

    def _listener_of(self, tell: OnProgress, take: OnPlan | None = None) -> Listener:
        return Listener(tell, lambda: not self.goes_on, take, self._listener.log_file)

    def _raise(self, bound: float | None) -> None:
        """Take a bound of the search; one above a plan that is known shows that the solver is mistaken, and is none."""
        if bound is None or (self.best is not None and self._beyond(bound, self.best[1])):
            return
        if self.bound is None or bound > self.bound:
            self.bound = bound

    @staticmethod
    def _beyond(bound: float | None, cost: float) -> bool:
        """Whether a bound is above what a plan costs by more than rounding; then no bound of that search counts."""
        return bound is not None and bound - cost > ROUNDING * abs(cost)

    def tell(self) -> None:
        """Let whoever listens know the best plan and the bound now: the next step may say nothing for seconds."""
        self._tell(NOTHING_KNOWN)

    def _tell(self, progress: Progress) -> None:
        if self._listener.on_progress is not None:
            cost = None if self.best is None else self.best[1]
            bound = self.bound if self.bound is None or cost is None else min(self.bound, cost)
            nodes = self._nodes + progress.nodes
            self._listener.on_progress(Progress(self.seconds, cost, bound, gap_between(cost, bound), nodes))

    def _solve(
        self,
        live: Live,
        what: str,
        watch: Watch,
        start: Floats | None = None,
        on_the_way: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> Outcome:
        watch.log.append(f"\n{what}, after {self.seconds:.0f} s\n")
        if start is not None and meanwhile is not None:
            outcome = live.prove(watch, start, meanwhile)
        else:
            outcome = live.solve(watch, start, on_the_way)
        self._nodes += outcome.nodes
        self._iterations += outcome.iterations
        self._log.append(outcome.log)
        return outcome
