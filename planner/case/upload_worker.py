"""The process in which a stranger's file is read, marked or converted.

`python -m planner.case.upload_worker MEGABYTES SECONDS` takes its task, pickled, from standard input and writes the
outcome, pickled too, to standard output.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.case import check_case
from planner.case.upload import OUT_OF_MEMORY
from planner.errors import PlannerError, Problem

AT_ONCE_S = 2  # after the first signal the system ends a process that did not


def _limit(memory_mb: int, seconds: int) -> None:
    """Where the system can (Linux does), forbid this process more memory and more of the processor."""
    try:
        import resource
    except ImportError:
        return
    memory = memory_mb * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + AT_ONCE_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _carry_out(task: tuple[Any, ...]) -> Any:
    what, path, *given = task
    if what == "check":
        return check_case(path, *given)
    try:
        return TASKS[what](path, *given)
    except (PlannerError, OSError) as error:
        return error


def _mark(path: Path, problems: tuple[Problem, ...], target: Path) -> None:
    from planner.workbook.marking import write_marked

    write_marked(path, problems, target)


def _convert(path: Path, target: Path, overlays: tuple[Path, ...]) -> None:
    from planner.case.convert import convert

    convert(path, target, overlays)


TASKS: dict[str, Callable[..., None]] = {"mark": _mark, "convert": _convert}


def main() -> int:
    """Carry out the task within the limits named on the command line."""
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    try:
        answer = pickle.dumps(_carry_out(pickle.load(sys.stdin.buffer)), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
