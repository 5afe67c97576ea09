"""Letters about what needs a maximum, where that is found only once it is clear what can occur."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from planner.case import Case
from planner.errors import InputInvalid, Problem


def refuse_unbounded(case: Case, why: Mapping[str, str]) -> None:
    """Raise a letter for each offer named that has no maximum, with the reason why it needs one."""
    table, fix = case.tables["offers"], "Type the most that could be bought in a year"
    problems = [
        _letter(case, "offers", table["offer"] == offer, "max_t_per_year", reason, fix)
        for offer, reason in sorted(why.items())
    ]
    if problems:
        raise InputInvalid(problems)


def refuse_endless_stocks(case: Case, goods: Iterable[tuple[str, str]], reason: str) -> None:
    """Raise a letter for each of these stockpiles (place, material) that has no maximum, with the reason."""
    table, fix = case.tables["stocks"], "Type the most that could be kept there"
    rows = [(table["place"] == place) & (table["material"] == material) for place, material in sorted(set(goods))]
    problems = [_letter(case, "stocks", row, "max_t", reason, fix) for row in rows if row.any()]
    if problems:
        raise InputInvalid(problems)


def _letter(case: Case, sheet: str, row: pd.Series, column: str, reason: str, fix: str) -> Problem:
    cell = case.cell(sheet, int(case.tables[sheet].index[row][0]), column).split("!")[-1]
    text = f"expected a maximum, because {reason}"
    return Problem("needs-max", "error", sheet, cell, column, "nothing", text, fix)
