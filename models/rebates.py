"""Rebates on all that is paid to a supplier, whatever it is for: bands of the total, by the rules of price breaks."""

from __future__ import annotations

from models.algebra import Model, Rule, constrain, decide, each, every, named, total
from models.data import Data


def add_spent(model: Model, data: Data) -> None:
    """Add what is paid in each band of a total; the rules of bands, which it keeps, come after it."""
    decide(model, "spent", data.rebates.SPENT)


def add_rebates(model: Model, data: Data) -> None:
    """Add the rule that the bands hold all that is paid; purchases and contract deliveries must have been added before."""
    constrain(model, data, total_in_bands, over=data.rebates.TOTALS)


def total_in_bands(model: Model, data: Data, o: str, n: str) -> Rule:
    r"""What is paid in a year for the goods of a supplier, or of a group, stands in the bands of its total.

    $$\sum_t \mathrm{spent}_{otn} = \sum \mathrm{price}_{o'tn} \, \mathrm{buy}_{o'tdgn} + \sum \mathrm{price}_{cn} \, \mathrm{lift}_{cdgn} \qquad \forall (o, n) \text{ totals} \qquad [\text{M\$/yr}]$$
    """
    banded = every(model, "spent", data.rebates.SPENT_OF[o, n])
    return total(banded, named(model, data.rebates.PAID[o, n]).times(-1.0)) == 0.0


def rebates(model: Model, data: Data, n: str) -> Rule:
    r"""What suppliers give back of what they were paid, by the bands of their totals, as a negative cost.

    $$-\sum \mathrm{share}_{ot} \, \mathrm{spent}_{otn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(each(model, "spent", data.rebates.share_given_back[n], times=-1.0))
