"""Small random cases in which disposal, price breaks, minimum orders, stocks, sales and origin classes meet."""

from __future__ import annotations

from random import Random
from typing import Any

Row = dict[str, Any]
ORIGINS = ("CHN", "MYS", "AUS")
YEARS = (2026, 2027)


def random_sheets(seed: int) -> dict[str, list[Row]]:
    """One case: an oxide that three suppliers sell, a metal made of it by a plant to be built, in two places."""
    draw = Random(seed)
    sheets: dict[str, list[Row]] = {
        "periods": [{"period": year, "years": 1} for year in YEARS],
        "countries": [{"country": name} for name in ("USA", *ORIGINS)],
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        "materials": [_material(draw, "oxide", "2846"), _material(draw, "metal", "2805")],
        "segments": _segments(draw),
    }
    sheets["demand"] = [
        {"segment": row["segment"], "period": year, "t_per_year": draw.randint(20, 90)}
        for row in sheets["segments"]
        for year in YEARS
    ]
    _suppliers(draw, sheets)
    _lanes(draw, sheets)
    _plant(draw, sheets)
    for add in (_stock, _sale, _scrap, _contract, _border, _origin, _limits):
        if draw.random() < 0.45:
            add(draw, sheets)
    return sheets


def _material(draw: Random, name: str, hts: str) -> Row:
    cost = draw.choice([None, 0, 0, 300])
    return {"material": name, "stage": name, "hts": hts, "disposal_usd_per_t": cost, "customs_value_usd_per_t": 9_000}


def _segments(draw: Random) -> list[Row]:
    free = {"shortage_usd_per_t": 150_000, "max_shortage_share": 1}
    return [
        {"segment": "magnets", "place": "Texas", "material": "oxide", **free},
        {"segment": "alloys", "place": draw.choice(["Texas", "Ohio"]), "material": "metal", **free},
    ]


def _suppliers(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["suppliers"], sheets["offers"], sheets["offer_tiers"], sheets["partnerships"] = [], [], [], []
    for number, origin in enumerate(ORIGINS):
        name, qualified = f"seller {number}", draw.random() < 0.6
        sheets["suppliers"].append(
            {"supplier": name, "country": origin, "qualified": "yes" if qualified else "no"}
            | ({} if qualified else {"qualification_cost_musd": draw.choice([0.01, 1]), "qualification_years": 0})
        )
        price, most = 1_000 * draw.randint(10, 90), 10 * draw.randint(4, 25)
        offer = {"offer": f"offer {number}", "supplier": name, "material": "oxide", "origin": origin,
                 "price_usd_per_t": price, "max_t_per_year": most}  # fmt: skip
        if draw.random() < 0.5:
            offer["min_order_t_per_year"] = draw.randint(5, most)
        if draw.random() < 0.3:
            offer["requires"] = f"pact {number}"
            sheets["partnerships"].append(
                {"partnership": f"pact {number}", "country": origin, "upfront_musd": draw.choice([0, 0.5]),
                 "annual_musd": draw.choice([0, 0.1])}
            )  # fmt: skip
        if draw.random() < 0.5:
            kind, falls = draw.choice(["all units", "incremental"]), draw.choice([0.4, 0.8, 1.3])
            breaks = sorted(draw.sample(range(10, most), k=draw.randint(1, 2)))
            sheets["offer_tiers"] += [
                {"offer": offer["offer"], "above_t_per_year": at, "price_usd_per_t": round(price * falls**n),
                 "kind": kind}
                for n, at in enumerate(breaks, start=1)
            ]  # fmt: skip
        sheets["offers"].append(offer)


def _lanes(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["lanes"] = [{"from": "*", "freight_usd_per_t": 100}]
    for origin in ORIGINS:
        if draw.random() < 0.4:
            sheets["lanes"].append(
                {"from": origin, "to": draw.choice(["USA", "Texas"]), "material": draw.choice(["*", "oxide"]),
                 "freight_usd_per_t": 200, "min_t_per_year": draw.choice([None, 10, 60]),
                 "max_t_per_year": draw.choice([None, 120]), "fixed_musd_per_year": draw.choice([None, 0.3])}
            )  # fmt: skip


def _plant(draw: Random, sheets: dict[str, list[Row]]) -> None:
    place, old = draw.choice(["Texas", "Ohio"]), draw.choice([None, None, 30])
    sheets["facilities"] = [{"facility": "Smelter", "place": place, "capacity_t_per_year": old}]
    sheets["processes"] = [{"facility": "Smelter", "process": "smelt", "cost_usd_per_t": 1_000 * draw.randint(1, 20)}]
    sheets["recipes"] = [
        {"process": "smelt", "material": "oxide", "t_per_t": -1.25},
        {"process": "smelt", "material": "metal", "t_per_t": 1},
    ]
    sheets["build_options"] = [
        {"option": "hall", "facility": "Smelter", "min_t_per_year": draw.choice([None, 20]),
         "max_t_per_year": draw.choice([40, 200, 2_000]), "capex_fixed_musd": draw.choice([0.5, 5]),
         "capex_usd_per_t": draw.choice([0, 10_000]), "lead_years": 0, "life_years": 10,
         "max_builds": draw.choice([1, 3])}
    ]  # fmt: skip


def _stock(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["stocks"] = [
        {"place": draw.choice(["Texas", "Ohio"]), "material": draw.choice(["oxide", "metal"]),
         "initial_t": draw.choice([0, 20]), "max_t": draw.choice([30, 80]), "holding_usd_per_t_year": 50,
         "loss_share_per_year": draw.choice([0, 0.1])}
    ]  # fmt: skip


def _sale(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["sales"] = [
        {"place": draw.choice(["Texas", "Ohio"]), "material": draw.choice(["oxide", "metal"]),
         "price_usd_per_t": 1_000 * draw.randint(5, 120), "max_t_per_year": draw.choice([15, 70])}
    ]  # fmt: skip


def _scrap(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["returns"] = [
        {"stream": "old", "place": draw.choice(["Texas", "Ohio"]), "material": "oxide", "period": year,
         "t_per_year": 40, "collection_usd_per_t": 1_000 * draw.randint(1, 40),
         "min_collection_share": draw.choice([None, 0.5])}
        for year in YEARS
    ]  # fmt: skip


def _contract(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["contracts"] = [
        {"contract": "deal", "offer": "offer 0", "signed": "no", "from": 2026, "to": 2027,
         "min_t_per_year": draw.choice([None, 20]), "max_t_per_year": draw.choice([60, 900]),
         "take_or_pay_share": draw.choice([None, 0.8]), "make_up_years": draw.choice([None, 1]),
         "price_usd_per_t": 1_000 * draw.randint(10, 60), "signing_cost_musd": draw.choice([0, 0.2])}
    ]  # fmt: skip


def _border(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["tariffs"] = [{"authority": "general", "hts": "2846", "origin": "*", "rate": 0.3, "effect": "adds"}]
    sheets["quotas"] = [
        {"quota": "inside", "authority": "general", "hts": "2846", "origin": "MYS", "period": year,
         "quota_t": draw.choice([10, 40]), "in_quota_rate": 0.05, "over_quota_rate": 0.3}
        for year in YEARS
    ]  # fmt: skip
    signed = draw.choice(["yes", "no"])
    sheets["partnerships"].append(
        {"partnership": "trade", "country": "MYS", "signed": signed, "upfront_musd": 0 if signed == "yes" else 0.2}
    )
    sheets["partnership_effects"] = [
        {"partnership": "trade", "effect": "cuts duty", "applies_to": "*", "value": draw.choice([0.5, 1])}
    ]


def _origin(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["origin_rules"] = [{"rule": "clean", "country": "CHN", "stage": "made", "from": "2026-01-01"}]
    sheets["segments"][0]["origin_rule"] = "clean"


def _limits(draw: Random, sheets: dict[str, list[Row]]) -> None:
    sheets["limits"] = [
        draw.choice(
            [
                {"limit": "few", "measure": "suppliers_used", "sense": "at most", "value": 1},
                {"limit": "many", "measure": "suppliers_used", "sense": "at least", "value": 2},
                {"limit": "ways", "measure": "lanes_used", "sense": "at least", "value": 2},
                {"limit": "floor", "measure": "bought_t", "sense": "at least", "value": 70},
                {"limit": "spread", "measure": "share", "sense": "at most", "value": 0.6, "country": "MYS",
                 "material": "oxide"},
                {"limit": "room", "measure": "capacity_t", "sense": "at least", "value": 50},
                {"limit": "open", "measure": "facilities_open", "sense": "at least", "value": 1},
                {"limit": "purse", "measure": "capex_musd", "sense": "at most", "value": 6},
            ]
        )
        | {"penalty_per_unit": 500_000}
    ]  # fmt: skip
