"""Runs: the queue, the run that is being worked on, and how runs ended."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from planner.pages.charts import gap_chart
from planner.pages.frame import (
    as_table,
    go,
    guarded,
    owner,
    run_in_question,
    run_row,
    section,
    state_badge,
    store,
    title,
)
from planner.pages.words import counted, literal, literal_lines, moment, musd, percent, seconds, told
from planner.results.scale import scale_for, tell_in
from planner.runs.elsewhere import is_elsewhere
from planner.runs.folder import RunEvent
from planner.runs.index import ACTIVE
from planner.runs.run import Run
from planner.runs.store import BIN_DAYS, RunStore

STEPS = ("checking", "building", "solving", "auditing", "reporting")
STEP_NAMES = {
    "checking": "Check",
    "building": "Build",
    "solving": "Solve",
    "auditing": "Audit",
    "reporting": "Report",
}
POLL_EARLY_S, POLL_LATER_S, EARLY_S = 0.5, 2.0, 20.0
LOG_LINES = 40
PAGE_OF_RUNS = 10
CARD_WIDTH = 162
SOLVED = {"auditing", "reporting"}  # the plan is found: there is nothing to stop any more
MENDED_IN_INPUT = {"infeasible", "failed"}
SOMEBODY = "a visitor without a name"
ADVICE = {
    "no_plan": "Allow more time, or a wider gap, and run it again.",
    "infeasible": "Change the cells named above, or allow more shortage there, and open the workbook again.",
    "failed": "The files of the run are kept. Quote the run's name when you ask for help.",
    "lost": "Nothing is wrong with the input. Run it again from the same frozen copy.",
}
PLAN_KEPT = (
    "The best plan was kept. Finish it to have it audited and reported, with the gap that was proven by then; or run it"
    " again from the same frozen copy."
)


@guarded
def show() -> None:
    """The page of runs."""
    title("Runs")
    runs = store()
    runs.mark_lost()
    runs.reconcile()
    count = runs.count()
    if not count:
        st.markdown("No runs yet. Open a workbook, or solve the sample.")
        if st.button("Open a workbook", type="primary"):
            go("input")
        _bin(runs)
        return
    run = run_in_question(runs.list(1))
    if run is not None:
        _one(runs, run)
    _list(runs, count)
    _bin(runs)


def _one(runs: RunStore, run: Run) -> None:
    with st.container(border=True):
        if run.waiting:
            age = time.time() - run.created
            interval = POLL_EARLY_S if age < EARLY_S else POLL_LATER_S
            st.fragment(guarded(_live), run_every=interval)(run.id, interval)
        else:
            _ended(runs, run)


def _live(run_id: str, interval: float) -> None:
    """The part of the page that draws itself anew; ends by drawing the whole page once."""
    runs = store()
    runs.mark_lost()
    runs.reconcile()
    run = runs.get(run_id)
    if not run.waiting or (interval == POLL_EARLY_S and time.time() - run.created >= EARLY_S):
        st.rerun()
    _heading(runs, run)
    if run.state == "queued":
        _waits(runs, run)
    else:
        _steps(run)
        _figures(run)
    _stop(runs, run)
    if run.state != "queued":
        _chart(runs.events(run_id), run)
        _log(runs, run)
    st.caption("You can close this page; the run goes on. You find it again under Runs.")


def _waits(runs: RunStore, run: Run) -> None:
    """What a run waits for."""
    before = [other for other in runs.list(50, ACTIVE) if other.id != run.id]
    place = runs.place_in_queue(run.id)
    if not before:
        st.markdown("Its process is starting." if place <= 1 else f"It is number {place} in the queue.")
        return
    at_work = "; ".join(f"{literal(other.name)} ({told(other)[0].lower()})" for other in before[:5])
    st.markdown(
        f"It is number {place} in the queue and begins when there is room. Now at work: {at_work}. How many work at"
        " once follows from the processor's cores."
    )


def _heading(runs: RunStore, run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        state_badge(run)
        st.text(run.name)
    if run.note:
        st.text(run.note)
    facts = [f"run {run.id}", f"begun {moment(run.created)}", f"input sha256 {run.sha256[:12]}"]
    if run.owner:
        facts.append(f"by {run.owner}")
    if run.options.mip_gap is not None:
        facts.append(f"to stop within {percent(run.options.mip_gap)} of the best")
    st.caption(" · ".join(map(literal, facts)))
    if run.stop_requested is not None or run.stopped_by:
        st.caption(f"Stopped by {literal(run.stopped_by or SOMEBODY)}.")


def _steps(run: Run) -> None:
    """The steps in words: those done, the one at work, those to come."""
    step_now = run.step or run.state
    at = STEPS.index(step_now) if step_now in STEPS else -1
    ended = run.has_plan
    with st.container(horizontal=True, gap="small"):
        for place, step in enumerate(STEPS):
            if place < at or ended:
                st.badge(STEP_NAMES[step], icon=":material/check:", color="green")
            elif place == at:
                st.badge(f"{STEP_NAMES[step]}, now", icon=":material/pending:", color="blue")
            else:
                st.badge(STEP_NAMES[step], color="gray")


def _figures(run: Run) -> None:
    tell_in(scale_for((run.best_musd, run.bound_musd)))
    used = (run.finished or time.time()) - (run.started or run.created)
    with st.container(horizontal=True):
        _figure(
            "Best plan",
            musd(run.best_musd),
            "objective, lowest so far" if run.waiting else "objective of the plan kept",
        )
        _figure("Bound", musd(run.bound_musd), "no plan has a lower objective")
        _figure("Gap", percent(run.gap), "most that can be saved")
        _figure("Solving", _solving(run), _limit(run))
        _figure("All steps", seconds(used), "from check to report")


def _solving(run: Run) -> str:
    """The seconds of the solver alone, of those that it may take while it works."""
    limit = run.options.time_limit_s
    if run.waiting and run.step == "solving" and limit is not None:
        return f"{run.seconds or 0:.0f} of {limit:.0f} s"
    return seconds(run.seconds)


def _limit(run: Run) -> str:
    limit = run.options.time_limit_s
    return f"at most {seconds(limit)}" if limit is not None else "limit as the workbook says"


def _figure(label: str, value: str, context: str) -> None:
    with st.container(border=True, width=CARD_WIDTH, height="stretch", gap=None):
        st.metric(label, value)
        st.caption(context)


def _stop(runs: RunStore, run: Run) -> None:
    if run.step in SOLVED:
        st.caption("The plan is found; what is left is its audit and its report.")
        return
    if run.state == "stopping":
        st.button("Stopping, the best plan is being kept", disabled=True, key="stopping")
        return
    label = "Stop and keep the best plan" if run.best_musd is not None else "Stop"
    help_text = None if run.best_musd is not None else "There is no plan yet that could be kept."
    if st.button(label, type="primary", key="stop", help=help_text):
        runs.request_stop(run.id, by=owner() or SOMEBODY)
        st.rerun()


def _chart(events: tuple[RunEvent, ...], run: Run) -> None:
    progress = [event for event in events if event.kind == "progress"]
    chart = gap_chart(progress)
    if chart is None:
        if run.waiting:
            st.caption("The chart begins with the first plan.")
        return
    st.altair_chart(
        chart,
        alt=f"Best plan {musd(run.best_musd)} and bound {musd(run.bound_musd)} over the seconds of solving",
        key="gap-chart",
    )
    if run.waiting:
        return
    rows = pd.DataFrame([event.data for event in progress])[["seconds", "best_musd", "bound_musd", "gap"]]
    rows = rows.drop_duplicates(["best_musd", "bound_musd"]).reset_index(drop=True)
    names = {"seconds": "s", "best_musd": "best plan, M$", "bound_musd": "bound, M$", "gap": "gap, fraction"}
    formats = {"seconds": "{:,.1f}", "best_musd": "{:,.2f}", "bound_musd": "{:,.2f}", "gap": "{:.5f}"}
    as_table(rows, "Best plan, bound and gap as they changed", formats, names)


def _log(runs: RunStore, run: Run) -> None:
    file = runs.folder(run.id) / "solver.log"
    with st.expander("Solver log, last lines"):
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        except OSError:
            lines = []
        st.code("\n".join(lines) or "Nothing yet.", language=None, height=300)


def _ended(runs: RunStore, run: Run) -> None:
    _heading(runs, run)
    if run.has_plan:
        _steps(run)
    if run.message:
        kind = st.info if run.has_plan else st.warning if run.state in {"no_plan", "lost"} else st.error
        kind(literal_lines(run.message))
    kept = runs.has_kept_plan(run.id)
    if run.state in ADVICE:
        st.markdown(PLAN_KEPT if kept else ADVICE[run.state])
    if run.best_musd is not None:
        _figures(run)
    with st.container(horizontal=True):
        if run.has_plan:
            if st.button("See the results", type="primary"):
                go("results", run=run.id)
            if st.button("Report"):
                go("report", run=run.id)
        if kept and st.button("Finish the best plan", type="primary"):
            runs.launch(run.id, finish=True)
            st.rerun()
        if run.state in MENDED_IN_INPUT and st.button("Open the changed workbook", type="primary"):
            go("input")
        again_first = not run.has_plan and not kept and run.state not in MENDED_IN_INPUT
        if st.button("Run again from the same input", type="primary" if again_first else "secondary"):
            again = runs.again(run.id, owner=owner())
            runs.launch(again.id)
            go("runs", run=again.id)
        _describe(runs, run)
        _delete(runs, run)
    _chart(runs.events(run.id), run)
    _log(runs, run)


def _describe(runs: RunStore, run: Run) -> None:
    with st.popover("Name and note"), st.form(f"describe-{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=200)
        note = st.text_area("Note", run.note, max_chars=2000)
        if st.form_submit_button("Keep"):
            runs.describe(run.id, name, note)
            st.rerun()


def _delete(runs: RunStore, run: Run) -> None:
    with st.popover("Delete"):
        if is_elsewhere(run.id):
            st.markdown(literal(f"The run leaves this list. Its folder stays: {run.id}"))
        else:
            st.markdown(f"The run goes to the bin, and is removed for good after {BIN_DAYS:.0f} days.")
        if st.button("Delete this run", key="delete"):
            runs.delete(run.id, by=owner() or SOMEBODY)
            st.session_state.pop("run", None)
            st.query_params.clear()
            st.rerun()


def _list(runs: RunStore, count: int) -> None:
    """All runs, the newest first, a page at a time."""
    pages = -(-count // PAGE_OF_RUNS)
    page = min(st.session_state.get("runs_page", 0), pages - 1)
    section(counted(count, "run"))
    for run in runs.list(PAGE_OF_RUNS, skip=page * PAGE_OF_RUNS):
        run_row(run, "runs", "list")
    if pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Newer", disabled=page == 0):
            st.session_state["runs_page"] = page - 1
            st.rerun()
        st.caption(f"page {page + 1} of {pages}")
        if st.button("Older", disabled=page == pages - 1):
            st.session_state["runs_page"] = page + 1
            st.rerun()


def _bin(runs: RunStore) -> None:
    """What was deleted, by whom, and how to have it back."""
    gone = runs.deleted()
    if not gone:
        return
    with st.expander(f"Bin ({counted(len(gone), 'deleted run')})"):
        for run in gone[:PAGE_OF_RUNS]:
            with st.container(horizontal=True, vertical_alignment="center"):
                who = literal(run.by or SOMEBODY)
                st.markdown(f"{literal(run.name)} · deleted by {who} · {moment(run.deleted)}")
                if st.button(f"Take back {literal(run.name)}", key=f"restore-{run.id}"):
                    runs.restore(run.id)
                    go("runs", run=run.id)
