"""The United States base case is complete, sourced, and the same as a workbook and as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.case import Case, check_case, read_case
from planner.case.convert import convert
from planner.docs.renew import contents

INPUTS = Path(__file__).resolve().parent.parent / "inputs"
FIRST_OF_SHEET = ("offers", "facilities", "build_options", "demand", "tariffs", "returns", "recipes", "processes")


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(INPUTS / "us_base_case")


@pytest.mark.slow
def test_the_workbook_is_made_from_the_folder(tmp_path: Path) -> None:
    """Its cells, headings, notes and drop-downs are those that the folder and the schema give today."""
    fresh = contents(convert(INPUTS / "us_base_case", tmp_path / "us_base_case.xlsx"))
    shipped = contents(INPUTS / "us_base_case.xlsx")
    stale = sorted(name for name in fresh.keys() | shipped.keys() if fresh.get(name) != shipped.get(name))
    assert not stale, "inputs/us_base_case.xlsx is not as its folder and the schema say; `make docs` renews it"


@pytest.mark.slow
def test_the_workbook_means_what_the_folder_means(case: Case) -> None:
    assert read_case(INPUTS / "us_base_case.xlsx").fingerprint == case.fingerprint


def test_it_has_no_errors_and_says_what_goes_short_in_the_first_year() -> None:
    """Y and Gd: export licences leave less than the need of 2026, as the case's README explains.

    Nothing else is warned of, such as a row that matches nothing, which would teach people to pass over warnings;
    `test_us_futures` holds its library to the same.
    """
    problems = check_case(INPUTS / "us_base_case").problems
    assert [problem.severity for problem in problems] == ["warning", "warning"]
    assert all(problem.sheet == "demand" for problem in problems)


def test_it_is_as_broad_as_the_market(case: Case) -> None:
    offers, places, options = case.tables["offers"], case.tables["places"], case.tables["build_options"]
    home = set(places.loc[places["country"] == "USA", "place"])
    facilities = case.tables["facilities"].set_index("facility")
    candidates = {name for name in options["facility"] if facilities.loc[name, "place"] in home}
    assert len(offers) >= 40
    assert offers["origin"].nunique() >= 12
    assert len(facilities) >= 25
    assert len(candidates) >= 15
    assert {"La", "Ce", "NdPr", "Sm", "Dy", "Tb", "Y"} <= set(case.tables["materials"]["element"])


@pytest.mark.parametrize("sheet", FIRST_OF_SHEET)
def test_every_row_says_where_its_figures_come_from(case: Case, sheet: str) -> None:
    table = case.tables[sheet]
    assert len(table)
    for column in ("source", "year", "grade"):
        assert table[column].notna().all(), f"{sheet}.{column}"
