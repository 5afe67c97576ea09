"""Reads the settings sheet: one row a setting, each value of its own kind."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, NamedTuple

from planner.checks.catalogue import problem
from planner.checks.cells import reader, table_problem
from planner.checks.fault import CellFault
from planner.checks.names import did_you_mean
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema import SETTING, SETTINGS, Ref

SHEET_NAME = "settings"


class Stated(NamedTuple):
    """A setting's typed value and the row it stands in."""

    value: Any
    table: Table
    position: int


Settings = MutableMapping[str, Stated]


def read_settings(tables: Sequence[Table], found: list[Problem]) -> dict[str, Stated]:
    """The settings of a sheet and of those laid over it, the last word of each; what is wrong is added to `found`."""
    values: dict[str, Stated] = {}
    for table in tables:
        values |= _settings_of(table, found)
    found.extend(_missing(tables[0], values))
    return values


def _settings_of(table: Table, found: list[Problem]) -> dict[str, Stated]:
    values: dict[str, Stated] = {}
    names, raw = table.values["setting"], table.values["value"]
    for position, name in enumerate(names):
        if name is None:
            continue
        if name not in SETTING:
            fix = did_you_mean(name, SETTING) or f"Choose one of {', '.join(SETTING)}."
            found.append(table.problem("key.unknown-setting", position, "setting", message="no such setting", fix=fix))
            continue
        try:
            value = reader(SETTING[name], table.plain_text).read(raw[position])
            values.setdefault(name, Stated(value, table, position))
        except CellFault as fault:
            found.append(table_problem(table, position, "value", raw[position], fault))
            values.setdefault(name, Stated(None, table, position))
            table.bad.setdefault("value", set()).add(position)
    return values


def _missing(table: Table, values: dict[str, Stated]) -> Iterator[Problem]:
    if not table.rows or table.faulty or table.bad.get("setting"):
        return
    for setting in SETTINGS:
        if setting.required and setting.name not in values:
            text = f"the setting {setting.name} is missing ({setting.help[0].lower()}{setting.help[1:]})"
            fix = f"Add a row with {setting.name} and its value, such as {setting.example}."
            cell = f"{table.letters.get('setting', 'A')}{table.rows[-1] + 1}"
            yield problem("key.missing-setting", table.title, cell, "setting", message=text, fix=fix)


def unknown_references(values: Settings, tables: Tables) -> Iterator[Problem]:
    """Settings that name a row of another sheet name one that exists."""
    for name in values:
        setting = SETTING[name]
        if not isinstance(setting, Ref):
            continue
        value, table, position = values[name]
        if value is None:
            continue
        sheet, column = setting.to[0].split(".")
        other = tables[sheet]
        known = [str(one) for one in other.values.get(column, []) if one is not None]
        if value not in known and known and not other.faulty and not other.bad.get(column):
            text = f"the sheet {sheet} has no {column} of this name"
            fix = did_you_mean(value, known) or f"Add it to the sheet {sheet}, or choose one that stands there."
            yield table.problem("key.unknown", position, "value", message=text, fix=fix)
