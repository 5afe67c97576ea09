"""What a production credit asks: an origin, a purity, a stage; and how it fades."""

import pytest
from cases import MINE, approx, cost, needs, solve, years

CREDIT = {"incentive": "Credit", "kind": "production credit", "applies_to": "Mine", "usd_per_t": 10_000}
CLEAN = [{"rule": "clean", "country": "CHN", "stage": "mined"}]
ORES = [
    {"offer": "Bayan Obo", "supplier": "Baotou", "material": "ore", "origin": "CHN", "mined_in": "CHN"},
    {"offer": "Mount Weld", "supplier": "Lynas", "material": "ore", "origin": "MYS", "mined_in": "MYS"},
]
PLANT = {
    "materials": [{"material": "oxide"}, {"material": "ore", "stage": "ores"}],
    "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 100}],
    "processes": [{"facility": "Mine", "process": "separate", "cost_usd_per_t": 0, "step": "refined"}],
    "recipes": [
        {"process": "separate", "material": "ore", "t_per_t": -1},
        {"process": "separate", "material": "oxide"},
    ],
    "origin_rules": CLEAN,
}


def separated(clean_usd_per_t, **facts):
    """100 t of oxide separated in Texas, from Chinese ore at 20,000 $/t or other ore at this price, with a credit."""
    prices = (20_000, clean_usd_per_t)
    offers = [ore | {"price_usd_per_t": price} for ore, price in zip(ORES, prices, strict=True)]
    return solve(**PLANT, offers=offers, incentives=[CREDIT | facts])


@pytest.mark.parametrize(("clean_usd_per_t", "musd"), [(29_000, 1.9), (31_000, 2.0)])
def test_a_credit_may_count_only_what_keeps_an_origin_rule(clean_usd_per_t, musd):
    """10,000 $/t for oxide of ore that China did not mine: clean ore at 29,000 costs 19,000 after it, at 31,000 21,000.

    100 x 19,000 = 1.9 M$, or Chinese ore at 20,000 without the credit: 2.0 M$.
    """
    assert separated(clean_usd_per_t, origin_rule="clean").objective_musd == approx(musd)


@pytest.mark.slow
def test_a_credit_without_a_rule_counts_tons_of_any_origin():
    """100 x (20,000 - 10,000) = 1.0 M$."""
    assert separated(29_000).objective_musd == approx(1.0)


@pytest.mark.slow
def test_clean_and_other_output_of_a_plant_are_told_apart():
    """Mount Weld has 40 t of clean ore at 29,000 $/t: 40 x 29,000 + 60 x 20,000 - 40 x 10,000 = 1.96 M$."""
    offers = [ORES[0] | {"price_usd_per_t": 20_000}, ORES[1] | {"price_usd_per_t": 29_000, "max_t_per_year": 40}]
    plan = solve(**PLANT, offers=offers, incentives=[CREDIT | {"origin_rule": "clean"}])
    assert cost(plan, "production_support") == approx(-0.4)
    assert plan.objective_musd == approx(1.96)


@pytest.mark.slow
def test_a_rule_asks_nothing_of_a_credit_before_its_date():
    """From 2027 on: 10,000 $/t for Chinese ore in 2026, 1.0 M$; then clean ore at 29,000 pays better: 1.9 M$."""
    offers = [ORES[0] | {"price_usd_per_t": 20_000}, ORES[1] | {"price_usd_per_t": 29_000}]
    plan = solve(
        **PLANT | {"origin_rules": [CLEAN[0] | {"from": "2027-01-01"}]},
        offers=offers,
        incentives=[CREDIT | {"origin_rule": "clean"}],
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
    )
    assert plan.objective_musd == approx(2.9)


@pytest.mark.parametrize(("applies_to", "musd"), [("oxide 99.9", 4.2 + 0.6 - 0.3), ("oxide", 4.2 + 0.6)])
def test_a_grade_is_a_material_and_a_credit_may_ask_for_it(applies_to, musd):
    """The mine's 30 t are of 99.9 %, and all that is needed may be: 0.6 + 70 x 60,000, less 30 x 10,000 for purity."""
    plan = solve(
        **MINE | {"recipes": [{"process": "dig", "material": "oxide 99.9"}]},
        materials=[{"material": "oxide"}, {"material": "oxide 99.9"}],
        substitutes=[{"segment": "magnets", "material": "oxide 99.9", "t_per_t": 1}],
        incentives=[CREDIT | {"applies_to": applies_to}],
    )
    assert plan.objective_musd == approx(musd)


@pytest.mark.slow
def test_a_credit_may_name_a_stage():
    """30 t of oxide and 60 t of cerium, both of the stage oxides: 90 x 10,000 off 4.8 M$: 3.9 M$."""
    plan = solve(
        **MINE
        | {"recipes": [{"process": "dig", "material": "oxide"}, {"process": "dig", "material": "ceria", "t_per_t": 2}]},
        materials=[{"material": "oxide"}, {"material": "ceria", "disposal_usd_per_t": 0}],
        incentives=[CREDIT | {"applies_to": "oxides"}],
    )
    assert plan.objective_musd == approx(3.9)


@pytest.mark.slow
def test_a_credit_fades_in_even_steps():
    """In full to 2026, then 75, 50 and 25 % and nothing in 2030: 30 t x 10,000 $ x (1 + 0.75 + 0.5 + 0.25) = 0.75 M$.

    Five years at 4.8 M$ cost 24.0: 23.25 M$.
    """
    span = range(2026, 2031)
    plan = solve(
        **MINE,
        incentives=[CREDIT | {"to": 2026, "phase_out_years": 3}],
        periods=years(*span),
        demand=needs(dict.fromkeys(span, 100)),
    )
    assert cost(plan, "production_support") == approx(-0.75)
    assert plan.objective_musd == approx(23.25)


@pytest.mark.slow
def test_a_credit_that_fades_counts_in_a_period_as_the_mean_of_its_years():
    """One period of five years: 0.5 of the credit a year, 0.15 M$: 5 x (4.8 - 0.15) = 23.25 M$ again."""
    credit = CREDIT | {"to": 2026, "phase_out_years": 3}
    plan = solve(**MINE, incentives=[credit], periods=[{"period": 2026, "years": 5}])
    assert plan.objective_musd == approx(23.25)


@pytest.mark.slow
def test_rows_with_dates_of_their_own_may_fade_otherwise():
    """10,000 $/t in 2026 and 4,000 from 2027 on: 0.3 + 0.12 off 9.6 M$."""
    rows = [CREDIT | {"to": 2026}, CREDIT | {"incentive": "Later", "from": 2027, "usd_per_t": 4_000}]
    plan = solve(**MINE, incentives=rows, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))
    assert plan.objective_musd == approx(9.18)
