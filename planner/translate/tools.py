"""Small tools by which tables become index tuples and lists."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.data import Groups, Index
from models.groups import Floats, Places, Value, Weighted

MUSD_PER_USD = 1e-6
DAYS_A_YEAR = 365.0


def indices(frame: pd.DataFrame, *columns: str) -> tuple[Any, ...]:
    """The rows of some columns as tuples, or as plain values where only one column is named."""
    if frame.empty:
        return ()
    lists = [frame[column].tolist() for column in columns]
    return tuple(lists[0]) if len(lists) == 1 else tuple(zip(*lists, strict=True))


def index_column(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """The rows of some columns as a column of tuples."""
    return pd.Series(list(indices(frame, *columns)), index=frame.index, dtype=object)


def no_rows(*frames: pd.DataFrame, **more: Any) -> pd.DataFrame:
    """No rows, with the columns of some frames and more of these types."""
    kinds = {
        name: kind for frame in frames for name, kind in zip(frame.columns.tolist(), frame.dtypes.tolist(), strict=True)
    }
    return _no_rows(tuple((kinds | more).items())).copy(deep=False)


@cache
def _no_rows(kinds: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: np.empty(0, object if kind == "str" else kind) for name, kind in kinds})


def grouped(keys: Iterable[Any], values: Iterable[Value]) -> Groups[Value]:
    """The values of each key, in the order in which they come."""
    found: dict[Any, list[Value]] = {}
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, []).append(value)
    return Groups({key: tuple(some) for key, some in found.items()})


def placed(frame: pd.DataFrame, by: Sequence[str], decision: Places) -> Groups[Index]:
    """The decisions of each key, one a row of the frame: as `grouped`, for many rows."""
    places = np.asarray(decision.places, dtype=np.intc)
    return Groups({key: Places.of(decision.all, places[rows]) for key, rows in _rows_by(frame, by)})


def weighted(
    frame: pd.DataFrame, coefficient: str, decision: Sequence[Index], by: Sequence[str]
) -> Groups[tuple[float, Index]]:
    """(coefficient, decision) pairs by key, as Weighted columns; pairs with a coefficient of zero are left out."""
    if isinstance(decision, Places):
        return _weighted_places(frame, coefficient, decision, by)
    found: dict[Any, list[tuple[float, Index]]] = {}
    for key, number, index in zip(indices(frame, *by), frame[coefficient].tolist(), decision, strict=True):
        if number != 0.0:
            found.setdefault(key, []).append((number, index))
    return Groups({key: Weighted.of(pairs) for key, pairs in found.items()})


def _weighted_places(
    frame: pd.DataFrame, coefficient: str, decision: Places, by: Sequence[str]
) -> Groups[tuple[float, Index]]:
    numbers = frame[coefficient].to_numpy(np.float64)
    counted = numbers != 0.0
    numbers, places = numbers[counted], np.asarray(decision.places, dtype=np.intc)[counted]
    return Groups(
        {
            key: Weighted(array("d", numbers[rows].tobytes()), Places.of(decision.all, places[rows]))
            for key, rows in _rows_by(frame[counted], by)
        }
    )


def _rows_by(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[Any, npt.NDArray[np.intp]]]:
    """Each key with the numbers of its rows, keys and rows in the order in which they come."""
    if len(frame) <= 1:
        yield from ((key, np.zeros(1, np.intp)) for key in indices(frame, *by))
        return
    key_of_row = frame.groupby(list(by), sort=False, dropna=False).ngroup().to_numpy()
    order = np.argsort(key_of_row, kind="stable")
    starts = np.flatnonzero(np.diff(key_of_row[order], prepend=-1))
    keys = indices(frame.iloc[order[starts]], *by)
    yield from zip(keys, np.split(order, starts[1:]), strict=True)


def open_share(first: pd.Series, last: pd.Series | None, period: pd.Series, years: pd.Series) -> Floats:
    """Share of a period's years from year `first` to year `last`, both included; blank ends and no `last` are open."""
    begins = np.fmax(first.to_numpy(float), period.to_numpy(float))
    ends = (period + years).to_numpy(float)
    if last is not None:
        ends = np.fmin(last.to_numpy(float) + 1, ends)
    share: Floats = np.clip(ends - begins, 0, None) / years.to_numpy(float)
    return share


def number_by(frame: pd.DataFrame, key: Sequence[str], value: str) -> dict[Any, Any]:
    """One number per key."""
    return dict(zip(indices(frame, *key), frame[value].tolist(), strict=True))


def by_node(frame: pd.DataFrame, value: str, nodes: Iterable[str]) -> dict[str, float]:
    """The sum of a column at every node, 0 where the frame has no row."""
    found = dict.fromkeys(nodes, 0.0)
    for node, number in zip(frame["node"].tolist(), frame[value].tolist(), strict=True):
        found[node] += number
    return found
