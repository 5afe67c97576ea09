"""The workbook as a whole: house formats, palette, sheets in order, and the text that nothing may interpret."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.checks.amounts import METRIC_TONS, Quantity
from planner.reporting.kinds import Kind
from planner.results.scale import IN_MILLIONS, MoneyScale
from planner.results.words import literal
from planner.workbook.save import save

PAPERS = {"letter": 1, "a4": 9}  # Excel's numbers for them
INK, ACCENT, PALE, LINE, ALARM = "#1B2A38", "#17415F", "#E8EEF3", "#C9D3DB", "#9C2A00"

FONT = {"font_name": "Arial", "font_size": 10}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    "intro": {"font_color": "#44525E", "text_wrap": True, "valign": "top"},
    "section": {"bold": True, "font_size": 12, "font_color": ACCENT, "valign": "vcenter"},
    "sentence": {"text_wrap": True, "valign": "top", "font_color": INK},
    "decision": {"text_wrap": True, "valign": "vcenter", "font_size": 11, "font_color": INK, "indent": 1},
    "verdict": {
        "text_wrap": True, "valign": "vcenter", "bold": True, "font_size": 11, "font_color": ACCENT, "bg_color": PALE,
        "indent": 1, "left": 5, "left_color": ACCENT,
    },
    "alarm": {
        "text_wrap": True, "valign": "vcenter", "bold": True, "font_size": 11, "font_color": ALARM,
        "bg_color": "#FDEEE6", "indent": 1, "left": 5, "left_color": ALARM,
    },
    "ask": {
        "text_wrap": True, "valign": "vcenter", "bold": True, "font_size": 12, "font_color": "#FFFFFF",
        "bg_color": ACCENT, "indent": 1,
    },
    "tile name": {"font_color": "#44525E", "bg_color": PALE, "valign": "vcenter", "left": 5, "left_color": "#FFFFFF"},
    "tile value": {
        "bold": True, "font_size": 15, "font_color": ACCENT, "bg_color": PALE, "valign": "vcenter", "align": "left",
        "left": 5, "left_color": "#FFFFFF",
    },
    "tile value alarm": {
        "bold": True, "font_size": 15, "font_color": ALARM, "bg_color": PALE, "valign": "vcenter", "align": "left",
        "left": 5, "left_color": "#FFFFFF",
    },
    "tile words": {
        "font_color": INK, "bg_color": PALE, "valign": "top", "text_wrap": True, "left": 5, "left_color": "#FFFFFF",
    },
    "link": {"font_color": "#0B5CAD", "underline": 1},
    "contents": {
        "font_color": "#0B5CAD", "underline": 1, "valign": "top", "bottom": 1, "bottom_color": LINE, "indent": 1,
    },
    "heading": {
        "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "text_wrap": True, "valign": "vcenter",
        "border": 1, "border_color": "#FFFFFF",
    },
}  # fmt: skip


class Book:
    """One report being written; sheets are made in reading order and filled in any."""

    def __init__(
        self,
        path: Path,
        case_name: str = "",
        run: str = "",
        paper: str = "letter",
        quantity: Quantity | None = None,
        cents: bool = False,
        money: MoneyScale = IN_MILLIONS,
    ) -> None:
        self.cents, self.money = cents, money
        self.paper, self.told = paper, (quantity or METRIC_TONS).told
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": dict(FONT),
        }
        self._path = path
        self.workbook = xlsxwriter.Workbook(str(path), options)
        name = literal(case_name)[:200]
        self.workbook.set_properties(
            {
                "title": f"Sourcing plan: {name}",
                "subject": name,
                "author": "Rare Earth Sourcing Planner",
                "category": "Sourcing plan",
                "comments": f"Case {name}{f', run {literal(run)[:200]}' if run else ''}",
            }
        )
        self.places: dict[str, tuple[str, int]] = {}  # the sheet and row at which what is told begins
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """A cell format, made once however often it is asked for."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(FONT | properties)
        return self._formats[key]

    def style(self, name: str, **more: Any) -> Any:
        return self.format(**(STYLES[name] | more))

    def cell(self, kind: Kind, strong: bool = False) -> Any:
        """The format of a table's body, or of its total row."""
        look: dict[str, Any] = {"align": kind.align, "valign": "top", "bottom": 1, "bottom_color": LINE}
        if kind.align == "left":
            look["indent"] = 1
        if kind.number_format:
            look["num_format"] = kind.number_format
        if kind.wrap:
            look["text_wrap"] = True
        if strong:
            look |= {"bold": True, "bg_color": PALE, "top": 1, "top_color": ACCENT}
        return self.format(**look)

    def close(self) -> None:
        """Write the file; an OSError says why that failed, such as a full disk."""
        save(self.workbook, self._path)


def write_text(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """A string cell, whatever the text looks like."""
    text = literal(value)
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a string for rich text it made itself; as rich text of one run it stays literal.
        text = f"<r><t>{html.escape(text, quote=False)}</t></r>"
    sheet.write_string(row, column, text, look)
