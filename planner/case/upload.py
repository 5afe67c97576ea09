"""Reads, marks and converts a stranger's file in a process of its own, so that whatever is in it the caller lives on.

The process may use so much memory and so many seconds of the processor, more for a larger file, and no more. What it
hands back was pickled by us for us.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.checks.catalogue import problem
from planner.errors import InputInvalid, PlannerError, Problem

OUT_OF_MEMORY = 77
SMALLER = "Take out rows and sheets that are not needed."
# More threads would each take memory from the little there is.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


@dataclass(frozen=True)
class Room:
    """What one file may take: megabytes, seconds of the processor, and seconds of the clock where it only waits.

    A small file has 500 MB and 4 s once the process has started, so that it is answered within five. Beyond a quarter
    of a megabyte it has 8 s more for each, beyond a whole one 100 MB more: a workbook of 50,000 rows has some 3 MB and
    takes 15 s, and a file that takes more for its size is no case. What the processor gives others is not held against
    a file: on a busy machine it has its seconds a hundred times over, and ten minutes to start.
    """

    memory_mb: int
    cpu_s: float
    clock_s: float

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Room:
        """The room for files of this size together."""
        megabytes = sum(_size(path) for path in paths) / 1e6
        cpu_s = min(4.0 + 8.0 * max(0.0, megabytes - 0.25), 90.0)
        memory_mb = round(min(500.0 + 100.0 * max(0.0, megabytes - 1.0), 1_500.0))
        return cls(memory_mb, cpu_s, clock_s=100.0 * cpu_s + 600.0)


def check_apart(path: Path, overlays: Sequence[Path] = (), room: Room | None = None) -> Any:
    """What the checks say of a file, worked out in another process, or the Problem that forbade it."""
    return _apart(("check", path, tuple(overlays)), room or Room.of([path, *overlays]))


def mark_apart(path: Path, problems: Sequence[Problem], target: Path) -> None:
    """Write the file back with its problems marked, from another process; InputInvalid where it is too much."""
    _refuse(_apart(("mark", path, tuple(problems), target.absolute()), Room.of([path])))


def convert_apart(source: Path, target: Path, overlays: Sequence[Path] = ()) -> None:
    """As `planner.case.convert`, from another process; InputInvalid where the file is too much."""
    _refuse(_apart(("convert", source, target.absolute(), tuple(overlays)), Room.of([source, *overlays])))


def _refuse(answer: Any) -> None:
    """Raise what the other process says is wrong."""
    if isinstance(answer, Problem):
        raise InputInvalid([answer])
    if isinstance(answer, (PlannerError, OSError)):
        raise answer


def _apart(task: tuple[Any, ...], room: Room) -> Any:
    command = [sys.executable, "-P", "-m", "planner.case.upload_worker", str(room.memory_mb), str(round(room.cpu_s))]
    places = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(place for place in places if place)}
    given = pickle.dumps((task[0], Path(task[1]).absolute(), *task[2:]))
    try:
        # In a session of its own: Ctrl-C on the terminal is for this process, and says nothing of the file.
        ran = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=room.clock_s,
            env=environment,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return problem("file.too-slow", message=f"reading it took more than {room.clock_s:g} seconds", fix=SMALLER)
    if _out_of_time(ran.returncode):
        text = f"reading it took more than {room.cpu_s:.0f} seconds of the processor"
        return problem("file.too-slow", message=text, fix=SMALLER)
    if ran.returncode == OUT_OF_MEMORY:
        text = f"reading it needs more than {room.memory_mb:,} MB of memory"
        return problem("file.too-big", message=text, fix=SMALLER)
    if ran.returncode != 0:
        fix = "Open it in Excel or LibreOffice, save it again, or ask for a fresh copy."
        return problem("file.damaged", message="the file ended the program that read it", fix=fix)
    return pickle.loads(ran.stdout)


def _out_of_time(code: int) -> bool:
    return os.name == "posix" and code in {-signal.SIGXCPU, -signal.SIGKILL}


def _size(path: Path) -> int:
    """The bytes of a workbook, or of the files of a folder; nothing of what is neither."""
    try:
        files = [path] if not path.is_dir() else list(path.iterdir())
        return sum(file.stat().st_size for file in files if file.is_file())
    except OSError:
        return 0
