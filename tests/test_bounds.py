"""Bounds that the translation derives: none shuts out a plan, and each is as tight as what can be used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bounds_random import random_sheets
from cases import BAOTOU, LYNAS, SITE, approx, bought, case, cost, needs, relaxed_musd, solve, tons, years
from seeds import drawn_by

from models.build import build
from planner import translate as translation
from planner.case import Case
from planner.errors import InputInvalid
from planner.solver.highs import SolveOptions
from planner.solver.large import solve as hand_to_solver
from planner.solver.program import Program
from planner.translate import translate
from planner.translate.useful import useful_amounts

FREE = [{"material": "oxide", "hts": "2846.90.80", "disposal_usd_per_t": 0}]
LOOSE_T = 3_000.0  # far above whatever a small case can use


def least_musd(known: Case) -> float | None:
    """The least cost of a case."""
    program = Program.of(build(translate(known).data))
    return hand_to_solver(program, SolveOptions(mip_gap=0.0, time_limit_s=60.0)).objective


def without_bounds(monkeypatch):
    """Translate as if 3,000 t could be used everywhere, whatever is needed there, so that nothing derived binds."""

    def loosened(known, plants, flows, use):
        useful = useful_amounts(known, plants, flows, use)
        many, runs = np.full(len(flows.takers), LOOSE_T), plants.runs["at_most"].to_numpy(np.float64)
        given = dict.fromkeys(useful.given_t, LOOSE_T)
        everywhere = np.ones(len(many), dtype=np.bool_)
        return replace(
            useful, used_t=many, bought_t=many, sheds=~everywhere, stocking=everywhere, run_t=runs, given_t=given
        )

    monkeypatch.setattr(translation, "useful_amounts", loosened)


@pytest.mark.slow
@pytest.mark.parametrize("seed", drawn_by(range(3), slow=range(60), more=range(60, 300)))
def test_no_derived_bound_shuts_out_a_plan(monkeypatch, seed):
    """A random case costs the same with the bounds as without them: none cuts off the best plan."""
    known = case(**random_sheets(seed))
    with_them = least_musd(known)
    without_bounds(monkeypatch)
    without = least_musd(known)
    assert with_them is not None
    assert without is not None
    assert with_them == approx(without, rel=1e-5, abs=1e-6)


VALLEY = LYNAS | {"price_usd_per_t": 10_000, "max_t_per_year": 100}  # the one supplier of many of these cases
SHORT = [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 100_000}]
UNKNOWN = [
    {"supplier": "Baotou", "country": "CHN"},
    {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.01},
]
PACT = [{"partnership": "pact", "country": "MYS", "upfront_musd": 0.01}]
ALL_OF_IT = [{"offer": "Lynas", "above_t_per_year": 90, "price_usd_per_t": 5_000, "kind": "all units"}]


def thrown_away(plan):
    """Tons thrown away."""
    return sum(tons(plan, "disposals", "material").values())


def test_more_is_bought_than_needed_to_reach_a_minimum_order_of_a_supplier_to_be_qualified():
    """50 t are needed, the order is 60 t at 10,000 $/t, qualification 0.01 M$: 0.61 M$; short would be 5.0."""
    sheets = {"materials": FREE, "suppliers": UNKNOWN, "segments": SHORT, "demand": needs({2026: 50})}
    plan = solve(**sheets, offers=[VALLEY | {"min_order_t_per_year": 60}])
    assert plan.objective_musd == approx(0.61)
    assert thrown_away(plan) == approx(10)


def test_more_is_bought_than_needed_to_reach_a_price_break_beyond_a_minimum_order():
    """80 t are needed; from 90 t on all cost 5,000 $/t: 90 x 5,000 = 0.45 M$, against 80 x 10,000 = 0.80."""
    offers = [VALLEY | {"min_order_t_per_year": 20}]
    plan = solve(materials=FREE, segments=SHORT, demand=needs({2026: 80}), offers=offers, offer_tiers=ALL_OF_IT)
    assert plan.objective_musd == approx(0.45)


@pytest.mark.parametrize("waits", ["for a qualification", "for a partnership"])
def test_more_is_bought_than_needed_to_reach_a_price_break_of_an_offer_that_waits(waits):
    """80 t are needed; 90 t cost 0.45 M$, and 0.01 M$ open the offer: 0.46 M$; Baotou asks 4.8."""
    opened = {"suppliers": UNKNOWN} if waits == "for a qualification" else {"partnerships": PACT}
    offer = VALLEY if waits == "for a qualification" else VALLEY | {"requires": "pact"}
    plan = solve(**opened, materials=FREE, demand=needs({2026: 80}), offers=[BAOTOU, offer], offer_tiers=ALL_OF_IT)
    assert plan.objective_musd == approx(0.46)


def test_more_is_bought_than_needed_to_fill_a_cheap_band_only_where_that_pays():
    """A band at 0 $/t from 90 t on: 90 t at 10,000 $/t are 0.9 M$ for nothing, so 80 t at 10,000, 0.8 M$."""
    free = [ALL_OF_IT[0] | {"price_usd_per_t": 0, "kind": "incremental"}]
    plan = solve(materials=FREE, demand=needs({2026: 80}), offers=[VALLEY], offer_tiers=free)
    assert plan.objective_musd == approx(0.8)


@pytest.mark.slow
def test_relief_of_duty_covers_what_is_bought_to_be_thrown_away():
    """80 t needed, 90 t at 5,000 $/t, duty 100 % waived by a pact for 0.01 M$: 0.46 M$; else 0.9."""
    plan = solve(
        materials=FREE, demand=needs({2026: 80}), offers=[VALLEY], offer_tiers=ALL_OF_IT, partnerships=PACT,
        tariffs=[{"authority": "general", "rate": 1.0}],
        partnership_effects=[{"partnership": "pact", "effect": "cuts duty", "applies_to": "*", "value": 1}],
    )  # fmt: skip
    assert plan.objective_musd == approx(0.46)


@pytest.mark.slow
def test_more_is_bought_than_needed_where_a_limit_asks_for_a_spend():
    """80 t needed at 10,000 $/t, and at least 1.5 M$ to be spent: 150 t, 70 of them thrown away: 1.51 M$ in all."""
    limit = {"limit": "business", "measure": "spend_musd", "sense": "at least", "value": 1.5}
    sheets = {"materials": FREE, "suppliers": UNKNOWN, "demand": needs({2026: 80}), "limits": [limit]}
    plan = solve(**sheets, offers=[VALLEY | {"max_t_per_year": 400}])
    assert plan.objective_musd == approx(1.51)
    assert thrown_away(plan) == approx(70)


def test_a_count_of_suppliers_allows_what_is_bought_to_be_thrown_away():
    """One supplier at most; 50 t needed, an order of 60 t at 10,000 $/t: 0.6 M$."""
    limit = {"limit": "one", "measure": "suppliers_used", "sense": "at most", "value": 1}
    offers = [BAOTOU | {"max_t_per_year": 500}, VALLEY | {"min_order_t_per_year": 60}]
    plan = solve(materials=FREE, demand=needs({2026: 50}), offers=offers, limits=[limit])
    assert plan.objective_musd == approx(0.6)


def test_more_is_bought_than_needed_for_the_minimum_of_a_lane_that_states_no_maximum():
    """100 t needed; Lynas's lane takes 150 t or nothing: 150 x 10,000 = 1.5 M$, 50 t thrown away; Baotou asks 6.0."""
    lanes = [{"from": "*"}, {"from": "MYS", "min_t_per_year": 150}]
    plan = solve(materials=FREE, offers=[BAOTOU, VALLEY | {"max_t_per_year": 400}], lanes=lanes)
    assert plan.objective_musd == approx(1.5)
    assert plan.tables["lanes_used"]["row"].tolist() == [3]


def test_a_lane_with_a_minimum_and_no_maximum_is_left_where_nothing_may_be_thrown_away():
    """10 t needed and 15 t on the lane from Malaysia: all comes from China, 10 x 60,000 = 0.6 M$."""
    lanes = [{"from": "CHN"}, {"from": "MYS", "min_t_per_year": 15}]
    plan = solve(demand=needs({2026: 10}), offers=[BAOTOU, VALLEY], lanes=lanes)
    assert plan.objective_musd == approx(0.6)


@pytest.mark.slow
@pytest.mark.parametrize("most", [None, 1e11])
def test_a_lane_with_a_fixed_cost_is_used_as_a_whole_whatever_its_maximum(most):
    """100 t: over the lane from China 6.0 + 1.0, or Lynas at 80,000: 7.0 M$.

    A share of the yes of 100 in 1e11 made the relaxation 6.0; as 100 t is all that can be used, it is 7.0.
    """
    lanes = [{"from": "MYS"}, {"from": "CHN", "fixed_musd_per_year": 1, "max_t_per_year": most}]
    sheets = {"offers": [BAOTOU, LYNAS | {"price_usd_per_t": 80_000}], "lanes": lanes}
    assert relaxed_musd(**sheets) == approx(7.0)
    plan = solve(**sheets)
    assert plan.objective_musd == approx(7.0)
    assert len(plan.tables["lanes_used"]) == 1


def test_a_lane_that_nothing_bounds_is_refused_by_its_cell():
    """A market without a maximum takes whatever comes over the lane from the mine."""
    with pytest.raises(
        InputInvalid, match=r"lanes!.*expected a maximum, because the lane has a minimum or a fixed cost"
    ):
        solve(
            **SITE | {"processes": [{"facility": "Mine", "process": "dig", "capacity_use": 0}]},
            build_options=[{"option": "Shaft", "facility": "Mine", "max_t_per_year": 9}],
            places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
            lanes=[{"from": "*"}, {"from": "Texas", "to": "Ohio", "fixed_musd_per_year": 1}],
            sales=[{"place": "Ohio", "price_usd_per_t": 1}],
        )


def big_mine(**facts):
    """A shaft for 2.0 M$ a year and 1,000 $ per t/yr, 20,000 $/t to run; Baotou asks 100,000 $/t; 140 t needed."""
    shaft = {"option": "Shaft", "facility": "Mine", "capex_fixed_musd": 20, "capex_usd_per_t": 10_000}
    offers = [BAOTOU | {"price_usd_per_t": 100_000}]
    return {**SITE, "build_options": [shaft | facts], "offers": offers, "demand": needs({2026: 140})}


@pytest.mark.slow
@pytest.mark.parametrize("most", [140, 1e8])
def test_a_plant_is_built_as_a_whole_whatever_its_maximum(most):
    """140 x 21,000 + 2.0 = 4.94 M$; 1.4 millionths of a plant of 1e8 t made the relaxation 2.94."""
    assert relaxed_musd(**big_mine(max_t_per_year=most)) == approx(4.94)
    assert solve(**big_mine(max_t_per_year=most)).objective_musd == approx(4.94)


def test_a_plant_upstream_of_another_is_no_larger_than_both_can_use():
    """60 t of metal take 120 t of oxide: the mine 2.0 + 120 x 21,000 = 4.52 M$, the smelter 60 x 10,000: 5.12 M$."""
    sheets = big_mine(max_t_per_year=1e8) | {
        "materials": [{"material": "oxide"}, {"material": "metal"}],
        "facilities": [*SITE["facilities"], {"facility": "Smelter", "place": "Texas", "capacity_t_per_year": 1e7}],
        "processes": [*SITE["processes"], {"facility": "Smelter", "process": "smelt", "cost_usd_per_t": 10_000}],
        "recipes": [*SITE["recipes"], {"process": "smelt", "material": "oxide", "t_per_t": -2},
                    {"process": "smelt", "material": "metal"}],
        "segments": [{"segment": "magnets", "material": "metal"}],
        "demand": needs({2026: 60}),
    }  # fmt: skip
    assert relaxed_musd(**sheets) == approx(5.12)


@pytest.mark.slow
def test_a_limit_that_asks_for_capacity_is_met_by_a_plant_larger_than_its_use():
    """A limit asks for 500 t of capacity; 140 t are used: 2.0 + 500 x 1,000 + 140 x 20,000 = 5.3 M$."""
    limit = {"limit": "ready", "measure": "capacity_t", "sense": "at least", "value": 500}
    assert solve(**big_mine(max_t_per_year=1_000), limits=[limit]).objective_musd == approx(5.3)


@pytest.mark.slow
def test_a_grant_for_more_than_the_capex_is_worth_a_larger_plant():
    """Two grants of 60 %: every t of size earns 200 $ a year, so all of 1,000 t are built, though 140 are used.

    Fixed capex 2.0 and 1,000 x 1,000 = 1.0 M$ a year, less 120 %: -0.6 M$; 140 x 20,000 to run: 2.2 M$.
    """
    grants = [{"incentive": f"grant {n}", "kind": "capex grant", "applies_to": "Shaft", "share": 0.6} for n in (1, 2)]
    assert solve(**big_mine(max_t_per_year=1_000), incentives=grants).objective_musd == approx(2.2)


@pytest.mark.slow
def test_a_contract_is_signed_as_a_whole_whatever_its_maximum():
    """100 t at 50,000 $/t and 0.5 M$ to sign: 5.5 M$, against 6.0; a millionth of a signature made it 5.0."""
    deal = {"contract": "deal", "offer": "Baotou", "signed": "no", "from": 2026, "to": 2026, "max_t_per_year": 1e8,
            "price_usd_per_t": 50_000, "signing_cost_musd": 0.5}  # fmt: skip
    assert relaxed_musd(contracts=[deal]) == approx(5.5)
    assert solve(contracts=[deal]).objective_musd == approx(5.5)


@pytest.mark.parametrize("most", [100, 1e8])
def test_a_supplier_is_qualified_as_a_whole_whatever_it_offers(most):
    """Lynas asks 50,000 $/t and 0.5 M$ to be qualified: 5.5 M$, in shares as well."""
    suppliers = [UNKNOWN[0], UNKNOWN[1] | {"qualification_cost_musd": 0.5}]
    sheets = {"suppliers": suppliers, "offers": [BAOTOU, LYNAS | {"price_usd_per_t": 50_000, "max_t_per_year": most}]}
    assert relaxed_musd(**sheets) == approx(5.5)


@pytest.mark.slow
def test_goods_of_one_class_are_sold_while_others_of_none_serve_instead():
    """Own clean oxide (30 t at 20,000 $/t) serves the clean need of 30 t; 30 t from China are sold at 70,000 $/t.

    Sales come out of own goods of any class: 30 x 20,000 + 30 x (60,000 - 70,000) = 0.3 M$.
    """
    mine = {**SITE, "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30}]}
    plan = solve(
        **mine | {"processes": [{**SITE["processes"][0], "step": "mined"}]},
        origin_rules=[{"rule": "clean", "country": "CHN", "stage": "mined", "from": "2026-01-01"}],
        segments=[{"segment": "magnets", "origin_rule": "clean"}, {"segment": "any"}],
        demand=[*needs({2026: 30}), *needs({2026: 10}, "any")],
        offers=[BAOTOU | {"max_t_per_year": 60, "min_order_t_per_year": 1}],
        sales=[{"place": "Texas", "price_usd_per_t": 70_000, "max_t_per_year": 500}],
    )
    assert plan.objective_musd == approx(30 * 0.02 + 40 * 0.06 - 30 * 0.07)


def test_an_order_fills_the_stock_of_a_year_that_needs_nothing_more():
    """10 t in 2026 and 60 t in 2027, when Lynas sells nothing; 70 t at 10,000 $/t in 2026 with an order of 65 t."""
    plan = solve(
        periods=years(2026, 2027), demand=needs({2026: 10, 2027: 60}),
        offers=[BAOTOU, VALLEY | {"to": 2026, "min_order_t_per_year": 65}],
        stocks=[{"max_t": 60}],
    )  # fmt: skip
    assert plan.objective_musd == approx(0.7)
    assert cost(plan, "purchases") == approx(0.7)
    assert bought(plan) == approx({"Lynas": 70})
