"""Two ways to take a tree apart, measured against planning it whole; the product uses neither.

alone     each future planned as if it were known. The mean of their bounds is a bound for the tree, and the work is
          that of the first round of progressive hedging (Rockafellar and Wets 1991); every further round costs about
          as much again.
benders   the relaxation by Benders' cuts (Van Slyke and Wets 1969, one cut a branch and round): what all futures share
          in the master, each branch beneath it by itself. Its bound rises to that of the relaxation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.data import Tree
from models.groups import Floats
from planner.case import Case
from planner.planning.built import Built
from planner.solver.highs import Live, SolveOptions
from planner.solver.outcome import gap_between
from planner.solver.program import Integers, Program, Rows
from planner.studies.cases import alone
from planner.translate.tree import scenario_chances

ENDLESS = 1e9
PENALTY = 1e4  # M$ a unit by which a branch misses what the master decided; more than any decision is worth
CLOSE = 1e-4  # of the relaxation's cost; far closer than any gap asked of a plan
MOST_ROUNDS = 2_000


def futures_alone(case: Case, options: SolveOptions) -> dict[str, Any]:
    """The mean bound and cost of the futures, each planned alone."""
    bound = cost = 0.0
    for name, chance in scenario_chances(case).items():
        _, outcome = Built.of(alone(case, name)).solve(options)
        bound += chance * (outcome.bound or -np.inf)
        cost += chance * (outcome.objective or np.inf)
    return {"objective": None, "bound": bound, "note": f"wait and see costs {cost:,.0f}"}


@dataclass
class Branch:
    """What lies beneath one of the first nodes that differ, with copies of the shared decisions that it feels."""

    live: Live
    shared: Integers  # the columns of the whole program that it has copies of
    ties: Integers  # the rows that tie the copies to the master's values, at a penalty where that cannot be


def benders(program: Program, tree: Tree, options: SolveOptions) -> dict[str, Any]:
    """Bound and cost of the relaxation after as many rounds as it takes, or as there is time for."""
    ends = time.monotonic() + options.time_limit_s
    block, branches = _blocks(program, tree)
    own = np.flatnonzero(block == 0)
    master = _part(program, own, _rows_of(program, block) == 0)
    parts = [_branch(program, block, number, options) for number in range(1, branches + 1)]
    width = len(own)
    master = _with_futures_cost(master, branches)
    live = Live(master, options)
    place = {int(column): at for at, column in enumerate(own)}
    bound, best, rounds = -np.inf, np.inf, 0
    while rounds < MOST_ROUNDS and time.monotonic() < ends and (np.isinf(best) or best - bound > CLOSE * abs(best)):
        outcome = live.solve()
        if outcome.values is None or outcome.objective is None:
            break
        rounds += 1
        bound, x = max(bound, outcome.objective), outcome.values
        cost = float(master.cost[:width] @ x[:width]) + program.offset
        for number, part in enumerate(parts):
            at = np.array([place[int(column)] for column in part.shared], dtype=np.int32)
            part.live.change_row_bounds(part.ties, x[at], x[at])
            answer = part.live.solve()
            if answer.values is None or answer.row_duals is None or answer.objective is None:
                return {"objective": None, "bound": bound, "note": f"a branch has no answer after {rounds} rounds"}
            cost += answer.objective
            slope = answer.row_duals[part.ties]
            columns = np.append(at, width + number).astype(np.int32)
            cut = np.append(slope, -1.0)
            upper, length = np.array([slope @ x[at] - answer.objective]), np.array([len(columns)], dtype=np.int32)
            live.add_rows("cut", Rows([number], upper, length, columns, cut))
        best = min(best, cost)
    off = gap_between(best, bound) or 0.0
    note = f"{rounds} rounds, {branches} branches; relaxation known to {100 * off:.2f} %"
    return {"objective": None, "bound": float(bound), "note": note}


def _blocks(program: Program, tree: Tree) -> tuple[Integers, int]:
    """0 for each column of the shared nodes, and of no node, else the number of its branch."""
    depth = {n: len(tree.PATH[n]) for n in tree.NODES}
    width = [sum(d == k for d in depth.values()) for k in range(1, max(depth.values()) + 1)]
    trunk = next((k for k, w in enumerate(width) if w > 1), len(width))
    tops = [n for n in tree.NODES if depth[n] == trunk + 1]
    number = {n: 0 if depth[n] <= trunk else 1 + tops.index(tree.PATH[n][trunk]) for n in tree.NODES}
    block = np.zeros(len(program.cost), dtype=np.int32)
    for index, where in program.columns.values():
        for column, key in zip(range(where.start, where.stop), index, strict=True):
            last = key[-1] if isinstance(key, tuple) else key
            block[column] = number.get(last, 0)
    return block, len(tops)


def _rows_of(program: Program, block: Integers) -> Integers:
    """The branch of each row; ValueError where a row ties two branches together."""
    rows = np.zeros(len(program.row_lower), dtype=np.int32)
    np.maximum.at(rows, program.row_of, block[program.columns_in])
    seen = block[program.columns_in]
    if ((seen > 0) & (seen != rows[program.row_of])).any():
        raise ValueError("a limit holds over all futures together, so the branches cannot be planned one by one")
    return rows


def _branch(program: Program, block: Integers, number: int, options: SolveOptions) -> Branch:
    in_rows = _rows_of(program, block) == number
    touched = np.unique(program.columns_in[in_rows[program.row_of]])
    shared = touched[block[touched] == 0].astype(np.int32)
    columns = np.append(shared, np.flatnonzero(block == number))
    part = _part(program, columns, in_rows)
    part = replace(part, offset=0.0, cost=np.where(np.arange(len(columns)) < len(shared), 0.0, part.cost))
    ties = np.arange(len(part.row_lower), len(part.row_lower) + len(shared), dtype=np.int32)
    return Branch(Live(_tied(part, len(shared)), options), shared, ties)


def _tied(part: Program, copies: int) -> Program:
    """The branch with a row for each of its copies: copy + missing - too much = the value that the master decided."""
    columns, entries = len(part.cost), len(part.coefficients)
    at = np.arange(copies)
    trios = np.column_stack([at, columns + at, columns + copies + at]).ravel()
    return replace(
        part,
        cost=np.append(part.cost, np.full(2 * copies, PENALTY)),
        lower=np.concatenate([np.full(copies, -np.inf), part.lower[copies:], np.zeros(2 * copies)]),
        upper=np.concatenate([np.full(copies, np.inf), part.upper[copies:], np.full(2 * copies, np.inf)]),
        integer=np.zeros(columns + 2 * copies, dtype=np.bool_),
        row_lower=np.append(part.row_lower, np.zeros(copies)),
        row_upper=np.append(part.row_upper, np.zeros(copies)),
        starts=np.append(part.starts, entries + 3 * (at + 1)).astype(np.int32),
        columns_in=np.append(part.columns_in, trios).astype(np.int32),
        coefficients=np.append(part.coefficients, np.tile([1.0, 1.0, -1.0], copies)),
    )


def _part(program: Program, columns: Any, rows: Any) -> Program:
    """Some columns and rows of a program, relaxed."""
    place = np.full(len(program.cost), -1)
    place[columns] = np.arange(len(columns))
    inside = rows[program.row_of]
    lengths = np.diff(program.starts)[rows]
    return replace(
        program,
        columns={},
        rows={},
        cost=program.cost[columns],
        lower=program.lower[columns],
        upper=program.upper[columns],
        integer=np.zeros(len(columns), dtype=np.bool_),
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns_in=place[program.columns_in[inside]].astype(np.int32),
        coefficients=program.coefficients[inside],
    )


def _with_futures_cost(master: Program, branches: int) -> Program:
    """The master with a column for what each branch costs."""

    def longer(numbers: Floats, value: float) -> Floats:
        return np.append(numbers, np.full(branches, value))

    return replace(
        master,
        cost=longer(master.cost, 1.0),
        lower=longer(master.lower, -ENDLESS),
        upper=longer(master.upper, np.inf),
        integer=np.zeros(len(master.cost) + branches, dtype=np.bool_),
    )
