"""Agreements: entering them, what they open, what they add, and the duty they waive."""

from __future__ import annotations

from typing import Any

from models.algebra import constrain, decide, named, total
from models.data import Data


def add_partnerships(model: Any, data: Data) -> None:
    """Add the decision to enter a partnership; what it opens is added with add_openings."""
    decide(model, "join", data.partnerships.JOINABLE, binary=True)
    constrain(model, data, joined_once, over=data.partnerships.JOINED_ONCE)


def add_openings(model: Any, data: Data) -> None:
    """Add what waits for a partnership; flows, runs and builds must have been added before."""
    partnerships = data.partnerships
    constrain(model, data, partner_offer, over=partnerships.OFFERS_WAITING)
    constrain(model, data, partner_facility, over=partnerships.FACILITIES_WAITING)
    constrain(model, data, partner_build, over=partnerships.BUILDS_WAITING)


def joined_once(model: Any, data: Data, j: str, e: str) -> Any:
    r"""A partnership is entered at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{join}_{jn} \le 1 \qquad \forall (j, e) \qquad [-]$$
    """
    return total((1.0, model.join[x]) for x in data.partnerships.JOINABLE_ON_PATH[j, e]) <= 1.0


def partner_offer(model: Any, data: Data, o: str, n: str) -> Any:
    r"""An offer that an agreement opens is bought only while the agreement is in force.

    The bound is the smaller of the offer's maximum and all that its customers can use.

    $$\sum_{j,d,g} \mathrm{buy}_{ojdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \le M_{on} \sum_{n'} s_{n'n} \, \mathrm{join}_{j(o)n'} \qquad \forall (o, n) \text{ that need an agreement} \qquad [\text{t/yr}]$$
    """
    most = data.supply.most_worth_buying_t_per_year[o, n]
    opened = [(-most * share, model.join[x]) for share, x in data.partnerships.OFFER_OPENED_BY[o, n]]
    return total(named(model, data.supply.DRAWN_ON[o, n]), opened) <= 0.0


def partner_facility(model: Any, data: Data, f: str, n: str) -> Any:
    r"""A facility that needs an agreement runs only while the agreement is in force.

    The bound is the most capacity that can ever be usable there.

    $$\sum_{p,g} u_{fp} \, \mathrm{run}_{fpgn} \le M_{fn} \sum_{n'} s_{n'n} \, \mathrm{join}_{j(f)n'} \qquad \forall (f, n) \text{ that need an agreement} \qquad [\text{t/yr}]$$
    """
    most = data.partnerships.usable_at_most_t_per_year[f, n]
    used = [(use, model.run[x]) for use, x in data.plants.RUNS_IN[f, n]]
    opened = [(-most * share, model.join[x]) for share, x in data.partnerships.FACILITY_OPENED_BY[f, n]]
    return total(used, opened) <= 0.0


def partner_build(model: Any, data: Data, j: str, b: str, w: str, n: str) -> Any:
    r"""An investment that needs an agreement, or that an agreement makes quicker, is begun only while it is in force.

    $$\mathrm{build}_{bwn} \le \sum_{n' \in \mathrm{path}(n)} \mathrm{join}_{jn'} \qquad \forall (j, b, w, n) \text{ that need an agreement} \qquad [-]$$
    """
    opened = [(-1.0, model.join[x]) for x in data.partnerships.BUILD_OPENED_BY[j, b, w, n]]
    return total([(1.0, model.build[b, w, n])], opened) <= 0.0
