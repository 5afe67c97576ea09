"""Results: the verdict, the headline, and one part of the plan at a time with its chart and table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import streamlit as st

from planner.case.quantity import in_words, speak_of
from planner.pages import results_agreements, results_money, results_plants, results_risk, results_supply
from planner.pages.frame import choose_run, go, guarded, store, title
from planner.pages.words import literal, moment, seconds
from planner.results.futures import one_future, scenarios
from planner.results.limits import missed_sentence
from planner.results.proof import bridge_sentence, verdict
from planner.results.scale import tell_in
from planner.results.settled import settled_sentence
from planner.runs.opened import Opened, open_run
from planner.runs.rebuild import stamp_of
from planner.runs.run import Run
from planner.runs.tables import kept_table

Where: TypeAlias = tuple[str, int | None]  # a run's folder, and the moment of its record

CARD_WIDTH = 181
SUMMARY = "Summary"
VIEWS: dict[str, Callable[[Opened], None]] = {
    SUMMARY: results_supply.summary,
    "Supply mix": results_supply.mix,
    "Flows": results_supply.network,
    "Investments": results_plants.investments,
    "Recycling and stock": results_plants.recycling_and_stock,
    "Contracts": results_agreements.agreements,
    "Cost": results_money.cost,
    "Landed cost": results_money.landed,
    "Duties": results_money.duty,
    "Compliance": results_risk.clean,
    "Risk": results_risk.risk,
    "Marginal prices": results_risk.marginal,
    "Limits that bind": results_money.limits,
}
OF_ALL_FUTURES = {"Risk"}
EXPECTED = "all futures, expected"


@guarded
def show() -> None:
    """The page of one run's results."""
    title("Results")
    run = chosen_with_plan()
    if run is None:
        return
    with st.spinner("Reading the plan", show_time=True):
        folder = store().folder(run.id)
        where = (str(folder), stamp_of(folder))
        opened = _opened(*where)
    speak_of(opened.case)
    tell_in(opened.facts.money)
    _verdict(opened, run)
    with st.spinner("Adding up the plan", show_time=True):
        _headline(opened)
    part = st.segmented_control(
        "Part of the plan",
        list(VIEWS),
        default=SUMMARY,
        required=True,
        key="part",
        label_visibility="collapsed",
        bind="query-params",
    )
    shown = opened if part in OF_ALL_FUTURES else _in_future(opened, where)
    with st.spinner("Adding up this part of the plan", show_time=True):
        VIEWS[part or SUMMARY](shown)


def _in_future(opened: Opened, where: Where) -> Opened:
    """The run as it unfolds in the future that is chosen, where there are several."""
    names = scenarios(opened.plan)
    if not names:
        return opened
    chosen = st.selectbox("Future", [EXPECTED, *names], key="future", width=320)
    return opened if chosen == EXPECTED else _of_future(*where, chosen)


def chosen_with_plan() -> Run | None:
    """A run with a plan, or a hint where to get one."""
    wanted = st.query_params.get("run")
    known = wanted or st.session_state.get("run")
    if not known or not store().knows(known):
        store().reconcile()  # there may be runs of the command line that no list has shown yet
    runs = store().list()
    with_plan = tuple(run for run in runs if run.has_plan)
    without = next((run for run in runs if run.id == wanted and not run.has_plan), None)
    if without is not None:
        st.warning("This run has no plan to show, or not yet.")
        if st.button("Open the run", type="primary"):
            go("runs", run=without.id)
        return None
    if not with_plan:
        st.markdown("There is no finished run yet. Results appear here when the first one is done.")
        if st.button("Open a workbook", type="primary"):
            go("input")
        return None
    if st.session_state.get("run") not in {run.id for run in with_plan} and wanted is None:
        st.session_state.pop("run", None)
    return choose_run(with_plan, "Run")


@st.cache_resource(max_entries=6, show_spinner=False)
def _opened(folder: str, stamp: int | None) -> Opened:
    """The run as read from its folder, with the record of that moment; shared, so nobody writes to it."""
    return open_run(Path(folder))


@st.cache_resource(max_entries=12, show_spinner=False)
def _of_future(folder: str, stamp: int | None, chosen: str) -> Opened:
    """The same as it unfolds in one future; what is joined and computed of it stays as long."""
    opened = _opened(folder, stamp)
    return Opened(opened.case, one_future(opened.plan, chosen), opened.manifest)


def _verdict(opened: Opened, run: Run) -> None:
    found = verdict(opened.facts)
    with st.container(horizontal=True, vertical_alignment="center"):
        icon = ":material/verified:" if found.proven else ":material/hourglass_bottom:"
        st.badge(found.words, color="green" if found.proven else "orange", icon=icon)
        st.markdown(literal(f"{found.sentence} {found.checked}".rstrip()))
    if missed := missed_sentence(opened.facts):
        st.warning(literal(missed), icon=":material/warning:")
    if bound := settled_sentence(opened.facts):
        st.info(literal(bound), icon=":material/lock:")
    if beside := bridge_sentence(opened.facts):
        st.markdown(literal(beside))
    facts = [
        opened.case.name,
        moment(run.created),
        f"solved in {seconds(opened.plan.seconds)}",
        f"fingerprint {opened.plan.fingerprint[:12]}",
        f"run {run.id}",
    ]
    st.caption(" · ".join(map(literal, facts)))


def _headline(opened: Opened) -> None:
    with st.container(horizontal=True):
        for figure in kept_table(opened, "figures").to_dict("records"):
            with st.container(border=True, width=CARD_WIDTH, height="stretch", gap=None):
                st.metric(figure["label"], in_words(figure["value"]), help=in_words(figure["help"]))
                if figure["alarm"]:
                    st.markdown(f":material/warning: **{literal(figure['alarm'])}**")
                st.caption(literal(figure["context"]))
