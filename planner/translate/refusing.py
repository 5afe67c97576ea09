"""Letters about offers whose maximum must be known, found only once it is clear what can occur."""

from __future__ import annotations

from collections.abc import Mapping

from planner.case import Case
from planner.errors import InputInvalid, Problem


def refuse_unbounded(case: Case, why: Mapping[str, str]) -> None:
    """Raise a letter for each offer named that has no maximum, with the reason why it needs one."""
    table = case.tables["offers"]
    problems = []
    for offer, reason in sorted(why.items()):
        row = int(table.index[table["offer"] == offer][0])
        problems.append(
            Problem(
                code="offer-unbounded",
                severity="error",
                sheet="offers",
                cell=case.cell("offers", row, "max_t_per_year").split("!")[-1],
                column="max_t_per_year",
                found="nothing",
                message=f"expected a maximum, because {reason}",
                fix="Type the most that could be bought in a year",
            )
        )
    if problems:
        raise InputInvalid(problems)
