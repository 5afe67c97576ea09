"""Tables on a page: headings with units, values with number formats, widths that fit, totals, filters."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from planner.reporting.book import ACCENT, write_text
from planner.reporting.kinds import EXACT, TEXT, USD, USD_FINE, YEAR_LEFT, Kind
from planner.reporting.page import LINE_POINTS, Block, Page, lines_of
from planner.results.scale import MoneyScale
from planner.results.words import plain

_PADDING, _CLOSE, _MARGIN, _FILTER_BUTTON = 1.4, 1.1, 1.6, 1.7
_CODE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")  # Excel reads such a word in a table's heading as a sign
_BOLD = 1.12  # bold text against plain
_NARROW = 1.1  # letters in a width that is counted in digits
_MOST_ROWS = 200_000


@dataclass(frozen=True)
class Col:
    """A column of a table: where its values come from, what stands above them, how they look."""

    key: str
    heading: str
    kind: Kind = TEXT
    group: str = ""
    total: bool = False
    kept: bool = False  # whether it stands there also where none of its cells holds anything


def periods(labels: Sequence[str], group: str, kind: Kind, total: bool = True) -> list[Col]:
    """One column a period, under a common heading that says the unit."""
    return [Col(label, label, kind, group=group, total=total, kept=True) for label in labels]


def table(
    page: Page,
    frame: pd.DataFrame,
    columns: Sequence[Col],
    *,
    total: str = "",
    listing: bool = False,
    filters: bool = False,
) -> Block:
    """A native table: headings, rows and, if it has a name, a total row below it.

    A listing gets filters and stays under its heading, with its first column beside it. A column in which no cell holds
    anything is left out.
    """
    columns = [c for place, c in enumerate(columns) if place == 0 or c.kept or _says(frame[c.key])]
    columns, frame = _in_words(page, columns, frame)
    top = page.row
    page.reach(len(columns))
    frame, folded = _fold(frame, columns)
    heading = _headings(page, columns, listing or filters, len(frame))
    page.row = heading + 1
    for place, column in enumerate(columns):
        _values(page, frame[column.key].tolist(), column.kind, place)
    last = heading + len(frame)
    if listing and page.parts == 1:
        page.frozen = (heading + 1, 1)
        page.repeat = (top, heading)
    wrapping = {place: frame[c.key].tolist() for place, c in enumerate(columns) if c.kind.wrap}
    page.of_width(partial(_tall_rows, page, page.row, wrapping))
    page.row = last + 1
    if total and len(frame):
        _total(page, frame, columns, total)
    if not listing:
        page.keep(top, page.row)
    if folded:
        page.say(f"The last row stands for {folded:,} smaller lines, added up.", "intro")
    places = {column.key: place for place, column in enumerate(columns)}
    amounts = [float(frame[column.key].min()) for column in columns if not column.kind.is_text and len(frame)]
    return Block(page.name, heading, heading + 1, last, places, min(amounts, default=0.0))


def _in_words(page: Page, columns: Sequence[Col], frame: pd.DataFrame) -> tuple[list[Col], pd.DataFrame]:
    """Headings and sentences in what the case's amounts are in, dollars to the cent where one costs little, and money
    in the unit in which the plan's is told.
    """
    columns, frame = _in_money(page.book.money, columns, frame)
    told = page.book.told
    texts = {
        c.key: [told(value) if isinstance(value, str) else value for value in frame[c.key]]
        for c in columns
        if c.kind.is_text
    }
    cents = page.book.cents
    columns = [
        replace(c, heading=told(c.heading), group=told(c.group), kind=USD_FINE if cents and c.kind is USD else c.kind)
        for c in columns
    ]
    return columns, frame.assign(**texts) if texts else frame


def _in_money(money: MoneyScale, columns: Sequence[Col], frame: pd.DataFrame) -> tuple[list[Col], pd.DataFrame]:
    """Columns of millions in the unit of the plan's money, headings too."""
    found = {c.key for c in columns if c.kind.millions}
    columns = [
        replace(
            c,
            heading=money.told(c.heading),
            group=money.told(c.group),
            kind=(USD_FINE if money.cents or c.kind is EXACT else USD) if money.small else c.kind,
        )
        if c.key in found
        else c
        for c in columns
    ]
    return columns, frame.assign(**{key: money.of(frame[key]) for key in found}) if money.small and found else frame


def heading_lines(text: str, width: float, room: float = _MARGIN) -> int:
    """Lines that a heading takes in a column of that width."""
    return lines_of(text, width - room + 0.5)


def text_lines(text: str, width: float) -> int:
    """Lines that a text of a table takes in a column of that width."""
    return lines_of(text, width * _NARROW - 2)


def _says(values: pd.Series) -> bool:
    """Whether any cell holds something."""
    return values.empty or bool((values.notna() & (values.astype(object) != "")).any())


def _headings(page: Page, columns: Sequence[Col], listing: bool, rows: int) -> int:
    """One row of headings, or two where columns stand in groups; returns the lower row."""
    grouped = any(column.group for column in columns)
    if grouped:
        _groups(page, columns)
        page.row += 1
    room = _FILTER_BUTTON if listing else _MARGIN
    for place, column in enumerate(columns):
        longest = max((len(word) for word in column.heading.split()), default=1)
        least = column.kind.narrowest
        page.wide(place, least if page.on_screen else max(longest + room, least))
    words = _apart(columns)
    if rows:
        page.native_table(page.row, page.row + rows, words, listing)
    for place, (column, word) in enumerate(zip(columns, words, strict=True)):
        side = {"align": "left", "indent": 1} if column.kind.align == "left" else {"align": "center"}
        write_text(page.sheet, page.row, place, word, page.book.style("heading", **side))
    page.of_width(partial(_tall_headings, page, page.row, words, room))
    return page.row


def _tall_headings(page: Page, row: int, words: Sequence[str], room: float) -> None:
    lines = max(heading_lines(word, page.widths[place], room) for place, word in enumerate(words))
    page.tall(row, 6 + lines * LINE_POINTS)


def _apart(columns: Sequence[Col]) -> list[str]:
    """The headings, each only once, as a native table wants them: a second one takes its group's words along."""
    found: list[str] = []
    for column in columns:
        plainly = _CODE.sub("_ x", plain(column.heading)) or " "
        ways = [plainly, f"{plainly}, {plain(column.group)}", *(f"{plainly} {k}" for k in range(2, len(columns) + 2))]
        seen = {known.casefold() for known in found}
        found.append(next(way for way in ways if way.casefold() not in seen))
    return found


def _groups(page: Page, columns: Sequence[Col]) -> None:
    """The upper of two heading rows; where a column has no group, it looks like one cell with the heading below."""
    look = page.book.style("heading", align="center")
    bare = page.book.style("heading", bottom=1, bottom_color=ACCENT)
    start = 0
    for end in range(1, len(columns) + 1):
        text = columns[start].group
        if end < len(columns) and columns[end].group == text:
            continue
        if text:
            page.span(page.row, start, end - 1, text, look)
        for place in range(start, start if text else end):
            write_text(page.sheet, page.row, place, "", bare)
        start = end


def _values(page: Page, values: list[Any], kind: Kind, column: int) -> None:
    """The cells of one column; what is not there stays empty."""
    look, sheet, row = page.book.cell(kind), page.sheet, page.row
    for offset, value in enumerate(values):
        if value is None or value != value:  # noqa: PLR0124  NaN, the one value that is not itself
            if kind.missing:
                write_text(sheet, row + offset, column, kind.missing, look)
            else:
                sheet.write_blank(row + offset, column, None, look)
        elif kind.numeric_text and str(value).isdigit():
            sheet.write_number(row + offset, column, int(value), page.book.cell(YEAR_LEFT))
        elif kind.is_text:
            write_text(sheet, row + offset, column, value, look)
        else:
            sheet.write_number(row + offset, column, value, look)
    if not (kind.is_text and page.on_screen):  # there a long text is cut rather than the printed part made small
        padding = _CLOSE if page.on_screen else _PADDING
        width = kind.width(values) + padding
        words = (len(word) for value in values for word in str(value).split()) if kind.wrap else ()
        page.wide(column, width, max(words, default=width) + padding)


def _tall_rows(page: Page, first: int, wrapping: Mapping[int, list[Any]]) -> None:
    """Room for text that wraps, set here because not every program does it on opening."""
    for row, texts in enumerate(zip(*wrapping.values(), strict=True), first):
        places = zip(wrapping, texts, strict=True)
        lines = max(text_lines(str(text), page.widths[place]) for place, text in places)
        if lines > 1:
            page.tall(row, 2 + lines * LINE_POINTS)


def _total(page: Page, frame: pd.DataFrame, columns: Sequence[Col], name: str) -> None:
    for place, column in enumerate(columns):
        look = page.book.cell(column.kind, strong=True)
        if column.total:
            value = math.fsum(v for v in frame[column.key] if v == v)  # noqa: PLR0124  leaves NaN out
            page.sheet.write_number(page.row, place, value, look)
            page.wide(place, len(column.kind.show(value)) * _BOLD + _PADDING)
        elif place == 0:
            write_text(page.sheet, page.row, place, name, look)
            page.wide(place, len(name) * _BOLD + _PADDING)
        else:
            page.sheet.write_blank(page.row, place, None, look)
    page.row += 1


def _fold(frame: pd.DataFrame, columns: Sequence[Col]) -> tuple[pd.DataFrame, int]:
    """Keep a sheet openable: beyond so many rows the smallest are added up into one."""
    if len(frame) <= _MOST_ROWS:
        return frame, 0
    added = [c.key for c in columns if c.total]
    size = frame[added].abs().sum(axis=1).to_numpy() if added else np.zeros(len(frame))
    kept = np.sort(np.argsort(-size, kind="stable")[: _MOST_ROWS - 1])
    rest = frame.drop(index=frame.index[kept])
    last = {c.key: rest[c.key].sum() if c.total else None for c in columns}
    return pd.concat([frame.iloc[kept], pd.DataFrame([last])], ignore_index=True), len(rest)
