"""A case without lanes has delivered prices: everything may go everywhere and costs no freight."""

from __future__ import annotations

import pytest
from cases import BASE, LYNAS, MINE, approx, bought, case, cost, needs, solve, write_workbook, years
from good_case import good, write_csv, write_xlsx

from planner.case import check_case
from planner.case.convert import convert

FREIGHT = [{"from": "*", "freight_usd_per_t": 200}]


@pytest.fixture
def without(monkeypatch):
    """The base case of these tests without its lanes sheet."""
    monkeypatch.delitem(BASE, "lanes")


@pytest.mark.slow
def test_without_lanes_the_price_is_what_a_ton_costs(without):
    """100 t at 60,000 USD: 6.0 M$; with freight of 200 USD it would be 6.02."""
    plan = solve()
    assert plan.objective_musd == approx(6.0, abs=1e-9)
    assert bought(plan) == {"Baotou": approx(100, abs=1e-6)}
    assert cost(plan, "freight") == 0
    assert solve(lanes=FREIGHT).objective_musd == approx(6.02, abs=1e-9)


def test_an_empty_sheet_is_as_good_as_none(without):
    assert solve(lanes=[]).objective_musd == approx(6.0, abs=1e-9)


def test_plants_reach_each_other_and_the_user_without_lanes(without):
    """The mine in Nevada digs 30 t at 20,000 and Baotou sells 70 t at 60,000: 0.6 + 4.2 = 4.8 M$."""
    places = [{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}]
    mine = {**MINE, "facilities": [{"facility": "Mine", "place": "Nevada", "capacity_t_per_year": 30}]}
    assert solve(places=places, **mine).objective_musd == approx(4.8, abs=1e-9)


def test_a_duty_still_counts_without_lanes(without):
    """Baotou 60,000 x 1.25 = 75,000 USD, Lynas 70,000: 7.0 M$, all from Lynas."""
    plan = solve(tariffs=[{"authority": "301", "origin": "CHN", "rate": 0.25}])
    assert plan.objective_musd == approx(7.0, abs=1e-9)
    assert bought(plan)["Lynas"] == approx(100, abs=1e-6)


def test_none_an_empty_sheet_and_the_row_typed_in_mean_the_same(without):
    typed = case(lanes=[{"from": "*"}])
    assert case().fingerprint == typed.fingerprint == case(lanes=[]).fingerprint
    assert case(lanes=FREIGHT).fingerprint != typed.fingerprint
    assert case().tables["lanes"][["from", "to", "material"]].to_numpy().tolist() == [["*", "*", "*"]]


def test_a_large_case_without_lanes_draws_no_word(tmp_path):
    """380 offers once gave 380 errors 'no lane leads from'."""
    sheets = good()
    for n in range(380):
        sheets["offers"].append(
            [f"offer {n}", "Lynas", "NdPr oxide", "MYS", None, "AUS", None, None, 80000 + n, 10, None]
        )
    del sheets["lanes"], sheets["freight_bands"]
    for path in (write_csv(sheets, tmp_path / "case"), write_xlsx(sheets, tmp_path / "case.xlsx")):
        assert check_case(path).problems == ()


def test_what_was_assumed_is_told(without):
    used = case().defaults_used.set_index("sheet").loc["lanes"]
    assert (used["column"], used["value"]) == ("no rows at all", "from *, to *, material *")
    assert "prices are delivered prices" in used["meaning"]
    assert "no rows at all" not in set(case(lanes=FREIGHT).defaults_used["column"])


def test_lanes_that_are_wrong_are_not_taken_for_none(without, tmp_path):
    """A misspelt lane is an error; it must not open every other."""
    path = write_workbook(tmp_path / "case.xlsx", lanes=[{"from": "Texsa"}])
    assert [one.code for one in check_case(path).errors] == ["key.unknown"]
    path = write_workbook(tmp_path / "second.xlsx", lanes=[{"from": "*", "freight_usd_per_t": "cheap"}])
    assert [one.code for one in check_case(path).errors] == ["cell.not-a-number"]


def test_a_lane_that_leads_elsewhere_still_closes_the_others(without):
    """With one row from Malaysia, China has no lane: 100 t at 70,000 USD are 7.0 M$."""
    assert solve(lanes=[{"from": "MYS"}], offers=[LYNAS]).objective_musd == approx(7.0, abs=1e-9)


def test_an_overlay_that_empties_the_lanes_says_what_that_means(tmp_path):
    base = write_csv(good(), tmp_path / "case")
    over = tmp_path / "free"
    over.mkdir()
    (over / "lanes.csv").write_text("from,to,material\n", encoding="utf-8")
    found = [one for one in check_case(base, [over]).problems if one.code == "structure.emptied"]
    assert "without rows everything may go everywhere and costs no freight" in found[0].message


def test_a_converted_case_stays_without_lanes(without, tmp_path):
    path = write_workbook(tmp_path / "case.xlsx")
    folder = convert(path, tmp_path / "folder")
    assert not (folder / "lanes.csv").exists()
    assert check_case(folder).case.fingerprint == check_case(path).case.fingerprint


def test_years_without_lanes_add_up(without):
    """Two years of 100 t at 60,000 USD: 12.0 M$."""
    assert solve(periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100})).objective_musd == approx(12.0)
