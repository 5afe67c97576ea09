"""Trees planned branch by branch: sums by hand, and against the whole program on drawn trees."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from cases import approx, case, needs
from test_large import TREE

from planner.planning.built import Built, refuse_open_books
from planner.solver import by_branches as branches
from planner.solver import large
from planner.solver.by_branches import METHOD, by_branches
from planner.solver.outcome import SolveOptions
from planner.solver.parts import TreeProgram
from planner.solver.program import Rows
from planner.solver.watch import Listener
from planner.status import Status

WIDE = SolveOptions(mip_gap=0.2, time_limit_s=60.0, threads=1, method=METHOD)
EXACT = replace(WIDE, mip_gap=0.0)
FUTURES = [("calm", 0.4), ("war", 0.2), ("surge", 0.3), ("both", 0.1)]


@pytest.fixture
def _in_small_parts(monkeypatch):
    """Every branch is too large to be planned at once, and one future stands for all."""
    monkeypatch.setattr(branches, "AT_ONCE", 0)
    monkeypatch.setattr(branches, "STAND_FOR_ALL", 1)


def tree_program(built):
    found = TreeProgram.of(built.program, built.known.data.tree)
    assert found is not None
    return found


def drawn(seed):
    """Four futures of the mine, told apart in 2027 and in 2028, with prices and needs that are drawn."""
    chance = np.random.default_rng(seed)
    prices, tons = chance.uniform(1.0, 3.0, 2).tolist(), chance.uniform(0.8, 2.0, 2).tolist()
    war, surge = {"kind": "price", "country": "CHN", "from": 2027}, {"kind": "demand", "from": 2028}
    events = [
        {"scenario": "war", **war, "factor": prices[0]},
        {"scenario": "both", **war, "factor": prices[0]},
        {"scenario": "surge", **surge, "factor": tons[0]},
        {"scenario": "both", **surge, "factor": tons[1]},
    ]
    sheets = TREE | {"scenarios": [{"scenario": name, "probability": p} for name, p in FUTURES], "events": events}
    sheets |= {"demand": needs(dict(zip((2026, 2027, 2028), chance.uniform(50, 150, 3).tolist(), strict=True)))}
    return Built.of(case(**sheets))


def test_futures_alone_are_a_program():
    """In calm all is bought, 25,000 $ x 100 t a year: 7.5. In war the mine is begun: 2.5 + 1.5 + 4.0 = 8.0."""
    tree = tree_program(Built.of(case(**TREE)))
    held, values = np.zeros(len(tree.probabilities), dtype=bool), np.zeros(len(tree.program.cost))
    costs = [large.solve(tree.part({future: 1.0}, held, values).program, EXACT).objective for future in (0, 1)]
    assert costs == approx([7.5, 8.0])


def test_what_lies_beneath_a_held_node_counts_with_what_the_node_costs():
    """Without a mine, begun in 2026 or never, war costs 2.5 + 12 = 14.5, of which 2.5 are spent by then."""
    built = Built.of(case(**TREE))
    tree = tree_program(built)
    nothing = np.zeros(len(tree.probabilities), dtype=bool)
    calm = tree.part({0: 1.0}, nothing, np.zeros(len(tree.program.cost)))
    values = np.full(len(tree.program.cost), np.nan)
    values[calm.columns] = large.solve(calm.program, EXACT).values
    war = tree.part({1: 1.0}, tree.shared([0, 1]), values)
    assert len(war.columns) < len(calm.columns)
    assert large.solve(war.program, EXACT).objective == approx(14.5)


@pytest.mark.usefixtures("_in_small_parts")
def test_the_future_that_stands_for_all_decides_what_they_share():
    """Calm stands for war, being likelier: no mine. 2.5 + 0.75 x 5 + 0.25 x 12 = 9.25; alone 0.75 x 7.5 + 0.25 x 8.0 =
    7.625. The gap is 1.625 of 9.25.
    """
    built = Built.of(case(**TREE))
    program, found = built.solve(WIDE)
    assert found.objective == approx(9.25)
    assert found.bound == approx(7.625)
    assert found.checked == approx(7.625)
    assert found.gap == approx(1.625 / 9.25)
    assert found.status is Status.WITHIN_GAP
    assert program.off(found.values) <= 1e-9


def test_small_branches_are_planned_with_all_their_futures():
    """The mine, as the whole program says: 2.5 + 1.5 + 4.0 = 8.0, and 7.625 alone.

    A ton costs 25,000 $ bought in 2026 and 20,000 dug after that, in both futures; how far that holds is not asked.
    """
    built = Built.of(case(**TREE))
    asked = replace(WIDE, ranges=True)
    program, found = built.solve(asked)
    assert found.objective == approx(8.0)
    assert found.bound == approx(7.625)
    plan = built.plan(program, found, asked)
    refuse_open_books(built.case, plan)
    assert plan.tables["prices"]["usd_per_t"].tolist() == approx([25_000.0, *[20_000.0] * 4])
    assert plan.tables["price_ranges"].empty


@pytest.mark.usefixtures("_in_small_parts")
def test_where_the_gap_stays_open_the_program_is_solved_whole():
    """Foresight is worth 0.375 of 8.0, 4.7 %: no round of branches shows less."""
    built = Built.of(case(**TREE))
    _, found = built.solve(EXACT)
    assert found.objective == approx(8.0)
    assert found.bound == approx(8.0)
    assert found.status is Status.OPTIMAL
    assert built.plan(built.program, found, EXACT).objective_musd == approx(8.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("small", [False, True])
def test_drawn_trees_are_planned_as_well_as_is_told(seed, small, monkeypatch):
    if small:
        monkeypatch.setattr(branches, "AT_ONCE", 0)
        monkeypatch.setattr(branches, "STAND_FOR_ALL", 2)
    built = drawn(seed)
    best = large.solve(built.program, replace(EXACT, method="auto")).objective
    program, found = built.solve(replace(WIDE, mip_gap=0.05))
    assert found.status.proven
    assert found.bound <= best * (1 + 1e-9)
    assert best <= found.objective * (1 + 1e-9)
    assert found.objective <= best / (1 - 0.05)
    assert program.off(found.values) <= 1e-6
    assert (found.values[program.integer] == np.round(found.values[program.integer])).all()


@pytest.mark.usefixtures("_in_small_parts")
@pytest.mark.parametrize("seed", range(2))
def test_two_threads_find_the_plan_of_one(seed):
    built = drawn(seed)
    one, two = (built.solve(replace(WIDE, mip_gap=0.05, threads=threads))[1] for threads in (1, 2))
    assert two.objective == one.objective
    assert two.bound == one.bound
    assert (two.values == one.values).all()


def test_what_each_solver_printed_is_in_the_log(tmp_path):
    log = tmp_path / "solver.log"
    _, found = Built.of(case(**TREE)).solve(replace(WIDE, threads=2), None, Listener(log_file=log))
    printed = log.read_text(encoding="utf-8")
    assert all(f"Future {number} alone" in printed for number in (1, 2))
    assert found.log.startswith(printed)


def test_a_row_over_futures_that_lie_apart_is_left_to_the_whole_program():
    """At most 150 t bought in 2027 in both futures together ties calm to war."""
    built = Built.of(case(**TREE))
    index, where = built.program.columns["buy"]
    later = [at for at, key in zip(range(where.start, where.stop), index, strict=True) if key[-1] != "2026"][:2]
    both = np.array(later, dtype=np.int32)
    nodes = {index[at - where.start][-1] for at in later}
    assert len(nodes) == 2
    row = Rows(["both"], np.array([150.0]), np.array([2], dtype=np.int32), both, np.ones(2))
    tied = built.program.with_rows("both", row)
    assert TreeProgram.of(tied, built.known.data.tree) is None
    assert by_branches(tied, built.known.data.tree, WIDE) is None


def test_only_trees_too_large_for_their_relaxation_go_this_way(monkeypatch):
    built = Built.of(case(**TREE))
    tree = built.known.data.tree
    auto = replace(WIDE, method="auto")
    assert by_branches(built.program, tree, auto) is None
    monkeypatch.setattr(branches, "TOO_LARGE", 0)
    assert by_branches(built.program, tree, auto) is not None
    assert by_branches(built.program, tree, replace(WIDE, method="large")) is None
    assert by_branches(built.program.relaxed, tree, auto) is None
    alone = Built.of(case(**TREE | {"scenarios": [], "events": []}))
    assert by_branches(alone.program, alone.known.data.tree, WIDE) is None


def test_better_plans_and_the_bound_are_heard():
    plans, heard = [], []
    listener = Listener(heard.append, None, lambda values, cost: plans.append((values, cost)))
    built = Built.of(case(**TREE))
    _, found = built.solve(WIDE, None, listener)
    assert plans[-1][1] == approx(found.objective)
    assert built.program.objective(plans[-1][0]) == approx(8.0)
    assert all(earlier.seconds <= later.seconds for earlier, later in pairwise(heard))


def test_who_stops_at_once_has_no_plan():
    _, found = Built.of(case(**TREE)).solve(WIDE, None, Listener(should_stop=lambda: True))
    assert found.status is Status.NO_PLAN
    assert found.bound is None


def test_a_plan_that_is_known_is_the_first():
    """Nobody lets it go on, so the plan that it began from is told: the mine, 8.0."""
    built = Built.of(case(**TREE))
    known = large.solve(built.program, replace(EXACT, method="auto")).values
    _, found = built.solve(WIDE, None, Listener(should_stop=lambda: True), known)
    assert found.objective == approx(8.0)
    assert found.status is Status.STOPPED


def test_a_future_without_a_plan_leaves_none_for_the_tree():
    """A limit of no more than nothing bought in 2026, and nothing short, has no plan in any future."""
    built = Built.of(case(**TREE))
    program = built.program
    upper = program.upper.copy()
    for name in ("buy", "short"):
        if name in program.columns:
            upper[program.columns[name][1]] = 0.0
    found = built.solve(WIDE, replace(program, upper=upper))[1]
    assert found.status is Status.INFEASIBLE
    assert found.values is None
