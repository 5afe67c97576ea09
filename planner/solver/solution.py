"""What a plan was to the solver: the value of each column, and the rows that were added to the program on the way.

Kept beside the plan's tables so that a certificate can be written later from the frozen case. `mark` says of which
program it is.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from models.groups import Floats
from planner.errors import RunError
from planner.solver.program import Integers, Program

FILE = "solution.npz"


@dataclass(frozen=True)
class Solution:
    """Values of all columns, and rows that follow those of the program with this mark; `names` has their blocks."""

    mark: str
    values: Floats
    names: dict[str, list[Any]]
    lengths: Integers
    columns_in: Integers
    coefficients: Floats
    row_lower: Floats
    row_upper: Floats

    @classmethod
    def of(cls, built: Program, solved: Program, values: Floats) -> Solution:
        """The solution of a program made from the one that was built by adding rows at its end."""
        rows, entries = len(built.row_lower), len(built.coefficients)
        return cls(
            mark=built.mark,
            values=values,
            names={name: indices for name, (indices, _) in solved.rows.items() if name not in built.rows},
            lengths=np.diff(solved.starts[rows:]).astype(np.int32),
            columns_in=solved.columns_in[entries:],
            coefficients=solved.coefficients[entries:],
            row_lower=solved.row_lower[rows:],
            row_upper=solved.row_upper[rows:],
        )

    def program(self, built: Program) -> Program:
        """The program that was solved, from the one that the case gives today; RunError where that is another one."""
        if built.mark != self.mark:
            raise RunError("The plan is of another version of the planner. Run the case again.")
        blocks, stop = dict(built.rows), len(built.row_lower)
        for name, indices in self.names.items():
            blocks[name] = indices, slice(stop, stop + len(indices))
            stop += len(indices)
        return replace(
            built,
            rows=blocks,
            row_lower=np.append(built.row_lower, self.row_lower),
            row_upper=np.append(built.row_upper, self.row_upper),
            starts=np.append(built.starts, built.starts[-1] + np.cumsum(self.lengths)).astype(np.int32),
            columns_in=np.append(built.columns_in, self.columns_in),
            coefficients=np.append(built.coefficients, self.coefficients),
        )

    def save(self, folder: Path) -> None:
        """Write solution.npz."""
        arrays = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        words = {"mark": np.array(self.mark), "names": np.array(json.dumps(self.names))}
        with (folder / FILE).open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **words, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Solution:
        """Read it back; RunError where it is missing or damaged."""
        try:
            with np.load(folder / FILE, allow_pickle=False) as found:
                names = {
                    name: [tuple(index) for index in indices]
                    for name, indices in json.loads(str(found["names"])).items()
                }
                arrays = {name: found[name] for name in cls.__dataclass_fields__ if name not in {"mark", "names"}}
                return cls(mark=str(found["mark"]), names=names, **arrays)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise RunError(f"The solution in {folder} cannot be read: {error}. Run the case again.") from error
