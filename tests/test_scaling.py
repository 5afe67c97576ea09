"""Cents a ton beside millions, gigatons beside grams: the least cost is found whatever the units of a case."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from cases import approx, bought, cost, needs
from cases import solve as plan_of
from test_large import program

from planner.errors import SolveFailed
from planner.solver.highs import Live, SolveOptions
from planner.solver.large import solve
from planner.solver.program import Program, Rows
from planner.solver.scaling import scale_at, scale_of, scale_to_search

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)


def offers(*bands, material="oxide"):
    """Offers A, B, ... of (price in USD/t, maximum in t/yr), or (price, maximum, supplier)."""
    named = zip("ABCDEFGH", bands, strict=False)
    return [
        {"offer": f"{material} {name}", "supplier": band[2] if len(band) > 2 else "Baotou", "material": material}
        | {"origin": "CHN", "price_usd_per_t": band[0], "max_t_per_year": band[1]}
        for name, band in named
    ]


def one_need(tons, shortage, *bands):
    """The plan of one need, which may go short at a price."""
    segment = {"segment": "magnets", "shortage_usd_per_t": shortage, "max_shortage_share": 1}
    return plan_of(offers=offers(*bands), demand=needs({2026: tons}), segments=[segment])


@pytest.mark.many
@pytest.mark.parametrize(
    ("tons", "shortage", "bands", "musd"),
    [
        # 8e7 t at 0.05 and 2e7 t at 0.10: 4 + 2
        (1e8, 1_000, [(0.05, 8e7), (0.10, 8e7)], 6.0),
        # 8e8 t at 0.0001 and 2e8 t at 0.0002: 0.08 + 0.04; going short would be 100
        (1e9, 0.1, [(0.0002, 8e8), (0.0001, 8e8)], 0.12),
        # 8e7 t at 0.01, and 2e7 t short at 0.04, less than 0.05: 0.8 + 0.8
        (1e8, 0.04, [(0.01, 8e7), (0.05, 8e7)], 1.6),
        # 5e-8 t at 1e10
        (5e-8, 1e13, [(1e10, 1)], 0.0005),
        # the middle one is the cheapest and has enough
        (1e6, 1_000, [(0.14, 1e6), (0.12, 1e6), (0.13, 1e6)], 0.12),
        # a thousandth of a cent apart: 3e9 t at 1e-6 and 1e9 t at 1.1e-5
        (4e9, 1, [(1.1e-5, 3e9), (1e-6, 3e9)], 0.003 + 0.011),
        # two that differ in the ninth digit: 5e8 t at 1, 5e8 t at 1.00000001
        (1e9, 10, [(1.00000001, 6e8), (1.0, 5e8)], 500.0 + 500.000005),
        # a gram at 2 M$/t and a gram that is dearer: 1e-6 t x 2e6 = 2 USD, and 3
        (2e-6, 1e9, [(3e6, 1e-6), (2e6, 1e-6)], 5e-6),
        # a maximum of 1e12 t beside a need of 3 mg
        (3e-9, 1e12, [(5e5, 1e12), (4e5, 1e12)], 1.2e-9),
        # all but a ton of ten billion is bought at a cent, the last ton at a million
        (1e10, 1e7, [(0.01, 1e10 - 1), (1e6, 1e10)], 99.99999999 + 1.0),
    ],
)
def test_the_least_cost_is_found_in_any_units(tons, shortage, bands, musd):
    plan = one_need(tons, shortage, *bands)
    assert plan.status == "optimal"
    assert plan.objective_musd == approx(musd, rel=1e-9, abs=0.0)


def test_names_and_order_of_offers_change_nothing():
    """All orders of four offers 0.01 USD apart, 2.5 of which are needed: (0.1 + 0.11 + 0.12 / 2) x 1e6 USD."""
    for prices in permutations([1.0e-7, 1.1e-7, 1.2e-7, 1.3e-7]):
        made = program(prices, [1e6] * 4, [0] * 4, [(2.5e6, dict.fromkeys(range(4), 1.0))])
        assert solve(made, EXACT).objective == approx(0.27, rel=1e-12)


BULK_AND_GRAMS = {
    "materials": [{"material": "ore", "stage": "ore"}, {"material": "terbium", "stage": "metal"}],
    "segments": [
        {"segment": "mill", "material": "ore", "shortage_usd_per_t": 5, "max_shortage_share": 1},
        {"segment": "lab", "material": "terbium", "shortage_usd_per_t": 1e10, "max_shortage_share": 1},
    ],
    "demand": needs({2026: 1e9}, "mill") + needs({2026: 2e-6}, "lab"),
}


def test_bulk_ore_stands_beside_grams_of_terbium():
    """8e8 t at 0.1 and 2e8 t at 0.11: 80 + 22 M$.  1 g at 2,000,000 and 1 g at 2,500,000 USD/t: 4.5 USD."""
    ores, grams = offers((0.11, 9e8), (0.1, 8e8), material="ore"), offers((2.5e6, 1), (2e6, 1e-6), material="terbium")
    plan = plan_of(**BULK_AND_GRAMS, offers=ores + grams)
    tons = bought(plan)
    assert plan.objective_musd == approx(102.0000045, rel=1e-12)
    assert (tons["ore B"], tons["ore A"]) == approx((8e8, 2e8), rel=1e-9)
    assert (tons["terbium B"], tons["terbium A"]) == approx((1e-6, 1e-6), rel=1e-6)
    assert cost(plan, "purchases") == approx(102.0000045, rel=1e-12)


@pytest.mark.parametrize(("fee", "musd"), [(0.9, 9.9), (1.1, 10.0)])
def test_a_yes_or_no_is_worth_a_cent_a_ton(fee, musd):
    """1e8 t at 0.10, or at 0.09 from a supplier who must be qualified: that saves 1 M$."""
    supplier = {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": fee}
    plan = plan_of(
        offers=offers((0.10, 1e8), (0.09, 1e8, "Lynas")),
        demand=needs({2026: 1e8}),
        suppliers=[{"supplier": "Baotou", "country": "CHN"}, supplier],
    )
    assert (plan.status, plan.objective_musd) == ("optimal", approx(musd, rel=1e-9))


@pytest.mark.parametrize(("fee_usd", "bought_of", "musd"), [(400, "terbium B", 102.0024), (600, "terbium A", 102.0025)])
def test_a_yes_or_no_of_some_dollars_is_decided_beside_a_gigaton(fee_usd, bought_of, musd):
    """1e9 t of ore: 80 + 22 M$ as before. 1 kg of terbium at 2,500,000 USD/t is 2,500 USD.

    From a supplier who must be qualified it is 2,000, and his fee: 400 are worth it, 600 are not.
    """
    supplier = {"supplier": "Lynas", "country": "MYS", "qualified": "no", "qualification_cost_musd": fee_usd / 1e6}
    ores = offers((0.11, 9e8), (0.1, 8e8), material="ore")
    plan = plan_of(
        **BULK_AND_GRAMS | {"demand": needs({2026: 1e9}, "mill") + needs({2026: 1e-3}, "lab")},
        offers=ores + offers((2.5e6, 1), (2e6, 1, "Lynas"), material="terbium"),
        suppliers=[{"supplier": "Baotou", "country": "CHN"}, supplier],
    )
    assert {name for name, t in bought(plan).items() if t > 0} == {"ore A", "ore B", bought_of}
    assert plan.objective_musd == approx(musd, rel=1e-9)


# Programs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1e-9, 1e-7, 1e-3, 1.0, 1e6])
def test_a_gap_of_nothing_leaves_nothing(unit):
    """Which of 3, 5 and 6 to take for a weight of 8 at costs of 4, 5 and 7: 3 and 5 at 9, not 3 and 6 at 11.

    In the smallest unit they differ by 0.002 USD.
    """
    made = program([4 * unit, 5 * unit, 7 * unit], [1, 1, 1], [1, 1, 1], [(8, {0: 3.0, 1: 5.0, 2: 6.0})])
    found = solve(made, EXACT)
    assert found.status == "optimal"
    assert found.values.tolist() == [1.0, 1.0, 0.0]
    assert found.objective == approx(9 * unit, rel=1e-12)


def test_a_coefficient_that_a_solver_would_drop_is_kept():
    """A ton needs 5e-10 t of a catalyst at 1e6 M$ a ton, which is 0.0005 M$; without it the ton costs 0.0004."""
    rows = [(1.0, {0: 1.0, 2: 1.0}), (0.0, {0: -5e-10, 1: 1.0})]
    made = program([0.0, 1e6, 4e-4], [10, 10, 10], [0, 0, 0], rows)
    assert solve(made, EXACT).objective == approx(4e-4, rel=1e-9)
    cheap = replace(made, cost=np.array([0.0, 1e5, 4e-4]))
    assert solve(cheap, EXACT).objective == approx(5e-5, rel=1e-9)


def test_numbers_too_far_apart_for_any_solver_are_refused_by_name():
    """1e-20 t beside 1e20 t in one balance: somebody typed a wrong unit."""
    made = program([1.0, 1.0, 1.0], [1, 1, 1], [1, 1, 0], [(1.0, {0: 1e-20, 1: 1e20, 2: 1.0})])
    named = replace(made, rows={"balance": (["Texas"], slice(0, 1))}, columns={"run": (["a", "b", "c"], slice(0, 3))})
    with pytest.raises(SolveFailed, match=r"balance Texas: 1e-20 and 1e\+20 .* wrong unit behind run a"):
        solve(named, EXACT)


def test_units_are_powers_of_two_and_whole_numbers_keep_theirs():
    made = badly_scaled(np.random.default_rng(5))[0]
    for scale in (scale_of(made), scale_at(made, np.full(len(made.cost), 3e4))):
        for numbers in (scale.rows, scale.columns, np.array([scale.money])):
            assert (np.frexp(numbers)[0] == 0.5).all()
        assert (scale.columns[made.integer] == 1.0).all()
        back = scale.program(made).coefficients / scale.rows[made.row_of] / scale.columns[made.columns_in]
        assert (back == made.coefficients).all()


def test_what_goes_into_a_live_model_comes_out_in_its_own_units():
    """1e9 t at 1e-7 M$, at most 6e8, the rest at 2e-7: 60 + 80.  The first at 3e-7: 1e9 x 2e-7.

    At most 2e8 of the second: 2e8 t are missing.  Need 5e8: 40 + 90.  At most 1e8 of the second: 20 + 4e8 x 3e-7.
    """
    made = program([1e-7, 2e-7], [6e8, np.inf], [0, 0], [(1e9, {0: 1.0, 1: 1.0})])
    live, first, second = Live(made, EXACT), np.array([0], dtype=np.int32), np.array([1], dtype=np.int32)
    found = live.solve()
    assert found.objective == approx(140.0)
    assert found.row_duals == approx(np.array([2e-7]))
    assert found.reduced_costs[0] == approx(-1e-7)
    live.change_costs(first, np.array([3e-7]))
    assert live.solve().objective == approx(200.0)
    live.change_column_bounds(second, np.array([0.0]), np.array([2e8]))
    assert live.solve().status == "infeasible"
    live.change_row_bounds(first, np.array([5e8]), np.array([np.inf]))
    assert live.solve().objective == approx(130.0)
    live.add_rows("at_most", Rows([None], np.array([1e8]), np.array([1], dtype=np.int32), second, np.array([1.0])))
    assert live.solve().objective == approx(140.0)


def badly_scaled(chance):
    """A random program with three yes-or-nos, rows and columns and money in units of 1e-6 to 1e6; and its least cost.

    The cost is that of the best of eight choices, in ordinary units.
    """
    columns, rows = 8, 5
    matrix = np.where(chance.random((rows, columns)) < 0.6, chance.integers(1, 9, (rows, columns)), 0).astype(float)
    matrix[:, 3:] += np.eye(rows)[:, :rows] * (matrix[:, 3:].sum(axis=1) == 0)[:, None]
    costs, upper = chance.integers(1, 50, columns).astype(float), chance.integers(2, 9, columns).astype(float)
    upper[:3] = 1.0
    need = np.floor(matrix @ upper * chance.uniform(0.3, 0.8, rows))
    integer = np.arange(columns) < 3
    plain = _of(matrix, need, costs, upper, integer)
    least = min(
        found.objective
        for choice in product((0.0, 1.0), repeat=3)
        if (found := solve(plain.fixed(integer, np.append(choice, np.zeros(5))), EXACT)).objective is not None
    )
    units, times, money = (10.0 ** chance.uniform(-6, 6, n) for n in (columns, rows, 1))
    units[:3] = 1.0
    scaled = _of(matrix * times[:, None] / units, need * times, costs / units * money, upper * units, integer)
    return scaled, least * money[0]


def _of(matrix, need, costs, upper, integer) -> Program:
    rows = [(n, {j: a for j, a in enumerate(row) if a}) for n, row in zip(need, matrix, strict=True)]
    return program(costs, upper, integer, rows)


def _agree(seeds):
    for seed in seeds:
        made, least = badly_scaled(np.random.default_rng(seed))
        found = solve(made, EXACT)
        assert found.status == "optimal", seed
        assert found.objective == approx(least, rel=1e-9), seed


@pytest.mark.slow
def test_badly_scaled_programs_cost_what_every_choice_tried_says():
    _agree(range(25))


@pytest.mark.slow
def test_three_hundred_badly_scaled_programs_cost_what_every_choice_tried_says():
    _agree(range(25, 325))


# A search and its bound -----------------------------------------------------------------------------------------------


def layered(chance, size):
    """10 t through layers of places, or a cheaper way that a yes or no of 20 t opens, at most six tenths of a yes.

    So half a yes is the relaxation, which uses no layer at all, and a plan needs them (or goes without a second yes).
    One row adds up what all ways weigh, 1e-2 to 1e-5 a ton, beside `size`: as a price on risk adds up money by future.
    """
    layers, wide = int(chance.integers(2, 5)), int(chance.integers(2, 4))
    cost, upper, integer, weights, rows = [], [], [], {}, []

    def column(price, most=np.inf, whole=0):
        cost.append(price)
        upper.append(most)
        integer.append(whole)
        return len(cost) - 1

    def way():
        weights[found := column(float(chance.uniform(0.1, 2.0)))] = 10.0 ** -chance.integers(2, 6)
        return found

    into = [way() for _ in range(wide)]
    for layer in range(layers):
        last = layer == layers - 1
        out = [[way() for _ in range(1 if last else wide)] for _ in range(wide)]
        rows += [(0.0, {into[a]: 1.0} | dict.fromkeys(out[a], -1.0)) for a in range(wide)]
        joined = [column(0.0) for _ in range(wide)]
        rows += [(0.0, {w[b % len(w)]: 1.0 for w in out} | {joined[b]: -1.0}) for b in range(1 if last else wide)]
        into = joined
    served = [into[0]]
    for most in (0.6, chance.choice([0.6, 1.2])):
        yes, opened = column(float(chance.uniform(0.5, 3.0)), 1.0, 1), column(0.0)
        rows += [(0.0, {yes: 20.0, opened: -1.0}), (-most, {yes: -1.0})]
        served.append(opened)
    most, above = column(1.0), column(1.0)
    rows += [(10.0, dict.fromkeys(served, 1.0)), (size, {most: 1.0})]
    rows.append((-size / 2, {above: 1.0, most: -1.0} | {j: -weight for j, weight in weights.items()}))
    return program(cost, upper, integer, rows)


def _by_every_choice(made):
    """The least cost, with each choice of yes or no tried by itself."""
    places = np.flatnonzero(made.integer)
    held = np.zeros(len(made.cost))
    costs = []
    for choice in product((0.0, 1.0), repeat=len(places)):
        held[places] = choice
        costs.append(Live(made.fixed(made.integer, held), EXACT, 1e-9).solve().objective)
    return min(cost for cost in costs if cost is not None)


@pytest.mark.parametrize("size", [1e2, 1e5, 1e8])
@pytest.mark.parametrize("seed", range(4))
def test_the_bound_of_a_search_is_never_above_what_every_choice_tried_costs(seed, size):
    """Of what the search adds to the bound that is checked nothing is proven but by the solver: so it is held here."""
    made = layered(np.random.default_rng(seed), size)
    least = _by_every_choice(made)
    relaxed = Live(made.relaxed, EXACT, 1e-9).solve()
    assert relaxed.objective < least
    found = Live(made, EXACT, scale=scale_to_search(made, relaxed.values)).solve()
    assert found.status == "optimal"
    assert found.bound <= least * (1 + 1e-9)
    assert found.objective == approx(least, rel=1e-9)


def test_the_units_of_a_search_count_what_one_plan_does_not_use_as_the_case_does():
    """10 t come by half a yes, 1e8 is weighed. A way that is not used weighs 1e-5 a ton: 1e13 t of it fill that row.

    In that unit the 10 t of another plan are 1e-12, which a solver takes for none.
    """
    made = layered(np.random.default_rng(0), 1e8)
    values = Live(made.relaxed, EXACT, 1e-9).solve().values
    of_plan, of_search = scale_at(made, values), scale_to_search(made, values)
    assert of_plan.columns.max() > 1e11
    assert of_search.columns.max() < 1e5
    assert of_search.money * 1.5e8 == approx(2.0**17, rel=0.5)
