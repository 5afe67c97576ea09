"""The best plan so far, kept in the run folder while the solver works, so that it outlives a killed process.

It is one small file, written beside and then renamed, so that it is whole whenever the process ends. Who has the run's
folder removes it when the results have their final name, and not before. A full disk costs the copy, not the run.
"""

from __future__ import annotations

import os
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import RunError

if TYPE_CHECKING:
    from models.groups import Floats
    from planner.solver.program import Program

INCUMBENT_FILE = "best_so_far.npz"
EVERY_S = 10.0  # how often a better plan is written at most


@dataclass(frozen=True)
class Incumbent:
    """The values of a plan, what it costs, the mark of its program, and the bound if one was known."""

    mark: str
    cost_musd: float
    values: Floats
    bound_musd: float | None = None


class IncumbentWriter:
    """Keeps the newest plan in a file while a run works. `failed` says why it could not, where it could not."""

    def __init__(self, file: Path, every_s: float = EVERY_S) -> None:
        self._file, self._every_s = file, every_s
        self._mark = ""
        self._newest: Incumbent | None = None
        self._written_at = -every_s
        self.failed = ""

    def program(self, program: Program) -> None:
        """Take what follows as plans of this program."""
        self._mark = program.mark

    def plan(self, values: Floats, cost_musd: float) -> None:
        """Take a better plan; it is written at once, or when the last one has been there long enough."""
        self._newest = Incumbent(self._mark, cost_musd, values)
        self.write_if_due()

    def last(self, values: Floats, cost_musd: float, bound_musd: float | None) -> None:
        """Take the plan that the solver ended with; it is written at once."""
        self._newest = Incumbent(self._mark, cost_musd, values, bound_musd)
        self._write()

    def write_if_due(self) -> None:
        """Write the newest plan unless it is written already or another was just now."""
        if self._newest is not None and time.monotonic() - self._written_at >= self._every_s:
            self._write()

    def _write(self) -> None:
        assert self._newest is not None
        try:
            write_incumbent(self._file, self._newest)
            self.failed = ""
        except OSError as error:
            self.failed = f"{error.strerror or error}"
        self._newest, self._written_at = None, time.monotonic()


def write_incumbent(file: Path, incumbent: Incumbent) -> None:
    """Write a plan so that the file is whole at every moment, even when the power fails."""
    import numpy as np

    beside = file.with_name(file.name + ".new")
    with beside.open("wb") as target:
        bound: Any = {} if incumbent.bound_musd is None else {"bound_musd": incumbent.bound_musd}
        np.savez_compressed(
            target, mark=incumbent.mark, cost_musd=incumbent.cost_musd, values=incumbent.values, **bound
        )
        target.flush()
        os.fsync(target.fileno())
    beside.replace(file)


def read_incumbent(file: Path) -> Incumbent:
    """Read it back; RunError where it cannot be read."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as found:
            bound = float(found["bound_musd"]) if "bound_musd" in found else None
            return Incumbent(str(found["mark"]), float(found["cost_musd"]), found["values"], bound)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise RunError(f"The plan kept in {file} cannot be read: {error}. Run the case again.") from error
