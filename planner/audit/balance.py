"""Nothing appears and nothing vanishes: two ledgers of tons, kept as a storekeeper would.

Every movement is one entry: where, which material and class, in which node, how many tons a year. Tons that come in are
positive, tons that go out negative. At each place the entries of a material and class must add up to nothing.

The gate: what plants make and what is collected at a place is what is shipped from it (also to itself).
The yard: what arrives at a place is what is used, delivered, sold, thrown away, put into stock or sent on from it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from planner.audit.books import Books, added
from planner.audit.finding import RELATIVE, TONS
from planner.audit.flows import SHIP, SHIP_STOCK, Flow
from planner.audit.origin import Origins
from planner.audit.plants import output_of
from planner.audit.stocks import piles

Cell: TypeAlias = tuple[str, str, str, str]  # place, material, class, node


@dataclass
class Storekeeping:
    """What came into each cell and what went out."""

    came: dict[Cell, float] = field(default_factory=lambda: defaultdict(float))
    went: dict[Cell, float] = field(default_factory=lambda: defaultdict(float))

    def enter(self, place: str, material: str, origin_class: str, node: str, tons: float) -> None:
        """Add an entry: tons that come in, or (negative) go out."""
        book = self.came if tons > 0 else self.went
        book[place, material, origin_class, node] += abs(tons)

    def check(self, books: Books, check: str, message: str) -> None:
        """What comes in goes out."""
        for cell in dict.fromkeys((*self.came, *self.went)):
            came, went = self.came.get(cell, 0.0), self.went.get(cell, 0.0)
            books.findings.equal(check, _where(cell), came, went, message)


def check_balance(books: Books, origins: Origins, flows: list[Flow]) -> None:
    """Both ledgers close at every place, for every material, class and node."""
    made = _made(books)
    gate, yard = _gate(books, made, flows), _yard(books, origins, flows)
    _forget_unasked_classes(gate, made)
    gate.check(books, "output", "what is made and collected is not what is shipped")
    yard.check(books, "balance", "what comes in is not what goes out")
    _check_resale(books, flows)
    for row in books.table("disposals"):
        if books.materials[row.material].disposal_usd_per_t is None:
            where = f"{row.place}, {row.material}, in {row.node}"
            books.findings.add("disposal", where, 0.0, row.t_per_year, "this material may not be thrown away")


def _made(books: Books) -> dict[Cell, float]:
    """What plants make, in the class of the run that makes it."""
    made: dict[Cell, float] = defaultdict(float)
    for run in books.table("activity"):
        place = books.facilities[run.facility].place
        for line in books.recipes.get(run.process, ()):
            if line.t_per_t > 0:
                tons = run.t_per_year * output_of(books, run.facility, line, run.node)
                made[place, line.material, run.origin_class, run.node] += tons
    return made


def _gate(books: Books, made: dict[Cell, float], flows: list[Flow]) -> Storekeeping:
    """Entries of the gate: made and collected come in, shipped goes out; downgrades leave one class for another."""
    gate = Storekeeping()
    for cell, tons in made.items():
        gate.enter(*cell, tons)
    for row in books.table("collections"):
        gate.enter(row.place, row.material, row.origin_class, row.node, row.t_per_year)
    for flow in flows:
        if flow.kind == SHIP:
            gate.enter(flow.from_, flow.material, flow.origin_class, flow.node, -flow.tons)
    _downgrade(books, gate, "output")
    return gate


def _yard(books: Books, origins: Origins, flows: list[Flow]) -> Storekeeping:
    """Entries of the yard: arrivals and stock of before come in; every use and the stock kept go out."""
    yard = Storekeeping()
    for flow in flows:
        yard.enter(flow.to, flow.material, flow.origin_class, flow.node, flow.tons)
        if flow.kind == SHIP_STOCK:
            yard.enter(flow.from_, flow.material, flow.origin_class, flow.node, -flow.tons)
    for pile in piles(books):
        cell = (pile.stock.place, pile.stock.material, pile.origin_class, pile.node.name)
        yard.enter(*cell, pile.usable / pile.node.years)
        yard.enter(*cell, -pile.left / pile.node.years)
    for run in books.table("activity"):
        place = books.facilities[run.facility].place
        taken = origins.input_class(books.processes[run.facility, run.process], run.origin_class)
        for line in books.recipes.get(run.process, ()):
            if line.t_per_t < 0:
                yard.enter(place, line.material, taken or "", run.node, run.t_per_year * line.t_per_t)
    for row in books.table("deliveries"):
        place = books.segments[row.segment].place
        yard.enter(place, row.material, row.origin_class, row.node, -row.t_per_year * row.t_per_t)
    for table in ("sales", "disposals"):  # what is sold or thrown away promises nothing
        for row in books.table(table):
            yard.enter(row.place, row.material, "", row.node, -row.t_per_year)
    _downgrade(books, yard, "stock")
    return yard


def _downgrade(books: Books, ledger: Storekeeping, at: str) -> None:
    for row in books.table("downgrades"):
        if row.at == at:
            ledger.enter(row.place, row.material, row.origin_class, row.node, -row.t_per_year)
            ledger.enter(row.place, row.material, row.to_class, row.node, row.t_per_year)


def _forget_unasked_classes(gate: Storekeeping, made: dict[Cell, float]) -> None:
    """Output of a class that nobody asks for in that material counts as of no class: all of it, or none."""
    for (place, material, name, node), tons in made.items():
        cell = (place, material, name, node)
        if name and abs(gate.came.get(cell, 0.0) - gate.went.get(cell, 0.0) - tons) <= RELATIVE * max(TONS, tons):
            gate.came[cell] -= tons
            gate.came[place, material, "", node] += tons


def _check_resale(books: Books, flows: list[Flow]) -> None:
    """Bought goods are not sold on: sales are at most the own goods that arrive and the stock of before, kept there."""
    own: dict[tuple[str, str, str], float] = defaultdict(float)
    for flow in flows:
        if flow.kind == SHIP:
            own[flow.to, flow.material, flow.node] += flow.tons
    for pile in piles(books):
        own[pile.stock.place, pile.stock.material, pile.node.name] += pile.usable / pile.node.years
    for key, tons in added(books.table("sales"), "place", "material", "node").items():
        message = "more is sold than own goods arrive and were in stock"
        books.findings.at_most("resale", _where((key[0], key[1], "", key[2])), own.get(key, 0.0), tons, message)


def _where(cell: Cell) -> str:
    place, material, name, node = cell
    return f"{place}, {material}, {f'class {name}, ' if name else ''}in {node}"
