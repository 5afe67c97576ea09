"""Numbers and lists as they stand in a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from planner.results.scale import IN_MILLIONS, MoneyScale
from planner.workbook.words import UNWRITABLE

_AT_MOST_NAMED = 3
SMALL_MUSD = 0.01
_LONGEST_TEXT = 32_000  # Excel holds 32,767 UTF-16 units in a cell
_BREAKS = re.compile(r"\s+")


def literal(value: object) -> str:
    """The text itself, fit for a cell: characters that no workbook may hold become the replacement character."""
    return UNWRITABLE.sub("\ufffd", str(value))[:_LONGEST_TEXT]


def plain(value: object, at_most: int = 120) -> str:
    """One line of text for a sentence, a title or an alt text; long names are cut with an ellipsis."""
    text = _BREAKS.sub(" ", literal(value)).strip()
    return text if len(text) <= at_most else text[: at_most - 1] + "…"


def musd(value: float, money: MoneyScale = IN_MILLIONS, more: int = 0) -> str:
    """Money: 1,234 M$, 12.3 M$, 0.46 M$, and `more` decimals; what would round to little, and all money of a plan that
    has little of it, whole: 4,200 $.
    """
    if not math.isinf(value) and (money.small or 0 < abs(value) < SMALL_MUSD):
        one = replace(money, small=True)
        return f"{one.of(value):,.{one.places(0) + more}f} {plain(one.unit)}"
    unit = plain(money.unit)
    if math.isinf(value):
        return "an unknown amount"
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{value:,.{decimals + more}f} {unit}"


def dollars(value: float) -> str:
    """Dollars for a ton or a piece: 70,000, 50, and with cents where there are few: 8.40."""
    few = abs(value) < 100 and round(value, 2) != round(value)
    return f"{value:,.2f}" if few else f"{value:,.0f}"


def more_or_less(musd: float, gap_musd: float | None = None) -> str:
    """Millions to the third decimal, with how far they may be off: 0.600 ± 0.000 M$; little money in dollars."""
    if 0 < abs(musd) < SMALL_MUSD:
        off = "" if gap_musd is None else f" ± {dollars(gap_musd * 1e6)}"
        return f"{dollars(musd * 1e6)}{off} $"
    off = "" if gap_musd is None else f" ± {gap_musd:,.3f}"
    return f"{musd:,.3f}{off} M$"


def musd_apart(one: float, other: float, money: MoneyScale = IN_MILLIONS) -> tuple[str, str]:
    """Two amounts with as many decimals as tell them apart, up to four more: 232.00 and 232.01 M$, not twice 232."""
    for more in range(5):
        both = musd(one, money, more), musd(other, money, more)
        if both[0] != both[1]:
            return both
    return musd(one, money), musd(other, money)


def tons(value: float) -> str:
    """Tons with as many decimals as they are worth: 12,345 t, 34.5 t, 0.42 t, 0.0031 t."""
    size = abs(value)
    if size == 0 or size >= 100:
        return f"{value:,.0f} t"
    if size >= 1:
        return f"{value:,.1f} t"
    decimals = min(9, 1 - math.floor(math.log10(size)))
    return f"{value:.{decimals}f} t"


def percent(share: float) -> str:
    """A share in words: 34 %, 3.4 %, 0.05 %, under 0.001 %."""
    size = abs(share) * 100
    if 0 < size < 0.001:
        return "under 0.001 %"
    decimals = 0 if size == 0 or size >= 10 else 1 if size >= 1 else 2 if size >= 0.01 else 3
    return f"{share * 100:,.{decimals}f} %"


def span(first: int, last: int) -> str:
    """Years from the first to the last: 2026, or 2026–2030."""
    return f"{first}" if first == last else f"{first}–{last}"


def count(number: int, one: str, many: str | None = None) -> str:
    """1 supplier, 3 suppliers, no supplier."""
    if number == 0:
        return f"no {one}"
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], at_most: int = _AT_MOST_NAMED) -> str:
    """a, b and c; or a, b, c and 4 more."""
    shown = [plain(name) for name in names[:at_most]]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "none"


def capital(text: str) -> str:
    """With a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]
