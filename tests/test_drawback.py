"""Duty that comes back on what leaves the country again, and zones whose goods pay duty when they leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, approx, case, cost, needs, solve, tons, years

from planner.audit import audit
from planner.planning.solve import solve_case
from planner.results.drawbacks import drawbacks
from planner.results.facts import Facts
from planner.results.landed import duties as declared_duties
from planner.results.landed import landed

BACK = {"drawback": "D", "authority": "301", "material": "oxide", "exported": "metal", "t_per_t": 1.25, "share": 0.8}
DUTY = {"authority": "301", "hts": "2846", "origin": "CHN", "rate": 0.25}
# 1.25 t of oxide and 1,000 $ make a ton of metal, of which 40 t a year fetch 90,000 in Penang. Oxide costs 60,000 and
# 15,000 of duty: 93,750 and 1,000 a ton of metal, which is not worth it.
SMELTER: dict[str, Any] = {
    "places": [{"place": "Texas", "country": "USA"}, {"place": "Penang", "country": "MYS"}],
    "materials": [{"material": "oxide", "hts": "2846.90"}, {"material": "metal", "hts": "2805"}],
    "offers": [BAOTOU],
    "facilities": [{"facility": "Smelter", "place": "Texas", "capacity_t_per_year": 200}],
    "processes": [{"facility": "Smelter", "process": "smelt", "cost_usd_per_t": 1000}],
    "recipes": [{"process": "smelt", "material": "oxide", "t_per_t": -1.25}, {"process": "smelt", "material": "metal"}],
    "sales": [{"place": "Penang", "material": "metal", "price_usd_per_t": 90_000, "max_t_per_year": 40}],
    "tariffs": [DUTY],
}


@pytest.mark.slow
def test_duty_comes_back_on_what_leaves_at_most():
    """80 % of 15,000 back on 1.25 t: 78,750 + 1,000 a ton of metal, 40 t earn 0.41 M$ beside 7.5 for the 100 t needed.

    Duty comes back on 50 t and not on the 150 that came in: 2.25 - 0.6 M$.
    """
    held = case(**SMELTER, drawbacks=[BACK])
    plan = solve_case(held)
    assert tons(plan, "sales", "material") == approx({"metal": 40})
    assert plan.cost_musd == approx(7.5 - 0.41)
    assert cost(plan, "duties") == approx(2.25 - 0.6)
    assert drawbacks(held, plan)[["t", "musd"]].to_numpy().tolist() == [[approx(50), approx(0.6)]]
    (row,) = landed(Facts(held, plan))[0].query("item == 'Baotou'").to_dict("records")
    assert (row["t"], row["duty"]) == approx((150, 15_000 - 0.6e6 / 150))


@pytest.mark.many
@pytest.mark.parametrize("change", [{"place": "Penang"}, {"authority": "232"}, {"share": 0.2}])
def test_nothing_leaves_where_duty_does_not_come_back(change):
    """The drawback is of another place or authority, or too small (3,750 a ton of metal): 100 t at 75,000 are all."""
    tariffs = [DUTY, {"authority": "232", "hts": "72", "origin": "CHN", "rate": 0.25}]
    assert solve(**SMELTER | {"tariffs": tariffs}, drawbacks=[BACK | change]).cost_musd == approx(7.5)


@pytest.mark.slow
def test_a_ton_inside_a_quota_is_not_drawn_back():
    """120 of 150 t come in free of duty, so it comes back on the other 30 alone: 40 t of metal cost 50 x 60,000 and
    30 x 3,000 of duty that stays, beside the 100 t: 9.0 + 0.09 + 0.04 - 3.6."""
    quota = {"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 120,
             "in_quota_rate": 0, "over_quota_rate": 0.25}  # fmt: skip
    plan = solve(**SMELTER, drawbacks=[BACK], quotas=[quota])
    assert tons(plan, "drawbacks", "drawback") == approx({"D": 30})
    assert plan.cost_musd == approx(5.53)


@pytest.mark.slow
def test_a_plan_that_draws_back_too_much_is_refused():
    """60 t where what leaves allows 50."""
    held = case(**SMELTER, drawbacks=[BACK])
    plan = solve_case(held)
    more = plan.tables["drawbacks"].assign(t_per_year=60.0)
    found = audit(held, replace(plan, tables={**plan.tables, "drawbacks": more}))
    assert "drawback" in {one.check for one in found}


# The smelter stands in a free zone, and Texas needs 100 t of metal, on which 5 % of 80,000 are charged.
ZONE: dict[str, Any] = SMELTER | {
    "places": [{"place": "Texas", "country": "USA"}, {"place": "Port", "country": "USA", "zone_origin": "CHN"}],
    "materials": [{"material": "oxide", "hts": "2846.90", "customs_value_usd_per_t": 50_000},
                  {"material": "metal", "hts": "2805", "customs_value_usd_per_t": 80_000}],
    "facilities": [{"facility": "Smelter", "place": "Port", "capacity_t_per_year": 200}],
    "segments": [{"segment": "magnets", "material": "metal"}],
    "sales": [],
    "tariffs": [DUTY, {"authority": "MFN", "hts": "2805", "origin": "*", "rate": 0.05}],
}  # fmt: skip


NO_PLANT: dict[str, Any] = {"facilities": [], "processes": [], "recipes": []}


@pytest.mark.slow
def test_a_free_zone_pays_duty_at_the_rate_of_what_leaves():
    """125 t of oxide at 60,000 come in free of its quarter; 100 t of metal cost 0.1 and pay 4,000 a ton on leaving.
    The report tells it as duty on Chinese metal, and a plan made without the zone is refused."""
    held = case(**ZONE)
    plan = solve_case(held)
    assert cost(plan, "duties") == approx(0.4)
    assert plan.cost_musd == approx(7.5 + 0.1 + 0.4)
    (told,) = declared_duties(Facts(held, plan)).to_dict("records")
    assert (told["layer"], told["origin"], told["value"]) == ("MFN", "CHN", approx(8.0))
    plain = [row | {"zone_origin": None} for row in ZONE["places"]]
    other = replace(solve(**ZONE | {"places": plain}), fingerprint=held.fingerprint)
    assert "ledger" in {one.check for one in audit(held, other)}


@pytest.mark.slow
def test_what_is_used_in_a_free_zone_pays_no_duty():
    """The metal is needed in the zone itself: 7.6 M$."""
    plan = solve(**ZONE | {"segments": [{"segment": "magnets", "material": "metal", "place": "Port"}]})
    assert plan.cost_musd == approx(7.6)


@pytest.mark.slow
def test_stock_pays_duty_when_it_leaves_a_free_zone():
    """Oxide is only sold in 2026; 100 t wait for 2027 in the zone and pay a quarter of 50,000 when they leave."""
    plan = solve(
        **ZONE | {"segments": [{"segment": "magnets"}], "offers": [BAOTOU | {"to": 2026}]} | NO_PLANT,
        periods=years(2026, 2027),
        demand=needs({2027: 100}),
        stocks=[{"place": "Port", "max_t": 500}],
    )
    assert cost(plan, "duties") == approx(1.25)
    assert plan.cost_musd == approx(7.25)
