"""Meeting needs, or going short at a price."""

from __future__ import annotations

from typing import Any

from models.algebra import constrain, decide, total
from models.data import Data


def add_demand(model: Any, data: Data) -> None:
    """Add deliveries and shortages with the rule that meets each need."""
    demand = data.demand
    decide(model, "serve", demand.DELIVERIES)
    decide(model, "short", demand.SHORTAGES, upper=demand.max_shortage_t_per_year)
    constrain(model, data, need_is_met, over=demand.NEEDS)


def need_is_met(model: Any, data: Data, m: str, n: str) -> Any:
    r"""What a segment needs is delivered or counted as short.

    $$\sum_{k,g} \mathrm{serve}_{mkgn} + \mathrm{short}_{mn} = \mathrm{need}_{mn} \qquad \forall (m, n) \qquad [\text{t/yr}]$$
    """
    served = [(1.0, model.serve[x]) for x in data.demand.DELIVERIES_TO[m, n]]
    short = [(1.0, model.short[x]) for x in data.demand.SHORTAGE_IN[m, n]]
    return total(served, short) == data.demand.need_t_per_year[m, n]
