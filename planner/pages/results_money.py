"""Results: what the plan costs, what each purchase costs landed, duties, and limits with what they are worth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.pages.charts import cost_bars, stacked_bars
from planner.pages.frame import as_table, section, table
from planner.pages.results_agreements import quota_table
from planner.results.frames import period_labels
from planner.results.money import binding_limits, costs_by_period, duties, landed_cost
from planner.runs.opened import Opened


def cost(opened: Opened) -> None:
    """The total by term, and by period."""
    section("Cost")
    data = costs_by_period(opened.plan)
    periods = list(period_labels(opened.plan).values())
    st.altair_chart(cost_bars(data), alt="Discounted cost by term in M$; sales count against it")
    st.caption("By period. A period of several years holds the cost of all of them.")
    st.altair_chart(
        stacked_bars(data, "term", "discounted_musd", "M$, discounted", periods, decimals=2),
        alt="Discounted cost by term in M$, one bar a period",
    )
    wide = data.pivot_table(index="term", columns="period", values="discounted_musd", aggfunc="sum")
    wide = wide.reindex(columns=periods).fillna(0.0)
    wide["all periods"] = wide.sum(axis=1)
    wide = wide.sort_values("all periods", ascending=False)
    wide.loc["total"] = wide.sum()
    patterns = dict.fromkeys([*periods, "all periods"], "{:,.2f}")
    as_table(wide.reset_index(), "Discounted cost in M$ by term and period", patterns, {"term": "M$, discounted"})


def landed(opened: Opened) -> None:
    """Each purchase of a period with price, freight and each layer of duty per ton."""
    section("Landed cost")
    labels = period_labels(opened.plan)
    node = st.select_slider("Period", list(labels), format_func=lambda n: labels[n], key="landed_node")
    data = landed_cost(opened.case, opened.plan, node)
    if data.empty:
        st.markdown("Nothing is bought in this period.")
        return
    st.markdown(
        "What a ton costs where it is delivered, in USD/t: price, freight, and one column for each duty in force."
    )
    plain = {"offer", "supplier", "origin", "material", "to", "t_per_year", "musd_per_year"}
    per_ton = [name for name in data.columns if name not in plain]
    names_of_prices = {name: f"{name}, USD/t" for name in ("landed", "price", "freight")}
    formats = {"t_per_year": "{:,.1f}", "musd_per_year": "{:,.2f}"} | dict.fromkeys(per_ton, "{:,.0f}")
    names = {"t_per_year": "t/yr", "musd_per_year": "M$/yr", "to": "delivered to"} | names_of_prices
    table(data, f"Landed cost of each purchase in {labels[node]}", formats, names)


def duty(opened: Opened) -> None:
    """Duties by authority and period."""
    section("Duties")
    data = duties(opened.plan)
    if data.empty:
        st.markdown("The plan pays no duty.")
    else:
        _duties(opened, data)
    quota_table(opened)


def _duties(opened: Opened, data: pd.DataFrame) -> None:
    periods = list(period_labels(opened.plan).values())
    st.altair_chart(
        stacked_bars(data, "authority", "musd_per_year", "M$ per year", periods, decimals=2),
        alt="Duty paid per year in M$ by authority, one bar a period",
    )
    wide = data.pivot_table(index="authority", columns="period", values="musd_per_year", aggfunc="sum")
    wide = wide.reindex(columns=periods).fillna(0.0).reset_index()
    as_table(wide, "Duty paid per year in M$ by authority and period", dict.fromkeys(periods, "{:,.3f}"), {})


def limits(opened: Opened) -> None:
    """Limits that bind and what loosening each would save."""
    section("Limits that bind")
    data = binding_limits(opened.case, opened.plan)
    if data.empty:
        st.markdown("No limit of the workbook holds the plan back.")
    else:
        st.markdown(
            "Each of these holds the plan back; those worth most come first. Under each period is what one unit more "
            "would save per year, in USD, while everything that is built stays as planned."
        )
        worth = [name for name in data.columns if name not in {"words", "unit", "limit", "tenth_musd"}]
        formats = {"limit": "{:,.1f}", "tenth_musd": "{:,.2f}"} | dict.fromkeys(worth, "{:,.0f}")
        names = {"words": "what binds", "limit": "at", "tenth_musd": "a tenth more saves, M$"}
        table(data, "Limits that bind, those worth most first", formats, names)
