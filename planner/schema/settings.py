"""The settings: one line each."""

from __future__ import annotations

from planner.schema.columns import Column, Number, Ref, Text, Year

SETTINGS: tuple[Column, ...] = (
    Ref(
        "home_country",
        "The country whose duties apply and that the planner calls home",
        to=("countries.country",),
        example="USA",
    ),
    Year(
        "base_year",
        "Year of all money here, and to which costs are discounted. Deflate other years' money: times the base year's "
        "price index, divided by that of its own year",
        example=2026,
    ),
    Number("discount_rate", "Real discount rate", unit="fraction", at_least=0, at_most=1, share=True, example=0.07),
    Number(
        "capital_rate",
        "Real rate that turns investment into a yearly annuity",
        unit="fraction",
        at_least=0,
        at_most=1,
        share=True,
        blank="the discount rate",
    ),
    Number(
        "payment_rate",
        "Yearly rate at which paying later is worth money and paying ahead costs it: that of the working capital",
        unit="fraction",
        at_least=0,
        at_most=1,
        share=True,
        blank="the capital rate",
    ),
    Number(
        "exposure_price",
        "What a dollar of purchases at risk counts in the objective; the costs themselves stay as they are",
        unit="USD per USD at risk",
        at_least=0,
        blank="0: exposure is reported, and not weighed against cost",
        default=0.0,
    ),
    Number(
        "risk_weight",
        "How much the bad futures count in the objective against the mean: 0 the expected cost, 1 the tail alone",
        unit="fraction",
        at_least=0,
        at_most=1,
        blank="0",
        default=0.0,
    ),
    Number(
        "cvar_level",
        "The tail is the dearest 1 - this share of the futures; 1 means the single dearest one",
        unit="fraction",
        at_least=0,
        at_most=1,
        blank="0.9",
        default=0.9,
    ),
    Number("co2_usd_per_t", "Charge per ton of CO2", unit="USD/t", at_least=0, blank="0", default=0.0),
    Number("water_usd_per_m3", "Charge per cubic metre of water", unit="USD/m3", at_least=0, blank="0", default=0.0),
    Number("residue_usd_per_t", "Charge per ton of residue", unit="USD/t", at_least=0, blank="0", default=0.0),
    Number(
        "mip_gap",
        "Stop when the plan is proven this close to the best",
        unit="fraction",
        at_least=0,
        at_most=1,
        blank="0.001",
        default=0.001,
    ),
    Number(
        "time_limit_s",
        "Stop the solver after this many seconds and keep the best plan",
        unit="s",
        above=0,
        blank="600",
        default=600.0,
    ),
    Number(
        "inflation",
        "How fast money loses worth a year: prices that are nominal are turned into money of the base year with it (in"
        " the quick workbook all quoted prices)",
        unit="fraction",
        at_least=0,
        at_most=1,
        share=True,
        blank="no price is nominal (in the quick workbook 0)",
        example=0.02,
    ),
    Text("currency", "Name of the money, printed in reports", blank="USD", default="USD"),
    Text(
        "quantity_unit",
        "What all amounts are in, where it is not t: a word, or one and its plural as in piece; pieces. No number is"
        " converted: wherever a heading or unit here says t, this is meant",
        blank="t",
        default="t",
    ),
)
SETTING: dict[str, Column] = {setting.name: setting for setting in SETTINGS}

LONGEST_UNIT = 20  # letters: it stands in headings


def unit_words(stated: str) -> tuple[str, str]:
    """What the setting quantity_unit says: the word for one, and for many, which stands behind a semicolon or is the
    same.
    """
    one, _, many = (part.strip() for part in stated.partition(";"))
    return one, many or one
