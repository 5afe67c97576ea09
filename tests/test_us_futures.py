"""The library of futures and policies fits the base case, and its trees are made of its own stories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.case import Case, check_case, read_case
from planner.planning.solve import default_options, solve_case
from planner.translate.tree import scenario_tree

INPUTS = Path(__file__).resolve().parent.parent / "inputs"
BASE, FUTURES = INPUTS / "us_base_case", INPUTS / "us_futures"
NAMES = sorted(folder.name for folder in FUTURES.iterdir() if folder.is_dir())
POLICIES = ("contracts", "goodwill_lost", "nothing_in_force", "partnerships", "risk_averse", "stockpile")
POLICIES += ("stock_room", "tariffs_trq")
TREES = ("all_futures", "ban_or_not", "ban_or_not_late", "ban_soon_or_not", "ten", "thirty")


def laid_over(name: str) -> Case:
    return read_case(BASE, [FUTURES / name])


@pytest.mark.many
@pytest.mark.parametrize("name", NAMES)
def test_each_fits_the_base_case_and_says_where_it_is_from(name: str) -> None:
    """No error, and no warning but those of the base case, of what its periods of two years cut in part, and of sheets
    that are emptied on purpose; every row has its source and grade.
    """
    checked = check_case(BASE, [FUTURES / name])
    assert not checked.errors
    expected = {"cross.too-little-short", "cross.in-part-of-period", "structure.emptied"}
    assert {problem.code for problem in checked.warnings} <= expected
    assert checked.case is not None
    for file in (FUTURES / name).glob("*.csv"):
        table = checked.case.tables.get(file.stem, pd.DataFrame({"source": [], "grade": []}))
        assert table[["source", "grade"]].notna().all(axis=None), file.name


@pytest.mark.slow
def test_the_trees_are_made_of_the_single_stories() -> None:
    """A row of a tree stands, but for the scenario's name, in the folder of one story."""
    stories = {row for name in NAMES if name not in (*TREES, *POLICIES) for row in _rows(laid_over(name))}
    for name in TREES:
        assert set(_rows(laid_over(name))) <= stories, name


def _rows(case: Case) -> list[str]:
    events = case.tables["events"].drop(columns="scenario").astype(object)
    return [repr(row) for row in events.where(events.notna(), None).itertuples(index=False)]


@pytest.mark.slow
def test_copied_rows_are_those_of_the_base_case() -> None:
    """Without what is in force all segments stand and have no rule, and no plant is bound to run; nor do the trees have
    the rule, which would double them. The stockpile copies all stocks and adds to them.
    """
    base, free = read_case(BASE), laid_over("nothing_in_force")
    for sheet, column in (("segments", "origin_rule"), ("facilities", "min_utilisation")):
        same = free.tables[sheet].drop(columns=[column, "note"])
        pd.testing.assert_frame_equal(same, base.tables[sheet].drop(columns=[column, "note"]))
    assert free.tables["segments"]["origin_rule"].isna().all()
    assert not any(free.tables["facilities"]["min_utilisation"])
    assert all(free.tables[sheet].empty for sheet in ("contracts", "incentives", "origin_rules"))
    for tree in ("all_futures", "ten", "thirty"):
        pd.testing.assert_frame_equal(laid_over(tree).tables["segments"], free.tables["segments"])
    changed = ["reserve_t", "source", "note"]
    for name in ("stockpile", "stock_room"):
        kept = laid_over(name).tables["stocks"].drop(columns=changed).head(len(base.tables["stocks"]))
        pd.testing.assert_frame_equal(kept, base.tables["stocks"].drop(columns=changed))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "leaves", "nodes"), [("ten", 10, 84), pytest.param("thirty", 30, 224, marks=pytest.mark.slow)]
)
def test_the_trees_share_their_first_years(name: str, leaves: int, nodes: int) -> None:
    """Ten: one trunk in 2026 and 2027. In 2028 six: the two bans on time look alike, and four futures as today. The
    surge shows in 2029 (7), the recession and the end of a ban in 2030 (9), the collapse in 2031: 2 + 22 + 60.

    Thirty: 3 of China x 2 of plants in 2028; the surge doubles that in 2029; 4 markets of 2030 apart make 24, and 30 in
    each of the six periods after: 2 + 6 + 12 + 24 + 180.
    """
    tree = scenario_tree(laid_over(name))
    assert (len(tree.LEAVES), len(tree.NODES)) == (leaves, nodes)
    assert [sum(period == year for period in tree.period.values()) for year in (2026, 2027)] == [1, 1]


@pytest.mark.slow
@pytest.mark.clock
@pytest.mark.parametrize("name", [name for name in NAMES if name not in TREES])
def test_each_is_solved_to_one_percent_within_a_minute(name: str) -> None:
    case = laid_over(name)
    plan = solve_case(case, replace(default_options(case), mip_gap=0.01, time_limit_s=60))
    assert plan.gap is not None
    assert plan.gap <= 0.01
