"""What it spares to keep a program live: many duties on the base case, beside cold solves of some of them.

python -m benchmarks.variants                     100 duties, every 20th of them cold as well
python -m benchmarks.variants --count 20 --cold-every 5 --json variants.json

Seconds are of the processor, of this process and its threads, each from the changed case on: checks, translation,
program, solve. The plan of a variation that is held live is proven within the gap, as that of a cold solve is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.__main__ import BASE_CASE
from planner.case.changes import Change, Original
from planner.planning.built import Built
from planner.planning.maker import Maker
from planner.solver.large import solve
from planner.solver.outcome import SolveOptions
from planner.solver.warm import Warm

DUTY = 'tariffs[authority="section 301 China"].rate set 0 to 0.5 in {count}'


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.variants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="how many duties")
    parser.add_argument("--first", type=int, default=None, help="only so many of them, from the lowest on")
    parser.add_argument("--cold-every", type=int, default=20, help="every so many solved cold as well")
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--time-limit", type=float, default=600.0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    chosen = parser.parse_args()
    duties = Change.several(DUTY.format(count=chosen.count))[: chosen.first]
    found = measured(duties, chosen.cold_every, SolveOptions(chosen.gap, chosen.time_limit, threads=1))
    print(table(found))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1))
    return 0


def measured(duties: Sequence[Change], cold_every: int, options: SolveOptions) -> list[dict[str, Any]]:
    """One row a duty: making the program, solving it live, and where it was asked for solving it cold."""
    original, warm, maker, rows = Original.read(BASE_CASE), Warm(options), Maker(), []
    for number, change in enumerate(duties):
        began = time.process_time()
        program = Built.of(original.changed([change]), maker).program
        made = time.process_time()
        live = warm.solve(program)
        ended = time.process_time()
        row = {"duty": float(change.value), "making": made - began, "live": ended - made}
        row |= {"musd": live.objective, "gap": live.gap}
        if number % cold_every == 0:
            again = time.process_time()
            cold = solve(program, options)
            row |= {"cold": time.process_time() - again, "cold_musd": cold.objective, "cold_gap": cold.gap}
        print({name: round(value, 4) for name, value in row.items()}, file=sys.stderr, flush=True)
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Means over the duties, and what live ones take of cold ones."""
    making, live = (statistics.fmean(row[name] for row in rows) for name in ("making", "live"))
    cold = statistics.fmean(row["cold"] for row in rows if "cold" in row)
    widest = max(row["gap"] for row in rows)
    return "\n".join(
        [
            f"{len(rows)} duties, widest gap {widest:.3%}; seconds of the processor, mean of each",
            f"making the program {making:8.2f}",
            f"solving it live    {live:8.2f}   {live / cold:6.1%} of cold",
            f"solving it cold    {cold:8.2f}",
            f"all of it, live    {making + live:8.2f}   {(making + live) / (making + cold):6.1%} of cold",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
