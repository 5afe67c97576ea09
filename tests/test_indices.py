"""Prices that follow indices, of contracts and of offers at spot, and events that move an index."""

from dataclasses import replace

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, years

from planner.audit import audit
from planner.planning.solve import solve_case

INDEX = [{"index": "metal", "period": period, "value": 10_000} for period in (2026, 2027)]
TWO = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}), "indices": INDEX}
OF_BAOTOU = {"offer": "Baotou", "index": "metal", "slope": 2, "reference": 8_000}
CALM_OR_NOT = [{"scenario": "calm", "probability": 0.5}, {"scenario": "surge", "probability": 0.5}]
SURGE = {"scenario": "surge", "kind": "index", "index": "metal", "from": 2027, "value": 5_000}


def test_an_offer_follows_an_index_and_an_event_lets_another_one_win():
    """Baotou asks 60,000 + 2 x (10,000 - 8,000) = 64,000, and in the surge of 2027 74,000: Lynas's 70,000 is less.
    6.4 M$, then 6.4 or 7.0."""
    plan = solve(**TWO, offers=[BAOTOU, LYNAS], index_terms=[OF_BAOTOU], scenarios=CALM_OR_NOT, events=[SURGE])
    assert bought(plan, "node") == approx(
        {("Baotou", "2026"): 100, ("Baotou", "2027 calm"): 100, ("Lynas", "2027 surge"): 100}
    )
    assert plan.cost_musd == approx(6.4 + 0.5 * 6.4 + 0.5 * 7.0)


@pytest.mark.slow
def test_each_year_of_a_period_counts_with_its_index_and_its_floor():
    """Half the market's 64,000 and 1 x (index - 10,000), at least 31,000. The index halves in 2027: the market falls to
    54,000, and 27,000 - 5,000 are 22,000, of which the floor makes 31,000. (32,000 + 31,000) / 2."""
    signed = {"contract": "K", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027, "max_t_per_year": 100,
              "index_discount": 0.5, "floor_usd_per_t": 31_000}  # fmt: skip
    plan = solve(
        periods=[{"period": 2026, "years": 2}],
        offers=[BAOTOU],
        contracts=[signed],
        indices=INDEX[:1],
        index_terms=[OF_BAOTOU, {"contract": "K", "index": "metal", "slope": 1, "reference": 10_000}],
        scenarios=[{"scenario": "one"}],
        events=[SURGE | {"scenario": "one", "value": None, "factor": 0.5}],
    )
    assert cost(plan, "contracts") == approx(2 * 100 * 0.0315)


@pytest.mark.slow
def test_bands_and_quotes_for_places_move_with_the_index_and_duty_goes_by_it():
    """4,000 more in each: 60 t at 64,000 and 40 at 54,000 in bands; a quote of 61,000 for the place costs 65,000, and
    its second band 55,000. A tenth of it is duty."""
    tiers = [{"offer": "Baotou", "above_t_per_year": 60, "price_usd_per_t": 50_000, "kind": "incremental"}]
    with_duty = {"tariffs": [{"authority": "MFN", "rate": 0.1}], "indices": INDEX[:1], "index_terms": [OF_BAOTOU]}
    offer = [BAOTOU | {"max_t_per_year": 200}]
    plan = solve(**with_duty, offers=offer, offer_tiers=tiers)
    assert (cost(plan, "purchases"), cost(plan, "duties")) == (approx(6.0), approx(0.6))
    quote = [{"offer": "Baotou", "place": "Texas", "price_usd_per_t": 61_000}]
    assert cost(solve(**with_duty, offers=offer, offer_tiers=tiers, delivered_prices=quote), "purchases") == approx(6.1)


@pytest.mark.slow
def test_the_auditor_refuses_a_plan_of_another_index():
    held = case(**TWO, offers=[BAOTOU, LYNAS], index_terms=[OF_BAOTOU], scenarios=CALM_OR_NOT, events=[SURGE])
    plan = solve_case(held)
    for sheet, column, value in (("events", "value", 100.0), ("index_terms", "slope", 1.0)):
        table = held.tables[sheet].assign(**{column: value})
        assert audit(replace(held, tables={**held.tables, sheet: table}), plan)


@pytest.mark.slow
def test_an_index_does_not_fall_below_nothing_and_a_price_neither():
    """10,000 - 50,000 is an index of 0, and 60,000 - 8 x 10,000 a price of 0."""
    lost = SURGE | {"scenario": "one", "value": -50_000}
    plan = solve(**TWO, offers=[BAOTOU], index_terms=[OF_BAOTOU | {"slope": 8, "reference": 10_000}],
                 scenarios=[{"scenario": "one"}], events=[lost])  # fmt: skip
    assert cost(plan, "purchases") == approx(6.0)
