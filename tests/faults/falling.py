"""A run that falls at one step: `python falling.py CASE OUT STEP FAULT DISK`.

kill: the process is killed; full: its disk is filled to the last byte; read-only: its disk can no longer be written;
second: another process starts the same run, and what it is told goes to standard output; a signal: the command
`ree-planner solve` is asked to end, in each way that there is.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = (
    "checking",
    "building",
    "solving",
    "settling",
    "extracting",
    "auditing",
    "writing",
    "reporting",
    "renaming",
    "recording",
)
SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")  # each at every third step
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def fall(fault, step, case, out, disk):
    if fault == "kill -9":
        os.kill(os.getpid(), signal.SIGKILL)
    elif fault == "a signal":
        os.kill(os.getpid(), getattr(signal, SIGNALS[STEPS.index(step) % len(SIGNALS)]))
    elif fault == "full disk":
        fill(disk)
    elif fault == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    else:
        other = [sys.executable, "-m", "planner.cli.start", "solve", str(case), "--out", str(out), "--replace"]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        told = subprocess.run(other, capture_output=True, text=True, timeout=400, check=False, env=env)
        sys.stdout.write(f"{told.returncode} {told.stderr}\n")


def fill(disk):
    """Leave no byte on a small disk."""
    for size in (65536, 4096, 1):
        with suppress(OSError), (disk / "fill").open("ab", buffering=0) as file:
            for _ in range(4_000):
                file.write(b"x" * size)


def before(owner, name, fallen, of=None):
    """Fall when a function is called for the first time (of this step), and then let it do its work."""
    real = getattr(owner, name)

    def falling(*args, **kwargs):
        if of is None or of in args:
            fallen()
        return real(*args, **kwargs)

    setattr(owner, name, falling)


def main():
    case, out, step, fault, disk = sys.argv[1:]
    os.umask(0o077)
    from planner.errors import PlannerError
    from planner.plan import Plan
    from planner.planning import solve as planning
    from planner.planning.built import Built
    from planner.runs import execute as execute_module
    from planner.runs.claim import Claim
    from planner.runs.execute import execute

    done = []

    def fallen():
        if not done:
            done.append(step)
            fall(fault, step, Path(case), Path(out), Path(disk))

    def hear(event):
        if event.kind == "step" and event.data["step"] == step:
            fallen()

    points = {
        "settling": (planning, "_audited"),
        "extracting": (Built, "plan"),
        "writing": (Plan, "save"),
        "renaming": (Claim, "publish"),
        "recording": (execute_module, "read_summary"),
    }
    if fault == "a signal" and step not in points:
        before(execute_module.Recorder, "step", fallen, step)
    if step in points:
        before(*points[step], fallen)
    if fault == "a signal":
        from planner.cli.start import main as command

        command(["solve", case, "--out", out, "--replace", "--quiet"])
    try:
        execute(case, out, on_event=hear, replace=True)
    except PlannerError as error:
        sys.stdout.write(f"told: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
