"""The index of runs may be lost, damaged or wrong: what the folders say wins, and no clock or kill blocks a run."""

import json
import multiprocessing
import os
import shutil
import sqlite3
import time

import pytest
from cases import write_workbook

from planner.cli.doctor import _index
from planner.cli.runs import ask_to_stop, folder_of, run_lines, run_records, store_in
from planner.errors import RunError
from planner.runs.claim import started_at, working_name
from planner.runs.execute import execute
from planner.runs.folder import RunFolder, RunOptions, read_about, read_manifest
from planner.runs.store import BIN, BIN_DAYS, RunStore
from planner.solver.incumbent import INCUMBENT_FILE

PLAN = {
    "status": "optimal", "case_name": "c", "fingerprint": "f", "objective_musd": 6.0, "bound_musd": 6.0, "gap": 0.0,
    "seconds": 1.0, "notes": [],
}  # fmt: skip
HOUR = 3600.0


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


def ended(store, case, state="done", **label):
    """A run that is complete in its folder, and of which the index knows nothing but that it was queued."""
    run = store.create(case, **label)
    folder = RunFolder.begin(store.input_path(run.id), store.root / run.id, run.options)
    folder.finish(state, {"plan": PLAN} if state == "done" else {"message": "20 t cannot come"})
    return run.id


def change(store, run_id, **values):
    """Write into the index whatever the rules say."""
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'only_legal_moves'").fetchone()[0]
        connection.execute("DROP TRIGGER only_legal_moves")
        sets = ", ".join(f"{name} = ?" for name in values)
        connection.execute(f"UPDATE runs SET {sets} WHERE id = ?", (*values.values(), run_id))
        connection.execute(guard)
    connection.close()


def gone_process():
    """The number and beginning of a process that has ended."""
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    process.start()
    who = process.pid, started_at(process.pid)
    process.kill()
    process.join()
    return who


def only_file(store):
    """All of the index in one file, so that a test can damage it."""
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return store.root / "runs.sqlite"


DAMAGES = {
    "garbage": lambda file: file.write_bytes(os.urandom(20_000)),
    "cut in half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "empty": lambda file: file.write_bytes(b""),
    "deleted": lambda file: file.unlink(),
    "a text": lambda file: file.write_text("not an index at all" * 500, encoding="utf-8"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("open_already", [True, False])
def test_a_damaged_index_is_made_anew_from_the_folders(store, case, damage, open_already):
    """Two finished runs and one that was cut off are there again, with names, owners and figures."""
    done, bad = ended(store, case, name="mine.xlsx", owner="ada"), ended(store, case, "infeasible")
    cut = store.create(case)
    file = only_file(store)
    DAMAGES[damage](file)
    again = store if open_already else RunStore(store.root)
    again.reconcile()
    found = {run.id: run for run in again.list()}
    assert set(found) == {done, bad, cut.id}
    assert (found[done].state, found[done].name, found[done].owner) == ("done", "mine.xlsx", "ada")
    assert (found[done].best_musd, found[done].gap, found[done].status) == (6.0, 0.0, "optimal")
    assert (found[bad].state, found[bad].message) == ("infeasible", "20 t cannot come")
    assert found[cut.id].state == "lost"
    assert again.input_path(cut.id).exists()


def test_what_was_damaged_is_put_aside_and_not_thrown_away(store, case):
    ended(store, case)
    file = only_file(store)
    DAMAGES["garbage"](file)
    damaged = file.read_bytes()
    RunStore(store.root)
    assert [path.read_bytes() for path in store.root.glob("runs.sqlite.damaged-*")] == [damaged]


def test_a_newer_index_is_neither_mended_nor_moved(store):
    with sqlite3.connect(store.root / "runs.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(RunError, match="newer version"):
        RunStore(store.root)
    assert not list(store.root.glob("*damaged*"))


def test_a_locked_index_is_answered_with_what_to_do(store, case, monkeypatch):
    monkeypatch.setattr("planner.runs.index.BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(store.root / "runs.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(RunError, match=r"Another program holds its index; try again.*runs are safe"):
            store.create(case)
    finally:
        other.close()


def test_a_finished_run_is_never_lost_whatever_the_index_missed(store, case):
    """The index was locked while the run ended, so it still says `solving` of a run whose folder is complete."""
    run_id = ended(store, case)
    pid, process = gone_process()
    change(store, run_id, state="solving", heartbeat=time.time() - HOUR, pid=pid, process=process)
    assert store.mark_lost() == ()
    assert (store.get(run_id).state, store.get(run_id).best_musd) == ("done", 6.0)
    change(store, run_id, state="lost", best_musd=None)
    store.reconcile()
    assert (store.get(run_id).state, store.get(run_id).best_musd) == ("done", 6.0)


def test_a_run_whose_folder_is_gone_leaves_the_list(store, case):
    run_id = ended(store, case)
    store.reconcile()
    shutil.rmtree(store.root / run_id)
    store.reconcile()
    assert store.list() == ()


@pytest.mark.parametrize("clock", [-HOUR, HOUR], ids=["set forward", "set back"])
@pytest.mark.parametrize("alive", [True, False], ids=["at work", "killed"])
def test_a_clock_that_is_set_neither_loses_a_run_nor_keeps_a_dead_one(store, case, clock, alive):
    """The heartbeat lies an hour back, or an hour ahead; what counts is whether the process is there."""
    run_id = store.create(case).id
    store.claim(run_id)
    pid, process = (os.getpid(), started_at(os.getpid())) if alive else gone_process()
    change(store, run_id, heartbeat=time.time() + clock, pid=pid, process=process)
    assert store.mark_lost() == (() if alive else (run_id,))
    assert store.get(run_id).state == ("checking" if alive else "lost")


def test_a_dead_run_at_the_head_of_the_queue_makes_room(store, case):
    first, second = store.create(case).id, store.create(case).id
    pid, process = gone_process()
    change(store, first, heartbeat=time.time() + HOUR, pid=pid, process=process)
    assert not store.claim(second)
    store.mark_lost()
    assert store.claim(second)
    store.delete(first)


def test_a_number_that_another_process_has_now_is_not_the_worker(store, case):
    run_id = store.create(case).id
    store.claim(run_id)
    change(store, run_id, heartbeat=time.time() - HOUR, process="an earlier boot:17")
    assert store.mark_lost() == (run_id,)


def test_ten_thousand_runs_are_listed_page_by_page(store):
    """Each page is the next fifty of the newest; a thousand stand for ten thousand here, the slow test has all."""
    many_runs(store.root, 1_000)
    store.reconcile()
    assert store.count() == 1_000
    pages = [[run.id for run in store.list(50, skip=skip)] for skip in range(0, 1_000, 50)]
    assert [name for page in pages for name in page] == [f"run-{k:05}" for k in reversed(range(1_000))]
    assert store.get("run-00000").state == "done"


@pytest.mark.slow
def test_ten_thousand_runs_are_listed_in_a_second(store):
    """From the index, reconciled with the folders, in a second of the processor; made anew in less than ten."""
    many_runs(store.root, 10_000)
    began = time.process_time()
    store.reconcile()
    assert time.process_time() - began < 10
    began = time.process_time()
    again = RunStore(store.root)
    again.mark_lost()
    again.reconcile()
    assert len(again.list(50, skip=9_900)) == 50
    assert time.process_time() - began < 1


def many_runs(root, count):
    for k in range(count):
        folder = root / f"run-{k:05}"
        folder.mkdir()
        moment = f"2026-01-01T{k // 3600:02}:{k // 60 % 60:02}:{k % 60:02}Z"
        manifest = {
            "schema_version": 1, "run": folder.name, "state": "done", "input": {"file": "a.xlsx", "sha256": "0" * 64},
            "created": moment, "finished": moment, "options": {}, "versions": {}, "files": {}, "plan": PLAN,
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


# Runs of the command line ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_runs_of_the_command_line_are_listed_and_found_by_name(tmp_path, capsys):
    """100 t from Baotou at 60,000 $/t: 6 M$."""
    case = write_workbook(tmp_path / "case.xlsx")
    execute(case, tmp_path / "runs" / "mine", label={"owner": "ada"})
    (record,) = run_records(tmp_path / "runs", 50)
    assert (record["id"], record["name"], record["owner"], record["state"]) == ("mine", "case.xlsx", "ada", "done")
    assert record["best_musd"] == pytest.approx(6.0)
    assert "mine" in run_lines(tmp_path / "runs", 50)
    steps = [event.data["step"] for event in store_in(tmp_path / "runs").events("mine") if event.kind == "step"]
    assert steps == ["checking", "building", "solving", "auditing", "reporting"]


def test_a_run_of_the_command_line_is_followed_and_stopped_while_it_works(tmp_path):
    """What it has told its folder is in the list; a stop asked for there reaches it."""
    case, root, seen = write_workbook(tmp_path / "case.xlsx"), tmp_path / "runs", []

    def look(event):
        if event.data.get("step") == "checking":
            store = store_in(root)
            seen.append(store.get("mine").state)
            assert store.mark_lost() == ()
            seen.append(store.request_stop("mine", by="ada").state)

    with pytest.raises(Exception, match="stopped before a plan was found"):
        execute(case, root / "mine", on_event=look)
    run = store_in(root).get("mine")
    assert seen == ["checking", "stopping"]
    assert (run.state, run.stopped_by) == ("no_plan", "ada")


@pytest.mark.slow
def test_a_run_of_the_command_line_that_was_killed_is_lost_and_can_be_finished(tmp_path, monkeypatch):
    case, root = write_workbook(tmp_path / "case.xlsx"), tmp_path / "runs"

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.plan.Plan.save", killed)
    with pytest.raises(KeyboardInterrupt):
        execute(case, root / "mine")
    monkeypatch.undo()
    store = store_in(root)
    assert store.get("mine").state == "lost"
    assert store.has_kept_plan("mine")
    assert folder_of("mine", root) == root / "mine"
    assert store_in(root).get("mine").state in {"stopped", "done"}  # its bound was kept, and proves it


def test_folders_that_are_no_runs_are_not_listed(store, tmp_path):
    for name, files in {
        "thesis": {"manifest.json": "{}"},
        "notes.tmp": {"a.txt": ""},
        "empty": {},
        "half.tmp": {},
    }.items():
        (store.root / name).mkdir()
        for file, text in files.items():
            (store.root / name / file).write_text(text, encoding="utf-8")
    store.reconcile()
    assert store.list() == ()


# Names, notes, and the bin --------------------------------------------------------------------------------------------


def test_a_name_and_a_note_are_kept_with_the_run_and_change_no_hash(store, case):
    run_id = ended(store, case)
    store.reconcile()
    before = read_manifest(store.root / run_id)
    store.describe(run_id, "Offer of May", "with the second mine")
    assert read_manifest(store.root / run_id) == before
    only_file(store).unlink()
    again = RunStore(store.root)
    again.reconcile()
    assert (again.get(run_id).name, again.get(run_id).note) == ("Offer of May", "with the second mine")


def test_who_stopped_a_run_is_told(store, case):
    run = store.create(case, owner="ada")
    assert store.request_stop(run.id, by="bob").stopped_by == "bob"
    assert store.request_stop(run.id, by="eve").stopped_by == "bob"
    assert read_about(working_name(store.root / run.id))["stopped_by"] == "bob"


def test_a_deleted_run_lies_in_the_bin_and_comes_back_whole(store, case):
    run_id = ended(store, case, name="mine.xlsx")
    store.reconcile()
    store.delete(run_id, by="bob")
    store.reconcile()
    assert store.list() == ()
    (gone,) = store.deleted()
    assert (gone.id, gone.name, gone.by) == (run_id, "mine.xlsx", "bob")
    assert store.restore(run_id).state == "done"
    assert store.deleted() == ()
    assert "deleted_by" not in read_about(store.root / run_id)


def test_a_plan_that_was_kept_comes_back_from_the_bin_too(store, case):
    run = store.create(case)
    (working_name(store.root / run.id) / INCUMBENT_FILE).write_bytes(b"a plan")
    pid, process = gone_process()
    change(store, run.id, heartbeat=0.0, pid=pid, process=process)
    store.mark_lost()
    store.delete(run.id)
    store.restore(run.id)
    assert (working_name(store.root / run.id) / INCUMBENT_FILE).read_bytes() == b"a plan"
    assert store.has_kept_plan(run.id)


def test_the_bin_is_emptied_after_thirty_days(store, case):
    run_id = ended(store, case)
    store.reconcile()
    store.delete(run_id)
    about = store.root / BIN / run_id / "about.json"
    told = json.loads(about.read_text(encoding="utf-8"))
    for days, left in ((BIN_DAYS - 1, 1), (BIN_DAYS + 1, 0)):
        about.write_text(json.dumps(told | {"deleted": time.time() - days * 86400}), encoding="utf-8")
        assert len(store.deleted()) == left


@pytest.mark.parametrize("name", ["nobody", "../small", ""])
def test_what_is_not_in_the_bin_is_not_restored(store, case, name):
    with pytest.raises(RunError, match="no run"):
        store.restore(name)


def test_the_doctor_reads_the_index(store, case):
    ended(store, case)
    assert _index(store.root).fine
    DAMAGES["cut in half"](only_file(store))
    found = _index(store.root)
    assert not found.fine
    assert "ree-planner runs" in found.fix


def test_a_run_that_is_only_options_is_no_trap(store, case):
    folder = RunFolder.begin(case, store.root / "mine", RunOptions())
    (folder.work / "options.json").write_text('{"nonsense": 1}', encoding="utf-8")
    folder.release()
    store.reconcile()
    assert store.list() == ()


# Runs elsewhere, and runs in place of others --------------------------------------------------------------------------


@pytest.fixture
def solved_elsewhere(tmp_path):
    """A run in a folder of its user's own, of which the list of another folder was told."""
    root, out = tmp_path / "runs", tmp_path / "desk" / "thesis"
    execute(write_workbook(tmp_path / "case.xlsx"), out, listed_in=root)
    return root, out


@pytest.mark.slow
def test_a_run_outside_the_root_is_found_by_name_and_by_address(solved_elsewhere):
    root, out = solved_elsewhere
    store = store_in(root)
    (run,) = store.list()
    assert (run.id, run.name, run.state, run.best_musd) == (str(out), "case.xlsx", "done", pytest.approx(6.0))
    assert store.folder(run.id) == out
    assert folder_of("thesis", root) == folder_of(str(out), root) == out
    assert "thesis" in run_lines(root, 50)


@pytest.mark.slow
def test_an_index_that_is_thrown_away_knows_the_runs_elsewhere_again(solved_elsewhere):
    root, out = solved_elsewhere
    DAMAGES["garbage"](only_file(store_in(root)))
    assert [run.id for run in store_in(root).list()] == [str(out)]


@pytest.mark.slow
def test_a_run_elsewhere_that_was_moved_or_removed_drops_out(solved_elsewhere):
    root, out = solved_elsewhere
    out.rename(out.with_name("moved"))
    assert store_in(root).list() == ()
    out.with_name("moved").rename(out)  # the note has gone with it: whoever moves a folder knows where it is
    assert store_in(root).list() == ()
    with pytest.raises(RunError, match="no run 'thesis'"):
        folder_of("thesis", root)


@pytest.mark.slow
def test_a_run_elsewhere_leaves_the_list_and_its_folder_stays(solved_elsewhere):
    root, out = solved_elsewhere
    store = store_in(root)
    store.delete(str(out), by="bob")
    store.reconcile()
    assert store.list() == store.deleted() == ()
    assert read_manifest(out)["state"] == "done"


def test_a_run_elsewhere_is_stopped_by_its_name_while_it_works(tmp_path):
    """Once by a list that was told of it, once by its folder alone, of which that list had not heard."""
    case, root, asked = write_workbook(tmp_path / "case.xlsx"), tmp_path / "runs", []
    for listed, called in ((root, "thesis"), (None, str(tmp_path / "desk" / "other"))):
        out = tmp_path / "desk" / called

        def look(event, called=called):
            if event.data.get("step") == "checking":
                asked.append(ask_to_stop(called, root).state)

        with pytest.raises(Exception, match="stopped before a plan was found"):
            execute(case, out, on_event=look, listed_in=listed)
    assert asked == ["stopping", "stopping"]
    assert {run.state for run in store_in(root).list()} == {"no_plan"}


@pytest.mark.slow
def test_two_runs_elsewhere_of_one_name_are_asked_for_by_their_folders(tmp_path):
    case, root = write_workbook(tmp_path / "case.xlsx"), tmp_path / "runs"
    for place in ("a", "b"):
        execute(case, tmp_path / place / "thesis", listed_in=root)
    with pytest.raises(RunError, match=r"Several runs are called thesis: .*a.thesis, .*b.thesis"):
        folder_of("thesis", root)


@pytest.mark.slow
def test_a_list_that_cannot_be_written_costs_no_plan(tmp_path):
    (tmp_path / "runs").write_text("a file is in the way", encoding="utf-8")
    summary = execute(write_workbook(tmp_path / "case.xlsx"), tmp_path / "out", listed_in=tmp_path / "runs")
    assert summary.state == "done"
    assert "could not take this run in" in summary.notes[0]


def test_a_run_in_place_of_another_is_listed_with_its_own_figures(tmp_path):
    """The folder first holds 6 M$, then, replaced, a plan of 7 M$: the list says what the folder says."""
    store = RunStore(tmp_path / "runs")
    many_runs(store.root, 1)
    store.reconcile()
    assert store.get("run-00000").best_musd == 6.0
    file = store.root / "run-00000" / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(told | {"plan": PLAN | {"objective_musd": 7.0}}), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    store.reconcile()
    assert store.get("run-00000").best_musd == 7.0


def test_two_deleted_runs_of_one_name_both_lie_in_the_bin(store, case):
    """The second does not take the place of the first, and each comes back."""
    for note in ("first", "second"):
        RunFolder.begin(case, store.root / "mine", RunOptions()).finish("failed", {"message": note})
        store.reconcile()
        store.delete("mine", by="bob")
    assert {read_manifest(store.root / BIN / run.id)["message"] for run in store.deleted()} == {"first", "second"}
    for run in store.deleted():
        assert store.restore(run.id).id == "mine"
        (store.root / "mine").rename(store.root / f"back from {run.id}")


@pytest.mark.slow
def test_a_run_with_overlays_is_told_from_the_one_without(tmp_path):
    """Two runs of one case, of which one has a ban laid over it, do not bear the same name."""
    case, overlay = write_workbook(tmp_path / "case.xlsx"), tmp_path / "careful"
    overlay.mkdir()
    (overlay / "settings.csv").write_text("setting,value\nmip_gap,0.001\n", encoding="utf-8")
    execute(case, tmp_path / "runs" / "a")
    execute(case, tmp_path / "runs" / "b", overlays=(overlay,))
    assert {run.name for run in store_in(tmp_path / "runs").list()} == {"case.xlsx", "case.xlsx+careful"}


def test_a_run_that_was_cut_off_before_it_had_a_plan_says_so(store, case):
    """And one that is at work or waits, how to end it: there is nothing to report of any."""
    with pytest.raises(RunError, match="is not at its end"):
        folder_of(store.create(case).id, store.root)
    folder = RunFolder.begin(case, store.root / "mine", RunOptions())
    with pytest.raises(RunError, match=r"The run mine is not at its end\. `ree-planner cancel mine` ends it"):
        folder_of("mine", store.root)
    folder.release()
    with pytest.raises(RunError, match="cut off before it had a plan, so there is nothing to keep"):
        folder_of("mine", store.root)
