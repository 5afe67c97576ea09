"""The run store: a folder of run folders with an SQLite index of runs, states, owners, progress and heartbeats.

Safe for several processes and threads at once: WAL, ten seconds of patience, one connection per call. WAL needs a
local disk. Every change of state is checked by the database itself (`planner.runs.index`).
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from planner.errors import RunError
from planner.runs.folder import RunEvent, RunFolder, RunOptions, has_abandoned_plan, working_name
from planner.runs.index import ACTIVE, ENDED, MOVES, WITH_PLAN, connect, migrate, transaction

INDEX = "runs.sqlite"
LOST_AFTER_S = 20.0
WORKER_LOG = "worker.log"
ROOT_VARIABLE = "PLANNER_RUNS"


def default_root() -> Path:
    """Where runs are kept unless somebody says otherwise: $PLANNER_RUNS, else reports/runs below this folder."""
    return Path(os.environ.get(ROOT_VARIABLE) or Path("reports") / "runs").absolute()


@dataclass(frozen=True)
class Run:
    """One line of the index. Times are seconds since 1970 (UTC); numbers still unknown are None."""

    id: str
    name: str
    owner: str
    state: str
    step: str
    message: str
    sha256: str
    input: str
    options: RunOptions
    created: float
    started: float | None
    finished: float | None
    heartbeat: float
    stop_requested: float | None
    status: str
    best_musd: float | None
    bound_musd: float | None
    gap: float | None
    seconds: float | None

    @property
    def active(self) -> bool:
        """A worker is busy with it."""
        return self.state in ACTIVE

    @property
    def waiting(self) -> bool:
        """Not ended: queued or being worked on."""
        return self.state == "queued" or self.active

    @property
    def has_plan(self) -> bool:
        return self.state in WITH_PLAN


class RunStore:
    """The runs below `root`. Making one is cheap; keep none across threads if you can make a new one."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()
        self._file = self.root / INDEX
        with self._named():
            self.root.mkdir(parents=True, exist_ok=True)
            migrate(self._file)

    def create(
        self, case_path: str | Path, *, name: str | None = None, owner: str = "", options: RunOptions | None = None
    ) -> Run:
        """Freeze the input of a new run and queue it; `launch` starts it. `name` is what people see."""
        options = options or RunOptions()
        run_id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        shown = (name or Path(case_path).name)[:200]
        with self._named():
            folder = RunFolder.begin(Path(case_path), self.root / run_id, options)
            folder.label(name=shown, owner=owner)
            folder.release()
        now = time.time()
        row = {
            "id": run_id,
            "name": shown,
            "owner": owner,
            "state": "queued",
            "sha256": folder.sha256,
            "input": folder.input.relative_to(folder.work).as_posix(),
            "options": json.dumps(asdict(options)),
            "created": now,
            "heartbeat": now,
        }
        with self._writing() as connection:
            marks = ", ".join(f":{key}" for key in row)
            connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", row)
        return self.get(run_id)

    def again(self, run_id: str, *, owner: str = "", options: RunOptions | None = None) -> Run:
        """A new run of the same frozen input, with the same options unless others are given."""
        old = self.get(run_id)
        return self.create(self.input_path(run_id), name=old.name, owner=owner, options=options or old.options)

    def list(self, limit: int = 200, states: Iterable[str] | None = None) -> tuple[Run, ...]:
        """The newest runs first."""
        wanted = tuple(states) if states is not None else ()
        where = f"WHERE state IN ({', '.join('?' * len(wanted))})" if states is not None else ""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM runs {where} ORDER BY created DESC, id DESC LIMIT ?", (*wanted, limit)
            ).fetchall()
        return tuple(_run(row) for row in rows)

    def get(self, run_id: str) -> Run:
        """One run; RunError if there is none of that name."""
        with self._reading() as connection:
            row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunError(f"There is no run {run_id!r} in {self.root}.")
        return _run(row)

    def knows(self, run_id: str) -> bool:
        """Whether there is a run of that name."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is not None

    def has_kept_plan(self, run_id: str) -> bool:
        """Whether the run is lost and has left a plan that can be finished."""
        return self.get(run_id).state == "lost" and has_abandoned_plan(working_name(self.root / run_id))

    def events(self, run_id: str, after: int = 0) -> tuple[RunEvent, ...]:
        """The events with a number above `after`, in order."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT number, at, kind, data FROM events WHERE run_id = ? AND number > ? ORDER BY number",
                (run_id, after),
            ).fetchall()
        return tuple(RunEvent(row["number"], row["at"], row["kind"], json.loads(row["data"])) for row in rows)

    def place_in_queue(self, run_id: str) -> int:
        """1 for the next run to start; 0 when it is not queued."""
        query = """SELECT count(*) FROM runs AS other, runs AS mine WHERE mine.id = ? AND mine.state = 'queued'
                   AND other.state = 'queued' AND (other.created, other.id) <= (mine.created, mine.id)"""
        with self._reading() as connection:
            return int(connection.execute(query, (run_id,)).fetchone()[0])

    def request_stop(self, run_id: str) -> Run:
        """Ask a run to stop and keep its best plan; a queued one ends at once, an ended one stays as it is."""
        self.get(run_id)
        query = f"""UPDATE runs SET stop_requested = coalesce(stop_requested, :now),
                        finished = CASE state WHEN 'queued' THEN :now ELSE finished END,
                        message = CASE state WHEN 'queued' THEN 'Stopped before it began.' ELSE message END,
                        state = CASE state WHEN 'queued' THEN 'no_plan' ELSE 'stopping' END
                    WHERE id = :id AND state IN ('queued', {_quoted(ACTIVE)})"""
        with self._writing() as connection:
            connection.execute(query, {"id": run_id, "now": time.time()})
        return self.get(run_id)

    def delete(self, run_id: str) -> None:
        """Forget an ended or lost run and remove its folder."""
        with self._writing() as connection:
            gone = connection.execute(
                f"DELETE FROM runs WHERE id = ? AND state IN ('lost', {_quoted(ENDED)})", (run_id,)
            ).rowcount
        if not gone:
            raise RunError(f"The run {run_id} is {self.get(run_id).state}; stop it before you delete it.")
        for folder in (self.root / run_id, working_name(self.root / run_id)):
            shutil.rmtree(folder, ignore_errors=True)

    def folder(self, run_id: str) -> Path:
        """Where the run's files are now: its folder when complete, the temporary one before."""
        final = self.root / run_id
        return final if final.exists() else working_name(final)

    def input_path(self, run_id: str) -> Path:
        """The frozen input of a run."""
        return self.folder(run_id) / self.get(run_id).input

    def launch(self, run_id: str) -> None:
        """Start the detached worker of a queued run; it outlives this process, and waits for its turn."""
        work = working_name(self.root / run_id)
        command = [sys.executable, "-m", "planner.runs.worker", str(self.root), run_id]
        detached: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        with self._named(), (work / WORKER_LOG).open("ab") as log_file:
            subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log_file, stderr=log_file, env=_worker_env(), **detached
            )

    # What the worker calls.

    def claim(self, run_id: str, slots: int = 1) -> bool:
        """Take a queued run if it is the oldest and fewer than `slots` runs are being worked on."""
        query = f"""UPDATE runs SET state = 'checking', started = :now, heartbeat = :now, pid = :pid
                    WHERE id = :id AND state = 'queued'
                    AND id = (SELECT id FROM runs WHERE state = 'queued' ORDER BY created, id LIMIT 1)
                    AND (SELECT count(*) FROM runs WHERE state IN ({_quoted(ACTIVE)})) < :slots"""
        with self._writing() as connection:
            values = {"id": run_id, "slots": slots, "now": time.time(), "pid": os.getpid()}
            return connection.execute(query, values).rowcount == 1

    def heartbeat(self, run_id: str) -> bool:
        """Say that the run's worker lives; a run thought lost is found again. True when it was asked to stop."""
        query = """UPDATE runs SET heartbeat = ?, state = CASE state WHEN 'lost' THEN lost_from ELSE state END
                   WHERE id = ? RETURNING stop_requested"""
        with self._writing() as connection:
            row = connection.execute(query, (time.time(), run_id)).fetchone()
        return row is not None and row["stop_requested"] is not None

    def record(self, run_id: str, events: Iterable[RunEvent]) -> None:
        """Append events and bring the run's step and progress numbers up to date."""
        with self._writing() as connection:
            for event in events:
                connection.execute(
                    """INSERT INTO events SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?
                       FROM events WHERE run_id = ?""",
                    (run_id, event.at, event.kind, json.dumps(dict(event.data)), run_id),
                )
                if event.kind == "step":
                    connection.execute("UPDATE runs SET step = ? WHERE id = ?", (event.data["step"], run_id))
                elif event.kind == "progress":
                    connection.execute(
                        """UPDATE runs SET best_musd = :best_musd, bound_musd = :bound_musd, gap = :gap,
                           seconds = :seconds WHERE id = :id""",
                        {**event.data, "id": run_id},
                    )

    def advance(self, run_id: str, state: str) -> bool:
        """Move on to the next working state; False where the run was asked to stop or has ended meanwhile."""
        before = tuple(old for old, new in MOVES.items() if state in new and old not in {"lost", "stopping"})
        with self._writing() as connection:
            query = f"UPDATE runs SET state = ? WHERE id = ? AND state IN ({_quoted(before)})"
            return connection.execute(query, (state, run_id)).rowcount == 1

    def end(self, run_id: str, state: str, message: str = "", result: Mapping[str, Any] | None = None) -> None:
        """Move to an end state; an illegal move is a RunError. `result` may hold the numbers that `Run` shows."""
        known = ("status", "best_musd", "bound_musd", "gap", "seconds")
        values = {key: value for key, value in (result or {}).items() if key in known}
        sets = "".join(f", {key} = :{key}" for key in values)
        query = f"UPDATE runs SET state = :state, message = :message, finished = :now{sets} WHERE id = :id"
        with self._writing() as connection:
            connection.execute(
                query, {**values, "state": state, "message": message[:20000], "now": time.time(), "id": run_id}
            )

    def mark_lost(self, older_than_s: float = LOST_AFTER_S) -> tuple[str, ...]:
        """Call lost every run whose worker has not been heard of; their names."""
        query = f"""UPDATE runs SET lost_from = state, state = 'lost',
                        message = 'The process that worked on this run has not been heard of.'
                    WHERE state IN ('queued', {_quoted(ACTIVE)}) AND heartbeat < ? RETURNING id"""
        with self._writing() as connection:
            rows = connection.execute(query, (time.time() - older_than_s,)).fetchall()
        return tuple(row["id"] for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._named(), connect(self._file) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._named(), transaction(self._file) as connection:
            yield connection

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Trouble with disk or database becomes one sentence with the place in it."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise RunError(f"The run store in {self.root} cannot be used: {error}.") from error


def _run(row: sqlite3.Row) -> Run:
    values = {field.name: row[field.name] for field in fields(Run)}
    return Run(**{**values, "options": RunOptions(**json.loads(row["options"]))})


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _worker_env() -> dict[str, str]:
    """This environment, with the planner that is running now first on the worker's path."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{path}" if path else here, "PYTHONUNBUFFERED": "1"}
