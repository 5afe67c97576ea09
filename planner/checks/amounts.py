"""What the amounts of a case are in: t, or the word of its setting quantity_unit. No number is converted by it.

All that we say is written for t. Where a case is in pieces, lots or kg, what is said passes `Quantity.told` on its way
out: "12 t" becomes "12 pieces", "USD/t" becomes "USD/piece". What stands in the workbook keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from planner.checks.fault import CellFault
from planner.errors import Problem
from planner.schema.settings import LONGEST_UNIT, unit_words

TON = "t"
QUANTITY_UNIT = "quantity_unit"
_WORD = r"(?:t|(?P<big>T|t)ons?)"
_TOKEN = re.compile(rf"(?<![\w$.'’])(?<!column )(?<!heading ){_WORD}(?!\w)")  # as words of their own
_FOR_EACH = re.compile(r"(?:/|\bper |\b[Aa] |\b[Oo]ne(?: more| clean| more clean)? |(?<![\d.,])1 )$")
_UNIT_ALONE = re.compile(rf"[\d.,\s]*(?:(?:[A-Z]{{3}}|M?\$)\s*(?:/|per)\s*)?{_WORD}(?:\s*(?:/|per)\s*(?:yr|year|a))?")
# Letters that name what is to be typed, or what is in t whatever the case is in.
_AS_IT_STANDS = {"cell.choice", "cross.in-tons", "row.quantity-unit", "structure.empty-sheet"}
GIVEN_OFF = ("co2_t_per_t", "residue_t_per_t")


@dataclass(frozen=True)
class Quantity:
    """The word for one and for many of what amounts count, and the texts of the workbook that hold a t or ton."""

    one: str = TON
    many: str = TON
    typed: tuple[str, ...] = ()

    @classmethod
    def named(cls, unit: object) -> Quantity:
        """What the setting says: one word, or one and its plural, as in `piece; pieces`; t where it says no word."""
        one, many = unit_words(str(unit or TON))
        return cls() if one == TON or not _are_words((one, many)) else cls(one, many)

    def keeping(self, texts: Iterable[str]) -> Quantity:
        """The same, with what people typed, of which what holds a t or ton stays as it is; a unit alone is ours."""
        if self.is_ton:
            return self
        typed = {text for text in texts if _TOKEN.search(text) and not _UNIT_ALONE.fullmatch(text)}
        return replace(self, typed=tuple(sorted(typed, key=len, reverse=True)))

    @property
    def is_ton(self) -> bool:
        """Whether there is nothing to say otherwise."""
        return self.one == TON

    def told(self, text: str) -> str:
        """A text of ours about amounts in the words of the case; what is typed in its workbook stays as it is."""
        if self.is_ton:
            return text
        held = [one for one in self.typed if one in text]
        for place, one in enumerate(held):
            text = text.replace(one, f"\0{place}\0")
        text = _TOKEN.sub(lambda found: self._word(found, text), text)
        for place, one in enumerate(held):
            text = text.replace(f"\0{place}\0", one)
        return text

    def _word(self, found: re.Match[str], text: str) -> str:
        single = bool(_FOR_EACH.search(text[: found.start()])) or found.group().lower() == "ton"
        word = self.one if single else self.many
        return word[:1].upper() + word[1:] if found["big"] == "T" else word

    def told_all(self, thing: Any) -> Any:
        """The same of every text in plain data: texts, lists, tuples, mappings and data classes of them."""
        if self.is_ton:
            return thing
        if isinstance(thing, str):
            return self.told(thing)
        if isinstance(thing, (tuple, list)):
            return type(thing)(self.told_all(part) for part in thing)
        if isinstance(thing, dict):
            return {name: self.told_all(part) for name, part in thing.items()}
        if is_dataclass(thing) and not isinstance(thing, type):
            return replace(thing, **{part.name: self.told_all(getattr(thing, part.name)) for part in fields(thing)})
        return thing

    def letter(self, problem: Problem) -> Problem:
        """A problem in the words of the case; what was found is shown as it stands."""
        if self.is_ton or problem.code in _AS_IT_STANDS or problem.column in GIVEN_OFF:
            return problem
        return replace(problem, message=self.told(problem.message), fix=self.told(problem.fix))


METRIC_TONS = Quantity()


def refuse_unit(stated: str) -> None:
    """Raise CellFault where a unit is not a word that reads well in sentence and heading, or one and its plural."""
    if not _are_words(unit_words(stated)):
        text = "expected a word for what amounts are in, or the word for one and its plural"
        fix = "Type kg, say, or piece; pieces. A unit with other signs, such as 1000 pcs, is no word."
        raise CellFault("row.quantity-unit", text, fix)


def _are_words(words: Sequence[str]) -> bool:
    return all(word.isalpha() and len(word) <= LONGEST_UNIT for word in words)
