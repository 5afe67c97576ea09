"""What the case forces and forbids: the one is done in every future, the other in none."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books
from planner.audit.finding import NOTHING
from planner.audit.flows import Flow
from planner.audit.rows import Row
from planner.schema.decided import FORCE, LEAST_FORCED_T, NAMED_ON

BEGUN = {"project": ("builds", "option"), "contract": ("signings", "contract"), "partnership": ("joins", "partnership")}


def check_settled(books: Books, flows: list[Flow]) -> None:
    """Each row of the sheet by itself: begun on every path or on none, some tons over its years or none at all."""
    for row in books.sheet("decisions"):
        where = f"row {row.line}, {_told(row)}"
        begun, tons = _begun_in(books, row), _tons_in(books, row, flows)
        if row.decided != FORCE:
            for node in begun:
                books.findings.add("forbidden decision", f"{where}, in {node}", "never", "begun", "the case forbids it")
            for node, t in tons.items():
                if t > NOTHING:
                    books.findings.add("forbidden decision", f"{where}, in {node}", 0.0, t, "the case forbids it")
            continue
        for leaf in books.tree.leaves:
            if any(getattr(row, kind) for kind in BEGUN):
                if not any(node in leaf.path for node in begun):
                    message = "the case forces it, and it is not begun"
                    books.findings.add("forced decision", f"{where}, to {leaf.name}", "begun", "never", message)
                continue
            taken = sum(t * books.node(node).years for node, t in tons.items() if node in leaf.path)
            message = "the case forces it, and less is taken"
            books.findings.at_least("forced decision", f"{where}, to {leaf.name}", LEAST_FORCED_T, taken, message)


def _told(row: Row) -> str:
    named = [f"{kind} {getattr(row, kind)}" for kind in NAMED_ON if getattr(row, kind)]
    return named[0] if named else f"from {row.from_} to {row.to}"


def _begun_in(books: Books, row: Row) -> list[str]:
    """The nodes in which it is begun: built, signed, entered; a supplier where its qualification begins."""
    if row.supplier:
        return books.qualified_in.get(row.supplier, [])
    for kind, (table, column) in BEGUN.items():
        if name := getattr(row, kind):
            return [line.node for line in books.table(table) if getattr(line, column) == name]
    return []


def _tons_in(books: Books, row: Row, flows: list[Flow]) -> dict[str, float]:
    """Tons a year by node of what is bought, delivered and carried of it, and of what plants of a country do."""
    tons: dict[str, float] = defaultdict(float)
    for flow in flows:
        if _speaks_of(books, row, flow):
            tons[flow.node] += flow.tons
    if row.country:
        for line in books.table("activity"):
            if books.country_of[books.facilities[line.facility].place] == row.country:
                tons[line.node] += line.t_per_year
    return tons


def _speaks_of(books: Books, row: Row, flow: Flow) -> bool:
    if row.from_:
        starts, ends = (flow.from_, flow.route.start_country), (flow.to, flow.to_country)
        return not flow.route.stays and row.from_ in starts and row.to in ends
    if not flow.offer:
        return False
    if row.contract:
        return bool(flow.item == row.contract and flow.kind == "lift")
    offer = books.offers[flow.offer]
    return bool(flow.offer == row.offer or offer.supplier == row.supplier or offer.origin == row.country)
