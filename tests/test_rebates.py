"""Rebates on a supplier's total over all that it sells, in bands of both kinds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve

from planner.audit import audit
from planner.planning.solve import solve_case
from planner.results.rebates import rebates

# 100 t of oxide, 6.0 M$ from Baotou and 6.3 from Lynas, and 20 t of metal: 1.8 from Baotou, 1.7 from Lynas.
METAL = {"material": "metal", "max_t_per_year": 50}
BOTH: dict[str, Any] = {
    "materials": [{"material": "oxide"}, {"material": "metal"}],
    "offers": [
        BAOTOU | {"max_t_per_year": 200},
        BAOTOU | METAL | {"offer": "Baotou metal", "price_usd_per_t": 90_000},
        LYNAS | {"max_t_per_year": 200, "price_usd_per_t": 63_000},
        LYNAS | METAL | {"offer": "Lynas metal", "price_usd_per_t": 85_000},
    ],
    "segments": [{"segment": "magnets"}, {"segment": "alloys", "material": "metal"}],
    "demand": [*needs({2026: 100}), {"segment": "alloys", "period": 2026, "t_per_year": 20}],
}
LYNAS_BACK = {"supplier": "Lynas", "above_musd_per_year": 2, "share": 0.1, "kind": "incremental"}


@pytest.mark.many
@pytest.mark.parametrize(
    ("rows", "back"),
    [
        ([LYNAS_BACK], 0.6),  # a tenth of 8.0 - 2.0
        ([LYNAS_BACK | {"kind": "all units", "above_musd_per_year": 7.5}], 0.8),
        ([LYNAS_BACK, LYNAS_BACK | {"above_musd_per_year": 5, "share": 0.05}], 0.3 + 0.15),
        ([LYNAS_BACK | {"above_musd_per_year": 8.1, "kind": "all units"}], 0),
        ([LYNAS_BACK | {"share": 0.03}], 0),
    ],
)
def test_a_rebate_on_the_total_over_two_materials_moves_both(rows, back):
    """All from Lynas is 8.0 M$ less what comes back; each material from the cheaper one 6.0 + 1.7 = 7.7 without a
    rebate, since a band that is not reached, or 3 % of 6.0, is not worth it."""
    held = case(**BOTH, rebates=rows)
    plan = solve_case(held)
    assert plan.cost_musd == approx(8.0 - back if back else 7.7)
    assert cost(plan, "rebates") == approx(-back)
    assert bought(plan).get("Lynas", 0) == approx(100 if back else 0)
    told = rebates(held, plan)
    assert told["back_musd"].sum() == approx(back)
    assert told["paid_musd"].sum() == approx(8.0 if back else 1.7)


def test_a_group_of_suppliers_counts_together():
    """Half of 0.2 above 7.5 M$, wherever it is bought: 7.7 - 0.1."""
    both = [
        {"supplier": name, "country": code, "group": "union"} for name, code in (("Baotou", "CHN"), ("Lynas", "MYS"))
    ]
    back = {"supplier": "union", "above_musd_per_year": 7.5, "share": 0.5, "kind": "incremental"}
    assert solve(**BOTH, suppliers=both, rebates=[back]).cost_musd == approx(7.6)


def test_more_is_bought_and_thrown_away_to_reach_a_rebate():
    """105 t at 60,000 less a tenth once all is 6.3 M$: 5.67, less than 6.0; throwing away is free."""
    plan = solve(
        materials=[{"material": "oxide", "disposal_usd_per_t": 0}],
        offers=[BAOTOU | {"max_t_per_year": 200}],
        rebates=[LYNAS_BACK | {"supplier": "Baotou", "above_musd_per_year": 6.3, "kind": "all units"}],
    )
    assert bought(plan) == approx({"Baotou": 105})
    assert plan.cost_musd == approx(5.67)


def test_a_plan_with_a_rebate_that_was_not_reached_is_refused():
    """1.9 M$ told to be in the band above 2."""
    held = case(**BOTH, rebates=[LYNAS_BACK])
    plan = solve_case(held)
    less = plan.tables["rebates"].assign(spent_musd_per_year=[1.9, 6.1])
    found = audit(held, replace(plan, tables={**plan.tables, "rebates": less}))
    assert {"tier", "ledger"} <= {one.check for one in found}
