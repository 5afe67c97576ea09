"""The rows of a CSV file, for pages that are written from a case."""

from __future__ import annotations

import csv
from pathlib import Path


def rows_of(file: Path) -> list[dict[str, str]]:
    """Each row by its headings, as text."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
