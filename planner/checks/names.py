"""How names are compared, and which one was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from planner.checks.signs import as_seen, difference, twin

MINUS = "\u2212"


def plain(text: Any) -> str:
    """A heading or sheet name without what people vary: case, spaces, dashes.

    >>> plain("  Offer\u00a0Prices ")
    'offer_prices'
    """
    return re.sub(r"[\s_\-]+", "_", unicodedata.normalize("NFKC", str(text)).strip()).casefold()


def folded(name: Any) -> Any:
    """What tells names apart: not case, spaces, kinds of dash, or the Unicode form. What is no text stays as it is.

    >>> folded(" Section\u00a0301") == folded("SECTION  301"), folded(2026)
    (True, 2026)
    """
    if not isinstance(name, str):
        return name
    if name.isascii():
        return " ".join(name.split()).casefold()
    even = "".join(
        "-" if sign == MINUS or unicodedata.category(sign) == "Pd" else sign
        for sign in unicodedata.normalize("NFKC", name)
    )
    return unicodedata.normalize("NFKC", " ".join(even.split()).casefold())


def looks(name: str) -> str:
    """What makes names look alike to an eye that does not mind case: as_seen, without it.

    >>> looks("Oxid\u0435") == looks("oxide")
    True
    """
    return str(folded(as_seen(name)))


def nearly(one: str, other: str) -> bool:
    """Whether two names that are not one are likely to be meant as one: a slip of one letter in a word, or of a mark.

    Words of digits, and short ones, are told apart as they are.

    >>> nearly("oxide", "oxides"), nearly("Section 301", "Section-301"), nearly("Section 301", "Section 302")
    (True, True, False)
    """
    first, second = (re.sub(r"[\s._/,;:-]+", " ", folded(name)).strip() for name in (one, other))
    if first.replace(" ", "") == second.replace(" ", ""):
        return True
    words = [(a, b) for a, b in zip(first.split(" "), second.split(" "), strict=False) if a != b]
    if len(first.split(" ")) != len(second.split(" ")) or len(words) != 1:
        return False
    a, b = words[0]
    return a.isalpha() and b.isalpha() and min(len(a), len(b)) >= 4 and _one_slip(a, b)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing, or changed its place with the next."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or swapped


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
