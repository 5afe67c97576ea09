"""What a solve shows while it works, and how Ctrl-C reaches it."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from types import FrameType, TracebackType
from typing import IO, TYPE_CHECKING, Any, cast

from planner.cli.say import one_line, tell
from planner.cli.signals import SIGNALLED, asked_to_end
from planner.results.scale import scale_for

if TYPE_CHECKING:
    from planner.runs.folder import RunEvent
    from planner.studies.solving import Stage

LINE_EVERY_S = 1.0
STEPS = {
    "checking": "checking the case",
    "building": "building the program",
    "solving": "solving",
    "auditing": "auditing the plan",
    "reporting": "writing the report",
}


class Interrupts:
    """The first Ctrl-C asks to stop and keep the best plan, the second ends at once; so does a request to terminate,
    and a terminal that is closed.
    """

    def __init__(self) -> None:
        self._count = 0
        self._before: dict[signal.Signals, Any] = {}

    def asked(self) -> bool:
        """Somebody wants it to stop."""
        return self._count > 0

    def __enter__(self) -> Interrupts:
        for number in asked_to_end():
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
        if self._count > 1:
            # The solver's thread may be deep in its own code: waiting for it is what the user no longer wants.
            os._exit(SIGNALLED + number)
        with suppress(OSError):
            os.write(2, b"\nStopping; the best plan so far is kept. Ctrl-C again ends at once.\n")


@contextmanager
def shown(kind: str) -> Iterator[Callable[[RunEvent], None]]:
    """Where a run's events go: a live line on a terminal, JSON lines, or nowhere; all on standard error."""
    if kind == "json":
        yield _json_line
    elif kind == "auto" and sys.stderr.isatty():
        with _live_line() as show:
            yield show
    else:
        yield _notes_only


def _notes_only(event: RunEvent) -> None:
    """Nothing to show on the way; notes come with the summary."""


def _json_line(event: RunEvent) -> None:
    tell(json.dumps(asdict(event), ensure_ascii=False))


@contextmanager
def _live_line() -> Iterator[Callable[[RunEvent], None]]:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    line = ProgressLine()
    with Live(
        get_renderable=lambda: Text(line.text(), no_wrap=True, overflow="ellipsis"),
        console=Console(file=cast("IO[str]", Terminal(sys.stderr))),
        refresh_per_second=4,
        transient=True,
    ):
        yield line.on_event


class Terminal(io.TextIOBase):
    """Standard error as a terminal that may go away: what it cannot show any more is left out."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Show text."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Show what was held back."""
        with suppress(OSError):
            self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is one at all."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The number by which its width can be asked."""
        return self._stream.fileno()


class ProgressLine:
    """One line about a running solve: step, time, best plan, bound, gap."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._step = ""
        self._progress: dict[str, Any] = {}

    def on_event(self, event: RunEvent) -> None:
        """Take an event."""
        if event.kind == "step":
            self._step = event.data["step"]
        elif event.kind == "progress":
            self._progress = dict(event.data)

    def text(self) -> str:
        """What is known now."""
        seconds = int(time.monotonic() - self._began)
        parts = [STEPS.get(self._step, self._step), f"{seconds // 60}:{seconds % 60:02d}"]
        best, bound, gap = (self._progress.get(name) for name in ("best_musd", "bound_musd", "gap"))
        if self._step == "solving":
            money = scale_for((best, bound))
            parts.append("no plan yet" if best is None else f"best plan {money.figure(best, 1)}")
            if bound is not None:
                parts.append(f"bound {money.figure(bound, 1)}")
            if gap is not None:
                parts.append(f"gap {100 * gap:.2f} %")
        return "  ".join(parts)


class Pace:
    """How long a study has to go, from what it took over itself so far."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def told(self, stage: Stage) -> dict[str, Any]:
        """How far a study is, for machines; `seconds_left` is None until something is solved."""
        seconds, own = time.monotonic() - self._began, stage.done - stage.known
        to_go = seconds / own * (stage.of - stage.done) if own and stage.of else None
        counts = {"done": stage.done, "running": stage.running, "left": stage.left, "of": stage.of}
        left = None if to_go is None else round(to_go, 1)
        return {"kind": "study", "what": stage.what, **counts, "seconds": round(seconds, 1), "seconds_left": left}


def study_line(told: dict[str, Any]) -> str:
    """How far a study is, in words."""
    parts = [f"{told['done']} of {told['of']} done" if told["of"] else f"{told['done']} done"]
    parts += [f"{told[name]} {name}" for name in ("running", "left") if told[name]]
    if told["seconds_left"]:
        parts.append(f"{_clock(told['seconds_left'])} to go")
    return one_line(f"{', '.join(parts)}: {told['what']}")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@contextmanager
def study_shown(kind: str) -> Iterator[Callable[[Stage], None]]:
    """Where a study says how far it is: a bar on a terminal, lines elsewhere, or JSON lines; on standard error."""
    if kind == "none":
        yield lambda _: None
    elif kind == "auto" and sys.stderr.isatty():
        with _study_bar() as show:
            yield show
    else:
        yield _StudyLines(kind == "json").show


class _StudyLines:
    """A line where something is finished, at most one a second; for machines also where something else is begun."""

    def __init__(self, as_json: bool) -> None:
        self._as_json, self._pace = as_json, Pace()
        self._last, self._at = "", -LINE_EVERY_S

    def show(self, stage: Stage) -> None:
        """Tell of a stage what was not told before."""
        told, now = self._pace.told(stage), time.monotonic()
        news = f"{stage.done} {stage.running} {stage.what}" if self._as_json else str(stage.done)
        soon = not self._as_json and stage.done != stage.of and now - self._at < LINE_EVERY_S
        if news != self._last and not soon:
            self._last, self._at = news, now
            tell(json.dumps(told, ensure_ascii=False) if self._as_json else study_line(told))


@contextmanager
def _study_bar() -> Iterator[Callable[[Stage], None]]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    pace = Pace()
    with Bar(console=Console(file=cast("IO[str]", Terminal(sys.stderr))), transient=True) as bar:
        task = bar.add_task("reading the case", total=None)

        def show(stage: Stage) -> None:
            words = study_line(pace.told(stage))[:70].replace("[", "(")
            bar.update(task, description=words, completed=stage.done, total=stage.of or None)

        yield show
