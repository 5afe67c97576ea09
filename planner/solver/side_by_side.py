"""Solves side by side, in threads of this process: while one is with the solver, Python is free for the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeAlias

from planner.solver.watch import POLL_S

Task: TypeAlias = "Callable[[], Iterable[Task] | None]"


def worked_off(tasks: Iterable[Task], threads: int, halt: Event, goes_on: Callable[[], bool]) -> bool:
    """Work off the tasks and all that each of them leads to, in so many threads; whether all of it was done.

    A task hands back those it leads to, or None where it came to nothing, which ends all. `goes_on` is asked in this
    thread, ten times a second. At the end of all, however it comes, `halt` is set, and tasks are to heed it at once.
    """
    done = True
    with ThreadPoolExecutor(threads, "parts") as pool:
        try:
            waiting = {pool.submit(task) for task in tasks}
            while waiting:
                ended, waiting = wait(waiting, POLL_S, FIRST_COMPLETED)
                for one in ended:
                    more = one.result()
                    done &= more is not None
                    waiting |= {pool.submit(task) for task in more or ()}
                if not (done and goes_on()):
                    halt.set()
        finally:
            halt.set()
    return done
