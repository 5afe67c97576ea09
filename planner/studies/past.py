"""What was done before a future became known, held in the program of that future: nobody acts on what nobody knows.

A plan is all that it does, so all of it is held: purchases, runs and stock as well as builds and signatures. What the
future has no place for any more (a contract whose supplier is gone) can do nothing in it, and costs what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from models.data import Tree
from models.groups import Bools, Floats
from planner.solver.program import INFINITY, Program
from planner.studies.commitments import COMMITTING

PAID_WHEN_RUNNING = frozenset({"build", "size"})  # a build that gives no output within the horizon costs nothing in it


class Held(NamedTuple):
    """A program in which a past is held, and what that past costs beside it: of things that are no part of it."""

    program: Program
    sunk_musd: float


@dataclass(frozen=True)
class Past:
    """All decisions of a plan, by decision and index, and what each costs there, M$ per unit."""

    amounts: Mapping[tuple[str, Any], float]
    costs: Mapping[tuple[str, Any], float]

    @classmethod
    def of(cls, program: Program, values: Floats) -> Past:
        """The decisions at the values of a solved program."""
        amounts, costs = {}, {}
        for decision, (index, where) in program.columns.items():
            for key, value, cost in zip(index, values[where].tolist(), program.cost[where].tolist(), strict=True):
                amounts[decision, key], costs[decision, key] = value, cost
        return cls(amounts, costs)

    def held_in(self, program: Program, tree: Tree, through: int, until: int) -> Held:
        """The program with all held that was decided in periods which have ended by the year `through`.

        What commits is held in periods that begin by `until`, known or not. Rules between held decisions alone are
        lifted: they hold already, to the solver's tolerance.
        """
        over = {node for node, period in tree.period.items() if period + tree.years[node] - 1 <= through}
        begun = {node for node, period in tree.period.items() if period <= until}
        mask, values = np.zeros(len(program.cost), dtype=np.bool_), np.zeros(len(program.cost))
        here: set[tuple[str, Any]] = set()
        for decision, (index, where) in program.columns.items():
            nodes = over | begun if decision in COMMITTING else over
            for column, key in zip(range(where.start, where.stop), index, strict=True):
                known = (decision, key) in self.amounts or decision in COMMITTING
                if known and isinstance(key, tuple) and key[-1] in nodes:
                    mask[column], values[column] = True, self.amounts.get((decision, key), 0.0)
                    here.add((decision, key))
        values = np.where(program.integer, np.round(values), values)
        held = _without_rules_between(program.fixed(mask, values), mask)
        return Held(held, self._sunk(here, over, over | begun))

    def _sunk(self, here: set[tuple[str, Any]], over: set[str], begun: set[str]) -> float:
        """What was decided then and has no place in the program costs."""
        return sum(
            amount * self.costs[decision, key]
            for (decision, key), amount in self.amounts.items()
            if isinstance(key, tuple)
            and key[-1] in (begun if decision in COMMITTING else over)
            and (decision, key) not in here
            and decision not in PAID_WHEN_RUNNING
        )


def _without_rules_between(program: Program, held: Bools) -> Program:
    free = np.bincount(program.row_of, weights=~held[program.columns_in], minlength=len(program.row_lower))
    settled = (free == 0) & (np.diff(program.starts) > 0)
    return replace(
        program,
        row_lower=np.where(settled, -INFINITY, program.row_lower),
        row_upper=np.where(settled, INFINITY, program.row_upper),
    )
