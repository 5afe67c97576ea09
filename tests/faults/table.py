"""The fault table, by one command: `make faults` (all of it) or `make faults QUICK=1`.

Each row is a way in which a plan, a folder or a run was once lost, or a step of a run × a fault; "held" is what the
tests named beside it saw, here and now.
"""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
sys.path[:0] = [str(HERE), str(TESTS)]

# What was lost once: the file of its tests, and a part of each one's name.
WAYS = {
    "a sheet dropped in silence (tariffs.CSV)": ("test_case_files.py", ["capitals", "any_spelling"]),
    "a run of two cases of one name": ("test_run_folders.py", ["two_cases_of_one_name", "second_process"]),
    "a user's files deleted": (
        "test_run_folders.py",
        ["left_alone", "never_lies", "notes_in", "names_files_outside", "somebody_makes"],
    ),
    "a falsified plan passed": ("test_run_folders.py", ["was_changed", "broken_manifest"]),
    "a plan lost while its results are written": (
        "test_run_folders.py",
        ["full_disk", "finishing_may_fail", "while_renaming"],
    ),
    "the disk filled by a link or a device": ("faults/test_hostile.py", ["within_its_limits", "is_no_run"]),
    "the queue blocked by a clock": ("test_run_index.py", ["a_clock", "head_of_the_queue", "another_process_has"]),
    "a finished run listed as lost": ("test_run_index.py", ["never_lost", "in_place_of_another"]),
    "the index deleted, damaged or locked": (
        "test_run_index.py",
        ["damaged_index", "put_aside", "newer_index", "locked_index", "doctor"],
    ),
    "a stranger's file read in the server, or without limits": (
        "faults/test_hostile.py",
        ["no_command_reads", "no_page_reads", "may_take_500_mb", "takes_a_case"],
    ),
    "1,000 runs of which the page knows 200": ("test_run_index.py", ["ten_thousand", "command_line", "elsewhere"]),
    "a run overwritten without a word": ("test_run_folders.py", ["only_where_that_is_said"]),
    "an installed wheel that listens everywhere": ("test_serving.py", ["installed_wheel"]),
    "files and ports open to others": (
        "test_serving.py",
        ["token", "websocket", "cookie", "browser_may", "its_owner"],
    ),
    "a traceback": ("test_no_traceback.py", ["is_a_word", "is_still_a_sentence"]),
    "a page that computes for a minute": ("test_run_folders.py", ["kept_tables"]),
}


class Chosen:
    """Keeps the tests of the table, and notes to which row each belongs and how it ended."""

    def __init__(self):
        self.rows, self.reports = {}, {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            file = item.path.relative_to(TESTS).as_posix()
            if file == "faults/test_steps.py" and item.originalname == "test_a_run_that_falls_loses_nothing":
                self.rows[item.nodeid] = [item.callspec.id]
            elif rows := [what for what, (of, parts) in WAYS.items() if of == file and named(item.originalname, parts)]:
                self.rows[item.nodeid] = rows
        items[:] = [item for item in items if item.nodeid in self.rows]

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            before = self.reports.get(report.nodeid, "passed")
            self.reports[report.nodeid] = before if before == "failed" else report.outcome

    def ended(self, row):
        """How the tests of a row ended."""
        return [outcome for test, outcome in self.reports.items() if row in self.rows[test]]


def named(test, parts):
    return any(part in test for part in parts)


def word(outcomes):
    if not outcomes:
        return "not tried"
    if "failed" in outcomes:
        return "NOT HELD"
    return "held" if "passed" in outcomes else "not tried here"


def table(chosen):
    """The table, and whether all of it held."""
    from test_steps import FAULTS, STEPS

    lines, words = ["", "| what was lost once | held? | tests |", "|---|---|---:|"], []
    for what in WAYS:
        found = chosen.ended(what)
        words.append(word(found))
        lines.append(f"| {what} | {words[-1]} | {found.count('passed')} |")
    lines += ["", f"| a run falls while | {' | '.join(FAULTS)} |", "|---|" + "---|" * len(FAULTS)]
    for step in STEPS:
        cells = [word(chosen.ended(f"{step}-{fault}")) for fault in FAULTS]
        lines.append(f"| {step} | {' | '.join(cells)} |")
        words += cells
    lines += ["", ", ".join(f"{words.count(one)} {one}" for one in dict.fromkeys(words))]
    return lines, "NOT HELD" not in words and (bool(os.environ.get("QUICK")) or "not tried" not in words)


def main():
    files = sorted({str(TESTS / file) for file, _ in WAYS.values()} | {str(HERE / "test_steps.py")})
    quick = "not slow and not clock" if os.environ.get("QUICK") else "not clock"
    chosen = Chosen()
    pytest.main(["-q", "-p", "no:cacheprovider", "--no-header", "-n0", "-m", quick, *files], plugins=[chosen])
    lines, fine = table(chosen)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
