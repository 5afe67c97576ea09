"""Signs that look like others: two names that look alike and are not, told apart by the sign and its code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import zip_longest

# Signs of other scripts, and marks, each followed by the plain sign it is taken for.
CYRILLIC = "АA ВB ЕE З3 ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY ԌG ԚQ ԜW аa еe ѕs іi јj оo рp сc уy хx үy һh ԁd ԛq ԝw"
GREEK = "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX οo νv ιi ϲc ϳj αa"
MARKS = """−- ‘' ’' ‚' ′' ʹ' ʼ' `' ´' “" ”" „" ″" ⁄/ ∕/"""
LOOKS_LIKE = {ord(pair[0]): pair[1] for pair in f"{CYRILLIC} {GREEK} {MARKS}".split()}
MOST_TOLD = 3


def as_seen(text: str) -> str:
    r"""A text as an eye sees it: one kind of space and dash, Latin letters for those of other scripts that look so.

    >>> as_seen("NdPr\u00a0\u043exide\u2010N52")
    'NdPr oxide-N52'
    """
    drawn = unicodedata.normalize("NFKC", text).translate(LOOKS_LIKE)
    signs = []
    for sign in drawn:
        kind = unicodedata.category(sign)
        if kind != "Cf":
            signs.append("-" if kind == "Pd" else " " if kind in {"Zs", "Zl", "Zp", "Cc"} else sign)
    return " ".join("".join(signs).split())


def twin(name: str, known: Iterable[str]) -> str:
    """The known name that looks the same as this one and is another; nothing where there is none."""
    seen = as_seen(name)
    return next((one for one in known if one != name and as_seen(one) == seen), "")


def sign(one: str) -> str:
    r"""A sign by its name and code.

    >>> sign("\u00a0")
    'a no-break space (U+00A0)'
    """
    name = unicodedata.name(one, "control character").lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name} (U+{ord(one):04X})"


def difference(here: str, there: str) -> str:
    r"""Where two names that look alike differ, sign by sign; nothing where they are the same or look different.

    >>> difference("NdPr\u00a0oxide", "NdPr oxide")
    'character 5 is a no-break space (U+00A0) here and a space (U+0020) there'
    """
    if here == there or as_seen(here) != as_seen(there):
        return ""
    differences = []
    for place, (one, other) in enumerate(zip_longest(here, there), start=1):
        if one != other:
            differences.append(f"character {place} is {sign(one) if one else 'missing'} here")
            differences[-1] += f" and {sign(other) if other else 'missing'} there"
        if len(here) != len(there) and differences:
            break
    more = f", and {len(differences) - MOST_TOLD} more" if len(differences) > MOST_TOLD else ""
    return "; ".join(differences[:MOST_TOLD]) + more
