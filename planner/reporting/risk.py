"""Risk: what each future costs and lacks, what is at risk, how concentrated supply is. Marginal prices: by place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from planner.reporting.charts import bars_chart, columns_chart, value_axis
from planner.reporting.kinds import INDEX, MUSD, NOTE, PERIOD_LABEL, PHRASE, SHARE, USD, USD_FINE
from planner.reporting.page import Block, Page
from planner.reporting.tables import Col, periods, table
from planner.results.facts import Facts
from planner.results.frames import across
from planner.results.futures import concentration, exposure, futures, measures
from planner.results.prices import expected_prices, marginal_prices, said_of
from planner.results.words import musd, percent

_MOST_FUTURES = 20


def fill_risk(page: Page, facts: Facts) -> Iterator[None]:
    """Measures, futures, exposure, concentration."""
    page.title("Risk", "What could come differently, what it would cost, and where the plan depends on few countries.")
    if len(facts.plan.tables["scenarios"]) > 1:
        _measures(page, facts)
        _futures(page, facts)
    drawn = _exposure(page, facts)
    _concentration(page, facts)
    if drawn:
        page.row += 1
        page.charts([drawn], page.room_for_charts(1))
    yield
    _hhi(page, facts, "material", "Material")


def _measures(page: Page, facts: Facts) -> None:
    page.section("Measures of risk")
    found = measures(facts.case, facts.plan)
    found["said"] = [f"{what}: {meaning}" for what, meaning in zip(found["what"], found["meaning"], strict=True)]
    found["unit"] = [facts.money.told(unit) for unit in found["unit"]]
    columns = [Col("said", "Measure", NOTE), Col("value", "Value", MUSD), Col("unit", "Unit")]
    table(page, found, columns)


def _futures(page: Page, facts: Facts) -> None:
    page.section("Futures")
    found = futures(facts.plan)
    at = page.room_for_charts(1)
    columns = [
        Col("scenario", "Future"), Col("probability", "Probability", SHARE, total=True),
        Col("cost_musd", f"Cost, {facts.million} discounted", MUSD),
        Col("above_musd", f"Above the expected, {facts.million}", MUSD),
        Col("shortage_musd", f"Loss from shortage, {facts.million} undiscounted", MUSD),
    ]  # fmt: skip
    page.charts([_costs(page, facts, table(page, found, columns, total="All futures"), found)], at)


def _costs(page: Page, facts: Facts, block: Block, found: pd.DataFrame) -> tuple[Any, str]:
    """The dearest futures as bars, and in a sentence."""
    last = min(block.last_row, block.first_row + _MOST_FUTURES - 1)
    title, unit = "Cost of each future", f"{facts.million} discounted"
    chart = bars_chart(page.book, block, (block.first_row, last), title, unit, "scenario", "cost_musd")
    named = zip(found["scenario"], found["probability"], found["cost_musd"], strict=True)
    said = [f"{name} ({percent(chance)}) {musd(cost, facts.money)}" for name, chance, cost in named]
    return chart, f"Bars: cost of each future. {'; '.join(said[:5])}."


def _exposure(page: Page, facts: Facts) -> tuple[Any, str] | None:
    """The table, and the chart that is drawn below all others."""
    page.section("Exposure")
    found = exposure(facts.plan)
    if not found["exposure_musd"].sum() > 0:
        page.say("Nothing that is bought comes from a country with a risk score above 0, so no money is at risk.")
        return None
    page.say(
        "Money at risk: what is bought, times the risk score (0 safe … 100) of where it comes from and of countries "
        "upstream. The index is its share of all that is bought, 0 … 100."
    )
    labels = list(facts.labels.values())
    parts = (("exposure_musd", f"At risk, {facts.million} per year"), ("exposure_index", "Index, 0 … 100"))
    shown = found.assign(exposure_musd=facts.money.of(found["exposure_musd"]))
    wide = pd.concat([across(shown.assign(what=what), ["what"], name, facts.labels) for name, what in parts])
    block = table(page, wide, [Col("what", "Exposure"), *periods(labels, "Period", USD_FINE, total=False)])
    title, unit = "Money at risk", f"{facts.million} per year"
    chart = columns_chart(page.book, block, [block.first_row], labels, title, unit, "what")
    chart.set_y_axis(value_axis(unit, "#,##0.00" if shown["exposure_musd"].max() < 10 else "#,##0") | {"min": 0})
    first, last = found.iloc[0], found.iloc[-1]
    said = f"{musd(first['exposure_musd'], facts.money)} in {first['label']}, "
    said += f"{musd(last['exposure_musd'], facts.money)} in {last['label']}"
    return chart, f"Stacked columns: money at risk per year: {said}."


def _concentration(page: Page, facts: Facts) -> None:
    page.section("Concentration by country (HHI)")
    found = concentration(facts.case, facts.plan)
    if found.empty:
        page.say("Nothing is bought or made.")
        return
    page.say(
        "The sum of the squared shares of countries in what is bought and made, as limits on hhi have it: 1 is a "
        "single country; above 0.25 is commonly called highly concentrated. The mean over the futures of a period."
    )
    _hhi(page, facts, "stage", "Stage")


def _hhi(page: Page, facts: Facts, of: str, heading: str) -> None:
    """Period by period, of each stage or each material; nothing where there is none."""
    found = concentration(facts.case, facts.plan)
    wide = across(found[found["of"] == of], ["name"], "hhi", facts.labels, empty=None)
    if len(wide):
        labels = list(facts.labels.values())
        table(page, wide, [Col("name", heading), *periods(labels, "HHI (0 spread … 1)", INDEX, total=False)])


def fill_prices(page: Page, facts: Facts) -> None:
    """What one more ton is worth, by material, place and period; by future where there are several."""
    page.title(
        "Marginal prices",
        "The price at which one more ton is worth buying: what the plan would save if a ton of the material were there "
        "for nothing, with what is built and signed staying as planned. USD per t, undiscounted. An offer below it "
        "makes the plan cheaper; above it, walk away. Empty where the material neither comes nor is missing.",
    )
    found = expected_prices(facts.case, facts.plan)
    labels = list(facts.labels.values())
    heads = [Col("material", "Material"), Col("place", "Place"), Col("rule", "Only goods that pass")]
    wide = across(found, ["material", "place", "rule"], "usd_per_t", facts.labels, empty=None)
    page.even_from = 3
    page.print_only(table(page, wide, [*heads, *periods(labels, "USD per t", USD, total=False)], listing=True), 30)
    _how_far(page, facts, heads)


def _how_far(page: Page, facts: Facts, heads: Sequence[Col]) -> None:
    """How far each price holds; in each future where there are several."""
    single = marginal_prices(facts.case, facts.plan)
    futures = bool((single["probability"] < 1).any())
    page.section("In each future, and how far they hold" if futures else "How far they hold")
    page.say(
        ("The figures above are means over the futures of a period; these are the prices in each. " if futures else "")
        + "A price holds at least for so many tons a year more and less. At a kink the next ton is another matter: "
        "`ree-planner next-ton` solves with it."
    )
    said = said_of(facts, single)
    columns = [*heads, Col("label", "Period", PERIOD_LABEL)]
    columns += [Col("node", "Future"), Col("probability", "Probability", SHARE)] if futures else []
    columns += [Col("usd_per_t", "USD per t", USD), Col("holds", "Holds", PHRASE)]
    page.print_only(table(page, single.assign(holds=said), columns, listing=True), 30)
