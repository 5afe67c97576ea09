"""In what money, for how much and with which freight a price is quoted: the words, and what each holds."""

from __future__ import annotations

from planner.schema.columns import Choice, Column, Name

FREIGHT_ON_TOP = ("EXW", "FCA", "FAS", "FOB")
HANDED_OVER_THERE = ("DAP", "DPU")
FREIGHT_WITHIN = ("CFR", "CIF", "CPT", "CIP", *HANDED_OVER_THERE)
DUTY_WITHIN = ("DDP",)
INCOTERMS = FREIGHT_ON_TOP + FREIGHT_WITHIN + DUTY_WITHIN
T_PER_UNIT = {"t": 1.0, "kg": 0.001, "lb": 0.00045359237}
BASE_YEAR, NOMINAL = "base year", "nominal"
QUOTED_IN = ("currency", "unit", "money")


def unit_in(quoted: str, counted: str) -> float:
    """How much of what the plan counts in one unit of a quote is: 0.001 of t for kg; a piece is a piece."""
    return T_PER_UNIT[quoted] / T_PER_UNIT[counted] if counted in T_PER_UNIT else 1.0


def money_columns(prices: str) -> tuple[Column, ...]:
    """The columns that say in what money, and for how much, `prices` are; all blank, they are as the headings say."""
    return (
        Name(
            "currency",
            f"Of {prices}: the sheet exchange_rates has what it is worth in each year",
            blank="the plan's own: the setting currency",
        ),
        Choice("unit", f"What {prices} are per", choices=tuple(T_PER_UNIT), blank="what the plan counts in"),
        Choice(
            "money",
            f"Whether {prices} are in money of the base year, or nominal: in that of the year in which they are paid,"
            " which loses worth with the setting inflation",
            choices=(BASE_YEAR, NOMINAL),
            blank=BASE_YEAR,
            default=BASE_YEAR,
        ),
    )


INCOTERM = Choice(
    "incoterm",
    f"What its prices hold, under contracts too. {', '.join(FREIGHT_ON_TOP)}: the lanes' freight comes on top."
    f" {', '.join(FREIGHT_WITHIN)}: the lanes' freight, handling and insurance to the place are within the price; what"
    f" is left of it is the price of the goods, on which duty is charged. {', '.join(HANDED_OVER_THERE)}: handed over"
    " at the place, so that days under way cost nothing. Costs of a lane beyond its freight per ton, and duty, are the"
    " buyer's",
    choices=INCOTERMS,
    blank="the lanes' freight comes on top",
)
