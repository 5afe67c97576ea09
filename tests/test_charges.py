"""Charges by layer, on the way and over the years; the indicators behind them."""

import pytest
from cases import MINE, approx, bought, cost, needs, solve, tons, years


def indicator(plan, measure, node="2026"):
    """One figure of the table of indicators."""
    table = plan.tables["indicators"]
    return table.loc[(table["measure"] == measure) & (table["node"] == node), "value"].item()


def offers(baotou=0.0, lynas=0.0):
    """Baotou at 60,000 and Lynas at 70,000 $/t, with this much CO2 per ton."""
    shared = {"material": "oxide"}
    return [
        shared
        | {"offer": "Baotou", "supplier": "Baotou", "origin": "CHN", "price_usd_per_t": 60_000, "co2_t_per_t": baotou},
        shared
        | {"offer": "Lynas", "supplier": "Lynas", "origin": "MYS", "price_usd_per_t": 70_000, "co2_t_per_t": lynas},
    ]


def test_what_is_bought_gives_off_co2():
    """100 t from Baotou at 50 t of CO2 a ton: 5,000 t. Without a charge it costs nothing."""
    plan = solve(offers=offers(baotou=50, lynas=10))
    assert indicator(plan, "co2_t") == approx(5_000)
    assert cost(plan, "environment") == 0
    assert plan.objective_musd == approx(6.0)


def test_a_charge_on_co2_turns_the_order_to_the_cleaner_supplier():
    """At 300 $/t of CO2: Baotou 60,000 + 50 x 300 = 75,000; Lynas 70,000 + 10 x 300 = 73,000. 7.3 M$, 0.3 charged."""
    plan = solve(settings={"co2_usd_per_t": 300}, offers=offers(baotou=50, lynas=10))
    assert bought(plan) == approx({"Lynas": 100})
    assert indicator(plan, "co2_t") == approx(1_000)
    assert cost(plan, "environment") == approx(0.3)
    assert plan.objective_musd == approx(7.3)


def test_a_charge_below_the_difference_moves_nothing():
    """At 200 $/t of CO2: Baotou 60,000 + 50 x 200 = 70,000; Lynas 70,000 + 10 x 200 = 72,000. 7.0 M$."""
    plan = solve(settings={"co2_usd_per_t": 200}, offers=offers(baotou=50, lynas=10))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.objective_musd == approx(7.0)


@pytest.mark.slow
def test_the_way_counts_by_the_most_specific_lane_that_says_how_much():
    """2 t of CO2 a ton, from China 30; the row for oxide states only freight, so the others count. 500 $/t of CO2.

    Lynas: 70,000 + 2 x 500 = 71,000 + 100 freight; Baotou: 60,000 + 30 x 500 = 75,000 + 100. So Lynas, 7.11 M$.
    """
    lanes = [
        {"from": "*", "co2_t_per_t": 2},
        {"from": "CHN", "co2_t_per_t": 30},
        {"from": "*", "material": "oxide", "freight_usd_per_t": 100},
    ]
    free = solve(lanes=lanes)
    assert bought(free) == approx({"Baotou": 100})
    assert indicator(free, "co2_t") == approx(3_000)
    charged = solve(settings={"co2_usd_per_t": 500}, lanes=lanes)
    assert bought(charged) == approx({"Lynas": 100})
    assert cost(charged, "environment") == approx(0.1)
    assert charged.objective_musd == approx(7.11)


@pytest.mark.slow
def test_a_plants_run_pays_for_co2_water_and_residue():
    """A ton of the mine's 30 (20,000 $) gives off 40 t CO2 (100 $), takes 300 m3 (20 $), leaves 50 t residue (200 $).

    4,000 + 6,000 + 10,000 on top make 40,000, below 60,000. 30 x 40,000 + 70 x 60,000 = 5.4 M$, 0.6 charged.
    """
    run = MINE["processes"][0] | {"co2_t_per_t": 40, "water_m3_per_t": 300, "residue_t_per_t": 50}
    charges = {"co2_usd_per_t": 100, "water_usd_per_m3": 20, "residue_usd_per_t": 200}
    plan = solve(settings=charges, **MINE | {"processes": [run]})
    assert [indicator(plan, name) for name in ("co2_t", "water_m3", "residue_t")] == approx([1_200, 9_000, 1_500])
    costs = plan.tables["costs"]
    layers = costs[costs["term"] == "environment"].set_index("layer")["discounted_musd"].to_dict()
    assert layers == approx({"co2_t": 0.12, "water_m3": 0.18, "residue_t": 0.3})
    assert plan.objective_musd == approx(5.4)


def test_a_charge_can_keep_a_mine_shut():
    """A residue charge of 900 $/t on 50 t a ton is 45,000 $/t: 20,000 + 45,000 > 60,000. All from Baotou, 6.0 M$."""
    run = MINE["processes"][0] | {"residue_t_per_t": 50}
    plan = solve(settings={"residue_usd_per_t": 900}, **MINE | {"processes": [run]})
    assert tons(plan, "activity", "facility") == {}
    assert plan.objective_musd == approx(6.0)


def test_charges_are_discounted_over_the_years_of_the_period():
    """100 t a year in 2026 and 2027 at 25 %: 1 + 0.8. Charge 50 x 100 $ x 100 t = 0.5 M$ a year, 0.9 in all."""
    settings = {"co2_usd_per_t": 100, "discount_rate": 0.25}
    plan = solve(
        settings=settings, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}), offers=offers(baotou=50)[:1]
    )
    assert cost(plan, "environment") == approx(0.9)
    assert plan.objective_musd == approx(6.5 * 1.8)
