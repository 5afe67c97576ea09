"""Start: try the sample, take the template, open a workbook; and what was run lately."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from planner.pages.frame import SAMPLES, go, guarded, owner, run_row, section, store, title
from planner.pages.inbox import quick_bytes, template_bytes

RECENT = 5
CARD_WIDTH = 280  # three beside each other on a laptop


class CardWords(NamedTuple):
    """What a card says of a sample."""

    heading: str
    about: str
    button: str


COUNTRY = CardWords(
    "Try the sample", "United States rare-earth supply, 2026 to 2040, from public sources.", "Solve the sample"
)
QUOTES = CardWords(
    "Try six quotes",
    "A maker of motors awards one magnet: quotes, contracts, a cap. Invented.",
    "Solve the quotes",
)
DEFENCE = CardWords(
    "Try a defence order",
    "A small works with two futures, contracts, an agreement and a defence rule. Invented.",
    "Solve the order",
)


@guarded
def show() -> None:
    """The first page."""
    title("Rare Earth Sourcing Planner")
    st.markdown(
        "From whom to buy, what to build and recycle, and what goes short: the plan of least cost for the years ahead, "
        "with prices, freight and every layer of duty. One workbook goes in; a plan comes out, with proof of how good "
        "it is, and an Excel report. Every number can be traced to a row of the workbook and a line of the ledger."
    )
    runs = store()
    runs.mark_lost()
    runs.reconcile()
    recent = runs.list(RECENT)
    with st.container(horizontal=True):
        _sample("sample", COUNTRY, primary=not recent)
        _sample("quotes", QUOTES)
        _sample("defence", DEFENCE)
    with st.container(horizontal=True):
        _own(primary=bool(recent))
        _template()
    section("Recent runs")
    if not recent:
        st.markdown("None yet. The sample takes about a minute to solve.")
        return
    for run in recent:
        run_row(run, "results" if run.has_plan else "runs", "recent")
    if st.button("All runs", type="tertiary"):
        go("runs")


def _sample(key: str, words: CardWords, primary: bool = False) -> None:
    sample = SAMPLES[key]
    with st.container(border=True, width=CARD_WIDTH, height="stretch"):
        st.markdown(f"**{words.heading}**")
        st.markdown(words.about)
        if not sample.is_dir():
            st.caption("The sample is not part of this installation.")
            return
        if st.button(words.button, type="primary" if primary else "secondary", width="stretch"):
            run = store().create(sample, name=sample.name, owner=owner())
            store().launch(run.id)
            go("runs", run=run.id)
        if st.button("Look at its input first", type="tertiary", width="stretch", key=f"look_{key}"):
            go("input", case=key)


def _own(primary: bool) -> None:
    with st.container(border=True, width=CARD_WIDTH, height="stretch"):
        st.markdown("**Open my workbook**")
        st.markdown("Every problem in it is named by its cell, with what to type instead.")
        if st.button("Open a workbook", type="primary" if primary else "secondary", width="stretch"):
            go("input")


def _template() -> None:
    with st.container(border=True, width=CARD_WIDTH, height="stretch"):
        st.markdown("**Start from the template**")
        st.markdown("An empty workbook with headings, units, drop-downs and an example row on each sheet.")
        st.download_button(
            "Quick: four sheets for quotes",
            data=quick_bytes,
            file_name="my_quotes.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Download the template",
            data=template_bytes,
            file_name="rare_earth_case.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            width="stretch",
        )
