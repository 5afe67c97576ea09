"""The program in other hands: Pyomo's own interfaces and writers, and files for any solver: the same least cost."""

import json

import highspy
import pyomo.environ as pyo
import pytest
from cases import BAOTOU, LYNAS, SITE, approx, case, needs, write_workbook, years

import planner
from planner.cli import main as cli
from planner.errors import PlannerError

SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}
BAN = {
    "scenarios": [{"scenario": name, "probability": 0.5} for name in ("calm", "ban")],
    "events": [
        {"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2027, "known_from": 2027, "factor": 0},
    ],
    "offers": [BAOTOU | {"max_t_per_year": 200}, LYNAS],
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
}
# The least cost of each on paper.
CASES = {
    "two offers: 100 t at 60,000": ({}, 6.0),
    "a duty: 100 t of Lynas at 70,000": ({"tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.25}]}, 7.0),
    "a shaft: 40 t at 30,000, 60 t at 60,000": ({**SITE, "build_options": [SHAFT]}, 4.8),
    "a minimum order of 150 t that nobody wants": (
        {"offers": [BAOTOU | {"min_order_t_per_year": 150, "max_t_per_year": 200}, LYNAS]},
        7.0,
    ),
    "a ban by halves: 6.0, then 6.0 or 7.0": (BAN, 12.5),
}


@pytest.mark.many
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("interface", ["appsi_highs", "highs"])
def test_pyomo_s_own_interfaces_find_the_least_cost(name, interface):
    sheets, least = CASES[name]
    model = planner.model(case(**sheets))
    pyo.SolverFactory(interface).solve(model)
    assert pyo.value(next(model.component_data_objects(pyo.Objective))) == approx(least, rel=1e-9)


def least_of(path):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    return solver.getObjectiveValue()


@pytest.mark.many
@pytest.mark.parametrize("name", CASES)
def test_pyomo_s_lp_writer_writes_the_same_program(name, tmp_path):
    sheets, least = CASES[name]
    planner.model(case(**sheets)).write(str(tmp_path / "program.lp"), io_options={"symbolic_solver_labels": True})
    assert least_of(tmp_path / "program.lp") == approx(least, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["lp", "mps"])
@pytest.mark.parametrize("name", CASES)
def test_a_file_for_any_solver_has_the_same_least_cost(name, ending, tmp_path, capsys):
    sheets, least = CASES[name]
    target = tmp_path / f"program.{ending}"
    with pytest.raises(SystemExit) as end:
        cli.main(["export", str(write_workbook(tmp_path / "case.xlsx", **sheets)), str(target), "--json"])
    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["written"] == str(target)
    assert least_of(target) == approx(least, rel=1e-9)


SPREAD = {"limits": [{"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.58, "material": "oxide"}]}


def test_a_limit_on_concentration_is_a_cone_for_others():
    """70 t and 30 t are an HHI of 0.58 and lie on the cone, 80 t and 20 t outside: 80² + 20² > 0.58 x 100²."""
    model = planner.model(case(**SPREAD))
    (index,) = model.hhi_cone
    for x, t in zip(sorted(model.supplied), (70.0, 30.0), strict=False):
        model.supplied[x].value = t
    model.bounded_supply[index].value = 0.58**0.5 * 100
    assert pyo.value(model.hhi_cone[index].body) == approx(0, abs=1e-6)
    for x, t in zip(sorted(model.supplied), (80.0, 20.0), strict=False):
        model.supplied[x].value = t
    assert pyo.value(model.hhi_cone[index].body) == approx(80**2 + 20**2 - 5800)


@pytest.mark.slow
def test_a_cone_is_written_as_lp_and_refused_as_mps(tmp_path):
    from planner.planning.export import export_program

    export_program(case(**SPREAD), tmp_path / "program.lp")
    assert "hhi_cone" in (tmp_path / "program.lp").read_text()
    with pytest.raises(PlannerError, match=r"an \.lp file"):
        export_program(case(**SPREAD), tmp_path / "program.mps")
    with pytest.raises(PlannerError, match=r"neither an \.lp nor an \.mps"):
        export_program(case(), tmp_path / "program.txt")
