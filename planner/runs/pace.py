"""What makes a process that plans quicker: modules imported while it waits, no search for garbage, no idle threads."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from importlib import import_module
from threading import Thread

TO_SOLVE = ("planner.planning.solve",)
TO_WRITE = ("planner.reporting", "planner.brief", "planner.runs.tables", "planner.results.decision")
OBJECTS = 50_000  # more of them than when garbage was last sought; by itself Python seeks it each 700


def import_ahead(modules: tuple[str, ...]) -> None:
    """Begin to import them and go on; whoever needs one that is on its way waits for it."""

    def thread() -> None:
        with suppress(Exception):  # whoever needs the module meets the fault where it can be told
            for module in modules:
                import_module(module)

    Thread(target=thread, name="imports").start()


def run_lean() -> None:
    """For a process of our own, before it imports numpy; of the base case's solve it spares a tenth, of a report more.

    Garbage is sought seldom, since there is hardly any. Sums of numpy take one thread: with more the others wait busily
    for the next sum, on the cores that the solver is to have.
    """
    gc.set_threshold(OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
