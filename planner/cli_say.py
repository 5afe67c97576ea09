"""How the command line speaks: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json as json_format
import logging
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from planner.errors import InputInvalid, PlannerError

SCHEMA_VERSION = 1
DEBUG_VARIABLE = "PLANNER_DEBUG"

log = logging.getLogger("planner")


def answer(what: str | dict[str, Any], json: bool = False) -> None:
    """Print the answer of a command: text, or one JSON object with the version of its form."""
    if json and isinstance(what, dict):
        print(json_format.dumps({"schema_version": SCHEMA_VERSION, **what}, ensure_ascii=False, default=str))
    elif what:
        print(what)


def say(message: str) -> None:
    """Tell the user something that is not the answer."""
    print("\n".join(one_line(line) for line in message.splitlines()), file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """A text from a workbook may hold anything; nothing of it may steer the terminal."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cf"} else sign for sign in text)


def ended_well(status: str, gap: float | None) -> str:
    """A plan's status in words."""
    if status == "optimal":
        return "optimal, proven"
    distance = "no bound is known" if gap is None else f"at most {100 * gap:.2f} % above the least cost possible"
    return f"{distance}, proven" if status == "within gap" else f"stopped early; {distance}"


@contextmanager
def answering(json: bool) -> Iterator[None]:
    """Turn what went wrong into a message, or into a JSON answer where that was asked for, and the exit code."""
    try:
        yield
    except PlannerError as error:
        if json:
            failure: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
            if isinstance(error, InputInvalid):
                failure["problems"] = [problem.as_dict() for problem in error.problems]
            answer({"error": failure, "exit_code": error.exit_code}, json=True)
        else:
            say(str(error))
        raise typer.Exit(error.exit_code) from None


def unexpected(error: Exception) -> int:
    """Keep the traceback in a file and tell the user where; the exit code."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror}.")
        if not os.environ.get(DEBUG_VARIABLE):
            return 1
    name = f"ree-planner-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.log"
    file = Path(tempfile.gettempdir()) / name
    try:
        handler: logging.Handler = logging.FileHandler(file, encoding="utf-8")
        place = f"Details are in {file}; send that file to whoever looks after the planner."
    except OSError:
        handler, place = logging.NullHandler(), "Its details could not be written anywhere."
    log.addHandler(handler)
    log.propagate = bool(os.environ.get(DEBUG_VARIABLE))
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    log.removeHandler(handler)
    handler.close()
    say(f"The planner has a fault: {type(error).__name__}. {place}")
    return 1
