"""Results: who proves clean goods, what could come differently, and what one more ton is worth."""

from __future__ import annotations

import streamlit as st

from planner.case.quantity import in_words
from planner.pages.charts import stacked_bars
from planner.pages.frame import Pattern, as_table, section, table
from planner.pages.words import literal
from planner.results.compliance import MEANING, ruled
from planner.results.frames import across, calendar
from planner.results.futures import concentration, exposure, futures, measures
from planner.results.prices import expected_prices, marginal_prices, said_of
from planner.results.words import dollars
from planner.runs.opened import Opened
from planner.runs.tables import kept_table


def clean(opened: Opened) -> None:
    """Segments with an origin rule."""
    section("Compliance")
    if ruled(opened.case).empty:
        st.markdown("No segment has an origin rule.")
        return
    st.markdown(literal(MEANING))
    found = kept_table(opened, "compliance")
    columns = ["segment", "label", "served_t", "clean_t", "clean_share", "premium_usd_per_kg", "price_clean"]
    columns += ["price_any", "short_t", "rule", "asks", "material", "place"]
    formats: dict[str, Pattern] = {"clean_share": "{:.1%}", "premium_usd_per_kg": "{:,.2f}"}
    formats |= dict.fromkeys(("served_t", "clean_t", "short_t"), "{:,.1f}")
    formats |= dict.fromkeys(("price_clean", "price_any"), dollars)
    names = {
        "label": "period", "served_t": "served, t/yr", "clean_t": "proven clean, t/yr", "clean_share": "proven clean",
        "premium_usd_per_kg": "clean premium, USD/kg", "price_clean": "one more clean ton, USD/t",
        "price_any": "one more ton without the rule, USD/t", "short_t": "unmet, t/yr", "asks": "the rule asks for",
    }  # fmt: skip
    if not opened.facts.quantity.is_ton:
        columns.remove("premium_usd_per_kg")
    table(found[columns], "Segments with an origin rule, by period", formats, names)
    st.caption("The premium is a dash where nothing comes to the place without the rule: nothing to compare with.")
    section("Where it comes from, stage by stage")
    origins = kept_table(opened, "origin_by_stage")
    if origins.empty:
        st.markdown("Nothing is served to these segments.")
        return
    labels = calendar(opened.plan)
    wide = across(origins, ["segment", "stage", "country"], "share", labels, empty=None)
    st.caption("Shares of what is served, as far as the workbook states it.")
    table(wide, "Share of what is served, by segment, stage and country", dict.fromkeys(labels.values(), "{:.1%}"))


def risk(opened: Opened) -> None:
    """Measures, futures, exposure and concentration."""
    section("Risk")
    table(measures(opened.case, opened.plan), "Measures of risk", {"value": "{:,.2f}"}, {"what": "measure"})
    found = futures(opened.plan)
    section("Futures")
    if len(found) < 2:
        st.markdown("The case has one future only, so the measures of cost are all the same.")
    else:
        names = {
            "scenario": "future", "cost_musd": "cost, M$ discounted", "above_musd": "above the expected, M$",
            "shortage_musd": "loss from shortage, M$",
        }  # fmt: skip
        money = dict.fromkeys(("cost_musd", "above_musd", "shortage_musd"), "{:,.2f}")
        table(found, "What each future costs, the dearest first", {"probability": "{:.1%}"} | money, names)
    _exposure(opened)
    section("Concentration by country")
    hhi, labels = concentration(opened.case, opened.plan), calendar(opened.plan)
    if hhi.empty:
        st.markdown("Nothing is bought or made.")
        return
    st.caption(
        "Sum of the squared shares of countries in what is bought and made (HHI), as limits have it: 1 is a single "
        "country, above 0.25 is high."
    )
    wide = across(hhi, ["of", "name"], "hhi", labels, empty=None)
    table(wide, "HHI by stage, material and period", dict.fromkeys(labels.values(), "{:.3f}"), {"of": "by"})


def _exposure(opened: Opened) -> None:
    section("Exposure")
    found = exposure(opened.plan)
    if not found["exposure_musd"].sum() > 0:
        st.markdown("Nothing that is bought comes from a country with a risk score above 0.")
        return
    st.caption("What is bought, times the risk score of where it comes from; the index is its share of all, 0 to 100.")
    drawn = found.assign(period=found["label"], what="at risk")
    periods = list(calendar(opened.plan).values())
    st.altair_chart(
        stacked_bars(drawn, "what", "exposure_musd", "M$ per year at risk", periods, decimals=2),
        alt="Money at risk per year in M$, one bar a period",
    )
    names = {"label": "period", "exposure_musd": "at risk, M$/yr", "exposure_index": "index, 0 to 100"}
    formats = {"exposure_musd": "{:,.2f}", "exposure_index": "{:,.1f}"}
    as_table(found[list(names)], "Money at risk by period", formats, names)


def marginal(opened: Opened) -> None:
    """What one more ton is worth, by material and place."""
    section("Marginal prices")
    found = expected_prices(opened.case, opened.plan)
    if found.empty:
        st.markdown("No marginal price is known: nothing moves, or the solver was stopped before it had any.")
        return
    said = (
        "The price at which one more ton is worth buying, in USD/t: an offer below it makes the plan cheaper, with "
        "what is built and signed staying as planned. A dash where the material neither comes nor is missing."
    )
    st.markdown(in_words(said))
    labels = calendar(opened.plan)
    wide = across(found, ["material", "place", "rule"], "usd_per_t", labels, empty=None)
    formats = dict.fromkeys(labels.values(), "{:,.0f}")
    table(wide, "Marginal price by material, place and period", formats, {"rule": "only goods that pass"})
    single = marginal_prices(opened.case, opened.plan)
    far = said_of(opened.facts, single)
    future = ["node"] if (single["probability"] < 1).any() else []
    columns = ["material", "place", "rule", "label", *future, "usd_per_t", "holds"]
    names = {"rule": "only goods that pass", "label": "period", "node": "future", "usd_per_t": "USD/t"}
    said = "A price holds at least for so many tons a year more and less; at a kink the next one is another matter."
    st.markdown(in_words(said))
    table(single.assign(holds=far)[columns], "How far each price holds", {"usd_per_t": dollars}, names)
