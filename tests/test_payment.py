"""Payment terms: what is paid after delivery costs less by the working capital's rate, what is paid ahead more."""

import pytest
from cases import BAOTOU, LYNAS, approx, bought, cost, needs, solve, tons, years

RATE = {"payment_rate": 0.1}
LATER = LYNAS | {"price_usd_per_t": 61_000, "payment_days": 73}
OFFTAKE = {
    "contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 100,
    "take_or_pay_share": 1, "price_usd_per_t": 50_000,
}  # fmt: skip


def test_who_is_paid_later_may_be_dearer():
    """61,000 $/t paid after a fifth of a year at 10 % are worth 59,780: less than 60,000 on delivery. 5.978 M$."""
    plan = solve(RATE, offers=[BAOTOU, LATER])
    assert bought(plan) == approx({"Lynas": 100})
    assert cost(plan, "purchases") == approx(6.1)
    assert cost(plan, "financing") == approx(-0.122)
    assert plan.cost_musd == approx(5.978)


def test_who_asks_to_be_paid_ahead_must_be_cheaper():
    """60,000 $/t paid a fifth of a year ahead cost 61,200: Lynas gets the order at 61,000 on delivery. 6.1 M$."""
    plan = solve(RATE, offers=[BAOTOU | {"payment_days": -73}, LATER | {"payment_days": 0}])
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.cost_musd == approx(6.1)


def test_duty_is_charged_on_the_price_whenever_it_is_paid():
    """10 % of 6.1 M$ and not of 5.978."""
    plan = solve(RATE, offers=[LATER], tariffs=[{"authority": "MFN", "rate": 0.1}])
    assert cost(plan, "duties") == approx(0.61)


def test_each_band_of_a_price_is_paid_as_its_offer():
    """50 t at 60,000 and 50 t at 40,000: 5 M$, less 2 % of it."""
    tiers = [{"offer": "Baotou", "above_t_per_year": 50, "price_usd_per_t": 40_000, "kind": "incremental"}]
    plan = solve(RATE, offers=[BAOTOU | {"payment_days": 73, "max_t_per_year": 200}], offer_tiers=tiers)
    assert cost(plan, "financing") == approx(-0.1)


def test_a_contract_is_paid_as_its_offer_where_it_does_not_say():
    """100 t x 50,000, a fifth of a year later at 10 %: 0.1 M$ less."""
    plan = solve(RATE, offers=[BAOTOU | {"payment_days": 73}], contracts=[OFFTAKE])
    assert cost(plan, "financing") == approx(-0.1)


@pytest.mark.slow
def test_a_contract_may_say_itself_when_it_is_paid():
    """On delivery, though the offer is paid later: nothing; a tenth of a year later: 0.05 M$ less."""
    offers = [BAOTOU | {"payment_days": 73}]
    assert cost(solve(RATE, offers=offers, contracts=[OFFTAKE | {"payment_days": 0}]), "financing") == 0
    assert cost(solve(RATE, offers=offers, contracts=[OFFTAKE | {"payment_days": 36.5}]), "financing") == approx(-0.05)


@pytest.mark.slow
def test_what_is_forfeited_is_paid_on_the_same_terms_and_not_again_when_it_is_made_up():
    """100 t are owed in 2026 and in 2027, 60 needed and 140: 40 forfeited, and made up the year after. Paid are twice
    5 M$, each 2 % less: 9.8 M$."""
    plan = solve(
        RATE,
        offers=[BAOTOU | {"payment_days": 73}],
        contracts=[OFFTAKE | {"to": 2027, "make_up_years": 1, "max_t_per_year": 140, "take_or_pay_share": 5 / 7}],
        periods=years(2026, 2027),
        demand=needs({2026: 60, 2027: 140}),
    )
    assert tons(plan, "forfeits", "contract") == approx({"Offtake": 40})
    assert tons(plan, "make_ups", "contract") == approx({"Offtake": 40})
    assert cost(plan, "financing") == approx(-0.2)
    assert plan.cost_musd == approx(9.8)


def test_the_rate_is_that_of_capital_where_none_is_stated():
    """5 % a year on a fifth of one: 0.061 M$."""
    assert cost(solve({"capital_rate": 0.05}, offers=[LATER]), "financing") == approx(-0.061)
