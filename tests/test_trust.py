"""Trust: a country that is charged more sells less, which costs more than the duty; an agreement brings it back."""

import datetime as dt

import pytest
from cases import BAOTOU, BASE, LYNAS, approx, bought, cost, needs, solve, tons, years

PACT = {"partnership": "pact", "country": "CHN"}
CHARGED = {"authority": "301", "origin": "CHN", "rate": 0.1, "from": dt.date(2027, 1, 1)}
LOSS = [{"country": "CHN", "supply_loss_per_duty_point": 0.05}]


def charged(**sheets):
    """Baotou has 100 t at 60,000 $/t, Lynas any at 70,000; from 2027 on China is charged 10 %."""
    return {
        "offers": [BAOTOU | {"max_t_per_year": 100}, LYNAS],
        "periods": years(2026, 2027),
        "demand": needs({2026: 100, 2027: 100}),
        "tariffs": [CHARGED],
        **sheets,
    }


def restoring(share, **facts):
    """The pact, which restores a share of the trust."""
    effect = {"partnership": "pact", "effect": "restores trust", "value": share}
    return {"partnerships": [PACT | facts], "partnership_effects": [effect]}


@pytest.mark.slow
def test_a_duty_costs_more_than_is_paid_of_it_where_supply_is_withheld():
    """Without trust at stake: 6.0, then 100 x 66,000 = 6.6 M$, all of the 0.6 more is duty.

    Each of the 10 points costs 5 % of the supply: 50 x 66,000 + 50 x 70,000 = 6.8 M$, 0.8 more, and only 0.3 of it is
    duty.
    """
    calm, hurt = solve(**charged()), solve(**charged(trust=LOSS))
    assert calm.objective_musd == approx(12.6)
    assert cost(calm, "duties") == approx(0.6)
    assert hurt.objective_musd == approx(12.8)
    assert cost(hurt, "duties") == approx(0.3)


@pytest.mark.slow
def test_an_agreement_restores_what_a_duty_withheld():
    """For 0.1 M$ all 100 t are back: 6.0 + 6.6 + 0.1 = 12.7 M$; at 0.3 M$ it does not pay: 12.8."""
    assert solve(**charged(trust=LOSS), **restoring(1, upfront_musd=0.1)).objective_musd == approx(12.7)
    assert solve(**charged(trust=LOSS), **restoring(1, upfront_musd=0.3)).objective_musd == approx(12.8)


def test_an_agreement_may_restore_a_share_of_it():
    """Half of the 50 t withheld: 75 x 66,000 + 25 x 70,000 = 6.7 M$, and 6.0 in 2026."""
    plan = solve(**charged(trust=LOSS), **restoring(0.5))
    assert bought(plan, "node")["Baotou", "2027"] == approx(75)
    assert plan.objective_musd == approx(12.7)


@pytest.mark.slow
def test_an_agreement_restores_trust_once_it_is_in_force():
    """Signed for 2027 with a year of lead, it comes too late: 12.8 M$; entered in 2026, in time: 12.6."""
    late, early = {"earliest": 2027, "lead_years": 1}, {"lead_years": 1}
    assert solve(**charged(trust=LOSS), **restoring(1, **late)).objective_musd == approx(12.8)
    assert solve(**charged(trust=LOSS), **restoring(1, **early)).objective_musd == approx(12.6)


def test_no_more_than_everything_is_withheld():
    """Five points of a hundred each, 30 %: nothing is left, 100 t Lynas: 6.0 + 7.0 M$."""
    plan = solve(**charged(trust=LOSS, tariffs=[CHARGED | {"rate": 0.3}]))
    assert plan.objective_musd == approx(13.0)


def test_a_duty_that_was_there_from_the_start_withholds_nothing():
    """10 % in both years: 6.6 + 6.6 M$."""
    plan = solve(**charged(trust=LOSS, tariffs=[CHARGED | {"from": None}]))
    assert plan.objective_musd == approx(13.2)


def test_a_country_that_sells_other_goods_than_at_first_takes_no_offence():
    """China's second good has always paid 10 %; that it opens in 2027 raises no duty: 6.0 M$ in both years.

    Were only open offers averaged, the duty would rise from 0 to 5 % and a quarter of Baotou's 100 t be withheld.
    """
    goods = [*BASE["materials"], {"material": "metal", "hts": "2805.30"}]
    metal = BAOTOU | {"offer": "Metal", "material": "metal", "max_t_per_year": 100, "from": 2027}
    tariffs = [CHARGED | {"hts": "2805", "from": None}]
    offers = [BAOTOU | {"max_t_per_year": 100}, metal, LYNAS]
    assert solve(**charged(trust=LOSS, materials=goods, offers=offers, tariffs=tariffs)).objective_musd == approx(12.0)


def test_a_duty_that_falls_adds_nothing():
    """10 % in 2026 only: 6.6, then 6.0 M$; of 120 t needed in 2027 Baotou still has 100: and 20 x 70,000 = 1.4 M$."""
    tariffs = [CHARGED | {"from": None, "to": dt.date(2026, 12, 31)}]
    plan = solve(**charged(trust=LOSS, tariffs=tariffs, demand=needs({2026: 100, 2027: 120})))
    assert bought(plan, "node")["Baotou", "2027"] == approx(100)
    assert plan.objective_musd == approx(6.6 + 7.4)


def test_a_duty_per_ton_counts_as_its_share_of_the_price():
    """6,000 $/t are 10 points of 60,000: 50 t at 66,000 and 50 at 70,000: 6.0 + 6.8 M$."""
    plan = solve(**charged(trust=LOSS, tariffs=[CHARGED | {"rate": None, "usd_per_t": 6_000}]))
    assert plan.objective_musd == approx(12.8)


def test_a_duty_counts_for_its_days():
    """From 1 October 2027, 92 of 365 days: 2.52 points withhold 12.6 t."""
    plan = solve(**charged(trust=LOSS, tariffs=[CHARGED | {"from": dt.date(2027, 10, 1)}]))
    assert bought(plan, "node")["Baotou", "2027"] == approx(100 * (1 - 0.05 * 10 * 92 / 365))


def test_a_countrys_duty_is_averaged_over_what_its_offers_could_sell():
    """300 t of Chinese metal are not charged: 10 points on 100 t of 400 are 2.5 points, and 12.5 t are withheld."""
    metal = {"offer": "Metal", "supplier": "Baotou", "material": "metal", "origin": "CHN", "price_usd_per_t": 90_000}
    plan = solve(
        **charged(
            trust=LOSS,
            materials=[*BASE["materials"], {"material": "metal", "stage": "metals", "hts": "2805.30"}],
            offers=[BAOTOU | {"max_t_per_year": 100}, LYNAS, metal | {"max_t_per_year": 300}],
        )
    )
    assert bought(plan, "node")["Baotou", "2027"] == approx(87.5)
    assert plan.objective_musd == approx(6.0 + 87.5 * 0.066 + 12.5 * 0.070)


@pytest.mark.parametrize("signed", ["no", "yes"])
def test_a_duty_that_is_waived_still_costs_trust(signed):
    """What is waived is not paid, yet 50 t stay withheld: 6.0 + 50 x 60,000 + 50 x 70,000 = 12.5 M$."""
    effect = [{"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": 1}]
    plan = solve(**charged(trust=LOSS), partnerships=[PACT | {"signed": signed}], partnership_effects=effect)
    assert plan.objective_musd == approx(12.5)


def test_trust_is_each_countrys_own():
    """Malaysia has trust to lose and China is charged: 6.0 + 6.6 M$."""
    plan = solve(**charged(trust=[{"country": "MYS", "supply_loss_per_duty_point": 0.05}]))
    assert plan.objective_musd == approx(12.6)


def test_a_country_resents_a_duty_on_what_it_did_not_sell_yet():
    """Baotou sells from 2027 on only; half of it is withheld: 7.0 + 50 x 66,000 + 50 x 70,000 = 13.8 M$."""
    late = BAOTOU | {"max_t_per_year": 100, "from": 2027}
    assert solve(**charged(trust=LOSS, offers=[late, LYNAS])).objective_musd == approx(13.8)


def test_agreements_together_restore_no_more_than_is_withheld():
    """Each restores 80 % of the 50 t withheld, together 50 and not 80: 6.0 + 100 x 66,000 + 20 x 70,000 = 14.0 M$."""
    pacts = [PACT, PACT | {"partnership": "second pact"}]
    effects = [{"partnership": p["partnership"], "effect": "restores trust", "value": 0.8} for p in pacts]
    sheets = {"partnerships": pacts, "partnership_effects": effects, "demand": needs({2026: 100, 2027: 120})}
    plan = solve(**charged(trust=LOSS) | sheets)
    assert bought(plan, "node")["Baotou", "2027"] == approx(100)
    assert plan.objective_musd == approx(14.0)


def test_nobody_pays_for_what_distrust_withholds():
    """80 t are agreed for 2027, all to be paid; half is withheld, so 40 are owed; 20 t are needed and 20 forfeited.

    6.0 + 20 x 66,000 + 20 x 60,000 = 8.52 M$.
    """
    offtake = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2027, "to": 2027}
    offtake |= {"max_t_per_year": 80, "take_or_pay_share": 1, "price_usd_per_t": 60_000}
    plan = solve(**charged(trust=LOSS, contracts=[offtake], demand=needs({2026: 100, 2027: 20})))
    assert tons(plan, "forfeits", "contract") == approx({"Offtake": 20})
    assert plan.objective_musd == approx(8.52)
