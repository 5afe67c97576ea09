"""What one ton more costs and one ton less saves where a marginal price holds for none: both found by solving."""

from __future__ import annotations

import json

import pytest
from cases import BAOTOU, LYNAS, approx, case, needs, solve, write_workbook
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from test_cli_studies import run

from planner.docs.answers import answers
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.prices import at_a_kink, marginal_prices, said_of
from planner.solver.highs import SolveOptions
from planner.studies.next_ton import facts_of, next_tons
from planner.studies.solving import Study

TWO = [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}]
EXACT = SolveOptions(0.0, 60.0)


@pytest.mark.slow
def test_at_a_kink_one_ton_more_and_one_less_have_their_own_prices():
    """80 t are what Baotou has: one more is Lynas's 70,000 $, one less saves 60,000, as two solves of the whole case
    bear out."""
    held = case(offers=TWO, demand=needs({2026: 80}))
    plan = solve_case(held)
    (told,), complete = next_tons(held, plan, plan.solution, Study(EXACT))
    assert complete
    assert (told["more_usd"], told["less_usd"]) == approx((70_000, 60_000))
    one_more, one_less = (solve(offers=TWO, demand=needs({2026: need})).cost_musd for need in (81, 79))
    assert (one_more - plan.cost_musd, plan.cost_musd - one_less) == approx((0.07, 0.06))
    facts = Facts(held, plan, next_ton=facts_of(held, plan, [told], complete))
    assert said_of(facts, marginal_prices(held, plan)) == ["one ton more costs 70,000, one less saves 60,000"]


@pytest.mark.slow
def test_a_ton_that_nobody_has_is_told_so_and_prices_are_undiscounted():
    """In a second year, discounted, all 130 t are needed with half a chance: one less saves 70,000 $."""
    held = case(
        {"discount_rate": 0.25},
        offers=TWO,
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 1}],
        demand=needs({2026: 60, 2027: 130}),
        scenarios=[{"scenario": "calm", "probability": 0.5}, {"scenario": "rush", "probability": 0.5}],
        events=[{"scenario": "calm", "kind": "demand", "segment": "magnets", "from": 2027, "factor": 0.5}],
    )
    plan = solve_case(held)
    told, _ = next_tons(held, plan, plan.solution, Study(EXACT))
    rush = next(one for one in told if one["node"] == "2027 rush")
    assert rush["more_usd"] is None
    assert rush["less_usd"] == approx(70_000)
    assert facts_of(held, plan, told, complete=True)["prices"][0] == rush


def test_both_prices_are_said_in_words():
    assert at_a_kink(70_000.0, -500.0) == "one ton more costs 70,000, one less costs 500"
    assert at_a_kink(70_000.1, 70_000.0) == "70,000 for one ton more and one less"
    assert at_a_kink(None, None) == "no ton more can be had, none less is possible"


@pytest.mark.slow
def test_a_run_keeps_both_prices_and_tells_them_in_its_report(tmp_path, capsys):
    original, folder = write_workbook(tmp_path / "case.xlsx", offers=TWO, demand=needs({2026: 80})), tmp_path / "run"
    assert run("solve", original, "--out", folder, "--quiet") == 0
    capsys.readouterr()
    assert run("next-ton", folder, "--quiet", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    Draft202012Validator({"$ref": "#/$defs/next-ton", "$defs": answers()["$defs"]}).validate(told)
    assert json.loads((folder / "next_ton.json").read_text(encoding="utf-8"))["prices"] == told["prices"]
    book = load_workbook(folder / "report.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "one ton more costs 70,000, one less saves 60,000" in cells
