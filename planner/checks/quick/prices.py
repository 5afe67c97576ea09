"""What a quote of the quick workbook comes to in dollars of the base year for a ton, year by year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.checks.fault import CellFault
from planner.checks.money import Money, NoRate, refuse_duty_within
from planner.schema.priced import FREIGHT_WITHIN

RATE_NAME = re.compile(r"usd_per_([A-Za-z]{3})(?:_(\d{4}))?")


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
        refuse_duty_within(self.incoterm)
        if self.incoterm in FREIGHT_WITHIN and self.freight > self.price:
            text = f"under {self.incoterm} freight is within the price, which is {self.price:g}"
            raise CellFault(
                "row.incoterm", text, "Type freight for the same unit and in the same currency as the price."
            )
        within = self.freight_usd_per_t(money, years) if self.incoterm in FREIGHT_WITHIN else 0.0
        return {year: self.price * self._usd(money, year) / self.unit - within for year in years}

    def freight_usd_per_t(self, money: Money, years: range) -> float:
        """Dollars for a ton, at the rate of the first year: freight has one figure for all years."""
        return self.freight * self._usd(money, years[0]) / self.unit

    def _usd(self, money: Money, year: int) -> float:
        """Dollars of the base year for one unit of the quote's currency; raises CellFault."""
        try:
            return money.nominal(self.currency, year)
        except NoRate as missing:
            currency = missing.currency
            code = currency if RATE_NAME.fullmatch(f"usd_per_{currency}") else "EUR"
            text = f"the sheet Settings has no rate of {currency} for {year}"
            fix = f"Add a row usd_per_{code} (or usd_per_{code}_{year} for that year alone) and what one is worth."
            raise CellFault("key.missing-setting", text, fix) from None
