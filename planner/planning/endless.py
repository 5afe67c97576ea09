"""Why the cost of a case could fall for ever: what earns, what it is made from, and the cells that lack a maximum."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.groups import Floats
from planner.case import Case
from planner.errors import Problem
from planner.planning.naming import cells_of_names
from planner.solver.program import Program

MOST_NAMED = 5
VERBS = {
    "sell": "selling", "buy": "buying", "run": "running", "ship": "shipping", "collect": "collecting",
    "open_stock": "taking from stock", "stock": "storing", "dispose": "throwing away",
}  # fmt: skip
FIX = (
    "Give one of them a maximum, or correct the price: what can be bought or made without limit must not sell for more"
    " than it costs."
)
MAXIMUM = "max_t_per_year"


def why_endless(case: Case, program: Program, ray: Floats | None) -> tuple[Problem, ...]:
    """One letter for each thing that earns along a direction in which cost falls for ever, the best first."""
    if ray is None:
        return (_letter("sales", "", "", "the cost can fall for ever, and the solver does not say along what"),)
    gains = program.cost * ray
    moved = [int(column) for column in np.argsort(gains, kind="stable") if ray[column] != 0.0]
    words = dict.fromkeys(_words(*program.column_name(column)) for column in moved if gains[column] >= 0.0)
    along = "; ".join(list(words)[:MOST_NAMED])
    found: dict[tuple[str, str], Problem] = {}
    for column in moved:
        if gains[column] < 0.0:
            name, index = program.column_name(column)
            sheet, cell, heading = _cell(case, name, index)
            said = f"the cost can fall for ever, by {_words(name, index)}" + (f", with {along}" if along else "")
            found.setdefault((sheet, cell), _letter(sheet, cell, heading, said))
    return tuple(found.values())[:MOST_NAMED]


def _letter(sheet: str, cell: str, heading: str, said: str) -> Problem:
    found = "nothing" if heading == MAXIMUM else ""
    return Problem("cost.endless", "error", sheet, cell, heading, found, said, FIX)


def _words(name: str, index: Any) -> str:
    """Such as: selling NdPr oxide at Texas."""
    parts = index if isinstance(index, tuple) else (index,)
    named = [str(part) for part in parts[:-1] if isinstance(part, str) and part]
    return f"{VERBS.get(name, name.replace('_', ' '))} {' / '.join(named)} in {parts[-1]}".replace("  ", " ")


def _cell(case: Case, name: str, index: Any) -> tuple[str, str, str]:
    """Sheet, cell and heading of what lacks a maximum, or else of the first thing that is named."""
    if name == "sell":
        place, material, *_ = index
        sales = case.tables["sales"]
        rows = sales.index[(sales["place"] == place) & (sales["material"] == material) & sales[MAXIMUM].isna()]
        if len(rows):
            return ("sales", case.cell("sales", int(rows[0]), MAXIMUM).partition("!")[2], MAXIMUM)
    known = cells_of_names(case)
    parts = index if isinstance(index, tuple) else (index,)
    cells = [cell for part in parts for cell in known.get(str(part), ())]
    sheet, _, cell = (cells or ["sales"])[0].partition("!")
    return sheet, cell, ""
