"""Every sheet of the workbook, a line a column."""

from __future__ import annotations

from typing import Any

from planner.schema.columns import (
    Choice,
    Date,
    HtsCode,
    Label,
    Name,
    NameList,
    Number,
    Ref,
    Sheet,
    Text,
    Whole,
    Year,
    YesNo,
    musd,
    payment_days,
    per_t,
    share,
    t_per_year,
    usd_per_t,
)
from planner.schema.dated import DATED
from planner.schema.decided import FORBID, FORCE
from planner.schema.events import EVENT_KINDS, EVENT_SELECTORS
from planner.schema.measures import MEASURES, THROUGH
from planner.schema.priced import INCOTERM, money_columns

_PLACE = ("places.place",)
_MATERIAL = ("materials.material",)
_PERIOD = ("periods.period",)

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "settings",
        "a setting",
        "the home country, rates and solver limits",
        (
            Name("setting", "Which setting", example="home_country"),
            Text("value", "Its value", blank="the setting's default", example="USA"),
        ),
        key=("setting",),
        needed=True,
    ),
    Sheet(
        "periods",
        "a planning period",
        "the planning horizon",
        (
            Year("period", "First calendar year of the period", example=2026),
            Whole("years", "How many years it lasts", unit="years", at_least=1, at_most=50, example=1),
        ),
        key=("period",),
        needed=True,
    ),
    Sheet(
        "countries",
        "a country",
        "the countries everything else refers to",
        (
            Name("country", "Its code, by custom ISO 3166 alpha-3", example="MYS"),
            Text("name", "Its name", example="Malaysia"),
            NameList("group", "Groups it belongs to, separated by semicolons", blank="in no group", example="allied"),
            Number(
                "risk_score",
                "Supply risk from 0 safe to 100",
                unit="0-100",
                at_least=0,
                at_most=100,
                blank="not scored; counts as 0 in exposure",
                example=35,
            ),
        ),
        key=("country",),
        needed=True,
    ),
    Sheet(
        "places",
        "a location that stocks, makes or uses",
        "where goods are used, made and kept",
        (
            Name("place", "Its name", example="Texas"),
            Ref("country", "The country it is in", to=("countries.country",), example="USA"),
            Number(
                "latitude",
                "North is positive",
                unit="degrees",
                at_least=-90,
                at_most=90,
                blank="not on the map",
                example=31.0,
            ),
            Number(
                "longitude",
                "East is positive",
                unit="degrees",
                at_least=-180,
                at_most=180,
                blank="not on the map",
                example=-99.0,
            ),
            Ref(
                "zone_origin",
                "A free zone: nothing that comes there pays duty, and what leaves for other places of its country pays"
                " that on what leaves, at the material's customs value, as goods of this country. What is used or sold"
                " there, or leaves for abroad or another zone, pays none at home. On stock that leaves, agreements that"
                " are still to be joined waive nothing",
                to=("countries.country",),
                blank="no free zone",
            ),
        ),
        key=("place",),
        needed=True,
    ),
    Sheet(
        "materials",
        "a material at one stage",
        "the materials everything else refers to",
        (
            Name("material", "Its name", example="NdPr oxide"),
            Label("stage", "Where in the chain it stands", example="oxide"),
            Label("element", "The element or joint elements it carries", blank="none", example="NdPr"),
            HtsCode(
                "hts",
                "Its tariff heading, with or without dots",
                blank="no duty row can match it",
                example="2846.90.80",
            ),
            usd_per_t(
                "customs_value_usd_per_t",
                "Value on which duty is paid when own goods cross a border",
                blank="own shipments across a border pay no ad valorem duty",
            ),
            usd_per_t("disposal_usd_per_t", "Cost of throwing a ton away; 0 is free", blank="may not be thrown away"),
        ),
        key=("material",),
        needed=True,
    ),
    Sheet(
        "suppliers",
        "a company",
        "companies to buy from",
        (
            Name("supplier", "Its name", example="Lynas"),
            Ref("country", "Where it is seated", to=("countries.country",), example="MYS"),
            YesNo("qualified", "Whether its goods may be bought from the first day", example="yes"),
            musd("qualification_cost_musd", "One-off cost of qualifying it", at_least=0, blank="0", default=0.0),
            Whole(
                "qualification_years",
                "Years from the decision to the first purchase",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
            ),
            musd(
                "setup_musd_per_year",
                "Cost of dealing with it, in every year of a period in which anything is bought from it, at spot or"
                " under contract: in years in which any of its offers is on sale",
                at_least=0,
                blank="0",
                default=0.0,
            ),
            YesNo(
                "is_group",
                "Whether it stands for several companies, so that the report asks for a counterparty to be named",
                blank="no",
                default=False,
                example="no",
            ),
            NameList(
                "group",
                "Groups it belongs to, separated by semicolons: a limit may name one in place of a supplier",
                blank="in no group",
                example="incumbent",
            ),
        ),
        key=("supplier",),
    ),
    Sheet(
        "offers",
        "what a supplier sells of a material",
        "purchases",
        (
            Name("offer", "Its name", example="Lynas NdPr oxide"),
            Ref("supplier", "Who sells it", to=("suppliers.supplier",), example="Lynas"),
            Ref("material", "What is sold", to=_MATERIAL, example="NdPr oxide"),
            Ref("origin", "Country of the last substantial transformation", to=("countries.country",), example="MYS"),
            Ref("ships_from", "The place it leaves from", to=_PLACE, blank="the origin country"),
            Ref("mined_in", "Country where it was mined", to=("countries.country",), blank="unknown", example="AUS"),
            Ref(
                "refined_in", "Country where it was refined", to=("countries.country",), blank="unknown", example="MYS"
            ),
            Ref("melted_in", "Country where the metal was melted", to=("countries.country",), blank="unknown"),
            Year("from", "First year on sale", blank="from the first period on"),
            Year("to", "Last year on sale", blank="to the end of the horizon"),
            usd_per_t(
                "price_usd_per_t",
                "Price where it is shipped, before freight and duty; another money, unit or incoterm where the four"
                " columns after this say so",
                example=70000,
            ),
            *money_columns("its prices on offers, offer_prices, offer_tiers and delivered_prices"),
            INCOTERM,
            t_per_year("max_t_per_year", "The most that can be bought", blank="no limit", example=1200),
            t_per_year(
                "min_order_t_per_year",
                "If anything is bought at spot in a year, at least this much; in a period with years in which it is not"
                " on sale, the share of it that the others are",
                blank="any amount",
            ),
            payment_days("paid on delivery", default=0.0, example=60),
            Number(
                "lead_days",
                "Days from an order at spot to its arrival, the way there included. Ordered is from its first year on"
                " sale, or the first of the horizon, and nothing arrives in these days. What is bought today (sheet"
                " awards) flows already: such an offer loses nothing. Contracts keep their own dates, and what"
                " agreements add comes from their first year in force",
                unit="days",
                at_least=0,
                at_most=3650,
                blank="0",
                default=0.0,
            ),
            per_t("co2_t_per_t", "CO2 given off up to the point of sale, per ton sold", "t/t", blank="0", default=0.0),
            Ref(
                "requires",
                "The partnership that must be in force to buy it",
                to=("partnerships.partnership",),
                blank="nothing",
            ),
            share(
                "stays_share",
                "Share of what is bought today (sheet awards, over all places) that stays in every year, on the spot"
                " and under contract, as far as its supplier can deliver and a lane is open",
                blank="none need stay",
                above=0,
            ),
            musd(
                "leaving_musd",
                "One-off cost of letting less than that stay, from then on: switching away from an incumbent",
                at_least=0,
                blank="it may not be left",
            ),
            Number(
                "lot_t_per_year",
                "What is bought at spot in a year is a whole multiple of this: lots, shipments; in a period with years"
                " in which it is not on sale, of the share of it that the others are",
                unit="t/yr",
                above=0,
                blank="any amount",
            ),
            usd_per_t(
                "customs_value_usd_per_t",
                "Value on which duty is paid, at spot in every band and under contract, whatever price is paid: a first"
                " sale, tooling that you gave, a value that customs sets. Events on prices leave it as it is",
                blank="the price paid",
            ),
            Number(
                "ranking_usd_per_t",
                "A malus on each ton bought, on the spot and under contract, or a bonus where it is below 0: it ranks"
                " the offer and is not paid, so it stands in the objective and in no cost",
                unit="USD/t",
                blank="0",
                default=0.0,
            ),
            NameList(
                "group",
                "Groups it belongs to, separated by semicolons: a limit may name one in place of an offer",
                blank="in no group",
                example="rail",
            ),
        ),
        key=("offer",),
    ),
    Sheet(
        "offer_prices",
        "an offer's price or cap in one period",
        "prices and caps that change over time",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            usd_per_t(
                "price_usd_per_t",
                "Price in that period, in the offer's currency and unit",
                blank="as on the offers sheet",
                example=72000,
            ),
            t_per_year("max_t_per_year", "The most that can be bought in that period", blank="as on the offers sheet"),
        ),
        key=("offer", "period"),
    ),
    Sheet(
        "delivered_prices",
        "an offer's price at one place",
        "quotes by destination",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("place", "Where it is delivered", to=_PLACE, example="Texas"),
            Ref("period", "Which period", to=_PERIOD, blank="every period that has no row of its own"),
            usd_per_t(
                "price_usd_per_t",
                "Price of what is bought at spot for this place, in place of the offer's own and in its currency and"
                " unit; duty is charged on it",
                example=72500,
            ),
            usd_per_t(
                "freight_usd_per_t",
                "Freight in this quote, beside that price, in the same currency and unit (a period's mean rate holds),"
                " and in place of the lanes' and of what the offer's incoterm says; no duty is charged on it",
                blank="0: the way there is in the price",
                default=0.0,
                example=0,
            ),
        ),
        key=("offer", "place", "period"),
        ties=(
            "In each price band of an offer the price differs by as much from the band's as it does from the offer's"
            " own. A lane must lead there as without; its CO2, maximum, minimum and fixed cost hold. Contracts keep"
            " their own price and pay the lanes' freight; what follows an offer's market price follows the offer's own"
        ),
    ),
    Sheet(
        "upstream",
        "a country that an offer depends on behind its origin",
        "exposure to countries that do not appear on the invoice",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("country", "The country it depends on", to=("countries.country",), example="CHN"),
            Ref("material", "What comes from there", to=_MATERIAL, blank="not said"),
            share("share", "Share of the offer that depends on it; at most 1 over all rows of an offer", example=0.3),
        ),
        key=("offer", "country", "material"),
        ties="Rows of one offer add up",
    ),
    Sheet(
        "attributes",
        "a stated quality of an offer",
        "means that a limit may bound: quality, lead time, volatility",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Label("attribute", "What is stated of it, in a unit of your own", example="quality"),
            Number("value", "How much", unit="see attribute", example=92),
        ),
        key=("offer", "attribute"),
        ties="A limit on an attribute needs it of every offer that it speaks of",
    ),
    Sheet(
        "bundles",
        "an offer that is made only with another",
        "packages: A only with B",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("with_offer", "The offer that must be bought with it", to=("offers.offer",), example="Lynas La oxide"),
            Number(
                "t_per_t",
                "At least so many t of that one for each t of the first in a year, at spot and under contract together",
                unit="t/t",
                above=0,
                example=0.5,
            ),
        ),
        key=("offer", "with_offer"),
        ties="Each bundle holds by itself: one ton of the other offer may serve several",
    ),
    Sheet(
        "offer_tiers",
        "a price break of an offer",
        "prices that depend on how much is bought",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Number(
                "above_t_per_year",
                "The price holds for what is bought at spot above this in a year, or in a period with years in which it"
                " is not on sale above the share of it that the others are; below, the offer's own price holds",
                unit="t/yr",
                above=0,
                example=500,
            ),
            usd_per_t("price_usd_per_t", "Price in this band, in the offer's currency and unit", example=68000),
            Choice(
                "kind",
                "Whether the price holds for the tons in the band alone, or for all tons once the total is in the band",
                choices=("incremental", "all units"),
                example="incremental",
            ),
        ),
        key=("offer", "above_t_per_year"),
        ties="Each band reaches to the next higher one",
    ),
    Sheet(
        "rebates",
        "a band of what is paid to a supplier",
        "rebates on a supplier's total over all that it sells",
        (
            Ref(
                "supplier",
                "Whose goods count together: a supplier, or a group of them",
                to=("suppliers.supplier", "suppliers.group"),
                example="Lynas",
            ),
            Number(
                "above_musd_per_year",
                "The rebate is on what is paid for its goods above this in a year (the mean of a period's years), on"
                " the spot at the price of each band and under contract for what is lifted",
                unit="M$/yr",
                above=0,
                example=20,
            ),
            share("share", "Share of it that is given back", above=0, example=0.03),
            Choice(
                "kind",
                "Whether the share is given on what is paid in the band alone, or on all once the total is in the band",
                choices=("incremental", "all units"),
                example="incremental",
            ),
        ),
        key=("supplier", "above_musd_per_year"),
        ties=(
            "Each band reaches to the next higher one; below the first, nothing is given back. A supplier and its"
            " groups have rebates of their own, which add up. Duty, payment terms, spend and exposure go by the price"
            " before the rebate, and so does what a ton costs in the report, where rebates are a cost of their own"
        ),
    ),
    Sheet(
        "awards",
        "what is bought of an offer today",
        "the baseline against which savings are measured; it binds a plan only by the offers' stays_share",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("place", "Where it is delivered", to=_PLACE, example="Texas"),
            t_per_year("t_per_year", "How much in a year, on the spot", example=300),
        ),
        key=("offer", "place"),
    ),
    Sheet(
        "contracts",
        "an offtake, signed or possible",
        "long-term offtakes with take-or-pay",
        (
            Name("contract", "Its name", example="Lynas offtake"),
            Ref("offer", "The offer it buys from", to=("offers.offer",), example="Lynas NdPr oxide"),
            YesNo("signed", "Whether it is already signed", example="no"),
            Year(
                "sign_by",
                "Last year it may be signed; what can deliver nothing in its term, as far as is known then, may not be",
                blank="its first year",
            ),
            Year("from", "First year of delivery", example=2027),
            Year("to", "Last year of delivery", example=2031),
            t_per_year("min_t_per_year", "Least annual volume it can be signed at", blank="0", default=0.0),
            t_per_year("max_t_per_year", "Largest annual volume; a signed contract has this volume", example=300),
            share(
                "take_or_pay_share",
                "Share of the volume that is paid, taken or not, of what the supplier can deliver",
                blank="0",
                default=0.0,
                example=0.8,
            ),
            Whole(
                "make_up_years",
                "Years within which what was paid and not taken may be taken without paying again, from the last year"
                " of the period in which it was paid to the first of that in which it is taken",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
            ),
            usd_per_t("price_usd_per_t", "Fixed price", blank="by index: fill index_discount", example=66000),
            Number(
                "index_discount",
                "Discount on the offer's market price",
                unit="fraction",
                at_least=-1,
                at_most=1,
                share=True,
                blank="the price is fixed",
            ),
            Number(
                "index_base_usd_per_t",
                "Added to the discounted market price. A formula base + slope x (index - reference) has the discount"
                " 1 - slope and adds base - slope x reference",
                unit="USD/t",
                blank="nothing",
            ),
            usd_per_t("floor_usd_per_t", "The indexed price never falls below this", blank="no floor"),
            usd_per_t("ceiling_usd_per_t", "The indexed price never rises above this", blank="no ceiling"),
            musd("signing_cost_musd", "One-off cost of signing", at_least=0, blank="0", default=0.0),
            musd(
                "lump_sum_musd",
                "Paid to the supplier when it is signed, for tooling say; negative where the supplier pays a bonus",
                blank="0",
                default=0.0,
            ),
            payment_days("as its offer says"),
            *money_columns("its price, index_base_usd_per_t, floor and ceiling"),
        ),
        key=("contract",),
    ),
    Sheet(
        "exchange_rates",
        "what a currency is worth in a year",
        "prices in other currencies",
        (
            Name("currency", "Its code, such as EUR", example="EUR"),
            Year("in_year", "In which calendar year", blank="every year that has no row of its own", example=2026),
            Number("worth_usd", "What one of it is worth in the plan's own money", unit="USD", above=0, example=1.08),
        ),
        key=("currency", "in_year"),
        ties=(
            "A currency needs what it is worth in every year of the horizon. Each year's price is turned into the"
            " plan's money at that year's rate; if it is nominal, into money of the base year after that"
        ),
    ),
    Sheet(
        "indices",
        "an index in a period",
        "published prices that a contract may follow",
        (
            Label("index", "Its name", example="Dy oxide, FOB China"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            Number("value", "What it stands at, in its own unit", unit="see index", example=250000),
        ),
        key=("index", "period"),
        ties=(
            "An index that a price follows needs a row for every period. Events of the kind index change it, in their"
            " years and futures"
        ),
    ),
    Sheet(
        "index_terms",
        "an index in the formula of a price",
        "prices by several indices: base + slope x (index - reference), added up",
        (
            Ref(
                "contract",
                "Which contract; its price is by index",
                to=("contracts.contract",),
                blank="it is about an offer",
                example="Dy offtake",
            ),
            Ref("offer", "Which offer, at spot", to=("offers.offer",), blank="it is about a contract"),
            Ref("index", "Which index", to=("indices.index",), example="Dy oxide, FOB China"),
            Number(
                "slope", "USD per t for each unit by which it is above the reference", unit="see index", example=0.02
            ),
            Number("reference", "Where it adds nothing", unit="see index", blank="0", default=0.0, example=240000),
        ),
        key=("contract", "offer", "index"),
        ties=(
            "A contract's price is the discounted market price of its offer (an index_discount of 1 leaves it out),"
            " index_base_usd_per_t, and slope x (index - reference) of each row, kept between floor and ceiling. An"
            " offer's is its own, in each band and at each place with a quote too, and slope x (index - reference) of"
            " each row, not below 0; events on prices act on that. It is the market price that contracts and price"
            " floors follow. Each year counts with what the indices stand at in it"
        ),
    ),
    Sheet(
        "lanes",
        "a route",
        "routes and what moving a ton costs",
        (
            Ref("from", "Place, country or *", to=("places.place", "countries.country", "*"), example="MYS"),
            Ref("to", "Place, country or *", to=("places.place", "countries.country", "*"), example="Texas"),
            Ref("material", "Material, stage or *", to=("materials.material", "materials.stage", "*"), example="*"),
            usd_per_t(
                "freight_usd_per_t",
                "Freight, handling and insurance",
                blank="as a less specific row says; 0 where none does",
                example=140,
            ),
            t_per_year(
                "max_t_per_year",
                "The most that this row's flows may carry between each pair of places",
                blank="no limit",
            ),
            per_t(
                "co2_t_per_t",
                "CO2 given off on the way, per ton moved",
                "t/t",
                blank="as a less specific row says; 0 where none does",
            ),
            Number(
                "transit_days",
                "Days on the way. What is bought is handed over where it is shipped, and payment_days begin there: on"
                " its price it costs the rate of the working capital for so many days. Own goods cost none, nor does a"
                " quote for the place (sheet delivered_prices), which is handed over there",
                unit="days",
                at_least=0,
                at_most=365,
                blank="as a less specific row says; 0 where none does",
            ),
            t_per_year(
                "min_t_per_year",
                "If the lane is used between a pair of places in a year, at least this much",
                blank="any amount",
            ),
            musd("fixed_musd_per_year", "Cost of each year in which it is used", at_least=0, blank="0", default=0.0),
            musd(
                "min_charge_musd_per_year",
                "Minimum charge: in a year in which it is used between a pair of places, at least this is paid for all"
                " that it fits; what their freight per ton falls short of it is paid on top",
                at_least=0,
                blank="0",
                default=0.0,
            ),
        ),
        key=("from", "to", "material"),
        ties=(
            "Freight, CO2 and days of a move are of the closest row that fills the cell: the closest material (itself,"
            " its stage, `*`), then the closest from (place, country, `*`), then the closest to. No two rows are"
            " equally close. Each row's own max, min and costs hold for all that it fits. What stays at its place"
            " is fitted only by a row that names the place at both ends"
        ),
        assumed={"from": "*", "to": "*", "material": "*"},
        assumed_means="everything may go everywhere and costs no freight: prices are delivered prices",
    ),
    Sheet(
        "freight_bands",
        "a weight band of a lane",
        "freight that depends on how much a lane carries",
        (
            Ref("from", "As on the sheet lanes", to=("places.place", "countries.country", "*"), example="MYS"),
            Ref("to", "As on the sheet lanes", to=("places.place", "countries.country", "*"), example="Texas"),
            Ref("material", "As on the sheet lanes", to=("materials.material", "materials.stage", "*"), example="*"),
            Number(
                "above_t_per_year",
                "The band holds for what all flows that this row of the sheet lanes fits come to in a year above this,"
                " between each pair of places",
                unit="t/yr",
                above=0,
                example=400,
            ),
            Number(
                "more_usd_per_t",
                "Added to the freight of each of these tons; below 0 it is a discount",
                unit="USD/t",
                example=-20,
            ),
            Choice(
                "kind",
                "Whether it is added for the tons in the band alone, or for all tons once the total is in the band",
                choices=("incremental", "all units"),
                example="incremental",
            ),
        ),
        key=("from", "to", "material", "above_t_per_year"),
        ties=(
            "Each band reaches to the next higher one; below the first nothing is added. It stands in the costs as"
            " freight of the lane, beside the freight of each ton"
        ),
    ),
    Sheet(
        "facilities",
        "a productive unit at a place",
        "own plants: mines, separation, metal, magnets, recycling",
        (
            Name("facility", "Its name", example="Texas separation"),
            Ref("place", "Where it stands", to=_PLACE, example="Texas"),
            t_per_year(
                "capacity_t_per_year", "What it can make when nothing is broken", blank="nothing stands there yet"
            ),
            Year("from", "First year its capacity stands", blank="from the first period on"),
            Year("to", "Last year its capacity stands", blank="to the end of the horizon"),
            share("ramp_1", "Share of the capacity that works in its first year", blank="1", default=1.0),
            share("ramp_2", "Share of the capacity that works in its second year", blank="1", default=1.0),
            share("ramp_3", "Share of the capacity that works in its third year", blank="1", default=1.0),
            share("availability", "Share of the capacity that can be used over a year", blank="1", default=1.0),
            share("min_utilisation", "Share of the usable capacity that must be used", blank="0", default=0.0),
            usd_per_t("fixed_om_usd_per_t", "Fixed cost per t/yr of capacity and year", blank="0", default=0.0),
            YesNo("closure_allowed", "Whether the existing capacity may be closed", blank="no", default=False),
            musd("closure_cost_musd", "One-off cost of closing it", at_least=0, blank="0", default=0.0),
            Ref(
                "requires",
                "The partnership that must be in force to run it",
                to=("partnerships.partnership",),
                blank="nothing",
            ),
        ),
        key=("facility",),
    ),
    Sheet(
        "processes",
        "a recipe that a facility may run",
        "what own plants can do",
        (
            Ref("facility", "Which facility", to=("facilities.facility",), example="Texas separation"),
            Name("process", "Which recipe", example="separate carbonate"),
            Number(
                "cost_usd_per_t",
                "Variable cost per t of activity; negative where a gate fee is paid for what goes in",
                unit="USD/t",
                example=8000,
            ),
            Number("capacity_use", "Capacity taken per t of activity", unit="t/t", at_least=0, blank="1", default=1.0),
            Choice(
                "step",
                "What the run counts as in an origin rule",
                blank="made only",
                choices=("mined", "refined", "melted", "made"),
                example="refined",
            ),
            per_t("co2_t_per_t", "CO2 given off per t of activity", "t/t", blank="0", default=0.0),
            per_t("water_m3_per_t", "Water used per t of activity", "m3/t", blank="0", default=0.0),
            per_t("residue_t_per_t", "Residue left per t of activity", "t/t", blank="0", default=0.0),
        ),
        key=("facility", "process"),
    ),
    Sheet(
        "recipes",
        "an input or output of a process",
        "inputs and outputs",
        (
            Ref("process", "Which recipe", to=("processes.process",), example="separate carbonate"),
            Ref("material", "What goes in or comes out", to=_MATERIAL, example="NdPr oxide"),
            Number("t_per_t", "t per t of activity: inputs negative, outputs positive", unit="t/t", example=0.22),
        ),
        key=("process", "material"),
    ),
    Sheet(
        "build_options",
        "capacity that may be added",
        "investments",
        (
            Name("option", "Its name", example="Texas separation phase 1"),
            Ref("facility", "Where it adds capacity", to=("facilities.facility",), example="Texas separation"),
            t_per_year("min_t_per_year", "Smallest size", blank="0", default=0.0),
            Number("max_t_per_year", "Largest size", unit="t/yr", above=0, example=5000),
            musd(
                "capex_fixed_musd",
                "Capex whatever the size; may be negative where capex at the smallest size is not",
                example=110,
            ),
            Number("capex_usd_per_t", "Capex per t/yr of size", unit="USD per t/yr", at_least=0, example=25000),
            usd_per_t("fixed_om_usd_per_t", "Fixed cost per t/yr of size and year", blank="as on the facilities sheet"),
            Whole(
                "lead_years",
                "Years from the end of permitting to the first output; what would run only after the horizon, as far as"
                " is known when it is begun, may not be",
                unit="years",
                at_least=0,
                at_most=50,
                example=2,
            ),
            Whole(
                "permit_years",
                "Years from the decision to the start of construction",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
            ),
            Year("earliest", "First year it may be begun", blank="from the first period on"),
            Year("latest", "Last year it may be begun", blank="to the end of the horizon"),
            Whole(
                "life_years",
                "Years of operation over which it is paid off",
                unit="years",
                at_least=1,
                at_most=100,
                example=20,
            ),
            share("ramp_1", "Share of the size that works in the first year of running", blank="1", default=1.0),
            share("ramp_2", "Share of the size that works in the second year", blank="1", default=1.0),
            share("ramp_3", "Share of the size that works in the third year", blank="1", default=1.0),
            Whole(
                "max_builds", "How often it may be begun", unit="times", at_least=1, at_most=1000, blank="1", default=1
            ),
            Ref(
                "requires",
                "Another option that must have been begun before or together with it, or a partnership in force",
                to=("build_options.option", "partnerships.partnership"),
                blank="nothing",
            ),
            Label(
                "exclusive_group", "Of the options that share this word, at most one is begun", blank="excludes nothing"
            ),
        ),
        key=("option",),
    ),
    Sheet(
        "segments",
        "a demand segment",
        "who needs what, and what going short costs",
        (
            Name("segment", "Its name", example="EV motors"),
            Ref("place", "Where it takes delivery", to=_PLACE, example="Texas"),
            Ref("material", "What it needs", to=_MATERIAL, example="NdPr oxide"),
            Whole("priority", "Order in reports: 1 first", unit="rank", at_least=1, at_most=1000, blank="last"),
            usd_per_t(
                "shortage_usd_per_t",
                "Loss per ton not delivered",
                blank="shortage is not allowed (max_shortage_share must be 0)",
                example=500000,
            ),
            share("max_shortage_share", "Largest share of the need that may go short", blank="1", default=1.0),
            Ref(
                "origin_rule",
                "The rule that whatever it takes must pass",
                to=("origin_rules.rule",),
                blank="any origin will do",
            ),
        ),
        key=("segment",),
        needed=True,
    ),
    Sheet(
        "dated_values",
        "a value that differs from that of its sheet in some years",
        "prices of going short, costs of processes and capacities that change over time",
        (
            Choice("column", "Which column of which sheet", choices=tuple(DATED), example="shortage_usd_per_t"),
            Ref("segment", "Whose", to=("segments.segment",), blank="it is about a facility", example="EV motors"),
            Ref("facility", "Whose", to=("facilities.facility",), blank="it is about a segment"),
            Ref("process", "Which recipe of it", to=("processes.process",), blank="it is not about a process"),
            Year("from", "First year in which it holds", blank="from the first period on"),
            Year("to", "Last year in which it holds", blank="to the end of the horizon"),
            Number("value", "What stands in that column in these years", unit="see column", example=600000),
        ),
        key=("column", "segment", "facility", "process", "from"),
        ties=(
            "In a year the row that holds and has the latest first year counts, a blank being the earliest; where there"
            " is none, the sheet's own cell. Events act on what then stands there. A price of going short counts in a"
            " year with what is needed in it. A capacity holds in the years in which its facility stands, and the share"
            " of its ramp works"
        ),
    ),
    Sheet(
        "demand",
        "a segment's need in a period",
        "the tons needed",
        (
            Ref("segment", "Which segment", to=("segments.segment",), example="EV motors"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            t_per_year("t_per_year", "Need per year", example=1000),
        ),
        key=("segment", "period"),
        needed=True,
    ),
    Sheet(
        "substitutes",
        "another way to serve a segment",
        "substitution and thrifting",
        (
            Ref("segment", "Which segment", to=("segments.segment",), example="EV motors"),
            Ref(
                "material",
                "What serves instead (or the same material, used more sparingly)",
                to=_MATERIAL,
                example="dysprosium-free magnet",
            ),
            Number("t_per_t", "t of the material per t of need", unit="t/t", above=0, example=0.7),
            usd_per_t("extra_usd_per_t", "Extra cost per t of need served in this way", blank="0", default=0.0),
            share("max_share", "Largest share of the need served in this way", blank="1", default=1.0),
            Year("from", "First year it is possible", blank="from the first period on"),
        ),
        key=("segment", "material", "t_per_t"),
        ties="Rows with different t_per_t are different ways of serving, each with its own share",
    ),
    Sheet(
        "returns",
        "material coming back in a period, or a cohort of used goods",
        "recycling feed",
        (
            Name("stream", "Its name; several rows of one stream at one place add up", example="Hard disk drives"),
            Ref("place", "Where it is collected", to=_PLACE, example="Texas"),
            Ref("material", "What comes back", to=_MATERIAL, example="magnet scrap"),
            Ref(
                "period",
                "The period in which t_per_year arises",
                to=_PERIOD,
                blank="the row is a cohort: fill segment, lifetime_years and t_per_t_used",
                example=2026,
            ),
            t_per_year("t_per_year", "How much arises", blank="the row is a cohort", example=280),
            Ref(
                "segment",
                "The segment whose deliveries come back",
                to=("segments.segment",),
                blank="the row is not a cohort",
            ),
            Whole(
                "lifetime_years",
                "Years from delivery to return",
                unit="years",
                at_least=0,
                at_most=100,
                blank="the row is not a cohort",
            ),
            Number(
                "t_per_t_used",
                "t that comes back per t delivered",
                unit="t/t",
                at_least=0,
                blank="the row is not a cohort",
            ),
            share("max_collection_share", "Largest share that can be collected", blank="1", default=1.0),
            share("min_collection_share", "Share that must be collected", blank="0", default=0.0),
            share(
                "collection_growth_per_year",
                "How much the largest share grows each year after the first of the horizon, up to 1",
                blank="0: it stays",
                default=0.0,
            ),
            Number(
                "collection_usd_per_t",
                "Cost of collecting a ton; negative where it is paid for",
                unit="USD/t",
                example=8000,
            ),
            NameList(
                "rules",
                "Origin rules that the material is known to pass, separated by semicolons",
                to=("origin_rules.rule",),
                blank="only those that exempt recycled material",
            ),
        ),
        key=("stream", "place", "material", "period", "segment", "lifetime_years"),
        ties=(
            "Rows of one stream, place and material add up. Those that may come back in one year (a cohort in any)"
            " share one collection_usd_per_t and the same rules"
        ),
    ),
    Sheet(
        "stocks",
        "a stockpile",
        "stockpiling",
        (
            Ref("place", "Where it is kept", to=_PLACE, example="Texas"),
            Ref("material", "What is kept", to=_MATERIAL, example="NdPr oxide"),
            Number("initial_t", "Stock before the first period", unit="t", at_least=0, blank="0", default=0.0),
            Number("max_t", "Room", unit="t", at_least=0, blank="no limit", example=500),
            Number("final_t", "Least stock at the end of the horizon", unit="t", at_least=0, blank="0", default=0.0),
            Number(
                "holding_usd_per_t_year",
                "Cost of keeping a ton for a year",
                unit="USD/t/yr",
                at_least=0,
                blank="0",
                default=0.0,
            ),
            share("loss_share_per_year", "Share lost per year", blank="0", default=0.0),
            Number("reserve_t", "Least stock at the end of every period", unit="t", at_least=0, blank="0", default=0.0),
            Number(
                "cover_days",
                "Safety stock: at the end of every period at least what plants and segments use there in so many of the"
                " period's days, until the reserve is released; for all places of a country together see stock_days on"
                " the sheet limits",
                unit="days",
                at_least=0,
                at_most=3650,
                blank="0",
                default=0.0,
            ),
            NameList(
                "rules",
                "Origin rules that the initial stock is known to pass, separated by semicolons",
                to=("origin_rules.rule",),
                blank="none",
            ),
        ),
        key=("place", "material"),
    ),
    Sheet(
        "sales",
        "a market for surplus of own make",
        "income from co-products",
        (
            Ref("place", "Where it is sold", to=_PLACE, example="Texas"),
            Ref("material", "What is sold", to=_MATERIAL, example="NdPr oxide"),
            usd_per_t("price_usd_per_t", "Price paid", example=1000),
            t_per_year("max_t_per_year", "The most this market takes at that price", blank="no limit", example=5000),
            Year("from", "First year in which it pays that", blank="from the first period on"),
            Year("to", "Last year in which it pays that", blank="to the end of the horizon"),
        ),
        key=("place", "material", "price_usd_per_t", "from"),
        ties=(
            "Rows with different prices are markets side by side. Rows with one price are one market, which takes in a"
            " year the maximum of the row that holds and has the latest first year. Stock is sold where it is kept,"
            " also what was bought and kept; nothing that was bought is sold elsewhere"
        ),
    ),
    Sheet(
        "tariffs",
        "one duty row",
        "duties, dated and stacked by authority",
        (
            Label(
                "authority",
                "The law or list the row belongs to; each authority counts once per good",
                example="Section 301",
            ),
            HtsCode("hts", "Heading or its first digits; the longest match counts", example="2846.90"),
            Ref("origin", "Country, group or *", to=("countries.country", "countries.group", "*"), example="CHN"),
            Ref("destination", "The country that charges it", to=("countries.country",), blank="home"),
            Number(
                "rate",
                "Duty as a fraction of the value",
                unit="fraction",
                at_least=0,
                at_most=20,
                share=True,
                blank="0",
                default=0.0,
                example=0.25,
            ),
            usd_per_t("usd_per_t", "Duty per ton", blank="0", default=0.0),
            Date("from", "First day in force", blank="always was in force"),
            Date("to", "Last day in force", blank="stays in force"),
            Choice(
                "effect", "What the row does", choices=("adds", "replaces", "exempts", "minimum price"), example="adds"
            ),
            Ref(
                "acts_on",
                "The authority that is replaced or exempted",
                to=("tariffs.authority",),
                blank="all authorities (only for replaces and exempts)",
            ),
        ),
        key=("authority", "hts", "origin", "destination", "from", "effect", "acts_on"),
        ties=(
            "Each year's duty, the mean of its days, leap days too, is charged on the price paid in that year, or on"
            " the customs value that the offer states, which a minimum price looks at too; a period pays the mean."
            " On each day, of an authority's rows that add (or of its minimum prices) the closest counts: the longest"
            " heading, by its digits; then a country before a group before `*`; then the later first day (a blank is"
            " the earliest). Of the rows that replace, the same choice is made among all that act on one authority. Two"
            " rows that are still equal are an error, such as two groups of one country, or one day twice. Replacing"
            " rows act on what adds, all at once, and the layer then bears the replacing authority; one that acts on"
            " all comes last. Exempting rows then strike out the layers that bear the authority they act on. Minimum"
            " prices stand beside all this, and no event changes them"
        ),
    ),
    Sheet(
        "quotas",
        "a tariff-rate or absolute quota in a period",
        "quotas with a lower duty inside",
        (
            Name("quota", "Its name; it may have a row for each period", example="Magnet quota"),
            Ref(
                "authority",
                "The authority whose duty it replaces",
                to=("tariffs.authority",),
                example="Section 301",
            ),
            HtsCode("hts", "Heading or its first digits", example="8505.11"),
            Ref("origin", "Country, group or *", to=("countries.country", "countries.group", "*"), example="CHN"),
            Ref("destination", "The country that charges it", to=("countries.country",), blank="home"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            t_per_year("quota_t", "What may enter inside the quota in a year", example=500),
            Number(
                "in_quota_rate",
                "Duty inside the quota",
                unit="fraction",
                at_least=0,
                at_most=20,
                share=True,
                example=0.0,
            ),
            Number(
                "over_quota_rate",
                "Duty over the quota",
                unit="fraction",
                at_least=0,
                at_most=20,
                share=True,
                blank="nothing may enter over the quota",
                example=0.25,
            ),
        ),
        key=("quota", "hts", "origin", "destination", "period"),
        ties=(
            "Of one quota's rows the closest counts for a good, as on the sheet tariffs. A good in two quotas of one"
            " authority is an error. The rows of a quota share one authority, and in a period one quota_t"
        ),
    ),
    Sheet(
        "drawbacks",
        "duty that comes back on what leaves again",
        "duty drawback by authority, and free zones that pay duty at the rate of what enters",
        (
            Name("drawback", "Its name", example="Magnets abroad"),
            Ref("authority", "Whose duty comes back", to=("tariffs.authority", "*"), example="Section 301"),
            Ref("material", "What came from abroad and paid it", to=_MATERIAL, example="NdPr oxide"),
            Ref("exported", "What leaves the country: made of it, or of the like", to=_MATERIAL, example="magnet"),
            Number(
                "t_per_t",
                "On so many t of what came in duty comes back for each t that leaves",
                unit="t/t",
                above=0,
                blank="1",
                default=1.0,
                example=0.4,
            ),
            share("share", "Share of the duty that comes back", above=0, example=0.99),
            Ref(
                "place",
                "The place, a free zone say, to which the one comes and from which the other leaves",
                to=_PLACE,
                blank="anywhere at home",
            ),
        ),
        key=("drawback",),
        ties=(
            "Duty comes back on tons that came in the same period, bought or sent by own plants abroad, and at most on"
            " as many as own goods on their way to places in other countries allow, whatever they were made of; the"
            " tons that paid most come first. A ton inside a quota, or waived an agreement's share of a duty after it"
            " is joined, gets none of it back, and a ton that came in has one drawback of an authority; what leaves may"
            " serve several. A free zone at the rate of what enters is a drawback of its place with the share 1"
        ),
    ),
    Sheet(
        "origin_rules",
        "a country that a rule shuts out at one stage",
        "rules on who may not have touched what a segment takes",
        (
            Name("rule", "Its name; a rule has a row for each country and stage", example="Defence rule"),
            Ref("country", "Country or group shut out", to=("countries.country", "countries.group"), example="CHN"),
            Choice(
                "stage",
                "What may not have happened there",
                choices=("mined", "refined", "melted", "made"),
                example="melted",
            ),
            Date(
                "from",
                "In force in periods that begin on or after this day, for all that is used then, kept stock too",
                blank="always was in force",
            ),
            YesNo("recycled_exempt", "Whether recycled material passes", blank="no", default=False, example="yes"),
        ),
        key=("rule", "country", "stage", "from"),
        ties=(
            "All rows of a rule count; where several shut out one country, recycled material passes only if all let it."
            " A run answers with its place's country for its own step and for made; what it takes needs to keep only"
            " the rule's other rows"
        ),
    ),
    Sheet(
        "limits",
        "a policy bound",
        "what the plan may not exceed, or must reach",
        (
            Name("limit", "Its name", example="China share of oxide"),
            Choice("measure", "What is bounded", choices=tuple(MEASURES), example="share"),
            Choice("sense", "On which side", choices=("at most", "at least", "equal"), example="at most"),
            Number("value", "The bound, in the measure's unit", unit="units", at_least=0, example=0.4),
            Ref("place", "Only this place", to=_PLACE, blank="every place"),
            Ref("country", "Only this country", to=("countries.country",), blank="every country", example="CHN"),
            Ref("group", "Only countries of this group", to=("countries.group",), blank="every group"),
            Ref(
                "supplier",
                "Only this supplier, or the suppliers of this group",
                to=("suppliers.supplier", "suppliers.group"),
                blank="every supplier",
            ),
            Ref(
                "offer",
                "Only this offer, or the offers of this group",
                to=("offers.offer", "offers.group"),
                blank="every offer",
            ),
            Ref("facility", "Only this facility", to=("facilities.facility",), blank="every facility"),
            Ref("segment", "Only this segment", to=("segments.segment",), blank="every segment"),
            Ref("material", "Only this material", to=_MATERIAL, blank="every material", example="NdPr oxide"),
            Ref("stage", "Only materials of this stage", to=("materials.stage",), blank="every stage"),
            Choice(
                "each",
                "Whether each country, or each supplier, with any part in what is selected has this bound for itself",
                choices=("country", "supplier"),
                blank="all that is selected together",
            ),
            Year("from", "In force in periods that begin in this year or later", blank="from the first period on"),
            Year("to", "In force in periods that begin in this year or earlier", blank="to the end of the horizon"),
            Number(
                "counts_from_t",
                "The tons from which a supplier, facility or lane counts as used where at least so many must be (a"
                " facility by its capacity, its ramp counted). Where at most so many suppliers or lanes may be, one"
                " counts that brings more than this",
                unit="t/yr",
                above=0,
                blank="1 t/yr where at least so many must be; where at most so many may, any amount",
            ),
            Number(
                "counts_from_share",
                "The share of all tons bought of what the limit selects from which a supplier counts as used: where at"
                " least so many must be, one that brings this share, and counts_from_t as well; where at most so many"
                " may be, one that brings more than this share, and more than counts_from_t as well where that is"
                " filled in; exactly so many bring it, and others nothing. The limit names a material or stage",
                unit="fraction",
                above=0,
                at_most=1,
                share=True,
                blank="the share makes no difference",
            ),
            Number(
                "penalty_per_unit",
                "What missing the bound by one unit costs a year (shares, hhi and stock days are missed in t, exposure"
                " in M$ at risk). Costs and losses over all futures pay it once, beside the costs that they bound",
                unit="USD/unit/yr",
                above=0,
                blank="the bound may not be missed",
            ),
            Choice(
                "through",
                "Where a country counts instead of the origin: where offers say that it was mined, refined or melted,"
                " and for own output where the process with this step runs (what is not said counts for no country); or"
                " upstream, each country of the sheet upstream with its share and the origin with the rest",
                choices=THROUGH,
                blank="the country of origin counts",
            ),
            Whole(
                "priority",
                "Where not all limits can be kept: 4 gives way first, 1 last, each by no more than it must",
                unit="rank",
                at_least=1,
                at_most=4,
                blank="mandatory, or missed at its penalty",
            ),
            Ref(
                "attribute",
                "Whose mean is bounded, where the measure is attribute_mean",
                to=("attributes.attribute",),
                blank="it is another measure",
            ),
        ),
        key=("limit",),
        ties="Each limit holds by itself",
    ),
    Sheet(
        "decisions",
        "a decision that every plan of this case makes, or none",
        "what a plan must do, or may not do",
        (
            Choice("decided", "Whether it is made in every future, or in none", choices=(FORCE, FORBID), example=FORCE),
            Ref("supplier", "A supplier", to=("suppliers.supplier",), blank="another decision", example="Lynas"),
            Ref("offer", "An offer", to=("offers.offer",), blank="another decision"),
            Ref("contract", "A contract", to=("contracts.contract",), blank="another decision"),
            Ref("partnership", "A partnership", to=("partnerships.partnership",), blank="another decision"),
            Ref("project", "A build option", to=("build_options.option",), blank="another decision"),
            Ref(
                "country",
                "A country: what comes from it, and what own plants in it do",
                to=("countries.country",),
                blank="another decision",
            ),
            Ref(
                "from",
                "A lane, from this place or country",
                to=("places.place", "countries.country"),
                blank="another decision",
            ),
            Ref("to", "to this place or country", to=("places.place", "countries.country"), blank="another decision"),
        ),
        key=("decided", "supplier", "offer", "contract", "partnership", "project", "country", "from", "to"),
        ties=(
            "A row names one decision, a lane by its two ends. Forced, a contract, partnership or project is begun at"
            " some time in every future; of the others at least a ton is bought, made or carried over the years of"
            " every future. Forbidden, it is never begun (a supplier not qualified), and nothing of it is bought,"
            " delivered, made or carried"
        ),
    ),
    Sheet(
        "partnerships",
        "an agreement with a country",
        "agreements and what they open",
        (
            Name("partnership", "Its name", example="Malaysia agreement"),
            Ref("country", "With which country", to=("countries.country",), example="MYS"),
            musd("upfront_musd", "One-off cost of entering", at_least=0, blank="0", default=0.0),
            musd("annual_musd", "Cost of each year in force", at_least=0, blank="0", default=0.0),
            Year("earliest", "First year it may be entered", blank="from the first period on"),
            Year("latest", "Last year it may be entered", blank="to the end of the horizon"),
            Whole(
                "lead_years",
                "Years from entering to being in force",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
            ),
            YesNo("signed", "Whether it is already in force", blank="no", default=False, example="no"),
        ),
        key=("partnership",),
    ),
    Sheet(
        "partnership_effects",
        "something a partnership changes",
        "more supply, relieved duty, shorter lead times, trust",
        (
            Ref("partnership", "Which one", to=("partnerships.partnership",), example="Malaysia agreement"),
            Choice(
                "effect",
                "What it changes",
                choices=("adds supply", "cuts duty", "shortens lead", "restores trust"),
                example="adds supply",
            ),
            Label(
                "applies_to",
                "adds supply: an offer; cuts duty: an authority or *; shortens lead: a build option",
                blank="restores trust: the partner's offers",
                example="Lynas NdPr oxide",
            ),
            Number(
                "value",
                "adds supply: t/yr, in years in which the offer delivers anything, however little; cuts duty: share"
                " waived of what home charges on the partner's goods; shortens lead: whole years off permit and lead"
                " together, for every build if it is signed; restores trust: share of the supply withheld",
                unit="see effect",
                at_least=0,
                example=200,
            ),
        ),
        key=("partnership", "effect", "applies_to"),
        ties=(
            "Supply added by several partnerships adds up. Of the duty cuts that reach a ton, of one partnership or of"
            " several, the one that waives most counts"
        ),
    ),
    Sheet(
        "trust",
        "how a country answers duties",
        "goodwill that tariffs cost",
        (
            Ref("country", "Which country", to=("countries.country",), example="MYS"),
            share(
                "supply_loss_per_duty_point",
                "Share of its offers withdrawn per percentage point by which its average duty at home rises over that"
                " of the first period. The average is over its offers that have a maximum on the offers sheet, weighted"
                " with it: rate, and duty per ton over the price before events, without minimum prices, quotas and"
                " relief",
                example=0.01,
            ),
        ),
        key=("country",),
    ),
    Sheet(
        "incentives",
        "public support",
        "grants, production credits and price floors",
        (
            Name("incentive", "Its name", example="Magnet credit"),
            Choice(
                "kind",
                "What it is",
                choices=("capex grant", "production credit", "price floor"),
                example="production credit",
            ),
            Ref(
                "applies_to",
                "Option or facility for a grant; facility, process, material (or stage, for a credit) for output. A"
                " material or stage counts what is made at home alone",
                to=(
                    "build_options.option",
                    "facilities.facility",
                    "processes.process",
                    "materials.material",
                    "materials.stage",
                ),
                example="NdPr oxide",
            ),
            Ref(
                "material",
                "The output that counts, where a facility or process is named",
                to=_MATERIAL,
                blank="every output of it (a price floor needs one)",
            ),
            share("share", "Share of the capex that a grant pays", blank="not a grant"),
            usd_per_t(
                "usd_per_t",
                "Credit per t made, or the floor price",
                blank="a grant",
                example=2000,
            ),
            Year("from", "First year", blank="from the first period on"),
            Year("to", "Last year in full", blank="to the end of the horizon"),
            Whole(
                "phase_out_years",
                "Years after the last in which it falls in even steps: with 3, to 75 %, 50 % and 25 %",
                unit="years",
                at_least=1,
                at_most=50,
                blank="it ends after its last year",
            ),
            Ref(
                "origin_rule",
                "A credit counts only tons that keep this rule, as far as it is in force when the period begins",
                to=("origin_rules.rule",),
                blank="tons of any origin",
            ),
            musd("cap_musd", "Most that it pays in all, undiscounted", at_least=0, blank="no cap"),
        ),
        key=("incentive",),
        ties="Each incentive pays by itself",
    ),
    Sheet(
        "scenarios",
        "a future",
        "uncertainty: decisions that hold for several futures",
        (
            Name("scenario", "Its name", example="Full ban"),
            share(
                "probability",
                "How likely it is; all together make 1. What cannot happen is no future: leave its row out",
                above=0,
                blank="an equal share of what the others leave",
                example=0.25,
            ),
        ),
        key=("scenario",),
    ),
    Sheet(
        "events",
        "something that happens in a future",
        "bans, duties, price collapses, delays, surges",
        (
            Ref("scenario", "In which future", to=("scenarios.scenario",), example="Full ban"),
            Choice("kind", "What it changes", choices=tuple(EVENT_KINDS), example="supply"),
            Ref("country", "Country or group", to=("countries.country", "countries.group"), blank="all", example="CHN"),
            Ref(
                "destination",
                "Country or group of destination",
                to=("countries.country", "countries.group"),
                blank="all",
            ),
            Ref("supplier", "Which supplier", to=("suppliers.supplier",), blank="all"),
            Ref("offer", "Which offer", to=("offers.offer",), blank="all"),
            Ref("facility", "Which facility", to=("facilities.facility",), blank="all"),
            Ref("place", "Which place", to=_PLACE, blank="all"),
            Ref("material", "Which material", to=_MATERIAL, blank="all"),
            Ref("stage", "Which stage", to=("materials.stage",), blank="all", example="oxide"),
            Ref("element", "Which element", to=("materials.element",), blank="all"),
            Ref("segment", "Which segment", to=("segments.segment",), blank="all"),
            HtsCode("hts", "Which tariff heading", blank="all"),
            Ref("index", "Which index", to=("indices.index",), blank="all"),
            Year("from", "First year in which it acts", example=2029),
            Year("to", "Last year in which it acts", blank="to the end of the horizon"),
            Year("known_from", "First year in which the plan can know of it", blank="its first year"),
            Number(
                "factor", "Multiplies what it changes", unit="factor", at_least=0, blank="it has a value", example=0.0
            ),
            Number("value", "Adds to what it changes, in that thing's unit", unit="see kind", blank="it has a factor"),
        ),
        key=("scenario", "kind", *EVENT_SELECTORS, "from"),
        ties=(
            "Events on one thing act together: factors multiply, then values add. The same event twice is an error, and"
            " not applied twice"
        ),
        one_of=("factor", "value"),
    ),
)

SHEET: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}
EXAMPLE_MARK = "Example: overwrite or delete this row"


def example_row(sheet: Sheet) -> dict[str, Any]:
    """The row that a template shows on this sheet; its note says that it is one."""
    row = {column.name: column.example for column in sheet.columns if column.example is not None}
    return row | {"note": EXAMPLE_MARK}
