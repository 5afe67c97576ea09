"""Demand: what each segment needs, gets and goes without."""

from __future__ import annotations

from planner.reporting.kinds import SHARE, TONS, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.demand import SEGMENT_KEY, needs, unmet
from planner.results.facts import Facts


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
            facts.wide(short, SEGMENT_KEY, "short"),
            [*heads, *periods(labels, "Unmet, t per year", TONS)],
            total="All segments",
        )
        page.say("")
        shares = facts.wide(short, SEGMENT_KEY, "short_share")
        table(page, shares, [*heads, *periods(labels, "Unmet share of the need", SHARE, total=False)])
    frame = needs(facts)
    for column, title in (("need", "Need"), ("delivered", "Delivered")):
        page.section(title)
        if not frame[column].sum() > 0:
            page.say(f"{title}: nothing in any period.")
            continue
        table(
            page,
            facts.wide(frame, SEGMENT_KEY, column),
            [*heads, *periods(labels, f"{title}, t per year", TONS)],
            total="All segments",
        )
