"""What it is worth to know the future, and to plan for all futures at once (Birge and Louveaux 2011, chapter 4).

wait and see      each future planned as if it were known; the mean of their costs
stochastic        one plan for all futures, the case as it is, at expected cost
mean plan         planned for the mean of all futures; its here-and-now decisions are then held in all futures
EVPI              stochastic − wait and see: what knowing would save
VSS               mean plan − stochastic: what planning for all futures saves
regret            what a future's own plan costs in another future, above the best plan for that one
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import pandas as pd

from planner.case import Case
from planner.errors import Infeasible, StudyError
from planner.plan import Plan
from planner.planning.built import Built
from planner.solver.program import Program
from planner.studies.cases import MEAN, alone, mean_future, with_settings
from planner.studies.commitments import Commitments, last_common_period
from planner.studies.solving import Study, slack_musd
from planner.translate.tree import plant_tree, scenario_chances

ALL = "all futures at once"


@dataclass(frozen=True)
class Information:
    """All costs in discounted M$, at expected cost; a plan that a future makes impossible costs infinity there.

    `futures`: scenario, probability, alone_musd, together_musd. `regret`: planned_for, scenario, cost_musd,
    regret_musd.
    `gap_musd` is how far each of EVPI and VSS may be off, for the gaps to which the plans were proven.
    """

    until: int
    wait_and_see_musd: float
    stochastic_musd: float
    mean_plan_musd: float
    gap_musd: float
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
    def largest_regret_musd(self) -> pd.Series:
        """The largest regret of each plan, the smallest first."""
        return self.regret.groupby("planned_for", sort=False)["regret_musd"].max().sort_values(kind="stable")


def information(case: Case, study: Study, until: int | None = None) -> Information:
    """Solve each future alone, all together, and every plan in every future.

    Here-and-now is what is begun up to `until`, by default the last period that all futures share. Raises StudyError
    for a case with fewer than two futures or whose futures differ from the beginning.
    """
    case = with_settings(case, risk_weight=0.0)
    tree, chances = plant_tree(case), scenario_chances(case)
    if len(chances) < 2:
        raise StudyError(
            "There is one future only. List two or more on the scenarios sheet, and what happens on events."
        )
    until = last_common_period(tree) if until is None else until
    names = list(chances)
    study.steps = len(names) * (len(names) + 2) + 3
    together = Built.of(case)
    stochastic = study.solve(together, ALL)
    mean = Commitments.of(study.solve(Built.of(mean_future(case)), MEAN), until)
    commitments = {ALL: Commitments.of(stochastic, until), MEAN: mean}
    mean_plan = _cost(study, together, f"{MEAN}, held in all", mean)
    own = {}
    for name in names:
        own[name] = study.solve(Built.of(alone(case, name)), name)
        commitments[name] = Commitments.of(own[name], until)
    rows = [
        (planned_for, name, cost, cost - own[name].objective_musd)
        for name in names
        for planned_for, cost in _in_future(study, case, name, commitments, own[name]).items()
    ]
    cost_in = stochastic.tables["scenarios"].set_index("scenario")["cost_musd"]
    return Information(
        until=until,
        wait_and_see_musd=sum(chances[name] * own[name].objective_musd for name in names),
        stochastic_musd=stochastic.objective_musd,
        mean_plan_musd=mean_plan,
        gap_musd=slack_musd(stochastic) + sum(chances[name] * slack_musd(own[name]) for name in names),
        futures=pd.DataFrame(
            {
                "scenario": names,
                "probability": [chances[name] for name in names],
                "alone_musd": [own[name].objective_musd for name in names],
                "together_musd": [float(cost_in[name]) for name in names],
            }
        ),
        regret=pd.DataFrame(rows, columns=["planned_for", "scenario", "cost_musd", "regret_musd"]),
    )


def _in_future(study: Study, case: Case, name: str, commitments: dict[str, Commitments], own: Plan) -> dict[str, float]:
    """What each plan costs in one future; its own plan is not solved again."""
    built = Built.of(alone(case, name))
    return {
        planned_for: own.objective_musd
        if planned_for == name
        else _cost(study, built, f"{planned_for}, held in {name}", held)
        for planned_for, held in commitments.items()
    }


def _cost(study: Study, built: Built, what: str, held: Commitments) -> float:
    program: Program = held.held_in(built.program, built.known.data.tree)
    try:
        return study.solve(built, what, program).objective_musd
    except Infeasible:
        return inf
