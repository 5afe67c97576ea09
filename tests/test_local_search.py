"""Plans by moves around a relaxation, on programs that are solved on paper."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from cases import approx
from test_large import program, sites

from planner.solver.highs import TOLERANCES, Live
from planner.solver.large import solve
from planner.solver.local_search import LocalSearch
from planner.solver.outcome import SolveOptions
from planner.solver.watch import Listener

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1, method="whole")


def plant(most=10.0, fixed=4.0):
    """5 t are needed: from abroad at 2 M$ a ton, or from a plant of `most` tons at 1 M$ a ton and `fixed` M$ once."""
    return program(
        [fixed, 1.0, 2.0], [1.0, np.inf, np.inf], [1, 0, 0], [(5.0, {1: 1.0, 2: 1.0}), (0.0, {0: most, 1: -1})]
    )


def two_years():
    """A plant of 10 t in the first year (4 M$) or the second (3.9 M$), never in both; 5 t are needed each year.

    Columns: built in the first, in the second; made in each; from abroad in each at 2 M$ a ton, made at 1.
    """
    cost, upper, integer = [4.0, 3.9, 1.0, 1.0, 2.0, 2.0], [1.0, 1.0, *[np.inf] * 4], [1, 1, 0, 0, 0, 0]
    rows = [(5.0, {2: 1.0, 4: 1.0}), (5.0, {3: 1.0, 5: 1.0}), (-1.0, {0: -1.0, 1: -1.0})]
    rows += [(0.0, {0: 10.0, 2: -1.0}), (0.0, {0: 10.0, 1: 10.0, 3: -1.0})]
    return program(cost, upper, integer, rows)


class Moves:
    """A local search, what it told, and the linear programs that it took."""

    def __init__(self, made, most_steps=np.inf, enough=lambda: False):
        self.made, self.told, self.solved = made, [], 0
        self.live = Live(made.relaxed, EXACT, TOLERANCES[0])
        self.relaxed = self.live.solve()
        step = self.live.step_from

        def counted(*given):
            self.solved += 1
            return step(*given)

        self.live.step_from = counted
        self.search = LocalSearch(made, self.live, lambda _, musd: self.told.append(musd), enough, most_steps)

    def best(self, known=None):
        return self.search.best(self.relaxed.values, known)


def test_a_fraction_is_rounded_the_other_way():
    """A plant of 10 t at 4 M$ for 5 t: half of it in the relaxation (2 + 5 = 7 M$), none where that is rounded (10),
    all of it where it is moved: 4 + 5 = 9."""
    moves = Moves(plant())
    assert moves.relaxed.objective == approx(7.0)
    assert moves.best() == approx([1.0, 5.0, 0.0])
    assert moves.told == [approx(10.0), approx(9.0)]


def test_a_move_that_does_not_help_is_not_made():
    """At 6 M$ the plant costs 11, and buying 10."""
    moves = Moves(plant(fixed=6.0))
    assert 0.0 < moves.relaxed.values[0] < 1.0
    assert moves.best() == approx([0.0, 0.0, 5.0])
    assert moves.told == [approx(10.0)]


def test_a_unit_is_moved_to_its_neighbour():
    """From a plan that builds in the second year, 3.9 + 5 + 10 = 18.9 M$, to the first: 4 + 5 + 5 = 14."""
    moves = Moves(two_years())
    assert moves.best(np.array([0.0, 1.0, 0.0, 5.0, 5.0, 0.0])) == approx([1.0, 0.0, 5.0, 5.0, 0.0, 0.0])
    assert moves.told == [approx(18.9), approx(14.0)]


def test_what_breaks_a_row_of_whole_numbers_takes_no_linear_program():
    """Half a plant in the first year. Rounded up (14 M$) there is no second one, which alone would be tried next."""
    moves = Moves(two_years())
    known = np.array([1.0, 0.0, 5.0, 5.0, 0.0, 0.0])
    relaxed = np.array([0.5, 0.5, 5.0, 5.0, 0.0, 0.0])
    assert moves.search.best(relaxed, known) == approx(known)
    # The plan, no plant at all (20 M$), and a year later (18.9): not both plants.
    assert moves.solved == 3


def test_there_may_be_no_plan_to_begin_from():
    """One of three is asked for. A third of each is rounded to none."""
    moves = Moves(program([1.0] * 3, [1.0] * 3, [1] * 3, [(1.0, dict.fromkeys(range(3), 1.0))]))
    assert moves.search.best(np.full(3, 1 / 3)) is None
    assert moves.told == []


def test_the_solver_is_left_where_it_stood():
    moves = Moves(plant())
    moves.best()
    assert moves.live.program.upper.tolist() == moves.made.upper.tolist()
    again = moves.live.solve()
    assert (again.objective, again.iterations) == (approx(7.0), 0)


@pytest.mark.parametrize("given", [{"most_steps": 0.0}, {"enough": lambda: True}])
def test_it_ends_when_that_is_enough(given):
    """The first plan is all that there is time for."""
    moves = Moves(plant(), **given)
    assert moves.best() == approx([0.0, 0.0, 5.0])
    assert moves.solved == 1


@pytest.mark.parametrize("seed", range(6))
def test_moves_lead_to_plans_no_cheaper_than_the_best(seed):
    """Seven sites for twelve customers: each plan told is one, cheaper than the one before, and no cheaper than the
    best of all choices of sites."""
    made, least = sites(seed)
    moves = Moves(made)
    values = moves.best()
    if values is None:
        return  # all rounded to no site at all
    assert (made.activity(values) >= made.row_lower - 1e-6).all()
    assert values[:7] == approx(np.round(values[:7]), abs=1e-9)
    assert moves.told == sorted(moves.told, reverse=True)
    assert moves.told[-1] == approx(made.objective(values))
    assert moves.told[-1] >= least - 1e-6


@pytest.mark.parametrize("threads", [1, 2])
def test_a_search_goes_on_from_the_plan_and_proves_it(threads):
    """Lots of 7, 9 and 11 t for 40 t: the plan that moves lead to is handed to the search after presolve.

    With two threads the bound is checked, and prices made, while the search runs; they are there either way.
    """
    cost, tons = [7.1, 8.7, 11.3], (7.0, 9.0, 11.0)
    lots = program([*cost, 3.0], [5.0, 5.0, 5.0, np.inf], [1, 1, 1, 0], [(40.0, {**dict(enumerate(tons)), 3: 1.0})])
    counts = product(range(6), repeat=3)
    least = min(np.dot(cost, n) + 3.0 * max(0.0, 40.0 - np.dot(tons, n)) for n in counts)
    plans = []
    found = solve(lots, replace(EXACT, threads=threads), Listener(on_plan=lambda _, musd: plans.append(musd)))
    assert (found.status, found.objective) == ("optimal", approx(least))
    assert found.checked <= least
    assert found.row_duals is not None
    assert "The search for a proof" in found.log
    assert plans == sorted(plans, reverse=True)
