"""Tables as lists of rows with named cells, which is how the checks read them.

A blank number is None, a blank word "". A column that Python cannot take as a name gets an underscore: `from_`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Sequence
from functools import cache
from keyword import iskeyword
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

Row: TypeAlias = Any  # a named tuple of one table; its cells are what the sheet or the plan's table holds


@cache
def _kind(name: str, columns: tuple[str, ...]) -> Any:
    return namedtuple(name, [f"{column}_" if iskeyword(column) else column for column in columns])


def read_rows(name: str, table: pd.DataFrame, columns: Sequence[str], numbers: Iterable[str]) -> list[Row]:
    """The rows of a table, of these columns, of which `numbers` hold numbers; `line` is the row's number."""
    if table.empty:
        return []
    kind = _kind(name, (*columns, "line"))
    numeric = set(numbers)
    cells = [[_number(v) if c in numeric else _word(v) for v in table[c].tolist()] for c in columns]
    return [kind._make(row) for row in zip(*cells, table.index.tolist(), strict=True)]


def _number(value: Any) -> float | None:
    """The number of a cell; what is blank or no number is None."""
    if not isinstance(value, (float, int)):
        return None
    return None if isnan(value) else value


def _word(value: Any) -> Any:
    """The word (or day, list, yes or no) of a cell; what is blank is ""."""
    blank = value is None or (isinstance(value, float) and isnan(value))
    return "" if blank else value


def digits(code: str) -> str:
    """The digits of a tariff heading, without its dots."""
    return "".join(c for c in code if c.isdigit())
