"""The rows of a case in an order that is theirs: where they stood in the file does not count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from planner.case import Case
from planner.schema import SHEET


def in_order(case: Case) -> Case:
    """The case with the rows of each sheet by its key, so that the same rows give the same program.

    The index still says in which row of the file each stands.
    """
    return replace(case, tables={name: _sorted(table, SHEET[name].key) for name, table in case.tables.items()})


def _sorted(table: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
    if len(table) < 2:
        return table
    columns = [*key, *(name for name in table.columns if name not in key)]
    cells = [[_rank(value) for value in table[name].tolist()] for name in columns]
    rows = list(zip(*cells, strict=True))
    return table.iloc[sorted(range(len(table)), key=rows.__getitem__)]


def _rank(value: Any) -> tuple[int, Any]:
    """Blanks first, then yes and no and numbers, then days and words, then lists of words."""
    if pd.isna(value) if isinstance(value, float) else value is None:
        return 0, 0
    if isinstance(value, (bool, int, float)):
        return 1, value
    return (3, tuple(sorted(value))) if isinstance(value, tuple) else (2, str(value))
