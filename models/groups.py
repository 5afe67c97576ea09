"""The shapes in which the program's data comes: indices, parts of a sum, and lists by key."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Index = tuple[Any, ...]
Part = tuple[float, str, Index]  # so much for each unit of a decision, named with its index

Coefficients: TypeAlias = "list[float] | array[float]"  # an array has eight bytes for each, a list 32
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Positions: TypeAlias = npt.NDArray[np.int64]

Value = TypeVar("Value")


class Groups(dict[Hashable, Sequence[Value]], Generic[Value]):
    """Lists by key; a key that was never filled has the empty list."""

    def __missing__(self, key: Hashable) -> Sequence[Value]:
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Places(Sequence[Index]):
    """Some of a decision's indices, by their places in the list of all: found several times faster than by index.

    Two are the same where their indices are, wherever these stand. To compare the lists of all for each of thousands of
    places took ten times as long as making the program they were compared for.
    """

    all: Sequence[Index]
    places: Sequence[int]

    @classmethod
    def of(cls, every: Sequence[Index], places: npt.NDArray[np.intc]) -> Places:
        """Places in four bytes each."""
        return cls(every, array("i", places.tobytes()))

    def __iter__(self) -> Iterator[Index]:
        return map(self.all.__getitem__, self.places)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Places):
            return NotImplemented
        if self.all is other.all:
            return self.places == other.places
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # no more than any list

    def __getitem__(self, position: Any) -> Any:
        return list(self)[position]

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True)
class Weighted(Sequence[tuple[float, Any]]):
    """(coefficient, index) pairs kept as two columns: a large program has millions of them."""

    coefficients: Coefficients
    indices: Sequence[Any]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, Any]]) -> Weighted:
        """Any pairs as columns."""
        if isinstance(pairs, Weighted):
            return pairs
        pairs = list(pairs)
        return cls([coefficient for coefficient, _ in pairs], [index for _, index in pairs])

    def __iter__(self) -> Iterator[tuple[float, Any]]:
        return zip(self.coefficients, self.indices, strict=True)

    def __getitem__(self, position: Any) -> Any:
        return list(self)[position]

    def __len__(self) -> int:
        return len(self.coefficients)


@dataclass(frozen=True, slots=True)
class Parts(Sequence[Part]):
    """Parts of a sum (coefficient, name, index), kept as pairs by the name of the decision."""

    by_name: tuple[tuple[str, Weighted], ...]

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Parts:
        """Any parts, in the order in which their names come."""
        if isinstance(parts, Parts):
            return parts
        names: dict[str, list[tuple[float, Index]]] = {}
        for coefficient, name, index in parts:
            names.setdefault(name, []).append((coefficient, index))
        return cls(tuple((name, Weighted.of(pairs)) for name, pairs in names.items()))

    def __iter__(self) -> Iterator[Part]:
        return ((coefficient, name, index) for name, pairs in self.by_name for coefficient, index in pairs)

    def __getitem__(self, position: Any) -> Any:
        return list(self)[position]

    def __len__(self) -> int:
        return sum(len(pairs) for _, pairs in self.by_name)

    def __add__(self, more: Iterable[Part]) -> Parts:
        return Parts((*self.by_name, *Parts.of(more).by_name))
