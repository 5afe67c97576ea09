"""The shapes in which the program's data comes: indices, parts of a sum, and lists by key."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

Index = tuple[Any, ...]
Pairs = tuple[tuple[float, Index], ...]
Part = tuple[float, str, Index]  # so much for each unit of a decision, named with its index

Value = TypeVar("Value")


class Groups(dict[Hashable, tuple[Value, ...]], Generic[Value]):
    """Lists by key; a key that was never filled has the empty list."""

    def __missing__(self, key: Hashable) -> tuple[Value, ...]:
        return ()
