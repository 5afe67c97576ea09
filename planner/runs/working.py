"""What a run's worker tells the index: that it has begun, that it lives, how far it is, how it ended."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping

from planner.runs.claim import started_at
from planner.runs.folder import RunEvent
from planner.runs.index import ACTIVE, MOVES
from planner.runs.kept import Kept, quoted
from planner.runs.rebuild import stamp_of


class Working(Kept):
    """The side of the index that the worker of a run sees."""

    def claim(self, run_id: str, slots: int = 1) -> bool:
        """Take a queued run if it is the oldest and fewer than `slots` runs are being worked on."""
        query = f"""UPDATE runs SET state = 'checking', started = :now, heartbeat = :now, pid = :pid, process = :process
                    WHERE id = :id AND state = 'queued'
                    AND id = (SELECT id FROM runs WHERE state = 'queued' ORDER BY created, id LIMIT 1)
                    AND (SELECT count(*) FROM runs WHERE state IN ({quoted(ACTIVE)})) < :slots"""
        with self.writing() as connection:
            values = {"id": run_id, "slots": slots, "now": time.time(), **this_process()}
            return connection.execute(query, values).rowcount == 1

    def heartbeat(self, run_id: str) -> bool:
        """Say that the run's worker lives; a run thought lost is found again. True when it was asked to stop."""
        query = """UPDATE runs SET heartbeat = ?, state = CASE state WHEN 'lost' THEN lost_from ELSE state END
                   WHERE id = ? RETURNING stop_requested"""
        with self.writing() as connection:
            row = connection.execute(query, (time.time(), run_id)).fetchone()
        return row is not None and row["stop_requested"] is not None

    def record(self, run_id: str, events: Iterable[RunEvent]) -> None:
        """Append events and bring the run's step and progress numbers up to date."""
        with self.writing() as connection:
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
        with self.writing() as connection:
            query = f"UPDATE runs SET state = ? WHERE id = ? AND state IN ({quoted(before)})"
            return connection.execute(query, (state, run_id)).rowcount == 1

    def end(self, run_id: str, state: str, message: str = "", result: Mapping[str, object] | None = None) -> None:
        """Move to an end state; an illegal move is a RunError. `result` may hold the numbers that `Run` shows."""
        known = ("status", "best_musd", "bound_musd", "gap", "seconds")
        values = {key: value for key, value in (result or {}).items() if key in known}
        sets = "".join(f", {key} = :{key}" for key in values)
        query = (
            f"UPDATE runs SET state = :state, message = :message, finished = :now, stamp = :stamp{sets} WHERE id = :id"
        )
        with self.writing() as connection:
            how = {"state": state, "message": message[:20000], "stamp": stamp_of(self.root / run_id)}
            connection.execute(query, {**values, **how, "now": time.time(), "id": run_id})


def this_process() -> dict[str, object]:
    """Who this is, so that nobody takes another process for it."""
    return {"pid": os.getpid(), "process": started_at(os.getpid())}
