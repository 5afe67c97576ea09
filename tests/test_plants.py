"""Own plants: what they can make, what they must make, what they cost."""

import numpy as np
import pytest
from cases import MINE, approx, bought, case, cost, needs, solve, tons, years

from models.build import build
from planner.planning.decisions import Decisions
from planner.solver.program import Program
from planner.translate import translate


def mine(**facts):
    """The mine in Texas: 30 t/yr at 20,000 $/t, and these facts."""
    return MINE | {"facilities": [MINE["facilities"][0] | facts]}


def run(**facts):
    """The mine with these facts about its process."""
    return MINE | {"processes": [MINE["processes"][0] | facts]}


@pytest.mark.slow
def test_a_plant_makes_no_more_than_its_capacity():
    """30 t from the mine at 20,000 $/t and 70 t from Baotou at 60,000: 0.6 + 4.2 = 4.8 M$."""
    plan = solve(**MINE)
    assert tons(plan, "activity", "facility") == approx({"Mine": 30})
    assert bought(plan) == approx({"Baotou": 70})
    assert plan.objective_musd == approx(4.8)


def test_capacity_counts_only_as_far_as_it_is_available():
    """90 % of 30 t: 27 x 20,000 + 73 x 60,000 = 4.92 M$."""
    plan = solve(**mine(availability=0.9))
    assert tons(plan, "activity", "facility") == approx({"Mine": 27})
    assert plan.objective_musd == approx(4.92)


@pytest.mark.slow
def test_a_run_may_take_more_capacity_than_its_tons():
    """1.5 t of capacity a ton: 20 x 20,000 + 80 x 60,000 = 5.2 M$."""
    plan = solve(**run(capacity_use=1.5))
    assert tons(plan, "activity", "facility") == approx({"Mine": 20})
    assert plan.tables["capacities"]["used_t_per_year"].tolist() == approx([30])
    assert plan.objective_musd == approx(5.2)


def test_two_processes_share_one_capacity():
    """The mine digs by hand (10,000 $/t, 2 t of capacity a ton) or by machine (20,000 $/t): by machine, since tons
    are worth 60,000.

    30 x 20,000 + 70 x 60,000 = 4.8 M$; by hand 15 x 10,000 + 85 x 60,000 = 5.25 M$.
    """
    by_hand = {"facility": "Mine", "process": "dig by hand", "cost_usd_per_t": 10_000, "capacity_use": 2}
    plan = solve(
        **MINE
        | {
            "processes": [*MINE["processes"], by_hand],
            "recipes": [*MINE["recipes"], {"process": "dig by hand", "material": "oxide"}],
        }
    )
    assert tons(plan, "activity", "process") == approx({"dig": 30})
    assert plan.objective_musd == approx(4.8)


def test_a_plant_that_cannot_idle_runs_at_its_minimum():
    """Half of 30 t though Baotou is cheaper: 15 x 90,000 + 85 x 60,000 = 6.45 M$."""
    dear = MINE["processes"][0] | {"cost_usd_per_t": 90_000}
    plan = solve(**mine(min_utilisation=0.5) | {"processes": [dear]})
    assert tons(plan, "activity", "facility") == approx({"Mine": 15})
    assert plan.objective_musd == approx(6.45)


def test_the_minimum_is_a_share_of_what_is_available():
    """Half of 80 % of 30 t: 12 x 90,000 + 88 x 60,000 = 6.36 M$."""
    dear = MINE["processes"][0] | {"cost_usd_per_t": 90_000}
    plan = solve(**mine(min_utilisation=0.5, availability=0.8) | {"processes": [dear]})
    assert tons(plan, "activity", "facility") == approx({"Mine": 12})


def test_a_plant_that_stands_costs_its_fixed_cost_even_idle():
    """1,000 $ per t/yr of 30 t: 0.03 M$, though the mine is too dear to run; 6.0 M$ Baotou."""
    dear = MINE["processes"][0] | {"cost_usd_per_t": 90_000}
    plan = solve(**mine(fixed_om_usd_per_t=1_000) | {"processes": [dear]})
    assert plan.tables["activity"].empty
    assert cost(plan, "fixed_operation") == approx(0.03)
    assert plan.objective_musd == approx(6.03)


def test_a_plant_stands_from_its_first_to_its_last_year():
    """2027 only: 30 t then, at 20,000 $/t and 1,000 $ fixed: 6.0 + (0.6 + 4.2 + 0.03) + 6.0 = 16.83 M$."""
    plan = solve(
        **mine(**{"from": 2027, "to": 2027, "fixed_om_usd_per_t": 1_000}),
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
    )
    assert tons(plan, "activity", "node") == approx({"2027": 30})
    assert plan.objective_musd == approx(16.83)


def test_a_plant_that_stands_for_one_year_of_three_has_a_third_of_its_capacity():
    """From 2028 in a period 2026 to 2028: 10 t/yr on average.  3 x (10 x 20,000 + 90 x 60,000 + 10 x 1,000) = 16.83
    M$."""
    plan = solve(
        **mine(**{"from": 2028, "fixed_om_usd_per_t": 1_000}),
        periods=[{"period": 2026, "years": 3}],
    )
    assert tons(plan, "activity", "facility") == approx({"Mine": 10})
    assert plan.objective_musd == approx(16.83)


IDLE = {"fixed_om_usd_per_t": 10_000, "closure_allowed": "yes"}
TWO_YEARS = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
DEAR = {"processes": [MINE["processes"][0] | {"cost_usd_per_t": 90_000}]}


@pytest.mark.slow
def test_an_idle_plant_is_closed_where_that_saves_its_fixed_cost():
    """30 t/yr at 10,000 $ are 0.3 M$ a year; closing costs 0.5 once: 12.0 + 0.5, against 12.6 M$."""
    plan = solve(**mine(**IDLE, closure_cost_musd=0.5) | DEAR, **TWO_YEARS)
    assert plan.tables["closures"].values.tolist() == [["Mine", "2026"]]
    assert cost(plan, "closure") == approx(0.5)
    assert cost(plan, "fixed_operation") == approx(0)
    assert plan.objective_musd == approx(12.5)


def test_a_plant_is_closed_as_a_whole():
    """15 t are needed: the mine makes them for 0.3 M$ and 0.3 fixed, 0.6 against 0.9 bought; half closed it would be
    0.45."""
    plan = solve(**mine(**IDLE), demand=needs({2026: 15}))
    assert plan.tables["closures"].empty
    assert plan.objective_musd == approx(0.6)


def test_a_closed_plant_makes_nothing():
    """Closing saves 0.3 M$ and costs nothing, but the 30 t save 30 x 40,000 = 1.2 M$: 0.6 + 0.3 + 4.2 = 5.1 M$."""
    plan = solve(**mine(**IDLE))
    assert plan.tables["closures"].empty
    assert plan.objective_musd == approx(5.1)


def test_a_plant_is_closed_once():
    """A mothballed mine (nothing of it is available) costs 0.3 M$ a year; closing it costs 0.1, once: 12.0 + 0.1 M$."""
    plan = solve(**mine(**IDLE, availability=0, closure_cost_musd=0.1), **TWO_YEARS)
    assert plan.tables["closures"].values.tolist() == [["Mine", "2026"]]
    assert plan.objective_musd == approx(12.1)


THREE = {"periods": years(2026, 2027, 2028), "demand": needs({2026: 100, 2027: 100, 2028: 100})}
RAMP = {"ramp_1": 0.5, "ramp_2": 0.8}


def test_a_standing_plant_ramps_up_from_its_first_year_and_costs_its_whole_size():
    """From 2026: 15, 24 and 30 t at 20,000 $/t, the rest at 60,000, and 1,000 $ for each of 30 t in each year:
    5.4 + 5.04 + 4.8 + 0.09 = 15.33 M$.
    """
    plan = solve(**THREE, **mine(**RAMP, **{"from": 2026, "fixed_om_usd_per_t": 1_000}))
    assert tons(plan, "activity", "node") == approx({"2026": 15, "2027": 24, "2028": 30})
    assert plan.objective_musd == approx(15.33)


@pytest.mark.slow
def test_a_plant_that_began_before_the_horizon_is_so_much_further():
    """From 2025 its second year is 2026: 24 t, then 30. Without a year the ramp begins with the horizon: 15 t."""
    plan = solve(**THREE, **mine(**RAMP, **{"from": 2025}))
    assert tons(plan, "activity", "node") == approx({"2026": 24, "2027": 30, "2028": 30})
    assert tons(solve(**THREE, **mine(**RAMP)), "activity", "node")["2026"] == approx(15)


def test_a_ramp_is_averaged_over_a_period_year_by_year_with_its_outages():
    """15 t in 2026, which an outage halves, and 24 t in 2027: (7.5 + 24) / 2 = 15.75 t a year."""
    outage = {"scenario": "one", "kind": "capacity", "from": 2026, "to": 2026, "factor": 0.5}
    both = {"periods": [{"period": 2026, "years": 2}], "scenarios": [{"scenario": "one"}], "events": [outage]}
    assert tons(solve(**both, **mine(**RAMP)), "activity", "facility") == approx({"Mine": 15.75})


def test_a_limit_on_capacity_sees_what_has_ramped_up():
    """15 t of the mine's 30 count, so 20 t at least ask for 5 t more at 1 M$ a ton, a tenth of it a year."""
    bound = {"limit": "L", "measure": "capacity_t", "sense": "at least", "value": 20}
    option = {
        "option": "More",
        "facility": "Mine",
        "max_t_per_year": 50,
        "capex_usd_per_t": 1e6,
        "fixed_om_usd_per_t": 0,
    }
    plan = solve(**mine(**RAMP), limits=[bound], build_options=[option])
    assert plan.tables["builds"]["size_t_per_year"].tolist() == approx([5])


def test_what_rounding_leaves_below_nothing_is_nothing():
    """A solver may answer -1e-13 t for a run; two of these in one plant once made its books open."""
    known_case = case(**MINE)
    known = translate(known_case)
    program = Program.of(build(known.data))
    values = np.zeros(len(program.lower))
    values[program.columns["run"][1]] = -1e-13
    assert Decisions(known, program, values).activity["t_per_year"].tolist() == [0.0]
