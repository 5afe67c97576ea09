"""Bad workbooks, each made by breaking the good one in one way, with the one problem it must yield.

`python tests/bad_workbooks.py` checks them all and says how long each took and how much memory was used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bad_cells import CELLS
from bad_files import FILES, STRUCTURE
from bad_idle import IDLE
from bad_logic import AGREEMENTS, CROSS, KEYS, PLAUSIBLE, ROWS
from bad_names import NAMES
from breaking import Bad
from memory import peak_mib

LEVELS = {
    "file": FILES,
    "structure": STRUCTURE,
    "cell": CELLS,
    "row": ROWS + AGREEMENTS,
    "key": KEYS + NAMES,
    "cross": CROSS + IDLE,
    "plausible": PLAUSIBLE,
}
EVERY = [bad for level in LEVELS.values() for bad in level]


def main() -> None:
    """Check them all, and say what they cost."""
    import tempfile
    import time

    from planner.case import check_case

    slowest = (0.0, "")
    wrong = 0
    for bad in EVERY:
        with tempfile.TemporaryDirectory() as folder:
            path = bad.make(Path(folder))
            start = time.perf_counter()
            checked = check_case(path)
            seconds = time.perf_counter() - start
        slowest = max(slowest, (seconds, bad.name))
        wrong += bool(complaint(bad, checked))
    sys.stdout.write(
        f"{len(EVERY)} files, {wrong} wrong, slowest {slowest[0]:.2f} s ({slowest[1]}), peak {peak_mib():.0f} MiB\n"
    )


def complaint(bad: Bad, checked: Any) -> str:
    """What is not as it should be; nothing when the one expected problem was found."""
    told = [(p.code, f"{p.sheet}!{p.cell}" if p.cell else p.sheet) for p in checked.problems]
    errors = [one for one, p in zip(told, checked.problems, strict=True) if p.severity == "error"]
    if (bad.code, bad.where) not in told or (errors != [] if bad.warning else errors != [(bad.code, bad.where)]):
        return f"expected {bad.code} at {bad.where}, got {told}"
    if bad.warning and told != [(bad.code, bad.where)]:
        return f"expected this warning alone: {told}"
    problem = checked.problems[told.index((bad.code, bad.where))]
    if bad.found and problem.found != bad.found:
        return f"found {problem.found}"
    if bad.fix not in problem.fix:
        return f"the fix is {problem.fix}"
    return "" if problem.message and problem.fix else "no words"


if __name__ == "__main__":
    main()
