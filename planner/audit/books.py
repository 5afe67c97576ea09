"""The case and the plan side by side, read once, with what several checks look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.audit.calendar import Node, Tree, tree_of
from planner.audit.finding import Findings
from planner.audit.rows import Row, read_rows
from planner.audit.tables import read_tables
from planner.schema import SHEET, Number, Whole, Year

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan


@dataclass(frozen=True, eq=False)
class Books:
    """What is audited: `sheet` gives the case's tables, `table` the plan's; `findings` gathers what is wrong.

    `known` has what many rows ask alike, by all that it depends on, and so is worked out once.
    """

    case: Case
    plan: Plan
    tree: Tree
    tables: Mapping[str, list[Row]]
    sheets: Mapping[str, list[Row]]
    findings: Findings
    known: dict[Any, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, case: Case, plan: Plan) -> Books:
        sheets = {name: _read_sheet(case, name) for name in SHEET if name in case.tables}
        return cls(case, plan, tree_of(case), read_tables(plan), sheets, Findings())

    def table(self, name: str) -> list[Row]:
        """The rows of one of the plan's tables."""
        return self.tables[name]

    def sheet(self, name: str) -> list[Row]:
        """The rows of one of the case's sheets."""
        return self.sheets.get(name, [])

    def setting(self, name: str) -> Any:
        """A setting; None where this version of cases does not have it."""
        return self.case.settings.get(name)

    def node(self, name: str) -> Node:
        return self.tree.by_name[name]

    def check_once(self, check: str, where: str, nodes: list[str], message: str, times: float = 1) -> None:
        """What is decided in these nodes is decided at most so often on each path."""
        for leaf in self.tree.leaves if len(nodes) > times else ():
            count = sum(name in leaf.path for name in nodes)
            if count > times:
                self.findings.add(check, f"{where}, to {leaf.name}", times, count, message)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        return self.tree.nodes

    @cached_property
    def country_of(self) -> dict[str, str]:
        """The country each place is in."""
        return {row.place: row.country for row in self.sheet("places")}

    @cached_property
    def zones(self) -> dict[str, str]:
        """The free zones, each with the country as whose goods what leaves it pays duty."""
        return {row.place: row.zone_origin for row in self.sheet("places") if row.zone_origin}

    @cached_property
    def groups_of(self) -> dict[str, tuple[str, ...]]:
        """The groups each country is in."""
        return {row.country: tuple(row.group or ()) for row in self.sheet("countries")}

    @cached_property
    def offers(self) -> dict[str, Row]:
        return {row.offer: row for row in self.sheet("offers")}

    @cached_property
    def dated_offers(self) -> dict[tuple[str, float], Row]:
        """The price and cap that an offer has in one period."""
        return {(row.offer, row.period): row for row in self.sheet("offer_prices")}

    @cached_property
    def quoted_at(self) -> dict[tuple[str, str, float | None], Row]:
        """The quote of an offer for a place, in one period or (None) in those that have none of their own."""
        return {(row.offer, row.place, row.period): row for row in self.sheet("delivered_prices")}

    @cached_property
    def suppliers(self) -> dict[str, Row]:
        return {row.supplier: row for row in self.sheet("suppliers")}

    @cached_property
    def supplier_groups(self) -> dict[str, tuple[str, ...]]:
        """The groups each supplier is in."""
        return {row.supplier: tuple(row.group or ()) for row in self.sheet("suppliers")}

    @cached_property
    def offer_groups(self) -> dict[str, tuple[str, ...]]:
        """The groups each offer is in."""
        return {row.offer: tuple(row.group or ()) for row in self.sheet("offers")}

    @cached_property
    def qualified_in(self) -> dict[str, list[str]]:
        """The nodes in which the plan begins to qualify each supplier."""
        return _names(self.table("qualifications"), "supplier")

    @cached_property
    def joined_in(self) -> dict[str, list[str]]:
        """The nodes in which the plan enters each partnership."""
        return _names(self.table("joins"), "partnership")

    @cached_property
    def closed_in(self) -> dict[str, list[str]]:
        """The nodes in which the plan closes each facility."""
        return _names(self.table("closures"), "facility")

    @cached_property
    def builds(self) -> dict[tuple[str, str, str], Row]:
        """Each build: option, the partnership that shortens it, node."""
        return {(row.option, row.with_partnership, row.node): row for row in self.table("builds")}

    @cached_property
    def incentives(self) -> dict[str, Row]:
        return {row.incentive: row for row in self.sheet("incentives")}

    @cached_property
    def partnerships(self) -> dict[str, Row]:
        return {row.partnership: row for row in self.sheet("partnerships")}

    @cached_property
    def drawbacks(self) -> dict[str, Row]:
        return {row.drawback: row for row in self.sheet("drawbacks")}

    @cached_property
    def materials(self) -> dict[str, Row]:
        return {row.material: row for row in self.sheet("materials")}

    @cached_property
    def facilities(self) -> dict[str, Row]:
        return {row.facility: row for row in self.sheet("facilities")}

    @cached_property
    def options(self) -> dict[str, Row]:
        return {row.option: row for row in self.sheet("build_options")}

    @cached_property
    def segments(self) -> dict[str, Row]:
        return {row.segment: row for row in self.sheet("segments")}

    @cached_property
    def demand(self) -> dict[tuple[str, float], Row]:
        """What each segment needs in a period."""
        return {(row.segment, row.period): row for row in self.sheet("demand")}

    @cached_property
    def substitutes(self) -> dict[str, list[Row]]:
        """The other ways in which each segment can be served."""
        return gathered(self.sheet("substitutes"), "segment")

    @cached_property
    def dated(self) -> dict[str, list[Row]]:
        """The values that differ from year to year, by the column that they stand for."""
        return gathered(self.sheet("dated_values"), "column")

    @cached_property
    def contracts(self) -> dict[str, Row]:
        return {row.contract: row for row in self.sheet("contracts")}

    @cached_property
    def processes(self) -> dict[tuple[str, str], Row]:
        """What each facility may run."""
        return {(row.facility, row.process): row for row in self.sheet("processes")}

    @cached_property
    def recipes(self) -> dict[str, list[Row]]:
        """The lines of each process's recipe."""
        return gathered(self.sheet("recipes"), "process")

    @cached_property
    def tiers(self) -> dict[str, list[Row]]:
        """The price breaks of each offer that has any."""
        return gathered(self.sheet("offer_tiers"), "offer")

    @cached_property
    def upstream(self) -> dict[str, list[Row]]:
        """The countries that each offer depends on behind its origin."""
        return gathered(self.sheet("upstream"), "offer")

    @cached_property
    def signed(self) -> dict[str, list[Row]]:
        """The signings of each contract."""
        return gathered(self.table("signings"), "contract")

    @cached_property
    def made_up(self) -> dict[str, list[Row]]:
        """What is made up of each contract."""
        return gathered(self.table("make_ups"), "contract")

    @property
    def home(self) -> str:
        return str(self.case.settings["home_country"])


def _read_sheet(case: Case, name: str) -> list[Row]:
    columns = SHEET[name].columns
    numbers = [c.name for c in columns if isinstance(c, (Number, Whole, Year)) or c.name == "period"]
    return read_rows(name, case.tables[name], [c.name for c in columns], numbers)


def added(rows: list[Row], *by: str, column: str = "t_per_year") -> dict[Any, float]:
    """A column added up over the rows that agree in `by`: a word, or a tuple of words where there are several."""
    sums: dict[Any, float] = defaultdict(float)
    for row in rows:
        key = getattr(row, by[0]) if len(by) == 1 else tuple(getattr(row, name) for name in by)
        sums[key] += getattr(row, column)
    return sums


def gathered(rows: list[Row], by: str) -> dict[Any, list[Row]]:
    """The rows by the word that they have in a column."""
    lists: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        lists[getattr(row, by)].append(row)
    return lists


def _names(rows: list[Row], by: str) -> dict[str, list[str]]:
    """The nodes that stand beside each word of a column."""
    return {word: [row.node for row in found] for word, found in gathered(rows, by).items()}
