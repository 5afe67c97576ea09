"""Results: what is built, how plants are used, what is recycled and kept."""

from __future__ import annotations

import streamlit as st

from planner.pages.charts import gantt, stacked_bars
from planner.pages.frame import as_table, section, table
from planner.pages.words import counted
from planner.results.frames import across
from planner.results.projects import number_begun, projects, use_of_plants
from planner.results.recycling import collected, stock_levels
from planner.runs.opened import Opened


def investments(opened: Opened) -> None:
    """What is built, when, how large, and for how much; and how all plants are used."""
    section("Investments")
    built = projects(opened.facts)
    if built.empty:
        st.markdown("The plan builds nothing.")
    else:
        last = opened.facts.horizon[1]
        st.altair_chart(gantt(built, last), alt="Projects by year: permits and construction, then running")
        st.caption(f"{counted(number_begun(opened.facts), 'project')}. The number in a bar is its size.")
        years = ["begun", "first_output", "latest_output", "last_output"]
        names = {
            "first_output": "first output", "latest_output": "where delayed", "last_output": "last output",
            "times": "begun so often",
            "size_t_per_year": "size, t/yr", "capex_musd": "capital cost, M$", "probability": "probability",
        }  # fmt: skip
        formats = dict.fromkeys([*years, "times"], "{:.0f}") | {"size_t_per_year": "{:,.0f}", "capex_musd": "{:,.1f}"}
        columns = ["option", "facility", "place", *years, "times", "size_t_per_year", "capex_musd", "probability"]
        sure = (built["latest_output"] == built["first_output"]).all()
        left_out = {"latest_output"} if sure else set()
        left_out |= set() if (built["times"] > 1).any() else {"times"}
        left_out |= {"probability"} if (built["probability"] == 1).all() else set()
        kept = [name for name in columns if name not in left_out]
        formats = {name: pattern for name, pattern in (formats | {"probability": "{:.0%}"}).items() if name in kept}
        table(built[kept], "Projects with years, size and capital cost", formats, names)
    _plants(opened)


def _plants(opened: Opened) -> None:
    section("How the plants are used")
    use = use_of_plants(opened.facts)
    if use.empty:
        st.markdown("There are no own plants.")
        return
    labels = opened.facts.labels
    wide = across(use, ["facility"], "used_share", labels, empty=None)
    st.caption("Share of the usable capacity that is used; a dash where nothing stands.")
    table(wide, "Share of usable capacity used, by plant and period", dict.fromkeys(labels.values(), "{:.0%}"))


def recycling_and_stock(opened: Opened) -> None:
    """What comes back by stream, and stock at the end of each period."""
    section("Recycling")
    back = collected(opened.facts).rename(columns={"period": "year", "label": "period"})
    periods = list(opened.facts.labels.values())
    if back.empty:
        st.markdown("The plan collects nothing.")
    else:
        st.altair_chart(
            stacked_bars(back, "stream", "t", "collected, t/yr", periods),
            alt="Tons collected per year by stream, one bar a period",
        )
        _by_period(back, ["stream", "place", "material"], "t", periods, "Tons collected per year")
    section("Stock")
    stock = stock_levels(opened.facts).rename(columns={"period": "year", "label": "period"})
    if stock.empty:
        st.markdown("The plan keeps no stock.")
        return
    stock["what"] = stock["material"].astype(str) + " at " + stock["place"].astype(str)
    st.altair_chart(
        stacked_bars(stock, "what", "t", "t at the end of the period", periods),
        alt="Stock at the end of each period by material and place",
    )
    _by_period(stock, ["material", "place"], "t", periods, "Tons in stock at the end of each period")


def _by_period(data, index, value, periods, alt) -> None:  # type: ignore[no-untyped-def]
    wide = data.pivot_table(index=index, columns="period", values=value, aggfunc="sum").reindex(columns=periods)
    as_table(wide.fillna(0.0).reset_index(), alt, dict.fromkeys(periods, "{:,.1f}"), {})
