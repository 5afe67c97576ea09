"""Results: the summary, who goes short, where each material comes from, and who passes what to whom."""

from __future__ import annotations

import streamlit as st

from planner.case.quantity import in_words
from planner.pages.charts import MOST_LINKS, sankey, shortage_map, stacked_bars
from planner.pages.frame import as_table, section
from planner.pages.words import counted, literal
from planner.results.demand import needs
from planner.results.flows import materials_in_plan, supply_mix
from planner.results.sentences import decision
from planner.results.tracing import made_in
from planner.results.words import dollars
from planner.runs.opened import Opened
from planner.status import TINY_T

EVERYTHING = "every material"


def summary(opened: Opened) -> None:
    """The sentences that open the report, and who goes short."""
    section("The plan in five sentences")
    st.markdown("\n".join(f"1. {literal(sentence)}" for sentence in decision(opened.facts)))
    _unmet(opened)


def _unmet(opened: Opened) -> None:
    """Which segments go short, when, and by how much."""
    section("Unmet need")
    found = needs(opened.facts).rename(columns={"period": "year", "label": "period"})
    periods = list(opened.facts.labels.values())
    short = found[found["short"] > TINY_T]
    if short.empty:
        st.markdown(
            f"Every segment gets all it needs in every period: {counted(found['segment'].nunique(), 'segment')}."
        )
    else:
        names = short["segment"].drop_duplicates()
        st.markdown(
            f"{counted(len(names), 'segment')} of {found['segment'].nunique()} go short at some time. Below is the "
            "share of the need that is not met, the most important segments first; an empty cell is served in full."
        )
        shown = found[found["segment"].isin(names)]
        st.altair_chart(shortage_map(shown, periods), alt="Share of each segment's need that goes short, by period")
    columns = ["segment", "material", "place", "period", "need", "delivered", "short", "short_share", "loss_usd_per_t"]
    as_table(
        (short if len(short) else found)[columns],
        "Need, delivery and shortage by segment and period",
        {
            "need": "{:,.1f}",
            "delivered": "{:,.1f}",
            "short": "{:,.1f}",
            "short_share": "{:.1%}",
            "loss_usd_per_t": dollars,
        },
        {
            "need": "need, t/yr",
            "delivered": "delivered, t/yr",
            "short": "short, t/yr",
            "short_share": "short, share",
            "loss_usd_per_t": "loss, USD/t",
        },
    )


def mix(opened: Opened) -> None:
    """Where one material comes from over time."""
    section("Supply mix")
    materials = materials_in_plan(opened.case, opened.plan)
    if not materials:
        st.markdown("Nothing is bought, made or collected in this plan.")
        return
    with st.container(horizontal=True):
        material = st.selectbox("Material", materials, key="mix_material", width=280)
        by = st.selectbox("By", ["supplier or plant", "country"], key="mix_by", width=280)
    data = supply_mix(opened.case, opened.plan, material).rename(columns={"period": "year", "label": "period"})
    column = "country" if by == "country" else "source"
    periods = list(opened.facts.labels.values())
    st.altair_chart(
        stacked_bars(data, column, "t_per_year", "t/yr", periods),
        alt=f"Tons per year of {material} by {by}, one bar a period",
    )
    wide = data.pivot_table(index=["source", "kind", "country"], columns="period", values="t_per_year", aggfunc="sum")
    wide = wide.reindex(columns=periods).fillna(0.0)
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False).index].reset_index()
    as_table(wide, f"Tons per year of {material} by source and period", dict.fromkeys(periods, "{:,.1f}"), {})


def network(opened: Opened) -> None:
    """The flows of one period: all, or those that end up in one material."""
    section("Flows")
    labels = opened.facts.labels
    wanted = materials_in_plan(opened.case, opened.plan)
    if not wanted:
        st.markdown("Nothing flows in this plan.")
        return
    with st.container(horizontal=True):
        follow = st.selectbox("What ends up in", [EVERYTHING, *wanted], index=1, key="follow", width=280)
    period = st.select_slider("Period", list(labels), format_func=lambda p: labels[p], key="flow_period")
    chosen = made_in(opened.case, opened.plan, period, "" if follow == EVERYTHING else follow)
    if follow != EVERYTHING:
        tons = in_words("Tons")
        st.caption(
            f"{tons} of each stage that end up in {literal(follow)}, from those who sell, mine or collect on the left. "
            "Where a plant makes several materials, what it takes in is shared among them by weight."
        )
    by = ["source", "source_kind", "target", "target_kind", "material"]
    links = chosen.groupby(by, as_index=False)[["t_per_year"]].sum().sort_values("t_per_year", ascending=False)
    if links.empty:
        st.markdown("Nothing of it flows in this period.")
        return
    drawn = links.head(MOST_LINKS)
    if len(drawn) < len(links):
        st.caption(f"The {MOST_LINKS} largest of {len(links)} flows are drawn; the table has all.")
    st.plotly_chart(
        sankey(drawn),
        alt=f"Flows in {labels[period]} in {in_words('t/yr')} from sellers, plants and stocks on the left to users",
        config={"displayModeBar": False},
        key="sankey",
    )
    columns = ["source", "target", "material", "t_per_year"]
    as_table(links[columns], f"Flows in {labels[period]}", {"t_per_year": "{:,.1f}"}, {"t_per_year": "t/yr"})
