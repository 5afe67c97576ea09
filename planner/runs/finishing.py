"""Make a whole run of one whose process was killed while it solved: its best plan so far, audited, with its report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from planner.errors import PlannerError, RunError
from planner.runs.execute import Recorder, RunSummary, end_state, held, solve_options, write_results
from planner.runs.folder import (
    RunEvent,
    RunFolder,
    RunOptions,
    has_abandoned_plan,
    read_about,
    read_events,
    working_name,
)
from planner.runs.kept import INDEX_FILE
from planner.runs.store import RunStore
from planner.solver.incumbent import INCUMBENT_FILE, read_incumbent

CUT_OFF = "The run was cut off while it solved. This is the best plan that it had by then."


def finish(final: Path, on_event: Callable[[RunEvent], None] | None = None) -> RunSummary:
    """Settle, audit and report the plan that a killed run left; the run's folder gets its own name.

    It may be tried again as often as it fails: the plan goes only when the results stand, or when the audit refuses it.
    Raises RunError where there is no such plan, and AuditFailed, with the record of it, as `execute` does.
    """
    from planner.case import read_case
    from planner.planning.solve import plan_from

    work = working_name(final)
    if not has_abandoned_plan(work):
        raise RunError(f"{final} has no plan that waits to be finished, or somebody still works on it.")
    folder = _taken_up(final, work)
    with held(folder):
        kept = read_incumbent(work / INCUMBENT_FILE)
        recorder = Recorder(folder.events, on_event)
        events = read_events(folder.events)
        case = read_case(folder.input)
        options = solve_options(case, folder.options)
        bound = max((b for b in (kept.bound_musd, _bound(events)) if b is not None), default=None)
        plan = plan_from(case, kept, bound, _seconds(events), options, recorder.step)
        return write_results(folder, recorder, case, plan, asked_to_stop=True, notes=(CUT_OFF,))


def finish_in(store: RunStore, run_id: str, on_event: Callable[[RunEvent], None] | None = None) -> RunSummary:
    """Finish a lost run of the list, and let the list know."""
    try:
        summary = finish(store.root / run_id, on_event)
    except PlannerError as error:
        if not isinstance(error, RunError):
            store.end(run_id, end_state(error), str(error))
        raise
    result = {"status": summary.status, "best_musd": summary.objective_musd, "bound_musd": summary.bound_musd}
    numbers = {"gap": summary.gap, "seconds": summary.seconds}
    store.end(run_id, summary.state, " ".join(summary.notes), result | numbers)
    return summary


def finish_listed(final: Path) -> RunSummary:
    """Finish the run of a folder, and let the list that it stands in know, if it stands in one."""
    if not (final.parent / INDEX_FILE).exists():
        return finish(final)
    store = RunStore(final.parent)
    store.mark_lost()
    return finish_in(store, final.name) if store.knows(final.name) else finish(final)


def _taken_up(final: Path, work: Path) -> RunFolder:
    """The folder as it was begun, with its input and its options."""
    try:
        options = RunOptions(**json.loads((work / "options.json").read_text(encoding="utf-8")))
        frozen = next(iter(sorted((work / "input").iterdir())))
    except (OSError, ValueError, TypeError, StopIteration) as error:
        raise RunError(f"{work} is not a run that could be finished. Run the case again.") from error
    folder = RunFolder.begin(frozen, final, options, replace=bool(read_about(work).get("replace")))
    events = read_events(folder.events)
    return replace(folder, created=events[0].at) if events else folder


def _bound(events: tuple[RunEvent, ...]) -> float | None:
    """The best bound that was told: each of them is one that no plan can beat."""
    bounds = [event.data["bound_musd"] for event in events if event.kind == "progress"]
    return max((bound for bound in bounds if bound is not None), default=None)


def _seconds(events: tuple[RunEvent, ...]) -> float:
    return max((event.data["seconds"] for event in events if event.kind == "progress"), default=0.0)
