"""What is bought in whole lots, and what is bought only with something else."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, every, named, total
from models.data import Data


def add_packages(model: Model, data: Data) -> None:
    """Add lots and bundles; purchases and contract deliveries must have been added before."""
    packages = data.packages
    decide(model, "lots", packages.LOTTED, upper=packages.most_lots, whole=True)
    constrain(model, data, whole_lots, over=packages.LOTTED)
    constrain(model, data, only_with, over=packages.BUNDLED)


def whole_lots(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""An offer that is sold in lots is bought on the spot in whole ones.

    $$\sum_{t,d,g} \mathrm{buy}_{otdgn} = \mathrm{lot}_{on} \, \mathrm{lots}_{on} \qquad \forall (o, n) \text{ in lots} \qquad [\text{t/yr}]$$
    """
    bought = every(model, "buy", data.supply.PURCHASES_OF[o, n])
    return total(bought, [(-data.packages.lot_t_per_year[o, n], model.lots[o, n])]) == 0.0


def only_with(model: Model, data: Data, o: str, other: str, n: str) -> Rule:
    r"""An offer that is made only with another is bought with its tons of that other one, at spot or under contract.

    $$\mathrm{with}_{oo'} \Big( \sum_{t,d,g} \mathrm{buy}_{otdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \Big) \le \sum_{t,d,g} \mathrm{buy}_{o'tdgn} + \sum_{c,d,g} \mathrm{lift}_{cdgn} \qquad \forall (o, o', n) \text{ bundled} \qquad [\text{t/yr}]$$
    """
    share, drawn = data.packages.with_t_per_t[o, other], data.supply.DRAWN_ON
    asked = [(share * weight, component, x) for weight, component, x in drawn[o, "", n]]
    given = [(-weight, component, x) for weight, component, x in drawn[other, "", n]]
    return total(named(model, asked), named(model, given)) <= 0.0
