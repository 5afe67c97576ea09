"""The empty workbook a user fills in; it explains itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.schema import SHEETS, Date, Number, example_row
from planner.schema.quick import QUICK, QUICK_SHEET, duties_today
from planner.workbook.form import look, quick_settings, settings_rows
from planner.workbook.looks import TextPage
from planner.workbook.write import write_book

FIRST = (
    "Fill in the needed sheets first: settings, periods, countries, places, materials, segments and demand, and then "
    "something to meet the demand with: suppliers with offers and lanes, or plants of your own. "
    "Every further sheet adds one capability and may stay empty.",
    "Each sheet starts with an example in grey. Overwrite it, note and all, or clear the row; as long as its note "
    "says that it is the example, it is left out.",
    "The headings are protected, without a password: Review > Unprotect Sheet takes it off.",
)
RULES = (
    "The note on each heading says what belongs below it, in which unit, and what a blank cell means. "
    "Blank is not zero.",
    "Tons are metric tons, of rare-earth-oxide content for oxides and mixed compounds. Money is real, of the base "
    "year. Shares and rates are fractions: 0.25, not 25.",
    "Names must be written the same everywhere; the drop-downs offer them. Several names in one cell are separated "
    "by semicolons. Days are typed as 2026-01-31.",
    "Further columns and sheets are refused, so that a misspelt one is not left out silently. What you want to "
    "remember belongs in the columns source, year, grade and note, which every sheet has.",
    "Then run: ree-planner check FILE. It lists every problem with its cell, and with --marked OUT.xlsx it marks them "
    "in a copy of your workbook.",
)


def write_template(path: str | Path) -> Path:
    """Write the empty workbook; an existing file is not overwritten."""
    target = _free(path)
    looks = [
        look(sheet, settings_rows()) if sheet.name == "settings" else look(sheet, [example_row(sheet)], example=True)
        for sheet in SHEETS
    ]
    write_book(target, looks, read_me(FIRST + RULES), protect=True)
    return target


def write_quick(path: str | Path) -> Path:
    """Write the quick workbook, with today's duties; an existing file is not overwritten."""
    target = _free(path)
    rows: dict[str, list[dict[str, Any]]] = {
        "duties": [{name: _typed(name, text) for name, text in row.items()} for row in duties_today()],
        "settings": quick_settings(),
    }
    looks = [
        look(sheet, rows.get(sheet.name) or [example_row(sheet)], example=sheet.name not in rows) for sheet in QUICK
    ]
    write_book(target, looks, protect=True)
    return target


def _typed(column: str, text: str) -> Any:
    """A field of a CSV file as a cell of a workbook."""
    if not text:
        return None
    kind = QUICK_SHEET["duties"][column]
    if isinstance(kind, Date):
        return dt.date.fromisoformat(text)
    return float(text) if isinstance(kind, Number) else text


def _free(path: str | Path) -> Path:
    target = Path(path)
    if target.exists():
        raise PlannerError(f"{target} exists already. Choose another name, or delete it first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def read_me(rules: Sequence[str] = RULES) -> TextPage:
    """The first sheet: the rules of filling in, and what each sheet adds."""
    lines: list[tuple[tuple[Any, ...], str]] = [(("Rare earth sourcing planner: a case",), "title"), ((), "cells")]
    lines += [((f"• {rule}",), "text") for rule in rules]
    lines += [((), "cells"), (("Headings", "", "", ""), "head")]
    lines += [
        (("must be filled in",), "required"),
        (("may be blank",), "optional"),
        (("where it comes from",), "provenance"),
    ]
    for needed, head in ((True, "Needed"), (False, "Each adds something")):
        lines += [((), "cells"), ((head, "One row is", "What it adds", "Must be filled in"), "head")]
        for sheet in (sheet for sheet in SHEETS if sheet.needed is needed):
            must = ", ".join(column.name for column in sheet.columns if column.required)
            lines.append((((sheet.name, sheet.name), sheet.row_is, sheet.adds, must), "cells"))
    return TextPage("Read me", (24, 38, 46, 62), lines)
