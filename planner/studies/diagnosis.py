"""Why a case has no plan, and the smallest sets of cells that would have to change so that it has one.

A set of limits that cannot all be kept is a conflict. What mends a case changes a cell in each of its conflicts, so the
smallest mends are found from the conflicts: a set that touches all that are known is tried; where there is still no
plan, the multipliers of the relaxation (or, where that has one, leaving out limits one by one) show a further conflict
(implicit hitting sets: Reiter 1987, Moreno-Centeno and Karp 2013). By how much the cells of a set must change comes
from the program in which each of them is a decision; a cell that multiplies what is decided is tried by halving. Then
the case is changed in exactly these cells and solved: what has no plan then is not told.

100 t are needed, Baotou has 40 and Lynas 30 a year, and of Far, which has enough, a limit allows none: 30 are missing.
Any of four cells mends it: the limit up to 30, Baotou's maximum up to 70, Lynas's up to 60, or the need down to 70.
Where China may have at most half as well, Baotou's maximum alone no longer does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case.changes import SET, Change, Original
from planner.errors import InputInvalid
from planner.planning.built import Built
from planner.planning.diagnose import GIVES_WAY, GIVING_WEIGHTS, POLICY_ROWS, Place
from planner.planning.indicators import Amounts
from planner.planning.limit_table import CONES, limit_table
from planner.schema import MEASURES, SHEET, Number
from planner.solver.elastic import Elastic, bounds_as_rows
from planner.solver.highs import TOLERANCES, Live
from planner.solver.large import solve
from planner.solver.program import INFINITY, Program
from planner.solver.warm import alike
from planner.solver.watch import Watch
from planner.studies.solving import Stopped, Study

LARGEST = 4  # cells that a mend changes at most
MOST_TRIED = 400  # sets of cells
MISSING = 1e-6  # in tons (or a limit's unit): less than this is the solver's rounding
FEW_DIGITS, DIGITS = 6, 9  # to which a figure is rounded: to few where the case has a plan with these
BEYOND = 1e-6  # of a figure, by which it is moved farther where rounding brought the conflict back
STEP = 0.01  # of a cell's figure, by which it is moved to see what it moves
FIRST_STEP = 0.01  # what counts as the figure of a cell that holds nothing
NEAR = 1e-6  # of a figure, where trying ends
CLOSE = 1e-4  # of the way back to a cell's own figure: where there is no plan there, a figure is near enough
DOUBLINGS = 24


@dataclass(frozen=True)
class LooseCell:
    """A cell that may give way, its figure, and which rows and columns of the program it is behind."""

    place: Place
    figure: float
    where: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    policy: bool
    weight: float
    concentrates: bool = False

    def change(self, figure: float) -> Change:
        return Change(self.place.sheet, self.where, self.place.column, SET, f"{figure:.15g}")


@dataclass(frozen=True)
class Mend:
    """Cells with the figures that they would have to have, and what the plan costs then."""

    cells: tuple[tuple[LooseCell, float], ...]
    cost_musd: float
    gap_musd: float | None

    @property
    def changes(self) -> list[Change]:
        return [cell.change(figure) for cell, figure in self.cells]


@dataclass
class Diagnosis:
    """The mends of a case, the smallest first; `has_plan` where nothing has to be mended; `conflicts` name cells."""

    original: Original
    mends: list[Mend] = field(default_factory=list)
    conflicts: list[list[str]] = field(default_factory=list)
    has_plan: bool = False
    complete: bool = False

    def sentences(self) -> Iterator[str]:
        """The answer in words, with cells."""
        if self.has_plan:
            yield "The case has a plan; nothing has to give way."
            return
        if not self.mends:
            yield (
                "No plan can meet this case, and no needs and limits were found whose change brings one about. Look at"
                " builds that require each other, at what events stop, and at what is forced or forbidden."
            )
            return
        for number, mend in enumerate(self.mends, start=1):
            parts = [self._sentence(cell, figure) for cell, figure in mend.cells]
            gap = "" if mend.gap_musd is None else f", proven within {mend.gap_musd:,.3f}"
            yield f"{number}. {', and '.join(parts)}: then the case has a plan, of {mend.cost_musd:,.3f} M${gap}."

    def _sentence(self, cell: LooseCell, figure: float) -> str:
        verb = "raised" if figure > cell.figure else "lowered"
        where = cell.place.address(self.original.case)
        return f"{where}: {cell.place.words} {verb} from {cell.figure:,.10g} to {figure:,.10g}"

    def facts(self) -> Mapping[str, Any]:
        """What study.json holds."""
        case = self.original.case
        told = [
            {
                "cells": [
                    {
                        "cell": cell.place.address(case),
                        "what": cell.place.words,
                        "was": cell.figure,
                        "becomes": figure,
                        "change": str(cell.change(figure)),
                    }
                    for cell, figure in mend.cells
                ],
                "cost_musd": mend.cost_musd,
                "gap_musd": mend.gap_musd,
            }
            for mend in self.mends
        ]
        known = {"has_plan": self.has_plan, "mends": told, "conflicts": self.conflicts, "complete": self.complete}
        return {**known, "words": list(self.sentences())}


def diagnose(original: Original, study: Study, most: int = 5) -> Diagnosis:
    """Up to `most` mends of a case without a plan."""
    built = Built.of(original.case)
    found = Diagnosis(original)
    search = _Search(original, built, study)
    try:
        study.begin("whether there is a plan")
        found.has_plan = search.mended(frozenset()) and search.within_cones()
        study.end("whether there is a plan")
        if not found.has_plan:
            for mend in search.mends(most):
                found.mends.append(mend)
        found.complete = True
    except Stopped:
        pass
    found.conflicts = [[search.cells[one].place.address(original.case) for one in core] for core in search.cores]
    return found


class _Search:
    """The cells that may give way, and the conflicts that are known so far."""

    def __init__(self, original: Original, built: Built, study: Study) -> None:
        self.original, self.built, self.study = original, built, study
        self.cells = list(_cells(built))
        self.cores: list[tuple[int, ...]] = []
        self._tried = 0
        self._cell_of_row = {row: n for n, cell in enumerate(self.cells) for row in cell.rows}
        self._cell_of_column = {column: n for n, cell in enumerate(self.cells) for column in cell.columns}

    def mends(self, most: int) -> Iterator[Mend]:
        """Mends of the fewest cells, and of one more where these are few; no mend holds another."""
        found: list[frozenset[int]] = []
        least, told = 0, 0
        for size in range(1, LARGEST + 1):
            if told and (size > least + 1 or told > 1):
                return
            for chosen in self._sets(size, found):
                self.study.begin(f"{len(self.cores)} conflicts, {told} mends")
                mend = self._mend(chosen)
                found.append(chosen)
                if mend is not None:
                    told, least = told + 1, least or size
                    yield mend
                if told >= most:
                    return

    def _sets(self, size: int, found: Sequence[frozenset[int]]) -> Iterator[frozenset[int]]:
        """Sets of so many cells without which there is a plan, those that weigh least first."""
        failed: set[frozenset[int]] = set()
        while True:
            chosen = self._next(size, found, failed)
            if chosen is None or self._tried >= MOST_TRIED:
                return
            self._tried += 1
            failed.add(chosen)
            if self.mended(chosen):
                yield chosen

    def _next(self, size: int, found: Sequence[frozenset[int]], failed: set[frozenset[int]]) -> frozenset[int] | None:
        """The set of least weight that touches all known conflicts and is neither tried nor more than is needed."""
        some = sorted({one for core in self.cores for one in core}, key=lambda one: (self.cells[one].weight, one))
        best, weight = None, math.inf
        for several in combinations(some, size):
            chosen = frozenset(several)
            heavy = sum(self.cells[one].weight for one in several)
            if heavy >= weight or chosen in failed or any(known <= chosen for known in found):
                continue
            if all(chosen.intersection(core) for core in self.cores):
                best, weight = chosen, heavy
        return best

    def mended(self, chosen: frozenset[int]) -> bool:
        """Whether there is a plan where these cells limit nothing; where there is none, a conflict more is known."""
        program = self._without(chosen)
        core = self._core_of_relaxation(program, chosen)
        if core is None and not self._has_plan(program):
            core = self._core_by_leaving_out(chosen)
        if core is None:
            return True
        if core and core not in self.cores:
            self.cores.append(core)
        return False

    def within_cones(self) -> bool:
        """Whether limits on concentration leave a plan; each of them is a conflict by itself where they do not."""
        if not self.built.cones:
            return True
        _, outcome = self.built.solve(self.study.options, _of_no_cost(self.built.program), self.study.listener)
        if outcome.values is None:
            self.cores.append(tuple(n for n, cell in enumerate(self.cells) if cell.concentrates))
        return outcome.values is not None

    def _without(self, chosen: frozenset[int]) -> Program:
        program = self.built.program
        rows = [row for one in chosen for row in self.cells[one].rows]
        columns = [column for one in chosen for column in self.cells[one].columns]
        low, high = program.row_lower.copy(), program.row_upper.copy()
        low[rows], high[rows] = -INFINITY, INFINITY
        upper = program.upper.copy()
        upper[columns] = INFINITY
        return replace(program, row_lower=low, row_upper=high, upper=upper)

    def _core_of_relaxation(self, program: Program, chosen: frozenset[int]) -> tuple[int, ...] | None:
        """The cells whose limits have a price where the relaxation has no plan; None where it has one."""
        known = {name: 1.0 for name in GIVES_WAY if name in program.rows or name in program.columns}
        elastic = Elastic.of(program.relaxed, known)
        live = Live(elastic.program, self.study.options, TOLERANCES[0])
        outcome = live.solve(Watch(self.study.options.time_limit_s, self.study.listener))
        if outcome.values is None or outcome.row_duals is None:
            return ()
        if outcome.objective is not None and outcome.objective <= MISSING:
            return None
        first = len(program.row_lower)
        priced = np.flatnonzero(np.abs(outcome.row_duals) > MISSING).tolist()
        cells = set()
        for row in priced:
            column = -1 if row < first else int(elastic.moved[row - first])
            one = self._cell_of_row.get(row) if row < first else self._cell_of_column.get(column)
            if one is not None and one not in chosen:
                cells.add(one)
        return tuple(sorted(cells))

    def _has_plan(self, program: Program) -> bool:
        return solve(_of_no_cost(program), self.study.options, self.study.listener).values is not None

    def _core_by_leaving_out(self, chosen: frozenset[int]) -> tuple[int, ...] | None:
        """A conflict of which the relaxation knows nothing: of what is left in it, nothing can be left out."""
        left, core = set(range(len(self.cells))) - chosen, []
        for one in sorted(left, key=lambda number: -self.cells[number].weight):
            self.study.begin("a conflict of whole numbers")
            if self._has_plan(self._without(chosen | (frozenset(range(len(self.cells))) - left) | {one})):
                core.append(one)
            else:
                left.discard(one)
        return tuple(sorted(core))

    def _mend(self, chosen: frozenset[int]) -> Mend | None:
        """By how much the cells must change at least, borne out by solving the case with exactly that change."""
        cells = [self.cells[one] for one in sorted(chosen)]
        figures = self._figures(cells)
        if figures is None:
            return None
        for digits, away in ((FEW_DIGITS, 0.0), (DIGITS, 0.0), (DIGITS, BEYOND)):
            rounded = [_rounded(cell, figure, digits, away) for cell, figure in zip(cells, figures, strict=True)]
            told = tuple(zip(cells, rounded, strict=True))
            try:
                built = Built.of(self.original.changed([cell.change(figure) for cell, figure in told]))
            except InputInvalid:
                return None
            program, outcome = built.solve(self.study.options, None, self.study.listener)
            if outcome.values is not None:
                plan = self.study.audited(built, program, outcome)
                gap = None if plan.bound_musd is None else plan.objective_musd - plan.bound_musd
                return Mend(told, plan.cost_musd, gap)
        return None

    def _figures(self, cells: Sequence[LooseCell]) -> list[float] | None:
        """The figure of each cell that is nearest to its own, all other limits kept; None where none is found."""
        moved = [None if cell.concentrates else _moves(self.original, self.built, cell) for cell in cells]
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

    def _exists(self, cell: LooseCell, figure: float) -> bool:
        """Whether the case has a plan with this figure in the cell."""
        self.study.begin(f"{cell.place.words} at {figure:.6g}")
        try:
            built = Built.of(self.original.changed([cell.change(figure)]))
        except InputInvalid:
            return False
        _, outcome = built.solve(self.study.options, _of_no_cost(built.program), self.study.listener)
        return outcome.values is not None


@dataclass(frozen=True)
class Moves:
    """By how much the limits of rows, and the bounds of columns, move for each unit of a cell's figure."""

    rows: Mapping[int, float]
    columns: Mapping[int, float]


def _moves(original: Original, built: Built, cell: LooseCell) -> Moves | None:
    """What a cell moves, from the program with a figure beside its own; None where it moves more than limits."""
    program = built.program
    for way in (1.0, -1.0):
        step = way * STEP * max(abs(cell.figure), FIRST_STEP)
        try:
            other = Built.of(original.changed([cell.change(cell.figure + step)])).program
        except InputInvalid:
            continue
        if not alike(program, other) or not np.array_equal(program.coefficients, other.coefficients):
            return None
        rows = _difference((program.row_lower, program.row_upper), (other.row_lower, other.row_upper), step)
        columns = _difference((program.lower, program.upper), (other.lower, other.upper), step)
        return None if rows is None or columns is None else Moves(rows, columns)
    return None


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


def _of_no_cost(program: Program) -> Program:
    return replace(program, cost=np.zeros(len(program.cost)), offset=0.0, tie_break=None)


def _cells(built: Built) -> Iterator[LooseCell]:
    """The cells of all limits that may give way, each with the rows and columns that it is behind."""
    case, program = built.case, built.program
    found: dict[tuple[str, int, str], tuple[Place, str, list[int], list[int]]] = {}
    for component, place_of in GIVES_WAY.items():
        for blocks, of_rows in ((program.rows, True), (program.columns, False)):
            index, where = blocks.get(component, ([], slice(0, 0)))
            for position, key in zip(range(where.start, where.stop), index, strict=True):
                place = place_of(case, key)
                if place.row is not None:
                    behind = found.setdefault((place.sheet, place.row, place.column), (place, component, [], []))
                    (behind[2] if of_rows else behind[3]).append(position)
    for (sheet, row, column), (place, component, rows, columns) in found.items():
        facts: Any = case.tables[sheet].loc[row]
        figure = float(facts[column])
        if math.isfinite(figure) and (figure > 0.0 or component != "facility_capacity"):
            weight = GIVING_WEIGHTS.get(component, 1.0)
            yield LooseCell(
                place, figure, _key(sheet, facts), tuple(rows), tuple(columns), component in POLICY_ROWS, weight
            )
    for row in case.tables["limits"].index.tolist():
        facts = case.tables["limits"].loc[row]
        if MEASURES[str(facts["measure"])].concentrates:
            place = Place("limits", int(row), "value", f"the limit {facts['limit']}")
            held = tuple(_of_concentration(program, str(facts["limit"])))
            yield LooseCell(place, float(facts["value"]), _key("limits", facts), held, (), True, 1.0, concentrates=True)


def _of_concentration(program: Program, limit: str) -> Iterator[int]:
    """The rows by which a limit on concentration is held."""
    for component in CONES:
        index, where = program.rows.get(component, ([], slice(0, 0)))
        for row, key in zip(range(where.start, where.stop), index, strict=True):
            if isinstance(key, tuple) and key[0] == limit:
                yield row


def _key(sheet: str, facts: pd.Series) -> tuple[tuple[str, str], ...]:
    """What tells a row from others, as a change names it."""
    return tuple((name, _word(facts[name])) for name in SHEET[sheet].key)


def _word(value: Any) -> str:
    """A key's cell as a change names it; blank where it is."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _rounded(cell: LooseCell, figure: float, digits: int, away: float) -> float:
    """A figure to so many digits; where `away` is more than nothing, moved by that share and then away from its own."""
    up = figure > cell.figure
    figure *= 1.0 + (away if (figure > 0.0) == up else -away)
    if figure == 0.0:
        return 0.0
    scale = 10.0 ** (digits - math.ceil(math.log10(abs(figure))))
    return (round if not away else math.ceil if up else math.floor)(figure * scale) / scale
