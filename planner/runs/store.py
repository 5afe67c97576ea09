"""The run store: what people ask of the runs below a folder, which has an SQLite index of them.

The index may be thrown away (`planner.runs.kept`); a deleted run lies in the bin for thirty days.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner.errors import RunError
from planner.runs.claim import free_name, started_at
from planner.runs.elsewhere import forget, is_elsewhere
from planner.runs.folder import (
    STOP,
    WORKER_LOG,
    RunEvent,
    RunFolder,
    RunOptions,
    has_abandoned_plan,
    read_about,
    read_events,
    utc_now,
    working_name,
    write_about,
    write_json,
)
from planner.runs.index import ACTIVE, ENDED
from planner.runs.kept import insert, mended, quoted
from planner.runs.run import Deleted, Run, run_of
from planner.runs.working import Working, this_process

ROOT_VARIABLE = "PLANNER_RUNS"
BIN = ".bin"
BIN_DAYS = 30.0


def default_root() -> Path:
    """Where runs are kept unless somebody says otherwise: $PLANNER_RUNS, else reports/runs below this folder."""
    return Path(os.environ.get(ROOT_VARIABLE) or Path("reports") / "runs").absolute()


class RunStore(Working):
    """The runs below `root`. Making one is cheap; keep none across threads if you can make a new one."""

    def create(
        self,
        case_path: str | Path,
        *,
        name: str | None = None,
        owner: str = "",
        options: RunOptions | None = None,
        note: str = "",
    ) -> Run:
        """Freeze the input of a new run and queue it; `launch` starts it. `name` is what people see."""
        options = options or RunOptions()
        run_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        shown = (name or Path(case_path).name)[:200]
        with self.named():
            folder = RunFolder.begin(Path(case_path), self.root / run_id, options)
            folder.label(name=shown, owner=owner, note=note[:2000])
            folder.release()
        now = time.time()
        row = {
            "id": run_id,
            "name": shown,
            "owner": owner,
            "note": note[:2000],
            "state": "queued",
            "sha256": folder.sha256,
            "input": folder.input.relative_to(folder.work).as_posix(),
            "options": json.dumps(asdict(options)),
            "created": now,
            "heartbeat": now,
            **this_process(),
        }
        with self.writing() as connection:
            insert(connection, row)
        return self.get(run_id)

    def again(self, run_id: str, *, owner: str = "", options: RunOptions | None = None) -> Run:
        """A new run of the same frozen input, with the same options unless others are given."""
        old = self.get(run_id)
        return self.create(self.input_path(run_id), name=old.name, owner=owner, options=options or old.options)

    @mended
    def list(self, limit: int = 200, states: Iterable[str] | None = None, skip: int = 0) -> tuple[Run, ...]:
        """The newest runs first, a page at a time."""
        where, wanted = _in_states(states)
        query = f"SELECT * FROM runs {where} ORDER BY created DESC, id DESC LIMIT ? OFFSET ?"
        with self.reading() as connection:
            rows = connection.execute(query, (*wanted, limit, skip)).fetchall()
        return tuple(run_of(row) for row in rows)

    @mended
    def count(self, states: Iterable[str] | None = None) -> int:
        """How many runs there are."""
        where, wanted = _in_states(states)
        with self.reading() as connection:
            return int(connection.execute(f"SELECT count(*) FROM runs {where}", wanted).fetchone()[0])

    @mended
    def get(self, run_id: str) -> Run:
        """One run; RunError if there is none of that name."""
        with self.reading() as connection:
            row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise no_run(run_id, self)
        return run_of(row)

    @mended
    def knows(self, run_id: str) -> bool:
        """Whether there is a run of that name."""
        with self.reading() as connection:
            return connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is not None

    @mended
    def find(self, called: str) -> Run | None:
        """The run of that name, or the one elsewhere whose folder is called so; RunError where there are several."""
        with self.reading() as connection:
            names = [row[0] for row in connection.execute("SELECT id FROM runs WHERE id = ?", (called,))]
            if not names:
                query = "SELECT id FROM runs WHERE substr(id, -length(:end)) = :end"
                ends = connection.execute(query, {"end": f"{os.sep}{called}"}).fetchall()
                names = sorted(row[0] for row in ends if is_elsewhere(row[0]) and Path(row[0]).name == called)
        if len(names) > 1:
            raise RunError(f"Several runs are called {called}: {', '.join(names)}. Name the folder of one.")
        return self.get(names[0]) if names else None

    def has_kept_plan(self, run_id: str) -> bool:
        """Whether the run is lost and has left a plan that can be finished."""
        return self.get(run_id).state == "lost" and has_abandoned_plan(working_name(self.root / run_id))

    @mended
    def events(self, run_id: str, after: int = 0) -> tuple[RunEvent, ...]:
        """The events with a number above `after`, in order; those of the run's folder where the index has none."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT number, at, kind, data FROM events WHERE run_id = ? AND number > ? ORDER BY number",
                (run_id, after),
            ).fetchall()
            known = bool(rows) or (
                after and connection.execute("SELECT 1 FROM events WHERE run_id = ?", (run_id,)).fetchone()
            )
        if not known:
            told = read_events(self.folder(run_id) / "events.jsonl")
            return tuple(event for event in told if event.number > after)
        return tuple(RunEvent(row["number"], row["at"], row["kind"], json.loads(row["data"])) for row in rows)

    def place_in_queue(self, run_id: str) -> int:
        """1 for the next run to start; 0 when it is not queued."""
        query = """SELECT count(*) FROM runs AS other, runs AS mine WHERE mine.id = ? AND mine.state = 'queued'
                   AND other.state = 'queued' AND (other.created, other.id) <= (mine.created, mine.id)"""
        with self.reading() as connection:
            return int(connection.execute(query, (run_id,)).fetchone()[0])

    def request_stop(self, run_id: str, by: str = "") -> Run:
        """Ask a run to stop and keep its best plan; a queued one ends at once, an ended one stays as it is.

        `by` is who asked; its owner is told. The wish lies in the run's folder too, for a process that knows no index.
        """
        run, work = self.get(run_id), working_name(self.root / run_id)
        if run.waiting and work.is_dir():
            with self.named():
                write_json(work / STOP, {"by": by, "at": utc_now()})
                write_about(work, {**read_about(work), "stopped_by": by})
        query = f"""UPDATE runs SET stop_requested = coalesce(stop_requested, :now),
                        stopped_by = CASE WHEN stop_requested IS NULL THEN :by ELSE stopped_by END,
                        finished = CASE state WHEN 'queued' THEN :now ELSE finished END,
                        message = CASE state WHEN 'queued' THEN 'Stopped before it began.' ELSE message END,
                        state = CASE state WHEN 'queued' THEN 'no_plan' ELSE 'stopping' END
                    WHERE id = :id AND state IN ('queued', {quoted(ACTIVE)})"""
        with self.writing() as connection:
            connection.execute(query, {"id": run_id, "now": time.time(), "by": by})
        return self.get(run_id)

    def describe(self, run_id: str, name: str, note: str) -> Run:
        """Give a run the name and the note by which people know it."""
        self.get(run_id)
        name, note = " ".join(name.split())[:200] or run_id, note.strip()[:2000]
        folder = self.folder(run_id)
        with self.named():
            write_about(folder, {**read_about(folder), "name": name, "note": note})
        with self.writing() as connection:
            connection.execute("UPDATE runs SET name = ?, note = ? WHERE id = ?", (name, note, run_id))
        return self.get(run_id)

    def delete(self, run_id: str, by: str = "") -> None:
        """Take an ended or lost run from the list; its folder lies in the bin for thirty days.

        The folder of a run elsewhere is its owner's, and stays where it is.
        """
        with self.writing() as connection:
            gone = connection.execute(
                f"DELETE FROM runs WHERE id = ? AND state IN ('lost', {quoted(ENDED)})", (run_id,)
            ).rowcount
        if not gone:
            raise RunError(f"The run {run_id} is {self.get(run_id).state}; stop it before you delete it.")
        with self.named():
            if is_elsewhere(run_id):
                forget(self.root, run_id)
            else:
                self._throw(self.folder(run_id), by)

    def _throw(self, folder: Path, by: str) -> None:
        """Put a folder into the bin, beside an earlier one of its name."""
        place = self.root / BIN
        place.mkdir(mode=0o700, exist_ok=True)
        if folder.is_dir():
            write_about(folder, {**read_about(folder), "deleted_by": by, "deleted": time.time(), "folder": folder.name})
            folder.rename(free_name(place / folder.name.removesuffix(".tmp")))

    def deleted(self) -> tuple[Deleted, ...]:
        """What lies in the bin, the last deleted first; what has lain there for thirty days is removed for good."""
        found = []
        place = self.root / BIN
        for folder in sorted(place.iterdir()) if place.is_dir() else ():
            about = read_about(folder)
            when = about.get("deleted")
            when = float(when) if isinstance(when, (int, float)) else folder.stat().st_mtime
            if time.time() - when > BIN_DAYS * 86400:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            name = str(about.get("name") or folder.name)
            found.append(Deleted(folder.name, name, str(about.get("deleted_by") or ""), when))
        return tuple(sorted(found, key=lambda run: -run.deleted))

    def restore(self, run_id: str) -> Run:
        """Take a run back out of the bin."""
        folder = self.root / BIN / run_id
        if Path(run_id).name != run_id or not folder.is_dir():
            raise RunError(f"There is no run {run_id!r} in the bin of {self.root}.")
        about = read_about(folder)
        named = str(about.get("folder") or run_id)
        target = self.root / (named if Path(named).name == named else run_id)
        with self.named():
            if target.exists():
                raise RunError(f"{target} exists already, so the run stays in the bin.")
            write_about(folder, {k: v for k, v in about.items() if k not in {"deleted", "deleted_by", "folder"}})
            folder.rename(target)
        self.reconcile()
        return self.get(target.name.removesuffix(".tmp"))

    def folder(self, run_id: str) -> Path:
        """Where the run's files are now: its folder when complete, the temporary one before."""
        final = self.root / run_id
        return final if final.exists() else working_name(final)

    def input_path(self, run_id: str) -> Path:
        """The frozen input of a run."""
        return self.folder(run_id) / self.get(run_id).input

    def launch(self, run_id: str, finish: bool = False) -> None:
        """Start the detached worker of a queued run; it outlives this process, and waits for its turn.

        With `finish`, the worker makes a whole run of a lost one from the best plan that it left.
        """
        work = working_name(self.root / run_id)
        command = [
            sys.executable,
            "-P",
            "-m",
            "planner.runs.worker",
            str(self.root),
            run_id,
            *(["finish"] if finish else []),
        ]
        detached: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        with self.named(), (work / WORKER_LOG).open("ab") as log_file:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log_file, stderr=log_file, env=own_environment(), **detached
            )
        query = "UPDATE runs SET pid = :pid, process = :process WHERE id = :id AND state = 'queued'"
        if finish:
            query = """UPDATE runs SET pid = :pid, process = :process, heartbeat = :now, state = 'solving',
                           message = '', step = 'auditing', worker = 1, lost_from = NULL
                       WHERE id = :id AND state = 'lost'"""
        with self.writing() as connection:
            who = {"pid": child.pid, "process": started_at(child.pid), "now": time.time()}
            connection.execute(query, {**who, "id": run_id})


def _in_states(states: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    wanted = tuple(states) if states is not None else ()
    return (f"WHERE state IN ({', '.join('?' * len(wanted))})" if states is not None else ""), wanted


def no_run(called: str, store: RunStore) -> RunError:
    """That nobody knows a run of that name."""
    return RunError(f"There is no run {called!r} in {store.root}.")


def own_environment() -> dict[str, str]:
    """This environment, with the planner that is running now first on a child's path."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{path}" if path else here, "PYTHONUNBUFFERED": "1"}
