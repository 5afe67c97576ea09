"""What lowers the duty on part of a flow: quotas, a partner's relief, and drawback on what leaves again."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, each, named, total
from models.data import Data


def add_border(model: Model, data: Data) -> None:
    """Add the parts of flows inside quotas and at a partner's duty; flows and partnerships must have been added before."""
    border = data.border
    decide(model, "in_quota", border.IN_QUOTA)
    decide(model, "relief", border.RELIEF)
    decide(model, "drawn_back", border.DRAWN)
    constrain(model, data, part_of_flow, over=border.REDUCED)
    constrain(model, data, quota_amount, over=border.QUOTAS)
    constrain(model, data, nothing_over_quota, over=border.ABSOLUTE_QUOTAS)
    constrain(model, data, relief_needs_agreement, over=border.RELIEVED)
    constrain(model, data, drawback_on_what_leaves, over=border.DRAWBACKS)


def part_of_flow(model: Model, data: Data, number: int) -> Rule:
    r"""The parts of a flow that one authority charges less for are no more than the flow: a ton is inside a quota, or at a partner's duty, or drawn back.

    In the period in which an agreement comes into force, while duty rises or falls, a flow is parted: into what comes in
    the years left anyway, a share $\sigma$ of it, and what is put off to them. Each is no more than its share.

    $$\sum_q \mathrm{in\_quota}_{qx} + \sum_j \mathrm{relief}_{jx} + \sum_q \mathrm{drawn\_back}_{qx} \le x, \quad \tfrac{1}{\sigma_{jx}} \mathrm{relief}_{jx} \le x \qquad \forall (x, a) \text{ reduced} \qquad [\text{t/yr}]$$
    """
    reduced = named(model, data.border.PARTS_OF[number])
    return total(reduced, named(model, ((-1.0, *data.border.FLOW[number]),))) <= 0.0


def quota_amount(model: Model, data: Data, q: str, n: str) -> Rule:
    r"""No more enters inside a quota in a year than the quota.

    $$\sum_x \mathrm{in\_quota}_{qx} \le \mathrm{quota}_{qn} \qquad \forall (q, n) \qquad [\text{t/yr}]$$
    """
    return total((1.0, model.in_quota[x]) for x in data.border.INSIDE[q, n]) <= data.border.quota_t_per_year[q, n]


def nothing_over_quota(model: Model, data: Data, q: str, n: str) -> Rule:
    r"""Where nothing may enter over a quota, all the flows that it covers stay within it.

    $$\sum_x x \le \mathrm{quota}_{qn} \qquad \forall (q, n) \text{ absolute} \qquad [\text{t/yr}]$$
    """
    return total(named(model, data.border.COVERED[q, n])) <= data.border.quota_t_per_year[q, n]


def relief_needs_agreement(model: Model, data: Data, j: str, number: int) -> Rule:
    r"""A partner's duty is paid only while the agreement is in force.

    In the period in which it begins, it holds for what can come in the years left. The bound is no more than the most of
    the flow that is worth having.

    $$\mathrm{relief}_{jx} \le \sum_{n'} M_{xn'} \, \mathrm{join}_{jn'} \qquad \forall (j, x) \qquad [\text{t/yr}]$$
    """
    opened = [(-most, model.join[x]) for most, x in data.border.RELIEF_OPENED_BY[j, number]]
    return total([(1.0, model.relief[x]) for x in data.border.RELIEF_TOGETHER[j, number]], opened) <= 0.0


def drawback_on_what_leaves(model: Model, data: Data, q: str, a: str, n: str) -> Rule:
    r"""Duty comes back on no more than what leaves again allows, in the same period.

    $$\sum_x \mathrm{drawn\_back}_{qx} \le \mathrm{t\_per\_t}_q \sum_{i,g,d} \mathrm{ship}_{ikgdn} \qquad \forall (q, a, n) \qquad [\text{t/yr}]$$
    """
    drawn = [(1.0, model.drawn_back[x]) for x in data.border.DRAWN_BY[q, a, n]]
    return total(drawn, each(model, "ship", data.border.LEAVING[q, n], times=-1.0)) <= 0.0
