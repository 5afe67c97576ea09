"""An offer's price at a place: a quote by destination, in place of its own price and of the lanes' freight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, tons, years

from planner.audit import audit

SITES: dict[str, Any] = {
    "places": [{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
    "lanes": [{"from": "*", "freight_usd_per_t": 1_000}],
    "segments": [{"segment": "magnets"}, {"segment": "motors", "place": "Nevada"}],
    "demand": [*needs({2026: 100}), *needs({2026: 50}, "motors")],
}
THERE = {"offer": "Lynas", "place": "Nevada", "price_usd_per_t": 55_000, "freight_usd_per_t": 2_000}
HERE = {"offer": "Baotou", "place": "Texas", "price_usd_per_t": 65_000}


def test_an_offer_costs_its_own_price_at_a_place():
    """Nevada's 50 t come from Lynas at 57,000, with the way there; Texas's 100 t from Baotou at 61,000: 8.95 M$."""
    plan = solve(**SITES, delivered_prices=[THERE])
    assert bought(plan) == approx({"Baotou": 100, "Lynas": 50})
    assert (cost(plan, "purchases"), cost(plan, "freight")) == approx((6.0 + 2.75, 0.1 + 0.1))
    assert plan.cost_musd == approx(8.95)


@pytest.mark.slow
def test_a_delivered_price_has_the_way_in_it_and_all_of_it_is_paid_duty_on():
    """Nevada's 50 t at 57,000 delivered pay 7 % of that; where 2,000 of it is told as freight, 7 % of 55,000. Texas
    pays Baotou 100 x 61,000."""
    duty = {"tariffs": [{"authority": "301", "origin": "MYS", "rate": 0.07}]}
    whole = [THERE | {"price_usd_per_t": 57_000, "freight_usd_per_t": None}]
    assert solve(**SITES, **duty, delivered_prices=whole).cost_musd == approx(6.1 + 50 * 0.057 * 1.07)
    apart = solve(**SITES, **duty, delivered_prices=[THERE])
    assert cost(apart, "duties") == approx(50 * 0.055 * 0.07)
    assert apart.cost_musd == approx(6.1 + 50 * (0.055 * 1.07 + 0.002))


def test_a_quote_of_a_period_comes_before_one_of_all():
    """Texas pays Baotou 55,000 in 2026; 65,000 in 2027, when it buys the ton from Lynas at 62,000: 5.5 + 6.2."""
    plan = solve(
        periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}), offers=[BAOTOU, LYNAS],
        delivered_prices=[HERE, HERE | {"period": 2026, "price_usd_per_t": 55_000},
                          {"offer": "Lynas", "place": "Texas", "period": 2027, "price_usd_per_t": 62_000}],
    )  # fmt: skip
    assert tons(plan, "purchases", "offer", "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.cost_musd == approx(11.7)


def test_the_difference_holds_in_every_price_band():
    """Above 60 t Baotou asks 50,000 in place of 60,000; in Texas 5,000 more in both: 60 x 65,000 + 40 x 55,000."""
    break_ = {"offer": "Baotou", "above_t_per_year": 60, "price_usd_per_t": 50_000, "kind": "incremental"}
    assert solve(offer_tiers=[break_], delivered_prices=[HERE]).cost_musd == approx(3.9 + 2.2)


def test_events_act_on_the_quote_and_an_index_on_the_offers_own_price():
    """Prices rise by a tenth: 100 t at 71,500 in Texas; or under contract at the market price of 66,000, with freight
    of 1,000 by the lane: 50 t of it, 3.35 + 3.575 M$."""
    rise = {
        "scenarios": [{"scenario": "one"}],
        "events": [{"scenario": "one", "kind": "price", "country": "CHN", "from": 2026, "factor": 1.1}],
    }
    terms = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 50}
    plan = solve(**rise, offers=[BAOTOU], lanes=[{"from": "*", "freight_usd_per_t": 1_000}], delivered_prices=[HERE],
                 contracts=[terms | {"index_discount": 0}])  # fmt: skip
    assert plan.cost_musd == approx(50 * 0.067 + 50 * 0.0715)


@pytest.mark.parametrize("other", [{"price_usd_per_t": 54_000}, {"freight_usd_per_t": 1_000}])
def test_a_plan_at_another_price_or_freight_is_refused(other):
    """The plan of the same case with a quote that is 1,000 cheaper."""
    held = case(**SITES, delivered_prices=[THERE])
    plan = solve(**SITES, delivered_prices=[THERE | other])
    checks = {finding.check for finding in audit(held, replace(plan, fingerprint=held.fingerprint))}
    assert {"ledger", "quote"} <= checks
