"""Letters about offers that need a maximum, where that is found only once it is clear what can occur."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.case import Case
from planner.errors import InputInvalid, Problem


def refuse_unbounded(case: Case, why: Mapping[str, str]) -> None:
    """Raise a letter for each offer named that has no maximum, with the reason why it needs one."""
    table, fix = case.tables["offers"], "Type the most that could be bought in a year"
    problems = [_letter(case, table["offer"] == offer, reason, fix) for offer, reason in sorted(why.items())]
    if problems:
        raise InputInvalid(problems)


def _letter(case: Case, row: pd.Series, reason: str, fix: str) -> Problem:
    cell = case.cell("offers", int(case.tables["offers"].index[row][0]), "max_t_per_year").split("!")[-1]
    text = f"expected a maximum, because {reason}"
    return Problem("needs-max", "error", "offers", cell, "max_t_per_year", "nothing", text, fix)
