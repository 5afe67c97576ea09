"""Offtakes: signing, lifting, paying for what is not taken, taking it later, and prices that follow the market."""

from dataclasses import replace

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, tons, years

from planner.audit import audit
from planner.planning.solve import solve_case

CHINA = BAOTOU | {"max_t_per_year": 200}
OFFTAKE = {
    "contract": "Offtake",
    "offer": "Baotou",
    "signed": "no",
    "from": 2026,
    "to": 2026,
    "max_t_per_year": 80,
    "price_usd_per_t": 50_000,
}


def offtake(**facts):
    """Baotou at 60,000 $/t, up to 200 t, beside an offtake of at most 80 t/yr at 50,000, and these facts."""
    return {"offers": [CHINA], "contracts": [OFFTAKE | facts]}


def test_a_contract_is_signed_up_to_its_largest_volume():
    """80 t under contract at 50,000 $/t and 20 t at spot: 4.0 + 1.2, and 0.1 M$ to sign: 5.3 M$."""
    plan = solve(**offtake(signing_cost_musd=0.1))
    assert tons(plan, "lifts", "contract") == approx({"Offtake": 80})
    assert bought(plan) == approx({"Baotou": 20})
    assert plan.tables["signings"].values.tolist() == [["Offtake", "2026", approx(80)]]
    assert cost(plan, "contracts") == approx(4.0)
    assert cost(plan, "signing") == approx(0.1)
    assert plan.objective_musd == approx(5.3)


def test_a_contract_is_signed_as_a_whole_or_not_at_all():
    """40 t are needed in 2026 and 80 in 2027: the contract saves 0.4 and 0.8 M$ and costs 1.3 to sign: 7.2 M$ at spot.
    Half of it would cost 0.65 and save 0.8."""
    plan = solve(
        **offtake(signing_cost_musd=1.3, to=2027), periods=years(2026, 2027), demand=needs({2026: 40, 2027: 80})
    )
    assert plan.tables["signings"].empty
    assert plan.objective_musd == approx(7.2)


def test_a_bonus_brings_a_contract_that_is_dearer_than_the_spot_price():
    """80 t taken or paid at 61,000 $/t cost 0.08 M$ more than at spot; 0.1 M$ for signing: 4.88 + 1.2 - 0.1 = 5.98."""
    agreed = {"min_t_per_year": 80, "take_or_pay_share": 1, "price_usd_per_t": 61_000, "lump_sum_musd": -0.1}
    plan = solve(**offtake(**agreed))
    assert tons(plan, "lifts", "contract") == approx({"Offtake": 80})
    assert cost(plan, "lump_sums") == approx(-0.1)
    assert plan.objective_musd == approx(5.98)


@pytest.mark.slow
def test_what_tooling_costs_is_paid_once_or_saved():
    """The contract saves 0.8 M$ a year: not worth 0.9 M$ in one year, worth it in two, 10.4 + 0.9 = 11.3 M$."""
    once = solve(**offtake(lump_sum_musd=0.9))
    assert once.tables["signings"].empty
    assert once.objective_musd == approx(6.0)
    twice = solve(**offtake(lump_sum_musd=0.9, to=2027), periods=[{"period": 2026, "years": 2}])
    assert cost(twice, "lump_sums") == approx(0.9)
    assert twice.objective_musd == approx(11.3)


def test_what_was_agreed_is_paid_though_it_is_not_taken():
    """The contract is for 110 t at least, all to be paid: 100 t lifted, 10 forfeited, 110 x 50,000 = 5.5 M$, against
    6.0."""
    plan = solve(**offtake(min_t_per_year=110, max_t_per_year=150, take_or_pay_share=1))
    assert tons(plan, "lifts", "contract") == approx({"Offtake": 100})
    assert tons(plan, "forfeits", "contract") == approx({"Offtake": 10})
    assert cost(plan, "contracts") == approx(5.5)
    assert plan.objective_musd == approx(5.5)


def test_a_contract_is_signed_once():
    """2026 and 2027: 2 x (80 x 50,000 + 20 x 60,000) + 0.1 to sign = 10.5 M$.

    Signing again in 2027, for 20 t more, would save another 0.2 M$ for 0.1.
    """
    plan = solve(
        **offtake(to=2027, sign_by=2027, signing_cost_musd=0.1),
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.tables["signings"]["node"].tolist() == ["2026"]
    assert plan.objective_musd == approx(10.5)


@pytest.mark.slow
def test_a_contract_is_signed_by_its_date_for_the_years_of_its_term():
    """Delivery in 2027 and 2028, to be signed by 2026: 6.0, then twice 80 x 50,000 + 20 x 60,000 = 5.2: 16.4 M$."""
    plan = solve(
        **{**offtake(), "contracts": [OFFTAKE | {"from": 2027, "to": 2028, "sign_by": 2026}]},
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert plan.tables["signings"]["node"].tolist() == ["2026"]
    assert tons(plan, "lifts", "node") == approx({"2027": 80, "2028": 80})
    assert plan.objective_musd == approx(16.4)


def test_a_contract_signed_before_binds_at_its_full_volume():
    """80 t at 65,000 $/t are agreed, 60 % of them to be paid: 48 t lifted, 3.12 M$; 52 t at spot, 3.12 M$."""
    plan = solve(**offtake(signed="yes", price_usd_per_t=65_000, take_or_pay_share=0.6))
    assert tons(plan, "lifts", "contract") == approx({"Offtake": 48})
    assert plan.objective_musd == approx(6.24)


def test_what_was_paid_and_not_taken_is_taken_the_next_year():
    """100 t a year agreed, half of it to be paid, at 50,000 $/t; 20 t needed in 2026 and 120 in 2027, which counts 0.8.

    2026: 20 t lifted, 30 forfeited, 2.5 M$.  2027: 100 t lifted, of which 30 are paid already: 3.5, and 20 at spot:
    1.2.
    2.5 + 0.8 x 4.7 = 6.26 M$.
    """
    agreed = {"signed": "yes", "to": 2027, "max_t_per_year": 100, "take_or_pay_share": 0.5, "make_up_years": 1}
    plan = solve(
        {"discount_rate": 0.25},
        **offtake(**agreed),
        periods=years(2026, 2027),
        demand=needs({2026: 20, 2027: 120}),
    )
    assert tons(plan, "make_ups", "forfeited_in", "node") == approx({("2026", "2027"): 30})
    assert cost(plan, "contracts") == approx(2.5 + 0.8 * 3.5)
    assert plan.objective_musd == approx(6.26)


def test_tons_paid_for_do_not_wait_by_being_paid_for_again():
    """100 t are needed in 2028 alone; of a contract at 50,000 $/t a quarter is to be paid each year, or the next.

    Each ton signed for costs a quarter in 2026, lost, a quarter in 2027, made up, and three in 2028: 62,500 $, more
    than 60,000 at spot; and to sign costs 0.01 M$. So nothing is signed: 6.0 M$. Could the tons of 2026 be made up in
    2027 without being lifted, and forfeited there again, a ton would cost 50,000.
    """
    agreed = {"sign_by": 2026, "to": 2028, "max_t_per_year": 100, "take_or_pay_share": 0.25, "make_up_years": 1}
    plan = solve(
        **offtake(**agreed, signing_cost_musd=0.01), periods=years(2026, 2027, 2028), demand=needs({2028: 100})
    )
    assert plan.tables["signings"].empty
    assert plan.objective_musd == approx(6.0)


@pytest.mark.slow
def test_nothing_is_paid_for_in_advance():
    """100 t a year agreed at half the market's price, half of it to be paid: 25,000 $/t in 2026, 30,000 in 2027.

    100 t are needed in each. All is taken, so nothing is owed for what is not: 2.5 + 3.0 = 5.5 M$. Who could pay in
    2026 for tons of 2027 would pay 5.25 M$, 50 t at the price of the year before. To leave 50 t and buy them at spot
    costs 50,000 $/t now and saves 30,000 later.
    """
    agreed = {"signed": "yes", "to": 2027, "max_t_per_year": 100, "take_or_pay_share": 0.5, "make_up_years": 1}
    plan = solve(
        **offtake(**agreed, price_usd_per_t=None, index_discount=0.5),
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        offer_prices=[{"offer": "Baotou", "period": 2026, "price_usd_per_t": 50_000}],
    )
    assert plan.tables["forfeits"].empty
    assert plan.objective_musd == approx(5.5)


@pytest.mark.slow
def test_what_was_forfeited_cannot_be_taken_after_its_years():
    """The same two years later: nothing is made up, 2.5 + 0.6 + 5.0 + 1.2 = 9.3 M$ (5 t in 2027, 25 more paid: 50 x
    50,000)."""
    agreed = {"signed": "yes", "to": 2028, "max_t_per_year": 100, "take_or_pay_share": 0.5}
    plan = solve(**offtake(**agreed), periods=years(2026, 2027, 2028), demand=needs({2026: 20, 2027: 50, 2028: 120}))
    assert plan.tables["make_ups"].empty
    assert plan.objective_musd == approx(2.5 + 2.5 + 5.0 + 1.2)


@pytest.mark.slow
def test_only_what_is_lifted_is_made_up():
    """100 t a year agreed, a quarter to be paid, to be made up within a year; 5, 5 and 100 t needed.

    2026: 5 lifted, 20 forfeited: 1.25 M$.  2027: the 5 lifted are made up, 25 forfeited: 1.25.  2028: 25 made up, 75
    paid: 3.75.
    If tons could be made up without lifting them, 2027 would forfeit 40 in their place, and 2028 pay 60.
    """
    agreed = {"signed": "yes", "to": 2028, "max_t_per_year": 100, "take_or_pay_share": 0.25, "make_up_years": 1}
    plan = solve(**offtake(**agreed), periods=years(2026, 2027, 2028), demand=needs({2026: 5, 2027: 5, 2028: 100}))
    assert plan.objective_musd == approx(6.25)


def test_spot_and_contract_share_the_offers_maximum():
    """Baotou has 60 t in all, 40 of them agreed: 40 x 50,000 + 20 x 60,000 + 40 Lynas x 70,000 = 6.0 M$."""
    plan = solve(
        offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS], contracts=[OFFTAKE | {"signed": "yes", "max_t_per_year": 40}]
    )
    assert tons(plan, "lifts", "contract") == approx({"Offtake": 40})
    assert bought(plan) == approx({"Baotou": 20, "Lynas": 40})
    assert plan.objective_musd == approx(6.0)


@pytest.mark.many
@pytest.mark.parametrize(
    ("terms", "usd_per_t"),
    [
        ({"index_discount": 0.2}, 48_000),
        ({"index_discount": 0.2, "floor_usd_per_t": 50_000}, 50_000),
        ({"index_discount": 0.1, "ceiling_usd_per_t": 45_000}, 45_000),
        ({"index_discount": -0.1, "ceiling_usd_per_t": 70_000}, 66_000),
        # 50,000 + 0.4 x (60,000 - 45,000): the discount is 0.6, and 50,000 - 0.4 x 45,000 is added
        ({"index_discount": 0.6, "index_base_usd_per_t": 32_000}, 56_000),
        ({"index_discount": 0.2, "index_base_usd_per_t": -60_000}, 0),
    ],
)
def test_an_indexed_price_follows_the_market_between_floor_and_ceiling(terms, usd_per_t):
    """Baotou's market price is 60,000 $/t; 80 t are agreed and to be paid."""
    plan = solve(**offtake(signed="yes", price_usd_per_t=None, take_or_pay_share=1, **terms))
    assert cost(plan, "contracts") == approx(80 * usd_per_t / 1e6)


AGREED = {"signed": "yes", "to": 2027, "take_or_pay_share": 1}


def test_nothing_is_owed_in_a_year_in_which_the_offer_is_not_on_sale():
    """Agreed for 2026 and 2027, and Baotou sells to 2026 only: 80 x 50,000 + 20 x 60,000, then 7.0: 12.2 M$."""
    plan = solve(
        offers=[CHINA | {"to": 2026}, LYNAS],
        contracts=[OFFTAKE | AGREED],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.tables["forfeits"].empty
    assert plan.objective_musd == approx(12.2)


@pytest.mark.slow
def test_nothing_is_owed_in_a_period_in_which_the_offer_has_nothing():
    """The same where its maximum is 0 in 2027: 12.2 M$."""
    plan = solve(
        offers=[CHINA, LYNAS],
        offer_prices=[{"offer": "Baotou", "period": 2027, "max_t_per_year": 0}],
        contracts=[OFFTAKE | AGREED],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.objective_musd == approx(12.2)


def test_what_no_lane_can_bring_is_owed_all_the_same():
    """Only Malaysia has a lane; 80 x 50,000 are forfeited, 100 t come from Lynas: 4.0 + 7.0 = 11.0 M$."""
    plan = solve(offers=[CHINA, LYNAS], contracts=[OFFTAKE | AGREED | {"to": 2026}], lanes=[{"from": "MYS"}])
    assert tons(plan, "forfeits", "contract") == approx({"Offtake": 80})
    assert plan.objective_musd == approx(11.0)


def test_a_price_follows_several_indices():
    """60,000 of the market left out, 20,000 and 2 x (15,000 - 10,000) and 100 x (90 - 70) are 32,000 a ton; duty is a
    tenth of it. A plan at another index is refused."""
    sheets = {
        "offers": [BAOTOU],
        "contracts": [OFFTAKE | {"price_usd_per_t": None, "index_discount": 1, "index_base_usd_per_t": 20_000}
                      | {"take_or_pay_share": 1}],
        "index_terms": [{"contract": OFFTAKE["contract"], "index": "metal", "slope": 2, "reference": 10_000},
                        {"contract": OFFTAKE["contract"], "index": "energy", "slope": 100, "reference": 70}],
        "tariffs": [{"authority": "MFN", "hts": "28", "rate": 0.1}],
    }  # fmt: skip
    held, other = (
        case(**sheets, indices=[{"index": "metal", "period": 2026, "value": 15_000},
                                {"index": "energy", "period": 2026, "value": energy}])
        for energy in (90, 91)
    )  # fmt: skip
    plan = solve_case(held)
    t = sum(plan.tables["lifts"]["t_per_year"])
    assert cost(plan, "contracts") == approx(t * 0.032)
    assert cost(plan, "duties") == approx(t * 0.0032 + (100 - t) * 0.006)
    assert "ledger" in {one.check for one in audit(other, replace(plan, fingerprint=other.fingerprint))}
