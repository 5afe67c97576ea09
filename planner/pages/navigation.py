"""The pages in order, and the frame around them."""

from __future__ import annotations

import logging

import streamlit as st

from planner.pages import help as help_page
from planner.pages import input as input_page
from planner.pages import report, results, runs, start
from planner.pages.frame import register

ICON = "⛏️"
# Streamlit leaves a hand's breadth above the title, and lets lines run as wide as the screen.
STYLE = "<style>.stMainBlockContainer {padding: 4.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 90rem}</style>"


def run() -> None:
    """Draw the page that the address names."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    pages = {
        "start": st.Page(start.show, title="Start", url_path="start", default=True),
        "input": st.Page(input_page.show, title="Input", url_path="input"),
        "runs": st.Page(runs.show, title="Runs", url_path="runs"),
        "results": st.Page(results.show, title="Results", url_path="results"),
        "report": st.Page(report.show, title="Report", url_path="report"),
        "help": st.Page(help_page.show, title="Help", url_path="help"),
    }
    register(pages)
    page = st.navigation(list(pages.values()), position="top")
    st.set_page_config(page_title=f"{page.title} · Rare Earth Sourcing Planner", page_icon=ICON, layout="wide")
    st.html(STYLE)
    page.run()
