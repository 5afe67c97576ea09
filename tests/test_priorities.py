"""Limits with a priority give way in their order, 4 first and 1 last, each by no more than it must."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo
import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, solve, write_workbook
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from test_cli_studies import run

import planner
from planner.audit import audit
from planner.case.changes import Original
from planner.docs.answers import answers
from planner.errors import Infeasible
from planner.planning.solve import solve_case
from planner.reporting import write_report
from planner.results.facts import Facts
from planner.results.priorities import told
from planner.solver.highs import SolveOptions
from planner.studies.priorities import facts_of, in_words, without_each
from planner.studies.solving import Study


def ask(name: str, tons: float, supplier: str, priority: int | None, sense: str = "at least") -> dict[str, Any]:
    """A minimum (or maximum) of tons from a supplier."""
    facts = {"limit": name, "measure": "bought_t", "sense": sense, "value": tons, "supplier": supplier}
    return facts | {"priority": priority}


LYNAS_60, BAOTOU_50 = ask("Lynas 60", 60, "Lynas", 1), ask("Baotou 50", 50, "Baotou", 2)


def test_what_can_be_kept_is_kept_at_any_cost():
    """Alone, 60 t from Lynas hold, though each costs 10,000 more: 2.4 + 4.2 = 6.6 M$."""
    plan = solve(limits=[LYNAS_60])
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.tables["limits"]["missed"].tolist() == [0]
    assert plan.cost_musd == approx(6.6)


@pytest.mark.slow
def test_the_higher_priority_is_kept_and_the_lower_gives_way_by_what_it_must():
    """60 and 50 t of the 100 needed: Baotou's 50 are missed by 10. The other way round Lynas' 60 are: 6.5 M$."""
    plan = solve(limits=[LYNAS_60, BAOTOU_50])
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.tables["limits"].set_index("limit")["missed"].to_dict() == approx({"Lynas 60": 0, "Baotou 50": 10})
    assert plan.cost_musd == approx(6.6)
    plan = solve(limits=[LYNAS_60 | {"priority": 3}, BAOTOU_50])
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.cost_musd == approx(6.5)


@pytest.mark.slow
def test_a_share_that_cannot_be_had_is_kept_by_going_short_and_a_warning_says_so():
    """Half of it from Lynas, who has 10 t: 10 and 10 are bought, and 80 t go short at 1 M$ each, since a priority comes
    before all cost. Where no more than a fifth may go short, 80 t are bought and 30 lack to the half of Lynas."""
    half = {"limit": "Half", "measure": "share", "sense": "at least", "value": 0.5, "supplier": "Lynas",
            "material": "oxide", "priority": 1}  # fmt: skip
    offers = [BAOTOU, LYNAS | {"max_t_per_year": 10}]
    may = {"segment": "magnets", "max_shortage_share": None, "shortage_usd_per_t": 1_000_000}
    free = case(offers=offers, limits=[half], segments=[may])
    assert [one.code for one in free.warnings] == ["plausible.kept-by-nothing"]
    assert bought(solve_case(free)) == approx({"Baotou": 10, "Lynas": 10})
    held = case(offers=offers, limits=[half], segments=[may | {"max_shortage_share": 0.2}])
    assert held.warnings == ()
    plan = solve_case(held)
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 10})
    assert plan.tables["limits"]["missed"].tolist() == approx([30])


def test_of_plans_that_miss_as_little_the_cheapest_is_chosen():
    """Of one priority it is the sum that counts: 10 t are missed, whoever misses them, so the dearer is: 6.5 M$."""
    plan = solve(limits=[LYNAS_60, BAOTOU_50 | {"priority": 1}])
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.cost_musd == approx(6.5)


@pytest.mark.slow
def test_what_is_mandatory_gives_way_to_nobody():
    """At most 30 t from Lynas is mandatory: priority 1 gets 30 of its 60. And two mandatory limits that exclude each
    other have no plan."""
    plan = solve(limits=[LYNAS_60, ask("cap", 30, "Lynas", None, "at most")])
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30})
    assert plan.cost_musd == approx(6.3)
    with pytest.raises(Infeasible, match="limits!"):
        solve(limits=[LYNAS_60 | {"priority": None}, BAOTOU_50 | {"priority": None}])


@pytest.mark.slow
def test_a_yes_or_no_gives_way_too():
    """Two suppliers with 45 t each (priority 2), and 60 from Lynas: Baotou's 40 t do not count."""
    two = {"limit": "two", "measure": "suppliers_used", "sense": "at least", "value": 2, "counts_from_t": 45}
    capped = {"offers": [BAOTOU | {"max_t_per_year": 100}, LYNAS | {"max_t_per_year": 100}]}
    plan = solve(**capped, limits=[LYNAS_60, two | {"priority": 2}])
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.tables["limits"].set_index("limit")["missed"].to_dict() == approx({"Lynas 60": 0, "two": 1})


@pytest.mark.slow
def test_a_plan_that_misses_more_than_it_says_is_refused():
    """All from Baotou, with the rows of the plan that kept 60 t from Lynas."""
    held = case(limits=[LYNAS_60, BAOTOU_50])
    told = solve_case(held).tables["limits"]
    free = solve()
    wrong = replace(free, tables={**free.tables, "limits": told}, fingerprint=held.fingerprint)
    assert any(finding.check == "limit missed" for finding in audit(held, wrong))


@pytest.mark.slow
def test_what_each_priority_costs_is_told_at_the_margin():
    """To miss a ton of Lynas' 60, which are kept, would save 10,000; to miss more of Baotou's 50 than 10, nothing:
    Lynas holds the plan back."""
    held = case(limits=[LYNAS_60, BAOTOU_50])
    rows = told(Facts(held, solve_case(held)))
    assert [(row["limit"], row["priority"], row["missed"], row["looser_usd"]) for row in rows] == [
        ("Baotou 50", 2, approx(10), approx(0)),
        ("Lynas 60", 1, 0, approx(10_000)),
    ]
    assert {(row["unit"], row["looser_unit"], row["period"]) for row in rows} == {("t/yr", "t/yr", "2026")}
    assert told(Facts(case(), solve())) == []


@pytest.mark.slow
def test_a_share_that_gave_way_costs_so_much_a_point():
    """Half from Lynas, who has 40 t: it gives way by 10 t. To give way by a point more, or at all where Lynas has
    100 t, is to buy a ton from Baotou, 10,000 cheaper."""
    half = {"limit": "half", "measure": "share", "sense": "at least", "value": 0.5, "supplier": "Lynas"}
    half |= {"material": "oxide", "priority": 3}
    for most, missed, usd in ((40, 10, 10_000), (100, 0, 10_000)):
        held = case(offers=[BAOTOU, LYNAS | {"max_t_per_year": most}], limits=[half])
        (row,) = told(Facts(held, solve_case(held)))
        assert (row["missed"], row["looser_usd"], row["looser_unit"]) == (approx(missed), approx(usd, abs=1e-3), "%")


def test_the_pyomo_model_keeps_the_order_too():
    """Solved by HiGHS through Pyomo, the case of 60 and 50 t costs 6.6 M$, and 3.0 + 3.5 with the ranks turned."""
    for first, second, musd in ((1, 2, 6.6), (3, 2, 6.5)):
        model = planner.model(case(limits=[LYNAS_60 | {"priority": first}, BAOTOU_50 | {"priority": second}]))
        pyo.SolverFactory("appsi_highs").solve(model)
        assert pyo.value(model.objective) == approx(musd)


@pytest.mark.slow
def test_what_keeping_each_costs_in_all_is_told_by_solving_without_it(tmp_path):
    """60 t of Lynas' and 40 of Baotou's cost 6.6 M$. Without the first all is Baotou's, 6.0; without the second nothing
    changes. Turned round, 50 and 50 cost 6.5; without Baotou's 50 Lynas' 60 are kept, so that those 50 save 0.1."""
    kept = {}
    for name, limits in (
        ("a", [BAOTOU_50, LYNAS_60]),
        ("b", [BAOTOU_50 | {"priority": 1}, LYNAS_60 | {"priority": 2}]),
    ):
        original = Original.read(write_workbook(tmp_path / f"{name}.xlsx", limits=limits))
        found = without_each(original, Study(SolveOptions(0.0, 60.0)))
        facts = facts_of(original.case, solve_case(original.case), found)
        kept[name] = [(one["limit"], one["keeping_musd"]) for one in facts["limits"]]
    assert kept["a"] == [("Lynas 60", approx(0.6)), ("Baotou 50", approx(0, abs=1e-6))]
    assert kept["b"] == [("Baotou 50", approx(-0.1)), ("Lynas 60", approx(0.5))]
    assert facts["limits"][0]["words"].startswith("To keep Baotou 50 (priority 1) saves 0.100 ± 0.000 M$")


def test_a_limit_without_which_there_is_no_plan_has_no_price():
    words = in_words({"limit": "x", "priority": 2, "outcome": "no plan in time", "keeping_musd": None})
    assert words == "To keep x (priority 2): no plan in time without it."


@pytest.mark.slow
def test_a_run_keeps_what_keeping_each_costs_and_tells_it_in_its_report(tmp_path, capsys):
    original, folder = write_workbook(tmp_path / "case.xlsx", limits=[LYNAS_60, BAOTOU_50]), tmp_path / "run"
    assert run("solve", original, "--out", folder, "--quiet") == 0
    capsys.readouterr()
    assert run("priorities", folder, "--quiet", "--json") == 0
    kept = json.loads(capsys.readouterr().out)
    Draft202012Validator({"$ref": "#/$defs/priorities", "$defs": answers()["$defs"]}).validate(kept)
    assert json.loads((folder / "priorities.json").read_text(encoding="utf-8"))["limits"] == kept["limits"]
    cells = [cell.value for sheet in load_workbook(folder / "report.xlsx") for row in sheet.iter_rows() for cell in row]
    assert kept["limits"][0]["words"] in cells
    assert "To keep Lynas 60 (priority 1) costs 0.600" in kept["limits"][0]["words"]


@pytest.mark.slow
def test_the_report_says_which_gave_way_and_by_how_much(tmp_path):
    """Baotou's minimum, of priority 2, by 10 t; and that to miss a ton of Lynas' would save 10,000."""
    held = case(limits=[LYNAS_60, BAOTOU_50])
    path = write_report(held, solve_case(held), tmp_path / "report.xlsx")
    rows = [[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet.iter_rows()]
    row = next(row for row in rows if "Baotou 50" in row and "bought_t" in row)
    assert {2, 10} <= {round(cell, 6) for cell in row if isinstance(cell, (int, float))}
    priced = next(row for row in rows if "Lynas 60" in row and "USD" not in row)
    assert 10_000 in [round(cell, 3) for cell in priced if isinstance(cell, (int, float))]
