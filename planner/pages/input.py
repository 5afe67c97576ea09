"""Input: open a workbook, see every problem by its cell, mend it, solve it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from planner.case.quantity import quantity_of
from planner.errors import PlannerError, Problem
from planner.pages.frame import as_table, go, guarded, owner, section, store, table, title
from planner.pages.inbox import Received, checked, marked_up, receive, received, template_bytes
from planner.pages.words import counted, literal
from planner.runs.folder import RunOptions
from planner.schema import SETTING, SHEET, SHEETS

if TYPE_CHECKING:
    from planner.case import Case, Checked

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 500
LETTERS = 20
EVERYWHERE = "all sheets"
FILE = "the file"
LEVEL_TITLES = {"error": "Problem", "warning": "Look here"}


@guarded
def show() -> None:
    """The input page."""
    title("Input", "Open a workbook. It is read and checked at once; nothing is solved until you say so.")
    upload = st.file_uploader("Workbook (.xlsx, at most 50 MB)", type=["xlsx"], key="upload")
    if upload is not None and st.session_state.get("upload_seen") != upload.file_id:
        st.session_state["upload_seen"] = upload.file_id
        case = receive(upload.name, upload.getvalue())
        st.query_params["case"] = case.key
    key = st.query_params.get("case") or st.session_state.get("case", "")
    case_now = received(key) if key else None
    if case_now is None:
        if st.query_params.get("case"):
            st.warning("That workbook is no longer here. Please open it again.")
        _nothing_yet()
        return
    body = st.empty()
    if st.session_state.get("case") != case_now.key:
        # What was said of the workbook before, and its Solve button, go before this one is read.
        body.markdown(f"Reading {literal(case_now.name)} …")
    st.session_state["case"] = case_now.key
    if st.query_params.get("case") != case_now.key:
        st.query_params["case"] = case_now.key
    with body.container():
        _checked(case_now)


def _nothing_yet() -> None:
    st.download_button("Download the template", template_bytes, "rare_earth_case.xlsx", XLSX, on_click="ignore")
    section("What a workbook holds")
    needed = pd.DataFrame(
        {
            "sheet": [sheet.name for sheet in SHEETS],
            "needed": ["yes" if sheet.needed else "may be missing" for sheet in SHEETS],
            "one row is": [sheet.row_is for sheet in SHEETS],
            "must be filled in": [", ".join(c.name for c in sheet.columns if c.required) for sheet in SHEETS],
        }
    )
    table(
        needed.sort_values("needed", ascending=False),
        alt="The sheets of a workbook and the columns that must be filled in",
    )


def _checked(case: Received) -> None:
    with st.spinner("Reading and checking the workbook", show_time=True):
        result = checked(case)
    problems = tuple(result.problems)
    errors = [problem for problem in problems if problem.severity == "error"]
    section("Verdict")
    with st.container(horizontal=True, vertical_alignment="center"):
        _verdict(len(errors), len(problems) - len(errors))
        st.text(case.name)
        if result.case is not None:
            st.caption(f"fingerprint {result.case.fingerprint[:12]}")
    _left_aside(result)
    _progress_since(case, problems)
    if result.case is not None and not errors:
        _solve(case, result.case)
    if problems:
        _problems(case, problems)
    if result.case is not None:
        _contents(result.case)


def _verdict(errors: int, warnings: int) -> None:
    if errors:
        st.badge(f"{counted(errors, 'problem')} to mend", color="red", icon=":material/error:")
    elif warnings:
        st.badge(f"Ready, {counted(warnings, 'place')} to look at", color="orange", icon=":material/check_circle:")
    else:
        st.badge("Ready to solve", color="green", icon=":material/check_circle:")


def _left_aside(result: Checked) -> None:
    """Sheets that were not read, hidden ones that were, and what was made of a quick workbook."""
    for what, sheets in (("Not read", result.overview.ignored), ("Hidden, and read", result.overview.hidden)):
        if sheets:
            st.caption(literal(f"{what}: {', '.join(sheets)}"))
    for line in result.overview.derived:
        st.caption(literal(f"Made of the quotes: {line}"))


def _progress_since(case: Received, problems: tuple[Problem, ...]) -> None:
    """What the workbook opened before this one in this visit had that is mended, and what is new."""
    if any(problem.code.startswith("file.") for problem in problems if problem.severity == "error"):
        return  # a file that could not be read has mended nothing
    now = frozenset(map(str, problems))
    key, seen, before = st.session_state.get("checked", ("", None, None))
    if key != case.key:
        before = seen
        st.session_state["checked"] = (case.key, now, before)
    if before is not None:
        st.caption(f"Since the workbook before: {len(before - now)} mended, {len(now - before)} new.")


def _problems(case: Received, problems: tuple[Problem, ...]) -> None:
    section("Problems by cell")
    sheets = [EVERYWHERE, *sorted({problem.sheet or FILE for problem in problems})]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox("Sheet", sheets, width=220, key="problem_sheet")
        st.download_button(
            "Download my workbook with the problems marked",
            data=lambda: marked_up(case, problems),
            file_name="marked.xlsx",
            mime=XLSX,
            on_click="ignore",
            disabled=case.path.is_dir(),
        )
    chosen = [problem for problem in problems if wanted in {EVERYWHERE, problem.sheet or FILE}][:MOST_SHOWN]
    room = st.session_state.get("problems_room", LETTERS)
    for problem in chosen[:room]:
        _letter(problem)
    if room < len(chosen) and st.button(f"Show more of the {len(chosen)} problems"):
        st.session_state["problems_room"] = room + LETTERS
        st.rerun()
    _as_table(chosen)


def _letter(problem: Problem) -> None:
    """One problem as the sentence that helps to mend it."""
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            warning = problem.severity != "error"
            icon = ":material/visibility:" if warning else ":material/error:"
            st.badge(LEVEL_TITLES[problem.severity], color="orange" if warning else "red", icon=icon)
            st.markdown(f"**{literal(_where(problem))}**")
            if problem.column:
                st.caption(literal(problem.column))
        found = f"Found {literal(problem.found)}: " if problem.found else ""
        st.markdown(f"{found}{literal(problem.message)}.  \n{literal(problem.fix)}")


def _as_table(problems: Sequence[Problem]) -> None:
    frame = pd.DataFrame(
        {
            "kind": [LEVEL_TITLES[problem.severity] for problem in problems],
            "cell": [_where(problem) for problem in problems],
            "column": [problem.column for problem in problems],
            "found": [problem.found for problem in problems],
            "what is wrong": [problem.message for problem in problems],
            "what to do": [problem.fix for problem in problems],
        }
    )
    as_table(frame, "The problems of the workbook, each with its cell, what was found and what to do", {}, {})


def _where(problem: Problem) -> str:
    return f"{problem.sheet}!{problem.cell}" if problem.cell else problem.sheet or FILE


def _solve(case: Received, content: Case) -> None:
    section("Solve")
    gap_setting, limit_setting = SETTING["mip_gap"], SETTING["time_limit_s"]
    with st.form("solve", border=True):
        with st.container(horizontal=True):
            gap = st.number_input(
                "Stop when proven within (%)",
                min_value=0.0,
                max_value=100.0,
                value=100 * float(content.settings["mip_gap"]),
                step=0.05,
                format="%.2f",
                help=gap_setting.help,
                width=240,
            )
            limit = st.number_input(
                "Stop at the latest after (s)",
                min_value=1.0,
                max_value=86400.0,
                value=float(content.settings["time_limit_s"]),
                step=30.0,
                format="%.0f",
                help=limit_setting.help,
                width=240,
            )
        with st.container(horizontal=True):
            name = st.text_input("Name of the run", case.name, max_chars=200, width=240)
            note = st.text_input("Note", "", max_chars=2000, width=240, help="What sets this run apart from others.")
        if st.form_submit_button("Solve", type="primary"):
            _start(case, RunOptions(mip_gap=gap / 100, time_limit_s=limit), name, note)


def _start(case: Received, options: RunOptions, name: str, note: str) -> None:
    runs = store()
    try:
        run = runs.create(case.path, name=name or case.name, owner=owner(), options=options, note=note)
        runs.launch(run.id)
    except PlannerError as error:
        st.error(literal(error))
        return
    st.session_state["run"] = run.id
    go("runs", run=run.id)


def _contents(case: Case) -> None:
    section("What is in it")
    told = quantity_of(case).told
    rows = pd.DataFrame(
        [
            (name, len(frame), told(SHEET[name].adds))
            for name, frame in case.tables.items()
            if len(frame)
        ],
        columns=["sheet", "rows", "adds to the plan"],
    )  # fmt: skip
    table(rows, alt="The sheets found and how many rows each holds", formats={"rows": "{:,.0f}"})
    wanted = st.selectbox(
        "Look at a sheet", rows["sheet"].tolist(), index=None, placeholder="choose a sheet", key="look"
    )
    if wanted:
        st.dataframe(_readable(case.tables[wanted]), alt=f"The rows of the sheet {wanted}", hide_index=False)
    if len(case.defaults_used):
        meant = case.defaults_used.assign(meaning=case.defaults_used["meaning"].map(told))
        with st.expander(f"Blank cells and what they mean ({counted(len(case.defaults_used), 'column')})"):
            table(_readable(meant), alt="Columns with blank cells, how many, and what is used in their place")


def _readable(frame: pd.DataFrame) -> pd.DataFrame:
    """Lists in cells as text, and columns that nothing was written in left out."""
    shown = frame.dropna(axis="columns", how="all")
    mixed = [name for name in shown.columns if shown[name].dtype == object]
    return shown.assign(**{name: shown[name].map(_cell) for name in mixed})


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return None if value is None else str(value)
