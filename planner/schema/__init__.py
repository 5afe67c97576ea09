"""The workbook, described once: every sheet, column, unit, range, reference, default and its meaning.

The template, the reader, the checks, `inputs/README.md` and the report's *Defaults used* all come from here.
A column without `blank` must be filled in. Where it may be blank, `blank` says what that means and `default` is the
value then used (None: the cell stays unknown and the program goes without it).
"""

from __future__ import annotations

from planner.schema.columns import (
    PROVENANCE,
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
)
from planner.schema.events import EVENT_KINDS, EVENT_SELECTORS, EventKind
from planner.schema.measures import MEASURES, SELECTORS, Kind, Measure
from planner.schema.settings import SETTING, SETTINGS
from planner.schema.sheets import EXAMPLE_MARK, SHEET, SHEETS, example_row

__all__ = [
    "EVENT_KINDS",
    "EVENT_SELECTORS",
    "EXAMPLE_MARK",
    "MEASURES",
    "PROVENANCE",
    "SELECTORS",
    "SETTING",
    "SETTINGS",
    "SHEET",
    "SHEETS",
    "Choice",
    "Column",
    "Date",
    "EventKind",
    "HtsCode",
    "Kind",
    "Label",
    "Measure",
    "Name",
    "NameList",
    "Number",
    "Ref",
    "Sheet",
    "Text",
    "Whole",
    "Year",
    "YesNo",
    "example_row",
]
