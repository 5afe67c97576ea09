"""Agreements: entering them, what they open, what they add, and the duty they waive."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, named, total
from models.data import Data
from models.supply import extra


def add_partnerships(model: Model, data: Data) -> None:
    """Add the decision to enter a partnership; what it opens is added with add_openings."""
    decide(model, "join", data.partnerships.JOINABLE, binary=True)
    constrain(model, data, joined_once, over=data.partnerships.JOINED_ONCE)


def add_openings(model: Model, data: Data) -> None:
    """Add what waits for a partnership; flows, runs and builds must have been added before."""
    partnerships = data.partnerships
    constrain(model, data, partner_offer, over=partnerships.OFFERS_WAITING)
    constrain(model, data, partner_extra, over=partnerships.EXTRAS_WAITING)
    constrain(model, data, partner_facility, over=partnerships.FACILITIES_WAITING)
    constrain(model, data, partner_facility_at_first, over=partnerships.FACILITIES_AT_FIRST)
    constrain(model, data, partner_build, over=partnerships.BUILDS_WAITING)


def joined_once(model: Model, data: Data, j: str, e: str) -> Rule:
    r"""A partnership is entered at most once in any future.

    $$\sum_{n \in \mathrm{path}(e)} \mathrm{join}_{jn} \le 1 \qquad \forall (j, e) \qquad [-]$$
    """
    return total((1.0, model.join[x]) for x in data.partnerships.JOINABLE_ON_PATH[j, e]) <= 1.0


def partner_offer(model: Model, data: Data, o: str, country: str, n: str) -> Rule:
    r"""An offer that an agreement opens is bought only while the agreement is in force: what it can deliver in those years.

    A blank destination means all of them; others stand where an event cuts what goes there. Of an offer without a maximum
    all that its customers can use is meant.

    $$\sum_{t,d \in D,g} \mathrm{buy}_{otdgn} + \sum_{c,d \in D,g} \mathrm{lift}_{cdgn} \le \sum_{n'} \mathrm{opened}_{oDn'n} \, \mathrm{join}_{j(o)n'} + \sum_j \mathrm{extra}_{ojn} \qquad \forall (o, D, n) \text{ that need an agreement} \qquad [\text{t/yr}]$$
    """
    opened = [(-tons, model.join[x]) for tons, x in data.partnerships.OFFER_OPENED_BY[o, country, n]]
    return total(named(model, data.supply.DRAWN_ON[o, country, n]), opened, extra(model, data, o, n)) <= 0.0


def partner_extra(model: Model, data: Data, o: str, j: str, n: str) -> Rule:
    r"""What a partnership adds to an offer that an agreement opens is bought, too, only while that agreement is in force.

    $$\mathrm{extra}_{ojn} \le \sum_{n'} \mathrm{opened}_{ojn'n} \, \mathrm{join}_{j(o)n'} \qquad \forall (o, j, n) \text{ that need an agreement} \qquad [\text{t/yr}]$$
    """
    opened = [(-tons, model.join[x]) for tons, x in data.partnerships.EXTRA_OPENED_BY[o, j, n]]
    return total([(1.0, model.extra[o, j, n])], opened) <= 0.0


def partner_facility(model: Model, data: Data, f: str, n: str) -> Rule:
    r"""A facility that needs an agreement runs only while the agreement is in force.

    The bound is the most capacity that can stand in the years left, and no more than all its runs can use in the period.

    $$\sum_{p,g} \mathrm{use}_{fp} \, \mathrm{run}_{fpgn} \le \sum_{n'} M_{fn'n} \, \mathrm{join}_{j(f)n'} \qquad \forall (f, n) \text{ that need an agreement} \qquad [\text{t/yr}]$$
    """
    used = [(use, model.run[x]) for use, x in data.plants.RUNS_IN[f, n]]
    opened = [(-most, model.join[x]) for most, x in data.partnerships.FACILITY_OPENED_BY[f, n]]
    return total(used, opened) <= 0.0


def partner_facility_at_first(model: Model, data: Data, f: str, j: str, entered: str, n: str) -> Rule:
    r"""In the period in which an agreement comes into force, a facility that needs it uses its capacity of the years left.

    What is usable, and each ramp, is the mean over the period's years of what can be used in those from that one on. The
    bound, for where the agreement was entered at another time, is the most capacity that all its runs can use there.

    $$\sum_{p,g} \mathrm{use}_{fp} \, \mathrm{run}_{fpgn} \le \mathrm{usable}_{fn''n} (1 - \sum_{n'} \mathrm{close}_{fn'}) + \sum_{b,n'} \mathrm{ramp}_{bn'n''n} \, \mathrm{size}_{bn'} + M_{fn} (1 - \mathrm{join}_{jn''}) \qquad \forall (f, j, n'', n) \text{ in part} \qquad [\text{t/yr}]$$
    """
    partnerships = data.partnerships
    usable, most = partnerships.usable_at_first_t_per_year[f, j, entered, n], partnerships.most_used_t_per_year[f, n]
    used = [(use, model.run[x]) for use, x in data.plants.RUNS_IN[f, n]]
    built = [(-ramp, model.size[x]) for ramp, x in partnerships.BUILT_AT_FIRST[f, j, entered, n]]
    closed = [(usable, model.close[x]) for _, x in data.plants.CLOSED[f, n]]
    return total(used, built, closed, [(most, model.join[j, entered])]) <= usable + most


def partner_build(model: Model, data: Data, j: str, b: str, w: str, n: str) -> Rule:
    r"""An investment that needs an agreement, or that an agreement makes quicker, is begun only while it is in force.

    $$\mathrm{build}_{bwn} \le \mathrm{most}_{bwn} \sum_{n' \in \mathrm{path}(n)} \mathrm{join}_{jn'} \qquad \forall (j, b, w, n) \text{ that need an agreement} \qquad [-]$$
    """
    most = data.investment.most_builds[b, w, n]
    opened = [(-float(most), model.join[x]) for x in data.partnerships.BUILD_OPENED_BY[j, b, w, n]]
    return total([(1.0, model.build[b, w, n])], opened) <= 0.0
