"""Letting go of what nobody in the plan needs."""

from __future__ import annotations

from typing import Any

from models.algebra import decide
from models.data import Data


def add_surplus(model: Any, data: Data) -> None:
    """Add sales, within what each market takes, and disposal."""
    decide(model, "sell", data.surplus.SALES, upper=data.surplus.max_t_per_year)
    decide(model, "dispose", data.surplus.DISPOSALS)
