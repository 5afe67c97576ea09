"""Limits with a priority give way in their order, 4 first and 1 last, each by no more than it must."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, solve
from openpyxl import load_workbook

from planner.audit import audit
from planner.errors import Infeasible
from planner.planning.solve import solve_case
from planner.reporting import write_report


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


def test_the_higher_priority_is_kept_and_the_lower_gives_way_by_what_it_must():
    """60 and 50 t of the 100 needed: Baotou's 50 are missed by 10. The other way round Lynas' 60 are: 6.5 M$."""
    plan = solve(limits=[LYNAS_60, BAOTOU_50])
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.tables["limits"].set_index("limit")["missed"].to_dict() == approx({"Lynas 60": 0, "Baotou 50": 10})
    assert plan.cost_musd == approx(6.6)
    plan = solve(limits=[LYNAS_60 | {"priority": 3}, BAOTOU_50])
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.cost_musd == approx(6.5)


def test_of_plans_that_miss_as_little_the_cheapest_is_chosen():
    """Of one priority it is the sum that counts: 10 t are missed, whoever misses them, so the dearer is: 6.5 M$."""
    plan = solve(limits=[LYNAS_60, BAOTOU_50 | {"priority": 1}])
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.cost_musd == approx(6.5)


def test_what_is_mandatory_gives_way_to_nobody():
    """At most 30 t from Lynas is mandatory: priority 1 gets 30 of its 60. And two mandatory limits that exclude each
    other have no plan."""
    plan = solve(limits=[LYNAS_60, ask("cap", 30, "Lynas", None, "at most")])
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30})
    assert plan.cost_musd == approx(6.3)
    with pytest.raises(Infeasible, match="limits!"):
        solve(limits=[LYNAS_60 | {"priority": None}, BAOTOU_50 | {"priority": None}])


def test_a_yes_or_no_gives_way_too():
    """Two suppliers with 45 t each (priority 2), and 60 from Lynas: Baotou's 40 t do not count."""
    two = {"limit": "two", "measure": "suppliers_used", "sense": "at least", "value": 2, "counts_from_t": 45}
    capped = {"offers": [BAOTOU | {"max_t_per_year": 100}, LYNAS | {"max_t_per_year": 100}]}
    plan = solve(**capped, limits=[LYNAS_60, two | {"priority": 2}])
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.tables["limits"].set_index("limit")["missed"].to_dict() == approx({"Lynas 60": 0, "two": 1})


def test_a_plan_that_misses_more_than_it_says_is_refused():
    """All from Baotou, with the rows of the plan that kept 60 t from Lynas."""
    held = case(limits=[LYNAS_60, BAOTOU_50])
    told = solve_case(held).tables["limits"]
    free = solve()
    wrong = replace(free, tables={**free.tables, "limits": told}, fingerprint=held.fingerprint)
    assert any(finding.check == "limit missed" for finding in audit(held, wrong))


def test_the_report_says_which_gave_way_and_by_how_much(tmp_path):
    """Baotou's minimum, of priority 2, by 10 t."""
    held = case(limits=[LYNAS_60, BAOTOU_50])
    path = write_report(held, solve_case(held), tmp_path / "report.xlsx")
    rows = [[cell.value for cell in row] for sheet in load_workbook(path) for row in sheet.iter_rows()]
    row = next(row for row in rows if "Baotou 50" in row and "bought_t" in row)
    assert {2, 10} <= {round(cell, 6) for cell in row if isinstance(cell, (int, float))}
