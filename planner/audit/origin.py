"""Who may not have touched it: what each origin class promises, and who may make that promise.

A class is a set of clauses, each "not mined (refined, melted, made) in this country or group", with or without an
exemption for recycled material. The plan names the classes it uses; here each name is held to its clauses. The empty
class "" promises nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from planner.audit.books import Books, added
from planner.audit.calendar import Node
from planner.audit.naming import nearness
from planner.audit.rows import Row

Clause: TypeAlias = tuple[str, str, bool]  # country or group, stage, whether recycled material is exempt
Promise: TypeAlias = frozenset[Clause]


@dataclass(frozen=True, eq=False)
class Origins:
    """The classes that the plan names, and what the case says of offers, plants, returned goods and first stock."""

    books: Books

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """What each class promises."""
        clauses: dict[str, set[Clause]] = defaultdict(set)
        for row in self.books.table("origin_classes"):
            clauses[row.origin_class].add((row.country, row.stage, bool(row.recycled_exempt)))
        return {"": frozenset(), **{name: frozenset(found) for name, found in clauses.items()}}

    @cached_property
    def names(self) -> dict[Promise, str]:
        return {promise: name for name, promise in self.promises.items()}

    def clauses_of(self, rule: str, on: date | None = None) -> Promise:
        """The clauses of a rule; of those in force on a day, where one is given."""
        return frozenset(
            (row.country, row.stage, bool(row.recycled_exempt))
            for row in self.books.sheet("origin_rules")
            if row.rule == rule and (on is None or not isinstance(row.from_, date) or row.from_ <= on)
        )

    def broken_by(self, clause: Clause, country: str) -> bool:
        """Whether a country is the clause's, or in its group; an unknown country breaks every clause."""
        return not country or nearness(self.books, clause[0], country) > 0

    def offer_keeps(self, offer: Row, promise: Promise) -> bool:
        """An offer answers for where it was mined, refined and melted, and with its origin for where it was made."""
        where = {"mined": offer.mined_in, "refined": offer.refined_in, "melted": offer.melted_in, "made": offer.origin}
        return not any(self.broken_by(clause, where.get(clause[1], "")) for clause in promise)

    def own_stages(self, process: Row) -> set[str]:
        """The stages for which a run answers with its own place."""
        return {"made", process.step} if process.step else {"made"}

    def run_keeps(self, facility: str, process: Row, promise: Promise) -> bool:
        """A run answers for its own stages with its place's country."""
        country = self.books.country_of[self.books.facilities[facility].place]
        own = self.own_stages(process)
        return not any(clause[1] in own and self.broken_by(clause, country) for clause in promise)

    def input_class(self, process: Row, name: str) -> str | None:
        """The class that a run's inputs must be in: its own without its own stages. None: the plan has no such."""
        own = self.own_stages(process)
        rest = frozenset(clause for clause in self.promises[name] if clause[1] not in own)
        return self.names.get(rest)

    def vouched_for(self, promise: Promise, rules: tuple[str, ...], recycled: bool) -> bool:
        """Whether each clause is one of the named rules', or exempts recycled material (and this is)."""
        known = {clause for rule in rules for clause in self.clauses_of(rule)}
        return all(clause in known or (recycled and clause[2]) for clause in promise)

    def implied(self, looser: Promise, stricter: Promise) -> bool:
        """Whether the stricter promise contains the looser one; an exemption must not be lost on the way."""
        return all(
            (country, stage, False) in stricter or (exempt and (country, stage, True) in stricter)
            for country, stage, exempt in looser
        )

    def wanted(self, ruled: Row, node: Node) -> Promise:
        """What the rule of a segment or incentive asks for in a node: its clauses in force when the period begins."""
        return self.clauses_of(ruled.origin_rule, date(node.period, 1, 1)) if ruled.origin_rule else frozenset()


def check_origin(books: Books, origins: Origins) -> None:
    """Classes are made of the rules' clauses, and only those enter a class, or leave it, who keep its promise."""
    known = {(row.rule, row.country, row.stage, bool(row.recycled_exempt)) for row in books.sheet("origin_rules")}
    for row in books.table("origin_classes"):
        if (row.rule, row.country, row.stage, bool(row.recycled_exempt)) not in known:
            where = f"class {row.origin_class}"
            books.findings.add("origin class", where, "a row of origin_rules", row.rule, "no rule has this clause")
    _check_entries(books, origins)
    _check_runs(books, origins)
    for row in books.table("downgrades"):
        if row.to_class == row.origin_class or not origins.implied(
            origins.promises[row.to_class], origins.promises[row.origin_class]
        ):
            where = f"{row.place}, {row.material}, class {row.origin_class}, in {row.node}"
            message = "goods of this class do not keep that class's promise"
            books.findings.add("downgrade", where, row.origin_class, row.to_class, message)
    for row in books.table("deliveries"):
        segment, node = books.segments[row.segment], books.node(row.node)
        wanted = origins.wanted(segment, node)
        if not origins.implied(wanted, origins.promises[row.origin_class]):
            where = f"segment {row.segment}, in {row.node}"
            message = "what is delivered does not keep the segment's rule"
            books.findings.add("origin rule", where, segment.origin_rule, row.origin_class or "no class", message)


def _check_entries(books: Books, origins: Origins) -> None:
    """What is bought, lifted, collected or in stock from the start enters a class whose promise it keeps."""
    entered = [(row.offer, row) for row in books.table("purchases")]
    entered += [(books.contracts[row.contract].offer, row) for row in books.table("lifts")]
    for offer, row in entered:
        if not origins.offer_keeps(books.offers[offer], origins.promises[row.origin_class]):
            where = f"offer {offer}, in {row.node}"
            books.findings.add(
                "origin class", where, "a class it keeps", row.origin_class, "the offer does not keep it"
            )
    rules: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in books.sheet("returns"):
        rules[row.stream, row.place, row.material] |= set(row.rules or ())
    for row in books.table("collections"):
        named = tuple(rules[row.stream, row.place, row.material])
        if not origins.vouched_for(origins.promises[row.origin_class], named, recycled=True):
            where = f"stream {row.stream}, at {row.place}, in {row.node}"
            message = "what is collected does not keep it"
            books.findings.add("origin class", where, "a class it keeps", row.origin_class, message)
    first = added(books.table("opening_stocks"), "place", "material", "node", column="t")
    sheet = {(row.place, row.material): row for row in books.sheet("stocks")}
    roots = [node.name for node in books.nodes if not node.parent]
    wanted = {(*pile, root): row.initial_t or 0.0 for pile, row in sheet.items() for root in roots}
    for key in dict.fromkeys((*wanted, *first)):
        where, message = ", ".join(key), "the first stock, by class, is not what the sheet says"
        books.findings.equal("first stock", where, wanted.get(key, 0.0), first.get(key, 0.0), message)
    for row in books.table("opening_stocks"):
        stock = sheet.get((row.place, row.material))
        named = tuple(stock.rules or ()) if stock else ()
        if not origins.vouched_for(origins.promises[row.origin_class], named, recycled=False):
            where, message = f"{row.place}, {row.material}", "the first stock does not keep it"
            books.findings.add("origin class", where, "a class it keeps", row.origin_class, message)


def _check_runs(books: Books, origins: Origins) -> None:
    """A run is of a class whose promise its place keeps, and the plan knows the class of its inputs."""
    for row in books.table("activity"):
        process = books.processes[row.facility, row.process]
        where = f"facility {row.facility}, process {row.process}, in {row.node}"
        if not origins.run_keeps(row.facility, process, origins.promises[row.origin_class]):
            message = "the plant does not keep it"
            books.findings.add("origin class", where, "a class it keeps", row.origin_class, message)
        has_inputs = any(line.t_per_t < 0 for line in books.recipes.get(row.process, ()))
        if has_inputs and origins.input_class(process, row.origin_class) is None:
            message = "the plan has no class for its inputs"
            books.findings.add("origin class", where, "a class", row.origin_class, message)
