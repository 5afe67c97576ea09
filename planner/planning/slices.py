"""Price slices that rise are filled from the cheapest on, also where the solver takes two prices for equal.

Where prices rise, no yes or no says which slice comes first: the cheaper one costs less. Between slices of one price,
or of prices closer than the solver tells apart, it may buy from a later slice while an earlier one is not full. The
plan buys the same tons at the same places from the earliest slices, which costs no more: price and duties per t fall.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.groups import Floats
from planner.solver.outcome import Outcome, with_plan
from planner.solver.program import Program
from planner.translate import Translated
from planner.translate.tools import indices

SMALLEST_T = 1e-9


def filled_from_the_cheapest(known: Translated, program: Program, outcome: Outcome, gap: float) -> Outcome:
    """The same plan with every rising offer's slices filled in order; `gap` is the gap asked for."""
    assert outcome.values is not None
    purchases = _Purchases.of(known, program)
    values: Floats = outcome.values.copy()
    for slices in _rising(known, purchases):
        purchases.fill(values, slices)
    if np.array_equal(values, outcome.values):
        return outcome
    return with_plan(outcome, program.objective(values), outcome.bound, values, gap)


@dataclass(frozen=True)
class _Purchases:
    """Columns of purchases by offer, slice, place, class and node, and of the parts of each that pay less duty."""

    columns: dict[tuple[Any, ...], int]
    parts: dict[int, dict[tuple[Any, ...], int]]

    @classmethod
    def of(cls, known: Translated, program: Program) -> _Purchases:
        """Look them up in the program; a part is told by its name, who lets it in, the layer of duty, and when."""
        index, where = program.columns["buy"]
        columns = dict(zip(index, range(where.start, where.stop), strict=True))
        parts: dict[int, dict[tuple[Any, ...], int]] = {}
        relief = known.border.relief.fillna({"since": 0.0})  # so that the same is equal to itself
        for name, told_by, frame in (
            ("in_quota", ("quota", "layer"), known.border.in_quota),
            ("relief", ("partnership", "layer", "since", "put_off"), relief),
            ("drawn_back", ("drawback", "layer"), known.border.drawn),
        ):
            rows = zip(indices(frame, "kind", "flow", *told_by), range(len(frame)), strict=True)
            first = program.columns[name][1].start
            for (kind, flow, *words), row in rows:
                if kind == "buy":
                    parts.setdefault(columns[flow], {})[name, *words] = first + row
        return cls(columns, parts)

    def fill(self, values: Floats, slices: list[tuple[float, list[int]]]) -> None:
        """Move purchases, with their parts, from later slices to earlier ones that are not full.

        `slices` has the width of each, lowest first, and its columns: one a place and class, in the same order.
        """
        for number, (width, columns) in enumerate(slices):
            lacking = width - float(values[columns].sum())
            for _, later in slices[number + 1 :]:
                for to, start in zip(columns, later, strict=True):
                    if lacking > SMALLEST_T and values[start] > SMALLEST_T:
                        lacking -= self._moved(values, start, to, lacking)

    def _moved(self, values: Floats, start: int, to: int, most: float) -> float:
        parts, there = self.parts.get(start, {}), self.parts.get(to, {})
        if any(values[column] > SMALLEST_T and part not in there for part, column in parts.items()):
            return 0.0
        tons = min(most, float(values[start]))
        share = tons / float(values[start])
        pairs = [(start, to), *((column, there[part]) for part, column in parts.items() if part in there)]
        for column, earlier in pairs:
            amount = share * float(values[column])
            values[column] -= amount
            values[earlier] += amount
        return tons


def _rising(known: Translated, purchases: _Purchases) -> Iterator[list[tuple[float, list[int]]]]:
    """The slices of each rising offer at each node: width and columns."""
    bands = known.flows.bands
    rising = bands[bands["kind"].notna() & bands["rising"].astype(bool)]
    if rising.empty:
        return
    bought = known.flows.purchases.merge(rising[["offer", "node", "tier", "upper_t"]], on=["offer", "node", "tier"])
    for _, rows in bought.groupby(["offer", "node"], sort=False):
        ordered = rows.sort_values(["tier", "place", "origin_class"], kind="stable")
        slices = []
        for tier, flows in ordered.groupby("tier", sort=True):
            width = float(flows["upper_t"].iloc[0]) - float(str(tier))
            slices.append((width, [purchases.columns[flow] for flow in indices(flows, "decision")]))
        yield slices
