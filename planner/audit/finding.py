"""What the auditor reports, and when two numbers count as equal.

Tons and money are compared to one part in a million of the amounts that were added up. Below a ton, or below a thousand
dollars, that part stops shrinking, so that the solver's own rounding is not called an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

RELATIVE = 1e-6
TONS_FLOOR = 1.0  # t or t/yr: differences below 1e-6 t are rounding
MONEY_FLOOR = 1e-3  # M$: differences below a tenth of a cent are rounding
MOST_PER_CHECK = 25  # findings of one check that are listed one by one


@dataclass(frozen=True)
class Finding:
    """One place where the books do not close: what was recomputed, and what the plan says."""

    check: str
    where: str
    expected: float | str
    found: float | str
    message: str

    def __str__(self) -> str:
        return f"{self.check}, {self.where}: {self.message} (expected {_say(self.expected)}, found {_say(self.found)})"


def _say(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


def tolerance(scale: pd.Series, floor: float) -> pd.Series:
    """How far two amounts of this size may differ."""
    return RELATIVE * scale.abs().clip(lower=floor).fillna(floor)


def unequal(
    check: str,
    frame: pd.DataFrame,
    keys: Mapping[str, str],
    message: str,
    floor: float = TONS_FLOOR,
) -> list[Finding]:
    """A finding for each row whose `found` is not its `expected`; `scale`, if any, is the size of what was added."""
    size = frame["scale"] if "scale" in frame else frame[["expected", "found"]].abs().max(axis=1)
    difference = (frame["found"] - frame["expected"]).abs()
    return listed(check, frame[~(difference <= tolerance(size, floor))], keys, message)


def too_much(
    check: str, frame: pd.DataFrame, keys: Mapping[str, str], message: str, floor: float = TONS_FLOOR
) -> list[Finding]:
    """A finding for each row whose `found` is above its `expected`; an infinite `expected` is no bound."""
    bounded = frame[frame["expected"] != float("inf")]
    size = bounded[["expected", "found"]].abs().max(axis=1)
    bad = ~(bounded["found"] <= bounded["expected"] + tolerance(size, floor))
    return listed(check, bounded[bad], keys, message)


def too_little(
    check: str, frame: pd.DataFrame, keys: Mapping[str, str], message: str, floor: float = TONS_FLOOR
) -> list[Finding]:
    """A finding for each row whose `found` is below its `expected`."""
    size = frame[["expected", "found"]].abs().max(axis=1)
    bad = ~(frame["found"] >= frame["expected"] - tolerance(size, floor))
    return listed(check, frame[bad], keys, message)


def listed(
    check: str,
    bad: pd.DataFrame,
    keys: Mapping[str, str],
    message: str,
    expected: float | str | None = None,
    found: str = "found",
) -> list[Finding]:
    """The bad rows as findings. `keys` says which columns tell where, and what to call them ("" needs no word).

    What is expected stands in the column of that name or is the same for all; `found` names the column of what was.
    """
    findings = []
    for row in bad.head(MOST_PER_CHECK).to_dict("records"):
        wanted = row.get("expected", "") if expected is None else expected
        findings.append(Finding(check, _where(row, keys), _plain(wanted), _plain(row.get(found, "")), message))
    if len(bad) > MOST_PER_CHECK:
        more = len(bad) - MOST_PER_CHECK
        findings.append(Finding(check, f"{more} more rows", "", "", message))
    return findings


def _where(row: Mapping[object, object], keys: Mapping[str, str]) -> str:
    said = (f"{word} {row[column]}".strip() for column, word in keys.items() if row[column] not in ("", None))
    return ", ".join(said)


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, (int, float)) else str(value)
