"""What the plan gives off and what is at risk: CO2, water, residue and exposure, by node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from planner.audit.books import Books
from planner.audit.finding import MONEY, TONS
from planner.audit.flows import Flow, Where
from planner.audit.lanes import Lanes

CO2, WATER, RESIDUE = "co2_t", "water_m3", "residue_t"
UNITS = {CO2: "t/yr", WATER: "m3/yr", RESIDUE: "t/yr", "exposure_musd": "M$/yr", "exposure_index": "0-100"}
PRICES = {CO2: "co2_usd_per_t", WATER: "water_usd_per_m3", RESIDUE: "residue_usd_per_t"}


class Given(NamedTuple):
    """What tons of a flow or run give off: so much per t of a measure (or, as a charge, so many USD per t)."""

    measure: str
    item: str
    node: str
    tons: float
    per_t: float
    where: Where
    offer: str = ""


def given_off(books: Books, lanes: Lanes, flows: list[Flow]) -> Iterator[Given]:
    """What each flow and each run gives off: goods up to their sale and on their way, runs as their process says."""
    for flow in flows:
        sold = books.offers[flow.offer].co2_t_per_t or 0.0 if flow.offer else 0.0
        yield Given(CO2, flow.item, flow.node, flow.tons, sold + lanes.co2(flow.route), flow.where, flow.offer)
    for row in books.table("activity"):
        process = books.processes[row.facility, row.process]
        item, where = f"{row.facility} / {row.process}", Where(start=books.facilities[row.facility].place)
        for measure, per_t in (
            (CO2, process.co2_t_per_t),
            (WATER, process.water_m3_per_t),
            (RESIDUE, process.residue_t_per_t),
        ):
            yield Given(measure, item, row.node, row.t_per_year, per_t or 0.0, where)


def charges(books: Books, lanes: Lanes, flows: list[Flow]) -> Iterator[Given]:
    """What each flow and each run is charged for what it gives off, USD per t, where the settings name a charge."""
    prices = {measure: books.setting(setting) or 0.0 for measure, setting in PRICES.items()}
    if any(prices.values()):
        for given in given_off(books, lanes, flows):
            if prices[given.measure] and given.per_t:
                yield given._replace(per_t=given.per_t * prices[given.measure])


def risk_score(books: Books, offer: str) -> float:
    """An offer's risk, 0 to 1: its origin's, less the shares of the countries that it depends on behind it."""
    score = {row.country: row.risk_score or 0.0 for row in books.sheet("countries")}
    behind = [(row.share or 0.0, score[row.country]) for row in books.sheet("upstream") if row.offer == offer]
    own = 1.0 - sum(share for share, _ in behind)
    return (own * score[books.offers[offer].origin] + sum(share * risk for share, risk in behind)) / 100.0


def exposure(books: Books, flows: list[Flow]) -> tuple[dict[str, float], dict[str, float]]:
    """By node: the value of what is bought, and the part of it that is at risk, M$ a year."""
    value: dict[str, float] = defaultdict(float)
    at_risk: dict[str, float] = defaultdict(float)
    scores = {name: risk_score(books, name) for name in {flow.offer for flow in flows if flow.offer}}
    for flow in flows:
        if flow.price is not None:
            musd = flow.tons * flow.price / 1e6
            value[flow.node] += musd
            at_risk[flow.node] += musd * scores[flow.offer]
    return value, at_risk


def check_indicators(books: Books, lanes: Lanes, flows: list[Flow]) -> None:
    """The plan's table of indicators tells for every node what adds up from its flows and runs."""
    sums: dict[tuple[str, str], float] = {(measure, node.name): 0.0 for measure in UNITS for node in books.nodes}
    for given in given_off(books, lanes, flows):
        sums[given.measure, given.node] += given.tons * given.per_t
    value, at_risk = exposure(books, flows)
    for name in books.tree.by_name:
        musd = at_risk.get(name, 0.0)
        sums["exposure_musd", name] = musd
        sums["exposure_index", name] = 100.0 * musd / value[name] if value.get(name) else 0.0
    told = {(row.measure, row.node): row for row in books.table("indicators")}
    for key, expected in sums.items():
        where, row = f"{key[0]}, in {key[1]}", told.pop(key, None)
        if row is None:
            books.findings.add("indicators", where, expected, "nothing", "the plan does not tell it")
            continue
        floor = MONEY if key[0].startswith("exposure") else TONS
        message = "it is not what flows and runs add up to"
        books.findings.equal("indicators", where, expected, row.value, message, floor)
        if row.unit != UNITS[key[0]]:
            books.findings.add("indicators", where, UNITS[key[0]], row.unit, "it is in another unit")
    for measure, node in told:
        books.findings.add("indicators", f"{measure}, in {node}", "nothing", measure, "nobody knows this measure")
