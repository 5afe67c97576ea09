"""Countries of the world by ISO 3166 code and the names people type, from `countries.csv` beside this file."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("countries.csv")


class Country(NamedTuple):
    """A country's alpha-3 code, its usual name, and others."""

    code: str
    name: str
    also: tuple[str, ...]


@cache
def world() -> tuple[Country, ...]:
    """All of them, by code."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Country(row["country"], row["name"], tuple(one.strip() for one in row["also"].split(";") if one.strip()))
        for row in rows
    )
