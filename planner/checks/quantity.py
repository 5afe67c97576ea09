"""What amounts are in, where that is not t: a word that reads well, and nothing beside it that is counted in t."""

from __future__ import annotations

from collections.abc import Iterator

from planner.checks.amounts import GIVEN_OFF, QUANTITY_UNIT, TON, refuse_unit
from planner.checks.cells import table_problem
from planner.checks.fault import CellFault
from planner.checks.network import records
from planner.checks.settings import Settings
from planner.checks.table import Tables
from planner.errors import Problem
from planner.schema.settings import unit_words

CHARGES, MEASURED = ("co2_usd_per_t", "residue_usd_per_t"), ("co2_t", "residue_t")


def in_quantity(tables: Tables, settings: Settings) -> Iterator[Problem]:
    """The unit is a word, or one and its plural; CO2 and residue are in t, and need a case that is."""
    if QUANTITY_UNIT not in settings or settings[QUANTITY_UNIT].value is None:
        return
    stated, table, position = settings[QUANTITY_UNIT]
    try:
        refuse_unit(str(stated))
    except CellFault as fault:
        yield table_problem(table, position, "value", table.value(position, "value"), fault)
        return
    one, _ = unit_words(str(stated))
    if one != TON:
        yield from _in_tons(tables, settings, one)


def _in_tons(tables: Tables, settings: Settings, one: str) -> Iterator[Problem]:
    text = f"it is counted in t, and the amounts of this case are in another unit ({one})"
    fix = "Clear the cell, or plan in t."
    for name in CHARGES:
        if name in settings and settings[name].value:
            _, table, position = settings[name]
            yield table.problem("cross.in-tons", position, "value", message=text, fix=fix)
    for table, column in ((tables[name], column) for name in ("offers", "lanes", "processes") for column in GIVEN_OFF):
        for position, amount in records(table, column) if column in table.values else ():
            if amount:
                yield table.problem("cross.in-tons", position, column, message=text, fix=fix)
    for position, measure in records(tables["limits"], "measure"):
        if measure in MEASURED:
            yield tables["limits"].problem("cross.in-tons", position, "measure", message=text, fix=fix)


WITH_SETTINGS = ((in_quantity, ("offers", "lanes", "processes", "limits")),)
