"""Letting go of what nobody in the plan needs."""

from __future__ import annotations

from models.algebra import Model, decide
from models.data import Data


def add_surplus(model: Model, data: Data) -> None:
    """Add sales, within what each market takes, and disposal."""
    decide(model, "sell", data.surplus.SALES, upper=data.surplus.max_t_per_year)
    decide(model, "dispose", data.surplus.DISPOSALS)
