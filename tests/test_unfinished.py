"""A run whose process is killed while it solves keeps its best plan, and the plan can be finished later."""

import json
import os
import signal
import sqlite3
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from cases import write_workbook
from test_runs import await_state, desert

from planner.case import read_case
from planner.cli import main as cli
from planner.cli.runs import folder_of
from planner.errors import RunError
from planner.planning.built import Built
from planner.runs.claim import LOCK, Lock
from planner.runs.execute import read_summary
from planner.runs.finishing import CUT_OFF, finish, finish_in
from planner.runs.folder import RunEvent, RunFolder, RunOptions, has_abandoned_plan, read_manifest, working_name
from planner.runs.store import RunStore
from planner.solver import large
from planner.solver.incumbent import INCUMBENT_FILE, Incumbent, IncumbentWriter, read_incumbent, write_incumbent
from planner.solver.outcome import SolveOptions

US = Path(__file__).resolve().parents[1] / "inputs" / "us_base_case"


def program_of(path):
    built = Built.of(read_case(path))
    return built, built.solve(SolveOptions(mip_gap=0.0, time_limit_s=10.0))[1].values


def abandoned(work, built, values, mark=None):
    """What a process leaves that was killed while it solved: a plan, a bound of 5.4 M$, and a lock that is free."""
    told = {"seconds": 2.0, "best_musd": 6.0, "bound_musd": 5.4, "gap": 0.1, "nodes": 1}
    event = asdict(RunEvent(1, "2026-01-01T00:00:00Z", "progress", told))
    (work / "events.jsonl").write_text(json.dumps(event) + '\n{"number": 2, "at"', encoding="utf-8")
    write_incumbent(work / INCUMBENT_FILE, Incumbent(mark or built.program.mark, 6.0, values))


@pytest.fixture
def cut_off(tmp_path):
    """100 t from Baotou at 60,000 $/t: a plan of 6 M$."""
    case = write_workbook(tmp_path / "case.xlsx")
    folder = RunFolder.begin(case, tmp_path / "run", RunOptions(seed=7))
    abandoned(folder.work, *program_of(case))
    folder.release()
    return folder.final


@pytest.mark.slow
def test_a_plan_that_was_kept_becomes_a_whole_run(cut_off):
    """The plan costs 6 M$; no plan can cost less than 5.4 M$, so the gap is (6 - 5.4) / 6 = 10 %."""
    summary = finish(cut_off)
    assert (summary.state, summary.status, summary.notes) == ("stopped", "stopped with a plan", (CUT_OFF,))
    assert (summary.objective_musd, summary.bound_musd) == pytest.approx((6.0, 5.4))
    assert summary.gap == pytest.approx(0.1)
    assert summary.report is not None
    assert read_summary(cut_off) == summary
    manifest = read_manifest(cut_off)
    assert (manifest["created"], manifest["options"]["seed"]) == ("2026-01-01T00:00:00Z", 7)
    assert INCUMBENT_FILE not in manifest["files"]
    assert not working_name(cut_off).exists()


@pytest.mark.slow
def test_the_command_finds_it_by_its_folder_and_by_the_name_that_is_left(cut_off, capsys):
    assert folder_of(f"{cut_off}.tmp", None) == cut_off
    assert CUT_OFF in capsys.readouterr().err
    assert folder_of(str(cut_off), None) == cut_off
    assert CUT_OFF not in capsys.readouterr().err


def test_a_run_that_somebody_still_works_on_is_left_alone(cut_off):
    lock = Lock(working_name(cut_off) / LOCK)
    lock.acquire()
    assert not has_abandoned_plan(working_name(cut_off))
    with pytest.raises(RunError, match="somebody still works on it"):
        finish(cut_off)
    lock.release()
    assert has_abandoned_plan(working_name(cut_off))


def test_a_plan_of_another_program_is_refused_and_kept(cut_off):
    work = working_name(cut_off)
    kept = read_incumbent(work / INCUMBENT_FILE)
    write_incumbent(work / INCUMBENT_FILE, Incumbent("another", kept.cost_musd, kept.values))
    with pytest.raises(RunError, match="another version of the planner"):
        finish(cut_off)
    assert (work / INCUMBENT_FILE).exists()


def test_a_damaged_file_is_told_in_a_sentence(cut_off):
    file = working_name(cut_off) / INCUMBENT_FILE
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(RunError, match=r"cannot be read.*Run the case again"):
        finish(cut_off)


@pytest.mark.slow
def test_a_lost_run_of_the_list_is_finished_in_the_list(tmp_path):
    case = write_workbook(tmp_path / "case.xlsx")
    store = RunStore(tmp_path / "runs")
    run = store.create(case)
    store.claim(run.id)
    abandoned(store.folder(run.id), *program_of(case))
    assert not store.has_kept_plan(run.id)
    desert(store, run.id)
    store.mark_lost()
    assert store.has_kept_plan(run.id)
    finish_in(store, run.id)
    found = store.get(run.id)
    assert (found.state, found.message, found.has_plan) == ("stopped", CUT_OFF, True)
    assert (found.best_musd, found.gap) == pytest.approx((6.0, 0.1))
    assert not store.has_kept_plan(run.id)


@pytest.mark.slow
def test_the_page_of_runs_finishes_it(tmp_path, monkeypatch):
    testing = pytest.importorskip("streamlit.testing.v1", reason="the pages need the extra `app`")
    monkeypatch.setenv("PLANNER_RUNS", str(tmp_path / "runs"))
    case = write_workbook(tmp_path / "case.xlsx")
    store = RunStore(tmp_path / "runs")
    run = store.create(case)
    store.claim(run.id)
    abandoned(store.folder(run.id), *program_of(case))
    desert(store, run.id)
    store.mark_lost()
    page = "from planner.pages import runs\nfrom planner.pages.frame import register\nruns.show()"
    app = testing.AppTest.from_string(page, default_timeout=60)
    app.query_params["run"] = run.id
    app.run()
    assert "The best plan was kept" in " ".join(text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Finish the best plan").click().run()
    assert not app.exception
    assert await_state(store, run.id, "stopped", "lost").state == "stopped"
    app.run()
    assert "See the results" in [button.label for button in app.button]


def test_a_better_plan_is_written_at_most_so_often_and_never_forgotten(tmp_path):
    incumbents = IncumbentWriter(tmp_path / INCUMBENT_FILE, every_s=0.2)
    for cost in (9.0, 8.0, 7.0):
        incumbents.plan(np.array([cost]), cost)
    assert read_incumbent(tmp_path / INCUMBENT_FILE).cost_musd == 9.0
    time.sleep(0.25)
    incumbents.write_if_due()
    assert read_incumbent(tmp_path / INCUMBENT_FILE).cost_musd == 7.0
    incumbents.last(np.array([6.0]), 6.0, 5.5)
    assert (
        read_incumbent(tmp_path / INCUMBENT_FILE).cost_musd,
        read_incumbent(tmp_path / INCUMBENT_FILE).bound_musd,
    ) == (6.0, 5.5)


def test_a_plan_that_cannot_be_kept_costs_the_copy_and_not_the_run(tmp_path):
    incumbents = IncumbentWriter(tmp_path / "no such folder" / INCUMBENT_FILE)
    incumbents.plan(np.array([1.0]), 1.0)
    assert incumbents.failed == "No such file or directory"


@pytest.mark.slow
def test_a_killed_worker_leaves_a_plan_that_can_be_finished(tmp_path):
    """The base case to the last cent takes long; its worker is killed once a plan is kept."""
    store = RunStore(tmp_path / "runs")
    run = store.create(US, options=RunOptions(mip_gap=0, time_limit_s=600))
    store.launch(run.id)
    file = working_name(store.root / run.id) / INCUMBENT_FILE
    end = time.monotonic() + 300
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        pid = connection.execute("SELECT pid FROM runs WHERE id = ?", (run.id,)).fetchone()[0]
    os.kill(pid, signal.SIGKILL)
    cost = read_incumbent(file).cost_musd
    while not store.has_kept_plan(run.id) and time.monotonic() < end:
        store.mark_lost()
        time.sleep(0.5)
    summary = finish_in(store, run.id)
    assert summary.objective_musd <= cost * (1 + 1e-9)
    assert (summary.status, store.get(run.id).state) == ("stopped with a plan", "stopped")
    assert summary.report is not None


FEES = {"A": 1.0, "B": 1.1, "C": 1.2, "D": 1.3, "E": 1.4}
MOST = {"A": 60, "B": 55, "C": 50, "D": 45, "E": 40}
FIVE = {
    "suppliers": [
        {"supplier": name, "country": "CHN", "qualified": "no", "qualification_cost_musd": fee,
         "qualification_years": 0}
        for name, fee in FEES.items()
    ],
    "offers": [
        {"offer": name, "supplier": name, "material": "oxide", "origin": "CHN", "price_usd_per_t": 50_000,
         "max_t_per_year": most}
        for name, most in MOST.items()
    ],
}  # fmt: skip


@pytest.mark.slow
def test_a_run_that_its_time_limit_stops_keeps_its_plan_and_says_so(tmp_path, monkeypatch, capsys):
    """100 t at 50,000 $/t are 5 M$; A and B, qualified for 1.0 and 1.1, have 115 t: 7.1 M$, the plan by rounding.

    Without whole numbers it is A and 40 of B's 55 t: 6.8 M$, below which nothing is proven when the clock, which stands
    until there is a plan, jumps past its limit. The gap is 0.3 / 7.1; exit code 0, for the plan is there and audited.
    """
    case = write_workbook(tmp_path / "case.xlsx", **FIVE)
    monkeypatch.setattr("planner.case.read_upload", lambda path, overlays=(): read_case(path, overlays))
    monkeypatch.setattr("planner.runs.execute._write_report", lambda *_: "")  # it is written afterwards
    monkeypatch.setattr("planner.runs.execute._write_brief", lambda *_: "")
    monkeypatch.setattr(large._Search, "seconds", property(lambda self: 0.0 if self.best is None else 61.0))
    monkeypatch.setenv("PLANNER_RUNS", str(tmp_path))
    command = ["solve", str(case), "--out", str(tmp_path / "run"), "--gap", "0", "--time-limit", "60", "--json"]
    with pytest.raises(SystemExit) as end:
        cli.main(command)
    told = json.loads(capsys.readouterr().out)
    assert (end.value.code, told["state"], told["status"]) == (0, "done", "stopped with a plan")
    assert (told["objective_musd"], told["bound_musd"], told["gap"]) == pytest.approx((7.1, 6.8, 0.3 / 7.1))
    assert not told["verdict"]["proven"]
    assert told["verdict"]["words"] == "Best plan when the search was stopped: within 4.2 % of the best"
    assert not (tmp_path / "run" / INCUMBENT_FILE).exists()
    with pytest.raises(SystemExit) as end:
        cli.main(["report", str(tmp_path / "run")])
    assert end.value.code == 0
    assert (tmp_path / "run" / "report.xlsx").is_file()
