"""Charges on what the plan gives off and uses up."""

from __future__ import annotations

from models.algebra import Model, Rule, named, total
from models.data import Data


def environment(model: Model, data: Data, what: str, n: str) -> Rule:
    r"""What is paid for CO2, for water and for residue: of goods where they were made, of their way, and of own plants.

    $$\mathrm{charge}_\iota \sum_x \epsilon_{\iota x} \, x \qquad \forall (\iota, n) \text{ charged} \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.environment.musd_per_unit[what, n]))
