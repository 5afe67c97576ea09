"""A hundred and twenty hostile files: bombs, links, devices, pipes, holes. Each is answered with its problem within 5 s
and 500 MB, and the disk is not touched. The command line and the pages read by the same guard.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from cases import write_workbook
from hostile_files import device, folder_with, hostile, pipe, sparse

from planner.case import check_upload
from planner.case.changes import changes_of
from planner.case.upload import Room
from planner.checks.catalogue import problem
from planner.cli import main as cli
from planner.errors import InputInvalid, PlannerError
from planner.runs.folder import RunFolder, RunOptions

MEGABYTES = 500
SECONDS = 5.0
SLACK_S = 5.0  # a machine with much to do counts a second of the processor twice
MOST_WRITTEN = 60_000_000


HOSTILE = dict(hostile())
QUICK = (
    "a device as tariffs.csv",
    "a pipe as tariffs.CSV",
    "a thousand laughs in a sheet",
    "a line of a million cells as tariffs.csv",
)


def limited():
    """No file of this process may pass sixty megabytes, and its threads may take what the test allows and no more."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


@dataclass
class Answer:
    """What was said of a file, and what saying it took of the machine."""

    problems: list[str]
    is_case: bool
    cpu_s: float
    clock_s: float
    megabytes: float


def asked(path):
    """Check a file in a process of this test's own, which has no other children."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.monotonic()
        said = check_upload(path)
        took = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = ([one.code for one in said.problems], said.case is not None, took.ru_utime + took.ru_stime)
        os.write(writing, json.dumps([*told, time.monotonic() - began, took.ru_maxrss / 1000]).encode()[:65_000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe_end:
        told = pipe_end.read()
    os.waitpid(child, 0)
    return Answer(*json.loads(told))


def test_there_are_a_hundred_and_twenty_of_them():
    assert len(HOSTILE) >= 120


def test_a_small_file_may_take_500_mb_and_four_seconds_and_no_more(tmp_path):
    """The system itself holds the process to it, once it has started, which takes less than a second; a larger file
    gets 8 s more for each megabyte beyond the first quarter, and 100 MB beyond the first whole one.
    """
    small, large = tmp_path / "small", tmp_path / "large"
    sparse(250_000)(small)
    sparse(3 * 10**6)(large)
    assert (Room.of([small]).memory_mb, Room.of([small]).cpu_s) == (MEGABYTES, SECONDS - 1)
    assert (Room.of([large]).memory_mb, Room.of([large]).cpu_s) == (MEGABYTES + 200, SECONDS + 21)


ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits and devices of Linux")


@ON_LINUX
@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[] if what in QUICK else [pytest.mark.slow]) for what in HOSTILE]
)
def test_a_hostile_file_is_answered_with_a_problem_within_its_limits(tmp_path, what):
    """500 MB whatever its size, and less of the processor than five seconds and what a loaded machine adds."""
    path = HOSTILE[what](tmp_path)
    left = shutil.disk_usage(tmp_path).free
    said = asked(path)
    assert said.problems
    assert said.megabytes < MEGABYTES
    assert said.cpu_s < SECONDS + SLACK_S
    assert not said.is_case or "folder" in what, "it was taken for a case"
    frozen(path, tmp_path)
    assert left - shutil.disk_usage(tmp_path).free < 2 * MOST_WRITTEN


@ON_LINUX
@pytest.mark.clock
def test_no_hostile_file_takes_five_seconds_of_the_clock(tmp_path):
    """On a machine that has nothing else to do: all of them, one after the other."""
    slow = {}
    for number, (what, make) in enumerate(HOSTILE.items()):
        place = tmp_path / str(number)
        place.mkdir()
        said = asked(make(place))
        slow |= {what: said.clock_s} if said.clock_s >= SECONDS else {}
        shutil.rmtree(place)
    assert slow == {}


# One door for every file ----------------------------------------------------------------------------------------------

REFUSED = problem("file.too-big", message="the guard says no", fix="Send less.")
COMMANDS = {
    "check": ["check", "CASE"],
    "check --marked": ["check", "CASE", "--marked", "marked.xlsx"],
    "solve": ["solve", "CASE", "--out", "run"],
    "solve --with": ["solve", "CASE", "--with", "CASE", "--out", "run"],
    "convert": ["convert", "CASE", "written.xlsx"],
    "export": ["export", "CASE", "written.mps"],
    "reduce": ["reduce", "CASE", "written.xlsx", "--to", "1"],
    "frontier": ["frontier", "CASE", "--measure", "exposure", "--out", "study"],
    "information": ["information", "CASE", "--out", "study"],
    "sweep": ["sweep", "CASE", "--vary", "offers.price_usd_per_t times 1, 2", "--out", "study"],
    "tornado": ["tornado", "CASE", "--grade", "D", "--out", "study"],
    "sample": ["sample", "CASE", "--range", "offers.price_usd_per_t times 0.8 to 1.2", "--out", "study"],
    "alternatives": ["alternatives", "CASE", "--out", "study"],
    "diagnose": ["diagnose", "CASE", "--out", "study"],
    "force": ["force", "CASE", "supplier=Baotou", "--out", "study"],
    "forbid": ["forbid", "CASE", "supplier=Baotou", "--out", "study"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_reads_a_file_in_its_own_process(tmp_path, monkeypatch, capsys, command):
    """The guard refuses whatever it is handed; a command that opened the file itself would end otherwise."""
    case = write_workbook(tmp_path / "case.xlsx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("planner.case.upload._apart", lambda *_: REFUSED)
    for door in (
        "planner.workbook.source.open_case",
        "planner.case.changes.open_case",
        "planner.case.convert.open_case",
    ):
        monkeypatch.setattr(door, lambda *_: pytest.fail("the file was opened in this process"))
    with pytest.raises(SystemExit) as end:
        cli.main([str(case) if word == "CASE" else word for word in COMMANDS[command]])
    assert end.value.code == 3
    told = capsys.readouterr()
    assert "the guard says no" in told.out + told.err
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "reports") == ["case.xlsx"]


def test_every_command_that_takes_a_case_is_among_them():
    named = {one.callback.__name__: one.callback.__annotations__ for one in cli.app.registered_commands}
    takes = {name for name, options in named.items() if {"case", "source"} & set(options)}
    assert takes == {command.split()[0] for command in COMMANDS}


def test_no_page_reads_a_file_in_the_server(tmp_path, monkeypatch):
    """An upload is checked and marked by the same guard."""
    from planner.pages import inbox

    case = write_workbook(tmp_path / "case.xlsx")
    monkeypatch.setattr("planner.case.upload._apart", lambda *_: REFUSED)
    received = inbox.Received("key", case, case.name, "0" * 64)
    assert inbox._checked.__wrapped__(str(case), received.sha256).problems == (REFUSED,)
    with pytest.raises(InputInvalid, match="the guard says no"):
        inbox.marked_up(received, ())


def frozen(path, place):
    """A run of it freezes what it would read and no more: in a process that can write sixty megabytes."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom planner.errors import PlannerError\n"
        "from planner.runs.folder import RunFolder, RunOptions\n"
        "try: RunFolder.begin(Path(sys.argv[1]), Path(sys.argv[2]), RunOptions()).discard()\n"
        "except PlannerError as error: print('told', error)\n"
    )
    command = [sys.executable, "-c", script, str(path), str(place / "run")]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=limited, check=False, env=env)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert not (place / "run").exists()
    assert not (place / "run.tmp").exists()


@ON_LINUX
@pytest.mark.parametrize("make", [device, pipe])
def test_a_list_of_changes_is_a_file(tmp_path, make):
    make(tmp_path / "changes.csv")
    with pytest.raises(InputInvalid, match=r"changes\.csv is a (device|pipe), not a file"):
        changes_of(tmp_path / "changes.csv")


def test_what_is_refused_is_no_run(tmp_path):
    """The one that is refused says which file, and that it is none that can be read."""
    path = folder_with(tmp_path, device)
    with pytest.raises((InputInvalid, PlannerError), match=r"tariffs\.csv"):
        RunFolder.begin(path, tmp_path / "run", RunOptions())
