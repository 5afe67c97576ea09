"""Agreements: what they cost and open, the duty they waive, the supply they add, and the trust that duties lose."""

import datetime as dt

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, SITE, approx, bought, cost, needs, solve, tons, years

AGREEMENT = {"partnership": "Agreement", "country": "MYS", "upfront_musd": 0.5, "annual_musd": 0.1}
CHEAP = LYNAS | {"price_usd_per_t": 40_000, "max_t_per_year": 100, "requires": "Agreement"}
TWO_YEARS = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
KUANTAN = [*BASE["places"], {"place": "Kuantan", "country": "MYS"}]


def agreed(effect=None, value=None, applies_to=None, **facts):
    """An agreement with Malaysia, for 0.5 M$ and 0.1 M$ a year, and its effect."""
    effects = [{"partnership": "Agreement", "effect": effect, "applies_to": applies_to, "value": value}]
    return {"partnerships": [AGREEMENT | facts], **({"partnership_effects": effects} if effect else {})}


def test_an_agreement_opens_an_offer():
    """Lynas sells at 40,000 $/t to partners: 4.0 + 0.5 + 0.1 = 4.6 M$, against 6.0."""
    plan = solve(**agreed(), offers=[BAOTOU, CHEAP])
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.tables["joins"][["partnership", "node"]].values.tolist() == [["Agreement", "2026"]]
    assert (cost(plan, "joining"), cost(plan, "partnerships")) == approx((0.5, 0.1))
    assert plan.objective_musd == approx(4.6)


@pytest.mark.parametrize(("upfront_musd", "usd_per_t"), [(0.3, 80_000), (1.3, 40_000)])
def test_the_largest_size_of_a_plant_that_an_agreement_hastens_stands_once_in_the_plan(upfront_musd, usd_per_t):
    """A shaft of 30 t takes two years to build, and one with the agreement, which is entered at 0.3 M$ and not at 1.3.

    A ton of size saves 60,000 - 20,000 = 40,000 $ in each year of output: in two with the agreement, in one without.
    """
    shaft = {"option": "shaft", "facility": "Mine", "max_t_per_year": 30, "lead_years": 1, "permit_years": 1}
    hastened = agreed("shortens lead", 1, "shaft", upfront_musd=upfront_musd, annual_musd=0)
    demand = needs({2026: 100, 2027: 100, 2028: 100})
    plan = solve(**hastened, **SITE, periods=years(2026, 2027, 2028), demand=demand, build_options=[shaft])
    rows = plan.tables["binding"].query("rule == 'build at its largest size'")
    assert rows[["item", "node"]].values.tolist() == [["shaft", "2026"]]
    assert rows["worth_usd"].tolist() == approx([usd_per_t])


def test_an_agreement_is_entered_as_a_whole_or_not_at_all():
    """40 t are needed: 0.8 M$ would be saved for 1.0 M$; so 2.4 M$ to Baotou.

    Lynas has 100 t, and there is room to keep what is not needed: 0.4 of an agreement would be enough, at 0.4 M$.
    """
    plan = solve(
        **agreed(upfront_musd=1, annual_musd=0),
        offers=[BAOTOU, CHEAP],
        stocks=[{"max_t": 60}],
        demand=needs({2026: 40}),
    )
    assert plan.tables["joins"].empty
    assert plan.objective_musd == approx(2.4)


def test_an_agreement_is_entered_once():
    """Lynas has 60 t a year for partners: 0.1 + 2 x (60 x 40,000 + 40 x 60,000) = 9.7 M$; twice entered it would
    seem 120 t."""
    plan = solve(
        **agreed(upfront_musd=0.1, annual_musd=0), **TWO_YEARS, offers=[BAOTOU, CHEAP | {"max_t_per_year": 60}]
    )
    assert bought(plan, "node") == approx(
        {("Lynas", "2026"): 60, ("Baotou", "2026"): 40, ("Lynas", "2027"): 60, ("Baotou", "2027"): 40}
    )
    assert plan.objective_musd == approx(9.7)


def test_an_agreement_is_in_force_after_its_lead_time():
    """Entered in 2026, in force and paid for in 2027: 6.0 + 0.5 + 4.0 + 0.1 = 10.6 M$."""
    plan = solve(**agreed(lead_years=1), **TWO_YEARS, offers=[BAOTOU, CHEAP])
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.objective_musd == approx(10.6)


def test_an_agreement_signed_before_costs_its_years_only():
    """4.0 + 0.1 M$."""
    plan = solve(**agreed(signed="yes"), offers=[BAOTOU, CHEAP])
    assert plan.objective_musd == approx(4.1)


def test_an_offer_that_a_signed_agreement_opens_keeps_its_maximum():
    """Lynas has 60 t for partners: 60 x 40,000 + 40 x 60,000 + 0.1 = 4.9 M$; without a maximum 4.1."""
    plan = solve(**agreed(signed="yes"), offers=[BAOTOU, CHEAP | {"max_t_per_year": 60}])
    assert bought(plan) == approx({"Lynas": 60, "Baotou": 40})
    assert plan.objective_musd == approx(4.9)


def test_an_agreement_gives_access_to_a_plant():
    """The mine's 30 t in Kuantan save 30 x 40,000 for 0.6 M$: 0.6 + 4.2 + 0.6 = 5.4 M$."""
    abroad = {"facility": "Mine", "place": "Kuantan", "capacity_t_per_year": 30, "requires": "Agreement"}
    plan = solve(**agreed(), **MINE | {"facilities": [abroad]}, places=KUANTAN)
    assert tons(plan, "activity", "facility") == approx({"Mine": 30})
    assert plan.objective_musd == approx(5.4)


SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}


def test_an_agreement_gives_access_to_an_investment():
    """A shaft of 40 t in Kuantan saves 40 x 30,000 a year for 0.6 M$: 40 x 30,000 + 60 x 60,000 + 0.6 = 5.4 M$."""
    plan = solve(
        **agreed(),
        **SITE | {"facilities": [{"facility": "Mine", "place": "Kuantan"}]},
        build_options=[SHAFT | {"requires": "Agreement"}],
        places=KUANTAN,
    )
    assert plan.tables["joins"]["partnership"].tolist() == ["Agreement"]
    assert plan.objective_musd == approx(5.4)


@pytest.mark.slow
def test_an_agreement_shortens_a_lead_time():
    """Two years of construction without it; with it one: 6.0 + (1.2 + 3.6) + 0.5 + 2 x 0.1 = 11.5 M$, against 12.0."""
    plan = solve(**agreed("shortens lead", 1, "Shaft"), **TWO_YEARS, **SITE, build_options=[SHAFT | {"lead_years": 2}])
    assert tons(plan, "activity", "node") == approx({"2027": 40})
    assert plan.objective_musd == approx(11.5)


def test_an_agreement_adds_to_an_offer():
    """Baotou is dear here (80,000 $/t), Lynas has 60 t at 70,000 and 30 more for partners: 90 x 70,000 + 0.8 + 0.1 =
    7.2 M$."""
    plan = solve(
        **agreed("adds supply", 30, "Lynas", upfront_musd=0, annual_musd=0.1),
        offers=[BAOTOU | {"price_usd_per_t": 80_000}, LYNAS | {"max_t_per_year": 60}],
    )
    assert bought(plan) == approx({"Lynas": 90, "Baotou": 10})
    assert plan.objective_musd == approx(7.2)


DUTY = [{"authority": "232", "origin": "MYS", "rate": 0.5}]
DEAR_CHINA = {"offers": [BAOTOU | {"price_usd_per_t": 100_000}, LYNAS | {"max_t_per_year": 100}], "tariffs": DUTY}


def test_an_agreement_waives_its_share_of_a_duty():
    """Lynas pays 50 % of 70,000, 35,000 $/t; 80 % of it is waived for 0.6 M$: 7.0 + 3.5 - 2.8 + 0.6 = 8.3 M$,
    against 10.0."""
    plan = solve(**agreed("cuts duty", 0.8, "232"), **DEAR_CHINA)
    assert bought(plan) == approx({"Lynas": 100})
    assert cost(plan, "duties") == approx(0.7)
    assert plan.objective_musd == approx(8.3)


def test_an_agreement_signed_before_waives_its_share_too():
    """7.0 + 0.7 + 0.1 M$."""
    plan = solve(**agreed("cuts duty", 0.8, "*", signed="yes"), **DEAR_CHINA)
    assert cost(plan, "duties") == approx(0.7)
    assert plan.objective_musd == approx(7.8)


RISING = {
    "offers": [BAOTOU | {"price_usd_per_t": 100_000}, LYNAS | {"max_t_per_year": 100}],
    "tariffs": [{"authority": "232", "origin": "MYS", "rate": 0.1, "from": dt.date(2027, 1, 1)}],
    "trust": [{"country": "MYS", "supply_loss_per_duty_point": 0.05}],
}


def test_a_country_answers_duties_by_selling_less():
    """10 points of duty from 2027 on withdraw half of Lynas' 100 t.

    2026: 7.0 M$.  2027: 50 x 77,000 + 50 x 100,000 = 8.85 M$.
    """
    plan = solve(**RISING, **TWO_YEARS)
    assert bought(plan, "node") == approx({("Lynas", "2026"): 100, ("Lynas", "2027"): 50, ("Baotou", "2027"): 50})
    assert plan.objective_musd == approx(15.85)


def test_an_agreement_restores_trust():
    """It brings back the 50 t withheld in 2027, saving 50 x 23,000 = 1.15 M$, for 0.5 and 0.1: 15.85 - 1.15 + 0.6 =
    15.3 M$."""
    plan = solve(**agreed("restores trust", 1, earliest=2027), **RISING, **TWO_YEARS)
    assert bought(plan, "node") == approx({("Lynas", "2026"): 100, ("Lynas", "2027"): 100})
    assert plan.objective_musd == approx(15.3)
