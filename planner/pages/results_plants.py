"""Results: what is built, how plants are used, what is recycled and kept."""

from __future__ import annotations

import streamlit as st

from planner.pages.charts import gantt, stacked_bars
from planner.pages.frame import as_table, section, table
from planner.pages.words import counted
from planner.results.frames import period_labels
from planner.results.investments import builds, recycling, stock_levels, use_of_plants
from planner.runs.opened import Opened


def investments(opened: Opened) -> None:
    """What is built, when, how large, and for how much; and how all plants are used."""
    section("Investments")
    projects = builds(opened.case, opened.plan)
    if projects.empty:
        st.markdown("The plan builds nothing.")
    else:
        nodes = opened.plan.tables["nodes"]
        last = int((nodes["period"] + nodes["years"]).max()) - 1
        st.altair_chart(gantt(projects, last), alt="Projects by year: permits and construction, then running")
        st.caption(f"{counted(len(projects), 'project')}. The number in a bar is its size.")
        table(
            projects,
            "Projects with years, size and capital cost",
            {
                "begun": "{:d}",
                "first_output": "{:d}",
                "last_output": "{:d}",
                "size_t_per_year": "{:,.0f}",
                "capex_musd": "{:,.1f}",
            },
            {
                "first_output": "first output",
                "last_output": "last output",
                "size_t_per_year": "size, t/yr",
                "capex_musd": "capital cost, M$",
            },
        )
    _plants(opened)


def _plants(opened: Opened) -> None:
    section("How the plants are used")
    use = use_of_plants(opened.case, opened.plan)
    if use.empty:
        st.markdown("There are no own plants.")
        return
    periods = list(period_labels(opened.plan).values())
    wide = use.pivot_table(index="facility", columns="period", values="used_share", aggfunc="sum")
    wide = wide.reindex(columns=periods).reset_index()
    st.caption("Share of the usable capacity that is used; a dash where nothing stands.")
    table(wide, "Share of usable capacity used, by plant and period", dict.fromkeys(periods, "{:.0%}"))


def recycling_and_stock(opened: Opened) -> None:
    """What comes back by stream, and stock at the end of each period."""
    section("Recycling")
    back = recycling(opened.case, opened.plan)
    periods = list(period_labels(opened.plan).values())
    if back.empty:
        st.markdown("The plan collects nothing.")
    else:
        st.altair_chart(
            stacked_bars(back, "stream", "t_per_year", "collected, t/yr", periods),
            alt="Tons collected per year by stream, one bar a period",
        )
        _by_period(back, ["stream", "place", "material"], "t_per_year", periods, "Tons collected per year")
    section("Stock")
    stock = stock_levels(opened.case, opened.plan)
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
