"""A program as an MPS file (free format) in which every number is written so that it is read back to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import pairwise
from pathlib import Path

import numpy as np

from planner.solver.program import Program

OBJECTIVE = "COST"
MOST_DIGITS = 1_100  # of a float, written out


def write_mps(program: Program, path: Path, name: str) -> None:
    """Write the program; names are those of its columns and rows."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _lines(program, name))


def _lines(program: Program, name: str) -> Iterator[str]:
    columns, rows = program.column_names(), program.row_names()
    yield f"NAME {name}"
    yield "ROWS"
    yield f" N {OBJECTIVE}"
    senses = [_sense(low, high) for low, high in zip(program.row_lower, program.row_upper, strict=True)]
    yield from (f" {sense} {row}" for sense, row in zip(senses, rows, strict=True))
    yield "COLUMNS"
    yield from _columns(program, columns, rows)
    yield "RHS"
    if program.offset:
        yield f" RHS {OBJECTIVE} {-program.offset!r}"
    for row, sense, low, high in _limits(program, rows, senses):
        limit = high if sense == "L" else low
        if limit and sense != "N":
            yield f" RHS {row} {limit!r}"
    yield "RANGES"
    for row, sense, low, high in _limits(program, rows, senses):
        if sense == "G" and high < float("inf"):
            yield f" RNG {row} {_difference(high, low)}"
    yield "BOUNDS"
    for column, low, high in zip(columns, program.lower.tolist(), program.upper.tolist(), strict=True):
        yield from _bounds(column, low, high)
    yield "ENDATA"


def _limits(program: Program, rows: list[str], senses: list[str]) -> Iterator[tuple[str, str, float, float]]:
    return zip(rows, senses, program.row_lower.tolist(), program.row_upper.tolist(), strict=True)


def _sense(low: float, high: float) -> str:
    if low == high:
        return "E"
    if low == -np.inf:
        return "N" if high == np.inf else "L"
    return "G"


def _columns(program: Program, columns: list[str], rows: list[str]) -> Iterator[str]:
    order = np.argsort(program.columns_in, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(program.columns_in, minlength=len(columns)))]).tolist()
    of_rows, numbers = program.row_of[order].tolist(), program.coefficients[order].tolist()
    whole = False
    for column, integer, cost, (start, end) in zip(
        columns, program.integer.tolist(), program.cost.tolist(), pairwise(ends), strict=True
    ):
        if integer != whole:
            yield f" MARKER 'MARKER' '{'INTORG' if integer else 'INTEND'}'"
            whole = integer
        if cost or start == end:
            yield f" {column} {OBJECTIVE} {cost!r}"
        yield from (f" {column} {rows[of_rows[at]]} {numbers[at]!r}" for at in range(start, end))
    if whole:
        yield " MARKER 'MARKER' 'INTEND'"


def _difference(high: float, low: float) -> str:
    """The exact difference of two floats, which may have more digits than a float."""
    with localcontext(prec=MOST_DIGITS):
        return str(Decimal(high) - Decimal(low))


def _bounds(column: str, low: float, high: float) -> Iterator[str]:
    if low == high:
        yield f" FX BND {column} {low!r}"
        return
    if low == -np.inf:
        yield f" MI BND {column}"
    elif low != 0.0:
        yield f" LO BND {column} {low!r}"
    yield f" PL BND {column}" if high == np.inf else f" UP BND {column} {high!r}"
