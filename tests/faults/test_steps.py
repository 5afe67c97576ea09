"""Each step of a run × a fault: what is left says the truth, nothing of anybody else's is touched, and the run can be
finished or begun again.

An earlier run of the name stands there with a note of its user's. 100 t from Baotou at 60,000 $/t: 6 M$.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from cases import write_workbook
from falling import STEPS

from planner.errors import RunError
from planner.runs.claim import recover, working_name
from planner.runs.execute import execute, read_summary
from planner.runs.finishing import finish
from planner.runs.folder import RUN, has_abandoned_plan, read_manifest, verify
from planner.runs.store import RunStore
from planner.solver.incumbent import INCUMBENT_FILE

HERE = Path(__file__).resolve().parent
FAULTS = ("kill -9", "full disk", "read-only", "second process", "a signal")
BEFORE_A_PLAN = ("checking", "building", "solving")  # the plan is found while it solves, and this falls as it begins
QUICK = {("reporting", "kill -9")}  # a second process is refused in tests/test_run_folders.py


def cases():
    for step in STEPS:
        for fault in FAULTS:
            marks = [] if (step, fault) in QUICK else [pytest.mark.slow]
            yield pytest.param(step, fault, id=f"{step}-{fault}", marks=marks)


@contextmanager
def disk_for(place, fault):
    """A disk of its own of forty megabytes where the fault is the disk's, else a folder."""
    place.mkdir()
    if fault not in {"full disk", "read-only"}:
        yield place
        return
    command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be made here: that needs the rights of root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def mended(disk, fault):
    """Room again, or a disk that can be written again."""
    if fault == "full disk":
        (disk / "fill").unlink(missing_ok=True)
    elif fault == "read-only":
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills and mounts as Linux does")
@pytest.mark.parametrize(("step", "fault"), list(cases()))
def test_a_run_that_falls_loses_nothing(tmp_path, step, fault):
    case = write_workbook(tmp_path / "case.xlsx")
    with disk_for(tmp_path / "disk", fault) as disk:
        out = disk / "run"
        execute(case, out)
        (out / "note.txt").write_text("ask Lynas", encoding="utf-8")
        command = [sys.executable, str(HERE / "falling.py"), str(case), str(out), step, fault, str(disk)]
        env = {**os.environ, "PLANNER_RUNS": str(disk)}
        ran = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, env=env)
        assert "Traceback (most recent call last)" not in ran.stdout.replace("logging", "")
        mended(disk, fault)
        if fault == "second process":
            assert ran.returncode == 0, ran.stdout + ran.stderr
            second = ran.stdout.splitlines()[0]
            if step != "recording":  # by then the first has given the folder back
                assert second.startswith("1 ")
                assert "is being written by process" in ran.stdout
        if fault == "a signal":
            assert ran.returncode == (130 if step == "checking" else 0), ran.stderr
            assert "Traceback" not in ran.stderr
        finished_or_begun_again(case, out, step)
        assert (out / "note.txt").read_text(encoding="utf-8") == "ask Lynas"
        assert not list(disk.glob("*.tmp"))


def finished_or_begun_again(case, out, step):
    """The list tells the truth, no plan that was found is lost, and in the end there is a whole run of 6 M$."""
    store = RunStore(out.parent)
    store.reconcile()
    recover(out, RUN)
    work = working_name(out)
    waits = has_abandoned_plan(work)
    if work.is_dir() and step not in BEFORE_A_PLAN and RUN.record_of(work) is None:
        assert waits, f"the plan that was found at {step} is lost"
    manifest = read_manifest(out)  # the earlier run, or the new one: either is whole
    verify(out, manifest)
    assert store.get("run").state == manifest["state"]
    if waits:
        with pytest.raises(RunError, match=r"best plan was kept|holds a run already"):
            execute(case, out)
        summary = finish(out)
        assert summary.gap == pytest.approx(0.0)
    elif work.is_dir():
        summary = execute(case, out, replace=True)
    else:
        summary = read_summary(out)
    assert summary.objective_musd == pytest.approx(6.0)
    assert not (out / INCUMBENT_FILE).exists()
    verify(out, read_manifest(out))
