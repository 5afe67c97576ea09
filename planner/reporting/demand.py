"""Demand: what each segment needs, gets and goes without."""

from __future__ import annotations

from collections.abc import Iterator

from planner.reporting.kinds import BRIEF, MUSD, NAMED, PERIOD_LABEL, SHARE, TONS, WHOLE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.demand import NO_PRIORITY, SEGMENT_KEY, needs, unmet
from planner.results.facts import Facts
from planner.results.shortage import shortages


def fill_demand(page: Page, facts: Facts) -> Iterator[None]:
    """Unmet demand first, then need and delivery of every segment."""
    page.title(
        "Demand", "What each segment needs, what the plan delivers and what goes unmet, in t per year of each period."
    )
    short = unmet(facts)
    short = short.assign(priority=short["priority"].where(short["priority"] < NO_PRIORITY))
    labels = list(facts.labels.values())
    heads = [
        Col("segment", "Segment"),
        Col("material", "Material"),
        Col("place", "Delivered to"),
        Col("priority", "Priority", WHOLE),
    ]
    page.section("Unmet demand: what going short costs, and why")
    if short.empty:
        page.say("All demand is met in every period.")
    else:
        columns = [
            Col("segment", "Segment", BRIEF), Col("cause", "Cause", NAMED),
            Col("cure", "What cures it, at what price", NAMED), Col("element", "Element"),
            Col("short_t", "Short, t in all", TONS), Col("worst_label", "Worst in", PERIOD_LABEL),
            Col("worst_share", "Of its need then", SHARE), Col("element_share", "Of its element's need in all", SHARE),
            Col("loss_musd", f"Priced at, {facts.million} discounted", MUSD, total=True),
        ]  # fmt: skip
        table(page, shortages(facts), columns, total="All segments")
    yield
    if len(short):
        page.section("Unmet demand")
        unmet_t = periods(labels, "Unmet, t per year", TONS)
        table(page, facts.wide(short, SEGMENT_KEY, "short"), [*heads, *unmet_t], total="All segments")
        page.section("Unmet share of the need")
        shares = facts.wide(short, SEGMENT_KEY, "short_share")
        table(page, shares, [*heads, *periods(labels, "Unmet share of the need", SHARE, total=False)])
    frame = needs(facts)
    frame = frame.assign(priority=frame["priority"].where(frame["priority"] < NO_PRIORITY))
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
