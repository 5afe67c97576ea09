"""The workbook, described once: every sheet, column, unit, range, reference, default and its meaning.

The template, the reader, the checks, `inputs/README.md` and the report's *Defaults used* all come from here.
A column without `blank` must be filled in. Where it may be blank, `blank` says what that means and `default` is the
value then used (None: the cell stays unknown and the program goes without it).
"""

from __future__ import annotations

from planner.schema.columns import (
    PROVENANCE,
    PROVENANCE_NAMES,
    Choice,
    Column,
    Date,
    HtsCode,
    Label,
    Name,
    NameList,
    Number,
    Ref,
    Sheet,
    Text,
    Whole,
    Year,
    YesNo,
    digits_of,
)
from planner.schema.events import EVENT_KINDS, EVENT_SELECTORS, EventKind
from planner.schema.measures import GOODS_SELECTORS, MEASURES, SELECTORS, UPSTREAM, Measure, MeasureKind
from planner.schema.settings import SETTING, SETTINGS
from planner.schema.sheets import EXAMPLE_MARK, SHEET, SHEETS, example_row

__all__ = [
    "EVENT_KINDS",
    "EVENT_SELECTORS",
    "EXAMPLE_MARK",
    "GOODS_SELECTORS",
    "MEASURES",
    "PROVENANCE",
    "PROVENANCE_NAMES",
    "SELECTORS",
    "SETTING",
    "SETTINGS",
    "SHEET",
    "SHEETS",
    "UPSTREAM",
    "Choice",
    "Column",
    "Date",
    "EventKind",
    "HtsCode",
    "Label",
    "Measure",
    "MeasureKind",
    "Name",
    "NameList",
    "Number",
    "Ref",
    "Sheet",
    "Text",
    "Whole",
    "Year",
    "YesNo",
    "digits_of",
    "example_row",
]
