"""A second, plain implementation of the model, with which the planner must agree.

Purpose: a number that two programs find which share nothing but the documents is hard to get wrong. This one was
written from the model's description and the generated pages models/README.md and inputs/README.md; it knows highspy and
the csv module, and nothing of `planner` or `models`. It is slow and simple on purpose: a page a family, sums as
dictionaries, no bound that a reader would have to believe.

    oracle.solve(folder)         what the best plan costs, and its objective
    oracle.relaxed_musd(folder)  the objective where every whole number may be a fraction

To extend it, say the new rule in the documents first, then write it here from what they say, without looking at the
rule in `models/`: a column of a known family on that family's page, a new family on a page of its own and as one line
in `build` below. Add a case to `tests/oracle_cases.py` whose cost you worked out on paper, and the family to
`tests/audit_random_more.py`, from which `tests/test_oracle.py` draws. Where the two then differ, find out which of them
has read the documents wrongly; where the documents leave two readings, settle it there, and mend all three.

The pages: `read` (CSV), `program` (HiGHS), `world` (calendar, tree, events), `supply`, `incumbents`, `packages`,
`dealings`, `rebates` and `extras`, `contracts`, `partners`, `lanes`, `plants`, `use` (needs, returns, stock, sales,
balances), `classes` (origin), `duties` (quotas, relief and drawback too), `incentives`, `limits` with `counts`,
`futures` and `priorities`, `risk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import (
    classes,
    contracts,
    counts,
    dealings,
    duties,
    extras,
    futures,
    incentives,
    incumbents,
    lanes,
    limits,
    packages,
    partners,
    plants,
    priorities,
    read,
    rebates,
    risk,
    settled,
    supply,
    use,
)
from .program import value
from .world import World


@dataclass(frozen=True)
class Answer:
    """What the best plan costs (expected, discounted M$), and the objective."""

    cost_musd: float
    objective_musd: float


def build(folder: Path, *overlays: Path) -> tuple[World, dict[int, float]]:
    """The program of a folder of CSV files, and its objective."""
    w = World(read.read(folder, *overlays))
    w.found["classes"] = classes.classes(w)  # type: ignore[assignment]
    partners.join(w)
    plants.close(w)
    plants.build(w)
    use.taken(w)
    supply.qualify(w)
    extras.extras(w)
    supply.buy(w)
    contracts.contracts(w)
    contracts.make_up_was_paid(w)
    supply.bound(w)
    incumbents.incumbents(w)
    packages.packages(w)
    dealings.dealings(w)
    rebates.rebates(w)
    plants.run(w)
    use.serve(w)
    use.collect(w)
    use.ship(w)
    use.stock(w)
    use.sell(w)
    use.balance(w)
    lanes.lanes(w)
    duties.duties(w)
    incentives.incentives(w)
    settled.settled(w)
    limits.limits(w)
    w.found["missed"]["risk"] = futures.on_futures(w)
    return w, risk.objective(w)


def solve(folder: Path, *overlays: Path) -> Answer | None:
    """The best plan's cost and objective, or None where there is no plan."""
    w, goal = build(folder, *overlays)
    if not priorities.settle(w):
        return None
    found = w.program.minimise(goal)
    while found and counts.cut(w, found[1]):
        found = w.program.minimise(goal)
    return None if found is None else Answer(value(risk.expected(w), found[1]), found[0])


def relaxed_musd(folder: Path, *overlays: Path) -> float | None:
    """The objective where every whole number may be a fraction."""
    w, goal = build(folder, *overlays)
    found = w.program.minimise(goal, whole=False)
    return None if found is None else found[0]


__all__ = ["Answer", "build", "relaxed_musd", "solve"]
