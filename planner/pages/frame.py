"""What all pages share: where pages are, the run store, the run in question, tables, and sentences for errors."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from planner.errors import PlannerError
from planner.pages.words import STATE_COLOURS, STATE_WORDS, ago, counted, literal, literal_lines, moment
from planner.runs.store import Run, RunStore, default_root

SAMPLE = Path(__file__).resolve().parents[2] / "inputs" / "us_base_case"
ROW_HEIGHT = 35
ROWS_SHOWN = 12
UNKNOWN_CELL = "–"

log = logging.getLogger(__name__)

_PAGES: dict[str, Any] = {}


def register(pages: Mapping[str, Any]) -> None:
    """Tell `go` where the pages are; called once per script run, before a page."""
    _PAGES.update(pages)


def go(page: str, **query: str) -> None:
    """Turn to another page."""
    st.switch_page(_PAGES[page], query_params=query)


def store() -> RunStore:
    """The run store, made anew for each script run: it is cheap and shares nothing."""
    return RunStore(default_root())


def guarded(page: Callable[[], None]) -> Callable[[], None]:
    """A page whose errors become sentences."""

    @wraps(page)
    def shown() -> None:
        try:
            page()
        except PlannerError as error:
            st.error(literal_lines(error), icon=":material/error:")
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("page %s failed, error %s", page.__name__, number)
            st.error(
                f"This page has a fault of ours. Your runs are safe. The server's log has the details under {number}.",
                icon=":material/error:",
            )

    return shown


def title(text: str, sentence: str = "") -> None:
    """The one first heading of a page, and a sentence on what it is for."""
    st.title(text, anchor=False)
    if sentence:
        st.markdown(sentence)


def state_badge(run: Run) -> None:
    """The state of a run in words; the colour only repeats them."""
    st.badge(STATE_WORDS[run.state], color=STATE_COLOURS[run.state])  # type: ignore[arg-type]


def owner() -> str:
    """Who uses the page, as far as the server knows."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "")
    return ""


def remember(run_id: str) -> None:
    """Keep the run in the address and for the other pages of this visit."""
    st.session_state["run"] = run_id
    if st.query_params.get("run") != run_id:
        st.query_params["run"] = run_id


def run_in_question(runs: tuple[Run, ...]) -> Run | None:
    """The run in the address, else the one looked at last, else the newest."""
    wanted = st.query_params.get("run") or st.session_state.get("run")
    by_id = {run.id: run for run in runs}
    if st.query_params.get("run") and wanted not in by_id:
        st.warning(f"There is no run {literal(wanted)} here. It may have been deleted, or the address is cut short.")
        return None
    run = by_id.get(wanted or "") or (runs[0] if runs else None)
    if run is not None:
        remember(run.id)
    return run


def choose_run(runs: tuple[Run, ...], label: str) -> Run | None:
    """A drop-down of runs, set to the one in question."""
    current = run_in_question(runs)
    if current is None:
        return None
    ids = [run.id for run in runs]
    by_id = {run.id: run for run in runs}
    if len(ids) == 1:
        return current
    chosen = st.selectbox(label, ids, index=ids.index(current.id), format_func=lambda run_id: run_line(by_id[run_id]))
    if chosen != current.id:
        remember(chosen)
    return by_id[chosen]


def run_line(run: Run) -> str:
    """One line that tells runs apart; plain text."""
    return f"{run.name} · {STATE_WORDS[run.state]} · {moment(run.created)}"


def run_row(run: Run, page: str, button: str, key: str) -> None:
    """One run in a list, with a button that opens it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.text(run.name)
            facts = [ago(run.created, time.time())]
            if run.best_musd is not None:
                facts.append(f"{run.best_musd:,.0f} M\\$")
            if run.gap is not None and run.has_plan:
                facts.append(f"gap {100 * run.gap:.2f} %")
            if run.owner:
                facts.append(literal(run.owner))
            st.caption(" · ".join(facts))
        with st.container(width="content"):
            state_badge(run)
        if st.button(button, key=f"{key}-{run.id}"):
            st.session_state["run"] = run.id
            go(page, run=run.id)


def table(
    data: pd.DataFrame,
    alt: str,
    formats: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    rows_shown: int = ROWS_SHOWN,
) -> None:
    """A table with fixed decimals and thousands separators; `names` are the headings, with units."""
    shown = data.rename(columns=dict(names or {}))
    headings: dict[Any, Any] = {
        dict(names or {}).get(column, column): pattern for column, pattern in (formats or {}).items()
    }
    styled = shown.style.format(headings, na_rep=UNKNOWN_CELL) if headings else shown
    height = ROW_HEIGHT * (min(len(shown), rows_shown) + 1) + 3
    st.dataframe(styled, hide_index=True, height=height, alt=alt, placeholder=UNKNOWN_CELL)


def as_table(data: pd.DataFrame, alt: str, formats: Mapping[str, str], names: Mapping[str, str]) -> None:
    """The table behind a chart, folded away."""
    with st.expander(f"The same as a table ({counted(len(data), 'row')})"):
        table(data, alt, formats, names)
