"""Policy limits: each measure is added up anew, in each node in the limit's dates, and must keep to its bound.

A limit without a penalty holds. One with a penalty may be missed, by what the plan's table says, which is paid for; one
with a priority too, at no price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import inf, sqrt
from typing import NamedTuple

from planner.audit.books import Books
from planner.audit.calendar import Node
from planner.audit.finding import MONEY, NOTHING, RELATIVE, TONS
from planner.audit.futures import ALL_FUTURES, OF_FUTURES
from planner.audit.measures import Line, Measures
from planner.audit.rows import Row
from planner.schema import MEASURES, MeasureKind

PRESENT = 1.0  # t/yr: from here on a thing counts where at least so many are wanted, unless the limit says otherwise
OWN_PLANTS = "own plants"  # which are one supplier more
SELECTORS = ("place", "country", "supplier", "offer", "facility", "segment")


class Reached(NamedTuple):
    """What a limit comes to in a node: the measure, and the two sides of the comparison with its value."""

    measure: float
    part: float
    bound: float

    @property
    def over(self) -> float:
        return self.part - self.bound


def check_limits(books: Books, measures: Measures) -> None:
    """Every limit has its rows in the table in each node in its dates, and holds or says what it misses."""
    told: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in books.table("limits"):
        told[row.limit, row.node][row.each] = row
    for limit in books.sheet("limits"):
        if limit.measure in OF_FUTURES:  # which are checked with the futures
            told.pop((limit.limit, ALL_FUTURES), None)
            continue
        for node in books.nodes:
            if (limit.from_ or 0) <= node.period <= (limit.to or inf):
                _check_limit(books, measures, limit, node, told.pop((limit.limit, node.name), {}))
    for name, node_name in told:
        where = f"limit {name}, in {node_name}"
        books.findings.add("limits", where, "nothing", "a row", "the case has no such limit here")


def _check_limit(books: Books, measures: Measures, limit: Row, node: Node, rows: dict[str, Row]) -> None:
    """The rows of a limit in a node: one, or one for each country or supplier that has any part in it."""
    part, whole = _lines(books, measures, limit, node)
    each = "" if MEASURES[limit.measure].concentrates else limit.each
    wanted = {getattr(line, each) for line in part if line.amount > NOTHING} - {""} if each else {""}
    known = {"country": set(books.groups_of), "supplier": set(books.suppliers), "": {""}}[each]
    for name in sorted(wanted | set(rows)):
        where = f"limit {limit.limit}, " + (f"{each} {name}, in {node.name}" if each else f"in {node.name}")
        row = rows.get(name)
        if row is None or name not in known:
            found = "nothing" if row is None else "a row"
            expected = "a row" if row is None else "nothing"
            books.findings.add("limits", where, expected, found, "the plan's rows are not those of the limit")
            continue
        if (row.measure, row.sense, row.value) != (limit.measure, limit.sense, limit.value):
            says = f"{row.measure} {row.sense} {row.value}"
            message = "the row does not say what the limit does"
            books.findings.add("limits", where, f"{limit.measure} {limit.sense} {limit.value}", says, message)
        own = [line for line in part if not each or getattr(line, each) == name]
        all_ = (
            whole if MEASURES[limit.measure].of_all or not each else [ln for ln in whole if getattr(ln, each) == name]
        )
        _check_row(books, limit, row, where, _reached(limit, own, all_))


def _check_row(books: Books, limit: Row, row: Row, where: str, ours: Reached) -> None:
    """The measure is what the row says, and the limit holds, or is missed by what the row says."""
    findings = books.findings
    floor = MONEY if MEASURES[limit.measure].in_money else TONS
    message = "it is not what the plan adds up to"
    findings.equal("limit reached", where, ours.measure, row.reached, message, MONEY if floor == MONEY else TONS)
    over = {"at most": ours.over, "at least": -ours.over, "equal": abs(ours.over)}[limit.sense]
    size = max(ours.part, ours.bound)
    if limit.penalty_per_unit is None and limit.priority is None:
        if over > RELATIVE * max(floor, size):
            findings.add("limit", where, f"{limit.sense} {limit.value:.10g}", ours.measure, "the limit does not hold")
        if row.missed:
            findings.add(
                "limit missed", where, 0.0, row.missed, "a limit without a penalty or a priority may not be missed"
            )
        return
    message = "missed is not what the limit is missed by"
    findings.equal("limit missed", where, max(0.0, over), row.missed, message, floor, size)


def _reached(limit: Row, part: list[Line], whole: list[Line]) -> Reached:
    """The measure, and what is compared: a sum with the value, or a part with the value times its whole."""
    if MEASURES[limit.measure].concentrates:
        return _concentration(limit, part)
    if MEASURES[limit.measure].kind is MeasureKind.COUNT:
        number = float(_count(limit, part))
        return Reached(number, number, limit.value)
    amount = sum(line.amount for line in part)
    if not MEASURES[limit.measure].whole:
        return Reached(amount, amount, limit.value)
    total = sum(line.amount for line in whole)
    return Reached(amount / total if total > 0 else 0.0, amount, limit.value * total)


def _count(limit: Row, lines: list[Line]) -> int:
    """How many things have an amount: any where at most so many may, enough where so many must.

    Where the limit states a share of all of them together, any more than it where at most so many may, it where so many
    must; where at most so many may, any more than the tons that it states.
    """
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for line in lines:
        sums[line.counted] += line.amount
    share = (limit.counts_from_share or 0.0) * sum(sums.values())
    rounding = RELATIVE * max(TONS, share)
    if limit.sense == "at most":
        above = limit.counts_from_t or 0.0
        above += RELATIVE * max(TONS, above)
        return sum(amount > share + rounding and amount > above for amount in sums.values())
    enough = limit.counts_from_t or PRESENT
    return sum(amount >= enough * (1 - RELATIVE) and amount >= share - rounding for amount in sums.values())


def _concentration(limit: Row, lines: list[Line]) -> Reached:
    """The index, and the length of the vector of tons against the root of the value times their sum."""
    sums: dict[str, float] = defaultdict(float)
    for line in lines:
        sums[(line.supplier or OWN_PLANTS) if limit.each == "supplier" else line.country] += line.amount
    total, length = sum(sums.values()), sqrt(sum(tons**2 for tons in sums.values()))
    return Reached((length / total) ** 2 if total > 0 else 0.0, length, sqrt(limit.value) * total)


def _lines(books: Books, measures: Measures, limit: Row, node: Node) -> tuple[list[Line], list[Line]]:
    """The lines of a limit in a node, of its part and of its whole; where there is none, the whole is empty."""
    part, whole = measures.of(limit)
    whole_selectors = ("place",) if MEASURES[limit.measure].of_all else (*SELECTORS, "group")
    return (
        [line for line in part if line.node == node.name and _selected(books, limit, line, (*SELECTORS, "group"))],
        [line for line in whole if line.node == node.name and _selected(books, limit, line, whole_selectors)],
    )


def _selected(books: Books, limit: Row, line: Line, selectors: Iterable[str]) -> bool:
    """Whether every selector that is filled in fits the line: of these, and of material and stage."""
    for word in selectors:
        wanted = getattr(limit, word)
        if not wanted:
            continue
        if word == "group":
            if wanted not in books.groups_of.get(line.country, ()):
                return False
        elif word in ("supplier", "offer"):
            name, groups = getattr(line, word), books.supplier_groups if word == "supplier" else books.offer_groups
            if name != wanted and wanted not in groups.get(name, ()):
                return False
        elif getattr(line, word) != wanted:
            return False
    if not limit.material and not limit.stage:
        return True
    stages = {material: books.materials[material].stage for material in line.materials}
    return any(limit.material in ("", m) and limit.stage in ("", stage) for m, stage in stages.items())
