"""Recycling: what comes back, what of it is collected, and what recycling plants make of it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.reporting.charts import columns_chart
from planner.reporting.kinds import SHARE, TONS
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts, expected
from planner.results.recycling import STREAM_KEY, arising, recovered


def fill_recycling(page: Page, facts: Facts) -> Iterator[None]:
    """Streams, then tons recovered."""
    page.title(
        "Recycling",
        "What comes back for recycling, how much of it the plan collects, and what recycling plants recover. A "
        "recycling process is one that takes a material listed on the returns sheet, whether collected here or "
        "bought.",
    )
    _recovered(page, facts)
    yield
    if len(recovered(facts)):
        _by_plant(page, facts)
    if facts.case.tables["returns"].empty:
        page.say("The case has no streams of returning material.")
    else:
        _streams(page, facts)


def _streams(page: Page, facts: Facts) -> None:
    labels = list(facts.labels.values())
    heads = [Col("stream", "Stream"), Col("material", "Material"), Col("place", "Collected at")]
    comes = facts.wide(arising(facts), STREAM_KEY, "t")
    taken = facts.wide(expected(facts.table("collections")), STREAM_KEY, "t")
    page.section("Arising")
    table(page, comes, [*heads, *periods(labels, "Arising, t per year", TONS, total=False)])
    page.section("Collected")
    if taken.empty:
        page.say("Nothing is collected.")
        return
    table(page, taken, [*heads, *periods(labels, "Collected, t per year", TONS, total=False)])
    page.section("Share collected")
    share = taken.set_index(STREAM_KEY)[labels].reindex(pd.MultiIndex.from_frame(comes[STREAM_KEY])).fillna(0.0)
    base = comes.set_index(STREAM_KEY)[labels]
    share = share.div(base.where(base > 0)).reset_index()
    table(page, share, [*heads, *periods(labels, "Share of what arises", SHARE, total=False)])


def _recovered(page: Page, facts: Facts) -> None:
    page.section("Recovered by material, and its share of the material's whole supply")
    rows = recovered(facts)
    if rows.empty:
        page.say("Nothing is recovered: no recycling process runs.")
        return
    labels = list(facts.labels.values())
    material = facts.wide(rows, ["material"], "t")
    supply = facts.wide(facts.supply, ["material"], "t").set_index("material")[labels]
    whole = supply.reindex(material["material"]).set_index(material.index)
    share = material.copy()
    share[labels] = material[labels].div(whole.where(whole > 0))
    for frame in (material, share):
        frame["stage"], frame["way"] = frame["material"].map(facts.stages), "recycled"
    heads = [Col("material", "Material"), Col("way", "Way"), Col("stage", "Stage")]
    block = table(page, material, [*heads, *periods(labels, "t per year", TONS, total=False)])
    page.say("")
    table(page, share, [*heads, *periods(labels, "Share of the material's supply", SHARE, total=False)])
    page.say("")
    at = page.room_for_charts(1)
    last = labels[-1]
    said = "; ".join(f"{m} {t:,.1f} t" for m, t in zip(material["material"], material[last], strict=True))
    rows_of = block.rows
    chart = columns_chart(page.book, block, rows_of, labels, "Recovered by recycling", "t per year", "material")
    page.charts([(chart, f"Stacked columns: tons recovered by material and period. In {last}: {said}.")], at)


def _by_plant(page: Page, facts: Facts) -> None:
    labels = list(facts.labels.values())
    page.section("Recovered by recycling plants")
    wide = facts.wide(recovered(facts), ["facility", "process", "material"], "t")
    heads = [Col("facility", "Recycling plant"), Col("process", "Process"), Col("material", "Recovered")]
    table(page, wide, [*heads, *periods(labels, "t per year", TONS, total=False)])
