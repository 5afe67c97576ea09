"""Looks at an installation: can it read, solve, keep runs and show pages, and if not, what would mend it?"""

from __future__ import annotations

import platform
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

OLDEST_PYTHON = (3, 11)
LEAST_FREE_GB = 1.0
PAGES_PORT = 8501
US = "ree-planner"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `needed` is False where the planner works without it."""

    what: str
    fine: bool
    needed: bool
    found: str
    fix: str = ""

    @property
    def verdict(self) -> str:
        """One word: ok, fault, or missing where it can be done without."""
        return "ok" if self.fine else "fault" if self.needed else "missing"


def examine(root: Path | None = None) -> tuple[Finding, ...]:
    """Look at everything; `root` is where runs are kept."""
    from planner.runs.store import default_root

    place = root or default_root()
    return (_python(), *_packages(), _solver(), _temporary(), _disk(place), _store(place), _index(place), _port())


def _python() -> Finding:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding(
        "Python",
        sys.version_info[:2] >= OLDEST_PYTHON,
        True,
        f"{platform.python_version()} in {sys.executable}",
        f"Python {oldest} or newer is needed; install it and make the environment again."
        if sys.version_info[:2] < OLDEST_PYTHON
        else "",
    )


def _packages() -> Iterator[Finding]:
    """Every package the planner declares, and those of its pages."""
    try:
        declared = metadata.requires(US) or []
    except metadata.PackageNotFoundError:
        yield Finding(US, False, True, "not installed", "Run `pip install --no-deps -e .` in the planner's folder.")
        return
    for line in declared:
        extra = re.search(r"extra == ['\"](\w+)['\"]", line)
        if extra and extra[1] != "app":
            continue
        name = re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0]
        oldest = re.search(r">=\s*([\d.]+)", line)
        yield _package(name, oldest[1] if oldest else "0", needed=extra is None)


def _package(name: str, oldest: str, needed: bool) -> Finding:
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = ""
    fine = bool(found) and _number(found) >= _number(oldest)
    fix = "" if fine else f"Version {oldest} or newer is needed: pip install '{name}>={oldest}'."
    return Finding(name, fine, needed, found or "not installed", fix)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _solver() -> Finding:
    """A program whose answer is known: 7 t needed, 2 $ a ton or a plant of 5 t for 9 $. So 9 + 2 x 2 = 13."""
    return _attempt("solver", _solve_a_small_program, "Install highspy again: pip install --force-reinstall highspy.")


def _solve_a_small_program() -> str:
    import pyomo.core as pyo

    from models.algebra import constrain, decide, total
    from planner.solver.highs import Program, SolveOptions
    from planner.solver.large import solve
    from planner.status import Status

    model = pyo.ConcreteModel()
    decide(model, "buy", ["here"])
    decide(model, "build", ["plant"], binary=True)

    def need_is_met(model: pyo.ConcreteModel, data: None, place: str) -> object:
        return total([(1.0, model.buy[place]), (5.0, model.build["plant"])]) >= 7.0

    constrain(model, None, need_is_met, over=["here"])
    model.objective = pyo.Objective(expr=total([(2.0, model.buy["here"]), (9.0, model.build["plant"])]))
    outcome = solve(Program.of(model), SolveOptions(mip_gap=0.0, time_limit_s=30.0))
    if outcome.status is not Status.OPTIMAL or outcome.objective is None or abs(outcome.objective - 13.0) > 1e-6:
        raise RuntimeError(f"a plan of cost 13 was expected; the solver says {outcome.status}, {outcome.objective}")
    return f"solved a small program in {outcome.seconds:.2f} s"


def _temporary() -> Finding:
    def write() -> str:
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"planner")
        return tempfile.gettempdir()

    return _attempt("temporary files", write, "Set TMPDIR to a folder that can be written.")


def _disk(place: Path) -> Finding:
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 1e9
    fix = "" if free >= LEAST_FREE_GB else "Delete old runs, or keep runs elsewhere with $PLANNER_RUNS."
    return Finding("disk", free >= LEAST_FREE_GB, True, f"{free:,.1f} GB free at {existing}", fix)


def _store(place: Path) -> Finding:
    """The run store needs a disk on which SQLite can keep a write-ahead log, which network disks are not."""

    def write() -> str:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place, prefix="doctor-") as folder:
            connection = sqlite3.connect(Path(folder) / "try.sqlite")
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            connection.execute("CREATE TABLE try (number INTEGER)")
            connection.close()
        if mode != "wal":
            raise RuntimeError("this disk cannot keep a write-ahead log")
        return f"{place} can be written"

    return _attempt("run store", write, "Keep runs on a local disk that you may write to: set $PLANNER_RUNS.")


def _index(place: Path) -> Finding:
    """The index of the runs, read from end to end and changed in nothing."""
    from planner.runs.index import is_sound
    from planner.runs.kept import INDEX_FILE

    file = place / INDEX_FILE
    if not file.exists():
        return Finding("run index", True, False, "none yet; it is made from the run folders when it is needed")
    if is_sound(file):
        return Finding("run index", True, True, f"{file} can be read")
    fix = "`ree-planner runs` puts it aside and makes it anew from the run folders; no run is lost."
    return Finding("run index", False, True, f"{file} is damaged", fix)


def _port() -> Finding:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", PAGES_PORT))
        except OSError:
            fix = "The pages may be open already; else use `ree-planner app --port 8502`."
            return Finding("port of the pages", False, False, f"{PAGES_PORT} is in use", fix)
    return Finding("port of the pages", True, False, f"{PAGES_PORT} is free")


def _attempt(what: str, trial: Callable[[], str], fix: str) -> Finding:
    try:
        return Finding(what, True, True, trial())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return Finding(what, False, True, f"{type(error).__name__}: {error}", fix)
