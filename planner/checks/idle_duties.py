"""Duties, quotas and origin rules that match nothing: no such goods, no such border, no such time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from planner.checks.idle import LOOK, members_of, nothing
from planner.checks.names import did_you_mean
from planner.checks.network import records
from planner.checks.settings import Settings
from planner.checks.table import Tables
from planner.errors import Problem
from planner.schema import digits_of

MOST_TOLD = 20  # headings of one sheet: a whole tariff schedule may be pasted in


def headings(tables: Tables) -> Iterator[Problem]:
    """Every heading of a duty or quota is the beginning of some material's heading."""
    materials = {digits_of(hts): (name, hts) for _, name, hts in records(tables["materials"], "material", "hts") if hts}
    for sheet in ("tariffs", "quotas"):
        table, rows = tables[sheet], defaultdict(list)
        for position, hts in records(table, "hts"):
            if hts and not any(known.startswith(digits_of(hts)) for known in materials):
                rows[digits_of(hts)].append(position)
        for heading in list(rows)[:MOST_TOLD]:
            position, *more = rows[heading]
            text, fix = _heading(heading, materials)
            text += f"; so it is with {len(more)} more rows" if more else ""
            yield nothing(table, position, "hts", text, fix)


def _heading(heading: str, materials: dict[str, tuple[str, str]]) -> tuple[str, str]:
    shorter = [known for known in materials if heading.startswith(known)]
    if shorter:
        name, written = materials[max(shorter, key=len)]
        text = f"it is longer than the heading of {name}, {written}, so the row does not reach that"
        fix = f"Give the material all its digits, or shorten this heading to {written}. Else the row does nothing."
        return text, fix
    alike = {known[: len(heading)] for known in materials}
    return (
        "no material has a heading that begins so",
        f"{did_you_mean(heading, alike) or LOOK} Else the row does nothing.",
    )


def borders(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """A duty or quota is on goods that come from elsewhere, and go where somebody is.

    Duties are lists of laws: that nobody sells from one of the countries is no reason to ask.
    """
    home = settings["home_country"].value if "home_country" in settings else None
    countries = set(tables["places"].values["country"])
    origins = {*tables["offers"].values["origin"], *countries}
    members = members_of(tables)
    for sheet in ("tariffs", "quotas"):
        table = tables[sheet]
        for position, origin, destination in records(table, "origin", "destination"):
            to = destination or home
            if to is not None and to not in countries:
                column = "destination" if destination else "origin"
                yield nothing(table, position, column, f"no place is in {to}, which would charge it")
            elif members[origin] <= {to}:
                yield nothing(table, position, "origin", "no duty is charged on goods of the country itself")
            elif sheet == "quotas" and not (members[origin] & origins) - {to}:
                yield nothing(table, position, "origin", f"nothing is bought or sent from {origin}")


def acted_on(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """What replaces, exempts or has a quota acts on a duty that somebody pays on such goods at such a time."""
    home = settings["home_country"].value if "home_country" in settings else None
    members, table = members_of(tables), tables["tariffs"]
    columns = ("authority", "hts", "origin", "destination", "from", "to", "effect", "acts_on")
    charging: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    acting = []
    for position, authority, hts, origin, destination, begins, ends, effect, acts_on in records(table, *columns):
        reach = (digits_of(hts), members[origin], destination or home, begins or date.min, ends or date.max)
        if effect in ("adds", "replaces"):
            charging[f"{authority} {effect}"].append(reach)
        if effect in ("replaces", "exempts") and acts_on is not None:
            acting.append((position, acts_on, effect, reach))
    for position, acts_on, effect, reach in acting:
        rows = charging[f"{acts_on} adds"] + (charging[f"{acts_on} replaces"] if effect == "exempts" else [])
        if not any(_meet(reach, row) for row in rows):
            text = f"{acts_on} charges nothing on such goods at such a time, so the row {effect} nothing"
            yield nothing(table, position, "acts_on", text, "Look at the heading, origin and dates of both.")
    for position, authority, hts, origin, destination in records(
        tables["quotas"], "authority", "hts", "origin", "destination"
    ):
        reach = (digits_of(hts), members[origin], destination or home, date.min, date.max)
        if not any(_meet(reach, row) for row in charging[f"{authority} adds"]):
            text = f"{authority} adds no duty on such goods, so the quota's rates stand in place of nothing"
            yield nothing(tables["quotas"], position, "authority", text, "Look at its heading and origin.")


def _meet(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    nested = one[0].startswith(other[0]) or other[0].startswith(one[0])
    return bool(nested and one[1] & other[1] and one[2] == other[2] and one[3] <= other[4] and other[3] <= one[4])


def dates(tables: Tables) -> Iterator[Problem]:
    """Duties and rules are in force on some day that counts."""
    periods = sorted((first, first + years - 1) for _, first, years in records(tables["periods"], "period", "years"))
    first, last = date(periods[0][0], 1, 1), date(periods[-1][1], 12, 31)
    for position, begins, ends in records(tables["tariffs"], "from", "to"):
        if (begins or first) > last or (ends or last) < first:
            column = "from" if (begins or first) > last else "to"
            text = f"the periods reach from {first.year} to {last.year}, so the row never counts"
            yield tables["tariffs"].problem("cross.never-open", position, column, message=text, fix=LOOK)
    for position, begins in records(tables["origin_rules"], "from"):
        if begins and begins > date(periods[-1][0], 1, 1):
            text = f"a rule is in force in periods that begin on or after its day; the last begins in {periods[-1][0]}"
            yield tables["origin_rules"].problem("cross.never-open", position, "from", message=text, fix=LOOK)


CHECKS = (
    (headings, ("tariffs", "quotas", "materials")),
    (dates, ("periods", "tariffs", "origin_rules")),
)
WITH_SETTINGS = (
    (borders, ("tariffs", "quotas", "places", "offers", "countries")),
    (acted_on, ("tariffs", "quotas", "countries")),
)
