"""The sheet that lists every remark with a link to its cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol
from xml.dom.minidom import Element
from xml.sax.saxutils import escape, quoteattr

from planner.checks.grid import letter
from planner.workbook.package import add, clean, elements
from planner.workbook.words import MAIN

WIDTHS = (11, 15, 10, 24, 30, 62, 62, 26)
LINE_HEIGHT = 15.5
LONGEST = 1_000
MOST_LISTED = 20_000
LINK_COLUMN = 2


class Listed(Protocol):
    """What the list needs of a mark."""

    @property
    def sheet(self) -> str: ...
    @property
    def cell(self) -> str: ...
    @property
    def listed(self) -> Sequence[str]: ...


def issues_sheet(styles: Element | None, marks: Sequence[Listed], headings: Sequence[str]) -> bytes:
    """The sheet's XML; its three formats are added to the workbook's styles."""
    head, text, link = _formats(styles)
    rows = [_row(1, headings, [head] * len(headings))]
    links = []
    for number, one in enumerate(marks[:MOST_LISTED], start=2):
        formats = [text] * len(one.listed)
        if one.cell:
            formats[LINK_COLUMN] = link
            place = "'" + one.sheet.replace("'", "''") + "'!" + one.cell
            links.append(f'<hyperlink ref="{letter(LINK_COLUMN + 1)}{number}" location={quoteattr(clean(place))}/>')
        rows.append(_row(number, one.listed, formats))
    if not marks:
        rows.append(_row(2, ["Nothing was found: the case is ready to solve."], [text]))
    elif len(marks) > MOST_LISTED:
        rows.append(_row(MOST_LISTED + 2, [f"{len(marks) - MOST_LISTED:,} more are not listed."], [text]))
    widths = "".join(f'<col min="{n}" max="{n}" width="{w}" customWidth="1"/>' for n, w in enumerate(WIDTHS, start=1))
    last = f"{letter(len(headings))}{min(len(marks), MOST_LISTED) + 1}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<worksheet xmlns="{MAIN}"><sheetPr><tabColor rgb="FFC0392B"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0" tabSelected="1">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>"
        + (f'<autoFilter ref="A1:{last}"/>' if marks else "")
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _row(number: int, cells: Sequence[str], formats: Sequence[int]) -> str:
    made = "".join(
        f'<c r="{letter(n)}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        f"{escape(clean(cell[:LONGEST]))}</t></is></c>"
        for n, (cell, style) in enumerate(zip(cells, formats, strict=True), start=1)
    )
    lines = max((math.ceil(1.1 * len(cell) / width) for cell, width in zip(cells, WIDTHS, strict=False)), default=1)
    height = LINE_HEIGHT * min(max(lines, 1), 12)
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{made}</row>'


def _formats(styles: Element | None) -> tuple[int, int, int]:
    """Numbers of the formats for heading, text and link; 0 is the workbook's usual one."""
    if styles is None or not elements(styles, "fonts") or not elements(styles, "cellXfs"):
        return (0, 0, 0)
    fonts, fills, formats = (elements(styles, name)[0] for name in ("fonts", "fills", "cellXfs"))
    bold, blue = _font(fonts, "FFFFFFFF", "b"), _font(fonts, "FF0B5A7A", "u")
    fill = add(add(fills, "fill"), "patternFill", patternType="solid")
    add(fill, "fgColor", rgb="FF16323F")
    dark = len(elements(fills, "fill")) - 1
    numbers = (_format(formats, bold, dark), _format(formats, 0, 0), _format(formats, blue, 0))
    for box, name in ((fonts, "font"), (fills, "fill"), (formats, "xf")):
        box.setAttribute("count", str(len(elements(box, name))))
    return numbers


def _font(fonts: Element, colour: str, look: str) -> int:
    font = add(fonts, "font")
    add(font, look)
    add(font, "sz", val="11")
    add(font, "color", rgb=colour)
    add(font, "name", val="Calibri")
    return len(elements(fonts, "font")) - 1


def _format(formats: Element, font: int, fill: int) -> int:
    made = add(formats, "xf", numFmtId="49", fontId=str(font), fillId=str(fill), borderId="0", xfId="0")
    for name in ("applyNumberFormat", "applyFont", "applyFill", "applyAlignment"):
        made.setAttribute(name, "1")
    add(made, "alignment", vertical="top", wrapText="1")
    return len(elements(formats, "xf")) - 1
