"""The commands of studies: what they answer, what they leave behind, and what they refuse."""

import json
import math

import pytest
from cases import BAOTOU, LYNAS, needs, write_workbook, years
from openpyxl import load_workbook

from planner.cli import main as cli
from planner.cli.studies import figure
from planner.plan import Plan
from planner.studies.folder import plan_folder

SHEETS = {
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "offers": [{**BAOTOU, "max_t_per_year": 100}, {**LYNAS, "max_t_per_year": 40}],
    "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 200_000}],
    "limits": [
        {"limit": "China", "measure": "share", "sense": "at most", "value": 1, "country": "CHN", "material": "oxide"}
    ],
}
FUTURES = {
    "scenarios": [{"scenario": "calm", "probability": 0.5}, {"scenario": "dear"}],
    "events": [{"scenario": "dear", "kind": "price", "country": "CHN", "from": 2027, "value": 40_000}],
}


def run(*arguments):
    """The exit code of a command."""
    with pytest.raises(SystemExit) as end:
        cli.main([str(argument) for argument in arguments])
    return end.value.code or 0


@pytest.fixture
def workbook(tmp_path):
    return write_workbook(tmp_path / "small.xlsx", **SHEETS)


@pytest.mark.slow
def test_a_frontier_is_told_shown_and_kept(workbook, tmp_path, capsys):
    """All from Baotou 12.0; all that cannot come from Lynas left out, 2 x (2.8 + 12.0) = 29.6."""
    out = tmp_path / "study"
    assert run("frontier", workbook, "--limit", "China", "--points", 2, "--out", out, "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    points = [(point["reached"], point["cost_musd"]) for point in answer["points"]]
    assert points == [(1, pytest.approx(12.0)), (0, pytest.approx(29.6))]
    assert json.loads((out / "study.json").read_text())["points"] == answer["points"]
    assert Plan.load(out / "plans" / "0").objective_musd == pytest.approx(29.6)
    assert (out / "plans" / "1" / "report.xlsx").exists()
    sheet = load_workbook(out / "study.xlsx")["Frontier"]
    assert sheet["A1"].value == "Cost against China"
    assert len(sheet._charts) == 1
    assert not (tmp_path / "study.tmp").exists()


@pytest.mark.slow
def test_a_run_is_put_under_stress(workbook, tmp_path, capsys):
    """Without Baotou in 2027: 14.8 for 6.0, 60 t more short. Its country is lost with it."""
    assert run("solve", workbook, "--out", tmp_path / "run", "--quiet") == 0
    capsys.readouterr()
    out = tmp_path / "study"
    assert run("stress", tmp_path / "run", "--from", 2027, "--years", 1, "--out", out, "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    found = {r["future"]: (r["extra_musd"], r["unmet_t"], r["years_to_recover"]) for r in answer["results"]}
    lost = (pytest.approx(8.8), pytest.approx(60), "infinite")
    assert found == {"loss of CHN": lost, "loss of Baotou": lost}
    assert {path.name for path in (out / "plans").iterdir()} == {"as planned", "loss of CHN", "loss of Baotou"}
    overlay = write_workbook(tmp_path / "futures.xlsx", **SHEETS, **FUTURES)
    assert run("stress", tmp_path / "run", "--with", overlay, "--out", out, "--replace", "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    assert {r["future"]: r["extra_musd"] for r in answer["results"]} == {
        "calm": pytest.approx(0, abs=1e-9),
        "dear": pytest.approx(2.8),
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [(8.8, "         8.800 M$"), (math.inf, "      infinite   "), (math.nan, "             —   ")],
)
def test_what_no_plan_can_tell_is_told_in_words(value, told):
    """A loss that no plan survives costs infinitely much, and nobody can say how many tons are short in it."""
    assert figure(value, 14, 3, "M$") == told


@pytest.mark.slow
def test_a_loss_that_no_plan_survives_is_told_in_words(tmp_path, capsys):
    """Nobody may go short, and only Baotou sells."""
    sheets = SHEETS | {"segments": [{"segment": "magnets"}], "offers": [BAOTOU]}
    assert run("solve", write_workbook(tmp_path / "small.xlsx", **sheets), "--out", tmp_path / "run", "--quiet") == 0
    capsys.readouterr()
    assert run("stress", tmp_path / "run", "--from", 2027, "--out", tmp_path / "study", "--quiet") == 0
    told = capsys.readouterr().out
    assert "infinite" in told
    assert "loss of Baotou: no plan is possible" in told
    assert "inf " not in told
    assert "nan" not in told


@pytest.mark.slow
def test_what_it_is_worth_to_know(tmp_path, capsys):
    """Nothing is decided before the futures part, so nothing is worth knowing: 6.0 + (6.0 + 8.8) / 2."""
    case = write_workbook(tmp_path / "small.xlsx", **SHEETS, **FUTURES)
    assert run("information", case, "--out", tmp_path / "study", "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["stochastic_musd"] == pytest.approx(13.4)
    assert answer["evpi_musd"] == pytest.approx(0, abs=1e-9)
    assert load_workbook(tmp_path / "study" / "study.xlsx").sheetnames == ["Value of information"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "text"),
    [
        ((), "--limit with the name of a limit, or --measure"),
        (("--limit", "China", "--measure", "exposure"), "--limit with the name of a limit, or --measure"),
        (("--limit", "Chin"), "has no limit 'Chin'"),
        (("--measure", "expo"), "no measure 'expo'"),
        (("--measure", "share"), "must say of which material or stage"),
    ],
)
def test_what_cannot_be_traded_is_said(options, text, workbook, tmp_path, capsys):
    assert run("frontier", workbook, *options, "--out", tmp_path / "study", "--quiet") == 3
    assert text in capsys.readouterr().err
    assert not (tmp_path / "study").exists()


def test_only_a_run_with_a_plan_can_be_put_under_stress(tmp_path, capsys):
    assert run("stress", tmp_path, "--from", 2027, "--quiet") == 1
    assert "not a complete run folder" in capsys.readouterr().err


@pytest.mark.slow
def test_one_future_has_no_information(workbook, tmp_path, capsys):
    assert run("information", workbook, "--out", tmp_path / "study", "--quiet") == 3
    assert "one future only" in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_that_is_no_study_is_left_alone(workbook, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear all")
    assert run("frontier", workbook, "--limit", "China", "--out", tmp_path / "mine", "--quiet") == 1
    assert "is left alone" in capsys.readouterr().err
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_plans_of_like_names_have_folders_of_their_own(tmp_path):
    """A file system may not tell capitals apart, and forbids some signs."""
    for name, expected in (("loss of A/b", "b"), ("loss of a:B", "loss of a_B"), ("loss of A:b", "loss of A_b 2")):
        folder = plan_folder(tmp_path, name)
        folder.mkdir(parents=True)
        assert folder.name == expected
