"""What a quoted price comes to in the plan's money for a ton: the one place where this is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.checks.fault import CellFault
from planner.schema.priced import DUTY_WITHIN, NOMINAL, unit_in

DOLLAR = "USD"


class NoRate(LookupError):
    """Nothing says what a currency is worth in a year."""

    def __init__(self, currency: str, year: int) -> None:
        super().__init__(f"no rate of {currency} for {year}")
        self.currency, self.year = currency, year


@dataclass(frozen=True)
class Money:
    """Rates of exchange by currency and year (None: every year not named), and how money of other years is deflated.

    Currencies are named in capitals; `own` is the money in which the plan counts.
    """

    base_year: int
    inflation: float = 0.0
    rates: Mapping[tuple[str, int | None], float] = field(default_factory=dict)
    own: str = DOLLAR

    def rate(self, currency: str, year: int) -> float:
        """What one unit of a currency is worth in a year, in the plan's money; raises NoRate."""
        name = currency.upper()
        if name == self.own.upper():
            return 1.0
        rate = self.rates.get((name, year), self.rates.get((name, None)))
        if rate is None:
            raise NoRate(name, year)
        return rate

    def nominal(self, currency: str, year: int) -> float:
        """The same of money of that year, in the plan's money of the base year; raises NoRate."""
        return self.rate(currency, year) / (1 + self.inflation) ** (year - self.base_year)


@dataclass(frozen=True)
class QuotedIn:
    """In what a price is quoted: its currency (None: the plan's own), unit (None: what the plan counts in), money."""

    currency: str | None = None
    unit: str | None = None
    money: str | None = None

    @property
    def plain(self) -> bool:
        """Whether the price is in the plan's own money of the base year, for what the plan counts in."""
        return self.currency is None and self.unit is None and self.money != NOMINAL

    def worth(self, money: Money, counted: str, year: int) -> float:
        """What one of it a unit is in the plan's money for one that the plan counts, in a year; raises NoRate."""
        of = money.nominal if self.money == NOMINAL else money.rate
        return of(self.currency or money.own, year) / unit_in(self.unit or counted, counted)


def refuse_duty_within(incoterm: str | None) -> None:
    """Raise CellFault where the price holds the duty."""
    if incoterm in DUTY_WITHIN:
        text = f"{incoterm} holds the duty, so that what is left for the goods is not known"
        raise CellFault("row.incoterm", text, "Ask for the price before duty (DAP, say), and type that.")
