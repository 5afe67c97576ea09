"""Prices in other money, for other units and under incoterms, drawn by a generator of their own."""

from __future__ import annotations

from typing import Any

from audit_cases import Rows
from audit_random import Lot

USD = {None: 1.0, "EUR": 1.1, "CNY": 0.14}
TONS = {None: 1.0, "t": 1.0, "kg": 0.001, "lb": 0.00045359237}
DEAREST_WAY = 2_500.0  # no lane of a drawn case costs more


def add_money(seed: int, settings: dict[str, Any], sheets: dict[str, Rows], chance: float) -> None:
    """Prices of offers and contracts of about the worth that they had, and what currencies are worth from year to year.

    Freight is within a price only where enough is left of it.
    """
    lot = Lot(5_000_000 + seed)
    if not lot.maybe(chance, True):
        return
    settings["inflation"] = lot.number(0.01, 0.08)
    for offer in sheets["offers"]:
        own = [row for row in sheets.get("delivered_prices", []) if row["offer"] == offer["offer"]]
        named = ("offer_prices", "offer_tiers", "delivered_prices")
        rows = [offer, *(r for name in named for r in sheets.get(name, []) if r["offer"] == offer["offer"])]
        contracts = [row for row in sheets.get("contracts", []) if row["offer"] == offer["offer"]]
        prices = [row["price_usd_per_t"] for row in (*rows, *contracts) if row.get("price_usd_per_t") is not None]
        fixed = all(row["price_usd_per_t"] is not None for row in contracts)
        if fixed and min(prices) > DEAREST_WAY and lot.maybe(0.5, True):
            offer["incoterm"] = lot.one("FOB", "CIF", "CPT", "DAP")
        _quote(lot, offer, rows, ("price_usd_per_t",), own)
    for contract in sheets.get("contracts", []):
        priced = ("price_usd_per_t", "index_base_usd_per_t", "floor_usd_per_t", "ceiling_usd_per_t")
        _quote(lot, contract, [contract], priced, [])
    years = [row["period"] + nth for row in sheets["periods"] for nth in range(row["years"])]
    sheets["exchange_rates"] = [
        {"currency": "EUR", "in_year": None, "worth_usd": 1.1},
        *({"currency": "EUR", "in_year": y, "worth_usd": lot.number(1.0, 1.3)} for y in years if lot.maybe(0.4, True)),
        *({"currency": "CNY", "in_year": y, "worth_usd": lot.number(0.13, 0.16)} for y in years),
    ]


def _quote(lot: Lot, whose: dict[str, Any], rows: Rows, columns: tuple[str, ...], delivered: Rows) -> None:
    """Say in what its prices are, and turn them into that."""
    currency, unit = lot.one(None, "EUR", "CNY"), lot.one(None, "t", "kg", "lb")
    whose |= {"currency": currency, "unit": unit, "money": lot.one(None, "base year", "nominal")}
    worth = USD[currency] / TONS[unit]
    for row in rows:
        for name in columns:
            if row.get(name) is not None:
                row[name] = round(row[name] / worth, 6)
    for row in delivered:
        if row.get("freight_usd_per_t") is not None:
            row["freight_usd_per_t"] = round(row["freight_usd_per_t"] / worth, 6)
