"""Faults put into the source by hand, one at a time, each with the quick tests that must notice it.

    python -m benchmarks.mutants [WORD ...]

Copies the tree to a temporary folder, makes sure that the named tests pass there, then puts each fault in (those whose
words hold a WORD, or all) and runs its tests. A fault that they pass has survived: a line of the source that no quick
test holds. Ends with 1 where one did. Seconds each; the tree itself is not touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).resolve().parents[1]
COPIED = ("benchmarks", "inputs", "models", "planner", "tests", "pyproject.toml")
PASSED, FAILED = 0, 1  # as pytest ends


class Mutant(NamedTuple):
    """A fault: what it is, where it goes, what stands there, what takes its place, and the tests that must notice."""

    fault: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...]

    def put_in(self, home: Path) -> str:
        """Write the fault into a tree; hands back the text that stood there."""
        path = home / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            raise SystemExit(f"{self.file} has not once but {text.count(self.right)} times: {self.right}")
        path.write_text(text.replace(self.right, self.wrong), encoding="utf-8")
        return text


def _of(tests: str) -> tuple[str, ...]:
    """Names of tests, each with the file that stands before it: `file::a b file::c`."""
    file, found = "", []
    for word in tests.split():
        if "::" in word:
            file, word = word.split("::")
        found.append(f"tests/{file}.py::{word}")
    return tuple(found)


MUTANTS = (
    Mutant(
        "what is collected is no own goods",
        "planner/translate/flows.py",
        "pd.concat([made[TAKE], collected[TAKE]]).drop_duplicates()",
        "made[TAKE].drop_duplicates()",
        _of("test_returns::"),
    ),
)


def main(words: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.fault for word in words)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        home = copied(Path(folder))
        every = list(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        if run(home, every) != PASSED:
            print("the tests do not pass on the source as it is")
            return 1
        survived = [mutant for mutant in chosen if not tried(home, mutant)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults were noticed")
    return 1 if survived else 0


def copied(home: Path) -> Path:
    """A copy of the tree in an empty folder."""
    for name in COPIED:
        source = HOME / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, home / name)
    return home


def tried(home: Path, mutant: Mutant) -> bool:
    """Whether its tests notice a fault; says so."""
    text = mutant.put_in(home)
    noticed = run(home, list(mutant.tests)) == FAILED
    (home / mutant.file).write_text(text, encoding="utf-8")
    print(f"{'noticed' if noticed else 'SURVIVED':8}  {mutant.fault} ({mutant.file})", flush=True)
    return noticed


def run(home: Path, tests: list[str]) -> int:
    """How pytest ends on these tests in a tree."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n0", *tests]
    return subprocess.run(command, cwd=home, capture_output=True, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
