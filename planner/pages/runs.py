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
    remember,
    run_in_question,
    run_row,
    state_badge,
    store,
    title,
)
from planner.pages.words import counted, literal, literal_lines, moment, musd, percent, seconds
from planner.runs.finishing import finish_in
from planner.runs.folder import RunEvent
from planner.runs.store import Run, RunStore

STEPS = ("checking", "building", "solving", "auditing", "reporting")
STEP_WORDS = {
    "checking": "Check",
    "building": "Build",
    "solving": "Solve",
    "auditing": "Audit",
    "reporting": "Report",
}
POLL_EARLY_S, POLL_LATER_S, EARLY_S = 1.0, 2.0, 20.0
LOG_LINES = 40
PAGE_OF_RUNS = 10
CHART_HEIGHT = 330
CARD_WIDTH = 162
MENDED_IN_INPUT = {"infeasible", "failed"}
ADVICE = {
    "no_plan": "Allow more time, or a wider gap, and run it again.",
    "infeasible": "Change the cells named above, or allow more shortage there, and open the workbook again.",
    "failed": "The files of the run are kept. Quote the run's name when you ask for help.",
    "lost": "Nothing is wrong with the input. Run it again from the same frozen copy.",
}
PLAN_KEPT = (
    "The process is gone, but its best plan was kept. Finish it to have it audited and reported, with the gap that was"
    " proven by then; or run it again from the same frozen copy."
)


@guarded
def show() -> None:
    """The page of runs."""
    title("Runs")
    runs = store()
    runs.mark_lost()
    known = runs.list()
    if not known:
        st.markdown("No runs yet. Open a workbook, or solve the sample.")
        if st.button("Open a workbook", type="primary"):
            go("input")
        return
    run = run_in_question(known)
    if run is not None:
        _one(runs, run)
    _list(known, run)


def _one(runs: RunStore, run: Run) -> None:
    with st.container(border=True):
        if run.waiting:
            age = time.time() - run.created
            interval = POLL_EARLY_S if age < EARLY_S else POLL_LATER_S
            st.fragment(_live, run_every=interval)(run.id, interval)
        else:
            _ended(runs, run)


def _live(run_id: str, interval: float) -> None:
    """The part of the page that draws itself anew; ends by drawing the whole page once."""
    runs = store()
    runs.mark_lost()
    run = runs.get(run_id)
    if not run.waiting or (interval == POLL_EARLY_S and time.time() - run.created >= EARLY_S):
        st.rerun()
    _heading(runs, run)
    _steps(run)
    _figures(run)
    _stop(runs, run)
    events = runs.events(run_id)
    _chart(events, run)
    _log(runs, run)
    st.caption("You can close this page; the run goes on. Its address brings you back.")


def _heading(runs: RunStore, run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        state_badge(run)
        if run.state == "queued" and (place := runs.place_in_queue(run.id)) > 1:
            st.caption(f"place {place} in the queue")
        st.text(run.name)
    facts = [f"run {run.id}", f"begun {moment(run.created)}", f"input sha256 {run.sha256[:12]}"]
    if run.options.mip_gap is not None:
        facts.append(f"to stop within {percent(run.options.mip_gap)} of the best")
    st.caption(" · ".join(map(literal, facts)))


def _steps(run: Run) -> None:
    """The steps in words: those done, the one at work, those to come."""
    step_now = run.step or run.state
    at = STEPS.index(step_now) if step_now in STEPS else -1
    ended = run.has_plan
    with st.container(horizontal=True, gap="small"):
        for place, step in enumerate(STEPS):
            if place < at or ended:
                st.badge(STEP_WORDS[step], icon=":material/check:", color="green")
            elif place == at:
                st.badge(f"{STEP_WORDS[step]}, now", icon=":material/pending:", color="blue")
            else:
                st.badge(STEP_WORDS[step], color="gray")


def _figures(run: Run) -> None:
    limit = run.options.time_limit_s
    used = (run.finished or time.time()) - (run.started or run.created)
    with st.container(horizontal=True):
        _figure("Best plan", musd(run.best_musd), "the cheapest so far")
        _figure("Bound", musd(run.bound_musd), "no plan costs less")
        _figure("Gap", percent(run.gap), "most that can be saved")
        of = f"solver stops at {seconds(limit)}" if limit is not None else "limit as the workbook says"
        _figure("Time", seconds(used), of)


def _figure(label: str, value: str, context: str) -> None:
    with st.container(border=True, width=CARD_WIDTH, height="stretch", gap=None):
        st.metric(label, value)
        st.caption(context)


def _stop(runs: RunStore, run: Run) -> None:
    if run.state == "stopping":
        st.button("Stopping, the best plan is being kept", disabled=True, key="stopping")
        return
    label = "Stop and keep the best plan" if run.best_musd is not None else "Stop"
    told = None if run.best_musd is not None else "There is no plan yet that could be kept."
    if st.button(label, type="primary", key="stop", help=told):
        runs.request_stop(run.id)
        st.rerun()


def _chart(events: tuple[RunEvent, ...], run: Run) -> None:
    progress = [event for event in events if event.kind == "progress"]
    chart = gap_chart(progress)
    if chart is None:
        if run.waiting:
            st.container(height=CHART_HEIGHT, border=False).caption("The chart begins with the first plan.")
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
            with st.spinner("Auditing the plan and writing its report", show_time=True):
                finish_in(runs, run.id)
            st.rerun()
        if run.state in MENDED_IN_INPUT and st.button("Open the changed workbook", type="primary"):
            go("input")
        again_first = not run.has_plan and not kept and run.state not in MENDED_IN_INPUT
        if st.button("Run again from the same input", type="primary" if again_first else "secondary"):
            again = runs.again(run.id, owner=owner())
            runs.launch(again.id)
            remember(again.id)
            st.rerun()
        _delete(runs, run)
    _chart(runs.events(run.id), run)
    _log(runs, run)


def _delete(runs: RunStore, run: Run) -> None:
    with st.popover("Delete"):
        st.markdown("The run and its files are removed for good.")
        if st.button("Delete this run", key="delete"):
            runs.delete(run.id)
            st.session_state.pop("run", None)
            st.query_params.clear()
            st.rerun()


def _list(known: tuple[Run, ...], current: Run | None) -> None:
    others = [run for run in known if current is None or run.id != current.id]
    if not others:
        return
    st.subheader(counted(len(others), "other run"), anchor=False)
    shown = st.session_state.get("runs_shown", PAGE_OF_RUNS)
    for run in others[:shown]:
        run_row(run, "runs", "Open", "list")
    if shown < len(others) and st.button("Show more"):
        st.session_state["runs_shown"] = shown + PAGE_OF_RUNS
        st.rerun()
