"""Writes a case's files fast, whatever is in them: for thousands of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from good_case import Sheets, write_xlsx

from planner.checks.grid import EXCEL_ERRORS, letter

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1">'
    '<border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def parts_of(sheets: Sheets) -> dict[str, str]:
    """The XML parts of a small workbook."""
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    names = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{types}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{RELS}">{links}'
        f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    for number, rows in enumerate(sheets.values(), start=1):
        body = "".join(f'<row r="{n}">{"".join(_cells(row, n))}</row>' for n, row in enumerate(rows, start=1))
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
    return parts


def _cells(row: list[Any], number: int) -> list[str]:
    made = []
    for place, value in enumerate(row, start=1):
        where = f'r="{letter(place)}{number}"'
        if value is None:
            continue
        if isinstance(value, bool):
            made.append(f'<c {where} t="b"><v>{int(value)}</v></c>')
        elif isinstance(value, dt.date):
            made.append(f'<c {where} s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>')
        elif isinstance(value, (int, float)):
            made.append(f"<c {where}><v>{value!r}</v></c>")
        elif value in EXCEL_ERRORS:
            made.append(f'<c {where} t="e"><v>{value}</v></c>')
        else:
            made.append(f'<c {where} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>')
    return made


def write_workbook(sheets: Sheets, path: Path) -> Path:
    """A workbook of the cells; by openpyxl where there are times, which this writer does not know."""
    times = (dt.datetime, dt.time, dt.timedelta)
    if any(isinstance(value, times) for rows in sheets.values() for row in rows for value in row):
        return write_xlsx(sheets, path)
    return write_parts(parts_of(sheets), path)


def write_parts(parts: dict[str, str], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text.encode("utf-8", "surrogatepass"))
    return path


def csv_texts(sheets: Sheets) -> dict[str, bytes]:
    texts = {}
    for name, rows in sheets.items():
        buffer = io.StringIO()
        csv.writer(buffer).writerows(["" if value is None else value for value in row] for row in rows)
        texts[name] = buffer.getvalue().encode("utf-8", "surrogatepass")
    return texts


def write_texts(texts: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.csv"):
        if old.stem not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / f"{name}.csv").write_bytes(text)
    return folder
