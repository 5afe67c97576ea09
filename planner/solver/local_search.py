"""A good plan near a relaxation, by linear programs alone: round at once, then better it move by move.

All fractions are rounded to the nearest whole number, and the rest is solved from where the relaxation ended. Then
each move is tried: a fraction rounded the other way, the one furthest from a whole number first, and, of what the plan
has, one unit less with one more of its neighbour, a year earlier or later (1-opt and shift, as in Achterberg 2007,
chapter 9). A move that makes the plan cheaper stays. Moves are tried until none helps, each by the dual simplex method
from the plan's own basis.

In the base case 26 linear programs take a second and lead to a plan than which none is cheaper; HiGHS' search near the
relaxation takes eight seconds for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.groups import Bools, Floats, Positions
from planner.solver.highs import WHOLE_WITHIN, Basis, Live
from planner.solver.program import Integers, Program
from planner.status import Status

LITTLE = 1e-3  # of what the plan costs: a move that lacked no more is tried again once the plan is another
BETTER = 1e-9  # of what the plan costs; less is rounding
STEPS_AT_ONCE = 5_000  # of the simplex method, before it is asked whether that is enough
EACH_STEPS = 0.01  # of its rows: how many steps reading a solution is worth

Move = tuple[tuple[int, float], ...]  # places among the whole numbers, and what each is moved by


@dataclass
class LocalSearch:
    """Plans of a program around the relaxation that `live` holds, at whose end it stands.

    `take` is told each better plan and what it costs; `enough` says whether the best one will do, or the time is over.
    Together moves may take `most_steps` of the simplex method. The solver is left where it stood.
    """

    program: Program
    live: Live
    take: Callable[[Floats, float], None]
    enough: Callable[[], bool]
    most_steps: float
    _columns: Integers = field(init=False)
    _plan: Floats = field(init=False)
    _values: Floats | None = field(default=None, init=False)
    _musd: float = field(default=np.inf, init=False)
    _basis: Basis = field(init=False)
    _steps: float = field(default=0.0, init=False)
    _refused: dict[Move, tuple[float, float]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._columns = np.flatnonzero(self.program.integer).astype(np.int32)

    def best(self, relaxed: Floats, known: Floats | None = None) -> Floats | None:
        """The values of the best plan found; None where none was.

        `relaxed` are those of the relaxation. It begins from the whole numbers of a plan that is `known`, or else from
        those that are nearest to the relaxation.
        """
        program, root = self.program, self.live.basis
        shares = relaxed[self._columns]
        away = np.abs(shares - np.round(shares))
        fractions = np.flatnonzero(away > WHOLE_WITHIN)
        fractions = fractions[np.argsort(-away[fractions], kind="stable")]
        first = np.round(shares if known is None else known[self._columns])
        if self._tried(first, root):
            self._move(shares, fractions)
        self.live.change_column_bounds(self._columns, program.lower[self._columns], program.upper[self._columns])
        self.live.stand_at(root)
        return self._values

    def _move(self, shares: Floats, fractions: Positions) -> None:
        """Try moves until none helps."""
        count = len(self._columns)
        place = np.full(len(self.program.cost), -1, dtype=np.int64)
        place[self._columns] = np.arange(count)
        places = place[self.program.columns_in]
        whole_rows, next_to = _WholeRows.of(self.program, places), _neighbours(self.program, places, count)
        helped = True
        while helped and not self._over():
            helped = False
            for move in self._moves(shares, fractions, next_to):
                if self._over():
                    return
                if self._may_help(move) and whole_rows.keep(moved := _moved(self._plan, move)):
                    helped |= self._tried(moved, self._basis, move)

    def _over(self) -> bool:
        """Whether moves took all their steps, or the plan is good enough."""
        return self._steps > self.most_steps or self.enough()

    def _moves(self, shares: Floats, fractions: Positions, next_to: Bools) -> Iterator[Move]:
        """The moves around the plan as it is when each is asked for."""
        lower, upper = self.program.lower[self._columns], self.program.upper[self._columns]
        for place in fractions.tolist():
            other = np.floor(shares[place]) if self._plan[place] > shares[place] else np.ceil(shares[place])
            if lower[place] <= other <= upper[place]:
                yield ((place, float(other - self._plan[place])),)
        for place in np.flatnonzero((self._plan > lower) & (np.abs(self._plan - shares) > WHOLE_WITHIN)).tolist():
            for by in (-1, 1):
                at = place
                # As far as each step to that side helps.
                while next_to[at - 1 if by < 0 else at] and self._plan[at] > lower[at]:
                    there, was = at + by, self._musd
                    if self._plan[there] >= upper[there]:
                        break
                    yield ((at, -1.0), (there, 1.0))
                    if self._musd >= was:
                        break
                    at = there

    def _may_help(self, move: Move) -> bool:
        """Whether it was not tried; or it lacked little, or less than the plan gained since."""
        if move not in self._refused:
            return True
        lacked, at = self._refused[move]
        return self._musd < at and lacked < max(at - self._musd, LITTLE * abs(at))

    def _tried(self, plan: Floats, basis: Basis, move: Move = ()) -> bool:
        """Whether a plan with these whole numbers is cheaper than the best so far; then it is the best."""
        self.live.change_column_bounds(self._columns, plan, plan)
        status = self.live.step_from(basis, STEPS_AT_ONCE)
        self._steps += self.live.steps + EACH_STEPS * len(self.program.row_lower)
        while status is Status.STOPPED and not self._over():
            status = self.live.step_from(self.live.basis, STEPS_AT_ONCE)
            self._steps += self.live.steps
        if status is not Status.OPTIMAL:
            self._refused[move] = np.inf if status is Status.INFEASIBLE else 0.0, self._musd
            return False
        values = self.live.values()
        musd = self.program.objective(values)
        if musd >= self._musd - BETTER * abs(self._musd):
            self._refused[move] = musd - self._musd, self._musd
            return False
        self._plan, self._values, self._musd, self._basis = plan, values, musd, self.live.basis
        self.take(values, musd)
        return True


@dataclass(frozen=True)
class _WholeRows:
    """The rows in which there are only whole numbers: a plan that breaks one needs no linear program."""

    rows: Integers
    places: Positions
    coefficients: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, program: Program, places: Positions) -> _WholeRows:
        """From the place among the whole numbers of each nonzero's column, -1 where it is none."""
        whole = np.ones(len(program.row_lower), dtype=np.bool_)
        whole[program.row_of[places < 0]] = False
        entries = whole[program.row_of]
        return cls(
            program.row_of[entries],
            places[entries],
            program.coefficients[entries],
            np.where(whole, program.row_lower, -np.inf),
            np.where(whole, program.row_upper, np.inf),
        )

    def keep(self, plan: Floats) -> bool:
        """Whether a plan keeps them all."""
        found = np.bincount(self.rows, weights=self.coefficients * plan[self.places], minlength=len(self.lower))
        return bool((found >= self.lower - WHOLE_WITHIN).all() and (found <= self.upper + WHOLE_WITHIN).all())


def _moved(plan: Floats, move: Move) -> Floats:
    moved = plan.copy()
    for place, by in move:
        moved[place] += by
    return moved


def _neighbours(program: Program, places: Positions, count: int) -> Bools:
    """Whether each of `count` whole numbers stands beside the next one in some row, as one year of a project does."""
    there = places >= 0
    keys = np.unique(program.row_of[there].astype(np.int64) * (count + 1) + places[there])
    beside = keys[:-1][np.diff(keys) == 1] % (count + 1)
    found = np.zeros(count + 1, dtype=np.bool_)
    found[beside] = True
    found[-1] = False
    return found
