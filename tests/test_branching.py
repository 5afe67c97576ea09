"""Branching on a relaxation that is held live: bounds on paper, and branches that hold for the next program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cases import approx
from test_large import program, sites

from planner.solver.branching import Branching, at_least_dearer
from planner.solver.highs import Live
from planner.solver.large import solve
from planner.solver.outcome import SolveOptions
from planner.solver.warm import Warm, hand_over_changes

OPTIONS = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)


def lots(costs=(10.0, 11.0, 12.0), need=3.0, most=(1.0, 1.0, 1.0)):
    """Three lots of 2 t each for a need of 3 t; tons one by one at 100.

    A lot at 10 and half of one at 11 are 15.5, what the relaxation says; both whole are the plan, 21.
    """
    row = (need, {0: 2.0, 1: 2.0, 2: 2.0, 3: 1.0})
    return program([*costs, 100.0], [*most, 9.0], [1, 1, 1, 0], [row])


class Held:
    """A program held live, as `Warm` holds one."""

    def __init__(self, first):
        self.live = Live(first.relaxed, OPTIONS)
        self.branching = Branching(self.live, np.flatnonzero(first.integer).astype(np.int32))

    def bound(self, made, best, gap=0.0, stopped=lambda: False):
        hand_over_changes(self.live, made.relaxed)
        self.relaxed = self.live.solve().objective
        return self.branching.bound(self.relaxed, best, gap, stopped)


def test_branches_prove_a_plan():
    """No second lot at 11: one at 12 is 10 + 6 = 16, half of it; all three sides end at whole lots of 21 or more."""
    held = Held(lots())
    assert held.bound(lots(), 21.0) == approx(21.0)
    assert held.relaxed == approx(15.5)


def test_branches_stop_where_the_gap_is_shown():
    """For a gap of a fifth of 21, 16.8 is enough: without the second lot 10 + 12/2 = 16, with it 11 + 10/2 = 16."""
    held = Held(lots())
    bound = held.bound(lots(), 21.0, gap=0.2)
    assert 16.8 <= bound <= 21.0
    assert Held(lots()).bound(lots(), 21.0, gap=0.3) == approx(15.5)


def test_a_cheaper_plan_is_met():
    """Told that 110 is the best that is known, the branches meet two lots, 21, which is then what they prove."""
    held = Held(lots())
    assert held.bound(lots(), 110.0) == approx(21.0)
    assert held.branching.plan == approx([1.0, 1.0, 0.0, 0.0])


def test_branches_hold_for_the_next_costs_and_are_not_made_anew():
    """At 12, 10 and 11 the plan is 10 + 11 = 21 and the relaxation 15.5, as before with other lots."""
    held = Held(lots())
    held.bound(lots(), 21.0)
    kept = len(held.branching._kept)
    assert held.bound(lots((12.0, 10.0, 11.0)), 21.0) == approx(21.0)
    assert held.bound(lots((10.1, 11.1, 12.1)), 21.2) == approx(21.2)
    assert held.branching._solves <= kept + 2


def test_what_costs_rose_by_is_known_without_solving():
    """Each lot is dearer by 1, so no branch is cheaper than it was: 21 is still shown, where 2 % of 23 are allowed.

    At 0.5 less for the first, all that is known is that a plan costs at most 0.5 less: 20.5, which is what it costs.
    """
    held = Held(lots())
    held.bound(lots(), 21.0)
    solved = held.branching._solves
    assert held.bound(lots((11.0, 12.0, 13.0)), 23.0, gap=0.1) >= 20.7
    assert held.branching._solves == 0 < solved
    assert held.bound(lots((10.5, 12.0, 13.0)), 22.5) == approx(22.5)


@pytest.mark.parametrize(("cost", "upper", "more"), [(11.0, 5.0, 2.0), (9.0, 5.0, -5.0), (9.0, np.inf, -np.inf)])
def test_by_how_much_plans_are_dearer_at_the_least(cost, upper, more):
    """Between 2 and 5 t at 10: at 11 two are 2 dearer; at 9 five are 5 cheaper, and without a limit nobody knows."""
    before = replace(program([10.0], [upper], [0], [(2.0, {0: 1.0})]), lower=np.array([2.0]))
    assert at_least_dearer(before, replace(before, cost=np.array([cost]))) == more


def test_branches_are_solved_without_the_relaxation():
    """The second cost needs branches that are kept, and nothing else: the relaxation, 15.6 now, is not asked for."""
    warm = Warm(OPTIONS)
    warm.solve(lots())
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Warm, "_of_relaxation", lambda self, made: asked.append(made))
        found = warm.solve(lots((10.1, 11.0, 12.0)))
    assert (found.objective, found.bound) == (approx(21.1), approx(21.1))
    assert not asked


def test_an_empty_branch_is_empty_for_the_same_limits_alone():
    """A need of 5 t takes all three, 33, and no branch with one at 0 has a plan (of tons there are none).

    With 4 t there is one: 10 + 11 = 21.
    """
    made = replace(lots(need=5.0), upper=np.array([1.0, 1.0, 1.0, 0.0]))
    held = Held(made)
    assert held.bound(made, 33.0) == approx(33.0)
    less = replace(made, row_lower=np.array([3.0]))
    assert held.bound(less, 21.0) == approx(21.0)
    assert held.bound(made, 33.0) == approx(33.0)


def test_the_program_is_left_as_it_was():
    """Limits and solution are those of the relaxation again, also where somebody stops it at once."""
    for stopped in (lambda: False, lambda: True):
        held = Held(lots())
        bound = held.bound(lots(), 21.0, stopped=stopped)
        assert held.live.program.upper == approx([1.0, 1.0, 1.0, 9.0])
        assert held.live.solve().objective == approx(15.5)
        assert bound == approx(15.5 if stopped() else 21.0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_bounds_of_branches_are_never_above_the_best(seed):
    """Sites to open, at thirty costs and limits drawn one after the other: no bound beyond what is cheapest."""
    first, _ = sites(seed)
    chance, held = np.random.default_rng(seed), Held(first)
    for number in range(30):
        made = replace(first, cost=first.cost * chance.uniform(0.95, 1.05, len(first.cost)))
        if number % 3 == 2:
            made = replace(made, upper=np.where(chance.random(len(made.cost)) < 0.05, 0.0, made.upper))
        least = solve(made, OPTIONS).objective
        if least is None:
            continue
        bound = held.bound(made, least * chance.uniform(1.0, 1.02), gap=chance.choice([0.0, 0.01, 0.05]))
        assert bound <= least + 1e-7 * least
        assert bound >= held.relaxed - 1e-9


def test_a_row_of_costs_is_proven_without_a_search():
    """Near the relaxation is the plan, and branches prove it: nothing is left to search for among all plans."""
    warm = Warm(OPTIONS)
    for costs in ((10.0, 11.0, 12.0), (10.5, 11.0, 12.0), (12.0, 10.0, 11.0)):
        found = warm.solve(lots(costs))
        assert (found.objective, found.bound) == (approx(21.0 if costs[0] != 10.5 else 21.5), approx(found.objective))
    assert warm.searched == 0
