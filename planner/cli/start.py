"""What the command `ree-planner` runs first: signals are heard before anything that takes time is loaded."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from planner.cli.signals import SIGNALLED, hear


def main(arguments: list[str] | None = None) -> None:
    """Load the command line and run it."""
    os.umask(0o077)  # what a case says is its owner's: whatever is written is for nobody else
    open_streams()
    hear(_end_at_once)
    from planner.cli.main import main as commands

    hear(_end)
    commands(arguments)


def open_streams() -> None:
    """Open on nothing what is closed of standard input, output and error: else the next file opened takes its place.

    That file may be a run's, and all that is printed would go into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", errors="replace", closefd=False))


def _end_at_once(number: int, frame: FrameType | None) -> None:
    """Nothing was begun, so there is nothing to keep."""
    if number == signal.SIGINT:
        with suppress(OSError):
            os.write(2, b"\nInterrupted.\n")
    os._exit(SIGNALLED + number)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """Leave by the ordinary way, on which files half written are removed."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(SIGNALLED + number)


if __name__ == "__main__":
    main()
