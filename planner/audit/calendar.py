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

if TYPE_CHECKING:
    from planner.audit.rows import Row
    from planner.case import Case

FOREVER = 9999


@dataclass(frozen=True)
class Node:
    """One period in one future. `path` is the names of its ancestors and itself, the root first."""

    name: str
    period: int
    years: int
    parent: str
    probability: float
    path: tuple[str, ...]

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
    """The nodes that the case describes: its periods in order, each the child of the one before."""
    periods = case.tables["periods"]
    nodes: list[Node] = []
    for period, years in sorted(zip(periods["period"], periods["years"], strict=True)):
        before = nodes[-1] if nodes else None
        name = str(int(period))
        path = (*before.path, name) if before else (name,)
        nodes.append(Node(name, int(period), int(years), before.name if before else "", 1.0, path))
    return Tree(tuple(nodes), float(case.settings["discount_rate"]), int(case.settings["base_year"]))


def check_nodes(tree: Tree, rows: list[Row], findings: Findings) -> None:
    """The plan's nodes are the case's periods, with their lengths, parents, probabilities and discount factors."""
    told = {row.node: row for row in rows}
    if list(told) != [node.name for node in tree.nodes] or len(rows) != len(told):
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
