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
    """Several names in one cell, separated by semicolons."""

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
    Year("base_year", "Year whose money is used and to which costs are discounted", example=2026),
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


def _share(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="fraction", at_least=0, at_most=1, share=True, **more)


def _musd(name: str, text: str, **more: Any) -> Number:
    return Number(name, text, unit="M$", **more)


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
                blank="not scored",
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
                "Another option that must have been begun before or together with it",
                to=("build_options.option",),
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
            _usd_per_t("collection_usd_per_t", "Cost of collecting a ton", example=8000),
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
            Choice("effect", "What the row does", choices=("adds", "replaces", "exempts"), example="adds"),
            Ref(
                "acts_on",
                "The authority that is replaced or exempted",
                to=("tariffs.authority",),
                blank="all authorities (only for replaces and exempts)",
            ),
        ),
        key=("authority", "hts", "origin", "destination", "from", "effect", "acts_on"),
    ),
)

SHEET: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}
SETTING: dict[str, Column] = {setting.name: setting for setting in SETTINGS}
EXAMPLE_MARK = "Example: overwrite or delete this row"


def example_row(sheet: Sheet) -> dict[str, Any]:
    """The row that a template shows on this sheet; its note says that it is one."""
    row = {column.name: column.example for column in sheet.columns if column.example is not None}
    return row | {"note": EXAMPLE_MARK}
