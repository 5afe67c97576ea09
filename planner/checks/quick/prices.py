"""What a quote comes to in dollars of the base year for a ton, year by year: the one place where this is worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.checks.fault import CellFault
from planner.schema.quick import DUTY_WITHIN, FREIGHT_WITHIN

DOLLAR = "USD"
RATE_NAME = re.compile(r"usd_per_([A-Za-z]{3})(?:_(\d{4}))?")


@dataclass(frozen=True)
class Money:
    """Rates of exchange by currency and year (None: every year not named), and how money of other years is deflated."""

    base_year: int
    inflation: float = 0.0
    rates: Mapping[tuple[str, int | None], float] = field(default_factory=dict)

    def usd(self, currency: str, year: int) -> float:
        """Dollars of the base year for one unit of a currency in a year; raises CellFault."""
        return self._rate(currency.upper(), year) / (1 + self.inflation) ** (year - self.base_year)

    def _rate(self, currency: str, year: int) -> float:
        if currency == DOLLAR:
            return 1.0
        rate = self.rates.get((currency, year), self.rates.get((currency, None)))
        if rate is None:
            code = currency if RATE_NAME.fullmatch(f"usd_per_{currency}") else "EUR"
            text = f"the sheet Settings has no rate of {currency} for {year}"
            fix = f"Add a row usd_per_{code} (or usd_per_{code}_{year} for that year alone) and what one is worth."
            raise CellFault("key.missing-setting", text, fix)
        return rate


@dataclass(frozen=True)
class Quote:
    """Price and freight of one unit as they were quoted; `unit` is how much of what the plan counts that is."""

    price: float
    freight: float
    currency: str
    unit: float
    incoterm: str | None

    def prices(self, money: Money, years: range) -> dict[int, float]:
        """Dollars for a ton in each year, without freight and duty: what the customs value is; raises CellFault."""
        if self.incoterm in DUTY_WITHIN:
            text = f"{self.incoterm} holds the duty, so that what is left for the goods is not known"
            raise CellFault("row.incoterm", text, "Ask for the price before duty (DAP, say), and type that.")
        if self.incoterm in FREIGHT_WITHIN and self.freight > self.price:
            text = f"under {self.incoterm} freight is within the price, which is {self.price:g}"
            raise CellFault(
                "row.incoterm", text, "Type freight for the same unit and in the same currency as the price."
            )
        within = self.freight_usd_per_t(money, years) if self.incoterm in FREIGHT_WITHIN else 0.0
        return {year: self.price * money.usd(self.currency, year) / self.unit - within for year in years}

    def freight_usd_per_t(self, money: Money, years: range) -> float:
        """Dollars for a ton, at the rate of the first year: freight has one figure for all years."""
        return self.freight * money.usd(self.currency, years[0]) / self.unit
