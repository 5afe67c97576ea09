"""The order of rows never counts: the same rows give the same fingerprint, the same program and the same plan."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path
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


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_program_of_a_case_that_uses_every_sheet_is_the_same_in_any_order(tmp_path, seed):
    """Not one number, column or row of the program moves when all rows and sheets are shuffled."""
    as_written = read_case(write_csv(good(), tmp_path / "one"))
    mixed = read_case(write_csv(shuffled(good(), seed, headings=1), tmp_path / "other"))
    assert mixed.fingerprint == as_written.fingerprint
    assert mark(mixed) == mark(as_written)


@pytest.mark.many
@pytest.mark.parametrize(
    "name", ["motor_maker", "defence_magnets", pytest.param("us_base_case", marks=pytest.mark.slow)]
)
def test_the_program_of_a_shipped_case_is_the_same_in_any_order(tmp_path, name):
    """Rows, columns and files in another order: the same fingerprint, and not one number of the program moves."""
    as_shipped = Path(__file__).resolve().parents[1] / "inputs" / name
    dice, other = random.Random(7), tmp_path / name
    other.mkdir()
    for file in sorted(as_shipped.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            head, *rows = csv.reader(lines)
        dice.shuffle(rows)
        places = dice.sample(range(len(head)), len(head))
        with (other / file.name).open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([[row[place] for place in places] for row in (head, *rows)])
    one, two = read_case(as_shipped), read_case(other)
    assert two.fingerprint == one.fingerprint
    assert mark(two) == mark(one)
