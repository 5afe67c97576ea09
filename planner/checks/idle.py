"""Rows that speak of nothing in the case: goods that nobody moves or takes, and agreements that change nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from planner.checks.names import did_you_mean
from planner.checks.network import Network, records
from planner.checks.table import ANY, Table, Tables, show
from planner.errors import Problem

CODE = "cross.matches-nothing"
LOOK = "Look whether that is meant."


def nothing(table: Table, position: int, column: str, text: str, fix: str = LOOK) -> Problem:
    """A row that matches nothing, at the cell that is to blame."""
    found = "a blank cell" if table.value(position, column) is None else ""
    return table.problem(CODE, position, column, found=found, message=text, fix=fix)


def members_of(tables: Tables) -> dict[str, set[str]]:
    """The countries that a name on a row means: itself, a group's, or all."""
    members: dict[str, set[str]] = defaultdict(set)
    for _, country, groups in records(tables["countries"], "country", "group"):
        for name in (country, ANY, *(groups or ())):
            members[name].add(country)
    return members


def lanes(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every lane leads from where a material is to where it is taken."""
    starts: dict[str, set[str]] = defaultdict(lambda: {ANY})
    ends: dict[str, set[str]] = defaultdict(lambda: {ANY})
    for material, place, country in leaving_from(tables, network):
        starts[material].update({country, *([place] if place else [])})
    for material, places in network.takers.items():
        ends[material].update(places, (network.country[place] for place in places))
    goods: dict[str, list[str]] = defaultdict(list)
    for material, stage in network.stage.items():
        for name in {material, stage, ANY}:
            goods[name].append(material)
    table = tables["lanes"]
    for position, start, end, named in records(table, "from", "to", "material"):
        leaving = [one for one in goods[named] if one in starts and start in starts[one]]
        if not leaving:
            sent = sorted({one for one in starts if start in starts[one]})
            text = f"nothing that leaves from {start} is {named}" if sent else f"nothing leaves from {start}"
            fix = did_you_mean(named, sent) or (f"From there come {', '.join(sent[:5])}." if sent else "")
            yield nothing(table, position, "material" if sent else "from", text, fix or LOOK)
        elif not any(one in ends and end in ends[one] for one in leaving):
            text = f"nothing at {end} takes what leaves from {start}" + ("" if named == ANY else f", {named}")
            yield nothing(table, position, "to", text)


def leaving_from(tables: Tables, network: Network) -> Iterator[tuple[str, str | None, str]]:
    """Each material with a place (or only a country) from which it may be sent."""
    for position, material in records(tables["offers"], "material"):
        yield material, *network.start_of(position)
    yield from _own_goods(tables, network)


def _own_goods(tables: Tables, network: Network) -> Iterator[tuple[str, str, str]]:
    """Each material that is made, collected or kept, with the place and its country."""
    for plant in network.plants:
        for material in () if plant.idle else plant.outputs:
            yield material, plant.place, network.country[plant.place]
    for sheet in ("returns", "stocks"):
        for _, place, material in records(tables[sheet], "place", "material"):
            yield material, place, network.country[place]


def goods(tables: Tables, network: Network) -> Iterator[Problem]:
    """What serves, is kept, is collected or is sold can be had, and is taken by somebody."""
    place_of = {name: place for _, name, place in records(tables["segments"], "segment", "place")}
    table = tables["substitutes"]
    for position, segment, material in records(table, "segment", "material"):
        if (place_of[segment], material) not in network.have:
            yield nothing(table, position, "material", f"nothing can bring {material} to {place_of[segment]}")
    table = tables["stocks"]
    for position, place, material, initial in records(table, "place", "material", "initial_t"):
        if not initial and (place, material) not in network.have:
            yield nothing(table, position, "material", f"nothing can bring {material} to {place}, so nothing is kept")
    table = tables["returns"]
    for position, material in records(table, "material"):
        if not network.takers.get(material):
            yield nothing(table, position, "material", f"nothing takes {material}, so none is worth collecting")
    own = defaultdict(set)
    for material, place, country in _own_goods(tables, network):
        own[material].add((place, country))
    table = tables["sales"]
    zero = {material for _, material, amount in records(tables["recipes"], "material", "t_per_t") if amount == 0}
    for position, place, material in records(table, "place", "material"):
        if material not in zero and not any(
            network.lane(start, country, place, material) for start, country in own[material]
        ):
            text = f"no own goods of this material reach {place}, and what is bought is not sold on"
            yield nothing(table, position, "material", text)


def quotes(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every price at a place is for a place that takes the offer's goods and to which a lane leads."""
    offers = {name: (position, material) for position, name, material in records(tables["offers"], "offer", "material")}
    table = tables["delivered_prices"]
    for position, offer, place in records(table, "offer", "place"):
        at, material = offers[offer]
        if place not in network.buyers.get(material, ()):
            yield nothing(table, position, "place", f"no segment, process or stock at {place} takes {material}")
        elif not network.reached(*network.start_of(at), material, [place]):
            yield nothing(table, position, "place", f"no lane leads there for {offer}")


def agreements(tables: Tables) -> Iterator[Problem]:
    """Tiers, contracts, prices and options that change nothing."""
    most = {name: cap for _, name, cap in records(tables["offers"], "offer", "max_t_per_year")}
    window = {name: (begins, ends) for _, name, begins, ends in records(tables["offers"], "offer", "from", "to")}
    dated = records(tables["offer_prices"], "offer", "max_t_per_year", "price_usd_per_t")
    raised: dict[str, float] = defaultdict(float)
    for position, offer, cap, price in dated:
        raised[offer] = max(raised[offer], cap or 0.0)
        if cap is None and price is None:
            yield nothing(tables["offer_prices"], position, "price_usd_per_t", "the row states no price and no maximum")
    for position, offer, above in records(tables["offer_tiers"], "offer", "above_t_per_year"):
        if most[offer] is not None and above >= max(most[offer], raised[offer]) and not _added(tables, offer):
            text = f"{offer} has at most {most[offer]:g} t/yr, so this band is never reached"
            yield nothing(tables["offer_tiers"], position, "above_t_per_year", text)
    for position, offer, begins, ends in records(tables["contracts"], "offer", "from", "to"):
        first, last = window[offer]
        if (first or begins) > ends or (last or ends) < begins:
            text = f"the offer is on sale {f'from {first}' if first else ''}{f' to {last}' if last else ''}".rstrip()
            yield nothing(tables["contracts"], position, "from", f"{text}, so nothing is ever delivered")


def _added(tables: Tables, offer: str) -> bool:
    return offer in tables["partnership_effects"].values["applies_to"]


def rules(tables: Tables) -> Iterator[Problem]:
    """Origin rules that nobody asks for, trust that nothing costs, and agreements that change nothing."""
    asked = {*tables["segments"].values["origin_rule"], *tables["incentives"].values["origin_rule"]}
    reported: set[str] = set()
    for position, rule in records(tables["origin_rules"], "rule"):
        if rule not in asked | reported:
            reported.add(rule)
            yield nothing(tables["origin_rules"], position, "rule", "no segment or incentive asks for this rule")
    capped = {origin for _, origin, cap in records(tables["offers"], "origin", "max_t_per_year") if cap}
    for position, country in records(tables["trust"], "country"):
        if country not in capped:
            text = f"no offer from {country} has a maximum, and only of a maximum a share is withheld"
            yield nothing(tables["trust"], position, "country", text)
    yield from _partnerships(tables)


def _partnerships(tables: Tables) -> Iterator[Problem]:
    used = {*tables["partnership_effects"].values["partnership"]}
    for sheet in ("offers", "facilities", "build_options"):
        used |= {*tables[sheet].values["requires"]}
    for position, name in records(tables["partnerships"], "partnership"):
        if name not in used:
            text = "nothing requires this agreement, and the sheet partnership_effects has no row for it"
            yield nothing(tables["partnerships"], position, "partnership", text)
    country_of = {name: country for _, name, country in records(tables["partnerships"], "partnership", "country")}
    trusting, table = {*tables["trust"].values["country"]}, tables["partnership_effects"]
    members = members_of(tables)
    columns = ("authority", "origin", "effect")
    charged = {(a, c) for _, a, o, effect in records(tables["tariffs"], *columns) if effect != "exempts"
               for c in members[o]}  # fmt: skip
    for position, name, effect, authority in records(table, "partnership", "effect", "applies_to"):
        country = country_of[name]
        if effect == "restores trust" and trusting and country not in trusting:
            yield nothing(table, position, "effect", f"the sheet trust has no row for {country}")
        if effect == "cuts duty" and authority != ANY and (authority, country) not in charged:
            yield nothing(table, position, "applies_to", f"{authority} charges nothing on goods from {country}")


def support(tables: Tables, network: Network) -> Iterator[Problem]:
    """Every incentive has something to pay for."""
    table = tables["incentives"]
    built = [(option, facility) for _, option, facility in records(tables["build_options"], "option", "facility")]
    for position, kind, name, material in records(table, "kind", "applies_to", "material"):
        if kind == "capex grant":
            if not any(name in option for option in built):
                text = f"{name} has no row on the sheet build_options, so no capex is granted"
                yield nothing(table, position, "applies_to", text)
            continue
        outputs = [
            (output, {plant.facility, plant.process, output, network.stage[output]})
            for plant in network.plants
            for output in (() if plant.idle else plant.outputs)
        ]
        reached = [output for output, names in outputs if name in names]
        if not reached:
            yield nothing(table, position, "applies_to", f"no own plant makes anything of {show(name)}")
        elif material is not None and material not in reached:
            fix = did_you_mean(material, reached) or f"It makes {', '.join(sorted(set(reached))[:5])}."
            yield nothing(table, position, "material", f"{name} does not make {material}", fix)


def drawbacks(tables: Tables, network: Network) -> Iterator[Problem]:
    """Goods that are made or collected can leave the country; what is bought is not sold on."""
    own = {material for material, _, _ in _own_goods(tables, network)}
    for position, exported in records(tables["drawbacks"], "exported"):
        if exported not in own:
            text = f"no own plant makes {exported} and none of it comes back, so none leaves"
            fix = did_you_mean(exported, own) or LOOK
            yield nothing(tables["drawbacks"], position, "exported", text, fix)


Check = Callable[[Tables], Iterable[Problem]]
CHECKS: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (agreements, ("offers", "offer_prices", "offer_tiers", "contracts", "partnership_effects")),
    (
        rules,
        (
            *("origin_rules", "segments", "incentives", "offers", "facilities", "build_options", "trust", "tariffs"),
            *("partnerships", "partnership_effects", "countries"),
        ),
    ),
)
ON_NETWORK = (lanes, goods, support, drawbacks, quotes)
