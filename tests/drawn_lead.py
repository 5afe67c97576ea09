"""Lead times and days under way, drawn by a generator of their own so that all other draws stay as they are."""

from __future__ import annotations

from audit_cases import Rows
from audit_random import Lot


def add_lead(seed: int, sheets: dict[str, Rows], chance: float) -> None:
    """Days until an order arrives, of offers with a maximum, and days on lanes."""
    lot = Lot(1_000_000 + seed)
    if not lot.maybe(chance, True):
        return
    for offer in sheets["offers"]:
        if offer["max_t_per_year"] is not None:
            offer["lead_days"] = lot.one(None, 73, 200, 500)
    for lane in sheets["lanes"]:
        lane["transit_days"] = lot.one(None, 0, lot.number(1, 90))
