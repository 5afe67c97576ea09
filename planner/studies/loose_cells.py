"""The cells and rows of a case that may give way, and what they are behind in its program."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.case.changes import DROP, SET, Change
from planner.case.decisions import decided_rows
from planner.planning.built import Built
from planner.planning.diagnose import GIVES_WAY, GIVING_WEIGHTS, POLICY_ROWS, SETTLED_ROWS, Place
from planner.planning.limit_table import CONES
from planner.schema import MEASURES, SHEET
from planner.schema.decided import DECISIONS_SHEET, FORCE
from planner.solver.program import Program


@dataclass(frozen=True)
class Loose:
    """What may give way: where it stands, which rows and columns of the program it is behind, and what it weighs."""

    place: Place
    where: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    weight: float


@dataclass(frozen=True)
class LooseCell(Loose):
    """A cell that may give way, and its figure."""

    figure: float
    policy: bool
    concentrates: bool = False

    def change(self, figure: float) -> Change:
        return Change(self.place.sheet, self.where, self.place.column, SET, f"{figure:.15g}")


@dataclass(frozen=True)
class LooseRow(Loose):
    """A row that may be deleted whole: what it forces or forbids is then for the plan to say."""

    @property
    def change(self) -> Change:
        return Change(self.place.sheet, self.where, "", DROP, "")


def loose_rows(built: Built) -> Iterator[LooseRow]:
    """The rows by which the case forces and forbids, each with the rows of the program that hold to it."""
    behind: dict[str, list[int]] = {}
    for component in SETTLED_ROWS:
        index, where = built.program.rows.get(component, ([], slice(0, 0)))
        for position, (settled, _) in zip(range(where.start, where.stop), index, strict=True):
            behind.setdefault(settled, []).append(position)
    for row, said, decision in decided_rows(built.case):
        if rows := behind.get(str(decision)):
            words = f"the row that {'forces' if said == FORCE else 'forbids'} {decision}"
            place = Place(DECISIONS_SHEET, row, next(iter(decision.cells)), words)
            where = (("decided", said), *decision.cells.items())
            yield LooseRow(place, where, tuple(rows), (), GIVING_WEIGHTS[SETTLED_ROWS[0]])


def loose_cells(built: Built) -> Iterator[LooseCell]:
    """The cells of all limits that may give way, each with the rows and columns that it is behind."""
    case, program = built.case, built.program
    found: dict[tuple[str, int, str], tuple[Place, str, list[int], list[int]]] = {}
    for component, place_of in GIVES_WAY.items():
        for blocks, of_rows in ((program.rows, True), (program.columns, False)):
            index, where = blocks.get(component, ([], slice(0, 0)))
            for position, key in zip(range(where.start, where.stop), index, strict=True):
                place = place_of(case, key)
                if place.row is not None:
                    behind = found.setdefault((place.sheet, place.row, place.column), (place, component, [], []))
                    (behind[2] if of_rows else behind[3]).append(position)
    for (sheet, row, column), (place, component, rows, columns) in found.items():
        facts: Any = case.tables[sheet].loc[row]
        figure = float(facts[column])
        if math.isfinite(figure) and (figure > 0.0 or component != "facility_capacity"):
            weight = GIVING_WEIGHTS.get(component, 1.0)
            where = _key(sheet, facts)
            yield LooseCell(place, where, tuple(rows), tuple(columns), weight, figure, policy=component in POLICY_ROWS)
    for row in case.tables["limits"].index.tolist():
        facts = case.tables["limits"].loc[row]
        if MEASURES[str(facts["measure"])].concentrates:
            place = Place("limits", int(row), "value", f"the limit {facts['limit']}")
            held = tuple(_of_concentration(program, str(facts["limit"])))
            figure = float(facts["value"])
            yield LooseCell(place, _key("limits", facts), held, (), 1.0, figure, policy=True, concentrates=True)


def _of_concentration(program: Program, limit: str) -> Iterator[int]:
    """The rows by which a limit on concentration is held."""
    for component in CONES:
        index, where = program.rows.get(component, ([], slice(0, 0)))
        for row, key in zip(range(where.start, where.stop), index, strict=True):
            if isinstance(key, tuple) and key[0] == limit:
                yield row


def _key(sheet: str, facts: pd.Series) -> tuple[tuple[str, str], ...]:
    """What tells a row from others, as a change names it."""
    return tuple((name, _word(facts[name])) for name in SHEET[sheet].key)


def _word(value: Any) -> str:
    """A key's cell as a change names it; blank where it is."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
