"""The detached worker of one run: `python -m planner.runs.worker ROOT RUN_ID`, started by `RunStore.launch`.

It waits for its turn and works through `planner.runs.execute`. Its second thread tells the store at once what happened,
keeps the heartbeat, reads the stop flag four times a second, and ends a run that does not heed it. SIGTERM asks to stop
too.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from planner.case import read_upload
from planner.errors import PlannerError, RunError
from planner.runs.execute import STOPPED_EARLY, RunSummary, end_state, execute
from planner.runs.folder import RunEvent, RunFolder, has_abandoned_plan, working_name
from planner.runs.pace import run_lean
from planner.runs.store import RunStore
from planner.solver.incumbent import INCUMBENT_FILE
from planner.solver.watch import end_process

TICK_S = 0.25
HEARTBEAT_S = 1.0
# After a stop the solver settles the plan it has, which it may do for two minutes; only then is it taken for stuck.
SETTLING_S = 150.0
STATE_OF_STEP = {"building": "building", "solving": "solving"}

log = logging.getLogger("planner.runs.worker")


class Companion(threading.Thread):
    """Reports to the store while the main thread works; sets `stop` when someone asked for it."""

    def __init__(self, store: RunStore, run_id: str, stop: threading.Event) -> None:
        super().__init__(name="companion", daemon=True)
        self._store, self._run_id, self._stop_asked = store, run_id, stop
        self._events: queue.SimpleQueue[RunEvent] = queue.SimpleQueue()
        self._finished, self._woken = False, threading.Event()
        self._step = ""
        self._last_heartbeat = 0.0
        self._asked_at: float | None = None

    def put(self, event: RunEvent) -> None:
        """Take an event of the run; called by whoever has it."""
        self._events.put(event)
        self._woken.set()

    def run(self) -> None:
        while True:
            self._woken.wait(TICK_S)
            self._woken.clear()
            if self._finished:
                return
            try:
                self._tick()
            except RunError:
                log.exception("the run store did not answer; trying again")

    def finish(self) -> None:
        """Report what is left and end."""
        self._finished = True
        self._woken.set()
        self.join()
        self._report()

    def _tick(self) -> None:
        self._report()
        if time.monotonic() - self._last_heartbeat >= HEARTBEAT_S:
            self._last_heartbeat = time.monotonic()
            self._store.heartbeat(self._run_id)
        if self._store.get(self._run_id).stop_requested is not None:
            self._stop_asked.set()
        if self._stop_asked.is_set():
            self._insist()

    def _report(self) -> None:
        events = list(_drain(self._events))
        if not events:
            return
        for step in (event.data["step"] for event in events if event.kind == "step"):
            self._step = step
            if step in STATE_OF_STEP:
                self._store.advance(self._run_id, STATE_OF_STEP[step])
        self._store.record(self._run_id, events)

    def _insist(self) -> None:
        """While checking and building nothing can be kept: end at once. A solver has time to hand over its plan."""
        if self._asked_at is None:
            self._asked_at = time.monotonic()
            self._store.request_stop(self._run_id)
        if self._step in {"checking", "building"}:
            self._end_here(STOPPED_EARLY)
        elif self._step == "solving" and time.monotonic() - self._asked_at > SETTLING_S:
            self._leave_solver()

    def _leave_solver(self) -> None:
        """End beside a solver that does not stop; the plan that was kept while it worked can still be finished."""
        ended = f"The solver did not stop within {SETTLING_S:g} s and was ended"
        if (working_name(self._store.root / self._run_id) / INCUMBENT_FILE).exists():
            self._store.end(self._run_id, "lost", f"{ended}; the best plan that it had told of was kept.")
            os._exit(0)
        self._end_here(f"{ended}, so no plan was kept.")

    def _end_here(self, message: str) -> None:
        self._store.end(self._run_id, "no_plan", message)
        try:
            _close_folder(self._store, self._run_id, "no_plan", message, mine=True)
        finally:
            os._exit(0)


def work(store: RunStore, run_id: str, stop: threading.Event) -> int:
    """Wait for the run's turn and carry it out; the exit code."""
    companion = Companion(store, run_id, stop)
    companion.start()
    if not _await_turn(store, run_id):
        companion.finish()
        return 0
    run = store.get(run_id)
    try:
        given, final = store.input_path(run_id), store.root / run_id
        summary = execute(given, final, run.options, companion.put, stop.is_set, read=read_upload)
    except PlannerError as error:
        companion.finish()
        _end(store, run_id, "lost" if _plan_waits(store, run_id) else end_state(error), str(error))
        return error.exit_code
    except BaseException:
        companion.finish()
        log.exception("the planner has a fault")
        message = f"The planner has a fault. What happened is in the file worker.log of run {run_id}."
        if _plan_waits(store, run_id):
            _end(store, run_id, "lost", f"{message} The best plan that it had was kept.")
        else:
            _close_folder(store, run_id, "failed", message)
            _end(store, run_id, "failed", message)
        return 1
    companion.finish()
    _end(store, run_id, summary.state, " ".join(summary.notes), _result(summary))
    return 0


def _end(store: RunStore, run_id: str, state: str, message: str, result: dict[str, Any] | None = None) -> None:
    """Tell the index how the run ended; where it does not answer, the run's folder says it to whoever lists next."""
    try:
        store.end(run_id, state, message, result)
    except RunError:
        log.exception("the run store did not take the end of the run")


def _plan_waits(store: RunStore, run_id: str) -> bool:
    return has_abandoned_plan(working_name(store.root / run_id))


def finish_run(store: RunStore, run_id: str) -> int:
    """Make a whole run of one that was cut off; the exit code. It may be tried again as long as its plan is there."""
    from planner.runs.finishing import finish_in

    try:
        finish_in(store, run_id, lambda event: store.record(run_id, [event]))
    except PlannerError as error:
        if store.get(run_id).waiting:
            store.end(run_id, "lost", str(error))
        return error.exit_code
    return 0


def slots(threads: int) -> int:
    """How many solves may run at once on this computer."""
    return max(1, (os.cpu_count() or 1) // max(1, threads))


def main(arguments: list[str] | None = None) -> int:
    """Work on the run named on the command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    os.umask(0o077)
    root, run_id, *wish = arguments if arguments is not None else sys.argv[1:]
    if wish == ["finish"]:
        return finish_run(RunStore(root), run_id)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return work(RunStore(root), run_id, stop)


def _await_turn(store: RunStore, run_id: str) -> bool:
    while True:
        store.mark_lost()
        run = store.get(run_id)
        if run.state not in {"queued", "lost"}:
            return False
        if store.claim(run_id, slots(run.options.threads)):
            return True
        time.sleep(TICK_S)


def _result(summary: RunSummary) -> dict[str, Any]:
    result = asdict(summary)
    return {**result, "best_musd": summary.objective_musd}


def _close_folder(store: RunStore, run_id: str, state: str, message: str, mine: bool = False) -> None:
    """Give the folder of a run that ended without a plan its manifest and its name."""
    if (store.root / run_id).exists():
        return
    run = store.get(run_id)
    folder = RunFolder.begin(store.input_path(run_id), store.root / run_id, run.options, mine=mine)
    folder.finish(state, {"message": message})


def _drain(events: queue.SimpleQueue[RunEvent]) -> Iterator[RunEvent]:
    while True:
        try:
            yield events.get_nowait()
        except queue.Empty:
            return


if __name__ == "__main__":
    run_lean()
    end_process(main())
