"""What one ton more costs and one ton less saves, of each marginal price that stands at a kink: by solving with it.

A marginal price holds for some tons more and less (`planner.results.prices`); where it holds for none, the next ton may
cost another price, and a ton less may save another. Then the linear program of the plan, its yes or no held, is solved
with exactly one ton a year more, and one less, asked for at that place, each time from the plan's own basis.

Baotou has 80 t at 60,000 $/t, Lynas more at 70,000, and 80 t are needed: one ton more costs 70,000, one less saves
60,000, and a single price says one of the two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.case import Case
from planner.errors import StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.results.facts import records
from planner.results.prices import at_a_kink, kinks
from planner.results.words import dollars
from planner.solver.highs import TOLERANCES, Live
from planner.solver.scaling import scale_at
from planner.solver.solution import Solution
from planner.solver.watch import Watch
from planner.status import Status
from planner.studies.folder import costs_of, heading
from planner.studies.solving import Stopped, Study

LIMIT_S = 60.0


@dataclass
class NextTon:
    """The program of a plan with its whole numbers held, asked for a ton more or less; `musd` is what it costs."""

    built: Built
    live: Live
    musd: float

    @classmethod
    def of(cls, case: Case, solution: Solution, study: Study) -> NextTon:
        """From a case and the solution of its plan; StudyError where limits on concentration are in the way."""
        built = Built.of(case)
        if built.cones:
            raise StudyError("The case limits a concentration (HHI), which this study cannot hold. Take the limit out.")
        program = solution.program(built.program)
        held = program.fixed(program.integer, np.round(solution.values)).relaxed
        live = Live(held, study.options, TOLERANCES[0], scale_at(held, solution.values))
        now = live.solve(Watch(LIMIT_S, study.listener))
        if now.status is not Status.OPTIMAL or now.objective is None:
            raise StudyError("The plan of the run cannot be found again. Run the case again.")
        return cls(built, live, now.objective)

    def usd(self, key: tuple[str, str, str, str], more: float, study: Study) -> float | None:
        """What a ton a year costs there where so many more are asked for; None where there is no such plan."""
        index, where = self.live.program.rows["material_balance"]
        row, program, tree = where.start + index.index(key), self.live.program, self.built.known.data.tree
        place, was = np.array([row], dtype=np.int32), (program.row_lower[row], program.row_upper[row])
        self.live.change_row_bounds(place, *(np.array([limit + more]) for limit in was))
        found = self.live.solve(Watch(LIMIT_S, study.listener), on_the_way=True)
        self.live.change_row_bounds(place, *(np.array([limit]) for limit in was))
        if found.status is not Status.OPTIMAL or found.objective is None:
            return None
        node = key[-1]
        return (found.objective - self.musd) / more * 1e6 / (tree.probability[node] * tree.discount_years[node])


def next_tons(case: Case, plan: Plan, solution: Solution, study: Study) -> tuple[list[dict[str, Any]], bool]:
    """Each price at a kink, and whether all were asked: a study that is stopped keeps what it has."""
    rows = list(records(kinks(case, plan)))
    study.steps, told = len(rows), []
    asked = NextTon.of(case, solution, study)
    try:
        for row in rows:
            study.begin(f"{row.material} in {row.place}, {row.label}")
            key = (row.place, row.material, row.rule, row.node)
            told.append(_told(row, *(asked.usd(key, step, study) for step in (1.0, -1.0))))
            study.end(told[-1]["what"])
    except Stopped:
        if not told:
            raise
    return told, len(told) == len(rows)


def _told(row: Any, more: float | None, less: float | None) -> dict[str, Any]:
    what = f"{row.material} in {row.place}{f' ({row.rule})' if row.rule else ''}, {row.label}"
    return {
        "what": what,
        **{name: str(getattr(row, name)) for name in ("material", "place", "rule", "node")},
        "usd_per_t": float(row.usd_per_t),
        "more_usd": more,
        "less_usd": less,
        "words": f"{what}: {at_a_kink(more, less)}; the price told is {dollars(row.usd_per_t)} USD/t.",
    }


def facts_of(case: Case, plan: Plan, told: list[dict[str, Any]], complete: bool) -> Mapping[str, Any]:
    """The answer as plain data, widest apart first."""
    ordered = sorted(told, key=lambda one: (-_apart(one), one["what"], one["node"]))
    return {**heading("next-ton", case), "plan": costs_of(plan), "prices": ordered, "complete": complete}


def _apart(one: Mapping[str, Any]) -> float:
    return math.inf if one["more_usd"] is None else one["more_usd"] - (one["less_usd"] or 0.0)


def lines(told: Mapping[str, Any], most: int) -> Iterator[str]:
    """So many of them in words, and how many more there are."""
    yield from (one["words"] for one in told["prices"][:most])
    if len(told["prices"]) > most:
        yield f"... and {len(told['prices']) - most:,} more, in the report and with --json."
