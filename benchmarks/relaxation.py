"""What the choices in the formulation are worth: the relaxation's bound with and without each of them.

python -m benchmarks.relaxation [CASE] [--with OVERLAY ...]

The relaxation lets whole numbers be fractions. The nearer its bound is to the best plan, the less is left to search.
Each line undoes one choice, which changes no plan: only how far the fractions may go.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.__main__ import BASE_CASE, aligned
from planner.case import read_case
from planner.planning.built import Built
from planner.solver.highs import Live, SolveOptions
from planner.solver.program import Floats, Program, Whole

GATES, ORDERS = "gated_shipment", "order_maximum"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.relaxation", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("case", type=Path, nargs="?", default=BASE_CASE)
    parser.add_argument("--with", dest="overlays", type=Path, nargs="*", default=[], help="overlays on the case")
    parser.add_argument("--best", type=float, help="M$ of the best plan known, to say how far each bound is from it")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args()
    found = bounds(Built.of(read_case(chosen.case, chosen.overlays)))
    print(table(found, chosen.best))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1))
    return 0


def bounds(built: Built) -> dict[str, dict[str, float]]:
    """M$ of the relaxation, and its rows, by formulation."""
    found = {}
    for name, undo in FORMULATIONS.items():
        program = undo(built)
        outcome = Live(program.relaxed, SolveOptions(mip_gap=0.0, time_limit_s=600.0)).solve()
        if outcome.objective is None:
            raise RuntimeError(f"{name}: {outcome.status} {outcome.message}")
        found[name] = {"bound_musd": outcome.objective, "rows": float(len(program.row_lower)), "s": outcome.seconds}
    return found


def table(found: dict[str, dict[str, float]], best: float | None) -> str:
    """A line a formulation: bound, what the choices add to it, and how far it is from the best plan."""
    as_it_is = found[AS_IT_IS]["bound_musd"]
    lines = [("", ["bound, M$", "below as it is, %", "below the best, %", "rows", "s"])]
    for name, line in found.items():
        bound = line["bound_musd"]
        cells = [f"{bound:,.2f}", f"{100 * (as_it_is - bound) / as_it_is:.3f}"]
        cells += ["-" if best is None else f"{100 * (best - bound) / best:.3f}"]
        lines.append((name, [*cells, f"{line['rows']:,.0f}", f"{line['s']:.1f}"]))
    return aligned(lines)


def _as_it_is(built: Built) -> Program:
    return built.program


def _gates_together(built: Built) -> Program:
    """One gate for all customers of a plant, in place of one for each."""
    indices, where = built.program.rows[GATES]
    first = {(i, k, g, n): row for (i, k, g, _, n), row in reversed(_numbered(indices, where))}
    return merged(built.program, {row: first[i, k, g, n] for (i, k, g, _, n), row in _numbered(indices, where)})


def _without_gates(built: Built) -> Program:
    indices, where = built.program.rows[GATES]
    return merged(built.program, {row: -1 for _, row in _numbered(indices, where)})


def _orders_to_the_maximum(built: Built) -> Program:
    """An order's limit is what the offer has, and not what anybody could need of it."""
    program, most = built.program, built.known.data.supply.max_t_per_year
    order, place = program.columns["order"]
    column = dict(zip(order, range(place.start, place.stop), strict=True))
    coefficients = program.coefficients.copy()
    for key, row in _numbered(*program.rows[ORDERS]):
        cells = np.arange(program.starts[row], program.starts[row + 1])
        cell = cells[program.columns_in[cells] == column[key]]
        if np.isfinite(float(most[key])):
            coefficients[cell] = np.minimum(coefficients[cell], -float(most[key]))
    return replace(program, coefficients=coefficients)


def _neither(built: Built) -> Program:
    return _without_gates(replace(built, program=_orders_to_the_maximum(built)))


AS_IT_IS = "as it is"
FORMULATIONS: dict[str, Callable[[Built], Program]] = {
    AS_IT_IS: _as_it_is,
    "one gate for all customers of a plant": _gates_together,
    "no gates: size <= maximum x build alone": _without_gates,
    "orders up to the offer's maximum": _orders_to_the_maximum,
    "neither gates nor tight orders": _neither,
}


def merged(program: Program, into: dict[int, int]) -> Program:
    """The program with some rows added into others, or dropped (-1). Names of rows are lost."""
    place = np.arange(len(program.row_lower))
    for row, target in into.items():
        place[row] = target
    kept = np.unique(place[place >= 0])
    number = np.full(len(place) + 1, -1)
    number[kept] = np.arange(len(kept))
    place = number[place]
    there = place[program.row_of] >= 0
    cells = place[program.row_of][there].astype(np.int64) * len(program.cost) + program.columns_in[there]
    distinct, position = np.unique(cells, return_inverse=True)
    rows, columns = np.divmod(distinct, len(program.cost))
    lengths = np.bincount(rows, minlength=len(kept))
    return replace(
        program,
        rows={},
        row_lower=_added(program.row_lower, place, len(kept)),
        row_upper=_added(program.row_upper, place, len(kept)),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns_in=columns.astype(np.int32),
        coefficients=np.bincount(position, weights=program.coefficients[there], minlength=len(distinct)),
    )


def _added(limits: Floats, place: Whole, count: int) -> Floats:
    return np.bincount(place[place >= 0], weights=limits[place >= 0], minlength=count)


def _numbered(indices: list[Any], where: slice) -> list[tuple[Any, int]]:
    return list(zip(indices, range(where.start, where.stop), strict=True))


if __name__ == "__main__":
    sys.exit(main())
