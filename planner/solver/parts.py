"""A program of a tree of futures, and the smaller programs that can be cut out of it.

Each column belongs to a node of the tree, and each row to the latest node of its columns. Where all the columns of each
row lie on one path from the root, what lies beneath a node depends on nothing outside but what is decided above it. So
some of the futures alone are a program, and so is what lies beneath nodes whose decisions are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.data import Tree
from models.groups import Bools, Floats, Positions
from planner.solver.program import Program


@dataclass(frozen=True)
class CutOut:
    """A program cut out of another, and which of its columns it has."""

    program: Program
    columns: Positions


@dataclass(frozen=True)
class TreeProgram:
    """A program with the node of each column and row; futures are numbered, and so are nodes.

    `paths` has the nodes of each future from the first on, `chances` the probability of each future, and
    `probabilities` that of each node.
    """

    program: Program
    paths: Sequence[Positions]
    chances: Floats
    probabilities: Floats
    column_node: Positions
    row_node: Positions

    @classmethod
    def of(cls, program: Program, tree: Tree) -> TreeProgram | None:
        """None where the futures do not come apart: a row ties columns that lie on no one path, as expected values do.

        What belongs to no node belongs to the first one, which all futures share.
        """
        number = {node: at for at, node in enumerate(tree.NODES)}
        paths = [np.array([number[node] for node in tree.PATH[leaf]]) for leaf in tree.LEAVES]
        chances = np.array([tree.probability[leaf] for leaf in tree.LEAVES])
        if len({path[0] for path in paths}) != 1 or not (chances > 0.0).all():
            return None
        probabilities = np.zeros(len(number))
        for path, chance in zip(paths, chances, strict=True):
            probabilities[path] += chance
        depth = np.array([len(tree.PATH[node]) for node in tree.NODES])
        above = np.zeros((len(number), len(number)), dtype=np.bool_)
        for node, at in number.items():
            above[at, [number[earlier] for earlier in tree.PATH[node]]] = True
        column_node = _column_nodes(program, number, paths[0][0])
        latest = np.zeros(len(program.row_lower), dtype=np.int64)
        column_rank = depth * len(number) + np.arange(len(number))
        np.maximum.at(latest, program.row_of, column_rank[column_node[program.columns_in]])
        row_node = np.where(latest > 0, latest % len(number), paths[0][0])
        if not above[row_node[program.row_of], column_node[program.columns_in]].all():
            return None
        return cls(program, paths, chances, probabilities, column_node, row_node)

    def shared(self, futures: Sequence[int]) -> Bools:
        """The nodes that all of these futures have in common."""
        count = np.zeros(len(self.probabilities), dtype=np.int64)
        for future in futures:
            count[self.paths[future]] += 1
        everywhere: Bools = count == len(futures)
        return everywhere

    def nodes_of(self, futures: Sequence[int]) -> Bools:
        """The nodes that some of these futures have."""
        there = np.zeros(len(self.probabilities), dtype=np.bool_)
        for future in futures:
            there[self.paths[future]] = True
        return there

    def part(self, chances: Mapping[int, float], held: Bools, values: Floats) -> CutOut:
        """The program of some futures, each with its chance among them, beneath nodes that are held at these values.

        What is held counts with what it costs these futures.
        """
        program = self.program
        weight = np.zeros(len(self.probabilities))
        for future, chance in chances.items():
            weight[self.paths[future]] += chance
        free = (weight > 0.0) & ~held
        columns, rows = np.flatnonzero(free[self.column_node]), free[self.row_node]
        place = np.full(len(program.cost), -1)
        place[columns] = np.arange(len(columns))
        inside = rows[program.row_of]
        row_of, coefficients = program.row_of[inside], program.coefficients[inside]
        columns_in = program.columns_in[inside]
        outside = place[columns_in] < 0
        moved = np.bincount(
            row_of[outside],
            weights=coefficients[outside] * values[columns_in[outside]],
            minlength=len(program.row_lower),
        )[rows]
        lengths = np.bincount(row_of[~outside], minlength=len(program.row_lower))[rows]
        cost = program.cost * (weight / self.probabilities)[self.column_node]
        above = held[self.column_node]
        cut = replace(
            program,
            columns={},
            rows={},
            cost=cost[columns],
            offset=program.offset * sum(chances.values()) + float(cost[above] @ values[above]),
            lower=program.lower[columns],
            upper=program.upper[columns],
            integer=program.integer[columns],
            row_lower=program.row_lower[rows] - moved,
            row_upper=program.row_upper[rows] - moved,
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            columns_in=place[columns_in[~outside]].astype(np.int32),
            coefficients=coefficients[~outside],
            tie_break=None,
            shares={},
        )
        return CutOut(cut, columns)

    def spent(self, future: int, part: CutOut, values: Floats) -> Floats:
        """What a future alone costs by component and by how many periods came before."""
        kinds, periods = len(self.program.columns), max(map(len, self.paths))
        kind = np.zeros(len(self.program.cost), dtype=np.int64)
        for number, (_, where) in enumerate(self.program.columns.values()):
            kind[where] = number
        period = np.zeros(len(self.probabilities), dtype=np.int64)
        period[self.paths[future]] = np.arange(len(self.paths[future]))
        at = kind[part.columns] * periods + period[self.column_node[part.columns]]
        return np.bincount(at, weights=part.program.cost * values, minlength=kinds * periods).astype(np.float64)


def _column_nodes(program: Program, number: Mapping[str, int], first: int) -> Positions:
    """The node of each column, which its index ends with."""
    nodes = np.full(len(program.cost), first, dtype=np.int64)
    for index, where in program.columns.values():
        nodes[where] = [number.get(key[-1] if isinstance(key, tuple) else key, first) for key in index]
    return nodes
