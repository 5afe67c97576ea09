"""Buying from offers: caps, minimum orders and the qualification of suppliers."""

from __future__ import annotations

from typing import Any

from models.algebra import Model, Rule, constrain, decide, every, named, total
from models.data import Data


def add_purchases(model: Model, data: Data) -> None:
    """Add purchases at spot."""
    decide(model, "buy", data.supply.PURCHASES)


def add_supply(model: Model, data: Data) -> None:
    """Add orders and qualifications with their rules; purchases and contract deliveries must have been added before."""
    supply = data.supply
    decide(model, "order", supply.ORDERED, binary=True)
    decide(model, "qualify", supply.QUALIFIABLE, binary=True)
    decide(model, "extra", supply.EXTRAS)
    constrain(model, data, offer_maximum, over=supply.CAPPED)
    constrain(model, data, destination_maximum, over=supply.CUT_OFF)
    constrain(model, data, first_order, over=supply.LATE)
    constrain(model, data, extra_needs_agreement, over=supply.EXTRAS)
    constrain(model, data, restored_at_most, over=supply.STRETCHED)
    constrain(model, data, order_maximum, over=supply.ORDERED)
    constrain(model, data, order_minimum, over=supply.ORDERED)
    constrain(model, data, qualified_supplier, over=supply.AWAITING)
    constrain(model, data, extra_needs_qualification, over=supply.EXTRAS_AWAITING)
    constrain(model, data, qualified_once, over=supply.QUALIFIED_ONCE)


def offer_maximum(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""No more is bought on an offer, at spot and under contract, than its supplier has to sell, with what partnerships add.

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \le \mathrm{max}_{on} + \sum_j \mathrm{extra}_{ojn} \qquad \forall (o, n) \text{ with a maximum} \qquad [\text{t/yr}]$$
    """
    drawn = named(model, data.supply.DRAWN_ON[o, "", n])
    return total(drawn, extra(model, data, o, n)) <= data.supply.max_t_per_year[o, n]


def extra(model: Model, data: Data, o: str, n: str) -> list[tuple[float, Any]]:
    """What partnerships that may be entered add to an offer, to be taken off what is bought on it."""
    return [(-1.0, model.extra[x]) for x in data.supply.EXTRAS_OF[o, n]]


def destination_maximum(model: Model, data: Data, o: str, country: str, n: str) -> Rule:
    r"""Where an event cuts what an offer's country sends to one destination, no more than the rest goes there.

    $$\sum_{t,d \in D,g} \mathrm{buy}_{otdgn} + \sum_{c,d \in D,g} \mathrm{lift}_{cdgn} \le F_{oDn} \, \mathrm{max}_{on} + \sum_j \mathrm{extra}_{ojn} \qquad \forall (o, D, n) \text{ cut} \qquad [\text{t/yr}]$$
    """
    drawn = named(model, data.supply.DRAWN_ON[o, country, n])
    return total(drawn, extra(model, data, o, n)) <= data.supply.destination_max_t_per_year[o, country, n]


def first_order(model: Model, data: Data, o: str, country: str, n: str) -> Rule:
    r"""What is ordered at spot arrives its lead time later: while the first order is on its way, only contracts deliver.

    A share $A$ of what the supplier can deliver in the period's years comes of orders: of a year, what is left of it
    when the first arrives. Of each year contracts take their part of the maximum first. A blank destination means all of
    them; others stand where an event cuts what goes there.

    $$\sum_{t,d \in D,g} \mathrm{buy}_{otdgn} + A_{oDn} \sum_{c,d \in D,g} \mathrm{lift}_{cdgn} \le A_{oDn} \, \mathrm{max}_{oDn} + \sum_j \mathrm{extra}_{ojn} \qquad \forall (o, D, n) \text{ with a lead time} \qquad [\text{t/yr}]$$
    """
    later = named(model, data.supply.LATE_ON[o, country, n])
    return total(later, extra(model, data, o, n)) <= data.supply.late_t_per_year[o, country, n]


def extra_needs_agreement(model: Model, data: Data, o: str, j: str, n: str) -> Rule:
    r"""A partnership adds to an offer, outright or as trust restored, in its years in force.

    $$\mathrm{extra}_{ojn} \le \sum_{n'} \mathrm{added}_{ojn'n} \, \mathrm{join}_{jn'} \qquad \forall (o, j, n) \qquad [\text{t/yr}]$$
    """
    joined = [(-tons, model.join[x]) for tons, x in data.supply.ADDED_BY[o, j, n]]
    return total([(1.0, model.extra[o, j, n])], joined) <= 0.0


def restored_at_most(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""Partnerships together bring back no more than distrust withholds, beside what they add outright.

    $$\sum_j \mathrm{extra}_{ojn} \le \mathrm{withheld}_{on} + \sum_{j,n'} \mathrm{outright}_{ojn'n} \, \mathrm{join}_{jn'} \qquad \forall (o, n) \text{ that could be given more} \qquad [\text{t/yr}]$$
    """
    added = [(1.0, model.extra[x]) for x in data.supply.EXTRAS_OF[o, n]]
    outright = [(-tons, model.join[x]) for tons, x in data.supply.OUTRIGHT_BY[o, n]]
    return total(added, outright) <= data.supply.could_restore_t_per_year[o, n]


def order_maximum(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""Nothing is bought on an offer with a minimum order unless the order is placed.

    The bound is the smaller of the offer's maximum and all that its customers can use (at least the minimum order).

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} \le M_{on} \, \mathrm{order}_{on} \qquad \forall (o, n) \text{ with a minimum} \qquad [\text{t/yr}]$$
    """
    bought = every(model, "buy", data.supply.PURCHASES_OF[o, n])
    return total(bought, [(-data.supply.most_worth_buying_t_per_year[o, n], model.order[o, n])]) <= 0.0


def order_minimum(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""An order placed is at least the supplier's minimum.

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} \ge \mathrm{min}_{o} \, \mathrm{order}_{on} \qquad \forall (o, n) \text{ with a minimum} \qquad [\text{t/yr}]$$
    """
    bought = every(model, "buy", data.supply.PURCHASES_OF[o, n])
    return total(bought, [(-data.supply.min_order_t_per_year[o, n], model.order[o, n])]) >= 0.0


def qualified_supplier(model: Model, data: Data, o: str, country: str, n: str) -> Rule:
    r"""Goods are bought only from a supplier whose qualification is complete: what it can deliver in the years after it.

    A blank destination means all of them; others stand where an event cuts what goes there. Of an offer without a maximum
    all that its customers can use is meant.

    $$\sum_{t,d \in D,g} \mathrm{buy}_{otdgn} + \sum_{c,d \in D,g} \mathrm{lift}_{cdgn} \le \sum_{n'} \mathrm{opened}_{oDn'n} \, \mathrm{qualify}_{v(o)n'} + \sum_j \mathrm{extra}_{ojn} \qquad \forall (o, D, n) \text{ not yet qualified} \qquad [\text{t/yr}]$$
    """
    opened = [(-tons, model.qualify[x]) for tons, x in data.supply.OPENED_BY[o, country, n]]
    return total(named(model, data.supply.DRAWN_ON[o, country, n]), opened, extra(model, data, o, n)) <= 0.0


def extra_needs_qualification(model: Model, data: Data, o: str, j: str, n: str) -> Rule:
    r"""What a partnership adds is bought, too, only once the supplier is qualified.

    $$\mathrm{extra}_{ojn} \le \sum_{n'} \mathrm{opened}_{ojn'n} \, \mathrm{qualify}_{v(o)n'} \qquad \forall (o, j, n) \text{ not yet qualified} \qquad [\text{t/yr}]$$
    """
    opened = [(-tons, model.qualify[x]) for tons, x in data.supply.EXTRA_OPENED_BY[o, j, n]]
    return total([(1.0, model.extra[o, j, n])], opened) <= 0.0


def qualified_once(model: Model, data: Data, v: str, e: str) -> Rule:
    r"""A supplier is qualified at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{qualify}_{vn} \le 1 \qquad \forall (v, e) \qquad [-]$$
    """
    return total((1.0, model.qualify[x]) for x in data.supply.QUALIFIABLE_ON_PATH[v, e]) <= 1.0
