"""One run as the index has it, and one in the bin."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, fields

from planner.runs.folder import RunOptions
from planner.runs.index import ACTIVE, WITH_PLAN


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


def run_of(row: sqlite3.Row) -> Run:
    """A line of the index."""
    values = {field.name: row[field.name] for field in fields(Run)}
    return Run(**{**values, "options": RunOptions(**json.loads(row["options"]))})
