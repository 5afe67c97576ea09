"""How far a marginal price holds: for so many tons more and less, each verified by solving with that many."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import BAOTOU, LYNAS, approx, case, needs, solve

from planner.audit import audit
from planner.plan import Plan
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.limits import by_limit, holds_for
from planner.results.prices import holds, marginal_prices

FAR = {**LYNAS, "offer": "Far", "price_usd_per_t": 90_000}


def three(need: float, times: float = 1.0, **settings: float) -> Plan:
    """Baotou has 80 t at 60,000 $/t, Lynas 50 at 70,000, and Far any amount at 90,000; all tons so many times."""
    offers = [BAOTOU | {"max_t_per_year": 80 * times}, LYNAS | {"max_t_per_year": 50 * times}, FAR]
    return solve(settings, offers=offers, demand=needs({2026: need * times}))


def price(plan: Plan) -> tuple[float, float, float]:
    """USD per t, and for how many tons a year more and less it holds."""
    where = ["place", "material", "origin_class", "node"]
    (row,) = plan.tables["prices"].merge(plan.tables["price_ranges"], on=where).to_dict("records")
    return row["usd_per_t"], row["more_t_per_year"], row["less_t_per_year"]


def test_a_price_holds_up_to_what_its_supplier_has_left_and_down_to_the_next():
    """100 t: the last 20 come from Lynas, who has 30 more. One ton more or less is 70,000 $, and so are 30 more and 20
    less; with the 31st ton Far is asked for 90,000, with the 21st less Baotou's 60,000 are saved."""
    plan = three(100)
    assert price(plan) == approx((70_000, 30, 20))
    for more, costs in ((1, 0.07), (-1, -0.07), (31, 2.1 + 0.09), (-21, -1.4 - 0.06)):
        assert three(100 + more).cost_musd == approx(plan.cost_musd + costs)


def test_what_a_limit_is_worth_holds_until_it_is_met_otherwise():
    """One ton more from Baotou replaces one of Lynas's and saves 10,000 $, for the 20 t that come from Lynas; one ton
    less costs as much, for the 30 t that Lynas has left. The report says so."""
    offers = [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}, FAR]
    held = case(offers=offers)
    plan = solve_case(held)
    (row,) = plan.tables["limit_ranges"].to_dict("records")
    assert row == {
        "rule": "offer sold out",
        "item": "Baotou",
        "node": "2026",
        "looser": approx(20),
        "tighter": approx(30),
    }
    (told,) = by_limit(Facts(held, plan)).to_dict("records")
    assert (told["best"], told["looser"]) == approx((10_000, 20))
    assert [holds_for(each) for each in (20.0, 0.0, float("inf"), float("nan"))] == ["20", "a kink", "any", ""]


@pytest.mark.parametrize("times", [1e-6, 3e4])
def test_a_range_is_in_tons_whatever_units_the_solver_is_given(times):
    """The same in grams and in ten thousands of tons: powers of two are taken out again."""
    assert price(three(100, times)) == approx((70_000, 30 * times, 20 * times))


def test_at_a_kink_the_price_holds_on_one_side_alone():
    """At 80 t Baotou is sold out exactly: a ton more is Lynas's 70,000, one less saves 60,000."""
    usd, more, less = price(three(80))
    assert (usd, more, less) in (approx((60_000, 0, 80)), approx((70_000, 50, 0)))


def test_a_range_is_told_by_the_year_of_its_period():
    """Two years in one period, discounted: still 30 t a year more and 20 less."""
    offers = [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}, FAR]
    held = case({"discount_rate": 0.1}, offers=offers, periods=[{"period": 2026, "years": 2}])
    plan = solve_case(held)
    assert price(plan) == approx((70_000, 30, 20))
    (told,) = marginal_prices(held, plan).to_dict("records")
    assert (told["more_t"], told["less_t"]) == approx((30, 20))


def test_how_far_a_price_holds_is_said_in_words():
    assert holds(30, 20) == "for 30.0 t more, 20.0 t less"
    assert holds(float("inf"), 0) == "for any more; a kink: one ton less may save less"
    assert holds(0, 80) == "for 80.0 t less; a kink: one ton more may cost more"
    assert holds(0, 0) == "for no ton; a kink: one ton more may cost more, one ton less may save less"
    assert holds(float("nan"), 0) == "not known"


def test_a_plan_with_another_range_is_refused():
    """The solver's word is sealed: nobody writes 300 t in place of 30; of a plan from before nothing is known."""
    held = case(offers=[BAOTOU | {"max_t_per_year": 80}, LYNAS])
    plan = solve_case(held)
    other = plan.tables["price_ranges"].assign(less_t_per_year=300.0)
    found = audit(held, replace(plan, tables={**plan.tables, "price_ranges": other}))
    assert [one.check for one in found] == ["record"]
    before = replace(plan, tables={**plan.tables, "price_ranges": plan.tables["price_ranges"].head(0)})
    assert marginal_prices(held, before)["more_t"].isna().all()
