"""Reads a workbook's values with openpyxl, one pass a sheet.

Read-only mode alone says nothing of merged cells, hidden rows, or formulas that were never calculated, and trusts a
wrong `<dimension>`. So its row parser is taken over: the same pass over a sheet's rows yields all of them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.worksheet import _reader
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from planner.checks.catalogue import problem
from planner.checks.grid import EXCEL_ERRORS, EXCEL_ROWS, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, BadCell, Book, Grid, letter
from planner.workbook.container import ASK_AGAIN, DAMAGE, faults
from planner.workbook.lean import Lean

NUMBER_FORMAT_TAG = f"{{{SHEET_MAIN_NS}}}numFmt"
MERGED_TAG = f"{{{SHEET_MAIN_NS}}}mergeCell"
# Excel writes characters that XML forbids as _x000D_.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What programs that cannot calculate write, so that Excel does it when the file is opened.
RECALCULATE = re.compile(rb"""\bfullCalcOnLoad\s*=\s*["'](1|true)""")
LINKED = re.compile(r"\[\d+\]")


def read_workbook(path: Path) -> Book:
    """All sheets of a workbook as plain values; what forbids reading it stands in `problems`."""
    book = Book(path, problems=faults(path))
    if book.problems:
        return book
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _read_sheets(book, _Values(file, read_only=True, data_only=True, keep_links=False))
    except DefusedXmlException:
        text = "the file holds XML entities, which are not opened"
        book.problems.append(problem("file.entities", message=text, fix=ASK_AGAIN))
    except DAMAGE as fault:
        reason = str(fault).splitlines()[0][:120] if str(fault) else type(fault).__name__
        text = f"the file is damaged and cannot be read ({reason})"
        book.problems.append(problem("file.damaged", message=text, fix=ASK_AGAIN))
    return book


class _Values(ExcelReader):
    """Opens a workbook for its values; what does not bear on them is not even looked at, and so cannot fail."""

    charts: tuple[str, ...] = ()

    def read(self) -> None:
        """Find the sheets, the shared texts, and the formats that make a number a date."""
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self._read_formats()
        self.read_worksheets()
        if len(self.parser.sheets) != len(self.wb.worksheets) + len(self.charts):
            raise ValueError("a sheet that it names is not there")

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """Remember that there is one."""
        self.charts = (*self.charts, sheet.name)

    def _read_formats(self) -> None:
        """Of all styles only number formats matter; other programs often write the rest wrongly."""
        parts = [
            part.PartName for part in self.package.Override if part.ContentType.endswith("spreadsheetml.styles+xml")
        ]
        if not parts:
            return
        book: Any = self.wb
        book._date_formats, book._timedelta_formats = set(), set()
        root = fromstring(self.archive.read(parts[0].lstrip("/")))
        codes = {int(one.get("numFmtId") or 0): one.get("formatCode") for one in root.iter(NUMBER_FORMAT_TAG)}
        formats = root.find(f"{{{SHEET_MAIN_NS}}}cellXfs")
        if formats is None:
            raise ValueError("it has no cell formats")
        for place, one in enumerate(formats):
            number = int(one.get("numFmtId") or 0)
            code = codes.get(number) or builtin_format_code(number)
            if is_date_format(code):
                book._date_formats.add(place)
            if is_timedelta_format(code):
                book._timedelta_formats.add(place)


def _read_sheets(book: Book, reader: _Values) -> None:
    reader.read()
    source, archive = reader.wb, reader.archive
    book.recalculate = RECALCULATE.search(archive.read(reader.parser.workbook_part_name)) is not None
    if any(name.endswith("vbaProject.bin") for name in archive.namelist()):
        text = "the workbook holds macros; they are not run, only the stored values are read"
        book.problems.append(problem("file.macros", message=text, fix="Nothing needs to be done."))
    cells = 0
    for sheet in source.worksheets:
        grid = Grid(sheet.title, hidden=sheet.sheet_state != "visible")
        book.grids.append(grid)
        cells += _read_rows(grid, sheet, MAX_CELLS - cells)
    book.grids.extend(Grid(name, chart=True) for name in reader.charts)


def _read_rows(grid: Grid, sheet: Any, room: int) -> int:
    """Fill the grid from the sheet's XML; says how many cells it took."""
    parent, cells = sheet.parent, 0
    with sheet._get_source() as source:
        parser = _Rows(
            Lean(source),
            sheet._shared_strings,
            data_only=True,
            epoch=parent.epoch,
            date_formats=parent._date_formats,
            timedelta_formats=parent._timedelta_formats,
        )
        parser.grid = grid
        for number, row in parser.parse():
            grid.numbers.append(number)
            grid.rows.append(row)
            cells += len(row)
            if len(grid.rows) > MAX_ROWS or cells > room:
                grid.too_long = True
                break
    return cells


class _Rows(WorkSheetParser):
    """Walks a sheet's XML: yields the rows that hold anything, and notes what is hidden, merged or a formula."""

    grid: Grid

    def parse(self) -> Generator[tuple[int, list[Any]], None, None]:
        """Number and cells of each row that holds anything."""
        self.columns: dict[str, int] = {}
        last = 0
        for _, element in iterparse(self.source):
            tag = element.tag
            if tag == _reader.ROW_TAG:
                number = self._row_number(element, last)
                last = number
                row = self._row(element, str(number)) if len(element) else None
                if row is not None:
                    if element.get("hidden") in {"1", "true"}:
                        self.grid.hidden_rows.append(number)
                    yield number, row
                element.clear()
            elif tag == _reader.COL_TAG and element.get("hidden") in {"1", "true"}:
                first, final = int(element.get("min", 1)), int(element.get("max", 1))
                self.grid.hidden_columns.extend(letter(n) for n in range(first, min(final, first + 255) + 1))
            elif tag == MERGED_TAG:
                self.grid.merged.append(str(element.get("ref", "")))

    def _row_number(self, element: Element, last: int) -> int:
        number = int(element.get("r") or last + 1)
        if not last < number <= EXCEL_ROWS:
            raise ValueError(f"row {number} of sheet '{self.grid.title}' stands in the wrong place")
        return number

    def _row(self, element: Element, number: str) -> list[Any] | None:
        """The cells of a row, up to the last that holds anything; None for a blank row."""
        row: list[Any] = []
        column = 0
        for cell in element:
            reference = cell.get("r")
            column = self._column(reference, number) if reference else column + 1
            value = self._value(cell)
            if value is None:
                continue
            if column > len(row):
                row.extend([None] * (column - len(row)))
            elif row[column - 1] is not None:
                value = BadCell("unreadable", "two values")
            row[column - 1] = value
        return row or None

    def _column(self, reference: str, number: str) -> int:
        """The column of a cell such as C7, which must stand in row 7."""
        letters = reference.removesuffix(number)
        column = self.columns.get(letters)
        if column is None:
            column = 0
            for sign in letters.upper():
                column = column * 26 + ord(sign) - 64
            if letters == reference or not (letters.isascii() and letters.isalpha() and column <= MAX_COLUMNS):
                raise ValueError(f"sheet '{self.grid.title}' has a cell called {reference[:20]} in row {number}")
            self.columns[letters] = column
        return column

    def _value(self, cell: Element) -> Any:
        """The cell's stored value; a formula without one, an Excel error or rubbish is a BadCell."""
        kind = cell.get("t", "n")
        text = cell.findtext(_reader.VALUE_TAG)
        formula = cell.find(_reader.FORMULA_TAG) if len(cell) > 1 or text is None else None
        if formula is not None:
            self.grid.formulas += 1
            self.grid.linked += LINKED.search(formula.text or "") is not None
            if not text and not (kind == "str" and text is not None):
                return BadCell("uncalculated", "=" + (formula.text or "..."))
        try:
            return self._typed(cell, kind, text)
        except (ValueError, IndexError, TypeError, OverflowError):
            return BadCell("unreadable", (text or "")[:50])

    def _typed(self, cell: Element, kind: str, text: str | None) -> Any:
        if kind == "inlineStr":
            return _text("".join(cell.itertext()))
        if not text:
            stray = cell.find(_reader.INLINE_STRING) if len(cell) else None
            return None if stray is None else BadCell("unreadable", "".join(stray.itertext())[:50])
        if kind == "n":
            style = int(cell.get("s") or 0)
            if style in self.date_formats:
                return self._moment(float(text), style)
            return int(text) if text.isdecimal() and len(text) < 16 else float(text)
        if kind == "s":
            return _text(self.shared_strings[_position(text)])
        if kind == "str":
            return _text(text)
        if kind == "b":
            return {"1": True, "0": False, "true": True, "false": False}.get(text, BadCell("unreadable", text))
        if kind == "e":
            return BadCell("error", text)
        if kind == "d":
            return from_ISO8601(text)  # type: ignore[no-untyped-call]
        return BadCell("unreadable", text[:50])

    def _moment(self, serial: float, style: int) -> Any:
        try:
            return from_excel(serial, self.epoch, timedelta=style in self.timedelta_formats)
        except (OverflowError, ValueError):
            return BadCell("unreadable", f"day number {serial:g}")


def _position(text: str) -> int:
    """Where a shared text stands; a negative place is rubbish, though Python would take it."""
    place = int(text)
    if place < 0:
        raise ValueError(text)
    return place


def _text(text: Any) -> Any:
    """A text cell; nothing but spaces counts as blank, and Excel's error words are errors."""
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(text))
    bare = text.strip()
    if not bare:
        return None
    return BadCell("error", bare) if bare in EXCEL_ERRORS else text
