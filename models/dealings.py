"""Dealing with a supplier at all: what it costs in every year of a period in which anything is bought from it."""

from __future__ import annotations

from models.algebra import Model, Rule, Sum, constrain, decide, each, named, total
from models.data import Data


def add_dealings(model: Model, data: Data) -> None:
    """Add dealing with its rule; purchases and contract deliveries must have been added before."""
    dealings = data.dealings
    decide(model, "deal", dealings.DEALINGS, binary=True)
    constrain(model, data, bought_if_dealt, over=dealings.DEALT)


def bought_if_dealt(model: Model, data: Data, o: str, v: str, n: str) -> Rule:
    r"""Nothing is bought on an offer, at spot or under contract, unless its supplier is dealt with.

    The bound is the smaller of the offer's maximum and all that its customers can use.

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \le M_{on} \, \mathrm{deal}_{v(o)n} \qquad \forall (o, v, n) \text{ with a cost of dealing} \qquad [\text{t/yr}]$$
    """
    most = data.supply.most_worth_buying_t_per_year[o, n]
    return total(named(model, data.supply.DRAWN_ON[o, "", n]), [(-most, model.deal[v, n])]) <= 0.0


def setups(model: Model, data: Data, n: str) -> Sum:
    r"""What dealing with suppliers costs, in years in which they have anything on sale.

    $$\sum_v \mathrm{cost}_v \, \mathrm{open}_{vn} \, \mathrm{deal}_{vn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "deal", data.dealings.setup_musd_per_year[n]))
