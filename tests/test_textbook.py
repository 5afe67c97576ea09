"""The benchmark's textbook problems: what a workbook says and what a textbook writes cost the same."""

import pytest
from cases import approx

from benchmarks.textbook import compare, facility_location, fixed_charge_lanes, lot_sizing, process_network, table
from planner.solver.highs import SolveOptions

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)


@pytest.mark.many
@pytest.mark.parametrize(
    "problem", [facility_location(4, 6), fixed_charge_lanes(3, 4), lot_sizing(2, 4), process_network(2, 2, 2, 2)]
)
def test_the_planner_and_the_textbook_find_the_same_cost(problem):
    """Each way to its optimum; what the root proves is at or above the bare relaxation, and below the plan."""
    found = compare(problem, EXACT)
    costs = {way: line["cost"] for way, line in found.items()}
    assert costs == approx(dict.fromkeys(costs, costs["textbook"]), rel=1e-6)
    planner = found["planner"]
    assert planner["relaxed"] - 1e-6 <= planner["root"] <= planner["cost"] + 1e-6
    assert problem.name in table({problem.name: found})
