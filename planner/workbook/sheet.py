"""Walks the XML of a workbook's sheets and shared texts: one pass, whatever program wrote it.

Cells and rows need not say where they stand: one that does not follows the one before, blank or not, so that a sheet
with addresses on all of its cells, on some or on none reads alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.parsers import expat

from defusedxml import EntitiesForbidden
from openpyxl.utils.datetime import from_excel, from_ISO8601

from planner.checks.grid import EXCEL_ROWS, MAX_COLUMNS, MAX_ROWS, BadCell, Grid, letter
from planner.workbook.formats import Formats
from planner.workbook.words import AID, INLINE, ITEM, MAIN, TEXT, Words, value_of

ROW, CELL, VALUE, FORMULA = f"{MAIN} row", f"{MAIN} c", f"{MAIN} v", f"{MAIN} f"
COLUMN, MERGED = f"{MAIN} col", f"{MAIN} mergeCell"
TRUE = {"1", "true"}
TRUTHS = {"1": True, "0": False, "true": True, "false": False}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
LINKED = re.compile(r"\[\d+\]")
UNREADABLE = (ValueError, IndexError, TypeError, OverflowError)

Start = Callable[[dict[str, str]], None]
End = Callable[[], None]


class Damage(RuntimeError):
    """The part cannot be what a workbook holds."""


class Enough(Exception):
    """The sheet has more than is read."""


class Walker:
    """Calls a method for each element it knows; characters go where `into` points."""

    def __init__(self) -> None:
        self.starts: dict[str, Start] = {}
        self.ends: dict[str, End] = {}
        self.into: list[str] | None = None

    def walk(self, pieces: Iterable[bytes]) -> None:
        """Read a part, given in pieces, to its end."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        begin = self.starts.get(tag)
        if begin is not None:
            begin(attributes)

    def _end(self, tag: str) -> None:
        end = self.ends.get(tag)
        if end is not None:
            end()

    def _characters(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)


class TextWalker(Walker):
    """Knows how a text is put together, in a cell and in the list of shared texts."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Words()
        self.starts |= {TEXT: self._begin_text, AID: self._begin_aid}
        self.ends |= {TEXT: self._stop, AID: self._end_aid}

    def _begin_text(self, attributes: dict[str, str]) -> None:
        self.into = self.words.begin(attributes)

    def _begin_aid(self, attributes: dict[str, str]) -> None:
        self.words.aid = True

    def _end_aid(self) -> None:
        self.words.aid = False

    def _stop(self) -> None:
        self.into = None


class SharedTexts(TextWalker):
    """The texts that cells refer to by their number, as the values that these cells hold."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[Any] = []
        self.ends[ITEM] = self._end_item

    def _end_item(self) -> None:
        self.values.append(value_of(self.words.text()))


class SheetRows(TextWalker):
    """Fills a grid with the rows that hold anything, and notes what is hidden, merged or a formula."""

    def __init__(self, grid: Grid, shared: list[Any], formats: Formats, room: int) -> None:
        super().__init__()
        self.grid, self.shared, self.formats, self.room = grid, shared, formats, room
        self.columns: dict[str, int] = {}
        self.cells = self.number = self.column = 0
        self.row: list[Any] = []
        self.row_name, self.hidden = "", False
        self._forget()
        self.starts |= {
            ROW: self._begin_row,
            CELL: self._begin_cell,
            VALUE: self._begin_value,
            FORMULA: self._begin_formula,
            INLINE: self._begin_inline,
            COLUMN: self._hidden_columns,
            MERGED: self._merged,
        }
        self.ends |= {ROW: self._end_row, CELL: self._end_cell, VALUE: self._stop, FORMULA: self._stop}

    def _forget(self) -> None:
        self.kind, self.style = "n", "0"
        self.value: list[str] | None = None
        self.formula: list[str] | None = None
        self.inline = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r") or self.number + 1)
        if not self.number < number <= EXCEL_ROWS:
            raise Damage(f"row {number} of sheet '{self.grid.title}' stands in the wrong place")
        self.number, self.row_name, self.column = number, str(number), 0
        self.hidden = attributes.get("hidden") in TRUE
        self.row = []

    def _end_row(self) -> None:
        if not self.row:
            return
        if self.hidden:
            self.grid.hidden_rows.append(self.number)
        self.grid.numbers.append(self.number)
        self.grid.rows.append(self.row)
        self.cells += len(self.row)
        if len(self.grid.rows) > MAX_ROWS or self.cells > self.room:
            raise Enough

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self.column = self._column(reference) if reference else self.column + 1
        if self.column > MAX_COLUMNS:
            raise Damage(f"row {self.number} of sheet '{self.grid.title}' has more than {MAX_COLUMNS:,} cells")
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")

    def _column(self, reference: str) -> int:
        """The column of a cell such as C7, which must stand in row 7."""
        letters = reference.removesuffix(self.row_name)
        column = self.columns.get(letters)
        if column is None:
            column = 0
            for sign in letters.upper():
                column = column * 26 + ord(sign) - 64
            if letters == reference or not (letters.isascii() and letters.isalpha() and column <= MAX_COLUMNS):
                place = f"a cell called {reference[:20]} in row {self.number}"
                raise Damage(f"sheet '{self.grid.title}' has {place}")
            self.columns[letters] = column
        return column

    def _begin_value(self, attributes: dict[str, str]) -> None:
        if self.kind == "str":
            self.value = self.into = self.words.begin(attributes)
        else:
            self.value = self.into = []

    def _begin_formula(self, attributes: dict[str, str]) -> None:
        self.formula = self.into = []

    def _begin_inline(self, attributes: dict[str, str]) -> None:
        self.inline = True

    def _end_cell(self) -> None:
        if self.value is None and self.formula is None and not self.inline:
            return
        value = self._held()
        self._forget()
        if value is None:
            return
        row, column = self.row, self.column
        if column > len(row):
            row.extend([None] * (column - 1 - len(row)))
            row.append(value)
        elif row[column - 1] is None:
            row[column - 1] = value
        else:
            row[column - 1] = BadCell("unreadable", "two values")

    def _held(self) -> Any:
        """The cell's stored value; a formula without one, an Excel error or rubbish is a BadCell."""
        text = "".join(self.value) if self.value is not None else None
        words = self.words.text()
        if self.formula is not None:
            formula = "".join(self.formula)
            self.grid.formulas += 1
            self.grid.linked += LINKED.search(formula) is not None
            if not text and not (self.kind == "str" and text is not None):
                return BadCell("uncalculated", "=" + (formula or "..."))
        try:
            return self._typed(text, words)
        except UNREADABLE:
            return BadCell("unreadable", (text or "")[:50])

    def _typed(self, text: str | None, words: str) -> Any:
        kind = self.kind
        if kind == "inlineStr":
            return value_of(words) if self.inline or not text else BadCell("unreadable", text[:50])
        if kind == "str":
            return value_of(words)
        text = text.strip() if text else ""
        if not text:
            return BadCell("unreadable", words[:50]) if words.strip() else None
        if kind == "n":
            return self._number(text)
        if kind == "s":
            return self.shared[_position(text)]
        if kind == "b":
            return TRUTHS.get(text, BadCell("unreadable", text))
        if kind == "e":
            return BadCell("error", text)
        if kind == "d":
            return from_ISO8601(text)  # type: ignore[no-untyped-call]
        return BadCell("unreadable", text[:50])

    def _number(self, text: str) -> Any:
        if not NUMBER.fullmatch(text):
            return BadCell("unreadable", text[:50])
        meaning = self.formats.meaning(self.style)
        if meaning == "number":
            return int(text) if len(text) < 16 and text.isdecimal() else float(text)
        try:
            return from_excel(float(text), self.formats.epoch, timedelta=meaning == "duration")
        except (OverflowError, ValueError):
            return BadCell("unreadable", f"day number {float(text):g}")

    def _hidden_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE:
            first, final = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.grid.hidden_columns.extend(letter(n) for n in range(first, min(final, first + 255) + 1))

    def _merged(self, attributes: dict[str, str]) -> None:
        self.grid.merged.append(attributes.get("ref", ""))


def _position(text: str) -> int:
    """Where a shared text stands; a negative place is rubbish, though Python would take it."""
    place = int(text)
    if place < 0:
        raise ValueError(text)
    return place


def _refuse(*declared: Any) -> None:
    """An entity may unpack to any size, or name a file of the reader's machine."""
    name, _, value, base, system, public, notation = declared
    raise EntitiesForbidden(name, value, base, system, public, notation)
