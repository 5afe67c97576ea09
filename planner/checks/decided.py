"""Decisions that are forced or forbidden: a row names one, says one thing of it, and it is one that is to be made."""

from __future__ import annotations

from collections.abc import Iterator

from planner.checks.idle import leaving_from, nothing
from planner.checks.network import Network, records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema.decided import FORBID, LANE, LANE_ENDS, NAMED_ON

CODE = "cross.decided"
WORDS = (*NAMED_ON, *LANE_ENDS)


def _named(table: Table, position: int) -> dict[str, str]:
    """What a row names: each kind with the column in which it stands first."""
    given = {kind: kind for kind in NAMED_ON if table.value(position, kind) is not None}
    ends = [end for end in LANE_ENDS if table.value(position, end) is not None]
    return given | ({LANE: ends[0]} if ends else {})


def one_decision(table: Table, position: int) -> Iterator[Problem]:
    """A row names one decision, and of a lane both ends."""
    if not table.sound(position, *WORDS):
        return
    named = _named(table, position)
    if not named:
        text = "the row names no decision"
        fix = f"Fill in one of {', '.join(NAMED_ON)}, or both ends of a lane."
        yield table.problem("row.decided", position, "decided", message=text, fix=fix)
    elif len(named) > 1:
        first, second = list(named.values())[:2]
        text = f"the row names another decision as well, in {table.address(position, first)}"
        yield table.problem("row.decided", position, second, message=text, fix="Give each decision a row of its own.")
    elif LANE in named:
        for end in LANE_ENDS:
            if table.value(position, end) is None:
                text, fix = "a lane has two ends", "Name a place or a country."
                yield table.problem("row.decided", position, end, found="a blank cell", message=text, fix=fix)


def contradictions(table: Table) -> Iterator[Problem]:
    """No decision is forced in one row and forbidden in another."""
    first: dict[tuple[object, ...], tuple[int, str]] = {}
    for position, decided, *named in records(table, "decided", *WORDS):
        if decided is None or not any(named) or not table.sound(position, *WORDS):
            continue
        before, said = first.setdefault(tuple(named), (position, decided))
        if said != decided:
            text = f"{table.where(before, 'decided')} says {said} of the same decision"
            yield table.problem(
                "row.decided-both", position, "decided", message=text, fix="Delete one of the two rows."
            )


def decisions_to_make(tables: Tables) -> Iterator[Problem]:
    """What is signed is decided; and of a supplier or country that offers nothing there is nothing to decide."""
    table, signed = tables["decisions"], set()
    for kind in ("contract", "partnership"):
        sheet, column = NAMED_ON[kind]
        signed |= {(kind, name) for _, name, yes in records(tables[sheet], column, "signed") if yes}
    selling = {("supplier", name) for _, name in records(tables["offers"], "supplier")}
    selling |= {("country", name) for _, name in records(tables["offers"], "origin")}
    country = {place: code for _, place, code in records(tables["places"], "place", "country")}
    selling |= {("country", country.get(place)) for _, place in records(tables["facilities"], "place")}
    for position, *_ in records(table):
        for kind in NAMED_ON:
            name = table.value(position, kind)
            if (kind, name) in signed:
                text = f"this {kind} is signed already, so it is in every plan"
                fix = f"Delete the row, or type no under signed on the sheet {NAMED_ON[kind][0]}."
                yield table.problem(CODE, position, kind, message=text, fix=fix)
            elif kind in ("supplier", "country") and name is not None and (kind, name) not in selling:
                text = "it has no offers" + (" and no plants" if kind == "country" else "")
                yield _no_decision(table, position, kind, text)


def lanes_to_use(tables: Tables, network: Network) -> Iterator[Problem]:
    """Something can go from the one end of a lane that is forced or forbidden to the other."""
    table, leaving = tables["decisions"], None
    for position, start, end in records(table, *LANE_ENDS):
        if start is None or end is None:
            continue
        leaving = leaving or sorted(leaving_from(tables, network), key=str)
        if not any(
            end in (place, network.country[place]) and network.lane(here, country, place, material)
            for material, here, country in leaving
            if start in (here, country)
            for place in network.takers.get(material, ())
            if place != here
        ):
            yield _no_decision(table, position, "from", f"nothing goes from {start} to {end}")


def _no_decision(table: Table, position: int, column: str, text: str) -> Problem:
    """What is forced must be there; of what is not there none is bought anyway."""
    if table.value(position, "decided") == FORBID:
        return nothing(table, position, column, text)
    return table.problem(CODE, position, column, message=f"{text}, so nothing forces it", fix="Delete the row.")


CHECKS = ((decisions_to_make, ("decisions", "offers", "contracts", "partnerships", "places", "facilities")),)
