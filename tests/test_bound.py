"""The bound that is ours: never above the least cost, whatever the prices, and worked out without the solver."""

import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from audit_random import random_case
from cases import approx
from test_large import program, sites
from test_scaling import badly_scaled

from planner.case import read_case
from planner.planning.built import Built
from planner.solver import highs, large
from planner.solver.bound import Bound, safe_bound
from planner.solver.highs import TOLERANCES, Live, SolveOptions
from planner.solver.large import solve
from planner.solver.program import Program
from planner.solver.scaling import Scale
from planner.solver.strengthen import strengthen

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)

# Four tons: at most three at 2, the rest at 3. Least cost 3 x 2 + 1 x 3 = 9.
FOUR_TONS = program([2, 3], [3, 10], [0, 0], [(4, {0: 1.0, 1: 1.0})])


@pytest.mark.parametrize(
    ("price", "bound"),
    [
        (3.0, 9.0),  # 4 x 3 + 3 x (2 - 3): the right price gives the least cost
        (2.0, 8.0),  # 4 x 2
        (5.0, -9.0),  # 4 x 5 + 3 x (2 - 5) + 10 x (3 - 5): a wrong price gives less, never more
        (-1.0, 0.0),  # of more than enough the price is no less than nothing
    ],
)
def test_any_prices_give_a_bound(price, bound):
    assert safe_bound(FOUR_TONS, np.array([price])).value == approx(bound)


@pytest.mark.parametrize("over", [1e-17, 1e-9, 0.5])
def test_a_price_at_which_goods_without_end_would_be_a_gain_falls_to_theirs(over):
    """The second offer has no maximum and costs 3, so a price above 3 proves nothing and is mended: 4 x 3 - 3 = 9."""
    endless = program([2, 3], [3, np.inf], [0, 0], [(4, {0: 1.0, 1: 1.0})])
    assert safe_bound(endless, np.array([3.0 + over])).value == approx(9.0, rel=1e-12)


def test_prices_fall_along_a_chain():
    """Two tons of ore at 1 make a ton of metal at 3 more: 5.  Prices of 1.5 and 6 gain for ever; mended: 10 x 5."""
    chain = program([1, 3], [np.inf] * 2, [0, 0], [(0, {0: 1.0, 1: -2.0}), (10, {1: 1.0})])
    assert safe_bound(chain, np.array([1.5, 6.0])).value == approx(50.0, rel=1e-12)


def test_where_cost_falls_for_ever_there_is_no_bound():
    assert safe_bound(program([-1.0], [np.inf], [0], []), np.zeros(0)) is None


def test_a_column_without_any_bound_has_no_slope_at_all():
    """x - y is free and costs 1/3; x at least 7 is what it must reach: 7/3, though a third is no float."""
    made = program([1 / 3], [np.inf], [0], [(7.0, {0: 1.0})])
    free = Program(**{**vars(made), "lower": np.array([-np.inf])})
    found = safe_bound(free, np.array([0.33]))
    assert Fraction(found.value) <= 7 * Fraction(1 / 3)
    assert found.value == approx(7 / 3, rel=1e-15)


def _slopes(made: Program, bound: Bound) -> list[Fraction]:
    slopes = [Fraction(float(cost)) for cost in made.cost]
    for row, column, number in zip(made.row_of, made.columns_in, made.coefficients, strict=True):
        slopes[column] -= Fraction(float(number)) * bound.price(row)
    return slopes


def _in_fractions(made: Program, bound: Bound) -> Fraction:
    """Weak duality with fractions alone, term by term."""
    total = Fraction(made.offset)
    for row, (low, high) in enumerate(zip(made.row_lower, made.row_upper, strict=True)):
        price = bound.price(row)
        if price:
            total += price * Fraction(float(low if price > 0 else high))
    for slope, low, high in zip(_slopes(made, bound), made.lower, made.upper, strict=True):
        if slope:
            total += slope * Fraction(float(low if slope > 0 else high))
    return total


@pytest.mark.parametrize("seed", range(20))
def test_any_prices_bound_every_plan(seed):
    """Random prices, and the solver's own, against the best of every choice, in random units."""
    chance = np.random.default_rng(seed)
    made, least = badly_scaled(chance)
    duals = Live(made.relaxed, EXACT, TOLERANCES[0]).solve().row_duals
    for prices in (duals, duals * chance.uniform(0.5, 1.5, len(duals)), chance.normal(size=len(duals))):
        bound = safe_bound(made, prices)
        assert Fraction(bound.value) <= _in_fractions(made, bound)
        assert bound.value == approx(float(_in_fractions(made, bound)), rel=1e-12)
        assert bound.value <= least * (1 + 1e-9)


@pytest.mark.many
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5, 7, 8])
def test_the_bound_of_a_random_case_is_that_of_its_relaxation(seed):
    """Within a billionth of what the solver says, and never a hair above it in fractions."""
    made = Built.of(random_case(seed)).program
    relaxed = Live(made.relaxed, EXACT, TOLERANCES[0]).solve()
    bound = safe_bound(made, relaxed.row_duals)
    assert bound.value == approx(relaxed.objective, rel=1e-9, abs=1e-9)
    assert Fraction(bound.value) <= _in_fractions(made, bound)


def test_what_is_checked_is_told_apart_from_what_the_search_says():
    """The sites' relaxation with its strong rows is below the least cost, which the search proves.

    It keeps a row within 1e-6 of its size: twelve needs and what opens for them cost no more than some times the whole.
    """
    made, least = sites(1)
    found = solve(made, EXACT)
    live = Live(made.relaxed, EXACT)
    _, relaxed = strengthen(made, live, live.solve(), lambda live, _: live.solve())
    assert found.bound == approx(least)
    assert found.checked == approx(relaxed.objective)
    assert found.checked < least - 0.5
    assert 0.0 < found.tolerance < 1e-5 * least


@pytest.mark.slow
@pytest.mark.clock
def test_what_proves_the_base_case_costs_a_tenth_of_its_solve(monkeypatch):
    """Units, the bound in whole numbers, and the rows that the plan keeps, in seconds of the processor."""
    spent = []

    def timed(function):
        def measured(*arguments, **more):
            began = time.process_time()
            found = function(*arguments, **more)
            spent.append(time.process_time() - began)
            return found

        return measured

    for module, name in ((large, "safe_bound"), (large, "scale_to_search"), (highs, "scale_of"), (highs, "scale_at")):
        monkeypatch.setattr(module, name, timed(getattr(module, name)))
    monkeypatch.setattr(Scale, "program", timed(Scale.program))
    monkeypatch.setattr(Program, "off", timed(Program.off))
    case = read_case(Path(__file__).resolve().parents[1] / "inputs" / "us_base_case")
    built, began = Built.of(case), time.process_time()
    built.solve(SolveOptions(mip_gap=0.005, time_limit_s=300.0))
    assert sum(spent) < 0.1 * (time.process_time() - began)
