"""Awards, and what every quote would cost landed: winners and losers, and why those who lost did."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.reporting.kinds import (
    BRIEF,
    CENTRED,
    LONG,
    MUSD,
    MUSD_SHORT,
    NAMED,
    NOTE,
    PERIOD_LABEL,
    PHRASE,
    SHARE,
    TAIL,
    TEXT,
    TONS,
    USD,
    YEAR,
)
from planner.reporting.lists import laid_out
from planner.reporting.page import Page
from planner.reporting.tables import Col, periods, table
from planner.results.awards import award_years, awards
from planner.results.facts import Facts
from planner.results.lists import not_known, to_do
from planner.results.proof import room_musd
from planner.results.quotes import duty_column, layers, nearest, yearly_nearest
from planner.results.rejected import rejected_projects, rejected_quotes, told_by, unreachable
from planner.results.turns import rules_to_act_by, turns
from planner.results.words import listed, musd, span

TOLD = (
    "Told from the plan's marginal prices (what one ton more is worth where it would be used, with what is built and "
    "signed staying as planned), not by solving again."
)

_PRINTED, _PRINTED_QUOTES, _MOST_WEAK, _MOST_DONE = 9, 56, 10, 99


def fill_awards(page: Page, facts: Facts) -> Iterator[None]:
    """One row an award, then tons and landed price year by year."""
    room = room_musd(facts)
    proof = "nothing is proven, so every award is open" if np.isinf(room) else f"that is {musd(room, facts.money)}"
    page.title(
        "Awards",
        "Whom to buy what from. Prices are means per ton over the years in which it is bought; landed is price, terms "
        "of payment, freight and duty. Firm: going without costs more than the proof leaves open "
        f"({proof}); open: it is worth less, or its worth is not shown. {TOLD}",
    )
    rows = awards(facts)
    rows = rows.assign(named=[f"{s}: {n}" if n else s for s, n in zip(rows["supplier"], rows["note"], strict=True)])
    rows["years"] = [span(int(a), int(b)) for a, b in zip(rows["first"], rows["last"], strict=True)]
    spare = rows["min_order_t"].notna().any()
    signed = (rows["contract"] != "").any()
    columns = [
        Col("award", "Award"), Col("named", "Supplier", NAMED), Col("material", "Material", BRIEF),
        Col("origin", "Origin", BRIEF), Col("years", "Years", PERIOD_LABEL),
        Col("t_per_year", "t a year", TONS), Col("share", "Of all there is", SHARE),
        *([Col("invoiced", "Invoiced at first", BRIEF)] if (rows["invoiced"] != "").any() else []),
        Col("price", "Price", USD, group="USD per t"), Col("landed", "Landed", USD, group="USD per t"),
        Col("present_musd", f"{facts.million}, present", MUSD_SHORT, total=True), Col("word", "Firm?"),
        Col("reason", "Why", PHRASE),
    ]  # fmt: skip
    table(page, rows, columns, listing=True, total="All")
    yield
    yearly = award_years(facts).merge(rows[["item", "award"]], on="item")
    labels = list(facts.labels.values())
    heads = [Col("award", "Award"), Col("supplier", "Supplier"), Col("material", "Material")]
    order = yearly["award"].str[1:].astype(int)
    yearly = yearly.assign(order=order)
    page.section("Layers of the price, and where it comes from")
    page.say("On screen only, as what follows.")
    columns = [
        Col("award", "Award"), Col("item", "Offer or contract", BRIEF), Col("supplier", "Supplier", BRIEF),
        *([Col("min_order_t", "Least order, t a year", TONS)] if spare else []),
        *([Col("contract", "Contract", BRIEF)] if signed else []),
        Col("to", "To", TEXT), Col("freight", "Freight", USD, group="USD per t"),
        Col("duty", "Duty", USD, group="USD per t"), Col("first_musd", f"{facts.million} in the first year", MUSD),
        Col("paid_musd", f"{facts.million} undiscounted", MUSD),
        Col("reserve", "Reserve", BRIEF), Col("reserve_usd_per_t", "Dearer by, USD/t", USD),
        Col("grade", "Grade"), Col("row", "Priced in"),
        Col("source", "Source", TAIL),
    ]  # fmt: skip
    table(page, rows, columns)
    page.section("Tons year by year")
    keys = ["order", "award", "supplier", "material"]
    table(page, facts.wide(yearly, keys, "t"), [*heads, *periods(labels, "t per year", TONS, total=False)])


def fill_quotes(page: Page, facts: Facts) -> Iterator[None]:
    """Every quote at the place and time at which it wins most, or comes nearest; below it every year."""
    page.title(
        "Landed cost of every quote",
        "Winners and losers: price, freight and every layer of duty where the quote is used most, or else where and "
        "when it comes nearest to being used. Worth is what one ton more is worth there; a quote whose landed cost is "
        "above it (gap above 0) loses. Duties are the full rates, over any quota. " + TOLD,
    )
    columns = [
        Col("offer", "Quote", NAMED), Col("origin", "Origin"), Col("place", "To", BRIEF),
        Col("label", "Period", PERIOD_LABEL), Col("price", "Price", USD, group="USD per t"),
        *_terms(nearest(facts), "USD per t"),
        Col("freight", "Freight", USD, group="USD per t"),
        *[Col(duty_column(layer), layer, USD, group="Duty, USD per t") for layer in layers(facts)],
        Col("landed", "Landed", USD, group="USD per t"), Col("worth", "Worth there", USD, group="USD per t"),
        Col("gap", "Gap", USD, group="USD per t"), Col("bought_t", "Bought, t a year", TONS),
    ]  # fmt: skip
    page.first_of(len(nearest(facts)), _PRINTED_QUOTES)
    page.print_only(table(page, nearest(facts), columns, listing=True), _PRINTED_QUOTES)
    yield
    page.section("Sources")
    page.say("On screen only, as what follows.")
    sources = [
        Col("offer", "Quote"),
        Col("supplier", "Supplier"),
        Col("material", "Material"),
        Col("grade", "Grade", CENTRED),
        Col("row", "Priced in"),
        Col("source", "Source", TAIL),
    ]
    table(page, nearest(facts), sources)
    page.section("Every period, at the place where it is bought or comes nearest")
    table(
        page,
        yearly_nearest(facts),
        [*columns, Col("most_t", "Most, t a year", TONS)],
    )


def _terms(rows: pd.DataFrame, group: str) -> list[Col]:
    """What payment before or after arrival costs, where it does: else price, freight and duty come to landed."""
    there = len(rows) > 0 and bool((rows["financing"].abs() > 0).any())
    return [Col("financing", "Terms and way", USD, group=group)] if there else []


def fill_rejected(page: Page, facts: Facts) -> Iterator[None]:
    """Quotes and projects that are not taken, and what would bring each in."""
    page.title(
        "Rejected",
        "What is not bought and not built, those with most money at stake first, and what would bring each in. No "
        f"alternative can save more than {musd(room_musd(facts), facts.money)}, which is what the proof "
        "leaves open. "
        f"{TOLD}",
    )
    quotes, projects = rejected_quotes(facts), rejected_projects(facts)
    if len(quotes):
        page.section("Quotes of which nothing is bought, those with most money at stake first")
        page.say(f"Break-evens: {told_by(facts)}.", "intro")
        quotes = quotes.assign(kept_out=quotes["why"].where(quotes["by"] != "price"))
        table(page, quotes.head(_PRINTED), _quote_columns(facts, quotes))
    if len(projects):
        page.section("Projects that are not begun, those nearest to paying first")
        page.first_of(len(projects), _PRINTED)
        table(page, projects.head(_PRINTED), _project_columns(facts, projects))
    if unreachable(facts):
        page.say(f"Not to be used by anybody in this case (no route, user or year in common): "
                 f"{listed(unreachable(facts), 20)}.")  # fmt: skip
    yield
    if len(quotes) > _PRINTED:
        page.section("The other quotes of which nothing is bought")
        table(page, quotes.iloc[_PRINTED:], _quote_columns(facts, quotes), filters=True)
    if len(projects) > _PRINTED:
        page.section("The other projects that are not begun")
        table(page, projects.iloc[_PRINTED:], _project_columns(facts, projects), filters=True)


def _project_columns(facts: Facts, rows: pd.DataFrame) -> list[Col]:
    return [
        Col("option", "Project", BRIEF), Col("country", "Country", BRIEF), Col("first_output", "Runs from", YEAR),
        Col("most_t", "Largest size, t a year", TONS), Col("capex_musd", f"Capex then, {facts.million}", MUSD),
        Col("margin_musd", f"Earns, {facts.million}", MUSD), Col("fixed_musd", f"Costs, {facts.million}", MUSD),
        Col("why", "Why not", NOTE), *_told_by(rows),
    ]  # fmt: skip


def _told_by(rows: pd.DataFrame) -> list[Col]:
    """By what each row is told, where they differ in that."""
    return [Col("told_by", "Told by", BRIEF)] if rows["told_by"].nunique() > 1 else []


def _quote_columns(facts: Facts, rows: pd.DataFrame) -> list[Col]:
    unit = "USD per t"
    return [
        Col("offer", "Quote", BRIEF), Col("place", "Nearest at", BRIEF), Col("label", "In", PERIOD_LABEL),
        Col("price", "Quoted", USD, group=unit), Col("landed", "Landed", USD, group=unit),
        Col("gap", "Gap to winning", USD, group=unit), Col("asked_usd_per_t", "Comes in at", USD, group=unit),
        Col("kept_out", "If not the price", PHRASE), *_told_by(rows),
        Col("change", "Change of price", SHARE), Col("stake_musd", f"At stake, {facts.million} a year", MUSD),
        Col("lost_to", "Bought instead", BRIEF),
    ]  # fmt: skip


def fill_turns(page: Page, facts: Facts) -> Iterator[None]:
    """What the plan as it stands would cost more or less."""
    page.title(
        "What changes the answer",
        "By how much the cost of this plan changes when one thing comes out otherwise, with all decisions "
        "held. To plan "
        "anew can only do better: what falls saves at least so much, what rises costs at most so much more.",
    )
    columns = [
        Col("what", "Change", LONG), Col("part_musd", "Bears on", MUSD, group=f"{facts.million} discounted"),
        Col("low_musd", "If it falls", MUSD, group=f"{facts.million} discounted"),
        Col("high_musd", "If it rises", MUSD, group=f"{facts.million} discounted"),
    ]  # fmt: skip
    table(page, turns(facts), columns)
    if facts.rules:
        _rules(page, facts)
    laid_out(page, not_known(facts), _MOST_WEAK, LONG)
    yield
    laid_out(page, to_do(facts), _MOST_DONE, LONG)


def _rules(page: Page, facts: Facts) -> None:
    """What is done whatever happens, and what waits for what, with the price of not waiting."""
    page.section("Rules to act by: what waits for which event, and what ignoring that costs")
    rows = rules_to_act_by(facts)
    more = f"{facts.million} more"
    columns = [
        Col("what", "What", PHRASE), Col("years", "In", PERIOD_LABEL), Col("when", "When", LONG),
        Col("probability", "Probability", SHARE),
        Col("never_more_musd", f"Never begun, {more}", MUSD), Col("never_gap_musd", "Never begun, ±", MUSD),
        Col("always_more_musd", f"Begun in all futures, {more}", MUSD),
        Col("always_gap_musd", "Begun in all futures, ±", MUSD),
    ]  # fmt: skip
    table(page, rows, columns)
