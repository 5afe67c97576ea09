"""Agreements in finer detail: dates, maxima, whose duty is waived, quotas beside them, and time to build."""

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, SITE, approx, bought, cost, needs, solve, tons, years

# Variations on what the file without _more in its name shows.
pytestmark = pytest.mark.slow

PACT = {"partnership": "pact", "country": "CHN", "signed": "no"}
SIGNED = PACT | {"signed": "yes"}
FEW = BAOTOU | {"max_t_per_year": 20}
MANY = BAOTOU | {"max_t_per_year": 200}
HALF = {"authority": "301", "origin": "CHN", "rate": 0.5}


def effect(kind, applies_to, value):
    """One effect of the pact."""
    return {"partnership_effects": [{"partnership": "pact", "effect": kind, "applies_to": applies_to, "value": value}]}


def pact(**facts):
    """The pact with China, with these facts."""
    return {"partnerships": [PACT | facts]}


def test_an_agreement_that_does_not_pay_is_not_entered():
    """At 1.1 M$ all comes from Lynas: 7.0 M$."""
    plan = solve(**pact(upfront_musd=1.1), offers=[MANY | {"requires": "pact"}, LYNAS])
    assert plan.tables["joins"].empty
    assert plan.objective_musd == approx(7.0)


def test_an_offer_that_an_agreement_opens_keeps_its_maximum():
    """60 t at 60,000 $/t, 40 t Lynas: 6.4 M$, whether the pact is entered for nothing or was signed before."""
    offers = [BAOTOU | {"max_t_per_year": 60, "requires": "pact"}, LYNAS]
    assert solve(**pact(), offers=offers).objective_musd == approx(6.4)
    assert solve(partnerships=[SIGNED], offers=offers).objective_musd == approx(6.4)


def test_an_agreement_is_entered_as_a_whole():
    """It adds 80 t to Baotou's 80 for 0.3 M$; the 20 t still needed save 0.2: 4.8 + 20 x 70,000 = 6.2 M$.

    A quarter of the pact would cost 0.075.
    """
    plan = solve(
        **pact(upfront_musd=0.3),
        **effect("adds supply", "Baotou", 80),
        offers=[BAOTOU | {"max_t_per_year": 80}, LYNAS],
    )
    assert plan.tables["joins"].empty
    assert plan.objective_musd == approx(6.2)


def test_an_agreement_counts_and_costs_for_the_share_of_the_period_that_it_is_in_force():
    """Two years in one period, a year of lead: 40 t count as 20 t/yr, 0.1 M$ a year is paid once, 0.05 at once.

    2 x (40 x 60,000 + 60 x 70,000) + 0.1 + 0.05 = 13.2 + 0.15 = 13.35 M$, against 13.6.
    """
    plan = solve(
        **pact(upfront_musd=0.05, annual_musd=0.1, lead_years=1),
        **effect("adds supply", "Baotou", 40),
        offers=[FEW, LYNAS],
        periods=[{"period": 2026, "years": 2}],
    )
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert (cost(plan, "joining"), cost(plan, "partnerships")) == approx((0.05, 0.1))
    assert plan.objective_musd == approx(13.35)


def test_an_agreement_is_entered_in_its_years_and_its_cost_discounted():
    """Only in 2027, which counts 0.8: 7.0, then 0.8 x 6.0; 0.5 M$ at once and 0.1 a year count 0.8 too: 12.28 M$."""
    plan = solve(
        {"discount_rate": 0.25},
        **pact(upfront_musd=0.5, annual_musd=0.1, earliest=2027, latest=2027),
        offers=[MANY | {"requires": "pact"}, LYNAS],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.tables["joins"]["node"].tolist() == ["2027"]
    assert (cost(plan, "joining"), cost(plan, "partnerships")) == approx((0.8 * 0.5, 0.8 * 0.1))
    assert plan.objective_musd == approx(7.0 + 0.8 * (6.0 + 0.6))


def test_an_agreement_too_late_is_no_agreement():
    """It takes two years and may be entered in 2027 and 2028 only: nothing before 2029; all from Lynas: 21.0 M$."""
    plan = solve(
        **pact(earliest=2027, lead_years=2),
        offers=[MANY | {"requires": "pact"}, LYNAS],
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert plan.objective_musd == approx(21.0)


def test_an_agreement_waives_duty():
    """Half of 50 % is left: 60,000 x 1.25 = 75,000 $/t, and the pact 0.3 M$: 7.8 M$; dutiable it would be 9.0."""
    plan = solve(**pact(upfront_musd=0.3), **effect("cuts duty", "*", 0.5), offers=[MANY], tariffs=[HALF])
    assert tons(plan, "relief", "partnership", "authority") == approx({("pact", "301"): 100})
    assert cost(plan, "duties") == approx(1.5)
    assert plan.objective_musd == approx(7.8)


def test_duty_is_waived_only_once_the_agreement_is_in_force():
    """A year of lead: 9.0 in 2026, 6.0 in 2027, and 0.5 M$ for the pact: 15.5 M$."""
    plan = solve(
        **pact(upfront_musd=0.5, lead_years=1),
        **effect("cuts duty", "*", 1),
        offers=[MANY],
        tariffs=[HALF],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert tons(plan, "relief", "node") == approx({"2027": 100})
    assert plan.objective_musd == approx(15.5)


@pytest.mark.parametrize(("most", "waived"), [(100, 50), (150, 75), (200, 100)])
def test_in_the_period_of_its_beginning_duty_is_waived_on_what_can_come_in_the_years_left(most, waived):
    """2026-27, in force from 2027, in which half of what is offered in both years can come: that pays no duty.

    A period is planned as its mean, so goods of 2027 may serve 2026: 2 x (100 x 60,000 + the rest x 30,000).
    """
    plan = solve(
        **pact(lead_years=1),
        **effect("cuts duty", "*", 1),
        offers=[MANY | {"max_t_per_year": most}],
        tariffs=[HALF],
        periods=[{"period": 2026, "years": 2}],
    )
    assert tons(plan, "relief", "node") == approx({"2026": waived})
    assert plan.objective_musd == approx(2 * (6.0 + (100 - waived) * 0.03))


@pytest.mark.parametrize(("capacity", "dug"), [(100, 50), (150, 75), (200, 100)])
def test_in_the_period_of_its_beginning_a_plant_uses_its_capacity_of_the_years_left(capacity, dug):
    """2026-27, the pact that the mine needs in force from 2027: half of its capacity, however much more is needed."""
    mine = {"facility": "Mine", "place": "Texas", "capacity_t_per_year": capacity, "requires": "pact"}
    plan = solve(
        **MINE | {"facilities": [mine]}, **pact(lead_years=1), offers=[LYNAS], periods=[{"period": 2026, "years": 2}]
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": dug})
    assert plan.objective_musd == approx(2 * (dug * 0.02 + (100 - dug) * 0.07))


def test_an_agreement_waives_the_duty_of_the_authority_it_names():
    """301 charges 50 % and 232 charges 10 %; the pact waives 301's: 60,000 x 1.1 = 6.6 M$."""
    plan = solve(
        **pact(),
        **effect("cuts duty", "301", 1),
        offers=[MANY],
        tariffs=[HALF, HALF | {"authority": "232", "rate": 0.1}],
    )
    assert plan.objective_musd == approx(6.6)


def test_an_agreement_waives_duty_on_its_own_countrys_goods():
    """Malaysia is charged 50 % too and the pact is with China: nothing is waived on Lynas' 100 t: 10.5 M$."""
    plan = solve(**pact(), **effect("cuts duty", "*", 1), offers=[LYNAS], tariffs=[HALF | {"origin": "*"}])
    assert plan.tables["relief"].empty
    assert plan.objective_musd == approx(10.5)


def test_an_agreement_waives_duty_where_goods_come_home():
    """A user in Malaysia, which charges 50 % on Chinese goods, gets no relief from the pact with home: 9.0 M$."""
    plan = solve(
        **pact(),
        **effect("cuts duty", "*", 1),
        places=[{"place": "Texas", "country": "MYS"}],
        offers=[MANY],
        tariffs=[HALF | {"destination": "MYS"}],
    )
    assert plan.objective_musd == approx(9.0)


def test_duty_is_waived_on_the_supply_that_the_same_agreement_adds():
    """20 t and 80 t added, duty 50 % waived: 100 x 60,000 = 6.0 M$."""
    both = [
        {"partnership": "pact", "effect": "adds supply", "applies_to": "Baotou", "value": 80},
        {"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": 1},
    ]
    dear = LYNAS | {"price_usd_per_t": 100_000}
    plan = solve(**pact(), partnership_effects=both, offers=[FEW, dear], tariffs=[HALF])
    assert tons(plan, "relief", "partnership") == approx({"pact": 100})
    assert plan.objective_musd == approx(6.0)


@pytest.mark.parametrize("signed", ["no", "yes"])
def test_an_agreement_waives_what_a_minimum_price_adds(signed):
    """80,000 $/t is the least that 301 lets in; 20,000 of it are duty, half of that is waived: 70,000 $/t, 7.0 M$."""
    floor = {"authority": "301", "origin": "CHN", "usd_per_t": 80_000, "effect": "minimum price"}
    plan = solve(**pact(signed=signed), **effect("cuts duty", "*", 0.5), offers=[MANY], tariffs=[floor])
    assert plan.objective_musd == approx(7.0)


QUOTA = {
    "quota": "trq",
    "authority": "301",
    "hts": "2846",
    "origin": "CHN",
    "period": 2026,
    "quota_t": 40,
    "in_quota_rate": 0.1,
    "over_quota_rate": 1.0,
}


def test_a_signed_agreement_waives_its_share_of_what_is_over_a_quota():
    """As one that is entered: half of 100 % on 60 t, and the 40 t in the quota pay 10 %: 6.0 + 1.8 + 0.24 = 8.04 M$."""
    plan = solve(partnerships=[SIGNED], **effect("cuts duty", "*", 0.5), offers=[MANY], tariffs=[HALF], quotas=[QUOTA])
    assert plan.objective_musd == approx(8.04)


def test_a_ton_pays_a_partners_duty_or_the_quotas_and_not_both():
    """The pact waives half of 100 %: 50 % on 60 t; the 40 t in the quota pay 10 %: 6.0 + 1.8 + 0.24 = 8.04 M$."""
    plan = solve(**pact(), **effect("cuts duty", "*", 0.5), offers=[MANY], tariffs=[HALF], quotas=[QUOTA])
    assert tons(plan, "in_quota", "quota") == approx({"trq": 40})
    assert tons(plan, "relief", "partnership") == approx({"pact": 60})
    assert plan.objective_musd == approx(8.04)


def test_a_facility_that_needs_an_agreement_runs_once_it_is_entered():
    """The mine's 30 t save 30 x 40,000 = 1.2 M$ for a pact of 1.0: 0.6 + 4.2 + 1.0 = 5.8 M$."""
    mine = {**MINE, "facilities": [MINE["facilities"][0] | {"requires": "pact"}]}
    plan = solve(**pact(upfront_musd=1.0), **mine)
    assert plan.tables["joins"]["partnership"].tolist() == ["pact"]
    assert plan.objective_musd == approx(5.8)


def test_a_facility_that_needs_an_agreement_idles_without_it():
    """A pact of 1.3 M$ costs more than the mine saves: 6.0 M$."""
    mine = {**MINE, "facilities": [MINE["facilities"][0] | {"requires": "pact"}]}
    plan = solve(**pact(upfront_musd=1.3), **mine)
    assert plan.tables["activity"].empty
    assert plan.objective_musd == approx(6.0)


OPTION = {"option": "shaft", "facility": "Mine", "max_t_per_year": 30, "life_years": 1}
THREE_YEARS = {"periods": years(2026, 2027, 2028), "demand": needs({2026: 100, 2027: 100, 2028: 100})}


def test_an_investment_waits_for_its_agreement():
    """The pact costs 0.2 M$ and takes a year, so a shaft of 30 t for one year is begun in 2027
    or 2028: 18.0 - 1.2 + 0.2."""
    plan = solve(
        **pact(upfront_musd=0.2, lead_years=1), **SITE, **THREE_YEARS, build_options=[OPTION | {"requires": "pact"}]
    )
    assert plan.tables["builds"]["node"].tolist()[0] in ("2027", "2028")
    assert plan.objective_musd == approx(17.0)


def test_an_investment_is_not_begun_without_its_agreement():
    """At 1.3 M$ the pact costs more than the shaft saves: 18.0 M$."""
    plan = solve(**pact(upfront_musd=1.3), **SITE, **THREE_YEARS, build_options=[OPTION | {"requires": "pact"}])
    assert plan.tables["builds"].empty
    assert plan.objective_musd == approx(18.0)


LONG = OPTION | {"lead_years": 1, "permit_years": 1, "life_years": 10}


def test_an_agreement_shortens_the_time_to_build():
    """Two years to build, one with the pact (0.3 M$): 30 t from 2027 in place of 2028, 1.2 M$ more: 18 - 2.4 + 0.3."""
    plan = solve(
        **pact(upfront_musd=0.3), **effect("shortens lead", "shaft", 1), **SITE, **THREE_YEARS, build_options=[LONG]
    )
    assert tons(plan, "activity", "node") == approx({"2027": 30, "2028": 30})
    assert plan.tables["builds"]["with_partnership"].tolist() == ["pact"]
    assert plan.objective_musd == approx(15.9)


def test_the_time_to_build_is_as_long_as_ever_without_the_agreement():
    """At 1.3 M$ the pact costs more than the year it saves: 18.0 - 1.2 = 16.8 M$."""
    plan = solve(
        **pact(upfront_musd=1.3), **effect("shortens lead", "shaft", 1), **SITE, **THREE_YEARS, build_options=[LONG]
    )
    assert tons(plan, "activity", "node") == approx({"2028": 30})
    assert plan.objective_musd == approx(16.8)


def test_an_agreement_saves_no_more_time_than_there_is():
    """Five years off two: the shaft runs at once, in 2026: 18.0 - 3.6 = 14.4 M$."""
    plan = solve(
        partnerships=[SIGNED], **effect("shortens lead", "shaft", 5), **SITE, **THREE_YEARS, build_options=[LONG]
    )
    assert plan.objective_musd == approx(14.4)


def test_relief_on_own_goods_ends_with_what_a_plant_makes():
    """Oxide of the mine abroad, 30 t at 20,000 $/t and 25,000 duty, may come to a stockpile without a maximum.

    30 t x 45,000 and 70 t Lynas: 1.35 + 4.9 = 6.25 M$.  Half of the duty is worth 0.375; the pact costs 0.3.
    """
    abroad = {"facilities": [{"facility": "Mine", "place": "Baotou", "capacity_t_per_year": 30}]}
    kept = {
        **MINE | abroad,
        **effect("cuts duty", "301", 0.5),
        "places": [*BASE["places"], {"place": "Baotou", "country": "CHN"}],
        "materials": [{"material": "oxide", "hts": "2846.90.80", "customs_value_usd_per_t": 50_000}],
        "offers": [MANY, LYNAS | {"max_t_per_year": 200}],
        "tariffs": [HALF],
        "stocks": [{}],
    }
    plan = solve(**pact(upfront_musd=0.3), **kept)
    assert plan.tables["relief"]["t_per_year"].tolist() == approx([30])
    assert plan.objective_musd == approx(6.175)
    assert solve(**pact(upfront_musd=0.4), **kept).objective_musd == approx(6.25)
