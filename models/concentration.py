"""Concentration of supply: the sum of squared shares (HHI) stays within its limit.

The limit is a cone, which planner.solver.cuts replaces by its tangents at the plans that a solve finds, until none is left outside.
"""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, named, total
from models.data import Data


def add_concentration(model: Model, data: Data) -> None:
    """Add supply by country (or supplier) and the first tangents of each cone; limits must have been added before."""
    concentration = data.concentration
    decide(model, "supplied", concentration.SUPPLIED)
    constrain(model, data, supply_by_origin, over=concentration.SUPPLIED)
    constrain(model, data, hhi_of_one, over=concentration.SUPPLIED)


def supply_by_origin(model: Model, data: Data, z: str, y: str, n: str) -> Rule:
    r"""What one country (or supplier) supplies of the goods whose concentration is limited: bought from it or made there.

    $$\mathrm{supplied}_{zyn} = \sum \mathrm{buy}_{otdgn} + \sum \mathrm{lift}_{cdgn} + \sum \rho^+ \, \mathrm{run}_{fpgn} \qquad \forall (z, y, n) \qquad [\text{t/yr}]$$
    """
    parts = named(model, data.concentration.SUPPLY_FROM[z, y, n])
    return total(parts, [(-1.0, model.supplied[z, y, n])]) == 0.0


def hhi_of_one(model: Model, data: Data, z: str, y: str, n: str) -> Rule:
    r"""No country (or supplier) alone has more than the root of the limit: the tangent where all comes from it.

    The limit itself is the cone $\lVert q \rVert_2 \le \sqrt{\mathrm{hhi}_z} \, Q + \mathrm{exceed}$, q the supplies and Q their sum. Its tangent at a plan
    $\hat q$ is $\sum_y (\hat q_y / \lVert \hat q \rVert) \, q_y \le \sqrt{\mathrm{hhi}_z} \, Q + \mathrm{exceed}$; such cuts are added between solves.

    $$\mathrm{supplied}_{zyn} \le \sqrt{\mathrm{hhi}_z} \sum_{y'} \mathrm{supplied}_{zy'n} + \mathrm{exceed}_{zn} \qquad \forall (z, y, n) \qquad [\text{t/yr}]$$
    """
    concentration = data.concentration
    every = [(-concentration.root_hhi[z], model.supplied[x]) for x in concentration.ALL_SUPPLY[z, n]]
    excess = [(-1.0, model.exceed[x]) for x in data.limits.EXCESS_OF[z, "", n]]
    return total([(1.0, model.supplied[z, y, n])], every, excess) <= 0.0
