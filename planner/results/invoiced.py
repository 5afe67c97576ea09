"""What an invoice says where a price is quoted in other money, for another unit or with the freight within."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pandas as pd

from planner.case.priced import freight_within, worth_in
from planner.results.facts import Facts, remembered
from planner.schema.priced import NOMINAL

_FEW = 1000.0


@remembered
def _worth(facts: Facts) -> dict[str, dict[str, Any]]:
    """Of offers and of contracts, what one of what each price is quoted in is worth, by name and year."""
    return {sheet: dict(worth_in(facts.case, sheet)) for sheet in ("offers", "contracts")}


def _row(facts: Facts, sheet: str, name: str) -> dict[str, Any]:
    rows = facts.case.tables[sheet]
    return dict(rows[rows[sheet[:-1]] == name].iloc[0])


def on_invoice(facts: Facts, item: str, offer: str, part: pd.DataFrame) -> str:
    """Such as `58.5 EUR/kg CIF (2027)`: what is paid in the first period of an award; nothing where that is plain.

    `part` has the award's rows: period, t, and in USD per t price and freight.
    """
    sheet, name = ("offers", offer) if item == offer else ("contracts", item)
    stated = _row(facts, sheet, name)
    incoterm = _row(facts, "offers", offer)["incoterm"] or ""
    worth = _worth(facts)[sheet].get(name)
    if worth is None and not incoterm:
        return ""
    first = part[(part["period"] == part["period"].min()) & (part["t"] > 0)]
    if first.empty:
        return ""
    period = int(first["period"].iloc[0])
    price = first["price"].fillna(0.0) + (first["freight"] if offer in freight_within(facts.case) else 0.0)
    usd = float((price * first["t"]).sum() / first["t"].sum())
    value = usd / (1.0 if worth is None else fmean(worth[period + nth] for nth in range(facts.years[period])))
    told = f"{value:,.0f}" if value >= _FEW else f"{value:,.2f}".rstrip("0").rstrip(".")
    money, unit = stated["currency"] or facts.currency, stated["unit"] or facts.quantity.one
    nominal = " nominal" if stated["money"] == NOMINAL else ""
    return f"{told} {money}/{unit}{f' {incoterm}' if incoterm else ''}{nominal} ({facts.labels[period]})"
