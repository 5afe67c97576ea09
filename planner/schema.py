"""The workbook, described once: every sheet, column, unit, range, reference, default and its meaning.

The template, the reader, the checks, `inputs/README.md` and the report's *Defaults used* all come from here.
A column without `blank` must be filled in. Where it may be blank, `blank` says what that means and `default` is the
value then used (None: the cell stays unknown and the program goes without it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Column:
    """What one column (or one setting) holds."""

    name: str
    help: str
    blank: str | None = None
    default: Any = None
    example: Any = None
    aliases: tuple[str, ...] = ()
    kind: ClassVar[str] = "text"

    @property
    def required(self) -> bool:
        return self.blank is None


@dataclass(frozen=True)
class Text(Column):
    """Free text."""


@dataclass(frozen=True)
class Name(Column):
    """A name that other sheets refer to; compared after trimming, upper and lower case alike must not repeat."""

    kind: ClassVar[str] = "name"


@dataclass(frozen=True)
class NameList(Column):
    """Several names in one cell, separated by semicolons; where `to` is given, names defined there."""

    to: tuple[str, ...] = ()
    kind: ClassVar[str] = "names"


@dataclass(frozen=True)
class Ref(Column):
    """A name defined elsewhere: `to` lists `sheet.column` targets, or `*` for "any"."""

    to: tuple[str, ...] = ()
    kind: ClassVar[str] = "ref"


@dataclass(frozen=True)
class Choice(Column):
    """One of a few words."""

    choices: tuple[str, ...] = ()
    kind: ClassVar[str] = "choice"


@dataclass(frozen=True)
class YesNo(Column):
    """yes or no."""

    kind: ClassVar[str] = "yes/no"


@dataclass(frozen=True)
class Number(Column):
    """A finite number within bounds, in `unit`; `share` marks fractions that people mistype as percent."""

    unit: str = ""
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    share: bool = False
    kind: ClassVar[str] = "number"


@dataclass(frozen=True)
class Whole(Column):
    """A whole number within bounds, in `unit`."""

    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    kind: ClassVar[str] = "whole number"


@dataclass(frozen=True)
class Year(Column):
    """A calendar year."""

    at_least: int = 1900
    at_most: int = 2200
    unit: str = "year"
    kind: ClassVar[str] = "year"


@dataclass(frozen=True)
class Date(Column):
    """A calendar day."""

    unit: str = "date"
    kind: ClassVar[str] = "date"


@dataclass(frozen=True)
class HtsCode(Column):
    """Digits of the harmonised tariff schedule, with or without dots; kept as text."""

    kind: ClassVar[str] = "hts"


@dataclass(frozen=True)
class Sheet:
    """One sheet: what a row is, its columns, its key and what filling it adds to the plan."""

    name: str
    row_is: str
    adds: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    needed: bool = False
    aliases: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns + PROVENANCE})

    def __getitem__(self, column: str) -> Column:
        return self.by_name[column]


PROVENANCE = (
    Text("source", "Where the row's figures come from", blank="not stated"),
    Text("year", "Year of the source", blank="not stated"),
    Choice(
        "grade",
        "A official, B company or press, C study, D assumed",
        blank="not graded",
        choices=("A", "B", "C", "D"),
    ),
    Text("note", "Anything a reader should know", blank="nothing to say"),
)

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
    Text("currency", "Name of the money, printed in reports", blank="USD", default="USD"),
)


def _t_per_year(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="t/yr", at_least=0, **more)


def _usd_per_t(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="USD/t", at_least=0, **more)


def _per_t(name: str, text: str, unit: str, **more: Any) -> Number:
    return Number(name, text, unit=unit, at_least=0, **more)


def _share(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="fraction", at_least=0, at_most=1, share=True, **more)


def _musd(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="M$", **more)


EVENT_SELECTORS = (
    "country",
    "destination",
    "supplier",
    "offer",
    "facility",
    "place",
    "material",
    "stage",
    "element",
    "segment",
    "hts",
)


@dataclass(frozen=True)
class EventKind:
    """A kind of event: what it changes, whether by a factor or a value, and which selectors narrow it down."""

    name: str
    meaning: str
    selectors: tuple[str, ...]
    by: tuple[str, ...] = ("factor",)
    value_unit: str = ""


_EVENT_GOODS = ("material", "stage", "element")

EVENT_KINDS: dict[str, EventKind] = {
    kind.name: kind
    for kind in (
        EventKind(
            "supply",
            "What offers can deliver; country is the origin, and the countries behind an offer count for their share",
            ("country", "destination", "supplier", "offer", *_EVENT_GOODS),
        ),
        EventKind(
            "price",
            "Prices of offers; without country, supplier and offer also what markets pay for surplus",
            ("country", "supplier", "offer", "place", *_EVENT_GOODS),
            ("factor", "value"),
            "USD/t",
        ),
        EventKind(
            "duty",
            "Duties on goods of an origin; a value adds so much to the rate",
            ("country", "destination", "hts", *_EVENT_GOODS),
            ("factor", "value"),
            "fraction",
        ),
        EventKind("demand", "Needs of segments", ("segment", "place", *_EVENT_GOODS), ("factor", "value"), "t/yr"),
        EventKind("yield", "Outputs of recipes", ("facility", "place", "country", *_EVENT_GOODS)),
        EventKind("capacity", "Capacity that stands at facilities", ("facility", "place", "country")),
        EventKind(
            "lane",
            "What lanes can carry: 0 closes them, another factor needs a maximum; country is where goods leave",
            ("country", "destination", "place", *_EVENT_GOODS),
        ),
        EventKind(
            "cost",
            "Variable cost of facilities",
            ("facility", "place", "country"),
            ("factor", "value"),
            "USD/t",
        ),
        EventKind("capex", "Capex of options begun in its years", ("facility", "place", "country")),
        EventKind(
            "delay",
            "Years by which builds not yet running in its first year, and begun by its last, come later",
            ("facility", "place", "country"),
            ("value",),
            "years",
        ),
        EventKind("release", "Reserves need not be kept from its first year on", ("place", *_EVENT_GOODS), ()),
    )
}

_PLACE = ("places.place",)
_MATERIAL = ("materials.material",)
_PERIOD = ("periods.period",)


@dataclass(frozen=True)
class Measure:
    """Something a limit can bound: what is added up, in which unit, and which selectors narrow it down.

    Selectors that are filled in all apply together. A measure with `whole` is a ratio of the two sums; `share` selects
    its whole by material and stage alone. `missed_in` is the unit in which a limit with a penalty is missed, and for
    which the penalty is paid each year (blank: `unit`). `sorted_by` is what `each` may say, `largest` its top.
    A measure `of_futures` is one number over all years and futures, which only a top can bound.
    """

    name: str
    meaning: str
    unit: str
    selectors: tuple[str, ...] = ()
    sorted_by: tuple[str, ...] = ()
    whole: str = ""
    missed_in: str = ""
    largest: float | None = None
    needs_goods: bool = False
    of_futures: bool = False


_GOODS = ("material", "stage")
_PLANTS = ("facility", "place", "country", "group", *_GOODS)
_PLACES = ("place", "country", "group", *_GOODS)
_ORIGINS = ("supplier", "place", "country", "group", *_GOODS)

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "capacity_t",
            "Capacity of own plants that stands, before availability, averaged over the period's years. A material or"
            " stage selects plants that can make it, with all their capacity",
            "t/yr",
            _PLANTS,
            ("country",),
        ),
        Measure("made_t", "Output of own plants; country and group are the plant's", "t/yr", _PLANTS, ("country",)),
        Measure(
            "bought_t",
            "Purchases and contract deliveries; country and group are the offer's origin, place is where they are"
            " delivered",
            "t/yr",
            _ORIGINS,
            ("country", "supplier"),
        ),
        Measure("sold_t", "Surplus sold; country and group are the market's", "t/yr", _PLACES, ("country",)),
        Measure(
            "collected_t", "Used goods and scrap collected, where they are collected", "t/yr", _PLACES, ("country",)
        ),
        Measure(
            "share",
            "What is bought from a country of origin, group or supplier and what own plants there, or one facility,"
            " make",
            "fraction",
            ("supplier", "facility", "country", "group", *_GOODS),
            ("country", "supplier"),
            whole="all that is bought and made of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
        ),
        Measure(
            "hhi",
            "Concentration: the squared shares of countries (origin of what is bought, place of what is made) added"
            " up, from 0 to 1. With `each` supplier the shares are those of suppliers, and own plants count as one",
            "0-1",
            _GOODS,
            ("country", "supplier"),
            whole="all that is bought and made of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
        ),
        Measure(
            "exposure",
            "Exposure index: the risk scores of what is bought, weighted with its value at the price paid",
            "0-100",
            ("place", *_GOODS),
            whole="the value of all that is bought of what is selected",
            missed_in="M$/yr at risk",
            largest=100,
        ),
        Measure(
            "duty_musd",
            "Duties, undiscounted; country and group are the origin, place is where the goods arrive. Duties on own"
            " goods have no supplier",
            "M$/yr",
            _ORIGINS,
            ("country", "supplier"),
        ),
        Measure(
            "capex_musd",
            "Capex of all that has been begun so far, in full and undiscounted. A material or stage selects plants"
            " that can make it",
            "M$",
            _PLANTS,
            ("country",),
        ),
        Measure(
            "shortage_share",
            "Need that is not met; place, country, material are the segment's",
            "fraction",
            ("segment", *_PLACES),
            ("country",),
            whole="the need of the selected segments",
            missed_in="t/yr",
            largest=1,
        ),
        Measure(
            "stock_days",
            "Stock at the end of the period",
            "days",
            _PLACES,
            ("country",),
            whole="a day's use there: inputs of processes and deliveries to segments, over 365",
            missed_in="t",
            needs_goods=True,
        ),
        Measure(
            "recycled_share",
            "What is collected of it, and what own processes make of it from used goods (materials of the returns"
            " sheet, or made of nothing else), by the share of used goods in the tons of their inputs",
            "fraction",
            _GOODS,
            whole="all that is bought, made and collected of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
        ),
        Measure(
            "co2_t",
            "CO2 of what is bought and moved, counted where it arrives, and of what own plants run. A supplier selects"
            " what is bought from it with its way, a facility what it runs",
            "t/yr",
            ("supplier", "facility", "place", "country", "group"),
            ("country", "supplier"),
        ),
        Measure(
            "water_m3", "Water that own plants use", "m3/yr", ("facility", "place", "country", "group"), ("country",)
        ),
        Measure(
            "residue_t",
            "Residue that own plants leave",
            "t/yr",
            ("facility", "place", "country", "group"),
            ("country",),
        ),
        Measure(
            "suppliers_used",
            "Suppliers that anything is bought from (where the limit asks for at least so many: at least a ton a"
            " year); country and group are the origin of what is bought, place is where it is delivered",
            "suppliers",
            _PLACES,
            ("country",),
        ),
        Measure(
            "suppliers_added",
            "Suppliers whose qualification begins, per year of the period; country and group are where they are"
            " seated, a material or stage selects those that offer it",
            "suppliers/yr",
            ("country", "group", *_GOODS),
            ("country",),
        ),
        Measure(
            "facilities_open",
            "Own plants with capacity that stands (where the limit asks for at least so many: at least a ton a year)."
            " A material or stage selects plants that can make it",
            "facilities",
            _PLANTS,
            ("country",),
        ),
        Measure(
            "lanes_used",
            "Pairs of a place or country that sends and another place that receives, between which anything moves"
            " (where the limit asks for at least so many: at least a ton a year); country and group send, place"
            " receives",
            "lanes",
            _PLACES,
            ("country",),
        ),
        Measure(
            "expected_cost_musd",
            "What the plan costs over all years, discounted, each future by its probability",
            "M$",
            of_futures=True,
        ),
        Measure(
            "cvar_cost_musd",
            "Mean cost of the dearest futures: the share 1 - cvar_level of them (setting)",
            "M$",
            of_futures=True,
        ),
        Measure("worst_cost_musd", "What the dearest future costs", "M$", of_futures=True),
        Measure(
            "cvar_shortage_musd",
            "Mean loss from needs not met in the futures that lose most, the share 1 - cvar_level of them,"
            " undiscounted over all years",
            "M$",
            of_futures=True,
        ),
    )
}
SELECTORS = tuple(dict.fromkeys(name for measure in MEASURES.values() for name in measure.selectors))

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
            Text("stage", "Where in the chain it stands", example="oxide"),
            Text("element", "The element or joint elements it carries", blank="none", example="NdPr"),
            HtsCode(
                "hts",
                "Its tariff heading, with or without dots",
                blank="no duty row can match it",
                example="2846.90.80",
            ),
            _usd_per_t(
                "customs_value_usd_per_t",
                "Value on which duty is paid when own goods cross a border",
                blank="own shipments across a border pay no ad valorem duty",
            ),
            _usd_per_t("disposal_usd_per_t", "Cost of throwing a ton away; 0 is free", blank="may not be thrown away"),
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
            _musd("qualification_cost_musd", "One-off cost of qualifying it", at_least=0, blank="0", default=0.0),
            Whole(
                "qualification_years",
                "Years from the decision to the first purchase",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
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
            _usd_per_t("price_usd_per_t", "Price where it is shipped, before freight and duty", example=70000),
            _t_per_year("max_t_per_year", "The most that can be bought", blank="no limit", example=1200),
            _t_per_year(
                "min_order_t_per_year", "If anything is bought in a year, at least this much", blank="any amount"
            ),
            _per_t("co2_t_per_t", "CO2 given off up to the point of sale, per ton sold", "t/t", blank="0", default=0.0),
            Ref(
                "requires",
                "The partnership that must be in force to buy it",
                to=("partnerships.partnership",),
                blank="nothing",
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
            _usd_per_t("price_usd_per_t", "Price in that period", blank="as on the offers sheet", example=72000),
            _t_per_year("max_t_per_year", "The most that can be bought in that period", blank="as on the offers sheet"),
        ),
        key=("offer", "period"),
    ),
    Sheet(
        "upstream",
        "a country that an offer depends on behind its origin",
        "exposure to countries that do not appear on the invoice",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Ref("country", "The country it depends on", to=("countries.country",), example="CHN"),
            Ref("material", "What comes from there", to=_MATERIAL, blank="not said"),
            _share("share", "Share of the offer that depends on it; at most 1 over all rows of an offer", example=0.3),
        ),
        key=("offer", "country", "material"),
    ),
    Sheet(
        "offer_tiers",
        "a price break of an offer",
        "prices that depend on how much is bought",
        (
            Ref("offer", "Which offer", to=("offers.offer",), example="Lynas NdPr oxide"),
            Number(
                "above_t_per_year",
                "The price holds for what is bought above this in a year; below, the offer's own price holds",
                unit="t/yr",
                above=0,
                example=500,
            ),
            _usd_per_t("price_usd_per_t", "Price in this band", example=68000),
            Choice(
                "kind",
                "Whether the price holds for the tons in the band alone, or for all tons once the total is in the band",
                choices=("incremental", "all units"),
                example="incremental",
            ),
        ),
        key=("offer", "above_t_per_year"),
    ),
    Sheet(
        "contracts",
        "an offtake, signed or possible",
        "long-term offtakes with take-or-pay",
        (
            Name("contract", "Its name", example="Lynas offtake"),
            Ref("offer", "The offer it buys from", to=("offers.offer",), example="Lynas NdPr oxide"),
            YesNo("signed", "Whether it is already signed", example="no"),
            Year("sign_by", "Last year it may be signed", blank="its first year"),
            Year("from", "First year of delivery", example=2027),
            Year("to", "Last year of delivery", example=2031),
            _t_per_year("min_t_per_year", "Least annual volume it can be signed at", blank="0", default=0.0),
            _t_per_year("max_t_per_year", "Largest annual volume; a signed contract has this volume", example=300),
            _share(
                "take_or_pay_share",
                "Share of the volume that is paid, taken or not, of what the supplier can deliver",
                blank="0",
                default=0.0,
                example=0.8,
            ),
            Whole(
                "make_up_years",
                "Years within which what was paid and not taken may be taken without paying again",
                unit="years",
                at_least=0,
                at_most=50,
                blank="0",
                default=0,
            ),
            _usd_per_t("price_usd_per_t", "Fixed price", blank="by index: fill index_discount", example=66000),
            Number(
                "index_discount",
                "Discount on the offer's market price",
                unit="fraction",
                at_least=-1,
                at_most=1,
                share=True,
                blank="the price is fixed",
            ),
            _usd_per_t("floor_usd_per_t", "The indexed price never falls below this", blank="no floor"),
            _usd_per_t("ceiling_usd_per_t", "The indexed price never rises above this", blank="no ceiling"),
            _musd("signing_cost_musd", "One-off cost of signing", at_least=0, blank="0", default=0.0),
        ),
        key=("contract",),
    ),
    Sheet(
        "lanes",
        "a route",
        "routes and what moving a ton costs",
        (
            Ref("from", "Place, country or *", to=("places.place", "countries.country", "*"), example="MYS"),
            Ref("to", "Place, country or *", to=("places.place", "countries.country", "*"), example="Texas"),
            Ref("material", "Material, stage or *", to=("materials.material", "materials.stage", "*"), example="*"),
            _usd_per_t(
                "freight_usd_per_t",
                "Freight, handling and insurance",
                blank="as a less specific row says; 0 where none does",
                example=140,
            ),
            _t_per_year(
                "max_t_per_year",
                "The most that this row's flows may carry between each pair of places",
                blank="no limit",
            ),
            _per_t(
                "co2_t_per_t",
                "CO2 given off on the way, per ton moved",
                "t/t",
                blank="as a less specific row says; 0 where none does",
            ),
            _t_per_year(
                "min_t_per_year",
                "If the lane is used between a pair of places in a year, at least this much",
                blank="any amount",
            ),
            _musd("fixed_musd_per_year", "Cost of each year in which it is used", at_least=0, blank="0", default=0.0),
        ),
        key=("from", "to", "material"),
    ),
    Sheet(
        "facilities",
        "a productive unit at a place",
        "own plants: mines, separation, metal, magnets, recycling",
        (
            Name("facility", "Its name", example="Texas separation"),
            Ref("place", "Where it stands", to=_PLACE, example="Texas"),
            _t_per_year(
                "capacity_t_per_year", "What it can make when nothing is broken", blank="nothing stands there yet"
            ),
            Year("from", "First year its capacity stands", blank="from the first period on"),
            Year("to", "Last year its capacity stands", blank="to the end of the horizon"),
            _share("availability", "Share of the capacity that can be used over a year", blank="1", default=1.0),
            _share("min_utilisation", "Share of the usable capacity that must be used", blank="0", default=0.0),
            _usd_per_t("fixed_om_usd_per_t", "Fixed cost per t/yr of capacity and year", blank="0", default=0.0),
            YesNo("closure_allowed", "Whether the existing capacity may be closed", blank="no", default=False),
            _musd("closure_cost_musd", "One-off cost of closing it", at_least=0, blank="0", default=0.0),
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
            _usd_per_t("cost_usd_per_t", "Variable cost per t of activity", example=8000),
            Number("capacity_use", "Capacity taken per t of activity", unit="t/t", at_least=0, blank="1", default=1.0),
            Choice(
                "step",
                "What the run counts as in an origin rule",
                blank="made only",
                choices=("mined", "refined", "melted", "made"),
                example="refined",
            ),
            _per_t("co2_t_per_t", "CO2 given off per t of activity", "t/t", blank="0", default=0.0),
            _per_t("water_m3_per_t", "Water used per t of activity", "m3/t", blank="0", default=0.0),
            _per_t("residue_t_per_t", "Residue left per t of activity", "t/t", blank="0", default=0.0),
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
            _t_per_year("min_t_per_year", "Smallest size", blank="0", default=0.0),
            Number("max_t_per_year", "Largest size", unit="t/yr", above=0, example=5000),
            _musd(
                "capex_fixed_musd",
                "Capex whatever the size; may be negative where capex at the smallest size is not",
                example=110,
            ),
            Number("capex_usd_per_t", "Capex per t/yr of size", unit="USD per t/yr", at_least=0, example=25000),
            _usd_per_t(
                "fixed_om_usd_per_t", "Fixed cost per t/yr of size and year", blank="as on the facilities sheet"
            ),
            Whole(
                "lead_years",
                "Years from the end of permitting to the first output",
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
            _share("ramp_1", "Share of the size that works in the first year of running", blank="1", default=1.0),
            _share("ramp_2", "Share of the size that works in the second year", blank="1", default=1.0),
            _share("ramp_3", "Share of the size that works in the third year", blank="1", default=1.0),
            Whole(
                "max_builds", "How often it may be begun", unit="times", at_least=1, at_most=1000, blank="1", default=1
            ),
            Ref(
                "requires",
                "Another option that must have been begun before or together with it, or a partnership in force",
                to=("build_options.option", "partnerships.partnership"),
                blank="nothing",
            ),
            Text(
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
            _usd_per_t(
                "shortage_usd_per_t",
                "Loss per ton not delivered",
                blank="shortage is not allowed (max_shortage_share must be 0)",
                example=500000,
            ),
            _share("max_shortage_share", "Largest share of the need that may go short", blank="1", default=1.0),
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
        "demand",
        "a segment's need in a period",
        "the tons needed",
        (
            Ref("segment", "Which segment", to=("segments.segment",), example="EV motors"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            _t_per_year("t_per_year", "Need per year", example=1000),
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
            _usd_per_t("extra_usd_per_t", "Extra cost per t of need served in this way", blank="0", default=0.0),
            _share("max_share", "Largest share of the need served in this way", blank="1", default=1.0),
            Year("from", "First year it is possible", blank="from the first period on"),
        ),
        key=("segment", "material", "t_per_t"),
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
            _t_per_year("t_per_year", "How much arises", blank="the row is a cohort", example=280),
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
            _share("max_collection_share", "Largest share that can be collected", blank="1", default=1.0),
            _share("min_collection_share", "Share that must be collected", blank="0", default=0.0),
            _share(
                "collection_growth_per_year",
                "How much the largest share grows each year after the first of the horizon, up to 1",
                blank="0: it stays",
                default=0.0,
            ),
            _usd_per_t("collection_usd_per_t", "Cost of collecting a ton", example=8000),
            NameList(
                "rules",
                "Origin rules that the material is known to pass, separated by semicolons",
                to=("origin_rules.rule",),
                blank="only those that exempt recycled material",
            ),
        ),
        key=("stream", "place", "material", "period", "segment", "lifetime_years"),
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
            _share("loss_share_per_year", "Share lost per year", blank="0", default=0.0),
            Number("reserve_t", "Least stock at the end of every period", unit="t", at_least=0, blank="0", default=0.0),
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
            _usd_per_t("price_usd_per_t", "Price paid", example=1000),
            _t_per_year("max_t_per_year", "The most this market takes at that price", blank="no limit", example=5000),
        ),
        key=("place", "material", "price_usd_per_t"),
    ),
    Sheet(
        "tariffs",
        "one duty row",
        "duties, dated and stacked by authority",
        (
            Text(
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
            _usd_per_t("usd_per_t", "Duty per ton", blank="0", default=0.0),
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
    ),
    Sheet(
        "quotas",
        "a tariff-rate or absolute quota in a period",
        "quotas with a lower duty inside",
        (
            Name("quota", "Its name; it may have a row for each period", example="Magnet quota"),
            Text("authority", "The authority whose duty it replaces", example="Section 301"),
            HtsCode("hts", "Heading or its first digits", example="8505.11"),
            Ref("origin", "Country, group or *", to=("countries.country", "countries.group", "*"), example="CHN"),
            Ref("destination", "The country that charges it", to=("countries.country",), blank="home"),
            Ref("period", "Which period", to=_PERIOD, example=2026),
            _t_per_year("quota_t", "What may enter inside the quota in a year", example=500),
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
            Date("from", "In force in periods that begin on or after this day", blank="always was in force"),
            YesNo("recycled_exempt", "Whether recycled material passes", blank="no", default=False, example="yes"),
        ),
        key=("rule", "country", "stage", "from"),
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
            Ref("supplier", "Only this supplier", to=("suppliers.supplier",), blank="every supplier"),
            Ref("facility", "Only this facility", to=("facilities.facility",), blank="every facility"),
            Ref("segment", "Only this segment", to=("segments.segment",), blank="every segment"),
            Ref("material", "Only this material", to=_MATERIAL, blank="every material", example="NdPr oxide"),
            Ref("stage", "Only materials of this stage", to=("materials.stage",), blank="every stage"),
            Choice(
                "each",
                "Whether each country, or each supplier, has this bound for itself",
                choices=("country", "supplier"),
                blank="all that is selected together",
            ),
            Year("from", "In force in periods that begin in this year or later", blank="from the first period on"),
            Year("to", "In force in periods that begin in this year or earlier", blank="to the end of the horizon"),
            Number(
                "penalty_per_unit",
                "What missing the bound by one unit costs a year (shares, hhi and stock days are missed in t, exposure"
                " in M$ at risk). Costs and losses over all futures pay it once, beside the costs that they bound",
                unit="USD/unit/yr",
                above=0,
                blank="the bound may not be missed",
            ),
        ),
        key=("limit",),
    ),
    Sheet(
        "partnerships",
        "an agreement with a country",
        "agreements and what they open",
        (
            Name("partnership", "Its name", example="Malaysia agreement"),
            Ref("country", "With which country", to=("countries.country",), example="MYS"),
            _musd("upfront_musd", "One-off cost of entering", at_least=0, blank="0", default=0.0),
            _musd("annual_musd", "Cost of each year in force", at_least=0, blank="0", default=0.0),
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
            Text(
                "applies_to",
                "adds supply: an offer; cuts duty: an authority or *; shortens lead: a build option",
                blank="restores trust: the partner's offers",
                example="Lynas NdPr oxide",
            ),
            Number(
                "value",
                "adds supply: t/yr; cuts duty: share waived; shortens lead: whole years; restores trust: share"
                " of the supply withheld",
                unit="see effect",
                at_least=0,
                example=200,
            ),
        ),
        key=("partnership", "effect", "applies_to"),
    ),
    Sheet(
        "trust",
        "how a country answers duties",
        "goodwill that tariffs cost",
        (
            Ref("country", "Which country", to=("countries.country",), example="MYS"),
            _share(
                "supply_loss_per_duty_point",
                "Share of its offers withdrawn per percentage point by which its average duty at home rises",
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
                "Option or facility for a grant; facility, process, material (or stage, for a credit) for output",
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
            _share("share", "Share of the capex that a grant pays", blank="not a grant"),
            _usd_per_t(
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
            _musd("cap_musd", "Most that it pays in all, undiscounted", at_least=0, blank="no cap"),
        ),
        key=("incentive",),
    ),
    Sheet(
        "scenarios",
        "a future",
        "uncertainty: decisions that hold for several futures",
        (
            Name("scenario", "Its name", example="Full ban"),
            _share(
                "probability",
                "How likely it is; all together make 1",
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
            Year("from", "First year in which it acts", example=2029),
            Year("to", "Last year in which it acts", blank="to the end of the horizon"),
            Year("known_from", "First year in which the plan can know of it", blank="its first year"),
            Number(
                "factor", "Multiplies what it changes", unit="factor", at_least=0, blank="it has a value", example=0.0
            ),
            Number("value", "Adds to what it changes, in that thing's unit", unit="see kind", blank="it has a factor"),
        ),
        key=("scenario", "kind", *EVENT_SELECTORS, "from"),
    ),
)

SHEET: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}
SETTING: dict[str, Column] = {setting.name: setting for setting in SETTINGS}
EXAMPLE_MARK = "Example: overwrite or delete this row"


def example_row(sheet: Sheet) -> dict[str, Any]:
    """The row that a template shows on this sheet; its note says that it is one."""
    row = {column.name: column.example for column in sheet.columns if column.example is not None}
    return row | {"note": EXAMPLE_MARK}
