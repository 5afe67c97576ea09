"""The lists that a decision needs, each in one place: what to sign, sell and build, what would change the answer, why
not the others, what is not known, what goes short and what to do first. Report and brief only lay them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from planner.results.actions import actions
from planner.results.awards import OPEN, awards, supplier_of
from planner.results.decision import built
from planner.results.facts import Facts, records
from planner.results.rejected import SOLVED, rejected_quotes, told_by
from planner.results.sales import sold
from planner.results.shortage import shortages
from planner.results.turns import turns
from planner.results.unknowns import unknowns
from planner.results.words import count, dollars, listed, musd, percent, span

TEXT, YEARS, TONS, USD, MUSD, SHARE, CHANGE, WHOLE = (
    "text", "years", "t", "USD per t", "M$", "share", "change", "number"
)  # fmt: skip
NUMBERS = (TONS, USD, MUSD, SHARE, CHANGE, WHOLE)
_PLACES = {TONS: 1, MUSD: 1, WHOLE: 0}


@dataclass(frozen=True)
class Field:
    """A column of a list: where its values come from, what stands above them, what they are."""

    key: str
    heading: str
    kind: str = TEXT


@dataclass(frozen=True)
class DecisionList:
    """A list with its title, the sentence that it stands under, what is said where it is empty, and of what is left
    out.
    """

    title: str
    parts: tuple[Field, ...]
    rows: pd.DataFrame
    note: str = ""
    nothing: str = ""
    rest: Callable[[pd.DataFrame], str] | None = None

    def beyond(self, shown: int) -> str:
        """The sentence on what the first rows leave out; empty where nothing is."""
        left = self.rows.iloc[shown:]
        return self.rest(left) if len(left) and self.rest is not None else ""


def said(kind: str, value: object) -> str:
    """A value of a list as it stands in a text."""
    if value is None or value != value:  # noqa: PLR0124  NaN, the one value that is not itself
        return "–"
    if kind in (SHARE, CHANGE):
        return percent(float(str(value)))
    if kind == USD:
        return dollars(float(str(value)))
    return f"{value:,.{_PLACES[kind]}f}" if kind in _PLACES else str(value)


def to_sign(facts: Facts) -> DecisionList:
    """The awards, those with most money first."""
    rows = awards(facts)
    if len(rows):
        rows = rows.assign(named=[f"{row.award} {supplier_of(row)}" for row in records(rows)], years=_spans(rows))
    parts = (
        Field("named", "Supplier"), Field("material", "Material"), Field("t_per_year", "t a year", TONS),
        Field("price", "Price", USD), Field("landed", "Landed", USD), Field("years", "Years", YEARS),
        Field("word", "Firm?"), Field("reserve", "Reserve supplier"),
    )  # fmt: skip

    def rest(left: pd.DataFrame) -> str:
        part, whole = (musd(table["present_musd"].sum(), facts.money) for table in (left, rows))
        return f"And {count(len(left), 'more line')}, {part} landed of {whole} in all: sheet Awards."

    nothing = "Nothing is bought: own plants and collected material supply everything."
    return DecisionList(f"Sign (prices in {facts.currency} per t)", parts, rows, nothing=nothing, rest=rest)


def to_sell(facts: Facts) -> DecisionList:
    """What is sold, that which brings most first."""
    rows = sold(facts)
    rows = rows.assign(years=_spans(rows) if len(rows) else [], word=OPEN)
    parts = (
        Field("material", "Surplus"), Field("place", "At"), Field("t_per_year", "t a year", TONS),
        Field("price", "Price", USD), Field("musd", f"{facts.million} in all", MUSD),
        Field("years", "Years", YEARS), Field("word", "Firm?"), Field("buyer", "Buyer"),
    )  # fmt: skip

    def rest(left: pd.DataFrame) -> str:
        return f"And {count(len(left), 'more', 'more')}, {_sum(facts, left['musd'])}: sheet Sales."

    return DecisionList(f"Sell (prices in {facts.currency} per t)", *_told(facts, parts, rows), rest=rest)


def to_build(facts: Facts) -> DecisionList:
    """The projects, those with most capex first."""
    rows = built(facts).sort_values("capex_musd", ascending=False, kind="stable")
    parts = (
        Field("option", "Project"), Field("place", "Where"), Field("size_t_per_year", "t a year", TONS),
        Field("capex_musd", f"Capex, {facts.million}", MUSD), Field("worth_musd", f"Worth, {facts.million}", MUSD),
        Field("years", "Begin, run", YEARS), Field("word", "Firm?"), Field("why", "Why"),
    )  # fmt: skip

    def rest(left: pd.DataFrame) -> str:
        return f"And {count(len(left), 'more', 'more')}: sheet Investments."

    return DecisionList("Build", *_told(facts, parts, rows), rest=rest)


def _told(facts: Facts, parts: tuple[Field, ...], rows: pd.DataFrame) -> tuple[tuple[Field, ...], pd.DataFrame]:
    """The same list with its money in the unit in which the plan's is told."""
    if not facts.money.small:
        return parts, rows
    money = [part.key for part in parts if part.kind == MUSD]
    turned = tuple(replace(part, kind=USD) if part.kind == MUSD else part for part in parts)
    return turned, rows.assign(**{key: facts.money.of(rows[key]) for key in money})


def _sum(facts: Facts, told: pd.Series) -> str:
    """What rows come to whose money is in the unit in which the plan's is told."""
    return musd(float(told.sum()) / facts.money.of(1.0), facts.money)


def would_change(facts: Facts) -> DecisionList:
    """What the plan would cost more or less if one thing came out otherwise."""
    rows = turns(facts)
    kind = USD if facts.money.small else MUSD
    rows = rows.assign(bears=[f"{said(kind, part)} {facts.million}" for part in facts.money.of(rows["part_musd"])])
    parts = (
        Field("what", "Change"), Field("bears", "On"), Field("low_musd", f"Less, {facts.million}", MUSD),
        Field("high_musd", f"More, {facts.million}", MUSD),
    )  # fmt: skip
    title = "What would change the answer: this plan's cost if one thing comes out otherwise"
    return DecisionList(title, *_told(facts, parts, rows))


def not_taken(facts: Facts) -> DecisionList:
    """The rejected quotes with most money at stake, of each material the one that comes nearest."""
    rows = rejected_quotes(facts)
    if len(rows):
        rows = rows[rows["asked_usd_per_t"].notna()].sort_values("change", ascending=False, kind="stable")
        rows = rows.drop_duplicates("material").sort_values("stake_musd", ascending=False, kind="stable")
        other = [name or "no quote" for name in rows["lost_to"]]
        rows = rows.assign(lost_to=other, grade=rows["grade"].fillna("none")).reset_index(drop=True)
    parts = (
        Field("offer", "Quote"), Field("supplier", "Supplier"), Field("price", "Quoted", USD),
        Field("asked_usd_per_t", "Comes in", USD), Field("change", "Change", CHANGE), Field("label", "In", YEARS),
        Field("grade", "Grade"), Field("lost_to", "Bought there instead"),
    )  # fmt: skip
    how = f"In {facts.currency} per t. Break-evens: {_break_evens(facts, rows)}."
    note = f"{how} The others, and what is not built: sheet Rejected."
    nothing = (
        "No marginal price is proven of this plan, so no break-even is told from them; `ree-planner why` solves again."
        if facts.plan.tables["prices"].empty
        else "No quote that could be used is left out at a price that would bring it in."
    )
    title = "Why not the others: the dearest rejections, and the price at which each comes in"
    return DecisionList(title, parts, rows, note, nothing)


def _break_evens(facts: Facts, rows: pd.DataFrame) -> str:
    """By what they are told; where some were solved again, which."""
    if not len(rows) or rows["told_by"].nunique() < 2:
        return told_by(facts)
    solved = list(rows.loc[rows["told_by"] == SOLVED, "offer"])
    return f"solved again for {listed(solved, 4)}, from marginal prices for the rest"


def not_known(facts: Facts) -> DecisionList:
    """The assumptions that carry most cost."""
    rows = unknowns(facts)
    parts = (
        Field("what", "Assumed or not graded"), Field("grade", "Grade"),
        Field("musd", f"Cost, {facts.million}", MUSD), Field("share", "Of all", SHARE),
        Field("tenth_musd", f"±10 %, {facts.million}", MUSD),
    )  # fmt: skip

    def rest(left: pd.DataFrame) -> str:
        return f"And {count(len(left), 'more', 'more')} that carry {_sum(facts, left['musd'])}."

    return DecisionList(
        "Not known: the assumptions that carry most cost, and what a tenth more or less of each moves",
        *_told(facts, parts, rows),
        rest=rest,
    )


def goes_short(facts: Facts) -> DecisionList:
    """What goes short, the dearest first: of its element's need how much, why, and what cures it."""
    rows = shortages(facts)
    if len(rows):
        rows = rows.assign(
            years=_spans(rows),
            of_need=[f"{percent(row.element_share)} of {row.element}" for row in records(rows)],
        )
    parts = (
        Field("segment", "Segment"), Field("years", "Years", YEARS), Field("short_t", "Short, t", TONS),
        Field("of_need", "Of all need"), Field("loss_musd", f"Loss, {facts.million}", MUSD), Field("cause", "Why"),
        Field("cure", "What cures it, at what price"),
    )  # fmt: skip

    def rest(left: pd.DataFrame) -> str:
        return f"And {count(len(left), 'segment')} more, {_sum(facts, left['loss_musd'])}: sheet Demand."

    nothing = "Nothing goes short: all need is met in every period."
    return DecisionList(
        "What goes short, why, and what cures it at what price", *_told(facts, parts, rows), nothing=nothing, rest=rest
    )


def to_do(facts: Facts) -> DecisionList:
    """What is to be done in the first ninety days, the soonest first."""
    parts = (
        Field("what", "What is to be done"),
        Field("days", "Within, days", WHOLE),
        Field("sheet", "Figures in sheet"),
    )
    return DecisionList("The first ninety days", parts, actions(facts))


def _spans(rows: pd.DataFrame) -> list[str]:
    return [span(int(first), int(last)) for first, last in zip(rows["first"], rows["last"], strict=True)]
