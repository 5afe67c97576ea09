"""Meeting needs, or going short at a price."""

import pytest
from cases import BAOTOU, approx, bought, cost, needs, solve, tons

from planner.errors import Infeasible

MAY_GO_SHORT = {"segment": "magnets", "shortage_usd_per_t": 100_000, "max_shortage_share": 1}


def test_a_need_is_met_though_it_costs():
    """100 t that may not go short, at 60,000 $/t: 6.0 M$."""
    plan = solve(offers=[BAOTOU])
    assert tons(plan, "deliveries", "segment") == approx({"magnets": 100})
    assert plan.objective_musd == approx(6.0)


def test_what_cannot_be_delivered_is_short_and_costs_its_loss():
    """Baotou has 60 t: 40 t short at 100,000 $/t = 4.0 M$, with 3.6 M$ for the 60 t."""
    plan = solve(offers=[BAOTOU | {"max_t_per_year": 60}], segments=[MAY_GO_SHORT])
    assert tons(plan, "shortages", "segment") == approx({"magnets": 40})
    assert tons(plan, "deliveries", "segment") == approx({"magnets": 60})
    assert cost(plan, "shortage") == approx(4.0)
    assert plan.objective_musd == approx(7.6)


def test_going_short_is_chosen_where_goods_cost_more():
    """Going short costs 50,000 $/t, Baotou 60,000: 100 t short, 5.0 M$."""
    plan = solve(segments=[MAY_GO_SHORT | {"shortage_usd_per_t": 50_000}])
    assert tons(plan, "shortages", "segment") == approx({"magnets": 100})
    assert bought(plan) == {}
    assert plan.objective_musd == approx(5.0)


def test_no_more_goes_short_than_is_allowed():
    """As above, but at most 30 % may go short: 30 x 50,000 + 70 x 60,000 = 5.7 M$."""
    plan = solve(segments=[MAY_GO_SHORT | {"shortage_usd_per_t": 50_000, "max_shortage_share": 0.3}])
    assert tons(plan, "shortages", "segment") == approx({"magnets": 30})
    assert plan.objective_musd == approx(5.7)


def test_scarce_goods_go_where_their_lack_costs_most():
    """60 t for two segments of 50 t: drones (200,000 $/t) get all, magnets (100,000) the 10 t left: 3.6 + 40 x
    100,000 = 7.6 M$."""
    plan = solve(
        offers=[BAOTOU | {"max_t_per_year": 60}],
        segments=[MAY_GO_SHORT, MAY_GO_SHORT | {"segment": "drones", "shortage_usd_per_t": 200_000}],
        demand=needs({2026: 50}) + needs({2026: 50}, "drones"),
    )
    assert tons(plan, "shortages", "segment") == approx({"magnets": 40})
    assert plan.objective_musd == approx(7.6)


def test_a_segment_without_a_row_in_a_period_needs_nothing_then():
    """Demand is stated for 2027 only: 6.0 M$ then, nothing in 2026."""
    plan = solve(periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 1}], demand=needs({2027: 100}))
    assert tons(plan, "deliveries", "node") == approx({"2027": 100})
    assert plan.objective_musd == approx(6.0)


def test_a_need_that_cannot_be_met_is_said_to_be_so():
    """60 t fit on the only lane, for 100 t that may not go short: the letter names the cell and the 40 t that lack."""
    with pytest.raises(Infeasible, match=r"lanes!\S+: .* 40.000 t"):
        solve(lanes=[{"from": "CHN", "max_t_per_year": 60}])


def test_a_substitute_serves_no_more_than_its_share():
    """30 % may use 2 t of ferrite (10,000 $/t) a ton, at 15,000 $ extra: 35,000 $ a ton of need; the rest 60,000.

    60 x 10,000 + 30 x 15,000 + 70 x 60,000 = 0.6 + 0.45 + 4.2 = 5.25 M$.
    """
    plan = solve(
        materials=[{"material": "oxide"}, {"material": "ferrite"}],
        offers=[BAOTOU, BAOTOU | {"offer": "Ferrite", "material": "ferrite", "price_usd_per_t": 10_000}],
        substitutes=[
            {"segment": "magnets", "material": "ferrite", "t_per_t": 2, "extra_usd_per_t": 15_000, "max_share": 0.3}
        ],
    )
    assert bought(plan) == approx({"Ferrite": 60, "Baotou": 70})
    assert tons(plan, "deliveries", "material") == approx({"ferrite": 30, "oxide": 70})
    assert cost(plan, "substitution") == approx(0.45)
    assert plan.objective_musd == approx(5.25)


def test_thrifting_serves_a_need_with_less_of_the_same():
    """From 2027 on 0.7 t do the work of a ton, at 5,000 $ a ton of need: 6.0, then 70 x 60,000 + 100 x 5,000 = 4.7
    M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 1}, {"period": 2027, "years": 1}],
        substitutes=[
            {"segment": "magnets", "material": "oxide", "t_per_t": 0.7, "extra_usd_per_t": 5_000, "from": 2027}
        ],
        demand=needs({2026: 100, 2027: 100}),
    )
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Baotou", "2027"): 70})
    assert plan.objective_musd == approx(10.7)
