"""The folder of CSV files, with the csv module alone: rows of texts, and the few ways to read a cell of one."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

Row = dict[str, str]
PLAIN = 1e-6  # USD to M$


def read(folder: Path, *overlays: Path) -> dict[str, list[Row]]:
    """The sheets of a case; a sheet of an overlay takes the whole sheet's place, but of settings only those named.

    Without rows on lanes all prices are delivered prices: everything goes everywhere, free.
    """
    sheets: dict[str, list[Row]] = {}
    for path in (folder, *overlays):
        for file in sorted(path.glob("*.csv")):
            rows = _rows(file)
            if file.stem == "settings" and "settings" in sheets:
                named = {row["setting"] for row in rows}
                rows += [row for row in sheets["settings"] if row["setting"] not in named]
            sheets[file.stem] = rows
    return {**sheets, "lanes": sheets.get("lanes") or [{"from": "*", "to": "*", "material": "*"}]}


def _rows(file: Path) -> list[Row]:
    """Blank cells are left out of a row; an apostrophe that guards a text from being a formula is taken off."""
    rows = []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for read_row in csv.DictReader(lines):
            row = {name.strip(): (cell or "").strip() for name, cell in read_row.items() if name}
            row = {k: v[1:] if v[:1] == "'" and v[1:2] in "=+-@" else v for k, v in row.items() if v}
            if row:
                rows.append(row)
    return rows


def number(row: Row, name: str, blank: float = 0.0) -> float:
    """A number, or what blank means."""
    return float(row[name]) if name in row else blank


def maybe(row: Row, name: str) -> float | None:
    """A number, or None where the cell is blank."""
    return float(row[name]) if name in row else None


def year(row: Row, name: str, blank: float) -> float:
    """A calendar year, or what blank means."""
    return float(row[name]) if name in row else blank


def day(row: Row, name: str, blank: date) -> date:
    """A day, or what blank means."""
    return date.fromisoformat(row[name][:10]) if name in row else blank


def yes(row: Row, name: str) -> bool:
    """Blank is no."""
    return row.get(name, "no").lower() in ("yes", "true")


def names(row: Row, name: str) -> list[str]:
    """Names separated by semicolons."""
    return [part.strip() for part in row.get(name, "").split(";") if part.strip()]


@cache
def digits(text: str) -> str:
    """A tariff heading without its dots."""
    return "".join(sign for sign in text if sign.isdigit())
