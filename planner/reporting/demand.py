"""Demand: what each segment needs, gets and goes without."""

from __future__ import annotations

import pandas as pd

from planner.reporting.kinds import SHARE, TONS, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts, expected, remembered
from planner.results.words import count, listed, percent, tons

KEYS = ["priority", "segment", "material", "place"]


def fill_demand(page: Page, facts: Facts) -> None:
    """Unmet demand first, then need and delivery of every segment."""
    page.title(
        "Demand", "What each segment needs, what the plan delivers and what goes unmet, in t per year of each period."
    )
    short = unmet(facts)
    labels = list(facts.labels.values())
    heads = [
        Col("segment", "Segment"),
        Col("material", "Material"),
        Col("place", "Delivered to"),
        Col("priority", "Priority", WHOLE),
    ]
    page.section("Unmet demand")
    if short.empty:
        page.say("All demand is met in every period.")
    else:
        table(
            page,
            facts.wide(short, KEYS, "t"),
            [*heads, *periods(labels, "Unmet, t per year", TONS)],
            total="All segments",
        )
        page.say("")
        shares = facts.wide(short, KEYS, "share")
        table(page, shares, [*heads, *periods(labels, "Unmet share of the need", SHARE, total=False)])
    for frame, title in ((needs(facts), "Need"), (delivered(facts), "Delivered")):
        page.section(title)
        if frame.empty:
            page.say(f"{title}: nothing in any period.")
            continue
        table(
            page,
            facts.wide(frame, KEYS, "t"),
            [*heads, *periods(labels, f"{title}, t per year", TONS)],
            total="All segments",
        )


def _with_segment(facts: Facts, frame: pd.DataFrame) -> pd.DataFrame:
    segments = facts.case.tables["segments"][["segment", "place", "material", "priority"]]
    return (
        frame[[c for c in frame.columns if c != "material"]]
        .merge(segments, on="segment", how="left")
        .assign(priority=lambda rows: rows["priority"].fillna(9999.0))
    )


@remembered
def needs(facts: Facts) -> pd.DataFrame:
    """What segments need in each period, t per year."""
    return _with_segment(
        facts, facts.case.tables["demand"].rename(columns={"t_per_year": "t"})[["segment", "period", "t"]]
    )


def delivered(facts: Facts) -> pd.DataFrame:
    """What segments get, expected t per year."""
    return _with_segment(facts, expected(facts.table("deliveries")))


@remembered
def unmet(facts: Facts) -> pd.DataFrame:
    """What goes short, expected t per year, with its share of the need."""
    rows = _with_segment(facts, expected(facts.table("shortages")))
    need = facts.case.tables["demand"].set_index(["segment", "period"])["t_per_year"]
    rows = rows.groupby([*KEYS, "period"])["t"].sum().reset_index()
    keys = pd.MultiIndex.from_frame(rows[["segment", "period"]])
    return rows.assign(share=rows["t"].to_numpy() / need.reindex(keys).to_numpy())


def unmet_sentence(facts: Facts) -> str:
    """What is unmet, in one sentence; empty where nothing is."""
    short = unmet(facts)
    if short.empty:
        return ""
    short = short.assign(total=short["t"] * short["period"].map(facts.years))
    sizes = short.groupby("segment")["total"].sum().sort_values(ascending=False)
    worst = short.sort_values("share", ascending=False).iloc[0]
    need = needs(facts)
    whole = float((need["t"] * need["period"].map(facts.years)).sum())
    when = [facts.labels[p] for p in sorted(set(short["period"]))]
    segments = f"{count(len(sizes), 'segment')} ({listed(list(sizes.index))})"
    return (
        f"UNMET DEMAND: {tons(sizes.sum())} over the horizon ({percent(sizes.sum() / whole)} of all need) in "
        f"{segments}, in {listed(when, 6)}. The worst is {worst['segment']} in "
        f"{facts.labels[worst['period']]}: {tons(worst['t'])} a year, {percent(worst['share'])} of its need."
    )
