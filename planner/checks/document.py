"""Problems in order, counted and as data for machines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from planner.checks.catalogue import LEVELS, level, title
from planner.errors import Problem

SCHEMA_VERSION = 1
MOST_SHOWN = 500
_ORDER = {name: place for place, name in enumerate(LEVELS)}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors before warnings, then by level, code, sheet and row, so that what is alike stands together."""
    return tuple(sorted(problems, key=_place))


def _place(problem: Problem) -> tuple[Any, ...]:
    row = re.search(r"\d+", problem.cell)
    kind = problem.code.split(".", maxsplit=1)[0]
    number = int(row[0]) if row else 0
    return (
        problem.severity != "error",
        _ORDER.get(kind, _ORDER["cross"]),
        problem.code,
        problem.sheet,
        number,
        problem.cell,
    )


def counts(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """How often each code was found, in the order of the problems."""
    found = Counter((problem.code, problem.severity) for problem in problems)
    return [
        {"code": code, "severity": severity, "level": level(code), "title": title(code), "count": count}
        for (code, severity), count in found.items()
    ]


def document(problems: Sequence[Problem], limit: int = MOST_SHOWN, **facts: Any) -> dict[str, Any]:
    """All that a machine wants to know of a check; `problems` are the first `limit`, the counts are of all."""
    errors = sum(problem.severity == "error" for problem in problems)
    return {
        "schema_version": SCHEMA_VERSION,
        "ready": not errors,
        **facts,
        "errors": errors,
        "warnings": len(problems) - errors,
        "counts": counts(problems),
        "problems": [problem.as_dict() for problem in problems[:limit]],
    }
