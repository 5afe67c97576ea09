"""Trees of futures of the base case, planned in several ways: `python -m benchmarks.trees`.

python -m benchmarks.trees                                  all ways on 2, 10 and 30 futures, about an hour
python -m benchmarks.trees --trees ten --ways large whole   some
python -m benchmarks.trees --gap 0.01 --time-limit 600
python -m benchmarks.trees --trees hundred --ways branches --threads 1 --time-limit 2400

Each line is measured in a process of its own. Seconds of the processor are what to compare where others use the
machine too; the clock's seconds are beside them. Reading, building and settling the plan are counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.case import Case

BASE_CASE, FUTURES = Path("inputs/us_base_case"), Path("inputs/us_futures")
TREES = ("ban_or_not", "ten", "thirty")
WAYS = ("whole", "large", "branches", "alone", "benders")
HEADING = ("tree", "futures", "nodes", "columns", "yes or no", "way", "processor s", "clock s", "MB", "cost M$")
HEADING += ("bound M$", "gap %", "ended")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.trees", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--trees", nargs="*", default=TREES, help=f"folders of {FUTURES}, or hundred, three_hundred")
    parser.add_argument("--ways", nargs="*", default=WAYS, choices=WAYS)
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--time-limit", type=float, default=600.0, help="seconds of the clock for each line")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path, help="also add the figures to this file, one line each")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(chosen.trees[0], chosen.ways[0], chosen)))
        return 0
    print("  ".join(f"{name:>11}" for name in HEADING))
    for tree in chosen.trees:
        for way in chosen.ways:
            print(line(_apart(tree, way, chosen)), flush=True)
    return 0


def read_tree(tree: str) -> Case:
    """The base case under a tree that is a folder of inputs/us_futures, or made."""
    from benchmarks.many_futures import MADE, overlay
    from planner.case import read_case

    if tree not in MADE:
        return read_case(BASE_CASE, [FUTURES / tree])
    with TemporaryDirectory() as folder:
        return read_case(BASE_CASE, [overlay(tree, Path(folder))])


def measure(tree: str, way: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """One tree planned in one way."""
    from benchmarks.decompose import benders, futures_alone
    from benchmarks.measure import memory_bytes
    from planner.planning.built import Built
    from planner.solver.outcome import SolveOptions

    began = time.perf_counter(), time.process_time()
    case = read_tree(tree)
    built = Built.of(case)
    options = SolveOptions(chosen.gap, chosen.time_limit, chosen.threads)
    if way == "alone":
        found = futures_alone(case, options)
    elif way == "benders":
        found = benders(built.program, built.known.data.tree, options)
    else:
        _, outcome = built.solve(replace(options, method=way))
        found = {"objective": outcome.objective, "bound": outcome.bound, "note": outcome.status}
    return {
        "tree": tree,
        "futures": len(case.tables["scenarios"]),
        "nodes": len(built.known.data.tree.NODES),
        **built.program.sizes,
        "way": way,
        **found,
        "clock_s": time.perf_counter() - began[0],
        "processor_s": time.process_time() - began[1],
        "peak_mb": memory_bytes("VmHWM") / 1e6,
    }


def line(found: dict[str, Any]) -> str:
    """One line of the table."""
    cost, bound = found["objective"], found["bound"]
    gap = None if cost is None or bound is None else 100 * (cost - bound) / abs(cost)
    cells = [found["tree"], found["futures"], found["nodes"], f"{found['columns']:,}", f"{found['binaries']:,}"]
    cells += [found["way"], f"{found['processor_s']:.0f}", f"{found['clock_s']:.0f}", f"{found['peak_mb']:,.0f}"]
    cells += ["-" if value is None else f"{value:,.2f}" for value in (cost, bound, gap)]
    return "  ".join(f"{cell:>11}" for cell in [*cells, found["note"]])


def _apart(tree: str, way: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """The same in a process of its own, so that memory and time are its own."""
    options = ["--gap", str(chosen.gap), "--time-limit", str(chosen.time_limit), "--threads", str(chosen.threads)]
    command = [sys.executable, "-m", "benchmarks.trees", "--one", "--trees", tree, "--ways", way, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{tree}, {way} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if chosen.json:
        with chosen.json.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
    return found


if __name__ == "__main__":
    sys.exit(main())
