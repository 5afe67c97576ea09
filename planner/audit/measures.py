"""What limits bound, added up anew from the plan: lines of tons, money or counts, with the words that select them.

A line has the words of the thing it stands for; a word that it does not have is blank, and a selector on that word does
not select it. Ratios have two lists of lines, a part and a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from planner.audit.books import Books, gathered
from planner.audit.border import Border
from planner.audit.demand import need
from planner.audit.environment import CO2, RESIDUE, WATER
from planner.audit.flows import Flow
from planner.audit.lanes import Lanes
from planner.audit.plants import capacities, capex, existing, made, running
from planner.audit.rows import Row
from planner.audit.stocks import used_a_day
from planner.schema import UPSTREAM

USD_PER_MUSD = 1e6


class Line(NamedTuple):
    """An amount in a node, of what; `counted` is the thing that a count counts."""

    node: str
    amount: float
    country: str = ""
    supplier: str = ""
    facility: str = ""
    place: str = ""
    segment: str = ""
    materials: frozenset[str] = frozenset()
    counted: tuple[str, ...] = ()
    offer: str = ""
    process: str = ""


@dataclass(frozen=True, eq=False)
class Measures:
    """The lines of every measure; each is added up once, when it is first asked for."""

    books: Books
    border: Border
    lanes: Lanes

    def of(self, limit: Row) -> tuple[list[Line], list[Line]]:
        """All lines of a limit's measure, before selection: its part, and its whole."""
        name, through = limit.measure, limit.through
        ways: dict[str, Callable[[], tuple[list[Line], list[Line]]]] = {
            "capacity_t": lambda: (self.capacity, []),
            "made_t": lambda: (self.made, []),
            "bought_t": lambda: (self.bought, []),
            "sold_t": lambda: (self.sold, []),
            "collected_t": lambda: (self.collected, []),
            "share": lambda: (self.bought + self.made, self.bought + self.made),
            "hhi": lambda: (self.bought + self.made, []),
            "exposure": lambda: (self.at_risk, self.value),
            "duty_musd": lambda: (self.duties, []),
            "spend_musd": lambda: (self.spend, []),
            "spend_share": lambda: (self.spend, self.spend),
            "attribute_mean": lambda: (self.rated(limit.attribute), self.bought),
            "capex_musd": lambda: (self.capex, []),
            "shortage_share": lambda: (self.short, self.needed),
            "stock_days": lambda: (self.stock, self.daily_use),
            "recycled_share": lambda: (self.recycled, self.bought + self.made + self.collected),
            "suppliers_used": lambda: (self.bought, []),
            "suppliers_added": lambda: (self.begun, []),
            "facilities_open": lambda: (self.standing if limit.sense == "at most" else self.capacity, []),
            "lanes_used": lambda: (self.on_lanes, []),
        }
        part, whole = (self.given_off[name], []) if name in self.given_off else ways[name]()
        return ([seen for line in part for seen in self._behind(line, through)] if through else part), whole

    def _behind(self, line: Line, through: str) -> Iterator[Line]:
        """A line by the countries that a limit looks through to; by none where nothing is said of it."""
        if not line.offer:
            known = through == UPSTREAM or self.books.processes[line.facility, line.process].step == through
            yield line if known else line._replace(country="")
        elif through != UPSTREAM:
            yield line._replace(country=getattr(self.books.offers[line.offer], f"{through}_in"))
        else:
            behind = [row for row in self.books.sheet("upstream") if row.offer == line.offer]
            rest = 1.0 - sum(row.share for row in behind)
            yield line._replace(amount=line.amount * rest)
            yield from (line._replace(country=row.country, amount=line.amount * row.share) for row in behind)

    def rated(self, attribute: str) -> list[Line]:
        """What is bought, times what is stated of its offer."""
        rows = self.books.sheet("attributes")
        stated = {row.offer: row.value for row in rows if row.attribute == attribute}
        return [line._replace(amount=line.amount * stated[line.offer]) for line in self.bought]

    def _plant(self, facility: str, node: str, amount: float, materials: frozenset[str] | None = None) -> Line:
        """A line of a plant; what it can make, unless something else is said."""
        place = self.books.facilities[facility].place
        makes = self.outputs[facility] if materials is None else materials
        words = {"facility": facility, "place": place, "country": self.books.country_of[place]}
        return Line(node, amount, materials=makes, counted=(facility,), **words)

    def _at(self, place: str, node: str, amount: float, material: str) -> Line:
        country = self.books.country_of[place]
        return Line(node, amount, country=country, place=place, materials=frozenset({material}))

    def _flow(self, flow: Flow, amount: float, country: str) -> Line:
        supplier = self.books.offers[flow.offer].supplier if flow.offer else ""
        words = {"country": country, "supplier": supplier, "place": flow.to, "offer": flow.offer}
        return Line(flow.node, amount, materials=frozenset({flow.material}), counted=(supplier,), **words)

    @cached_property
    def outputs(self) -> dict[str, frozenset[str]]:
        """What each plant can make, by any of its processes."""
        makes: dict[str, set[str]] = {name: set() for name in self.books.facilities}
        for facility, process in self.books.processes:
            makes[facility] |= {row.material for row in self.books.recipes.get(process, ()) if row.t_per_t > 0}
        return {name: frozenset(materials) for name, materials in makes.items()}

    @cached_property
    def bought(self) -> list[Line]:
        """What is bought, at spot or under contract: where it comes from, from whom, where it goes."""
        return [self._flow(flow, flow.tons, flow.origin) for flow in self.border.flows if flow.offer]

    @cached_property
    def made(self) -> list[Line]:
        tons = made(self.books).items()
        return [self._plant(f, node, t, frozenset({k}))._replace(process=p) for (f, p, k, node), t in tons]

    @cached_property
    def collected(self) -> list[Line]:
        rows = self.books.table("collections")
        return [self._at(row.place, row.node, row.t_per_year, row.material) for row in rows]

    @cached_property
    def sold(self) -> list[Line]:
        return [self._at(row.place, row.node, row.t_per_year, row.material) for row in self.books.table("sales")]

    @cached_property
    def capacity(self) -> list[Line]:
        """What stands, ramps and closures counted, outages and availability not."""
        return [self._plant(facility, node, t) for (facility, node), t in capacities(self.books).items()]

    @cached_property
    def standing(self) -> list[Line]:
        """Existing capacity and the size of every build that runs in the node, whatever its ramp."""
        books = self.books
        old = [(f.facility, n.name, existing(books, f, n)) for f in books.facilities.values() for n in books.nodes]
        new = [(run.option.facility, run.node.name, run.size * run.share) for run in running(books)]
        return [self._plant(*each) for each in old + new]

    @cached_property
    def capex(self) -> list[Line]:
        """What has been begun on the path, in full."""
        books = self.books
        lines = []
        for build in books.table("builds"):
            option = books.options[build.option]
            musd = capex(books, build, books.node(build.node))
            lines += [self._plant(option.facility, n.name, musd) for n in books.nodes if build.node in n.path]
        return lines

    @cached_property
    def spend(self) -> list[Line]:
        """What is paid for goods, M$ a year."""
        return [self._flow(flow, flow.tons * flow.price / USD_PER_MUSD, flow.origin) for flow in self._priced]

    @cached_property
    def value(self) -> list[Line]:
        """A hundredth of the value of what is bought, M$ a year, so that an index from 0 to 100 is a share of it."""
        return [self._flow(f, f.tons * f.price / USD_PER_MUSD / 100.0, f.origin) for f in self._priced]

    @cached_property
    def at_risk(self) -> list[Line]:
        """The value at risk in each country, M$ a year: of the origin, and of those behind it for their shares."""
        scores = {row.country: (row.risk_score or 0.0) / 100.0 for row in self.books.sheet("countries")}
        behind = (seen for line in self.spend for seen in self._behind(line, UPSTREAM))
        return [line._replace(amount=line.amount * scores[line.country]) for line in behind]

    @cached_property
    def _priced(self) -> list[Row]:
        return [flow for flow in self.border.flows if flow.price is not None]

    @cached_property
    def duties(self) -> list[Line]:
        """M$ a year of duty, less what quotas and partnerships save."""
        paid = [(flow, flow.tons * sum(self.border.duties(flow).values())) for flow in self.border.flows]
        paid += [(saving.flow, -saving.tons * saving.usd_per_t) for saving in self.border.savings()]
        return [self._flow(flow, usd / USD_PER_MUSD, flow.origin) for flow, usd in paid]

    def _segment(self, name: str, node: str, amount: float) -> Line:
        row = self.books.segments[name]
        return self._at(row.place, node, amount, row.material)._replace(segment=name)

    @cached_property
    def short(self) -> list[Line]:
        return [self._segment(row.segment, row.node, row.t_per_year) for row in self.books.table("shortages")]

    @cached_property
    def needed(self) -> list[Line]:
        books = self.books
        return [self._segment(name, n.name, need(books, name, n)) for name in books.segments for n in books.nodes]

    @cached_property
    def stock(self) -> list[Line]:
        """Tons at the end of the node."""
        return [self._at(row.place, row.node, row.t, row.material) for row in self.books.table("stocks")]

    @cached_property
    def daily_use(self) -> list[Line]:
        """Tons a day that plants and segments use where they are."""
        return [self._at(place, node, t, material) for (place, material, node), t in used_a_day(self.books).items()]

    @cached_property
    def recycled(self) -> list[Line]:
        """What is collected, and what is made of used goods by their share of the inputs."""
        shares = used_shares(self.books)
        tons = made(self.books).items()
        new = [self._plant(f, node, t * shares.get(p, 0.0), frozenset({k})) for (f, p, k, node), t in tons]
        return self.collected + new

    @cached_property
    def given_off(self) -> dict[str, list[Line]]:
        """CO2, water and residue of runs where they run, and CO2 of goods where they arrive."""
        books, lines = self.books, {CO2: list(self._goods_co2()), WATER: [], RESIDUE: []}
        for row in books.table("activity"):
            process = books.processes[row.facility, row.process]
            for measure, column in ((CO2, "co2_t_per_t"), (WATER, "water_m3_per_t"), (RESIDUE, "residue_t_per_t")):
                amount = row.t_per_year * (getattr(process, column) or 0.0)
                lines[measure].append(self._plant(row.facility, row.node, amount, frozenset()))
        return lines

    def _goods_co2(self) -> Iterator[Line]:
        for flow in self.border.flows:
            own = self.books.offers[flow.offer].co2_t_per_t or 0.0 if flow.offer else 0.0
            yield self._flow(flow, flow.tons * (own + self.lanes.co2(flow.route)), flow.to_country)

    @cached_property
    def begun(self) -> list[Line]:
        """Qualifications begun, per year of the node."""
        sells = gathered(list(self.books.offers.values()), "supplier")
        lines = []
        for row in self.books.table("qualifications"):
            goods = frozenset(offer.material for offer in sells.get(row.supplier, ()))
            seat, years = self.books.suppliers[row.supplier].country, self.books.node(row.node).years
            lines.append(Line(row.node, 1.0 / years, country=seat, supplier=row.supplier, materials=goods))
        return lines

    @cached_property
    def on_lanes(self) -> list[Line]:
        """What moves between two ends, by the country that it leaves."""
        moving = (flow for flow in self.border.flows if not flow.route.stays)
        return [self._flow(f, f.tons, f.route.start_country)._replace(counted=(f.from_, f.to)) for f in moving]


def used_shares(books: Books) -> dict[str, float]:
    """For each process, the share of used goods in the tons of its inputs.

    Used goods are those of the returns sheet, and those that nobody sells and that every process makes of used goods
    alone.
    """
    used = {row.material for row in books.sheet("returns")}
    sold = {offer.material for offer in books.offers.values()}
    while True:
        shares = {process: _share(lines, used) for process, lines in books.recipes.items()}
        more = set(books.materials) - used - sold
        found = set()
        for material in more:
            makers = [p for p, lines in books.recipes.items() if any(_is_output(r, material) for r in lines)]
            if makers and all(shares[process] == 1.0 for process in makers):
                found.add(material)
        if not found:
            return shares
        used |= found


def _is_output(line: Row, material: str) -> bool:
    return bool(line.material == material and line.t_per_t > 0)


def _share(lines: list[Row], used: set[str]) -> float:
    inputs = [(line.material, -line.t_per_t) for line in lines if line.t_per_t < 0]
    if all(material in used for material, _ in inputs):
        return 1.0 if inputs else 0.0
    return float(sum(tons for material, tons in inputs if material in used) / sum(tons for _, tons in inputs))
