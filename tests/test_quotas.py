"""Quotas: a lower duty up to so many tons, or nothing above them; and minimum import prices."""

import pytest
from cases import BAOTOU, approx, bought, cost, needs, solve

MAGNETS = {
    "quota": "Oxide quota",
    "authority": "301",
    "hts": "2846",
    "origin": "CHN",
    "period": 2026,
    "quota_t": 40,
    "in_quota_rate": 0,
    "over_quota_rate": 0.25,
}
DUTY = [{"authority": "301", "origin": "CHN", "rate": 0.5}]


def test_the_duty_is_lower_inside_a_quota():
    """40 t of Baotou's pay nothing, more would pay 25 %: 75,000 $/t, dearer than Lynas: 2.4 + 60 x 70,000 = 6.6 M$."""
    plan = solve(quotas=[MAGNETS], tariffs=DUTY)
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert cost(plan, "duties") == approx(0)
    assert plan.objective_musd == approx(6.6)


def test_over_a_quota_its_own_rate_stands_in_place_of_the_authoritys():
    """Only Baotou sells: 60 t pay 25 % of 60,000: 6.0 + 0.9 M$."""
    plan = solve(quotas=[MAGNETS], tariffs=DUTY, offers=[BAOTOU])
    assert cost(plan, "duties") == approx(0.9)
    assert plan.objective_musd == approx(6.9)


def test_no_more_is_inside_a_quota_than_comes():
    """30 t are needed: 30 x 60,000 = 1.8 M$; the 10 t left of the quota save nothing."""
    plan = solve(quotas=[MAGNETS], tariffs=DUTY, demand=needs({2026: 30}))
    assert plan.objective_musd == approx(1.8)


@pytest.mark.slow
def test_nothing_comes_over_an_absolute_quota():
    """40 t of Baotou's at 10 %, 66,000 $/t, and not a ton more: 2.64 + 60 x 70,000 = 6.84 M$."""
    plan = solve(quotas=[MAGNETS | {"in_quota_rate": 0.1, "over_quota_rate": None}], tariffs=DUTY)
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert cost(plan, "duties") == approx(0.24)
    assert plan.objective_musd == approx(6.84)


@pytest.mark.slow
def test_all_that_a_quota_covers_shares_it():
    """A second Chinese offer at 50,000 $/t takes the 40 t, as its 25 % would be 12,500 $/t: 62,500 over the quota.

    100 t of it, 40 inside: 100 x 50,000 + 60 x 12,500 = 5.75 M$.
    """
    plan = solve(
        quotas=[MAGNETS], tariffs=DUTY, offers=[BAOTOU, BAOTOU | {"offer": "Ganzhou", "price_usd_per_t": 50_000}]
    )
    assert bought(plan) == approx({"Ganzhou": 100})
    assert plan.objective_musd == approx(5.75)


def test_other_authorities_charge_inside_a_quota_as_outside():
    """5 % of another authority's on all 100 t: 0.3 M$, and 25 % on the 60 t over the quota: 0.9 M$."""
    plan = solve(quotas=[MAGNETS], tariffs=[*DUTY, {"authority": "MFN", "rate": 0.05}], offers=[BAOTOU])
    assert cost(plan, "duties") == approx(1.2)


def test_a_quota_with_equal_rates_is_no_quota():
    """25 % inside and outside: as without it, 6.0 + 1.5 M$."""
    plan = solve(
        quotas=[MAGNETS | {"in_quota_rate": 0.25}],
        tariffs=[{"authority": "301", "origin": "CHN", "rate": 0.25}],
        offers=[BAOTOU],
    )
    assert plan.objective_musd == approx(7.5)


def test_under_a_minimum_price_the_shortfall_is_paid():
    """Baotou's 60,000 $/t lie 5,000 below the minimum of 65,000: 6.0 + 0.5 M$."""
    plan = solve(tariffs=[{"authority": "MIP", "origin": "CHN", "usd_per_t": 65_000, "effect": "minimum price"}])
    assert bought(plan) == approx({"Baotou": 100})
    assert cost(plan, "duties") == approx(0.5)
    assert plan.objective_musd == approx(6.5)


def test_over_a_minimum_price_nothing_is_paid():
    """Baotou's 60,000 $/t lie above 55,000: 6.0 M$."""
    plan = solve(tariffs=[{"authority": "MIP", "origin": "CHN", "usd_per_t": 55_000, "effect": "minimum price"}])
    assert plan.objective_musd == approx(6.0)


def test_a_quota_that_nobody_uses_leaves_no_line():
    """The quota charges 20 % inside, 72,000 $/t from Baotou; Lynas sells all at 70,000: 7.0 M$ and no duty.

    The ledger once kept lines without a node for the unused quota of such a plan.
    """
    plan = solve(quotas=[MAGNETS | {"in_quota_rate": 0.2}], tariffs=DUTY)
    assert plan.tables["ledger"]["term"].tolist() == ["purchases"]
    assert plan.objective_musd == approx(7.0)


@pytest.mark.many
@pytest.mark.parametrize("signed", ["yes", "no"])
@pytest.mark.parametrize(
    ("waived", "inside"), [(0.0, 0.1), (0.25, 0.1), (0.5, 0.5), (0.75, 0.5), (1.0, 0.1), (1.0, 0.0)]
)
def test_a_free_agreement_costs_the_same_signed_or_joined_beside_a_quota(signed, waived, inside):
    """100 t at 60,000 $/t are 6 M$. Over 40 t the duty is 100 % (6 M$ on all), less the share that a partner waives;
    in the quota a ton pays the quota's rate or the partner's, whichever is less, and not what is left of both.
    """
    quota = {"quota": "trq", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40}
    effect = {"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": waived}
    plan = solve(
        offers=[BAOTOU],
        tariffs=[{"authority": "301", "origin": "CHN", "rate": 0.5}],
        quotas=[quota | {"in_quota_rate": inside, "over_quota_rate": 1.0}],
        partnerships=[{"partnership": "pact", "country": "CHN", "signed": signed}],
        partnership_effects=[effect],
    )
    assert plan.objective_musd == approx(6.0 + 3.6 * (1 - waived) + 2.4 * min(inside, 1 - waived))
