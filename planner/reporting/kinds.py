"""How a column's values look: number format, width in characters, and text that Excel must take literally."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.results.words import literal


@dataclass(frozen=True)
class Kind:
    """A column's number format (empty: text) and how many characters a value takes in it."""

    number_format: str = ""
    decimals: int = 0
    scale: float = 1.0
    grouped: bool = True
    ending: str = ""
    zero: str = ""
    missing: str = ""  # what stands where there is no value
    wrap: bool = False
    align: str = "right"
    millions: bool = False  # whether values are millions of money, which a small plan tells in single dollars
    numeric_text: bool = False  # text that is written as a number where it is one, such as a year among spans of years
    narrowest: float = 8.5  # characters that a column has at least
    widest: int = 36  # characters, beyond which text is cut or wrapped

    @property
    def is_text(self) -> bool:
        return not self.number_format

    def show(self, value: Any) -> str:
        """The text that Excel shows."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if self.is_text:
            return literal(value)
        if value == 0 and self.zero:
            return self.zero
        return f"{value * self.scale:{',' if self.grouped else ''}.{self.decimals}f}{self.ending}"

    def width(self, values: Sequence[Any]) -> int:
        """Characters of the longest value; of numbers the largest and the smallest are the longest."""
        present = [v for v in values if v is not None and not (isinstance(v, float) and math.isnan(v))]
        if not present:
            return 0
        if self.is_text:
            longest = max(max(len(line) for line in (literal(v).splitlines() or [""])) for v in present)
            return min(longest, self.widest)
        return max(len(self.show(max(present))), len(self.show(min(present))), len(self.zero))


def _number(decimals: int, millions: bool = False) -> Kind:
    """Thousands separators, fixed decimals, a dash for nothing at all."""
    shown = "#,##0" + ("." + "0" * decimals if decimals else "")
    return Kind(f'{shown};-{shown};"–"', decimals, zero="–", millions=millions)


TEXT = Kind(align="left")
NOTE = Kind(wrap=True, align="left", widest=60)
ASIDE = Kind(wrap=True, align="left", widest=27)
TAIL = Kind(align="left", widest=14)  # the last column of a table: its text runs on to the right
LONG = Kind(wrap=True, align="left", widest=90)
PERIOD_LABEL = Kind(align="left", numeric_text=True)
NAMED = Kind(wrap=True, align="left", widest=22)
PHRASE = Kind(wrap=True, align="left", widest=44)
REASON = Kind(wrap=True, align="left", widest=29)
BRIEF = Kind(wrap=True, align="left", widest=17)
CENTRED = Kind(align="center", narrowest=5.0)
YEAR = Kind("0", grouped=False)
YEAR_LEFT = Kind("0", grouped=False, align="left")
WHOLE = _number(0)
TONS = _number(1)
USD = _number(0)
USD_FINE = _number(2)
MUSD = _number(2, millions=True)
MUSD_SHORT = _number(1, millions=True)
INDEX = Kind("0.000", 3)
EXACT = _number(6, millions=True)
SHARE = Kind('0.0%;-0.0%;"–"', 1, scale=100.0, ending="%", zero="–", grouped=False)
FINE_SHARE = Kind('0.00%;-0.00%;"–"', 2, scale=100.0, ending="%", zero="–", grouped=False)
USE = Kind("0.0%", 1, scale=100.0, ending="%", grouped=False, missing="–")
RATE = Kind("0.0%", 1, scale=100.0, ending="%", grouped=False)  # a rate of 0 is said
