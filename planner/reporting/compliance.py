"""Compliance: segments with an origin rule, what they are served, where it was touched, and what being clean costs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.reporting.kinds import NOTE, PERIOD_LABEL, SHARE, TONS, USD, USD_FINE
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.compliance import MEANING, compliance, origin_by_stage, ruled
from planner.results.facts import Facts
from planner.results.frames import across
from planner.results.origins import traced


def fill_compliance(page: Page, facts: Facts) -> Iterator[None]:
    """Each segment and period, and below it the countries by stage."""
    page.title(
        "Compliance",
        "Segments that may not take what certain countries have touched: what they get, how much of it is proven "
        "clean, and what one more clean ton costs above one without the rule.",
    )
    if ruled(facts.case).empty:
        page.say("No segment has an origin rule.")
        return
    page.say(MEANING)
    page.say(
        "Proven clean is what is served in a class that passes every row of the rule, also before all are in force. "
        "The premium is the difference of two marginal prices where the segment is; it is blank where nothing comes "
        "to that place without the rule, so that there is no price to compare with."
    )
    page.section("What each segment gets")
    columns = [
        Col("segment", "Segment"), Col("rule", "Rule"), Col("material", "Material"), Col("place", "Place"),
        Col("label", "Period", PERIOD_LABEL), Col("asks", "The rule asks for", NOTE),
        Col("served_t", "Served", TONS, group="t per year"), Col("clean_t", "Proven clean", TONS, group="t per year"),
        Col("short_t", "Unmet", TONS, group="t per year"), Col("clean_share", "Share proven clean", SHARE),
        Col("price_clean", "Clean", USD, group="One more ton, USD/t"),
        Col("price_any", "Without the rule", USD, group="One more ton, USD/t"),
    ]  # fmt: skip
    if facts.quantity.is_ton:
        columns.append(Col("premium_usd_per_kg", "Clean premium, USD per kg", USD_FINE))
    table(page, compliance(facts.case, facts.plan, traced(facts)), columns)
    yield
    page.section("Where it comes from, stage by stage")
    page.say(
        "As far as the plan's tables tell: offers answer for what their row states, own plants for their own step and "
        "place; the rest follows the inputs by weight. Not stated means that the offers sheet is blank there."
    )
    found = origin_by_stage(facts.case, facts.plan, traced(facts))
    if found.empty:
        page.say("Nothing is served to these segments.")
        return
    labels = list(facts.labels.values())
    heads = [Col("segment", "Segment"), Col("stage", "Stage"), Col("country", "Country")]
    keys = ["segment", "stage", "country"]
    table(page, across(found, keys, "t", facts.labels), [*heads, *periods(labels, "t per year", TONS, total=False)])
    page.row += 1
    shares = across(found, keys, "share", facts.labels, empty=None)
    table(page, shares, [*heads, *periods(labels, "Share served", SHARE, total=False)])
