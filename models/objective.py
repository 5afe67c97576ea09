"""The objective: expected cost, the tail of the futures' costs, exposure, ranking and missed limits, at their weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.core as pyo

from models.algebra import Model, Rule, decisions, named, total
from models.costs import TERMS
from models.data import Data
from models.policy import ALL_FUTURES
from models.risk import tail_cost

ALL_WEIGHT = 1.0 - 1e-6  # from here on the other futures count for nothing that a solver could see
SMALL_PENALTY = 1e-9  # M$ a unit: a limit that may be missed for less than this holds nobody
MISSED_MUSD = 1e-6  # what a unit by which a limit is missed counts where plans are alike in all else


def add_objective(model: Model, data: Data) -> None:
    """Add the objective; costs and risk must have been added before."""
    model.objective = pyo.Objective(expr=cost_and_risk(model, data), sense=pyo.minimize)
    if data.risk.weight >= ALL_WEIGHT or any(0.0 <= part[0] < SMALL_PENALTY for part in penalties(data)):
        model.tie_break = pyo.Expression(expr=expected_and_missed(model, data))


def penalties(data: Data) -> list[Any]:
    """What missed limits cost, a part each: coefficient, decision, index."""
    limits = data.limits
    return [part for parts in limits.penalty_musd.values() for part in parts]


def expected_and_missed(model: Model, data: Data) -> Rule:
    r"""Of plans with one objective the one of least expected cost is taken, and of these the one that misses limits least.

    With the whole weight on the dear futures the others would cost anything, and a limit without a penalty be missed by
    any amount.

    $$\min \sum_n \mathrm{prob}_n \sum_{\mathrm{terms}} \mathrm{cost}_n + 10^{-6} \Big(\sum \mathrm{exceed} + \sum \mathrm{miss}\Big) \qquad [	ext{M\$}]$$
    """
    missed = [(MISSED_MUSD, x) for name in ("exceed", "miss") for x in decisions(model)[name].in_order]
    return total(expected(model, data, [(1.0, term) for term in TERMS]), missed)


def cost_and_risk(model: Model, data: Data) -> Rule:
    r"""Expected cost and the mean of the dearest futures, weighed against each other, and expected exposure at its price.

    Exposure is no cost: it stands beside the terms, not among them. So do bonus and malus of offers, and what is paid,
    once, for missing limits on the futures' cost or loss: among the costs it would raise what it is paid for.

    $$\min \ (1 - \lambda) \sum_n \mathrm{prob}_n \sum_{\mathrm{terms}} \mathrm{cost}_n + \lambda \, \mathrm{CVaR} + \pi \sum_n \mathrm{prob}_n \, \mathrm{exposure}_n + \sum_n \mathrm{prob}_n \, \mathrm{ranking}_n + \sum_z \mathrm{penalty}_z \, \mathrm{exceed}_z \qquad [\text{M\$}]$$
    """
    price, weight = data.exposure.price, data.risk.weight
    priced = [(price, "exposure")] if price else []
    priced += [(1.0, "ranking")] if data.ranking.musd_per_t else []
    mean = expected(model, data, [*((1.0 - weight, term) for term in TERMS), *priced])
    tail = [(weight * c, decision) for c, decision in tail_cost(model, data)] if weight else []
    return total(mean, tail, named(model, data.limits.penalty_musd[ALL_FUTURES]))


def expected(model: Model, data: Data, weighted: Iterable[tuple[float, str]]) -> list[tuple[float, Any]]:
    """Named expressions of all nodes, each with its weight and the probability of its node."""
    return [
        (weight * data.tree.probability[index[-1] if isinstance(index, tuple) else index], cost)
        for weight, term in weighted
        for index, cost in model.component(term).items()
    ]
