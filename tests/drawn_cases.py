"""Sound small cases drawn by lot that between them use every sheet, written as folders of CSV files.

The rows are those of audit_random and audit_random_more; what a check would refuse is mended here, so that nearly each
seed is a case that `planner.read` accepts.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

from audit_cases import Rows
from audit_random import Lot, core_sheets
from audit_random_more import add_everything
from cases import BASE, SETTINGS, USUAL
from drawn_buyer import add_buyer
from drawn_dated import add_dated
from drawn_exposure import add_exposure
from drawn_indices import add_indices
from drawn_lead import add_lead
from drawn_money import add_money

from planner.schema.decided import FORBID, FORCE, NAMED_ON

Sheets = dict[str, Rows]


def drawn(seed: int, chance: float = 0.3) -> tuple[dict[str, Any], Sheets]:
    """Settings and sheets of a case that has each family with this chance."""
    lot = Lot(seed)
    sheets, settings = core_sheets(lot)
    add_everything(lot, sheets, settings, chance)
    if lot.maybe(chance, True) and not sheets.get("offer_tiers"):
        floor = {
            "authority": "floor",
            "hts": lot.one("2846", "28"),
            "origin": lot.one("*", "CHN"),
            "effect": "minimum price",
        }
        sheets["tariffs"].append(floor | {"usd_per_t": lot.number(20_000, 70_000)})
    if lot.maybe(chance, True):
        add_buyer(lot, sheets)
    if lot.maybe(chance, True):
        add_dated(lot, sheets)
    add_lead(seed, sheets, chance)
    add_indices(seed, sheets, chance)
    add_exposure(seed, sheets, chance)
    add_money(seed, settings, sheets, chance)
    _mend(sheets)
    return {"home_country": "USA", "base_year": 2026, **settings}, sheets


def drawn_decisions(seed: int, sheets: Sheets) -> Rows:
    """Some that are forced or forbidden, of what the sheets of a drawn case have; signed ones are decided."""
    lot = random.Random(f"{seed} decisions")
    rows: Rows = []
    for kind, (sheet, column) in NAMED_ON.items():
        names = [row[column] for row in sheets.get(sheet, []) if row.get("signed") not in ("yes", True)]
        if names and lot.random() < 0.3:
            rows.append({"decided": lot.choice((FORCE, FORBID, FORBID)), kind: lot.choice(names)})
    if lot.random() < 0.5:
        ends = [row["place"] for row in sheets["places"]] + [row["country"] for row in sheets["countries"]]
        rows.append({"decided": FORBID, "from": lot.choice(ends), "to": lot.choice(ends)})
    return rows


def _mend(sheets: Sheets) -> None:
    for row in sheets["materials"]:
        if row["material"] in ("ore", "metal") and row["disposal_usd_per_t"] is None:
            row["disposal_usd_per_t"] = 20.0
    streams: dict[str, Any] = {}
    for row in sheets["returns"]:  # one stream has one word on its rules
        row["rules"] = streams.setdefault(row["stream"], row.get("rules"))
    for row in (*sheets["offers"], *sheets["facilities"]):
        if row.get("from") and row.get("to"):
            row["from"], row["to"] = min(row["from"], row["to"]), max(row["from"], row["to"])
    for row in sheets.get("contracts", []):
        row["from"] = min(row["from"], row["to"])
        row["sign_by"] = row["sign_by"] and min(row["sign_by"], row["to"])
    _mend_tariffs(sheets)


def _mend_tariffs(sheets: Sheets) -> None:
    known = {row["authority"] for row in sheets["tariffs"]}
    for row in sheets.get("drawbacks", []):
        row["authority"] = row["authority"] if row["authority"] in known else "*"
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sheets["tariffs"]:
        if row.get("acts_on") not in known:
            row["acts_on"] = None
        if row.get("from") and row.get("to") and row["from"] > row["to"]:
            row["from"], row["to"] = row["to"], row["from"]
        key = tuple(row.get(c) for c in ("authority", "hts", "origin", "destination", "from", "effect", "acts_on"))
        kept.setdefault(key, row)
    sheets["tariffs"] = list(kept.values())
    for row in sheets.get("quotas", []):
        if row["authority"] not in known:
            row["authority"] = min(known)
    for row in sheets.get("partnership_effects", []):
        if row["effect"] == "cuts duty" and row["applies_to"] not in known:
            row["applies_to"] = "*"


def write_folder(folder: Path, settings: dict[str, Any], sheets: Sheets) -> Path:
    """One CSV file a sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    stated = [{"setting": name, "value": value} for name, value in settings.items() if value is not None]
    for name, rows in {"settings": stated, **sheets}.items():
        if rows:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return folder


def write_case(folder: Path, settings: dict[str, Any] | None = None, **sheets: Rows) -> Path:
    """The base case of `cases`, with these sheets in place of its own, as a folder of CSV files."""
    filled = {}
    for name, rows in {**BASE, **sheets}.items():
        filled[name] = [{**USUAL.get(name, {}), **row} for row in rows]
    for row in filled["countries"]:
        row.setdefault("name", row["country"])
    return write_folder(folder, {**SETTINGS, **(settings or {})}, filled)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ";".join(value)
    return "" if value is None else str(value)
