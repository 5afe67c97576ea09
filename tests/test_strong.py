"""Strong rows: what a yes or no opens is no more than the rest of a row can take; each on paper, before and after."""

from dataclasses import replace

import numpy as np
import pytest
from bounds_random import random_sheets
from cases import BAOTOU, LYNAS, SITE, approx, case, needs, relaxed_musd, solve, strengthened_musd, years
from seeds import drawn_by
from test_large import program, sites

from models.build import build
from planner.solver.highs import TOLERANCES, Live, SolveOptions
from planner.solver.large import solve as hand_to_solver
from planner.solver.program import Program
from planner.solver.strengthen import strengthen
from planner.solver.strong import Strong
from planner.translate import translate

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)
OHIO_AND_MAINE = {
    "places": [{"place": place, "country": "USA"} for place in ("Texas", "Ohio", "Maine")],
    "segments": [{"segment": "magnets", "place": "Ohio"}, {"segment": "motors", "place": "Maine"}],
    "demand": needs({2026: 100}) + needs({2026: 100}, "motors"),
}
FAR_FROM_MAINE = [{"from": "*"}, {"from": "Texas", "to": "Maine", "freight_usd_per_t": 90_000}]
CHEAP = LYNAS | {"price_usd_per_t": 10_000, "max_t_per_year": 200}


def both(**sheets):
    """The relaxation alone, with its strong rows, and the plan, in M$."""
    return relaxed_musd(**sheets), strengthened_musd(**sheets), solve(**sheets).objective_musd


# What a yes opens -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_build_sends_each_customer_no_more_than_it_needs():
    """A mine of up to 200 t for 2.0 M$ a year; Ohio and Maine need 100 t each, Maine is 90,000 $/t away.

    Ohio's 100 t are dug for 20,000 $/t, Maine's bought for 60,000: 2.0 + 2.0 + 6.0 = 10.0 M$. Half a mine could dig
    all that is dug, for 9.0; but a customer gets at most its need times what is built, so half a mine sends 50 t.
    """
    shaft = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 200, "capex_fixed_musd": 20}
    sheets = SITE | OHIO_AND_MAINE | {"build_options": [shaft], "lanes": FAR_FROM_MAINE}
    assert both(**sheets) == approx((9.0, 10.0, 10.0))


@pytest.mark.slow
def test_a_build_of_a_refinery_opens_what_its_feed_comes_from():
    """Ohio's 100 t of oxide out of 200 t of ore at 5,000 $/t, by a refinery of up to 400 t of oxide for 4.0 M$ a year.

    It is no larger than what can be used, 100 t, so no share of it is enough: 1.0 + 4.0 = 5.0, before and after.
    """
    ore = {"offer": "Ore", "supplier": "Lynas", "material": "ore", "origin": "MYS", "price_usd_per_t": 5_000}
    plant = {"option": "Mill", "facility": "Mine", "max_t_per_year": 400, "capex_fixed_musd": 40}
    sheets = SITE | {
        "materials": [{"material": "oxide", "hts": "2846"}, {"material": "ore", "stage": "ore", "hts": "2530"}],
        "recipes": [{"process": "dig", "material": "oxide"}, {"process": "dig", "material": "ore", "t_per_t": -2}],
        "processes": [{"facility": "Mine", "process": "dig"}],
        "offers": [BAOTOU, ore],
        "build_options": [plant],
    }
    assert both(**sheets) == approx((5.0, 5.0, 5.0))


@pytest.mark.slow
def test_an_order_brings_each_customer_no_more_than_it_needs():
    """Lynas at 10,000 $/t, 150 t at least: 1.0 M$ to Ohio, and 50 t to Maine at 100,000 $/t, where Baotou asks 60,000.

    1.0 + 5.0 + 3.0 = 9.0; without Lynas 12.0. Two thirds of an order were enough for Ohio's 100 t alone: 1.0 + 6.0.
    But a customer gets at most 100 t times the order, which must be whole then: 150 t.
    """
    lanes = [{"from": "*"}, {"from": "MYS", "to": "Maine", "freight_usd_per_t": 90_000}]
    sheets = OHIO_AND_MAINE | {"offers": [BAOTOU, CHEAP | {"min_order_t_per_year": 150}], "lanes": lanes}
    assert both(**sheets) == approx((7.0, 9.0, 9.0))


@pytest.mark.slow
def test_a_qualification_opens_for_each_customer_no_more_than_it_needs():
    """To qualify Lynas costs 2 M$; it serves Ohio, and Maine only at 100,000 $/t: 1.0 + 2.0 + 6.0 = 9.0 M$.

    Half a qualification opened 100 t of its 200: 8.0.
    """
    lanes = [{"from": "*"}, {"from": "MYS", "to": "Maine", "freight_usd_per_t": 90_000}]
    suppliers = [
        {"supplier": "Baotou", "country": "CHN"},
        {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": 2},
    ]
    sheets = OHIO_AND_MAINE | {"offers": [BAOTOU, CHEAP], "lanes": lanes, "suppliers": suppliers}
    assert both(**sheets) == approx((8.0, 9.0, 9.0))


@pytest.mark.slow
def test_a_contract_brings_each_customer_no_more_than_it_needs():
    """A deal for 200 t of Lynas at 10,000 $/t for a lump sum of 2 M$: 1.0 + 2.0 + 6.0 = 9.0 M$; half of it for 8.0."""
    lanes = [{"from": "*"}, {"from": "MYS", "to": "Maine", "freight_usd_per_t": 90_000}]
    deal = {"contract": "deal", "offer": "Lynas", "signed": "no", "from": 2026, "to": 2026, "max_t_per_year": 200,
            "price_usd_per_t": 10_000, "lump_sum_musd": 2}  # fmt: skip
    offers = [BAOTOU, CHEAP | {"price_usd_per_t": 90_000}]
    sheets = OHIO_AND_MAINE | {"offers": offers, "lanes": lanes, "contracts": [deal]}
    assert both(**sheets) == approx((8.0, 9.0, 9.0))


@pytest.mark.slow
def test_a_lane_carries_each_year_no_more_than_that_year_uses_and_keeps():
    """100 t in each of two years, a lane at 1 M$ a year of use, and a stockpile at 2,000 $/t a year.

    All comes in the first year, half to keep: 20.0 + 1.0 + 0.2 = 21.2 M$. As the lane could bring 200 t, half a yes
    brought the 100 t of the first year: 20.0 + 0.5 + 1.0. What comes is at most 100 t times the yes, and what is kept.
    """
    lanes = [{"from": "MYS", "fixed_musd_per_year": 1}]
    sheets = {
        "periods": years(2026, 2027),
        "demand": needs({2026: 100, 2027: 100}),
        "offers": [LYNAS | {"price_usd_per_t": 100_000}],
        "lanes": lanes,
        "stocks": [{"holding_usd_per_t_year": 2_000, "max_t": 100}],
    }
    before, after, plan = both(**sheets)
    assert plan == approx(21.2)
    assert after == approx(21.2)
    assert before < 21.2 - 1e-3


# The rows themselves --------------------------------------------------------------------------------------------------


def test_what_goes_beside_the_yes_is_the_smaller_part_of_each_amount():
    """X <= 100 y, and x <= 30 + s: with half a yes and nothing kept, x of 20 breaks x <= 30 y + s; with 5 kept none."""
    made = program([1.0, 1.0, 1.0], [1.0, np.inf, np.inf], [1, 0, 0], [(0, {0: 100, 1: -1}), (-30, {1: -1, 2: 1})])
    rows = Strong.of(made).broken(np.array([0.5, 20.0, 0.0]))
    found = dict(zip(rows.columns_in.tolist(), rows.coefficients.tolist(), strict=True))
    assert (found, rows.upper.tolist()) == ({0: -30.0, 1: 1.0, 2: -1.0}, [0.0])
    assert Strong.of(made).broken(np.array([0.5, 20.0, 5.0])) is None


def test_a_gate_is_found_through_any_number_of_rows():
    """X <= s, s <= 80 y, and no more than 8 of x are asked for: x <= 8 y, whatever row comes first."""
    rows = [(0, {2: 1.0, 1: -1.0}), (0, {0: 80.0, 2: -1.0}), (-8, {1: -1.0})]
    for order in (rows, rows[::-1]):
        made = program([1.0, 1.0, 1.0], [1.0, np.inf, np.inf], [1, 0, 0], order)
        broken = Strong.of(made).broken(np.array([0.1, 8.0, 8.0]))
        found = {
            tuple(sorted(zip(broken.columns_in[at].tolist(), broken.coefficients[at].tolist(), strict=True)))
            for end, length in zip(np.cumsum(broken.lengths), broken.lengths, strict=True)
            for at in [slice(end - length, end)]
        }
        assert ((0, -8.0), (1, 1.0)) in found


def test_a_row_with_an_amount_that_may_be_below_zero_gives_none():
    """X - z <= 100 y says nothing of x while z may be anything."""
    made = program([1.0, 1.0, 1.0], [1.0, 50.0, np.inf], [1, 0, 0], [(0, {0: 100, 1: -1, 2: 1})])
    free = replace(made, lower=np.array([0.0, 0.0, -np.inf]))
    assert Strong.of(free).broken(np.array([0.1, 50.0, -40.0])) is None


@pytest.mark.parametrize("seed", range(3))
def test_the_relaxation_of_the_sites_rises_to_the_plan_or_near_it(seed):
    """A row a site serves all or none; with the rows that say who is served, little is left to search."""
    made, least = sites(seed)
    live = Live(made.relaxed, EXACT)
    before = live.solve()
    strong, after = strengthen(made, live, before, lambda live, _: live.solve())
    assert before.objective < 0.8 * least
    assert 0.97 * least < after.objective <= least + 1e-6
    again = Live(strong.relaxed, EXACT).solve()
    assert again.objective == approx(after.objective)
    assert len(after.row_duals) == len(strong.row_lower) == len(live.program.row_lower)
    assert live.solve().objective == approx(after.objective)


@pytest.mark.slow
@pytest.mark.parametrize("seed", drawn_by(range(2), slow=range(40), more=range(40, 100)))
def test_strong_rows_cut_no_plan_off(seed):
    """Whatever things cost, the best plan of a random case costs the same with them as without."""
    made = Program.of(build(translate(case(**random_sheets(seed))).data))
    chance = np.random.default_rng(seed)
    for _ in range(3):
        priced = replace(made, cost=made.cost * chance.uniform(0.2, 5.0, len(made.cost)), tie_break=None)
        live = Live(priced.relaxed, EXACT, TOLERANCES[0])
        relaxed = live.solve()
        if relaxed.status != "optimal":
            continue
        strong, _ = strengthen(priced, live, relaxed, lambda live, _: live.solve())
        plain = Live(priced, EXACT).solve()
        if plain.values is None:
            continue
        assert strong.off(np.where(priced.integer, np.round(plain.values), plain.values)) <= 1e-4
        assert hand_to_solver(priced, EXACT).objective == approx(plain.objective, rel=1e-5, abs=1e-6)
