"""Policy limits: what is measured stays within its value, or is paid for."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, named, total
from models.data import Data


def add_limits(model: Model, data: Data) -> None:
    """Add the limits and by how much they are missed; all that they measure must have been added before."""
    limits = data.limits
    decide(model, "exceed", limits.EXCEEDABLE)
    decide(model, "miss", limits.MISSABLE)
    constrain(model, data, limit_at_most, over=limits.AT_MOST)
    constrain(model, data, limit_at_least, over=limits.AT_LEAST)
    constrain(model, data, limit_equal, over=limits.EQUAL)


def limit_at_most(model: Model, data: Data, z: str, y: str, n: str) -> Rule:
    r"""What a limit measures stays at or below its value; a ratio is written as part minus value times whole, at most 0.

    $$\sum_x \beta_{zynx} \, x - \mathrm{exceed}_{zyn} \le \mathrm{value}_{zyn} \qquad \forall (z, y, n) \text{ at most} \qquad [\text{unit of } z]$$
    """
    limits, key = data.limits, (z, y, n)
    excess = [(-1.0, model.exceed[x]) for x in limits.EXCESS_OF[key]]
    return total(named(model, limits.MEASURED[key]), excess) <= limits.value[key]


def limit_at_least(model: Model, data: Data, z: str, y: str, n: str) -> Rule:
    r"""What a limit measures reaches its value.

    $$\sum_x \beta_{zynx} \, x + \mathrm{miss}_{zyn} \ge \mathrm{value}_{zyn} \qquad \forall (z, y, n) \text{ at least} \qquad [\text{unit of } z]$$
    """
    limits, key = data.limits, (z, y, n)
    gap = [(1.0, model.miss[x]) for x in limits.GAP_OF[key]]
    return total(named(model, limits.MEASURED[key]), gap) >= limits.value[key]


def limit_equal(model: Model, data: Data, z: str, y: str, n: str) -> Rule:
    r"""What a limit measures is its value, no more and no less.

    $$\sum_x \beta_{zynx} \, x - \mathrm{exceed}_{zyn} + \mathrm{miss}_{zyn} = \mathrm{value}_{zyn} \qquad \forall (z, y, n) \text{ equal} \qquad [\text{unit of } z]$$
    """
    limits, key = data.limits, (z, y, n)
    excess = [(-1.0, model.exceed[x]) for x in limits.EXCESS_OF[key]]
    gap = [(1.0, model.miss[x]) for x in limits.GAP_OF[key]]
    return total(named(model, limits.MEASURED[key]), excess, gap) == limits.value[key]


def penalties(model: Model, data: Data, n: str) -> Rule:
    r"""What missing limits costs, for each year of the period.

    $$\sum_{z,y} \mathrm{penalty}_z \, (\mathrm{exceed}_{zyn} + \mathrm{miss}_{zyn}) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.limits.penalty_musd[n]))
