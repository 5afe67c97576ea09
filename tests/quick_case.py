"""Fills the quick workbook as a person does: over its examples, below its headings, cell by cell."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook

from planner.workbook.template import write_quick

Rows = list[dict[str, Any]]
HEADINGS, FIRST = 2, 3


@cache
def template() -> bytes:
    with TemporaryDirectory() as folder:
        return write_quick(Path(folder) / "quick.xlsx").read_bytes()


def filled(path: Path, more: dict[str, list[list[Any]]] | None = None, **sheets: Rows | dict[str, Any]) -> Path:
    """A quick workbook with these rows: `quotes`, `need` and `duties` as rows, `settings` by name.

    Rows take the place of what the template shows; settings are typed beside their names, new ones below. `more` are
    further sheets of a full case, headings first.
    """
    book = load_workbook(BytesIO(template()))
    for name, rows in sheets.items():
        sheet = book[name.capitalize()]
        if isinstance(rows, dict):
            _settings(sheet, rows)
            continue
        places = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[HEADINGS]}
        for line in sheet.iter_rows(min_row=FIRST, max_row=sheet.max_row):
            for cell in line:
                cell.value = None
        for number, row in enumerate(rows, start=FIRST):
            for heading, value in row.items():
                sheet.cell(number, places[heading], value)
    for name, lines in (more or {}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def _settings(sheet: Any, values: dict[str, Any]) -> None:
    lines = {sheet.cell(row, 1).value: row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, 1).value}
    for name, value in values.items():
        row = lines.setdefault(name, max(lines.values()) + 1)
        sheet.cell(row, 1, name)
        sheet.cell(row, 2).value = value


def quote(supplier: str, country: str, price: float, **more: Any) -> dict[str, Any]:
    """A quote for a sintered magnet, in dollars a kg unless said otherwise."""
    row = {"supplier": supplier, "country": country, "material": "Magnet", "hts": "8505.11.0070", "price": price}
    return row | {"unit": "kg"} | more


def need(t: float = 800, year: int = 2027, **more: Any) -> dict[str, Any]:
    return {"material": "Magnet", "place": "Plant", "year": year, "t": t} | more
