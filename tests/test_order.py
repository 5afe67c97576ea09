"""The order of rows never counts: the same rows give the same fingerprint, the same program and the same plan."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from good_case import good, write_csv

from models.build import build
from planner.case import Case, read_case
from planner.solver.program import Program
from planner.translate import translate


def mark(one: Case) -> str:
    return Program.of(build(translate(one).data)).mark


def shuffled(sheets: Mapping[str, list[Any]], seed: int, headings: int = 0) -> dict[str, list[Any]]:
    """The sheets in another order, and the rows of each; the first `headings` rows stay."""
    dice, names = random.Random(seed), list(sheets)
    dice.shuffle(names)
    mixed = {}
    for name in names:
        head, rows = list(sheets[name][:headings]), list(sheets[name][headings:])
        dice.shuffle(rows)
        mixed[name] = head + rows
    return mixed


@pytest.mark.parametrize("seed", range(3))
def test_the_program_of_a_case_that_uses_every_sheet_is_the_same_in_any_order(tmp_path, seed):
    """Not one number, column or row of the program moves when all rows and sheets are shuffled."""
    as_written = read_case(write_csv(good(), tmp_path / "one"))
    mixed = read_case(write_csv(shuffled(good(), seed, headings=1), tmp_path / "other"))
    assert mixed.fingerprint == as_written.fingerprint
    assert mark(mixed) == mark(as_written)
