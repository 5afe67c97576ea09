"""How far a marginal price holds: for so many tons more and less, each verified by solving with that many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases import BAOTOU, LYNAS, approx, case, needs, solve

from planner.audit import audit
from planner.plan import Plan
from planner.planning.marginals import BENDS, WHOLE_MOVES
from planner.planning.solve import solve_case
from planner.results.facts import Facts
from planner.results.limits import by_limit, holds_for
from planner.results.prices import holds, marginal_prices

FAR = {**LYNAS, "offer": "Far", "price_usd_per_t": 90_000}


def three(need: float, times: float = 1.0, **settings: float) -> Plan:
    """Baotou has 80 t at 60,000 $/t, Lynas 50 at 70,000, and Far any amount at 90,000; all tons so many times."""
    offers = [BAOTOU | {"max_t_per_year": 80 * times}, LYNAS | {"max_t_per_year": 50 * times}, FAR]
    return solve(settings, offers=offers, demand=needs({2026: need * times}))


def price(plan: Plan) -> tuple[float, float, float]:
    """USD per t, and for how many tons a year more and less it holds."""
    where = ["place", "material", "origin_class", "node"]
    (row,) = plan.tables["prices"].merge(plan.tables["price_ranges"], on=where).to_dict("records")
    return row["usd_per_t"], row["more_t_per_year"], row["less_t_per_year"]


@pytest.mark.slow
def test_a_price_holds_up_to_what_its_supplier_has_left_and_down_to_the_next():
    """100 t: the last 20 come from Lynas, who has 30 more. One ton more or less is 70,000 $, and so are 30 more and 20
    less; with the 31st ton Far is asked for 90,000, with the 21st less Baotou's 60,000 are saved."""
    plan = three(100)
    assert price(plan) == approx((70_000, 30, 20))
    for more, costs in ((1, 0.07), (-1, -0.07), (31, 2.1 + 0.09), (-21, -1.4 - 0.06)):
        assert three(100 + more).cost_musd == approx(plan.cost_musd + costs)


def test_what_a_limit_is_worth_holds_until_it_is_met_otherwise():
    """One ton more from Baotou replaces one of Lynas's and saves 10,000 $, for the 20 t that come from Lynas; one ton
    less costs as much, for the 30 t that Lynas has left. The report says so."""
    offers = [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}, FAR]
    held = case(offers=offers)
    plan = solve_case(held)
    (row,) = plan.tables["limit_ranges"].to_dict("records")
    assert row == {
        "rule": "offer sold out",
        "item": "Baotou",
        "node": "2026",
        "looser": approx(20),
        "tighter": approx(30),
    }
    (told,) = by_limit(Facts(held, plan)).to_dict("records")
    assert (told["best"], told["looser"]) == approx((10_000, 20))
    assert holds_for(20.0, WHOLE_MOVES) == f"no range: {WHOLE_MOVES}"
    assert [holds_for(each) for each in (20.0, 0.0, float("inf"), float("nan"))] == ["20", "a kink", "any", ""]


def most_of_china(share: float, **sheets: Any) -> Plan:
    """100 t, of which China may have a share: Baotou at 60,000 $/t, for the rest Lynas at 70,000."""
    limit = {"limit": "China", "measure": "share", "sense": "at most", "value": share, "country": "CHN"}
    return solve(limits=[limit | {"material": "oxide"}], **sheets)


def range_of(plan: Plan) -> tuple[float, float, float]:
    """What a point of the one limit that binds is worth, and for how many points more and less."""
    (row,) = plan.tables["binding"].merge(plan.tables["limit_ranges"], on=["rule", "item", "node"]).to_dict("records")
    assert len(plan.tables["no_ranges"]) == 0
    return row["worth_usd"], row["looser"], row["tighter"]


@pytest.mark.slow
def test_a_share_holds_as_far_as_its_whole_stays():
    """30 of 100 t: a point more is a ton of Baotou's in place of Lynas's, 10,000 $, up to all 70 points; one less costs
    as much, down to nothing. Where Lynas has 80 t, only 10 points less are to be had."""
    plan = most_of_china(0.3)
    assert range_of(plan) == approx((10_000, 70, 30))
    for share, costs in ((0.31, -0.01), (0.29, 0.01), (1.0, -0.7), (0.0, 0.3)):
        assert most_of_china(share).cost_musd == approx(plan.cost_musd + costs)
    short = [BAOTOU, LYNAS | {"max_t_per_year": 80}, FAR]
    assert range_of(most_of_china(0.3, offers=short)) == approx((10_000, 70, 10))
    assert most_of_china(0.19, offers=short).cost_musd == approx(plan.cost_musd + 0.1 + 0.03)


@pytest.mark.slow
def test_a_share_holds_until_it_pays_to_make_its_whole_larger():
    """Lamps would take 50 t, or go without for 66,000 $/t. With 30 % from Baotou a ton more is 67,000, so they do. From
    40 % on it pays to buy for them too, ten points away: at 41 % 100 $ on each of their tons, beside the 11 points."""
    lamps = {
        "segments": [
            {"segment": "magnets"},
            {"segment": "lamps", "max_shortage_share": 1, "shortage_usd_per_t": 66_000},
        ],
        "demand": [*needs({2026: 100}), *needs({2026: 50}, "lamps")],
    }
    plan = most_of_china(0.3, **lamps)
    assert range_of(plan) == approx((10_000, 10, 30))
    for share, costs in ((0.31, -0.01), (0.29, 0.01), (0.4, -0.1), (0.41, -0.11 - 0.005)):
        assert most_of_china(share, **lamps).cost_musd == approx(plan.cost_musd + costs)


def test_a_share_at_least_is_looser_where_it_is_less():
    """Lynas must have 60 of 100 t: 60 points looser until it has nothing, 40 tighter until it has all."""
    limit = {"limit": "cap", "measure": "share", "sense": "at least", "value": 0.6, "supplier": "Lynas"}
    assert range_of(solve(limits=[limit | {"material": "oxide"}])) == approx((10_000, 60, 40))


@pytest.mark.slow
def test_a_limit_in_tons_of_the_limits_sheet_has_its_range():
    """At most 40 t of Baotou: 60 more are all, 40 less none; a ton either way is 10,000 $."""
    cap = {"limit": "cap", "measure": "bought_t", "sense": "at most", "supplier": "Baotou"}
    plan = solve(limits=[cap | {"value": 40}])
    assert range_of(plan) == approx((10_000, 60, 40))
    for tons in (41, 39):
        assert solve(limits=[cap | {"value": tons}]).cost_musd == approx(plan.cost_musd - (tons - 40) * 0.01)


@pytest.mark.slow
def test_a_share_whose_whole_moves_has_no_range_and_says_why():
    """Lynas has 35 t, so with 30 % for Baotou 50 t are bought and 50 go short at 200,000 $/t. A point more is
    35 / 69 x 31 - 15 = 0.7246 t, the next 35 / 68 x 32 - 35 / 69 x 31 = 0.7460 t: no two points are worth the same."""
    short = {
        "offers": [BAOTOU, LYNAS | {"max_t_per_year": 35}],
        "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 200_000}],
    }
    plan = most_of_china(0.3, **short)
    for share, tons in ((0.31, 35 / 69 * 31 - 15), (0.32, 35 / 68 * 32 - 15)):
        assert most_of_china(share, **short).cost_musd == approx(plan.cost_musd - tons * 0.14)
    why = plan.tables["no_ranges"].set_index("rule")["why"]
    assert why["policy limit"] == WHOLE_MOVES
    assert "policy limit" not in set(plan.tables["limit_ranges"]["rule"])
    assert set(plan.tables["limit_ranges"]["rule"]) == {"offer sold out"}


@pytest.mark.slow
def test_beside_a_limit_on_concentration_nothing_has_a_range():
    """40 and 60 of 100 t are 0.16 + 0.36 = 0.52. A cut is straight where the limit bends, so what it says of how far a
    price or another limit holds would be too far; each limit that binds is named with that reason."""
    limits = [
        {"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.52, "material": "oxide"},
        {"limit": "cap", "measure": "bought_t", "sense": "at most", "value": 50, "supplier": "Baotou"},
    ]
    for held in (limits, [limits[0] | {"value": 0.9}, limits[1]]):
        plan = solve(limits=held, offers=[BAOTOU, LYNAS | {"max_t_per_year": 80}])
        assert len(plan.tables["limit_ranges"]) == len(plan.tables["price_ranges"]) == 0
        assert len(plan.tables["no_ranges"]) == len(plan.tables["binding"]) > 0
        assert set(plan.tables["no_ranges"]["why"]) == {BENDS}


@pytest.mark.parametrize("times", [1e-6, 3e4])
def test_a_range_is_in_tons_whatever_units_the_solver_is_given(times):
    """The same in grams and in ten thousands of tons: powers of two are taken out again."""
    assert price(three(100, times)) == approx((70_000, 30 * times, 20 * times))


def test_at_a_kink_the_price_holds_on_one_side_alone():
    """At 80 t Baotou is sold out exactly: a ton more is Lynas's 70,000, one less saves 60,000."""
    usd, more, less = price(three(80))
    assert (usd, more, less) in (approx((60_000, 0, 80)), approx((70_000, 50, 0)))


def test_a_range_is_told_by_the_year_of_its_period():
    """Two years in one period, discounted: still 30 t a year more and 20 less."""
    offers = [BAOTOU | {"max_t_per_year": 80}, LYNAS | {"max_t_per_year": 50}, FAR]
    held = case({"discount_rate": 0.1}, offers=offers, periods=[{"period": 2026, "years": 2}])
    plan = solve_case(held)
    assert price(plan) == approx((70_000, 30, 20))
    (told,) = marginal_prices(held, plan).to_dict("records")
    assert (told["more_t"], told["less_t"]) == approx((30, 20))


def test_how_far_a_price_holds_is_said_in_words():
    assert holds(30, 20) == "for 30.0 t more, 20.0 t less"
    assert holds(float("inf"), 0) == "for any more; a kink: one ton less may save less"
    assert holds(0, 80) == "for 80.0 t less; a kink: one ton more may cost more"
    assert holds(0, 0) == "for no ton; a kink: one ton more may cost more, one ton less may save less"
    assert holds(float("nan"), 0) == "not known"


def test_a_plan_with_another_range_is_refused():
    """The solver's word is sealed: nobody writes 300 t in place of 30; of a plan from before nothing is known."""
    held = case(offers=[BAOTOU | {"max_t_per_year": 80}, LYNAS])
    plan = solve_case(held)
    other = plan.tables["price_ranges"].assign(less_t_per_year=300.0)
    found = audit(held, replace(plan, tables={**plan.tables, "price_ranges": other}))
    assert [one.check for one in found] == ["record"]
    before = replace(plan, tables={**plan.tables, "price_ranges": plan.tables["price_ranges"].head(0)})
    assert marginal_prices(held, before)["more_t"].isna().all()
