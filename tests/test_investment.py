"""Building: how large, how often, in which order, when it runs and what it costs."""

import pytest
from cases import BAOTOU, SITE, approx, bought, cost, needs, relaxed_musd, solve, tons, years

SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}


def option(**facts):
    """The mine's site in Texas, and one option there: at most 40 t/yr, 100,000 $ per t/yr over ten years, and these
    facts."""
    return {**SITE, "build_options": [SHAFT | facts]}


@pytest.mark.slow
def test_capacity_is_built_no_larger_than_its_option():
    """40 t at 10,000 $/t a year for ten years of capex and 20,000 to run, 60 t Baotou: 1.2 + 3.6 = 4.8 M$."""
    plan = solve(**option())
    assert tons(plan, "builds", "option", column="size_t_per_year") == approx({"Shaft": 40})
    assert tons(plan, "activity", "facility") == approx({"Mine": 40})
    assert plan.objective_musd == approx(4.8)


@pytest.mark.slow
def test_an_option_begun_has_at_least_its_smallest_size():
    """30 t are needed, and the smallest shaft is 50 t: 50 x 10,000 + 30 x 20,000 = 1.1 M$, against 1.8 M$ bought."""
    plan = solve(**option(min_t_per_year=50, max_t_per_year=90), demand=needs({2026: 30}))
    assert tons(plan, "builds", "option", column="size_t_per_year") == approx({"Shaft": 50})
    assert plan.objective_musd == approx(1.1)


@pytest.mark.slow
def test_an_option_is_begun_as_a_whole_or_not_at_all():
    """100 t are needed in 2026 and 40 in 2027. A shaft of 100 t costs 30 M$, 3.0 a year: 6.0 M$, more than the 5.6
    saved on Baotou's 8.4 M$. Of 0.4 of it, 2.4 M$, 3.2 would be saved."""
    demand = needs({2026: 100, 2027: 40})
    shaft = option(max_t_per_year=100, capex_fixed_musd=30, capex_usd_per_t=0)
    plan = solve(**shaft, periods=years(2026, 2027), demand=demand)
    assert plan.tables["builds"].empty
    assert plan.objective_musd == approx(8.4)


@pytest.mark.slow
def test_an_option_is_begun_once_unless_it_says_more():
    """2026 and 2027: one shaft of 40 t, 4.8 M$ a year; a second one would save 1.2 M$ in 2027."""
    plan = solve(**option(), periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2026": 40})
    assert plan.objective_musd == approx(9.6)


@pytest.mark.slow
def test_an_option_that_may_be_begun_twice_is():
    """The same with two builds, both at once: 80 x 30,000 + 20 x 60,000 = 3.6 M$ a year, 7.2 M$."""
    plan = solve(**option(max_builds=2), periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2026": 80})
    assert plan.objective_musd == approx(7.2)


def modules(**facts):
    """Modules of 3 t/yr, 1 M$ each over one year; what is lacking of 9 t costs 100 M$/t."""
    lot = {"min_t_per_year": 3, "max_t_per_year": 3, "capex_fixed_musd": 1, "capex_usd_per_t": 0, "life_years": 1}
    mine = {"processes": [{"facility": "Mine", "process": "dig"}], "demand": needs({2026: 9})}
    return option(**lot | facts) | mine | {"offers": [BAOTOU | {"price_usd_per_t": 100_000_000}]}


@pytest.mark.slow
def test_several_modules_are_begun_in_one_year():
    """9 t are needed: three modules of 3 t, 3 M$; one start a year would be 1 + 6 x 100 = 601 M$."""
    plan = solve(**modules(max_builds=12))
    assert plan.tables["builds"][["times", "size_t_per_year"]].values.tolist() == [[3.0, approx(9.0)]]
    assert plan.objective_musd == approx(3.0)


@pytest.mark.slow
def test_no_more_modules_are_begun_in_one_year_than_on_a_path():
    """Two modules: 2 + 3 x 100 = 302 M$."""
    plan = solve(**modules(max_builds=2))
    assert tons(plan, "builds", "option", column="times") == {"Shaft": 2.0}
    assert plan.objective_musd == approx(302.0)


@pytest.mark.slow
def test_in_an_exclusive_group_one_module_is_begun():
    """One module though twelve are allowed: 1 + 600 = 601 M$."""
    plan = solve(**modules(max_builds=12, exclusive_group="ore body"))
    assert tons(plan, "builds", "option", column="times") == {"Shaft": 1.0}
    assert plan.objective_musd == approx(601.0)


@pytest.mark.slow
def test_modules_that_need_a_partnership_or_another_option_are_begun_as_often_as_they_may():
    """The pact costs 5 M$ and the road 2 M$: 5 + 2 + 3 = 10 M$ for all three modules together."""
    road = SHAFT | {"option": "Road", "facility": "Yard", "capex_fixed_musd": 2, "life_years": 1, "requires": "pact"}
    sheets = modules(max_builds=12, requires="Road")
    yard = {"facility": "Yard", "place": "Texas"}
    plan = solve(
        **sheets | {"build_options": [*sheets["build_options"], road], "facilities": [*SITE["facilities"], yard]},
        partnerships=[{"partnership": "pact", "country": "MYS", "upfront_musd": 5}],
    )
    assert tons(plan, "builds", "option", column="times") == {"Shaft": 3.0, "Road": 1.0}
    assert plan.objective_musd == approx(10.0)


@pytest.mark.slow
def test_modules_that_a_partnership_makes_quicker_are_begun_as_often_as_they_may():
    """With a year of construction nothing runs in 2026; the pact takes it off: 5 + 3 = 8 M$."""
    plan = solve(
        **modules(max_builds=12, lead_years=1),
        partnerships=[{"partnership": "pact", "country": "MYS", "upfront_musd": 5}],
        partnership_effects=[{"partnership": "pact", "effect": "shortens lead", "applies_to": "Shaft", "value": 1}],
    )
    assert plan.tables["builds"][["with_partnership", "times"]].values.tolist() == [["pact", 3.0]]
    assert plan.objective_musd == approx(8.0)


@pytest.mark.slow
def test_a_plant_of_several_modules_counts_once():
    """At most one plant may be open: its three modules are one plant, 3 M$."""
    limit = {"limit": "one plant", "measure": "facilities_open", "sense": "at most", "value": 1}
    assert solve(**modules(max_builds=12), limits=[limit]).objective_musd == approx(3.0)


@pytest.mark.slow
def test_a_grant_pays_for_every_module():
    """A grant of 40 %: 3 x 0.6 = 1.8 M$; capped at 1 M$, 2.0 M$."""
    grant = {"incentive": "grant", "kind": "capex grant", "applies_to": "Shaft", "share": 0.4}
    assert solve(**modules(max_builds=12), incentives=[grant]).objective_musd == approx(1.8)
    assert solve(**modules(max_builds=12), incentives=[grant | {"cap_musd": 1}]).objective_musd == approx(2.0)


@pytest.mark.slow
def test_all_modules_count_towards_a_limit_on_capex():
    """At most 2 M$ of capex: two modules, 302 M$."""
    limit = {"limit": "purse", "measure": "capex_musd", "sense": "at most", "value": 2}
    assert solve(**modules(max_builds=12), limits=[limit]).objective_musd == approx(302.0)


@pytest.mark.slow
def test_of_options_that_exclude_each_other_one_is_begun():
    """A shaft of 40 t or a pit of 30 t, both worth building: the shaft, 4.8 M$; both would be 3.9 M$."""
    pit = SHAFT | {"option": "Pit", "max_t_per_year": 30}
    plan = solve(**SITE, build_options=[one | {"exclusive_group": "ore body"} for one in (SHAFT, pit)])
    assert tons(plan, "builds", "option", column="size_t_per_year") == approx({"Shaft": 40})
    assert plan.objective_musd == approx(4.8)


def phases(first_musd):
    """A first phase that gives nothing but leave to build the second: 40 t/yr for 10 M$."""
    first = SHAFT | {"option": "First", "capex_fixed_musd": first_musd, "capex_usd_per_t": 500_000}
    second = SHAFT | {"option": "Second", "capex_fixed_musd": 10, "capex_usd_per_t": 0, "requires": "First"}
    return {**SITE, "build_options": [first, second], "demand": needs({2026: 40})}


@pytest.mark.slow
def test_an_option_waits_for_the_one_it_requires():
    """The second phase would give 40 t for 1.0 + 0.8 M$ a year, against 2.4 bought; with the first phase's 2.0 it
    does not pay."""
    plan = solve(**phases(first_musd=20))
    assert plan.tables["builds"].empty
    assert plan.objective_musd == approx(2.4)


@pytest.mark.slow
def test_an_option_may_be_begun_together_with_the_one_it_requires():
    """At 0.2 M$ a year the first phase is worth beginning for the second's sake: 0.2 + 1.0 + 0.8 = 2.0 M$, against
    2.4."""
    plan = solve(**phases(first_musd=2))
    assert set(plan.tables["builds"]["option"]) == {"First", "Second"}
    assert plan.objective_musd == approx(2.0)


@pytest.mark.slow
def test_a_place_with_nothing_built_sends_nothing_even_by_halves():
    """Ohio needs 100 t; a mine of up to 200 t in Texas costs 2.0 M$ a year and 20,000 $/t to run: 4.0 M$.

    Half a mine could send the 100 t, for 3.0 M$, if yes or no were shares and the mine as large as that; but no more is
    worth building than 100 t, so the relaxation is as dear as the plan.
    """
    sheets = option(max_t_per_year=200, capex_fixed_musd=20, capex_usd_per_t=0) | {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        "segments": [{"segment": "magnets", "place": "Ohio"}],
    }
    assert relaxed_musd(**sheets) == approx(4.0)
    assert solve(**sheets).objective_musd == approx(4.0)


@pytest.mark.slow
def test_a_place_where_a_plant_stands_sends_what_it_makes_though_nothing_is_built():
    """Ohio needs 100 t. The mine in Texas makes 30; 200 more would cost 10 M$ a year: 0.6 + 70 x 60,000 = 4.8 M$."""
    sheets = option(max_t_per_year=200, capex_fixed_musd=100, capex_usd_per_t=0) | {
        "facilities": [SITE["facilities"][0] | {"capacity_t_per_year": 30}],
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        "segments": [{"segment": "magnets", "place": "Ohio"}],
    }
    plan = solve(**sheets)
    assert tons(plan, "shipments", "from_place", "to_place") == approx({("Texas", "Ohio"): 30})
    assert plan.objective_musd == approx(4.8)


@pytest.mark.slow
def test_a_build_runs_after_its_permit_and_construction():
    """A year of permits and a year of construction from 2026: 6.0 + 6.0 + 4.8 + 4.8 = 21.6 M$."""
    plan = solve(
        **option(permit_years=1, lead_years=1),
        periods=years(2026, 2027, 2028, 2029),
        demand=needs(dict.fromkeys((2026, 2027, 2028, 2029), 100)),
    )
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2026": 40})
    assert tons(plan, "activity", "node") == approx({"2028": 40, "2029": 40})
    assert plan.objective_musd == approx(21.6)


@pytest.mark.slow
def test_an_option_is_begun_neither_before_its_earliest_nor_after_its_latest_year():
    """It may be begun in 2027 only, twice: 6.0 + 3.6 + 3.6 = 13.2 M$."""
    plan = solve(
        **option(earliest=2027, latest=2027, max_builds=2),
        periods=years(2026, 2027, 2028),
        demand=needs(dict.fromkeys((2026, 2027, 2028), 100)),
    )
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2027": 80})
    assert plan.objective_musd == approx(13.2)


@pytest.mark.slow
def test_a_build_stops_at_the_end_of_its_life():
    """40,000 $ per t/yr over two years from 2026: twice 40 x 40,000 + 60 x 60,000 = 5.2, then 6.0: 16.4 M$."""
    plan = solve(
        **option(capex_usd_per_t=40_000, life_years=2, latest=2026),
        periods=years(2026, 2027, 2028),
        demand=needs(dict.fromkeys((2026, 2027, 2028), 100)),
    )
    assert tons(plan, "activity", "node") == approx({"2026": 40, "2027": 40})
    assert plan.objective_musd == approx(16.4)


@pytest.mark.slow
def test_a_build_works_up_to_its_size_by_its_ramp():
    """A quarter, half, three quarters, then all of 40 t: 10 + 20 + 30 + 40 = 100 t at 20,000 $/t; 300 t Baotou.

    The capex is paid in full from the first year: 4 x 0.4 + 2.0 + 18.0 = 21.6 M$.
    """
    plan = solve(
        **option(ramp_1=0.25, ramp_2=0.5, ramp_3=0.75, latest=2026),
        periods=years(2026, 2027, 2028, 2029),
        demand=needs(dict.fromkeys((2026, 2027, 2028, 2029), 100)),
    )
    assert tons(plan, "activity", "node") == approx({"2026": 10, "2027": 20, "2028": 30, "2029": 40})
    assert plan.objective_musd == approx(21.6)


@pytest.mark.slow
def test_a_build_that_starts_in_mid_period_works_and_costs_for_the_rest_of_it():
    """After one of four years: 30 t/yr on average and 0.3 M$ of capex a year: 4 x (0.3 + 0.6 + 70 x 60,000) = 20.4
    M$."""
    plan = solve(**option(lead_years=1), periods=[{"period": 2026, "years": 4}])
    assert tons(plan, "activity", "facility") == approx({"Mine": 30})
    assert plan.objective_musd == approx(20.4)


@pytest.mark.slow
def test_capex_is_paid_as_an_annuity_at_the_capital_rate_while_it_runs():
    """2.1 M$ over two years at 10 %: 2.1 x 0.1 / (1 - 1/1.21) = 1.21 M$ a year; the second one lies beyond the horizon.

    40 t: 1.21 + 0.8 = 2.01 M$, against 2.4 bought.
    """
    annuity = option(capex_fixed_musd=2.1, capex_usd_per_t=0, life_years=2)
    plan = solve({"capital_rate": 0.1}, **annuity, demand=needs({2026: 40}))
    assert cost(plan, "investment") == approx(1.21)
    assert plan.objective_musd == approx(2.01)


@pytest.mark.slow
def test_without_a_capital_rate_the_discount_rate_turns_capex_into_an_annuity():
    """As above, with a discount rate of 10 %; 2026 is the base year, so nothing else is discounted."""
    annuity = option(capex_fixed_musd=2.1, capex_usd_per_t=0, life_years=2)
    plan = solve({"discount_rate": 0.1}, **annuity, demand=needs({2026: 40}))
    assert cost(plan, "investment") == approx(1.21)


@pytest.mark.slow
def test_fixed_capex_may_be_negative_where_capex_at_the_smallest_size_is_not():
    """-1 M$ + 20 t x 100,000 $ = 1 M$, over ten years 0.1; 20 to 40 t: at 40 t it is 3 M$, 0.3 a year.  0.3 + 0.8 +
    3.6 = 4.7."""
    plan = solve(**option(min_t_per_year=20, capex_fixed_musd=-1))
    assert cost(plan, "investment") == approx(0.3)
    assert plan.objective_musd == approx(4.7)


@pytest.mark.slow
def test_a_build_has_the_fixed_cost_of_its_facility_unless_it_states_its_own():
    """40 t at 1,000 $ per t/yr of the facility: 0.04 M$; at the option's own 2,000: 0.08 M$."""
    site = {"facilities": [SITE["facilities"][0] | {"fixed_om_usd_per_t": 1_000}]}
    assert cost(solve(**option() | site), "fixed_operation") == approx(0.04)
    assert cost(solve(**option(fixed_om_usd_per_t=2_000) | site), "fixed_operation") == approx(0.08)


@pytest.mark.slow
def test_a_build_adds_to_what_stands():
    """30 t stand and 40 t are built: 70 x 20,000 + 40 x 10,000 + 30 x 60,000 = 3.6 M$."""
    stands = {"facilities": [SITE["facilities"][0] | {"capacity_t_per_year": 30}]}
    plan = solve(**option() | stands)
    assert tons(plan, "activity", "facility") == approx({"Mine": 70})
    assert bought(plan) == approx({"Baotou": 30})
    assert plan.objective_musd == approx(3.6)
