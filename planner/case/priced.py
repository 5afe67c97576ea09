"""In what the prices of a case are quoted, and what they come to in the plan's money."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd

from planner.case.read import Case
from planner.checks.amounts import QUANTITY_UNIT, TON
from planner.checks.money import DOLLAR, Money, QuotedIn
from planner.schema.priced import FREIGHT_WITHIN, HANDED_OVER_THERE, NOMINAL, QUOTED_IN
from planner.schema.settings import unit_words


def money_of(case: Case) -> Money:
    """Rates, inflation and the plan's own money."""
    rows = case.tables["exchange_rates"]
    rates = {
        (currency.upper(), None if isnan(year) else int(year)): float(worth)
        for currency, year, worth in zip(rows["currency"], rows["in_year"], rows["worth_usd"], strict=True)
    }
    settings = case.settings
    own = str(settings.get("currency") or DOLLAR)
    return Money(int(settings["base_year"]), float(settings.get("inflation") or 0.0), rates, own)


def terms_of(case: Case, sheet: str) -> dict[str, QuotedIn]:
    """Of the sheet offers or contracts, by name, those whose prices are not simply in the plan's money for a ton."""
    rows = case.tables[sheet]
    stated = rows["currency"].notna() | rows["unit"].notna() | (rows["money"] == NOMINAL)
    if not stated.any():
        return {}
    return {name: QuotedIn(*said) for name, *said in rows.loc[stated, [sheet[:-1], *QUOTED_IN]].itertuples(index=False)}


def worth_in(case: Case, sheet: str) -> Mapping[str, Mapping[int, float]]:
    """By name, what one of what its prices are quoted in is in the plan's money for a ton, in each calendar year.

    Only of those of `terms_of`: of all others it is 1.
    """
    periods, terms = case.tables["periods"], terms_of(case, sheet)
    if not terms:
        return {}
    years = [y for first, n in zip(periods["period"], periods["years"], strict=True) for y in range(first, first + n)]
    money, counted = money_of(case), unit_words(str(case.settings.get(QUANTITY_UNIT) or TON))[0]
    return {name: {year: said.worth(money, counted, year) for year in years} for name, said in terms.items()}


def quoted_per(case: Case, sheet: str, name: str) -> str:
    """The money and the unit of a price on the sheet offers or contracts: USD/t, or EUR/kg."""
    said = terms_of(case, sheet).get(name, QuotedIn())
    own = str(case.settings.get("currency") or DOLLAR)
    return f"{said.currency or own}/{said.unit or unit_words(str(case.settings.get(QUANTITY_UNIT) or TON))[0]}"


def freight_within(case: Case) -> frozenset[str]:
    """Offers whose price holds the lanes' freight."""
    return _with_incoterm(case, FREIGHT_WITHIN)


def handed_over_there(case: Case) -> frozenset[str]:
    """Offers that are handed over where they are delivered."""
    return _with_incoterm(case, HANDED_OVER_THERE)


def _with_incoterm(case: Case, words: tuple[str, ...]) -> frozenset[str]:
    offers = case.tables["offers"]
    return frozenset(offers.loc[offers["incoterm"].isin(words), "offer"])


def offer_prices_at_first(case: Case) -> pd.Series:
    """The price on the sheet offers of each row in the plan's money for a ton, at the worth of the first year."""
    offers, worth = case.tables["offers"], worth_in(case, "offers")
    if not worth:
        return offers["price_usd_per_t"]
    first = int(case.tables["periods"]["period"].min())
    factor = [worth[name][first] if name in worth else 1.0 for name in offers["offer"]]
    return offers["price_usd_per_t"].astype(float) * factor
