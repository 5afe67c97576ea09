"""What of a written workbook would not be read in print: text that its cell cuts, or that runs off the page."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

LINE_POINTS, ROW_POINTS, USUAL_WIDTH = 12.0, 15.0, 9.14
BOLD, LETTER = 1.08, 0.93  # how wide letters are beside the digits in which a column's width is counted
SLACK, MARGIN = 1.0, 0.4  # characters


def cut_off(path: Path) -> list[str]:
    """Every heading, merged cell and text of the printed part of each sheet that does not fit where it stands."""
    book = load_workbook(path)
    return [fault for sheet in book.worksheets for fault in _of_sheet(sheet)]


def _of_sheet(sheet: Worksheet) -> list[str]:
    widths = _widths(sheet)
    last_column, last_row = _printed(sheet)
    found = []
    merged = {area.coord.split(":")[0]: area for area in sheet.merged_cells.ranges}
    for area in merged.values():
        if area.min_row <= last_row and area.min_col <= last_column < area.max_col:
            found.append(f"{sheet.title}!{area.coord} is merged past the last printed column {last_column}")
    for line in sheet.iter_rows(max_row=last_row, max_col=last_column):
        for cell in line:
            if isinstance(cell.value, str) and cell.value.strip():
                area = merged.get(cell.coordinate)
                last = area.max_col if area else cell.column
                if not area and not cell.alignment.wrap_text:
                    last = _free_to(sheet, cell, last_column)
                room = sum(widths.get(column, USUAL_WIDTH) for column in range(cell.column, last + 1))
                found += _faults(sheet, cell, room)
    return found


def _faults(sheet: Worksheet, cell: Any, room: float) -> list[str]:
    """Too tall for its row where it wraps, else too wide for the room to its right."""
    size = (cell.font.sz or 10) / 10
    wide = LETTER * size * (BOLD if cell.font.b else 1.0)
    if not cell.alignment.wrap_text:
        over = len(cell.value) * wide - room
        return [f"{sheet.title}!{cell.coordinate} runs {over:.0f} characters too far: {cell.value}"] * (over > SLACK)
    fits = max(1, int((room - cell.alignment.indent - MARGIN) / wide))
    if max(map(len, cell.value.split()), default=0) > fits:
        return [f"{sheet.title}!{cell.coordinate} breaks a word: {cell.value}"]
    lines = sum(max(1, len(textwrap.wrap(part, fits))) for part in cell.value.splitlines())
    high = sheet.row_dimensions[cell.row].height or ROW_POINTS
    needed = lines * LINE_POINTS * size
    return [f"{sheet.title}!{cell.coordinate} needs {needed:.0f} points of {high}: {cell.value}"] * (needed > high + 2)


def _free_to(sheet: Worksheet, cell: Any, last_column: int) -> int:
    """The last printed column that the text may run over, because nothing stands there."""
    last = cell.column
    while last < last_column and sheet.cell(cell.row, last + 1).value is None:
        last += 1
    return last


def _printed(sheet: Worksheet) -> tuple[int, int]:
    """The last column and row that are printed."""
    if not sheet.print_area:
        return sheet.max_column, sheet.max_row
    area = str(sheet.print_area).rpartition("!")[2].replace("$", "")
    _, _, column, row = range_boundaries(area)
    return int(column or sheet.max_column), int(row or sheet.max_row)


def _widths(sheet: Worksheet) -> dict[int, float]:
    """Characters of each column; a group of columns of one width is stored under its first letter."""
    found: dict[int, float] = {}
    for size in sheet.column_dimensions.values():
        found |= dict.fromkeys(range(size.min or 0, (size.max or 0) + 1), size.width)
    return found
