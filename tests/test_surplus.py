"""Letting go of what nobody in the plan needs: markets that saturate, and disposal."""

import pytest
from cases import MINE, approx, cost, needs, solve, tons, years


def cerium(disposal_usd_per_t=None, **sheets):
    """The mine (30 t at 20,000 $/t, for 0.6 M$, beside 70 t Baotou for 4.2) with a ton of cerium beside each ton of
    oxide."""
    return MINE | {
        "materials": [{"material": "oxide"}, {"material": "cerium", "disposal_usd_per_t": disposal_usd_per_t}],
        "recipes": [*MINE["recipes"], {"process": "dig", "material": "cerium"}],
        **sheets,
    }


def test_surplus_is_thrown_away_at_a_cost():
    """30 t of cerium at 2,000 $/t: 0.06 M$.  4.8 + 0.06 = 4.86 M$."""
    plan = solve(**cerium(disposal_usd_per_t=2_000))
    assert tons(plan, "disposals", "material") == approx({"cerium": 30})
    assert cost(plan, "disposal") == approx(0.06)
    assert plan.objective_musd == approx(4.86)


def test_surplus_is_thrown_away_for_nothing_where_that_is_free():
    """Disposal at 0 $/t: 4.8 M$.  (Blank would mean: it may not be thrown away.)"""
    plan = solve(**cerium(disposal_usd_per_t=0))
    assert tons(plan, "disposals", "material") == approx({"cerium": 30})
    assert plan.objective_musd == approx(4.8)


def test_a_market_takes_no_more_than_it_can():
    """20 t of cerium find a buyer at 5,000 $/t, 5 t more at 1,000, 5 t are thrown away at 2,000: 4.8 - 0.1 - 0.005 +
    0.01."""
    plan = solve(
        **cerium(
            disposal_usd_per_t=2_000,
            sales=[
                {"material": "cerium", "price_usd_per_t": 5_000, "max_t_per_year": 20},
                {"material": "cerium", "price_usd_per_t": 1_000, "max_t_per_year": 5},
            ],
        )
    )
    assert tons(plan, "sales", "price_usd_per_t") == approx({5_000: 20, 1_000: 5})
    assert tons(plan, "disposals", "material") == approx({"cerium": 5})
    assert cost(plan, "sales") == approx(-0.105)
    assert plan.objective_musd == approx(4.705)
    full = plan.tables["binding"].query("rule == 'market saturated'")
    assert set(full["item"]) == {"cerium in Texas at 5,000 USD/t", "cerium in Texas at 1,000 USD/t"}


def test_surplus_travels_to_its_market_by_a_lane():
    """Ohio pays 5,000 $/t, the way costs 2,000: 30 x 3,000 = 0.09 M$ earned.  4.8 - 0.09 = 4.71 M$."""
    plan = solve(
        **cerium(
            places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
            sales=[{"place": "Ohio", "material": "cerium", "price_usd_per_t": 5_000}],
            lanes=[{"from": "*"}, {"from": "*", "to": "Ohio", "freight_usd_per_t": 2_000}],
        )
    )
    assert tons(plan, "sales", "place") == approx({"Ohio": 30})
    assert plan.objective_musd == approx(4.71)


def test_a_plant_may_run_for_the_market_alone():
    """Nobody needs more than 10 t, and Texas pays 50,000 $/t for up to 15: the mine makes 25 t: 0.5 - 0.75 = -0.25
    M$."""
    plan = solve(
        **MINE,
        sales=[{"price_usd_per_t": 50_000, "max_t_per_year": 15}],
        demand=[{"segment": "magnets", "period": 2026, "t_per_year": 10}],
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": 25})
    assert plan.objective_musd == approx(-0.25)


def test_a_case_that_only_sells_is_planned():
    """Nothing is needed. The mine digs its 30 t at 20,000 $/t, which Texas buys at 50,000: 0.9 M$ earned."""
    plan = solve(**MINE, demand=needs({2026: 0}), sales=[{"price_usd_per_t": 50_000}])
    assert plan.objective_musd == approx(-0.9)


MARKET = {"material": "cerium", "price_usd_per_t": 5_000, "max_t_per_year": 20}
CERIUM = cerium(disposal_usd_per_t=0, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))


def test_a_market_pays_in_its_years_alone():
    """5,000 $/t from 2027, 4,000 until 2026: 20 t each, 9.6 - 0.08 - 0.1 = 9.42 M$."""
    until = MARKET | {"price_usd_per_t": 4_000, "to": 2026}
    plan = solve(**CERIUM | {"sales": [MARKET | {"from": 2027}, until]})
    assert tons(plan, "sales", "node") == approx({"2026": 20, "2027": 20})
    assert plan.objective_musd == approx(9.42)


@pytest.mark.slow
def test_a_market_that_opens_within_a_period_takes_its_share():
    """Open in 2027 of 2026 and 2027: 10 t a year in the mean. Without a maximum it takes all 30 t a year."""
    two = CERIUM | {"periods": [{"period": 2026, "years": 2}], "demand": needs({2026: 100})}
    plan = solve(**two | {"sales": [MARKET | {"from": 2027}]})
    assert tons(plan, "sales", "material") == approx({"cerium": 10})
    endless = {**MARKET, "max_t_per_year": None, "from": 2027}
    assert tons(solve(**two | {"sales": [endless]}), "sales", "material") == approx({"cerium": 30})


def test_goods_do_not_travel_to_a_market_that_is_closed():
    """Ohio pays from 2027 on; in 2026 the mine throws its cerium away where it is."""
    far = MARKET | {"place": "Ohio", "from": 2027}
    places = [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}]
    plan = solve(**CERIUM | {"places": places, "sales": [far]})
    assert tons(plan, "sales", "node") == approx({"2027": 20})
    assert plan.objective_musd == approx(9.5)
