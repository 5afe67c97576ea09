"""Years, days and nodes: what every other part of the audit counts with.

Years are inclusive: a thing that stands from 2027 to 2029 stands three years. In a period of several years an amount
counts with the share of the period's years in which its cause is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.audit.finding import Finding, listed

if TYPE_CHECKING:
    from planner.case import Case


@dataclass(frozen=True)
class Node:
    """One period in one future. A plan without scenarios is a path: one node a period."""

    name: str
    period: int
    years: int
    parent: str | None
    probability: float

    @property
    def last_year(self) -> int:
        return self.period + self.years - 1

    @property
    def days(self) -> tuple[int, int]:
        """The first day of the period and the first day after it, as day numbers."""
        return date(self.period, 1, 1).toordinal(), date(self.last_year + 1, 1, 1).toordinal()


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
    def leaves(self) -> tuple[str, ...]:
        """The nodes that are nobody's parent: where a future ends."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.name for node in self.nodes if node.name not in parents)

    def path(self, name: str) -> Iterator[Node]:
        """The node and its ancestors, back to the root."""
        step: str | None = name
        while step is not None:
            yield self.by_name[step]
            step = self.by_name[step].parent

    def discount(self, node: Node) -> float:
        """What a dollar a year throughout the period is worth in the base year."""
        return sum((1 + self.rate) ** (self.base_year - year) for year in range(node.period, node.last_year + 1))

    def discount_first(self, node: Node) -> float:
        """What a dollar in the first year of the period is worth in the base year."""
        return float((1 + self.rate) ** (self.base_year - node.period))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a node, as the plan's table `nodes` should have it."""
        return pd.DataFrame(
            {
                "node": pd.Series([n.name for n in self.nodes], dtype=object),
                "period": [n.period for n in self.nodes],
                "years": [n.years for n in self.nodes],
                "parent": pd.Series([n.parent for n in self.nodes], dtype=object),
                "probability": [n.probability for n in self.nodes],
                "discount": [self.discount(n) for n in self.nodes],
                "discount_first": [self.discount_first(n) for n in self.nodes],
            }
        )

    @cached_property
    def ancestry(self) -> pd.DataFrame:
        """One row for each node and each node on its path, itself included: node, period, years, ancestor, begun_in."""
        rows = [(n.name, n.period, n.years, a.name, a.period, a.years) for n in self.nodes for a in self.path(n.name)]
        columns = ["node", "period", "years", "ancestor", "begun_in", "ancestor_years"]
        return pd.DataFrame(rows, columns=columns).astype({"node": object, "ancestor": object})


def tree_of(case: Case) -> Tree:
    """The nodes that the case describes: its periods in order, each the child of the one before."""
    periods = case.tables["periods"].sort_values("period")
    nodes: list[Node] = []
    for period, years in zip(periods["period"], periods["years"], strict=True):
        parent = nodes[-1].name if nodes else None
        nodes.append(Node(str(int(period)), int(period), int(years), parent, 1.0))
    return Tree(tuple(nodes), float(case.settings["discount_rate"]), int(case.settings["base_year"]))


def open_years(frame: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.Series:
    """In how many years of each row's `period` the thing is open that opens in `first` and closes after `last`."""
    last_year = frame["period"] + frame["years"] - 1
    begin = first.fillna(-np.inf).clip(lower=frame["period"])
    end = last.fillna(np.inf).clip(upper=last_year)
    return (end - begin + 1).clip(lower=0)


def check_nodes(tree: Tree, nodes: pd.DataFrame) -> list[Finding]:
    """The plan's nodes are the case's periods, with their lengths, parents, probabilities and discount factors."""
    both = tree.frame.merge(nodes, on="node", how="outer", suffixes=("_case", "_plan"))
    findings = []
    for column in ("period", "years", "probability", "discount", "discount_first"):
        expected, found = both[f"{column}_case"].astype(float), both[f"{column}_plan"].astype(float)
        wrong = both[~((found - expected).abs() <= 1e-9 * expected.abs())]
        wrong = wrong.rename(columns={f"{column}_case": "expected"})
        message = f"{column} is not what the calendar gives"
        findings += listed("nodes", wrong, {"node": "node"}, message, found=f"{column}_plan")
    wrong = both[both["parent_case"].map(_name_or_blank) != both["parent_plan"].map(_name_or_blank)]
    wrong = wrong.rename(columns={"parent_case": "expected"})
    message = "parent is not what the calendar gives"
    return findings + listed("nodes", wrong, {"node": "node"}, message, found="parent_plan")


def _name_or_blank(value: object) -> str:
    return value if isinstance(value, str) else ""
