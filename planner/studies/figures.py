"""By how much cells must change at least, so that a case has a plan.

It comes from the program in which each of them is a decision; a cell that multiplies what is decided is tried by
halving.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.groups import Floats
from planner.case.changes import Change, Original
from planner.errors import InputInvalid
from planner.planning.built import Built
from planner.planning.indicators import Amounts
from planner.planning.limit_table import limit_table
from planner.schema import MEASURES, SHEET, Number
from planner.solver.elastic import bounds_as_rows
from planner.solver.large import solve
from planner.solver.program import INFINITY, Program
from planner.solver.warm import alike
from planner.studies.loose_cells import LooseCell
from planner.studies.solving import Study

STEP = 0.01  # of a cell's figure, by which it is moved to see what it moves
FIRST_STEP = 0.01  # what counts as the figure of a cell that holds nothing
NEAR = 1e-6  # of a figure, where trying ends
CLOSE = 1e-4  # of the way back to a cell's own figure: where there is no plan there, a figure is near enough
DOUBLINGS = 24


@dataclass(frozen=True)
class Figures:
    """Looks for the figures of cells in a case that has no plan with their own.

    `built` has the changes that are made `beforehand`.
    """

    original: Original
    beforehand: Sequence[Change]
    built: Built
    study: Study

    def nearest(self, cells: Sequence[LooseCell]) -> list[float] | None:
        """The figure of each cell that is nearest to its own, all other limits kept; None where none is found."""
        moved = [None if cell.concentrates else self._moves(cell) for cell in cells]
        if None in moved and len(cells) == 1:
            figure = self._by_halving(cells[0])
            return None if figure is None else [figure]
        for number, cell in enumerate(cells):
            if moved[number] is None and cell.policy:
                moved[number] = Moves(dict.fromkeys(cell.rows, 1.0), {})
        known = [one for one in moved if one is not None]
        if len(known) < len(cells):
            return None
        program = _with_figures(self.built.program, cells, known)
        outcome = solve(program, self.study.options, self.study.listener)
        return None if outcome.values is None else list(self._read(cells, outcome.values))

    def _read(self, cells: Sequence[LooseCell], values: Floats) -> Iterator[float]:
        """What each cell has to be in a plan; of a limit, what its measure comes to there."""
        first = len(self.built.program.cost)
        table = limit_table(self.built.known, Amounts(self.built.program, values[:first]))
        for place, cell in enumerate(cells):
            more, less = values[first + 2 * place : first + 2 * place + 2]
            if not cell.policy:
                yield cell.figure + float(more - less)
                continue
            limit = self.built.case.tables["limits"].loc[cell.place.row]
            reached = table.loc[table["limit"] == limit["limit"], "reached"]
            yield float(reached.max() if more > less else reached.min())

    def _by_halving(self, cell: LooseCell) -> float | None:
        """The figure of one cell nearest to its own with which there is a plan, by trying: it moves coefficients."""
        for far in self._ends(cell):
            near = cell.figure
            if far is None or not self._exists(cell, far):
                continue
            if not self._exists(cell, far + CLOSE * (near - far)):
                return far
            while abs(far - near) > NEAR * max(abs(far), abs(near), NEAR):
                middle = (near + far) / 2.0
                near, far = (near, middle) if self._exists(cell, middle) else (middle, far)
            return far
        return None

    def _ends(self, cell: LooseCell) -> Iterator[float | None]:
        """Figures with which there may be a plan: what a limit comes to where it may be missed, or else far away."""
        if cell.policy and not cell.concentrates:
            program = _with_figures(self.built.program, [cell], [Moves(dict.fromkeys(cell.rows, 1.0), {})])
            outcome = solve(program, self.study.options, self.study.listener)
            if outcome.values is not None:
                yield next(self._read([cell], outcome.values))
        largest = self._largest(cell)
        for way, last in ((1.0, largest), (-1.0, 0.0)):
            step = max(abs(cell.figure), FIRST_STEP)
            for _ in range(DOUBLINGS):
                figure = min(max(cell.figure + way * step, 0.0), largest)
                if self._exists(cell, figure):
                    yield figure
                    break
                if figure == last:
                    break
                step *= 2.0

    def _largest(self, cell: LooseCell) -> float:
        """The largest figure that the cell may hold."""
        if cell.policy:
            limit = self.built.case.tables["limits"].loc[cell.place.row]
            return MEASURES[str(limit["measure"])].largest or INFINITY
        column = SHEET[cell.place.sheet][cell.place.column]
        most = column.at_most if isinstance(column, Number) else None
        return INFINITY if most is None else most

    def _with(self, cell: LooseCell, figure: float) -> Built:
        return Built.of(self.original.changed([*self.beforehand, cell.change(figure)]))

    def _exists(self, cell: LooseCell, figure: float) -> bool:
        """Whether the case has a plan with this figure in the cell."""
        self.study.begin(f"{cell.place.words} at {figure:.6g}")
        try:
            built = self._with(cell, figure)
        except InputInvalid:
            return False
        _, outcome = built.solve(self.study.options, of_no_cost(built.program), self.study.listener)
        return outcome.values is not None

    def _moves(self, cell: LooseCell) -> Moves | None:
        """What a cell moves, from the program with a figure beside its own; None where it moves more than limits."""
        program = self.built.program
        for way in (1.0, -1.0):
            step = way * STEP * max(abs(cell.figure), FIRST_STEP)
            try:
                other = self._with(cell, cell.figure + step).program
            except InputInvalid:
                continue
            if not alike(program, other) or not np.array_equal(program.coefficients, other.coefficients):
                return None
            rows = _difference((program.row_lower, program.row_upper), (other.row_lower, other.row_upper), step)
            columns = _difference((program.lower, program.upper), (other.lower, other.upper), step)
            return None if rows is None or columns is None else Moves(rows, columns)
        return None


@dataclass(frozen=True)
class Moves:
    """By how much the limits of rows, and the bounds of columns, move for each unit of a cell's figure."""

    rows: Mapping[int, float]
    columns: Mapping[int, float]


def _difference(before: tuple[Floats, Floats], after: tuple[Floats, Floats], step: float) -> dict[int, float] | None:
    """By how much limits move for each unit; None where lower and upper do not move alike, or one comes or goes."""
    found: dict[int, float] = {}
    for own, other in zip(before, after, strict=True):
        for place in np.flatnonzero(own != other).tolist():
            slope = float(other[place] - own[place]) / step
            if not math.isfinite(slope) or abs(found.get(place, slope) - slope) > NEAR * abs(slope):
                return None
            found[place] = slope
    return found


def _with_figures(program: Program, cells: Sequence[LooseCell], moves: Sequence[Moves]) -> Program:
    """The program in which cells may be more or less than they are, two columns each; the least change is best."""
    moved = np.array(sorted({column for one in moves for column in one.columns}), dtype=np.int32)
    row_of_column = {int(column): len(program.row_lower) + n for n, column in enumerate(moved)}
    wide, first = bounds_as_rows(program, moved), len(program.cost)
    names = [(place, way) for place in range(len(cells)) for way in ("more", "less")]
    wide = wide.with_columns("figures", names, np.full(len(names), INFINITY))
    rows, columns, weights = [], [], []
    for place, one in enumerate(moves):
        slopes = {**one.rows, **{row_of_column[column]: slope for column, slope in one.columns.items()}}
        for row, slope in slopes.items():
            rows += [row, row]
            columns += [first + 2 * place, first + 2 * place + 1]
            weights += [-slope, slope]
    wide = wide.with_entries(np.array(rows, dtype=np.int32), np.array(columns, dtype=np.int32), np.array(weights))
    cost = np.zeros(len(wide.cost))
    for place, cell in enumerate(cells):
        cost[first + 2 * place : first + 2 * place + 2] = 1.0 / max(abs(cell.figure), FIRST_STEP)
    return replace(wide, cost=cost, offset=0.0)


def of_no_cost(program: Program) -> Program:
    """The program with nothing to look for but a plan."""
    return replace(program, cost=np.zeros(len(program.cost)), offset=0.0, tie_break=None)


def rounded(cell: LooseCell, figure: float, digits: int, away: float) -> float:
    """A figure to so many digits; where `away` is more than nothing, moved by that share and then away from its own."""
    up = figure > cell.figure
    figure *= 1.0 + (away if (figure > 0.0) == up else -away)
    if figure == 0.0:
        return 0.0
    scale = 10.0 ** (digits - math.ceil(math.log10(abs(figure))))
    return (round if not away else math.ceil if up else math.floor)(figure * scale) / scale
