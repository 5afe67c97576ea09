"""How names are compared, and which one was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from planner.checks.signs import difference, twin


def plain(text: Any) -> str:
    """A heading or sheet name without what people vary: case, spaces, dashes.

    >>> plain("  Offer\u00a0Prices ")
    'offer_prices'
    """
    return re.sub(r"[\s_\-]+", "_", unicodedata.normalize("NFKC", str(text)).strip()).casefold()


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to a mistyped one, or nothing.

    >>> nearest("suplier", ["supplier", "offer"])
    'supplier'
    """
    names: dict[str, str] = {}
    for candidate in known:
        names.setdefault(plain(candidate), candidate)
    wanted = plain(name)[:200]
    close = get_close_matches(wanted, list(names), n=1, cutoff=0.66)
    if not close and len(wanted) > 2:
        close = [one for one in names if len(one) > 2 and (wanted.startswith(one) or one.startswith(wanted))]
    return names[close[0]] if close else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question a letter asks about a mistyped name; nothing where no name is close.

    Where the two look alike, the signs in which they differ are named: nobody could find them by eye.
    """
    names = list(known)
    near = twin(name, names) or nearest(name, names)
    if not near:
        return ""
    unlike = difference(name, near)
    return f"Did you mean '{near}'?" + (f" They look alike, but {unlike}. Type the name again." if unlike else "")
