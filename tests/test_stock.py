"""Keeping stock: room, reserve, losses, and what holding costs."""

from dataclasses import replace

import pytest
from cases import BAOTOU, approx, bought, case, cost, needs, solve, tons, years

from planner.audit import audit
from planner.planning.solve import solve_case

DEARER_LATER = {
    "periods": years(2026, 2027),
    "offers": [BAOTOU],
    "offer_prices": [{"offer": "Baotou", "period": 2027, "price_usd_per_t": 90_000}],
    "demand": needs({2026: 100, 2027: 100}),
}


def test_stock_carries_cheap_goods_into_a_dear_year():
    """Baotou asks 60,000 $/t in 2026 and 90,000 in 2027: all 200 t are bought in 2026, 12 M$."""
    plan = solve(**DEARER_LATER, stocks=[{}])
    assert bought(plan, "node") == approx({("Baotou", "2026"): 200})
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 100})
    assert plan.objective_musd == approx(12.0)


def test_a_stockpile_holds_no_more_than_its_room():
    """Room for 40 t: 140 x 60,000 + 60 x 90,000 = 13.8 M$."""
    plan = solve(**DEARER_LATER, stocks=[{"max_t": 40}])
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 40})
    assert plan.objective_musd == approx(13.8)


def test_the_reserve_is_there_at_the_end_of_every_period():
    """20 t beside the 100 t of 2026: 120 x 60,000; they stay in 2027: 100 x 90,000.  7.2 + 9.0 = 16.2 M$, with room
    for 20 t."""
    plan = solve(**DEARER_LATER, stocks=[{"max_t": 20, "reserve_t": 20}])
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 20, "2027": 20})
    assert plan.objective_musd == approx(16.2)


def test_the_final_stock_is_there_at_the_end_of_the_horizon():
    """10 t at the end of 2027, at 60,000 $/t like all: 210 x 60,000 = 12.6; kept half of 2027 on average, 5 t at
    1,000 = 0.005."""
    plan = solve(
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        stocks=[{"final_t": 10, "holding_usd_per_t_year": 1_000}],
    )
    assert tons(plan, "stocks", "node", column="t") == approx({"2027": 10})
    assert plan.objective_musd == approx(12.605)


def test_what_was_in_stock_before_need_not_be_bought():
    """30 t are there: 70 x 60,000 = 4.2 M$."""
    plan = solve(stocks=[{"initial_t": 30}])
    assert bought(plan) == approx({"Baotou": 70})
    assert plan.objective_musd == approx(4.2)


def test_stock_is_lost_by_its_yearly_share():
    """10 % of 100 t are lost in the year: 90 t are used, 10 t bought, 0.6 M$."""
    plan = solve(stocks=[{"initial_t": 100, "loss_share_per_year": 0.1}])
    assert bought(plan) == approx({"Baotou": 10})
    assert plan.objective_musd == approx(0.6)


def test_stock_enters_a_long_period_after_all_its_losses_and_spread_over_its_years():
    """100 t x 0.9 x 0.9 = 81 t, 40.5 t/yr over two years: 2 x 59.5 x 60,000 = 7.14 M$."""
    plan = solve(periods=[{"period": 2026, "years": 2}], stocks=[{"initial_t": 100, "loss_share_per_year": 0.1}])
    assert bought(plan) == approx({"Baotou": 59.5})
    assert plan.objective_musd == approx(7.14)


def test_holding_is_paid_on_the_mean_of_opening_and_closing_stock():
    """60 t at first, 20 t kept back: 40 t used, 60 x 60,000 = 3.6; (60 + 20)/2 x 1,000 = 0.04 M$."""
    plan = solve(stocks=[{"initial_t": 60, "reserve_t": 20, "holding_usd_per_t_year": 1_000}])
    assert cost(plan, "holding") == approx(0.04)
    assert plan.objective_musd == approx(3.64)


def test_holding_is_weighed_against_the_price_to_come():
    """Keeping a ton from 2026 to use in 2027 costs half a year's holding in each: 35,000 $/t of holding eats the
    30,000 saved."""
    plan = solve(**DEARER_LATER, stocks=[{"holding_usd_per_t_year": 35_000}])
    assert plan.tables["stocks"].empty
    assert plan.objective_musd == approx(15.0)


RELEASE = {"scenarios": [{"scenario": "crisis"}],
           "events": [{"scenario": "crisis", "kind": "release", "place": "Texas", "from": 2027, "known_from": 2026}],
           "stocks": [{"initial_t": 20, "reserve_t": 20}]}  # fmt: skip


def test_a_reserve_is_released_from_the_year_of_the_release_on():
    """Baotou asks 90,000 $/t in 2026 and 60,000 in 2027, when the 20 t are released: 9.0 + 80 x 60,000 = 13.8 M$.

    Released a year sooner they would save 90,000 a ton: 7.2 + 6.0 = 13.2 M$.
    """
    dear_first = [{"offer": "Baotou", "period": 2026, "price_usd_per_t": 90_000}]
    plan = solve(**DEARER_LATER | RELEASE | {"offer_prices": dear_first})
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Baotou", "2027"): 80})
    assert plan.objective_musd == approx(13.8)


def test_a_reserve_released_within_a_period_need_not_be_there_at_its_end():
    """2026 and 2027 are one period, the release comes in 2027: 20 t, 10 a year: 2 x 90 x 60,000 = 10.8 M$."""
    plan = solve(**RELEASE, periods=[{"period": 2026, "years": 2}])
    assert bought(plan) == approx({"Baotou": 90})
    assert plan.objective_musd == approx(10.8)


def test_safety_stock_covers_days_of_use():
    """100 t a year are used: 73 days are 20 t, bought for 1.2 M$ beside 6.0. The year after 200 t are used: 40 t at the
    end, so 220 are bought: 13.2. A plan with a ton less in stock is refused."""
    held = case(
        periods=years(2026, 2027), demand=needs({2026: 100, 2027: 200}), offers=[BAOTOU], stocks=[{"cover_days": 73}]
    )
    plan = solve_case(held)
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 20, "2027": 40})
    assert plan.cost_musd == approx(7.2 + 13.2)
    less = plan.tables["stocks"].assign(t=[20.0, 39.0])
    assert "safety stock" in {one.check for one in audit(held, replace(plan, tables={**plan.tables, "stocks": less}))}


@pytest.mark.slow
def test_safety_stock_goes_by_what_plants_take_in():
    """The smelter makes 40 t of metal of 50 t of oxide, and 50 t are needed themselves: 36.5 days of 100 t are 10."""
    plan = solve(
        materials=[{"material": "oxide"}, {"material": "metal"}],
        offers=[BAOTOU],
        facilities=[{"facility": "Smelter", "place": "Texas", "capacity_t_per_year": 40}],
        processes=[{"facility": "Smelter", "process": "smelt"}],
        recipes=[
            {"process": "smelt", "material": "oxide", "t_per_t": -1.25},
            {"process": "smelt", "material": "metal"},
        ],
        segments=[{"segment": "magnets"}, {"segment": "alloys", "material": "metal"}],
        demand=[*needs({2026: 50}), {"segment": "alloys", "period": 2026, "t_per_year": 40}],
        stocks=[{"cover_days": 36.5}],
    )
    assert tons(plan, "stocks", "material", column="t") == approx({"oxide": 10})
    assert plan.cost_musd == approx(6.6)
