"""Prices in other money, units and incoterms: each can be turned into the plan's own money for a ton."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.checks.amounts import QUANTITY_UNIT, TON
from planner.checks.cells import table_problem
from planner.checks.fault import CellFault
from planner.checks.idle import nothing
from planner.checks.money import DOLLAR, Money, NoRate, QuotedIn, refuse_duty_within
from planner.checks.names import did_you_mean
from planner.checks.network import records
from planner.checks.settings import Settings
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema.priced import NOMINAL, QUOTED_IN, T_PER_UNIT
from planner.schema.settings import unit_words

PRICES_OF_A_CONTRACT = ("price_usd_per_t", "index_base_usd_per_t", "floor_usd_per_t", "ceiling_usd_per_t")
TWO_YEARS_TOLD = 2


def incoterm(table: Table, position: int) -> Iterator[Problem]:
    """No offer's price holds the duty."""
    stated = table.value(position, "incoterm")
    try:
        refuse_duty_within(stated)
    except CellFault as fault:
        yield table_problem(table, position, "incoterm", stated, fault)


def prices(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """Every currency has a worth in every year, money that is nominal an inflation, and units are those of a weight."""
    money, counted = _money(tables, settings), _counted(settings)
    rates = tables["exchange_rates"]
    for position, currency in records(rates, "currency"):
        if currency.upper() == money.own.upper():
            text = f"{currency} is the plan's own money: one of it is worth one"
            fix = "Delete the row, or change the setting currency."
            yield rates.problem("row.own-money", position, "currency", message=text, fix=fix)
    used = set()
    for table in (tables["offers"], tables["contracts"]):
        for position, *said in records(table, *QUOTED_IN):
            terms = QuotedIn(*said)
            used.add((terms.currency or money.own).upper())
            if not terms.plain:
                yield from _terms(tables, table, position, terms, money, counted)
    yield from _ranked(tables, money, counted)
    for position, currency in records(rates, "currency"):
        if currency.upper() not in {*used, money.own.upper()}:
            yield nothing(rates, position, "currency", f"no offer or contract has a price in {currency}")


def _setting(settings: Settings, name: str) -> Any:
    return settings[name].value if name in settings else None


def _money(tables: Tables, settings: Settings) -> Money:
    rates = {
        (currency.upper(), year): worth
        for _, currency, year, worth in records(tables["exchange_rates"], "currency", "in_year", "worth_usd")
    }
    own = str(_setting(settings, "currency") or DOLLAR)
    return Money(_setting(settings, "base_year") or 0, _setting(settings, "inflation") or 0.0, rates, own)


def _counted(settings: Settings) -> str:
    return unit_words(str(_setting(settings, QUANTITY_UNIT) or TON))[0]


def _terms(
    tables: Tables, table: Table, position: int, terms: QuotedIn, money: Money, counted: str
) -> Iterator[Problem]:
    if table.sheet.name == "contracts" and all(table.value(position, name) is None for name in PRICES_OF_A_CONTRACT):
        stated = next(
            name for name in QUOTED_IN if table.value(position, name) not in (None, table.sheet[name].default)
        )
        yield nothing(table, position, stated, "the contract states no price of its own, so it is in no money")
    if terms.unit is not None and counted not in T_PER_UNIT:
        text = f"amounts are in another unit ({counted}), and nobody knows what one of it weighs"
        fix = f"Clear the cell and type the price of one {counted}."
        yield table.problem("row.price-unit", position, "unit", message=text, fix=fix)
    if terms.money == NOMINAL and money.inflation == 0.0:
        text = "the setting inflation is missing, so that nobody knows what money of another year is worth"
        fix = "Add a row inflation to the sheet settings and its value, such as 0.02."
        yield table.problem("cross.nominal", position, "money", message=text, fix=fix)
    if terms.currency is not None:
        yield from _rates(tables, table, position, terms.currency, money)


def _rates(tables: Tables, table: Table, position: int, currency: str, money: Money) -> Iterator[Problem]:
    known = {money.own.upper(), *(name for name, _ in money.rates)}
    sheet = tables["exchange_rates"].title
    if currency.upper() not in known:
        text = f"the sheet {sheet} does not say what {currency} is worth"
        fix = did_you_mean(currency, sorted(known)) or f"Add a row {currency} to it, and what one of it is worth."
        yield table.problem("key.unknown", position, "currency", message=text, fix=fix)
        return
    missing = []
    for _, first, years in records(tables["periods"], "period", "years"):
        for year in range(first, first + years):
            try:
                money.rate(currency, year)
            except NoRate:
                missing.append(str(year))
    if missing:
        told = ", ".join(missing[:TWO_YEARS_TOLD]) + (" ..." if len(missing) > TWO_YEARS_TOLD else "")
        text = f"the sheet {sheet} does not say what {currency} is worth in {told}"
        fix = f"Add a row {currency} for each of these years, or one without a year for all that have none."
        yield table.problem("cross.no-rate", position, "currency", message=text, fix=fix)


def _ranked(tables: Tables, money: Money, counted: str) -> Iterator[Problem]:
    """A bonus is no larger than a price in other money: see `planner.checks.rows`, which looks at all others."""
    table = tables["offers"]
    years = [year for _, first, n in records(tables["periods"], "period", "years") for year in range(first, first + n)]
    for position, malus, price, *said in records(table, "ranking_usd_per_t", "price_usd_per_t", *QUOTED_IN):
        terms = QuotedIn(*said)
        if malus is None or terms.plain or (terms.unit and counted not in T_PER_UNIT):
            continue
        try:
            least = price * min(terms.worth(money, counted, year) for year in years)
        except NoRate:
            continue
        if malus < -least:
            text = f"the bonus is above the price, which comes to {least:g}"
            fix = "Type what a ton of it is worth more than one of the others, as a number below 0."
            yield table.problem("row.ranking", position, "ranking_usd_per_t", message=text, fix=fix)


WITH_SETTINGS = ((prices, ("offers", "contracts", "exchange_rates", "periods")),)
