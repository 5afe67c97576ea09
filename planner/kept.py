"""The best plan so far, kept in the run folder while the solver works, so that it outlives a killed process.

It is one small file, written beside and then renamed, so that it is whole whenever the process ends. Its time of change
is renewed every few seconds: a file that is not renewed any more has nobody who works on it.
"""

from __future__ import annotations

import os
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from planner.errors import PlannerError, RunError

if TYPE_CHECKING:
    from planner.program import Floats, Program

KEPT = "best_so_far.npz"
EVERY_S = 10.0  # how often a better plan is written at most
SIGN_OF_LIFE_S = 2.0
ABANDONED_AFTER_S = 15.0  # sooner than a run of the list is called lost, so that such a run can be finished at once


@dataclass(frozen=True)
class Kept:
    """The values of a plan, what it costs, and the mark of the program that it is a plan of."""

    mark: str
    cost_musd: float
    values: Floats


class Keeper:
    """Keeps the newest plan in a file while a run works; a run that ends as it should needs the file no more."""

    def __init__(self, file: Path, every_s: float = EVERY_S) -> None:
        self._file, self._every_s = file, every_s
        self._mark = ""
        self._newest: tuple[Floats, float] | None = None
        self._written_at = -every_s
        self._over = threading.Event()
        self._renewing = threading.Thread(target=self._renew, name="keeper", daemon=True)

    def __enter__(self) -> Keeper:
        self._renewing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over.set()
        self._renewing.join()
        if error is None or isinstance(error, PlannerError):
            self._file.unlink(missing_ok=True)

    def program(self, program: Program) -> None:
        """Take what follows as plans of this program."""
        self._mark = program.mark

    def plan(self, values: Floats, cost_musd: float) -> None:
        """Take a better plan; it is written at once, or when the last one has been there long enough."""
        self._newest = values, cost_musd
        self.write_if_due()

    def write_if_due(self) -> None:
        """Write the newest plan unless it is written already or another was just now."""
        if self._newest is not None and time.monotonic() - self._written_at >= self._every_s:
            values, cost_musd = self._newest
            write_kept(self._file, Kept(self._mark, cost_musd, values))
            self._newest, self._written_at = None, time.monotonic()

    def _renew(self) -> None:
        while not self._over.wait(SIGN_OF_LIFE_S):
            if self._file.exists():
                os.utime(self._file)


def write_kept(file: Path, kept: Kept) -> None:
    """Write a plan so that the file is whole at every moment, even when the power fails."""
    import numpy as np

    beside = file.with_name(file.name + ".new")
    with beside.open("wb") as target:
        np.savez_compressed(target, mark=kept.mark, cost_musd=kept.cost_musd, values=kept.values)
        target.flush()
        os.fsync(target.fileno())
    beside.replace(file)


def read_kept(file: Path) -> Kept:
    """Read it back; RunError where it cannot be read."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as found:
            return Kept(str(found["mark"]), float(found["cost_musd"]), found["values"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"The plan kept in {file} cannot be read: {error}. Run the case again.") from error


def has_abandoned_plan(work: Path) -> bool:
    """Whether a run's temporary folder has a plan, and nobody works on it any more."""
    try:
        return time.time() - (work / KEPT).stat().st_mtime > ABANDONED_AFTER_S
    except FileNotFoundError:
        return False
