"""Recycling: what comes back, what of it is collected, and what recycling plants make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from planner.reporting.charts import columns_chart
from planner.reporting.facts import Facts, expected, records, remembered
from planner.reporting.kinds import SHARE, TONS
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table

KEYS = ["stream", "material", "place"]


def fill_recycling(page: Page, facts: Facts) -> None:
    """Streams, then tons recovered."""
    page.title(
        "Recycling",
        "What comes back for recycling, how much of it the plan collects, and what recycling plants recover. A "
        "recycling process is one that takes a material listed on the returns sheet, whether collected here or "
        "bought.",
    )
    if facts.case.tables["returns"].empty:
        page.say("The case has no streams of returning material.")
    else:
        _streams(page, facts)
    _recovered(page, facts)


@remembered
def arising(facts: Facts) -> pd.DataFrame:
    """What arises in each stream, place, material and node: stated rows, and cohorts of what was delivered before."""
    rows = facts.case.tables["returns"]
    stated = rows[rows["period"].notna()].merge(facts.nodes.reset_index()[["node", "period"]], on="period")
    cohorts = pd.DataFrame(list(_cohorts(facts, rows[rows["period"].isna()])), columns=[*KEYS, "node", "t_per_year"])
    columns = [*KEYS, "node", "t_per_year"]
    frame = pd.concat([stated[columns], cohorts], ignore_index=True)
    frame = frame.join(facts.nodes[["period", "years", "probability"]], on="node")
    return expected(frame)


def _cohorts(facts: Facts, rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """A cohort returns, in each calendar year, a share of what its segment was delivered a lifetime earlier."""
    deliveries = facts.plan.tables["deliveries"].groupby(["segment", "node"])["t_per_year"].sum()
    given = {key: float(t) for key, t in deliveries.items()}
    for row in records(rows):
        for node, start, years in records(facts.nodes.reset_index()[["node", "period", "years"]]):
            then = [_node_of(facts, str(node), int(y) - int(row.lifetime_years)) for y in range(start, start + years)]
            tons = sum(given.get((row.segment, n), 0.0) for n in then if n) * row.t_per_t_used / years
            yield row.stream, row.material, row.place, node, tons


def _node_of(facts: Facts, node: str, year: int) -> str | None:
    """The node on the path to this one whose period holds that calendar year; None before the horizon."""
    spans = _spans(facts)
    here: Any = node
    while here in spans:
        start, years, parent = spans[here]
        if start <= year < start + years:
            return str(here)
        here = parent
    return None


@remembered
def _spans(facts: Facts) -> dict[str, tuple[int, int, Any]]:
    """First year, years and parent of each node."""
    columns = ["node", "period", "years", "parent"]
    return {row.node: (row.period, row.years, row.parent) for row in records(facts.nodes.reset_index()[columns])}


@remembered
def recovered(facts: Facts) -> pd.DataFrame:
    """Outputs of the processes that take a returning material: expected t per year by facility, process, material."""
    recipes = facts.case.tables["recipes"]
    scrap = set(facts.case.tables["returns"]["material"])
    recyclers = set(recipes.loc[(recipes["t_per_t"] < 0) & recipes["material"].isin(scrap), "process"])
    outputs = recipes[(recipes["t_per_t"] > 0) & recipes["process"].isin(recyclers)]
    rows = facts.table("activity").merge(outputs[["process", "material", "t_per_t"]], on="process")
    return expected(rows.assign(t_per_year=rows["t_per_year"] * rows["t_per_t"]))


def _streams(page: Page, facts: Facts) -> None:
    labels = list(facts.labels.values())
    heads = [Col("stream", "Stream"), Col("material", "Material"), Col("place", "Collected at")]
    comes = facts.wide(arising(facts), KEYS, "t")
    taken = facts.wide(expected(facts.table("collections")), KEYS, "t")
    page.section("Arising")
    table(page, comes, [*heads, *periods(labels, "Arising, t per year", TONS)], total="All streams")
    page.section("Collected")
    if taken.empty:
        page.say("Nothing is collected.")
        return
    table(page, taken, [*heads, *periods(labels, "Collected, t per year", TONS)], total="All streams")
    page.section("Share collected")
    share = taken.set_index(KEYS)[labels].reindex(pd.MultiIndex.from_frame(comes[KEYS])).fillna(0.0)
    base = comes.set_index(KEYS)[labels]
    share = share.div(base.where(base > 0)).reset_index()
    table(page, share, [*heads, *periods(labels, "Share of what arises", SHARE, total=False)])


def _recovered(page: Page, facts: Facts) -> None:
    page.section("Recovered by recycling plants")
    rows = recovered(facts)
    if rows.empty:
        page.say("Nothing is recovered: no recycling process runs.")
        return
    labels = list(facts.labels.values())
    wide = facts.wide(rows, ["facility", "process", "material"], "t")
    heads = [Col("facility", "Recycling plant"), Col("process", "Process"), Col("material", "Recovered")]
    table(page, wide, [*heads, *periods(labels, "t per year", TONS)], total="All plants")
    page.section("Recovered by material, and its share of the material's whole supply")
    material = facts.wide(rows, ["material"], "t")
    supply = facts.wide(facts.supply, ["material"], "t").set_index("material")[labels]
    whole = supply.reindex(material["material"]).set_index(material.index)
    share = material.copy()
    share[labels] = material[labels].div(whole.where(whole > 0))
    for frame in (material, share):
        frame["stage"], frame["way"] = frame["material"].map(facts.stages), "recycled"
    heads = [Col("material", "Material"), Col("way", "Way"), Col("stage", "Stage")]
    block = table(page, material, [*heads, *periods(labels, "t per year", TONS)], total="All materials")
    page.say("")
    table(page, share, [*heads, *periods(labels, "Share of the material's supply", SHARE, total=False)])
    page.say("")
    at = page.room_for_charts(1)
    last = labels[-1]
    said = "; ".join(f"{m} {t:,.1f} t" for m, t in zip(material["material"], material[last], strict=True))
    rows_of = block.rows
    chart = columns_chart(page.book, block, rows_of, labels, "Recovered by recycling", "t per year", "material")
    page.charts([(chart, f"Stacked columns: tons recovered by material and period. In {last}: {said}.")], at)
