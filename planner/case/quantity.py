"""The words that a case has for its amounts, and those of the case that terminal and pages speak of."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING

from planner.checks.amounts import METRIC_TONS, QUANTITY_UNIT, Quantity

if TYPE_CHECKING:
    from planner.case.read import Case


def quantity_of(case: Case) -> Quantity:
    """What a case's setting says its amounts are in; what is typed in its workbook keeps its words."""
    return Quantity.named(case.settings.get(QUANTITY_UNIT)).keeping(_texts(case))


def _texts(case: Case) -> Iterable[str]:
    yield case.name
    for table in case.tables.values():
        for column in table.select_dtypes("object"):
            for cell in table[column]:
                yield from (cell,) if isinstance(cell, str) else cell if isinstance(cell, tuple) else ()


_AT_HAND: ContextVar[Quantity] = ContextVar("quantity", default=METRIC_TONS)


def speak_of(case: Case | None) -> None:
    """From now on terminal and pages speak of this case, in its words."""
    _AT_HAND.set(METRIC_TONS if case is None else quantity_of(case))


def at_hand() -> Quantity:
    """The words of the case that terminal and pages speak of."""
    return _AT_HAND.get()


def in_words(text: str) -> str:
    """A text of ours in the words of the case at hand."""
    return _AT_HAND.get().told(text)
