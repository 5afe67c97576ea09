"""The certificate: verified by its own file alone, and refused when a digit is changed."""

import shutil
import subprocess
import sys
from pathlib import Path

import highspy
import numpy as np
import pytest
from cases import SITE, approx, needs, write_workbook, years
from rich_case import RICH
from test_scaling import badly_scaled

from planner.errors import RunError
from planner.runs.certificate import certify, write_sums
from planner.runs.execute import execute
from planner.runs.folder import RunOptions
from planner.runs.verify_certificate import Refused, verify
from planner.solver.mps import write_mps

US = Path(__file__).resolve().parents[1] / "inputs" / "us_base_case"
MINE_OR_BUY = {
    **SITE,
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "build_options": [{"option": "dig it", "facility": "Mine", "max_t_per_year": 40, "latest": 2026}
                      | {"capex_fixed_musd": 1.5, "lead_years": 1, "life_years": 1}],
}  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of a case of two years: 100 t at 60,000 $/t, or from 2027 on 40 t at 20,000 from a mine for 1.5 M$.

    6.0 in 2026, 3.6 + 0.8 + 1.5 in 2027: 11.9 M$; without the mine 12.0.
    """
    folder = tmp_path_factory.mktemp("certificate")
    execute(write_workbook(folder / "case.xlsx", **MINE_OR_BUY), folder / "run")
    return certify(folder / "run", folder / "certificate")


@pytest.fixture
def copy(certificate, tmp_path):
    """A copy that may be spoilt."""
    return Path(shutil.copytree(certificate.folder, tmp_path / "copy"))


def alone(folder):
    """What verify.py says in a Python without any package, with nothing of ours on its path."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify.py"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.slow
def test_a_certificate_says_what_the_plan_costs_and_what_is_proven(certificate):
    assert certificate.objective_musd == approx(11.9)
    assert certificate.bound_musd <= 11.9
    assert certificate.search_says_musd == approx(11.9)
    code, said = alone(certificate.folder)
    assert code == 0
    assert "Its objective is 11.900000 M$. No plan has one below" in said


@pytest.mark.slow
def test_names_lead_to_the_cells_of_the_workbook(certificate):
    lines = (certificate.folder / "names.csv").read_text().splitlines()
    assert any(line.startswith('"buy(Baotou') and "offers!A2; " in line and "places!A2" in line for line in lines)


def test_the_verifier_is_short_enough_to_read():
    from planner.runs import verify_certificate

    assert len(Path(verify_certificate.__file__).read_text().splitlines()) < 250


def test_two_hundred_changed_digits_are_all_refused(certificate, copy):
    """One at a time, anywhere, in any file, the sums and the verifier among them."""
    chance = np.random.default_rng(11)
    files = sorted(path.name for path in certificate.folder.iterdir())
    refused = 0
    for _ in range(200):
        path = copy / files[chance.integers(len(files))]
        whole = path.read_bytes()
        digits = [at for at, byte in enumerate(whole) if chr(byte).isdigit()]
        at = digits[chance.integers(len(digits))] if digits else 0
        other = str((int(chr(whole[at])) + chance.integers(1, 10)) % 10).encode() if digits else b"?"
        path.write_bytes(whole[:at] + other + whole[at + 1 :])
        with pytest.raises((Refused, OSError, ValueError)):
            verify(copy)
        path.write_bytes(whole)
        refused += 1
    assert refused == 200
    assert verify(copy)["objective_musd"] == approx(11.9)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("plan.csv", ",60.0", ",50.0", "is missed by"),
        ("plan.csv", '",1.0', '",0.5', "is not whole"),
        ("plan.csv", ",40.0", ",-40.0", "forbid"),
        ("manifest.json", '"objective_musd": 11.9', '"objective_musd": 11.8', "objective_musd is 11.8"),
        ("manifest.json", '"bound_musd": 1', '"bound_musd": 2', "bound_musd is 2"),
        ("program.mps", "COST 0.06", "COST 0.05", "objective_musd is 11.9"),
        ("program.mps", "COST 1.5", "COST 1.4", "objective_musd is 11.9"),
    ],
)
def test_a_lie_is_refused_though_its_sums_are_renewed(copy, file, old, new, says):
    """Less bought than is needed, half a plant, another cost, another bound, another price of an offer or a plant."""
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new))
    write_sums(copy)
    with pytest.raises(Refused, match=says):
        verify(copy)


def test_prices_that_prove_less_are_refused(copy):
    lines = (copy / "prices.csv").read_text().splitlines()
    (copy / "prices.csv").write_text("\n".join(lines[:-1]) + "\n")
    write_sums(copy)
    with pytest.raises(Refused, match=r"bound_musd is|gain for ever"):
        verify(copy)


def test_what_is_missing_or_too_much_is_refused(copy):
    (copy / "more.txt").write_text("7")
    assert alone(copy)[0] == 1
    (copy / "more.txt").unlink()
    assert alone(copy)[0] == 0
    (copy / "names.csv").unlink()
    assert alone(copy)[0] == 1


@pytest.mark.slow
def test_a_folder_with_files_and_a_run_of_another_version_are_refused(certificate):
    run = certificate.folder.parent / "run"
    with pytest.raises(RunError, match="has files in it already"):
        certify(run, certificate.folder)


@pytest.mark.parametrize("seed", range(10))
def test_a_program_is_read_back_to_the_last_digit(seed, tmp_path):
    """By HiGHS, from our file: rows of every sense, ranges, bounds of every kind, numbers of 1e-6 to 1e6."""
    chance = np.random.default_rng(seed)
    made, _ = badly_scaled(chance)
    made.row_upper[:3] = made.row_lower[:3] * [1.0, 2.0, np.inf]
    made.row_lower[3] = -np.inf
    made.row_upper[3] = 0.1 + chance.random()
    made.lower[3:6] = [-np.inf, -0.3, 0.1]
    made.upper[6] = np.inf
    named = type(made)(
        **{**vars(made), "offset": 0.7}
        | {"columns": {"x": ([(j,) for j in range(len(made.cost))], slice(0, len(made.cost)))}}
        | {"rows": {"r": ([(i,) for i in range(len(made.row_lower))], slice(0, len(made.row_lower)))}}
    )
    write_mps(named, tmp_path / "program.mps", "test")
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("small_matrix_value", 1e-12)
    solver.readModel(str(tmp_path / "program.mps"))
    solver.ensureRowwise()
    read = solver.getLp()
    assert read.offset_ == 0.7
    for ours, theirs in (
        (named.cost, read.col_cost_), (named.lower, read.col_lower_), (named.upper, read.col_upper_),
        (named.row_lower, read.row_lower_), (named.row_upper, read.row_upper_),
        (named.starts, read.a_matrix_.start_), (named.columns_in, read.a_matrix_.index_),
        (named.coefficients, read.a_matrix_.value_), (named.integer, [int(k) == 1 for k in read.integrality_]),
    ):  # fmt: skip
        assert list(ours) == list(theirs)


def _certified(tmp_path, case, overlays=(), gap=0.02):
    execute(case, tmp_path / "run", RunOptions(mip_gap=gap, time_limit_s=300.0), overlays=overlays)
    found = certify(tmp_path / "run")
    code, said = alone(found.folder)
    assert code == 0
    assert found.bound_musd <= found.objective_musd
    return found, said


@pytest.mark.slow
def test_a_rich_case_is_certified(tmp_path):
    """16.67 M$ in the calm future, three times in four, and 23.98 M$ in the other, as its own page works out."""
    found, _ = _certified(tmp_path, write_workbook(tmp_path / "case.xlsx", **RICH), gap=0.0)
    assert found.objective_musd == approx(0.75 * 16.67 + 0.25 * 23.98)


@pytest.mark.slow
@pytest.mark.parametrize("overlays", [(), (US.parent / "us_futures" / "ten",)], ids=["base", "ten"])
def test_the_base_case_and_a_tree_of_ten_are_certified(tmp_path, overlays):
    found, said = _certified(tmp_path, US, overlays, gap=0.03)
    assert found.megabytes < (150.0 if overlays else 50.0)
    assert found.bound_musd >= 0.9 * found.objective_musd
    assert "the solver says, unchecked" in said or found.search_says_musd <= found.bound_musd
