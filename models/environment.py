"""Charges on what the plan gives off and uses up."""

from __future__ import annotations

from typing import Any

from models.algebra import named, total
from models.data import Data


def environment(model: Any, data: Data, w: str, n: str) -> Any:
    r"""What is paid for CO2, for water and for residue: of goods where they were made, of their way, and of own plants.

    $$\mathrm{disc}_n \, \mathrm{charge}_w \sum_x \epsilon_{wx} \, x \qquad \forall (w, n) \text{ charged} \qquad [\text{M\$}]$$
    """
    discount, given_off = data.tree.discount_years[n], data.environment.musd_per_unit[w, n]
    return total((discount * musd, decision) for musd, decision in named(model, given_off))
