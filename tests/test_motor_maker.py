"""Six quotes in twenty minutes: does what inputs/motor_maker/README.md says, and holds its figures."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from quick_case import filled

import planner
from planner.case import check_case
from planner.case.convert import convert
from planner.schema.quick import duties_today

FOLDER = Path(__file__).resolve().parents[1] / "inputs" / "motor_maker"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
FURTHER = ("limits", "offer_tiers", "contracts", "stocks")
NUMBERS = {"price", "freight", "minimum", "maximum", "qualification_usd", "qualification_years", "year", "t", "value"}


def table(first: str) -> list[dict[str, Any]]:
    """A table of the page, by its first heading; blank cells are left out, numbers are typed as numbers."""
    lines = PAGE[PAGE.index(f"\n| {first} |") + 1 :].split("\n\n", maxsplit=1)[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")]
    return [{name: typed(name, cell) for name, cell in zip(rows[0], row, strict=True) if cell} for row in rows[1:]]


def typed(name: str, cell: str) -> Any:
    return float(cell) if name in NUMBERS or name == "short_usd_per_t" else cell


def further(name: str) -> list[list[Any]]:
    """A further sheet of the folder, as it is pasted into a workbook."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[number(cell) for cell in row] for row in csv.reader(file)]


def number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def workbook(path: Path, more: tuple[str, ...] = ()) -> Path:
    settings = {row["setting"]: row["value"] for row in table("setting")}
    sheets = {name: further(name) for name in more}
    return filled(path, sheets, quotes=table("supplier"), need=table("material"), settings=settings)


def awards(case: planner.Case, plan: planner.Plan) -> dict[tuple[str, int], int]:
    """Tons by supplier and year, at spot and under contract."""
    offer_of = dict(zip(case.tables["contracts"]["contract"], case.tables["contracts"]["offer"], strict=True))
    supplier_of = dict(zip(case.tables["offers"]["offer"], case.tables["offers"]["supplier"], strict=True))
    found: dict[tuple[str, int], float] = {}
    for name, column in (("purchases", "offer"), ("lifts", "contract")):
        rows = plan.tables[name]
        for what, node, tons in zip(rows[column], rows["node"], rows["t_per_year"], strict=True):
            key = supplier_of[offer_of.get(what, what)], int(node)
            found[key] = found.get(key, 0.0) + tons
    return {key: round(tons) for key, tons in found.items() if round(tons)}


@pytest.fixture(scope="module")
def shipped() -> tuple[planner.Case, planner.Plan]:
    case = planner.read(FOLDER)
    return case, planner.solve(case)


def test_the_shipped_case_has_nothing_to_complain_of():
    assert check_case(FOLDER).problems == ()


def test_its_duties_are_those_of_the_base_case_on_its_magnet():
    with (FOLDER / "duties.csv").open(encoding="utf-8", newline="") as file:
        mine = list(csv.DictReader(file))
    assert mine == [row for row in duties_today() if "8505110070".startswith(row["hts"].replace(".", ""))]


def test_what_is_landed_is_what_the_page_says():
    """Price x (1 + duty) + freight, by the rows of the table alone."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.count("|") == 6 and "%" in line]
    rows += [line.strip("|").split("|") for line in PAGE.splitlines() if " none " in line]
    assert len(rows) == 6
    for _, price, duty, freight, landed in rows:
        rate = 0.0 if "none" in duty else float(duty.strip(" %")) / 100
        figures = [float(text.replace(",", "")) for text in (price, freight, landed)]
        assert figures[0] * (1 + rate) + figures[1] == pytest.approx(figures[2], abs=0.51)


@pytest.mark.slow
def test_four_sheets_alone_give_all_to_the_cheapest_landed(tmp_path):
    """800 x 76,960 a year is 61.568 M$; four years at 8 %: x 3.5771 = 220.2."""
    case = planner.read(workbook(tmp_path / "my_quotes.xlsx"))
    plan = planner.solve(case)
    assert plan.cost_musd == pytest.approx(61.568 * sum(1.08**-year for year in range(4)), rel=1e-4)
    assert "220.2 M$" in PAGE
    assert awards(case, plan) == {("Jade Magnet", year): 800 for year in range(2027, 2031)}


@pytest.mark.slow
def test_pasting_the_further_sheets_gives_the_case_that_is_shipped(tmp_path, shipped):
    path = workbook(tmp_path / "my_quotes.xlsx", FURTHER)
    assert check_case(path).problems == ()
    assert planner.read(path).fingerprint == shipped[0].fingerprint
    assert planner.read(convert(path, tmp_path / "my_case.xlsx")).fingerprint == shipped[0].fingerprint


def test_the_awards_and_their_cost_are_those_of_the_page(shipped):
    case, plan = shipped
    said = {(row["awarded, t"], int(year)): int(row[year]) for row in table("awarded, t") for year in list(row)[1:]}
    assert awards(case, plan) == {key: tons for key, tons in said.items() if tons}
    assert f"{plan.cost_musd:.1f} M$, {plan.cost_musd - 220.236:.1f} more" in PAGE
    assert list(plan.tables["signings"]["contract"]) == ["Kyoto frame agreement", "Penang offtake"]
    assert sorted(plan.tables["qualifications"]["supplier"]) == ["Penang Magnet", "Saigon Magnet"]


def test_each_decision_of_the_board_holds(shipped):
    case, plan = shipped
    found = awards(case, plan)
    for year in range(2027, 2031):
        total = sum(tons for (_, when), tons in found.items() if when == year)
        assert found["Jade Magnet", year] <= 0.3 * total + 1
        assert all(tons <= 0.5 * total + 1 for (_, when), tons in found.items() if when == year)
    assert plan.tables["stocks"]["t"].min() >= 800 * 42 / 365 - 1e-6


def test_take_or_pay_is_paid_or_taken(shipped):
    """80 % of 250 is 200, 90 % is 225; both are lifted in full, as they are cheaper than what is next."""
    lifts = shipped[1].tables["lifts"].groupby("contract")["t_per_year"].min()
    assert dict(lifts.round(3)) == {"Kyoto frame agreement": 250.0, "Penang offtake": 250.0}
