"""What amounts are in, where that is not t: a word that reads well, and nothing beside it that is counted in t."""

from __future__ import annotations

from collections.abc import Iterator

from planner.checks.network import records
from planner.checks.settings import Stated
from planner.checks.table import Tables
from planner.errors import Problem
from planner.schema.settings import LONGEST_UNIT, unit_words

UNIT = "quantity_unit"
GIVEN_OFF = (
    ("offers", "co2_t_per_t"),
    ("lanes", "co2_t_per_t"),
    ("processes", "co2_t_per_t"),
    ("processes", "residue_t_per_t"),
)
CHARGES, MEASURED = ("co2_usd_per_t", "residue_usd_per_t"), ("co2_t", "residue_t")


def in_quantity(tables: Tables, settings: dict[str, Stated]) -> Iterator[Problem]:
    """The unit is a word, or one and its plural; CO2 and residue are in t, and need a case that is."""
    if UNIT not in settings or settings[UNIT].value is None:
        return
    stated, table, position = settings[UNIT]
    words = unit_words(str(stated))
    if words[0] == "t":
        return
    if not all(word.isalpha() and len(word) <= LONGEST_UNIT for word in words):
        text = "a word for what amounts are in, or the word for one and its plural"
        fix = "Type kg, say, or piece; pieces. A unit with other signs, such as 1000 pcs, is no word."
        yield table.problem("row.quantity-unit", position, "value", message=text, fix=fix)
        return
    yield from _in_tons(tables, settings, words[0])


def _in_tons(tables: Tables, settings: dict[str, Stated], one: str) -> Iterator[Problem]:
    text = f"it is counted in t, and the amounts of this case are in another unit ({one})"
    fix = "Clear the cell, or plan in t."
    for name in CHARGES:
        if name in settings and settings[name].value:
            _, table, position = settings[name]
            yield table.problem("cross.in-tons", position, "value", message=text, fix=fix)
    for sheet, column in GIVEN_OFF:
        for position, amount in records(tables[sheet], column):
            if amount:
                yield tables[sheet].problem("cross.in-tons", position, column, message=text, fix=fix)
    for position, measure in records(tables["limits"], "measure"):
        if measure in MEASURED:
            yield tables["limits"].problem("cross.in-tons", position, "measure", message=text, fix=fix)


WITH_SETTINGS = ((in_quantity, ("offers", "lanes", "processes", "limits")),)
