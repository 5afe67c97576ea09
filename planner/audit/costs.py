"""Every cost, worked out again from the case's prices and the plan's tons: one line for each flow or decision.

A line has the ledger's columns. Yearly money is discounted over all years of its node, one-off money from its first
year. Lines about the same thing are added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from planner.audit.books import Books, added
from planner.audit.border import Border
from planner.audit.contracts import contract_price
from planner.audit.dated import stated_in
from planner.audit.dealings import setup_musd
from planner.audit.demand import loss, market_takes, substitute
from planner.audit.environment import charges
from planner.audit.events import changed, thing_of
from planner.audit.flows import BUY, LIFT, NOWHERE, Flow, Where
from planner.audit.lanes import Lanes
from planner.audit.offers import contract_days, financed, offer_days
from planner.audit.partnerships import share_in_force
from planner.audit.plants import capex, existing, plant_as_thing, running, years_at_work
from planner.audit.rebates import given_back
from planner.audit.returns import arising, collected_at
from planner.audit.rows import Row
from planner.audit.stocks import totals

USD_PER_MUSD = 1e6
About: TypeAlias = tuple[str, str, str, str, str, str, str]  # term, layer, item, material, from, to, node


@dataclass
class Line:
    """Tons, money a year (or once) and its worth in the base year."""

    tons: float = 0.0
    musd: float = 0.0
    worth: float = 0.0


@dataclass
class Ledger:
    """Lines by what they are about."""

    books: Books
    lines: dict[About, Line] = field(default_factory=lambda: defaultdict(Line))

    def pay(
        self,
        term: str,
        item: str,
        node: str,
        musd: float,
        tons: float = 0.0,
        *,
        layer: str = "",
        where: Where = NOWHERE,
        once: bool = False,
    ) -> None:
        """Enter money: a year, or once. What costs nothing (free freight, no duty, a free band) has no line."""
        if musd == 0.0:
            return
        line = self.lines[term, layer, item, where.material, where.start, where.end, node]
        factor = self.books.tree.discount_first if once else self.books.tree.discount
        line.tons += tons
        line.musd += musd
        line.worth += musd * factor[node]

    def move(self, term: str, flow: Flow, usd_per_t: float, layer: str = "") -> None:
        """Enter what a flow pays per ton."""
        musd = flow.tons * usd_per_t / USD_PER_MUSD
        self.pay(term, flow.item, flow.node, musd, flow.tons, layer=layer, where=flow.where)

    def accounts(self) -> dict[tuple[str, str, str], float]:
        """Worth by term, layer and node, as the plan's table of costs has it."""
        sums: dict[tuple[str, str, str], float] = defaultdict(float)
        for (term, layer, _, _, _, _, node), line in self.lines.items():
            sums[account(term, layer, node)] += line.worth
        return sums


LAYERED = ("duties", "environment")  # terms that the table of costs tells by layer


def account(term: str, layer: str, node: str) -> tuple[str, str, str]:
    """The row of the table of costs to which a line of the ledger belongs."""
    return term, layer if term in LAYERED else "", node


def expected_ledger(books: Books, lanes: Lanes, border: Border) -> Ledger:
    """All lines that the ledger should have."""
    ledger = Ledger(books)
    for flow in border.flows:
        if flow.kind in (BUY, LIFT):
            days = offer_days(books, flow.item) if flow.kind == BUY else contract_days(books, flow.item)
            ledger.move("purchases" if flow.kind == BUY else "contracts", flow, flow.price or 0.0)
            ledger.move("financing", flow, financed(books, days - lanes.transit(flow), flow.price or 0.0))
        ledger.move("freight", flow, lanes.freight(flow))
        for authority, usd_per_t in border.duties(flow).items():
            ledger.move("duties", flow, usd_per_t, authority)
    for saving in border.savings():
        musd = -saving.tons * saving.usd_per_t / USD_PER_MUSD
        flow = saving.flow
        ledger.pay("duties", flow.item, flow.node, musd, saving.tons, layer=saving.authority, where=flow.where)
    terms = (_contracts, _builds, _plants, _runs, _support, _returns, _stocks, _surplus, _needs, _missed)
    for enter in terms:
        enter(books, ledger)
    _decisions(books, ledger, lanes, border.flows)
    for charge in charges(books, lanes, border.flows):
        musd = charge.tons * charge.per_t / USD_PER_MUSD
        ledger.pay("environment", charge.item, charge.node, musd, charge.tons, layer=charge.measure, where=charge.where)
    return ledger


def _contracts(books: Books, ledger: Ledger) -> None:
    """What is paid and not taken, what is taken and was paid before, and what signing costs."""
    for table, layer, sign in (("forfeits", "forfeited", 1.0), ("make_ups", "made up", -1.0)):
        for row in books.table(table):
            price = sign * contract_price(books, row.contract, books.node(row.node))
            where = Where(books.offers[books.contracts[row.contract].offer].material)
            musd = row.t_per_year * price / USD_PER_MUSD
            ledger.pay("contracts", row.contract, row.node, musd, row.t_per_year, layer=layer, where=where)
            later = financed(books, contract_days(books, row.contract), musd)
            ledger.pay("financing", row.contract, row.node, later, row.t_per_year, layer=layer, where=where)
    for row in books.table("rebates"):
        ledger.pay("rebates", row.whom, row.node, -given_back(books, row) * row.spent_musd_per_year)
    for row in books.table("signings"):
        contract = books.contracts[row.contract]
        ledger.pay("signing", row.contract, row.node, contract.signing_cost_musd or 0.0, once=True)
        ledger.pay("lump_sums", row.contract, row.node, contract.lump_sum_musd or 0.0, once=True)


def _decisions(books: Books, ledger: Ledger, lanes: Lanes, flows: list[Flow]) -> None:
    """What it costs to use lanes, qualify suppliers, enter and keep partnerships, and close plants."""
    carried: dict[tuple[Row, str, str, str], float] = defaultdict(float)
    for flow in flows if lanes.bands else ():
        for row in lanes.fitting(flow.route):
            carried[row, flow.from_, flow.to, flow.node] += flow.tons
    for (lane, start, end, when), tons in carried.items():
        more, where = lanes.more_for(lane, tons) / USD_PER_MUSD, Where(start=start, end=end)
        ledger.pay("freight", f"lane {lane.line:g}", when, more, layer="weight bands", where=where)
    fixed = {row.line: row.fixed_musd_per_year or 0.0 for row in books.sheet("lanes")}
    for row in books.table("lanes_used"):
        where = Where(start=row.from_, end=row.to)
        ledger.pay("freight", f"lane {row.row:g}", row.node, fixed.get(row.row, 0.0), where=where)
        short = lanes.short_of_charge(row, flows) / USD_PER_MUSD
        ledger.pay("freight", f"lane {row.row:g}", row.node, short, layer="minimum charge", where=where)
    for row in books.table("qualifications"):
        cost = books.suppliers[row.supplier].qualification_cost_musd or 0.0
        ledger.pay("qualification", row.supplier, row.node, cost, once=True)
    for row in books.table("dealings"):
        ledger.pay("setups", row.supplier, row.node, setup_musd(books, row.supplier, books.node(row.node)))
    for row in books.table("leavings"):
        ledger.pay("switching", row.offer, row.node, books.offers[row.offer].leaving_musd or 0.0, once=True)
    for row in books.table("closures"):
        ledger.pay(
            "closure", row.facility, row.node, books.facilities[row.facility].closure_cost_musd or 0.0, once=True
        )
    for row in books.table("joins"):
        cost = books.partnerships[row.partnership].upfront_musd or 0.0
        ledger.pay("joining", row.partnership, row.node, cost, once=True)
    for row in books.partnerships.values():
        for node in books.nodes:
            cost = (row.annual_musd or 0.0) * share_in_force(books, row.partnership, node)
            ledger.pay("partnerships", row.partnership, node.name, cost)


def annuity(books: Books, life_years: float) -> float:
    """The share of a capex that is paid each year over a life."""
    rate = float(books.setting("capital_rate"))
    return rate / (1.0 - (1.0 + rate) ** -life_years) if rate > 0 else 1.0 / life_years


def _builds(books: Books, ledger: Ledger) -> None:
    """Each build's capex as equal yearly payments over its life, less its grants, and its fixed cost, while it runs."""
    granted: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in books.table("grants"):
        granted[row.option, row.with_partnership, row.node].append(row)
    for run in running(books):
        option = run.option
        paid = annuity(books, option.life_years) * run.share
        ledger.pay("investment", option.option, run.node.name, paid * capex(books, run.build, run.begun_in), run.size)
        for grant in granted.get((option.option, run.helper, run.begun_in.name), ()):
            ledger.pay("grants", option.option, run.node.name, -paid * grant.musd, layer=grant.incentive)
        own = option.fixed_om_usd_per_t
        fixed = books.facilities[option.facility].fixed_om_usd_per_t if own is None else own
        musd = run.size * (fixed or 0.0) * run.share / USD_PER_MUSD
        ledger.pay("fixed_operation", option.option, run.node.name, musd, run.size)


def _plants(books: Books, ledger: Ledger) -> None:
    """The yearly cost of the capacity that was there from the start, while it stands."""
    for facility in books.facilities.values():
        for node in books.nodes:
            tons = existing(books, facility, node)
            musd = tons * (facility.fixed_om_usd_per_t or 0.0) / USD_PER_MUSD
            where = Where(start=facility.place)
            ledger.pay("fixed_operation", facility.facility, node.name, musd, tons, where=where)


def _runs(books: Books, ledger: Ledger) -> None:
    """What plants run, at the cost of the process."""
    for row in books.table("activity"):
        facility, node = books.facilities[row.facility], books.node(row.node)
        whose = (row.facility, row.process)
        own = books.processes[whose].cost_usd_per_t
        stated = [stated_in(books, "cost_usd_per_t", year, own, *whose) for year in node.calendar_years]
        thing = plant_as_thing(books, facility)
        cost = changed(books, node, "cost", thing, stated, years_at_work(books, facility, node))
        musd = row.t_per_year * cost / USD_PER_MUSD
        where = Where(start=facility.place)
        ledger.pay("operation", f"{row.facility} / {row.process}", row.node, musd, row.t_per_year, where=where)


def _support(books: Books, ledger: Ledger) -> None:
    """Credits and price floors: income, so a negative cost."""
    for row in books.table("support"):
        ledger.pay("production_support", row.incentive, row.node, -row.musd_per_year)


def _returns(books: Books, ledger: Ledger) -> None:
    """What is collected, at the cost of its row."""
    pools = arising(books)
    for pool, tons in added(books.table("collections"), "stream", "place", "material", "node").items():
        stream, place, material, node = pool
        for cost, part in collected_at(pools.get(pool, []), tons).items():
            musd = part * cost / USD_PER_MUSD
            ledger.pay("collection", stream, node, musd, part, where=Where(material, place))


def _stocks(books: Books, ledger: Ledger) -> None:
    """Stock, on the mean of what a node finds (before losses) and what it leaves."""
    for (stock, node), (found, left) in totals(books).items():
        mean = (found + left) / 2.0
        musd = mean * (stock.holding_usd_per_t_year or 0.0) / USD_PER_MUSD
        ledger.pay("holding", stock.material, node, musd, mean, where=Where(stock.material, stock.place))


def _surplus(books: Books, ledger: Ledger) -> None:
    """What is thrown away, at its cost, and what is sold: income, so a negative cost."""
    for term, row, price in _left_over(books):
        musd = row.t_per_year * price / USD_PER_MUSD
        ledger.pay(term, row.material, row.node, musd, row.t_per_year, where=Where(row.material, row.place))


def _missed(books: Books, ledger: Ledger) -> None:
    """What missing limits costs; those on what all futures come to pay beside the costs."""
    price = {row.limit: row.penalty_per_unit or 0.0 for row in books.sheet("limits")}
    for row in (row for row in books.table("limits") if row.node):
        musd = row.missed * price.get(row.limit, 0.0) / USD_PER_MUSD
        ledger.pay("penalties", row.limit, row.node, musd, where=Where(start=row.each))


def _left_over(books: Books) -> Iterator[tuple[str, Row, float]]:
    for row in books.table("disposals"):
        yield "disposal", row, books.materials[row.material].disposal_usd_per_t or 0.0
    for row in books.table("sales"):
        yield "sales", row, -market_price(books, row)


def market_price(books: Books, sale: Row) -> float:
    """What a market pays in the years in which it does: its price, after those events that name no seller.

    Each year counts with what the market takes in it; where that has no maximum in some year, all of them alike.
    """
    thing, node = thing_of(books, sale.material, place=sale.place), books.node(sale.node)
    taken = market_takes(books, sale)
    weights = [float(tons > 0) for tons in taken] if inf in taken else taken
    return changed(books, node, "price", thing, sale.price_usd_per_t, weights)


def _needs(books: Books, ledger: Ledger) -> None:
    """What is short, at the segment's loss per ton, and what substitutes cost on top."""
    for row in books.table("shortages"):
        segment = books.segments[row.segment]
        musd = row.t_per_year * loss(books, row.segment, books.node(row.node)) / USD_PER_MUSD
        where = Where(segment.material, end=segment.place)
        ledger.pay("shortage", row.segment, row.node, musd, row.t_per_year, where=where)
    for row in books.table("deliveries"):
        way = substitute(books, row.segment, row.material, row.t_per_t)
        if way is not None:
            musd = row.t_per_year * (way.extra_usd_per_t or 0.0) / USD_PER_MUSD
            where = Where(row.material, end=books.segments[row.segment].place)
            ledger.pay("substitution", row.segment, row.node, musd, row.t_per_year, where=where)
