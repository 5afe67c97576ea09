"""What ranks offers and is not paid: a bonus or malus for each ton, which stands in the objective beside the cost."""

from __future__ import annotations

from models.algebra import Model, Rule, named, total
from models.data import Data


def ranking(model: Model, data: Data, n: str) -> Rule:
    r"""The malus of what is bought, less its bonus, on the spot and under contract: no cost, and paid by nobody.

    $$\sum \mathrm{malus}_o \, (\mathrm{buy}_{otdgn} + \mathrm{lift}_{cdgn}) \qquad \forall n \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.ranking.musd_per_t[n]))
