"""What the command `ree-planner` runs first: Ctrl-C is heard before anything that takes time is loaded."""

import os
import signal
from types import FrameType

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Load the command line and run it."""
    signal.signal(signal.SIGINT, _end)
    from planner.cli.main import main as commands

    signal.signal(signal.SIGINT, signal.default_int_handler)
    commands(arguments)


def _end(number: int, frame: FrameType | None) -> None:
    """Nothing was begun, so there is nothing to keep."""
    os.write(2, b"\nInterrupted.\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
