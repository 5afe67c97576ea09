"""Large programs: relaxed, rounded, restricted, searched. Checked against every choice of sites, tried one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from cases import SITE, approx, case, needs, years

from planner.planning.solve import solve_case
from planner.solver import large
from planner.solver.bound import safe_bound
from planner.solver.highs import SolveOptions
from planner.solver.large import solve
from planner.solver.outcome import Outcome, with_plan
from planner.solver.program import Program
from planner.solver.strengthen import strengthen
from planner.solver.watch import Listener
from planner.status import Status

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1, method="large")


def program(cost, upper, integer, rows):
    """Minimise cost x with rows (lower, {column: coefficient}) that stay at or above lower."""
    starts = np.cumsum([0, *(len(row) for _, row in rows)])
    return Program(
        columns={},
        rows={},
        cost=np.array(cost, dtype=float),
        offset=0.0,
        lower=np.zeros(len(cost)),
        upper=np.array(upper, dtype=float),
        integer=np.array(integer, dtype=bool),
        row_lower=np.array([lower for lower, _ in rows], dtype=float),
        row_upper=np.full(len(rows), np.inf),
        starts=starts.astype(np.int32),
        columns_in=np.array([column for _, row in rows for column in row], dtype=np.int32),
        coefficients=np.array([c for _, row in rows for c in row.values()], dtype=float),
    )


SITES, CUSTOMERS = 7, 12


def sites(seed):
    """Which sites to open (cost 10 to 30) for customers who each pay the way to theirs; a site serves all its own.

    The weak form, a row a site: a third of a site serves a third of the customers, so the relaxation is far off.
    """
    chance = np.random.default_rng(seed)
    opening, way = chance.uniform(10, 30, SITES), chance.uniform(0, 20, (SITES, CUSTOMERS))
    serve = {(i, j): SITES + i * CUSTOMERS + j for i in range(SITES) for j in range(CUSTOMERS)}
    served = [(1.0, {serve[i, j]: 1.0 for i in range(SITES)}) for j in range(CUSTOMERS)]
    opened = [(0.0, {i: CUSTOMERS} | {serve[i, j]: -1.0 for j in range(CUSTOMERS)}) for i in range(SITES)]
    columns = SITES + SITES * CUSTOMERS
    integer = np.arange(columns) < SITES
    made = program(np.append(opening, way.ravel()), np.ones(columns), integer, served + opened)
    least = min(
        sum(opening[list(chosen)]) + way[list(chosen)].min(axis=0).sum()
        for open_ in product((False, True), repeat=SITES)
        if (chosen := [i for i in range(SITES) if open_[i]])
    )
    return made, least


# The plan -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_the_best_sites_are_found_and_proven(seed):
    """Against all 127 choices of sites."""
    made, least = sites(seed)
    found = solve(made, EXACT)
    assert found.status == "optimal"
    assert found.objective == approx(least)
    assert found.bound == approx(least)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("gap", [0.5, 0.2, 0.05])
def test_a_looser_gap_ends_sooner_and_tells_the_truth(seed, gap):
    """The bound stays at or below the least cost, the plan within the gap of it."""
    made, least = sites(seed)
    found = solve(made, replace(EXACT, mip_gap=gap))
    assert found.bound <= least + 1e-6
    assert least - 1e-6 <= found.objective <= found.bound / (1.0 - gap) + 1e-6
    assert found.gap <= gap + 1e-6
    assert found.objective == approx(made.objective(found.values))
    assert (made.activity(found.values) >= made.row_lower - 1e-6).all()
    assert found.values[:SITES] == approx(np.round(found.values[:SITES]), abs=1e-9)


@pytest.mark.parametrize("gap", [0.5, 0.0])
def test_a_plan_comes_with_its_own_prices(gap):
    """Of the program with the whole numbers held, the prices give a bound as dear as the plan itself."""
    made, _ = sites(3)
    found = solve(made, replace(EXACT, mip_gap=gap))
    held = made.fixed(made.integer, found.values)
    assert safe_bound(held, found.row_duals).value == approx(found.objective)


def test_a_search_near_the_relaxation_alone_proves_nothing(monkeypatch):
    """Its own bound holds for its own plans: with the last search away, the bound is that of the relaxation."""
    made, least = sites(1)
    told = []
    monkeypatch.setattr(large._Search, "seek", _only_near(large._Search.seek))
    found = solve(made, EXACT, Listener(told.append))
    relaxed = large.Live(made.relaxed, EXACT).solve().objective
    assert found.status == "stopped with a plan"
    assert relaxed < found.bound == approx(found.checked)
    assert found.bound < least - 0.5
    assert all(one.bound_musd is None or one.bound_musd <= least for one in told)


def _only_near(seek):
    def near(self, live, what, start=None, among_all=False):
        return large.Outcome(large.Status.NO_PLAN) if among_all else seek(self, live, what, start)

    return near


@pytest.mark.parametrize(("word", "bound"), [("infeasible", None), ("failed", None), ("no plan in time", 1e9)])
def test_a_search_that_denies_a_plan_that_is_known_proves_nothing(monkeypatch, word, bound):
    """It finds no plan beside one, or says that none costs less than a billion: the relaxation's bound stands."""
    made, least = sites(1)

    class Mistaken(large.Live):
        def solve(self, watch=None, start=None, on_the_way=False):
            if self.program.integer.any():
                return large.Outcome(large.Status(word), bound=bound)
            return super().solve(watch, start, on_the_way)

        def prove(self, watch, plan, meanwhile):
            return self.solve()

    monkeypatch.setattr(large, "Live", Mistaken)
    found = solve(made, replace(EXACT, method="whole"))
    assert found.status == "stopped with a plan"
    assert found.bound == approx(found.checked)
    assert found.bound < least <= found.objective


def test_a_search_that_takes_its_start_for_cheaper_than_it_is_is_begun_anew(monkeypatch):
    """The solver says that it is done, with a gap reached to a cost that its start does not have: no time was over, and
    nothing is proven. From nothing it proves the best plan."""
    (made, least), starts = sites(1), []

    class Mistaken(large.Live):
        def solve(self, watch=None, start=None, on_the_way=False):
            if not self._mixed:
                return super().solve(watch, start, on_the_way)
            starts.append(start)
            if start is None:
                return super().solve(watch, start, on_the_way)
            cost = self.program.objective(start)
            return with_plan(Outcome(Status.OPTIMAL), cost, 0.9 * cost, start, self.options.mip_gap)

    monkeypatch.setattr(large, "Live", Mistaken)
    monkeypatch.setattr(large, "strengthen", lambda program, live, relaxed, solve: (program, relaxed))
    found = solve(made, EXACT)
    assert [start is None for start in starts[-2:]] == [False, True]
    assert found.status is Status.OPTIMAL
    assert found.objective == found.bound == approx(least)


def test_a_plan_that_is_known_takes_the_place_of_rounding(monkeypatch):
    """The best plan is known: nothing is rounded, and the search is only for the proof."""
    (made, least), small = sites(1), replace(EXACT, method="whole")
    best = solve(made, small)
    monkeypatch.setattr(large, "_rounded", lambda *_, **__: pytest.fail("rounded"))
    again = solve(made, small, start=best.values)
    assert (again.status, again.objective) == (Status.OPTIMAL, approx(least))


def test_a_plan_of_the_search_stays_within_its_bounds(monkeypatch):
    """A solver hands over -1e-10 of what a plan has none of, as its tolerance lets it: nothing negative is kept."""
    made, least = sites(1)
    plans = []

    class Loose(large.Live):
        def solve(self, watch=None, start=None, on_the_way=False):
            found = super().solve(watch, start, on_the_way)
            if not self.program.integer.any() or found.values is None:
                return found
            return replace(found, values=np.where(found.values < 1e-9, -1e-10, found.values))

    monkeypatch.setattr(large, "Live", Loose)
    found = solve(made, replace(EXACT, method="whole"), Listener(on_plan=lambda values, _: plans.append(values)))
    assert found.objective == approx(least)
    assert min(values.min() for values in (found.values, *plans)) >= 0.0


def test_a_bound_that_a_later_plan_denies_is_taken_back():
    """A search says that nothing costs less than 7; then a plan of 5 is found: the relaxation's 3 stands."""
    search = large._Search(program([1.0], [10.0], [1], [(3.0, {0: 1.0})]), EXACT, Listener())
    search.bound = search._bound_relaxed = 3.0
    search._raise(7.0)
    assert search.bound == 7.0
    search.offer(np.array([5.0]))
    assert search.bound == 3.0
    search._raise(5.0 + 1e-7)
    assert search.outcome().status == "optimal"


@pytest.mark.parametrize("method", ["whole", "large"])
def test_a_first_plan_is_told_before_any_search(monkeypatch, method):
    """The relaxation, rounded, is within a fifth of the least cost here: a gap of a fifth needs no search at all."""
    made, least = sites(1)
    plans = []
    monkeypatch.setattr(large._Search, "seek", None)
    coarse = replace(EXACT, method=method, mip_gap=0.2)
    found = solve(made, coarse, Listener(on_plan=lambda values, cost: plans.append(cost)))
    assert plans == [approx(found.objective)]
    assert (found.status, found.nodes) == ("within gap", 0)
    assert found.bound <= least <= found.objective <= found.bound / 0.8


@pytest.mark.parametrize("method", ["whole", "large"])
def test_what_a_solver_leaves_of_nothing_is_no_unit(monkeypatch, method):
    """A relaxation that has 1e-14 of what it has none of: a search in units of that would be beyond any solver."""
    made, least = sites(1)
    units = []

    class Told(large.Live):
        def __init__(self, program, options, *rest, **scale):
            super().__init__(program, options, *rest, **scale)
            units.append(self.scale.columns.min())

    def noisy(*given):
        strong, relaxed = strengthen(*given)
        return strong, replace(relaxed, values=np.where(relaxed.values == 0.0, 1e-14, relaxed.values))

    monkeypatch.setattr(large, "Live", Told)
    monkeypatch.setattr(large, "strengthen", noisy)
    assert solve(made, replace(EXACT, method=method)).objective == approx(least)
    assert len(units) > 1
    assert min(units) > 1e-3


@pytest.mark.parametrize("method", ["whole", "large"])
def test_a_plan_is_told_of_as_soon_as_it_is_there(method):
    """What is heard right after a better plan is what that plan costs; a step may say nothing of itself for seconds."""
    made, _ = sites(3)
    heard = []
    listener = Listener(lambda told: heard.append(told.best_musd), None, lambda _, cost: heard.append(("plan", cost)))
    solve(made, replace(EXACT, method=method), listener)
    plans = [at for at, one in enumerate(heard) if isinstance(one, tuple)]
    assert plans
    assert [heard[at + 1] for at in plans] == [heard[at][1] for at in plans]


def test_what_is_told_gets_better_only():
    made, least = sites(2)
    told, plans = [], []
    solve(made, EXACT, Listener(told.append, on_plan=lambda values, cost: plans.append(cost)))
    bounds = [one.bound_musd for one in told if one.bound_musd is not None]
    assert bounds == sorted(bounds)
    assert plans == sorted(plans, reverse=True)
    assert plans[-1] == approx(least)


def test_stopping_keeps_the_best_plan():
    """Asked to stop as soon as there is a plan: the rounded one is handed out, not yet proven."""
    made, least = sites(1)
    plans = []
    found = solve(made, EXACT, Listener(None, lambda: bool(plans), lambda values, cost: plans.append(cost)))
    assert found.status == "stopped with a plan"
    assert found.objective <= plans[0] + 1e-6
    assert found.bound <= least <= found.objective + 1e-6


def test_stopping_at_once_leaves_no_plan():
    made, _ = sites(1)
    assert solve(made, EXACT, Listener(should_stop=lambda: True)).status in {"no plan in time", "stopped with a plan"}


def test_what_cannot_be_is_infeasible():
    """Four tons of at most three."""
    three = program([2.0], [3.0], [1], [(4, {0: 1.0})])
    assert solve(three, EXACT).status == "infeasible"


def test_whole_numbers_that_cannot_be_are_infeasible():
    """1 <= 3 x <= 2 has a third but no whole number."""
    third = program([1.0], [3.0], [1], [(1, {0: 3.0}), (-2, {0: -3.0})])
    assert solve(third, EXACT).status == "infeasible"


@pytest.mark.parametrize(
    ("method", "threshold", "is_large"),
    [("auto", 7, True), ("auto", 8, False), ("whole", 7, False), ("large", 8, True)],
)
def test_the_size_chooses_the_method_unless_it_is_named(monkeypatch, method, threshold, is_large):
    """Seven yes or no decisions."""
    monkeypatch.setattr(large, "LARGE", threshold)
    log = solve(sites(1)[0], SolveOptions(0.0, 60.0, method=method)).log
    assert ("The search near the relaxation" in log) == is_large


# A tree ---------------------------------------------------------------------------------------------------------------

TREE = {
    **SITE,
    "periods": years(2026, 2027, 2028),
    "demand": needs({2026: 100, 2027: 100, 2028: 100}),
    "suppliers": [{"supplier": "Baotou", "country": "CHN"}],
    "offers": [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN"}
               | {"price_usd_per_t": 25_000}],
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "build_options": [{"option": "dig it", "facility": "Mine", "max_t_per_year": 400, "latest": 2026}
                      | {"capex_fixed_musd": 1.5, "lead_years": 1, "life_years": 2}],
    "scenarios": [{"scenario": "calm", "probability": 0.75}, {"scenario": "war", "probability": 0.25}],
    "events": [{"scenario": "war", "kind": "price", "country": "CHN", "from": 2027, "factor": 2.4}],
}  # fmt: skip


@pytest.mark.slow
def test_a_tree_has_the_same_plan_either_way():
    """A mine of up to 400 t costs 1.5 M$, begun in 2026, and digs 100 t at 20,000 $/t from 2027; China asks 25,000, in
    war 60,000. None: 2.5 + 0.75 x 5 + 0.25 x 12 = 9.25. The mine: 2.5 + 1.5 + 4.0 = 8.0.
    """
    whole, parts = (solve_case(case(**TREE), SolveOptions(0.0, 60.0, method=way)) for way in ("whole", "large"))
    assert whole.objective_musd == approx(8.0)
    assert parts.objective_musd == approx(8.0)
    assert parts.bound_musd == approx(8.0)
    assert parts.status == "optimal"
    assert parts.tables["builds"]["option"].tolist() == ["dig it"]
