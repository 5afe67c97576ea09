"""Lanes that are opened or not: a minimum and a fixed cost for each pair of ends, year by year."""

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, approx, bought, cost, needs, solve, tons, years

ANY = {"from": "*"}
CHINA = {"from": "CHN", "max_t_per_year": 200}
OHIO = [*BASE["places"], {"place": "Ohio", "country": "USA"}]


def test_all_that_a_lane_carries_counts_towards_its_minimum():
    """Two Chinese offers of 40 t at 50,000 and 60,000 $/t, together 80 t as the lane asks: 2.0 + 2.4 + 1.4 = 5.8 M$."""
    plan = solve(
        offers=[
            BAOTOU | {"max_t_per_year": 40},
            BAOTOU | {"offer": "Ganzhou", "price_usd_per_t": 50_000, "max_t_per_year": 40},
            LYNAS,
        ],
        lanes=[ANY, CHINA | {"min_t_per_year": 80}],
    )
    assert bought(plan) == approx({"Baotou": 40, "Ganzhou": 40, "Lynas": 20})
    assert plan.objective_musd == approx(5.8)


def test_a_lane_that_cannot_reach_its_minimum_carries_nothing():
    """The same lane asks for 81 t and 80 t are for sale: 7.0 M$."""
    plan = solve(offers=[BAOTOU | {"max_t_per_year": 80}, LYNAS], lanes=[ANY, CHINA | {"min_t_per_year": 81}])
    assert plan.tables["lanes_used"].empty
    assert plan.objective_musd == approx(7.0)


def test_a_lane_is_opened_for_each_pair_of_ends():
    """0.3 M$ for each of Texas (70 t) and Ohio (20 t): Texas saves 0.7, Ohio only 0.2: 4.2 + 0.3 + 1.4 = 5.9 M$."""
    plan = solve(
        places=OHIO,
        segments=[{"segment": "magnets"}, {"segment": "drones", "place": "Ohio"}],
        demand=needs({2026: 70}) + needs({2026: 20}, "drones"),
        lanes=[ANY, CHINA | {"fixed_musd_per_year": 0.3}],
    )
    assert plan.tables["lanes_used"][["from", "to"]].values.tolist() == [["CHN", "Texas"]]
    assert plan.objective_musd == approx(5.9)


@pytest.mark.slow
def test_a_lane_is_opened_year_by_year_and_its_cost_discounted():
    """At 0.5 M$ a year it pays in 2027 (100 t save 1.0) and not in 2026 (20 t save 0.2): 1.4 + 0.8 x 6.5 = 6.6 M$."""
    plan = solve(
        {"discount_rate": 0.25},
        periods=years(2026, 2027),
        demand=needs({2026: 20, 2027: 100}),
        lanes=[ANY, CHINA | {"fixed_musd_per_year": 0.5}],
    )
    assert plan.tables["lanes_used"]["node"].tolist() == ["2027"]
    assert cost(plan, "freight") == approx(0.4)
    assert plan.objective_musd == approx(6.6)


def test_a_lane_pays_its_fixed_cost_in_every_year_of_a_period():
    """Two years in one period: 2 x (6.0 + 0.5) = 13.0 M$."""
    plan = solve(periods=[{"period": 2026, "years": 2}], lanes=[ANY, CHINA | {"fixed_musd_per_year": 0.5}])
    assert plan.objective_musd == approx(13.0)


@pytest.mark.slow
def test_own_goods_open_lanes_as_bought_ones_do():
    """The mine's 30 t in Texas save 1.2 M$ in Ohio, over a lane of 0.5: 0.6 + 0.5 + 4.2 = 5.3 M$; of 1.3: 6.0."""

    def over(fixed):
        lane = {"from": "Texas", "to": "Ohio", "max_t_per_year": 50, "fixed_musd_per_year": fixed}
        return solve(
            **MINE, places=OHIO, segments=[{"segment": "magnets", "place": "Ohio"}], lanes=[{"from": "CHN"}, lane]
        )

    assert tons(over(0.5), "shipments", "to_place") == approx({"Ohio": 30})
    assert over(0.5).objective_musd == approx(5.3)
    assert over(1.3).objective_musd == approx(6.0)
