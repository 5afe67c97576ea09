"""A small sound case that uses every sheet, and helpers that write it as a workbook or as CSV and break it."""

from __future__ import annotations

import copy
import csv
import datetime as dt
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Sheets = dict[str, list[list[Any]]]

GOOD: Sheets = {
    "settings": [
        ["setting", "value"],
        ["home_country", "USA"],
        ["base_year", 2026],
        ["discount_rate", 0.07],
        ["capital_rate", 0.09],
        ["mip_gap", 0.001],
    ],
    "periods": [["period", "years"], [2026, 1], [2027, 1], [2028, 3]],
    "countries": [
        ["country", "name", "group", "risk_score"],
        ["USA", "United States", None, 10],
        ["MYS", "Malaysia", "allied", 35],
        ["CHN", "China", "adversary; dominant", 80],
        ["AUS", "Australia", "allied", None],
    ],
    "places": [
        ["place", "country", "latitude", "longitude"],
        ["Texas", "USA", 31.0, -99.0],
        ["Nevada", "USA", 39.0, -117.0],
        ["Kuantan", "MYS", 3.8, 103.3],
    ],
    "materials": [
        ["material", "stage", "element", "hts", "customs_value_usd_per_t", "disposal_usd_per_t"],
        ["carbonate", "compound", "mixed", "2846.90.80", 8000, None],
        ["NdPr oxide", "oxide", "NdPr", "2846.90.80", 70000, None],
        ["La oxide", "oxide", "La", "2846.90.80", 1200, 0],
        ["magnet", "magnets", "NdPr", "8505.11", 90000, None],
        ["magnet scrap", "scrap", "NdPr", None, None, 50],
    ],
    "suppliers": [
        ["supplier", "country", "qualified", "qualification_cost_musd", "qualification_years", "group",
         "setup_musd_per_year"],
        ["Lynas", "MYS", "yes", None, None, "incumbent; allies", 0.02],
        ["Northern", "CHN", "yes", None, None, "incumbent"],
        ["Iluka", "AUS", "no", 2, 1, "allies"],
    ],
    "offers": [
        ["offer", "supplier", "material", "origin", "ships_from", "mined_in", "from", "to", "price_usd_per_t",
         "max_t_per_year", "min_order_t_per_year"],
        ["Lynas NdPr", "Lynas", "NdPr oxide", "MYS", "Kuantan", "AUS", None, None, 70000, 1200, 100],
        ["Northern NdPr", "Northern", "NdPr oxide", "CHN", None, "CHN", 2026, 2030, 60000, None, None],
        ["Iluka carbonate", "Iluka", "carbonate", "AUS", None, "AUS", 2027, None, 9000, 20000, None],
        ["Northern magnets", "Northern", "magnet", "CHN", None, None, None, None, 95000, 500, None],
    ],
    "offer_prices": [
        ["offer", "period", "price_usd_per_t", "max_t_per_year"],
        ["Lynas NdPr", 2027, 72000, None],
        ["Lynas NdPr", 2028, 73000, 1500],
    ],
    "lanes": [
        ["from", "to", "material", "freight_usd_per_t", "max_t_per_year"],
        ["*", "USA", "*", 200, None],
        ["MYS", "Texas", "oxide", 140, 5000],
        ["Texas", "Nevada", "*", 40, None],
    ],
    "facilities": [
        ["facility", "place", "capacity_t_per_year", "from", "to", "availability", "min_utilisation",
         "fixed_om_usd_per_t"],
        ["Texas separation", "Texas", 5000, None, None, 0.9, None, 100],
        ["Nevada magnets", "Nevada", None, None, None, None, None, None],
        ["Nevada recycling", "Nevada", 400, 2027, None, 0.8, 0.1, None],
    ],
    "processes": [
        ["facility", "process", "cost_usd_per_t", "capacity_use", "step"],
        ["Texas separation", "separate", 3000, None, "refined"],
        ["Nevada magnets", "make magnets", 20000, 1.2, None],
        ["Nevada recycling", "recycle", 9000, 1, "refined"],
    ],
    "recipes": [
        ["process", "material", "t_per_t"],
        ["separate", "carbonate", -1],
        ["separate", "NdPr oxide", 0.2],
        ["separate", "La oxide", 0.7],
        ["make magnets", "NdPr oxide", -0.36],
        ["make magnets", "magnet", 1],
        ["recycle", "magnet scrap", -1],
        ["recycle", "NdPr oxide", 0.28],
    ],
    "build_options": [
        ["option", "facility", "min_t_per_year", "max_t_per_year", "capex_fixed_musd", "capex_usd_per_t", "lead_years",
         "permit_years", "earliest", "latest", "life_years", "ramp_1", "ramp_2", "ramp_3", "max_builds", "requires",
         "exclusive_group"],
        ["magnets one", "Nevada magnets", 100, 1000, -1, 50000, 1, 0, 2026, 2028, 20, 0.5, 0.8, 1, 1, None, "first"],
        ["magnets two", "Nevada magnets", None, 2000, 5, 45000, 1, None, None, None, 20, None, None, None, 2,
         "magnets one", None],
    ],
    "segments": [
        ["segment", "place", "material", "priority", "shortage_usd_per_t", "max_shortage_share", "origin_rule"],
        ["EV motors", "Nevada", "magnet", 1, 500000, 0.5, "Defence"],
        ["Phosphors", "Texas", "NdPr oxide", 2, None, 0],
    ],
    "demand": [
        ["segment", "period", "t_per_year"],
        ["EV motors", 2026, 500],
        ["EV motors", 2027, 600],
        ["EV motors", 2028, 900],
        ["Phosphors", 2026, 100],
        ["Phosphors", 2027, 110],
        ["Phosphors", 2028, 120],
    ],
    "returns": [
        ["stream", "place", "material", "period", "t_per_year", "segment", "lifetime_years", "t_per_t_used",
         "max_collection_share", "min_collection_share", "collection_usd_per_t", "rules"],
        ["Disk drives", "Nevada", "magnet scrap", 2026, 280, None, None, None, 0.5, 0.1, 8000, "Defence"],
        ["Disk drives", "Nevada", "magnet scrap", 2027, 290, None, None, None, 0.5, None, 8000],
        ["Swarf", "Nevada", "magnet scrap", None, None, "EV motors", 0, 0.1, None, None, 500],
    ],
    "stocks": [
        ["place", "material", "initial_t", "max_t", "final_t", "holding_usd_per_t_year", "loss_share_per_year",
         "reserve_t"],
        ["Texas", "NdPr oxide", 100, 500, 50, 300, 0.01, 20],
    ],
    "sales": [
        ["place", "material", "price_usd_per_t", "max_t_per_year"],
        ["Texas", "La oxide", 1000, 3000],
        ["Texas", "La oxide", 600, None],
    ],
    "tariffs": [
        ["authority", "hts", "origin", "destination", "rate", "usd_per_t", "from", "to", "effect", "acts_on"],
        ["general", "8505", "*", None, 0.021, None, None, None, "adds", None],
        ["Section 301", "2846", "CHN", "USA", 0.25, None, dt.date(2026, 1, 1), dt.date(2028, 12, 31), "adds", None],
        ["alliance", "8505.11", "allied", None, None, None, dt.date(2027, 1, 1), None, "exempts", "general"],
        ["column 2", "8505", "adversary", None, 0.45, 10, None, None, "replaces", "general"],
    ],
    "upstream": [["offer", "country", "material", "share"], ["Lynas NdPr", "AUS", "carbonate", 0.3]],
    "offer_tiers": [
        ["offer", "above_t_per_year", "price_usd_per_t", "kind"],
        ["Lynas NdPr", 500, 69000, "incremental"],
        ["Lynas NdPr", 800, 68000, "incremental"],
    ],
    "contracts": [
        ["contract", "offer", "signed", "sign_by", "from", "to", "min_t_per_year", "max_t_per_year",
         "take_or_pay_share", "make_up_years", "price_usd_per_t", "index_discount", "floor_usd_per_t",
         "ceiling_usd_per_t", "signing_cost_musd"],
        ["Lynas offtake", "Lynas NdPr", "no", 2026, 2027, 2030, 50, 300, 0.8, 1, 66000, None, None, None, 1],
        ["Index offtake", "Northern NdPr", "yes", None, 2026, 2028, None, 100, None, None, None, 0.05, 50000, 80000],
    ],
    "substitutes": [
        ["segment", "material", "t_per_t", "extra_usd_per_t", "max_share", "from"],
        ["EV motors", "NdPr oxide", 0.5, 100, 0.2, 2027],
    ],
    "indices": [
        ["index", "period", "value"],
        ["NdPr FOB", 2026, 61000],
        ["NdPr FOB", 2027, 62000],
        ["NdPr FOB", 2028, 64000],
    ],
    "index_terms": [["contract", "index", "slope", "reference"], ["Index offtake", "NdPr FOB", 0.1, 60000]],
    "freight_bands": [
        ["from", "to", "material", "above_t_per_year", "more_usd_per_t", "kind"],
        ["MYS", "Texas", "oxide", 300, -1, "incremental"],
    ],
    "rebates": [
        ["supplier", "above_musd_per_year", "share", "kind"],
        ["Lynas", 20, 0.02, "incremental"],
        ["incumbent", 50, 0.01, "all units"],
        ["incumbent", 90, 0.03, "all units"],
    ],
    "drawbacks": [
        ["drawback", "authority", "material", "exported", "t_per_t", "share", "place"],
        ["Magnets abroad", "general", "NdPr oxide", "magnet", 0.4, 0.99, "Texas"],
    ],
    "quotas": [
        ["quota", "authority", "hts", "origin", "destination", "period", "quota_t", "in_quota_rate", "over_quota_rate"],
        ["Magnet quota", "general", "8505.11", "CHN", None, 2026, 500, 0, 0.25],
    ],
    "origin_rules": [
        ["rule", "country", "stage", "from", "recycled_exempt"],
        ["Defence", "CHN", "melted", dt.date(2028, 1, 1), "yes"],
    ],
    "limits": [
        ["limit", "measure", "sense", "value", "country", "material", "each", "from", "penalty_per_unit"],
        ["China share", "share", "at most", 0.9, "CHN", "NdPr oxide", None, 2027, None],
        ["Spread", "hhi", "at most", 0.9, None, "NdPr oxide", "supplier", None, 1000],
    ],
    "partnerships": [
        ["partnership", "country", "upfront_musd", "annual_musd", "earliest", "latest", "lead_years", "signed"],
        ["Malaysia", "MYS", 5, 1, 2026, 2028, 1, "no"],
    ],
    "partnership_effects": [
        ["partnership", "effect", "applies_to", "value"],
        ["Malaysia", "cuts duty", "general", 0.5],
    ],
    "scenarios": [["scenario", "probability"], ["Full ban", 0.25], ["Surge", None], ["As now", 0.5]],
    "events": [
        ["scenario", "kind", "country", "stage", "element", "segment", "facility", "from", "to", "known_from", "factor",
         "value"],
        ["Full ban", "supply", "dominant", "oxide", "NdPr", None, None, 2028, None, 2028, 0, None],
        ["Full ban", "price", "CHN", None, None, None, None, 2028, 2029, 2027, None, 1000],
        ["Surge", "demand", None, None, None, "EV motors", None, 2028, 2030, None, 1.2, None],
        ["Surge", "delay", None, None, None, None, "Nevada magnets", 2028, None, None, None, 1],
    ],
    "trust": [["country", "supply_loss_per_duty_point"], ["CHN", 0.01]],
    "incentives": [
        ["incentive", "kind", "applies_to", "material", "share", "usd_per_t", "from", "to", "cap_musd",
         "phase_out_years", "origin_rule"],
        ["Magnet credit", "production credit", "magnet", None, None, 2000, 2026, 2030, 50, 3, "Defence"],
        ["Magnet grant", "capex grant", "magnets one", None, 0.3, None, None, None, None, None, None],
    ],
    "awards": [["offer", "place", "t_per_year"], ["Lynas NdPr", "Texas", 300]],
    "delivered_prices": [
        ["offer", "place", "period", "price_usd_per_t", "freight_usd_per_t"],
        ["Northern NdPr", "Texas", None, 63500, None],
        ["Northern NdPr", "Texas", 2028, 64500, 200],
    ],
    "dated_values": [
        ["column", "segment", "facility", "process", "from", "to", "value"],
        ["capacity_t_per_year", None, "Nevada recycling", None, 2028, None, 450],
        ["cost_usd_per_t", None, "Nevada recycling", "recycle", 2027, 2027, 9500],
    ],
    "decisions": [
        ["decided", "supplier", "offer", "contract", "partnership", "project", "country", "from", "to"],
        ["force", "Lynas"],
        ["force", None, "Northern NdPr"],
        ["forbid", None, None, "Lynas offtake"],
        ["forbid", None, None, None, "Malaysia"],
        ["forbid", None, None, None, None, "magnets two"],
        ["force", None, None, None, None, None, "CHN"],
        ["forbid", None, None, None, None, None, None, "CHN", "Nevada"],
    ],
    "bundles": [["offer", "with_offer", "t_per_t"], ["Northern NdPr", "Lynas NdPr", 0.01]],
    "attributes": [["offer", "attribute", "value"], ["Lynas NdPr", "quality", 92], ["Northern NdPr", "quality", 80]],
}  # fmt: skip


def good() -> Sheets:
    """A copy that may be changed."""
    return copy.deepcopy(GOOD)


def put(sheets: Sheets, cell: str, value: Any) -> Sheets:
    """Set one cell, addressed as `offers!C7`."""
    sheet, where = cell.split("!")
    letters = where.rstrip("0123456789")
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - 64
    row = sheets[sheet][int(where[len(letters) :]) - 1]
    row.extend([None] * (column - len(row)))
    row[column - 1] = value
    return sheets


def workbook_of(sheets: Sheets) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def write_xlsx(sheets: Sheets, path: Path) -> Path:
    workbook_of(sheets).save(path)
    return path


def write_csv(sheets: Sheets, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(["" if value is None else value for value in row] for row in rows)
    return folder
