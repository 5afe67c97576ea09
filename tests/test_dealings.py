"""What dealing with a supplier costs, in each year of a period in which anything is bought from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, cost, needs, solve, tons, years

from planner.audit import audit
from planner.errors import InputInvalid

CHEAP = LYNAS | {"price_usd_per_t": 50_000, "max_t_per_year": 60}


def sellers(setup_musd: float, **more: Any) -> dict[str, Any]:
    """Lynas has 60 t at 50,000, 10,000 below Baotou, and costs this much a year to deal with."""
    lynas = {"supplier": "Lynas", "country": "MYS", "setup_musd_per_year": setup_musd}
    return {"suppliers": [{"supplier": "Baotou", "country": "CHN"}, lynas], "offers": [BAOTOU, CHEAP | more]}


def test_a_supplier_that_saves_more_than_it_costs_to_deal_with_is_bought_from():
    """60 x 10,000 = 0.6 M$ saved for 0.5: 3.0 + 2.4 + 0.5 = 5.9 M$."""
    plan = solve(**sellers(0.5))
    assert bought(plan) == approx({"Lynas": 60, "Baotou": 40})
    assert plan.tables["dealings"].to_dict("records") == [{"supplier": "Lynas", "node": "2026"}]
    assert cost(plan, "setups") == approx(0.5)
    assert plan.cost_musd == approx(5.9)


def test_a_supplier_that_costs_more_to_deal_with_than_it_saves_is_left_out():
    """0.6 M$ saved for 0.7: all from Baotou, 6.0 M$."""
    plan = solve(**sellers(0.7))
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.cost_musd == approx(6.0)


def test_a_supplier_is_not_dealt_with_by_half():
    """Half of what Lynas has may be taken, which saves 0.3 M$: not worth 0.5, though half of that would be."""
    half = {"limit": "half", "measure": "bought_t", "sense": "at most", "value": 30, "supplier": "Lynas"}
    assert solve(**sellers(0.5), limits=[half]).cost_musd == approx(6.0)


@pytest.mark.slow
def test_two_offers_of_a_supplier_and_a_contract_are_dealt_with_once():
    """20 t under contract and 20 on each of two offers, all at 50,000, save 0.6 M$ for 0.5."""
    sold = sellers(0.5)
    sold["offers"] = [BAOTOU, CHEAP | {"max_t_per_year": 40}, CHEAP | {"offer": "Lynas too", "max_t_per_year": 20}]
    terms = {"contract": "K", "offer": "Lynas", "signed": "yes", "from": 2026, "to": 2026, "max_t_per_year": 20}
    plan = solve(**sold, contracts=[terms | {"price_usd_per_t": 50_000, "take_or_pay_share": 1}])
    assert cost(plan, "setups") == approx(0.5)
    assert plan.cost_musd == approx(5.9)


def test_it_is_paid_in_every_year_of_the_period_in_which_the_supplier_sells():
    """In a period of two years Lynas sells in the second alone: 60 t in it for 0.5, which save 0.6 M$. In the one after
    it 20 t are needed a year, which save 0.2: it is not dealt with."""
    plan = solve(
        **sellers(0.5, **{"from": 2027}), periods=[{"period": 2026, "years": 2}, *years(2028)],
        demand=needs({2026: 100, 2028: 20}),
    )  # fmt: skip
    assert tons(plan, "purchases", "offer", "node") == approx(
        {("Baotou", "2026"): 70, ("Lynas", "2026"): 30, ("Baotou", "2028"): 20}
    )
    assert plan.cost_musd == approx(12.0 - 0.6 + 0.5 + 1.2)


def test_what_nothing_bounds_needs_a_maximum():
    """A ratio that is bounded could be helped by buying any amount and throwing it away."""
    limit = {
        "limit": "China",
        "measure": "share",
        "sense": "at most",
        "value": 0.5,
        "material": "oxide",
        "country": "CHN",
    }
    with pytest.raises(InputInvalid, match="dealing with its supplier costs something"):
        solve(**sellers(0.5, max_t_per_year=None), limits=[limit],
              materials=[{"material": "oxide", "disposal_usd_per_t": 0}])  # fmt: skip


def test_a_plan_that_does_not_pay_for_dealing_is_refused():
    """The plan of the same case without the cost."""
    held = case(**sellers(0.5))
    checks = {finding.check for finding in audit(held, replace(solve(**sellers(0)), fingerprint=held.fingerprint))}
    assert "dealing" in checks
