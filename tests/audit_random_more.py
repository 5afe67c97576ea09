"""What a small case drawn by lot may have beyond the core: agreements, support, rules, limits, futures."""

from __future__ import annotations

from typing import Any

from audit_cases import Rows
from audit_random import Lot

COUNTRIES = ("USA", "MYS", "CHN", "AUS")
Sheets = dict[str, Rows]


def add_everything(lot: Lot, sheets: Sheets, settings: dict[str, Any], chance: float = 0.3) -> None:
    """Add each family with this chance; some change the sheets that are there. Every case has a plan."""
    for segment in sheets["segments"]:
        segment["max_shortage_share"] = 1.0
    for offer in sheets["offers"]:  # price breaks, relief and counted lanes need one
        offer["max_t_per_year"] = offer["max_t_per_year"] or 250.0
    for facility in sheets["facilities"]:
        facility["min_utilisation"] = None
    for stock in sheets["stocks"]:
        stock["max_t"] = stock["max_t"] or 500.0
    for family in (tiers, contracts, partners, quotas, origins, support, closures, lane_use, substitutes, environment):
        if lot.maybe(chance, True):
            family(lot, sheets)
    if lot.maybe(chance, True):
        limits(lot, sheets)
    if lot.maybe(chance, True):
        futures(lot, sheets, settings)
    if lot.maybe(chance, True):
        settings |= {"co2_usd_per_t": lot.number(0, 90), "residue_usd_per_t": lot.maybe(0.5, 30.0) or 0.0}
    if lot.maybe(chance, True):
        settings["exposure_price"] = lot.number(0, 0.3)


def years(sheets: Sheets) -> tuple[int, int]:
    """First and last year of the horizon."""
    return sheets["periods"][0]["period"], sheets["periods"][-1]["period"] + sheets["periods"][-1]["years"] - 1


def tiers(lot: Lot, sheets: Sheets) -> None:
    sheets["offer_tiers"] = [
        {
            "offer": offer["offer"],
            "above_t_per_year": above,
            "price_usd_per_t": round(offer["price_usd_per_t"] * factor, 2),
            "kind": kind,
        }
        for offer in sheets["offers"][:2]
        for kind in [lot.one("incremental", "all units")]
        for above, factor in zip((lot.number(5, 20), lot.number(30, 60)), (0.9, lot.one(0.8, 1.1)), strict=True)
    ]


def contracts(lot: Lot, sheets: Sheets) -> None:
    first, last = years(sheets)
    rows: Rows = []
    for number, offer in enumerate(sheets["offers"][: lot.whole(1, 2)]):
        begin, fixed = first + lot.whole(0, 2), lot.maybe(0.5, True)
        price = offer["price_usd_per_t"]
        rows.append(
            {
                "contract": f"K{number}",
                "offer": offer["offer"],
                "signed": bool(lot.maybe(0.3, True)),
                "sign_by": lot.maybe(0.5, begin + lot.whole(0, 2)),
                "from": begin,
                "to": min(last, begin + lot.whole(1, 4)),
                "min_t_per_year": lot.maybe(0.5, 2.0) or 0.0,
                "max_t_per_year": lot.number(5, 30),
                "take_or_pay_share": lot.one(0.0, 0.5, 0.9),
                "make_up_years": lot.whole(0, 3),
                "price_usd_per_t": round(price * lot.number(0.5, 0.9), 2) if fixed else None,
                "index_discount": None if fixed else lot.number(0.1, 0.4),
                "floor_usd_per_t": None if fixed else lot.maybe(0.4, price * 0.7),
                "ceiling_usd_per_t": None if fixed else lot.maybe(0.4, price * 0.9),
                "signing_cost_musd": lot.maybe(0.6, lot.number(0, 0.3)) or 0.0,
            }
        )
    sheets["contracts"] = rows


def partners(lot: Lot, sheets: Sheets) -> None:
    first, _ = years(sheets)
    capped = [o["offer"] for o in sheets["offers"] if o["max_t_per_year"]]
    sheets["partnerships"] = [
        {
            "partnership": f"P{number}",
            "country": lot.one("MYS", "CHN", "AUS"),
            "upfront_musd": lot.number(0, 0.5),
            "annual_musd": lot.maybe(0.7, lot.number(0, 0.1)) or 0.0,
            "earliest": lot.maybe(0.3, first + 1),
            "lead_years": lot.whole(0, 2),
            "signed": bool(lot.maybe(0.3, True)),
        }
        for number in range(lot.whole(1, 2))
    ]
    effects: Rows = [{"partnership": "P0", "effect": "cuts duty", "applies_to": lot.one("*", "232"), "value": 0.6}]
    if capped:
        supply = {"partnership": "P0", "effect": "adds supply", "applies_to": lot.one(*capped), "value": 25}
        effects.append(supply)
    effects.append({"partnership": "P0", "effect": "shortens lead", "applies_to": "B0", "value": lot.whole(1, 2)})
    effects.append({"partnership": "P0", "effect": "restores trust", "applies_to": None, "value": 0.5})
    sheets["partnership_effects"] = [effect for effect in effects if lot.maybe(0.7, True)]
    sheets["trust"] = [{"country": c, "supply_loss_per_duty_point": 0.02} for c in ("MYS", "CHN")]
    if lot.maybe(0.4, True):
        sheets["offers"][-1]["requires"] = "P0"
    if lot.maybe(0.3, True):
        sheets["facilities"][1] |= {"requires": "P0", "min_utilisation": None}
    if lot.maybe(0.3, True):
        sheets["build_options"][0]["requires"] = "P0"


def quotas(lot: Lot, sheets: Sheets) -> None:
    low = lot.number(0, 0.1)
    sheets["quotas"] = [
        {
            "quota": "Q",
            "authority": lot.one("general", "301"),
            "hts": lot.one("28", "2846.90"),
            "origin": lot.one("CHN", "friends", "*"),
            "period": period["period"],
            "quota_t": lot.number(5, 60),
            "in_quota_rate": low,
            "over_quota_rate": lot.maybe(0.8, low + lot.number(0, 0.5)),
        }
        for period in sheets["periods"]
        if lot.maybe(0.7, True)
    ]
    for row in sheets["quotas"]:
        row["authority"] = sheets["quotas"][0]["authority"]


def support(lot: Lot, sheets: Sheets) -> None:
    first, last = years(sheets)
    dates = {"from": lot.maybe(0.3, first + 1), "to": lot.maybe(0.3, last - 1)}
    goods = lot.one("oxide", "F0", "raw")
    sheets["incentives"] = [
        {"incentive": "grant", "kind": "capex grant", "applies_to": lot.one("B0", "F0"), "share": 0.4},
        {
            "incentive": "credit",
            "kind": "production credit",
            "applies_to": goods,
            "usd_per_t": 900,
        },
        {"incentive": "floor", "kind": "price floor", "applies_to": "oxide", "usd_per_t": 60000},
    ]
    for row in sheets["incentives"]:
        row |= dates | {"cap_musd": lot.maybe(0.5, lot.number(0.05, 1.0))}
        row["phase_out_years"] = lot.maybe(0.5, lot.whole(1, 3)) if dates["to"] else None
    if sheets.get("origin_rules"):
        sheets["incentives"][1]["origin_rule"] = lot.maybe(0.6, "clean")


def closures(lot: Lot, sheets: Sheets) -> None:
    for facility in sheets["facilities"]:
        facility |= {"closure_allowed": True, "closure_cost_musd": lot.number(0, 0.1), "fixed_om_usd_per_t": 4000}


def lane_use(lot: Lot, sheets: Sheets) -> None:
    for lane in sheets["lanes"]:
        if lane.get("max_t_per_year"):
            lane |= {"min_t_per_year": lot.maybe(0.6, lane["max_t_per_year"] / 9)}
            lane |= {"fixed_musd_per_year": lot.maybe(0.6, lot.number(0, 0.02)) or 0.0}


def substitutes(lot: Lot, sheets: Sheets) -> None:
    first, _ = years(sheets)
    sheets["substitutes"] = [
        {
            "segment": "D0",
            "material": material,
            "t_per_t": t_per_t,
            "extra_usd_per_t": lot.maybe(0.6, 500.0) or 0.0,
            "max_share": lot.maybe(0.6, 0.5),
            "from": lot.maybe(0.5, first + 1),
        }
        for material, t_per_t in (("oxide", 0.8), ("metal", 0.6))
    ]


def origins(lot: Lot, sheets: Sheets) -> None:
    for offer in sheets["offers"]:
        for word in ("mined_in", "refined_in", "melted_in"):
            offer[word] = lot.maybe(0.7, lot.one("MYS", "AUS", "CHN", "USA"))
    steps = {"mine": "mined", "separate": "refined", "reduce": "melted"}
    for process in sheets["processes"]:
        process["step"] = steps.get(process["process"])
    sheets["origin_rules"] = [
        {
            "rule": "clean",
            "country": lot.one("CHN", "rivals"),
            "stage": stage,
            "recycled_exempt": bool(lot.maybe(0.5, True)),
        }
        for stage in ("mined", "refined", "melted", "made")
        if lot.maybe(0.6, True)
    ] or [{"rule": "clean", "country": "CHN", "stage": "made"}]
    sheets["segments"][0]["origin_rule"] = "clean"
    for row in (*sheets["returns"], *sheets["stocks"]):
        row["rules"] = ["clean"] if lot.maybe(0.4, True) else []


def environment(lot: Lot, sheets: Sheets) -> None:
    for row in (*sheets["offers"], *sheets["lanes"], *sheets["processes"]):
        row["co2_t_per_t"] = lot.maybe(0.6, lot.number(0, 5))
    for row in sheets["processes"]:
        row |= {"water_m3_per_t": lot.number(0, 9), "residue_t_per_t": lot.number(0, 2)}
    for row in sheets["countries"]:
        row["risk_score"] = lot.maybe(0.8, lot.number(0, 90))
    sheets["upstream"] = [
        {"offer": offer["offer"], "country": lot.one("CHN", "AUS"), "material": lot.maybe(0.5, "ore"), "share": 0.4}
        for offer in sheets["offers"]
        if lot.maybe(0.5, True)
    ]


def limits(lot: Lot, sheets: Sheets) -> None:
    """Limits with a price, so that every case has a plan."""
    first, last = years(sheets)
    counted: list[tuple[float, dict[str, Any]]] = [
        (2, {"sense": "at least", "counts_from_t": 7}),
        (2, {"sense": "at least", "counts_from_share": 0.3, "material": "oxide"}),
        (1, {"counts_from_share": 0.2, "stage": "raw"}),
        (1, {"counts_from_share": 0.2, "counts_from_t": 9, "stage": "raw"}),
        (1, {"counts_from_t": 8, "material": "oxide"}),
    ]
    bounds: list[tuple[str, float, dict[str, Any]]] = [
        ("bought_t", 20, {"country": "CHN"}),
        ("bought_t", 25, {"each": "supplier"}),
        ("share", 0.4, {"country": "CHN", "material": "oxide"}),
        ("share", 0.5, {"each": "country", "stage": "raw"}),
        ("exposure", 20, {}),
        ("duty_musd", 0.1, {"group": "friends"}),
        ("spend_musd", 4, {"each": "supplier"}),
        ("made_t", 15, {"material": "oxide", "sense": "at least"}),
        ("capacity_t", 50, {"material": "oxide"}),
        ("capex_musd", 1, {}),
        ("shortage_share", 0.1, {"segment": "D0"}),
        ("stock_days", 20, {"material": "oxide", "sense": "at least"}),
        ("recycled_share", 0.2, {"material": "oxide", "sense": "at least"}),
        ("co2_t", 50, {}),
        ("sold_t", 10, {"place": "Texas"}),
        ("collected_t", 12, {"sense": "at least"}),
        ("hhi", 0.6, {"material": "oxide"}),
        ("suppliers_used", *counted[len(sheets["offers"]) % len(counted)]),
        ("suppliers_added", 0.5, {}),
        ("facilities_open", 2, {}),
        ("lanes_used", 3, {}),
    ]
    for lane in sheets["lanes"]:  # what is counted needs a bound
        lane["max_t_per_year"] = lane.get("max_t_per_year") or 900.0
    sheets["limits"] = [
        {"limit": f"L{number}", "measure": measure, "sense": "at most", "value": value}
        | {"penalty_per_unit": lot.number(10, 20000), "from": lot.maybe(0.3, first + 1), "to": lot.maybe(0.2, last)}
        | facts
        for number, (measure, value, facts) in enumerate(bounds)
        if lot.maybe(0.2, True)
    ]


def futures(lot: Lot, sheets: Sheets, settings: dict[str, Any]) -> None:
    """Two or three futures; what happens in them leaves every case a plan."""
    first, last = years(sheets)
    names = ["calm", "trouble", "worse"][: lot.whole(2, 3)]
    sheets["scenarios"] = [{"scenario": name} for name in names]
    settings |= {"risk_weight": lot.one(0.0, 0.4), "cvar_level": lot.one(0.5, 0.9)}
    for stock in sheets["stocks"]:
        stock["final_t"] = 0.0
    kinds: list[dict[str, Any]] = [
        {"kind": "supply", "country": lot.one("CHN", "rivals"), "factor": lot.one(0.0, 0.5)},
        {"kind": "supply", "country": "MYS", "destination": "USA", "factor": lot.one(0.0, 0.5)},
        {"kind": "price", "material": "oxide", "factor": 1.3},
        {"kind": "price", "country": "CHN", "value": 4000},
        {"kind": "duty", "country": "CHN", "factor": 2},
        {"kind": "duty", "country": "friends", "value": 0.1},
        {"kind": "demand", "segment": "D0", "factor": 1.2},
        {"kind": "demand", "stage": "metal", "value": 5},
        {"kind": "yield", "facility": "F0", "factor": 0.9},
        {"kind": "capacity", "facility": "F1", "factor": 0.5},
        {"kind": "lane", "country": "CHN", "destination": "USA", "factor": 0},
        {"kind": "cost", "country": "USA", "factor": 1.1},
        {"kind": "cost", "facility": "F2", "value": 100},
        {"kind": "capex", "facility": "F0", "factor": 1.4},
        {"kind": "delay", "facility": "F0", "value": 1},
        {"kind": "release", "place": "Texas"},
    ]
    sheets["events"] = []
    for event in kinds:
        if lot.maybe(0.35, True):
            begin = lot.whole(first, last)
            dates = {"from": begin, "to": lot.maybe(0.4, min(last, begin + 1)), "known_from": lot.maybe(0.3, first)}
            sheets["events"].append(event | dates | {"scenario": lot.one(*names[1:])})
