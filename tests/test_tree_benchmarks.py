"""The ways to take a tree apart that the benchmark measures, by hand."""

import pytest
from cases import approx, case
from test_large import TREE

from benchmarks.decompose import benders, futures_alone
from benchmarks.trees import line
from planner.planning.built import Built
from planner.solver.highs import SolveOptions

OPTIONS = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)


@pytest.mark.slow
def test_futures_planned_alone_bound_the_tree():
    """In calm all is bought: 2.5 + 5.0. In war the mine is begun: 2.5 + 1.5 + 4.0. 0.75 x 7.5 + 0.25 x 8.0 = 7.625."""
    assert futures_alone(case(**TREE), OPTIONS)["bound"] == approx(7.625)


def test_benders_comes_to_the_relaxation():
    """The most worth digging is 100 t, so no part of the mine is enough: 2.5 + 1.5 + 4.0. Calm and war are branches."""
    built = Built.of(case(**TREE))
    found = benders(built.program, built.known.data.tree, OPTIONS)
    assert found["bound"] == approx(8.0, rel=1e-4)
    assert "2 branches" in found["note"]


def test_a_line_shows_what_is_not_known_as_a_dash():
    found = {"tree": "ten", "futures": 10, "nodes": 80, "columns": 100_000, "binaries": 3_000, "way": "alone"}
    figures = {"processor_s": 61.2, "clock_s": 70.0, "peak_mb": 900.0, "objective": None, "bound": 9_900.0, "note": ""}
    assert line(found | figures).split()[-3:] == ["-", "9,900.00", "-"]
