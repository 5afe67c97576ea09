"""How the money of a plan is told: in millions, or where the whole plan comes to less than one, in single dollars.

Chosen once for a plan, by what it costs, and used wherever its money is told: report, brief, pages, terminal, studies.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from math import isfinite
from typing import Any

LEAST_IN_MILLIONS = 1.0  # M$: below it a table of millions with one or two decimals would show nothing
MILLION = 1e6
_FEW = 0.001  # M$: a plan of less is told to the cent


@dataclass(frozen=True)
class MoneyScale:
    """The unit of a plan's money and how amounts that stand in millions are told in it."""

    currency: str = "USD"
    small: bool = False
    cents: bool = False

    @property
    def unit(self) -> str:
        """M$, or $; of another currency M EUR, or EUR."""
        if self.currency == "USD":
            return "$" if self.small else "M$"
        return self.currency if self.small else f"M {self.currency}"

    def of(self, musd: Any) -> Any:
        """Amounts in millions, in the unit: a number or a table's column."""
        return musd * MILLION if self.small else musd

    def places(self, of_millions: int) -> int:
        """Decimals where a million has so many; of single dollars none, or cents."""
        return of_millions if not self.small else 2 if self.cents else 0

    def figure(self, musd: float, of_millions: int = 3) -> str:
        """An amount with its unit: 1,234.567 M$, or 9,179 $."""
        return f"{self.of(musd):,.{self.places(of_millions)}f} {self.unit}"

    def told(self, heading: str) -> str:
        """A heading that says M$ with this unit."""
        return heading.replace("M$", self.unit)


IN_MILLIONS = MoneyScale()


def scale_for(musd: Iterable[float | None], currency: str = "USD") -> MoneyScale:
    """How the money of a plan is told that costs so much, M$; of several amounts the largest says it."""
    size = max((abs(one) for one in musd if one is not None and isfinite(one)), default=0.0)
    small = 0.0 < size < LEAST_IN_MILLIONS
    return MoneyScale(currency, small, small and size < _FEW)


_AT_HAND: ContextVar[MoneyScale] = ContextVar("scale", default=IN_MILLIONS)


def tell_in(scale: MoneyScale) -> None:
    """From now on terminal and pages tell money in this unit."""
    _AT_HAND.set(scale)


def scale_at_hand() -> MoneyScale:
    """The unit in which terminal and pages tell money."""
    return _AT_HAND.get()
