"""How the command line speaks: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json as json_format
import logging
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from planner.errors import InputInvalid, PlannerError, Problem

if TYPE_CHECKING:
    from planner.runs.execute import RunSummary

SCHEMA_VERSION = 1
MOST_PROBLEMS = 500
NOT_READ = 141  # whoever was to read the answer went away first, as `head` does; nothing else went wrong
DEBUG_VARIABLE = "PLANNER_DEBUG"

log = logging.getLogger("planner")


def answer(what: str | dict[str, Any], json: bool = False) -> None:
    """Print the answer of a command: text, or one JSON object with the version of its form."""
    if json and isinstance(what, dict):
        what = json_format.dumps({"schema_version": SCHEMA_VERSION, **what}, ensure_ascii=False, default=str)
    if what and not arrived(str(what)):
        raise typer.Exit(NOT_READ)


def arrived(text: str = "") -> bool:
    """Whether a text, and all that was printed, has reached whoever reads it; where it has not, no more is tried."""
    try:
        print(text, end="\n" if text else "", flush=True)
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # what is left is written there when Python ends
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            say(f"The answer could not be written to standard output: {error.strerror}.")
        return False
    return True


def say(message: str) -> None:
    """Tell the user something that is not the answer."""
    tell("\n".join(one_line(line) for line in message.splitlines()))


def tell(line: str) -> None:
    """Write a line to standard error; a terminal that is gone must not cost what is at work."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """A text from a workbook may hold anything; nothing of it may steer the terminal."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cf"} else sign for sign in text)


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
            with suppress(typer.Exit):
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
    if isinstance(error, UnicodeEncodeError):
        name = error.object[:200].encode(errors="replace").decode()
        say(f"A name has signs that are no text here: {name}. Rename that file or folder.")
        return 1
    name = f"ree-planner-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.log"
    try:
        file = Path(tempfile.gettempdir()) / name  # a machine may have no room for temporary files at all
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


def list_problems(problems: tuple[Problem, ...]) -> None:
    """Print each problem on a line of its own."""
    for problem in problems[:MOST_PROBLEMS]:
        answer(one_line(f"{problem.severity}: {problem}"))
    if len(problems) > MOST_PROBLEMS:
        say(f"{len(problems) - MOST_PROBLEMS} more are not shown; `--json` gives all of them.")


def verdict(case: Path, problems: tuple[Problem, ...]) -> str:
    """Whether a case can be solved, in a sentence."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if errors:
        return f"{case}: {_count(errors, 'error')}, {_count(warnings, 'warning')}. Mend the errors, then solve it."
    return f"{case}: ready to solve" + (f", with {_count(warnings, 'warning')}." if warnings else ".")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def summary(run: RunSummary) -> dict[str, Any]:
    """What a run found, for programs."""
    return {
        "state": run.state,
        "status": run.status,
        "case": run.case_name,
        "fingerprint": run.fingerprint,
        "cost_musd": run.cost_musd,
        "objective_musd": run.objective_musd,
        "bound_musd": run.bound_musd,
        "gap": run.gap,
        "gap_asked": run.gap_asked,
        "checked_musd": run.checked_musd,
        "tolerance_musd": run.tolerance_musd,
        "off": run.off,
        "verdict": _verdict(run),
        "seconds": run.seconds,
        "folder": str(run.folder),
        "report": run.report and str(run.report),
        "notes": list(run.notes),
        "decision": run.decision and dict(run.decision),
    }


def _verdict(run: RunSummary) -> dict[str, Any]:
    from dataclasses import asdict

    from planner.results.proven import proven

    return asdict(proven(run))


def _decided(run: RunSummary) -> Iterator[str]:
    """What is awarded and begun, what goes short or is missed, and how many warnings stand; nothing where not known."""
    told = run.decision
    if told is None:
        return
    awards, begun, warned = (int(told[name]) for name in ("awards", "projects", "warnings"))
    signed = int(told.get("awards_signed", 0))
    already = f", signed already {signed:,}" if signed else ""
    yield f"awards  {awards:,}, of which firm {int(told['awards_firm']):,}{already}" if awards else "awards  none"
    yield f"builds  {begun:,}, of which firm {int(told['projects_firm']):,}" if begun else "builds  none"
    if told["unmet_t"] > 0 and told["unmet_segments"]:
        amounts = told.get("quantity_unit", "t")
        yield f"unmet   {told['unmet_t']:,.1f} {amounts} in all, in {_count(int(told['unmet_segments']), 'segment')}"
    else:
        yield "unmet   nothing"
    if told["limits_missed"]:
        yield f"missed  {_count(int(told['limits_missed']), 'limit')}"
    for row in told.get("priorities", ()):
        if row["missed"] > 0:
            of = f" for {row['for']}" if row["for"] else ""
            yield f"gave way {row['limit']}{of} in {row['period']} by {row['missed']:,.4g} {row['unit']}"
    if warned:
        yield f"warned  {_count(warned, 'warning')} of the check; `ree-planner check` lists them"


def summary_text(run: RunSummary) -> str:
    """What a run found, for people."""
    from planner.results.proven import is_priced, proven
    from planner.results.scale import scale_for

    cost, found, priced = run.objective_musd if run.cost_musd is None else run.cost_musd, proven(run), is_priced(run)
    money = scale_for((cost, run.objective_musd)).figure
    lines = [f"{run.case_name}: {found.words[0].lower()}{found.words[1:]}"]
    lines.append(f"cost    {money(cost)}, discounted")
    if priced:
        lines.append(f"weighed {money(run.objective_musd - cost)} beside the cost, for risk, exposure or missed limits")
        lines.append(f"in all  {money(run.objective_musd)}, the objective by which the plan is chosen")
    if run.bound_musd is not None:
        lines.append(
            f"bound   {money(run.bound_musd)}; no plan can {'have a lower objective' if priced else 'cost less'}"
        )
    if found.checked:
        lines.append(f"proof   {found.checked}")
    lines.extend(_decided(run))
    lines.append(f"report  {run.report or 'not written'}")
    lines.append(f"run     {run.folder}")
    return "\n".join(one_line(line) for line in lines)
