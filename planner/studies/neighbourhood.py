"""The plans next to a plan: all its yes or no stay as they are but those of one thing, and all amounts adapt.

Such a program is small enough to be solved to the end, so what it says is exact, and it is quick: it is held live as a
linear program, and the few yes or no of the one thing are branched on (Land and Doig 1960), each time from the basis of
the last. Of those of which one at most may be, as the years in which a plant is begun, each is a branch (Beale and
Tomlin 1970). Each question begins where the plan itself ends, and goes from other limits to other costs, so that the
simplex method has a few hundred steps to go where it would have thousands; and what a branch cost at lower prices it
costs at least at higher ones. Where branching takes too long, the search for all programs does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from models.groups import Bools, Floats
from planner.planning.built import Built
from planner.solver.branching import at_least_dearer, same_limits
from planner.solver.highs import TOLERANCES, WHOLE_WITHIN, Basis, Live
from planner.solver.large import solve
from planner.solver.local_search import STEPS_AT_ONCE
from planner.solver.outcome import SolveOptions
from planner.solver.program import Integers, Program, Rows
from planner.solver.warm import alike, hand_over_changes
from planner.solver.watch import Listener, Watch
from planner.status import Status
from planner.studies.decisions import FORCED, Columns

MOST_BRANCHES = 60
MOST_LIVE = 2  # programs held: that of the plan, and one of other rows or columns, as other prices may make it
SAME = 1e-10  # of a cost: a branch that is no cheaper by more than this is none


@dataclass(frozen=True)
class Next:
    """A plan next to the plan: what it costs (at the costs it was solved for), and its values."""

    musd: float
    values: Floats


@dataclass
class Held:
    """The plan in the solver, all its whole numbers held, its values, and where the solver stood at its end.

    `asked` is the last program of which the relaxation was solved without anything forced, and `stood` its end. `known`
    are the costs of boxes of its whole numbers, each with the program in which it was solved.
    """

    live: Live
    plan: Program
    values: Floats
    end: Basis
    asked: Program
    stood: Basis
    known: dict[bytes, tuple[Program, float]] = field(default_factory=dict)
    forced: int = 0

    @classmethod
    def of(cls, plan: Program, options: SolveOptions, listener: Listener) -> Held | None:
        """From the program with all whole numbers held; None where it has no best plan, or none in time."""
        live = Live(plan, options, TOLERANCES[0])
        found = live.solve(Watch(options.time_limit_s, listener))
        if found.status is not Status.OPTIMAL or found.values is None:
            return None
        live.stay_near()
        return cls(live, plan, found.values, live.basis, plan, live.basis)

    def relax(self, asked: Program, forced: Rows | None, watch: Watch) -> Status:
        """Solve a program like that of the plan, in which nothing has to be whole, and these rows besides."""
        self.live.drop_last_rows(self.forced)
        self.forced = 0 if forced is None else len(forced.names)
        if forced is None and same_limits(asked, self.asked):
            hand_over_changes(self.live, asked)
            status = self.step(watch, self.stood, only_costs_changed=True)
        else:
            self.known = {}
            # What is limited comes before what it costs, so each method starts where it has little to do.
            hand_over_changes(self.live, replace(asked, cost=self.plan.cost, offset=self.plan.offset))
            self.live.stand_at(self.end)
            if forced is not None:
                self.live.add_rows(FORCED, forced)
            status = self.step(watch)
            costs = np.flatnonzero(asked.cost != self.plan.cost).astype(np.int32)
            if status is Status.OPTIMAL and len(costs):
                self.live.change_costs(costs, asked.cost[costs])
                status = self.step(watch, only_costs_changed=True)
        if status is Status.OPTIMAL and forced is None:
            self.asked, self.stood = asked, self.live.basis
        return status

    def step(self, watch: Watch, start: Basis | None = None, only_costs_changed: bool = False) -> Status:
        """Solve as it stands now, from here or from a basis."""
        status = self.live.step_from(start, STEPS_AT_ONCE, only_costs_changed)
        while status is Status.STOPPED and not watch.wants_stop:
            status = self.live.step_from(None, STEPS_AT_ONCE, only_costs_changed)
        return status

    def least_musd(self, program: Program, box: WholeBox) -> float:
        """What no plan of a box is cheaper than, by what it cost when it was solved."""
        solved, musd = self.known.get(box.key, (program, -np.inf))
        return musd + at_least_dearer(solved, program)


@dataclass(frozen=True)
class WholeBox:
    """Limits of some whole numbers."""

    low: Floats
    high: Floats

    @property
    def key(self) -> bytes:
        """The same for boxes of the same limits."""
        return self.low.tobytes() + self.high.tobytes()

    def parts(self, place: int, at: float, one_of: Bools | None) -> list[WholeBox]:
        """Boxes that hold all its whole numbers, and not the fraction `at` of one of them.

        `one_of` are those of which, with that one, one at most is not nothing.
        """
        if one_of is None:
            below, above = self.high.copy(), self.low.copy()
            below[place] = np.floor(at)
            above[place] = below[place] + 1.0
            return [WholeBox(self.low, below), WholeBox(above, self.high)]
        none = np.where(one_of, 0.0, self.high)
        found = [WholeBox(self.low, none)]
        for own in np.flatnonzero(one_of & (self.high > 0.0)).tolist():
            low, high = self.low.copy(), none.copy()
            low[own] = high[own] = 1.0
            found.append(WholeBox(low, high))
        return found


@dataclass
class Neighbourhood:
    """A built case with the whole numbers of one of its plans."""

    built: Built
    program: Program
    whole: Floats
    options: SolveOptions
    listener: Listener
    _held: list[Held] = field(default_factory=list)

    def around(self, own: Iterable[int]) -> Program:
        """The program in which only these columns may take other whole numbers."""
        free: Bools = np.zeros(len(self.program.cost), dtype=np.bool_)
        free[list(own)] = True
        return self.program.fixed(self.program.integer & ~free, self.whole)

    def best(self, program: Program, forced: Rows | None = None) -> Next | None:
        """The best plan of a program made by `around`, with these rows besides.

        None where there is none, or none was proven in time.
        """
        if forced is not None and (forced.upper[forced.lengths == 0] < 0.0).any():
            return None
        held = self._held_like(program)
        if held is None:
            return self._searched(program, forced)
        watch = Watch(self.options.time_limit_s, self.listener)
        held.live.allow(self.options.time_limit_s)
        own, best = np.flatnonzero(program.integer).astype(np.int32), self._as_planned(held, program, forced)
        box, sets = WholeBox(program.lower[own], program.upper[own]), _one_at_most(program, own)
        status, open_ = held.relax(program.relaxed, forced, watch), list[WholeBox]()
        for _ in range(MOST_BRANCHES):
            if status not in (Status.OPTIMAL, Status.INFEASIBLE):
                break
            if status is Status.OPTIMAL:
                values = held.live.values()
                musd, shares = program.objective(values), values[own]
                if forced is None:
                    held.known[box.key] = program, musd
                if _cheaper(musd, best):
                    away = np.abs(shares - np.round(shares))
                    if not len(own) or away.max() <= WHOLE_WITHIN:
                        best = Next(musd, values)
                    else:
                        place = int(away.argmax())
                        one_of = next((one for one in sets if one[place]), None)
                        open_ += box.parts(place, float(shares[place]), one_of)
                        if forced is None:
                            open_.sort(key=lambda part: -held.least_musd(program, part))
            while open_ and forced is None and not _cheaper(held.least_musd(program, open_[-1]), best):
                open_.pop()
            if not open_:
                return best
            box = open_.pop()
            held.live.change_column_bounds(own, box.low, box.high)
            status = held.step(watch)
        return self._searched(program, forced)

    @staticmethod
    def _as_planned(held: Held, program: Program, forced: Rows | None) -> Next | None:
        """The plan itself, where it is one of the program's."""
        values, plan = held.values, held.plan
        kept = forced is None and all(
            np.array_equal(getattr(program, name), getattr(plan, name))
            for name in ("row_lower", "row_upper", "coefficients")
        )
        if not kept or (values < program.lower).any() or (values > program.upper).any():
            return None
        return Next(program.objective(values), values)

    def _held_like(self, program: Program) -> Held | None:
        """The plan as it is held in the solver, for a program of the same rows and columns."""
        relaxed = program.relaxed
        for held in self._held:
            if held.live.usable and alike(held.plan, relaxed):
                return held
        made = Held.of(self.around(()), self.options, self.listener)
        if made is not None:
            self._held[MOST_LIVE - 1 :] = [made]
        return made

    def _searched(self, program: Program, forced: Rows | None) -> Next | None:
        if forced is not None:
            program = program.with_rows(FORCED, forced)
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
        return Neighbourhood(built, program, whole, self.options, self.listener, self._held)

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


def _cheaper(musd: float, best: Next | None) -> bool:
    """Whether it is less than what the best costs, by more than rounding."""
    return best is None or musd < best.musd - SAME * max(1.0, abs(best.musd))


def _one_at_most(program: Program, own: Integers) -> list[Bools]:
    """Of these whole numbers, by their place among them: those of which rows of nothing else let one at most be 1."""
    place = np.full(len(program.cost), -1, dtype=np.int64)
    place[own] = np.arange(len(own))
    others = np.bincount(program.row_of[place[program.columns_in] < 0], minlength=len(program.row_lower)) > 0
    sums = ~others & (program.row_upper == 1.0) & (np.diff(program.starts) > 1)
    found = []
    for row in np.flatnonzero(sums).tolist():
        entries = slice(program.starts[row], program.starts[row + 1])
        columns = program.columns_in[entries]
        if (program.coefficients[entries] == 1.0).all() and (program.lower[columns] == 0.0).all():
            found.append(np.isin(np.arange(len(own)), place[columns]))
    return found
