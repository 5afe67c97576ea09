"""The command line on a real case, from the files to the exit code and the run folder."""

import csv
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from planner.cli import main as cli
from planner.errors import PlannerError

TABLES = {
    "settings": [
        {"setting": "home_country", "value": "USA"},
        {"setting": "base_year", "value": 2026},
        {"setting": "discount_rate", "value": 0},
    ],
    "periods": [{"period": 2026, "years": 1}],
    "countries": [{"country": c, "name": c} for c in ("USA", "CHN", "MYS")],
    "places": [{"place": "Texas", "country": "USA"}],
    "materials": [{"material": "NdPr oxide", "stage": "oxide"}],
    "suppliers": [{"supplier": s, "country": c, "qualified": "yes"} for s, c in (("North", "CHN"), ("Lynas", "MYS"))],
    "offers": [
        {
            "offer": "N",
            "supplier": "North",
            "material": "NdPr oxide",
            "origin": "CHN",
            "price_usd_per_t": 60000,
            "max_t_per_year": 60,
        },
        {
            "offer": "L",
            "supplier": "Lynas",
            "material": "NdPr oxide",
            "origin": "MYS",
            "price_usd_per_t": 70000,
            "max_t_per_year": 80,
        },
    ],
    "lanes": [{"from": "*", "to": "*", "material": "*", "freight_usd_per_t": 0}],
    "segments": [{"segment": "motors", "place": "Texas", "material": "NdPr oxide", "max_shortage_share": 0}],
    "demand": [{"segment": "motors", "period": 2026, "t_per_year": 100}],
}


@pytest.fixture
def write(tmp_path):
    """Write the case of two suppliers, with some sheets changed."""

    def write(name="two suppliers", **changes):
        folder = tmp_path / name
        folder.mkdir()
        for sheet, rows in {**TABLES, **changes}.items():
            if rows:
                with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)
        return folder

    return write


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def planner(capsys):
    """Run a command as a user does, but without loading everything again."""

    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        return Done(end.value.code or 0, *capsys.readouterr())

    return run


@pytest.mark.slow
def test_solve_check_convert_and_report_agree_on_a_case(planner, write, tmp_path):
    """60 t from North at 60,000 $/t and 40 t from Lynas at 70,000: 3.6 + 2.8 = 6.4 M$."""
    folder, out = write(), tmp_path / "run"
    solved = planner("solve", folder, "--out", out, "--json")
    assert solved.returncode == 0, solved.stderr
    summary = json.loads(solved.stdout)
    assert summary["status"] == "optimal"
    assert summary["objective_musd"] == pytest.approx(6.4)
    assert {file.name for file in out.iterdir()} >= {
        "manifest.json",
        "plan",
        "report.xlsx",
        "brief.pdf",
        "brief.html",
        "solver.log",
        "events.jsonl",
    }

    workbook = tmp_path / "case.xlsx"
    assert planner("convert", folder, workbook).returncode == 0
    checked = [json.loads(planner("check", case, "--json").stdout) for case in (folder, workbook)]
    assert checked[0]["fingerprint"] == checked[1]["fingerprint"] == summary["fingerprint"]

    again = planner("report", out, "--to", tmp_path / "again.xlsx")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "again.xlsx").stat().st_size > 5_000
    assert planner("report", out).returncode == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["report.xlsx"] == hashlib.sha256((out / "report.xlsx").read_bytes()).hexdigest()
    briefs = json.loads(planner("brief", out, "--to", tmp_path / "two pages", "--json").stdout)["brief"]
    assert [Path(file).read_bytes()[:5] for file in briefs] == [b"%PDF-", b"<!DOC"]


@pytest.mark.slow
def test_the_three_doors_give_the_same_plan(planner, write, tmp_path):
    """The command line, the library, and the workbook in place of the folder: the same cost to 1e-9."""
    from planner.case import read_case
    from planner.planning.solve import solve_case

    folder = write()
    cost = json.loads(planner("solve", folder, "--out", tmp_path / "run", "--json").stdout)["objective_musd"]
    planner("convert", folder, tmp_path / "case.xlsx")
    for path in (folder, tmp_path / "case.xlsx"):
        assert solve_case(read_case(path)).objective_musd == pytest.approx(cost, rel=1e-9)


@pytest.mark.slow
def test_the_library_s_functions_can_be_called_again(write, tmp_path):
    """`planner.check` and `planner.report` are functions still, though packages of these names were imported."""
    import planner as library

    folder = write()
    plan = library.solve(folder)
    for name in ("one.xlsx", "two.xlsx"):
        assert library.check(folder) == ()
        assert library.report(library.read(folder), plan, tmp_path / name).exists()


def change(sheet, row, **values):
    return [{**old, **values} if number == row else old for number, old in enumerate(TABLES[sheet])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"demand": None}, 3, ["demand", "missing"]),
        ({"offers": change("offers", 0, price_usd_per_t="sixty")}, 3, ["offers!E2", "'sixty'", "USD/t"]),
        ({"offers": change("offers", 1, supplier="Lymas")}, 3, ["offers!B3", "'Lymas'", "Lynas"]),
        ({"suppliers": [*TABLES["suppliers"], TABLES["suppliers"][0]]}, 3, ["suppliers!A4", "North", "suppliers!A2"]),
        ({"demand": change("demand", 0, t_per_year=170)}, 3, ["demand!C2", "170"]),
    ],
    ids=["missing sheet", "wrong number", "unknown supplier", "duplicate key", "impossible demand"],
)
def test_bad_input_names_sheet_cell_finding_and_what_to_do(planner, write, tmp_path, changes, code, said):
    done = planner("solve", write(**changes), "--out", tmp_path / "run")
    assert done.returncode == code
    assert done.stdout == ""
    for words in said:
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_limits_that_no_check_can_see_end_as_infeasible_with_the_tons(planner, write, tmp_path):
    """Both offers together have 140 t, but the lane from China takes 10: 90 t of 100 can come."""
    lanes = [*TABLES["lanes"], {"from": "CHN", "to": "Texas", "material": "*", "freight_usd_per_t": 0}]
    lanes = [{**lane, "max_t_per_year": 10 if lane["from"] == "CHN" else ""} for lane in lanes]
    done = planner("solve", write(lanes=lanes), "--out", tmp_path / "run", "--json")
    assert done.returncode == 4, done.stdout + done.stderr
    message = json.loads(done.stdout)["error"]["message"]
    assert "10.000 t" in message
    assert "lanes!" in message or "demand!" in message


def test_a_run_that_is_none_is_named(planner, tmp_path):
    done = planner("report", tmp_path)
    assert done.returncode == PlannerError.exit_code
    assert "not a complete run folder" in done.stderr
