"""Measure one case in this process and print what was found as JSON: `python -m benchmarks.measure CASE`.

A process of its own for each case keeps their memory apart.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STAGES = ("read", "check", "translate", "build", "hand-over", "HiGHS", "extract", "audit", "report")
STATUS_FILE = Path("/proc/self/status")
RESET_FILE = Path("/proc/self/clear_refs")


class Stopwatch:
    """Seconds by stage: on the clock, and of this process alone, which neighbours on the machine do not lengthen."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began, busy = time.perf_counter(), time.process_time()
        yield
        self.seconds[stage] = time.perf_counter() - began
        self.processor[stage] = time.process_time() - busy


def measure(case: Path, solve: bool, time_limit_s: float, gap: float) -> dict[str, Any]:
    """Take the case through every stage: solved to the gap or time limit; without `solve` to the hand-over."""
    watch = Stopwatch()
    read = _read(case, watch)
    before = memory_bytes("VmRSS")
    _forget_peak()
    rules: dict[str, dict[str, float]] = {}
    program = _program(read, watch, rules)
    memory = memory_bytes("VmHWM")
    found: dict[str, Any] = {
        "case": case.name,
        "sizes": program.sizes,
        "seconds": watch.seconds,
        "processor_seconds": watch.processor,
        "build_bytes_per_nonzero": (memory - before) / max(1, program.sizes["nonzeros"]),
        "rules": rules,
    }
    if solve:
        found |= _plan(read, watch, time_limit_s, gap)
    found["peak_mb"] = max(memory, memory_bytes("VmHWM")) / 1e6
    return found


def _read(path: Path, watch: Stopwatch) -> Any:
    """Reading is opening the file alone; checking is the rest of what makes a case of it."""
    from planner.case import read_case
    from planner.workbook.source import open_book

    for module in ("models.build", "planner.planning.solve", "planner.reporting", "pyarrow"):
        importlib.import_module(module)
    read_case(path)  # once before the clock runs, for all that is imported or cached at first use
    with watch("read"):
        open_book(path)
    with watch("check"):
        case = read_case(path)
    watch.seconds["check"] -= watch.seconds["read"]
    return case


def _program(case: Any, watch: Stopwatch, rules: dict[str, dict[str, float]]) -> Any:
    from models.build import build
    from planner.solver.highs import Live, Program, SolveOptions
    from planner.translate import translate

    with watch("translate"):
        known = translate(case)
    with _timed_rules(rules), watch("build"):
        model = build(known.data)
    with watch("hand-over"):
        program = Program.of(model)
        Live(program, SolveOptions(mip_gap=0.01, time_limit_s=1.0))
    for name, rule in rules.items():
        where = program.rows[name][1]
        rule["nonzeros"] = float(program.starts[where.stop] - program.starts[where.start])
    return program


def _plan(case: Any, watch: Stopwatch, time_limit_s: float, gap: float) -> dict[str, Any]:
    from planner.planning.solve import solve_case
    from planner.reporting import write_report
    from planner.solver.highs import SolveOptions

    began = time.perf_counter()
    plan = solve_case(case, SolveOptions(mip_gap=gap, time_limit_s=time_limit_s))
    whole = time.perf_counter() - began
    watch.seconds |= {
        "HiGHS": plan.timings["solver"],
        "extract": plan.timings["extract"],
        "audit": plan.timings["audit"],
    }
    with tempfile.TemporaryDirectory() as folder, watch("report"):
        write_report(case, plan, Path(folder) / "report.xlsx")
    everything = whole + watch.seconds["report"] + watch.seconds["read"] + watch.seconds["check"]
    return {
        "status": plan.status,
        "objective_musd": plan.objective_musd,
        "gap": plan.gap,
        "whole_over_highs": everything / plan.timings["solver"],
    }


@contextmanager
def _timed_rules(rules: dict[str, dict[str, float]]) -> Iterator[None]:
    """Note rows and processor seconds of every rule while the program is built."""
    import models

    modules = [importlib.import_module(f"models.{found.name}") for found in pkgutil.iter_modules(models.__path__)]
    users = [module for module in modules if module.__name__ != "models.algebra" and hasattr(module, "constrain")]

    def timed(constrain: Callable[..., None]) -> Callable[..., None]:
        def wrapped(model: Any, data: Any, rule: Callable[..., Any], over: Any) -> None:
            began = time.process_time()
            constrain(model, data, rule, over)
            rules[rule.__name__] = {"rows": len(over), "seconds": time.process_time() - began}

        return wrapped

    originals = [module.constrain for module in users]
    for module, original in zip(users, originals, strict=True):
        module.constrain = timed(original)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, original in zip(users, originals, strict=True):
            module.constrain = original  # type: ignore[attr-defined]


def memory_bytes(field: str) -> float:
    """Bytes in use now (VmRSS) or at most since the peak was forgotten (VmHWM); 0 where the system does not say."""
    if not STATUS_FILE.exists():
        return 0.0
    line = next(line for line in STATUS_FILE.read_text().splitlines() if line.startswith(field))
    return float(line.split()[1]) * 1024


def _forget_peak() -> None:
    try:
        RESET_FILE.write_text("5")
    except OSError:
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path)
    parser.add_argument("--no-solve", action="store_true")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=0.005)
    chosen = parser.parse_args()
    json.dump(measure(chosen.case, not chosen.no_solve, chosen.time_limit, chosen.gap), sys.stdout)


if __name__ == "__main__":
    main()
