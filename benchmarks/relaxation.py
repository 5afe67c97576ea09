"""What the choices in the formulation are worth: the relaxation's bound with and without each of them.

python -m benchmarks.relaxation [CASE] [--with OVERLAY ...]

The relaxation lets whole numbers be fractions. The nearer its bound is to the best plan, the less is left to search.
Each line makes other choices, which change no plan: only how far the fractions may go.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.__main__ import BASE_CASE, aligned
from planner.case import read_case
from planner.planning.built import Built
from planner.solver.highs import Live, Outcome, SolveOptions
from planner.solver.program import Program
from planner.solver.strengthen import strengthen

ORDERS, AS_IT_IS = "order_maximum", "as it is"
OPTIONS = SolveOptions(mip_gap=0.0, time_limit_s=600.0)


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
    """M$ of the relaxation, and its rows, by formulation: alone, with strong rows, and with those of each decision."""
    program = built.program
    asked = [name for name, (_, where) in program.columns.items() if program.integer[where].any()]
    formulations: dict[str, Callable[[], tuple[Program, Outcome]]] = {
        AS_IT_IS: lambda: _strong(program),
        "no strong rows": lambda: _weak(program),
        **{f"those of {name}": partial(_strong, program, name) for name in asked},
        "no strong rows, orders up to the offer's maximum": lambda: _weak(_orders_to_the_maximum(built)),
    }
    found = {}
    for name, solve in formulations.items():
        began = time.process_time()
        strong, outcome = solve()
        if outcome.objective is None:
            raise RuntimeError(f"{name}: {outcome.status} {outcome.message}")
        rows, seconds = float(len(strong.row_lower)), time.process_time() - began
        found[name] = {"bound_musd": outcome.objective, "rows": rows, "s": seconds}
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


def _weak(program: Program) -> tuple[Program, Outcome]:
    live = Live(program.relaxed, OPTIONS)
    return program, live.solve()


def _strong(program: Program, only: str = "") -> tuple[Program, Outcome]:
    """The relaxation with the strong rows that hold it, of all yes or no decisions or of those of one name."""
    live, gates = Live(program.relaxed, OPTIONS), program
    if only:
        gates = replace(program, integer=np.zeros_like(program.integer))
        gates.integer[program.columns[only][1]] = program.integer[program.columns[only][1]]
    return strengthen(gates, live, live.solve(), lambda live, _: live.solve())


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


def _numbered(indices: list[Any], where: slice) -> list[tuple[Any, int]]:
    return list(zip(indices, range(where.start, where.stop), strict=True))


if __name__ == "__main__":
    sys.exit(main())
