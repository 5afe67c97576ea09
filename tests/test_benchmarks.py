"""The benchmarks: invented cases are sound and repeatable, and what is measured can be read and compared."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import test_investment
from cases import case, needs

from benchmarks.__main__ import compared, rules, table
from benchmarks.generator import Shape, write_case
from benchmarks.mutants import MUTANTS
from benchmarks.relaxation import bounds
from benchmarks.soak import slope
from planner.planning.built import Built

ROOT = Path(__file__).resolve().parents[1]
SMALL = Shape(offers=9, sites=4, segments=6)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.fault for mutant in MUTANTS])
def test_each_fault_has_one_place_in_the_source_and_tests_that_are_there(mutant):
    """A line that is written anew takes its fault along, or the fault would be tried nowhere."""
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.right) == 1
    for test in mutant.tests:
        file, name = test.split("::")
        found = re.search(rf"((?:^@.*\n|^ .*\n|^\).*\n)*)def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M)
        assert found is not None, test
        assert "mark.slow" not in found.group(1), test


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_the_same_shape_and_seed_give_the_same_files(tmp_path):
    first, second, other = (write_case(tmp_path / name, SMALL, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert files(first) == files(second)
    assert files(first) != files(other)


def test_counts_grow_as_the_size_asked_for():
    shapes = [Shape.for_nonzeros(size) for size in (1e4, 1e5, 1e6)]
    assert [shape.offers for shape in shapes] == sorted(shape.offers for shape in shapes)
    assert shapes[2].offers < 20 * shapes[0].offers


@pytest.mark.slow
def test_an_invented_case_has_no_faults_and_about_the_size_asked_for(tmp_path):
    from models.build import build
    from planner.case import check_case
    from planner.solver.highs import Program
    from planner.translate import translate

    checked = check_case(write_case(tmp_path / "case", Shape.for_nonzeros(1e4)))
    assert [str(problem) for problem in checked.errors] == []
    nonzeros = Program.of(build(translate(checked.case).data)).sizes["nonzeros"]
    assert 5_000 < nonzeros < 20_000


@pytest.mark.slow
def test_the_relaxation_is_shown_with_and_without_each_choice():
    """A mine of up to 400 t for 2.0 M$ a year, 100 t needed in Ohio and 100 in Maine, where its freight is 90,000 $/t.

    It serves Ohio for 2.0 + 2.0 M$, and 6.0 are bought for Maine: 10.0 M$. The most worth building is 200 t. With half
    of it, which only a strong row for each customer forbids, Ohio is served for 1.0 M$ less.
    """
    sheets = test_investment.option(max_t_per_year=400, capex_fixed_musd=20, capex_usd_per_t=0) | {
        "places": [{"place": place, "country": "USA"} for place in ("Texas", "Ohio", "Maine")],
        "lanes": [{"from": "*"}, {"from": "Texas", "to": "Maine", "freight_usd_per_t": 90_000}],
        "segments": [{"segment": "magnets", "place": "Ohio"}, {"segment": "motors", "place": "Maine"}],
        "demand": needs({2026: 100}) + needs({2026: 100}, "motors"),
    }
    found = {name: line["bound_musd"] for name, line in bounds(Built.of(case(**sheets))).items()}
    weak = ["no strong rows", "no strong rows, orders up to the offer's maximum"]
    assert {name: round(bound, 6) for name, bound in found.items()} == {
        name: 9.0 if name in weak else 10.0 for name in ("as it is", "those of build", *weak)
    }


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A small case taken through every stage, as `python -m benchmarks` does it."""
    folder = tmp_path_factory.mktemp("bench")
    case = write_case(folder / "invented-1", SMALL)
    command = [sys.executable, "-m", "benchmarks.measure", str(case), "--gap", "0.05", "--time-limit", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_every_stage_is_measured_once(measured):
    from benchmarks.measure import STAGES

    assert set(measured["seconds"]) == set(STAGES)
    assert all(seconds >= 0 for seconds in measured["seconds"].values())
    assert measured["peak_mb"] > 10
    assert measured["status"] in {"optimal", "within gap", "stopped with a plan"}
    assert sum(rule["nonzeros"] for rule in measured["rules"].values()) == measured["sizes"]["nonzeros"]


@pytest.mark.slow
def test_the_tables_name_every_stage_and_compare_two_runs(measured):
    from benchmarks.measure import STAGES

    larger = {
        **measured,
        "case": "invented-2",
        "sizes": {**measured["sizes"], "nonzeros": 10 * measured["sizes"]["nonzeros"]},
    }
    larger["processor_seconds"] = {stage: 10 * seconds for stage, seconds in measured["processor_seconds"].items()}
    shown = table([measured, larger])
    assert all(stage in shown for stage in STAGES)
    assert "1.00" in next(line for line in shown.splitlines() if "growth exponent" in line)
    assert "microseconds a nonzero" in rules([measured, larger])
    assert "1.00" in compared([measured], [measured])


def test_a_soak_tells_growth_from_a_moment_of_much_memory():
    """0, 1, 2 ... MB an hour apart, but 50 at one of them: 1 MB an hour. What stays at 9 grows by nothing."""
    grows = [(float(hour), 50.0 if hour == 4 else float(hour)) for hour in range(10)]
    assert slope(grows) == pytest.approx(1.0)
    assert slope([(at, 9.0) for at, _ in grows]) == 0.0
