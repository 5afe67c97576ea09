"""What was done before a future became known, held in the program of that future: nobody acts on what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models.data import Tree
from planner.solver.program import INFINITY, Bools, Floats, Program


@dataclass(frozen=True)
class Past:
    """All decisions of a plan, by decision and index."""

    amounts: Mapping[tuple[str, Any], float]

    @classmethod
    def of(cls, program: Program, values: Floats) -> Past:
        """The decisions at the values of a solved program."""
        amounts = {}
        for decision, (index, where) in program.columns.items():
            for key, value in zip(index, values[where].tolist(), strict=True):
                amounts[decision, key] = value
        return cls(amounts)

    def held_in(self, program: Program, tree: Tree, through: int) -> Program:
        """The program with every decision held that belongs to a period which has ended by the year `through`.

        Rules between held decisions alone are lifted: they hold already, to the solver's tolerance.
        """
        mask, values = np.zeros(len(program.cost), dtype=np.bool_), np.zeros(len(program.cost))
        over = {node for node, period in tree.period.items() if period + tree.years[node] - 1 <= through}
        for decision, (index, where) in program.columns.items():
            for column, key in zip(range(where.start, where.stop), index, strict=True):
                if isinstance(key, tuple) and key[-1] in over and (decision, key) in self.amounts:
                    mask[column], values[column] = True, self.amounts[decision, key]
        values = np.where(program.integer, np.round(values), values)
        return _without_rules_between(program.fixed(mask, values), mask)


def _without_rules_between(program: Program, held: Bools) -> Program:
    free = np.bincount(program.row_of, weights=~held[program.columns_in], minlength=len(program.row_lower))
    settled = (free == 0) & (np.diff(program.starts) > 0)
    return replace(
        program,
        row_lower=np.where(settled, -INFINITY, program.row_lower),
        row_upper=np.where(settled, INFINITY, program.row_upper),
    )
