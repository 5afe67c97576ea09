"""The ways to take a tree apart that the benchmark measures, by hand, and the trees that it makes."""

import csv

import pytest
from cases import approx, case
from test_large import TREE

from benchmarks.decompose import benders, futures_alone
from benchmarks.many_futures import Story, made, overlay, tree_of
from benchmarks.trees import BASE_CASE, line
from planner.case import check_case
from planner.planning.built import Built
from planner.solver.highs import SolveOptions
from planner.translate.tree import scenario_tree

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


def test_a_future_is_one_story_of_each_kind():
    """Rain or not, with 0.3 and 0.7, and a fair coin: 0.3 x 0.5 = 0.15 for rain and a toss, with the rows of both."""
    weather = (Story("dry", 0.7), Story("rain", 0.3, ({"kind": "supply"},)))
    coin = (Story("", 0.5), Story("toss", 0.5, ({"kind": "price"},)))
    futures = {future.name: (approx(future.chance), future.rows) for future in tree_of(weather, coin)}
    assert list(futures) == ["dry", "dry, toss", "rain", "rain, toss"]
    assert futures["rain, toss"] == (0.15, ({"kind": "supply"}, {"kind": "price"}))


@pytest.mark.parametrize(
    ("tree", "futures"), [("hundred", 100), pytest.param("three_hundred", 300, marks=pytest.mark.slow)]
)
def test_a_made_tree_has_so_many_futures_of_which_one_comes(tree, futures, tmp_path):
    """5 of China x 2 of plants x 5 of markets x 2 of tariffs, x 3 of growth; each has its own name, and one comes true.

    A lasting ban with late plants, a recession and high tariffs: 0.08 x 0.25 x 0.09 x 0.2 = 0.00036.
    """
    found = {future.name: future.chance for future in made(tree)}
    assert len(found) == futures
    if futures == 100:
        assert found["lasting ban, late plants, recession, high tariffs"] == approx(0.00036)
    with (overlay(tree, tmp_path) / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        written = {row["scenario"]: float(row["probability"]) for row in csv.DictReader(file)}
    assert written == {name: approx(chance) for name, chance in found.items()}
    assert sum(written.values()) == approx(1.0, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("tree", "leaves", "nodes"), [("hundred", 100, 723), ("three_hundred", 300, 1523)])
def test_the_made_trees_fit_the_base_case_and_share_their_first_years(tree, leaves, nodes, tmp_path):
    """In 2027 the ban from 2027 is seen: 2 nodes. In 2028 4 of China, as two bans look alike, x 2 of plants; tariffs
    and the surge make four of each in 2029. In 2030 the bans part, and 4 markets do: 5 x 2 x 4 x 2 = 80; with the
    collapse 100 in 2031 and 2032. A hundred have these in the four later periods, too: 1 + 2 + 8 + 32 + 80 + 600; of
    three hundred each has three growths there: 1 + 2 + 8 + 32 + 80 + 200 + 1,200.
    """
    checked = check_case(BASE_CASE, [overlay(tree, tmp_path)])
    assert not checked.errors
    assert checked.case is not None
    found = scenario_tree(checked.case)
    assert (len(found.LEAVES), len(found.NODES)) == (leaves, nodes)
