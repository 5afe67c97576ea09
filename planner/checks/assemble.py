"""Makes a case of checked tables: types, defaults, and a fingerprint of the meaning."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from planner.checks.cells import target
from planner.checks.run import CheckOutcome
from planner.checks.settings import Stated
from planner.checks.table import Table, columns_of
from planner.schema import SETTINGS, SHEET, SHEETS, Column, NameList, Number, Whole, Year, YesNo
from planner.schema.strings import as_python_does

as_python_does()


class SheetPart(NamedTuple):
    """What a sheet adds to a case: its data frame, the defaults used in it, and what the fingerprint is taken of."""

    frame: pd.DataFrame
    used: list[tuple[str, str, int, Any, str]]
    meaning: bytes


def part_of(table: Table) -> SheetPart:
    """What a table without errors adds to a case; the settings' adds no meaning, which is that of their values."""
    frame = _frame(table.or_assumed())
    if table.sheet.name == "periods":
        frame = frame.sort_values("period")
    return SheetPart(frame, _defaults(table), _meaning(table))


def assemble(outcome: CheckOutcome, parts: Mapping[str, SheetPart] | None = None) -> dict[str, Any]:
    """What a case is made of, by the names of its fields; for an outcome without errors.

    `parts` are those of all its tables, where they are known already.
    """
    if parts is None:
        parts = {name: part_of(table) for name, table in outcome.tables.items()}
    tables, used = {}, []
    for sheet in SHEETS:
        if sheet.name != "settings":
            tables[sheet.name] = parts[sheet.name].frame
            used.extend(parts[sheet.name].used)
    settings = _settings(outcome, used)
    return {
        "settings": settings,
        "tables": tables,
        "cells": {name: dict(table.letters) for name, table in outcome.tables.items()},
        "defaults_used": pd.DataFrame(used, columns=["sheet", "column", "rows", "value", "meaning"]),
        "fingerprint": fingerprint(parts, settings),
        "warnings": tuple(outcome.problems),
        "titles": {name: table.title for name, table in outcome.tables.items()},
        "setting_cells": {name: _setting_cell(outcome, at) for name, at in outcome.settings.items()},
        "typed_in": _typed_in(outcome),
    }


def _setting_cell(outcome: CheckOutcome, at: Stated) -> str:
    row = at.table.rows[at.position]
    return outcome.layout.origins.place(at.table.title, row, "value") or at.table.where(at.position, "value")


def _typed_in(outcome: CheckOutcome) -> dict[tuple[str, int, str], str]:
    """Of sheets that were made of others: the cell that was typed, by sheet, row and column."""
    origins = outcome.layout.origins
    return {
        (name, row, column): f"{cell.sheet}!{cell.address}"
        for name in origins.rows
        if origins.made(outcome.tables[name])
        for row in outcome.tables[name].rows
        for column in outcome.tables[name].sheet.by_name
        if (cell := origins.of(name, row, column)) is not None
    }


def _frame(table: Table) -> pd.DataFrame:
    """The table as a data frame, defaults filled in, indexed by the row's number in the file."""
    if not table.rows:
        return _no_rows(table.sheet.name).copy()
    index = pd.Index(table.rows, name="row", dtype="int64")
    columns = columns_of(table.sheet)
    texts = [column for column in columns if _type(column) == "object"]
    block = np.empty((len(table.rows), len(texts)), dtype=object)
    for place, column in enumerate(texts):
        for position, value in enumerate(_filled(table, column)):
            block[position, place] = value
    words = pd.DataFrame(block, index=index, columns=[column.name for column in texts], dtype=object)
    numbers = {c.name: np.array(_filled(table, c), dtype=_type(c)) for c in columns if _type(c) != "object"}
    both = pd.concat([words, pd.DataFrame(numbers, index=index)], axis=1)
    return both[[column.name for column in columns]]


@cache
def _no_rows(name: str) -> pd.DataFrame:
    columns = columns_of(SHEET[name])
    index = pd.Index([], name="row", dtype="int64")
    return pd.DataFrame({column.name: np.empty(0, _type(column)) for column in columns}, index=index)


def _filled(table: Table, column: Column) -> list[Any]:
    blank = _blank(column)
    return [blank if value is None else value for value in table.values[column.name]]


def _type(column: Column) -> str:
    """float64 for numbers (int64 where a whole number must be given), bool for yes and no, object for all else."""
    kind = target(column)
    if isinstance(kind, (Number, Whole, Year)):
        return "int64" if column.required and not isinstance(kind, Number) else "float64"
    return "bool" if isinstance(kind, YesNo) else "object"


def _blank(column: Column) -> Any:
    """What stands in a case's table where the cell is blank."""
    if column.default is not None:
        return column.default
    if isinstance(column, NameList):
        return ()
    return {"float64": float("nan"), "bool": False}.get(_type(column))


def _defaults(table: Table) -> list[tuple[str, str, int, Any, str]]:
    """Which columns were left blank, in how many rows, and what that meant."""
    sheet = table.sheet
    if table.or_assumed() is not table:
        row = ", ".join(f"{name} {value}" for name, value in sheet.assumed.items())
        return [(sheet.name, "no rows at all", 0, row, sheet.assumed_means)]
    used = []
    for column in sheet.columns:
        blanks = sum(value is None for value in table.values[column.name])
        if blanks and column.blank is not None:
            used.append((sheet.name, column.name, blanks, column.default, column.blank))
    return used


def _settings(outcome: CheckOutcome, used: list[tuple[str, str, int, Any, str]]) -> dict[str, Any]:
    settings = {}
    for setting in SETTINGS:
        stated = outcome.settings.get(setting.name)
        value = stated.value if stated else None
        if value is None and setting.blank is not None:
            used.append(("settings", setting.name, 1, setting.default, setting.blank))
            value = setting.default
        settings[setting.name] = value
    if settings["capital_rate"] is None:
        settings["capital_rate"] = settings["discount_rate"]
    if settings["payment_rate"] is None:
        settings["payment_rate"] = settings["capital_rate"]
    return settings


# Settings that cases of before do not have, at their defaults: left out, so that the fingerprints of those cases stay.
YOUNGER = (("quantity_unit", "t"), ("inflation", None))


def fingerprint(parts: Mapping[str, SheetPart], settings: dict[str, Any]) -> str:
    """sha256 of what the case means: order of rows and sheets, formats and notes do not matter, every other value does.

    A blank cell and its default typed in mean the same and count the same; so do no rows and the row assumed for them.
    """
    stated = {name: value for name, value in settings.items() if (name, value) not in YOUNGER}
    digest = hashlib.sha256(json.dumps(stated, sort_keys=True, default=_plain).encode())
    for name in sorted(parts):
        digest.update(parts[name].meaning)
    return digest.hexdigest()


def _meaning(table: Table) -> bytes:
    """What a table means, in letters that do not depend on the order of its rows."""
    if table.sheet.name == "settings" or not table.rows:
        return b""
    columns = [column for column in table.sheet.columns if column.name in table.letters]
    rows = sorted(_row(table, columns, position) for position in range(len(table.rows)))
    if rows == [json.dumps(table.sheet.assumed, sort_keys=True)]:
        return b""
    return f"\n{table.sheet.name}\n".encode() + "\n".join(rows).encode("utf-8", "surrogatepass")


def _row(table: Table, columns: list[Column], position: int) -> str:
    given = {}
    for column in columns:
        value = table.values[column.name][position]
        if value is not None and value != column.default:
            given[column.name] = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return json.dumps(given, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
