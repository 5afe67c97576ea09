"""A bonus or malus ranks offers and is not paid: it stands in the objective and in no cost."""

from __future__ import annotations

from dataclasses import replace

import oracle
import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, needs, solve, years
from drawn_cases import write_case

from planner.audit import audit
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.proof import bridge
from planner.results.quotes import every_quote
from planner.studies.cases import in_money

CHOSEN = {"offers": [BAOTOU, LYNAS | {"ranking_usd_per_t": -12_000, "max_t_per_year": 60}]}


@pytest.mark.parametrize(("malus", "wins"), [(9_000, "Baotou"), (11_000, "Lynas")])
def test_a_malus_moves_the_order_and_costs_nothing(malus, wins):
    """Baotou at 60,000 and Lynas at 70,000: a malus of 11,000 gives Lynas the order, for 7.0 M$; one of 9,000 only
    raises the objective, 6.0 and 0.9."""
    plan = solve(offers=[BAOTOU | {"ranking_usd_per_t": malus}, LYNAS])
    assert bought(plan) == approx({wins: 100})
    assert (plan.cost_musd, plan.objective_musd) == approx((6.0, 6.9) if wins == "Baotou" else (7.0, 7.0))


@pytest.mark.slow
def test_a_bonus_is_told_between_cost_and_objective():
    """60 t from Lynas at 70,000 less 12,000 that nobody gets: 6.6 M$, objective 5.88. Its quote lies 0 from winning at
    58,000, where Baotou's 60,000 set the price, so 2,000 below. In money all is from Baotou. A plan without the bonus
    in its objective is refused."""
    held = case(**CHOSEN)
    plan = solve_case(held)
    assert (plan.cost_musd, plan.objective_musd) == approx((6.6, 5.88))
    facts = Facts(held, plan)
    assert bridge(facts)["musd"].tolist() == approx([6.6, -0.72, 5.88])
    assert every_quote(facts).set_index("offer")["gap"].to_dict() == approx({"Baotou": 0, "Lynas": -2_000})
    assert solve_case(in_money(held)).cost_musd == approx(6.0)
    assert "objective" in {one.check for one in audit(held, replace(plan, objective_musd=6.6))}


@pytest.mark.slow
def test_a_bonus_counts_as_a_price_does_year_by_year_and_in_the_second_implementation(tmp_path):
    """Two years at 10 %: 60 t of Lynas in each, 6.6 M$ and 0.72 of bonus, times 1 + 1 / 1.1. Under contract too: 20 of
    the 60 t at 65,000, 0.1 less."""
    sheets = CHOSEN | {
        "periods": years(2026, 2027),
        "demand": needs({2026: 100, 2027: 100}),
        "contracts": [{"contract": "K", "offer": "Lynas", "signed": "yes", "from": 2026, "to": 2027,
                       "max_t_per_year": 20, "price_usd_per_t": 65_000}],
    }  # fmt: skip
    folder = write_case(tmp_path, {"discount_rate": 0.1}, **sheets)
    plan, answer = solve({"discount_rate": 0.1}, **sheets), oracle.solve(folder)
    expected = [6.5 * (1 + 1 / 1.1), 5.78 * (1 + 1 / 1.1)]
    assert [plan.cost_musd, plan.objective_musd] == approx(expected)
    assert [answer.cost_musd, answer.objective_musd] == approx(expected)
