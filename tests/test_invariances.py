"""What a plan costs depends on what a case means, never on how it is said: names, order, units, halves of one thing.

The ways to say it otherwise stand in `same_meaning`. They are tried on a case on paper that has a little of everything,
on cases drawn by lot from all families, and on the relaxation of the base case.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from typing import Any

import pytest
from audit_cases import case_of
from cases import BASE as SMALL
from cases import SETTINGS, USUAL, approx
from drawn_cases import drawn, write_folder
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich_case import RICH
from same_meaning import WAYS, Said
from test_oracle import least_musd

import planner

BASE = Path(__file__).resolve().parents[1] / "inputs" / "us_base_case"
EQUAL = 1e-7
QUICK = {"renamed", "in kilograms", "a future twice"}
OTHER = {"split lane", "half plants"}  # these are compared with a case that is not the one on paper
PAPER_MUSD = 0.75 * 16.67 + 0.25 * 23.98  # see rich_case


def small() -> Said:
    """The case on paper, with what its rows leave out filled in."""
    sheets = {name: [{**USUAL.get(name, {}), **row} for row in rows] for name, rows in {**SMALL, **RICH}.items()}
    for row in sheets["countries"]:
        row.setdefault("name", row["country"])
    return Said(SETTINGS, sheets)


def base() -> Said:
    """The base case as the rows of its files."""
    sheets: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(BASE.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            sheets[path.stem] = [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]
    return Said({row["setting"]: row["value"] for row in sheets.pop("settings")}, sheets)


def least(case: Said, folder: Path, whole: bool = True) -> float | None:
    """What the best plan costs, read as a folder is read."""
    return least_musd(planner.read(write_folder(folder, case.settings, case.sheets)), whole)


@pytest.mark.parametrize(
    "word",
    [word if word in QUICK else pytest.param(word, marks=pytest.mark.slow) for word in WAYS if word not in OTHER],
)
def test_a_case_on_paper_costs_the_same_however_it_is_said(word, tmp_path):
    """The sum on paper, in the unit in which money is told."""
    said = WAYS[word][1](small(), Random(1))
    assert least(said, tmp_path) == approx(PAPER_MUSD * said.cost)


@pytest.mark.slow
@pytest.mark.parametrize("word", WAYS)
def test_a_case_drawn_by_lot_costs_the_same_however_it_is_said(word):
    """Of its best plan to one part in ten million, in whatever unit."""
    prepared, way = WAYS[word]

    @settings(
        max_examples=8,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.integers(0, 2**20))
    def tried(seed):
        case = prepared(Said(*drawn(seed, chance=0.35)))
        said = way(case, Random(seed))
        first, other = (least_musd(case_of(dict(one.settings), **one.sheets)) for one in (case, said))
        assert (first is None) == (other is None)
        if first is not None:
            assert other == approx(first * said.cost, rel=EQUAL, abs=EQUAL * said.cost)

    tried()


@pytest.mark.slow
@pytest.mark.parametrize("word", [word for word in WAYS if word != "split lane"])
def test_the_relaxation_of_the_base_case_is_the_same_however_it_is_said(word, tmp_path):
    """Lanes are left as they are: one row for all of them would be another case, many times as large."""
    prepared, way = WAYS[word]
    case = prepared(base())
    said = way(case, Random(1))
    first, other = least(case, tmp_path / "one", whole=False), least(said, tmp_path / "other", whole=False)
    assert other == approx(first * said.cost, rel=EQUAL)
