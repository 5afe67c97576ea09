"""How names are compared, and which one was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


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
    close = get_close_matches(plain(name)[:200], list(names), n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The question a letter asks about a mistyped name; nothing where no name is close."""
    near = nearest(name, known)
    return f"Did you mean '{near}'?" if near else ""
