"""Limits on exposure and on one country's part of it, drawn by a generator of their own so that other draws stay."""

from __future__ import annotations

from typing import Any

from audit_cases import Rows
from audit_random import Lot


def add_exposure(seed: int, sheets: dict[str, Rows], chance: float) -> None:
    """Scores of risk and countries behind offers where there are none, and limits at a price, so that a plan exists."""
    lot = Lot(4_000_000 + seed)
    if not lot.maybe(chance, True):
        return
    for row in sheets["countries"]:
        if row.get("risk_score") is None:
            row["risk_score"] = lot.maybe(0.8, lot.number(5, 95))
    if not sheets.get("upstream"):
        sheets["upstream"] = [
            {"offer": offer["offer"], "country": country, "material": None, "share": lot.number(0.1, 0.5)}
            for offer in sheets["offers"]
            for country in ("CHN", "AUS")
            if lot.maybe(0.4, True)
        ]
    bounds: list[tuple[float, dict[str, Any]]] = [
        (lot.number(2, 30), {"country": "CHN"}),
        (lot.number(1, 20), {"country": "AUS", "material": lot.one(None, "oxide")}),
        (lot.number(2, 30), {"group": "friends", "stage": lot.one(None, "raw")}),
        (lot.number(2, 30), {"each": "country", "place": lot.one(None, "Texas")}),
        (lot.number(5, 50), {"place": lot.one("Texas", "Kuantan")}),
    ]
    sheets["limits"] = [
        *sheets.get("limits", []),
        *(
            {"limit": f"E{number}", "measure": "exposure", "sense": "at most", "value": value}
            | {"penalty_per_unit": lot.number(10_000, 2_000_000)}
            | facts
            for number, (value, facts) in enumerate(bounds)
            if lot.maybe(0.6, True)
        ),
    ]
