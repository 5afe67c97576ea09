"""Quotas in finer detail: who shares them, on what they are counted, and when they hold."""

import datetime as dt

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, approx, bought, cost, needs, solve, tons, years

# Variations on what the file without _more in its name shows.
pytestmark = pytest.mark.slow

EVERYONE = {
    "quota": "trq",
    "authority": "301",
    "hts": "2846",
    "origin": "*",
    "period": 2026,
    "quota_t": 40,
    "in_quota_rate": 0,
    "over_quota_rate": 0.25,
}
CHINA = EVERYONE | {"origin": "CHN"}
DUTY = [{"authority": "301", "origin": "*", "rate": 0.5}]
SOME = BAOTOU | {"max_t_per_year": 60}


def test_two_suppliers_share_a_quota_where_it_saves_most():
    """25 % of Lynas' 70,000 $ is more than of Baotou's 60,000: its 40 t are inside, Baotou's 60 t pay 15,000 $/t.

    60 x 75,000 + 40 x 70,000 = 4.5 + 2.8 = 7.3 M$.
    """
    plan = solve(quotas=[EVERYONE], tariffs=DUTY, offers=[SOME, LYNAS])
    assert tons(plan, "in_quota", "item") == approx({"Lynas": 40})
    assert plan.objective_musd == approx(7.3)


def test_two_suppliers_share_an_absolute_quota():
    """40 t may enter from China: the cheaper of two Chinese offers takes it: 40 x 50,000 + 60 x 70,000 = 6.2 M$."""
    plan = solve(
        quotas=[CHINA | {"over_quota_rate": None}],
        tariffs=[{"authority": "301", "rate": 0}],
        offers=[BAOTOU, BAOTOU | {"offer": "Ganzhou", "price_usd_per_t": 50_000}, LYNAS],
    )
    assert bought(plan) == approx({"Ganzhou": 40, "Lynas": 60})
    assert plan.objective_musd == approx(6.2)


def test_a_quota_holds_in_its_own_period():
    """40 t inside in 2026, 10 t in 2027, none stated for 2028, when the 50 % hold; only Baotou sells.

    6.0 + 60 x 15,000 = 6.9, 6.0 + 90 x 15,000 = 7.35, 6.0 + 3.0 = 9.0: 23.25 M$.
    """
    plan = solve(
        quotas=[CHINA, CHINA | {"period": 2027, "quota_t": 10}],
        tariffs=DUTY,
        offers=[BAOTOU],
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert tons(plan, "in_quota", "node") == approx({"2026": 40, "2027": 10})
    assert plan.objective_musd == approx(23.25)


def test_contract_deliveries_share_a_quota_at_their_own_price():
    """70 t under contract at 80,000 $/t, all to be paid, and 30 t at spot: 25 % of 80,000 is what the quota saves most.

    Contract 5.6 + 30 x 20,000, spot 1.8 + 30 x 15,000: 5.6 + 0.6 + 1.8 + 0.45 = 8.45 M$.
    """
    deal = {"contract": "deal", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 70}
    plan = solve(
        quotas=[CHINA],
        tariffs=DUTY,
        offers=[BAOTOU],
        contracts=[deal | {"take_or_pay_share": 1, "price_usd_per_t": 80_000}],
    )
    assert tons(plan, "in_quota", "kind", "item") == approx({("lift", "deal"): 40})
    assert plan.objective_musd == approx(8.45)


def test_own_goods_from_abroad_share_a_quota_at_their_customs_value():
    """The mine in Malaysia makes 60 t at 20,000 $/t with a customs value of 30,000: 40 t inside, 20 t pay 7,500 $/t.

    Baotou's 40 t pay 75,000 $/t over the quota, or 60,000 inside, which saves more: so all 60 t of the mine pay.
    1.2 + 60 x 7,500 + 40 x 60,000 = 4.05 M$.
    """
    plan = solve(
        **{**MINE, "facilities": [{"facility": "Mine", "place": "Kuantan", "capacity_t_per_year": 60}]},
        quotas=[EVERYONE],
        tariffs=DUTY,
        offers=[BAOTOU],
        places=[*BASE["places"], {"place": "Kuantan", "country": "MYS"}],
        materials=[BASE["materials"][0] | {"customs_value_usd_per_t": 30_000}],
    )
    assert tons(plan, "in_quota", "kind") == approx({"buy": 40})
    assert cost(plan, "duties") == approx(0.45)
    assert plan.objective_musd == approx(4.05)


def test_own_goods_fill_a_quota_that_nobody_else_uses():
    """The same with Baotou at home: 40 t of the mine's inside, 20 t x 7,500 = 0.15 M$: 1.2 + 0.15 + 2.4 = 3.75 M$."""
    plan = solve(
        **{**MINE, "facilities": [{"facility": "Mine", "place": "Kuantan", "capacity_t_per_year": 60}]},
        quotas=[EVERYONE],
        tariffs=DUTY,
        offers=[BAOTOU | {"origin": "USA"}],
        places=[*BASE["places"], {"place": "Kuantan", "country": "MYS"}],
        materials=[BASE["materials"][0] | {"customs_value_usd_per_t": 30_000}],
    )
    assert tons(plan, "in_quota", "kind") == approx({"ship": 40})
    assert plan.objective_musd == approx(3.75)


def test_an_exempted_authority_charges_nothing_over_its_quota():
    """301 is exempted for China, so its quota charges nothing either: 6.0 M$."""
    exempt = {"authority": "deal", "origin": "CHN", "effect": "exempts", "acts_on": "301"}
    plan = solve(quotas=[CHINA], tariffs=[*DUTY, exempt], offers=[BAOTOU])
    assert plan.objective_musd == approx(6.0)


def test_a_quota_speaks_of_its_own_heading():
    """The quota is on magnets (8505): oxide pays 301's 50 %: 9.0 M$."""
    plan = solve(quotas=[CHINA | {"hts": "8505"}], tariffs=DUTY, offers=[BAOTOU])
    assert plan.objective_musd == approx(9.0)


def test_a_minimum_price_counts_for_its_days_beside_a_duty():
    """10 % all year; 80,000 $/t at least from 1 October: 20,000 $/t for 92 of 365 days: 6.0 + 0.6 + 2.0 x 92/365."""
    floor = {"authority": "MIP", "origin": "CHN", "usd_per_t": 80_000, "effect": "minimum price"}
    plan = solve(
        tariffs=[{"authority": "MFN", "origin": "CHN", "rate": 0.1}, floor | {"from": dt.date(2026, 10, 1)}],
        offers=[BAOTOU],
    )
    assert plan.objective_musd == approx(6.6 + 2.0 * 92 / 365)
