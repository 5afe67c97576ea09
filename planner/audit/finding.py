"""What the auditor reports, and when two numbers count as equal.

Tons and money are compared to one part in a million of the amounts that were added up. Below a ton, or below a thousand
dollars, that part stops shrinking, so that the solver's own rounding is not called an error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

RELATIVE = 1e-6
TONS = 1.0  # t or t/yr: differences below 1e-6 t are rounding
MONEY = 1e-3  # M$: differences below a tenth of a cent are rounding
NOTHING = 1e-6  # t/yr: less than this was not bought, made or moved
MOST_PER_CHECK = 25  # findings of one kind that are listed one by one


@dataclass(frozen=True)
class Finding:
    """One place where the books do not close: what was recomputed, and what the plan says."""

    check: str
    where: str
    expected: float | str
    found: float | str
    message: str

    def __str__(self) -> str:
        return f"{self.check}, {self.where}: {self.message} (expected {_say(self.expected)}, found {_say(self.found)})"


def _say(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


@dataclass
class Findings:
    """The findings so far. Each check compares what it recomputed with what the plan says, and goes on."""

    listed: list[Finding] = field(default_factory=list)
    count: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, check: str, where: str, expected: float | str, found: float | str, message: str) -> None:
        """Note a finding; after many of one kind, only count."""
        self.count[check, message] += 1
        if self.count[check, message] <= MOST_PER_CHECK:
            self.listed.append(Finding(check, where, expected, found, message))

    def equal(
        self,
        check: str,
        where: str,
        expected: float,
        found: float,
        message: str,
        floor: float = TONS,
        scale: float = 0.0,
    ) -> None:
        """The two are equal, as seen from the larger of them (or from `scale`, the size of what was added up)."""
        if not abs(found - expected) <= RELATIVE * max(floor, scale, abs(expected), abs(found)):
            self.add(check, where, expected, found, message)

    def at_most(
        self, check: str, where: str, bound: float, found: float, message: str, floor: float = TONS, scale: float = 0.0
    ) -> None:
        """What was found is no larger than the bound; an infinite bound is none."""
        if bound != float("inf") and not found <= bound + RELATIVE * max(floor, scale, abs(bound), abs(found)):
            self.add(check, where, bound, found, message)

    def at_least(
        self, check: str, where: str, bound: float, found: float, message: str, floor: float = TONS, scale: float = 0.0
    ) -> None:
        """What was found is no smaller than the bound."""
        if not found >= bound - RELATIVE * max(floor, scale, abs(bound), abs(found)):
            self.add(check, where, bound, found, message)

    def report(self) -> tuple[Finding, ...]:
        """All findings, with a last line for each kind of which not all are listed."""
        more = (
            Finding(check, f"{count - MOST_PER_CHECK} more", "", "", message)
            for (check, message), count in self.count.items()
            if count > MOST_PER_CHECK
        )
        return (*self.listed, *more)
