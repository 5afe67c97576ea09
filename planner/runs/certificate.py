"""A certificate of a run: the program, the plan and the prices, and a file of Python that verifies them without us.

program.mps     every row and column of the program, each number to its last digit
names.csv       what each row and column is about, and the cells of the workbook that it names
plan.csv        the value of each column that is not zero
prices.csv      the price of each row in the relaxation, as a fraction; they prove the bound
manifest.json   case, fingerprint, the plan's objective, the bound, and within which share rows are kept
verify.py       verifies all of it with Python's standard library alone
README.txt      what is proven, by what, and what is not
SHA256SUMS      the sha256 of every other file
"""

from __future__ import annotations

import csv
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.case import Case
from planner.errors import RunError
from planner.planning.built import Built
from planner.planning.naming import cells_of_names
from planner.runs import verify_certificate
from planner.runs.folder import sha256_of, write_json
from planner.runs.opened import Opened, open_run
from planner.solver.bound import Bound, safe_bound
from planner.solver.highs import TOLERANCES, Live
from planner.solver.mps import write_mps
from planner.solver.outcome import SolveOptions
from planner.solver.program import Blocks, Program
from planner.solver.solution import Solution
from planner.solver.strengthen import strengthen

NAME = "certificate"
KEPT_WITHIN_SHARE = 1e-7  # of a row's largest term: a hundred times what the solver is asked to keep
RELAXATION_LIMIT_S = 3_600.0
README = """This folder proves a plan's objective and below which there is none. Run: python verify.py

The objective is the cost and, where the case gives risk, exposure or a missed limit a price, what they weigh.

What is proven here, in exact fractions: the plan in plan.csv keeps every row and bound of program.mps within the share
that manifest.json states, and its objective is what that says; and, by weak duality from prices.csv, no plan of
program.mps has one below bound_musd. What the search says beyond that bound (search_says_musd) is the solver's word
alone.

What protects it: SHA256SUMS shows every change that was made by accident. Somebody who changes files on purpose can
renew the sums; then the arithmetic still holds for the program that lies here, but it may be another program. So
compare the fingerprint with that of your workbook (`ree-planner check` prints it), write the certificate again from it,
or keep the sha256 of SHA256SUMS in another place. Take verify.py from the project's own source if you do not trust this
copy; it is a few pages to read.

Rows named strong_row follow from the others by arithmetic: what a yes or no opens comes to no more than the rest of one
row can take, times that yes. Each names the row from which it follows; planner/solver/strong.py says why it holds.

What program.mps has to do with the workbook: names.csv gives for each row and column the rule or decision and the cells
it names; models/README.md has the rules. The other half are the books: the planner's audit adds the plan up again from
the workbook's rows to the same objective, by a second reading that shares no code with the program. The two meet there:
the books say what it is by the workbook, the certificate that the program has it too, and that no plan of the program
has one below the bound.
"""


@dataclass(frozen=True)
class Certificate:
    """A certificate that was written and verified: its folder, the plan's objective and what is proven."""

    folder: Path
    objective_musd: float
    bound_musd: float
    search_says_musd: float | None
    furthest_off: float
    megabytes: float


def certify(run: Path, to: Path | None = None) -> Certificate:
    """Write the certificate of a finished run into `to`, or beside its report, and verify it.

    Raises RunError where the run is of another version of the planner, or where nothing is proven.
    """
    opened = open_run(run)
    built = Built.of(opened.case)
    solution = Solution.load(run / "plan")
    folder = to or run / NAME
    if folder.exists() and any(folder.iterdir()):
        raise RunError(f"{folder} has files in it already. Give another folder with --to, or delete it.")
    folder.mkdir(parents=True, exist_ok=True)
    options = SolveOptions(mip_gap=0.0, time_limit_s=RELAXATION_LIMIT_S)
    program, bound = _bounded(solution.program(built.program), options)
    write_mps(program, folder / "program.mps", opened.case.fingerprint)
    _write_names(program, opened.case, folder / "names.csv")
    _write_numbers(folder / "plan.csv", program.column_names(), map(repr, solution.values.tolist()))
    _write_numbers(folder / "prices.csv", program.row_names(), map(str, map(bound.price, range(len(bound.prices)))))
    _write_rest(folder, opened, bound)
    return _verified(folder)


def _bounded(program: Program, options: SolveOptions) -> tuple[Program, Bound]:
    """The program with the strong rows that hold its relaxation, and the bound that the prices of all rows prove."""
    live = Live(program.relaxed, options, TOLERANCES[0])
    relaxed = live.solve()
    if relaxed.row_duals is not None and program.integer.any():
        program, relaxed = strengthen(program, live, relaxed, lambda live, _: live.solve())
    bound = None if relaxed.row_duals is None else safe_bound(program, relaxed.row_duals)
    if bound is None:
        raise RunError(f"Nothing can be certified: the relaxation ended as {relaxed.status} {relaxed.message}".rstrip())
    return program, bound


def _write_numbers(path: Path, names: list[str], numbers: Iterable[str]) -> None:
    with path.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "number"))
        writer.writerows((name, text) for name, text in zip(names, numbers, strict=True) if text not in {"0", "0.0"})


def _write_names(program: Program, case: Case, path: Path) -> None:
    cells = cells_of_names(case)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "kind", "rule or decision", "of", "cells"))
        writer.writerows(_named("column", program.column_names(), program.columns, cells))
        writer.writerows(_named("row", program.row_names(), program.rows, cells))


def _named(kind: str, names: list[str], blocks: Blocks, cells: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    about = ((block, index) for block, (indices, _) in blocks.items() for index in indices)
    for name, (block, index) in zip(names, about, strict=True):
        parts = [str(part) for part in (index if isinstance(index, tuple) else (index,)) if part not in {None, ""}]
        named = [cell for part in dict.fromkeys(parts) for cell in cells.get(part, ())]
        yield name, kind, block, " / ".join(parts), "; ".join(named)


def _write_rest(folder: Path, opened: Opened, bound: Bound) -> None:
    plan = opened.plan
    facts: dict[str, Any] = {
        "case": opened.case.name,
        "fingerprint": opened.case.fingerprint,
        "versions": opened.manifest["versions"],
        "status": plan.status,
        "gap_asked": plan.gap_asked,
        "objective_musd": plan.objective_musd,
        "bound_musd": bound.value,
        "search_says_musd": plan.bound_musd,
        "tolerances_may_be_worth_musd": plan.tolerance_musd,
        "kept_within_share": KEPT_WITHIN_SHARE,
    }
    write_json(folder / verify_certificate.MANIFEST, facts)
    (folder / "README.txt").write_text(README, encoding="utf-8")
    source = Path(inspect.getfile(verify_certificate)).read_text(encoding="utf-8")
    (folder / "verify.py").write_text(source, encoding="utf-8")
    write_sums(folder)


def write_sums(folder: Path) -> None:
    """Write the sha256 of every file, as `sha256sum -c` reads it."""
    sums = verify_certificate.SUMS
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != sums)
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in names]
    (folder / sums).write_text("".join(lines), encoding="ascii")


def _verified(folder: Path) -> Certificate:
    try:
        found = verify_certificate.verify(folder)
    except verify_certificate.Refused as error:
        raise RunError(f"The certificate in {folder} does not hold, which is a fault of ours: {error}") from error
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    return Certificate(
        folder=folder,
        objective_musd=found["objective_musd"],
        bound_musd=found["bound_musd"],
        search_says_musd=found["facts"]["search_says_musd"],
        furthest_off=found["furthest_off"],
        megabytes=float(np.round(size, 1)),
    )
