"""The fault table, by one command: `make faults` (all of it) or `make faults QUICK=1`.

Each row is a way in which a plan, a folder or a run was once lost, or a step of a run × a fault; "held" is what the
tests named beside it saw, here and now.
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

WAYS = {
    "a sheet dropped in silence (tariffs.CSV)": ["test_reading.py", "csv_in_capitals or every_spelling or CSV"],
    "a run of two cases of one name": ["test_run_folders.py", "two_cases_of_one_name or second_process"],
    "a user's files deleted": [
        "test_run_folders.py",
        "left_alone or never_lies or notes_in or names_files_outside or somebody_makes or only_where_that_is_said",
    ],
    "a falsified plan passed": ["test_run_folders.py", "changed or broken_manifest"],
    "a plan lost while its results are written": [
        "test_run_folders.py",
        "full_disk or finishing or renaming",
    ],
    "the disk filled by a link or a device": ["faults/test_hostile.py", "hostile"],
    "the queue blocked by a clock": ["test_run_index.py", "clock or head_of_the_queue or another_process_has"],
    "a finished run listed as lost": ["test_run_index.py", "never_lost"],
    "the index deleted, damaged or locked": ["test_run_index.py", "damaged or newer_index or locked_index or doctor"],
    "a stranger's file read in the server": ["faults/test_hostile.py", "hostile"],
    "1,000 runs of which the page knows 200": ["test_run_index.py", "ten_thousand or command_line"],
    "a run overwritten without a word": ["test_run_folders.py", "only_where_that_is_said"],
    "an installed wheel that listens everywhere": ["test_serving.py", "installed"],
    "files and ports open to others": ["test_serving.py", "token or websocket or cookie or origin or browser_may"],
    "a traceback": ["test_no_traceback.py", "a_word or a_sentence"],
    "a page that computes for a minute": ["test_run_folders.py", "kept_tables or report"],
}


class Seen:
    """Counts what passed, failed and was left out, by test."""

    def __init__(self):
        self.reports = {}

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            before = self.reports.get(report.nodeid, "passed")
            self.reports[report.nodeid] = before if before == "failed" else report.outcome


def ran(arguments):
    seen = Seen()
    quick = ["-m", "not slow"] if os.environ.get("QUICK") else ["-m", "slow or not slow"]
    pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", "-n0", *quick, *arguments], plugins=[seen])
    return seen.reports


def word(outcomes):
    if not outcomes:
        return "not tried"
    if "failed" in outcomes:
        return "NOT HELD"
    return "held" if "passed" in outcomes else "not tried here"


def main():
    tests = ROOT / "tests"
    lines, fine = ["", "| what was lost once | held? | tests |", "|---|---|---:|"], True
    for what, (file, chosen) in WAYS.items():
        found = list(ran([str(tests / file), "-k", chosen]).values()) if (tests / file).exists() else []
        fine &= "failed" not in found
        lines.append(f"| {what} | {word(found)} | {found.count('passed')} |")
    steps = {
        name.partition("[")[2].rstrip("]"): outcome for name, outcome in ran([str(HERE / "test_steps.py")]).items()
    }
    sys.path.insert(0, str(HERE))
    sys.path.insert(0, str(HERE.parent))
    from test_steps import FAULTS, STEPS

    lines += ["", f"| step | {' | '.join(FAULTS)} |", "|---|" + "---|" * len(FAULTS)]
    for step in STEPS:
        words = [word([steps[f"{step}-{fault}"]] if f"{step}-{fault}" in steps else []) for fault in FAULTS]
        fine &= "NOT HELD" not in words
        lines.append(f"| {step} | {' | '.join(words)} |")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
