"""A program solved again and again: what a search has proven holds for other costs, and for no other plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import approx
from test_large import program, sites

from planner.solver.large import solve
from planner.solver.outcome import SolveOptions
from planner.solver.program import INFINITY
from planner.solver.warm import PROVEN, Warm
from planner.status import Status

ASKED = SolveOptions(mip_gap=0.04, time_limit_s=60.0, threads=1)


def lots(cost=10.0, need=3.0):
    """Whole lots of 2 t, at most three, for a need of 3 t; tons one by one at ten times the price.

    Two lots at 10 cost 20; one and a half, at 15, is what the relaxation says.
    """
    return program([cost, cost, cost, 10 * cost], [1, 1, 1, 9], [1, 1, 1, 0], [(need, {0: 2, 1: 2, 2: 2, 3: 1})])


@pytest.fixture
def no_branches(monkeypatch):
    """Branches that prove nothing, so that what they leave to a search is searched."""
    monkeypatch.setattr("planner.solver.branching.MOST_SOLVES", -1)


@pytest.mark.usefixtures("no_branches")
def test_what_a_search_has_proven_holds_at_other_costs():
    """Two lots: 20 at 10 a lot. At 10.1, 10.2 and 9.8 they are 20.2, 20.4 and 19.6, each proven by the first search."""
    warm = Warm(ASKED)
    for cost, musd in ((10.0, 20.0), (10.1, 20.2), (10.2, 20.4), (9.8, 19.6)):
        found = warm.solve(lots(cost))
        assert (found.objective, found.bound) == (approx(musd), approx(musd))
        assert found.status.proven
    assert warm.searched == 1


@pytest.mark.usefixtures("no_branches")
def test_what_a_search_has_proven_holds_where_limits_are_tighter():
    """With only two lots to be had the plan is the same; with one, a lot and a ton by itself cost 10 + 100 = 110."""
    warm = Warm(ASKED)
    assert warm.solve(lots()).objective == approx(20.0)
    two = replace(lots(), upper=np.array([1.0, 1.0, 0.0, 9.0]))
    assert warm.solve(two).objective == approx(20.0)
    one = replace(lots(), upper=np.array([1.0, 0.0, 0.0, 9.0]))
    found = warm.solve(one)
    assert (found.objective, found.bound) == (approx(110.0), approx(110.0))


@pytest.mark.usefixtures("no_branches")
@pytest.mark.parametrize(("need", "musd"), [(1.0, 10.0), (2.0, 10.0), (5.0, 30.0)])
def test_what_a_search_has_proven_says_nothing_of_other_plans(need, musd):
    """For 1 or 2 t one lot does, 10, which the bound of 20 would refuse; for 5 t three are wanted, 30."""
    warm = Warm(ASKED)
    assert warm.solve(lots()).objective == approx(20.0)
    found = warm.solve(lots(need=need))
    assert (found.objective, found.status.proven) == (approx(musd), True)
    assert found.bound <= musd + 1e-9


@pytest.mark.usefixtures("no_branches")
def test_what_is_proven_among_fewer_plans_is_not_kept_for_all():
    """Without the first lot cheap at 1: three lots at 10 stand for 30; with it, one at 1 and one at 10 cost 11."""
    wide = replace(lots(), cost=np.array([1.0, 10.0, 10.0, 100.0]))
    narrow = replace(wide, upper=np.array([0.0, 1.0, 1.0, 9.0]))
    warm = Warm(ASKED)
    assert warm.solve(wide).objective == approx(11.0)
    assert warm.solve(narrow).objective == approx(20.0)
    again = warm.solve(wide)
    assert (again.objective, again.status) == (approx(11.0), Status.OPTIMAL)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("gap", [0.0, 0.03])
def test_a_row_of_costs_is_solved_as_each_by_itself(seed, gap):
    """Sites to open, twenty times with other costs, some up and some down: never a bound above what is cheapest."""
    options = replace(ASKED, mip_gap=gap)
    first, _ = sites(seed)
    chance, warm = np.random.default_rng(seed), Warm(options)
    for _ in range(20):
        made = replace(first, cost=first.cost * chance.uniform(0.99, 1.01, len(first.cost)))
        found, least = warm.solve(made), solve(made, replace(options, mip_gap=0.0)).objective
        assert found.status.proven
        assert found.bound <= least + 1e-7 * least
        assert least - 1e-7 * least <= found.objective <= least * (1 + 1e-7) / (1 - gap)
    assert len(warm._proven) <= 6
    assert warm.searched < 10 or gap == 0.0


@pytest.mark.usefixtures("no_branches")
def test_rows_of_what_is_proven_are_of_costs_and_stay_few():
    """Ten costs too far apart for one another: each is searched, and the last few bounds are held."""
    warm = Warm(ASKED)
    for number in range(10):
        costs = np.full(4, 10.0)
        costs[number % 3] = 10.0 / (number + 2)
        costs[3] = 100.0
        found = warm.solve(replace(lots(), cost=costs))
        assert found.objective == approx(costs[number % 3] + 10.0)
    held = warm._relaxed.program
    assert len(held.rows.get(PROVEN, ([], None))[0]) <= 6
    assert (held.row_lower[1:] == -INFINITY).all()
