"""The same model in Pyomo's own expressions, for whoever solves it with Pyomo's interfaces.

`total` keeps a sum in two lists, a tenth of the room of Pyomo's own expressions, which the planner reads in one pass. Pyomo's
writers and interfaces know only Pyomo's own, so these are made here, once, for a model that goes to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import pyomo.core as pyo
from pyomo.core.base.expression import NamedExpressionData
from pyomo.core.expr.numeric_expr import LinearExpression, MonomialTermExpression, ProductExpression, SumExpression

from models.algebra import Model, Rule, Sum, constrain, decide, named, total
from models.data import Data


def in_plain_pyomo(model: pyo.ConcreteModel) -> pyo.ConcreteModel:
    """Put Pyomo's own expressions in place of ours, in the model itself, and return it.

    Rows, bounds, names and values stay as they are. It takes about 400 bytes for each term of a row.
    """
    for cost in model.component_data_objects(pyo.Expression):
        if cost.expr.__class__ is Sum:
            cost.set_value(plain(cost.expr))
    for row in model.component_data_objects(pyo.Constraint):
        if row.body.__class__ is Sum:
            row.set_value((row.lower, plain(row.body), row.upper))
    for objective in model.component_data_objects(pyo.Objective):
        if objective.expr.__class__ is Sum:
            objective.set_value(plain(objective.expr))
    return model


def plain(some: Sum) -> LinearExpression | SumExpression:
    """A sum as Pyomo's linear expression; as its plain sum where named expressions are added up."""
    pairs = list(zip(some.linear_coefs, some.linear_vars, strict=True))
    if any(isinstance(part, NamedExpressionData) for part in some.linear_vars):
        terms: list[Any] = [ProductExpression((coefficient, part)) for coefficient, part in pairs]
        return SumExpression([*terms, some.constant])
    return LinearExpression([some.constant, *map(MonomialTermExpression, pairs)])


def keep_in_order(model: pyo.ConcreteModel, data: Data, most: Mapping[Any, float]) -> None:
    """State by how much the limits of each priority may be missed in all: what the planner found them to be at least."""
    for rank, least in most.items():
        if least < inf:
            tree = data.tree
            parts = [(tree.probability[x[-1]] * tree.years[x[-1]], name, x) for name, x in data.limits.RANKED[rank]]
            row = pyo.Constraint(expr=total(named(model, parts)) <= least)
            model.add_component(f"kept_in_order_{rank}", row)


def add_cones(model: pyo.ConcreteModel, data: Data) -> None:
    """State the limits on concentration as the cones they are; the planner itself puts tangents in their place."""
    over = list(dict.fromkeys((z, n) for z, _, n in data.concentration.SUPPLIED))
    if over:
        decide(model, "bounded_supply", over)
        constrain(model, data, root_of_limit, over=over)
        constrain(model, data, hhi_cone, over=over)


def root_of_limit(model: Model, data: Data, z: str, n: str) -> Rule:
    r"""What the supplies of a limit on concentration may come to in their norm.

    $$\mathrm{bounded\_supply}_{zn} = \sqrt{\mathrm{hhi}_z} \sum_y \mathrm{supplied}_{zyn} + \mathrm{exceed}_{zn} \qquad \forall (z, n) \qquad [\text{t/yr}]$$
    """
    concentration = data.concentration
    every = [(-concentration.root_hhi[z], model.supplied[x]) for x in concentration.ALL_SUPPLY[z, n]]
    excess = [(-1.0, model.exceed[x]) for x in data.limits.EXCESS_OF[z, "", n]]
    return total([(1.0, model.bounded_supply[z, n])], every, excess) == 0.0


def hhi_cone(model: Model, data: Data, z: str, n: str) -> Rule:
    r"""The squares of the supplies come to no more than the square of what the limit allows: a cone of second order.

    $$\sum_y \mathrm{supplied}_{zyn}^2 \le \mathrm{bounded\_supply}_{zn}^2 \qquad \forall (z, n) \qquad [\text{t}^2/\text{yr}^2]$$
    """
    squares = [model.supplied[x] ** 2 for x in data.concentration.ALL_SUPPLY[z, n]]
    return sum(squares) - model.bounded_supply[z, n] ** 2 <= 0.0
