"""Which signals ask a command to end, and the exit codes that tell of them."""

import signal
from collections.abc import Callable
from types import FrameType

SIGNALLED = 128  # and the number of the signal, as shells have it
INTERRUPTED = SIGNALLED + signal.SIGINT


def asked_to_end() -> list[signal.Signals]:
    """The signals by which somebody asks this process to end, but for those it was started to ignore (nohup, &)."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return [one for name in names if signal.getsignal(one := signal.Signals[name]) is not signal.SIG_IGN]


def hear(handler: Callable[[int, FrameType | None], None]) -> None:
    """Let a handler have every signal that asks to end."""
    for number in asked_to_end():
        signal.signal(number, handler)
