"""Runs side by side, on paper."""

import json

import pytest
from cases import BAOTOU, LYNAS, approx, case, write_workbook
from test_cli_studies import run

from planner.planning.solve import solve_case
from planner.studies.compare import Side, bridge, compare


def side(name, settings=None, **sheets):
    made = case(settings, **sheets)
    return Side(name, made, solve_case(made))


def test_bars_are_whole_dollars_that_add_up():
    """0.3, 0.3 and 0.4 dollars more are 1 dollar; the largest fraction is rounded up, the others down."""
    after = {"goods": 0.3e-6, "freight": 0.3e-6, "duties": 0.4e-6}
    assert bridge({}, after) == {"duties": 1}
    assert bridge({"goods": 2.0}, {"duties": 1.0}) == {"goods": -2_000_000, "duties": 1_000_000}


@pytest.mark.parametrize("seed", range(5))
def test_bars_add_up_to_the_difference_of_the_costs(seed):
    """Sixths and sevenths of dollars, which no whole dollars are: the bars give the rounded difference all the same."""
    before = {f"term {place}": (place + seed) / 6e6 for place in range(7)}
    after = {f"term {place}": (place * seed) / 7e6 for place in range(3, 9)}
    total = round(sum(after.values()) * 1e6 - sum(before.values()) * 1e6)
    assert sum(bridge(before, after).values()) == total


@pytest.mark.slow
def test_a_duty_is_followed_from_the_cell_through_the_decision_to_the_cost():
    """6.0 from Baotou; with half of it as duty 7.0 from Lynas: 1.0 more for goods, and no duty is paid."""
    tariff = {"authority": "301", "hts": "2846", "origin": "CHN", "effect": "adds"}
    found = compare(
        [
            side("free", tariffs=[{**tariff, "rate": 0}]),
            side("taxed", {"discount_rate": 0.1}, tariffs=[{**tariff, "rate": 0.5}]),
        ]
    )
    assert found.runs["change_musd"].tolist() == approx([0.0, 1.0])
    assert found.runs["told_apart"].tolist() == [False, True]
    cells = {
        (row.sheet, row.column): (row.was, row.now) for row in found.cells.rename(columns={"is": "now"}).itertuples()
    }
    assert cells["tariffs", "rate"] == (0.0, 0.5)
    assert cells["settings", "value"] == (0.0, 0.1)
    decisions = {
        row.name: (row.was, row.now) for row in found.decisions.rename(columns={"is": "now"}).itertuples(index=False)
    }
    assert decisions == {"Baotou": ("100 t", "—"), "Lynas": ("—", "100 t")}
    assert found.bridge["usd"].sum() == 1_000_000
    assert len(found.bridge) == 1


@pytest.mark.slow
def test_rows_that_only_one_case_has_are_told():
    """Without Lynas there is one offer less; a changed price is a cell, and the same case twice differs in nothing."""
    whole = side("whole")
    dear = side("dear", offers=[{**BAOTOU, "price_usd_per_t": 65_000}])
    found = compare([whole, dear, whole])
    told = [
        (row.sheet, row.row, row.column, row.was, row.now)
        for row in found.cells.rename(columns={"is": "now"}).itertuples()
    ]
    assert told == [
        ("offers", "Baotou", "price_usd_per_t", 60_000, 65_000),
        ("offers", "Lynas", "the whole row", "there", "—"),
    ]
    assert LYNAS["offer"] == "Lynas"
    assert set(found.bridge["run"]) == {"dear"}


@pytest.mark.slow
def test_runs_are_compared_from_the_command_line(tmp_path, capsys):
    """6.0, and 6.5 where Baotou asks 65,000."""
    for name, price in (("one", 60_000), ("two", 65_000)):
        offers = [{**BAOTOU, "price_usd_per_t": price}, LYNAS]
        assert (
            run("solve", write_workbook(tmp_path / f"{name}.xlsx", offers=offers), "--out", tmp_path / name, "--quiet")
            == 0
        )
    capsys.readouterr()
    assert run("compare", tmp_path / "one", tmp_path / "two", "--out", tmp_path / "study", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["cost_musd"] for one in answer["runs"]] == approx([6.0, 6.5])
    assert [bar["usd"] for bar in answer["bridge"]] == [500_000]
    assert run("compare", tmp_path / "one", tmp_path / "two", "--out", tmp_path / "study", "--replace") == 0
    assert "offers, Baotou, price_usd_per_t: 60000.0 → 65000.0" in capsys.readouterr().out
    assert run("compare", tmp_path / "one") == 3
