"""Public support: grants for what is built, credits and price floors for what is made."""

import pytest
from cases import MINE, SITE, approx, cost, needs, solve, years

SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}
GRANT = {"incentive": "Grant", "kind": "capex grant", "applies_to": "Shaft", "share": 0.5}
CREDIT = {"incentive": "Credit", "kind": "production credit", "applies_to": "oxide", "usd_per_t": 2_000}


def built(**facts):
    """A shaft of 40 t in Texas: 4 M$, 0.4 a year for ten years; 4.8 M$ with all that is bought and run. And a grant."""
    return solve(**SITE, build_options=[SHAFT], incentives=[GRANT | facts])


@pytest.mark.slow
def test_a_grant_pays_its_share_of_the_capex():
    """Half of 4 M$, 0.2 a year; its cap of 3 M$ is not reached: 4.8 - 0.2 = 4.6 M$."""
    plan = built(cap_musd=3)
    assert cost(plan, "grants") == approx(-0.2)
    assert plan.objective_musd == approx(4.6)


@pytest.mark.slow
def test_a_grant_pays_no_more_than_its_cap():
    """1 M$ of the 2, 0.1 a year: 4.7 M$."""
    assert built(cap_musd=1).objective_musd == approx(4.7)


@pytest.mark.slow
def test_a_grant_may_name_the_facility_and_its_years():
    """The mine is named, and 2026 lies in its years: 4.6 M$; where it ended before, 4.8 M$."""
    assert built(applies_to="Mine", to=2026).objective_musd == approx(4.6)
    assert built(applies_to="Mine", to=2025).objective_musd == approx(4.8)


def supported(**facts):
    """The mine's 30 t at 20,000 $/t beside 70 t of Baotou's, 4.8 M$, with support."""
    return solve(**MINE, incentives=[CREDIT | facts])


@pytest.mark.slow
def test_a_credit_pays_for_what_is_made():
    """30 t x 2,000 $ = 0.06 M$; its cap of 0.1 is not reached: 4.74 M$."""
    plan = supported(cap_musd=0.1)
    assert cost(plan, "production_support") == approx(-0.06)
    assert plan.objective_musd == approx(4.74)


@pytest.mark.slow
def test_a_credit_pays_no_more_than_its_cap():
    """0.05 of 0.06 M$: 4.75 M$."""
    assert supported(cap_musd=0.05).objective_musd == approx(4.75)


@pytest.mark.slow
def test_a_cap_holds_over_all_years_undiscounted():
    """0.06 M$ a year, 0.1 in all: 4.8 + 4.8 - 0.1 = 9.5 M$."""
    plan = solve(
        **MINE,
        incentives=[CREDIT | {"cap_musd": 0.1}],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.objective_musd == approx(9.5)


@pytest.mark.slow
def test_a_credit_may_make_a_plant_worth_running():
    """At 65,000 $/t the mine is dearer than Baotou; with 10,000 $/t it is not: 30 x 55,000 + 4.2 = 5.85 M$."""
    dear = MINE | {"processes": [MINE["processes"][0] | {"cost_usd_per_t": 65_000}]}
    plan = solve(**dear, incentives=[CREDIT | {"applies_to": "dig", "usd_per_t": 10_000}])
    assert plan.objective_musd == approx(5.85)


@pytest.mark.slow
def test_a_price_floor_pays_what_the_market_lacks():
    """The cheapest offer is Baotou's 60,000 $/t, 5,000 below the floor: 30 x 5,000 = 0.15: 4.65 M$."""
    plan = supported(kind="price floor", usd_per_t=65_000)
    assert cost(plan, "production_support") == approx(-0.15)
    assert plan.objective_musd == approx(4.65)


@pytest.mark.slow
def test_a_price_floor_below_the_market_pays_nothing():
    """55,000 $/t lie below Baotou's 60,000: 4.8 M$."""
    assert supported(kind="price floor", usd_per_t=55_000).objective_musd == approx(4.8)
