"""Which country a user means by a name or a code."""

from __future__ import annotations

from functools import cache

from planner.checks.fault import CellFault
from planner.checks.names import did_you_mean, folded
from planner.checks.table import show
from planner.schema.countries import Country, world


@cache
def _known() -> dict[str, Country]:
    return {folded(name): one for one in world() for name in (one.code, one.name, *one.also)}


def country(name: str) -> Country:
    """The country of this name or code; raises CellFault."""
    found = _known().get(folded(name))
    if found is None:
        fix = did_you_mean(name, [one.name for one in world()]) or "Type its ISO 3166 code of three letters."
        raise CellFault("key.unknown", "no country has this name or code", fix, show(name))
    return found
