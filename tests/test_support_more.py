"""Public support in finer detail: its years, what it pays for, and caps over several."""

import pytest
from cases import MINE, SITE, approx, cost, needs, solve, years

SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}
GRANT = {"incentive": "Grant", "kind": "capex grant", "applies_to": "Mine", "share": 0.5}
CREDIT = {"incentive": "Credit", "kind": "production credit", "applies_to": "Mine", "usd_per_t": 10_000}
PERIOD = {"periods": [{"period": 2026, "years": 2}]}


@pytest.mark.slow
def test_a_credit_that_ends_within_a_period_pays_for_its_share_of_the_years():
    """30 t/yr x 10,000 $ in 2026 and not in 2027: 0.3 M$ off 2 x 4.8: 9.3 M$."""
    plan = solve(**MINE, **PERIOD, incentives=[CREDIT | {"to": 2026}])
    assert cost(plan, "production_support") == approx(-0.3)
    assert plan.objective_musd == approx(9.3)


@pytest.mark.slow
def test_a_cap_counts_every_year_of_a_period():
    """0.3 M$ a year for two years are capped at 0.5: 9.6 - 0.5 = 9.1 M$."""
    assert solve(**MINE, **PERIOD, incentives=[CREDIT | {"cap_musd": 0.5}]).objective_musd == approx(9.1)


def test_a_credit_is_discounted_and_its_cap_is_not():
    """0.3 M$ in each year, 0.4 in all, 2027 counts 0.8: 0.3 at once and 0.1 x 0.8 later: 4.8 x 1.8 - 0.38 = 8.26 M$."""
    plan = solve(
        {"discount_rate": 0.25},
        **MINE,
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        incentives=[CREDIT | {"cap_musd": 0.4}],
    )
    assert cost(plan, "production_support") == approx(-0.38)
    assert plan.objective_musd == approx(8.26)


BOTH = {
    "materials": [{"material": "oxide"}, {"material": "cerium", "disposal_usd_per_t": 0}],
    "recipes": [{"process": "dig", "material": "oxide"}, {"process": "dig", "material": "cerium", "t_per_t": 2}],
}


@pytest.mark.slow
def test_a_credit_pays_for_the_output_it_names_or_for_all():
    """30 t of oxide and 60 t of cerium at 10,000 $/t: 0.3, 0.6, or 0.9 M$ off 4.8."""
    for material, musd in {"oxide": 0.3, "cerium": 0.6, None: 0.9}.items():
        plan = solve(**{**MINE, **BOTH}, incentives=[CREDIT | {"material": material}])
        assert plan.objective_musd == approx(4.8 - musd)


@pytest.mark.slow
def test_a_credit_on_a_material_is_for_what_is_made_at_home():
    """The mine abroad earns none for oxide made there: 4.8 M$; it would if the mine were named: 4.5."""
    abroad = MINE | {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Kuantan", "country": "MYS"}],
        "facilities": [{"facility": "Mine", "place": "Kuantan", "capacity_t_per_year": 30}],
    }
    assert solve(**abroad, incentives=[CREDIT | {"applies_to": "oxide"}]).objective_musd == approx(4.8)
    assert solve(**abroad, incentives=[CREDIT]).objective_musd == approx(4.5)


@pytest.mark.slow
def test_a_floor_follows_the_cheapest_offer_of_each_year():
    """The floor is 65,000 $/t; Baotou asks 60,000, then 62,000: 30 x 5,000 and 30 x 3,000 are 0.24 M$ in all.

    4.8 + 0.6 + 70 x 62,000 - 0.24 = 9.5 M$.
    """
    plan = solve(
        **MINE,
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        offer_prices=[{"offer": "Baotou", "period": 2027, "price_usd_per_t": 62_000}],
        incentives=[CREDIT | {"kind": "price floor", "material": "oxide", "usd_per_t": 65_000}],
    )
    assert cost(plan, "production_support") == approx(-0.24)
    assert plan.objective_musd == approx(9.5)


@pytest.mark.slow
def test_two_options_of_a_plant_share_a_grants_cap():
    """Two shafts of 4 M$ each, half of it granted and 3 M$ in all: 0.3 a year off 80 x 20,000 + 0.8 + 20 x 60,000."""
    shafts = [SHAFT, SHAFT | {"option": "Second shaft"}]
    plan = solve(**SITE, build_options=shafts, incentives=[GRANT | {"cap_musd": 3}])
    assert plan.tables["grants"]["musd"].sum() == approx(3.0)
    assert plan.objective_musd == approx(1.6 + 0.8 + 1.2 - 0.3)


@pytest.mark.slow
def test_a_grant_lowers_the_annuity_in_the_years_of_operation():
    """4 M$ over two years at 10 %: 4 x 0.1 / (1 - 1.1^-2) = 2.30476 a year; the grant pays half.

    The shaft runs in 2027 and 2028, after a year of construction, and would not pay for itself without the grant.
    """
    annuity = 4 * 0.1 / (1 - 1.1**-2)
    plan = solve(
        {"capital_rate": 0.1},
        **SITE,
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
        build_options=[SHAFT | {"lead_years": 1, "life_years": 2, "latest": 2026}],
        incentives=[GRANT | {"share": 0.5}],
    )
    assert cost(plan, "investment") == approx(2 * annuity)
    assert cost(plan, "grants") == approx(-annuity)
    assert plan.objective_musd == approx(6.0 + 2 * (0.8 + 3.6) + annuity)


FLOOR = CREDIT | {"kind": "price floor", "material": "oxide", "usd_per_t": 75_000}


def test_a_floor_follows_the_cheapest_offer_that_still_delivers():
    """China is shut; Lynas asks 70,000 $/t, 5,000 less than the floor: 0.6 + 70 x 70,000 - 30 x 5,000 = 5.35 M$."""
    shut = {"scenario": "shut", "kind": "supply", "country": "CHN", "from": 2026, "factor": 0}
    plan = solve(**MINE, scenarios=[{"scenario": "shut"}], events=[shut], incentives=[FLOOR])
    assert plan.objective_musd == approx(5.35)


def test_a_floor_pays_nothing_where_there_is_no_market():
    """Nobody sells oxide: 100 t of the mine at 20,000 $/t, 2.0 M$."""
    mine = MINE | {"facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 100}]}
    assert solve(**mine, offers=[], incentives=[FLOOR]).objective_musd == approx(2.0)
