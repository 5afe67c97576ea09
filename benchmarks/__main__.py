"""Measure the base case and invented cases of about 10 thousand, 100 thousand and 1 million nonzeros.

python -m benchmarks                          everything, about five minutes
python -m benchmarks --sizes 1e4 1e5          smaller
python -m benchmarks --json before.json       keep the figures
python -m benchmarks --compare before.json after.json
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generator import Shape, write_case
from benchmarks.measure import STAGES

BASE_CASE = Path("inputs/us_base_case")
FRONT = ("translate", "build", "hand-over")
WORTH_TIMING_S = 0.01


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=float, nargs="*", default=[1e4, 1e5, 1e6], help="nonzeros of the invented cases"
    )
    parser.add_argument("--base-case", type=Path, default=BASE_CASE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=180.0, help="seconds for HiGHS in each case")
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--no-solve", action="store_true", help="stop before HiGHS")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"), help="two files written by --json"
    )
    chosen = parser.parse_args()
    if chosen.compare:
        print(compared(*(json.loads(file.read_text()) for file in chosen.compare)))
        return 0
    results = run(chosen)
    print(table(results))
    print(rules(results))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))
    return 0


def run(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure each case in a process of its own."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        cases = [chosen.base_case] if chosen.base_case.exists() else []
        for size in sorted(chosen.sizes):
            cases.append(write_case(Path(folder) / f"invented-{size:.0f}", Shape.for_nonzeros(size), chosen.seed))
        for case in cases:
            command = [sys.executable, "-m", "benchmarks.measure", str(case)]
            command += ["--time-limit", str(chosen.time_limit), "--gap", str(chosen.gap)]
            command += ["--no-solve"] if chosen.no_solve else []
            print(f"measuring {case.name} ...", file=sys.stderr, flush=True)
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{case.name} failed:\n{done.stderr}", file=sys.stderr)
                continue
            results.append(json.loads(done.stdout))
    return results


def table(results: list[dict[str, Any]]) -> str:
    """One column a case, one line a stage, then what follows from them."""
    lines = [("", [result["case"] for result in results])]
    for size in ("columns", "rows", "nonzeros", "binaries"):
        lines.append((size, [f"{result['sizes'][size]:,}" for result in results]))
    for stage in STAGES:
        lines.append((f"{stage}, s", [_seconds(result, stage) for result in results]))
    lines.append(("translate + build + hand-over, s", [f"{_front(result, 'seconds'):.2f}" for result in results]))
    lines.append(("  of the processor, s", [f"{_front(result):.2f}" for result in results]))
    lines.append(("  growth exponent", _growth(results)))
    lines.append(("  bytes a nonzero", [f"{result['build_bytes_per_nonzero']:,.0f}" for result in results]))
    lines.append(("peak memory, MB", [f"{result['peak_mb']:,.0f}" for result in results]))
    lines.append(("whole solve / HiGHS", [_number(result.get("whole_over_highs"), "{:.2f}") for result in results]))
    lines.append(("gap reached, %", [_number(result.get("gap"), "{:.3f}", 100) for result in results]))
    lines.append(("ended", [result.get("status", "not solved") for result in results]))
    return aligned(lines)


def rules(results: list[dict[str, Any]]) -> str:
    """Microseconds a nonzero of each rule that takes long enough to be timed, and how they grow with its nonzeros.

    An exponent of 0 says that a nonzero costs as much in a large program as in a small one: the rule is linear.
    """
    names = dict.fromkeys(name for result in results for name in result["rules"])
    lines = [("\nmicroseconds a nonzero", [result["case"] for result in results] + ["exponent"])]
    for name in names:
        found = [result["rules"].get(name, {}) for result in results]
        timed = [rule if rule.get("seconds", 0.0) >= WORTH_TIMING_S and rule["nonzeros"] else None for rule in found]
        if not any(timed):
            continue
        costs = [1e6 * rule["seconds"] / rule["nonzeros"] if rule else None for rule in timed]
        invented = [
            (rule["nonzeros"], cost)
            for rule, cost, result in zip(timed, costs, results, strict=True)
            if rule and _invented(result)
        ]
        grown = bool(invented) and invented[-1][0] > invented[0][0]
        grows = _exponent(*invented[0], *invented[-1]) if grown else None
        lines.append((name, [*(_number(cost, "{:.2f}") for cost in costs), _number(grows, "{:.2f}")]))
    return aligned(lines)


def compared(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    """Seconds before and after, stage by stage, for the cases that both files hold."""
    lines = [("", ["before", "after", "ratio"])]
    earlier = {result["case"]: result for result in before}
    for new in after:
        old = earlier.get(new["case"])
        if old is None:
            continue
        lines.append((f"\n{new['case']}", [f"{r['sizes']['nonzeros']:,} nz" for r in (old, new)] + [""]))
        for stage in STAGES:
            pair = old["seconds"].get(stage), new["seconds"].get(stage)
            if None not in pair:
                lines.append(
                    (f"{stage}, s", [f"{pair[0]:.3f}", f"{pair[1]:.3f}", f"{pair[1] / max(pair[0], 1e-9):.2f}"])
                )
        peaks = old["peak_mb"], new["peak_mb"]
        lines.append(("peak memory, MB", [f"{peaks[0]:,.0f}", f"{peaks[1]:,.0f}", f"{peaks[1] / peaks[0]:.2f}"]))
    return aligned(lines)


def _seconds(result: dict[str, Any], stage: str) -> str:
    return _number(result["seconds"].get(stage), "{:.3f}")


def _front(result: dict[str, Any], clock: str = "processor_seconds") -> float:
    return sum(result[clock][stage] for stage in FRONT)


def _invented(result: dict[str, Any]) -> bool:
    return str(result["case"]).startswith("invented")


def _growth(results: list[dict[str, Any]]) -> list[str]:
    """Against the next smaller case of the same kind; the base case is of another shape, so it has none."""
    cells, last = [], None
    for result in results:
        pair = last and (last["sizes"]["nonzeros"], _front(last), result["sizes"]["nonzeros"], _front(result))
        cells.append(_number(_exponent(*pair), "{:.2f}") if pair and _invented(result) else "-")
        last = result if _invented(result) else last
    return cells


def _exponent(size: float, seconds: float, larger: float, longer: float) -> float:
    return math.log(longer / seconds) / math.log(larger / size)


def _number(value: float | None, form: str, times: float = 1.0) -> str:
    return "-" if value is None else form.format(times * value)


def aligned(lines: list[tuple[str, list[str]]]) -> str:
    first = max(len(name.lstrip("\n")) for name, _ in lines)
    width = max([len(cell) for _, cells in lines for cell in cells], default=0)
    texts = []
    for name, cells in lines:
        texts += [""] if name.startswith("\n") else []
        texts.append(f"{name.lstrip(chr(10)):<{first}}" + "".join(f"  {cell:>{width}}" for cell in cells))
    return "\n".join(texts)


if __name__ == "__main__":
    sys.exit(main())
