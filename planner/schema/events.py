"""The kinds of event: what each changes, and which selectors narrow it down."""

from __future__ import annotations

from dataclasses import dataclass

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
    "index",
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
            "Duties on goods of an origin, on all days of its years; a value adds so much to the rate",
            ("country", "destination", "hts", *_EVENT_GOODS),
            ("factor", "value"),
            "fraction",
        ),
        EventKind("demand", "Needs of segments", ("segment", "place", *_EVENT_GOODS), ("factor", "value"), "t/yr"),
        EventKind("yield", "Outputs of recipes", ("facility", "place", "country", *_EVENT_GOODS)),
        EventKind("capacity", "Capacity that stands at facilities", ("facility", "place", "country")),
        EventKind(
            "lane",
            "What lanes can carry: 0 closes them, another factor needs a maximum. Country is the origin of what is"
            " bought, wherever it leaves from, and the sending place's of own goods; place is where they arrive",
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
            "Years by which builds come later that would first run in its first year or after it, and are begun by its"
            " last; a second one looks at the start as the first left it",
            ("facility", "place", "country"),
            ("value",),
            "years",
        ),
        EventKind(
            "index",
            "What indices stand at, in their own unit: not below 0 but where one is stated so",
            ("index",),
            ("factor", "value"),
            "of the index",
        ),
        EventKind("release", "Reserves need not be kept from its first year on", ("place", *_EVENT_GOODS), ()),
    )
}
