"""What a plan commits to by a certain period, held in another program: the here-and-now decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.data import Tree
from planner.errors import StudyError
from planner.plan import Plan
from planner.solver.program import Program

# Each decision that commits, the plan's table of it, the columns of its index before the node, and its amount.
COMMITTING = {
    "build": ("builds", ("option", "with_partnership"), "times"),
    "size": ("builds", ("option", "with_partnership"), "size_t_per_year"),
    "sign": ("signings", ("contract",), None),
    "volume": ("signings", ("contract",), "volume_t_per_year"),
    "qualify": ("qualifications", ("supplier",), None),
    "leave": ("leavings", ("offer",), None),
    "join": ("joins", ("partnership",), None),
    "close": ("closures", ("facility",), None),
}
Key = tuple[str, tuple[str, ...], int]


@dataclass(frozen=True)
class Commitments:
    """What is begun, signed, entered and closed in the periods up to `until`, by decision, name and period."""

    until: int
    amounts: Mapping[Key, float]

    @classmethod
    def of(cls, plan: Plan, until: int) -> Commitments:
        """A plan's; StudyError where the plan's futures differ by then, so that it does not say which to hold."""
        nodes = plan.tables["nodes"]
        held = nodes[nodes["period"] <= until]
        several = held[held["period"].duplicated()]
        if len(several):
            first = int(several["period"].min())
            raise StudyError(
                f"In {first} the plan's futures can be told apart and may differ. Hold decisions until"
                f" {_before(nodes, first)} at the latest."
            )
        period = dict(zip(held["node"], held["period"].astype(int), strict=True))
        amounts: dict[Key, float] = {}
        for decision, (table, names, amount) in COMMITTING.items():
            for row in plan.tables[table].to_dict("records"):
                if row["node"] in period:
                    key = decision, tuple(str(row[name]) for name in names), period[row["node"]]
                    amounts[key] = float(row[amount]) if amount else 1.0
        return cls(until, amounts)

    def held_in(self, program: Program, tree: Tree) -> Program:
        """The program with these decisions held at every node up to `until`, and no others of their kind taken."""
        values = np.zeros(len(program.cost))
        mask = np.zeros(len(program.cost), dtype=np.bool_)
        found: set[Key] = set()
        for decision in COMMITTING:
            index, where = program.columns[decision]
            for column, key in zip(range(where.start, where.stop), index, strict=True):
                if tree.period[key[-1]] <= self.until:
                    known = (decision, tuple(map(str, key[:-1])), tree.period[key[-1]])
                    mask[column], values[column] = True, self.amounts.get(known, 0.0)
                    found.add(known)
        if missing := sorted(self.amounts.keys() - found):
            decision, names, period = missing[0]
            raise StudyError(
                f"The plan has {decision} {' '.join(names).strip()} in {period}; this case does not offer it."
            )
        return program.fixed(mask, values)


def refuse_after_the_futures_part(tree: Tree, until: int) -> None:
    """Raise StudyError where plans may differ between futures by then, so that nothing says which to hold."""
    if until > (last := last_common_period(tree)):
        raise StudyError(f"After {last} the futures can be told apart. Hold decisions until {last} at the latest.")


def last_common_period(tree: Tree) -> int:
    """The last period in which no future can be told from another; StudyError where there is none."""
    periods = sorted(set(tree.period.values()))
    common = [p for p in periods if sum(period == p for period in tree.period.values()) == 1]
    if not common:
        raise StudyError(
            "The futures differ from the first period on, so there is no decision to take before they are known."
            " Give their events a later known_from."
        )
    return common[-1]


def _before(nodes: Any, period: int) -> str:
    earlier = nodes.loc[nodes["period"] < period, "period"]
    return str(int(earlier.max())) if len(earlier) else "no period"
