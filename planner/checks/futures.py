"""Rules of scenarios and events: what may happen, to what, how strongly, and when it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planner.checks.network import records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import EVENT_KINDS, EVENT_SELECTORS

BLANK = "a blank cell"


def event(table: Table, position: int) -> Iterator[Problem]:
    """An event narrows down only what its kind can, has one amount of the right sort, and is known when it acts."""
    kind = EVENT_KINDS.get(table.value(position, "kind"))
    if kind is None:
        return
    for name in EVENT_SELECTORS:
        if table.value(position, name) is not None and name not in kind.selectors:
            text = f"an event of the kind {kind.name} cannot be narrowed down by {name}"
            fix = f"Clear the cell; it can be narrowed down by {', '.join(kind.selectors)}."
            yield table.problem("row.event-selector", position, name, message=text, fix=fix)
    yield from _amount(table, position)
    start, known = table.value(position, "from"), table.value(position, "known_from")
    if start is not None and known is not None and known > start:
        text = f"the event acts from {start} on, in {table.address(position, 'from')}, before it is known"
        fix = "Let it be known by the year in which it acts."
        yield table.problem("row.event-known", position, "known_from", message=text, fix=fix)


def _amount(table: Table, position: int) -> Iterator[Problem]:
    kind = EVENT_KINDS[table.value(position, "kind")]
    given = [name for name in ("factor", "value") if table.value(position, name) is not None]
    if not table.sound(position, "factor", "value"):
        return
    for name in given:
        if name not in kind.by:
            text = f"an event of the kind {kind.name} has no {name}"
            fix = f"Clear the cell{' and fill in ' + kind.by[0] if kind.by else ''}."
            yield table.problem("row.event-amount", position, name, message=text, fix=fix)
    if kind.by and not given:
        text = f"an event of the kind {kind.name} needs {' or '.join(kind.by)}"
        fix = "Fill in the cell."
        yield table.problem("row.event-amount", position, kind.by[0], found=BLANK, message=text, fix=fix)
    if len(given) == 2 and len(kind.by) == 2:
        text = "an event has a factor or a value, not both"
        yield table.problem("row.event-amount", position, "value", message=text, fix="Write two events, or clear one.")
    value = table.value(position, "value")
    if kind.name == "delay" and value is not None and (value != int(value) or value < 0):
        text = "a delay is a whole number of years, 0 or more"
        yield table.problem("row.event-amount", position, "value", message=text, fix="Type whole years.")


def probabilities(tables: Tables) -> Iterator[Problem]:
    """The futures' probabilities add up to 1; blank ones share what is left."""
    table = tables["scenarios"]
    given = [value for _, value in records(table, "probability") if value is not None]
    total, blank = sum(given), len(table.rows) - len(given)
    if not given or (not blank and abs(total - 1) < 1e-6) or (blank and total < 1):
        return
    position = max(position for position, value in records(table, "probability") if value is not None)
    text = f"the probabilities add up to {total:.9g}"
    text += ", which leaves nothing for the blank ones" if blank else ", not to 1"
    yield table.problem("cross.probabilities", position, "probability", message=text, fix="Let them add up to 1.")


def early(tables: Tables) -> Iterator[Problem]:
    """In a period of several years an event counts as known from the period's first year on."""
    periods = [(first, first + years - 1) for _, first, years in records(tables["periods"], "period", "years")]
    table = tables["events"]
    for position, known, start in records(table, "known_from", "from"):
        year = start if known is None else known
        for first, last in periods:
            if first < year <= last:
                text = f"it becomes known in {year}, and the plan decides for {first} to {last} at once"
                text += f", so it is known {year - first} years early"
                fix = "Let a period begin in that year if it matters."
                column = "from" if known is None else "known_from"
                yield table.problem("cross.known-early", position, column, message=text, fix=fix)


MISSED = ("supply", "capacity", "lane", "demand")


def hidden(tables: Tables) -> Iterator[Problem]:
    """What holds in some years of a period only is planned as the period's mean, which hides the years it is about."""
    table = tables["events"]
    for position, kind, start, end in records(table, "kind", "from", "to"):
        period = _cut_period(tables, start, end) if kind in MISSED else None
        if period:
            text = f"it acts in some of the years {period} only, which the plan sees as their mean: what lacks in these"
            text += " years is made up for by the others, so no shortage and no cost of it may show"
            fix = "Let periods begin and end with it if it matters."
            yield table.problem("cross.in-part-of-period", position, "from", message=text, fix=fix)
    table = tables["offers"]
    for position, least, start, end in records(table, "min_order_t_per_year", "from", "to"):
        period = _cut_period(tables, start, end) if least else None
        if period:
            text = f"it is on sale in some of the years {period} only, in which its minimum order counts by their share"
            fix = "Let periods begin and end with it if it matters."
            column = "from" if start is not None else "to"
            yield table.problem("cross.in-part-of-period", position, column, message=text, fix=fix)


def _cut_period(tables: Tables, start: int | None, end: int | None) -> str | None:
    periods = [(first, years) for _, first, years in records(tables["periods"], "period", "years")]
    return cut_period(periods, start, end)


def cut_period(periods: Iterable[tuple[int, int]], start: int | None, end: int | None) -> str | None:
    """The first period (first year, years) of which these years are a part only, as 2027–2029; None for none."""
    for first, years in periods:
        last = first + years - 1
        inside = [(start is None or start <= y) and (end is None or y <= end) for y in range(first, last + 1)]
        if any(inside) and not all(inside):
            return f"{first}–{last}"
    return None


def squeezed(tables: Tables) -> Iterator[Problem]:
    """An event that leaves part of an offer needs an offer with a maximum: of no limit there is no part."""
    table = tables["events"]
    columns = ("country", "offer", "supplier", "material", "stage", "element", "factor", "from", "to")
    events = [dict(zip(columns, row, strict=True)) | {"at": at} for at, *row in records(table, *columns)]
    for event in events:
        if table.value(event["at"], "kind") != "supply" or event["factor"] is None or event["factor"] >= 1:
            continue
        offer = next(_left_in_part(tables, event), None)
        if offer is not None:
            text = f"it leaves part of the offer {offer}, which has no maximum"
            fix = "Fill in the offer's max_t_per_year, or let the event stop all of it in whole periods."
            yield table.problem("cross.event-needs-max", event["at"], "factor", message=text, fix=fix)


def _left_in_part(tables: Tables, event: dict[str, Any]) -> Iterator[str]:
    """Offers without a maximum of which the event leaves a part: of their own supply, or of what stands behind them."""
    groups = {name: {name, *(in_group or ())} for _, name, in_group in records(tables["countries"], "country", "group")}
    goods = {name: (name, s, e) for _, name, s, e in records(tables["materials"], "material", "stage", "element")}
    upstream = list(records(tables["upstream"], "offer", "country", "material", "share"))
    columns = ("offer", "supplier", "material", "origin", "max_t_per_year")
    in_part = event["factor"] > 0 or _part_of_a_period(tables, event)
    for _, offer, supplier, material, origin, most in records(tables["offers"], *columns):
        if most is not None:
            continue
        own = {"offer": offer, "supplier": supplier, **_goods(goods[material])}
        if in_part and _fits(event, own) and event["country"] in {None, *groups[origin]}:
            yield offer
        for _, whose, country, through, share in upstream:
            behind = {"offer": None, "supplier": None, **_goods(goods[through or material])}
            named = event["country"] in groups[country]
            if whose == offer and named and _fits(event, behind) and (in_part or share < 1):
                yield offer


def _goods(names: tuple[Any, Any, Any]) -> dict[str, Any]:
    return dict(zip(("material", "stage", "element"), names, strict=True))


def _fits(event: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(event[name] is None or event[name] == value for name, value in values.items())


def _part_of_a_period(tables: Tables, event: dict[str, Any]) -> bool:
    """Whether the event acts in some years of a period and not in others."""
    return _cut_period(tables, event["from"], event["to"]) is not None


CHECKS = (
    (probabilities, ("scenarios",)),
    (early, ("periods", "events")),
    (hidden, ("periods", "events", "offers")),
    (squeezed, ("periods", "events", "countries", "materials", "offers", "upstream")),
)
