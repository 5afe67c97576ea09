"""When builds give output and what they cost, as the program has them: delays, capex events, partners that shorten."""

import pytest
from cases import approx, case, needs, solve, years

ORE_BODY = {
    "facilities": [{"facility": "Mine", "place": "Texas"}],
    "processes": [{"facility": "Mine", "process": "dig"}],
    "recipes": [{"process": "dig", "material": "oxide"}],
}
SHAFT = {"option": "shaft", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 1, "latest": 2026}
TWO = [{"scenario": "calm", "probability": 0.75}, {"scenario": "slow", "probability": 0.25}]


def of_builds(plan):
    return {row[:4]: row[4:] for row in plan.tables["build_years"].itertuples(index=False, name=None)}


@pytest.mark.slow
def test_a_delay_shows_in_the_future_that_knows_it():
    """Begun 2026, a year to build: 2027 to 2036 in the calm; in the slow future two years later, 2029 to 2038."""
    slow = {"scenario": "slow", "kind": "delay", "facility": "Mine", "from": 2027, "known_from": 2027, "value": 2}
    plan = solve(
        **ORE_BODY,
        periods=years(2026, 2027, 2028, 2029),
        demand=needs(dict.fromkeys((2026, 2027, 2028, 2029), 100)),
        build_options=[{**SHAFT, "lead_years": 1}],
        scenarios=TWO,
        events=[slow],
    )
    leaves = dict(zip(plan.tables["scenarios"]["scenario"], plan.tables["scenarios"]["leaf"], strict=True))
    found = of_builds(plan)
    assert found["shaft", "", "2026", leaves["calm"]] == (2027, 2036)
    assert found["shaft", "", "2026", leaves["slow"]] == (2029, 2038)


@pytest.mark.slow
def test_capex_counts_the_events_of_the_year_in_which_it_is_begun():
    """1 M$ fixed and 10,000 $/t for 100 t: 2 M$, and half more: 3 M$."""
    dearer = {"scenario": "only", "kind": "capex", "facility": "Mine", "from": 2026, "factor": 1.5}
    plan = solve(
        **ORE_BODY,
        build_options=[{**SHAFT, "capex_usd_per_t": 10_000}],
        scenarios=[{"scenario": "only", "probability": 1}],
        events=[dearer],
    )
    assert plan.tables["builds"]["capex_musd"].tolist() == approx([3.0])


@pytest.mark.slow
def test_a_partner_that_shortens_the_lead_brings_the_first_output_forward():
    """Three years to build, two less with the pact: begun 2026, first output 2027 and not 2029."""
    plan = solve(
        **ORE_BODY,
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        build_options=[{**SHAFT, "lead_years": 3}],
        partnerships=[{"partnership": "pact", "country": "MYS"}],
        partnership_effects=[{"partnership": "pact", "effect": "shortens lead", "applies_to": "shaft", "value": 2}],
    )
    assert of_builds(plan) == {("shaft", "pact", "2026", "2027"): (2027, 2036)}


@pytest.mark.slow
def test_needs_and_outputs_stand_in_the_plan_after_their_events():
    """100 t needed, half more by an event: 150. Of 60 t dug a yield of half leaves 30; 120 are bought."""
    plan = solve(
        **{**ORE_BODY, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 60}]},
        scenarios=[{"scenario": "only", "probability": 1}],
        events=[
            {"scenario": "only", "kind": "demand", "segment": "magnets", "from": 2026, "factor": 1.5},
            {"scenario": "only", "kind": "yield", "facility": "Mine", "from": 2026, "factor": 0.5},
        ],
    )
    assert plan.tables["needs"]["t_per_year"].tolist() == approx([150.0])
    assert plan.tables["throughput"]["t_per_year"].tolist() == approx([30.0])
    assert plan.tables["purchases"]["t_per_year"].sum() == approx(120.0)


def test_cost_is_money_and_the_objective_adds_what_is_priced_beside_it():
    """100 t Baotou at 60,000 $/t = 6.0 M$; half of it at risk (3.0), priced at 0.32: objective 6.96, cost 6.0."""
    countries = [{"country": "USA"}, {"country": "CHN", "risk_score": 50}, {"country": "MYS", "risk_score": 100}]
    plan = solve({"exposure_price": 0.32}, countries=countries)
    assert (plan.cost_musd, plan.objective_musd) == approx((6.0, 6.96))


def test_without_events_a_case_tells_its_own_figures():
    """The sheets' own need of 100 t, and nothing made or built."""
    plan = solve()
    assert plan.tables["needs"][["segment", "node", "t_per_year"]].values.tolist() == [["magnets", "2026", 100.0]]
    assert plan.tables["throughput"].empty
    assert plan.tables["build_years"].empty
    assert case().fingerprint == plan.fingerprint
