"""Fewer futures that stand for many: fast forward selection (Heitsch and Römisch 2003), and the distance it introduces.

How far two futures are apart is a sum of money. Each future is planned alone, as if it were known, with its yes or no
decisions relaxed to shares, and its plan's discounted cost is kept by term, layer and period. The distance of two
futures is the sum of the absolute differences of these, in M$. So an event weighs as much as it changes the best
answer, whatever its kind: a ban of something nobody buys is no distance at all, one that moves a tenth of the cost from
purchases to plants is a long way.

The distance of a reduction is the sum of each dropped future's probability times the distance to the future that stands
for it. What the futures cost on average, each planned alone and relaxed, moves by no more than that. When a future
becomes known does not count: the distance says nothing of what it costs to decide before one knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.convert import RowsBySheet
from planner.errors import StudyError
from planner.planning.built import Built
from planner.planning.extract import cost_table
from planner.solver.selection import distances_between, forward_selection, standing_for
from planner.studies.cases import alone, derived
from planner.studies.solving import Study
from planner.translate.tree import scenario_chances

WHAT = ["term", "layer", "period"]


@dataclass(frozen=True)
class Reduction:
    """A case with some of its futures, in the order of the sheet, which took over the probability of the rest.

    `futures`: scenario, probability, stands_for (itself, or the kept future that took its place), distance_musd.
    `distances`: how far the case is from the whole one with 1, 2, ... futures, up to those kept, and which came in.
    """

    case: Case
    distance_musd: float
    expected_cost_musd: float
    futures: pd.DataFrame
    distances: pd.DataFrame


def reduced_rows(rows: RowsBySheet, futures: pd.DataFrame) -> RowsBySheet:
    """The rows of a case's sheets with the kept futures and their probabilities."""
    taken = _taken_over(futures)
    scenarios = [
        {**row, "probability": taken[row["scenario"]]} for row in rows["scenarios"] if row["scenario"] in taken
    ]
    return {**rows, "scenarios": scenarios, "events": [row for row in rows["events"] if row["scenario"] in taken]}


def reduce_futures(case: Case, keep: int, study: Study) -> Reduction:
    """The case with `keep` of its futures, those of least distance to all of them."""
    chances = scenario_chances(case)
    names = list(chances)
    if not 1 <= keep < len(names):
        raise StudyError(
            f"The case has {len(names)} futures, so it cannot be reduced to {keep}. Ask for a number from 1 to"
            f" {max(1, len(names) - 1)}."
        )
    study.steps = len(names)
    spent = pd.DataFrame({name: _spent_alone(case, name, study) for name in names}).fillna(0.0)
    apart = distances_between(spent.to_numpy(float).T)
    chance = np.array([chances[name] for name in names])
    chosen, left = forward_selection(chance, apart, keep)
    stands_for = standing_for(chosen, apart)
    futures = pd.DataFrame(
        {
            "scenario": names,
            "probability": chance,
            "stands_for": [names[at] for at in stands_for],
            "distance_musd": apart[np.arange(len(names)), stands_for],
        }
    )
    return Reduction(
        case=_with_futures(case, futures),
        distance_musd=left[-1],
        expected_cost_musd=float(chance @ spent.sum().to_numpy(float)),
        futures=futures,
        distances=pd.DataFrame(
            {"kept": range(1, keep + 1), "scenario": [names[at] for at in chosen], "distance_musd": left}
        ),
    )


def _spent_alone(case: Case, name: str, study: Study) -> pd.Series:
    """Discounted M$ of the relaxed plan for one future, by term, layer and period."""
    built = Built.of(alone(case, name))
    outcome = study.relaxed(built, name)
    assert outcome.values is not None
    costs = cost_table(built.model, built.program, outcome.values)
    costs["period"] = costs["node"].map(built.known.data.tree.period)
    spent: pd.Series = costs.groupby(WHAT)["discounted_musd"].sum()
    return spent


def _taken_over(futures: pd.DataFrame) -> dict[str, float]:
    """The probability of each kept future with those of the futures that it stands for."""
    return {str(name): float(sum(rows["probability"])) for name, rows in futures.groupby("stands_for")}


def _with_futures(case: Case, futures: pd.DataFrame) -> Case:
    """The case with the kept futures and the probabilities of those they stand for."""
    taken = _taken_over(futures)
    scenarios, events = case.tables["scenarios"], case.tables["events"]
    kept = scenarios[scenarios["scenario"].isin(taken)]
    kept = kept.assign(probability=kept["scenario"].map(taken).astype(float))
    tables = {**case.tables, "scenarios": kept, "events": events[events["scenario"].isin(taken)]}
    return replace(case, tables=tables, fingerprint=derived(case, sorted(taken.items())))
