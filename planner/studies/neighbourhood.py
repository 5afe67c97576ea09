"""The plans next to a plan: all its yes or no stay as they are but those of one thing, and all amounts adapt.

Such a program is small enough to be solved to the end, so what it says is exact, and it is quick: it is held live as a
linear program, and the few yes or no of the one thing are branched on (Land and Doig 1960), each time from the basis of
the last. Where that takes too many branches, the search for all programs does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from models.groups import Bools, Floats
from planner.planning.built import Built
from planner.solver.highs import TOLERANCES, WHOLE_WITHIN, Live
from planner.solver.large import solve
from planner.solver.outcome import SolveOptions
from planner.solver.program import Program
from planner.solver.warm import alike, hand_over_changes
from planner.solver.watch import Listener, Watch
from planner.status import Status
from planner.studies.decisions import Columns

MOST_BRANCHES = 60
MOST_LIVE = 2  # programs held: the plans around a plan, and those in which something is forced
SAME = 1e-10  # of a cost: a branch that is no cheaper by more than this is none


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
    _lives: dict[int, Live] = field(default_factory=dict)

    def around(self, own: Iterable[int]) -> Program:
        """The program in which only these columns may take other whole numbers."""
        free: Bools = np.zeros(len(self.program.cost), dtype=np.bool_)
        free[list(own)] = True
        return self.program.fixed(self.program.integer & ~free, self.whole)

    def best(self, program: Program) -> Next | None:
        """The best plan of a program made by `around`; None where there is none, or none was proven in time."""
        whole, best = np.flatnonzero(program.integer), None
        open_ = [(program.lower[whole], program.upper[whole])]
        for _ in range(MOST_BRANCHES):
            if not open_:
                return best
            low, high = open_.pop()
            status, found = self._relaxed(program, whole, low, high)
            if status is Status.INFEASIBLE:
                continue
            if found is None:
                break
            if best is not None and found.musd >= best.musd - SAME * max(1.0, abs(best.musd)):
                continue
            away = np.abs(found.values[whole] - np.round(found.values[whole]))
            if not len(whole) or away.max() <= WHOLE_WITHIN:
                best = found
                continue
            place = int(away.argmax())
            below, above = high.copy(), low.copy()
            below[place] = np.floor(found.values[whole[place]])
            above[place] = below[place] + 1.0
            open_ += [(low, below), (above, high)]
        return self._searched(program)

    def _relaxed(
        self, program: Program, whole: np.typing.NDArray[np.int64], low: Floats, high: Floats
    ) -> tuple[Status, Next | None]:
        """The best of a program whose whole numbers lie within these bounds and may be fractions."""
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[whole], upper[whole] = low, high
        asked, rows = replace(program.relaxed, lower=lower, upper=upper), len(program.row_lower)
        live = self._lives.get(rows)
        if live is not None and alike(live.program, asked):
            hand_over_changes(live, asked)
        else:
            if len(self._lives) >= MOST_LIVE:
                self._lives.pop(
                    max(self._lives)
                )  # the one that something is forced in, and not what it is held against
            live = self._lives[rows] = Live(asked, self.options, TOLERANCES[0])
        found = live.solve(Watch(self.options.time_limit_s, self.listener))
        if found.status is not Status.OPTIMAL or found.values is None:
            return found.status, None
        return found.status, Next(program.objective(found.values), found.values)

    def _searched(self, program: Program) -> Next | None:
        found = solve(program, self.options, self.listener)
        if found.status is not Status.OPTIMAL or found.values is None:
            return None
        return Next(program.objective(found.values), found.values)

    def moved_to(self, built: Built) -> Neighbourhood:
        """The plans next to the same plan in another case: its whole numbers by name, none where it has no such."""
        program = built.program
        whole = np.zeros(len(program.cost))
        for name, (index, where) in program.columns.items():
            mine, here = self.program.columns.get(name, ([], slice(0, 0)))
            if mine == index:
                whole[where] = self.whole[here]
            else:
                known = dict(zip(mine, self.whole[here].tolist(), strict=True))
                whole[where] = [known.get(key, 0.0) for key in index]
        return Neighbourhood(built, program, whole, self.options, self.listener, self._lives)

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
