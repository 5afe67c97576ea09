"""In a period of several years everything dated counts year by year, and then as a mean over the years."""

import datetime as dt

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, SITE, approx, bought, cost, needs, solve, tons

TWO_YEARS = {"periods": [{"period": 2026, "years": 2}]}
FUTURES = [{"scenario": "calm"}, {"scenario": "trouble"}]
LATE = BAOTOU | {"max_t_per_year": 100, "from": 2027}
FREE = {"partnership": "pact", "country": "CHN"}
TO_QUALIFY = [{"supplier": "Baotou", "country": "CHN", "qualified": "no", "qualification_years": 1}]
TO_QUALIFY += [{"supplier": "Lynas", "country": "MYS"}]


def trouble(**event):
    """Two futures known from the start; this happens in the second."""
    return {"scenarios": FUTURES, "events": [{"scenario": "trouble", "known_from": 2026, **event}]}


def by_future(plan):
    """What each future costs, in M$."""
    return plan.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()


def test_a_ban_takes_nothing_of_an_offer_that_was_not_on_sale_yet():
    """Baotou sells 100 t in 2027 and nothing in 2026, in which China is shut: 50 t/yr in both futures.

    2 x (50 x 60,000 + 50 x 70,000) = 13.0 M$.
    """
    ban = trouble(kind="supply", country="CHN", factor=0, **{"from": 2026, "to": 2026})
    plan = solve(**TWO_YEARS, **ban, offers=[LATE, LYNAS])
    assert by_future(plan) == approx({"calm": 13.0, "trouble": 13.0})


def test_a_ban_takes_all_of_a_supplier_that_is_qualified_only_for_its_years():
    """Baotou is qualified from 2027 on, when China is shut in one future: 13.0 M$ as above, or 2 x 7.0."""
    ban = trouble(kind="supply", country="CHN", factor=0, **{"from": 2027})
    plan = solve(**TWO_YEARS, **ban, offers=[BAOTOU | {"max_t_per_year": 100}, LYNAS], suppliers=TO_QUALIFY)
    assert by_future(plan) == approx({"calm": 13.0, "trouble": 14.0})


def idle(**event):
    """A mine of 100 t that stands from 2027, and Lynas at 70,000 $/t; this befalls the mine in the one future."""
    mine = MINE | {"facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 100, "from": 2027}]}
    happens = {
        "scenarios": [{"scenario": "it"}],
        "events": [{"scenario": "it", "kind": "capacity", "factor": 0} | event],
    }
    return solve(**TWO_YEARS, **mine, **happens, offers=[LYNAS])


def test_an_outage_before_a_plant_stands_takes_nothing():
    """It stands in 2027, and the outage is in 2026: 50 t a year, and 50 t of Lynas.  2 x (1.0 + 3.5) = 9.0 M$."""
    assert idle(**{"from": 2026, "to": 2026}).objective_musd == approx(9.0)


def test_an_outage_in_the_only_year_in_which_a_plant_stands_takes_all():
    """Both are in 2027: nothing is dug, 100 t of Lynas a year, 14.0 M$."""
    plan = idle(**{"from": 2027, "to": 2027, "known_from": 2026})
    assert plan.tables["activity"].empty
    assert plan.objective_musd == approx(14.0)


@pytest.mark.slow
def test_an_outage_meets_a_ramp_in_its_own_year():
    """A shaft of 100 t runs half in 2026 and whole in 2027, in which half is out: (50 + 50) / 2 = 50 t a year.

    Capex 0, so 50 x 20,000 + 50 x 70,000 = 4.5 M$ a year; a mean of ramps times a mean of outages would be 56.25 t.
    """
    shaft = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 100, "ramp_1": 0.5}
    out = {"scenario": "it", "kind": "capacity", "facility": "Mine", "from": 2027, "known_from": 2026, "factor": 0.5}
    plan = solve(
        **TWO_YEARS, **SITE, build_options=[shaft], offers=[LYNAS], scenarios=[{"scenario": "it"}], events=[out]
    )
    assert tons(plan, "capacities", "facility", column="usable_t_per_year") == approx({"Mine": 50})
    assert plan.objective_musd == approx(9.0)


def test_an_agreement_meets_a_ramp_in_its_own_year():
    """A shaft of 100 t runs half in 2026 and whole in 2027, from when on the pact that the mine needs is in force.

    So 100 t in 2027, 50 a year: 2 x (50 x 20,000 + 50 x 70,000) = 9.0 M$; of means it would be 0.75 x 0.5, 37.5 t.
    """
    shaft = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 100, "ramp_1": 0.5}
    site = SITE | {"facilities": [SITE["facilities"][0] | {"requires": "pact"}]}
    plan = solve(**TWO_YEARS, **site, build_options=[shaft], offers=[LYNAS], partnerships=[FREE | {"lead_years": 1}])
    assert tons(plan, "activity", "facility") == approx({"Mine": 50})
    assert plan.objective_musd == approx(9.0)


def test_a_closed_plant_gives_up_what_could_be_used_of_it_year_by_year():
    """100 t that stand from 2027 and are out in 2027 are worth nothing; closing them for 0 saves 0.1 M$ of fixed cost.

    With 100 t of Lynas at 7.0 M$ a year: 14.0, and not 14.1.
    """
    plant = {
        "facility": "Mine",
        "place": "Texas",
        "capacity_t_per_year": 100,
        "from": 2027,
        "fixed_om_usd_per_t": 1_000,
    }
    plant |= {"closure_allowed": "yes", "closure_cost_musd": 0}
    out = {"scenario": "it", "kind": "capacity", "from": 2027, "known_from": 2026, "factor": 0}
    plan = solve(
        **TWO_YEARS, **MINE | {"facilities": [plant]}, offers=[LYNAS], scenarios=[{"scenario": "it"}], events=[out]
    )
    assert plan.objective_musd == approx(14.0)


def test_a_price_break_is_reached_in_the_years_of_sale():
    """Above 80 t a year all cost 50,000 $/t: 100 t in 2027 are 50 t/yr, and 40 t/yr would have been enough.

    2 x (50 x 50,000 + 50 x 70,000) = 12.0 M$.
    """
    band = {"offer": "Baotou", "above_t_per_year": 80, "price_usd_per_t": 50_000, "kind": "all units"}
    plan = solve(**TWO_YEARS, offers=[LATE, LYNAS], offer_tiers=[band])
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.objective_musd == approx(12.0)


def test_a_minimum_order_is_for_the_years_of_sale():
    """80 t at least in 2027 are 40 t/yr, and 100 t are 50: 13.0 M$."""
    plan = solve(**TWO_YEARS, offers=[LATE | {"min_order_t_per_year": 80}, LYNAS])
    assert plan.objective_musd == approx(13.0)


def test_an_event_multiplies_the_duty_of_its_own_years():
    """301 charges 10 % from 2027 on, 5 % as a mean; tripled in 2026, when there is none, it is the same.

    2 x 100 x 63,000 = 12.6 M$.
    """
    tariffs = [{"authority": "301", "origin": "CHN", "rate": 0.1, "from": dt.date(2027, 1, 1)}]
    tripled = trouble(kind="duty", country="CHN", factor=3, **{"from": 2026, "to": 2026})
    assert by_future(solve(**TWO_YEARS, **tripled, tariffs=tariffs)) == approx({"calm": 12.6, "trouble": 12.6})


def test_an_event_adds_to_a_duty_by_the_days_of_its_year():
    """10 % in 2028, which has 366 of the 731 days: 2 x 100 x 60,000 x 0.1 x 366 / 731 = 0.60082 M$."""
    added = trouble(kind="duty", country="CHN", value=0.1, **{"from": 2028}) | {"scenarios": [{"scenario": "trouble"}]}
    plan = solve(**added, periods=[{"period": 2027, "years": 2}], demand=needs({2027: 100}))
    assert cost(plan, "duties") == approx(1.2 * 366 / 731)


def test_an_event_multiplies_the_duty_inside_a_quota_too():
    """10 % on 40 t and 30 % on 60 t: 0.24 + 1.08 = 1.32 M$ of duty; doubled 2.64, with 6.0 M$ for the goods."""
    quota = {"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40}
    doubled = trouble(kind="duty", country="CHN", factor=2, **{"from": 2026})
    duty = [{"authority": "301", "origin": "CHN", "rate": 0.3}]
    rates = {"in_quota_rate": 0.1, "over_quota_rate": 0.3}
    plan = solve(**doubled, offers=[BAOTOU], quotas=[quota | rates], tariffs=duty)
    assert by_future(plan) == approx({"calm": 7.32, "trouble": 8.64})


def adding(**sheets):
    """Baotou has 20 t a year and 40 more while the free pact is in force, which may be entered at once."""
    effect = {"partnership": "pact", "effect": "adds supply", "applies_to": "Baotou", "value": 40}
    small = BAOTOU | {"max_t_per_year": 20}
    return solve(**TWO_YEARS | {"partnerships": [FREE], "partnership_effects": [effect], "offers": [small, LYNAS]}
                 | sheets)  # fmt: skip


def test_what_a_partnership_adds_waits_for_the_qualification():
    """Qualified from 2027 on: 60 t in one of two years are 30 t/yr: 2 x (30 x 60,000 + 70 x 70,000) = 13.4 M$."""
    plan = adding(suppliers=TO_QUALIFY)
    assert bought(plan) == approx({"Baotou": 30, "Lynas": 70})
    assert plan.objective_musd == approx(13.4)


def test_what_a_partnership_adds_waits_for_the_agreement_that_opens_the_offer():
    """Another agreement opens the offer, after a year: 30 t/yr as above."""
    door = {"partnership": "door", "country": "CHN", "lead_years": 1}
    small = BAOTOU | {"max_t_per_year": 20, "requires": "door"}
    plan = adding(partnerships=[FREE, door], offers=[small, LYNAS])
    assert bought(plan) == approx({"Baotou": 30, "Lynas": 70})
    assert plan.objective_musd == approx(13.4)


def test_a_plant_runs_for_the_years_left_once_its_agreement_is_in_force():
    """The mine abroad may be used from 2027 on: 30 t in one of two years are 15 t/yr.

    2 x (15 x 20,000 + 85 x 60,000) = 10.8 M$. That a shaft of 100 t might be sunk for 1 000 M$ makes no difference.
    """
    plan = solve(
        **TWO_YEARS,
        **MINE
        | {"facilities": [{"facility": "Mine", "place": "Baotou", "capacity_t_per_year": 30, "requires": "pact"}]},
        places=[*BASE["places"], {"place": "Baotou", "country": "CHN"}],
        partnerships=[FREE | {"lead_years": 1}],
        build_options=[{"option": "Shaft", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 1000}],
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": 15})
    assert plan.objective_musd == approx(10.8)
