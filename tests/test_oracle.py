"""The planner and the second implementation in `oracle/` agree: by hand, on cases drawn by lot, and on the base case.

Where they do not, one of the two has read the documents wrongly, or the documents leave two readings.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import oracle
import pytest
from cases import approx
from drawn_cases import drawn, drawn_decisions, write_case, write_folder
from oracle_cases import PAPER
from oracle_years import YEARS
from seeds import ALL, drawn_by

import planner
from planner.case import Case
from planner.errors import Infeasible, InputInvalid
from planner.planning.built import Built
from planner.solver.highs import SolveOptions
from planner.solver.large import solve as hand_to_solver

INPUTS = Path(__file__).resolve().parents[1] / "inputs"
BASE = INPUTS / "us_base_case"
OVERLAYS = sorted(str(path.relative_to(INPUTS)) for path in INPUTS.glob("us_*/*") if path.is_dir())
# Some drawn cases say nothing of what a plan costs.
REFUSED = {
    114: "key.tie",  # two rows of duty reach the same goods equally closely
    233: "key.tie",
    308: "cross.output-nowhere",  # a plant makes what nothing within reach takes
    429: "cross.output-nowhere",
    484: "cross.output-nowhere",
}
WITHOUT_PLAN = {422}  # a reserve is asked for before anything can be bought
COMPARED = [seed for seed in range(506) if seed not in REFUSED and seed not in WITHOUT_PLAN]
ON_PAPER = [*PAPER, *YEARS]
QUICK, SLOW, MORE = COMPARED[:4], COMPARED[4:150], COMPARED[150:]
PLAIN = {"__future__", "collections", "csv", "dataclasses", "datetime", "functools", "highspy", "itertools", "math"}
PLAIN |= {"pathlib", "typing"}


def least_musd(case: Case, whole: bool = True) -> float | None:
    """The least objective of the planner's own program; where not `whole`, every whole number may be a fraction."""
    program = Built.of(case).program
    if not whole:
        program = replace(program, integer=np.zeros_like(program.integer))
    return hand_to_solver(program, SolveOptions(mip_gap=0.0, time_limit_s=500.0)).objective


def agree(folder: Path) -> None:
    """The least objective is the oracle's. A limit on concentration is a cone, for which it takes a whole plan."""
    answer = oracle.solve(folder)
    case = planner.read(folder)
    round_cone = any(case.tables["limits"]["measure"] == "hhi")
    found = planner.solve(case, mip_gap=0.0).objective_musd if round_cone else least_musd(case)
    assert answer is not None, folder
    assert found == approx(answer.objective_musd, rel=1e-6, abs=1e-6), folder


@pytest.mark.parametrize("seed", drawn_by(QUICK, SLOW, MORE))
def test_a_case_drawn_by_lot_costs_what_the_oracle_says(seed, tmp_path):
    """A few of all families at once."""
    agree(write_folder(tmp_path / str(seed), *drawn(seed)))


@pytest.mark.parametrize("seed", drawn_by([], COMPARED[:50], COMPARED[50:]))
def test_what_is_forced_and_forbidden_in_a_drawn_case_costs_what_the_oracle_says(seed, tmp_path):
    """What nobody can do is refused where it is forced; then the oracle has no plan either."""
    settings, sheets = drawn(seed)
    folder = write_folder(tmp_path / str(seed), settings, sheets | {"decisions": drawn_decisions(seed, sheets)})
    answer = oracle.solve(folder)
    wanted = None if answer is None else approx(answer.objective_musd, rel=1e-6, abs=1e-6)
    assert _least_or_none(folder) == wanted, folder


def _least_or_none(folder: Path) -> float | None:
    try:
        case = planner.read(folder)
        round_cone = any(case.tables["limits"]["measure"] == "hhi")
        return planner.solve(case, mip_gap=0.0).objective_musd if round_cone else least_musd(case)
    except Infeasible:
        return None
    except InputInvalid as refused:
        if {one.code for one in refused.problems if one.severity == "error"} == {"cross.decided"}:
            return None
        raise


def test_five_hundred_drawn_cases_are_compared():
    """Of seeds 0 to 505 five are refused and one has no plan."""
    assert len(COMPARED) == 500


@pytest.mark.parametrize(("seed", "code"), REFUSED.items())
def test_a_drawn_case_that_is_left_out_is_refused_by_the_checks(seed, code, tmp_path):
    with pytest.raises(InputInvalid) as refused:
        planner.read(write_folder(tmp_path / str(seed), *drawn(seed)))
    assert {problem.code for problem in refused.value.problems if problem.severity == "error"} == {code}


@pytest.mark.parametrize("seed", WITHOUT_PLAN)
def test_a_drawn_case_without_a_plan_has_none_for_either(seed, tmp_path):
    folder = write_folder(tmp_path / str(seed), *drawn(seed))
    assert oracle.solve(folder) is None
    assert least_musd(planner.read(folder)) is None


def test_the_second_implementation_knows_highspy_and_plain_python_alone():
    """Each page imports other pages, highspy and a few modules of the standard library; none is longer than a page."""
    for page in sorted(Path(oracle.__file__).parent.glob("*.py")):
        text = page.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= PLAIN, page
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).split(".")[0] in PLAIN, page
        assert len(text.splitlines()) <= 300, page


@pytest.mark.many
@pytest.mark.parametrize(("name", "settings", "sheets", "musd"), ON_PAPER, ids=[case[0] for case in ON_PAPER])
def test_oracle_and_planner_find_what_paper_says(name, settings, sheets, musd, tmp_path):
    """The sums stand beside the cases."""
    folder = write_case(tmp_path, settings, **sheets)
    assert oracle.solve(folder).cost_musd == approx(musd)
    assert planner.solve(folder, mip_gap=0.0).objective_musd == approx(musd)


@pytest.mark.slow
@pytest.mark.parametrize("overlay", ["", *(OVERLAYS if ALL else OVERLAYS[::4])])
def test_the_relaxation_of_the_base_case_is_the_oracles(overlay):
    """The base case itself, and each overlay laid over it."""
    overlays = [INPUTS / overlay] if overlay else []
    expected = oracle.relaxed_musd(BASE, *overlays)
    assert least_musd(planner.read(BASE, overlays), whole=False) == approx(expected, rel=1e-9)
