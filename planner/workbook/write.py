"""Writes our workbooks with XlsxWriter: headings with notes, drop-downs, formats, filters."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.utility import quote_sheetname

from planner.errors import PlannerError
from planner.workbook.lists import Lists
from planner.workbook.looks import ColumnLook, SheetLook, TextPage
from planner.workbook.save import save

INK = "#16323F"
STYLES: dict[str, dict[str, Any]] = {
    "required": {"bg_color": INK, "font_color": "#FFFFFF", "bold": True},
    "optional": {"bg_color": "#D5E3EA", "font_color": INK},
    "provenance": {"bg_color": "#EFEFEA", "font_color": "#4A4A45", "italic": True},
}
HEADING = {"text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#B8C7CE", "locked": True}
EXAMPLE_INK = "#6B6B66"
BLANK_ROWS = 300
NARROWEST, WIDEST, WIDE_ENOUGH_FOR_SENTENCES = 9, 44, 90
LINE_HEIGHT = 15.5
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
SHARED_SIGN = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
MAY = ("format_columns", "format_rows", "format_cells", "insert_rows", "delete_rows", "sort", "autofilter")


class Exact(float):
    """A number written with all its digits; XlsxWriter alone writes sixteen."""

    def __format__(self, spec: str) -> str:
        return str(int(self)) if self.is_integer() and abs(self) < 1e15 else repr(float(self))


def write_book(path: Path, sheets: Sequence[SheetLook], page: TextPage | None = None, *, protect: bool = False) -> None:
    """Write a workbook; with `protect`, headings cannot be typed over (there is no password)."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    if page is not None:
        _write_page(book, page)
    made = {look.name: book.add_worksheet(look.name) for look in sheets}
    lists = Lists(book, {look.name: look for look in sheets})
    for look in sheets:
        _write_sheet(book, made[look.name], look, lists, protect)
    lists.close()
    save(book, path)


def _write_sheet(book: Any, sheet: Any, look: SheetLook, lists: Lists, protect: bool) -> None:
    top = look.top
    last = top + max(len(look.rows), 1 if not protect else BLANK_ROWS)
    formats = [book.add_format(_cell_look(column)) for column in look.columns]
    headings = []
    for place, column in enumerate(look.columns):
        style = book.add_format(HEADING | STYLES[column.style])
        headings.append({"header": column.heading, "header_format": style})
        sheet.set_column(place, place, _width(look, place), formats[place])
        if column.note:
            box = {"x_scale": 2.2, "y_scale": 0.45 + 0.2 * column.note.count("\n") + len(column.note) / 220}
            sheet.write_comment(top, place, column.note, {**box, "author": "planner", "font_size": 9})
        rule = lists.rule(column) or column.rule
        if rule is not None:
            sheet.data_validation(top + 1, place, max(last, BLANK_ROWS), place, dict(rule))
    name = f"t_{look.name}"
    table = {"name": name, "columns": headings, "style": "Table Style Light 1", "banded_rows": True}
    sheet.add_table(top, 0, last, len(look.columns) - 1, table)
    _write_rows(book, sheet, look, formats)
    if look.sentence:
        sheet.write_string(0, 0, look.sentence, book.add_format({"bold": True, "font_color": INK}))
    sheet.set_row(top, 34)
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, top)
    if look.tab:
        sheet.set_tab_color(look.tab)
    if protect:
        sheet.protect("", dict.fromkeys(MAY, True))


def _cell_look(column: ColumnLook) -> dict[str, Any]:
    plain = {"num_format": column.number_format, "locked": False, "valign": "top"}
    return plain | {"text_wrap": True} if column.wraps else plain


def _write_rows(book: Any, sheet: Any, look: SheetLook, formats: Sequence[Any]) -> None:
    if look.example:
        grey = {"italic": True, "font_color": EXAMPLE_INK}
        formats = [book.add_format(_cell_look(column) | grey) for column in look.columns]
    wrapped = [place for place, column in enumerate(look.columns) if column.wraps]
    for number, row in enumerate(look.rows, start=look.top + 1):
        lines = max((_lines(row[place] or "", _width(look, place)) for place in wrapped), default=1)
        if lines > 1:
            sheet.set_row(number, LINE_HEIGHT * lines)
        for place, value in enumerate(row):
            if value is not None:
                write_value(sheet, number, place, value, formats[place])


def write_value(sheet: Any, row: int, place: int, value: Any, style: Any = None) -> None:
    """One cell by its kind; a text is never taken for a formula, link or number."""
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, place, Exact(value), style)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), style)
    elif isinstance(value, (dt.date, dt.time, dt.timedelta)):
        sheet.write_datetime(row, place, value, style)
    else:
        refused = sheet.write_string(row, place, exact(str(value)), style)
        if refused:
            raise PlannerError(f"The text in row {row + 1} is too long for a workbook: {str(value)[:60]}...")


def exact(text: str) -> str:
    """A text as XlsxWriter must be given it, so that it is read as it is.

    Of two escapes that share a sign XlsxWriter escapes only one, and what stands between <r> and </r> it takes for XML;
    so that is what such a text becomes.

    >>> exact("oxide"), exact("<r>")
    ('oxide', '<r>')
    >>> exact("_x005F_x0041_")
    '<r><t xml:space="preserve">&#95;x005F&#95;x005F&#95;x005F&#95;x0041_</t></r>'
    """
    if not SHARED_SIGN.search(text) and not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    escaped = ESCAPE.sub("_x005F_", text).replace("\r", "_x000D_")
    return f'<r><t xml:space="preserve">{escape(escaped).replace("_x", "&#95;x")}</t></r>'


def _width(look: SheetLook, place: int) -> float:
    heading = max(len(part) for part in look.columns[place].heading.split("\n")) + 4
    longest = max((len(_shown(row[place])) for row in look.rows[:2000] if row[place] is not None), default=0)
    widest = WIDE_ENOUGH_FOR_SENTENCES if look.columns[place].wraps else WIDEST
    return min(max(heading, longest + 1.5, NARROWEST), widest)


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def _write_page(book: Any, page: TextPage) -> None:
    """A sheet of words. Styles: title, head, cells, text, and the three heading styles as samples."""
    sheet = book.add_worksheet(page.name)
    base = {"valign": "top", "text_wrap": True, "font_color": INK}
    styles = {
        "title": book.add_format({"bold": True, "font_size": 18, "font_color": INK}),
        "head": book.add_format({"bold": True, "font_size": 12, "font_color": INK, "bottom": 1}),
        "text": book.add_format(base),
        "cells": book.add_format(base),
        "link": book.add_format(base | {"underline": 1, "font_color": "#0B5A7A"}),
    } | {name: book.add_format(HEADING | style) for name, style in STYLES.items()}
    for place, width in enumerate(page.widths):
        sheet.set_column(place, place, width)
    for number, (cells, style) in enumerate(page.lines):
        alone = style == "text" and len(cells) == 1
        room = [sum(page.widths)] if alone else page.widths
        if style in {"text", "cells"} and cells:
            sheet.set_row(
                number, LINE_HEIGHT * max(_lines(cell, width) for cell, width in zip(cells, room, strict=False))
            )
        if alone:
            sheet.merge_range(number, 0, number, len(page.widths) - 1, str(cells[0]), styles["text"])
            continue
        for place, cell in enumerate(cells):
            if isinstance(cell, tuple):
                target = f"internal:{quote_sheetname(cell[1])}!A1"
                sheet.write_url(number, place, target, styles["link"], string=str(cell[0]))
            else:
                sheet.write_string(number, place, str(cell), styles[style])
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _lines(cell: Any, width: float) -> int:
    """How many lines a cell takes when it is wrapped."""
    text = str(cell[0] if isinstance(cell, tuple) else cell)
    return max(1, math.ceil(0.95 * len(text) / width))
