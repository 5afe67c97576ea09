"""Limits and events that select nothing: which of their words leaves nothing over, and what it could have meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from planner.checks.names import did_you_mean
from planner.checks.network import Network, Plant, capacities, records
from planner.checks.table import Table, Tables, show
from planner.errors import Problem
from planner.schema import EVENT_SELECTORS, MEASURES, SELECTORS, UPSTREAM, digits_of

Thing = dict[str, frozenset[Any]]  # what a selector may say of it
CODE = "cross.matches-nothing"
STEPS = ("mined", "refined", "melted")
PLANTS = ("capacity_t", "facilities_open")
BOUGHT = ("bought_t", "spend_musd", "spend_share", "attribute_mean", "duty_musd", "exposure", "suppliers_used")
FACILITY_EVENTS = ("capacity", "cost", "capex", "delay")


class Kinds(NamedTuple):
    """All that limits and events can speak of."""

    offers: list[Thing]
    behind: list[Thing]
    made: list[Thing]
    moving: list[Thing]
    plants: list[Thing]
    options: list[Thing]
    used: list[Thing]
    sold: list[Thing]
    segments: list[Thing]
    stocks: list[Thing]
    reserves: list[Thing]
    unqualified: list[Thing]
    indices: list[Thing]


def _thing(**words: Any) -> Thing:
    return {word: value if isinstance(value, frozenset) else frozenset({value}) for word, value in words.items()}


class World:
    """The things of a case, by their words. A country is also called by its groups."""

    def __init__(self, tables: Tables, network: Network) -> None:
        self.tables, self.network = tables, network
        countries = records(tables["countries"], "country", "group")
        self.names = {country: frozenset({country, *(among or ())}) for _, country, among in countries}
        sellers = records(tables["suppliers"], "supplier", "group")
        self.sellers = {name: frozenset({name, *(among or ())}) for _, name, among in sellers}
        materials = records(tables["materials"], "material", "stage", "element", "hts")
        self.goods = {
            name: _thing(material=name, stage=stage, element=element, hts=frozenset(_beginnings(hts)))
            for _, name, stage, element, hts in materials
        }

    def at(self, place: str, material: str = "", **words: Any) -> Thing:
        """Something at a place: with its country, and the goods it is about."""
        goods = self.goods[material] if material else {}
        return _thing(place=place, **self.country(self.network.country[place]), **words) | goods

    def country(self, name: str) -> Thing:
        """A country and its groups, as events and as limits call them."""
        return {"country": self.names[name], "group": self.names[name] - {name}}

    def ends(self, material: str) -> Thing:
        """Where goods of a material may arrive."""
        places = frozenset(self.network.takers.get(material, ()))
        reached = [self.names[self.network.country[place]] for place in places]
        return {"place": places, "destination": frozenset().union(*reached)}

    def offers(self) -> Iterator[Thing]:
        for _, offer, supplier, material, origin, among in records(
            self.tables["offers"], "offer", "supplier", "material", "origin", "group"
        ):
            called = frozenset({offer, *(among or ())})
            words = _thing(name=offer, offer=called, supplier=self.sellers[supplier]) | self.country(origin)
            yield words | self.goods[material] | self.ends(material)

    def behind(self) -> Iterator[Thing]:
        """What stands behind offers: events on it reach them too."""
        offers = {
            offer: (material, origin)
            for _, offer, material, origin in records(self.tables["offers"], "offer", "material", "origin")
        }
        for _, offer, country, through in records(self.tables["upstream"], "offer", "country", "material"):
            material, origin = offers[offer]
            yield self.country(country) | self.goods[through or material] | {"destination": self.names[origin]}

    def made(self) -> Iterator[Thing]:
        for plant in self.network.plants:
            for material in () if plant.idle else plant.outputs:
                yield self.at(plant.place, material, facility=plant.facility)

    def moving(self) -> Iterator[Thing]:
        """Own goods on their way: the country sends, the place receives."""
        for plant in self.network.plants:
            for material in () if plant.idle else plant.outputs:
                yield self.at(plant.place, material) | self.ends(material)
        for sheet in ("returns", "stocks"):
            for _, place, material in records(self.tables[sheet], "place", "material"):
                yield self.at(place, material) | self.ends(material)

    def plants(self, only: Iterable[str]) -> Iterator[Thing]:
        """Facilities, each with all that it can make."""
        makes: dict[str, list[Plant]] = defaultdict(list)
        for plant in self.network.plants:
            makes[plant.facility].append(plant)
        for _, facility, place in records(self.tables["facilities"], "facility", "place"):
            if facility in only:
                goods = [self.goods[material] for plant in makes[facility] for material in plant.outputs]
                words = {word: frozenset().union(*(g[word] for g in goods)) for word in ("material", "stage")}
                yield self.at(place, facility=facility) | words

    def kinds(self) -> Kinds:
        tables = self.tables
        built = {name for name in tables["build_options"].values["facility"] if name}
        standing = {name for name, size in capacities(tables).items() if size}
        segments = records(tables["segments"], "segment", "place", "material")
        stocks = list(records(tables["stocks"], "place", "material", "reserve_t"))
        offers = list(self.offers())
        return Kinds(
            offers=offers,
            behind=list(self.behind()),
            made=list(self.made()),
            moving=list(self.moving()),
            plants=list(self.plants(standing | built)),
            options=list(self.plants(built)),
            used=[self.at(place, goods) for _, place, goods in records(tables["returns"], "place", "material")],
            sold=[self.at(place, goods) for _, place, goods in records(tables["sales"], "place", "material")],
            segments=[self.at(place, goods, segment=name) for _, name, place, goods in segments],
            stocks=[self.at(place, goods) for _, place, goods, _ in stocks],
            reserves=[self.at(place, goods) for _, place, goods, reserve in stocks if reserve],
            unqualified=list(self.unqualified(offers)),
            indices=[_thing(index=name) for _, name in records(tables["index_terms"], "index")],
        )

    def unqualified(self, offers: list[Thing]) -> Iterator[Thing]:
        """Suppliers that may be qualified, by their seat and all that they offer."""
        for _, name, country, qualified in records(self.tables["suppliers"], "supplier", "country", "qualified"):
            own = [thing for thing in offers if name in thing["supplier"]]
            if qualified is False and own:
                words = {word: frozenset().union(*(thing[word] for thing in own)) for word in ("material", "stage")}
                yield _thing(supplier=self.sellers[name]) | self.country(country) | words

    def seen_through(self, things: list[Thing], through: str) -> list[Thing]:
        """Things by the countries that a limit looks through to; those of offers alone are known here."""
        seen: dict[str, set[str]] = defaultdict(set)
        column = "origin" if through == UPSTREAM else f"{through}_in"
        for sheet, name in (("offers", column), *([("upstream", "country")] if through == UPSTREAM else [])):
            for _, offer, country in records(self.tables[sheet], "offer", name):
                seen[offer] |= {country} - {None}
        return [
            thing
            if "offer" not in thing
            else thing
            | {word: frozenset().union(*(self.country(c)[word] for c in found)) for word in ("country", "group")}
            for thing in things
            for found in [[c for offer in thing.get("offer", ()) for c in sorted(seen[offer])]]
        ]


def _beginnings(hts: str | None) -> Iterator[str]:
    """All headings under which a heading falls, by their digits."""
    digits = digits_of(hts or "")
    yield from (digits[:length] for length in range(2, len(digits) + 1))


def without(things: list[Thing], *words: str) -> list[Thing]:
    """Things that some words do not speak of."""
    return [{word: values for word, values in thing.items() if word not in words} for thing in things]


def of_measure(name: str, kinds: Kinds) -> list[Thing]:
    """What a limit on this measure adds up."""
    if name in BOUGHT:
        return kinds.offers + (kinds.moving if name == "duty_musd" else [])
    table = {
        "made_t": kinds.made,
        "share": kinds.offers + kinds.made,
        "hhi": kinds.offers + kinds.made,
        "recycled_share": kinds.offers + kinds.made + kinds.used,
        "capex_musd": kinds.options,
        "sold_t": kinds.sold,
        "collected_t": kinds.used,
        "shortage_share": kinds.segments,
        "stock_days": kinds.stocks,
        "suppliers_added": kinds.unqualified,
        "co2_t": kinds.offers + kinds.plants,
        "lanes_used": kinds.offers + kinds.moving,
    }
    return kinds.plants if name in (*PLANTS, "water_m3", "residue_t") else table.get(name, [{}])


def of_event(kind: str, kinds: Kinds) -> list[Thing]:
    """What an event of this kind may change."""
    markets = without(kinds.sold, "country", "group")
    table = {
        "supply": without(kinds.offers, "place") + kinds.behind,
        "price": without(kinds.offers, "place") + markets,
        "duty": kinds.offers + kinds.moving,
        "demand": kinds.segments,
        "yield": kinds.made,
        "lane": kinds.offers + kinds.moving,
        "release": kinds.reserves,
        "index": kinds.indices,
    }
    if kind in FACILITY_EVENTS:
        return kinds.options if kind in ("capex", "delay") else kinds.plants
    return table.get(kind, [{}])


def check_selectors(tables: Tables, network: Network) -> Iterator[Problem]:
    """Limits and events of which nothing in the case is a part. A release is no use until there is a reserve."""
    if not tables["limits"].rows and not tables["events"].rows:
        return
    world = World(tables, network)
    kinds = world.kinds()
    for sheet, kind, selectors in (("limits", "measure", SELECTORS), ("events", "kind", EVENT_SELECTORS)):
        table, seen = tables[sheet], set()
        for position, of in records(table, kind):
            wanted = {word: table.value(position, word) for word in selectors}
            wanted = {word: value for word, value in wanted.items() if value is not None}
            things = of_measure(of, kinds) if sheet == "limits" else of_event(of, kinds)
            through = table.value(position, "through") if sheet == "limits" else None
            things = world.seen_through(things, through) if through else things
            key = (of, through, *wanted.items())
            if of == "release" and not things:
                continue
            if key in seen:
                continue
            seen.add(key)
            if not any(fits(wanted, thing) for thing in things):
                yield _selects_nothing(table, position, kind, wanted, things)


def check_stated(tables: Tables, network: Network) -> Iterator[Problem]:
    """What a limit looks at is said of every offer that it speaks of: its attribute, and the country behind it."""
    table = tables["limits"]
    rows = [row for row in records(table, "measure", "attribute", "through") if row[2:] != (None, None)]
    if not rows:
        return
    offers = list(World(tables, network).offers())
    stated = {(offer, name) for _, offer, name in records(tables["attributes"], "offer", "attribute")}
    behind = {row[1]: row[2:] for row in records(tables["offers"], "offer", "mined_in", "refined_in", "melted_in")}
    for position, measure, attribute, through in rows:
        words = (word for word in SELECTORS if through is None or word not in ("country", "group"))
        wanted = {word: table.value(position, word) for word in words}
        wanted = {word: value for word, value in wanted.items() if value is not None}
        spoken = [offer for thing in offers if fits(wanted, thing) for offer in thing["name"]]
        missing = [offer for offer in spoken if (offer, attribute) not in stated]
        if attribute is not None and MEASURES[measure].of_attribute and missing:
            text = f"nothing states {attribute} of {', '.join(missing[:3])}, of which the limit speaks"
            fix = "Add rows to the sheet attributes, or narrow the limit down."
            yield table.problem("cross.attribute-missing", position, "attribute", message=text, fix=fix)
        unknown = [] if through in (None, UPSTREAM) else [x for x in spoken if behind[x][STEPS.index(through)] is None]
        if unknown:
            text = f"nobody says where {', '.join(unknown[:3])} is {through}, so it counts for no country"
            fix = f"Fill in {through}_in on the sheet offers."
            yield table.problem("plausible.through-unknown", position, "through", message=text, fix=fix)


def fits(wanted: Mapping[str, Any], thing: Thing) -> bool:
    """Whether everything that a row says of a thing is so."""
    return all((digits_of(value) if word == "hts" else value) in thing.get(word, ()) for word, value in wanted.items())


def _selects_nothing(table: Table, position: int, kind: str, wanted: dict[str, Any], things: list[Thing]) -> Problem:
    """The word that leaves nothing over, and what would fit in its place beside the others."""
    what = f"{kind} {table.value(position, kind)}"
    for word in reversed(wanted):
        others = {name: value for name, value in wanted.items() if name != word}
        left = [thing for thing in things if fits(others, thing)]
        if left:
            options = sorted({str(one) for thing in left for one in thing.get(word, ()) if one is not None})
            beside = " and ".join(f"{name} {show(value)}" for name, value in others.items())
            text = f"nothing that the {what} speaks of has this {word}" + (f" with {beside}" if beside else "")
            fix = did_you_mean(str(wanted[word]), options)
            if not fix:
                fix = f"What there is: {', '.join(options[:5])}." if options else "Clear it."
            return table.problem(CODE, position, word, message=text, fix=fix + " Else the row does nothing.")
    text = f"there is nothing that the {what} could speak of"
    first = next(iter(wanted), kind)
    return table.problem(CODE, position, first, message=text, fix="Look whether the row is meant.")
