"""The plans next to a plan: all its yes or no stay as they are but those of one thing, and all amounts adapt.

Such a program is small enough to be solved to the end, so what it says is exact, and it is quick: where the one thing
has no yes or no of its own, it is a linear program that is held live.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from models.groups import Bools, Floats
from planner.planning.built import Built
from planner.solver.highs import TOLERANCES, Live
from planner.solver.large import solve
from planner.solver.outcome import SolveOptions
from planner.solver.program import Program
from planner.solver.warm import alike, hand_over_changes
from planner.solver.watch import Listener, Watch
from planner.status import Status
from planner.studies.decisions import Columns


@dataclass(frozen=True)
class Next:
    """A plan next to the plan: what it costs (at the costs it was solved for), and its values."""

    musd: float
    values: Floats


@dataclass
class Neighbourhood:
    """A built case with the whole numbers of one of its plans."""

    built: Built
    program: Program
    whole: Floats
    options: SolveOptions
    listener: Listener
    _live: Live | None = field(default=None, init=False)

    def around(self, own: Iterable[int]) -> Program:
        """The program in which only these columns may take other whole numbers."""
        free: Bools = np.zeros(len(self.program.cost), dtype=np.bool_)
        free[list(own)] = True
        return self.program.fixed(self.program.integer & ~free, self.whole)

    def best(self, program: Program) -> Next | None:
        """The best plan of a program made by `around`; None where there is none, or none was proven in time."""
        if program.integer.any():
            found = solve(program, self.options, self.listener)
            proven = found.status is Status.OPTIMAL
        else:
            if self._live is not None and alike(self._live.program, program):
                hand_over_changes(self._live, program)
            else:
                self._live = Live(program, self.options, TOLERANCES[0])
            found = self._live.solve(Watch(self.options.time_limit_s, self.listener))
            proven = found.status is Status.OPTIMAL
        if not proven or found.values is None:
            return None
        return Next(program.objective(found.values), found.values)

    def own_whole(self, kind: str, name: str, columns: Columns) -> list[int]:
        """The columns of a thing that must be whole: its own, and those that stand between it and a first ton."""
        own = [*columns.begun, *columns.goods]
        case = self.built.case
        offers = case.tables["offers"]
        if kind in ("offer", "supplier"):
            mine = offers[offers[kind] == name]
            names = {*mine["offer"], *mine["supplier"], *mine["requires"].dropna()}
            own += self._begun_with(names)
        if kind == "contract":
            contracts = case.tables["contracts"].set_index("contract")
            mine = offers[offers["offer"] == contracts.loc[name, "offer"]]
            own += self._begun_with({*mine["supplier"], *mine["requires"].dropna()})
        return [column for column in own if self.program.integer[column]]

    def _begun_with(self, names: set[str]) -> list[int]:
        """Whole columns of offers, suppliers and partnerships with these names."""
        found = []
        for decision, (index, where) in self.program.columns.items():
            if decision in ("build", "close", "sign"):
                continue
            for column, key in zip(range(where.start, where.stop), index, strict=True):
                if isinstance(key, tuple) and key[0] in names and self.program.integer[column]:
                    found.append(column)
        return found


def at_factor(program: Program, slopes: Floats, factor: float) -> Program:
    """The program in which what the slopes belong to costs so many times as much."""
    return replace(program, cost=program.cost + (factor - 1.0) * slopes)
