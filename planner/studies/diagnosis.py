"""Why a case has no plan, and the smallest sets of cells that would have to change so that it has one.

A set of limits that cannot all be kept is a conflict. What mends a case changes a cell in each of its conflicts, so the
smallest mends are found from the conflicts: a set that touches all that are known is tried; where there is still no
plan, the multipliers of the relaxation (or, where that has one, leaving out limits one by one) show a further conflict
(implicit hitting sets: Reiter 1987, Moreno-Centeno and Karp 2013). By how much the cells of a set must change comes
from the program in which each of them is a decision; a cell that multiplies what is decided is tried by halving. Then
the case is changed in exactly these cells and solved: what has no plan then is not told. A row that forces or forbids
a decision may be deleted whole.

100 t are needed, Baotou has 40 and Lynas 30 a year, and of Far, which has enough, a limit allows none: 30 are missing.
Any of four cells mends it: the limit up to 30, Baotou's maximum up to 70, Lynas's up to 60, or the need down to 70.
Where China may have at most half as well, Baotou's maximum alone no longer does. Where Baotou has enough and its
country is forbidden, 70 are missing: deleting that row mends it too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from planner.case.changes import Change, Original
from planner.errors import InputInvalid
from planner.planning.built import Built
from planner.planning.diagnose import GIVES_WAY, SETTLED_ROWS
from planner.results.scale import scale_for
from planner.solver.elastic import Elastic
from planner.solver.highs import TOLERANCES, Live
from planner.solver.large import solve
from planner.solver.program import INFINITY, Program
from planner.solver.watch import Watch
from planner.studies.figures import Figures, of_no_cost, rounded
from planner.studies.loose_cells import Loose, LooseCell, LooseRow, loose_cells, loose_rows
from planner.studies.solving import Stopped, Study

LARGEST = 4  # cells that a mend changes at most
MOST_TRIED = 400  # sets of cells
MISSING = 1e-6  # in tons (or a limit's unit): less than this is the solver's rounding
FEW_DIGITS, DIGITS = 6, 9  # to which a figure is rounded: to few where the case has a plan with these
BEYOND = 1e-6  # of a figure, by which it is moved farther where rounding brought the conflict back


@dataclass(frozen=True)
class Mend:
    """Rows to delete, and cells with the figures that they would have to have, and what the plan costs then."""

    rows: tuple[LooseRow, ...]
    cells: tuple[tuple[LooseCell, float], ...]
    cost_musd: float
    gap_musd: float | None

    @property
    def changes(self) -> list[Change]:
        return _changes(self.rows, self.cells)


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
                "No plan can meet this case, and no needs, limits and decisions were found whose change brings one"
                " about. Look at builds that require each other, and at what events stop."
            )
            return
        for number, mend in enumerate(self.mends, start=1):
            parts = [f"{row.place.address(self.original.case)}: {row.place.words} deleted" for row in mend.rows]
            parts += [self._sentence(cell, figure) for cell, figure in mend.cells]
            money = scale_for([mend.cost_musd])
            gap = "" if mend.gap_musd is None else f", proven within {money.of(mend.gap_musd):,.{money.places(3)}f}"
            yield f"{number}. {', and '.join(parts)}: then the case has a plan, of {money.figure(mend.cost_musd)}{gap}."

    def _sentence(self, cell: LooseCell, figure: float) -> str:
        verb = "raised" if figure > cell.figure else "lowered"
        where = cell.place.address(self.original.case)
        return f"{where}: {cell.place.words} {verb} from {cell.figure:,.10g} to {figure:,.10g}"

    def facts(self) -> Mapping[str, Any]:
        """What study.json holds."""
        case = self.original.case

        def fact(one: Loose, change: Change, was: float | None, becomes: float | None) -> dict[str, Any]:
            where, what = one.place.address(case), one.place.words
            return {"cell": where, "what": what, "was": was, "becomes": becomes, "change": str(change)}

        told = [
            {
                "cells": [
                    *(fact(row, row.change, None, None) for row in mend.rows),
                    *(fact(cell, cell.change(figure), cell.figure, figure) for cell, figure in mend.cells),
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
    """The cells and rows that may give way, and the conflicts that are known so far."""

    def __init__(self, original: Original, built: Built, study: Study) -> None:
        self.original, self.built, self.study = original, built, study
        self.cells: list[Loose] = [*loose_cells(built), *loose_rows(built)]
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
        _, outcome = self.built.solve(self.study.options, of_no_cost(self.built.program), self.study.listener)
        if outcome.values is None:
            self.cores.append(tuple(self._concentrating()))
        return outcome.values is not None

    def _concentrating(self) -> Iterator[int]:
        for number, cell in enumerate(self.cells):
            if isinstance(cell, LooseCell) and cell.concentrates:
                yield number

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
        giving = (*GIVES_WAY, *SETTLED_ROWS)
        known = {name: 1.0 for name in giving if name in program.rows or name in program.columns}
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
        return solve(of_no_cost(program), self.study.options, self.study.listener).values is not None

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
        loose = [self.cells[one] for one in sorted(chosen)]
        rows = tuple(one for one in loose if isinstance(one, LooseRow))
        cells, figures = self._figures([one for one in loose if isinstance(one, LooseCell)], rows)
        if figures is None:
            return None
        for digits, away in ((FEW_DIGITS, 0.0), (DIGITS, 0.0), (DIGITS, BEYOND)):
            near = [rounded(cell, figure, digits, away) for cell, figure in zip(cells, figures, strict=True)]
            told = tuple(zip(cells, near, strict=True))
            try:
                built = Built.of(self.original.changed(_changes(rows, told)))
            except InputInvalid:
                return None
            program, outcome = built.solve(self.study.options, None, self.study.listener)
            if outcome.values is not None:
                plan = self.study.audited(built, program, outcome)
                gap = None if plan.bound_musd is None else plan.objective_musd - plan.bound_musd
                return Mend(rows, told, plan.cost_musd, gap)
            if not cells:
                return None
        return None

    def _figures(
        self, cells: Sequence[LooseCell], rows: Sequence[LooseRow]
    ) -> tuple[Sequence[LooseCell], list[float] | None]:
        """The cells as they are in the case without these rows, and the figures that they need there."""
        if not rows or not cells:
            return cells, Figures(self.original, (), self.built, self.study).nearest(cells) if cells else []
        deleted = [row.change for row in rows]
        built = Built.of(self.original.changed(deleted))
        own = {cell.place: cell for cell in loose_cells(built)}
        if any(cell.place not in own for cell in cells):
            return cells, None
        cells = [own[cell.place] for cell in cells]
        return cells, Figures(self.original, deleted, built, self.study).nearest(cells)


def _changes(rows: Iterable[LooseRow], cells: Iterable[tuple[LooseCell, float]]) -> list[Change]:
    return [*(row.change for row in rows), *(cell.change(figure) for cell, figure in cells)]
