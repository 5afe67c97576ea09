"""What is to be done in the first ninety days: what the plan asks for soon, and what would make it surer."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.results.awards import FIRM, OPEN, awards
from planner.results.decision import built
from planner.results.facts import Facts, records, remembered
from planner.results.limits import missed
from planner.results.proof import room_musd, verdict
from planner.results.sales import sold
from planner.results.shortage import shortages
from planner.results.unknowns import unknowns
from planner.results.words import count, dollars, listed, musd, tons

SOON, NEXT, LATER = 30, 60, 90  # days


@remembered
def actions(facts: Facts) -> pd.DataFrame:
    """One row an action, the soonest first: days (within how many), what, sheet (where its figures stand)."""
    table = pd.DataFrame(list(_actions(facts)), columns=["days", "what", "sheet"])
    return table.sort_values("days", kind="stable").reset_index(drop=True)


def _actions(facts: Facts) -> Iterator[tuple[int, str, str]]:
    yield from _signing(facts)
    yield from _leaving(facts)
    yield from _building(facts)
    yield from _short(facts)
    surplus = sold(facts)
    if len(surplus):
        top = surplus.iloc[0]
        price = f"{dollars(top['price'])} {facts.currency}/t"
        yield LATER, f"Find buyers: {tons(top['t_per_year'])} of {top['material']} a year at about {price}.", "Sales"
    weak = unknowns(facts).head(3)
    if len(weak):
        money = musd(float(weak["musd"].sum()), facts.money)
        yield (
            NEXT,
            f"Confirm or grade {listed([what[:1].lower() + what[1:] for what in weak['what']])}: {money} rest on them.",
            "Sources and grades",
        )
    if not verdict(facts).proven:
        room = musd(room_musd(facts), facts.money)
        yield (
            SOON,
            f"Let the search run longer before the open lines are signed: up to {room} could be saved.",
            "Run record",
        )


def _signing(facts: Facts) -> Iterator[tuple[int, str, str]]:
    """Awards of the first period: firm ones are signed, open ones held open; who is to be named and qualified."""
    rows = awards(facts)
    if rows.empty:
        return
    first = facts.horizon[0]
    begin = rows[rows["first"] == first]
    firm, still = begin[begin["word"] == FIRM], begin[begin["word"] == OPEN]
    if len(firm):
        money = musd(float(firm["first_musd"].sum()), facts.money)
        yield SOON, f"Sign {_lines(firm)}, firm: {money} landed in {facts.labels[first]}.", "Awards"
    if len(still):
        money = musd(float(still["first_musd"].sum()), facts.money)
        yield NEXT, f"Get binding quotes for {_lines(still)}, open: {money} landed in {facts.labels[first]}.", "Awards"
    unnamed = list(dict.fromkeys(rows.loc[rows["note"] != "", "supplier"]))
    if unnamed:
        yield SOON, f"Name the companies behind {listed(unnamed, 4)}.", "Awards"
    asked = facts.table("qualifications")
    soon = list(dict.fromkeys(asked.loc[asked["period"] == first, "supplier"]))
    if soon:
        yield SOON, f"Begin to qualify {listed(soon, 5)}.", "Contracts and partnerships"


def _leaving(facts: Facts) -> Iterator[tuple[int, str, str]]:
    """Incumbents that the plan leaves in the first period."""
    left = facts.table("leavings")
    soon = list(dict.fromkeys(left.loc[left["period"] == facts.horizon[0], "offer"]))
    if soon:
        yield SOON, f"Tell {listed(soon, 5)} that less than its share of today's award stays.", "Awards"


def _lines(rows: pd.DataFrame) -> str:
    return f"{count(len(rows), 'award')} ({listed(list(rows['award']), 6)})"


def _building(facts: Facts) -> Iterator[tuple[int, str, str]]:
    """Projects that begin in the first two years."""
    for row in records(built(facts)):
        if row.begun > facts.horizon[0] + 1:
            continue
        capex = musd(row.capex_musd, facts.money)
        if row.word == FIRM:
            yield LATER, f"Approve {row.option}: {capex}, to be begun in {row.begun}.", "Investments"
        else:
            yield LATER, f"Decide whether {row.option} is begun in {row.begun} ({capex}): {row.why}.", "Investments"


def _short(facts: Facts) -> Iterator[tuple[int, str, str]]:
    """What goes short, with the dearest first; and limits that are missed."""
    rows = shortages(facts)
    if len(rows):
        top = rows.iloc[0]
        more = f" (and {count(len(rows) - 1, 'segment')} more)" if len(rows) > 1 else ""
        yield SOON, f"Close the gap of {tons(top['short_t'])} for {top['segment']}{more}: {top['cure']}.", "Demand"
    held = missed(facts)
    if len(held):
        names = list(dict.fromkeys(held["limit"]))
        yield (
            SOON,
            f"Decide on {listed(names)}: the plan misses {'it' if len(names) == 1 else 'them'}.",
            "Limits missed",
        )
