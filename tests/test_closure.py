"""Closing what stands: when, what goes with it, and what stays."""

import pytest
from cases import MINE, approx, cost, needs, solve, tons, years

STANDS = {"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30}
COSTLY = {"fixed_om_usd_per_t": 50_000, "closure_allowed": "yes"}
TWO_YEARS = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}


def mine(**facts):
    """The mine of 30 t, digging at 20,000 $/t, with these facts."""
    return MINE | {"facilities": [STANDS | facts]}


def test_a_plant_is_closed_in_the_year_that_costs_least():
    """Fixed cost 1.5 M$ a year, 1.2 saved by digging; closing costs 0.4, which counts 0.8 in 2027.

    Closed at once: 6.0 + 0.8 x 6.0 + 0.4 = 11.2 M$.  A year later: 6.3 + 4.8 + 0.32 = 11.42.  Never: 6.3 x 1.8 = 11.34.
    """
    plan = solve({"discount_rate": 0.25}, **mine(**COSTLY, closure_cost_musd=0.4), **TWO_YEARS)
    assert plan.tables["closures"].values.tolist() == [["Mine", "2026"]]
    assert cost(plan, "closure") == approx(0.4)
    assert plan.objective_musd == approx(11.2)


@pytest.mark.slow
def test_a_plant_is_kept_while_it_is_needed_and_closed_after():
    """Baotou asks 60,000 $/t in 2026 and 30,000 in 2027; fixed cost 0.6 M$ a year.

    2026: 0.6 + 0.6 + 4.2 = 5.4.  2027, closed: 3.0, against 0.6 + 0.6 + 2.1 = 3.3.  In all 8.4 M$.
    """
    plan = solve(
        **mine(fixed_om_usd_per_t=20_000, closure_allowed="yes"),
        **TWO_YEARS,
        offer_prices=[{"offer": "Baotou", "period": 2027, "price_usd_per_t": 30_000}],
    )
    assert plan.tables["closures"].values.tolist() == [["Mine", "2027"]]
    assert plan.objective_musd == approx(8.4)


@pytest.mark.slow
def test_a_plant_that_may_not_be_closed_costs_on():
    """0.5 M$ a year saved by closing, if only one might: 2 x (6.3) = 12.6 M$."""
    plan = solve(**mine(fixed_om_usd_per_t=50_000), **TWO_YEARS)
    assert plan.tables["closures"].empty
    assert plan.objective_musd == approx(12.6)


@pytest.mark.slow
def test_a_closed_plant_need_not_be_kept_busy():
    """Digging costs 90,000 $/t, and half of 30 t must be dug: 6.45 M$.  Closing costs 0.3: 6.3 M$."""
    dear = {"processes": [MINE["processes"][0] | {"cost_usd_per_t": 90_000}]}
    plan = solve(**mine(min_utilisation=0.5, closure_allowed="yes", closure_cost_musd=0.3) | dear)
    assert plan.tables["activity"].empty
    assert plan.objective_musd == approx(6.3)


@pytest.mark.slow
def test_what_is_built_stays_when_what_stood_is_closed():
    """A new shaft of 40 t has no fixed cost, the old 30 t cost 1.5 M$ a year: 40 x 20,000 + 60 x 60,000 = 4.4 M$."""
    shaft = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "fixed_om_usd_per_t": 0}
    plan = solve(**mine(**COSTLY), build_options=[shaft])
    assert tons(plan, "activity", "facility") == approx({"Mine": 40})
    assert plan.tables["closures"]["facility"].tolist() == ["Mine"]
    assert plan.objective_musd == approx(4.4)
