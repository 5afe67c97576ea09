"""Plans that cost the same: the one of least expected cost is taken, so that no future is dear for nothing."""

import pytest
from cases import BAOTOU, LYNAS, approx, bought, needs, solve, years

WAR = [{"scenario": "calm", "probability": 0.5}, {"scenario": "war", "probability": 0.5}]
CHINA_DOUBLES = {"scenario": "war", "kind": "price", "offer": "Baotou", "from": 2027, "factor": 2}
LATER = {"periods": years(2026, 2027), "demand": needs({2027: 100}), "scenarios": WAR}


def futures(plan):
    """M$ by future."""
    return plan.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()


@pytest.mark.many
@pytest.mark.parametrize("weight", [1, 1 - 1e-9, 0.5])
def test_a_future_outside_the_tail_costs_the_least_too(weight):
    """War: Baotou at 120,000, so Lynas: 7.0.  Calm: Baotou, 6.0, though 7.0 would not raise the dearest half."""
    plan = solve({"risk_weight": weight, "cvar_level": 0.5}, **LATER, events=[CHINA_DOUBLES])
    assert futures(plan) == approx({"calm": 6.0, "war": 7.0})
    assert plan.objective_musd == approx(weight * 7.0 + (1 - weight) * 6.5)
    assert plan.status == "optimal"


def test_a_yes_or_no_outside_the_tail_is_decided_well():
    """Calm: Mamba, 100 t at 40,000, for a qualification of 0.1: 4.1.  War: Mamba delivers nothing: 7.0 from Lynas."""
    mamba = {"supplier": "Mamba", "country": "MYS", "qualified": "no", "qualification_cost_musd": 0.1}
    plan = solve(
        {"risk_weight": 1, "cvar_level": 0.5},
        **LATER,
        suppliers=[{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS"}, mamba],
        offers=[
            BAOTOU,
            LYNAS,
            {**LYNAS, "offer": "Mamba", "supplier": "Mamba", "price_usd_per_t": 40_000} | {"max_t_per_year": 100},
        ],
        events=[CHINA_DOUBLES, {"scenario": "war", "kind": "price", "offer": "Mamba", "from": 2027, "factor": 3}],
    )
    assert futures(plan) == approx({"calm": 4.1, "war": 7.0})


@pytest.mark.many
@pytest.mark.parametrize("penalty", [1e-12, 1e-9, 1e-3])
def test_a_limit_that_may_be_missed_for_nothing_is_missed_by_what_it_is(penalty):
    """At most half from one country, or else at a price of next to nothing: all 100 t from Baotou, half too much."""
    limit = {"limit": "L", "measure": "share", "country": "CHN", "material": "oxide", "sense": "at most", "value": 0.5}
    plan = solve(limits=[limit | {"penalty_per_unit": penalty}])
    assert bought(plan) == approx({"Baotou": 100})
    assert plan.tables["limits"]["missed"].max() == approx(50.0)
    assert plan.objective_musd == approx(6.0, abs=1e-6)
