"""The tables of the run index, its migrations, and which moves between run states are legal.

The moves are a table of the database, and a trigger refuses every other one, whoever writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_TIMEOUT_S = 10.0

STATES = (
    "queued",
    "checking",
    "building",
    "solving",
    "stopping",
    "done",
    "stopped",
    "no_plan",
    "infeasible",
    "failed",
    "lost",
)
ACTIVE = ("checking", "building", "solving", "stopping")
ENDED = ("done", "stopped", "no_plan", "infeasible", "failed")
WITH_PLAN = ("done", "stopped")

_ENDS = {"done", "stopped", "no_plan", "infeasible", "failed", "lost"}
MOVES: dict[str, set[str]] = {
    "queued": {"checking", "no_plan", "failed", "lost"},
    "checking": {"building", "stopping", "no_plan", "failed", "lost"},
    "building": {"solving", "stopping", "no_plan", "infeasible", "failed", "lost"},
    "solving": {"stopping"} | _ENDS,
    "stopping": _ENDS,
    # A computer that slept looks lost; when it wakes, its worker goes on.
    "lost": {"queued", "checking", "building", "solving", "stopping"} | (_ENDS - {"lost"}),
}

_TABLES = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    lost_from TEXT,
    step TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL,
    input TEXT NOT NULL,
    options TEXT NOT NULL,
    created REAL NOT NULL,
    started REAL,
    finished REAL,
    heartbeat REAL NOT NULL,
    stop_requested REAL,
    pid INTEGER,
    status TEXT NOT NULL DEFAULT '',
    best_musd REAL,
    bound_musd REAL,
    gap REAL,
    seconds REAL
);
CREATE INDEX runs_by_time ON runs (created);
CREATE INDEX runs_by_state ON runs (state, created);
CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
) WITHOUT ROWID;
CREATE TABLE legal_moves (from_state TEXT NOT NULL, to_state TEXT NOT NULL, PRIMARY KEY (from_state, to_state));
CREATE TRIGGER only_legal_moves BEFORE UPDATE OF state ON runs
WHEN NEW.state <> OLD.state
    AND NOT EXISTS (SELECT 1 FROM legal_moves WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN
    SELECT RAISE(ABORT, 'illegal move of a run');
END;
"""

# `process` tells a process from a later one of the same number; `worker` is 0 for a run that only its folder tells of.
_WHO = """
ALTER TABLE runs ADD COLUMN process TEXT;
ALTER TABLE runs ADD COLUMN worker INTEGER NOT NULL DEFAULT 1;
ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN stopped_by TEXT NOT NULL DEFAULT '';
"""

# Which record of a finished folder the line was read from.
_STAMP = "ALTER TABLE runs ADD COLUMN stamp INTEGER;\n"

MIGRATIONS: tuple[str, ...] = (_TABLES, _WHO, _STAMP)


class NewerIndex(sqlite3.DatabaseError):
    """The index is of a planner that knows more than this one, so it is left alone."""


@contextmanager
def connect(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one call: committed when the block ends well, rolled back when not, closed in any case."""
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(file: Path) -> Iterator[sqlite3.Connection]:
    """As `connect`, within one write transaction."""
    with connect(file) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def migrate(file: Path) -> None:
    """Create the index or bring it up to date; a newer one than we know is an error of ours to say so."""
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    with connect(file) as connection:
        if _version(connection) == len(MIGRATIONS):
            return
        connection.execute("PRAGMA journal_mode = WAL")
    with transaction(file) as connection:
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise NewerIndex("the index was written by a newer version of the planner")
        for script in MIGRATIONS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute("DELETE FROM legal_moves")
        pairs = [(old, new) for old in sorted(MOVES) for new in sorted(MOVES[old])]
        connection.executemany("INSERT INTO legal_moves VALUES (?, ?)", pairs)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def is_sound(file: Path) -> bool:
    """Whether the index can be read from end to end and has its tables."""
    try:
        with connect(file) as connection:
            fine: bool = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            connection.execute("SELECT count(*) FROM runs, (SELECT 1 FROM events LIMIT 1)").fetchone()
            return fine
    except sqlite3.DatabaseError:
        return False


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit the transaction we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
