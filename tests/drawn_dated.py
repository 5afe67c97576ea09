"""Values that differ from year to year in a case drawn by lot: losses, costs, capacities, what markets take; and quotes
by destination and costs of dealing with suppliers.
"""

from __future__ import annotations

from typing import Any

from audit_cases import Rows
from audit_random import Lot
from audit_random_more import years


def add_dated(lot: Lot, sheets: dict[str, Rows]) -> None:
    """Up to two rows for each value of a segment, process and facility, a second one for each market, and the rest."""
    first, last = years(sheets)

    def spans() -> list[dict[str, Any]]:
        begins = {lot.one(None, lot.whole(first, last)) for _ in range(lot.whole(0, 2))}
        return [
            {"from": begin, "to": lot.one(None, lot.whole(begin or first, last))}
            for begin in sorted(begins, key=lambda year: year or 0)
        ]

    rows: Rows = []
    for segment in sheets["segments"]:
        about = {"column": "shortage_usd_per_t", "segment": segment["segment"]}
        if segment["shortage_usd_per_t"] is not None:
            rows += [about | span | {"value": lot.number(40_000, 400_000)} for span in spans()]
    for process in sheets["processes"]:
        about = {"column": "cost_usd_per_t", "facility": process["facility"], "process": process["process"]}
        rows += [about | span | {"value": lot.number(-500, 9_000)} for span in spans()]
    for facility in sheets["facilities"]:
        about = {"column": "capacity_t_per_year", "facility": facility["facility"]}
        rows += [about | span | {"value": lot.number(0, 80)} for span in spans()]
    sheets["dated_values"] = rows
    for supplier in sheets["suppliers"]:
        supplier["setup_musd_per_year"] = lot.one(None, lot.number(0, 1))
    named = [offer["offer"] for offer in sheets["offers"]]
    for offer in sheets["offers"]:
        offer["group"] = [name for name in ("rail", "slow") if lot.maybe(0.5, True)]
    sheets["offers"][0]["group"] = ["rail", "slow"]
    bounds = [
        ("share", 0.4, {"material": "oxide"}),
        ("bought_t", 12, {"each": "supplier"}),
        ("spend_share", 0.4, {}),
        ("duty_musd", 0.1, {}),
    ]
    sheets["limits"] = [
        *sheets.get("limits", []),
        *(
            {"limit": f"O{number}", "measure": measure, "sense": lot.one("at most", "at least"), "value": value}
            | {"offer": lot.one("rail", "slow", *named), "penalty_per_unit": lot.number(10, 20000)}
            | facts
            for number, (measure, value, facts) in enumerate(bounds)
            if lot.maybe(0.4, True)
        ),
    ]
    places = [row["place"] for row in sheets["places"]]
    quotes = {}
    for offer in sheets["offers"]:
        for period in (None, *(row["period"] for row in sheets["periods"])):
            if lot.maybe(0.3, True):
                quote = {"offer": offer["offer"], "place": lot.one(*places), "period": period}
                dated = [row.get("price_usd_per_t") for row in sheets["offer_prices"] if row["offer"] == offer["offer"]]
                price = round(max(offer["price_usd_per_t"], *filter(None, dated), 0) * lot.number(0.9, 1.3), 2)
                cells = {"price_usd_per_t": price, "freight_usd_per_t": lot.one(None, lot.number(0, 900))}
                quotes[tuple(quote.values())] = quote | cells
    sheets["delivered_prices"] = list(quotes.values())
    sheets["sales"] = [
        *sheets["sales"],
        *(sale | {"from": lot.whole(first, last), "max_t_per_year": lot.number(0, 60)} for sale in sheets["sales"]),
    ]
