"""Report: download the Excel report, the tables as CSV, and the record of the run."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from planner.brief import NAMES
from planner.pages.frame import guarded, section, store, table, title
from planner.pages.input import XLSX
from planner.pages.results import chosen_with_plan
from planner.pages.words import literal
from planner.reporting.contents import ENTRIES
from planner.results.proven import proof_lines
from planner.runs.execute import read_summary
from planner.runs.exports import brief_bytes, report_bytes, tables_zip
from planner.runs.folder import read_manifest

MIME = {"pdf": "application/pdf", "html": "text/html"}

OPTIONS = {"mip_gap": "gap asked for", "time_limit_s": "time limit, s", "method": "method of search"}


@guarded
def show() -> None:
    """The page with the downloads."""
    title(
        "Report",
        "The plan as an Excel workbook for people who will never open this tool, and its tables for those who compute.",
    )
    run = chosen_with_plan()
    if run is None:
        return
    folder = store().folder(run.id)
    stem = f"{folder.name}"
    with st.container(horizontal=True):
        st.download_button(
            "Download the Excel report",
            data=lambda: report_bytes(folder),
            file_name=f"report-{stem}.xlsx",
            mime=XLSX,
            type="primary",
            on_click="ignore",
        )
        for name in NAMES:
            kind = name.rpartition(".")[2]
            st.download_button(
                f"Download the brief ({kind.upper()}, two pages)",
                data=partial(brief_bytes, folder, name),
                file_name=f"brief-{stem}.{kind}",
                mime=MIME[kind],
                on_click="ignore",
            )
        st.download_button(
            "Download all tables as CSV (zip)",
            data=lambda: tables_zip(folder),
            file_name=f"tables-{stem}.zip",
            mime="application/zip",
            on_click="ignore",
        )
        st.download_button(
            "Download the run record",
            data=(folder / "manifest.json").read_bytes,
            file_name=f"manifest-{stem}.json",
            mime="application/json",
            on_click="ignore",
        )
    if run.message:
        st.warning(literal(run.message))
    section("What the report holds")
    table(
        pd.DataFrame([(entry.name, entry.question) for entry in ENTRIES], columns=["sheet", "answers"]),
        alt="The sheets of the report and what each answers",
        rows_shown=99,
    )
    section("Run record")
    manifest = read_manifest(folder)
    plan = manifest["plan"]
    facts = {
        "run": manifest["run"],
        "state": manifest["state"],
        "input file": manifest["input"]["file"],
        "sha256 of the input": manifest["input"]["sha256"],
        "fingerprint of the case": plan["fingerprint"],
        **{f"{name[0].lower()}{name[1:]}": value for name, value in proof_lines(read_summary(folder))},
        "seconds of solving": f"{plan['seconds']:,.1f}",
        "created": manifest["created"],
        "finished": manifest["finished"],
        **{OPTIONS.get(name, name): _option(value) for name, value in manifest["options"].items()},
        **{f"size, {name}": f"{value:,}" for name, value in manifest["size"].items()},
        **{f"version of {name}": value for name, value in manifest["versions"].items()},
    }
    table(
        pd.DataFrame(facts.items(), columns=["what", "value"]),
        alt="Input, options, versions and result of the run",
        rows_shown=99,
    )


def _option(value: object) -> str:
    return "as the workbook says" if value is None else str(value)
