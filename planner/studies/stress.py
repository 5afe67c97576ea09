"""How a plan fares in futures that it was not made for: what they cost more, who goes short, and for how long.

What the plan has begun, signed and entered by a certain year is held. Until a future is known, everything is done as in
the calm: the same held plan in which nothing happens. From then on it adapts at least cost. All in money: the plan may
have been chosen by a price on risk or exposure too, but what is done beyond what is held is what costs least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np
import pandas as pd

from planner.case import Case
from planner.checks.futures import MISSED, cut_period
from planner.errors import Infeasible, NoPlanInTime, StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.studies.apart import ranks
from planner.studies.cases import alone, future_of, in_money
from planner.studies.commitments import Commitments, last_common_period
from planner.studies.losses import LOSABLE, Loss, losses
from planner.studies.past import Past
from planner.studies.solving import Stopped, Study, slack_musd
from planner.translate.tree import scenario_chances, scenario_tree

CALM = "as planned"
WORTH_TELLING_T = 1e-3
PLANNED, IMPOSSIBLE, NOT_IN_TIME = "planned", "no plan is possible", "no plan in time"
RESULT = ["rank", "kind", "future", "outcome", "cost_musd", "extra_musd", "gap_musd", "unmet_t", "years_to_recover"]
UNMET = ["kind", "future", "segment", "material", "element", "unmet_t"]


@dataclass(frozen=True)
class Future:
    """Something that may happen, as a case in which it is the only future."""

    kind: str
    name: str
    case: Case


@dataclass(frozen=True)
class Calm:
    """The held plan where nothing happens, and all that is done in it."""

    plan: Plan
    past: Past
    held: Commitments


@dataclass(frozen=True)
class Stress:
    """What became of the plan in each future, the dearest first.

    `results`: RESULT; extra_musd is the cost above the calm, discounted, and gap_musd how far it may be off for the
    gaps to which both were proven; futures whose costs the gaps do not tell apart share a rank. unmet_t adds up all
    years' shortage above the calm's; years_to_recover counts from the first year in which more is short than in the
    calm to the last (infinite where the horizon ends before). `unmet`: UNMET, the same tons by segment, its material
    and the material's element. `plans` are the plans themselves, with the name of the future; a supplier and a plant
    may have the same. `hidden` says of futures that a long period sees only as its mean. `complete` is False where the
    study was stopped before all futures were tried.
    """

    until: int
    calm: Plan
    results: pd.DataFrame
    unmet: pd.DataFrame
    plans: tuple[tuple[str, Plan], ...]
    hidden: tuple[str, ...] = ()
    complete: bool = True


def calm_of(case: Case, plan: Plan, study: Study, until: int) -> Calm:
    """The plan's decisions until that year held where nothing happens, or the only future that the case tells of."""
    held = Commitments.of(plan, until)
    quiet = case if len(scenario_chances(case)) == 1 else future_of(case, CALM, [])
    built = Built.of(quiet)
    found, program, outcome = study.solved(built, CALM, held.held_in(built.program, built.known.data.tree))
    assert outcome.values is not None
    return Calm(found, Past.of(program, outcome.values), held)


def until_before(case: Case, year: int) -> int:
    """The last year before this one up to which the plan's futures are one and the same."""
    return min(year - 1, last_common_period(scenario_tree(case)))


def lose_each(
    case: Case,
    plan: Plan,
    study: Study,
    first: int,
    years: int,
    kinds: Sequence[str] = LOSABLE,
    until: int | None = None,
) -> Stress:
    """The loss of each country, supplier and plant that is in use, one at a time, unannounced, from that year on."""
    case = in_money(case)
    until = until_before(case, first) if until is None else until
    calm = calm_of(case, plan, study, until)
    lost = losses(case, calm.plan, first, years, kinds)
    return meet(calm, [_future(case, loss) for loss in lost], study)


def meet_scenarios(case: Case, plan: Plan, told: Case, study: Study, until: int | None = None) -> Stress:
    """The scenarios of another case, such as this one with an overlay: each as the only future, known when it says."""
    case, told = in_money(case), in_money(told)
    futures = [Future("scenario", name, alone(told, name)) for name in scenario_chances(told)]
    if told.tables["scenarios"].empty:
        raise StudyError("There are no scenarios to try. List them on the scenarios sheet, and what happens on events.")
    first = min(_known_in(future.case) for future in futures)
    return meet(calm_of(case, plan, study, until_before(case, first) if until is None else until), futures, study)


def meet(calm: Calm, futures: Sequence[Future], study: Study) -> Stress:
    """The calm's plan in each of these futures; when the study is stopped, in those that were finished by then."""
    study.steps = len(futures) + study.done
    rows: list[tuple[object, ...]] = []
    slack: list[float] = []
    unmet, plans = [], []
    try:
        for future in futures:
            outcome, found, sunk = _adapted(calm, future, study)
            slack.append(nan if found is None else slack_musd(found))
            if found is None:
                rows.append(_without_plan(future, outcome))
                continue
            more = _more_short(calm.plan, found)
            short = _unmet(future, more)
            rows.append(_result(calm.plan, future, found, sunk, _recovery(more, _last_year(found)), short))
            unmet.append(short)
            plans.append((future.name, found))
    except Stopped:
        if not rows:
            raise
    together = pd.concat([pd.DataFrame(columns=UNMET), *unmet], ignore_index=True).astype({"unmet_t": float})
    hidden = tuple(word for future in futures if (word := _hidden(future)))
    results = _ranked(pd.DataFrame(rows, columns=RESULT[1:]), slack)
    complete = len(rows) == len(futures)
    return Stress(calm.held.until, calm.plan, results, together, tuple(plans), hidden, complete)


def _ranked(results: pd.DataFrame, slack: Sequence[float]) -> pd.DataFrame:
    """The dearest first, with the rank that the gaps allow; what no plan was found for in time has none."""
    cost, rank = results["cost_musd"].to_numpy(float), np.full(len(results), nan)
    known = ~np.isnan(cost)
    least = np.where(np.isinf(cost), cost, cost - np.nan_to_num(np.array(slack, dtype=float), posinf=inf))
    rank[known] = ranks(least[known].tolist(), cost[known].tolist())
    order = ["extra_musd", "unmet_t"]
    return results.assign(rank=rank)[RESULT].sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _hidden(future: Future) -> str:
    """A sentence where what is lost in a part of a period can be made up for in the rest of it, so that it hides."""
    table = future.case.tables["periods"]
    periods = list(zip(table["period"].tolist(), table["years"].tolist(), strict=True))
    events = future.case.tables["events"]
    for kind, start, end in zip(events["kind"], events["from"], events["to"], strict=True):
        last = None if pd.isna(end) else int(end)
        if kind in MISSED and (period := cut_period(periods, int(start), last)):
            return (
                f"{future.name}: it acts in some of the years {period} only, which the plan sees as their mean, so its"
                " cost and shortage may not show. Let periods begin and end with it."
            )
    return ""


def _future(case: Case, loss: Loss) -> Future:
    """The case with this loss in it, beside what happens anyway where it tells of one future only."""
    own = case.tables["events"].to_dict("records") if len(scenario_chances(case)) == 1 else []
    name = f"loss of {loss.name}"
    return Future(loss.kind, name, future_of(case, name, [*own, *loss.events]))


def _adapted(calm: Calm, future: Future, study: Study) -> tuple[str, Plan | None, float]:
    """How it went, the plan from the moment the future is known, and the cost of what it has no place for any more."""
    built = Built.of(future.case)
    held = calm.past.held_in(built.program, built.known.data.tree, _known_in(future.case) - 1, calm.held.until)
    try:
        return PLANNED, study.solve(built, future.name, held.program), held.sunk_musd
    except Infeasible:
        return IMPOSSIBLE, None, held.sunk_musd
    except NoPlanInTime:
        return NOT_IN_TIME, None, held.sunk_musd


def _known_in(case: Case) -> int:
    """The year in which the first event of a future is known; after the horizon where nothing happens."""
    events, periods = case.tables["events"], case.tables["periods"]
    if events.empty:
        return int((periods["period"] + periods["years"]).max())
    return int(events["known_from"].fillna(events["from"]).to_numpy(float).min())


def _without_plan(future: Future, outcome: str) -> tuple[object, ...]:
    lost = inf if outcome == IMPOSSIBLE else nan
    return future.kind, future.name, outcome, lost, lost, nan, nan, nan


def _result(
    calm: Plan, future: Future, found: Plan, sunk: float, years: float, short: pd.DataFrame
) -> tuple[object, ...]:
    cost, gap = found.cost_musd + sunk, slack_musd(found) + slack_musd(calm)
    extra, unmet = cost - calm.cost_musd, float(short["unmet_t"].sum())
    return future.kind, future.name, PLANNED, cost, extra, gap, unmet, years


def _more_short(calm: Plan, found: Plan) -> dict[tuple[str, int], float]:
    """Tons short above the calm, by segment and calendar year."""
    more: dict[tuple[str, int], float] = {}
    for plan, sign in ((found, 1.0), (calm, -1.0)):
        short = plan.tables["shortages"].merge(plan.tables["nodes"][["node", "period", "years"]], on="node")
        rows = short[["segment", "period", "years", "t_per_year"]].itertuples(index=False, name=None)
        for segment, first, years, t in rows:
            for year in range(first, first + years):
                more[segment, year] = more.get((segment, year), 0.0) + sign * t
    return more


def _last_year(plan: Plan) -> int:
    nodes = plan.tables["nodes"]
    return int((nodes["period"] + nodes["years"]).max()) - 1


def _recovery(more_short: Mapping[tuple[str, int], float], last_year: int) -> float:
    """Years from the first to the last in which any segment is short of more than in the calm."""
    years = sorted({year for (_, year), t in more_short.items() if t > WORTH_TELLING_T})
    if not years:
        return 0.0
    return inf if years[-1] == last_year else float(years[-1] - years[0] + 1)


def _unmet(future: Future, more_short: Mapping[tuple[str, int], float]) -> pd.DataFrame:
    """Tons short above the calm over all years, by segment."""
    segments, materials = (future.case.tables[name] for name in ("segments", "materials"))
    material = dict(zip(segments["segment"], segments["material"], strict=True))
    element = dict(zip(materials["material"], materials["element"], strict=True))
    by_segment: dict[str, float] = {}
    for (segment, _), t in more_short.items():
        by_segment[segment] = by_segment.get(segment, 0.0) + t
    rows = [
        (future.kind, future.name, segment, material[segment], element[material[segment]], t)
        for segment, t in sorted(by_segment.items())
        if abs(t) > WORTH_TELLING_T
    ]
    return pd.DataFrame(rows, columns=UNMET)
