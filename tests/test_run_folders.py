"""What stands on the disk is never lost: not a stranger's folder, not an earlier run, not a note, not a plan."""

import importlib
import json
import multiprocessing
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from cases import write_workbook

from planner.brief import NAMES
from planner.errors import AuditFailed, NoPlanInTime, RunError, SolveFailed
from planner.plan import Plan
from planner.runs import claim as run_claim
from planner.runs import exports
from planner.runs import folder as run_folder
from planner.runs.claim import LOCK, Lock, given_or_reserved, is_locked, lives, recover, started_at
from planner.runs.execute import execute, read_summary
from planner.runs.exports import brief_bytes, report_bytes, tables_zip, write_brief_again, write_report_again
from planner.runs.finishing import finish
from planner.runs.folder import (
    RUN,
    STOP,
    WORKER_LOG,
    RunFolder,
    RunOptions,
    read_about,
    read_manifest,
    sha256_of,
    working_name,
)
from planner.runs.opened import open_run
from planner.solver.incumbent import INCUMBENT_FILE
from planner.studies.folder import FACTS, study_folder

FULL = OSError(28, "No space left on device")


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "periods.csv").write_text("period,years\n2026,1\n", encoding="utf-8")
    return folder


@pytest.fixture
def workbook(tmp_path):
    return write_workbook(tmp_path / "case.xlsx")


@pytest.fixture(autouse=True)
def quick_report(request, monkeypatch):
    """The report takes a second each time, and few of these tests look at it."""
    if "finished" not in request.fixturenames:
        runs = importlib.import_module("planner.runs.execute")
        monkeypatch.setattr(runs, "_write_report", lambda *_: "")
        monkeypatch.setattr(runs, "_keep_tables", lambda *_: None)


def run_in(final, case, state="done", **how):
    return RunFolder.begin(case, final, RunOptions(), **how).finish(state, {})


def everything(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Whose folder it is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "manifest", ["", "{}", "[]", '{"state": "done"}', '{"name": "an extension", "manifest_version": 3}', "\x00\xff"]
)
def test_a_folder_with_somebody_elses_manifest_is_left_alone(case, tmp_path, manifest):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "manifest.json").write_text(manifest, encoding="latin-1")
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    before = everything(mine)
    for replace in (False, True):
        with pytest.raises(RunError, match=r"not a run of the planner, so it is left alone"):
            RunFolder.begin(case, mine, RunOptions(), replace)
    assert everything(mine) == before
    assert not working_name(mine).exists()


def test_a_users_folder_that_has_the_temporary_name_is_left_alone(case, tmp_path):
    (tmp_path / "thesis.tmp").mkdir()
    (tmp_path / "thesis.tmp" / "chapter.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(RunError, match=r"thesis.tmp holds files that are not a run"):
        RunFolder.begin(case, tmp_path / "thesis", RunOptions(), replace=True)
    assert everything(tmp_path / "thesis.tmp") == {"chapter.txt": b"years of work"}


@pytest.mark.parametrize("place", ["my.tmp", "my", "my.replaced.tmp"])
def test_an_input_never_lies_in_what_would_go(case, tmp_path, place):
    """`solve my.tmp/small --out my` once deleted the case that it was to solve."""
    case.rename(tmp_path / "there")
    (tmp_path / place).mkdir()
    given = (tmp_path / "there").rename(tmp_path / place / "small")
    with pytest.raises(RunError, match="which the run would replace"):
        RunFolder.begin(given, tmp_path / "my", RunOptions(), replace=True)
    assert (given / "periods.csv").exists()


def test_a_run_that_is_stopped_at_once_leaves_what_it_was_to_replace(case, workbook, tmp_path):
    """Ctrl-C while the case is checked: there is no plan yet, so the run that stands there is worth more."""
    run_in(tmp_path / "out", case)
    with pytest.raises(NoPlanInTime, match="stopped before a plan was found"):
        execute(workbook, tmp_path / "out", should_stop=lambda: True, replace=True)
    assert read_manifest(tmp_path / "out")["input"]["file"] == case.name
    assert not working_name(tmp_path / "out").exists()


def test_a_run_is_replaced_only_where_that_is_said(case, tmp_path):
    run_in(tmp_path / "out", case, "infeasible")
    with pytest.raises(RunError, match=r"holds a run already.*--replace"):
        run_in(tmp_path / "out", case)
    assert read_manifest(tmp_path / "out")["state"] == "infeasible"
    run_in(tmp_path / "out", case, replace=True)
    assert read_manifest(tmp_path / "out")["state"] == "done"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "small"]


def test_what_was_said_of_a_run_goes_with_it_when_another_takes_its_place(case, tmp_path):
    """Its name, its owner's note and who stopped it were of the plan that is gone."""
    for note in ("first", "second", "third"):
        folder = RunFolder.begin(case, tmp_path / "out", RunOptions(), replace=True)
        folder.label(name="small", note=note)
        for name in (STOP, WORKER_LOG):
            folder.write(name, {"by": note})
        folder.finish("done", {})
    assert read_about(tmp_path / "out") == {"name": "small", "note": "third"}
    assert not [name for name in everything(tmp_path / "out") if "(" in name]


def test_notes_in_a_run_folder_outlive_the_run(case, tmp_path):
    """Ours goes; a note, a folder of somebody's and a link stay; what the link points to is not ours."""
    out = run_in(tmp_path / "out", case)
    (out / "notes.txt").write_text("ask Lynas", encoding="utf-8")
    (out / "input" / "letter.txt").write_text("a letter", encoding="utf-8")
    (out / "mine").mkdir()
    (out / "mine" / "plan.txt").write_text("a plan", encoding="utf-8")
    (tmp_path / "elsewhere").write_text("elsewhere", encoding="utf-8")
    (out / "link").symlink_to(tmp_path / "elsewhere")
    run_in(out, case, "infeasible", replace=True)
    assert read_manifest(out)["state"] == "infeasible"
    assert (out / "notes.txt").read_text(encoding="utf-8") == "ask Lynas"
    assert (out / "input" / "letter.txt").read_text(encoding="utf-8") == "a letter"
    assert (out / "mine" / "plan.txt").read_text(encoding="utf-8") == "a plan"
    assert (out / "link").is_symlink()
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "elsewhere"
    assert not list(tmp_path.glob("*.tmp"))
    assert not {"notes.txt", "input/letter.txt", "mine/plan.txt"} & set(read_manifest(out)["files"])


def test_a_manifest_that_names_files_outside_removes_none_of_them(case, tmp_path):
    out = run_in(tmp_path / "out", case)
    (tmp_path / "precious").write_text("precious", encoding="utf-8")
    manifest = read_manifest(out)
    manifest["files"] |= {"../precious": "0" * 64, str(tmp_path / "precious"): "0" * 64}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run_in(out, case, replace=True)
    assert (tmp_path / "precious").exists()


def test_what_somebody_makes_under_the_name_meanwhile_is_not_overwritten(case, tmp_path):
    folder = RunFolder.begin(case, tmp_path / "out", RunOptions())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"made by somebody else meanwhile.*out\.tmp"):
        folder.finish("done", {})
    assert everything(tmp_path / "out") == {"mine.txt": b"mine"}
    assert (tmp_path / "out.tmp" / "manifest.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are those of Unix")
def test_a_run_is_its_owners_alone(case, tmp_path):
    assert run_in(tmp_path / "out", case).stat().st_mode & 0o077 == 0


# One at a time --------------------------------------------------------------------------------------------------------


def _hold(case, final, began, end):
    folder = RunFolder.begin(case, final, RunOptions())
    began.set()
    end.wait(60)
    folder.finish("done", {})


def test_a_second_process_is_told_who_is_at_it(case, tmp_path, monkeypatch):
    """The second of two that write to one folder at once ends with the pid of the first, which then ends well."""
    monkeypatch.setattr(run_claim, "TRIES", 2)
    context = multiprocessing.get_context("fork")
    began, end = context.Event(), context.Event()
    first = context.Process(target=_hold, args=(case, tmp_path / "out", began, end))
    first.start()
    assert began.wait(60)
    with pytest.raises(RunError, match=rf"is being written by process {first.pid} on "):
        RunFolder.begin(case, tmp_path / "out", RunOptions(), replace=True)
    end.set()
    first.join(60)
    assert read_manifest(tmp_path / "out")["state"] == "done"


def test_a_lock_ends_with_its_process(case, tmp_path):
    context = multiprocessing.get_context("fork")
    began, end = context.Event(), context.Event()
    first = context.Process(target=_hold, args=(case, tmp_path / "out", began, end))
    first.start()
    assert began.wait(60)
    assert is_locked(tmp_path / "out.tmp")
    first.kill()
    first.join(60)
    assert not is_locked(tmp_path / "out.tmp")
    run_in(tmp_path / "out", case)
    assert not working_name(tmp_path / "out").exists()


def test_a_process_is_known_by_its_number_and_its_beginning():
    assert lives(os.getpid(), started_at(os.getpid()))
    assert not lives(os.getpid(), "another boot:1")
    assert not lives(None, None)
    assert not lives(2**22 + 1, None)


def test_two_cases_of_one_name_get_two_folders(tmp_path):
    with given_or_reserved(None, tmp_path / "case") as first, given_or_reserved(None, tmp_path / "case") as second:
        assert (first.name, second.name) == ("case", "case-2")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "case").mkdir()
    with given_or_reserved(None, tmp_path / "case") as third:
        assert third.name == "case-2"


# What was cut off -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["nothing renamed", "the earlier one renamed", "both renamed"])
def test_a_process_killed_while_renaming_leaves_both_runs_whole(case, tmp_path, monkeypatch, step):
    """The new run stands, the note of the earlier one is in it, and nothing else is left, whenever the kill came."""
    out = run_in(tmp_path / "out", case, "infeasible")
    (out / "notes.txt").write_text("ask Lynas", encoding="utf-8")
    killed = KeyboardInterrupt()
    renamed = []
    rename = Path.rename

    def falling(self, target):
        if len(renamed) == ["nothing renamed", "the earlier one renamed", "both renamed"].index(step):
            raise killed
        renamed.append(target)
        return rename(self, target)

    folder = RunFolder.begin(case, out, RunOptions(), replace=True)
    monkeypatch.setattr(Path, "rename", falling)
    with suppress(KeyboardInterrupt):
        folder.finish("done", {})
    monkeypatch.undo()
    folder.release()
    recover(out, RUN)
    if step == "nothing renamed":
        assert read_manifest(out)["state"] == "infeasible"
        assert read_manifest(working_name(out))["state"] == "done"
        return
    assert read_manifest(out)["state"] == "done"
    assert (out / "notes.txt").exists()
    assert not list(tmp_path.glob("*.tmp"))


def test_a_run_that_was_cut_off_with_a_plan_is_not_begun_anew_without_a_word(case, tmp_path):
    folder = RunFolder.begin(case, tmp_path / "out", RunOptions())
    (folder.work / INCUMBENT_FILE).write_bytes(b"a plan")
    (folder.work / "mine.txt").write_text("mine", encoding="utf-8")
    folder.release()
    with pytest.raises(RunError, match=r"best plan was kept.*report.*--replace"):
        RunFolder.begin(case, tmp_path / "out", RunOptions())
    assert (folder.work / INCUMBENT_FILE).read_bytes() == b"a plan"
    out = run_in(tmp_path / "out", case, replace=True)
    assert not (out / INCUMBENT_FILE).exists()
    assert (out / "mine.txt").exists()


STEPS = {
    "saving the plan": (Plan, "save"),
    "hashing the files": (run_folder, "_own_files"),
    "renaming": (run_claim.Claim, "publish"),
}


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_after_the_solve_leaves_a_plan_that_is_finished_when_there_is_room(
    workbook, tmp_path, monkeypatch, step
):
    """100 t from Baotou at 60,000 $/t: 6 M$; the bound was proven, so the finished run has a gap of 0."""

    def full(*_, **__):
        raise FULL

    monkeypatch.setattr(*STEPS[step], full)
    with pytest.raises(RunError, match=r"No space left on device.*The best plan was kept.*ree-planner report"):
        execute(workbook, tmp_path / "run")
    monkeypatch.undo()
    assert not (tmp_path / "run").exists()
    summary = finish(tmp_path / "run")
    assert (summary.objective_musd, summary.gap) == pytest.approx((6.0, 0.0))
    assert not (tmp_path / "run" / INCUMBENT_FILE).exists()
    assert list(tmp_path.glob("*.tmp")) == []


@pytest.mark.slow
def test_finishing_may_fail_and_be_tried_again(workbook, tmp_path, monkeypatch):
    def full(*_, **__):
        raise FULL

    monkeypatch.setattr(Plan, "save", full)
    with pytest.raises(RunError, match="The best plan was kept"):
        execute(workbook, tmp_path / "run")
    for _ in range(2):
        with pytest.raises(RunError, match="The best plan was kept"):
            finish(tmp_path / "run")
        assert (tmp_path / "run.tmp" / INCUMBENT_FILE).exists()
    monkeypatch.undo()
    assert finish(tmp_path / "run").objective_musd == pytest.approx(6.0)


@pytest.mark.slow
def test_a_full_disk_that_takes_no_event_and_no_kept_plan_costs_neither_run_nor_plan(workbook, tmp_path, monkeypatch):
    """Nothing of what is written on the way must end a solve: the results say what is missing."""

    def full(*_, **__):
        raise FULL

    monkeypatch.setattr("planner.solver.incumbent.write_incumbent", full)
    summary = execute(workbook, tmp_path / "run")
    assert summary.objective_musd == pytest.approx(6.0)
    assert "could not be kept: No space left on device" in summary.notes[0]


def test_a_solver_that_fails_after_it_had_a_plan_leaves_the_plan(workbook, tmp_path, monkeypatch):
    def fails(*_, incumbents, **__):
        (tmp_path / "run.tmp" / INCUMBENT_FILE).write_bytes(b"a plan")
        raise SolveFailed("The solver gave up.")

    monkeypatch.setattr("planner.planning.solve.solve_case", fails)
    with pytest.raises(SolveFailed, match=r"gave up. The best plan was kept"):
        execute(workbook, tmp_path / "run")
    assert (tmp_path / "run.tmp" / INCUMBENT_FILE).exists()


def test_a_plan_that_the_audit_refuses_is_not_kept(workbook, tmp_path, monkeypatch):
    def refuses(*_, **__):
        (tmp_path / "run.tmp" / INCUMBENT_FILE).write_bytes(b"a plan")
        raise AuditFailed("The books do not close.")

    monkeypatch.setattr("planner.planning.solve.solve_case", refuses)
    with pytest.raises(AuditFailed):
        execute(workbook, tmp_path / "run")
    assert read_manifest(tmp_path / "run")["state"] == "failed"
    assert not (tmp_path / "run" / INCUMBENT_FILE).exists()


def test_a_stop_that_lies_in_the_folder_is_heeded(workbook, tmp_path):
    """Whoever cannot reach the process can still ask it: the run ends before it solves, and says so."""

    def ask(event):
        if event.data.get("step") == "checking":
            (tmp_path / "run.tmp" / "stop.json").write_text("{}", encoding="utf-8")

    with pytest.raises(Exception, match="stopped before a plan was found"):
        execute(workbook, tmp_path / "run", on_event=ask)


# What was changed -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    place = tmp_path_factory.mktemp("finished")
    execute(write_workbook(place / "case.xlsx"), place / "run")
    return place / "run"


@pytest.fixture
def done(finished, tmp_path):
    return Path(shutil.copytree(finished, tmp_path / "run"))


def falsify(file):
    """A table that reads as well as before, with other bytes."""
    file.write_bytes(file.read_bytes() + b"\0")


CHANGES = {
    "plan/purchases.parquet": (falsify, "was changed since"),
    "plan/plan.json": (lambda file: file.write_text(file.read_text().replace("6.0", "5.0")), "was changed since"),
    "input/case.xlsx": (falsify, "was changed since"),
    "plan/costs.parquet": (Path.unlink, "is missing"),
    "input/tariffs.csv": (lambda file: file.write_text("authority\n"), "was not there"),
}


@pytest.mark.many
@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_or_an_input_that_was_changed_is_refused_by_name(done, name):
    change, said = CHANGES[name]
    change(done / name)
    readers = [open_run, write_report_again] + ([tables_zip] if name.startswith("plan") else [])
    for reader in readers:
        with pytest.raises(RunError, match=rf"{name} in .* {said}"):
            reader(done)


@pytest.mark.slow
def test_a_report_that_was_changed_is_written_anew(done):
    falsify(done / "report.xlsx")
    assert report_bytes(done) != (done / "report.xlsx").read_bytes()


@pytest.mark.slow
def test_a_brief_that_was_changed_is_written_anew_and_comes_out_the_same(done):
    """What the run wrote is handed out; what is not the run's is not, and may be made again in its place."""
    wrote = {name: (done / name).read_bytes() for name in NAMES}
    assert {name: brief_bytes(done, name) for name in NAMES} == wrote
    falsify(done / "brief.pdf")
    assert brief_bytes(done, "brief.pdf") != (done / "brief.pdf").read_bytes()
    write_brief_again(done)
    manifest = read_manifest(done)
    assert all(manifest["files"][name] == sha256_of(done / name) for name in NAMES)
    assert (done / "brief.html").read_bytes() == wrote["brief.html"]


def test_what_a_run_was_asked_afterwards_is_read_where_it_is_of_the_same_case(done):
    """A why.json of another case, or a broken one, counts for nothing."""
    own = read_manifest(done)["plan"]["fingerprint"]
    for text, told in ((json.dumps({"fingerprint": own, "rejected": []}), True), ('{"fingerprint": "x"}', False)):
        (done / "why.json").write_text(text, encoding="utf-8")
        assert bool(open_run(done).facts.asked_again) is told
    (done / "why.json").write_text("{", encoding="utf-8")
    assert open_run(done).facts.asked_again == {}


@pytest.mark.slow
def test_an_input_that_changes_while_the_run_works_ends_the_run(workbook, tmp_path):
    def meddle(event):
        if event.data.get("step") == "reporting":
            falsify(tmp_path / "run.tmp" / "input" / "case.xlsx")

    with pytest.raises(RunError, match="was changed while the run was at work"):
        execute(workbook, tmp_path / "run", on_event=meddle)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "damage",
    [
        {"options": {"seed": 1, "nonsense": 2}}, {"plan": {"status": 1}}, {"plan": []}, {"input": {"file": "../x"}},
        {"state": "well"}, {"files": ["a"]}, {"schema_version": 99}, {"versions": None}, {"created": None},
    ],
)  # fmt: skip
def test_a_broken_manifest_is_a_sentence(done, damage):
    manifest = read_manifest(done)
    (done / "manifest.json").write_text(json.dumps(manifest | damage), encoding="utf-8")
    for reader in (open_run, read_summary, report_bytes, tables_zip, write_report_again):
        with pytest.raises(RunError, match="is damaged, or not one of this planner"):
            reader(done)


def test_a_report_that_finds_no_room_leaves_the_one_that_was_there(done, monkeypatch):
    def full(case, plan, path, *_):
        path.write_bytes(b"half")
        raise FULL

    before = (done / "report.xlsx").read_bytes()
    monkeypatch.setattr(importlib.import_module("planner.reporting"), "write_report", full)
    with pytest.raises(RunError, match=r"could not be written.*No space left on device.*The plan is safe"):
        exports.write_report_again(done)
    assert (done / "report.xlsx").read_bytes() == before
    assert not list(done.glob("*.new*"))


# Studies --------------------------------------------------------------------------------------------------------------


FOUND = {"schema_version": 1, "study": "stress", "case": "c", "fingerprint": "f", "finished": "now", "options": {}}


def study_in(final, **how):
    with study_folder(final, **how) as work:
        (work / FACTS).write_text(json.dumps(FOUND), encoding="utf-8")
        (work / "plans" / "calm").mkdir(parents=True)
        (work / "plans" / "calm" / "plan.json").write_text("{}", encoding="utf-8")


def test_a_study_is_as_careful_as_a_run(tmp_path):
    final = tmp_path / "study"
    study_in(final)
    (final / "notes.txt").write_text("ask Lynas", encoding="utf-8")
    with pytest.raises(RunError, match=r"holds a study already.*--replace"):
        study_in(final)
    study_in(final, replace=True)
    assert set(everything(final)) == {FACTS, "notes.txt", "plans/calm/plan.json"}
    (tmp_path / "study.tmp").mkdir()
    (tmp_path / "study.tmp" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"study.tmp holds files that are not a study"):
        study_in(final, replace=True)
    with pytest.raises(RunError, match="which the study would replace"):
        study_in(final, replace=True, given=[final / "plans" / "calm"])


def test_a_study_that_fails_leaves_nothing_and_the_earlier_one_alone(tmp_path):
    study_in(tmp_path / "study")
    before = everything(tmp_path / "study")
    with pytest.raises(FileNotFoundError), study_folder(tmp_path / "study", replace=True) as work:
        (work / "no such folder" / "plan.json").write_text("{}", encoding="utf-8")
    assert everything(tmp_path / "study") == before
    assert not list(tmp_path.glob("*.tmp"))


def test_a_locked_file_is_given_back(tmp_path):
    lock = Lock(tmp_path / LOCK)
    lock.acquire()
    assert is_locked(tmp_path)
    lock.release()
    assert not is_locked(tmp_path)


# Tables of the pages --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_kept_tables_are_read_back_and_a_changed_one_is_made_anew(tmp_path, monkeypatch):
    """The pages read what the run computed; a table that the run did not write counts for nothing."""
    from rich_case import RICH

    from planner.runs import tables

    monkeypatch.undo()
    monkeypatch.setattr("planner.runs.execute._write_report", lambda *_: "")
    execute(write_workbook(tmp_path / "case.xlsx", **RICH), tmp_path / "run")
    opened = open_run(tmp_path / "run")
    wanted = {name: make(opened.facts) for name, make in tables.TABLES.items()}
    with monkeypatch.context() as patch:
        for name, table in wanted.items():
            patch.setitem(tables.TABLES, name, lambda _: pytest.fail("it was computed again"))
            found = tables.kept_table(opened, name)
            assert len(found)
            pd.testing.assert_frame_equal(found, table, check_dtype=False)
    falsify(tmp_path / "run" / "pages" / "compliance.parquet")
    again = tables.kept_table(open_run(tmp_path / "run"), "compliance")
    assert again["served_t"].tolist() == wanted["compliance"]["served_t"].tolist()
