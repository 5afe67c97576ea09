"""Verify a certificate: does the plan keep every row, what is its objective, and below which is there no plan?

    python verify.py [FOLDER]

Nothing but Python's standard library is used, and nothing is rounded: each number is the binary one that a solver reads
in the file (a fraction in prices.csv), and all sums are fractions. What is checked:

1. SHA256SUMS fits every file, so nothing was changed by accident. Who changes a file on purpose can renew the sums;
   steps 2 to 4 do not trust them.
2. plan.csv, put into program.mps, keeps every row and bound within the share that manifest.json states of the row's
   largest term, and columns that must be whole are whole.
3. The plan's objective is what manifest.json says: its cost and, where the case gives risk, exposure or a missed limit
   a price, what they weigh.
4. prices.csv prove manifest.json's bound by weak duality: for prices y with the sign of their rows, no plan has an
   objective below  b y + the sum over the columns of the least that (c - A'y) x comes to between the column's bounds.

The bound is that of the program without whole numbers. What the search says beyond it (`search_says`) is the solver's
word and is not checked here. That program.mps is what the workbook means is the other half: see README.txt.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

COST, SUMS, MANIFEST = "COST", "SHA256SUMS", "manifest.json"
AGREES = Fraction(1, 10**9)  # the share by which a cost or bound that was written as a decimal may differ
INFINITY = float("inf")


class Refused(Exception):
    """The certificate does not prove what it says."""


class Program:
    """The program in an MPS file (free format): minimise cost x + constant, rows and columns between their limits."""

    def __init__(self, path: Path) -> None:
        self.constant = Fraction(0)
        self.sense: dict[str, str] = {}
        self.rows: dict[str, dict[str, Fraction]] = defaultdict(dict)
        self.cost: dict[str, Fraction] = {}
        self.columns: dict[str, int] = {}
        self.whole: set[str] = set()
        self.right: dict[str, Fraction] = {}
        self.range: dict[str, Fraction] = {}
        self.low: dict[str, Any] = {}
        self.high: dict[str, Any] = {}
        section, integer = "", False
        for line in path.read_text(encoding="ascii").splitlines():
            words = line.split()
            if not line.startswith(" "):
                section = words[0]
            elif section == "ROWS":
                self._once(self.sense, words[1], words[0])
            elif section == "COLUMNS" and words[1] == "'MARKER'":
                integer = words[2] == "'INTORG'"
            elif section == "COLUMNS":
                self._entry(words[0], words[1], words[2], integer)
            elif section == "RHS":
                self._once(self.right, words[1], exact(words[2]))
            elif section == "RANGES":
                self._once(self.range, words[1], Fraction(words[2]))
            elif section == "BOUNDS":
                self._bound(*words)
        self.constant = -self.right.pop(COST, Fraction(0))
        if section != "ENDATA" or not set(self.right) | set(self.range) <= set(self.sense):
            raise Refused(f"{path.name} is not whole")

    @staticmethod
    def _once(known: dict[str, Any], name: str, value: Any) -> None:
        if name in known:
            raise Refused(f"{name} is given twice in the program")
        known[name] = value

    def _entry(self, column: str, row: str, number: str, integer: bool) -> None:
        self.columns[column] = self.columns.get(column, 0) + 1
        if integer:
            self.whole.add(column)
        if row == COST:
            self._once(self.cost, column, exact(number))
        elif row in self.sense:
            self._once(self.rows[row], column, exact(number))
        else:
            raise Refused(f"{row} is no row of the program")

    def _bound(self, kind: str, _: str, column: str, number: str = "0") -> None:
        if column not in self.columns or kind not in {"FX", "LO", "UP", "MI", "PL"}:
            raise Refused(f"the bound {kind} {column} is none that is known")
        if kind in {"FX", "LO", "MI"}:
            self._once(self.low, column, -INFINITY if kind == "MI" else exact(number))
        if kind in {"FX", "UP", "PL"}:
            self._once(self.high, column, INFINITY if kind == "PL" else exact(number))

    def limits(self, row: str) -> tuple[Any, Any]:
        """The least and the most that a row may come to."""
        sense, right = self.sense[row], self.right.get(row, Fraction(0))
        low = right if sense in "EG" else -INFINITY
        high = right if sense in "EL" else right + self.range[row] if row in self.range else INFINITY
        return low, high

    def bounds(self, column: str) -> tuple[Any, Any]:
        """The least and the most of a column."""
        return self.low.get(column, Fraction(0)), self.high.get(column, INFINITY)


def exact(text: str) -> Fraction:
    """A number as it is meant: a fraction as it stands, a decimal as the binary number that solvers read in it."""
    return Fraction(text) if "/" in text else Fraction(float(text))


def verify(folder: Path) -> dict[str, Any]:
    """What the certificate proves, as words and numbers; raises Refused where it does not."""
    check_sums(folder)
    facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    program = Program(folder / "program.mps")
    plan = read_numbers(folder / "plan.csv", program.columns)
    prices = read_numbers(folder / "prices.csv", program.sense)
    worst = check_plan(program, plan, Fraction(facts["kept_within_share"]))
    cost = sum((program.cost.get(name, 0) * value for name, value in plan.items()), program.constant)
    agree("objective_musd", facts, cost)
    bound = weak_duality(program, prices)
    agree("bound_musd", facts, bound)
    if Fraction(facts["bound_musd"]) > bound:
        raise Refused(f"the bound {facts['bound_musd']} is above {float(bound)!r}, which the prices prove")
    found = {"rows": len(program.sense) - 1, "columns": len(program.columns), "objective_musd": float(cost)}
    return {**found, "bound_musd": facts["bound_musd"], "furthest_off": float(worst), "facts": facts}


def check_sums(folder: Path) -> None:
    """Every file is there, is listed, and is as it was."""
    lines = (folder / SUMS).read_text(encoding="ascii").splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    there = {path.name for path in folder.iterdir() if path.is_file()} - {SUMS}
    if set(listed) != there:
        raise Refused(f"files and {SUMS} differ: {', '.join(sorted(set(listed) ^ there))}")
    for name, digest in listed.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise Refused(f"{name} was changed: it does not fit {SUMS}")


def read_numbers(path: Path, known: Iterable[str]) -> dict[str, Fraction]:
    """A column name,number of a CSV file as exact fractions; names that are left out are zero."""
    with path.open(encoding="ascii", newline="") as file:
        rows = list(csv.reader(file))[1:]
    numbers = {name: exact(number) for name, number in rows}
    if len(numbers) != len(rows) or not set(numbers) <= set(known):
        raise Refused(f"{path.name} has a name twice, or one that the program does not have")
    return numbers


def check_plan(program: Program, plan: dict[str, Fraction], share: Fraction) -> Fraction:
    """The most by which a row is missed, in its own unit; raises Refused where that is more than its share."""
    worst = Fraction(0)
    for column in program.columns:
        value = plan.get(column, Fraction(0))
        low, high = program.bounds(column)
        if not low <= value <= high:
            raise Refused(f"{column} is {float(value)!r}, which its bounds {low} and {high} forbid")
        if column in program.whole and value.denominator != 1:
            raise Refused(f"{column} is {float(value)!r}, which is not whole")
    for row, cells in program.rows.items():
        low, high = program.limits(row)
        terms = [number * plan[column] for column, number in cells.items() if column in plan]
        off = max(low - sum(terms), sum(terms) - high, 0)
        largest = max((abs(size) for size in (*terms, low, high) if abs(size) != INFINITY), default=0)
        if off > share * largest:
            raise Refused(f"the row {row} is missed by {float(off)!r}")
        worst = max(worst, off)
    return worst


def weak_duality(program: Program, prices: dict[str, Fraction]) -> Fraction:
    """The bound that the prices prove."""
    slopes, bound = defaultdict(Fraction, program.cost), program.constant
    for row, price in prices.items():
        low, high = program.limits(row)
        limit = low if price > 0 else high
        if abs(limit) == INFINITY:
            raise Refused(f"the price of {row} has a sign that its row does not allow")
        bound += price * limit
        for column, number in program.rows[row].items():
            slopes[column] -= number * price
    for column, slope in slopes.items():
        if slope:
            low, high = program.bounds(column)
            end = low if slope > 0 else high
            if abs(end) == INFINITY:
                raise Refused(f"at these prices {column} would gain for ever")
            bound += slope * end
    return bound


def agree(name: str, facts: dict[str, Any], found: Fraction) -> None:
    """The manifest's decimal is the number found."""
    if abs(Fraction(facts[name]) - found) > AGREES * max(abs(found), AGREES):
        raise Refused(f"{name} is {facts[name]} in {MANIFEST}, and {float(found)!r} by the files beside it")


def main(folder: Path) -> int:
    """Say what is proven, or what is not; 0 or 1."""
    try:
        found = verify(folder)
    except (Refused, OSError, ValueError, KeyError, IndexError, TypeError, ZeroDivisionError) as error:
        sys.stdout.write(f"REFUSED: {error}\n")
        return 1
    facts, bound, says = found["facts"], found["bound_musd"], found["facts"]["search_says_musd"]
    lines = [
        f"Verified: case {facts['case']}, fingerprint {facts['fingerprint']}.",
        f"The plan keeps all {found['rows']:,} rows (the furthest is off by {found['furthest_off']:.2g}) and the bounds"
        f" and whole numbers of all {found['columns']:,} columns.",
        f"Its objective is {found['objective_musd']:,.6f} M$. No plan has one below {bound:,.6f} M$.",
    ]
    if says is not None and says > bound:
        lines.append(f"Beyond that the solver says, unchecked, that none has one below {says:,.6f} M$.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
