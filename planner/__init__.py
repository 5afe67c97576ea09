"""The Rare Earth Sourcing Planner: from a workbook to an audited plan of least cost.

`check` says what is wrong with a case, `solve` plans it, `report` writes the report, `model` hands the program to other
solvers. Heavy libraries are imported when they are first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.case import Case
    from planner.errors import Problem
    from planner.plan import Plan

__all__ = ["check", "model", "read", "report", "solve"]


def check(path: str | Path, overlays: Sequence[str | Path] = ()) -> tuple[Problem, ...]:
    """Every problem of a workbook or a folder of CSV, errors and warnings; nothing when it is ready to solve.

    Overlays are workbooks or folders whose sheets take the place of the case's.
    """
    from planner.case import check_case

    return tuple(check_case(path, overlays).problems)


def read(
    path: str | Path, overlays: Sequence[str | Path] = (), force: Sequence[str] = (), forbid: Sequence[str] = ()
) -> Case:
    """The checked case of a workbook or a folder of CSV, overlays laid over it; raises InputInvalid with every problem.

    What is forced and forbidden is added to the case's sheet `decisions`, in the words of `ree-planner solve --force`;
    raises DecisionUnknown for what the case does not have.

    >>> read("inputs/us_base_case", overlays=["inputs/us_futures/ten"])  # doctest: +SKIP
    >>> read("inputs/us_base_case", forbid=["country=China"])  # doctest: +SKIP
    """
    from planner.case import read_case

    case = read_case(path, overlays)
    if not (force or forbid):
        return case
    from planner.case.decisions import overlay_of

    with overlay_of(case, force, forbid) as decided:
        return read_case(path, [*overlays, decided])


def solve(case: Case | str | Path, mip_gap: float | None = None, time_limit_s: float | None = None) -> Plan:
    """The audited plan of a case; gap (a fraction) and time limit (s) are the case's own where not given.

    Raises InputInvalid, Infeasible, NoPlanInTime, SolveFailed or AuditFailed, whose texts are fit for a user.
    """
    from dataclasses import replace

    from planner.planning.solve import default_options, solve_case

    known = read(case) if isinstance(case, (str, Path)) else case
    options = default_options(known)
    if mip_gap is not None:
        options = replace(options, mip_gap=mip_gap)
    if time_limit_s is not None:
        options = replace(options, time_limit_s=time_limit_s)
    return solve_case(known, options)


def model(case: Case | str | Path) -> Any:
    """The program of a case as a Pyomo model, to be solved with any solver that Pyomo knows.

    >>> pyomo.environ.SolverFactory("gurobi").solve(planner.model("my_case.xlsx"))  # doctest: +SKIP
    """
    from planner.planning.export import model_of

    return model_of(read(case) if isinstance(case, (str, Path)) else case)


def report(case: Case, plan: Plan, path: str | Path) -> Path:
    """Write the Excel report of a plan and return its path."""
    from planner.reporting import write_report

    return write_report(case, plan, Path(path))
