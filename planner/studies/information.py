"""What it is worth to know the future, and to plan for all futures at once (Birge and Louveaux 2011, chapter 4).

All in money: risk and exposure have no price here, so that each figure is a cost. Before the futures part, a plan knows
nothing that tells them apart; all that it does until then (here and now: what it begins, signs, buys, runs and stores)
is held, and the rest adapts.

wait and see      each future planned as if it were known; the mean of their costs
stochastic        one plan for all futures, the case as it is, at expected cost
mean plan         planned for the mean of all futures; what it does here and now is then held in all futures
EVPI              stochastic − wait and see: what knowing would save
VSS               mean plan − stochastic: what planning for all futures saves
regret            what a plan, its here and now held, costs in a future above the best plan for that one

In M$: 100 t a year at 10,000 $/t for two years; China may be banned in the second (1/2), and going short costs 100,000.
To store 100 t costs 3. Known: 2 in calm, 1 + 1 + 3 = 5 in a ban, 3.5 on average. One plan for both fills the store, 5,
so EVPI is 1.5. The mean future leaves enough supply, so its plan stores nothing: 2 in calm and 1 + 10 in a ban, 6.5 on
average, so VSS is 1.5. The plan for both costs 5 in calm, a regret of 3, and has none in a ban.

No solve is closer than its gap. Each figure is worked out from the best plan that any of the solves found for it, so
none is below zero, and is told with how far the gaps leave it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import pandas as pd

from planner.case import Case
from planner.errors import Infeasible, StudyError
from planner.planning.built import Built
from planner.studies.apart import ranks
from planner.studies.cases import MEAN, alone, in_money, mean_future
from planner.studies.commitments import last_common_period, refuse_after_the_futures_part
from planner.studies.past import Past
from planner.studies.solving import Study, slack_musd
from planner.translate.tree import scenario_chances, scenario_tree

ALL = "all futures at once"


class Cost(NamedTuple):
    """What was found, and how much less it may be at best, M$."""

    musd: float
    slack_musd: float


@dataclass(frozen=True)
class Information:
    """All costs in discounted M$, at expected cost; a plan that a future makes impossible costs infinity there.

    `futures`: scenario, probability, alone_musd, gap_musd, together_musd. `regret`: planned_for, scenario, cost_musd,
    regret_musd, gap_musd. Each gap says how far its figure may be off, for the gaps to which the plans were proven.
    """

    until: int
    wait_and_see_musd: float
    stochastic_musd: float
    mean_plan_musd: float
    evpi_gap_musd: float
    vss_gap_musd: float
    futures: pd.DataFrame
    regret: pd.DataFrame

    @property
    def evpi_musd(self) -> float:
        """Expected value of perfect information."""
        return self.stochastic_musd - self.wait_and_see_musd

    @property
    def vss_musd(self) -> float:
        """Value of the stochastic solution."""
        return self.mean_plan_musd - self.stochastic_musd

    @property
    def largest_regrets(self) -> pd.DataFrame:
        """The largest regret of each plan, the smallest first: planned_for, regret_musd, gap_musd, rank.

        Plans share a rank where the gaps do not tell their largest regrets apart.
        """
        rows = self.regret.loc[self.regret.groupby("planned_for", sort=False)["regret_musd"].idxmax()]
        rows = rows.sort_values("regret_musd", kind="stable", ignore_index=True)
        least, most = rows["regret_musd"] - rows["gap_musd"], rows["regret_musd"] + rows["gap_musd"]
        ranked = rows.assign(rank=ranks((-most).tolist(), (-least).tolist()))
        return ranked[["planned_for", "regret_musd", "gap_musd", "rank"]]


def information(case: Case, study: Study, until: int | None = None) -> Information:
    """Solve each future alone, all together, and every plan in every future.

    Here and now is what is done up to `until`, by default the last period that all futures share. Raises StudyError for
    a case with fewer than two futures or whose futures differ from the beginning.
    """
    case = in_money(case)
    tree, chances = scenario_tree(case), scenario_chances(case)
    _refuse_names(list(chances))
    until = last_common_period(tree) if until is None else until
    refuse_after_the_futures_part(tree, until)
    study.steps = len(chances) * (len(chances) + 2) + 3
    together = Built.of(case)
    stochastic, program, outcome = study.solved(together, ALL)
    assert outcome.values is not None
    pasts = {ALL: Past.of(program, outcome.values), MEAN: _planned(study, mean_future(case), MEAN)[0]}
    mean = _held(study, together, f"{MEAN}, held in all", pasts[MEAN], until)
    cost_in = stochastic.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()
    planned = {name: _planned(study, alone(case, name), name) for name in chances}
    pasts |= {name: past for name, (past, _) in planned.items()}
    found = {name: _in_future(study, alone(case, name), name, pasts, until, planned[name][1]) for name in chances}
    own = {name: _best(found[name], name, float(cost_in[name])) for name in chances}
    best = Cost(min(stochastic.objective_musd, mean.musd), 0.0)
    open_ = slack_musd(stochastic) - (stochastic.objective_musd - best.musd)
    return Information(
        until=until,
        wait_and_see_musd=sum(chances[name] * own[name].musd for name in chances),
        stochastic_musd=best.musd,
        mean_plan_musd=mean.musd,
        evpi_gap_musd=open_ + sum(chances[name] * own[name].slack_musd for name in chances),
        vss_gap_musd=open_ + mean.slack_musd,
        futures=pd.DataFrame(
            {
                "scenario": list(chances),
                "probability": list(chances.values()),
                "alone_musd": [own[name].musd for name in chances],
                "gap_musd": [own[name].slack_musd for name in chances],
                "together_musd": [float(cost_in[name]) for name in chances],
            }
        ),
        regret=_regrets(found, own),
    )


def _refuse_names(names: list[str]) -> None:
    if len(names) < 2:
        raise StudyError(
            "There is one future only. List two or more on the scenarios sheet, and what happens on events."
        )
    for name in (ALL, MEAN):
        if name in names:
            raise StudyError(f"A scenario is called {name!r}, which here means something else. Give it another name.")


def _planned(study: Study, case: Case, what: str) -> tuple[Past, Cost]:
    """What the plan for a case does, and what it costs."""
    plan, program, outcome = study.solved(Built.of(case), what)
    assert outcome.values is not None
    return Past.of(program, outcome.values), Cost(plan.objective_musd, slack_musd(plan))


def _in_future(
    study: Study, case: Case, name: str, pasts: Mapping[str, Past], until: int, own: Cost
) -> dict[str, Cost]:
    """What each plan costs in one future, its here and now held; the future's own plan is not solved again."""
    built = Built.of(case)
    return {
        planned_for: own if planned_for == name else _held(study, built, f"{planned_for}, held in {name}", past, until)
        for planned_for, past in pasts.items()
    }


def _held(study: Study, built: Built, what: str, past: Past, until: int) -> Cost:
    tree = built.known.data.tree
    last = max(period + tree.years[node] - 1 for node, period in tree.period.items() if period <= until)
    held = past.held_in(built.program, tree, last, until)
    try:
        plan = study.solve(built, what, held.program)
    except Infeasible:
        return Cost(inf, 0.0)
    return Cost(plan.objective_musd + held.sunk_musd, slack_musd(plan))


def _best(found: Mapping[str, Cost], name: str, together: float) -> Cost:
    """The best plan known for a future; none of any solve is below the bound of the future's own."""
    least = min(together, *(cost.musd for cost in found.values()))
    own = found[name]
    return Cost(least, max(0.0, own.slack_musd - (own.musd - least)))


def _regrets(found: Mapping[str, Mapping[str, Cost]], own: Mapping[str, Cost]) -> pd.DataFrame:
    rows = [
        (planned_for, name, cost.musd, cost.musd - own[name].musd, cost.slack_musd + own[name].slack_musd)
        for name, costs in found.items()
        for planned_for, cost in costs.items()
    ]
    return pd.DataFrame(rows, columns=["planned_for", "scenario", "cost_musd", "regret_musd", "gap_musd"])
