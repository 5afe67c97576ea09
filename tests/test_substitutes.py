"""Other ways to serve a need: how much, from when, under which rule, and against going short."""

import pytest
from cases import BAOTOU, BASE, LYNAS, approx, bought, cost, needs, solve, tons

FERRITE = {"offer": "Ferrite", "supplier": "Lynas", "material": "ferrite", "origin": "MYS", "price_usd_per_t": 5_000}
MATERIALS = [*BASE["materials"], {"material": "ferrite", "stage": "magnets"}]
TWO_FOR_ONE = {"segment": "magnets", "material": "ferrite", "t_per_t": 2, "extra_usd_per_t": 15_000}


def replaced(*rows, **sheets):
    """Magnets that may be made of ferrite, 2 t a ton at 5,000 $/t and 15,000 $ more, with these facts."""
    offers = [BAOTOU, LYNAS, FERRITE]
    substitutes = [TWO_FOR_ONE | row for row in rows or ({},)]
    return {"materials": MATERIALS, "offers": offers, "substitutes": substitutes, **sheets}


def test_all_of_a_need_may_be_served_in_another_way():
    """100 t of need as 200 t ferrite: 1.0 M$, and 1.5 extra: 2.5 M$, against 6.0."""
    plan = solve(**replaced())
    assert bought(plan) == approx({"Ferrite": 200})
    assert cost(plan, "substitution") == approx(1.5)
    assert plan.objective_musd == approx(2.5)


def test_a_substitute_that_costs_more_is_left_alone():
    """55,000 $ extra and 10,000 of ferrite are more than Baotou's 60,000: 6.0 M$."""
    assert solve(**replaced({"extra_usd_per_t": 55_000})).objective_musd == approx(6.0)


def test_a_substitute_from_mid_period_serves_its_share_of_the_years():
    """From 2028 in a period 2026 to 2028: a third of the need a year, 33.3 t at 25,000 and 66.7 at 60,000 $.

    3 x (100/3 x 25,000 + 200/3 x 60,000) = 2.5 + 12.0 = 14.5 M$.
    """
    plan = solve(**replaced({"from": 2028}), periods=[{"period": 2026, "years": 3}])
    assert tons(plan, "deliveries", "material") == approx({"ferrite": 100 / 3, "oxide": 200 / 3})
    assert plan.objective_musd == approx(14.5)


def test_two_ways_each_have_their_share():
    """30 % as ferrite (25,000 $ a ton of need), 20 % with 0.5 t of oxide and 10,000 $ (40,000), the rest 60,000.

    0.75 + 0.8 + 3.0 = 4.55 M$.
    """
    thrift = {"material": "oxide", "t_per_t": 0.5, "extra_usd_per_t": 10_000, "max_share": 0.2}
    plan = solve(**replaced({"max_share": 0.3}, thrift))
    assert bought(plan) == approx({"Ferrite": 60, "Baotou": 60})
    assert plan.objective_musd == approx(4.55)


def test_a_substitute_is_better_than_going_short():
    """Baotou has 50 t; short costs 200,000 $/t, ferrite 80,000 here: 3.0 + 4.0 = 7.0 M$."""
    plan = solve(
        **replaced({"extra_usd_per_t": 70_000}, offers=[BAOTOU | {"max_t_per_year": 50}, FERRITE]),
        segments=[{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 200_000}],
    )
    assert plan.tables["shortages"].empty
    assert plan.objective_musd == approx(7.0)


@pytest.mark.slow
def test_a_substitute_passes_the_segments_rule_too():
    """Nothing made in China: Baotou is out, and so is Chinese ferrite: 100 t Lynas, 7.0 M$; Malaysian would be 2.5."""
    ruled = {
        "segments": [{"segment": "magnets", "origin_rule": "defence"}],
        "origin_rules": [{"rule": "defence", "country": "CHN", "stage": "made"}],
    }
    chinese = FERRITE | {"supplier": "Baotou", "origin": "CHN"}
    assert solve(**replaced(offers=[BAOTOU, LYNAS, chinese]), **ruled).objective_musd == approx(7.0)
    assert solve(**replaced(), **ruled).objective_musd == approx(2.5)


def test_a_substitute_serves_its_own_segment():
    """Drones may not use ferrite: 50 t of theirs stay oxide: 3.0 + 50 x 25,000 = 4.25 M$."""
    plan = solve(
        **replaced(),
        segments=[{"segment": "magnets"}, {"segment": "drones"}],
        demand=needs({2026: 50}) + needs({2026: 50}, "drones"),
    )
    assert plan.objective_musd == approx(4.25)
