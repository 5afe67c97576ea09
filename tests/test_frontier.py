"""Cost against one measure, by hand: Baotou asks 60,000 and Lynas 70,000 for the 100 t that are needed."""

import numpy as np
import pytest
from cases import BAOTOU, LYNAS, MINE, approx, case

from planner.errors import StudyError
from planner.solver.highs import SolveOptions
from planner.studies.frontier import frontier
from planner.studies.solving import Study

CHINA = {"limit": "China", "measure": "share", "sense": "at most", "value": 0.5, "country": "CHN", "material": "oxide"}


def found(limit, points=3, case_settings=None, **sheets):
    """(reached, cost) of the frontier's points."""
    made = case(case_settings, limits=[limit], **sheets)
    study = Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0))
    return [(p.reached, p.plan.objective_musd) for p in frontier(made, limit["limit"], study, points)]


def near(*points):
    return [(approx(reached, abs=1e-4), approx(cost, abs=1e-4)) for reached, cost in points]


@pytest.mark.slow
def test_a_share_from_all_to_none():
    """All from China 6.0, half 6.5, none 7.0."""
    assert found(CHINA) == near((1, 6.0), (0.5, 6.5), (0, 7.0))


def test_of_plans_of_equal_cost_the_tightest_is_kept():
    """Lynas asks what Baotou asks and is qualified for 0.5: some from China costs 6.5, and so does none; all 6.0."""
    suppliers = [{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS", "qualified": "no"}
                 | {"qualification_cost_musd": 0.5, "qualification_years": 0}]  # fmt: skip
    offers = [{**BAOTOU, "max_t_per_year": 100}, {**LYNAS, "price_usd_per_t": 60_000, "max_t_per_year": 100}]
    assert found(CHINA, offers=offers, suppliers=suppliers) == near((1, 6.0), (0, 6.5))


@pytest.mark.slow
def test_the_tight_end_is_what_can_be_had():
    """Lynas has 40 t: no less than 60 % from China, at 6.4."""
    offers = [BAOTOU, {**LYNAS, "max_t_per_year": 40}]
    assert found(CHINA, offers=offers) == near((1, 6.0), (0.8, 6.2), (0.6, 6.4))


@pytest.mark.slow
def test_a_plan_that_another_beats_is_left_out():
    """Lynas sells 60 t or more: at most 75 % and at most 50 % from China both mean 60 t of it, 6.6. A quarter: 6.75."""
    offers = [BAOTOU, {**LYNAS, "min_order_t_per_year": 60, "max_t_per_year": 100}]
    assert found(CHINA, 5, offers=offers) == near((1, 6.0), (0.4, 6.6), (0.25, 6.75), (0, 7.0))


@pytest.mark.slow
def test_the_tight_end_knows_of_whole_numbers():
    """Baotou sells 50 t or more, Lynas 60 to 90, and 100 are needed: nothing but all from Baotou, at 6.0."""
    offers = [
        {**BAOTOU, "min_order_t_per_year": 50, "max_t_per_year": 100},
        {**LYNAS, "min_order_t_per_year": 60, "max_t_per_year": 90},
    ]
    segments = [{"segment": "magnets", "max_shortage_share": 0}]
    assert found(CHINA, offers=offers, segments=segments) == near((1, 6.0))


@pytest.mark.slow
def test_the_loose_end_takes_the_least_of_the_measure_at_the_least_cost():
    """Lynas has 40 t at Baotou's price, Iluka asks 70,000: the loose end is 60 % from China at 6.0, then 6.3, 6.6."""
    cheap = {**LYNAS, "price_usd_per_t": 60_000, "max_t_per_year": 40}
    offers = [BAOTOU, cheap, {**LYNAS, "offer": "Iluka"}]
    assert found(CHINA, offers=offers) == near((0.6, 6.0), (0.3, 6.3), (0, 6.6))


@pytest.mark.slow
def test_a_limit_from_below():
    """Up to 30 t of home-made oxide at 80,000 for 60,000: 6.0, 6.3, 6.6."""
    mine = {**MINE, "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 80_000}]}
    limit = {"limit": "home", "measure": "made_t", "sense": "at least", "value": 10, "material": "oxide"}
    assert found(limit, **mine) == near((0, 6.0), (15, 6.3), (30, 6.6))


@pytest.mark.slow
def test_concentration():
    """Squared shares: 1 at 6.0; 0.5 with 50 t each at 6.5; 0.75 where 2 q² - 2 q + 1 = 0.75, q = 0.146447: 6.146447."""
    limit = {"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.8, "material": "oxide"}
    assert found({**limit, "each": "country"}) == near((1, 6.0), (0.75, 6.146447), (0.5, 6.5))


@pytest.mark.slow
def test_concentration_where_all_may_go_short():
    """Squared shares of 1 at 6.0. No supply has 0, but a plan that buys nothing keeps it: 100 t short for 10.0."""
    limit = {"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.8, "material": "oxide"}
    short = [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 100_000}]
    assert found(limit, 2, segments=short) == near((1, 6.0), (0, 10.0))


@pytest.mark.slow
def test_the_tail_of_cost():
    """In war (1/2) Baotou asks 100,000, and contracts must be bought before. A fixed 75,000 costs 7.5 in both.

    The market: 6.0 and 10.0, mean 8.0. All fixed is cheaper in the mean and in the tail: one point.
    """
    limit = {"limit": "worst", "measure": "worst_cost_musd", "sense": "at most", "value": 9}
    futures = {
        "offers": [{**BAOTOU, "max_t_per_year": 100}],
        "scenarios": [{"scenario": "calm", "probability": 0.75}, {"scenario": "war"}],
        "events": [{"scenario": "war", "kind": "price", "country": "CHN", "from": 2027, "factor": 2}],
        "periods": [{"period": 2026, "years": 1}, {"period": 2027, "years": 1}],
        "demand": [{"segment": "magnets", "period": 2026, "t_per_year": 0},
                   {"segment": "magnets", "period": 2027, "t_per_year": 100}],
        "stocks": [{"place": "Texas", "material": "oxide", "max_t": 100, "holding_usd_per_t_year": 20_000}],
    }  # fmt: skip
    assert found(limit, 3, **futures) == near((12.0, 7.5), (10.0, 7.75), (8.0, 8.0))


@pytest.mark.slow
def test_without_whole_numbers_the_frontier_falls_and_flattens():
    """The cheaper a plan may be, the less each point of the measure saves: a linear program's value is convex."""
    iluka = {**LYNAS, "offer": "Iluka", "price_usd_per_t": 95_000}
    offers = [{**BAOTOU, "max_t_per_year": 70}, {**LYNAS, "max_t_per_year": 50}, iluka]
    points = found(CHINA, 8, offers=offers)
    reached, cost = (np.array(some)[::-1] for some in zip(*points, strict=True))
    slopes = np.diff(cost) / np.diff(reached)
    assert len(points) == 8
    assert (np.diff(cost) < 0).all()
    assert (np.diff(slopes) > -1e-6).all()
    assert slopes[0] == approx(-3.5, abs=1e-4)
    assert slopes[-1] == approx(-1.0, abs=1e-4)


@pytest.mark.many
@pytest.mark.parametrize(
    ("limit", "points", "text"),
    [
        ({**CHINA, "sense": "equal"}, 3, "is an equality"),
        (CHINA, 1, "ask for 2 points or more"),
        ({**CHINA, "measure": "capex_musd", "country": None, "material": None}, 3, "Nothing in the case counts"),
    ],
)
def test_what_makes_no_frontier_is_said(limit, points, text):
    with pytest.raises(StudyError, match=text):
        found(limit, points)


def test_a_limit_that_is_not_there():
    with pytest.raises(StudyError, match="has no limit 'Chin'"):
        frontier(case(limits=[CHINA]), "Chin", Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0)))
