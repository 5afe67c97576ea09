"""Variations solved side by side: whoever solves them and in whatever order, the table is the same."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from functools import partial
from types import SimpleNamespace

import pytest
from cases import approx, write_workbook
from distributed import KilledWorker
from test_cli_studies import run

from planner.case.changes import Change, Original
from planner.cli.progress import study_line, study_shown
from planner.errors import CostEndless, InputInvalid, Problem, StudyError
from planner.solver.outcome import SolveOptions
from planner.studies.crew import Crew, crew
from planner.studies.solving import Stage, Study
from planner.studies.variations import BASE, LOST, finished, grid, vary

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)
TARIFF = [{"authority": "301", "origin": "CHN", "rate": 0.1}]
DUTY = "tariffs[authority=301].rate set 0, 0.05, 0.1, 0.15, 0.2, 0.3"
COSTS = [6.6, 6.0, 6.3, 6.6, 6.9, 7.0, 7.0]


@pytest.fixture
def original(tmp_path):
    return Original.read(write_workbook(tmp_path / "small.xlsx", tariffs=TARIFF))


class LastFirst:
    """A client whose work is done where it is asked for, and which says so of the last first."""

    status = "running"

    def __init__(self):
        self.futures, self.called_off, self.meant, self.soonest = [], [], [], []

    def submit(self, function, *arguments, pure, priority=0, workers=(), allow_other_workers=True):
        assert not pure
        self.soonest.append(priority)
        assert allow_other_workers
        self.meant.append(*workers or [None])
        given = [getattr(one, "value", one) for one in arguments]
        future = SimpleNamespace(status="pending", value=function(*given), error=None)
        future.result, future.exception = lambda: future.value, lambda: future.error
        self.futures.append(future)
        return future

    def nthreads(self):
        waiting = [future for future in self.futures if future.status == "pending"]
        waiting[-1].status = "finished"
        return {"one": 1, "other": 1}

    def cancel(self, futures):
        self.called_off += futures


@pytest.mark.slow
def test_the_order_in_which_results_come_changes_nothing(original, tmp_path):
    """100 t: Baotou 60,000 x (1 + duty) against Lynas 70,000; 1/6 is where the order moves.

    Seven are meant for two workers, but the last of each stretch for anybody. The case as it is comes first, next what
    the other worker began meanwhile, and then the last; the table is in the order that was asked for.
    """
    study, kept = Study(EXACT), tmp_path / "results.jsonl"
    asked = grid([Change.several(DUTY)])
    client = LastFirst()
    found = vary(original, asked, study, kept, solver=partial(Crew(client, "here").each, original, study))
    assert found.table["cost_musd"].tolist() == approx(COSTS)
    assert found.table["variation"].tolist() == [BASE, *(one.name for one in asked)]
    came = [json.loads(line)["variation"] for line in kept.read_text(encoding="utf-8").splitlines()]
    names = [one.name for one in asked]
    assert came == [BASE, names[3], *reversed(names[:3] + names[4:])]
    # The case for all, what is begun at once, and the rest.
    assert client.meant == [None, "one", "other", "one", "one", None, "other", None]
    assert client.soonest == [0, 0, -4, -1, -2, -3, -5, -6]
    assert (study.done, found.complete) == (7, True)


@pytest.mark.slow
def test_a_study_that_is_stopped_calls_off_what_is_open(original):
    """Two of three are done when somebody wishes to stop: the case as it is, and what was begun beside it."""
    client = LastFirst()
    study = Study(EXACT, should_stop=lambda: study.done >= 2)
    found = vary(
        original,
        grid([Change.several("tariffs[authority=301].rate set 0, 0.5")]),
        study,
        solver=partial(Crew(client, "here").each, original, study),
    )
    assert found.table["cost_musd"].tolist() == approx([6.6, 7.0])
    assert not found.complete
    assert len(client.called_off) == 1


@pytest.mark.slow
def test_a_variation_that_costs_every_worker_its_life_is_told_and_the_others_are_solved(original):
    """The first duty's process dies each time, as one does that wants more memory than there is."""
    client, study = LastFirst(), Study(EXACT)
    submit = client.submit

    def dying(function, *arguments, **how):
        future = submit(function, *arguments, **how)
        if "0.05" in str(arguments):
            future.status, future.error = "error", KilledWorker("work", None, 3)
        return future

    client.submit = dying
    asked = grid([Change.several("tariffs[authority=301].rate set 0.05, 0.5")])
    found = vary(original, asked, study, solver=partial(Crew(client, "here").each, original, study))
    assert found.table["outcome"].tolist() == ["planned", LOST, "planned"]
    assert found.complete


def test_letters_cross_from_one_process_to_another():
    """What a worker refuses, it refuses with every problem."""
    problem = Problem("x", "error", "offers", "C7", "price", "'a'", "expected a number", "Type one.")
    for kind in (InputInvalid, CostEndless):
        back = pickle.loads(pickle.dumps(kind([problem])))
        assert (type(back), back.problems, str(back)) == (kind, (problem,), str(problem))


def test_a_study_says_how_far_it_is(capsys):
    """2 of 10 done, one of them known before: the other took the time, and 8 times that is to go."""
    with study_shown("json") as show:
        show(Stage("a [b]", 2, 10, 3, 1))
        show(Stage("a [b]", 2, 10, 3, 1))
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert {name: told[name] for name in ("what", "done", "running", "left", "of")} == {
        "what": "a [b]", "done": 2, "running": 3, "left": 5, "of": 10,
    }  # fmt: skip
    with study_shown("auto") as show:
        show(Stage("a", 0, 2))
        show(Stage("b", 1, 2))
        show(Stage("b", 2, 2, 0))
    assert capsys.readouterr().err.splitlines() == ["0 of 2 done, 1 running, 1 left: a", "2 of 2 done: b"]
    assert study_line({"done": 1, "of": 3, "running": 2, "left": 0, "seconds_left": 90.0, "what": "x"}) == (
        "1 of 3 done, 2 running, 1:30 to go: x"
    )


def test_workers_are_of_this_machine_or_of_a_cluster():
    with pytest.raises(StudyError, match="Say either --workers"), crew(2, "tcp://127.0.0.1:1"):
        pass
    with crew(None, None) as nobody:
        assert nobody is None


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_figure(original):
    """One process, then two of which one is killed with -9 after the second result: the same to 1e-9."""
    asked = grid([Change.several(DUTY)])
    tables = []
    for workers in (1, 2):
        study = Study(EXACT)
        with crew(workers, None) as hands:

            def each(variations, hands=hands, study=study, workers=workers):
                for number, found in enumerate(hands.each(original, study, variations)):
                    if workers == 2 and number == 1:
                        os.kill(next(iter(hands.client.run(os.getpid).values())), signal.SIGKILL)
                    yield found

            tables.append(vary(original, asked, study, solver=each).table)
    one, two = tables
    assert one["cost_musd"].tolist() == approx(COSTS)
    assert (one["cost_musd"] - two["cost_musd"]).abs().max() < 1e-9
    assert one["variation"].tolist() == two["variation"].tolist()


@pytest.mark.slow
def test_a_study_whose_scheduler_is_killed_goes_on_where_it_was(original, tmp_path):
    """What came before the scheduler was killed with -9 is in the folder, and --resume solves only the rest."""
    told = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
         "--scheduler-file", str(told)], **quiet,
    )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told), "--nthreads", "1",
         "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--death-timeout", "5"], **quiet,
    )  # fmt: skip
    try:
        address = _address(told)
        study = Study(EXACT)
        kept = tmp_path / "results.jsonl"
        with crew(None, address) as hands:

            def each(variations):
                for number, found in enumerate(hands.each(original, study, variations)):
                    yield found
                    if number == 1:
                        scheduler.kill()
                        scheduler.wait()

            first = vary(original, grid([Change.several(DUTY)]), study, kept, solver=each)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert not first.complete
    assert "is gone" in study.cut_off
    again = Study(EXACT)
    done = finished(tmp_path)
    assert len(done) >= 2
    whole = vary(original, grid([Change.several(DUTY)]), again, tmp_path / "more.jsonl", done)
    assert whole.table["cost_musd"].tolist() == approx(COSTS)
    assert again.known == len(done)


def _address(told, seconds=60.0):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            return json.loads(told.read_text(encoding="utf-8"))["address"]
        except (OSError, ValueError):
            time.sleep(0.1)
    raise AssertionError("no scheduler came up")


@pytest.mark.slow
def test_workers_are_asked_for_on_the_command_line(tmp_path, capsys):
    """The same sweep with --workers 2; progress in lines of JSON on standard error, the answer on standard output."""
    case = write_workbook(tmp_path / "small.xlsx", tariffs=TARIFF)
    command = ("sweep", case, "--vary", DUTY, "--out", tmp_path / "study", "--workers", 2, "--progress", "json")
    assert run(*command, "--json") == 0
    answer = capsys.readouterr()
    facts = json.loads(answer.out)
    assert [row["cost_musd"] for row in facts["variations"]] == approx(COSTS)
    assert facts["options"]["threads"] == 1
    lines = [json.loads(line) for line in answer.err.splitlines() if line.startswith("{")]
    assert lines[-1]["done"] == lines[-1]["of"] == 7
