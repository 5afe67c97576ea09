"""Strong rows at the root: added to the relaxation in rounds, as long as its bound gains by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.groups import Bools
from planner.solver.highs import WHOLE_WITHIN, Live
from planner.solver.outcome import Outcome
from planner.solver.program import Program, Rows
from planner.solver.strong import STRONG_ROWS, Strong
from planner.status import Status

MOST_ROUNDS = 30
LITTLE = 1e-5  # of the bound; a round that gains less is the last

Solve = Callable[[Live, str], Outcome]


def strengthen(program: Program, live: Live, relaxed: Outcome, solve: Solve) -> tuple[Program, Outcome]:
    """The program with the strong rows that hold its relaxation, and that relaxation.

    `live` has the relaxation, solved as `relaxed`; it is left with the same rows. `solve` solves it again, and may end
    without values to say that there is no time for more.
    """
    parts: list[Rows] = []
    strong, first = Strong.of(program), len(program.row_lower)
    while len(parts) < MOST_ROUNDS and _has_fractions(program, relaxed):
        assert relaxed.values is not None
        rows = strong.broken(relaxed.values)
        if rows is None:
            break
        live.add_rows(STRONG_ROWS, rows)
        parts.append(rows)
        better = solve(live, f"The relaxation with {len(rows.names):,} strong rows more")
        if better.status is not Status.OPTIMAL:
            return program.with_rows(STRONG_ROWS, Rows.together(parts)), _without_prices_of(relaxed, live)
        gained, relaxed = _gain(relaxed, better), better
        if gained < LITTLE:
            break
    if not parts:
        return program, relaxed
    assert relaxed.row_duals is not None
    slack: Bools = live.slack()
    slack[:first] = False
    if slack.any():
        live.drop_rows(slack)
    held = program.with_rows(STRONG_ROWS, Rows.together(parts).only(~slack[first:]))
    return held, replace(relaxed, row_duals=relaxed.row_duals[~slack])


def _has_fractions(program: Program, relaxed: Outcome) -> bool:
    assert relaxed.values is not None
    asked = relaxed.values[program.integer]
    return bool((np.abs(asked - np.round(asked)) > WHOLE_WITHIN).any())


def _gain(before: Outcome, after: Outcome) -> float:
    """The share by which the bound rose."""
    assert before.objective is not None
    assert after.objective is not None
    return (after.objective - before.objective) / max(abs(after.objective), np.finfo(float).tiny)


def _without_prices_of(relaxed: Outcome, live: Live) -> Outcome:
    """The relaxation as it was before the last rows, which have no price in it."""
    assert relaxed.row_duals is not None
    more = len(live.program.row_lower) - len(relaxed.row_duals)
    return replace(relaxed, row_duals=np.append(relaxed.row_duals, np.zeros(more)))
