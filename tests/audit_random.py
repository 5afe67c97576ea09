"""Small cases drawn by lot, each with a little of everything that version 0.1 of the model knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
from audit_cases import Rows, case_of

from planner.case import Case

CHAIN = ("ore", "oxide", "metal")  # each made from the one before
MATERIALS = (*CHAIN, "tailings", "scrap")


class Lot:
    """A seeded generator with the few ways of drawing that the cases need."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng(seed)

    def number(self, low: float, high: float, digits: int = 2) -> float:
        return round(float(self.draw.uniform(low, high)), digits)

    def whole(self, low: int, high: int) -> int:
        return int(self.draw.integers(low, high + 1))

    def one(self, *choices: Any) -> Any:
        return choices[self.whole(0, len(choices) - 1)]

    def maybe(self, chance: float, value: Any) -> Any:
        return value if self.draw.random() < chance else None


def random_case(seed: int, more: Callable[[Lot, dict[str, Rows], dict[str, Any]], None] | None = None) -> Case:
    """A case with two home places, two abroad, a chain of three materials, a by-product and scrap.

    `more` may add to its sheets and settings.
    """
    lot = Lot(seed)
    sheets, settings = core_sheets(lot)
    if more:
        more(lot, sheets, settings)
    return case_of(settings, **sheets)


def core_sheets(lot: Lot) -> tuple[dict[str, Rows], dict[str, Any]]:
    periods, year = [], 2026 + lot.whole(0, 1)
    for _ in range(lot.whole(2, 4)):
        periods.append({"period": year, "years": lot.whole(1, 3)})
        year += periods[-1]["years"]
    home = ["Texas", "Nevada"]
    places = [*home, "Kuantan", "Baotou"]
    settings = {"discount_rate": lot.one(0.0, 0.07), "capital_rate": lot.one(None, 0.0, 0.1)}
    sheets = dict(
        periods=periods,
        countries=[
            {"country": "USA", "name": "United States", "group": ["west"]},
            {"country": "MYS", "name": "Malaysia", "group": ["friends"]},
            {"country": "CHN", "name": "China", "group": ["rivals", "far"]},
            {"country": "AUS", "name": "Australia", "group": ["friends"]},
        ],
        places=[{"place": p, "country": c} for p, c in zip(places, ["USA", "USA", "MYS", "CHN"], strict=True)],
        materials=_materials(lot),
        **_supply(lot, periods, places),
        lanes=_lanes(lot, places),
        **_plants(lot, places, periods),
        **_use(lot, periods, places),
        tariffs=_tariffs(lot, periods[0]["period"], year),
    )
    return sheets, settings


def _materials(lot: Lot) -> Rows:
    codes = {"ore": "2530.90", "oxide": "2846.90.80", "metal": "2805.30", "tailings": None, "scrap": "8549"}
    stages = {"ore": "raw", "oxide": "raw", "metal": "metal", "tailings": "waste", "scrap": "waste"}
    return [
        {
            "material": m,
            "stage": stages[m],
            "hts": codes[m],
            "customs_value_usd_per_t": lot.maybe(0.7, lot.number(100, 50000)),
            "disposal_usd_per_t": lot.one(0.0, 50.0) if m in ("tailings", "scrap") else lot.maybe(0.4, 20.0),
        }
        for m in MATERIALS
    ]


def _supply(lot: Lot, periods: Rows, places: list[str]) -> dict[str, Rows]:
    suppliers = [
        {
            "supplier": f"S{i}",
            "country": lot.one("MYS", "CHN", "AUS"),
            "qualified": i == 0 or bool(lot.maybe(0.4, True)),
            "qualification_cost_musd": lot.maybe(0.8, lot.number(0, 3)),
            "qualification_years": lot.maybe(0.8, lot.whole(0, 3)),
        }
        for i in range(3)
    ]
    first, end = periods[0]["period"], periods[-1]["period"]
    price = {"ore": 3000, "oxide": 40000, "metal": 70000, "scrap": 9000}
    offers, dated = [], []
    for i in range(lot.whole(3, 7)):
        material = lot.one("ore", "oxide", "oxide", "metal", "scrap")
        unbounded = lot.maybe(0.3, True) and i % 3 == 0
        cap = None if unbounded else lot.number(10, 300)
        offers.append(
            {
                "offer": f"O{i}",
                "supplier": f"S{i % 3}",
                "material": material,
                "origin": lot.one("MYS", "CHN", "AUS", "USA"),
                "ships_from": lot.maybe(0.3, lot.one(*places)),
                "from": lot.maybe(0.4, first + lot.whole(0, 3)),
                "to": lot.maybe(0.3, end + lot.whole(0, 2)),
                "price_usd_per_t": price[material] * lot.number(0.5, 1.5),
                "max_t_per_year": cap,
                "min_order_t_per_year": lot.maybe(0.4, lot.number(1, cap) / 2) if cap else None,
            }
        )
        for p in periods:
            if lot.maybe(0.3, True):
                dated.append(
                    {
                        "offer": f"O{i}",
                        "period": p["period"],
                        "price_usd_per_t": lot.maybe(0.7, price[material] * lot.number(0.5, 1.5)),
                        "max_t_per_year": lot.maybe(0.5, lot.number(0, 200)),
                    }
                )
    return {"suppliers": suppliers, "offers": offers, "offer_prices": dated}


def _lanes(lot: Lot, places: list[str]) -> Rows:
    """Anything goes anywhere at some price; closer rows give other prices, or caps, or say nothing."""
    ends, goods = ["*", "USA", "MYS", "CHN", "AUS", *places], ["*", "raw", "metal", "waste", "ore", "oxide"]
    rows: Rows = [{"from": "*", "to": "*", "material": "*", "freight_usd_per_t": lot.maybe(0.8, 100.0)}]
    if lot.maybe(0.2, True):
        rows = [{"from": c, "to": "*", "material": "*", "freight_usd_per_t": 90.0} for c in ("MYS", "AUS", "USA")]
    seen = {(r["from"], r["to"], r["material"]) for r in rows}
    for _ in range(lot.whole(3, 10)):
        key = (lot.one(*ends), lot.one(*ends), lot.one(*goods))
        if key not in seen:
            seen.add(key)
            freight, cap = lot.maybe(0.7, lot.number(0, 2000)), lot.maybe(0.3, lot.number(20, 300))
            row = dict(zip(("from", "to", "material"), key, strict=True))
            rows.append(row | {"freight_usd_per_t": freight, "max_t_per_year": cap})
    at_home = {"from": "Texas", "to": "Texas", "material": lot.one("*", "oxide"), "freight_usd_per_t": 5.0}
    if lot.maybe(0.5, True) and ("Texas", "Texas", at_home["material"]) not in seen:
        rows.append(at_home | {"max_t_per_year": lot.maybe(0.4, 150.0)})
    return rows


def _plants(lot: Lot, places: list[str], periods: Rows) -> dict[str, Rows]:
    first = periods[0]["period"]
    facilities, processes, options = [], [], []
    for i in range(3):
        existing = lot.maybe(0.6, lot.number(20, 300))
        facilities.append(
            {
                "facility": f"F{i}",
                "place": lot.one(*places),
                "capacity_t_per_year": existing,
                "from": lot.maybe(0.3, first + lot.whole(0, 2)),
                "to": lot.maybe(0.2, first + lot.whole(1, 5)),
                "availability": lot.maybe(0.5, 0.9),
                "min_utilisation": lot.maybe(0.2, 0.1),
                "fixed_om_usd_per_t": lot.maybe(0.6, lot.number(0, 500)),
            }
        )
        for p in sorted({lot.one("separate", "reduce", "recycle") for _ in range(2)}):
            cost, use = lot.number(10, 3000), lot.maybe(0.5, lot.one(0.5, 2.0))
            processes.append({"facility": f"F{i}", "process": p, "cost_usd_per_t": cost, "capacity_use": use or 1.0})
    if lot.maybe(0.5, True):
        processes.append({"facility": "F0", "process": "mine", "cost_usd_per_t": 1000.0})
    recipes = {
        "mine": {"ore": 1.0},
        "separate": {"ore": -1.0, "oxide": 0.4, "tailings": 0.5},
        "reduce": {"oxide": -1.2, "metal": 1.0},
        "recycle": {"scrap": -1.0, "oxide": 0.3, "tailings": 0.2},
    }
    used = {p["process"] for p in processes}
    for i in range(lot.whole(1, 3)):
        low = lot.maybe(0.6, lot.number(1, 30))
        options.append(
            {
                "option": f"B{i}",
                "facility": f"F{lot.whole(0, 2)}",
                "min_t_per_year": low or 0.0,
                "max_t_per_year": lot.number(40, 400),
                "capex_fixed_musd": lot.number(0, 2),
                "capex_usd_per_t": lot.number(0, 20000),
                "fixed_om_usd_per_t": lot.maybe(0.5, lot.number(0, 800)),
                "lead_years": lot.whole(0, 2),
                "permit_years": lot.maybe(0.4, 1) or 0,
                "earliest": lot.maybe(0.3, first + 1),
                "latest": lot.maybe(0.3, first + 4),
                "life_years": lot.whole(2, 8),
                "ramp_1": lot.one(1.0, 0.5),
                "ramp_2": lot.one(1.0, 0.75),
                "ramp_3": lot.one(1.0, 0.9),
                "max_builds": lot.one(1, 1, 2),
                "requires": lot.maybe(0.4, "B0") if i else None,
                "exclusive_group": lot.maybe(0.3, "either"),
            }
        )
    lines = [{"process": p, "material": m, "t_per_t": t} for p, r in recipes.items() if p in used for m, t in r.items()]
    return {"facilities": facilities, "processes": processes, "recipes": lines, "build_options": options}


def _use(lot: Lot, periods: Rows, places: list[str]) -> dict[str, Rows]:
    segments = [
        {
            "segment": f"D{i}",
            "place": lot.one(*places[:2]),
            "material": lot.one("oxide", "metal"),
            "shortage_usd_per_t": lot.number(50000, 300000),
            "max_shortage_share": lot.one(1.0, 1.0, 0.9),
        }
        for i in range(2)
    ]
    demand = [
        {"segment": s["segment"], "period": p["period"], "t_per_year": lot.number(10, 120)}
        for s in segments
        for p in periods
        if lot.maybe(0.9, True)
    ]
    returns: Rows = [
        {
            "stream": "cars",
            "place": "Texas",
            "material": "scrap",
            "segment": lot.one("D0", "D1"),
            "lifetime_years": age,
            "t_per_t_used": lot.number(0.1, 0.5),
            "max_collection_share": lot.one(1.0, 0.6),
            "min_collection_share": lot.maybe(0.4, 0.2) or 0.0,
            "collection_usd_per_t": 800.0,
        }
        for age in sorted({lot.whole(0, 3), lot.whole(1, 4)})
    ]
    drives = {"stream": "drives", "place": lot.one(*places), "material": "scrap", "collection_usd_per_t": 700.0}
    returns += [
        drives | {"period": p["period"], "t_per_year": lot.number(5, 60), "min_collection_share": lot.one(0.0, 0.1)}
        for p in periods
        if lot.maybe(0.7, True)
    ]
    start = lot.number(0, 80)
    stocks: Rows = [
        {
            "place": place,
            "material": "oxide",
            "initial_t": start,
            "max_t": lot.maybe(0.5, 150.0),
            "final_t": lot.maybe(0.4, lot.number(0, 20)) or 0.0,
            "holding_usd_per_t_year": lot.number(0, 900),
            "loss_share_per_year": lot.maybe(0.5, 0.02) or 0.0,
            "reserve_t": lot.maybe(0.4, lot.number(0, 5)) or 0.0,
        }
        for place in places[: lot.whole(1, 2)]
    ]
    sales: Rows = [
        {"place": lot.one(*places), "material": m, "price_usd_per_t": p, "max_t_per_year": 30.0}
        for m, p in (("oxide", 50000.0), ("oxide", 20000.0), ("tailings", 30.0), ("metal", 60000.0))
    ]
    return {"segments": segments, "demand": demand, "returns": returns, "stocks": stocks, "sales": sales}


def _tariffs(lot: Lot, first: int, end: int) -> Rows:
    rows: Rows = [{"authority": "general", "hts": "28", "origin": "*", "rate": 0.05, "effect": "adds"}]
    for _ in range(lot.whole(2, 9)):
        effect = lot.one("adds", "adds", "adds", "replaces", "exempts")
        start = lot.maybe(0.6, date(first, 1, 1) + timedelta(days=lot.whole(-200, 900)))
        rows.append(
            {
                "authority": lot.one("general", "232", "301", "pact"),
                "hts": lot.one("28", "2846", "2846.90", "2846.90.80", "2805", "8549", "2530"),
                "origin": lot.one("*", "CHN", "MYS", "friends", "rivals", "far", "AUS"),
                "destination": lot.maybe(0.3, lot.one("USA", "MYS", "CHN")),
                "rate": lot.maybe(0.8, lot.number(0, 0.6)) or 0.0,
                "usd_per_t": lot.maybe(0.3, lot.number(0, 900)) or 0.0,
                "from": start,
                "to": lot.maybe(0.4, date(end - 1, 1, 1) + timedelta(days=lot.whole(-900, 200))),
                "effect": effect,
                "acts_on": lot.maybe(0.8, lot.one("general", "232", "301")) if effect != "adds" else None,
            }
        )
    return rows
