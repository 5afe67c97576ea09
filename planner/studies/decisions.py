"""Decisions forced or forbidden in a program that is held live (`planner.case.decisions` has their words).

What is forbidden becomes bounds of columns, so a program that is held live stays live; what is forced becomes a row for
each future. A case that says so itself has rows of its own for both (`models.settled`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.case.decisions import Decision
from planner.errors import StudyError
from planner.planning.built import Built
from planner.schema.decided import BEGUN_ONCE, LEAST_FORCED_T, NAMED_ON
from planner.solver.program import Program, Rows
from planner.translate.settled import Placed, chosen_by

FORCED = "forced"


@dataclass(frozen=True)
class Columns:
    """The columns of a decision: those by which it begins, and the tons that follow from it."""

    begun: tuple[int, ...]
    goods: tuple[int, ...]


def columns_of(built: Built, decision: Decision) -> Columns:
    """Where a decision stands in a program."""
    chosen = chosen_by(built.case, built.known.flows.by_kind, built.known.data, decision)
    return Columns(_columns(built.program, chosen.begun), _columns(built.program, chosen.goods))


def _columns(program: Program, placed: Iterable[Placed]) -> tuple[int, ...]:
    return tuple(program.columns[name][1].start + place for name, place in placed)


def decided(built: Built, program: Program, force: Iterable[Decision], forbid: Iterable[Decision]) -> Program:
    """The program with decisions forced and forbidden."""
    for decision in forbid:
        program = _forbidden(built, program, decision)
    rows = [forced_rows(built, decision) for decision in force]
    return program.with_rows(FORCED, Rows.together(rows)) if rows else program


def _forbidden(built: Built, program: Program, decision: Decision) -> Program:
    columns = columns_of(built, decision)
    if decision.kind in ("contract", "partnership") and not columns.begun:
        table, column = NAMED_ON[decision.kind]
        rows = built.case.tables[table].set_index(column)
        if bool(rows.loc[decision.name, "signed"]):
            raise StudyError(f"The {decision.kind} {decision.name} is signed already, so it cannot be forbidden.")
    upper = program.upper.copy()
    upper[[*columns.begun, *columns.goods]] = 0.0
    return replace(program, upper=upper, lower=np.minimum(program.lower, upper))


def forced_rows(built: Built, decision: Decision) -> Rows:
    """A row for each future: begun at least once on its path, or at least a ton over its years."""
    columns, tree = columns_of(built, decision), built.known.data.tree
    once = decision.kind in BEGUN_ONCE
    chosen = columns.begun if once else columns.goods
    if not chosen:
        raise StudyError(
            f"The {decision.kind} {decision.name} has no place in any plan of this case, so nothing forces it."
        )
    node_of, rows = _nodes(built.program, chosen), []
    for leaf in tree.LEAVES:
        path = set(tree.PATH[leaf])
        own = np.array([column for column in chosen if node_of[column] in path], dtype=np.int32)
        weights = np.array([1.0 if once else float(tree.years[node_of[column]]) for column in own.tolist()])
        least = 1.0 if once else LEAST_FORCED_T
        length = np.array([len(own)], dtype=np.int32)
        rows.append(Rows([(str(decision), leaf)], np.array([-least]), length, own, -weights))
    return Rows.together(rows)


def _nodes(program: Program, columns: Iterable[int]) -> Mapping[int, str]:
    return {column: program.column_name(column)[1][-1] for column in columns}
