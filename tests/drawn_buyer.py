"""What a buyer may ask beyond the families of audit_random_more, drawn last so that other draws stay as they are."""

from __future__ import annotations

from typing import Any

from audit_cases import Rows
from audit_random import Lot


def add_buyer(lot: Lot, sheets: dict[str, Rows]) -> None:
    """Groups of suppliers, attributes of offers, and limits on them, at a price so that every case has a plan."""
    for supplier in sheets["suppliers"]:
        supplier["group"] = [name for name in ("union", "rail") if lot.maybe(0.5, True)]
    sheets["suppliers"][0]["group"] = ["rail", "union"]
    sheets["attributes"] = [
        {"offer": offer["offer"], "attribute": "quality", "value": lot.number(20, 90)} for offer in sheets["offers"]
    ]
    sheets["awards"] = [
        {"offer": offer["offer"], "place": "Texas", "t_per_year": lot.number(2, 30)}
        for offer in sheets["offers"]
        if lot.maybe(0.5, True)
    ]
    open_now = {row["supplier"] for row in sheets["suppliers"] if row["qualified"]}
    awarded = {row["offer"]: row["t_per_year"] for row in sheets["awards"]}
    for offer in sheets["offers"]:  # which may be left, so that every case has a plan
        if offer["offer"] in awarded and offer["supplier"] in open_now and not offer.get("requires"):
            most = (offer["max_t_per_year"] or 250.0) / awarded[offer["offer"]]
            offer |= {"stays_share": min(1.0, most, lot.number(0.2, 1.0)), "leaving_musd": lot.number(0, 0.5)}
    for offer in sheets["offers"]:
        if lot.maybe(0.3, True):
            offer["lot_t_per_year"] = min(offer["max_t_per_year"] or 250.0, lot.number(1, 9))
    for offer in sheets["offers"]:
        offer["ranking_usd_per_t"] = lot.maybe(0.3, lot.number(-0.5, 0.5) * offer["price_usd_per_t"])
        offer["customs_value_usd_per_t"] = lot.maybe(0.3, lot.number(1_000, 80_000))
    if lot.maybe(0.3, True):
        lot.one(*sheets["places"][:3])["zone_origin"] = lot.one("CHN", "AUS")
    sheets["drawbacks"] = [
        {
            "drawback": f"D{number}",
            "authority": lot.one("general", "301", "*"),
            "material": lot.one("ore", "oxide", "metal"),
            "exported": lot.one("oxide", "metal", "tailings"),
            "t_per_t": lot.number(0.3, 2),
            "share": lot.number(0.2, 1),
            "place": lot.maybe(0.4, lot.one("Texas", "Kuantan")),
        }
        for number in range(lot.whole(0, 2))
    ]
    named = [row["contract"] for row in sheets.get("contracts", []) if row["index_discount"] is not None]
    if named and lot.maybe(0.5, True):
        sheets["indices"] = [
            {"index": index, "period": period["period"], "value": lot.number(50, 150)}
            for index in ("energy", "Dy")
            for period in sheets["periods"]
        ]
        sheets["index_terms"] = [
            {"contract": name, "index": index, "slope": lot.number(-40, 90), "reference": lot.maybe(0.7, 100.0)}
            for name in named
            for index in ("energy", "Dy")
        ]
    for lane in sheets["lanes"]:
        if lane.get("max_t_per_year"):
            lane["min_charge_musd_per_year"] = lot.maybe(0.5, lot.number(0.001, 0.05))
    sheets["freight_bands"] = [
        {"from": lane["from"], "to": lane["to"], "material": lane["material"], "kind": kind}
        | {"above_t_per_year": above, "more_usd_per_t": round(share * lane["freight_usd_per_t"], 2)}
        for lane in sheets["lanes"]
        if lane.get("freight_usd_per_t") and lane.get("max_t_per_year") and lot.maybe(0.6, True)
        for kind in [lot.one("incremental", "all units")]
        for above, share in ((lot.number(3, 15), lot.number(-0.5, 0.2)), (lot.number(16, 40), lot.number(-0.9, 0.2)))
    ]
    for stock in sheets["stocks"]:
        if stock["max_t"] is None or stock["max_t"] > 200:
            stock["cover_days"] = lot.maybe(0.4, lot.number(5, 60))
    sheets["rebates"] = [
        {"supplier": who, "above_musd_per_year": above, "share": share, "kind": kind}
        for who, chance in (("S0", 0.3), ("union", 0.3))
        if lot.maybe(chance, True)
        for kind in [lot.one("incremental", "all units")]
        for above, share in ((lot.number(0.1, 0.5), lot.number(0.02, 0.2)), (lot.number(0.6, 2), lot.number(0.02, 0.3)))
    ]
    if sheets["rebates"]:
        for offer in sheets["offers"]:
            offer["max_t_per_year"] = offer["max_t_per_year"] or 250.0
    names = [offer["offer"] for offer in sheets["offers"]]
    sheets["bundles"] = [
        {"offer": one, "with_offer": other, "t_per_t": lot.number(0.05, 0.6)}
        for one, other in ((names[0], names[-1]), (names[1], names[-1]))
        if lot.maybe(0.4, True)
    ]
    bounds: list[tuple[str, float, dict[str, Any]]] = [
        ("spend_share", 0.4, {"country": "CHN", "through": lot.one("mined", "refined", None)}),
        ("attribute_mean", 60, {"attribute": "quality", "sense": "at least", "material": "oxide"}),
        ("attribute_mean", 50, {"attribute": "quality", "each": "supplier"}),
        ("share", 0.3, {"supplier": "union", "material": "oxide"}),
        ("share", 0.2, {"country": "USA", "through": "mined", "stage": "raw", "sense": "at least"}),
        ("bought_t", 12, {"each": "country", "through": "upstream"}),
        ("spend_musd", 2, {"supplier": "rail", "each": "supplier"}),
    ]
    ranked = [
        {"limit": f"R{rank}", "measure": "bought_t", "sense": sense, "value": lot.number(5, 60), "priority": rank}
        | facts
        for rank, sense, facts in (
            (1, "at most", {"country": "CHN"}),
            (2, "at least", {"supplier": "union"}),
            (4, "at most", {"supplier": "rail", "each": "supplier"}),
        )
        if lot.maybe(0.4, True)
    ]
    sheets["limits"] = [
        *ranked,
        *sheets.get("limits", []),
        *(
            {"limit": f"B{number}", "measure": measure, "sense": "at most", "value": value}
            | {"penalty_per_unit": lot.number(10, 20000)}
            | facts
            for number, (measure, value, facts) in enumerate(bounds)
            if lot.maybe(0.4, True)
        ),
    ]
