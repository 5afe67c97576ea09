"""Prices quoted in other money, for other units, and with the freight within."""

from __future__ import annotations

from . import lanes
from .read import Row, number
from .world import World

TONS = {"t": 1.0, "kg": 0.001, "lb": 0.00045359237}
TO_THE_PLACE = ("DAP", "DPU")
WITHIN = ("CFR", "CIF", "CPT", "CIP", *TO_THE_PLACE)


def worth(w: World, row: Row, y: int) -> float:
    """USD of the base year for a ton, of one of what an offer's or a contract's prices are in, in a year."""
    own = w.settings.get("currency", "USD").upper()
    usd = rate(w, row.get("currency", own).upper(), own, y) / TONS[row.get("unit", "t")]
    return usd / (1 + w.setting("inflation")) ** (y - w.base) if row.get("money") == "nominal" else usd


def rate(w: World, currency: str, own: str, y: int) -> float:
    """Of the year's own row, or of the one for all years that have none."""
    if currency == own:
        return 1.0
    rows = {row.get("in_year"): number(row, "worth_usd") for row in w["exchange_rates"] if row["currency"] == currency}
    return rows[str(y)] if str(y) in rows else rows[None]


def within(w: World, offer: Row, place: str) -> float:
    """USD per t of the lanes' freight to a place that the price holds."""
    if offer.get("incoterm") not in WITHIN:
        return 0.0
    sender = offer.get("ships_from", offer["origin"])
    return lanes.said(w, sender, place, offer["material"], "freight_usd_per_t")
