"""How much of what is bought is at risk."""

from __future__ import annotations

from models.algebra import Model, Rule, named, total
from models.data import Data


def exposure(model: Model, data: Data, n: str) -> Rule:
    r"""The value of what is bought, weighted with the risk score of its origin and of the countries behind it.

    $$\sum_{o,t,d,g} \mathrm{price}_{otn} \, \frac{\mathrm{score}_o}{100} \, \mathrm{buy}_{otdgn} \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.exposure.musd_per_unit[n]))
