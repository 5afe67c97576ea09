"""What the command line does with runs that exist already, and with the pages."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from planner.cli.say import one_line, say
from planner.errors import RunError
from planner.runs.claim import recover
from planner.runs.folder import RUN, has_abandoned_plan, working_name
from planner.runs.store import RunStore, default_root


def store_in(root: Path | None) -> RunStore:
    """The run store at `root`, or the default one."""
    return RunStore(root or default_root())


def run_records(root: Path | None, limit: int) -> list[dict[str, Any]]:
    """The newest runs, for programs."""
    store = store_in(root)
    return [{**asdict(run), "folder": str(store.folder(run.id))} for run in store.list(limit)]


def run_lines(root: Path | None, limit: int) -> str:
    """The newest runs, for people."""
    store = store_in(root)
    store.mark_lost()
    found = store.list(limit)
    if not found:
        say(f"There are no runs in {store.root} yet.")
        return ""
    lines = [f"{'run':<22}  {'begun (UTC)':<16}  {'state':<10}  {'best plan M$':>14}  {'gap %':>6}  case"]
    for run in found:
        begun = f"{datetime.fromtimestamp(run.created, UTC):%Y-%m-%d %H:%M}"
        best = "" if run.best_musd is None else f"{run.best_musd:,.1f}"
        gap = "" if run.gap is None else f"{100 * run.gap:.2f}"
        lines.append(one_line(f"{run.id:<22}  {begun}  {run.state:<10}  {best:>14}  {gap:>6}  {run.name}"))
    for run in found:
        if run.state == "lost" and store.has_kept_plan(run.id):
            say(f"The run {run.id} was cut off with a plan: `ree-planner report {run.id}` audits and reports it.")
    return "\n".join(lines)


def folder_of(run: str, root: Path | None) -> Path:
    """A run's folder, from its folder or its name in the list. A run that was cut off with a plan is finished first."""
    final = Path(run.removesuffix(".tmp"))
    if not final.is_dir() and not working_name(final).is_dir():
        store = store_in(root)
        final = store.root / store.get(run).id
    recover(final, RUN)
    work = working_name(final)
    if has_abandoned_plan(work) and (run.endswith(".tmp") or not final.is_dir()):
        from planner.runs.finishing import CUT_OFF, finish_listed

        say(CUT_OFF)
        finish_listed(final)
    return work if (run.endswith(".tmp") and work.is_dir()) or not final.is_dir() else final


def write_report_of(folder: Path, to: Path | None) -> Path:
    """Write the report of a finished run again, from its frozen input and its plan."""
    from planner.runs.exports import write_report_again

    return write_report_again(folder, to)


def serve_pages(port: int, browser: bool) -> int:
    """Start the pages and wait until they end."""
    start = Path(__file__).resolve().parents[2] / "app_streamlit.py"
    if find_spec("streamlit") is None or not start.exists():
        raise RunError("The pages need streamlit. Install the planner with its extra: pip install 'ree-planner[app]'.")
    command = [sys.executable, "-m", "streamlit", "run", str(start), "--server.port", str(port)]
    command += ["--server.headless", "false" if browser else "true"]
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0
