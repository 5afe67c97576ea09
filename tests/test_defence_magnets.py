"""The small rich case that is shipped: does what inputs/defence_magnets/README.md says, and holds its figures."""

from __future__ import annotations

import csv
from pathlib import Path

import oracle
import pytest

import planner
from planner.case import check_case
from planner.results.facts import Facts
from planner.results.priorities import ranked

FOLDER = Path(__file__).resolve().parents[1] / "inputs" / "defence_magnets"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
ORIGINS = {"*", "fta", "CHN", "MYS", "AUS", "JPN", "VNM"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shipped() -> tuple[planner.Case, planner.Plan]:
    case = planner.read(FOLDER)
    return case, planner.solve(case)


def test_the_shipped_case_has_nothing_to_complain_of_and_its_page_names_its_sheets():
    assert check_case(FOLDER).problems == ()
    assert {file.name for file in FOLDER.glob("*.csv")} >= {part.split(")")[0] for part in PAGE.split("](")[2:]}


def test_its_duties_are_those_of_the_base_case_on_its_goods():
    """What is in force in 2027 or later on its headings, from the countries that it buys from."""
    headings = [row["hts"].replace(".", "") for row in rows_of(FOLDER / "materials.csv") if row["hts"]]
    base = [
        row
        for row in rows_of(FOLDER.parent / "us_base_case" / "tariffs.csv")
        if any(heading.startswith(row["hts"].replace(".", "")) for heading in headings)
        and row["origin"] in ORIGINS
        and not (row["to"] and row["to"] < "2027")
    ]
    assert rows_of(FOLDER / "tariffs.csv") == base


def test_what_is_landed_is_what_the_page_says():
    """Price x (1 + duty) + freight, by the rows of the table alone; and own metal from the offtake's oxide."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.count("|") == 6]
    rows = [row for row in rows if "%" in row[2] or "none" in row[2]]
    assert len(rows) == 7
    for _, price, duty, freight, landed in rows:
        rate = 0.0 if "none" in duty else float(duty.strip(" %")) / 100
        figures = [float(text.replace(",", "")) for text in (price, freight, landed)]
        assert figures[0] * (1 + rate) + figures[1] == pytest.approx(figures[2], abs=0.51)
    assert f"1.22 × 69,561 + 11,000 = {1.22 * 69_561 + 11_000:,.0f} USD, or {1.22 * 67_100 + 11_000:,.0f} once" in PAGE


@pytest.mark.slow
def test_the_plan_is_the_one_of_the_page(shipped):
    case, plan = shipped
    futures = dict(zip(plan.tables["scenarios"]["scenario"], plan.tables["scenarios"]["cost_musd"], strict=True))
    said = (
        f"It costs {plan.cost_musd:.1f} M$ as expected: {futures['calm']:.1f} where it stays calm, {futures['ban']:.1f}"
    )
    assert said in PAGE
    assert plan.tables["shortages"].empty
    once = {"signings": "contract", "joins": "partnership", "builds": "option", "qualifications": "supplier"}
    begun = {name: plan.tables[name][[column, "node"]].to_numpy().tolist() for name, column in once.items()}
    assert begun == {
        "signings": [["Selangor offtake", "2027"]],
        "joins": [["Malaysia agreement", "2027"]],
        "builds": [["Second furnace", "2027"]],
        "qualifications": [["Mekong Metal", "2028"]],
    }
    assert set(plan.tables["dealings"]["node"]) == {"2029 ban", "2030 ban"}
    (gave_way,) = [row for row in ranked(Facts(case, plan)).to_dict("records") if row["missed"] > 0]
    assert (gave_way["limit"], gave_way["label"], gave_way["missed"]) == (
        "30 t of oxide from Outback",
        "2027",
        pytest.approx(7.845),
    )


@pytest.mark.slow
def test_the_second_implementation_finds_the_same_cost(shipped):
    """To the gap that the case asks for."""
    _, plan = shipped
    assert plan.objective_musd == pytest.approx(oracle.solve(FOLDER).objective_musd, rel=1e-4)
