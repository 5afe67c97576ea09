"""What makes a process that plans one case quicker: modules imported while it waits, garbage sought seldom."""

from __future__ import annotations

import gc
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


def collect_seldom() -> None:
    """Seek garbage seldom from now on: there is hardly any, and to look for it takes the base case half a second."""
    gc.set_threshold(OBJECTS)
