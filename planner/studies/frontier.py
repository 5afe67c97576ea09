"""Cost against one measure: the cheapest plan for each value of a limit, from the least cost to the tightest value.

The ε-constraint method (Haimes, Lasdon and Wismer 1971), lexicographic at each point (Mavrotas 2009): the loose end is
the least cost and, with its whole numbers, the tightest value at that cost; the tight end is the tightest value and,
with that, the least cost. Values between them are evenly spaced and solved from the tight end on, each from the plan
before, which the looser limit allows as well; where a plan can keep a tighter value than was asked for at no more cost,
with its whole numbers, it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.groups import Floats
from planner.case import Case
from planner.errors import StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.solver.cuts import settle_within_cones
from planner.solver.outcome import Outcome
from planner.solver.program import INFINITY, Program
from planner.studies.line import Line
from planner.studies.solving import Stage, Stopped, Study

CLOSE = 1e-6  # of the range: how closely the tightest value is looked for
MOST_STEPS = 60
SAME_MUSD = 1e-9

Keeps = Callable[[float], float | None]


@dataclass(frozen=True)
class Point:
    """A plan that no other beats in both: the limit's `value`, what the plan reaches of it, its case and the plan."""

    value: float
    reached: float
    case: Case
    plan: Plan


class Points(list[Point]):
    """The points of a frontier; `complete` is False where the study was stopped before all values were tried."""

    complete = True


def frontier(
    case: Case, limit: str, study: Study, points: int = 20, on_point: Callable[[Point], None] | None = None
) -> Points:
    """The frontier of cost against what a limit bounds, the loosest first; plans that another beats are left out.

    `on_point` is told each point as it is found. A study that is stopped hands back those found by then. Raises
    StudyError where the limit or the number of points makes no frontier, and what solving raises where the case has no
    plan at all.
    """
    if points < 2:
        raise StudyError("A frontier has two ends; ask for 2 points or more.")
    line = Line.of(case, limit)
    study.steps = points
    study.listen(Stage("the least cost", 0, points))
    loose, start = _loose_end(line, study)
    study.listen(Stage("the tightest value", 0, points))
    tight = _tightest(line, loose, study)
    values = [] if tight == loose else np.linspace(tight, loose, points)[:-1].tolist()
    found: list[Point] = []
    plan: Floats | None = None
    try:
        for value in [*values, loose]:
            ends = None if value in (tight, loose) or not found else found[-1].reached
            point, plan = _at(line, value, study, start if value == loose else plan, ends)
            found.append(point)
            if on_point is not None:
                on_point(point)
    except Stopped:
        if not found:
            raise
    points_kept = Points(_undominated(found, line.tighter))
    points_kept.complete = len(found) == len(values) + 1
    return points_kept


def _at(
    line: Line, value: float, study: Study, start: Floats | None, tighter: float | None
) -> tuple[Point, Floats | None]:
    """The cheapest plan with the limit at a value, and its decisions.

    Where `tighter` is given, a value that costs as much or more, the plan keeps the tightest value that its cost and
    whole numbers allow.
    """
    built = line.at(value)
    plan, program, outcome = study.solved(built, f"{line.limit} {line.sense} {value:,.6g}", start=start)
    assert outcome.values is not None
    reached = line.reached(program, outcome.values)
    reached = value if reached is None else reached
    if tighter is not None and line.tighter * (tighter - reached) > 0:
        at_this_cost = _AtThisCost(line, outcome, study)
        better = at_this_cost.keeps(reached + CLOSE * (tighter - reached))
        if better is not None:
            better = _between(at_this_cost.keeps, better, tighter)
            at = line.at(better)
            known = replace(outcome, values=at_this_cost.values, row_duals=None, reduced_costs=None)
            settled, found = settle_within_cones(at.program, at.cones, known, study.options)
            if found.values is not None:
                return Point(value, better, at.case, study.audited(at, settled, found)), found.values
    return Point(value, reached, built.case, plan), outcome.values


class _AtThisCost:
    """Of the plans with the whole numbers of one that is known, those that cost no more than it does."""

    def __init__(self, line: Line, known: Outcome, study: Study) -> None:
        assert known.values is not None
        assert known.objective is not None
        self.values = known.values
        self._line, self._study = line, study
        self._whole, self._cap = np.round(known.values), known.objective

    def keeps(self, value: float) -> float | None:
        """What one of them reaches that keeps a value, which is the known one from now on; None without one."""
        at = self._line.at(value)
        held = _capped(at.program.fixed(at.program.integer, self._whole), self._cap)
        reached, values = _some_plan(self._line, value, at, held, self._study)
        if values is not None:
            self.values = values
        return reached


def _loose_end(line: Line, study: Study) -> tuple[float, Floats]:
    """What the cheapest plan reaches at best with its whole numbers held, and the decisions that reach it."""
    built = line.free()
    program, outcome = built.solve(study.options, listener=study.listener)
    if outcome.values is None or outcome.objective is None:
        built.plan(program, outcome, study.options)
        raise Stopped("The study was stopped before it had a plan.")
    at_this_cost = _AtThisCost(line, outcome, study)
    reached = line.reached(program, outcome.values)
    if reached is None:
        raise StudyError(f"Nothing in the case counts for the limit {line.limit!r}, so there is nothing to trade.")
    return _last_kept(at_this_cost.keeps, reached, line), at_this_cost.values


def _tightest(line: Line, loose: float, study: Study) -> float:
    """The tightest value that there is a plan for; shares of builds and orders show first how far it can be."""

    def keeps_in_shares(value: float) -> float | None:
        at = line.at(value)
        return _some_plan(line, value, at, at.program.relaxed, study)[0]

    def keeps(value: float) -> float | None:
        at = line.at(value)
        return _some_plan(line, value, at, at.program, study)[0]

    hoped = _last_kept(keeps_in_shares, loose, line)
    if not line.low.program.integer.any() or keeps(hoped) is not None:
        return hoped
    return _between(keeps, loose, hoped)


def _some_plan(
    line: Line, value: float, built: Built, program: Program, study: Study
) -> tuple[float | None, Floats | None]:
    """What any plan of a program made for a value reaches of the limit, and the plan; nothing where there is none."""
    any_cost = replace(program, cost=np.zeros_like(program.cost))
    solved, outcome = built.solve(study.options, any_cost, study.listener)
    if study.stopped:
        raise Stopped("The study was stopped; what was finished by then is kept.")
    if outcome.values is None:
        return None, None
    reached = line.reached(solved, outcome.values)
    return value if reached is None else reached, outcome.values


def _last_kept(keeps: Keeps, loose: float, line: Line) -> float:
    """The tightest value that is kept, from a loose one that is, by steps that double and then by halves."""
    end = line.end
    if end is not None:
        if keeps(end) is not None:
            return end
        return _between(keeps, loose, end)
    kept, step = loose, max(abs(loose), 1.0) / 16
    for _ in range(MOST_STEPS):
        tried = kept + line.tighter * step
        reached = keeps(tried)
        if reached is None:
            return _between(keeps, kept, tried)
        kept, step = tried, 2 * step
    raise StudyError(f"The limit {line.limit!r} can be tightened without end. Give what it bounds a maximum.")


def _between(keeps: Keeps, kept: float, lost: float) -> float:
    """The tightest value that is kept between one that is and one that is not."""
    close = CLOSE * max(abs(lost - kept), SAME_MUSD)
    while abs(lost - kept) > close:
        middle = (kept + lost) / 2
        reached = keeps(middle)
        if reached is None:
            lost = middle
        else:
            kept = middle if abs(lost - middle) < abs(lost - reached) else reached
    return kept


def _capped(program: Program, most_musd: float) -> Program:
    """The program with one more row: it costs no more than this."""
    columns = np.flatnonzero(program.cost).astype(np.int32)
    room = SAME_MUSD * max(abs(most_musd), 1.0)
    return replace(
        program,
        row_lower=np.append(program.row_lower, -INFINITY),
        row_upper=np.append(program.row_upper, most_musd - program.offset + room),
        starts=np.append(program.starts, program.starts[-1] + len(columns)).astype(np.int32),
        columns_in=np.concatenate([program.columns_in, columns]),
        coefficients=np.concatenate([program.coefficients, program.cost[columns]]),
    )


def _undominated(points: list[Point], tighter: float) -> list[Point]:
    """Those that no other beats, the loosest first."""
    kept: list[Point] = []
    for point in sorted(points, key=lambda p: (-tighter * p.reached, p.plan.objective_musd)):
        if not kept or point.plan.objective_musd < kept[-1].plan.objective_musd - SAME_MUSD:
            kept.append(point)
    return kept[::-1]
