"""What a file holds before anything in it is understood: sheets as rows of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Problem, any_error

MAX_ROWS = 250_000
MAX_COLUMNS = 16_384
MAX_CELLS = 6_000_000
EXCEL_ROWS = 1_048_576
# Excel's error words, as they also stand in a CSV file that Excel wrote.
_WORDS = "REF! N/A DIV/0! NAME? VALUE! NUM! NULL! SPILL! CALC! FIELD! GETTING_DATA CONNECT! BLOCKED! BUSY! UNKNOWN!"
EXCEL_ERRORS = frozenset(f"#{word}" for word in _WORDS.split())


@dataclass(frozen=True)
class BadCell:
    """A cell that holds no value: `kind` is "error" (as #REF!), "uncalculated" or "unreadable"."""

    kind: str
    text: str


@dataclass
class Grid:
    """One sheet: the rows that hold anything, by their number in the file; a blank cell is None.

    `overlay` is the file it is from, where that is laid over the case; `plain_text` says that all values are texts.
    """

    title: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    hidden: bool = False
    chart: bool = False
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    formulas: int = 0
    linked: int = 0
    too_long: bool = False
    too_wide: bool = False
    plain_text: bool = False
    overlay: str = ""

    @property
    def shown(self) -> str:
        """What the sheet is called in letters to a user, as `offers`, or `[ban]events` for one of an overlay."""
        return in_overlay(self.overlay, self.title)


@dataclass
class RawBook:
    """All sheets of a workbook, or all files of a folder of CSV, and what was wrong in reading them.

    `others` are files in the folder that are not read. `overlays` are books whose sheets take the place of its own, the
    later ones that of the earlier.
    """

    path: Path
    is_folder: bool = False
    grids: list[Grid] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    recalculate: bool = False
    overlays: list[RawBook] = field(default_factory=list)
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "+".join([self.path.name if self.is_folder else self.path.stem, *(one.name for one in self.overlays)])

    @property
    def readable(self) -> bool:
        return not any_error(self.problems)


def in_overlay(overlay: str, sheet: str) -> str:
    """A sheet's name with the overlay it is from in brackets, as Excel writes it."""
    return f"[{overlay}]{sheet}" if overlay else sheet


def letter(column: int) -> str:
    """Excel's letters for a column counted from 1.

    >>> letter(1), letter(28)
    ('A', 'AB')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
