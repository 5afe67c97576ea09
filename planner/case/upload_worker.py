"""The process in which a stranger's file is read, marked or converted.

`python -m planner.case.upload_worker MEGABYTES SECONDS` takes its task, pickled, from standard input and writes the
outcome, pickled too, to standard output.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.case import check_case
from planner.case.upload import OUT_OF_MEMORY
from planner.errors import PlannerError, Problem
from planner.solver.watch import end_process

AT_ONCE_S = 2  # after the first signal the system ends a process that did not


def _limit_memory(megabytes: int) -> None:
    """Where the system can (Linux does), forbid this process more memory."""
    try:
        import resource
    except ImportError:
        return
    memory = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: int) -> None:
    """Forbid it more of the processor than this from now on: on a slow disk, starting may take longer than any case."""
    try:
        import resource
    except ImportError:
        return
    end = int(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (end, end + AT_ONCE_S))


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
    _limit_memory(int(sys.argv[1]))
    try:
        from planner.checks import assemble, run  # noqa: F401 - they take what time starting takes

        _limit_time(int(sys.argv[2]))
        answer = pickle.dumps(_carry_out(pickle.load(sys.stdin.buffer)), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    end_process(main())
