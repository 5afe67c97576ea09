"""The command line: what it prints where, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.cli import main as cli
from planner.errors import AuditFailed, Infeasible, InputInvalid, NoPlanInTime, Problem, RunError
from planner.runs.execute import RunSummary
from planner.runs.folder import RunEvent

FAULT = Problem(
    "number.text", "error", "offers", "C7", "price_usd_per_t", "'\x1b[31mred'", "expected a number", "Type 7"
)
WARNING = Problem("price.odd", "warning", "offers", "C8", "price_usd_per_t", "7", "1000 times its neighbours", "Look")


def run(*arguments):
    """The exit code of a command."""
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    return end.value.code or 0


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    return folder


@pytest.fixture
def plan_is(monkeypatch, tmp_path):
    """Let `solve` find what a test says it finds."""

    def install(error=None, notes=()):
        def execute(case_path, out_dir, options, on_event, should_stop, overlays, replace, label, read, listed_in):
            on_event(RunEvent(1, "2026-01-01T00:00:00.000Z", "step", {"step": "solving"}))
            numbers = {"seconds": 1.0, "best_musd": 12.5, "bound_musd": 12.0, "gap": 0.04, "nodes": 3}
            on_event(RunEvent(2, "2026-01-01T00:00:01.000Z", "progress", numbers))
            if error is not None:
                raise error
            execute.options = options
            folder = Path(out_dir)
            return RunSummary(
                folder, "done", "within gap", "small", "f" * 64, 12.5, 12.0, 0.04, 2.0, folder / "r", notes
            )

        monkeypatch.setattr("planner.runs.execute.execute", execute)
        return execute

    return install


def test_help_names_every_command_and_loads_nothing_heavy():
    """A first look must not wait for the solver, the tables or the pages to load."""
    script = (
        "import sys\nfrom planner.cli import main as cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'pyomo', 'highspy', 'streamlit', 'openpyxl', 'rich'} & set(sys.modules)\n"
        "print('heavy:', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "heavy: []" in done.stdout
    for command in (
        "template",
        "check",
        "solve",
        "convert",
        "reduce",
        "report",
        "certificate",
        "runs",
        "cancel",
        "app",
        "doctor",
    ):
        assert f"  {command} " in done.stdout
    assert "  certificate " in done.stdout
    assert "worker" not in done.stdout


def test_every_command_has_its_paragraph_and_answers_in_json():
    for command in cli.app.registered_commands:
        assert command.callback.__doc__
        if command.name != "app" and not command.hidden:
            assert "json" in command.callback.__annotations__


def test_an_unknown_command_or_option_is_a_usage_error(capsys, case):
    assert run("nonsense") == 2
    assert run("solve", str(case), "--gap", "7") == 2
    assert run("check", str(case / "missing.xlsx")) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "nonsense" in err
    assert "does not exist" in err


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InputInvalid([FAULT, WARNING]), 3, "offers!C7: found '"),
        (Infeasible("NdPr oxide in 2028 is short by 3.4 t"), 4, "short by 3.4 t"),
        (NoPlanInTime("No plan within 60 s"), 5, "No plan within 60 s"),
        (AuditFailed("The books do not close"), 1, "books do not close"),
        (RunError("The disk is full"), 1, "disk is full"),
    ],
)
def test_each_end_has_its_exit_code_and_its_sentence(capsys, case, plan_is, error, code, sentence):
    plan_is(error)
    assert run("solve", str(case)) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert "Traceback" not in err
    assert "\x1b" not in err


def test_an_error_is_json_where_json_is_asked_for(capsys, case, plan_is):
    plan_is(InputInvalid([FAULT]))
    assert run("solve", str(case), "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema_version"] == 1
    assert answer["exit_code"] == 3
    assert answer["error"]["problems"][0]["cell"] == "C7"


def test_a_fault_of_ours_is_one_sentence_and_a_log(capsys, case, plan_is, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    plan_is(ZeroDivisionError("oh"))
    assert run("solve", str(case)) == 1
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    log = next(tmp_path.glob("ree-planner-*.log"))
    assert str(log) in err
    assert "ZeroDivisionError: oh" in log.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_named(capsys, case, plan_is):
    plan_is(PermissionError(13, "Permission denied", "/somewhere/report.xlsx"))
    assert run("solve", str(case)) == 1
    assert "/somewhere/report.xlsx: Permission denied" in capsys.readouterr().err


def test_solve_prints_the_plan_on_standard_output_only(capsys, case, plan_is):
    plan_is(notes=("The report is late.",))
    assert run("solve", str(case), "--out", "there") == 0
    out, err = capsys.readouterr()
    assert "proven within 4.0 % of the best" in out
    assert "12.500 M$" in out
    assert err == "The report is late.\n"


def test_solve_hands_its_options_on_and_leaves_the_rest_to_the_case(capsys, case, plan_is, monkeypatch):
    execute = plan_is()
    monkeypatch.setenv("PLANNER_SEED", "11")
    assert run("solve", str(case), "--gap", "0.02", "--threads", "1") == 0
    assert (execute.options.mip_gap, execute.options.time_limit_s) == (0.02, None)
    assert (execute.options.threads, execute.options.seed) == (1, 11)


def test_solve_in_json_is_one_object(capsys, case, plan_is):
    plan_is()
    assert run("solve", str(case), "--json") == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert (answer["status"], answer["objective_musd"], answer["bound_musd"]) == ("within gap", 12.5, 12.0)
    assert err == ""


def test_the_last_lines_of_a_run_say_what_is_decided_and_what_is_missed():
    """37 awards, 26 of them firm; 3 projects, 2 firm; 351.6 t short in 5 segments; one limit missed; no warning."""
    from planner.cli.say import summary, summary_text

    told = {"awards": 37, "awards_firm": 26, "projects": 3, "projects_firm": 2, "unmet_t": 351.58, "unmet_segments": 5}
    told |= {"limits_missed": 1, "warnings": 0}
    found = RunSummary(Path("r"), "done", "optimal", "small", "f", 6.0, 6.0, 0.0, 1.0, None, decision=told)
    lines = summary_text(found).splitlines()
    assert "awards  37, of which firm 26" in lines
    assert "builds  3, of which firm 2" in lines
    assert "unmet   351.6 t in all, in 5 segments" in lines
    assert "missed  1 limit" in lines
    assert not any(line.startswith("warned") for line in lines)
    assert summary(found)["decision"] == told
    before = RunSummary(Path("r"), "done", "optimal", "small", "f", 6.0, 6.0, 0.0, 1.0, None)
    assert not any(line.startswith("awards") for line in summary_text(before).splitlines())


@pytest.mark.parametrize(
    ("objective", "told"), [(6.0, "no plan can cost less"), (6.96, "no plan can have a lower objective")]
)
def test_solve_tells_cost_and_objective_apart(objective, told):
    """6.0 M$ of cost; with 3.0 M$ at risk at a price of 0.32, 0.96 more are weighed: 6.96, as is the bound."""
    from planner.cli.say import summary, summary_text
    from planner.runs.execute import RunSummary

    found = RunSummary(Path("r"), "done", "optimal", "small", "f", objective, objective, 0.0, 1.0, None, cost_musd=6.0)
    text = summary_text(found)
    assert "cost    6.000 M$" in text
    assert told in text
    assert ("weighed 0.960 M$" in text, "in all  6.960 M$" in text) == (objective > 6.0, objective > 6.0)
    assert (summary(found)["cost_musd"], summary(found)["objective_musd"]) == (6.0, objective)


def test_progress_as_json_is_one_line_an_event(capsys, case, plan_is):
    plan_is()
    assert run("solve", str(case), "--progress", "json") == 0
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["kind"] for event in events] == ["step", "progress"]
    assert events[1]["data"]["bound_musd"] == 12.0


def test_the_live_line_says_where_the_solve_is():
    from planner.cli.progress import ProgressLine

    line = ProgressLine()
    assert "0:00" in line.text()
    line.on_event(RunEvent(1, "", "step", {"step": "solving"}))
    assert "no plan yet" in line.text()
    line.on_event(RunEvent(2, "", "progress", {"best_musd": 1234.5, "bound_musd": 1200.0, "gap": 0.0279, "nodes": 1}))
    assert "best plan 1,234.5 M$  bound 1,200.0 M$  gap 2.79 %" in line.text()


INTERRUPTED = """
import time, sys
from pathlib import Path
import planner.runs.execute
from planner.cli import main as cli
from planner.errors import NoPlanInTime
from planner.runs.execute import RunSummary

def execute(case_path, out_dir, options, on_event, should_stop, overlays, replace, label, read, listed_in):
    print("working", flush=True)
    while not should_stop():
        time.sleep(0.02)
    {then}
    return RunSummary(Path(out_dir), "stopped", "stopped with a plan", "small", "f", 12.5, 12.0, 0.04, 2.0, None)

planner.runs.execute.execute = execute
cli.main(["solve", {case!r}])
"""


def interrupted(case, then, times=1):
    """The command after Ctrl-C: its exit code, standard output and standard error."""
    script = INTERRUPTED.format(then=then, case=str(case))
    with subprocess.Popen([sys.executable, "-c", script], stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout.readline() == "working\n"
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        try:
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    return process.returncode, out, err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_once_keeps_the_best_plan(case):
    code, out, err = interrupted(case, "pass")
    assert code == 0
    assert "best plan when the search was stopped" in out
    assert "the best plan so far is kept" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_before_any_plan_ends_as_interrupted(case):
    code, out, err = interrupted(case, "raise NoPlanInTime('none')")
    assert code == 130
    assert out == ""
    assert "nothing to keep" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_twice_ends_at_once(case):
    began = time.monotonic()
    code, _, err = interrupted(case, "time.sleep(60)", times=2)
    assert code == 130
    assert time.monotonic() - began < 20
    assert "Traceback" not in err


def checked(problems, case):
    from planner.case import Checked, Overview

    return lambda path, overlays: Checked("small", case, tuple(problems), Overview())


def test_check_lists_every_problem_and_exits_3(capsys, case, monkeypatch):
    monkeypatch.setattr("planner.case.check_upload", checked([FAULT, WARNING], None))
    assert run("check", str(case)) == 3
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert out.startswith("error: offers!C7: found")
    assert "\x1b" not in out
    assert "1 error, 1 warning" in err


def test_check_in_json_holds_every_field_of_a_problem(capsys, case, monkeypatch):
    monkeypatch.setattr("planner.case.check_upload", checked([FAULT], None))
    assert run("check", str(case), "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["problems"] == [FAULT.as_dict()]
    assert answer["fingerprint"] is None


def test_runs_and_cancel_speak_of_the_store(capsys, tmp_path):
    root = str(tmp_path / "runs")
    assert run("runs", "--root", root) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "no runs" in err
    assert run("cancel", "nobody", "--root", root) == 1
    assert "nobody" in capsys.readouterr().err

    from planner.runs.store import RunStore

    (tmp_path / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    queued = RunStore(root).create(tmp_path, owner="ada", name="a\x1b[2Jcase")
    assert run("runs", "--root", root) == 0
    out = capsys.readouterr().out
    assert queued.id in out
    assert "queued" in out
    assert "\x1b" not in out
    assert run("cancel", queued.id, "--root", root, "--json") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "no_plan"


def test_the_doctor_finds_this_installation_sound(capsys, tmp_path):
    assert run("doctor", "--json", "--root", str(tmp_path / "runs")) == 0
    checks = {check["what"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["solver"]["fine"]
    assert checks["run store"]["fine"]
    assert checks["pyomo"]["needed"]
    assert not checks["streamlit"]["needed"]


def test_the_doctor_says_what_would_mend_a_fault(capsys, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    assert run("doctor", "--root", str(in_the_way / "runs")) == 1
    assert "PLANNER_RUNS" in capsys.readouterr().out


def test_the_version_is_said(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("ree-planner 0.")
