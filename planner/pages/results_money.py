"""Results: what the plan costs, what each purchase costs landed, duties, and limits with what they are worth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.case.quantity import in_words
from planner.pages.charts import cost_bars, stacked_bars
from planner.pages.frame import Pattern, as_table, section, table
from planner.pages.results_agreements import drawback_table, quota_table
from planner.results.landed import landed as landed_cost
from planner.results.limits import by_limit, missed
from planner.results.money import costs_by_period, duties_by_authority
from planner.results.priorities import keeping, ranked
from planner.results.proof import bridge
from planner.results.words import dollars
from planner.runs.opened import Opened


def cost(opened: Opened) -> None:
    """The total by term, and by period; and what the objective holds beside it."""
    section("Cost")
    data = costs_by_period(opened.facts).rename(columns={"period": "year", "label": "period"})
    periods = list(opened.facts.labels.values())
    st.altair_chart(cost_bars(data), alt="Discounted cost by term in M$; sales count against it")
    st.caption("By period, expected over the futures. A period of several years holds the cost of all of them.")
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
    beside = bridge(opened.facts)
    if len(beside):
        section("From cost to objective")
        st.markdown("The plan is chosen by an objective that holds more than money: what the settings put on risk.")
        table(beside, "From the cost to the objective in M$", {"musd": "{:,.2f}"}, {"musd": "M$, discounted"})


def landed(opened: Opened) -> None:
    """What is bought in a period, with price, freight and each layer of duty per ton."""
    section("Landed cost")
    labels = opened.facts.labels
    period = st.select_slider("Period", list(labels), format_func=lambda p: labels[p], key="landed_period")
    data, layers = landed_cost(opened.facts)
    if not data.empty:
        data = data[(data["period"] == period) & ~data["own"] & (data["t"] > 0)]
    if data.empty:
        st.markdown("Nothing is bought in this period.")
        return
    said = (
        "What a ton costs where it is delivered, in USD/t: price, freight, and one column for each duty in force. "
        "Offers and contracts, expected over the futures; what is paid under a contract and not taken stands apart."
    )
    st.markdown(in_words(said))
    duties = [f"duty {layer}" for layer in layers if data[f"duty {layer}"].abs().sum() > 0]
    terms = ["financing"] if data["financing"].abs().sum() > 0 else []
    per_ton = ["landed", "price", *terms, "freight", *duties]
    columns = ["item", "supplier", "origin", "material", "to", "t", "yearly", *per_ton]
    formats = {"t": "{:,.1f}", "yearly": "{:,.2f}"} | dict.fromkeys(per_ton, "{:,.0f}")
    names = {name: f"{name}, USD/t" for name in ("landed", "price", "freight")}
    names |= {"financing": "terms and way, USD/t"}
    names |= {name: name.removeprefix("duty ") for name in duties}
    names |= {"item": "offer or contract", "t": "t/yr", "yearly": "M$/yr", "to": "delivered to"}
    shown = data.sort_values("yearly", ascending=False)[columns].reset_index(drop=True)
    table(shown, f"Landed cost of each purchase in {labels[period]}", formats, names)


def duty(opened: Opened) -> None:
    """Duties by authority and period."""
    section("Duties")
    data = duties_by_authority(opened.facts).rename(columns={"period": "year", "label": "period"})
    if data.empty:
        st.markdown("The plan pays no duty.")
    else:
        _duties(opened, data)
    quota_table(opened)
    drawback_table(opened)


def _duties(opened: Opened, data: pd.DataFrame) -> None:
    periods = list(opened.facts.labels.values())
    st.altair_chart(
        stacked_bars(data, "authority", "musd_per_year", "M$ per year", periods, decimals=2),
        alt="Duty paid per year in M$ by authority, one bar a period",
    )
    wide = data.pivot_table(index="authority", columns="period", values="musd_per_year", aggfunc="sum")
    wide = wide.reindex(columns=periods).fillna(0.0).reset_index()
    as_table(wide, "Duty paid per year in M$ by authority and period", dict.fromkeys(periods, "{:,.3f}"), {})


def limits(opened: Opened) -> None:
    """Limits that are missed at a price; those that bind, and what loosening each would save."""
    _missed(opened)
    _ranked(opened)
    section("Limits that bind")
    data = by_limit(opened.facts)
    if data.empty:
        st.markdown("No limit of the workbook holds the plan back.")
        return
    st.markdown(
        "Each of these holds the plan back; those worth most come first. Under each period is what one unit more "
        "would save per year, in USD, while everything that is built stays as planned."
    )
    worth = list(opened.facts.labels.values())
    formats = {"limit": "{:,.1f}", "tenth_musd": "{:,.2f}"} | dict.fromkeys(worth, dollars)
    names = {"words": "what binds", "limit": "at", "tenth_musd": "a tenth more saves, M$"}
    table(data[["words", "unit", "limit", "tenth_musd", *worth]], "Limits that bind, by worth", formats, names)


def _missed(opened: Opened) -> None:
    data = missed(opened.facts)
    if data.empty:
        return
    section("Limits that are missed")
    formats = dict.fromkeys(("value", "reached", "missed"), "{:,.4g}") | {
        "paid_musd": "{:,.2f}",
        "probability": "{:.0%}",
    }
    names = {"each": "for", "label": "period", "value": "asked", "missed": "missed by", "paid_musd": "paid, M$ a year"}
    table(data, "Limits that the plan misses: by how much, for whom and when", formats, names)


def _ranked(opened: Opened) -> None:
    data = ranked(opened.facts)
    if data.empty:
        return
    section("What limits with a priority cost")
    formats: dict[str, Pattern] = {"probability": "{:.0%}", "missed": "{:,.4g}", "looser_usd": dollars}
    names = {
        "each": "for",
        "label": "period",
        "missed": "gave way by",
        "looser_usd": "one unit more would save, USD a year",
    }
    table(
        data, "Limits with a priority: which gave way, and what giving way by one unit more would save", formats, names
    )
    if opened.facts.priorities:
        formats = {"keeping_musd": "{:,.3f}", "gap_musd": "{:,.3f}"}
        names = {"keeping_musd": "keeping it costs in all, M$", "gap_musd": "±", "words": "in words"}
        table(keeping(opened.facts), "What keeping each limit with a priority costs in all", formats, names)
