"""A study as a list of variations: changes to cells, decisions forced or forbidden. One way to solve and keep them all.

Each is checked as a workbook is, translated, and solved by a program that is held live: where only numbers differ from
the one before, only these reach the solver, which starts from where it ended (`planner.solver.warm`). Each plan is
audited. Results go to a file as they come, so that a study that was cut off resumes where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case
from planner.case.changes import Change, Original
from planner.case.decisions import Decision
from planner.errors import AuditFailed, InputInvalid, SolveFailed, StudyError
from planner.plan import Plan
from planner.planning.built import Built, refuse_open_books
from planner.planning.maker import Maker
from planner.results.facts import Facts
from planner.results.projects import projects
from planner.runs.folder import versions
from planner.solver.outcome import Outcome, SolveOptions
from planner.solver.program import Program
from planner.solver.warm import Warm
from planner.status import Status
from planner.studies.apart import not_nothing, ranks
from planner.studies.decisions import decided
from planner.studies.folder import RESULTS
from planner.studies.solving import Stopped, Study

BASE = "as it is"
PLANNED, IMPOSSIBLE, NOT_IN_TIME = "planned", "no plan is possible", "no plan in time"
REFUSED, FAILED, LOST = "not a case that can be solved", "failed", "its process died each time"
TABLE = ["variation", "outcome", "cost_musd", "gap_musd", "change_musd", "change_gap_musd", "told_apart", "rank"]
TABLE += ["objective_musd", "unmet_t", "builds", "bought_t", "why"]


@dataclass(frozen=True)
class Variation:
    """A name, and what is different."""

    name: str
    changes: tuple[Change, ...] = ()
    force: tuple[Decision, ...] = ()
    forbid: tuple[Decision, ...] = ()

    @property
    def as_it_is(self) -> bool:
        """Whether nothing is different."""
        return not (self.changes or self.force or self.forbid)

    def key(self, case: Case, options: SolveOptions) -> str:
        """What a result depends on: the same case, options, version and differences give the same one."""
        told = [case.fingerprint, asdict(options), versions(), list(map(str, self.changes))]
        told += [list(map(str, self.force)), list(map(str, self.forbid))]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def grid(inputs: Sequence[Sequence[Change]], always: Sequence[Change] = ()) -> list[Variation]:
    """A variation for each value of one input, or each pair of values of two, ordered so that neighbours are alike."""
    if not 1 <= len(inputs) <= 2:
        raise StudyError("A sweep has one input or two.")
    pairs: list[tuple[Change, ...]] = [(one,) for one in inputs[0]]
    if len(inputs) == 2:
        pairs = [
            (first, second)
            for number, first in enumerate(inputs[0])
            for second in (inputs[1] if number % 2 == 0 else list(reversed(inputs[1])))
        ]
    return [Variation(", ".join(map(str, pair)), (*always, *pair)) for pair in pairs]


@dataclass
class Bench:
    """A case held so that variations of it are solved one after the other."""

    original: Original
    study: Study
    warm: Warm = field(init=False)
    maker: Maker = field(default_factory=Maker, init=False)

    def __post_init__(self) -> None:
        self.warm = Warm(self.study.options, self.study.listener)

    def plan(self, variation: Variation) -> tuple[Case, Plan | None, str]:
        """The case, its audited plan, and how that went; raises InputInvalid for changes that a case may not have."""
        case = self.original.changed(variation.changes) if variation.changes else self.original.case
        built = Built.of(case, self.maker)
        program = decided(built, built.program, variation.force, variation.forbid)
        solved, outcome = self._solve(built, program)
        if outcome.status is Status.INFEASIBLE:
            return case, None, IMPOSSIBLE
        if outcome.status is Status.NO_PLAN:
            return case, None, NOT_IN_TIME
        plan = built.plan(solved, outcome, self.study.options)
        refuse_open_books(case, plan)
        return case, plan, PLANNED

    def _solve(self, built: Built, program: Program) -> tuple[Program, Outcome]:
        """Limits on concentration need cuts between solves, so such a case is built and solved anew."""
        if built.cones:
            return built.solve(self.study.options, program, self.study.listener)
        return program, self.warm.solve(program)

    def result(self, variation: Variation) -> dict[str, Any]:
        """What came of a variation, as plain data."""
        live, searched = self.warm.kept_live, self.warm.searched
        told = {"variation": variation.name, "key": variation.key(self.original.case, self.study.options)}
        found: dict[str, Any] = {
            **told,
            "changes": list(map(str, variation.changes)),
            "force": list(map(str, variation.force)),
            "forbid": list(map(str, variation.forbid)),
        }
        try:
            case, plan, outcome = self.plan(variation)
        except (InputInvalid, StudyError, SolveFailed, AuditFailed) as error:
            if variation.as_it_is or isinstance(error, Stopped):
                raise  # there is nothing to hold the others against
            refused = isinstance(error, (InputInvalid, StudyError))
            return found | {"outcome": REFUSED if refused else FAILED, "why": str(error)}
        found |= {
            "outcome": outcome,
            "kept_live": self.warm.kept_live > live,
            "searched": self.warm.searched > searched,
        }
        return found if plan is None else found | _figures(case, plan) | self._unproven(plan)

    def _unproven(self, plan: Plan) -> dict[str, str]:
        """Why a plan is not as well proven as was asked for; nothing where it is.

        A limit of time is one of the clock: a search that would end in time on an idle machine may not on a busy one.
        """
        if plan.status.proven:
            return {}
        asked, within = self.study.options, "no gap" if plan.gap is None else f"{plan.gap:.2%}"
        how = f"its search ended after {plan.seconds:,.0f} s of the clock, of {asked.time_limit_s:,.0f} s allowed"
        return {"why": f"proven within {within} where {asked.mip_gap:.2%} was asked for: {how}"}

    def each(self, asked: Sequence[Variation]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The place and the result of each, one after the other."""
        for place, variation in enumerate(asked):
            self.study.begin(variation.name)
            yield place, self.result(variation)


def _figures(case: Case, plan: Plan) -> dict[str, Any]:
    firsts = projects(Facts(case, plan)).drop_duplicates("option")
    nodes = plan.tables["nodes"].set_index("node")
    weight = nodes["probability"] * nodes["years"]
    short = plan.tables["shortages"]
    return {
        "status": str(plan.status),
        "cost_musd": plan.cost_musd,
        "objective_musd": plan.objective_musd,
        "bound_musd": plan.bound_musd,
        "unmet_t": float((short["t_per_year"] * short["node"].map(weight)).sum()),
        "builds": {str(name): int(year) for name, year in zip(firsts["option"], firsts["begun"], strict=True)},
        "bought_t": _bought(case, plan, weight),
    }


def _bought(case: Case, plan: Plan, weight: pd.Series) -> dict[str, float]:
    """Tons over all years by supplier, expected over the futures: bought, and lifted under contract."""
    supplier = dict(zip(case.tables["offers"]["offer"], case.tables["offers"]["supplier"], strict=True))
    offer = dict(zip(case.tables["contracts"]["contract"], case.tables["contracts"]["offer"], strict=True))
    tons: dict[str, float] = {}
    for table, name in (("purchases", "offer"), ("lifts", "contract")):
        rows = plan.tables[table]
        for key, node, t in zip(rows[name], rows["node"], rows["t_per_year"], strict=True):
            whose = supplier[key if name == "offer" else offer[key]]
            tons[whose] = tons.get(whose, 0.0) + t * float(weight[node])
    return dict(sorted(tons.items(), key=lambda pair: -pair[1]))


@dataclass(frozen=True)
class Varied:
    """What was found, in the order in which it was asked for; `complete` is False where the study ended before.

    `base` is the result of the case as it is, the first of all; None where the study ended before that was known.
    """

    results: tuple[Mapping[str, Any], ...]
    base: Mapping[str, Any] | None
    complete: bool

    @property
    def kept_live(self) -> int:
        """Of how many only changed numbers were handed to the solver."""
        return sum(bool(result.get("kept_live")) for result in self.results)

    @property
    def searched(self) -> int:
        """For how many all plans were searched."""
        return sum(bool(result.get("searched")) for result in self.results)

    @property
    def unproven(self) -> str:
        """How many plans are not proven within the gap that was asked for, in a sentence; empty where all are."""
        of = [result for result in self.results if result["outcome"] == PLANNED]
        wide = sum(bool(result.get("why")) for result in of)
        if not wide:
            return ""
        many = f"{wide} of {len(of)} plans {'is' if wide == 1 else 'are'}"
        return f"{many} not proven within the gap asked for. Where the time was over, --time-limit gives more."

    @property
    def table(self) -> pd.DataFrame:
        """One row a variation: TABLE, in the order in which they were asked for."""
        rows = [_row(self.base, result) for result in self.results]
        table = pd.DataFrame(rows, columns=[name for name in TABLE if name != "rank"])
        planned = table["outcome"] == PLANNED
        most = table.loc[planned, "cost_musd"]
        least = most - table.loc[planned, "gap_musd"]
        table["rank"] = pd.Series(ranks(least.tolist(), most.tolist()), index=most.index, dtype="float64")
        return table[TABLE]


def _row(base: Mapping[str, Any] | None, result: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: result.get(name) for name in ("variation", "outcome", "cost_musd", "objective_musd", "unmet_t")
    }
    row["why"] = result.get("why", "")
    if result["outcome"] != PLANNED:
        return row
    row["gap_musd"] = gap_of(result)
    row["builds"] = ", ".join(f"{name} {year}" for name, year in result["builds"].items())
    row["bought_t"] = ", ".join(f"{name} {t:,.0f}" for name, t in list(result["bought_t"].items())[:5])
    if base is not None and base["outcome"] == PLANNED:
        change = float(result["cost_musd"] - base["cost_musd"])
        gap = 0.0 if result is base else gap_of(result) + gap_of(base)
        row |= {"change_musd": change, "change_gap_musd": gap, "told_apart": not_nothing(change, gap)}
    return row


def gap_of(result: Mapping[str, Any]) -> float:
    """How much lower the objective of a result may be at best, M$."""
    bound = result["bound_musd"]
    return float("inf") if bound is None else float(result["objective_musd"] - bound)


Solver = Callable[[Sequence[Variation]], Iterator[tuple[int, Mapping[str, Any]]]]
"""Hands back the place and the result of each variation, in whatever order they come."""


def vary(
    original: Original,
    variations: Sequence[Variation],
    study: Study,
    keep: Path | None = None,
    done: Mapping[str, Mapping[str, Any]] | None = None,
    solver: Solver | None = None,
) -> Varied:
    """Solve the case as it is and each variation; `keep` takes each result as a line, `done` has those known by key.

    What cells may not hold is refused before anything is solved. A study that is stopped hands back what was finished
    by then; with nothing finished it raises Stopped.
    """
    for variation in variations:
        original.refuse(variation.changes)
    asked = [Variation(BASE), *variations]
    keys = [variation.key(original.case, study.options) for variation in asked]
    study.steps = len(asked)
    results: dict[int, Mapping[str, Any]] = {}

    def take(place: int, result: Mapping[str, Any]) -> None:
        results[place] = {**result, "variation": asked[place].name}
        if keep is not None:
            with keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(results[place], ensure_ascii=False) + "\n")

    for place, key in enumerate(keys):
        if done and key in done:
            take(place, done[key])
            study.take_over(asked[place].name)
    left = [place for place in range(len(asked)) if place not in results]
    try:
        for number, result in (solver or Bench(original, study).each)([asked[place] for place in left]):
            take(left[number], result)
            study.end(asked[left[number]].name)
    except Stopped:
        if not results:
            raise
    found = tuple(results[place] for place in sorted(results))
    return Varied(found, results.get(0), len(found) == len(asked))


def finished(*folders: Path) -> dict[str, Mapping[str, Any]]:
    """The results that earlier, perhaps cut off, studies left in these folders, by key; a half line is left out."""
    found: dict[str, Mapping[str, Any]] = {}
    for folder in folders:
        file = folder / RESULTS
        if not file.is_file():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                result = json.loads(line)
            except ValueError:
                continue
            if isinstance(result, dict) and isinstance(result.get("key"), str):
                found[result["key"]] = result
    return found
