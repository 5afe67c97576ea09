"""Other plans that cost nearly as little and are as unlike as can be: what is sure to be done, and what is open.

How far a plan is from another: 1 for each project, contract, partnership or qualification that one begins at some time
in some future and the other never does, and for the awards the share of the other's tons that is not bought from the
same offer, 0 to 1. Each further plan costs at most so much more than the cheapest, and is as far as can be from the
nearest of those before it (modelling to generate alternatives: Brill, Chang and Hopkins 1982). Buying more than before
from an offer counts against it in the search, so the distance that is told may be larger than the one searched for.
Then the same whole numbers are kept, and as much of the distance, at the least cost.

100 t are needed. Baotou asks 60,000, Lynas 60,300, and Vital 61,000. Within 1 % are plans up to 6.06 M$. The cheapest
buys all from Baotou. The next buys nothing there: all from Lynas costs 6.03, distance 1. The third may move 0.5 from
either: 50 t of each, or less of each where some comes from Vital. With v from Vital and half the rest from each of the
others, 6.015 + v (0.0010 + 0.0007) / 2 <= 6.06 gives v = 52.9, 23.5 of each: 0.765 from both.

What all plans share is called sure only where no plan at all within the same cost is without it: where even the
relaxation without it costs more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from models.groups import Floats
from planner.case import Case
from planner.case.decisions import Decision
from planner.errors import StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.schema.decided import NAMED_ON
from planner.solver.highs import TOLERANCES, Live
from planner.solver.large import solve
from planner.solver.outcome import Outcome, with_plan
from planner.solver.program import Program, Rows
from planner.solver.warm import hand_over_changes
from planner.solver.watch import Watch
from planner.status import Status
from planner.studies.decisions import columns_of
from planner.studies.solving import Stopped, Study, slack_musd

YES_OR_NO = ("project", "contract", "partnership", "supplier")
NEARLY_ALL = 1e-6  # of the distance found may be given back for a lower cost
NOT_FARTHER = 1e-4  # a plan that is no farther than this is none
LITTLE_T = 1e-3
SURE, SHARED, OPEN, NEVER = "in every plan within the cost", "in all of these plans", "open", "in none of these plans"
PLANS = ["plan", "cost_musd", "gap_musd", "above_musd", "above", "distance", "distance_at_most"]


@dataclass(frozen=True)
class Thing:
    """Something that a plan has or does without: its columns, and what one of each is worth in its amount."""

    kind: str
    name: str
    columns: np.typing.NDArray[np.int64]
    worth: Floats

    def amount(self, values: Floats) -> float:
        """How often it is begun, or the tons bought over all years, expected over the futures."""
        return float(self.worth @ values[self.columns])

    def had(self, values: Floats) -> bool:
        return self.amount(values) > (LITTLE_T if self.kind == "offer" else 0.5)


@dataclass(frozen=True)
class Other:
    """A plan and its values; how far it is from the nearest of those before, and how far one may be at most."""

    plan: Plan
    values: Floats
    distance: float = 0.0
    distance_at_most: float = 0.0


@dataclass
class Alternatives:
    """Plans within a cost, the cheapest first; `complete` is False where the study was stopped before it was whole."""

    case: Case
    within: float
    most_musd: float
    things: list[Thing]
    found: list[Other]
    sure: frozenset[tuple[str, str]] = frozenset()
    complete: bool = False

    @property
    def plans(self) -> pd.DataFrame:
        """One row a plan: PLANS."""
        least = self.found[0].plan.cost_musd
        rows = [
            (
                number,
                other.plan.cost_musd,
                slack_musd(other.plan),
                other.plan.cost_musd - least,
                (other.plan.cost_musd - least) / abs(least) if least else 0.0,
                other.distance,
                other.distance_at_most,
            )
            for number, other in enumerate(self.found, start=1)
        ]
        return pd.DataFrame(rows, columns=PLANS)

    @property
    def decisions(self) -> pd.DataFrame:
        """One row a thing: kind, name, verdict, in_plans ("1, 3"), and the amount of each plan as `plan_1`, ..."""
        rows = []
        for thing in self.things:
            amounts = [thing.amount(other.values) for other in self.found]
            having = [number for number, other in enumerate(self.found, start=1) if thing.had(other.values)]
            verdict = self._verdict(thing, len(having))
            by_plan = {f"plan_{number}": amount for number, amount in enumerate(amounts, start=1)}
            in_plans = ", ".join(map(str, having))
            rows.append({"kind": thing.kind, "name": thing.name, "verdict": verdict, "in_plans": in_plans, **by_plan})
        table = pd.DataFrame(rows, columns=["kind", "name", "verdict", "in_plans", *_plan_columns(len(self.found))])
        rank = table["verdict"].map({SURE: 0, SHARED: 1, OPEN: 2, NEVER: 3})
        return table.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)

    def _verdict(self, thing: Thing, having: int) -> str:
        if (thing.kind, thing.name) in self.sure:
            return SURE
        return NEVER if not having else SHARED if having == len(self.found) else OPEN


def _plan_columns(count: int) -> list[str]:
    return [f"plan_{number}" for number in range(1, count + 1)]


def alternatives(
    case: Case, study: Study, within: float, count: int, on_plan: Callable[[int, Plan], None] | None = None
) -> Alternatives:
    """The cheapest plan and `count` - 1 others that cost at most `within` (0.01: 1 %) more."""
    built = Built.of(case)
    if built.cones:
        raise StudyError("The case limits a concentration (HHI), which this study cannot hold. Take the limit out.")
    study.steps = count + 1
    plan, program, outcome = study.solved(built, "the least cost")
    assert outcome.values is not None
    most = plan.objective_musd + within * abs(plan.objective_musd)
    things = list(_things(built))
    found = Alternatives(case, within, most, things, [Other(plan, outcome.values)])
    if on_plan is not None:
        on_plan(1, plan)
    search = _Search(built, program, things, most, study, plan.bound_musd)
    try:
        while len(found.found) < count:
            other = search.farthest([one.values for one in found.found])
            if other is None:
                break
            found.found.append(other)
            if on_plan is not None:
                on_plan(len(found.found), other.plan)
        study.begin("what no plan is without")
        found.sure = search.sure([one.values for one in found.found])
        study.end("what no plan is without")
        found.complete = True
    except Stopped:
        pass
    return found


def _things(built: Built) -> Iterable[Thing]:
    tree = built.known.data.tree
    tables = built.case.tables
    for kind in (*YES_OR_NO, "offer"):
        sheet, column = NAMED_ON[kind]
        for name in tables[sheet][column]:
            found = columns_of(built, Decision(kind, str(name)))
            columns = np.array(found.goods if kind == "offer" else found.begun, dtype=np.int64)
            if len(columns):
                nodes = [built.program.column_name(column)[1][-1] for column in columns.tolist()]
                years = np.array([tree.years[node] * tree.probability[node] for node in nodes])
                yield Thing(kind, str(name), columns, years if kind == "offer" else np.ones(len(columns)))


@dataclass
class _Search:
    """The program with what is needed to tell how far a plan is from others."""

    built: Built
    program: Program
    things: list[Thing]
    most: float
    study: Study
    bound: float | None
    _widened: Program = field(init=False)

    def __post_init__(self) -> None:
        """Columns: whether each thing is begun, whether it is not, and the distance; rows that hold the first two."""
        self._begun = [thing for thing in self.things if thing.kind != "offer"]
        self._offers = [thing for thing in self.things if thing.kind == "offer"]
        first, count = len(self.program.cost), len(self._begun)
        self._is, self._is_not, self._far = first, first + count, first + 2 * count
        upper = np.append(np.ones(2 * count), float(count + 1))
        widened = self.program.with_columns("apart", list(range(2 * count + 1)), upper)
        costly = np.flatnonzero(self.program.cost)
        rows = [_row("budget", costly, self.program.cost[costly], self.most - self.program.offset)]
        for place, thing in enumerate(self._begun):
            own = np.append(thing.columns, self._is + place)
            rows.append(_row(("begun", place), own, np.append(-thing.worth, 1.0), 0.0))
            for column in thing.columns.tolist():
                most = max(1.0, float(self.program.upper[column]))
                pair = np.array([column, self._is_not + place])
                rows.append(_row(("not begun", place, column), pair, np.array([1.0 / most, 1.0]), 1.0))
        self._widened = widened.with_rows("apart", Rows.together(rows))

    def farthest(self, known: Sequence[Floats]) -> Other | None:
        """The plan within the cost that is farthest from the nearest of those known; None where there is none."""
        self.study.begin(f"plan {len(known) + 1}")
        program = self._widened.with_rows("far", Rows.together([self._far_from(p, v) for p, v in enumerate(known)]))
        aim = np.zeros(len(program.cost))
        aim[self._far] = -1.0
        start = np.append(known[0], np.zeros(len(aim) - len(known[0])))
        found = solve(replace(program, cost=aim, offset=0.0), self.study.options, self.study.listener, start)
        if self.study.stopped and found.status is not Status.OPTIMAL:
            raise Stopped("The study was stopped; what was finished by then is kept.")
        if found.values is None or found.values[self._far] <= NOT_FARTHER:
            self.study.end(f"plan {len(known) + 1}")
            return None
        values = self._cheapest(program, found.values)
        distance = min(self.distance(values, one) for one in known)
        at_most = -found.bound if found.bound is not None else float(len(self._begun) + 1)
        plan = self._plan(values)
        self.study.end(f"plan {len(known) + 1}")
        return Other(plan, values, distance, max(distance, at_most))

    def _far_from(self, place: int, values: Floats) -> Rows:
        """The distance is at most what differs from this plan."""
        columns, weights = [self._far], [1.0]
        for number, thing in enumerate(self._begun):
            columns.append((self._is_not if thing.had(values) else self._is) + number)
            weights.append(-1.0)
        bought = {thing.name: thing.amount(values) for thing in self._offers}
        total = sum(bought.values())
        most = 0.0
        if total > LITTLE_T:
            most = 1.0
            for thing in self._offers:
                if bought[thing.name] > LITTLE_T:
                    columns += thing.columns.tolist()
                    weights += (thing.worth / total).tolist()
        return _row(("far from", place), np.array(columns), np.array(weights), most)

    def distance(self, values: Floats, other: Floats) -> float:
        """How far a plan is from another."""
        differing = sum(thing.had(values) != thing.had(other) for thing in self._begun)
        bought = [(thing.amount(other), thing.amount(values)) for thing in self._offers]
        total = sum(before for before, _ in bought)
        kept = sum(min(pair) for pair in bought)
        return differing + (1.0 - kept / total if total > LITTLE_T else 0.0)

    def _cheapest(self, program: Program, values: Floats) -> Floats:
        """The cheapest plan with the same whole numbers that is as far; the values themselves where none is found."""
        held = program.fixed(program.integer, np.round(values))
        lower = held.lower.copy()
        lower[self._far] = values[self._far] * (1.0 - NEARLY_ALL)
        found = solve(replace(held, lower=lower), self.study.options, self.study.listener)
        return (values if found.values is None else found.values)[: len(self.program.cost)]

    def _plan(self, values: Floats) -> Plan:
        objective, options = self.program.objective(values), self.study.options
        outcome = with_plan(Outcome(Status.STOPPED), objective, self.bound, values, options.mip_gap)
        return self.study.audited(self.built, self.program, replace(outcome, off=self.program.off(values)))

    def sure(self, known: Sequence[Floats]) -> frozenset[tuple[str, str]]:
        """Of what all plans have, that without which even the relaxation costs more than is allowed."""
        shared = [thing for thing in self.things if all(thing.had(values) for values in known)]
        relaxed = self.program.relaxed
        live = Live(relaxed, self.study.options, TOLERANCES[0])
        found = set()
        for thing in shared:
            if self.study.stopped:
                break
            upper = relaxed.upper.copy()
            upper[thing.columns] = 0.0
            hand_over_changes(live, replace(relaxed, upper=upper, lower=np.minimum(relaxed.lower, upper)))
            without = live.solve(Watch(self.study.options.time_limit_s, self.study.listener))
            dearer = without.objective is not None and without.objective > self.most + NEARLY_ALL * abs(self.most)
            if without.status is Status.INFEASIBLE or (without.status is Status.OPTIMAL and dearer):
                found.add((thing.kind, thing.name))
        return frozenset(found)


def _row(name: Any, columns: np.typing.NDArray[Any], weights: Floats, upper: float) -> Rows:
    length = np.array([len(columns)], dtype=np.int32)
    return Rows([name], np.array([upper]), length, columns.astype(np.int32), weights.astype(np.float64))


def facts_of_alternatives(found: Alternatives) -> Mapping[str, object]:
    """What study.json holds of them."""
    return {
        "within": found.within,
        "most_musd": found.most_musd,
        "plans": found.plans,
        "decisions": found.decisions,
        "complete": found.complete,
    }
