"""How many random cases a test tries: a few quickly, more as slow tests, and all of them when asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

ALL = bool(os.environ.get("PLANNER_SEEDS"))


def drawn_by(quick: Sequence[int], slow: Iterable[int], more: Iterable[int]) -> list[Any]:
    """The seeds of `quick`, those of `slow` as slow tests, and where PLANNER_SEEDS is set those of `more` as well."""
    others = [*slow, *(more if ALL else ())]
    return [*quick, *(pytest.param(seed, marks=pytest.mark.slow) for seed in others if seed not in quick)]
