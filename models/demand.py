"""Meeting needs, or going short at a price."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, total
from models.data import Data


def add_demand(model: Model, data: Data) -> None:
    """Add deliveries and shortages with the rule that meets each need."""
    demand = data.demand
    decide(model, "serve", demand.DELIVERIES)
    decide(model, "short", demand.SHORTAGES, upper=demand.max_shortage_t_per_year)
    constrain(model, data, need_is_met, over=demand.NEEDS)
    constrain(model, data, substitute_share, over=demand.SUBSTITUTED)


def need_is_met(model: Model, data: Data, m: str, n: str) -> Rule:
    r"""What a segment needs is delivered or counted as short.

    $$\sum_{k,\rho,g} \mathrm{serve}_{mk\rho gn} + \mathrm{short}_{mn} = \mathrm{need}_{mn} \qquad \forall (m, n) \qquad [\text{t/yr}]$$
    """
    served = [(1.0, model.serve[x]) for x in data.demand.DELIVERIES_TO[m, n]]
    short = [(1.0, model.short[x]) for x in data.demand.SHORTAGE_IN[m, n]]
    return total(served, short) == data.demand.need_t_per_year[m, n]


def substitute_share(model: Model, data: Data, m: str, k: str, rho: float, n: str) -> Rule:
    r"""No more of a need is served in another way than that way allows.

    $$\sum_g \mathrm{serve}_{mk\rho gn} \le \sigma_{mk\rho} \, \mathrm{need}_{mn} \qquad \forall (m, k, \rho, n) \text{ other than the segment's own} \qquad [\text{t/yr}]$$
    """
    served = ((1.0, model.serve[x]) for x in data.demand.SUBSTITUTES[m, k, rho, n])
    return total(served) <= data.demand.most_substituted_t_per_year[m, k, rho, n]
