"""Programs of cases that differ little, made one after the other: what a change cannot reach is not made again.

The translation goes in steps that are kept (`planner.translate.steps`). Of the program its decisions and rows are kept,
with every field of the data that was read while they were made. As long as all of these are what they were, costs and
objective alone are made anew. So a duty, a price or a freight takes a fifth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, cast

from models.algebra import Model
from models.build import build, costs_over
from models.data import Data
from planner.solver.program import ColumnIndex, Program
from planner.translate.steps import Steps

Read = dict[tuple[str, str], Any]  # part of the data and field of it, and what it was


class _Noted:
    """A part of the data that notes which of its fields are read."""

    def __init__(self, part: Any, name: str, read: Read) -> None:
        self.__dict__["_of"] = part, name, read

    def __getattr__(self, name: str) -> Any:
        part, whose, read = self.__dict__["_of"]
        value = read[whose, name] = getattr(part, name)
        self.__dict__[name] = value  # the next look finds it at once
        return value


def noted(data: Data) -> tuple[Data, Read]:
    """The same data, and a dictionary to which each field that is read of it is added."""
    read: Read = {}
    parts = {part.name: getattr(data, part.name) for part in fields(data)}
    assert all(is_dataclass(part) for part in parts.values())
    return cast("Data", _Parts({name: _Noted(part, name, read) for name, part in parts.items()})), read


class _Parts:
    """The parts of the data."""

    def __init__(self, parts: dict[str, _Noted]) -> None:
        self.__dict__.update(parts)


@dataclass
class Maker:
    """What is kept of making one program for making the next; good for one at a time.

    `spared` counts the programs of which only costs and objective were made.
    """

    steps: Steps = field(default_factory=Steps, init=False)
    spared: int = field(default=0, init=False)
    _read: Read = field(default_factory=dict, init=False)
    _model: Model | None = field(default=None, init=False)
    _columns: ColumnIndex | None = field(default=None, init=False)
    _program: Program | None = field(default=None, init=False)

    def model(self, data: Data) -> Model:
        """The model of this data; of its costs and objective alone where the decisions and rows are kept."""
        costs = costs_over(self._model, data) if self._stands(data) else None
        if costs is not None:
            self.spared += 1
            return costs
        self._model = self._program = self._columns = None  # where making them fails, nothing is kept
        of_rows, read = noted(data)
        model = build(data, of_rows)
        self._model, self._read = model, read
        return model

    def program(self, model: Model) -> Program:
        """The program of the model that was made last."""
        if self._program is None or self._columns is None:
            self._program, self._columns = Program.with_columns_of(self._model)
        return self._program if model is self._model else self._program.with_costs_of(model, self._columns)

    def _stands(self, data: Data) -> bool:
        return self._model is not None and all(
            _same(getattr(getattr(data, part), name), was) for (part, name), was in self._read.items()
        )


def _same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and bool(one == other))
