"""Runs: the store's rules, the folder's promises, and one run from input to record."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from planner.errors import RunError
from planner.run_folder import RunEvent, RunFolder, RunOptions, read_manifest, safe_file_name, sha256_of
from planner.run_index import ACTIVE, ENDED, MOVES, STATES
from planner.run_store import RunStore


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


def test_a_silent_run_is_lost_and_found_when_its_worker_wakes(store, case):
    run = store.create(case).id
    store.claim(run)
    assert store.mark_lost(older_than_s=20) == ()
    assert store.mark_lost(older_than_s=-1) == (run,)
    assert store.get(run).state == "lost"
    store.heartbeat(run)
    assert store.get(run).state == "checking"


def test_a_lost_run_starts_again_from_the_same_input(store, case):
    run = store.create(case, options=RunOptions(seed=7))
    store.mark_lost(older_than_s=-1)
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
    folder.finish("done", {"plan": {}})
    manifest = read_manifest(tmp_path / "out")
    assert manifest["state"] == "done"
    assert manifest["files"]["audit.json"] == sha256_of(tmp_path / "out" / "audit.json")
    assert set(manifest["files"]) == {"audit.json", "input/small/periods.csv", "options.json", "versions.json"}
    assert json.loads((tmp_path / "out" / "options.json").read_text(encoding="utf-8"))["seed"] == 1


def test_an_earlier_run_is_replaced_and_foreign_files_are_not(case, tmp_path):
    for state in ("infeasible", "done"):
        RunFolder.begin(case, tmp_path / "out", RunOptions()).finish(state, {})
    assert read_manifest(tmp_path / "out")["state"] == "done"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(RunError, match="not a run, so it is left alone"):
        RunFolder.begin(case, tmp_path / "mine", RunOptions())


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
