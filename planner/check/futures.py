"""Rules of scenarios and events: what may happen, to what, how strongly, and when it is known."""

from __future__ import annotations

from collections.abc import Iterator

from planner.check.network import Tables, records
from planner.check.table import Table
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


def squeezed(tables: Tables) -> Iterator[Problem]:
    """An event that leaves part of an offer needs an offer with a maximum: of no limit there is no part."""
    table = tables["events"]
    part = [p for p, kind, factor in records(table, "kind", "factor") if kind == "supply" and 0 < (factor or 0) < 1]
    if not part:
        return
    groups = {name: {name, *(in_group or ())} for _, name, in_group in records(tables["countries"], "country", "group")}
    goods = {name: (name, s, e) for _, name, s, e in records(tables["materials"], "material", "stage", "element")}
    offers = list(records(tables["offers"], "offer", "supplier", "material", "origin", "max_t_per_year"))
    for position in part:
        wanted = {name: table.value(position, name) for name in ("offer", "supplier", "material", "stage", "element")}
        country = table.value(position, "country")
        for _, offer, supplier, material, origin, most in offers:
            values = dict(zip(wanted, (offer, supplier, *goods[material]), strict=True))
            fits = all(choice is None or values[name] == choice for name, choice in wanted.items())
            if most is None and fits and (country is None or country in groups[origin]):
                text = f"it leaves part of the offer {offer}, which has no maximum"
                fix = "Fill in the offer's max_t_per_year, or let the factor be 0."
                yield table.problem("cross.event-needs-max", position, "factor", message=text, fix=fix)
                break


CHECKS = (
    (probabilities, ("scenarios",)),
    (early, ("periods", "events")),
    (squeezed, ("events", "countries", "materials", "offers")),
)
