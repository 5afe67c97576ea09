"""Public support: grants for capex, and credits and price floors for output."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, named, total
from models.data import Data


def add_incentives(model: Model, data: Data) -> None:
    """Add grants and production support with their caps; builds and runs must have been added before."""
    incentives = data.incentives
    decide(model, "grant", incentives.GRANTS)
    decide(model, "support", incentives.SUPPORTS)
    constrain(model, data, grant_share, over=incentives.GRANTS)
    constrain(model, data, support_for_output, over=incentives.SUPPORTS)
    constrain(model, data, incentive_cap, over=incentives.CAPPED)


def grant_share(model: Model, data: Data, s: str, b: str, w: str, n: str) -> Rule:
    r"""A grant pays no more than its share of the capex.

    $$\mathrm{grant}_{sbwn} \le \sigma_s (\mathrm{fixed}_b \, \mathrm{build}_{bwn} + \mathrm{capex}_b \, \mathrm{size}_{bwn}) \qquad \forall (s, b, w, n) \qquad [\text{M\$}]$$
    """
    paid = named(model, data.incentives.GRANTED_SHARE[s, b, w, n]).times(-1.0)
    return total([(1.0, model.grant[s, b, w, n])], paid) <= 0.0


def support_for_output(model: Model, data: Data, s: str, n: str) -> Rule:
    r"""Support for output is paid for what is made; where it asks for an origin, for the runs in a class that keeps the rule.

    A price floor pays what the price of the material's cheapest offer that delivers anything in the period falls short of
    it; with no such offer there is no market price, and nothing is paid. Support counts less in the years of its phase-out. Purity is the material's: each grade is a material of its own.

    $$\mathrm{support}_{sn} \le \sum \mathrm{credit}_{sn} \, \rho^+_{pk} \, \mathrm{run}_{fpgn} \qquad \forall (s, n) \qquad [\text{M\$/yr}]$$
    """
    earned = [(-musd, model.run[x]) for musd, x in data.incentives.EARNED[s, n]]
    return total([(1.0, model.support[s, n])], earned) <= 0.0


def incentive_cap(model: Model, data: Data, s: str, e: str) -> Rule:
    r"""An incentive pays no more in all than its cap, undiscounted, in any future.

    $$\sum_{b,n} \mathrm{grant}_{sbwn} + \sum_n \mathrm{years}_n \, \mathrm{support}_{sn} \le \mathrm{cap}_s \qquad \forall (s, e) \text{ capped} \qquad [\text{M\$}]$$
    """
    return total(named(model, data.incentives.PAID_ON_PATH[s, e])) <= data.incentives.cap_musd[s]
