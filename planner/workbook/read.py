"""Reads a workbook's values, whatever program wrote it: each sheet in one pass over its XML."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from planner.checks.catalogue import problem
from planner.checks.grid import MAX_CELLS, Grid, RawBook
from planner.workbook.container import ASK_AGAIN, DAMAGE, SAVE_AS, faults
from planner.workbook.formats import Formats, formats_of
from planner.workbook.lean import lean
from planner.workbook.parts import PackageParts
from planner.workbook.sheet import Enough, SharedTexts, SheetRows
from planner.workbook.words import MAIN

STRICT = "{http://purl.oclc.org/ooxml/"
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TRUE = {"1", "true", "on"}


def read_workbook(path: Path) -> RawBook:
    """All sheets of a workbook as plain values; what forbids reading it stands in `problems`."""
    book = RawBook(path, problems=faults(path))
    if book.problems:
        return book
    try:
        with zipfile.ZipFile(path) as archive:
            _read(book, PackageParts(archive))
    except DefusedXmlException:
        text = "the file holds XML entities, which are not opened"
        book.problems.append(problem("file.entities", message=text, fix=ASK_AGAIN))
    except DAMAGE as fault:
        reason = str(fault).splitlines()[0][:120] if str(fault) else type(fault).__name__
        text = f"the file is damaged and cannot be read ({reason})"
        book.problems.append(problem("file.damaged", message=text, fix=ASK_AGAIN))
    return book


def _read(book: RawBook, parts: PackageParts) -> None:
    main = parts.workbook()
    root = fromstring(parts.read(main))
    if root.tag.startswith(STRICT):
        text = "the file is a 'Strict Open XML' workbook, which is not read"
        book.problems.append(problem("file.strict", message=text, fix=SAVE_AS))
        return
    related = parts.related(main)
    calculation, settings = root.find(f"{{{MAIN}}}calcPr"), root.find(f"{{{MAIN}}}workbookPr")
    # What programs that cannot calculate write, so that Excel does it when the file is opened.
    book.recalculate = calculation is not None and calculation.get("fullCalcOnLoad") in TRUE
    if any(name.endswith("vbaproject.bin") for name in parts.names):
        text = "the workbook holds macros; they are not run, only the stored values are read"
        book.problems.append(problem("file.macros", message=text, fix="Nothing needs to be done."))
    shared = _shared_texts(parts, _only(related, "sharedStrings"))
    styles = _only(related, "styles")
    from_1904 = settings is not None and settings.get("date1904") in TRUE
    formats = formats_of(fromstring(parts.read(styles)) if styles else None, from_1904)
    _read_sheets(book, parts, root, related, shared, formats)


def _only(related: dict[str, tuple[str, str]], kind: str) -> str:
    """The name of the part of a kind; nothing where the file has none."""
    return next((part for one, part in related.values() if one == kind), "")


def _shared_texts(parts: PackageParts, part: str) -> list[Any]:
    texts = SharedTexts()
    if part:
        with parts.open(part) as source:
            texts.walk(lean(source))
    return texts.values


def _read_sheets(
    book: RawBook,
    parts: PackageParts,
    root: Any,
    related: dict[str, tuple[str, str]],
    shared: list[Any],
    formats: Formats,
) -> None:
    """The sheets in their order; charts and other sheets without cells come last."""
    room, charts = MAX_CELLS, []
    for sheet in root.iter(f"{{{MAIN}}}sheet"):
        kind, part = related.get(sheet.get(RELATION_ID) or "", ("", ""))
        grid = Grid(sheet.get("name") or "", hidden=sheet.get("state", "visible") != "visible")
        if part not in parts:
            raise ValueError("a sheet that it names is not there")
        if kind != "worksheet":
            charts.append(Grid(grid.title, chart=True))
            continue
        book.grids.append(grid)
        rows = SheetRows(grid, shared, formats, room)
        try:
            with parts.open(part) as source:
                rows.walk(lean(source))
        except Enough:
            grid.too_long = True
        room -= rows.cells
    book.grids.extend(charts)
