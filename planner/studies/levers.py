"""What a price moves: the cost of each column of a program for each unit by which a lever is pulled.

A lever multiplies prices of one thing: those of an offer, of a supplier's offers or of a contract, the capex of a
project, the fees of a partnership. All prices of a kind are halved in one case, and what that changes in the program
belongs, column by column, to the thing whose column it is. A second case, at three quarters, shows whether the program
follows in proportion; where it does not, there is no lever. Where more than the costs of these columns moves (the
cheapest offer of a material sets what a price floor pays), the things that move it are found by pulling ever fewer of
them alone; of these what is found has to be borne out by cases in which their prices are really changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.groups import Floats
from planner.case.changes import TIMES, Change, Original
from planner.planning.built import Built
from planner.planning.maker import Maker
from planner.solver.branching import same_limits
from planner.solver.program import Program
from planner.solver.warm import alike

PULLED = {
    "offer": (
        ("offers", "offer", "price_usd_per_t"),
        ("offer_prices", "offer", "price_usd_per_t"),
        ("offer_tiers", "offer", "price_usd_per_t"),
        ("delivered_prices", "offer", "price_usd_per_t"),
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
FEW = 2  # things of which it is no longer asked which of them it is


@dataclass(frozen=True)
class Lever:
    """By how much the cost of each column grows for each whole by which a kind's prices are multiplied.

    `tied` are things of the kind whose prices move more than the costs of their own columns.
    """

    slopes: Floats
    proportional: np.typing.NDArray[np.bool_]
    tied: frozenset[str] = frozenset()

    def at(self, columns: Iterable[int]) -> Floats | None:
        """The slopes of some columns, nothing elsewhere; None where they do not follow in proportion, or not at all."""
        chosen = np.array(sorted(columns), dtype=np.int64)
        if not len(chosen) or not self.proportional[chosen].all() or not self.slopes[chosen].any():
            return None
        own = np.zeros_like(self.slopes)
        own[chosen] = self.slopes[chosen]
        return own


def lever(original: Original, built: Built, kind: str, maker: Maker | None = None) -> Lever:
    """The lever of all things of a kind; `steps` are those of the built case's translation."""
    program = built.program
    names = _priced(original, kind)
    nothing, maker = np.zeros_like(program.cost), maker or Maker()
    if not names:
        return Lever(nothing, nothing.astype(np.bool_))
    half, quarter = (_pulled(original, kind, factor, None, maker) for factor in (HALF, THREE_QUARTERS))
    clean = all(_moves_own_costs(program, other, names) for other in (half, quarter))
    tied = (
        frozenset()
        if clean
        else frozenset(_tied(original, program, kind, _suspects(original, program, kind, maker), maker))
    )
    at_half, at_quarter = (_costs_by_name(program, other) for other in (half, quarter))
    slopes = (program.cost - at_half) / (1.0 - HALF)
    expected = program.cost - (1.0 - THREE_QUARTERS) * slopes
    same = np.abs(at_quarter - expected) <= SAME * np.maximum(1e-9, np.abs(program.cost))
    return Lever(np.where(np.isnan(slopes), 0.0, slopes), same, tied)


def _priced(original: Original, kind: str) -> list[str]:
    """The things of a kind that have a price, goods of one material beside each other."""
    named = {
        str(thing)
        for sheet, name, column in PULLED[kind]
        for thing in original.case.tables[sheet].loc[original.case.tables[sheet][column].notna(), name]
    }
    material = _materials(original, kind)
    return sorted(named, key=lambda thing: (material.get(thing, ""), thing))


def _materials(original: Original, kind: str) -> dict[str, str]:
    """The material of each thing of a kind that has one."""
    if kind != "offer":
        return {}
    offers = original.case.tables["offers"]
    return dict(zip(offers["offer"].astype(str), offers["material"].astype(str), strict=True))


def _pulled(original: Original, kind: str, factor: float, only: Iterable[str] | None, maker: Maker) -> Program:
    """The program in which the prices of a kind are multiplied: of these things, or of all."""
    return Built.of(original.changed(times_prices(original, kind, factor, only)), maker).program


def times_prices(original: Original, kind: str, factor: float, only: Iterable[str] | None = None) -> list[Change]:
    """The changes that multiply the prices of these things of a kind, or of all; blank cells stay blank."""
    changes: list[Change] = []
    for sheet, name, column in PULLED[kind]:
        rows = original.case.tables[sheet]
        filled = set(rows.loc[rows[column].notna(), name].astype(str))
        if only is None and filled:
            changes.append(Change(sheet, (), column, TIMES, f"{factor:.15g}"))
        elif only is not None:
            own = sorted(filled.intersection(only))
            changes += [Change(sheet, ((name, one),), column, TIMES, f"{factor:.15g}") for one in own]
    return changes


def _suspects(original: Original, program: Program, kind: str, maker: Maker) -> list[str]:
    """Those of which some may be tied: offers of materials that a price floor pays for, where the others are not.

    All things of the kind where the others pulled without these still move more than their own costs.
    """
    names, material = _priced(original, kind), _materials(original, kind)
    paid_for = set(original.case.tables["incentives"]["material"].dropna().astype(str))
    found = [thing for thing in names if material.get(thing) in paid_for]
    others = [thing for thing in names if material.get(thing) not in paid_for]
    if found and others and _moves_own_costs(program, _pulled(original, kind, HALF, others, maker), others):
        return found
    return names


def _tied(original: Original, program: Program, kind: str, names: Sequence[str], maker: Maker) -> Iterator[str]:
    """Those of these things that move more than costs, all of a few where some of them do."""
    if _moves_own_costs(program, _pulled(original, kind, HALF, names, maker), names):
        return
    if len(names) <= FEW:
        yield from names
        return
    middle = len(names) // 2
    yield from _tied(original, program, kind, names[:middle], maker)
    yield from _tied(original, program, kind, names[middle:], maker)


def _costs_by_name(program: Program, other: Program) -> Floats:
    """What the columns of a program cost in another one; not a number where that has no such column."""
    costs = np.full(len(program.cost), np.nan)
    for name, (index, where) in program.columns.items():
        theirs, there = other.columns.get(name, ([], slice(0, 0)))
        if theirs == index:
            costs[where] = other.cost[there]
        else:
            place = dict(zip(theirs, range(there.start, there.stop), strict=True))
            found = [place.get(key, -1) for key in index]
            costs[where] = [other.cost[one] if one >= 0 else np.nan for one in found]
    return costs


def _moves_own_costs(program: Program, other: Program, names: Iterable[str]) -> bool:
    """Whether two programs differ in nothing but the costs of columns that belong to these things."""
    own = set(names)
    return _rows_stay(program, other) and all(
        str(program.column_name(column)[1][0]) in own for column in np.flatnonzero(program.cost != other.cost).tolist()
    )


def _rows_stay(program: Program, other: Program) -> bool:
    return alike(program, other) and same_limits(program, other)
