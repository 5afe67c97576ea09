"""Run the solver in its own thread and watch it from the caller's: progress, plans, the clock and the wish to stop."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from models.groups import Floats

POLL_S = 0.1
HEARTBEAT_S = 1.0  # how often progress is told when nothing but the time has changed
PATIENCE_S = 8.0  # how long a solver that was told to stop may go on before it is left behind
THREAD_NAME = "solver"


@dataclass(frozen=True)
class Progress:
    """How far a solve is; what is not known yet is None."""

    seconds: float
    best_musd: float | None
    bound_musd: float | None
    gap: float | None
    nodes: int


NOTHING_KNOWN = Progress(0.0, None, None, None, 0)  # before anything is known
OnProgress = Callable[[Progress], None]
OnPlan = Callable[["Floats", float], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Listener:
    """Who hears of a solve, in the caller's thread, ten times a second at most; all may be left out.

    `on_plan` is told an improving plan and what it costs. `log_file` takes what the solver prints. An exception that
    one of them raises ends the solve.
    """

    on_progress: OnProgress | None = None
    should_stop: ShouldStop | None = None
    on_plan: OnPlan | None = None
    log_file: Path | None = None

    @property
    def stopped(self) -> bool:
        """Whether somebody wishes that the solve ends."""
        return self.should_stop is not None and self.should_stop()


NOBODY = Listener()


def end_process(code: int) -> NoReturn:
    """End this process. A solver left behind would crash it on the ordinary way out, and its exit code with it.

    Garbage is not sought on the way out: all goes back to the system anyhow, and the search takes a third of a second.
    """
    gc.freeze()
    if any(thread.name == THREAD_NAME for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def nothing() -> None:
    """What there is to do meanwhile, where nothing is."""


class Watch:
    """What the solver's thread lays down and the caller's thread picks up."""

    def __init__(self, time_limit_s: float, listener: Listener = NOBODY) -> None:
        self.stop = False
        self.log: list[str] = []
        self.plan: tuple[Floats, float] | None = None
        self.progress = NOTHING_KNOWN
        self._began = time.monotonic()
        self._time_limit_s = time_limit_s
        self._listener = listener
        self._shown_plan: tuple[Floats, float] | None = None
        self._shown_progress = self.progress
        self._logged = 0

    @property
    def seconds(self) -> float:
        """Since the watch began."""
        return time.monotonic() - self._began

    def run(self, work: Callable[[], None], meanwhile: Callable[[], None] = nothing) -> bool:
        """Do the work in its own thread; False when it was told to stop and did not.

        `meanwhile` is done in this thread before it is watched. An exception that this or a callback raises (or
        Ctrl-C) tells the work to stop and is passed on.
        """
        done = threading.Event()
        raised: list[Exception] = []

        def thread() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 - carried to the caller's thread and raised there
                raised.append(error)
            finally:
                done.set()

        threading.Thread(target=thread, name=THREAD_NAME, daemon=True).start()
        try:
            meanwhile()
            ended = self._until(done)
        except BaseException:
            self.stop = True
            done.wait(PATIENCE_S)
            raise
        finally:
            self._write_log()
        if raised:
            raise raised[0]
        return ended

    def _until(self, done: threading.Event) -> bool:
        told_at = 0.0
        while not done.wait(POLL_S):
            self._report()
            if not self.stop and self.wants_stop:
                self.stop, told_at = True, self.seconds
            if self.stop and self.seconds > told_at + PATIENCE_S:
                return False
        self._report()
        return True

    @property
    def wants_stop(self) -> bool:
        """Whether the time is over, or somebody wishes that the solve ends."""
        return self.seconds > self._time_limit_s or self._listener.stopped

    def _report(self) -> None:
        self._write_log()
        plan = self.plan
        if self._listener.on_plan is not None and plan is not None and plan is not self._shown_plan:
            self._shown_plan = plan
            self._listener.on_plan(*plan)
        progress = self.progress
        stale = self.seconds > self._shown_progress.seconds + HEARTBEAT_S
        if self._listener.on_progress is not None and (progress is not self._shown_progress or stale):
            if progress is self._shown_progress:
                progress = self.progress = replace(progress, seconds=self.seconds)
            self._shown_progress = progress
            self._listener.on_progress(progress)

    def _write_log(self) -> None:
        self._logged = append_new(self._listener.log_file, self.log, self._logged)


def append_new(file: Path | None, log: list[str], written: int) -> int:
    """Append to the file what of a log is not written yet; how many of its parts are written then.

    A full disk costs the log, not the plan; it is tried again with the next.
    """
    count = len(log)
    if file is None or written == count:
        return written
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.writelines(log[written:count])
    except OSError:
        return written
    return count
