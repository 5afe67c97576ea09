"""What commands answer in JSON has the published form (planner/schema/answers.json, docs/json.md)."""

import json
from pathlib import Path

import pytest
from cases import BAOTOU, write_workbook
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from test_unfinished import abandoned, program_of

from planner.cli import main as cli
from planner.cli.say import SCHEMA_VERSION, summary
from planner.docs.answers import SCHEMA, answers, answers_page
from planner.runs.execute import read_summary
from planner.runs.finishing import finish
from planner.runs.folder import RunFolder, RunOptions
from planner.runs.index import STATES
from planner.status import PLAN_STATUSES

DOCS = Path(__file__).resolve().parents[1] / "docs"
FORMS = answers()["$defs"]


def holds(form, answer):
    """Refuse an answer that has not the form; the form by itself and as one of all."""
    Draft202012Validator({"$ref": f"#/$defs/{form}", "$defs": FORMS}).validate(answer)
    Draft202012Validator(answers()).validate(answer)


@pytest.fixture
def answered(capsys):
    """The exit code and the answer of a command."""

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main([*(str(one) for one in arguments), "--json"])
        return end.value.code or 0, json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def workbook(tmp_path):
    return write_workbook(tmp_path / "small.xlsx")


def test_the_schema_is_one_and_its_page_is_written_from_it():
    Draft202012Validator.check_schema(answers())
    assert SCHEMA.is_file()
    assert FORMS["schema_version"]["const"] == SCHEMA_VERSION
    assert (DOCS / "json.md").read_text(encoding="utf-8") == answers_page(), "run `make docs`"


def test_every_command_that_answers_in_json_has_a_published_form():
    commands = {
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
        if not command.hidden and "json" in command.callback.__annotations__
    }
    one_of = {form["$ref"].rpartition("/")[2] for form in answers()["anyOf"]}
    assert commands - set(FORMS) == set(), "add the command's form to planner/schema/answers.json"
    assert one_of == commands | {"error"}


def test_the_words_for_states_are_those_of_the_program():
    assert set(FORMS["run"]["properties"]["state"]["enum"]) == set(STATES)
    assert set(FORMS["solve"]["properties"]["status"]["enum"]) == {str(status) for status in PLAN_STATUSES}


@pytest.mark.slow
def test_a_solved_case_answers_in_the_published_form(workbook, tmp_path, answered):
    """100 t from Baotou at 60,000 $/t: one purchase line, 6 M$. Then what is asked of the run."""
    code, found = answered("solve", workbook, "--out", tmp_path / "run", "--quiet")
    holds("solve", found)
    assert (code, found["cost_musd"], found["decision"]["awards"]) == (0, pytest.approx(6.0), 1)
    for form, arguments in {
        "report": ["report", tmp_path / "run", "--to", tmp_path / "again.xlsx"],
        "runs": ["runs", "--root", tmp_path / "runs"],
        "certificate": ["certificate", tmp_path / "run"],
        "winners": ["winners", tmp_path / "run", tmp_path / "kept", "--share", 0.5],
    }.items():
        code, found = answered(*arguments)
        assert code == 0
        holds(form, found)


@pytest.mark.slow
def test_a_run_that_was_stopped_answers_in_the_published_form(workbook, tmp_path):
    """Its process was killed while it solved: the plan of 6 M$ is kept, and no plan can cost less than 5.4 M$.

    The form is closed: an answer with a field more, or without its cost, has it not.
    """
    folder = RunFolder.begin(workbook, tmp_path / "run", RunOptions())
    abandoned(folder.work, *program_of(workbook))
    folder.release()
    finish(folder.final)
    told = summary(read_summary(folder.final)) | {"schema_version": SCHEMA_VERSION}
    holds("solve", told)
    assert (told["state"], told["status"], told["gap"]) == ("stopped", "stopped with a plan", pytest.approx(0.1))
    for wrong in ({**told, "colour": "red"}, {name: told[name] for name in told if name != "cost_musd"}):
        with pytest.raises(ValidationError):
            holds("solve", wrong)


@pytest.mark.slow
def test_an_impossible_case_answers_in_the_form_of_errors(tmp_path, answered):
    """100 t are needed and may not go short, and no more than 30 t may be bought."""
    cap = [{"limit": "cap", "measure": "bought_t", "sense": "at most", "value": 30}]
    case = write_workbook(tmp_path / "small.xlsx", limits=cap)
    code, found = answered("solve", case, "--out", tmp_path / "run", "--quiet")
    holds("error", found)
    assert (code, found["exit_code"], found["error"]["kind"]) == (4, 4, "Infeasible")


@pytest.mark.slow
def test_a_checked_case_answers_in_the_published_form_good_and_bad(workbook, tmp_path, answered):
    code, found = answered("check", workbook)
    holds("check", found)
    assert (code, found["problems"]) == (0, [])
    bad = write_workbook(tmp_path / "bad.xlsx", offers=[{**BAOTOU, "price_usd_per_t": "60,000"}])
    code, found = answered("check", bad)
    holds("check", found)
    assert (code, found["problems"][0]["sheet"]) == (3, "offers")
    code, found = answered("solve", bad, "--out", tmp_path / "run")
    holds("error", found)
    assert (code, found["exit_code"]) == (3, 3)


@pytest.mark.slow
def test_what_writes_a_file_answers_in_the_published_form(workbook, tmp_path, answered):
    for form, arguments in {
        "template": ["template", tmp_path / "empty.xlsx"],
        "convert": ["convert", workbook, tmp_path / "folder"],
        "export": ["export", workbook, tmp_path / "small.mps"],
        "doctor": ["doctor", "--root", tmp_path / "runs"],
    }.items():
        _, found = answered(*arguments)
        holds(form, found)


@pytest.mark.slow
def test_studies_answer_in_the_published_form(workbook, tmp_path, answered):
    """A price swept, and what it costs to buy from a country, or to go without: nobody else sells, so no plan can."""
    out = ["--out", tmp_path / "study", "--replace", "--quiet"]
    for form, arguments in {
        "sweep": ["sweep", workbook, "--vary", "offers[offer=Baotou].price_usd_per_t set 50000, 70000"],
        "forbid": ["forbid", workbook, "country=China"],
        "force": ["force", workbook, "country=China"],
        "tornado": ["tornado", workbook, "--each", "offers.price_usd_per_t times 0.9, 1.1"],
        "sample": ["sample", workbook, "--range", "offers.price_usd_per_t times 0.9 to 1.1", "--count", 2],
        "alternatives": ["alternatives", workbook, "--plans", 2],
    }.items():
        code, found = answered(*arguments, *out)
        assert code == 0
        holds(form, found)
