"""Prices of going short, costs of processes and capacities that differ from year to year, and dated markets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import LYNAS, MINE, approx, case, cost, needs, solve, tons, years

from planner.audit import audit

TWO = {"periods": [{"period": 2026, "years": 2}]}
SHORT = {"segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 50_000}]}
LOSS = {"column": "shortage_usd_per_t", "segment": "magnets"}
COST = {"column": "cost_usd_per_t", "facility": "Mine", "process": "dig"}
CAPACITY = {"column": "capacity_t_per_year", "facility": "Mine"}
ONE = {"scenarios": [{"scenario": "one"}]}


def test_going_short_costs_what_is_stated_for_the_year():
    """At 50,000 a ton it is better to go short in 2026; from 2027 on a ton lost costs 90,000: 100 x (0.05 + 0.06)."""
    plan = solve(**SHORT, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}),
                 dated_values=[LOSS | {"from": 2027, "value": 90_000}])  # fmt: skip
    assert tons(plan, "shortages", "node") == approx({"2026": 100})
    assert dict(zip(plan.tables["needs"]["node"], plan.tables["needs"]["shortage_usd_per_t"], strict=True)) == {
        "2026": 50_000,
        "2027": 90_000,
    }
    assert plan.cost_musd == approx(11.0)


def test_of_two_rows_the_later_one_counts_and_the_sheet_before_both():
    """50,000 in 2026, 55,000 from 2027, 90,000 in 2028 and 55,000 again: 100 x (0.05 + 0.055 + 0.06 + 0.055) M$."""
    calendar = (2026, 2027, 2028, 2029)
    rows = [LOSS | {"from": 2027, "value": 55_000}, LOSS | {"from": 2028, "to": 2028, "value": 90_000}]
    plan = solve(**SHORT, periods=years(*calendar), demand=needs(dict.fromkeys(calendar, 100)), dated_values=rows[::-1])
    assert plan.cost_musd == approx(22.0)


def test_a_year_in_a_period_counts_with_what_is_needed_in_it():
    """50 t are needed in 2026 and 150 in 2027, when a ton lost costs 66,000: 62,000 in the mean, so 60,000 is paid.
    By the mean of the prices, 58,000, all would go short."""
    half = {"scenario": "one", "kind": "demand", "segment": "magnets", "from": 2026, "to": 2026, "factor": 0.5}
    more = half | {"from": 2027, "to": 2027, "factor": 1.5}
    plan = solve(**SHORT, **TWO, **ONE, events=[half, more], dated_values=[LOSS | {"from": 2027, "value": 66_000}])
    assert plan.tables["needs"]["shortage_usd_per_t"].tolist() == approx([62_000])
    assert plan.cost_musd == approx(2 * 6.0)


@pytest.mark.slow
def test_a_process_costs_what_is_stated_for_the_year_and_events_act_on_that():
    """30 t a year are dug at 20,000, from 2027 at 35,000, which an event doubles: then Baotou is cheaper.
    100 x 0.06 x 2 - 30 x 0.04 = 10.8 M$; without the event 30 x 0.025 less."""
    calendar = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
    dearer = {"dated_values": [COST | {"from": 2027, "value": 35_000}]}
    twice = {"events": [{"scenario": "one", "kind": "cost", "facility": "Mine", "from": 2027, "factor": 2}]}
    assert solve(**MINE, **calendar, **dearer, **ONE, **twice).cost_musd == approx(10.8)
    assert solve(**MINE, **calendar, **dearer).cost_musd == approx(10.8 - 0.75)


def test_a_process_costs_the_mean_of_the_years_in_which_its_plant_works():
    """The mine opens in 2027, when digging costs 30,000: 15 t a year in the mean, at 30,000 below Baotou."""
    late = {"facilities": [MINE["facilities"][0] | {"from": 2027}]}
    plan = solve(**MINE | late, **TWO, dated_values=[COST | {"from": 2027, "value": 30_000}])
    assert cost(plan, "operation") == approx(2 * 15 * 0.03)
    assert plan.cost_musd == approx(2 * (6.0 - 15 * 0.03))


def test_a_capacity_holds_in_its_years_and_is_worked_out_year_by_year():
    """30 t in 2026 and 70 in 2027, half of them out of order then: (30 + 35) / 2 a year at 40,000 below Baotou, and
    100 USD a year for each ton of (30 + 70) / 2 that stands."""
    plant = {"facilities": [MINE["facilities"][0] | {"fixed_om_usd_per_t": 100}]}
    broken = {"events": [{"scenario": "one", "kind": "capacity", "facility": "Mine", "from": 2027, "factor": 0.5}]}
    plan = solve(**MINE | plant, **TWO, **ONE, **broken, dated_values=[CAPACITY | {"from": 2027, "value": 70}])
    assert tons(plan, "activity", "facility") == approx({"Mine": 32.5})
    assert plan.cost_musd == approx(2 * (6.0 - 32.5 * 0.04 + 50 * 0.0001))


def test_a_plant_may_begin_with_nothing():
    """Nothing stands in 2026 and 40 t in 2027: 12 - 40 x 0.04 M$. While it has nothing it makes nothing."""
    plant = {"facilities": [{"facility": "Mine", "place": "Texas"}]}
    plan = solve(**MINE | plant, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}),
                 dated_values=[CAPACITY | {"from": 2027, "value": 40}])  # fmt: skip
    assert tons(plan, "activity", "node") == approx({"2027": 40})
    assert plan.cost_musd == approx(10.4)


@pytest.mark.slow
def test_a_market_takes_more_at_one_price_from_a_year_on():
    """The mine's 30 t fetch 80,000 a ton, 10 t in 2026 and 25 from 2027: 20,000 above Baotou's price for each, so
    12 - 60 x 0.04 - 35 x 0.02 M$; in one period of both years the same."""
    sales = [{"price_usd_per_t": 80_000, "max_t_per_year": 10},
             {"price_usd_per_t": 80_000, "max_t_per_year": 25, "from": 2027}]  # fmt: skip
    apart = solve(**MINE, sales=sales, periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}))
    assert tons(apart, "sales", "node") == approx({"2026": 10, "2027": 25})
    assert apart.cost_musd == approx(8.9)
    assert solve(**MINE, **TWO, sales=sales).cost_musd == approx(8.9)


def test_a_market_that_takes_more_in_a_dear_year_pays_more_in_the_mean():
    """10 t in 2026 at 80,000 and 30 in 2027 at twice that: 20 t a year at 140,000, and 10 in place of Baotou's."""
    sales = [{"price_usd_per_t": 80_000, "max_t_per_year": 10},
             {"price_usd_per_t": 80_000, "max_t_per_year": 30, "from": 2027}]  # fmt: skip
    twice = {"events": [{"scenario": "one", "kind": "price", "place": "Texas", "from": 2027, "factor": 2}]}
    plan = solve(**MINE, **TWO, **ONE, **twice, offers=[LYNAS], sales=sales)
    assert plan.cost_musd == approx(2 * (90 * 0.07 + 30 * 0.02 - 20 * 0.14))


OTHERS: dict[str, dict[str, Any]] = {
    "shortage": {**SHORT, "dated_values": [LOSS | {"value": 55_000}]},
    "operation": {**MINE, "dated_values": [COST | {"value": 30_000}]},
    "capacity": {**MINE, "dated_values": [CAPACITY | {"value": 20}]},
}


@pytest.mark.many
@pytest.mark.parametrize("name", OTHERS)
def test_a_plan_of_the_sheets_own_value_is_refused(name):
    """The plan of the same case without the sheet dated_values."""
    held = case(**OTHERS[name])
    plan = solve(**{sheet: rows for sheet, rows in OTHERS[name].items() if sheet != "dated_values"})
    assert audit(held, replace(plan, fingerprint=held.fingerprint))
