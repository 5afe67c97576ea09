"""What the amounts of a case are in: t, or the word of its setting quantity_unit. No number is converted by it.

All that we say is written for t. Where a case is in pieces, lots or kg, what is said passes `Quantity.told` on its way
out: "12 t" becomes "12 pieces", "USD/t" becomes "USD/piece". What stands in the workbook keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.schema.settings import unit_words

if TYPE_CHECKING:
    from planner.case.read import Case

TON = "t"
_TOKEN = re.compile(r"(?<![\w$.'’])(?:t|(?P<big>T|t)ons?)(?!\w)")  # t and ton(s) as words of their own
_FOR_EACH = re.compile(r"(?:/|\bper |\b[Aa] |\b[Oo]ne(?: more| clean| more clean)? |(?<![\d.,])1 )$")


@dataclass(frozen=True)
class Quantity:
    """The word for one and for many of what amounts count, and the texts of the workbook that hold a t or ton."""

    one: str = TON
    many: str = TON
    typed: tuple[str, ...] = ()

    @classmethod
    def of(cls, case: Case) -> Quantity:
        """What the setting says: one word, or one and its plural, as in `piece; pieces`."""
        one, many = unit_words(str(case.settings.get("quantity_unit") or TON))
        if one == TON:
            return cls()
        typed = {text for text in _texts(case) if _TOKEN.search(text) and not _TOKEN.fullmatch(text)}
        return cls(one, many, tuple(sorted(typed, key=len, reverse=True)))

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


def _texts(case: Case) -> Iterable[str]:
    yield case.name
    for table in case.tables.values():
        for column in table.select_dtypes("object"):
            for cell in table[column]:
                yield from (cell,) if isinstance(cell, str) else cell if isinstance(cell, tuple) else ()


_IN_TONS = Quantity()
_AT_HAND: ContextVar[Quantity] = ContextVar("quantity", default=_IN_TONS)


def speak_of(case: Case | None) -> None:
    """From now on terminal and pages speak of this case, in its words."""
    _AT_HAND.set(_IN_TONS if case is None else Quantity.of(case))


def at_hand() -> Quantity:
    """The words of the case that terminal and pages speak of."""
    return _AT_HAND.get()


def in_words(text: str) -> str:
    """A text of ours in the words of the case at hand."""
    return _AT_HAND.get().told(text)
