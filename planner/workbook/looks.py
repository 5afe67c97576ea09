"""How a table of a workbook looks: its columns, their notes and what may be chosen in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """A column to choose from; `unique` when no name stands in it twice."""

    sheet: str
    column: str
    unique: bool


@dataclass(frozen=True)
class ColumnLook:
    """How one column looks: heading, unit, note, style, number format, and what may be typed or chosen.

    `wraps` is for sentences, which are read in the cell and not only when it is opened.
    """

    name: str
    unit: str = ""
    note: str = ""
    style: str = "optional"
    number_format: str = "General"
    rule: Mapping[str, Any] | None = None
    choose_from: tuple[str | Source, ...] = ()
    wraps: bool = False

    @property
    def heading(self) -> str:
        return f"{self.name}\n[{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class SheetLook:
    """One table: its columns and rows; `example` says that the rows are there to be overwritten.

    A `sentence` stands in a row of its own above the headings.
    """

    name: str
    columns: Sequence[ColumnLook]
    rows: Sequence[Sequence[Any]] = ()
    example: bool = False
    tab: str = ""
    sentence: str = ""

    @property
    def top(self) -> int:
        """The row of the headings, counted from 0."""
        return 1 if self.sentence else 0


@dataclass(frozen=True)
class TextPage:
    """A sheet of words: (text or cells, style) line by line; a cell may be a link, (text, target)."""

    name: str
    widths: Sequence[float]
    lines: Sequence[tuple[Sequence[Any], str]] = field(default_factory=tuple)
