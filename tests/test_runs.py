"""Runs: the store's rules, the folder's promises, and one run from input to record."""

import importlib
import json
import os
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cases import write_workbook

from planner.errors import Infeasible, InputInvalid, NoPlanInTime, RunError
from planner.runs.execute import execute, read_summary
from planner.runs.folder import RunEvent, RunFolder, RunOptions, read_manifest, safe_file_name, sha256_of
from planner.runs.index import ACTIVE, ENDED, MOVES, STATES
from planner.runs.store import RunStore

NARROW = [{"from": "*", "max_t_per_year": 40}]
US = Path(__file__).resolve().parents[1] / "inputs" / "us_base_case"


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def put_in_state(store, run_id, state):
    """Whatever the rules say: drop the guard, write, and put the guard back."""
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'only_legal_moves'").fetchone()[0]
        connection.execute("DROP TRIGGER only_legal_moves")
        connection.execute("UPDATE runs SET state = ? WHERE id = ?", (state, run_id))
        connection.execute(guard)


def test_a_new_run_is_queued_with_its_input_frozen(store, case):
    run = store.create(case, owner="ada", options=RunOptions(time_limit_s=60))
    (case / "periods.csv").write_text("changed", encoding="utf-8")
    assert (run.state, run.owner, run.name, run.options.time_limit_s) == ("queued", "ada", "small", 60)
    assert (store.input_path(run.id) / "periods.csv").read_text(encoding="utf-8") == "period,years\n2026,1\n"
    assert sha256_of(store.input_path(run.id)) == run.sha256


@pytest.mark.parametrize("old", STATES)
def test_the_database_refuses_every_move_that_is_not_legal(store, case, old):
    run = store.create(case)
    for new in STATES:
        put_in_state(store, run.id, old)
        if new == old or new in MOVES.get(old, set()):
            store.end(run.id, new)
            assert store.get(run.id).state == new
        else:
            with pytest.raises(RunError, match="illegal move of a run"):
                store.end(run.id, new)
            assert store.get(run.id).state == old


def test_an_ended_run_never_moves_again():
    assert not set(ENDED) & set(MOVES)


def test_only_the_oldest_run_is_claimed_and_only_while_a_slot_is_free(store, case):
    first, second, third = (store.create(case).id for _ in range(3))
    assert [store.place_in_queue(run) for run in (first, second, third)] == [1, 2, 3]
    assert not store.claim(second, slots=2)
    assert store.claim(first, slots=2)
    assert store.claim(second, slots=2)
    assert not store.claim(third, slots=2)
    assert not store.claim(first, slots=9)
    assert store.place_in_queue(third) == 1


def test_of_many_claims_at_once_one_succeeds(store, case):
    run = store.create(case).id
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: RunStore(store.root).claim(run), range(8))) == 1


def test_stopping_a_queued_run_ends_it_and_stopping_twice_changes_nothing(store, case):
    run = store.create(case).id
    assert store.request_stop(run).state == "no_plan"
    assert store.request_stop(run).state == "no_plan"


@pytest.mark.parametrize("state", ACTIVE)
def test_a_run_at_work_is_told_to_stop(store, case, state):
    run = store.create(case).id
    put_in_state(store, run, state)
    assert not store.heartbeat(run)
    assert store.request_stop(run).state == "stopping"
    assert store.heartbeat(run)
    assert not store.advance(run, "solving")


def desert(store, run_id):
    """As if the process that worked on a run had been killed long ago."""
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        connection.execute("UPDATE runs SET pid = 0, process = 'gone', heartbeat = 0 WHERE id = ?", (run_id,))


def test_a_silent_run_is_lost_and_found_when_its_worker_wakes(store, case):
    run = store.create(case).id
    store.claim(run)
    assert store.mark_lost(older_than_s=20) == ()
    desert(store, run)
    assert store.mark_lost(older_than_s=-1) == (run,)
    assert store.get(run).state == "lost"
    store.heartbeat(run)
    assert store.get(run).state == "checking"


def test_a_lost_run_starts_again_from_the_same_input(store, case):
    run = store.create(case, options=RunOptions(seed=7))
    desert(store, run.id)
    store.mark_lost()
    again = store.again(run.id)
    assert (again.state, again.sha256, again.options, again.name) == ("queued", run.sha256, run.options, run.name)


def test_progress_reaches_the_run_and_events_are_read_from_where_one_was(store, case):
    run = store.create(case).id
    numbers = {"seconds": 1.5, "best_musd": 41.2, "bound_musd": 40.0, "gap": 0.03, "nodes": 7}
    store.record(run, [RunEvent(1, "2026-01-01T00:00:00Z", "step", {"step": "solving"})])
    store.record(run, [RunEvent(2, "2026-01-01T00:00:01Z", "progress", numbers)])
    found = store.get(run)
    assert (found.step, found.best_musd, found.bound_musd, found.gap) == ("solving", 41.2, 40.0, 0.03)
    assert [event.kind for event in store.events(run)] == ["step", "progress"]
    assert [event.data for event in store.events(run, after=1)] == [numbers]


def test_writers_and_readers_do_not_get_in_each_others_way(store, case):
    run = store.create(case).id

    def write(number):
        for _ in range(10):
            RunStore(store.root).record(run, [RunEvent(number, "now", "note", {"text": str(number)})])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        store.list()
    for thread in threads:
        thread.join()
    assert [event.number for event in store.events(run)] == list(range(1, 81))


def test_a_run_at_work_is_not_deleted_and_an_ended_one_is(store, case):
    run = store.create(case).id
    with pytest.raises(RunError, match="is queued; stop it"):
        store.delete(run)
    store.request_stop(run)
    store.delete(run)
    assert store.list() == ()
    assert not list(store.root.glob(f"{run}*"))


def test_an_unknown_run_is_named(store):
    with pytest.raises(RunError, match="There is no run 'nobody'"):
        store.get("nobody")


def test_a_store_that_cannot_be_written_says_where(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match=r"The run store in .*file.* cannot be used"):
        RunStore(tmp_path / "file" / "runs")


def test_an_index_of_a_newer_planner_is_left_alone(tmp_path):
    store = RunStore(tmp_path)
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(RunError, match="written by a newer version"):
        RunStore(tmp_path)


def test_a_finished_folder_bears_its_name_and_lists_its_files(case, tmp_path):
    folder = RunFolder.begin(case, tmp_path / "out", RunOptions())
    assert not (tmp_path / "out").exists()
    folder.write("audit.json", {"passed": True})
    folder.finish("done", {})
    manifest = read_manifest(tmp_path / "out")
    assert manifest["state"] == "done"
    assert manifest["files"]["audit.json"] == sha256_of(tmp_path / "out" / "audit.json")
    assert set(manifest["files"]) == {"audit.json", "input/small/periods.csv", "options.json", "versions.json"}
    assert json.loads((tmp_path / "out" / "options.json").read_text(encoding="utf-8"))["seed"] == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("US base case v2.xlsx", "US base case v2.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\plan.XLSX", "plan.xlsx"),
        ("💎" * 200 + ".xlsx", "case.xlsx"),
        ("a" * 255 + ".xlsx", "a" * 80 + ".xlsx"),
        ("", "case"),
    ],
)
def test_file_names_are_made_safe_and_stay_recognisable(given, kept):
    assert safe_file_name(given) == kept


# One run, in this process ---------------------------------------------------------------------------------------------


def test_a_run_leaves_a_complete_folder(tmp_path):
    """100 t from Baotou at 60,000 $/t: 6 M$. Every step is told, in order."""
    events = []
    summary = execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "run", on_event=events.append)
    assert (summary.state, summary.status, summary.notes) == ("done", "optimal", ())
    assert summary.objective_musd == pytest.approx(6)
    steps = [event.data["step"] for event in events if event.kind == "step"]
    assert steps == ["checking", "building", "solving", "auditing", "reporting"]
    found = {path.name for path in (tmp_path / "run").iterdir()}
    wanted = {"input", "options.json", "versions.json", "events.jsonl", "plan", "pages", "audit.json", "report.xlsx"}
    wanted |= {"brief.pdf", "brief.html"}
    assert wanted | {"manifest.json"} <= found
    assert not (tmp_path / "run.tmp").exists()
    manifest = read_manifest(tmp_path / "run")
    assert all(sha256_of(tmp_path / "run" / name) == digest for name, digest in manifest["files"].items())
    assert read_summary(tmp_path / "run") == summary
    lines = (tmp_path / "run" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.slow
def test_an_invalid_case_leaves_nothing_and_an_earlier_run_alone(tmp_path):
    execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "run")
    bad = write_workbook(tmp_path / "bad.xlsx", demand=[{"segment": "nobody", "period": 2026, "t_per_year": 1}])
    with pytest.raises(InputInvalid, match="nobody"):
        execute(bad, tmp_path / "run", replace=True)
    assert read_summary(tmp_path / "run").state == "done"
    assert not (tmp_path / "run.tmp").exists()


def test_an_impossible_case_leaves_its_record(tmp_path):
    """100 t wanted without shortage; two lanes carry 40 t each, so 20 t cannot come."""
    with pytest.raises(Infeasible):
        execute(write_workbook(tmp_path / "case.xlsx", lanes=NARROW), tmp_path / "run")
    manifest = read_manifest(tmp_path / "run")
    assert manifest["state"] == "infeasible"
    assert "20.000 t" in manifest["message"]
    assert "20.000 t" in (tmp_path / "run" / "brief.html").read_text(encoding="utf-8")
    assert "brief.pdf" in manifest["files"]
    with pytest.raises(NoPlanInTime, match="holds no plan"):
        read_summary(tmp_path / "run")


def test_a_run_stopped_before_it_solves_says_so(tmp_path):
    with pytest.raises(NoPlanInTime, match="stopped before a plan was found"):
        execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "run", should_stop=lambda: True)
    assert read_manifest(tmp_path / "run")["state"] == "no_plan"


@pytest.mark.slow
def test_a_report_that_cannot_be_written_costs_no_plan(tmp_path, monkeypatch):
    def broken(*_):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(importlib.import_module("planner.reporting"), "write_report", broken)
    summary = execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "run")
    assert (summary.state, summary.report) == ("done", None)
    assert "could not be written" in summary.notes[0]


def test_a_missing_case_and_a_file_in_the_way_are_named(tmp_path):
    with pytest.raises(RunError, match=r"nowhere.*does not exist"):
        execute(tmp_path / "nowhere.xlsx", tmp_path / "run")
    (tmp_path / "run").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="is a file"):
        execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "run")


# Detached workers -----------------------------------------------------------------------------------------------------


def await_state(store, run_id, *states, seconds=120):
    """Wait for one of these states."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run = store.get(run_id)
        if run.state in states:
            return run
        time.sleep(0.1)
    pytest.fail(f"{run_id} is still {store.get(run_id)} after {seconds} s: {store.folder(run_id)}")


def pid_of(store, run_id):
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        return connection.execute("SELECT pid FROM runs WHERE id = ?", (run_id,)).fetchone()[0]


@pytest.mark.slow
def test_a_worker_finishes_on_its_own_and_the_index_tells(store, tmp_path):
    run = store.create(write_workbook(tmp_path / "case.xlsx"), name="mine.xlsx")
    store.launch(run.id)
    done = await_state(store, run.id, "done", "failed")
    assert (done.state, done.status) == ("done", "optimal")
    assert done.best_musd == pytest.approx(6)
    steps = [event.data["step"] for event in store.events(run.id) if event.kind == "step"]
    assert steps == ["checking", "building", "solving", "auditing", "reporting"]
    assert read_summary(store.folder(run.id)).objective_musd == pytest.approx(6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sheets", "state", "said"),
    [
        ({"lanes": NARROW}, "infeasible", "20.000 t"),
        ({"demand": [{"segment": "nobody", "period": 2026, "t_per_year": 1}]}, "failed", "nobody"),
    ],
)
def test_a_worker_tells_why_there_is_no_plan(store, tmp_path, sheets, state, said):
    run = store.create(write_workbook(tmp_path / "case.xlsx", **sheets))
    store.launch(run.id)
    ended = await_state(store, run.id, "done", "failed", "infeasible")
    assert ended.state == state
    assert said in ended.message
    assert read_manifest(store.folder(run.id))["state"] == state
    assert (store.folder(run.id) / "problems.json").exists() == (state == "failed")


@pytest.mark.slow
def test_two_runs_started_together_both_end(store, tmp_path):
    runs = [store.create(write_workbook(tmp_path / "case.xlsx"), options=RunOptions(threads=64)) for _ in range(2)]
    for run in runs:
        store.launch(run.id)
    ended = [await_state(store, run.id, "done", "failed") for run in runs]
    assert [run.state for run in ended] == ["done", "done"]
    assert ended[0].finished <= ended[1].started


@pytest.mark.slow
@pytest.mark.parametrize("way", ["flag", "signal"])
def test_stopping_keeps_the_best_plan(store, way):
    """The base case to the last cent takes long; once a plan is there, a stop keeps it."""
    run = store.create(US, options=RunOptions(mip_gap=0, time_limit_s=300))
    store.launch(run.id)
    await_state(store, run.id, "solving")
    end = time.monotonic() + 120
    while store.get(run.id).best_musd is None and time.monotonic() < end:
        time.sleep(0.1)
    if way == "flag":
        store.request_stop(run.id)
    else:
        os.kill(pid_of(store, run.id), signal.SIGTERM)
    ended = await_state(store, run.id, "stopped", "done", "no_plan", "failed")
    assert ended.state == "stopped"
    assert ended.gap > 0
    summary = read_summary(store.folder(run.id))
    assert summary.status == "stopped with a plan"
    assert summary.report is not None


@pytest.mark.slow
def test_a_killed_worker_is_lost_and_its_run_can_begin_again(store, tmp_path):
    run = store.create(US, options=RunOptions(mip_gap=0, time_limit_s=300))
    store.launch(run.id)
    await_state(store, run.id, "solving")
    os.kill(pid_of(store, run.id), signal.SIGKILL)
    time.sleep(3)
    assert store.mark_lost(older_than_s=2) == (run.id,)
    assert store.get(run.id).state == "lost"
    again = store.again(run.id, options=RunOptions(mip_gap=0.05))
    store.launch(again.id)
    assert await_state(store, again.id, "done", "failed").state == "done"
