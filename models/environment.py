"""Charges on what the plan gives off and uses up."""

from __future__ import annotations

from typing import Any

from models.algebra import named, total
from models.data import Data


def environment(model: Any, data: Data, what: str, n: str) -> Any:
    r"""What is paid for CO2, for water and for residue: of goods where they were made, of their way, and of own plants.

    $$\mathrm{charge}_\iota \sum_x \epsilon_{\iota x} \, x \qquad \forall (\iota, n) \text{ charged} \qquad [\text{M\$/yr}]$$
    """
    return total(named(model, data.environment.musd_per_unit[what, n]))
