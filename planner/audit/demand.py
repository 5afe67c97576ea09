"""What segments need is delivered or short, and surplus goes only to markets that take it."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.dated import stated_in
from planner.audit.events import thing_of, year_by_year
from planner.audit.finding import MONEY
from planner.audit.rows import Row


def need(books: Books, segment: str, node: Node, since: int | None = None) -> float:
    """What a segment needs in a node, t/yr, after events, in its years from `since` on; no row of demand is no need."""
    needs = zip(node.calendar_years, _needs_in(books, segment, node), strict=True)
    return sum(tons for year, tons in needs if year >= (since or 0)) / node.years


def _needs_in(books: Books, segment: str, node: Node) -> list[float]:
    """The same in each year of a node."""
    row, needy = books.demand.get((segment, node.period)), books.segments[segment]
    if row is None:
        return [0.0] * node.years
    thing = thing_of(books, needy.material, segment=segment, place=needy.place)
    return [now.on(row.t_per_year) for now in year_by_year(books, node, "demand", thing)]


def loss(books: Books, segment: str, node: Node) -> float:
    """What a ton short costs a segment in a node, USD: each year counts with what is needed in it."""
    own = books.segments[segment].shortage_usd_per_t
    years = [stated_in(books, "shortage_usd_per_t", year, own, segment) for year in node.calendar_years]
    needs = _needs_in(books, segment, node)
    weights = needs if any(needs) and len(set(years)) > 1 else [1.0] * len(years)
    return sum(usd * weight for usd, weight in zip(years, weights, strict=True)) / sum(weights)


def check_demand(books: Books) -> None:
    """The plan tells each need; deliveries and shortage make it up; shortage and substitutes keep to their shares."""
    met: dict[tuple[str, str], float] = defaultdict(float)
    for (segment, node), tons in added(books.table("deliveries"), "segment", "node").items():
        met[segment, node] += tons
    short = added(books.table("shortages"), "segment", "node")
    told = added(books.table("needs"), "segment", "node")
    prices = {(row.segment, row.node): row.shortage_usd_per_t or 0.0 for row in books.table("needs")}
    for segment in books.segments.values():
        for node in books.nodes:
            key, where = (segment.segment, node.name), f"segment {segment.segment}, in {node.name}"
            needed, lacking = need(books, segment.segment, node), short.get(key, 0.0)
            message = "t_per_year is not what the demand sheet and its events give"
            books.findings.equal("needs", where, needed, told.get(key, 0.0), message)
            priced = needed > 0 and segment.shortage_usd_per_t is not None
            message = "shortage_usd_per_t is not what the sheets say"
            usd = loss(books, segment.segment, node) if priced else 0.0
            books.findings.equal("needs", where, usd, prices.get(key, 0.0), message, MONEY)
            message = "deliveries and shortage are not the need"
            books.findings.equal("demand", where, needed, met.get(key, 0.0) + lacking, message)
            share = 1.0 if segment.max_shortage_share is None else segment.max_shortage_share
            bound = 0.0 if segment.shortage_usd_per_t is None else share * needed
            books.findings.at_most("shortage cap", where, bound, lacking, "more is short than may be")
    _check_ways(books)


def _check_ways(books: Books) -> None:
    """A segment takes its own material, or a substitute of its own within that one's share and from its year on."""
    for key, tons in added(books.table("deliveries"), "segment", "material", "t_per_t", "node").items():
        name, material, t_per_t, node_name = key
        segment, node = books.segments[name], books.node(node_name)
        where = f"segment {name}, with {material}, in {node_name}"
        way = substitute(books, name, material, t_per_t)
        if way is not None:
            share = 1.0 if way.max_share is None else way.max_share
            bound = share * need(books, name, node, way.from_)
            books.findings.at_most("substitute", where, bound, tons, "more is served this way than may be")
        elif material != segment.material or t_per_t != 1.0:
            books.findings.add("delivery", where, segment.material, material, "the segment does not take this material")


def substitute(books: Books, segment: str, material: str, t_per_t: float) -> Row | None:
    """The row of substitutes by which a segment takes a material at so many tons per ton of need."""
    for row in books.substitutes.get(segment, ()):
        if row.material == material and row.t_per_t == t_per_t:
            return row
    return None


def _market(books: Books, sale: Row) -> list[Row]:
    words = (sale.place, sale.material, sale.price_usd_per_t)
    return [row for row in books.sheet("sales") if (row.place, row.material, row.price_usd_per_t) == words]


def market_takes(books: Books, sale: Row) -> list[float]:
    """What the market to which the plan sells takes in each year of the node; infinity where it has no maximum.

    Of the rows of its price that hold in the year it is the one that begins last which says so.
    """
    node, rows, taken = books.node(sale.node), _market(books, sale), []
    for year in node.calendar_years:
        now = [row for row in rows if node.opens(year, row.from_, row.to)]
        most = max(now, key=lambda row: row.from_ or 0).max_t_per_year if now else 0.0
        taken.append(inf if most is None else most)
    return taken


def check_sales(books: Books) -> None:
    """Each market named in the sheet takes no more than its cap at its price."""
    for row in books.table("sales"):
        where = f"{row.place}, {row.material} at {row.price_usd_per_t:g} USD/t, in {row.node}"
        if not _market(books, row):
            books.findings.add("sales", where, 0.0, row.t_per_year, "nobody buys this material here at this price")
            continue
        bound = sum(market_takes(books, row)) / books.node(row.node).years
        books.findings.at_most("sales cap", where, bound, row.t_per_year, "the market takes less")
