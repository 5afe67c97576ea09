"""What a price moves: the cost of each column of a program for each unit by which a lever is pulled.

A lever multiplies prices of one thing: those of an offer, of a supplier's offers or of a contract, the capex of a
project, the fees of a partnership. All prices of a kind are halved in one case, and what that changes in the program
belongs, column by column, to the thing whose column it is. A second case, at three quarters, shows whether the program
follows in proportion; where it does not, or where rows change as well, there is no lever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.groups import Floats
from planner.case.changes import TIMES, Change, Original
from planner.planning.built import Built
from planner.solver.program import Program
from planner.solver.warm import alike

PULLED = {
    "offer": (
        ("offers", "offer", "price_usd_per_t"),
        ("offer_prices", "offer", "price_usd_per_t"),
        ("offer_tiers", "offer", "price_usd_per_t"),
    ),
    "contract": (("contracts", "contract", "price_usd_per_t"),),
    "project": (
        ("build_options", "option", "capex_fixed_musd"),
        ("build_options", "option", "capex_usd_per_t"),
    ),
    "partnership": (("partnerships", "partnership", "upfront_musd"), ("partnerships", "partnership", "annual_musd")),
}
OF_KIND = {"offer": "offer", "supplier": "offer", "contract": "contract", "project": "project"}
OF_KIND |= {"partnership": "partnership"}
HALF, THREE_QUARTERS = 0.5, 0.75
SAME = 1e-9  # of a cost: nearer than this it follows in proportion


@dataclass(frozen=True)
class Lever:
    """By how much the cost of each column grows for each whole by which a kind's prices are multiplied."""

    slopes: Floats
    proportional: np.typing.NDArray[np.bool_]

    def at(self, columns: Iterable[int]) -> Floats | None:
        """The slopes of some columns, nothing elsewhere; None where they do not follow in proportion, or not at all."""
        chosen = np.array(sorted(columns), dtype=np.int64)
        if not len(chosen) or not self.proportional[chosen].all() or not self.slopes[chosen].any():
            return None
        own = np.zeros_like(self.slopes)
        own[chosen] = self.slopes[chosen]
        return own


def lever(original: Original, built: Built, kind: str) -> Lever:
    """The lever of all things of a kind."""
    program = built.program
    half, quarter = (_pulled(original, kind, factor) for factor in (HALF, THREE_QUARTERS))
    nothing = np.zeros_like(program.cost)
    if half is None or quarter is None or not (_rows_stay(program, half) and _rows_stay(program, quarter)):
        return Lever(nothing, nothing.astype(np.bool_))
    slopes = (program.cost - half.cost) / (1.0 - HALF)
    expected = program.cost - (1.0 - THREE_QUARTERS) * slopes
    return Lever(slopes, np.abs(quarter.cost - expected) <= SAME * np.maximum(1e-9, np.abs(program.cost)))


def _pulled(original: Original, kind: str, factor: float) -> Program | None:
    """The program in which all prices of a kind are multiplied; None where nothing has one."""
    changes = []
    for sheet, _, column in PULLED[kind]:
        if original.case.tables[sheet][column].notna().any():
            changes.append(Change(sheet, (), column, TIMES, str(factor)))
    return Built.of(original.changed(changes)).program if changes else None


def _rows_stay(program: Program, other: Program) -> bool:
    same = ("lower", "upper", "row_lower", "row_upper", "coefficients")
    return alike(program, other) and all(np.array_equal(getattr(program, one), getattr(other, one)) for one in same)
