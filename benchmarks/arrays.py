"""One line a case: the fingerprint of every array that reaches the solver. Equal before and after: the same plans.

python -m benchmarks.arrays [CASE ...]        without cases: the base case, alone and under each overlay
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.__main__ import BASE_CASE
from planner.case import read_case
from planner.planning.built import Built

FUTURES = BASE_CASE.parent / "us_futures"


def main() -> int:
    named = [Path(name) for name in sys.argv[1:]]
    cases: list[tuple[Path, list[Path]]] = [(case, []) for case in named]
    if not named:
        overlays = sorted(folder for folder in FUTURES.iterdir() if folder.is_dir())
        cases = [(BASE_CASE, []), *((BASE_CASE, [overlay]) for overlay in overlays)]
    for case, over in cases:
        built = Built.of(read_case(case, over))
        name = "+".join(path.name for path in (case, *over))
        print(f"{name:32} {built.program.mark}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
