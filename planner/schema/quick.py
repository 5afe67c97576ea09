"""The quick workbook: four sheets in a buyer's words, from which the sheets of a full case are made."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

from planner.schema.columns import (
    Choice,
    Date,
    HtsCode,
    Label,
    Name,
    NameList,
    Number,
    Sheet,
    Text,
    Whole,
    Year,
    YesNo,
    payment_days,
)
from planner.schema.priced import FREIGHT_ON_TOP, FREIGHT_WITHIN, INCOTERMS, T_PER_UNIT
from planner.schema.sheets import SHEET

QUOTED_PER = Choice(
    "unit",
    "What price and freight are per, and amounts are in",
    choices=tuple(T_PER_UNIT),
    example="kg",
    further=", or the word that Settings has beside quantity_unit",
)
DUTIES_TODAY = Path(__file__).with_name("duties_today.csv")

QUICK: tuple[Sheet, ...] = (
    Sheet(
        "quotes",
        "a quote",
        "who offers what, from where, at what price",
        (
            Name("supplier", "Who quotes", example="Northern Magnets"),
            Name("country", "Where the goods are made, by name or by ISO code", example="Japan"),
            Name("material", "What is quoted, as it is called on the sheet Need", example="Magnet N42SH"),
            HtsCode(
                "hts",
                "Tariff heading of the material, all its digits; once is enough",
                blank="as in another quote for the material; where none has one, no duty is charged on it",
                example="8505.11.0070",
            ),
            Number("price", "Price of a unit, in its currency", at_least=0, example=84),
            Name("currency", "Of price and freight; sheet Settings has its rate", blank="USD", example="USD"),
            QUOTED_PER,
            Choice(
                "incoterm",
                f"{', '.join(FREIGHT_ON_TOP)}: freight comes on top of the price. {', '.join(FREIGHT_WITHIN)}: it is"
                " within the price, and no duty is charged on it",
                blank="freight comes on top",
                choices=INCOTERMS,
                example="FCA",
            ),
            Number(
                "freight",
                "Freight, handling and insurance of a unit, in the same currency",
                at_least=0,
                blank="none is known: 0",
                example=0.45,
            ),
            Number("minimum", "If anything is bought in a year, at least this much", at_least=0, blank="any amount"),
            Number("maximum", "The most that can be bought in a year", at_least=0, blank="no limit", example=300000),
            Year("from", "First year in which the quote holds", blank="from the first year needed on"),
            Year("to", "Last year in which the quote holds", blank="to the last year needed"),
            payment_days("paid on delivery"),
            YesNo("qualified", "Whether you may buy from the supplier at once", blank="yes", default=True),
            Number(
                "qualification_usd", "One-off cost of qualifying the supplier", unit="USD", at_least=0, blank="nothing"
            ),
            Whole(
                "qualification_years",
                "Years from the decision to the first purchase",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
            ),
            Number(
                "lead_days",
                "Days from an order to its arrival, the way included: in its first year nothing arrives in them. Needs"
                " a maximum, of which they take their part",
                unit="days",
                at_least=0,
                at_most=3650,
                blank="0: goods come from the first day on",
            ),
            Number(
                "lot", "Sold in lots: what is bought in a year is a whole multiple of this", above=0, blank="no lots"
            ),
            Number(
                "today",
                "How much of it you buy in a year today: such goods flow already, and `ree-planner as-is` tells what"
                " the plan saves against going on like that",
                at_least=0,
                blank="nothing is bought of it today",
            ),
            Text("note", "Anything worth remembering", blank="nothing to say", aliases=("notes",)),
        ),
        key=("supplier", "country", "material", "price", "from", "minimum"),
        needed=True,
        sentence="Quotes: type each quote on a line of its own, as it was given, in its own currency and unit.",
    ),
    Sheet(
        "need",
        "what one place needs of a material in a year",
        "what is needed, and what going short costs",
        (
            Name("material", "What is needed", example="Magnet N42SH"),
            Name("place", "Where it is delivered, in the home country", example="Main plant"),
            Year("year", "Which calendar year", example=2027),
            Number("t", "How many tons", unit="t", at_least=0, example=800, aliases=("amount",)),
            Number(
                "short_usd_per_t",
                "What each ton costs you that does not come",
                unit="USD/t",
                at_least=0,
                blank="as in another year; where no year has one, all must be delivered",
                example=400000,
            ),
            Text("note", "Anything worth remembering", blank="nothing to say", aliases=("notes",)),
        ),
        key=("material", "place", "year"),
        needed=True,
        sentence="Need: type how many tons each place needs in each year; years follow each other without a gap.",
    ),
    Sheet(
        "duties",
        "one duty in force",
        "the duties that stack on what is quoted",
        (
            Label("authority", "Who charges it", example="general rate"),
            HtsCode("hts", "Heading or its first digits", example="8505.11"),
            NameList("origin", "Countries, by name or code, separated by semicolons; * is every country", example="*"),
            Number(
                "rate",
                "Share of the price",
                unit="fraction",
                at_least=0,
                at_most=20,
                share=True,
                blank="none by value",
                example=0.021,
            ),
            Number("usd_per_t", "Duty on a ton", unit="USD/t", at_least=0, blank="none by weight"),
            Date("from", "First day", blank="always was in force"),
            Date("to", "Last day", blank="no end is known"),
            Choice(
                "effect",
                "What it does to the other rows: see the sheet tariffs of a full case",
                choices=("adds", "replaces", "exempts", "minimum price"),
                example="adds",
            ),
            Name("acts_on", "The authority whose duty it replaces or strikes out", blank="it adds"),
        ),
        key=("authority", "hts", "origin", "from"),
        sentence="Duties: the stack in force when this workbook was made; change it where you know better.",
    ),
    Sheet(
        "settings",
        "a setting",
        "the home country, rates and currencies",
        SHEET["settings"].columns,
        key=SHEET["settings"].key,
        sentence="Settings: look these through; what each means stands beside it.",
    ),
)
QUICK_SHEET: dict[str, Sheet] = {sheet.name: sheet for sheet in QUICK}

CURRENCY_RATE = Number(
    "usd_per_EUR", "What one unit of a currency costs", unit="USD", above=0, blank="it is not used", example=1.08
)


def counted_in(sheet: Sheet, one: str, many: str) -> Sheet:
    """A sheet of the quick workbook; where amounts are in pieces, say, a quote is per piece and need not say it."""
    if sheet.name != "quotes" or one in T_PER_UNIT:
        return sheet
    unit = replace(QUOTED_PER, choices=tuple(dict.fromkeys((one, many))), blank=one, default=one)
    unit = replace(unit, further=", as Settings says beside quantity_unit")
    return replace(sheet, columns=tuple(unit if column.name == unit.name else column for column in sheet.columns))


@cache
def duties_today() -> tuple[dict[str, str], ...]:
    """The duties a new quick workbook begins with: those of the base case, in `duties_today.csv` beside this file."""
    with DUTIES_TODAY.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
