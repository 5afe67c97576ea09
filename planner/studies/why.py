"""Why what was not chosen was not, and what would change that; and what would knock out what was chosen.

For each thing the plans next to the plan are asked (`planner.studies.neighbourhood`): all other yes or no stay as they
are, all amounts adapt. Forced in, a thing shows what it costs too much: so much support would bring it in. Its prices
are then lowered to where it breaks even; the plan found there gives the next, higher break-even, until none is left
(Dinkelbach 1967). A chosen thing is left out, and its prices are raised until it is worth no more than that. Just
inside and just outside both solves are shown: nothing is told as found that they do not bear out.

100 t are needed; Baotou asks 60,000 and Lynas 70,000. Forced in, a ton of Lynas costs 10,000 more (0.01 M$). At 6/7 of
its price, 60,000, it breaks even; just below all 100 t come from it, just above none. Baotou is knocked out at 7/6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from models.groups import Floats
from planner.case import Case
from planner.case.changes import Original
from planner.case.decisions import Decision
from planner.case.priced import quoted_per
from planner.errors import StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.planning.maker import Maker
from planner.results.words import dollars, more_or_less
from planner.schema.decided import BEGUN_ONCE, NAMED_ON
from planner.solver.outcome import SolveOptions
from planner.solver.program import Program
from planner.solver.solution import Solution
from planner.studies.crew import Crew
from planner.studies.decisions import Columns, columns_of, forced_rows
from planner.studies.folder import costs_of, heading
from planner.studies.levers import OF_KIND, PULLED, Lever, lever, times_prices
from planner.studies.neighbourhood import Neighbourhood, Next, at_factor
from planner.studies.solving import Stopped, Study

ASKABLE = ("offer", "supplier", "contract", "partnership", "project")
VERIFIED, NEVER, IMPOSSIBLE, OPEN = "verified", "not at any price", "no plan has it", "not told apart"
LOST = "the process that looked at it died, each time"
NEEDED, NO_LEVER, CHEAPER = "no plan is without it", "no price of its own", "as cheap now"
USED_T, SAME, ASIDE = 1e-6, 1e-8, 0.005
MOST_STEPS = 12
LIMIT_S = 60.0  # of each solve: they are small, and one that takes longer is told as not told apart


@dataclass(frozen=True)
class Asked:
    """A thing of the case, its columns, those that are paid by its prices, and whether the plan has it."""

    kind: str
    name: str
    columns: Columns
    own: tuple[int, ...]
    chosen: bool


@dataclass(frozen=True)
class PlanAsked:
    """What the plans around a plan are made of; small enough to be handed to other processes."""

    original: Original
    solution: Solution
    options: SolveOptions

    def ready(self) -> Callable[[Asked], Mapping[str, Any]]:
        """What explains one thing, all that it wants made once."""
        return Why.of(self.original, self.solution, Study(self.options)).explain


@dataclass
class Why:
    """The plans around one plan. `musd` is what it costs, all amounts at their best."""

    original: Original
    built: Built
    around: Neighbourhood
    now: Next
    tolerance: float
    maker: Maker
    levers: dict[str, Lever] = field(default_factory=dict)

    @classmethod
    def of(cls, original: Original, solution: Solution, study: Study) -> Why:
        """From a case and the solution of its plan; StudyError where limits on concentration are in the way."""
        maker = Maker()
        built = Built.of(original.case, maker)
        if built.cones:
            raise StudyError("The case limits a concentration (HHI), which this study cannot hold. Take the limit out.")
        program = solution.program(built.program)
        options = SolveOptions(0.0, LIMIT_S, study.options.threads, study.options.seed)
        around = Neighbourhood(built, program, np.round(solution.values), options, study.listener)
        now = around.best(around.around(()))
        if now is None:
            raise StudyError("The plan of the run cannot be found again. Run the case again.")
        return cls(original, built, around, now, SAME * max(1.0, abs(now.musd)), maker)

    def asked(self) -> list[Asked]:
        """Everything that may be asked about: what some plan of the case has a place for."""
        found = []
        for kind in ASKABLE:
            sheet, column = NAMED_ON[kind]
            for name in self.built.case.tables[sheet][column]:
                columns = columns_of(self.built, Decision(kind, name))
                if not (columns.begun if kind in BEGUN_ONCE else columns.goods):
                    continue
                own = tuple(self.around.own_whole(kind, name, columns))
                found.append(Asked(kind, str(name), columns, own, self._taken(kind, columns, self.now.values)))
        return found

    def explain(self, thing: Asked) -> dict[str, Any]:
        """What brings a thing in or knocks it out, as plain data (README.md has its shape)."""
        told = _what(self.original.case, thing)
        slopes = self._slopes(thing)
        if thing.chosen:
            return told | self._knocked_out(thing, slopes)
        return told | self._brought_in(thing, slopes)

    def _taken(self, kind: str, columns: Columns, values: Floats) -> bool:
        if kind in BEGUN_ONCE:
            return bool(values[list(columns.begun)].sum() > 0.5)
        return bool(values[list(columns.goods)].sum() > USED_T)

    def _slopes(self, thing: Asked) -> Floats | None:
        kind = OF_KIND[thing.kind]
        if kind not in self.levers:
            self.levers[kind] = lever(self.original, self.built, kind, self.maker)
        paid = thing.columns.goods if thing.kind in ("offer", "supplier", "contract") else ()
        if thing.kind in ("offer", "supplier"):
            paid = tuple(column for column in paid if self.around.program.column_name(column)[0] == "buy")
        begun = () if thing.kind == "supplier" else thing.columns.begun
        sizes = thing.columns.goods if thing.kind == "project" else ()
        return self.levers[kind].at((*paid, *begun, *sizes))

    def _priced_as(self, thing: Asked) -> set[str]:
        """The things whose prices are pulled: of a supplier its offers."""
        if thing.kind != "supplier":
            return {thing.name}
        offers = self.built.case.tables["offers"]
        return set(offers.loc[offers["supplier"] == thing.name, "offer"].astype(str))

    def _brought_in(self, thing: Asked, slopes: Floats | None) -> dict[str, Any]:
        free = self.around.around(thing.own)
        forced = self.around.best(free, forced_rows(self.built, Decision(thing.kind, thing.name)))
        if forced is None:
            return {"verdict": IMPOSSIBLE}
        told: dict[str, Any] = {"support_musd": forced.musd - self.now.musd, "verdict": NO_LEVER}
        if forced.musd <= self.now.musd + self.tolerance:
            return told | {"verdict": CHEAPER}
        if slopes is None:
            return told
        factor = self._break_even(free, slopes, forced, self.now.musd)
        if factor is None:
            return told | {"verdict": NEVER}
        inside, outside = factor * (1.0 - ASIDE), min(1.0, factor * (1.0 + ASIDE))
        return told | self._verified(thing, free, slopes, factor, inside, outside)

    def _knocked_out(self, thing: Asked, slopes: Floats | None) -> dict[str, Any]:
        free = self.around.around(thing.own)
        without = self.around.best(_without(free, thing.columns))
        if without is None:
            return {"verdict": NEEDED}
        told: dict[str, Any] = {"worth_musd": without.musd - self.now.musd, "verdict": NO_LEVER}
        if without.musd <= self.now.musd + self.tolerance:
            return told | {"verdict": CHEAPER}
        if slopes is None:
            return told
        factor = self._break_even(free, slopes, self.now, without.musd)
        if factor is None:
            return told | {"verdict": OPEN}
        inside, outside = max(1.0, factor * (1.0 - ASIDE)), factor * (1.0 + ASIDE)
        return told | self._verified(thing, free, slopes, factor, inside, outside, without.musd)

    def _break_even(self, free: Program, slopes: Floats, found: Next, rival: float) -> float | None:
        """The largest factor at which some plan with the thing costs less than the rival; None where there is none."""
        factor = 0.0
        for _ in range(MOST_STEPS):
            paid = float(slopes @ found.values)
            if paid <= 0.0:
                return factor or None
            # What a plan costs at factor f is what it costs now, and (f - 1) of what is paid by these prices.
            even = 1.0 + (rival - float(free.cost @ found.values) - free.offset) / paid
            if even <= factor + SAME:
                break
            factor = even
            better = self.around.best(at_factor(free, slopes, factor))
            if better is None or better.musd >= rival - self.tolerance:
                break
            found = better
        if factor > 0.0:
            return factor
        given = self.around.best(at_factor(free, slopes, 0.0))
        if given is None or given.musd >= rival - self.tolerance or float(slopes @ given.values) <= 0.0:
            return None
        return self._break_even(free, slopes, given, rival)

    def _verified(
        self,
        thing: Asked,
        free: Program,
        slopes: Floats,
        factor: float,
        inside: float,
        outside: float,
        rival: float | None = None,
    ) -> dict[str, Any]:
        """Both solves, and whether they bear the factor out: cheaper with it just inside, no plan with it outside."""
        rival = self.now.musd if rival is None else rival
        sides, cheaper = {}, {}
        for side, at in (("inside", inside), ("outside", outside)):
            solved = self._side(thing, free, slopes, at, rival)
            if solved is None:
                return {"factor": factor, "verdict": OPEN}
            found, without_musd, columns = solved
            taken = self._taken(thing.kind, columns, found.values)
            goods = list(columns.goods)
            cheaper[side] = found.musd < without_musd - self.tolerance
            sides[side] = {
                "factor": at,
                "cost_musd": found.musd,
                "without_musd": without_musd,
                "taken": taken,
                "most_t_per_year": float(found.values[goods].max(initial=0.0)),
            }
        holds = cheaper["inside"] and sides["inside"]["taken"] and not cheaper["outside"]
        return {"factor": factor, "verdict": VERIFIED if holds else OPEN, **sides}

    def _side(
        self, thing: Asked, free: Program, slopes: Floats, at: float, rival: float
    ) -> tuple[Next, float, Columns] | None:
        """The plan at a factor, what one without the thing costs there, and the thing's columns.

        Where its prices move more than its own costs, both are of the case in which they are really changed.
        """
        kind, named = OF_KIND[thing.kind], self._priced_as(thing)
        if not self.levers[kind].tied.intersection(named):
            found = self.around.best(at_factor(free, slopes, at))
            return None if found is None else (found, rival, thing.columns)
        built = Built.of(self.original.changed(times_prices(self.original, kind, at, named)), self.maker)
        columns, around = columns_of(built, Decision(thing.kind, thing.name)), self.around.moved_to(built)
        there = around.around(around.own_whole(thing.kind, thing.name, columns))
        found, without = around.best(there), around.best(_without(there, columns))
        return None if found is None or without is None else (found, without.musd, columns)


def _without(free: Program, columns: Columns) -> Program:
    """The program in which nothing of a thing is had."""
    own = [*columns.begun, *columns.goods]
    lower, upper = free.lower.copy(), free.upper.copy()
    lower[own], upper[own] = 0.0, 0.0
    return replace(free, lower=lower, upper=upper)


def _what(case: Case, thing: Asked) -> dict[str, Any]:
    """The kind and name, and the cell, column, unit and figure of its price where one cell holds it."""
    told: dict[str, Any] = {"kind": thing.kind, "name": thing.name}
    if thing.kind == "supplier":
        return told
    sheet, name, column = PULLED[thing.kind][-1 if thing.kind == "project" else 0]
    rows = case.tables[sheet]
    row = rows[rows[name] == thing.name].iloc[0]
    value = float(row[column])
    if value != value:  # noqa: PLR0124 - a contract whose price follows the market has none of its own
        return told
    unit = "M$" if column.endswith("_musd") else "USD/t"
    if column == "price_usd_per_t":
        unit = quoted_per(case, sheet, thing.name)
    cell = case.cell(sheet, int(rows.index[rows[name] == thing.name][0]), column)
    return told | {"cell": cell, "column": column, "unit": unit, "now": value}


def why(
    original: Original,
    solution: Solution,
    study: Study,
    kinds: Sequence[str] = ASKABLE,
    of_chosen: bool = True,
    on_told: Callable[[Mapping[str, Any]], None] | None = None,
    hands: Crew | None = None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], bool]:
    """What brings in each rejected thing and knocks out each chosen one, and whether all were asked about.

    Rejected ones come first; a study that is stopped hands back what was found by then. `hands` find them side by side.
    """
    study.begin("the plan as it is")
    asker = PlanAsked(original, solution, study.options)
    around = Why.of(original, solution, study)
    asked = [one for one in around.asked() if one.kind in kinds and (of_chosen or not one.chosen)]
    asked.sort(key=lambda thing: thing.chosen)
    study.steps = len(asked)
    told: dict[int, dict[str, Any]] = {}
    try:
        for place, found in _each(around, asked, study) if hands is None else hands.answers(asker, study, asked):
            thing = asked[place]
            if "verdict" not in found:
                found = {"kind": thing.kind, "name": thing.name, "verdict": LOST}
            told[place] = {**found, "words": in_words(found, thing.chosen)}
            if on_told is not None:
                on_told(told[place])
            study.end(thing.name)
    except Stopped:
        pass
    rejected, chosen = ([told[at] for at in sorted(told) if asked[at].chosen is own] for own in (False, True))
    return rejected, chosen, len(told) == len(asked)


def _each(around: Why, asked: Sequence[Asked], study: Study) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, thing in enumerate(asked):
        study.begin(f"{thing.kind} {thing.name}")
        yield place, around.explain(thing)


def refuse_kinds(kinds: Sequence[str]) -> None:
    """Raise StudyError for a kind that nothing can be asked about."""
    if unknown := sorted(set(kinds) - set(ASKABLE)):
        raise StudyError(f"There is no kind {unknown[0]}; choose among {', '.join(ASKABLE)}.")


def facts_of(
    case: Case, plan: Plan, rejected: list[dict[str, Any]], chosen: list[dict[str, Any]], complete: bool
) -> dict[str, Any]:
    """What is kept of the answer, in the shape that README.md tells."""
    return {
        **heading("why", case),
        "plan": costs_of(plan),
        "complete": complete,
        "rejected": rejected,
        "chosen": chosen,
    }


def in_words(told: Mapping[str, Any], chosen: bool) -> str:
    """A sentence that a buyer understands."""
    return " ".join(_sentences(told, chosen))


def _sentences(told: Mapping[str, Any], chosen: bool) -> Iterator[str]:
    who, verdict = f"{told['kind'].capitalize()} {told['name']}", told["verdict"]
    what = "capex" if told["kind"] == "project" else "fees" if told["kind"] == "partnership" else "price"
    if verdict == IMPOSSIBLE:
        yield f"{who} is not in the plan, and no plan that keeps all else has it."
        return
    if verdict == NEEDED:
        yield f"{who} is in the plan, and no plan that keeps all else is without it."
        return
    if verdict == LOST:
        yield f"{who}: nobody knows; {LOST}."
        return
    money = float(told["worth_musd" if chosen else "support_musd"])
    if verdict == CHEAPER:
        here, there = ("in", "without") if chosen else ("not in", "with")
        yield f"{who} is {here} the plan, but a plan {there} it costs no more."
        return
    if chosen:
        yield f"{who} is in the plan; without it the plan costs {more_or_less(money)} more."
    elif told["kind"] in BEGUN_ONCE:
        more = more_or_less(money)
        yield f"{who} is not in the plan; with it the plan costs {more} more: that much support brings it in."
    else:
        first = "a first ton, with what must come with it, costs"
        yield f"{who} is not in the plan; {first} {dollars(money * 1e6)} USD more."
    if "factor" in told:
        move = told["factor"] - 1.0
        cell = ""
        if told.get("now"):
            cell = f", {dollars(told['now'] * told['factor'])} for {dollars(told['now'])} {told['unit']}"
        verb = "knocks it out" if chosen else "brings it in"
        yield f"A {what} {abs(move):.1%} {'higher' if move > 0 else 'lower'}{cell} {verb}."
    if verdict == NEVER:
        yield f"Even for nothing ({what} 0) it does not come in."
    if verdict == OPEN:
        yield "The solves just inside and outside do not bear this out, so it is not told apart."
