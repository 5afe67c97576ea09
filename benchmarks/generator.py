"""Invented cases of any size in the shape of a rare-earth chain: feed, oxides, metals, magnets, scrap, over 15 years.

The same size and seed give the same files. Every need may go short at a price, so there is always a plan.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_YEAR, YEARS = 2026, 15
PERIODS = range(FIRST_YEAR, FIRST_YEAR + YEARS)
HOME = "HOM"
COUNTRIES = [HOME, *(f"C{number:02d}" for number in range(1, 13))]
OXIDES = {
    "la": (0.25, 1e3),
    "ce": (0.42, 1e3),
    "ndpr": (0.21, 8e4),
    "sm": (0.02, 2e3),
    "dy": (0.01, 3e5),
    "tb": (0.004, 1e6),
}
METALS = {"ndpr": 1.18, "dy": 1.16, "tb": 1.15}
MAGNETS = {"standard": {"ndpr": 0.31, "dy": 0.005}, "hot": {"ndpr": 0.27, "dy": 0.04, "tb": 0.01}}
HTS = {
    "feed": "2846.90.40",
    "oxide": "2846.90.20",
    "metal": "2805.30.00",
    "magnet": "8505.11.00",
    "scrap": "8505.11.00",
}
FREIGHT = {"feed": 300, "oxide": 400, "metal": 500, "magnet": 600, "scrap": 350}


@dataclass(frozen=True)
class Shape:
    """How many of each thing there are."""

    offers: int
    sites: int
    segments: int

    @classmethod
    def for_nonzeros(cls, nonzeros: float) -> Shape:
        """Flows are offers (or plants) times customers, so each count grows with about the square root of the nonzeros.

        A little faster, since what is not a flow grows more slowly. Right to within a tenth or so.
        """
        growth = (nonzeros / 10_000) ** 0.55
        return cls(offers=round(27 * growth), sites=round(6.6 * growth), segments=round(13.2 * growth))


def write_case(folder: Path, shape: Shape, seed: int = 1) -> Path:
    """Write an invented case as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = _Tables(shape, random.Random(seed))
    for name, rows in tables.all().items():
        _write(folder / f"{name}.csv", rows)
    return folder


def _write(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in rows for key in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)


class _Tables:
    """The sheets of one invented case."""

    def __init__(self, shape: Shape, chance: random.Random) -> None:
        self._shape, self._chance = shape, chance
        self._places = [f"site {number}" for number in range(1, shape.sites + 1)]
        self._country = {
            place: HOME if number % 3 else COUNTRIES[1 + number % 4] for number, place in enumerate(self._places)
        }
        self._segments = [f"segment {number}" for number in range(1, shape.segments + 1)]

    def all(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "settings": self._settings(),
            "periods": [{"period": year, "years": 1} for year in PERIODS],
            "countries": [
                {"country": c, "name": f"Country {c}", "group": "allied" if c < "C05" else ""} for c in COUNTRIES
            ],
            "places": [{"place": place, "country": country} for place, country in self._country.items()],
            "materials": list(self._materials()),
            "suppliers": list(self._suppliers()),
            "offers": list(self._offers()),
            "offer_prices": list(self._prices()),
            "lanes": list(self._lanes()),
            "facilities": list(self._facilities()),
            "processes": list(self._processes()),
            "recipes": list(self._recipes()),
            "build_options": list(self._options()),
            "segments": list(self._needs()),
            "demand": list(self._demand()),
            "returns": list(self._returns()),
            "stocks": list(self._stocks()),
            "sales": [
                {"place": p, "material": "la oxide", "price_usd_per_t": 600, "max_t_per_year": 900}
                for p in self._places[::3]
            ],
            "tariffs": list(self._tariffs()),
        }

    def _about(self, number: float, spread: float = 0.3) -> float:
        return round(number * self._chance.uniform(1 - spread, 1 + spread), 3)

    def _settings(self) -> list[dict[str, Any]]:
        values = {
            "home_country": HOME,
            "base_year": FIRST_YEAR,
            "discount_rate": 0.07,
            "mip_gap": 0.005,
            "time_limit_s": 60,
        }
        return [{"setting": name, "value": value} for name, value in values.items()]

    def _materials(self) -> Iterable[dict[str, Any]]:
        for material, stage in _materials():
            price = 3e4 if stage == "feed" else 1e5
            cheap = material in {"la oxide", "ce oxide", "sm oxide"}
            yield {
                "material": material,
                "stage": stage,
                "hts": HTS[stage],
                "customs_value_usd_per_t": price,
                "disposal_usd_per_t": 50 if cheap else "",
            }

    def _suppliers(self) -> Iterable[dict[str, Any]]:
        for number in range(max(2, self._shape.offers // 3)):
            known = _qualified(number)
            yield {
                "supplier": f"supplier {number}",
                "country": COUNTRIES[1 + number % 12],
                "qualified": "yes" if known else "no",
                "qualification_cost_musd": "" if known else 2,
                "qualification_years": "" if known else 1,
            }

    def _offers(self) -> Iterable[dict[str, Any]]:
        suppliers = max(2, self._shape.offers // 3)
        bought = [("feed", 8e3, 3000), ("ndpr oxide", 8e4, 900), ("dy oxide", 3e5, 40), ("tb oxide", 1e6, 20)]
        bought += [("ndpr metal", 1.1e5, 600), ("standard magnet", 6e4, 2500), ("hot magnet", 9e4, 900)]
        for number in range(self._shape.offers):
            material, price, most = bought[number % len(bought)]
            supplier = number % suppliers
            endless = number % 10 == 0 and _qualified(supplier)
            yield {
                "offer": f"offer {number}",
                "supplier": f"supplier {supplier}",
                "material": material,
                "origin": COUNTRIES[1 + supplier % 12],
                "price_usd_per_t": self._about(price),
                "max_t_per_year": "" if endless else self._about(most),
                "min_order_t_per_year": round(most / 20, 1) if number % 5 == 2 else "",
            }

    def _prices(self) -> Iterable[dict[str, Any]]:
        for number in range(0, self._shape.offers, 2):
            price = self._about(8e4, 0.8)
            for year in PERIODS:
                price *= self._chance.uniform(0.95, 1.08)
                yield {"offer": f"offer {number}", "period": year, "price_usd_per_t": round(price, 2)}

    def _lanes(self) -> Iterable[dict[str, Any]]:
        for stage, freight in FREIGHT.items():
            yield {"from": "*", "to": "*", "material": stage, "freight_usd_per_t": freight}
        for number, country in enumerate(COUNTRIES[1:], start=1):
            yield {"from": country, "to": HOME, "material": "oxide", "freight_usd_per_t": 300 + 10 * number}
        for place in self._places[::2]:
            yield {"from": "C01", "to": place, "material": "magnet", "max_t_per_year": self._about(2000)}

    def _plants(self) -> Iterable[tuple[str, str, str]]:
        """Facility, place and kind: each site separates, makes metal, makes magnets or recycles, some twice over."""
        kinds = ("separation", "metal", "magnets", "recycling")
        for number, place in enumerate(self._places):
            for kind in {kinds[number % 4], kinds[(number + 1) % 4]}:
                yield f"{kind} at {place}", place, kind

    def _facilities(self) -> Iterable[dict[str, Any]]:
        for number, (facility, place, _) in enumerate(sorted(self._plants())):
            standing = number % 3 == 0
            yield {
                "facility": facility,
                "place": place,
                "capacity_t_per_year": self._about(900) if standing else "",
                "availability": 0.9,
                "min_utilisation": 0.2 if standing and number % 2 else "",
                "fixed_om_usd_per_t": self._about(900),
            }

    def _processes(self) -> Iterable[dict[str, Any]]:
        costs = {"separation": 5e3, "metal": 9e3, "magnets": 2.5e4, "recycling": 1.2e4}
        for facility, _, kind in sorted(self._plants()):
            for process in sorted(_recipes_of(kind)):
                yield {"facility": facility, "process": process, "cost_usd_per_t": self._about(costs[kind])}

    def _recipes(self) -> Iterable[dict[str, Any]]:
        for kind in ("separation", "metal", "magnets", "recycling"):
            for process, recipe in _recipes_of(kind).items():
                for material, t_per_t in recipe.items():
                    yield {"process": process, "material": material, "t_per_t": t_per_t}

    def _options(self) -> Iterable[dict[str, Any]]:
        capex = {"separation": 4e4, "metal": 3e4, "magnets": 1e5, "recycling": 5e4}
        for facility, _, kind in sorted(self._plants())[::2]:
            yield {
                "option": f"extend {facility}",
                "facility": facility,
                "min_t_per_year": 200,
                "max_t_per_year": self._about(3000),
                "capex_fixed_musd": self._about(40),
                "capex_usd_per_t": self._about(capex[kind]),
                "lead_years": 2,
                "life_years": 20,
                "ramp_1": 0.5,
                "ramp_2": 0.8,
            }

    def _wants(self) -> Iterable[tuple[str, str, str]]:
        wanted = ("standard magnet", "hot magnet", "standard magnet", "ndpr oxide", "dy oxide", "hot magnet")
        for number, segment in enumerate(self._segments):
            yield segment, self._places[number % len(self._places)], wanted[number % len(wanted)]

    def _needs(self) -> Iterable[dict[str, Any]]:
        for segment, place, material in self._wants():
            yield {"segment": segment, "place": place, "material": material, "shortage_usd_per_t": 600_000}

    def _demand(self) -> Iterable[dict[str, Any]]:
        for segment, _, material in self._wants():
            need = self._about(30 if material == "dy oxide" else 700)
            for number, year in enumerate(PERIODS):
                yield {"segment": segment, "period": year, "t_per_year": round(need * 1.05**number, 3)}

    def _returns(self) -> Iterable[dict[str, Any]]:
        for segment, place, material in self._wants():
            if "magnet" in material:
                stream = {
                    "stream": f"used {segment}",
                    "place": place,
                    "material": "scrap",
                    "collection_usd_per_t": 7000,
                }
                yield stream | {
                    "segment": segment,
                    "lifetime_years": 6,
                    "t_per_t_used": 0.8,
                    "max_collection_share": 0.5,
                }
                for year in PERIODS:
                    yield stream | {"period": year, "t_per_year": self._about(60), "max_collection_share": 0.5}

    def _stocks(self) -> Iterable[dict[str, Any]]:
        for place in self._places[::4]:
            for material in ("ndpr oxide", "dy oxide", "tb oxide"):
                room = {"initial_t": 10, "max_t": 400, "final_t": 5}
                yield {
                    "place": place,
                    "material": material,
                    "holding_usd_per_t_year": 2000,
                    "loss_share_per_year": 0.01,
                } | room

    def _tariffs(self) -> Iterable[dict[str, Any]]:
        for digits in sorted(set(HTS.values())):
            yield {"authority": "general", "hts": digits, "origin": "*", "rate": 0.02, "effect": "adds"}
        for digits in sorted({code[:7] for code in HTS.values()}):
            yield {
                "authority": "list",
                "hts": digits,
                "origin": "C01",
                "rate": 0.25,
                "from": "2025-07-01",
                "effect": "adds",
            }
        yield {
            "authority": "emergency",
            "hts": "28",
            "origin": "*",
            "rate": 0.10,
            "from": "2026-04-01",
            "effect": "adds",
        }
        yield {
            "authority": "emergency",
            "hts": "28",
            "origin": "allied",
            "rate": 0.03,
            "from": "2026-04-01",
            "effect": "adds",
        }


def _qualified(supplier: int) -> bool:
    return supplier % 4 != 3


def _materials() -> Iterable[tuple[str, str]]:
    yield "feed", "feed"
    yield from ((f"{element} oxide", "oxide") for element in OXIDES)
    yield from ((f"{element} metal", "metal") for element in METALS)
    yield from ((f"{grade} magnet", "magnet") for grade in MAGNETS)
    yield "scrap", "scrap"


def _recipes_of(kind: str) -> dict[str, dict[str, float]]:
    """Inputs are negative, outputs positive."""
    if kind == "separation":
        return {"separate": {"feed": -1.0} | {f"{element} oxide": share for element, (share, _) in OXIDES.items()}}
    if kind == "metal":
        return {f"reduce {e}": {f"{e} oxide": -round(1.0 / 0.857, 3), f"{e} metal": 1.0} for e in METALS}
    if kind == "magnets":
        return {
            f"sinter {grade}": {f"{e} metal": -share for e, share in content.items()} | {f"{grade} magnet": 1.0}
            for grade, content in MAGNETS.items()
        }
    return {"recover": {"scrap": -1.0, "ndpr oxide": 0.30, "dy oxide": 0.01}}
