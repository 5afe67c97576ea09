"""The Pyomo program as plain arrays: what a solver needs, and the way back from a column or row to its name."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import compress, count
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyomo.core as pyo

from models.algebra import without_garbage_collection
from models.groups import Bools, Floats
from planner.solver.linear import TermArrays, terms_of

Integers: TypeAlias = npt.NDArray[np.int32]
Blocks: TypeAlias = Mapping[str, tuple[list[Any], slice]]
INFINITY = float("inf")


@dataclass(frozen=True)
class Rows:
    """Rows that stay at or below `upper`, to be added to a program: a name, and so many entries, for each."""

    names: list[Any]
    upper: Floats
    lengths: Integers
    columns_in: Integers
    coefficients: Floats

    @classmethod
    def together(cls, parts: Sequence[Rows]) -> Rows:
        """Some rows, and then others."""
        return cls(
            [name for part in parts for name in part.names],
            np.concatenate([np.empty(0), *(part.upper for part in parts)]),
            np.concatenate([np.empty(0, dtype=np.int32), *(part.lengths for part in parts)]),
            np.concatenate([np.empty(0, dtype=np.int32), *(part.columns_in for part in parts)]),
            np.concatenate([np.empty(0), *(part.coefficients for part in parts)]),
        )

    def only(self, kept: Bools) -> Rows:
        """Those that are kept."""
        entries = np.repeat(kept, self.lengths)
        names = list(compress(self.names, kept.tolist()))
        return Rows(names, self.upper[kept], self.lengths[kept], self.columns_in[entries], self.coefficients[entries])


@dataclass(frozen=True)
class WholeOf:
    """What a share is of: a number, and so much of each of these columns."""

    columns: Integers
    amounts: Floats
    number: float

    def of(self, values: Floats) -> float:
        """What the whole comes to."""
        return float(self.amounts @ values[self.columns]) + self.number


@dataclass(frozen=True)
class Program:
    """Minimise `cost @ x + offset` with `row_lower <= A x <= row_upper` and `lower <= x <= upper`.

    A is kept row by row: row r has the columns `columns_in[starts[r]:starts[r + 1]]` and the coefficients beside them.
    Of plans that cost the same, the one with the least `tie_break @ x` is wanted, where there is such a thing.
    `columns` and `rows` give, for each Pyomo component in its order, its indices and the slice it takes. `shares` has
    the whole of each row that states a share: part - share * whole, against nothing.
    """

    columns: Blocks
    rows: Blocks
    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: Bools
    row_lower: Floats
    row_upper: Floats
    starts: Integers
    columns_in: Integers
    coefficients: Floats
    tie_break: Floats | None = None
    shares: Mapping[int, WholeOf] = field(default_factory=dict)

    @classmethod
    def of(cls, model: pyo.ConcreteModel) -> Program:
        """Read a Pyomo model in one pass over its linear expressions; its single objective is minimised."""
        return cls.with_columns_of(model)[0]

    @classmethod
    def with_columns_of(cls, model: pyo.ConcreteModel) -> tuple[Program, ColumnIndex]:
        """Read it, and keep which decision is which column."""
        columns = ColumnIndex(model.component_objects(pyo.Var, active=True, descend_into=True))
        with without_garbage_collection():
            return _read(model, columns), columns

    def with_costs_of(self, model: pyo.ConcreteModel, columns: ColumnIndex) -> Program:
        """The same program with the objective of another model, over the same decisions."""
        cost, offset = _objective(model, columns)
        return replace(self, cost=cost, offset=offset, tie_break=_tie_break(model, columns))

    @property
    def sizes(self) -> dict[str, int]:
        """How large it is: columns, rows, nonzeros, binaries."""
        return {
            "columns": len(self.cost),
            "rows": len(self.row_lower),
            "nonzeros": len(self.coefficients),
            "binaries": int(self.integer.sum()),
        }

    @cached_property
    def row_of(self) -> Integers:
        """The row of each nonzero."""
        return np.repeat(np.arange(len(self.row_lower), dtype=np.int32), np.diff(self.starts))

    def activity(self, values: Floats) -> Floats:
        """A x: what each row comes to."""
        weights = self.coefficients * values[self.columns_in]
        return _sums(self.row_of, weights, len(self.row_lower))

    def off(self, values: Floats) -> float:
        """The most by which these values miss a row, in its own unit (t/yr, t or M$)."""
        activity = self.activity(values)
        return float(np.maximum(self.row_lower - activity, activity - self.row_upper).max(initial=0.0))

    def objective(self, values: Floats) -> float:
        """What these values cost."""
        return float(self.cost @ values) + self.offset

    def column_name(self, column: int) -> tuple[str, Any]:
        """The component and the index of a column."""
        return _name_of(self.columns, column)

    def row_name(self, row: int) -> tuple[str, Any]:
        """The component and the index of a row."""
        return _name_of(self.rows, row)

    def column_names(self) -> list[str]:
        """A word for each column, for files that people read."""
        return _names(self.columns)

    def row_names(self) -> list[str]:
        """A word for each row, for files that people read."""
        return _names(self.rows)

    @cached_property
    def mark(self) -> str:
        """A fingerprint: two programs with the same one have the same columns, rows and numbers."""
        digest = hashlib.sha256()
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, np.ndarray):
                digest.update(np.ascontiguousarray(value).tobytes())
        return digest.hexdigest()

    @property
    def relaxed(self) -> Program:
        """The same program in which what must be whole may be a fraction: its best costs no more than any plan."""
        return replace(self, integer=np.zeros_like(self.integer))

    def among_the_best(self, most: float) -> Program:
        """The search for the least of what breaks ties, among plans that cost no more than this."""
        assert self.tie_break is not None
        costly = np.flatnonzero(self.cost).astype(np.int32)
        length = np.array([len(costly)], dtype=np.int32)
        row = Rows([None], np.array([most - self.offset]), length, costly, self.cost[costly])
        return replace(self.with_rows("least_cost", row), cost=self.tie_break, offset=0.0, tie_break=None)

    def with_rows(self, name: str, rows: Rows) -> Program:
        """The same program with rows of this name at its end; without any where there are none."""
        first, count = len(self.row_lower), len(rows.names)
        if not count:
            return self
        return replace(
            self,
            rows={**self.rows, name: (rows.names, slice(first, first + count))},
            row_lower=np.append(self.row_lower, np.full(count, -INFINITY)),
            row_upper=np.append(self.row_upper, rows.upper),
            starts=np.append(self.starts, self.starts[-1] + np.cumsum(rows.lengths)).astype(np.int32),
            columns_in=np.append(self.columns_in, rows.columns_in),
            coefficients=np.append(self.coefficients, rows.coefficients),
        )

    def with_columns(self, name: str, names: list[Any], upper: Floats) -> Program:
        """The same program with columns of this name at its end, from nothing to `upper`, which cost nothing."""
        first, count = len(self.cost), len(names)
        return replace(
            self,
            columns={**self.columns, name: (names, slice(first, first + count))},
            cost=np.append(self.cost, np.zeros(count)),
            lower=np.append(self.lower, np.zeros(count)),
            upper=np.append(self.upper, upper),
            integer=np.append(self.integer, np.zeros(count, dtype=np.bool_)),
            tie_break=None,
        )

    def with_entries(self, rows: Integers, columns: Integers, weights: Floats) -> Program:
        """The same program with these coefficients too, none of them where there is one."""
        row_of = np.concatenate([self.row_of, rows])
        order = np.argsort(row_of, kind="stable")
        lengths = np.bincount(row_of, minlength=len(self.row_lower))
        return replace(
            self,
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            columns_in=np.concatenate([self.columns_in, columns])[order].astype(np.int32),
            coefficients=np.concatenate([self.coefficients, weights])[order],
        )

    def fixed(self, columns: Bools, values: Floats) -> Program:
        """The same program with some columns held at these values, and no longer asked to be whole."""
        return replace(
            self,
            lower=np.where(columns, values, self.lower),
            upper=np.where(columns, values, self.upper),
            integer=self.integer & ~columns,
        )


def _names(blocks: Blocks) -> list[str]:
    """One word for each, such as buy(Lynas_oxide,Texas,,2026): letters, digits and what LP files allow, none twice."""
    words: dict[str, None] = {}
    for name, (indices, _) in blocks.items():
        for index in indices:
            parts = index if isinstance(index, tuple) else () if index is None else (index,)
            word = re.sub(r"[^\w(),.]", "_", f"{name}({','.join(map(str, parts))})", flags=re.ASCII)[:200]
            words[word if word not in words else f"{word}#{len(words)}"] = None
    return list(words)


def _name_of(blocks: Blocks, position: int) -> tuple[str, Any]:
    names = list(blocks)
    name = names[bisect_right([blocks[n][1].stop for n in names], position)]
    indices, where = blocks[name]
    return name, indices[position - where.start]


def _read(model: pyo.ConcreteModel, columns: ColumnIndex) -> Program:
    rows: dict[str, tuple[list[Any], slice]] = {}
    parts = [_Rows.none()]
    count = 0
    for component in model.component_objects(pyo.Constraint, active=True, descend_into=True):
        active = [(index, row) for index, row in component._data.items() if row._active]
        indices = [index for index, _ in active]
        part = _Rows.of(component.name, [row for _, row in active], columns)
        rows[component.name] = (indices, slice(count, count + len(indices)))
        count += len(indices)
        parts.append(part)
    cost, offset = _objective(model, columns)
    lengths = np.concatenate([p.lengths for p in parts])
    return Program(
        columns=columns.blocks,
        rows=rows,
        cost=cost,
        offset=offset,
        lower=columns.lower,
        upper=columns.upper,
        integer=columns.integer,
        row_lower=np.concatenate([p.lower for p in parts]),
        row_upper=np.concatenate([p.upper for p in parts]),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns_in=np.concatenate([p.columns_in for p in parts]),
        coefficients=np.concatenate([p.coefficients for p in parts]),
        tie_break=_tie_break(model, columns),
    )


class ColumnIndex:
    """All decisions in the order of their components, and the way from a decision to its column."""

    def __init__(self, components: Iterable[Any]) -> None:
        self.blocks: dict[str, tuple[list[Any], slice]] = {}
        self.count = 0
        parts = [(np.empty(0), np.empty(0), np.empty(0, dtype=np.bool_))]
        identities = [np.empty(0, dtype=np.int64)]
        for component in components:
            # Pyomo would look each index up in its set again; what it keeps is in the order in which it was made.
            decisions = list(component._data.values())
            self.blocks[component.name] = (list(component._data), slice(self.count, self.count + len(decisions)))
            self.count += len(decisions)
            parts.append(_bounds(decisions))
            identities.append(np.fromiter(map(id, decisions), dtype=np.int64, count=len(decisions)))
        self.lower, self.upper, self.integer = (np.concatenate(some) for some in zip(*parts, strict=True))
        if np.isnan(self.lower).any() or np.isnan(self.upper).any():
            raise ValueError("a decision has a bound that is not a number")
        # A dictionary from id to column misses the processor's cache at each look-up; a sorted array is far faster.
        self._identities = np.concatenate(identities)
        self._order = np.argsort(self._identities, kind="stable").astype(np.int32)
        self._sorted = self._identities[self._order]

    def of(self, identities: npt.NDArray[np.int64]) -> Integers | None:
        """The columns of the decisions with these identities; None where one of them is not here."""
        if not len(identities):
            return np.empty(0, dtype=np.int32)
        if not self.count:
            return None
        place = np.searchsorted(self._sorted, identities).clip(max=self.count - 1)
        return self._order[place] if (self._sorted[place] == identities).all() else None


def _bounds(decisions: Sequence[Any]) -> tuple[Floats, Floats, Bools]:
    """Lower and upper bound of each decision, and whether it takes whole numbers only."""
    if len(set(map(id, map(attrgetter("_domain"), decisions)))) == 1:
        # One domain for all: asking it once, and not at each decision as `bounds` does, is five times faster.
        low, high = decisions[0].domain.bounds()
        lower = _numbers(list(map(attrgetter("_lb"), decisions)), where_none=-INFINITY)
        upper = _numbers(list(map(attrgetter("_ub"), decisions)), where_none=INFINITY)
        lower = np.maximum(lower, -INFINITY if low is None else low)
        upper = np.minimum(upper, INFINITY if high is None else high)
        integer = np.full(len(decisions), decisions[0].is_integer(), dtype=np.bool_)
    else:
        bounds = [d.bounds for d in decisions]
        lower = _numbers([b[0] for b in bounds], where_none=-INFINITY)
        upper = _numbers([b[1] for b in bounds], where_none=INFINITY)
        integer = np.array([d.is_integer() for d in decisions], dtype=np.bool_)
    for position in compress(count(), map(attrgetter("_fixed"), decisions)):
        lower[position] = upper[position] = pyo.value(decisions[position])
    return lower, upper, integer


@dataclass(frozen=True)
class _Rows:
    """The rows of one component."""

    lower: Floats
    upper: Floats
    lengths: npt.NDArray[np.int64]
    columns_in: Integers
    coefficients: Floats

    @classmethod
    def none(cls) -> _Rows:
        no = np.empty(0)
        return cls(no, no, no.astype(np.int64), no.astype(np.int32), no)

    @classmethod
    def of(cls, name: str, rows: Sequence[Any], columns: ColumnIndex) -> _Rows:
        limits = [row.to_bounded_expression(evaluate_bounds=True) for row in rows]
        terms = terms_of([body for _, body, _ in limits], columns.of, name)
        lengths, columns_in, coefficients = _summed(terms, columns.count)
        return cls(
            lower=_numbers([low for low, _, _ in limits], where_none=-INFINITY) - terms.constants,
            upper=_numbers([high for _, _, high in limits], where_none=INFINITY) - terms.constants,
            lengths=lengths,
            columns_in=columns_in,
            coefficients=coefficients,
        )


def _summed(terms: TermArrays, columns: int) -> tuple[npt.NDArray[np.int64], Integers, Floats]:
    """Lengths, columns and coefficients of the same rows with each decision once and no zero coefficients."""
    rows = len(terms.lengths)
    cells = np.repeat(np.arange(rows, dtype=np.int64), terms.lengths) * columns + terms.columns
    ordered = np.sort(cells)
    if terms.coefficients.all() and not (ordered[1:] == ordered[:-1]).any():
        return terms.lengths, terms.columns, terms.coefficients
    distinct, position = np.unique(cells, return_inverse=True)
    sums = _sums(position, terms.coefficients, len(distinct))
    kept = sums != 0.0
    row, column = np.divmod(distinct[kept], columns)
    return np.bincount(row, minlength=rows), column.astype(np.int32), sums[kept]


def _objective(model: pyo.ConcreteModel, columns: ColumnIndex) -> tuple[Floats, float]:
    objectives = list(model.component_data_objects(pyo.Objective, active=True, descend_into=True))
    if len(objectives) != 1 or objectives[0].sense != pyo.minimize:
        raise ValueError("the program needs exactly one objective, to be minimised")
    terms = terms_of([objectives[0].expr], columns.of, "the objective")
    return _sums(terms.columns, terms.coefficients, columns.count), float(terms.constants[0])


def _tie_break(model: pyo.ConcreteModel, columns: ColumnIndex) -> Floats | None:
    aim = model.component("tie_break")
    if aim is None:
        return None
    terms = terms_of([aim.expr], columns.of, "the tie break")
    return _sums(terms.columns, terms.coefficients, columns.count)


def _sums(positions: npt.NDArray[Any], weights: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(positions, weights=weights, minlength=count), dtype=np.float64)


def _numbers(values: list[Any], where_none: float) -> Floats:
    if values.count(None) == len(values):
        return np.full(len(values), where_none)
    return np.array(
        [where_none if v is None else v if v.__class__ is float else pyo.value(v) for v in values], dtype=np.float64
    )
