"""Limits with a priority: where not all can be kept, 4 gives way first and 1 last, each by no more than it must.

Say Lynas must have 60 t (priority 1) and Baotou 50 (priority 2) of the 100 t that are needed. Together they cannot. So
that priority 1 is missed by as little as can be, by nothing, Lynas gets 60; then that of priority 2 is, by 10 t. Of
plans that miss no more than that, the cheapest is sought. Of limits of one priority the sum of what they are missed by,
each in its own unit, over the years and by the probability of each future, is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from models.data import Tree
from models.policy import Limits
from planner.solver.cuts import Cone, solve_within_cones
from planner.solver.outcome import SolveOptions
from planner.solver.program import Integers, Program, Rows

KEPT = "kept_in_order"
NOT_MISSED = 1e-6  # t, M$ or pieces: what is missed by less is not missed
APART_SHARE = 1e-9  # the share by which a solver's tolerance may set two solves of one sum apart


def kept_in_order(program: Program, limits: Limits, tree: Tree, cones: Sequence[Cone], time_limit_s: float) -> Program:
    """The program in which limits with a priority are missed by no more than they must, one priority after the other.

    There is one at least. Where even those without a priority exclude each other it is left as it is, and has no plan.
    """
    ranks = sorted(int(str(rank)) for rank in limits.RANKED)
    options, held = SolveOptions(mip_gap=0.0, time_limit_s=time_limit_s), list(cones)
    missed = {rank: _missed(program, limits, tree, rank) for rank in ranks}
    every = np.concatenate([columns for columns, _ in missed.values()])
    weights = np.concatenate([weight for _, weight in missed.values()])
    together = solve_within_cones(_least(program, every, weights), held, options)[1]
    if together.objective is None:
        return program
    for rank in ranks:
        columns, weight = missed[rank]
        least = 0.0
        if together.objective > NOT_MISSED:
            found = solve_within_cones(_least(program, columns, weight), held, options)[1].objective
            least = together.objective if found is None else max(0.0, found)
        sizes = np.array([len(columns)], dtype=np.int32)
        rows = Rows([(rank,)], np.array([_round_up(least)]), sizes, columns, weight)
        program = program.with_rows(f"{KEPT}_{rank}", rows)
    return program


def most_missed(program: Program, rank: Any) -> float:
    """What limits of a priority may be missed by in all; no bound where the mandatory ones exclude each other."""
    where = program.rows.get(f"{KEPT}_{rank}", ([], slice(0, 0)))[1]
    return float(program.row_upper[where][0]) if where.stop > where.start else float("inf")


def _missed(program: Program, limits: Limits, tree: Tree, rank: int) -> tuple[Integers, np.ndarray]:
    """The columns of what limits of a priority are missed by, and what each counts."""
    places = {name: dict(zip(index, range(where.start, where.stop), strict=True))
              for name, (index, where) in program.columns.items() if name in ("exceed", "miss")}  # fmt: skip
    columns = np.array([places[name][key] for name, key in limits.RANKED[rank]], dtype=np.int32)
    nodes = [key[-1] for _, key in limits.RANKED[rank]]
    return columns, np.array([tree.probability[n] * tree.years[n] for n in nodes], dtype=np.float64)


def _least(program: Program, columns: Integers, weights: np.ndarray) -> Program:
    """The program that seeks to miss these by as little as can be."""
    cost = np.zeros(len(program.cost))
    cost[columns] = weights
    return replace(program, cost=cost, offset=0.0, tie_break=None)


def _round_up(least: float) -> float:
    """A little more, in few digits, so that the same case gives the same program; nothing stays nothing."""
    return 0.0 if least <= NOT_MISSED else float(f"{least * (1.0 + APART_SHARE):.10g}")
