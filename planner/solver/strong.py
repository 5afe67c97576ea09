"""Strong rows: what a yes or no opens is no more than can be used, row by row, where a relaxation goes beyond it.

A program says that a plant which is not built sends nothing: `ship <= capacity x build`. With a third of a yes the
relaxation sends a third of the capacity, which may be all that a customer needs; that it sends no more than a third of
the need is true as well, and says far more. To state all such rows costs more than they are worth, so they are found
where a solution of the relaxation breaks them. All follow from the program's own rows:

- Bounds: a row bounds each of its amounts by what the rest of it leaves, round by round (`_bounded`).
- Gates: an amount x that some row holds at or below others, all of which stand still unless one of some whole numbers
  G is one or more, stands still itself then: x = 0 unless Y = sum of G is one or more (`_Gates`).
- So of a row `sum a x <= b + sum c z` the amounts with the gate G keep, for any choice S among its z,

      sum a x <= (b + sum over S of c times the bound of z) Y + sum over the others of c z

  With Y = 0 the left is nothing; with Y of one or more this says no more than the row does. The S that says most about
  a solution takes each z by the smaller of its two parts. It needs no amount below zero, and no more of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from models.groups import Bools, Floats, Positions
from planner.solver.program import Program, Rows

STRONG_ROWS = "strong_row"
BOUND_ROUNDS = 12
SETTLED = 1e-3  # a round that lowers no bound by more than this share is the last
MOST_MEMBERS = 100  # whole numbers in a gate; with more of them the fractions rarely stay below one in sum
FRACTION = 1e-6  # a gate nearer to closed, or to open, says nothing
BROKEN_BY = 1e-4  # the share of what passes a gate by which a row must be broken to be added


@dataclass(frozen=True)
class Sides:
    """The rows of a program as `sum of positive entries <= limit + sum of negative entries`, a side for each limit.

    Only rows all of whose columns are zero or more. `row` is the row of each side; positive and negative entries have
    side, column and size.
    """

    row: Positions
    limit: Floats
    side: Positions
    column: Positions
    size: Floats
    less_side: Positions
    less_column: Positions
    less_size: Floats

    @classmethod
    def of(cls, program: Program) -> Sides:
        """Both sides of every row that has them."""
        negative = ~(program.lower >= 0.0)
        fits = np.bincount(program.row_of, weights=negative[program.columns_in], minlength=len(program.row_lower)) == 0
        rows, limits, sides, columns, sizes = [], [], [], [], []
        count = 0
        for sign, limit in ((1.0, program.row_upper), (-1.0, -program.row_lower)):
            there = fits & np.isfinite(limit)
            number = np.where(there, np.cumsum(there) - 1 + count, -1)
            of_entry = number[program.row_of]
            kept = (of_entry >= 0) & (program.coefficients != 0.0)
            rows.append(np.flatnonzero(there))
            limits.append(limit[there])
            sides.append(of_entry[kept])
            columns.append(program.columns_in[kept].astype(np.int64))
            sizes.append(sign * program.coefficients[kept])
            count += int(there.sum())
        side, column, size = np.concatenate(sides), np.concatenate(columns), np.concatenate(sizes)
        more, less = size > 0.0, size < 0.0
        row, limit = np.concatenate(rows), np.concatenate(limits)
        return cls(row, limit, side[more], column[more], size[more], side[less], column[less], -size[less])

    def room(self, most: Floats) -> Floats:
        """What the positive entries of each side come to at most."""
        room: Floats = self.limit + np.bincount(
            self.less_side, weights=self.less_size * most[self.less_column], minlength=len(self.limit)
        )
        return room

    def with_bounds(self, most: Floats, columns: Positions, rows: Positions) -> Sides:
        """The same with a side for each of some columns that has a bound: it alone is no more; named as one of rows."""
        columns, first = np.unique(columns, return_index=True)
        there = np.isfinite(most[columns])
        columns, rows, count = columns[there], rows[first[there]], len(self.limit)
        return replace(
            self,
            row=np.concatenate([self.row, rows]),
            limit=np.concatenate([self.limit, most[columns]]),
            side=np.concatenate([self.side, np.arange(count, count + len(columns))]),
            column=np.concatenate([self.column, columns]),
            size=np.concatenate([self.size, np.ones(len(columns))]),
        )


def _bounded(program: Program, sides: Sides) -> Floats:
    """The most of each column that the rows allow, from the bounds that the program states."""
    most = program.upper.copy()
    for _ in range(BOUND_ROUNDS):
        before = most.copy()
        room = np.maximum(sides.room(most), 0.0)
        np.minimum.at(most, sides.column, room[sides.side] / sides.size)
        most = np.maximum(most, program.lower)
        fell = (most < before * (1.0 - SETTLED)) | (np.isfinite(most) & ~np.isfinite(before))
        if not fell.any():
            break
    return most


class _Sets:
    """Sets of whole numbers, each with a number of its own from 0 on; set 0 is the empty one."""

    def __init__(self) -> None:
        self._members: list[Positions] = []
        self._known: dict[bytes, int] = {}
        self.number(np.empty(0, dtype=np.int64))

    def number(self, members: Positions) -> int:
        """The number of the set of these columns, given in their order."""
        number = self._known.setdefault(members.tobytes(), len(self._members))
        if number == len(self._members):
            self._members.append(members)
        return number

    @property
    def sizes(self) -> Positions:
        """How many columns each has."""
        return np.fromiter(map(len, self._members), dtype=np.int64, count=len(self._members))

    def listed(self) -> tuple[Positions, Positions]:
        """Where each begins among the columns of all, and these."""
        return np.concatenate([[0], np.cumsum(self.sizes)]), np.concatenate(self._members)


@dataclass(frozen=True)
class _Gates:
    """Sets of whole numbers, and the sides that stand still while all numbers of a set are zero.

    Set g has the columns `members[starts[g]:starts[g + 1]]`. `of_side` is the set of a side, -1 where it has none.
    """

    starts: Positions
    members: Positions
    of_side: Positions

    @classmethod
    def of(cls, program: Program, sides: Sides) -> _Gates:
        """Whole numbers gate themselves; from there on from side to side, nearest first."""
        sets, width = _Sets(), len(program.cost)
        still = (program.upper <= 0.0) & (program.lower >= 0.0)
        own = np.flatnonzero(program.integer & (program.lower >= 0.0) & ~still)
        of_column = np.where(still, 0, -1)
        of_column[own] = [sets.number(own[place : place + 1]) for place in range(len(own))]
        of_side, waiting = np.full(len(sides.limit), -1), sides.limit <= 0.0
        while True:
            free = np.bincount(sides.less_side, weights=of_column[sides.less_column] < 0, minlength=len(waiting))
            ready = waiting & (free == 0)
            if not ready.any():
                return cls(*sets.listed(), of_side)
            waiting &= ~ready
            for side, members in _together(sides, ready, of_column, sets, width):
                if len(members) <= MOST_MEMBERS:
                    of_side[side] = sets.number(members)
            _spread(sides, ready & (of_side >= 0), of_side, of_column, sets.sizes)

    def open(self, values: Floats) -> Floats:
        """Y of each set."""
        sums = np.concatenate([[0.0], np.cumsum(values[self.members])])
        opened: Floats = sums[self.starts[1:]] - sums[self.starts[:-1]]
        return opened


def _together(
    sides: Sides, ready: Bools, of_column: Positions, sets: _Sets, width: int
) -> Iterator[tuple[int, Positions]]:
    """Each ready side with all whole numbers that gate one of its negative entries."""
    starts, members = sets.listed()
    entries = np.flatnonzero(ready[sides.less_side])
    place, owner = _expanded(starts, of_column[sides.less_column[entries]])
    side, member = np.divmod(np.unique(sides.less_side[entries][owner] * width + members[place]), width)
    for one in np.flatnonzero(ready).tolist():
        begins, ends = np.searchsorted(side, (one, one + 1))
        yield one, member[begins:ends]


def _spread(sides: Sides, ready: Bools, of_side: Positions, of_column: Positions, sizes: Positions) -> None:
    """Give each column that has no set yet the smallest of those of the ready sides on whose left it stands."""
    entries = np.flatnonzero(ready[sides.side] & (of_column[sides.column] < 0))
    numbers, none = of_side[sides.side[entries]], np.iinfo(np.int64).max
    best = np.full(len(of_column), none)
    np.minimum.at(best, sides.column[entries], sizes[numbers] * len(sizes) + numbers)
    of_column[best < none] = best[best < none] % len(sizes)


def _expanded(starts: Positions, which: Positions) -> tuple[Positions, Positions]:
    """Places of all entries of some lists, one list after the other, and the number of the list in `which` of each."""
    lengths = starts[which + 1] - starts[which]
    owner = np.repeat(np.arange(len(which)), lengths)
    begins = np.cumsum(lengths) - lengths
    return starts[which][owner] + np.arange(len(owner)) - begins[owner], owner


@dataclass(frozen=True)
class Strong:
    """All strong rows that a program has, to be asked for those that a solution breaks.

    A group is the part of a side that passes one gate: `group_side` and `group_set`; it comes to `group_most` at most.
    Entry `entry[i]` belongs to group `of_entry[i]`.
    """

    program: Program
    sides: Sides
    most: Floats
    gates: _Gates
    group_side: Positions
    group_set: Positions
    group_most: Floats
    of_entry: Positions
    entry: Positions

    @classmethod
    def of(cls, program: Program) -> Strong:
        """Work out bounds, gates and groups."""
        sides = Sides.of(program)
        most, gates = _bounded(program, sides), _Gates.of(program, sides)
        gated = np.flatnonzero((gates.of_side[sides.side] > 0) & ~program.integer[sides.column])
        count = len(gates.starts) - 1
        pairs = np.unique(sides.column[gated] * count + gates.of_side[sides.side[gated]])
        column, number = np.divmod(pairs, count) if count else (pairs, pairs)
        sides = sides.with_bounds(most, sides.column[gated], sides.row[sides.side[gated]])
        ends = np.searchsorted(column, np.arange(len(program.cost) + 1))
        place, entry = _expanded(ends, sides.column)
        groups, of_entry = np.unique(sides.side[entry] * count + number[place], return_inverse=True)
        side, which = np.divmod(groups, count) if count else (groups, groups)
        size = (sides.size * most[sides.column])[entry]
        together: Floats = np.bincount(of_entry, weights=size, minlength=len(groups)).astype(np.float64)
        return cls(program, sides, most, gates, side, which, together, of_entry, entry)

    @cached_property
    def _entries_of(self) -> tuple[Positions, Positions]:
        """Entries in the order of their groups, and where each group begins."""
        order = np.argsort(self.of_entry, kind="stable")
        return self.entry[order], np.searchsorted(self.of_entry[order], np.arange(len(self.group_side) + 1))

    @cached_property
    def _less_of(self) -> tuple[Positions, Positions]:
        """Negative entries in the order of their sides, and where each side begins."""
        order = np.argsort(self.sides.less_side, kind="stable")
        return order, np.searchsorted(self.sides.less_side[order], np.arange(len(self.sides.limit) + 1))

    def broken(self, values: Floats) -> Rows | None:
        """The rows that a solution breaks, None where it keeps all."""
        sides, opened = self.sides, self.gates.open(values)[self.group_set]
        passing = np.bincount(
            self.of_entry, weights=(sides.size * values[sides.column])[self.entry], minlength=len(self.group_side)
        )
        tried = np.flatnonzero((opened > FRACTION) & (opened < 1.0 - FRACTION) & (passing > 0.0))
        order, begins = self._less_of
        place, owner = _expanded(begins, self.group_side[tried])
        less, share, passing = order[place], opened[tried], passing[tried]
        amount = sides.less_size[less] * values[sides.less_column[less]]
        bound = sides.less_size[less] * self.most[sides.less_column[less]]
        held = bound * share[owner] < amount
        limit = sides.limit[self.group_side[tried]]
        by_yes = np.maximum(limit + np.bincount(owner, np.where(held, bound, 0.0), minlength=len(tried)), 0.0)
        beside = np.bincount(owner, weights=np.where(held, 0.0, amount), minlength=len(tried))
        alone = self.group_most[tried] * share <= by_yes * share + beside
        by_yes, beside = np.where(alone, self.group_most[tried], by_yes), np.where(alone, 0.0, beside)
        broken = passing - by_yes * share - beside > BROKEN_BY * passing
        if not broken.any():
            return None
        kept = broken[owner] & ~held & ~alone[owner]
        return self._rows(tried[broken], by_yes[broken], less[kept], (np.cumsum(broken) - 1)[owner[kept]])

    def _rows(self, groups: Positions, by_yes: Floats, less: Positions, of_less: Positions) -> Rows:
        """The rows of some groups: what passes, less so much a yes, less the amounts beside it, at or below zero."""
        sides, (entries, begins) = self.sides, self._entries_of
        place, of_passing = _expanded(begins, groups)
        entry = entries[place]
        member, of_member = _expanded(self.gates.starts, self.group_set[groups])
        row = np.concatenate([of_passing, of_member, of_less])
        column = np.concatenate([sides.column[entry], self.gates.members[member], sides.less_column[less]])
        size = np.concatenate([sides.size[entry], -by_yes[of_member], -sides.less_size[less]])
        cells, position = np.unique(row * len(self.program.cost) + column, return_inverse=True)
        sums = np.bincount(position, weights=size)
        row, column = np.divmod(cells[sums != 0.0], len(self.program.cost))
        return Rows(
            names=self._named(self.sides.row[self.group_side[groups]]),
            upper=np.zeros(len(groups)),
            lengths=np.bincount(row, minlength=len(groups)).astype(np.int32),
            columns_in=column.astype(np.int32),
            coefficients=sums[sums != 0.0],
        )

    def _named(self, rows: Positions) -> list[Any]:
        """A name for each row: the rule and the index of the row that it follows from, or its number."""
        if not self.program.rows:
            return [(int(row),) for row in rows]
        named = map(self.program.row_name, rows.tolist())
        return [(rule, *(index if isinstance(index, tuple) else (index,))) for rule, index in named]
