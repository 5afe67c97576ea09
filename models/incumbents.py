"""Those who are bought from today: how much of it stays, and what it costs to leave them."""

from __future__ import annotations

from models.algebra import Model, Rule, Sum, constrain, decide, each, every, named, total
from models.data import Data


def add_incumbents(model: Model, data: Data) -> None:
    """Add leaving with its rules; purchases and contract deliveries must have been added before."""
    incumbents = data.incumbents
    decide(model, "leave", incumbents.LEAVABLE, binary=True)
    constrain(model, data, award_stays, over=incumbents.STAYING)
    constrain(model, data, left_once, over=incumbents.LEFT_ONCE)


def award_stays(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""Of what is bought on an offer today its share stays, as far as the supplier can deliver, unless it has been left.

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \ge \mathrm{stays}_{on} \Big( 1 - \sum_{n' \in \mathrm{path}(n)} \mathrm{leave}_{on'} \Big) \qquad \forall (o, n) \text{ awarded today} \qquad [\text{t/yr}]$$
    """
    incumbents, stays = data.incumbents, data.incumbents.stays_t_per_year[o, n]
    left = every(model, "leave", incumbents.LEFT_BY[o, n], times=stays)
    return total(named(model, data.supply.DRAWN_ON[o, "", n]), left) >= stays


def left_once(model: Model, data: Data, o: str, e: str) -> Rule:
    r"""An offer that is bought today is left at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{leave}_{on} \le 1 \qquad \forall (o, e) \qquad [-]$$
    """
    return total(every(model, "leave", data.incumbents.LEAVABLE_ON_PATH[o, e])) <= 1.0


def switching(model: Model, data: Data, n: str) -> Sum:
    r"""The one-off cost of leaving those who are bought from today.

    $$\sum_o \mathrm{cost}_o \, \mathrm{leave}_{on} \qquad \forall n \qquad [\text{M\$}]$$
    """
    return total(each(model, "leave", data.incumbents.leaving_musd[n]))
