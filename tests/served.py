"""The pages served for a test, on a free port and with runs of their own."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.serving import free_port, until_it_answers

ROOT = Path(__file__).resolve().parents[1]
WAIT_MS = 90_000
TOKEN = "the token of these tests"


@contextmanager
def serving(root, **more):
    """The app on a free port with its runs below `root`: its address and its process."""
    port = free_port()
    env = {**os.environ, "PLANNER_RUNS": str(root), "PLANNER_TOKEN": TOKEN, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-P", "-m", "planner.cli.start", "app", "--no-browser", "--port", str(port)]
    log_file = root.with_name(f"{root.name}.server.log")
    with log_file.open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            yield _answering(port, process, log_file), process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _answering(port, process, log):
    try:
        return until_it_answers(port, process)
    except (RuntimeError, TimeoutError) as error:
        pytest.fail(f"{error}:\n{log.read_text()}")
