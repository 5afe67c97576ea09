"""What is bought in whole lots, and what is bought only with something else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, solve, tons

from planner.audit import audit

METAL = LYNAS | {"offer": "Metal", "material": "metal", "price_usd_per_t": 90_000}
BOTH: dict[str, Any] = {
    "materials": [{"material": "oxide"}, {"material": "metal", "disposal_usd_per_t": 0}],
    "offers": [BAOTOU, LYNAS, METAL | {"max_t_per_year": 100}],
    "stocks": [{"material": "metal", "max_t": 100}],
}


@pytest.mark.slow
def test_goods_are_bought_in_whole_lots():
    """Lots of 40 t at 60,000: two, and 20 t of Lynas at 70,000: 4.8 + 1.4 = 6.2 M$."""
    plan = solve(offers=[BAOTOU | {"lot_t_per_year": 40}, LYNAS])
    assert bought(plan) == approx({"Baotou": 80, "Lynas": 20})
    assert plan.cost_musd == approx(6.2)


def test_a_lot_too_much_is_bought_and_thrown_away_where_that_pays():
    """Three lots of 40 t at 60,000 and 20 t thrown away for 1,000: 7.22 M$; two and 20 t at 150,000 cost 7.8."""
    plan = solve(
        materials=[{"material": "oxide", "disposal_usd_per_t": 1_000}],
        offers=[BAOTOU | {"lot_t_per_year": 40}, LYNAS | {"price_usd_per_t": 150_000}],
    )
    assert bought(plan) == approx({"Baotou": 120})
    assert tons(plan, "disposals", "material") == approx({"oxide": 20})
    assert plan.cost_musd == approx(7.22)


@pytest.mark.parametrize("terms", [{"lot_t_per_year": 40}, {"min_order_t_per_year": 120, "max_t_per_year": 500}])
def test_what_is_too_much_for_a_clean_need_is_thrown_away_too(terms):
    """Only clean goods are asked for: 120 t of Lynas at 70,000, in lots of 40 t or its least order; 20 are too many."""
    plan = solve(
        materials=[{"material": "oxide", "disposal_usd_per_t": 0}],
        offers=[LYNAS | {"mined_in": "MYS", **terms}],
        origin_rules=[{"rule": "clean", "country": "CHN", "stage": "mined"}],
        segments=[{"segment": "magnets", "origin_rule": "clean"}],
    )
    assert bought(plan) == approx({"Lynas": 120})
    assert tons(plan, "disposals", "material") == approx({"oxide": 20})
    assert plan.cost_musd == approx(8.4)


def test_an_offer_is_bought_only_with_another():
    """A ton from Baotou only with a quarter from Lynas: 80 x 60,000 + 20 x 70,000 = 6.2 M$."""
    plan = solve(bundles=[{"offer": "Baotou", "with_offer": "Lynas", "t_per_t": 0.25}])
    assert bought(plan) == approx({"Baotou": 80, "Lynas": 20})
    assert plan.cost_musd == approx(6.2)


@pytest.mark.parametrize(
    ("t_per_t", "tons_of", "musd"), [(0.1, {"Baotou": 100, "Metal": 10}, 6.9), (0.2, {"Lynas": 100}, 7.0)]
)
def test_a_package_over_two_materials_is_taken_where_it_pays(t_per_t, tons_of, musd):
    """With each ton of Baotou's oxide 0.1 or 0.2 t of metal at 90,000, which nobody needs: 6.0 + 0.9, against 7.0 from
    Lynas; 6.0 + 1.8 is too much."""
    plan = solve(**BOTH, bundles=[{"offer": "Baotou", "with_offer": "Metal", "t_per_t": t_per_t}])
    assert bought(plan) == approx(tons_of)
    assert plan.cost_musd == approx(musd)


def test_who_is_not_on_sale_takes_the_package_along():
    """Lynas sells from 2027 on, so nothing may be bought from Baotou in 2026: all goes short at 100,000: 10 M$."""
    plan = solve(
        offers=[BAOTOU, LYNAS | {"from": 2027}],
        bundles=[{"offer": "Baotou", "with_offer": "Lynas", "t_per_t": 0.25}],
        segments=[{"segment": "magnets", "shortage_usd_per_t": 100_000, "max_shortage_share": 1}],
    )
    assert bought(plan) == {}
    assert plan.cost_musd == approx(10.0)


@pytest.mark.parametrize(
    ("sheets", "check"),
    [
        ({"offers": [BAOTOU | {"lot_t_per_year": 40}, LYNAS]}, "lots"),
        ({"bundles": [{"offer": "Baotou", "with_offer": "Lynas", "t_per_t": 0.25}]}, "bundle"),
    ],
)
def test_a_plan_that_breaks_a_lot_or_a_package_is_refused(sheets, check):
    """100 t from Baotou, as without lots and bundles."""
    held = case(**sheets)
    assert any(finding.check == check for finding in audit(held, replace(solve(), fingerprint=held.fingerprint)))
