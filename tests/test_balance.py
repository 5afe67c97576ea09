"""Every ton is somewhere: what is made leaves, what is taken has come, and purchases are not resold."""

import pytest
from cases import BAOTOU, LYNAS, MINE, approx, bought, cost, solve, tons

SEPARATION = {
    "materials": [{"material": "oxide"}, {"material": "concentrate", "stage": "ore"}],
    "facilities": [{"facility": "Separation", "place": "Texas", "capacity_t_per_year": 200}],
    "processes": [{"facility": "Separation", "process": "separate", "cost_usd_per_t": 5_000}],
    "recipes": [
        {"process": "separate", "material": "concentrate", "t_per_t": -1},
        {"process": "separate", "material": "oxide", "t_per_t": 0.5},
    ],
    "offers": [BAOTOU | {"material": "concentrate", "price_usd_per_t": 10_000}, LYNAS],
}


def test_what_a_recipe_takes_must_be_bought():
    """Two tons of concentrate give one of oxide: 200 t at 10,000 $/t and 5,000 to separate = 3.0 M$, against 7.0
    bought as oxide."""
    plan = solve(**SEPARATION)
    assert bought(plan) == approx({"Baotou": 200})
    assert tons(plan, "activity", "facility") == approx({"Separation": 200})
    assert plan.objective_musd == approx(3.0)


@pytest.mark.slow
def test_what_is_made_must_go_somewhere():
    """Each ton of oxide comes with a ton of cerium, which may not be thrown away; 20 t of it find a market at 0 $/t.

    So the mine makes 20 t for 0.4 M$ though it could make 30, and 80 t are bought for 4.8 M$.
    """
    plan = solve(
        **MINE
        | {
            "materials": [{"material": "oxide"}, {"material": "cerium"}],
            "recipes": [{"process": "dig", "material": "oxide"}, {"process": "dig", "material": "cerium"}],
            "sales": [{"material": "cerium", "price_usd_per_t": 0, "max_t_per_year": 20}],
        }
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": 20})
    assert bought(plan) == approx({"Baotou": 80})
    assert plan.objective_musd == approx(5.2)


def test_purchases_are_not_resold_as_they_are():
    """Texas would pay 65,000 $/t for 50 t of oxide that Baotou sells at 60,000; only what is needed is bought: 6.0
    M$."""
    plan = solve(sales=[{"price_usd_per_t": 65_000, "max_t_per_year": 50}])
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.tables["sales"].empty
    assert plan.objective_musd == approx(6.0)


@pytest.mark.slow
def test_own_output_may_be_sold_while_others_goods_serve_the_need():
    """The mine's 30 t (20,000 $/t) are worth 65,000 in the market and 60,000 instead of Baotou's: 0.6 + 6.0 - 1.95 =
    4.65 M$."""
    plan = solve(**MINE, sales=[{"price_usd_per_t": 65_000, "max_t_per_year": 50}])
    assert tons(plan, "sales", "material") == approx({"oxide": 30})
    assert cost(plan, "sales") == approx(-1.95)
    assert plan.objective_musd == approx(4.65)


def test_stock_from_before_may_be_sold_while_others_goods_serve_the_need():
    """10 t in stock are worth 65,000 $/t in the market, and Baotou's replace them at 60,000: 6.0 - 0.65 = 5.35 M$."""
    plan = solve(sales=[{"price_usd_per_t": 65_000, "max_t_per_year": 50}], stocks=[{"initial_t": 10}])
    assert tons(plan, "sales", "material") == approx({"oxide": 10})
    assert plan.objective_musd == approx(5.35)


def test_a_chain_of_two_plants_balances_at_each_place():
    """Ore from a mine in Ohio, made into oxide in Texas: 2 t ore a ton.  The mine gives 30 t, so 15 t of oxide.

    30 x 20,000 + 30 x 5,000 = 0.75 M$; 85 t Baotou 5.1 M$.
    """
    plan = solve(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        materials=[{"material": "oxide"}, {"material": "ore"}],
        facilities=[
            {"facility": "Mine", "place": "Ohio", "capacity_t_per_year": 30},
            {"facility": "Separation", "place": "Texas", "capacity_t_per_year": 100},
        ],
        processes=[
            {"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000},
            {"facility": "Separation", "process": "separate", "cost_usd_per_t": 5_000},
        ],
        recipes=[
            {"process": "dig", "material": "ore"},
            {"process": "separate", "material": "ore", "t_per_t": -1},
            {"process": "separate", "material": "oxide", "t_per_t": 0.5},
        ],
    )
    assert tons(plan, "shipments", "from_place", "material", "to_place") == approx(
        {("Ohio", "ore", "Texas"): 30, ("Texas", "oxide", "Texas"): 15}
    )
    assert bought(plan) == approx({"Baotou": 85})
    assert plan.objective_musd == approx(5.85)
