"""What the words in a heading's brackets say of its numbers: our unit, another one, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from planner.checks.amounts import METRIC_TONS, TON, Quantity
from planner.checks.names import plain

Said = Literal["ours", "another", "nothing", "unclear"]

# Spellings of the units the sheets use. A ton is a metric ton; of oxides, mostly, which their name may say.
SPELT = {
    "t": "t ton tons tonne tonnes mt",
    "yr": "yr yrs y year years annum",
    "USD": "usd us$ $ dollar dollars",
    "M$": "m$ musd",
    "m3": "m3 m³",
    "fraction": "fraction share",
    "degrees": "degree degrees deg °",
    "s": "s sec second seconds",
    "/": "/ per",
}
# Units that mean another number. "Mt" is told from "mt" by its capital alone.
OTHER = (
    "Mt kt kton ktons kg g mg lb lbs pound pounds short long stone oz % ‰ percent pct bp month months mo day days week "
    "weeks hour hours litre litres gal k$ kusd thousand million mn mio bn billion cent cents "
    "eur € euro euros cny rmb ¥ yuan jpy yen gbp £ aud a$ cad"
)
FILLERS = {"a", "of", "in", "reo", "treo", "real", "metric"}
A_YEAR = re.compile(r"/\s*a\b", re.IGNORECASE)
KNOWN = {word: unit for unit, words in SPELT.items() for word in words.split()} | {word: word for word in OTHER.split()}
MILLIONS = {("million", "USD"), ("USD", "million"), ("mn", "USD"), ("USD", "mn"), ("mio", "USD"), ("USD", "mio")}
PARTS = re.compile(r"[/%‰°]|[^\s/%‰°()*·]+")


def says(words: str, ours: str, counted: Quantity = METRIC_TONS) -> Said:
    """What a bracket's words say of a column in `ours` (nothing for a column without unit).

    Where amounts are `counted` in something else than t, its words mean what t stands for here.

    >>> says("tons per year", "t/yr"), says("kg", "t"), says("see kind", "units"), says("drams", "t")
    ('ours', 'another', 'nothing', 'unclear')
    """
    if plain(words) == plain(ours):
        return "ours"
    known = KNOWN | dict.fromkeys((counted.one.casefold(), counted.many.casefold()), TON)
    theirs, unknown = _read(words, known)
    wanted, _ = _read(ours, KNOWN)
    if theirs and theirs != wanted:
        return "another"
    if unknown or not theirs:
        return "unclear" if wanted else "nothing"
    return "ours"


def _read(words: str, known: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """The units in a text, in their order, and whether it holds other words as well."""
    found, unknown = [], False
    for part in PARTS.findall(A_YEAR.sub("/yr", words)):
        word = part if part == "Mt" else part.casefold()
        if word in known or word.strip(".,") in known:
            found.append(known.get(word) or known[word.strip(".,")])
        elif word not in FILLERS:
            unknown = True
    units = tuple(found)
    for pair in MILLIONS:
        if units[:2] == pair:
            units = ("M$", *units[2:])
    return (units if set(units) - {"/"} else ()), unknown
