"""Routes: what moves needs a lane, pays the freight of the row that fits best, and keeps within caps.

A lane row fits a flow when its three words do. `from` and `to` may name the place itself, its country, or `*`;
`material` the material itself, its stage, or `*`. The better fit is decided by material, then from, then to. What
stays at its place (made or sold where it is used) needs no lane; only a row that names the place twice gives it a cost
or a cap.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from planner.audit.books import Books
from planner.audit.finding import NOTHING
from planner.audit.flows import SHIP_STOCK, Flow
from planner.audit.rows import Row


@dataclass(frozen=True, eq=False)
class Lanes:
    """The lanes sheet, ready to be looked up. Answers are kept: many flows take the same route."""

    books: Books

    @cached_property
    def rows(self) -> dict[tuple[str, str, str], Row]:
        """The rows by their three words: material, from, to."""
        return {(row.material, row.from_, row.to): row for row in self.books.sheet("lanes")}

    @cached_property
    def _kept(self) -> dict[tuple[str, str, bool, str, str], list[Row]]:
        return {}

    def fitting(self, flow: Flow) -> list[Row]:
        """The rows that fit a flow, best first."""
        key = (flow.material, flow.from_, flow.from_is_place, flow.from_country, flow.to)
        if key not in self._kept:
            self._kept[key] = self._fitting(flow)
        return self._kept[key]

    def _fitting(self, flow: Flow) -> list[Row]:
        materials = [flow.material, self.books.materials[flow.material].stage, "*"]
        starts = [flow.from_, flow.from_country, "*"] if flow.from_is_place else [flow.from_country, "*"]
        ends = [flow.to, flow.to_country, "*"]
        if flow.stays:
            starts, ends = [flow.from_], [flow.to]
        words = dict.fromkeys(product(materials, starts, ends))
        return [self.rows[key] for key in words if key in self.rows]

    def freight(self, flow: Flow) -> float:
        """USD per t: of the best row whose freight cell is filled, 0 where none is."""
        return next((row.freight_usd_per_t for row in self.fitting(flow) if row.freight_usd_per_t is not None), 0.0)

    def co2(self, flow: Flow) -> float:
        """Tons of CO2 per t: of the best row whose cell is filled, 0 where none is."""
        return next((row.co2_t_per_t for row in self.fitting(flow) if row.co2_t_per_t is not None), 0.0)


def check_lanes(books: Books, lanes: Lanes, flows: list[Flow]) -> None:
    """Everything that moves has a lane, stock moves within its country, and lanes carry what they may and must."""
    carried: dict[tuple[Row, str, str, str], float] = defaultdict(float)
    for flow in flows:
        fitting = lanes.fitting(flow)
        if not fitting and not flow.stays:
            books.findings.add("lane", str(flow), 0.0, flow.tons, "no lane serves this flow")
        if flow.kind == SHIP_STOCK and (flow.stays or flow.from_country != flow.to_country):
            message = "stock is shipped only to another place of its country"
            books.findings.add("stock shipment", str(flow), 0.0, flow.tons, message)
        for row in fitting:
            if row.max_t_per_year is not None or row.min_t_per_year or row.fixed_musd_per_year:
                carried[row, flow.from_, flow.to, flow.node] += flow.tons
    used = {(row.row, row.from_, row.to, row.node) for row in books.table("lanes_used")}
    for (row, start, end, node), tons in carried.items():
        where = f"row {row.line}, from {start}, to {end}, in {node}"
        if row.max_t_per_year is not None:
            books.findings.at_most("lane cap", where, row.max_t_per_year, tons, "the lane carries more than its cap")
        if (row.min_t_per_year or row.fixed_musd_per_year) and tons > NOTHING:
            books.findings.at_least("lane minimum", where, row.min_t_per_year or 0.0, tons, "less than its minimum")
            if (row.line, start, end, node) not in used:
                books.findings.add("lane use", where, "used", "not used", "something moves on a lane not in use")
    _check_used(books, carried)


def _check_used(books: Books, carried: dict[tuple[Row, str, str, str], float]) -> None:
    """A lane that is said to be used, and paid for, carries something."""
    moving = {(row.line, start, end, node) for (row, start, end, node), tons in carried.items() if tons > NOTHING}
    for row in books.table("lanes_used"):
        if (row.row, row.from_, row.to, row.node) not in moving:
            where = f"row {row.row:g}, from {row.from_}, to {row.to}, in {row.node}"
            books.findings.add("lane use", where, "not used", "used", "nothing moves on a lane in use")
