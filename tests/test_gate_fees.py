"""Recyclers are paid for what they take in: a process or a collection whose cost is negative."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import approx, case, cost, solve, tons

from planner.audit import audit

SCRAP: dict[str, Any] = {
    "materials": [{"material": "oxide"}, {"material": "scrap"}],
    "returns": [
        {"stream": "drives", "material": "scrap", "period": 2026, "t_per_year": 50, "collection_usd_per_t": 500}
    ],
    "facilities": [{"facility": "Oven", "place": "Texas", "capacity_t_per_year": 30}],
    "processes": [{"facility": "Oven", "process": "burn", "cost_usd_per_t": -1_000}],
    "recipes": [{"process": "burn", "material": "scrap", "t_per_t": -1}],
}


@pytest.mark.slow
def test_a_plant_that_is_paid_for_what_it_takes_runs_for_that_alone():
    """30 t of scrap collected at 500 and burnt for a fee of 1,000: 6.0 - 30 x 500 = 5.985 M$."""
    plan = solve(**SCRAP)
    assert tons(plan, "activity", "process") == approx({"burn": 30})
    assert cost(plan, "operation") == approx(-0.03)
    assert plan.cost_musd == approx(5.985)


@pytest.mark.slow
def test_a_fee_that_does_not_pay_for_the_collection_is_left():
    """At a fee of 400 nothing is collected: 6.0 M$."""
    plan = solve(**SCRAP | {"processes": [SCRAP["processes"][0] | {"cost_usd_per_t": -400}]})
    assert tons(plan, "activity", "process") == {}
    assert plan.cost_musd == approx(6.0)


@pytest.mark.slow
def test_whoever_is_paid_to_collect_collects_all_that_can_be_used():
    """The oven holds 30 t, at a cost of 200 and 700 for collecting: 6.0 - 30 x 500 = 5.985 M$."""
    paid = {"returns": [SCRAP["returns"][0] | {"collection_usd_per_t": -700}]}
    costs = {"processes": [SCRAP["processes"][0] | {"cost_usd_per_t": 200}]}
    plan = solve(**SCRAP | paid | costs)
    assert cost(plan, "collection") == approx(-0.021)
    assert plan.cost_musd == approx(5.985)


@pytest.mark.slow
def test_a_plan_that_counts_another_fee_is_refused():
    """The fee of 1,000 counted as 1,200: the books do not close."""
    other = SCRAP | {"processes": [SCRAP["processes"][0] | {"cost_usd_per_t": -1_200}]}
    held = case(**SCRAP)
    assert audit(held, replace(solve(**other), fingerprint=held.fingerprint))
