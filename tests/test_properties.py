"""What must hold for any case: random small ones are tried, a few here and many when asked for slow tests."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from cases import Rows, approx, case, solve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.build import build
from planner.solver.highs import Live, SolveOptions
from planner.solver.large import solve as hand_to_solver
from planner.solver.program import Program
from planner.translate import translate

Sheets = dict[str, Rows]
EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)
COUNTRIES = ("CHN", "MYS", "USA")
YEARS = {2026: 1, 2027: 2}


def usd(least: int, most: int) -> st.SearchStrategy[float]:
    """A price in whole thousands."""
    return st.integers(least, most).map(lambda thousands: 1000.0 * thousands)


@st.composite
def offers(draw: st.DrawFn) -> Rows:
    """One to three offers, each of a supplier of its own, with a cap and perhaps a minimum order."""
    rows = []
    for number in range(draw(st.integers(1, 3))):
        most = draw(st.integers(2, 15)) * 10.0
        least = draw(st.sampled_from([None, None, most / 2]))
        rows.append(
            {
                "offer": f"offer {number}",
                "supplier": f"supplier {number}",
                "material": "oxide",
                "origin": draw(st.sampled_from(COUNTRIES)),
                "price_usd_per_t": draw(usd(40, 90)),
                "max_t_per_year": most,
                "min_order_t_per_year": least,
            }
        )
    return rows


@st.composite
def plants(draw: st.DrawFn) -> Sheets:
    """A mine here or elsewhere, part of which stands and part of which may be built."""
    return {
        "places": [{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        "facilities": [
            {
                "facility": "Mine",
                "place": draw(st.sampled_from(["Texas", "Ohio"])),
                "capacity_t_per_year": draw(st.sampled_from([None, None, 20, 40])),
            }
        ],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": draw(usd(20, 80))}],
        "recipes": [{"process": "dig", "material": "oxide"}],
        "build_options": [
            {
                "option": "Shaft",
                "facility": "Mine",
                "max_t_per_year": draw(st.sampled_from([50, 200])),
                "min_t_per_year": draw(st.sampled_from([None, 30])),
                "capex_fixed_musd": draw(st.integers(0, 10)),
                "capex_usd_per_t": draw(usd(0, 200)),
                "lead_years": draw(st.integers(0, 2)),
            }
        ],
    }


@st.composite
def sheets(draw: st.DrawFn) -> Sheets:
    """A case of one to three suppliers, perhaps a mine, a stock, returns and duties; what lacks goes short at
    100,000 $/t."""
    sold = draw(offers())
    waiting = {"qualified": "no", "qualification_cost_musd": 0.3, "qualification_years": 1}
    rates = draw(st.dictionaries(st.sampled_from(("CHN", "MYS")), st.sampled_from((0.05, 0.25))))
    extras: Sheets = draw(plants()) if draw(st.booleans()) else {}
    if draw(st.booleans()):
        extras["stocks"] = [{"initial_t": 20, "max_t": 60, "holding_usd_per_t_year": 1_000}]
    if draw(st.booleans()):
        extras["returns"] = [
            {"stream": "drives", "segment": "magnets", "lifetime_years": 1, "t_per_t_used": 0.2}
            | {"collection_usd_per_t": draw(usd(10, 60))}
        ]
    return {
        "periods": [{"period": period, "years": years} for period, years in YEARS.items()],
        "suppliers": [
            {"supplier": row["supplier"], "country": row["origin"]} | draw(st.sampled_from([{}, {}, waiting]))
            for row in sold
        ],
        "offers": sold,
        "segments": [{"segment": "magnets", "shortage_usd_per_t": 100_000, "max_shortage_share": 1}],
        "demand": [
            {"segment": "magnets", "period": period, "t_per_year": draw(st.integers(1, 15)) * 10} for period in YEARS
        ],
        "tariffs": [{"authority": "232", "origin": origin, "rate": rate} for origin, rate in rates.items()],
        **extras,
    }


def tried(few: int, many: int):
    """Run a property on a few random cases, always the same, and as a slow test on many; on many alone if few is 0."""

    def decorate(test):
        def run(examples):
            quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
            limits = settings(
                max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=quiet
            )
            limits(given(sheets())(test))()

        marked = [pytest.param(many, marks=pytest.mark.slow, id="many")]
        if few:
            marked.append(pytest.param(few, id="few"))
        return pytest.mark.parametrize("examples", marked)(run)

    return decorate


def program_of(some: Sheets) -> Program:
    return Program.of(build(translate(case({"discount_rate": 0.1}, **some)).data))


def least_musd(some: Sheets) -> float:
    """The least cost of a case."""
    objective = hand_to_solver(program_of(some), EXACT).objective
    assert objective is not None
    return objective


def close(musd: float) -> object:
    return approx(musd, rel=1e-6, abs=1e-6)


@pytest.mark.slow
@tried(few=2, many=12)
def test_a_looser_cap_never_raises_cost(some):
    looser = [row | {"max_t_per_year": row["max_t_per_year"] + 30} for row in some["offers"]]
    assert least_musd(some | {"offers": looser}) <= least_musd(some) + 1e-6


@tried(few=0, many=12)
def test_an_extra_offer_never_raises_cost(some):
    extra = some["offers"][0] | {"offer": "one more", "price_usd_per_t": 55_000, "max_t_per_year": 25}
    assert least_musd(some | {"offers": [*some["offers"], extra]}) <= least_musd(some) + 1e-6


@pytest.mark.slow
@tried(few=2, many=12)
def test_other_names_in_another_order_change_nothing(some):
    names = {row["supplier"]: f"Company {chr(90 - number)}" for number, row in enumerate(some["suppliers"])}
    suppliers = [row | {"supplier": names[row["supplier"]]} for row in reversed(some["suppliers"])]
    renamed = [
        row | {"supplier": names[row["supplier"]], "offer": row["offer"][::-1]} for row in reversed(some["offers"])
    ]
    assert least_musd(some | {"suppliers": suppliers, "offers": renamed}) == close(least_musd(some))


@tried(few=0, many=12)
def test_a_duty_at_rate_0_is_no_duty(some):
    nothing = [{"authority": "MFN", "rate": 0}, {"authority": "301", "origin": "CHN", "rate": 0}]
    assert least_musd(some | {"tariffs": nothing}) == close(least_musd(some | {"tariffs": []}))


@tried(few=0, many=12)
def test_a_quota_with_equal_rates_is_no_quota(some):
    duty = [{"authority": "232", "origin": "*", "rate": 0.2}]
    quota = {"quota": "Q", "authority": "232", "hts": "2846", "origin": "*", "quota_t": 30}
    quotas = [quota | {"period": period, "in_quota_rate": 0.2, "over_quota_rate": 0.2} for period in YEARS]
    assert least_musd(some | {"tariffs": duty, "quotas": quotas}) == close(least_musd(some | {"tariffs": duty}))


@tried(few=0, many=12)
def test_a_plant_in_two_equal_halves_is_the_same_plant(some):
    whole = {"facility": "Pit", "place": "Texas", "capacity_t_per_year": 50, "availability": 0.9}
    halves = [whole | {"facility": name, "capacity_t_per_year": 25} for name in ("North pit", "South pit")]

    def with_pits(pits):
        processes = [{"facility": pit["facility"], "process": "blast", "cost_usd_per_t": 45_000} for pit in pits]
        recipe = {"process": "blast", "material": "oxide"}
        added = {"facilities": pits, "processes": processes, "recipes": [recipe]}
        return some | {name: [*some.get(name, []), *rows] for name, rows in added.items()}

    assert least_musd(with_pits(halves)) == close(least_musd(with_pits([whole])))


@pytest.mark.slow
@tried(few=2, many=12)
def test_the_audit_passes(some):
    plan = solve({"discount_rate": 0.1}, **some)
    assert plan.tables["costs"]["discounted_musd"].sum() == close(plan.objective_musd)


@pytest.mark.slow
@tried(few=2, many=12)
def test_rows_that_only_strengthen_the_relaxation_cut_no_plan_off(some):
    program = program_of(some)
    assert hand_to_solver(program, EXACT).objective == close(Live(program, EXACT).solve().objective)


@pytest.mark.slow
@tried(few=2, many=12)
def test_no_choice_of_yes_and_no_is_cheaper_than_the_plan(some):
    """Every combination of the first six yes-or-no decisions (seldom are there more), each as a program by itself."""
    program = program_of(some)
    choices = np.flatnonzero(program.integer)[:6]
    held, values = np.zeros(len(program.cost), dtype=bool), np.zeros(len(program.cost))
    held[choices] = True
    found = []
    for choice in product((0.0, 1.0), repeat=len(choices)):
        values[choices] = choice
        found.append(hand_to_solver(program.fixed(held, values), EXACT).objective)
    best = min(musd for musd in found if musd is not None)
    assert hand_to_solver(program, EXACT).objective == close(best)
