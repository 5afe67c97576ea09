"""The figures that pages quote, as `results.py` keeps them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
KEPT = HOME / "benchmarks" / "results"
BASE_CASE, HINDCAST = "inputs/us_base_case", "inputs/hindcast_2021_24"


def kept(part: str) -> dict[str, Any]:
    """A part as it is kept."""
    found: dict[str, Any] = json.loads((KEPT / f"{part}.json").read_text(encoding="utf-8"))
    return found


def signed(amount: float, digits: int = 0) -> str:
    """A difference with its sign; one that is rounded away has none."""
    rounded = round(amount, digits)
    return f"{rounded:+,.{digits}f}" if rounded else f"{0.0:.{digits}f}"
