"""Offers that follow an index, and events that move it, drawn by a generator of their own."""

from __future__ import annotations

from audit_cases import Rows
from audit_random import Lot


def add_indices(seed: int, sheets: dict[str, Rows], chance: float) -> None:
    """An index of its own, in the price of some offers, of some contracts too, which an event of a future moves."""
    lot = Lot(2_000_000 + seed)
    if not lot.maybe(chance, True):
        return
    periods = [row["period"] for row in sheets["periods"]]
    indices = [{"index": "metal", "period": period, "value": lot.number(60, 140)} for period in periods]
    sheets["indices"] = [*sheets.get("indices", []), *indices]
    facts = {"index": "metal", "reference": lot.one(None, 100.0)}
    terms = [{"offer": row["offer"]} | facts for row in sheets["offers"] if lot.maybe(0.6, True)]
    floating = [row for row in sheets.get("contracts", []) if row["index_discount"] is not None]
    terms += [{"contract": row["contract"]} | facts for row in floating if lot.maybe(0.5, True)]
    terms = [row | {"slope": lot.number(-40, 60)} for row in terms]
    sheets["index_terms"] = [*sheets.get("index_terms", []), *terms]
    if terms and sheets.get("scenarios"):
        begins = lot.whole(periods[0], periods[-1])
        event = {"scenario": lot.one(*(row["scenario"] for row in sheets["scenarios"])), "kind": "index"}
        event |= {"index": lot.one(None, "metal"), "from": begins, "to": lot.one(None, begins, begins + 1)}
        amount = lot.one({"factor": lot.number(0.5, 1.6)}, {"value": lot.number(-30, 60)})
        sheets["events"] = [*sheets.get("events", []), event | amount]
