"""The solver on programs small enough to solve by hand, and on one too large to finish."""

import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from models.algebra import constrain, decide, total
from planner.planning.marginals import duals_that_prove
from planner.solver.elastic import Violation
from planner.solver.highs import TOLERANCES, Live, Program, Progress, SolveOptions, duals, write_lp
from planner.solver.large import explain, solve
from planner.solver.outcome import Outcome, outcome_of
from planner.solver.scaling import scale_at
from planner.solver.watch import Listener, Watch
from planner.status import Status

QUICK = SolveOptions(mip_gap=1e-6, time_limit_s=60.0)


def two_suppliers(need=100.0, china_max=60.0, fixed_cost=None):
    """Buy `need` tons: China 60,000 $/t up to `china_max`, Malaysia 70,000 $/t up to 80; a plant makes 10 t."""
    model = pyo.ConcreteModel()
    decide(model, "buy", ["China", "Malaysia"], upper={"China": china_max, "Malaysia": 80.0})
    decide(model, "build", [("plant", "2026")], binary=True)
    plant = model.build["plant", "2026"]

    def demand(model, data, m, n):
        return total(((1.0, buy) for buy in model.buy.values()), [(10.0, plant)]) >= need

    constrain(model, None, demand, over=[("motors", "2026")])
    cost = [(0.06, model.buy["China"]), (0.07, model.buy["Malaysia"]), (fixed_cost or 100.0, plant)]
    model.objective = pyo.Objective(expr=total(cost, plus=1.0))
    return model


def knapsacks(items=400, rows=40, seed=3):
    """A binary program that nobody finishes in a minute: many equal-looking knapsacks at once."""
    rng = np.random.default_rng(seed)
    model = pyo.ConcreteModel()
    decide(model, "take", list(range(items)), binary=True)
    weights = rng.integers(5, 1000, size=(rows, items)).astype(float)

    def room(model, data, r):
        return total(zip(weights[r].tolist(), model.take.values(), strict=True)) <= float(weights[r].sum() // 2)

    constrain(model, None, room, over=list(range(rows)))
    worth = -rng.integers(5, 1000, size=items).astype(float)
    model.objective = pyo.Objective(expr=total(zip(worth.tolist(), model.take.values(), strict=True)))
    return model


def test_the_cheaper_supplier_is_used_up_first():
    """60 t x 0.06 + 40 t x 0.07 + 1 = 7.4; the plant at 100 is not worth it."""
    outcome = solve(Program.of(two_suppliers()), QUICK)
    assert outcome.status == "optimal"
    assert outcome.objective == pytest.approx(7.4)
    assert outcome.bound == pytest.approx(7.4)
    assert outcome.gap == pytest.approx(0.0, abs=1e-6)
    assert outcome.values == pytest.approx(np.array([60.0, 40.0, 0.0]))


def test_duals_say_what_one_unit_more_costs():
    """One ton more need is bought in Malaysia: +0.07.  One ton more from China replaces one: 0.06 - 0.07 = -0.01."""
    outcome = solve(Program.of(two_suppliers()), QUICK)
    assert outcome.row_duals == pytest.approx(np.array([0.07]))
    assert outcome.reduced_costs[0] == pytest.approx(-0.01)


@pytest.mark.parametrize("fixed_cost", [None, 0.5], ids=["not built", "built"])
def test_duals_are_told_only_where_they_prove_the_plan(fixed_cost):
    """100 t needed at 0.07, less 60 t of China at 0.01, and 1: 7.4, what the plan costs.  At other prices not."""
    program = Program.of(two_suppliers(fixed_cost=fixed_cost))
    outcome = solve(program, QUICK)
    duals, reduced_costs = duals_that_prove(program, outcome)
    assert duals == pytest.approx(outcome.row_duals)
    assert reduced_costs[~program.integer] == pytest.approx(outcome.reduced_costs[~program.integer])
    other = outcome.row_duals.copy()
    other[np.flatnonzero(other)[0]] *= 1.01
    assert duals_that_prove(program, replace(outcome, row_duals=other)) == (None, None)
    assert duals_that_prove(program, replace(outcome, row_duals=None)) == (None, None)


def test_a_cost_that_is_rounding_does_not_hide_the_prices_of_a_plan():
    """100 t at 0.01: 1.0, and a ton more costs 0.01. Beside it goods may go round for what rounding left, -3e-18 a ton.

    The plan moves none of them, so its own units count them by the million; there the loop would seem to gain for ever.
    """
    model = pyo.ConcreteModel()
    decide(model, "buy", ["China", "out", "back"])

    def demand(model, data, m):
        return total([(1.0, model.buy["China"])]) >= 100.0

    def room(model, data, m):
        return total([(1.0, model.buy["out"]), (-1.0, model.buy["back"])]) <= 2.0**20

    def way_back(model, data, k):
        return total([(1.0, model.buy["back"]), (-1.0, model.buy["out"])]) <= 0.0

    constrain(model, None, demand, over=["motors"])
    constrain(model, None, room, over=["ship"])
    constrain(model, None, way_back, over=list(range(8)))
    cost = [(0.01, model.buy["China"]), (-3e-18, model.buy["out"]), (0.0, model.buy["back"])]
    model.objective = pyo.Objective(expr=total(cost))
    program = Program.of(model)
    plan = Outcome(Status.OPTIMAL, objective=1.0, values=np.array([100.0, 0.0, 0.0]))
    at_plan = Live(program, QUICK, TOLERANCES[0], scale_at(program, plan.values))
    assert at_plan.solve().status is Status.ENDLESS
    assert duals(program, plan, QUICK).row_duals == pytest.approx(np.array([0.01, *[0.0] * 9]))


def test_a_plant_is_built_when_it_is_worth_it():
    """It saves 10 t of Malaysia, 0.7, for 0.5: 60 x 0.06 + 30 x 0.07 + 0.5 + 1 = 7.2."""
    outcome = solve(Program.of(two_suppliers(fixed_cost=0.5)), QUICK)
    assert outcome.objective == pytest.approx(7.2)
    assert outcome.values[2] == 1.0


def test_an_impossible_need_is_infeasible_and_explained():
    """60 + 80 + 10 = 150 t is all there is, so 170 t is 20 t too much, or 20 t too little from somebody."""
    program = Program.of(two_suppliers(need=170.0))
    outcome = solve(program, QUICK)
    assert outcome.status == "infeasible"
    assert outcome.values is None
    assert explain(program, QUICK) == [Violation("demand", ("motors", "2026"), pytest.approx(20.0), "lower", 170.0)]
    dearer = explain(program, QUICK, may_give={"demand": 5.0, "buy": 1.0})
    assert sum(v.amount for v in dearer) == pytest.approx(20.0)
    assert {(v.component, v.side) for v in dearer} == {("buy", "upper")}


def test_explain_is_silent_where_nothing_must_give_way_and_where_giving_way_does_not_help():
    program = Program.of(two_suppliers())
    assert explain(program, QUICK) == []
    model = two_suppliers(need=170.0)
    assert explain(Program.of(model), QUICK, may_give={}) == []
    with pytest.raises(ValueError, match="neither a rule nor a decision"):
        explain(program, QUICK, may_give={"nonsense": 1.0})


@pytest.mark.parametrize("whole", [False, True])
def test_a_cost_without_a_floor_is_a_failure_that_says_so(whole):
    model = pyo.ConcreteModel()
    decide(model, "sell", ["a"])
    decide(model, "open", ["a"], binary=True)

    def balance(model, data, a):
        return total([(1.0, model.sell[a]), (5.0, model.open[a])]) >= 1.0

    constrain(model, None, balance, over=["a"])
    if not whole:
        model.open.fix(0)
        model.open.domain = pyo.NonNegativeReals
    model.objective = pyo.Objective(expr=total([(-1.0, model.sell["a"])]))
    outcome = solve(Program.of(model), QUICK)
    assert outcome.status == "endless"
    assert outcome.ray[0] > 0.0


def test_infeasible_and_unbounded_at_once_is_infeasible():
    model = pyo.ConcreteModel()
    decide(model, "sell", ["a"])
    decide(model, "make", ["a"], upper={"a": 1.0})
    decide(model, "open", ["a"], binary=True)

    def impossible(model, data, a):
        return total([(1.0, model.make[a]), (1.0, model.open[a])]) >= 5.0

    constrain(model, None, impossible, over=["a"])
    model.objective = pyo.Objective(expr=total([(-1.0, model.sell["a"])]))
    assert solve(Program.of(model), QUICK).status == "infeasible"


def test_rows_of_every_form_reach_the_solver():
    """==, a turned >=, a range, a constant inside, a decision twice, a zero coefficient, no decision, a fixed one."""
    model = pyo.ConcreteModel()
    model.x = pyo.Var(["a", "b", "c"], domain=pyo.NonNegativeReals)
    model.y = pyo.Var(bounds=(-5, 5))
    model.x["c"].fix(2.0)
    x, y = model.x, model.y
    model.twice = pyo.Constraint(expr=total([(1.0, x["a"]), (0.0, x["b"]), (2.0, x["a"])], plus=1.0) == 4.0)
    model.turned = pyo.Constraint(expr=1.0 <= total([(1.0, x["b"]), (1.0, x["c"])]))  # noqa: SIM300 - that is the form
    model.span = pyo.Constraint(expr=pyo.inequality(1.0, 2.0 * y + x["c"] + 1.0, 9.0))
    model.both = pyo.Constraint(expr=x["a"] + 1.0 <= 3.0 - y)
    model.empty = pyo.Constraint(["e"], rule=lambda m, e: total() <= 5.0)
    model.objective = pyo.Objective(expr=total([(1.0, x["b"]), (1.0, y)], plus=7.0))
    program = Program.of(model)
    assert program.sizes == {"columns": 4, "rows": 5, "nonzeros": 7, "binaries": 0}
    assert program.columns["x"] == (["a", "b", "c"], slice(0, 3))
    assert program.rows["empty"] == (["e"], slice(4, 5))
    assert program.column_name(2) == ("x", "c")
    assert program.row_name(4) == ("empty", "e")
    outcome = solve(program, QUICK)
    values = outcome.values
    assert values == pytest.approx(np.array([1.0, 0.0, 2.0, -1.0]))
    assert outcome.objective == pytest.approx(6.0)
    assert program.objective(values) == pytest.approx(6.0)
    assert program.activity(values)[0] == pytest.approx(3.0)


def test_named_expressions_stand_for_what_they_name():
    """cost = 2 a + 3 b + 1; half of it is at most 5, a + b + cost at least 2, and cost + 0.5 cost - a is minimised."""
    model = pyo.ConcreteModel()
    decide(model, "buy", ["a", "b"])
    a, b = model.buy["a"], model.buy["b"]
    model.cost = pyo.Expression(["n"], rule=lambda m, n: total([(2.0, a), (3.0, b)], plus=1.0))
    cost = model.cost["n"]
    model.half = pyo.Constraint(expr=total([(0.5, cost)]) <= 5.0)
    model.need = pyo.Constraint(expr=a + b - (-cost) >= 2.0)
    model.objective = pyo.Objective(expr=total([(1.0, cost)]) + 0.5 * cost - a)
    program = Program.of(model)
    assert program.cost == pytest.approx(np.array([2.0, 4.5]))
    assert program.offset == pytest.approx(1.5)
    assert program.coefficients == pytest.approx(np.array([1.0, 1.5, 3.0, 4.0]))
    assert program.row_upper[0] == pytest.approx(4.5)
    assert program.row_lower[1] == pytest.approx(1.0)


def test_a_decision_from_elsewhere_and_a_curved_row_are_refused():
    model, other = two_suppliers(), two_suppliers()
    model.stranger = pyo.Constraint(expr=total([(1.0, other.buy["China"])]) <= 1.0)
    with pytest.raises(ValueError, match="stranger uses a decision"):
        Program.of(model)
    model.del_component("stranger")
    model.curved = pyo.Constraint(expr=model.buy["China"] ** 2 <= 1.0)
    with pytest.raises(ValueError, match="not linear"):
        Program.of(model)


def test_a_number_that_is_none_is_refused():
    model = two_suppliers()
    model.broken = pyo.Constraint(expr=total([(float("nan"), model.buy["China"])]) <= 1.0)
    with pytest.raises(ValueError, match="broken has a coefficient"):
        Program.of(model)


@pytest.mark.clock
def test_the_time_limit_keeps_the_best_plan():
    outcome = solve(Program.of(knapsacks()), SolveOptions(mip_gap=0.0, time_limit_s=1.0))
    assert outcome.status == "stopped with a plan"
    assert outcome.seconds < 6.0
    assert outcome.bound < outcome.objective
    assert outcome.gap > 0.0
    assert set(outcome.values.tolist()) <= {0.0, 1.0}
    assert outcome.row_duals is not None


@pytest.mark.clock
@pytest.mark.parametrize("wait", [0.0, 0.3, 1.0])
def test_a_wish_to_stop_is_granted_within_seconds(wait):
    program = Program.of(knapsacks())
    began = time.monotonic()
    asked = []

    def should_stop():
        if time.monotonic() - began >= wait:
            asked.append(time.monotonic())
            return True
        return False

    outcome = solve(program, SolveOptions(mip_gap=0.0, time_limit_s=60.0), Listener(should_stop=should_stop))
    assert time.monotonic() - asked[0] < 3.0
    assert outcome.status in {"stopped with a plan", "no plan in time"}


@pytest.mark.slow
def test_progress_and_plans_come_in_the_callers_thread():
    told, plans, threads = [], [], set()

    def on_progress(progress):
        told.append(progress)
        threads.add(threading.current_thread())

    outcome = solve(
        Program.of(knapsacks()),
        SolveOptions(mip_gap=0.0, time_limit_s=1.5),
        Listener(on_progress, on_plan=lambda values, cost: plans.append((values, cost))),
    )
    assert threads == {threading.current_thread()}
    assert told[-1].best_musd == pytest.approx(outcome.objective)
    assert told[-1].bound_musd <= told[-1].best_musd
    assert [p.seconds for p in told] == sorted(p.seconds for p in told)
    costs = [cost for _, cost in plans]
    assert costs == sorted(costs, reverse=True)
    assert len(plans[-1][0]) == 400


@pytest.mark.slow
def test_an_exception_in_a_callback_ends_the_solve():
    def on_progress(progress):
        raise OSError("disk full")

    began = time.monotonic()
    with pytest.raises(OSError, match="disk full"):
        solve(Program.of(knapsacks()), SolveOptions(mip_gap=0.0, time_limit_s=60.0), Listener(on_progress))
    assert time.monotonic() - began < 10.0


def test_a_solver_that_does_not_stop_is_left_behind(monkeypatch):
    """It is asked after 0.1 s and given 0.2 s of patience, and stops only when the test is over."""
    monkeypatch.setattr("planner.solver.watch.PATIENCE_S", 0.2)
    over = threading.Event()
    assert Watch(time_limit_s=0.1).run(lambda: over.wait(60)) is False
    over.set()


def test_what_a_solver_left_behind_has_told_is_the_outcome():
    watch = Watch(time_limit_s=1.0)
    assert outcome_of(watch, 0.0).status == "no plan in time"
    watch.plan = (np.array([1.0, 0.0]), 10.0)
    watch.progress = Progress(1.0, 10.0, 8.0, 0.2, 5)
    outcome = outcome_of(watch, 0.0)
    assert (outcome.status, outcome.objective, outcome.bound) == ("stopped with a plan", 10.0, 8.0)
    assert outcome.gap == pytest.approx(0.2)


def test_a_process_leaves_with_its_exit_code_although_a_solver_is_still_busy():
    """On the ordinary way out the solver's threads would end the process with SIGABRT every other time."""
    script = """
import threading, time
from planner.solver.watch import end_process
threading.Thread(target=time.sleep, args=(30,), name="solver", daemon=True).start()
print("said")
end_process(4)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (4, "said\n")


def test_the_same_program_gives_the_same_plan():
    options = SolveOptions(mip_gap=0.02, time_limit_s=60.0, seed=7)
    first, second = (solve(Program.of(knapsacks(items=60, rows=5)), options) for _ in range(2))
    assert first.values.tolist() == second.values.tolist()
    assert first.objective == second.objective


def test_a_plan_at_the_gap_says_within_gap():
    outcome = solve(Program.of(knapsacks(items=60, rows=5)), SolveOptions(mip_gap=0.02, time_limit_s=60.0))
    assert outcome.status == "within gap"
    assert 1e-6 < outcome.gap <= 0.02


def test_the_log_is_kept_and_written(tmp_path):
    log = tmp_path / "solve.log"
    outcome = solve(Program.of(two_suppliers()), QUICK, Listener(log_file=log))
    assert "Presolv" in outcome.log
    assert "Presolv" in log.read_text(encoding="utf-8")


def test_the_solver_prints_nothing(capfd):
    solve(Program.of(two_suppliers()), QUICK)
    assert capfd.readouterr() == ("", "")


def test_a_live_model_follows_its_changes():
    """Need 100: 7.4.  Need 110: 10 t more from Malaysia, 8.1.  Malaysia at 0.08: 60 x 0.06 + 50 x 0.08 + 1 = 8.6."""
    program = Program.of(two_suppliers())
    live = Live(program, QUICK)
    assert live.solve().objective == pytest.approx(7.4)
    live.change_row_bounds(np.array([0], dtype=np.int32), np.array([110.0]), np.array([np.inf]))
    assert live.solve().objective == pytest.approx(8.1)
    live.change_costs(np.array([1], dtype=np.int32), np.array([0.08]))
    assert live.solve().objective == pytest.approx(8.6)
    live.change_column_bounds(np.array([0], dtype=np.int32), np.array([0.0]), np.array([70.0]))
    assert live.solve().objective == pytest.approx(70 * 0.06 + 40 * 0.08 + 1)


def test_an_lp_file_carries_the_names(tmp_path, capfd):
    path = tmp_path / "program.lp"
    write_lp(Program.of(two_suppliers()), path)
    text = path.read_text()
    assert "build(plant,2026)" in text
    assert "demand(motors,2026)" in text
    assert capfd.readouterr() == ("", "")


def test_a_program_without_decisions_has_its_constant_as_cost():
    model = pyo.ConcreteModel()
    model.objective = pyo.Objective(expr=total(plus=3.0))
    outcome = solve(Program.of(model), QUICK)
    assert (outcome.status, outcome.objective) == ("optimal", 3.0)
