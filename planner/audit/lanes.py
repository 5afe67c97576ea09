"""Routes: what moves needs a lane, pays the freight of the row that fits best, and keeps within caps.

A lane row fits a flow when its three words do. `from` and `to` may name the place itself, its country, or `*`;
`material` the material itself, its stage, or `*`. The better fit is decided by material, then from, then to. What
stays at its place (made or sold where it is used) needs no lane; only a row that names the place twice gives it a cost
or a cap.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import fsum, inf
from statistics import fmean

from planner.audit.books import Books
from planner.audit.events import effect, thing_of
from planner.audit.finding import NOTHING, RELATIVE, TONS
from planner.audit.flows import BUY, LIFT, SHIP_STOCK, Flow, Route, route_of
from planner.audit.offers import FREIGHT_WITHIN, HANDED_OVER_THERE, quote_at, worth
from planner.audit.rows import Row


@dataclass(frozen=True, eq=False)
class Lanes:
    """The lanes sheet, ready to be looked up. Answers are kept: many flows take the same route."""

    books: Books

    @cached_property
    def rows(self) -> dict[tuple[str, str, str], Row]:
        """The rows by their three words: material, from, to."""
        return {(row.material, row.from_, row.to): row for row in self.books.sheet("lanes")}

    @cached_property
    def _kept(self) -> dict[Route, list[Row]]:
        return {}

    def fitting(self, route: Route) -> list[Row]:
        """The rows that fit a route, best first."""
        if route not in self._kept:
            self._kept[route] = self._fitting(route)
        return self._kept[route]

    def _fitting(self, route: Route) -> list[Row]:
        materials = [route.material, self.books.materials[route.material].stage, "*"]
        starts = [route.start, route.start_country, "*"] if route.start_is_place else [route.start_country, "*"]
        ends = [route.end, self.books.country_of[route.end], "*"]
        if route.stays:
            starts, ends = [route.start], [route.end]
        words = dict.fromkeys(product(materials, starts, ends))
        return [self.rows[key] for key in words if key in self.rows]

    def freight(self, flow: Flow) -> float:
        """USD per t: in the quote for the place, else of the lanes."""
        node = self.books.node(flow.node)
        quote = quote_at(self.books, flow.offer, flow.to, node) if flow.kind == BUY else None
        if quote is not None:
            return (quote.freight_usd_per_t or 0.0) * fmean(worth(self.books, self.books.offers[flow.offer], node))
        return self.per_ton(flow.route)

    def per_ton(self, route: Route) -> float:
        """USD per t of the best row whose freight cell is filled, 0 where none is."""
        rows = self.fitting(route)
        return next((row.freight_usd_per_t for row in rows if row.freight_usd_per_t is not None), 0.0)

    def transit(self, flow: Flow) -> float:
        """Days under way at the buyer's cost: of the best row that says; none where it is handed over at the place."""
        if flow.kind == BUY and quote_at(self.books, flow.offer, flow.to, self.books.node(flow.node)) is not None:
            return 0.0
        if flow.kind in (BUY, LIFT) and self.books.offers[flow.offer].incoterm in HANDED_OVER_THERE:
            return 0.0
        return next((row.transit_days for row in self.fitting(flow.route) if row.transit_days is not None), 0.0)

    def co2(self, route: Route) -> float:
        """Tons of CO2 per t: of the best row whose cell is filled, 0 where none is."""
        return next((row.co2_t_per_t for row in self.fitting(route) if row.co2_t_per_t is not None), 0.0)

    @cached_property
    def bands(self) -> dict[tuple[str, str, str], list[Row]]:
        """The weight bands of each row of the lanes sheet by its three words, the lowest first."""
        found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in sorted(self.books.sheet("freight_bands"), key=lambda row: row.above_t_per_year):
            found[row.material, row.from_, row.to].append(row)
        return found

    def more_for(self, row: Row, tons: float) -> float:
        """USD a year that a row's bands add to what so many tons a year pay; at an end, the better of two prices."""
        bands = self.bands.get((row.material, row.from_, row.to), [])
        if not bands:
            return 0.0
        starts, adds = [0.0, *(b.above_t_per_year for b in bands)], [0.0, *(b.more_usd_per_t for b in bands)]
        ends = [*starts[1:], inf]
        if bands[0].kind == "incremental":
            parts = zip(starts, ends, adds, strict=True)
            return fsum(usd * max(0.0, min(tons, end) - start) for start, end, usd in parts)
        slack = RELATIVE * max(TONS, tons)
        fits = zip(starts, ends, adds, strict=True)
        return float(min(usd * tons for start, end, usd in fits if start - slack <= tons <= end + slack))

    def short_of_charge(self, used: Row, flows: list[Flow]) -> float:
        """USD a year by which freight between a pair of places is less than the minimum charge of a row in use."""
        row = next((row for row in self.books.sheet("lanes") if row.line == used.row), None)
        if row is None or not row.min_charge_musd_per_year:
            return 0.0
        on = (f for f in flows if (f.from_, f.to, f.node) == (used.from_, used.to, used.node))
        on_row = [flow for flow in on if row in self.fitting(flow.route)]
        paid = fsum(flow.tons * self.freight(flow) for flow in on_row)
        paid += self.more_for(row, fsum(flow.tons for flow in on_row))
        return float(max(0.0, row.min_charge_musd_per_year * 1e6 - paid))

    def left(self, flow: Flow) -> float:
        """What events leave of a flow's lane: the country is the one it leaves, the place the one it reaches."""
        country = flow.origin if flow.offer else flow.route.start_country
        words = {"country": country, "destination": flow.to_country, "place": flow.to}
        thing = thing_of(self.books, flow.material, **words)
        return effect(self.books, self.books.node(flow.node), "lane", thing).factor


def freight_within(books: Books, offer: str, place: str) -> float:
    """USD per t of freight that an offer's price holds on its way to a place."""
    row = books.offers[offer]
    if row.incoterm not in FREIGHT_WITHIN:
        return 0.0
    lanes: Lanes = books.known.setdefault("lanes", Lanes(books))
    return lanes.per_ton(route_of(books, row, place))


def _is_opened(row: Row) -> bool:
    """Whether a row is used or not, and costs something for that."""
    return bool(row.min_t_per_year or row.fixed_musd_per_year or row.min_charge_musd_per_year)


def check_lanes(books: Books, lanes: Lanes, flows: list[Flow]) -> None:
    """Everything that moves has a lane, stock moves within its country, and lanes carry what they may and must."""
    carried: dict[tuple[Row, str, str, str], float] = defaultdict(float)
    squeezed: dict[tuple[Row, str, str, str], float] = {}
    for flow in flows:
        fitting, left = lanes.fitting(flow.route), lanes.left(flow)
        if left == 0.0:
            books.findings.at_most("lane", str(flow), 0.0, flow.tons, "the lane is closed")
        if not fitting and not flow.route.stays:
            books.findings.add("lane", str(flow), 0.0, flow.tons, "no lane serves this flow")
        if flow.kind == SHIP_STOCK and (flow.route.stays or flow.origin != flow.to_country):
            message = "stock is shipped only to another place of its country"
            books.findings.add("stock shipment", str(flow), 0.0, flow.tons, message)
        for row in fitting:
            if row.max_t_per_year is not None or _is_opened(row):
                pair = (row, flow.from_, flow.to, flow.node)
                carried[pair] += flow.tons
                squeezed[pair] = max(left, squeezed.get(pair, 0.0))
    used = {(row.row, row.from_, row.to, row.node) for row in books.table("lanes_used")}
    for (row, start, end, node), tons in carried.items():
        where = f"row {row.line}, from {start}, to {end}, in {node}"
        if row.max_t_per_year is not None:
            bound = row.max_t_per_year * squeezed[row, start, end, node]
            books.findings.at_most("lane cap", where, bound, tons, "the lane carries more than its cap")
        if _is_opened(row) and tons > NOTHING:
            books.findings.at_least("lane minimum", where, row.min_t_per_year or 0.0, tons, "less than its minimum")
            if (row.line, start, end, node) not in used:
                books.findings.add("lane use", where, "used", "not used", "something moves on a lane not in use")
    _check_used(books, carried)
    _check_under_way(books, lanes, flows)


def _check_under_way(books: Books, lanes: Lanes, flows: list[Flow]) -> None:
    """What is under way to the buyer at any time: of each day's share of a year so much as there are days."""
    told: dict[tuple[str, ...], float] = defaultdict(float)
    ours: dict[tuple[str, ...], float] = defaultdict(float)
    days: dict[tuple[str, ...], float] = defaultdict(float)
    for flow in flows:
        if flow.kind in (BUY, LIFT) and lanes.transit(flow):
            key = (flow.item, flow.from_, flow.material, flow.to, flow.node)
            days[key] = lanes.transit(flow)
            ours[key] += flow.tons * days[key] / 365.0
    for row in books.table("under_way"):
        way = (row.item, row.from_, row.material, row.to, row.node)
        told[way] += row.t
        books.findings.equal("under way", _words(way), days[way], row.days, "days are not those of the lane")
    for each in dict.fromkeys((*ours, *told)):
        books.findings.equal("under way", _words(each), ours[each], told[each], "t is not what is under way")


def _words(key: tuple[str, ...]) -> str:
    item, start, material, end, node = key
    return f"{item}: {material} from {start} to {end} in {node}"


def _check_used(books: Books, carried: dict[tuple[Row, str, str, str], float]) -> None:
    """A lane that is said to be used, and paid for, carries something."""
    moving = {(row.line, start, end, node) for (row, start, end, node), tons in carried.items() if tons > NOTHING}
    for row in books.table("lanes_used"):
        if (row.row, row.from_, row.to, row.node) not in moving:
            where = f"row {row.row:g}, from {row.from_}, to {row.to}, in {row.node}"
            books.findings.add("lane use", where, "not used", "used", "nothing moves on a lane in use")
