"""What all pages share: where pages are, the run store, the run in question, tables, and sentences for errors."""

from __future__ import annotations

import errno
import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import pandas as pd
import streamlit as st

from planner.case.quantity import at_hand, in_words, speak_of
from planner.errors import PlannerError
from planner.pages.words import ago, counted, literal, literal_lines, moment, told
from planner.results.scale import IN_MILLIONS, scale_at_hand, scale_for, tell_in
from planner.runs.exports import csv_text
from planner.runs.folder import safe_file_name
from planner.runs.run import Run
from planner.runs.store import RunStore, default_root

INPUTS = Path(__file__).resolve().parents[2] / "inputs"
# Shipped cases by the key that names them in an address.
SAMPLES = {
    "sample": INPUTS / "us_base_case",
    "quotes": INPUTS / "motor_maker",
    "defence": INPUTS / "defence_magnets",
}
CHOSEN = "run_chosen"  # the key of the drop-down of runs
ROW_HEIGHT = 35
ROWS_SHOWN = 12
UNKNOWN_CELL = "–"

log = logging.getLogger(__name__)
P = ParamSpec("P")

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


def guarded(page: Callable[P, None]) -> Callable[P, None]:
    """A page, or a part of one that draws itself anew, whose errors become sentences."""

    @wraps(page)
    def shown(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            page(*args, **kwargs)
        except PlannerError as error:
            st.error(literal_lines(error), icon=":material/error:")
        except OSError as error:
            log.exception("page %s met the disk", page.__name__)
            st.error(literal(no_room(error)), icon=":material/error:")
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("page %s failed, error %s", page.__name__, number)
            st.error(
                f"This page has a fault of ours. Your runs are safe. The server's log has the details under {number}.",
                icon=":material/error:",
            )

    return shown


def no_room(error: OSError) -> str:
    """What the disk said, and what to do."""
    what = error.strerror or str(error)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of the server is full ({what}). Your runs are safe; make room, then load this page again."
    return f"The server cannot use its disk here ({what}). Your runs are safe; whoever runs the server can mend that."


def section(text: str) -> None:
    """A heading below the title."""
    st.header(text, anchor=False)


def title(text: str, sentence: str = "") -> None:
    """The one first heading of a page, and a sentence on what it is for. No case is at hand yet."""
    speak_of(None)
    tell_in(IN_MILLIONS)
    st.title(text, anchor=False)
    if sentence:
        st.markdown(sentence)


def state_badge(run: Run) -> None:
    """The state of a run in words; the colour only repeats them."""
    words, colour = told(run)
    st.badge(words, color=colour)  # type: ignore[arg-type]


def owner() -> str:
    """Who uses the page, as far as the server knows."""
    if getattr(st.user, "is_logged_in", False):
        return str(st.user.get("email") or st.user.get("name") or "")
    return ""


def remember(run_id: str) -> None:
    """Keep the run for the other pages of this visit; the address names a run only where the visitor chose one."""
    st.session_state["run"] = run_id


def run_in_question(runs: tuple[Run, ...]) -> Run | None:
    """The run in the address, else the one looked at last, else the newest."""
    named = st.query_params.get("run")
    wanted = named or st.session_state.get("run") or ""
    by_id = {run.id: run for run in runs}
    if wanted and wanted not in by_id and store().knows(wanted):
        by_id[wanted] = store().get(wanted)  # older than those of the list
    if named and wanted not in by_id:
        st.warning(f"There is no run {literal(wanted)} here. It may have been deleted, or the address is cut short.")
        return None
    run = by_id.get(wanted) or (runs[0] if runs else None)
    if run is not None:
        remember(run.id)
    return run


def choose_run(runs: tuple[Run, ...], label: str) -> Run | None:
    """A drop-down of runs, set to the one in question.

    It has a key: what a visit keeps of a widget stands under its name, and without a key that name changes whenever a
    run comes, and each time all runs of the list are kept as long as the visit lasts.
    """
    current = run_in_question(runs)
    if current is None:
        return None
    by_id = {run.id: run for run in (*runs, current)}
    if len(by_id) == 1:
        return current
    st.session_state[CHOSEN] = current.id
    lines = {run_id: run_line(run) for run_id, run in by_id.items()}
    st.selectbox(label, list(lines), format_func=lines.__getitem__, key=CHOSEN, on_change=_take_chosen)
    return current


def _take_chosen() -> None:
    remember(st.session_state[CHOSEN])
    st.query_params["run"] = st.session_state[CHOSEN]


def run_line(run: Run) -> str:
    """One line that tells runs apart; plain text."""
    return " · ".join([run.name, *([run.note] if run.note else []), told(run)[0], moment(run.created)])


def run_row(run: Run, page: str, key: str) -> None:
    """One run in a list; its name opens it. What tells it from others of that name stands below."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            label = f"{literal(run.name)}, {moment(run.created)}"
            if st.button(label, key=f"{key}-{run.id}", type="tertiary"):
                st.session_state["run"] = run.id
                go(page, run=run.id)
            facts = [ago(run.created, time.time())]
            if run.best_musd is not None:
                money = scale_for([run.best_musd]).figure(run.best_musd, 0)
                facts.append(f"objective {money}".replace("$", "\\$"))
            if run.gap is not None and run.has_plan:
                facts.append(f"gap {100 * run.gap:.2f} %")
            facts += [literal(text) for text in (run.note, run.owner) if text]
            facts.append(f"input {run.sha256[:8]}")
            st.caption(" · ".join(facts))
        with st.container(width="content"):
            state_badge(run)


Pattern = str | Callable[[float], str]


def table(
    data: pd.DataFrame,
    alt: str,
    formats: Mapping[str, Pattern] | None = None,
    names: Mapping[str, str] | None = None,
    rows_shown: int = ROWS_SHOWN,
) -> None:
    """A table with fixed decimals and thousands separators; `names` are the headings, with units."""
    data, formats, names = in_money(data, alt, formats or {}, names or {})
    alt = scale_at_hand().told(in_words(alt))
    titles = {column: in_words(name) for column, name in names.items()}
    shown = data.rename(columns=titles)
    if not at_hand().is_ton:
        shown = shown.map(lambda cell: in_words(cell) if isinstance(cell, str) else cell)
    headings: dict[Any, Any] = {titles.get(column, column): pattern for column, pattern in formats.items()}
    styled = shown.style.format(headings, na_rep=UNKNOWN_CELL) if headings else shown
    height = ROW_HEIGHT * (min(len(shown), rows_shown) + 1) + 3
    st.dataframe(styled, hide_index=True, height=height, alt=alt, placeholder=UNKNOWN_CELL)
    with st.container(horizontal=True, vertical_alignment="center"):
        more = f", {rows_shown} in sight; the table scrolls" if len(shown) > rows_shown else ""
        st.caption(f"{counted(len(shown), 'row')}{more}")
        st.download_button(
            f"CSV: {literal(alt)}",
            data=lambda: csv_text(shown).encode("utf-8-sig"),
            file_name=f"{safe_file_name(alt)[:60]}.csv",
            mime="text/csv",
            type="tertiary",
            on_click="ignore",
            key=f"csv-{hashlib.sha256(alt.encode()).hexdigest()[:12]}",
        )


def in_money(
    data: pd.DataFrame, alt: str, formats: Mapping[str, Pattern], names: Mapping[str, str]
) -> tuple[pd.DataFrame, Mapping[str, Pattern], Mapping[str, str]]:
    """Columns of millions in the unit at hand: those called so, with M$ in their heading, or all of a table of M$."""
    money, whole = scale_at_hand(), IN_MILLIONS.unit in alt
    found = [
        name
        for name in data.select_dtypes("number").columns
        if (whole and name in formats) or str(name).endswith("musd") or IN_MILLIONS.unit in names.get(name, "")
    ]
    told = {name: money.told(heading) for name, heading in names.items()}
    if not money.small:
        return data, formats, told
    pattern = f"{{:,.{money.places(2)}f}}"
    shown = data.assign(**{name: money.of(data[name]) for name in found})
    return shown, {**formats, **dict.fromkeys(found, pattern)}, told


def as_table(data: pd.DataFrame, alt: str, formats: Mapping[str, Pattern], names: Mapping[str, str]) -> None:
    """The table behind a chart, folded away."""
    with st.expander(f"The same as a table ({counted(len(data), 'row')})"):
        table(data, alt, formats, names)
