"""What of a written workbook would not be read in print: text that its cell cuts, or that runs off the page."""

from __future__ import annotations

import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

LINE_POINTS, ROW_POINTS, USUAL_WIDTH = 12.0, 15.0, 9.14
# How wide letters are beside the digits in which a column's width is counted: of names, and of sentences on the mean.
BOLD, LETTER, PROSE, SENTENCE = 1.08, 0.93, 0.85, 60


def _as_wide_as_arial() -> bool:
    """Whether letters as wide as those of the report are there: with others, columns are wider and letters smaller."""
    found = subprocess.run(["fc-match", "Arial"], capture_output=True, text=True, check=False).stdout
    return any(name in found.casefold() for name in ("arial", "liberation", "arimo"))


# Whether a report can be printed here as it is meant.
PRINTS = all(shutil.which(name) for name in ("soffice", "pdftohtml", "fc-match")) and _as_wide_as_arial()
SIZES = {"letter": (612, 792), "a4": (595, 842)}  # points
ZOOM = 3  # poppler gives sizes as whole numbers, and magnifies no more than three times
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
    wide = (PROSE if len(cell.value) > SENTENCE else LETTER) * size * (BOLD if cell.font.b else 1.0)
    if not cell.alignment.wrap_text:
        over = len(cell.value) * wide - room
        return [f"{sheet.title}!{cell.coordinate} runs {over:.0f} characters too far: {cell.value}"] * (over > SLACK)
    fits = max(1, int((room - cell.alignment.indent - MARGIN) / wide))
    if max(map(len, cell.value.split()), default=0) > fits:
        return [f"{sheet.title}!{cell.coordinate} breaks a word: {cell.value}"]
    lines = sum(max(1, len(textwrap.wrap(part, fits))) for part in cell.value.splitlines())
    high = sheet.row_dimensions[cell.row].height or sheet.sheet_format.defaultRowHeight or ROW_POINTS
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


@dataclass(frozen=True)
class PrintedPage:
    """A page of a PDF: its paper, its smallest letters, how many texts stand on it and which leave it."""

    paper: str
    smallest_points: float
    words: int
    off_the_page: list[str]


def printed(report: Path, room: Path) -> list[PrintedPage]:
    """The pages on which LibreOffice prints a workbook."""
    command = ["soffice", f"-env:UserInstallation=file://{room}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", room, report], check=True, capture_output=True, timeout=300)
    return pages_of(room / f"{report.stem}.pdf")


def pages_of(pdf: Path) -> list[PrintedPage]:
    """The pages of a PDF as poppler reads them."""
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", str(ZOOM), pdf]
    text = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()
    tree = ElementTree.fromstring(text.partition("?>")[2].partition("<pdf2xml")[1] + text.partition("<pdf2xml")[2])
    sizes = {font.get("id"): float(font.get("size", 0)) / ZOOM for font in tree.iter("fontspec")}
    return [_page(page, sizes) for page in tree.iter("page")]


def _page(page: ElementTree.Element, sizes: dict[str | None, float]) -> PrintedPage:
    wide, high = (float(page.get(name, 0)) / ZOOM for name in ("width", "height"))
    paper = next(name for name, size in SIZES.items() if abs(min(size) - min(wide, high)) < 3)
    texts = [text for text in page.iter("text") if "".join(text.itertext()).strip()]
    off = []
    for text in texts:
        left, top, over, down = (float(text.get(name, 0)) / ZOOM for name in ("left", "top", "width", "height"))
        if left < 10 or top < 10 or left + over > wide - 10 or top + down > high - 10:
            off.append("".join(text.itertext()))
    smallest = min((sizes[text.get("font")] for text in texts), default=0.0)  # to a third of a point
    return PrintedPage(paper, smallest, len(texts), off)
