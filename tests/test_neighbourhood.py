"""Plans next to a plan: what branching asks the solver, and what it knows without asking."""

from __future__ import annotations

import numpy as np
import pytest

from planner.solver.outcome import SolveOptions
from planner.solver.program import Program, Rows
from planner.solver.watch import NOBODY
from planner.studies.neighbourhood import Held, Neighbourhood, WholeBox, at_factor

OPTIONS = SolveOptions(0.0, 10.0, 1)


def three_years() -> Program:
    """A plant begun in one of three years at most costs 6, 5 or 4; use gains 10 in each year from then on, 2 at most.

    Use of a year is a third of what is begun by then at most, so fractions of a plant gain something.
    """
    return Program(
        columns={"begin": ([0, 1, 2], slice(0, 3)), "use": ([0, 1, 2], slice(3, 6))},
        rows={"once": (["once"], slice(0, 1)), "begun": ([0, 1, 2], slice(1, 4))},
        cost=np.array([6.0, 5.0, 4.0, -5.0, -1.0, -1.0]),
        offset=20.0,
        lower=np.zeros(6),
        upper=np.array([1.0, 1.0, 1.0, 0.5, 2.0, 2.0]),
        integer=np.array([True, True, True, False, False, False]),
        row_lower=np.full(4, -np.inf),
        row_upper=np.array([1.0, 0.0, 0.0, 0.0]),
        starts=np.array([0, 3, 5, 8, 12], dtype=np.int32),
        columns_in=np.array([0, 1, 2, 3, 0, 4, 0, 1, 5, 0, 1, 2], dtype=np.int32),
        coefficients=np.array([1.0, 1.0, 1.0, 1.0, -3.0, 1.0, -3.0, -3.0, 1.0, -3.0, -3.0, -3.0]),
    )


@pytest.fixture
def steps(monkeypatch) -> list[int]:
    """A list to which each linear program of a question adds one."""
    counted, step = [], Held.step

    def count(self, *asked, **named):
        counted.append(1)
        return step(self, *asked, **named)

    monkeypatch.setattr(Held, "step", count)
    return counted


def asked(program: Program, whole: list[float]) -> Neighbourhood:
    return Neighbourhood(None, program, np.array([*whole, 0.0, 0.0, 0.0]), OPTIONS, NOBODY)


def test_the_best_year_is_found_whatever_the_plan_has():
    """Begun first, uses gain 2.5 + 2 + 2 = 6.5 for 6, so 19.5; second 4 for 5, and last 2 for 4: dearer than nothing.

    A fraction of 2/3 in the first year would gain all 6.5 for 4.
    """
    for whole in ([0.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
        around = asked(three_years(), whole)
        best = around.best(around.around([0, 1, 2]))
        assert best.musd == pytest.approx(19.5)
        assert best.values[:3].tolist() == pytest.approx([1.0, 0.0, 0.0])


def test_of_years_of_which_one_at_most_may_be_each_is_a_branch(steps):
    """The relaxation, each year, and none of them: five linear programs, the last not solved as the plan has that."""
    around = asked(three_years(), [0.0, 0.0, 0.0])
    around.best(around.around([0, 1, 2]))
    assert 2 <= len(steps) <= 5


def test_what_a_year_cost_at_lower_prices_it_costs_at_higher_ones(steps):
    """At twice the price of beginning no year is cheaper than before: 12 for 6.5; the plan, 20, is known."""
    around = asked(three_years(), [0.0, 0.0, 0.0])
    free = around.around([0, 1, 2])
    slopes = np.array([6.0, 5.0, 4.0, 0.0, 0.0, 0.0])
    around.best(at_factor(free, slopes, 1.0))
    steps.clear()
    best = around.best(at_factor(free, slopes, 2.0))
    assert best.musd == pytest.approx(20.0)
    assert len(steps) <= 3
    steps.clear()
    assert around.best(at_factor(free, slopes, 0.5)).musd == pytest.approx(20.0 + 3.0 - 6.5)
    assert around.best(at_factor(free, slopes, 1.0)).musd == pytest.approx(19.5)


def test_what_is_forced_is_forced_for_one_question_only():
    """The last year forced costs 4 for 2, so 22; then nothing is forced any more. What no column can do is no plan.

    With no use in the first year allowed, the first year begun costs 6 for 4: what it cost there is not what it costs.
    """
    around = asked(three_years(), [0.0, 0.0, 0.0])
    free = around.around([0, 1, 2])
    last = Rows([None], np.array([-1.0]), np.array([1], np.int32), np.array([2], np.int32), np.array([-1.0]))
    idle = Rows([None], np.array([0.0]), np.array([1], np.int32), np.array([3], np.int32), np.array([1.0]))
    for forced, musd in ((last, 22.0), (idle, 20.0)):
        assert around.best(free, forced).musd == pytest.approx(musd)
        assert around.best(free).musd == pytest.approx(19.5)
    nothing = Rows([None], np.array([-1.0]), np.array([0], np.int32), np.empty(0, np.int32), np.empty(0))
    assert around.best(free, nothing) is None


def test_many_questions_do_not_use_up_the_time_of_each():
    """The solver counts the time of all its solves; a question begins with all of its own."""
    around = Neighbourhood(None, three_years(), np.zeros(6), SolveOptions(0.0, 0.5, 1), NOBODY)
    free = around.around([0, 1, 2])
    assert around.best(free).musd == pytest.approx(19.5)
    around._held[0].live.allow(0.0)
    around._searched = None
    assert around.best(free).musd == pytest.approx(19.5)


def test_parts_of_a_box_hold_all_its_whole_numbers_and_no_fraction():
    """Of two of which one may be, (1, 0), (0, 1) and (0, 0) are left; of a number of builds, 2 and less, 3 and more."""
    box = WholeBox(np.zeros(3), np.array([1.0, 1.0, 5.0]))
    parts = box.parts(0, 0.4, np.array([True, True, False]))
    assert [(p.low.tolist(), p.high.tolist()) for p in parts] == [
        ([0, 0, 0], [0, 0, 5]),
        ([1, 0, 0], [1, 0, 5]),
        ([0, 1, 0], [0, 1, 5]),
    ]
    below, above = box.parts(2, 2.5, None)
    assert (below.high.tolist(), above.low.tolist()) == ([1, 1, 2], [0, 0, 3])
