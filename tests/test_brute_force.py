"""The planner finds what trying every choice finds, on random cases small enough to try them all."""

from random import Random

import pytest
from cases import approx, solve
from islands import SETTINGS, Island, Source, cheapest, in_other_units, sheets_of
from seeds import drawn_by

ISLANDS = 20


def test_the_cheapest_sources_fill_a_need_first():
    """50 t: 20 t must be taken at 90 $, then 10 at 30 and 20 at 40: 1,800 + 300 + 800, and 7 for having a source."""
    sources = [Source(((30.0, 90.0),), least=20.0), Source(((10.0, 30.0), (40.0, 40.0)), fixed=7.0)]
    assert cheapest(50.0, sources) == 2_907.0
    assert cheapest(10.0, sources) is None


@pytest.mark.parametrize("seed", drawn_by(range(1), slow=range(20), more=range(20, 50)))  # workbooks of 20 cases
def test_the_plan_costs_what_the_best_of_all_choices_costs(seed):
    """Twenty islands: no plan can cost less than the sum of their best choices, and this one costs no more."""
    draw = Random(seed)
    islands = [Island(number, draw) for number in range(ISLANDS)]
    plan = solve(SETTINGS, **sheets_of(islands))
    assert plan.objective_musd == approx(sum(island.least_musd() for island in islands), rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_each_island_alone_costs_what_its_best_choice_costs(seed):
    """One island a workbook."""
    island = Island(0, Random(100 + seed))
    assert solve(SETTINGS, **sheets_of([island])).objective_musd == approx(island.least_musd(), rel=1e-6)


@pytest.mark.parametrize("seed", drawn_by(range(1), slow=range(80), more=range(80, 300)))
def test_an_island_in_any_units_costs_what_its_best_choice_costs(seed):
    """Tons times 1e-6 to 1e6, prices too, so that the cost is 1e-6 to 1e6 times as large."""
    draw = Random(1000 + seed)
    island = Island(0, draw)
    tons = draw.uniform(-6, 6)
    money = draw.uniform(max(-6, -6 - tons), min(6, 6 - tons))
    sheets = in_other_units(sheets_of([island]), 10**tons, 10**money)
    least = island.least_musd() * 10 ** (tons + money)
    assert solve(SETTINGS, **sheets).objective_musd == approx(least, rel=1e-6, abs=0)
