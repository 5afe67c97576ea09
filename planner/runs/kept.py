"""The index of runs kept in step with the folders: what the folders say wins.

Safe for several processes and threads at once: WAL, ten seconds of patience, one connection per call. WAL needs a
local disk. Every change of state is checked by the database itself (`planner.runs.index`).

The index may be thrown away: it follows the folders (`reconcile`), and a damaged one is made anew from them.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from planner.errors import RunError
from planner.runs.claim import Lock, is_locked, lives
from planner.runs.folder import RUN, STOP, working_name
from planner.runs.index import ACTIVE, ENDED, MOVES, NewerIndex, connect, is_sound, migrate, transaction
from planner.runs.rebuild import from_folder, run_names, stamp_of

INDEX_FILE = "runs.sqlite"
LOST_AFTER_S = 20.0
DAMAGED = ("malformed", "not a database", "no such table", "no such column", "file is encrypted", "disk image")
BUSY = " Another program holds its index; try again in a minute. The runs are safe in their folders."
UNHEARD = "The process that worked on this run has not been heard of."

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K", bound="Kept")


class DamagedIndex(RunError):
    """The index cannot be read; the folders can."""


def mended(method: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """A call that, where it finds the index damaged, has it made anew and tries again."""

    def twice(self: K, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except DamagedIndex:
            self._mend()
            return method(self, *args, **kwargs)

    return cast("Callable[Concatenate[K, P], T]", wraps(method)(twice))


class Kept:
    """The index of the runs below `root`, and how it follows their folders."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()
        self._file = self.root / INDEX_FILE
        try:
            with self.named():
                self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
                migrate(self._file)
        except DamagedIndex:
            self._mend()

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
        with self.named():
            done, at_work = run_names(self.root)
        with self.reading() as connection:
            query = f"SELECT id, CASE WHEN state IN ({quoted(ENDED)}) THEN coalesce(stamp, 0) END FROM runs"
            stamps = dict(connection.execute(query).fetchall())
        new, gone = (done | at_work) - stamps.keys(), stamps.keys() - done - at_work
        other = {name for name in done & stamps.keys() if stamps[name] not in {None, stamp_of(self.root / name)}}
        lines = {name: from_folder(self.root, name) for name in sorted(new | other)}
        self._renew({name: line for name, line in lines.items() if line is not None}, gone)
        for row in self._unfinished(also=("lost",)):
            if row["id"] in done or not row["worker"]:
                self._follow(row)

    def _renew(self, lines: Mapping[str, Mapping[str, Any]], gone: Iterable[str]) -> None:
        """Put lines in, in place of those of the same names, and take out those of runs that are gone."""
        doomed = [(name,) for name in sorted({*lines, *gone})]
        if doomed:
            with self.writing() as connection:
                connection.executemany("DELETE FROM runs WHERE id = ?", doomed)
                for line in lines.values():
                    insert(connection, {"worker": 0, **line})

    def _unfinished(self, also: tuple[str, ...] = ()) -> Sequence[sqlite3.Row]:
        query = f"SELECT * FROM runs WHERE state IN ({quoted(('queued', *ACTIVE, *also))})"
        with self.reading() as connection:
            return connection.execute(query).fetchall()

    def _is_gone(self, row: sqlite3.Row, older_than_s: float) -> bool:
        unheard = abs(time.time() - row["heartbeat"]) > older_than_s
        return unheard and not lives(row["pid"], row["process"]) and not is_locked(working_name(self.root / row["id"]))

    def _lose(self, row: sqlite3.Row) -> bool:
        query = """UPDATE runs SET lost_from = state, state = 'lost', message = ?
                   WHERE id = ? AND state = ? AND heartbeat = ?"""
        with self.writing() as connection:
            values = (UNHEARD, row["id"], row["state"], row["heartbeat"])
            return connection.execute(query, values).rowcount == 1

    def _follow(self, row: sqlite3.Row) -> None:
        """Take over what the folder of a run says."""
        work = working_name(self.root / row["id"])
        with self.named():
            found = from_folder(self.root, row["id"])
        if found is None or (found.get("finished") is None and row["worker"]):
            return
        state = found["state"]
        if state in ACTIVE and (work / STOP).exists():
            state = "stopping"
        found = {name: value for name, value in found.items() if name not in {"id", "created", "started"}}
        found["state"] = state
        sets = ", ".join(f"{name} = :{name}" for name in found)
        with self.writing() as connection:
            if state != row["state"] and state not in MOVES[row["state"]]:
                connection.execute("UPDATE runs SET state = 'lost' WHERE id = ?", (row["id"],))
            connection.execute(f"UPDATE runs SET {sets} WHERE id = :id", {**found, "id": row["id"]})

    def _mend(self) -> None:
        """Put a damaged index aside and make it anew from the folders; one process does it, the others wait."""
        lock = Lock(self.root / "index.lock")
        with self.named():
            lock.acquire()
        try:
            if not is_sound(self._file):
                stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:4]}"
                for ending in ("", "-wal", "-shm"):
                    part = Path(f"{self._file}{ending}")
                    if part.exists():
                        part.rename(f"{self._file}.damaged-{stamp}{ending}")
            with self.named():
                migrate(self._file)
        finally:
            lock.release()
        self.reconcile()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self.named(), connect(self._file) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self.named(), transaction(self._file) as connection:
            yield connection

    @contextmanager
    def named(self) -> Iterator[None]:
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


def insert(connection: sqlite3.Connection, row: Mapping[str, object]) -> None:
    """Add a line to the index."""
    marks = ", ".join(f":{key}" for key in row)
    connection.execute(f"INSERT INTO runs ({', '.join(row)}) VALUES ({marks})", dict(row))


def quoted(words: Iterable[str]) -> str:
    """Words as SQL has them in a list."""
    return ", ".join(f"'{word}'" for word in words)
