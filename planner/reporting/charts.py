"""Native charts on a table already written: stacked columns and lines, with titles, units and safe colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.reporting.book import INK, LINE, Book
from planner.reporting.page import Block
from planner.results.colours import OTHERS, PALETTE
from planner.results.words import plain

_HATCHES = ("wide_upward_diagonal", "dark_horizontal", "small_grid", "wide_downward_diagonal")
_SMALL = {"name": "Arial", "size": 10, "color": INK}


def columns_chart(
    book: Book, block: Block, rows: Sequence[int], labels: Sequence[str], title: str, unit: str, name: str,
    fills: Mapping[int, Mapping[str, Any]] | None = None,
) -> Any:  # fmt: skip
    """Stacked columns over the periods; each row of the table is a series, named by its column `name`."""
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for number, row in enumerate(rows):
        look = (fills or {}).get(row) or fill(number)
        chart.add_series(_series(block, row, labels, name) | {"gap": 45} | dict(look))
    _dress(chart, book.told(title), book.told(book.money.told(unit)), block, legend=len(rows) > 1)
    return chart


def lines_chart(
    book: Book, block: Block, rows: Sequence[int], labels: Sequence[str], title: str, unit: str, name: str
) -> Any:
    """One line with markers for each row of the table."""
    chart = book.workbook.add_chart({"type": "line"})
    markers = ("circle", "square", "diamond", "triangle", "x", "star", "plus")
    for number, row in enumerate(rows):
        colour = PALETTE[number % len(PALETTE)]
        marker = {
            "type": markers[number % len(markers)],
            "size": 6,
            "fill": {"color": colour},
            "border": {"color": colour},
        }
        chart.add_series(_series(block, row, labels, name) | {"line": {"color": colour, "width": 2}, "marker": marker})
    _dress(chart, book.told(title), book.told(book.money.told(unit)), block, legend=len(rows) > 1)
    return chart


def bars_chart(book: Book, block: Block, rows: tuple[int, int], title: str, unit: str, name: str, value: str) -> Any:
    """One column for each row of the table, named by its column `name`, as tall as its column `value`."""
    chart = book.workbook.add_chart({"type": "column"})
    (first, last), names, values = rows, block.column[name], block.column[value]
    series = {
        "name": [block.sheet, block.heading_row, values],
        "categories": [block.sheet, first, names, last, names],
        "values": [block.sheet, first, values, last, values],
    }
    chart.add_series(series | {"gap": 45} | fill(0))
    _dress(chart, book.told(title), book.told(book.money.told(unit)), block, legend=False)
    return chart


def fill(rank: int) -> dict[str, Any]:
    """The look of the series of that rank: seven plain colours, then the same seven hatched, and hatched otherwise."""
    cycle, place = divmod(rank, len(PALETTE))
    colour = PALETTE[place]
    if cycle == 0:
        return {"fill": {"color": colour}, "border": {"none": True}}
    hatch = {"pattern": _HATCHES[(cycle - 1) % len(_HATCHES)], "fg_color": colour, "bg_color": "#FFFFFF"}
    return {"pattern": hatch, "border": {"color": colour, "width": 0.5}}


def others() -> dict[str, Any]:
    """The look of what is lumped together."""
    return {"fill": {"color": OTHERS}, "border": {"none": True}}


def _series(block: Block, row: int, labels: Sequence[str], name: str) -> dict[str, Any]:
    first, last = block.column[labels[0]], block.column[labels[-1]]
    return {
        "name": [block.sheet, row, block.column[name]],
        "categories": [block.sheet, block.heading_row, first, block.heading_row, last],
        "values": [block.sheet, row, first, row, last],
    }


def _dress(chart: Any, title: str, unit: str, block: Block, legend: bool) -> None:
    """Title, axis unit, quiet grid, legend where there is more than one series; no axis begins above nothing."""
    chart.set_title(
        {"name": plain(title), "name_font": {"name": "Arial", "size": 11, "bold": True, "color": INK}, "overlay": False}
    )
    chart.set_x_axis(
        {
            "num_font": _SMALL,
            "line": {"color": LINE},
            "label_position": "low",
        }
    )
    chart.set_y_axis(value_axis(unit) | ({"min": 0} if block.lowest >= 0 else {}))
    chart.set_legend({"position": "bottom", "font": _SMALL} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": LINE}})


def value_axis(unit: str, number_format: str = "[<10]General;#,##0") -> dict[str, Any]:
    """The axis of amounts: its unit and a quiet grid."""
    return {
        "name": unit,
        "name_font": _SMALL | {"bold": False},
        "num_font": _SMALL,
        "num_format": number_format,
        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        "line": {"none": True},
    }
