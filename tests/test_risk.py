"""The dear futures: the mean of the dearest, the dearest, and what a weight on them changes."""

import pytest
from cases import BAOTOU, LYNAS, approx, bought, case, needs, solve, years

from planner.planning.solve import solve_case

CHINA = [BAOTOU | {"price_usd_per_t": 100_000}]


def four_futures(**settings):
    """100 t at 0.1, 0.2, 0.3 or 0.4 M$/t, each as likely: 10, 20, 30 or 40 M$."""
    futures = [{"scenario": f"times {times}"} for times in (1, 2, 3, 4)]
    dearer = {"kind": "price", "offer": "Baotou", "from": 2026}
    events = [{"scenario": f"times {times}", "factor": times, **dearer} for times in (2, 3, 4)]
    return solve(settings, offers=CHINA, scenarios=futures, events=events)


def measures(plan):
    """The plan's measures of risk by name."""
    return plan.tables["risk"].set_index("measure")["value"].to_dict()


def test_the_mean_of_the_dearest_two_fifths():
    """The dearest 0.4 of futures: all of 40 (0.25) and 0.15 of 30: (0.25 x 40 + 0.15 x 30) / 0.4 = 36.25; mean 25."""
    plan = four_futures(risk_weight=1, cvar_level=0.6)
    assert plan.objective_musd == approx(36.25)
    assert measures(plan) | {"cvar_shortage": 0} == approx(
        {"expected_cost": 25, "cvar_cost": 36.25, "worst_cost": 40, "cvar_shortage": 0, "exposure": 0}
    )
    assert plan.tables["scenarios"]["cost_musd"].tolist() == approx([10, 20, 30, 40])


@pytest.mark.many
@pytest.mark.parametrize(
    ("level", "tail"), [(0, 25), (0.25, 30), (0.5, 35), (0.6, 36.25), (0.75, 40), (0.9, 40), (1, 40)]
)
def test_the_tail_at_every_level(level, tail):
    """Level 0: the mean, 25.  0.25: of 20, 30, 40: 30.  0.5: of 30 and 40: 35.  From 0.75 on: the dearest, 40."""
    plan = four_futures(risk_weight=1, cvar_level=level)
    assert plan.objective_musd == approx(tail)
    assert measures(plan)["cvar_cost"] == approx(tail)


def test_mean_and_tail_are_weighed_against_each_other():
    """A weight of 0.2: 0.8 x 25 + 0.2 x 36.25 = 27.25 M$."""
    assert four_futures(risk_weight=0.2, cvar_level=0.6).objective_musd == approx(27.25)


@pytest.mark.slow
def test_without_a_weight_the_objective_is_the_expected_cost():
    """25 M$, whatever the level."""
    for level in (0, 0.6, 1):
        plan = four_futures(risk_weight=0, cvar_level=level)
        assert plan.objective_musd == approx(25)
        assert measures(plan)["expected_cost"] == approx(25)


@pytest.mark.slow
def test_with_one_future_every_measure_is_its_cost():
    """100 t at 60,000 $/t: 6 M$ for certain, whatever the weight and the level, and as without any future named."""
    for weight, level in ((0.5, 0.5), (1, 1)):
        plan = solve({"risk_weight": weight, "cvar_level": level}, scenarios=[{"scenario": "the only one"}])
        assert plan.objective_musd == approx(6)
        assert [measures(plan)[name] for name in ("expected_cost", "cvar_cost", "worst_cost")] == approx([6, 6, 6])
    assert solve({"risk_weight": 1, "cvar_level": 0.95}).objective_musd == approx(6)


def test_a_future_named_twice_weighs_twice():
    """The dear future twice among four names, each 0.25: one node of 0.5; at level 0.5 the tail is all of it: 12 M$."""
    names = ("calm", "quiet", "dear", "dearer")
    dear = {"kind": "price", "offer": "Baotou", "from": 2026, "factor": 2}
    plan = solve(
        {"risk_weight": 1, "cvar_level": 0.5},
        offers=[BAOTOU],
        scenarios=[{"scenario": name} for name in names],
        events=[{"scenario": name, **dear} for name in names[2:]],
    )
    assert plan.objective_musd == approx(12)
    costs = plan.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()
    assert costs == approx({"calm": 6, "quiet": 6, "dear": 12, "dearer": 12})


def test_the_tail_is_of_whole_futures_and_not_of_years():
    """Two futures, dear in 2026 or dear in 2027: 6 + 12 = 18 M$ in either, so the dearer half costs 18 M$ as well."""
    dear = {"kind": "price", "offer": "Baotou", "factor": 2}
    plan = solve(
        {"risk_weight": 1, "cvar_level": 0.5},
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        offers=[BAOTOU],
        scenarios=[{"scenario": "soon"}, {"scenario": "late"}],
        events=[
            {"scenario": "soon", "from": 2026, "to": 2026, **dear},
            {"scenario": "late", "from": 2027, "to": 2027, **dear},
        ],
    )
    assert plan.objective_musd == approx(18)


def test_shortage_has_a_tail_of_its_own():
    """Baotou shut in one of four futures, and nobody else: 100 t short at 200,000 $/t = 20 M$ of loss.

    The dearer half of the futures: (20 + 0) / 2 = 10 M$.
    """
    plan = solve(
        {"cvar_level": 0.5},
        offers=[BAOTOU],
        segments=[{"segment": "magnets", "shortage_usd_per_t": 200_000, "max_shortage_share": 1}],
        scenarios=[{"scenario": name} for name in ("a", "b", "c", "ban")],
        events=[{"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2026, "factor": 0}],
    )
    assert measures(plan)["cvar_shortage"] == approx(10)
    short = plan.tables["scenarios"].set_index("scenario")["shortage_musd"].to_dict()
    assert short == approx({"a": 0, "b": 0, "c": 0, "ban": 20})


@pytest.mark.slow
def test_more_weight_on_the_tail_never_lowers_the_mean_nor_raises_the_tail():
    """Lynas must be signed up in 2026 at 75,000 $/t; Baotou costs 60,000, or 120,000 in one future of four.

    Baotou: mean 7.5, dearest quarter 12.  Lynas: 7.5 + 0.1 to sign = 7.6 in every future.  Weight 0 buys from Baotou,
    0.5 and 1 sign.
    """
    built = case(
        {"cvar_level": 0.75},
        periods=years(2026, 2027),
        demand=needs({2027: 100}),
        offers=[BAOTOU, LYNAS | {"to": 2027, "max_t_per_year": 100, "price_usd_per_t": 500_000}],
        contracts=[
            {"contract": "Offtake", "offer": "Lynas", "signed": "no", "sign_by": 2026, "from": 2027, "to": 2027}
            | {"min_t_per_year": 100, "max_t_per_year": 100, "take_or_pay_share": 1, "price_usd_per_t": 75_000}
            | {"signing_cost_musd": 0.1}
        ],
        scenarios=[{"scenario": name} for name in ("a", "b", "c", "dear")],
        events=[{"scenario": "dear", "kind": "price", "offer": "Baotou", "from": 2027, "factor": 2}],
    )
    found = []
    for weight in (0.0, 0.5, 1.0):
        plan = solve_case(type(built)(**{**vars(built), "settings": {**built.settings, "risk_weight": weight}}))
        found.append((measures(plan)["expected_cost"], measures(plan)["cvar_cost"]))
    assert found == [approx((7.5, 12.0)), approx((7.6, 7.6)), approx((7.6, 7.6))]


def test_a_dear_future_decides_who_is_bought_from_only_where_the_choice_comes_first():
    """The price is known before anything is bought: at most weight still Baotou where it is cheap, Lynas where not."""
    plan = solve(
        {"risk_weight": 1, "cvar_level": 1},
        scenarios=[{"scenario": "calm"}, {"scenario": "dear"}],
        events=[{"scenario": "dear", "kind": "price", "offer": "Baotou", "from": 2026, "factor": 2}],
    )
    assert plan.objective_musd == approx(7)
    assert bought(plan, "node")["Lynas", "2026 dear"] == approx(100)
