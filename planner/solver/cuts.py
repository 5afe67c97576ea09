"""Limits on concentration: cones, met by adding their tangents between solves until the plan is within all of them.

‖q‖ ≤ √h·Q holds for supplies q with sum Q exactly if Σ (p / ‖p‖) q ≤ √h·Q for every p. Each plan p outside a cone has a
tangent that cuts it off. The relaxation gives the first ones cheaply; with whole numbers, those of a plan are then held
while the rest moves to its best within the cones, so that few large solves are needed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.groups import Floats
from models.policy import Concentration, Limits
from planner.errors import SolveFailed
from planner.solver.highs import SETTLE_LIMIT_S, TOLERANCES, Live, duals
from planner.solver.large import solve
from planner.solver.outcome import Outcome, SolveOptions, with_plan
from planner.solver.program import Integers, Program, Rows
from planner.solver.watch import NOBODY, Listener
from planner.status import Status, gap_between, verdict

CUT = "hhi_cut"
AIM = 1e-8  # by how much of its supply a plan may be outside a cone while cuts still help
WITHIN = 1e-6  # what every plan that is handed out keeps
SMALLEST_T = 1e-9
MOST_ROUNDS = 300
LEAST_SECONDS = 1.0


@dataclass(frozen=True)
class Cone:
    """One limit at one node: the columns of its supplies, √h, and the column by which it may be exceeded (or None)."""

    key: tuple[str, str]
    columns: Integers
    root: float
    excess: int | None

    def outside(self, values: Floats) -> float:
        """By how many tons a plan is outside the cone."""
        q = values[self.columns]
        excess = 0.0 if self.excess is None else float(values[self.excess])
        return float(np.linalg.norm(q) - self.root * q.sum() - excess)

    def supply(self, values: Floats) -> float:
        """Q."""
        return float(values[self.columns].sum())

    def tangent(self, values: Floats) -> Cut:
        """The cut at a plan outside the cone."""
        q = values[self.columns]
        slopes = q / np.linalg.norm(q) - self.root
        if self.excess is None:
            return Cut(self.key, self.columns, slopes)
        return Cut(self.key, np.append(self.columns, np.int32(self.excess)), np.append(slopes, -1.0))


@dataclass(frozen=True)
class Cut:
    """One row, at or below zero."""

    key: tuple[str, str]
    columns: Integers
    coefficients: Floats


def cones_of(program: Program, concentration: Concentration, limits: Limits) -> list[Cone]:
    """The cones of a program."""

    def columns(name: str) -> dict[Any, int]:
        index, where = program.columns[name]
        return dict(zip(index, range(where.start, where.stop), strict=True))

    supplied, exceed = columns("supplied"), columns("exceed")
    return [
        Cone(
            (z, n),
            np.array([supplied[x] for x in concentration.ALL_SUPPLY[z, n]], dtype=np.int32),
            concentration.root_hhi[z],
            next((exceed[x] for x in limits.EXCESS_OF[z, "", n]), None),
        )
        for z, n in dict.fromkeys((z, n) for z, _, n in concentration.SUPPLIED)
    ]


def solve_within_cones(
    program: Program,
    cones: list[Cone],
    options: SolveOptions,
    listener: Listener = NOBODY,
    start: Floats | None = None,
) -> tuple[Program, Outcome]:
    """Solve, and hand back the program with the cuts that it took. Without cones this is one plain solve.

    A cone bends, and its cuts do not: what they say of how far a price holds is too far, so no range is asked for.
    """
    if not cones:
        return program, solve(program, options, listener, start)
    options = replace(options, ranges=False)
    ends = time.perf_counter() + options.time_limit_s
    _, cuts = _to_the_cones(program.relaxed, cones, [], options, ends, listener)
    seconds, best = 0.0, None
    for _ in range(MOST_ROUNDS):
        tried = with_cuts(program, cuts)
        left = replace(options, time_limit_s=max(LEAST_SECONDS, ends - time.perf_counter()))
        outcome = solve(tried, left, listener, start)
        seconds += outcome.seconds
        if outcome.values is None:
            return best or (tried, replace(outcome, seconds=seconds))
        held = replace(outcome, seconds=seconds)
        if _new_cuts(cones, outcome.values, AIM):
            held, cuts = _held_to_the_cones(program, cones, cuts, held, options, ends)
        if held.values is not None and (best is None or (held.objective or 0.0) < (best[1].objective or 0.0)):
            best = with_cuts(program, cuts), held
        stopped = outcome.status is Status.STOPPED or time.perf_counter() > ends
        if best is not None and (stopped or _close_enough(best[1], outcome.bound, options)):
            return best[0], _proven(best[1], outcome, seconds, options)
        if stopped:
            return tried, Outcome(Status.NO_PLAN, seconds=seconds, bound=outcome.bound)
    raise SolveFailed("the limits on concentration could not be met by cuts")


def settle_within_cones(
    program: Program, cones: list[Cone], outcome: Outcome, options: SolveOptions
) -> tuple[Program, Outcome]:
    """A known plan's whole numbers, with everything else at its best within the cones, and the program with its cuts.

    No plan comes back where these whole numbers do not allow one within the cones.
    """
    settled = duals(program, outcome, options)
    if settled.values is None or not _new_cuts(cones, settled.values, AIM):
        return program, settled
    ends = time.perf_counter() + SETTLE_LIMIT_S
    held, cuts = _held_to_the_cones(program, cones, [], settled, options, ends)
    if held.values is None or held.objective is None:
        return program, Outcome(Status.NO_PLAN, seconds=outcome.seconds, bound=outcome.bound)
    return with_cuts(program, cuts), with_plan(held, held.objective, outcome.bound, held.values, options.mip_gap)


def with_cuts(program: Program, cuts: list[Cut]) -> Program:
    """The same program with the cuts as rows at its end."""
    return program.with_rows(CUT, _rows(cuts))


def _rows(cuts: list[Cut]) -> Rows:
    return Rows.together(
        [
            Rows([cut.key], np.zeros(1), np.array([len(cut.columns)], dtype=np.int32), cut.columns, cut.coefficients)
            for cut in cuts
        ]
    )


def _new_cuts(cones: list[Cone], values: Floats, share: float) -> list[Cut]:
    """The tangents of all cones that a plan is outside of by more than this share of their supply."""
    return [
        cone.tangent(values) for cone in cones if cone.outside(values) > max(share * cone.supply(values), SMALLEST_T)
    ]


def _to_the_cones(
    program: Program,
    cones: list[Cone],
    cuts: list[Cut],
    options: SolveOptions,
    ends: float,
    listener: Listener = NOBODY,
) -> tuple[Outcome, list[Cut]]:
    """A linear program's best within the cones, with the cuts that it took beside those given.

    When patience, time or the solver's precision ends, the outcome is the last found, inside the cones or not.
    """
    cuts = list(cuts)
    left = replace(options, time_limit_s=max(LEAST_SECONDS, ends - time.perf_counter()))
    live = Live(with_cuts(program, cuts), left, TOLERANCES[0])
    outcome = live.solve()
    for _ in range(MOST_ROUNDS):
        if outcome.values is None or time.perf_counter() > ends or listener.stopped:
            break
        new = _new_cuts(cones, outcome.values, AIM)
        if not new:
            break
        cuts.extend(new)
        live.add_rows(CUT, _rows(new))
        outcome = live.solve()
    return outcome, cuts


def _held_to_the_cones(
    program: Program, cones: list[Cone], cuts: list[Cut], outcome: Outcome, options: SolveOptions, ends: float
) -> tuple[Outcome, list[Cut]]:
    """The same whole numbers with everything else at its best within the cones; no values where that cannot be."""
    assert outcome.values is not None
    held = program.fixed(program.integer, np.round(outcome.values))
    found, cuts = _to_the_cones(held, cones, cuts, options, ends)
    if found.values is None or found.objective is None or _new_cuts(cones, found.values, WITHIN):
        return replace(outcome, values=None), cuts
    values = found.values.clip(held.lower, held.upper)
    outcome = replace(outcome, row_duals=found.row_duals, reduced_costs=found.reduced_costs)
    return replace(outcome, objective=found.objective, values=values), cuts


def _close_enough(best: Outcome, bound: float | None, options: SolveOptions) -> bool:
    return verdict(gap_between(best.objective, bound), options.mip_gap).proven


def _proven(best: Outcome, last: Outcome, seconds: float, options: SolveOptions) -> Outcome:
    """The best plan with the bound of the last solve, whose cuts are the most."""
    if best.objective is None or best.values is None:
        return replace(best, seconds=seconds)
    return with_plan(replace(best, seconds=seconds), best.objective, last.bound, best.values, options.mip_gap)
