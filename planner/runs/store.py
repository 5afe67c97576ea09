"""The run store: a folder of run folders with an SQLite index of runs, states, owners, progress and heartbeats.

Safe for several processes and threads at once: WAL, ten seconds of patience, one connection per call. WAL needs a
local disk. Every change of state is checked by the database itself (`planner.runs.index`).

The index may be thrown away: what the folders say wins (`reconcile`), and a damaged index is made anew from them.
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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from planner.errors import RunError
from planner.runs.claim import Lock, is_locked, lives, started_at
from planner.runs.folder import (
    RUN,
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
from planner.runs.index import ACTIVE, ENDED, MOVES, WITH_PLAN, NewerIndex, connect, is_sound, migrate, transaction
from planner.runs.rebuild import from_folder, run_names

INDEX_FILE = "runs.sqlite"
LOST_AFTER_S = 20.0
BIN = ".bin"
BIN_DAYS = 30.0
ROOT_VARIABLE = "PLANNER_RUNS"
DAMAGED = ("malformed", "not a database", "no such table", "no such column", "file is encrypted", "disk image")
BUSY = " Another program holds its index; try again in a minute. The runs are safe in their folders."
UNHEARD = "The process that worked on this run has not been heard of."

P = ParamSpec("P")
T = TypeVar("T")


def default_root() -> Path:
    """Where runs are kept unless somebody says otherwise: $PLANNER_RUNS, else reports/runs below this folder."""
    return Path(os.environ.get(ROOT_VARIABLE) or Path("reports") / "runs").absolute()


class DamagedIndex(RunError):
    """The index cannot be read; the folders can."""


def mended(method: Callable[Concatenate[RunStore, P], T]) -> Callable[Concatenate[RunStore, P], T]:
    """A call that, where it finds the index damaged, has it made anew and tries again."""

    def twice(self: RunStore, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except DamagedIndex:
            self._mend()
            return method(self, *args, **kwargs)

    return cast("Callable[Concatenate[RunStore, P], T]", wraps(method)(twice))


@dataclass(frozen=True)
class Deleted:
    """A run in the bin."""

    id: str
    name: str
    by: str
    deleted: float


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
    note: str
    stopped_by: str
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
        self._file = self.root / INDEX_FILE
        try:
            with self._named():
                self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                migrate(self._file)
        except DamagedIndex:
            self._mend()

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
        with self._named():
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
            **_this_process(),
        }
        with self._writing() as connection:
            _insert(connection, row)
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
        with self._reading() as connection:
            rows = connection.execute(query, (*wanted, limit, skip)).fetchall()
        return tuple(_run(row) for row in rows)

    @mended
    def count(self, states: Iterable[str] | None = None) -> int:
        """How many runs there are."""
        where, wanted = _in_states(states)
        with self._reading() as connection:
            return int(connection.execute(f"SELECT count(*) FROM runs {where}", wanted).fetchone()[0])

    @mended
    def get(self, run_id: str) -> Run:
        """One run; RunError if there is none of that name."""
        with self._reading() as connection:
            row = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunError(f"There is no run {run_id!r} in {self.root}.")
        return _run(row)

    @mended
    def knows(self, run_id: str) -> bool:
        """Whether there is a run of that name."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is not None

    def has_kept_plan(self, run_id: str) -> bool:
        """Whether the run is lost and has left a plan that can be finished."""
        return self.get(run_id).state == "lost" and has_abandoned_plan(working_name(self.root / run_id))

    @mended
    def events(self, run_id: str, after: int = 0) -> tuple[RunEvent, ...]:
        """The events with a number above `after`, in order; those of the run's folder where the index has none."""
        with self._reading() as connection:
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
        with self._reading() as connection:
            return int(connection.execute(query, (run_id,)).fetchone()[0])

    def request_stop(self, run_id: str, by: str = "") -> Run:
        """Ask a run to stop and keep its best plan; a queued one ends at once, an ended one stays as it is.

        `by` is who asked; its owner is told. The wish lies in the run's folder too, for a process that knows no index.
        """
        run, work = self.get(run_id), working_name(self.root / run_id)
        if run.waiting and work.is_dir():
            with self._named():
                write_json(work / STOP, {"by": by, "at": utc_now()})
                write_about(work, {**read_about(work), "stopped_by": by})
        query = f"""UPDATE runs SET stop_requested = coalesce(stop_requested, :now),
                        stopped_by = CASE WHEN stop_requested IS NULL THEN :by ELSE stopped_by END,
                        finished = CASE state WHEN 'queued' THEN :now ELSE finished END,
                        message = CASE state WHEN 'queued' THEN 'Stopped before it began.' ELSE message END,
                        state = CASE state WHEN 'queued' THEN 'no_plan' ELSE 'stopping' END
                    WHERE id = :id AND state IN ('queued', {_quoted(ACTIVE)})"""
        with self._writing() as connection:
            connection.execute(query, {"id": run_id, "now": time.time(), "by": by})
        return self.get(run_id)

    def describe(self, run_id: str, name: str, note: str) -> Run:
        """Give a run the name and the note by which people know it."""
        self.get(run_id)
        name, note = " ".join(name.split())[:200] or run_id, note.strip()[:2000]
        folder = self.folder(run_id)
        with self._named():
            write_about(folder, {**read_about(folder), "name": name, "note": note})
        with self._writing() as connection:
            connection.execute("UPDATE runs SET name = ?, note = ? WHERE id = ?", (name, note, run_id))
        return self.get(run_id)

    def delete(self, run_id: str, by: str = "") -> None:
        """Take an ended or lost run from the list; its folder lies in the bin for thirty days."""
        with self._writing() as connection:
            gone = connection.execute(
                f"DELETE FROM runs WHERE id = ? AND state IN ('lost', {_quoted(ENDED)})", (run_id,)
            ).rowcount
        if not gone:
            raise RunError(f"The run {run_id} is {self.get(run_id).state}; stop it before you delete it.")
        folder, place = self.folder(run_id), self.root / BIN
        with self._named():
            place.mkdir(mode=0o700, exist_ok=True)
            if folder.is_dir():
                about = {**read_about(folder), "deleted_by": by, "deleted": time.time(), "folder": folder.name}
                write_about(folder, about)
                shutil.rmtree(place / run_id, ignore_errors=True)
                folder.rename(place / run_id)

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
        target = self.root / (f"{run_id}.tmp" if about.get("folder") == f"{run_id}.tmp" else run_id)
        with self._named():
            if target.exists():
                raise RunError(f"{target} exists already, so the run stays in the bin.")
            write_about(folder, {k: v for k, v in about.items() if k not in {"deleted", "deleted_by", "folder"}})
            folder.rename(target)
        self.reconcile()
        return self.get(run_id)

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
        with self._named(), (work / WORKER_LOG).open("ab") as log_file:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log_file, stderr=log_file, env=own_environment(), **detached
            )
        query = "UPDATE runs SET pid = :pid, process = :process WHERE id = :id AND state = 'queued'"
        if finish:
            query = """UPDATE runs SET pid = :pid, process = :process, heartbeat = :now, state = 'solving',
                           message = '', step = 'auditing', worker = 1, lost_from = NULL
                       WHERE id = :id AND state = 'lost'"""
        with self._writing() as connection:
            who = {"pid": child.pid, "process": started_at(child.pid), "now": time.time()}
            connection.execute(query, {**who, "id": run_id})

    # What the worker calls.

    def claim(self, run_id: str, slots: int = 1) -> bool:
        """Take a queued run if it is the oldest and fewer than `slots` runs are being worked on."""
        query = f"""UPDATE runs SET state = 'checking', started = :now, heartbeat = :now, pid = :pid, process = :process
                    WHERE id = :id AND state = 'queued'
                    AND id = (SELECT id FROM runs WHERE state = 'queued' ORDER BY created, id LIMIT 1)
                    AND (SELECT count(*) FROM runs WHERE state IN ({_quoted(ACTIVE)})) < :slots"""
        with self._writing() as connection:
            values = {"id": run_id, "slots": slots, "now": time.time(), **_this_process()}
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

    @mended
    def mark_lost(self, older_than_s: float = LOST_AFTER_S) -> tuple[str, ...]:
        """Call lost every run whose worker is gone; their names.

        It is gone when nobody holds its folder, its process is not there, and it has not been heard of: a clock that is
        set forward or back changes nothing of the first two.
        """
        lost = []
        for row in self._unfinished():
            if row["worker"] and not self._is_gone(row, older_than_s):
                continue
            if RUN.record_of(self.root / row["id"]) is None and row["worker"]:
                lost += [row["id"]] if self._lose(row) else []
            else:
                self._follow(row)
        return tuple(lost)

    @mended
    def reconcile(self) -> None:
        """Make the index say what the folders say: runs it has not heard of, runs that are gone, and how runs ended."""
        with self._named():
            done, at_work = run_names(self.root)
        with self._reading() as connection:
            known = {row[0] for row in connection.execute("SELECT id FROM runs")}
        new = [from_folder(self.root, name) for name in sorted((done | at_work) - known)]
        if any(line is not None for line in new):
            with self._writing() as connection:
                for line in new:
                    if line is not None:
                        _insert(connection, {"worker": 0, **line}, "OR IGNORE")
        if missing := sorted(known - done - at_work):
            with self._writing() as connection:
                connection.executemany("DELETE FROM runs WHERE id = ?", [(name,) for name in missing])
        for row in self._unfinished(also=("lost",)):
            if row["id"] in done or not row["worker"]:
                self._follow(row)

    def _unfinished(self, also: tuple[str, ...] = ()) -> Sequence[sqlite3.Row]:
        query = f"SELECT * FROM runs WHERE state IN ({_quoted(('queued', *ACTIVE, *also))})"
        with self._reading() as connection:
            return connection.execute(query).fetchall()

    def _is_gone(self, row: sqlite3.Row, older_than_s: float) -> bool:
        unheard = abs(time.time() - row["heartbeat"]) > older_than_s
        return unheard and not lives(row["pid"], row["process"]) and not is_locked(working_name(self.root / row["id"]))

    def _lose(self, row: sqlite3.Row) -> bool:
        query = """UPDATE runs SET lost_from = state, state = 'lost', message = ?
                   WHERE id = ? AND state = ? AND heartbeat = ?"""
        with self._writing() as connection:
            values = (UNHEARD, row["id"], row["state"], row["heartbeat"])
            return connection.execute(query, values).rowcount == 1

    def _follow(self, row: sqlite3.Row) -> None:
        """Take over what the folder of a run says."""
        work = working_name(self.root / row["id"])
        with self._named():
            found = from_folder(self.root, row["id"])
        if found is None or (found.get("finished") is None and row["worker"]):
            return
        state = found["state"]
        if state in ACTIVE and (work / STOP).exists():
            state = "stopping"
        found = {name: value for name, value in found.items() if name not in {"id", "created", "started"}}
        found["state"] = state
        sets = ", ".join(f"{name} = :{name}" for name in found)
        with self._writing() as connection:
            if state != row["state"] and state not in MOVES[row["state"]]:
                connection.execute("UPDATE runs SET state = 'lost' WHERE id = ?", (row["id"],))
            connection.execute(f"UPDATE runs SET {sets} WHERE id = :id", {**found, "id": row["id"]})

    def _mend(self) -> None:
        """Put a damaged index aside and make it anew from the folders; one process does it, the others wait."""
        lock = Lock(self.root / "index.lock")
        with self._named():
            lock.acquire()
        try:
            if not is_sound(self._file):
                stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
                for ending in ("", "-wal", "-shm"):
                    part = Path(f"{self._file}{ending}")
                    if part.exists():
                        part.rename(f"{self._file}.damaged-{stamp}{ending}")
            with self._named():
                migrate(self._file)
        finally:
            lock.release()
        self.reconcile()

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
        except NewerIndex as error:
            raise RunError(f"The run store in {self.root} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            if any(word in str(error) for word in DAMAGED):
                raise DamagedIndex(f"The index of the runs in {self.root} is damaged ({error}).") from error
            busy = BUSY if "locked" in str(error) else ""
            raise RunError(f"The run store in {self.root} cannot be used: {error}.{busy}") from error
        except (sqlite3.Error, OSError) as error:
            raise RunError(f"The run store in {self.root} cannot be used: {error}.") from error


def _run(row: sqlite3.Row) -> Run:
    values = {field.name: row[field.name] for field in fields(Run)}
    return Run(**{**values, "options": RunOptions(**json.loads(row["options"]))})


def _insert(connection: sqlite3.Connection, row: Mapping[str, Any], how: str = "") -> None:
    marks = ", ".join(f":{key}" for key in row)
    connection.execute(f"INSERT {how} INTO runs ({', '.join(row)}) VALUES ({marks})", dict(row))


def _in_states(states: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    wanted = tuple(states) if states is not None else ()
    return (f"WHERE state IN ({', '.join('?' * len(wanted))})" if states is not None else ""), wanted


def _this_process() -> dict[str, Any]:
    return {"pid": os.getpid(), "process": started_at(os.getpid())}


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def own_environment() -> dict[str, str]:
    """This environment, with the planner that is running now first on a child's path."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{path}" if path else here, "PYTHONUNBUFFERED": "1"}
