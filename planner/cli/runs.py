"""What the command line does with runs that exist already, and with the pages."""

from __future__ import annotations

import getpass
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.say import one_line, say
from planner.cli.signals import SIGNALLED, hear
from planner.errors import RunError
from planner.results.scale import scale_for
from planner.runs.claim import LOCK, is_locked, recover
from planner.runs.elsewhere import note
from planner.runs.folder import RUN, has_abandoned_plan, working_name
from planner.runs.store import RunStore, default_root, no_run, own_environment

LOOK_S = 0.2
SERVER_ENDS_S = 10.0  # how long the server of the pages may take to end

if TYPE_CHECKING:
    from planner.runs.certificate import Certificate
    from planner.runs.run import Run


def store_in(root: Path | None) -> RunStore:
    """The run store at `root`, or the default one, as its folders are now."""
    store = RunStore(root or default_root())
    store.mark_lost()
    store.reconcile()
    return store


def run_records(root: Path | None, limit: int, skip: int = 0) -> list[dict[str, Any]]:
    """The newest runs, for programs."""
    store = store_in(root)
    return [{**asdict(run), "folder": str(store.folder(run.id))} for run in store.list(limit, skip=skip)]


def run_lines(root: Path | None, limit: int, skip: int = 0) -> str:
    """The newest runs, for people."""
    store = store_in(root)
    found, count = store.list(limit, skip=skip), store.count()
    if not found:
        say(f"There are no {'more ' if count else ''}runs in {store.root}{'' if count else ' yet'}.")
        return ""
    wide = max(22, *(len(run.id) for run in found))
    lines = [f"{'run':<{wide}}  {'begun (UTC)':<16}  {'state':<10}  {'best plan':>16}  {'gap %':>6}  case"]
    for run in found:
        begun = f"{datetime.fromtimestamp(run.created, UTC):%Y-%m-%d %H:%M}"
        best = "" if run.best_musd is None else scale_for([run.best_musd]).figure(run.best_musd, 1)
        gap = "" if run.gap is None else f"{100 * run.gap:.2f}"
        lines.append(one_line(f"{run.id:<{wide}}  {begun}  {run.state:<10}  {best:>16}  {gap:>6}  {run.name}"))
    for run in found:
        if run.state == "lost" and store.has_kept_plan(run.id):
            say(f"The run {run.id} was cut off with a plan: `ree-planner report {run.id}` audits and reports it.")
    if count > skip + len(found):
        say(f"Runs {skip + 1} to {skip + len(found)} of {count}; `--skip {skip + len(found)}` shows the next.")
    return "\n".join(lines)


def user() -> str:
    """Who works at this terminal, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def folder_of(run: str, root: Path | None) -> Path:
    """A run's folder, from its folder or its name in the list. A run that was cut off with a plan is finished first."""
    final = Path(run.removesuffix(".tmp"))
    if RUN.record_of(final) is None and not working_name(final).is_dir():
        store = store_in(root)
        found = store.find(run)
        if found is None and not final.is_dir():
            raise no_run(run, store)
        final = final if found is None else store.root / found.id
    recover(final, RUN)
    work = working_name(final)
    if has_abandoned_plan(work) and (run.endswith(".tmp") or not final.is_dir()):
        from planner.runs.finishing import CUT_OFF, finish_listed

        say(CUT_OFF)
        finish_listed(final)
    if not final.is_dir() and (work / LOCK).is_file():
        raise RunError(_unfinished(final.absolute(), store_in(root)))
    return work if (run.endswith(".tmp") and work.is_dir()) or not final.is_dir() else final


def _unfinished(final: Path, store: RunStore) -> str:
    """Why there is nothing to read of a run that has a temporary folder only, and what to do."""
    listed = store.find(final.name if final.parent == store.root else str(final))
    if is_locked(working_name(final)) or (listed is not None and listed.waiting):
        return f"The run {final.name} is not at its end. `ree-planner cancel {final.name}` ends it with its best plan."
    return (
        f"The run {final.name} was cut off before it had a plan, so there is nothing to keep. Run the case again with"
        f" --out {final}: that takes its folder up."
    )


def ask_to_stop(run: str, root: Path | None) -> Run:
    """Ask a run to stop, by its folder or its name in the list."""
    store = store_in(root)
    final = Path(run.removesuffix(".tmp")).absolute()
    if working_name(final).is_dir() and store.find(run) is None:
        note(store.root, final)  # a run that another list has, or none
        store.reconcile()
        run = final.name if final.parent == store.root else str(final)
    found = store.find(run)
    if found is None:
        raise no_run(run, store)
    return store.request_stop(found.id, by=user())


def write_report_of(folder: Path, to: Path | None, paper: str = "letter") -> Path:
    """Write the report of a finished run again, from its frozen input and its plan."""
    from planner.runs.exports import write_report_again

    return write_report_again(folder, to, paper)


def write_brief_of(folder: Path, to: Path | None) -> tuple[Path, ...]:
    """Write the brief of a finished run again, in both its forms."""
    from planner.runs.exports import write_brief_again

    return write_brief_again(folder, to)


def certificate_facts(found: Certificate) -> dict[str, Any]:
    """A certificate, for programs."""
    return {**asdict(found), "folder": str(found.folder)}


def certificate_text(found: Certificate) -> str:
    """A certificate, for people."""
    lines = [
        f"objective {found.objective_musd:,.6f} M$, of a plan that keeps every row",
        f"bound     {found.bound_musd:,.6f} M$; no plan can have a lower one, checked in exact fractions",
    ]
    if found.search_says_musd is not None and found.search_says_musd > found.bound_musd:
        lines.append(f"search    {found.search_says_musd:,.6f} M$; that none has a lower one is the solver's word")
    return "\n".join([*lines, f"verify    python {found.folder / 'verify.py'}"])


def serve_pages(port: int, browser: bool, token: bool = True) -> int:
    """Start the pages and wait until they end; their address holds a new token unless none is wanted."""
    if find_spec("streamlit") is None:
        raise RunError("The pages need streamlit. Install the planner with its extra: pip install 'ree-planner[app]'.")
    command = [sys.executable, "-P", "-m", "planner.pages.serving", "--port", str(port)]
    command += ["--browser"] if browser else []
    given = os.environ.get("PLANNER_TOKEN") or secrets.token_urlsafe(24)
    ended_by: list[int] = []
    hear(lambda number, _: ended_by.append(number))  # whatever ends this process, the port is not left open behind it
    # Each click has a thread, with which memory of its own would stay: all of them share two parts of it.
    environment = {"MALLOC_ARENA_MAX": "2", **own_environment(), "PLANNER_TOKEN": given if token else ""}
    server = subprocess.Popen(command, env=environment)
    while not ended_by and server.poll() is None:
        time.sleep(LOOK_S)
    server.terminate()
    try:
        code = server.wait(SERVER_ENDS_S)
    except subprocess.TimeoutExpired:
        server.kill()
        code = server.wait()
    if not ended_by:
        return code
    return 0 if ended_by[0] == signal.SIGINT else SIGNALLED + ended_by[0]
