"""Years, days and nodes: what every other part of the audit counts with.

Years are inclusive: a thing that stands from 2027 to 2029 stands three years. In a period of several years an amount
counts with the share of the period's years in which its cause is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from planner.audit.finding import Findings
from planner.audit.rows import Row, digits, read_rows
from planner.schema import SHEET

if TYPE_CHECKING:
    from planner.case import Case

FOREVER = 9999
ONLY_FUTURE = "the only future"  # of a case without scenarios


@dataclass(frozen=True)
class Node:
    """One period in futures that cannot yet be told apart.

    `path` is the names of its ancestors and itself, the root first; `futures` the scenarios that share it, and `events`
    what it knows of them.
    """

    name: str
    period: int
    years: int
    parent: str
    probability: float
    path: tuple[str, ...]
    futures: tuple[str, ...] = ()
    events: tuple[Row, ...] = ()

    @property
    def last_year(self) -> int:
        return self.period + self.years - 1

    @property
    def calendar_years(self) -> range:
        return range(self.period, self.last_year + 1)

    @property
    def days(self) -> tuple[int, int]:
        """The first day of the period and the first day after it, as day numbers."""
        return date(self.period, 1, 1).toordinal(), date(self.last_year + 1, 1, 1).toordinal()

    @property
    def days_by_year(self) -> tuple[int, ...]:
        """The days of each of its years."""
        return tuple((date(year + 1, 1, 1) - date(year, 1, 1)).days for year in self.calendar_years)

    def opens(self, year: int, first: float | None, last: float | None) -> bool:
        """Whether a thing is open in a year that opens in `first` and closes after `last` (None: never)."""
        return (first is None or year >= first) and (last is None or year <= last)

    def years_open(self, first: float | None, last: float | None) -> int:
        """In how many of its years a thing is open that opens in `first` and closes after `last` (None: never)."""
        begin = self.period if first is None else max(self.period, int(first))
        end = self.last_year if last is None else min(self.last_year, int(last))
        return max(0, end - begin + 1)

    def share_open(self, first: float | None, last: float | None = None) -> float:
        """In which share of its years a thing is open."""
        return self.years_open(first, last) / self.years


@dataclass(frozen=True)
class Tree:
    """The nodes, each after its parent, and the rate at which their costs are discounted to the base year."""

    nodes: tuple[Node, ...]
    rate: float
    base_year: int

    @cached_property
    def by_name(self) -> dict[str, Node]:
        return {node.name: node for node in self.nodes}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """The nodes that are nobody's parent: where a future ends."""
        parents = {node.parent for node in self.nodes}
        return tuple(node for node in self.nodes if node.name not in parents)

    @cached_property
    def discount(self) -> dict[str, float]:
        """What a dollar a year throughout each node is worth in the base year."""
        return {
            node.name: sum((1 + self.rate) ** (self.base_year - year) for year in node.calendar_years)
            for node in self.nodes
        }

    @cached_property
    def discount_first(self) -> dict[str, float]:
        """What a dollar in the first year of each node is worth in the base year."""
        return {node.name: (1 + self.rate) ** (self.base_year - node.period) for node in self.nodes}


def tree_of(case: Case) -> Tree:
    """The nodes that the case describes: in each period, the futures that cannot yet be told apart share one.

    Two futures differ from the period on in whose last year an event is known that only one of them has. A case without
    scenarios is a path.
    """
    periods = case.tables["periods"]
    futures = futures_of(case)
    nodes: list[Node] = []
    before: dict[str, Node] = {}  # the node of each future in the period before
    ends = int((periods["period"] + periods["years"]).max()) - 1
    for period, years in sorted(zip(periods["period"], periods["years"], strict=True)):
        last_year = int(period + years - 1)
        alike: dict[object, list[Future]] = {}
        for future in futures:
            parent = before.get(future.name)
            known = frozenset(as_meant(event, ends) for event in future.events if known_in(event) <= last_year)
            alike.setdefault((known, parent.name if parent else ""), []).append(future)
        for together in alike.values():
            events = tuple(event for event in together[0].events if known_in(event) <= last_year)
            node = _node(int(period), int(years), before.get(together[0].name), together, len(alike) > 1, events)
            nodes.append(node)
            before |= {future.name: node for future in together}
    return Tree(tuple(nodes), float(case.settings["discount_rate"]), int(case.settings["base_year"]))


def _node(
    period: int, years: int, parent: Node | None, together: list[Future], several: bool, events: tuple[Row, ...]
) -> Node:
    """A node is named after its period and, where it has several, after its futures, the first in the alphabet."""
    more = f" +{len(together) - 1}" if len(together) > 1 else ""
    name = f"{period} {together[0].name}{more}" if several else str(period)
    path = (*parent.path, name) if parent else (name,)
    probability = sum(future.probability for future in together)
    names = tuple(future.name for future in together)
    return Node(name, period, years, parent.name if parent else "", probability, path, names, events)


@dataclass(frozen=True)
class Future:
    """A scenario: how likely it is and what happens in it."""

    name: str
    probability: float
    events: tuple[Row, ...]


def futures_of(case: Case) -> list[Future]:
    """The case's scenarios; where it has none, one in which nothing happens. Blank probabilities share what is left."""
    table, events = case.tables.get("scenarios"), case.tables.get("events")
    if table is None or table.empty:
        return [Future(ONLY_FUTURE, 1.0, ())]
    happening: list[Row] = []
    if events is not None:
        columns = [column.name for column in SHEET["events"].columns]
        numbers = ("from", "to", "known_from", "factor", "value")
        happening = read_rows("events", events, columns, numbers)
    rows = sorted(read_rows("scenarios", table, ("scenario", "probability"), ("probability",)))
    given = [row.probability for row in rows if row.probability is not None]
    share = (1.0 - sum(given)) / max(1, len(rows) - len(given))
    return [
        Future(
            row.scenario,
            share if row.probability is None else row.probability,
            tuple(event for event in happening if event.scenario == row.scenario),
        )
        for row in rows
    ]


def known_in(event: Row) -> float:
    """The year from which on an event is known: the stated one, or its first."""
    return float(event.from_ if event.known_from is None else event.known_from)


def as_meant(event: Row, ends: int) -> tuple[object, ...]:
    """All that an event says but its future: with the years meant by a blank, and none after the horizon."""
    last = float(ends if event.to is None else min(event.to, ends))
    return tuple(event._replace(scenario="", line=0, to=last, known_from=known_in(event), hts=digits(event.hts)))


def check_nodes(tree: Tree, rows: list[Row], findings: Findings) -> None:
    """The plan's nodes are the case's periods, with their lengths, parents, probabilities and discount factors."""
    told = {row.node: row for row in rows}
    if set(told) != set(tree.by_name) or len(rows) != len(told):
        wanted = ", ".join(node.name for node in tree.nodes)
        findings.add("nodes", "table", wanted, ", ".join(row.node for row in rows), "these are not the case's nodes")
        return
    for node in tree.nodes:
        row = told[node.name]
        if row.parent != node.parent:
            findings.add("nodes", f"node {node.name}", node.parent, row.parent, "parent is not what the calendar gives")
        for column, expected in (
            ("period", node.period),
            ("years", node.years),
            ("probability", node.probability),
            ("discount", tree.discount[node.name]),
            ("discount_first", tree.discount_first[node.name]),
        ):
            message = f"{column} is not what the calendar gives"
            findings.equal("nodes", f"node {node.name}", expected, getattr(row, column), message, floor=0.0)
