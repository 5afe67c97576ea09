"""The measures that a limit can bound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MeasureKind(StrEnum):
    """How a measure comes about."""

    SUM = "a sum of decisions, or the ratio of two"
    COUNT = "how many suppliers, facilities or lanes are used"
    CONCENTRATION = "squared shares added up: a cone, which only a top can bound"
    FUTURES = "one number over all years and futures, which only a top can bound"


@dataclass(frozen=True)
class Measure:
    """Something a limit can bound, with all that is particular to it.

    Selectors that are filled in all apply together. A measure with `whole` is a ratio of the two sums; where the whole
    is `of_all`, material and stage alone select it. `missed_in` is the unit in which a limit with a penalty is missed,
    and for which the penalty is paid each year (blank: `unit`). `sorted_by` is what `each` may say, `largest` its top.
    Most measures are amounts a year; what stands `once` is not paid for again in each year of its period. `wanted`
    marks what a new limit asks for more of, `scored` what rests on the countries' risk scores, `looks_through` what may
    count for a country behind the origin, and `of_attribute` the mean of what the sheet attributes states.
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
    of_all: bool = False
    once: bool = False
    wanted: bool = False
    scored: bool = False
    looks_through: bool = False
    of_attribute: bool = False
    kind: MeasureKind = MeasureKind.SUM

    @property
    def of_futures(self) -> bool:
        """Whether it is over all years and futures."""
        return self.kind is MeasureKind.FUTURES

    @property
    def concentrates(self) -> bool:
        """Whether it adds up squared shares."""
        return self.kind is MeasureKind.CONCENTRATION

    @property
    def only_from_above(self) -> bool:
        """Whether a limit may only say at most."""
        return self.concentrates or self.of_futures

    @property
    def in_money(self) -> bool:
        """Whether a limit is missed in money, not in tons or pieces."""
        return (self.missed_in or self.unit).startswith("M$")


UPSTREAM = "upstream"
THROUGH = ("mined", "refined", "melted", UPSTREAM)
GOODS_SELECTORS = ("material", "stage")
_PLANTS = ("facility", "place", "country", "group", *GOODS_SELECTORS)
_PLACES = ("place", "country", "group", *GOODS_SELECTORS)
_ORIGINS = ("supplier", "offer", "place", "country", "group", *GOODS_SELECTORS)

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
            wanted=True,
        ),
        Measure(
            "made_t",
            "Output of own plants; country and group are the plant's",
            "t/yr",
            _PLANTS,
            ("country",),
            wanted=True,
        ),
        Measure(
            "bought_t",
            "Purchases and contract deliveries; country and group are the offer's origin, place is where they are"
            " delivered",
            "t/yr",
            _ORIGINS,
            ("country", "supplier"),
            looks_through=True,
        ),
        Measure("sold_t", "Surplus sold; country and group are the market's", "t/yr", _PLACES, ("country",)),
        Measure(
            "collected_t",
            "Used goods and scrap collected, where they are collected",
            "t/yr",
            _PLACES,
            ("country",),
            wanted=True,
        ),
        Measure(
            "share",
            "What is bought from a country of origin, group or supplier and what own plants there, or one facility,"
            " make",
            "fraction",
            ("supplier", "offer", "facility", "country", "group", *GOODS_SELECTORS),
            ("country", "supplier"),
            whole="all that is bought and made of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
            of_all=True,
            looks_through=True,
        ),
        Measure(
            "hhi",
            "Concentration: the squared shares of countries (origin of what is bought, place of what is made) added"
            " up, from 0 to 1. With `each` supplier the shares are those of suppliers, and own plants count as one",
            "0-1",
            GOODS_SELECTORS,
            ("country", "supplier"),
            whole="all that is bought and made of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
            kind=MeasureKind.CONCENTRATION,
        ),
        Measure(
            "exposure",
            "Exposure index: the risk scores of what is bought, weighted with its value at the price paid. Country and"
            " group are where the risk lies, upstream included: one country's part of the index",
            "0-100",
            _PLACES,
            ("country",),
            whole="the value of all that is bought at the selected place, of the selected material or stage",
            missed_in="M$/yr at risk",
            largest=100,
            of_all=True,
            scored=True,
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
            "spend_musd",
            "Money spent on purchases and contract deliveries, at the price paid before freight and duty, undiscounted;"
            " what is paid and not taken counts when it is made up. Country and group are the offer's origin, place is"
            " where the goods are delivered",
            "M$/yr",
            _ORIGINS,
            ("country", "supplier"),
            looks_through=True,
        ),
        Measure(
            "spend_share",
            "The part of that money that goes to a country of origin, group or supplier",
            "fraction",
            ("supplier", "offer", "country", "group", *GOODS_SELECTORS),
            ("country", "supplier"),
            whole="all money spent on purchases of the selected material or stage",
            missed_in="M$/yr",
            largest=1,
            of_all=True,
            looks_through=True,
        ),
        Measure(
            "attribute_mean",
            "Mean of a stated attribute of offers, weighted with the tons bought: the limit names it under `attribute`",
            "see attribute",
            _ORIGINS,
            ("country", "supplier"),
            whole="all tons bought of what is selected",
            missed_in="t/yr x attribute",
            of_attribute=True,
        ),
        Measure(
            "capex_musd",
            "Capex of all that has been begun so far, in full and undiscounted. A material or stage selects plants"
            " that can make it",
            "M$",
            _PLANTS,
            ("country",),
            once=True,
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
            once=True,
            wanted=True,
        ),
        Measure(
            "recycled_share",
            "What is collected of it, and what own processes make of it from used goods (materials of the returns"
            " sheet, or made of nothing else), by the share of used goods in the tons of their inputs",
            "fraction",
            GOODS_SELECTORS,
            whole="all that is bought, made and collected of the selected material or stage",
            missed_in="t/yr",
            largest=1,
            needs_goods=True,
            wanted=True,
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
            _ORIGINS,
            ("country",),
            kind=MeasureKind.COUNT,
            wanted=True,
        ),
        Measure(
            "suppliers_added",
            "Suppliers whose qualification begins, per year of the period; country and group are where they are"
            " seated, a material or stage selects those that offer it",
            "suppliers/yr",
            ("supplier", "country", "group", *GOODS_SELECTORS),
            ("country",),
        ),
        Measure(
            "facilities_open",
            "Own plants with capacity that stands, whatever its ramp (where the limit asks for at least or exactly so"
            " many: with at least a ton a year, its ramp counted). A material or stage selects plants that can make it",
            "facilities",
            _PLANTS,
            ("country",),
            kind=MeasureKind.COUNT,
        ),
        Measure(
            "lanes_used",
            "Pairs of a place or country that sends and another place that receives, between which anything moves"
            " (where the limit asks for at least so many: at least a ton a year); country and group send, place"
            " receives",
            "lanes",
            _PLACES,
            ("country",),
            kind=MeasureKind.COUNT,
        ),
        Measure(
            "expected_cost_musd",
            "What the plan costs over all years, discounted, each future by its probability",
            "M$",
            kind=MeasureKind.FUTURES,
        ),
        Measure(
            "cvar_cost_musd",
            "Mean cost of the dearest futures: the share 1 - cvar_level of them (setting)",
            "M$",
            kind=MeasureKind.FUTURES,
        ),
        Measure("worst_cost_musd", "What the dearest future costs", "M$", kind=MeasureKind.FUTURES),
        Measure(
            "cvar_shortage_musd",
            "Mean loss from needs not met in the futures that lose most, the share 1 - cvar_level of them,"
            " undiscounted over all years",
            "M$",
            kind=MeasureKind.FUTURES,
        ),
    )
}
SELECTORS = tuple(dict.fromkeys(name for measure in MEASURES.values() for name in measure.selectors))
