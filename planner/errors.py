"""What can go wrong, in the words of the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


class PlannerError(Exception):
    """Base of every error the planner raises on purpose; its text is fit for a user."""

    exit_code = 1


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a case, addressed to the cell it is in.

    `severity` is "error" (the case cannot be solved) or "warning" (it can, but look here).
    `sheet`, `cell` and `column` are empty where the problem is with the file as a whole.
    """

    code: str
    severity: str
    sheet: str
    cell: str
    column: str
    found: str
    message: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        found = f"found {self.found}, " if self.found else ""
        start = f"{where}: " if where else ""
        return f"{start}{found}{self.message}. {self.fix}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def any_error(problems: Iterable[Problem]) -> bool:
    """Whether one of them forbids to go on; a warning does not."""
    return any(problem.severity == "error" for problem in problems)


class InputInvalid(PlannerError):
    """The case has problems; `problems` holds all of them, errors and warnings."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.severity == "error"]
        super().__init__("\n".join(str(p) for p in errors[:500]) or "the case is invalid")

    def __reduce__(self) -> tuple[type[InputInvalid], tuple[tuple[Problem, ...]]]:
        """From one process to another it goes with its problems, of which the text shows some."""
        return type(self), (self.problems,)


class CostEndless(InputInvalid):
    """Cost could fall for ever: `problems` name what earns without limit."""


class Infeasible(PlannerError):
    """No plan can satisfy every demand and limit; the text says which, where and by how much."""

    exit_code = 4


class NoPlanInTime(PlannerError):
    """The time limit came, or the solve was stopped, before any plan was found."""

    exit_code = 5


class SolveFailed(PlannerError):
    """The solver is missing, or answered with something it should not have."""


class AuditFailed(PlannerError):
    """The plan's books do not close, so the plan must not be used."""


class RunError(PlannerError):
    """A run's folder or the run store is missing, damaged or in a state that forbids the wish."""


class StudyError(PlannerError):
    """A study was asked of a case or plan that has not what it needs; the text says what is missing."""

    exit_code = 3


class DecisionUnknown(PlannerError):
    """What is to be forced or forbidden is no decision of the case; the text says which are."""

    exit_code = 3
