"""As it is: what today's awards would go on to cost, and what the plan saves against them, term by term.

As it is, no more is bought of an offer than is bought today (sheet `awards`), and nothing of any other; contracts and
agreements that are signed go on, plants that stand run, and nothing is begun: not built, signed, entered, qualified or
closed. Within that everything is at its best. Limits of the case are not asked of it, so that what they cost is in the
difference; what is not covered goes short at its price.

100 t are needed. All of them are bought of Lynas today, at 70,000 $/t; Baotou asks 60,000. As it is they cost 7.0 M$,
as planned 6.0: a saving of 1.0 M$, all of it purchases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isinf
from typing import Any

import numpy as np

from planner.case.changes import Change, Original
from planner.errors import Infeasible, StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.results.demand import over_horizon
from planner.results.facts import Facts
from planner.results.scale import scale_for
from planner.solver.program import Program, Rows
from planner.studies.apart import not_nothing
from planner.studies.compare import Side, bridge, spent, tons_by
from planner.studies.folder import costs_of, heading
from planner.studies.solving import Study, slack_musd

BEGINNINGS = ("build", "sign", "join", "qualify", "close")
AWARDED = "awarded"
NO_AWARDS = "The case says nothing of what is bought today. Fill in the sheet awards: offer, place, t_per_year."
NOT_COVERED = "As it is, what must be delivered cannot be: type what going short costs (segments), or add awards. {why}"


@dataclass(frozen=True)
class AsIs:
    """The case without its limits, the plan of it as it is, and the plan of the run with its case."""

    before: Side
    after: Side

    @property
    def saving_musd(self) -> float:
        """What the plan saves against today's awards, discounted; negative where it costs more."""
        return self.before.plan.cost_musd - self.after.plan.cost_musd

    @property
    def gap_musd(self) -> float:
        """By how much the saving may be off: the gaps of both plans."""
        return slack_musd(self.before.plan) + slack_musd(self.after.plan)


def as_is(original: Original, plan: Plan, study: Study) -> AsIs:
    """Solve today's awards, and hold a plan of the case against them; StudyError without awards, or where they fail."""
    case = original.case
    if case.tables["awards"].empty:
        raise StudyError(NO_AWARDS)
    free = original.changed([Change.parse("limits drop")]) if len(case.tables["limits"]) else case
    built = Built.of(free)
    try:
        today = study.solve(built, "as it is", held_to_awards(built))
    except Infeasible as error:
        raise StudyError(NOT_COVERED.format(why=error)) from error
    return AsIs(Side("as it is", free, today), Side("plan", case, plan))


def held_to_awards(built: Built) -> Program:
    """The program in which nothing is begun and no more bought than is awarded today."""
    program, upper = built.program, built.program.upper.copy()
    for name in BEGINNINGS:
        upper[program.columns[name][1] if name in program.columns else slice(0, 0)] = 0.0
    index, where = program.columns.get("buy", ([], slice(0, 0)))
    own: dict[tuple[Any, Any, Any], list[int]] = {}
    for column, (offer, _, place, _, node) in zip(range(where.start, where.stop), index, strict=True):
        own.setdefault((offer, place, node), []).append(column)
    awards = built.case.tables["awards"].set_index(["offer", "place"])["t_per_year"].to_dict()
    open_share = built.known.flows.sold.set_index(["offer", "node"])["open"].to_dict()
    names, most, lengths, columns = [], [], [], []
    for (offer, place, node), theirs in own.items():
        if (tons := awards.get((offer, place), 0.0) * open_share[offer, node]) == 0:
            upper[theirs] = 0.0
            continue
        names.append((offer, place, node))
        most.append(tons)
        lengths.append(len(theirs))
        columns += theirs
    counts = np.array(lengths, dtype=np.int32)
    rows = Rows(names, np.array(most), counts, np.array(columns, dtype=np.int32), np.ones(len(columns)))
    held = replace(program, upper=upper, lower=np.minimum(program.lower, upper))
    return held.with_rows(AWARDED, rows)


def facts_of(found: AsIs) -> dict[str, Any]:
    """What is kept of the answer, in the shape that README.md tells."""
    before, after = found.before, found.after
    bars = bridge(spent(before), spent(after))
    return {
        **heading("as-is", after.case),
        "as_is": _figures(before),
        "plan": _figures(after),
        "saving_musd": found.saving_musd,
        "saving_gap_musd": None if isinf(found.gap_musd) else found.gap_musd,
        "told_apart": bool(not_nothing(found.saving_musd, found.gap_musd)),
        "bridge": [{"term": term, "usd": usd} for term, usd in bars.items()],
        "awards": _awards(before, after),
        "words": in_words(found),
    }


def _figures(side: Side) -> dict[str, Any]:
    plan = side.plan
    return {**costs_of(plan), "unmet_t": over_horizon(Facts(side.case, plan), "short")}


def _awards(before: Side, after: Side) -> list[dict[str, Any]]:
    """Each award of today, and each offer that the plan buys, with what is bought in a mean year of either."""
    nodes = after.plan.tables["nodes"]
    horizon = float((nodes["years"].astype(float) * nodes["probability"].astype(float)).sum())
    keys = ["offer", "place"]
    was, now = (tons_by(side, "purchases", keys) / horizon for side in (before, after))
    stated = after.case.tables["awards"].set_index(keys)["t_per_year"].astype(float)
    offers = after.case.tables["offers"].set_index("offer")
    both = [*stated.index, *(key for key in now.index if key not in stated.index)]
    return [
        {
            "offer": offer,
            "supplier": str(offers.loc[offer, "supplier"]),
            "material": str(offers.loc[offer, "material"]),
            "place": place,
            "stated_t_per_year": float(stated.get((offer, place), 0.0)),
            "as_is_t_per_year": float(was.get((offer, place), 0.0)),
            "plan_t_per_year": float(now.get((offer, place), 0.0)),
        }
        for offer, place in both
    ]


def in_words(found: AsIs) -> str:
    """A sentence that a buyer understands."""
    cost, saving = found.before.plan.cost_musd, found.saving_musd
    money = scale_for([cost])
    told = f"Going on as today costs {money.figure(cost)}; the plan {'saves' if saving >= 0 else 'costs'}"
    told += f" {money.figure(abs(saving))} {'of it' if saving >= 0 else 'more'}"
    if not not_nothing(saving, found.gap_musd):
        return f"{told}, which the gaps of the two do not tell from nothing."
    short = [float(_figures(side)["unmet_t"]) for side in (found.before, found.after)]
    more = f" Short are {short[0]:,.1f} t as it is and {short[1]:,.1f} t as planned." if any(short) else ""
    return f"{told}.{more}"
