"""What must hold for any limit on any case: random small ones are tried, a few here, many when asked for slow tests."""

from __future__ import annotations

import pytest
from cases import approx, case
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_properties import EXACT, Sheets, sheets

from models.build import build
from planner.planning.extract import plan_tables
from planner.solver.cuts import cones_of, solve_within_cones
from planner.solver.program import Program
from planner.translate import translate

RISK = [{"country": name, "risk_score": score} for name, score in (("USA", 5), ("CHN", 80), ("MYS", 30))]
OXIDE = {"material": "oxide"}
KINDS = st.sampled_from(
    [
        ({"measure": "bought_t", "country": "CHN"}, 60),
        ({"measure": "bought_t", "each": "supplier"}, 60),
        ({"measure": "share", "country": "CHN", **OXIDE}, 0.6),
        ({"measure": "share", "each": "country", **OXIDE}, 0.8),
        ({"measure": "hhi", **OXIDE}, 0.8),
        ({"measure": "exposure"}, 50),
        ({"measure": "duty_musd"}, 1),
        ({"measure": "spend_musd", "each": "supplier"}, 8),
        ({"measure": "capex_musd"}, 10),
        ({"measure": "suppliers_used"}, 3),
        ({"measure": "facilities_open"}, 1),
        ({"measure": "lanes_used"}, 3),
        ({"measure": "shortage_share"}, 0.5),
    ]
)


@st.composite
def limited(draw: st.DrawFn) -> tuple[Sheets, dict[str, object], float]:
    """A case, a limit on it that stands somewhere in its range, and a looser value."""
    facts, top = draw(KINDS)
    least = 1 if facts["measure"] == "hhi" else 0  # no supply has a concentration of 0, and such a limit is refused
    tight, loose = sorted(draw(st.integers(least, 8)) / 8 * top for _ in range(2))
    if facts["measure"] in ("suppliers_used", "facilities_open", "lanes_used"):
        tight, loose = float(int(tight)), float(int(loose))
    row = {"limit": "cap", "sense": "at most", "value": tight} | facts
    return draw(sheets()) | {"countries": RISK}, row, loose


def tried(few: int, many: int):
    """Run a property on a few random cases, always the same, and as a slow test on many."""

    def decorate(test):
        def run(examples):
            quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
            choice = settings(
                max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=quiet
            )
            choice(given(limited())(test))()

        marked = [few, pytest.param(many, marks=pytest.mark.slow)]
        return pytest.mark.parametrize("examples", marked, ids=["few", "many"])(run)

    return decorate


def planned(some, *rows):
    """The least cost of a case with these limits, and the table of limits; going short is always possible."""
    none = {"limit": "none", "measure": "bought_t", "sense": "at least", "value": 0}
    limited_case = case({"discount_rate": 0.1}, **some, limits=[none, *rows])
    known = translate(limited_case)
    model = build(known.data)
    program = Program.of(model)
    program, outcome = solve_within_cones(
        program, cones_of(program, known.data.concentration, known.data.limits), EXACT
    )
    assert outcome.values is not None
    tables = plan_tables(limited_case, known, program, model, outcome.values)
    limits = tables["limits"]
    return outcome.objective, limits[limits["limit"] != "none"]


@pytest.mark.slow
@tried(few=1, many=15)
def test_a_looser_limit_never_costs_more_and_none_least(given_case):
    some, row, loose = given_case
    musd, _ = planned(some, row | {"penalty_per_unit": 30_000})
    looser, _ = planned(some, row | {"penalty_per_unit": 30_000, "value": loose})
    free, _ = planned(some)
    assert free - 1e-6 <= looser <= musd + 1e-6


@pytest.mark.slow
@tried(few=1, many=15)
def test_a_limit_with_a_penalty_never_costs_more_than_a_hard_one(given_case):
    some, row, _ = given_case
    row = row if row["measure"] != "shortage_share" else row | {"value": 1}
    hard, limits = planned(some, row)
    soft, missed = planned(some, row | {"penalty_per_unit": 30_000})
    assert soft <= hard + 1e-6
    assert (limits["reached"] <= limits["value"] * (1 + 1e-6) + 1e-6).all()
    assert (missed["missed"] >= -1e-9).all()


@pytest.mark.slow
@tried(few=1, many=15)
def test_a_limit_for_each_country_is_one_for_every_country(given_case):
    some, row, _ = given_case
    row = {"limit": "cap", "measure": "bought_t", "sense": "at most", "value": row["value"], "penalty_per_unit": 30_000}
    each, _ = planned(some, row | {"each": "country"})
    rows = [row | {"limit": f"cap {name}", "country": name} for name in ("USA", "CHN", "MYS")]
    assert planned(some, *rows)[0] == approx(each, abs=1e-6)
