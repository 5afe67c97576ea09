"""Workbooks as various programs write them, by hand: the same cells in other XML, part by part.

Each `Style` says how one program spells what it writes; `write` makes the workbook of some sheets in that spelling.
"""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from good_case import Sheets

from planner.checks.grid import letter

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def every(row: int, column: int) -> bool:
    """Each cell says where it stands."""
    return True


def none(row: int, column: int) -> bool:
    """No cell says where it stands."""
    return False


@dataclass(frozen=True)
class Style:
    """How a program writes: which cells and rows say where they stand, texts and days, and the names of parts."""

    cells: Callable[[int, int], bool] = every
    rows: Callable[[int], bool] = lambda row: True
    text: str = "shared"
    prefix: str = ""
    indent: str = ""
    dated: str = "serial"
    epoch: dt.date = dt.date(1899, 12, 30)
    styles: str | None = STYLES
    parts: Callable[[str], str] = str
    links: Callable[[str], str] = str
    blanks: bool = False
    spans: bool = False
    shared: list[str] = field(default_factory=list)


def write(sheets: Sheets, path: Path, style: Style) -> Path:
    """A workbook with these cells."""
    style.shared.clear()
    tag = f"{style.prefix}:" if style.prefix else ""
    xmlns = f'xmlns{":" + style.prefix if style.prefix else ""}="{MAIN}" xmlns:r="{OFFICE}"'
    parts: dict[str, str] = {}
    for number, rows in enumerate(sheets.values(), start=1):
        body = style.indent.join(_row(row, n, style, tag) for n, row in enumerate(rows, start=1))
        inner = f"{style.indent}<{tag}sheetData>{style.indent}{body}{style.indent}</{tag}sheetData>{style.indent}"
        parts[f"xl/worksheets/sheet{number}.xml"] = f"{HEAD}<{tag}worksheet {xmlns}>{inner}</{tag}worksheet>"
    names = "".join(
        f'<{tag}sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    mac = f'<{tag}workbookPr date1904="1"/>' if style.epoch.year == 1904 else ""
    parts["xl/workbook.xml"] = f"{HEAD}<{tag}workbook {xmlns}>{mac}<{tag}sheets>{names}</{tag}sheets></{tag}workbook>"
    kinds = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    if style.styles is not None:
        parts["xl/styles.xml"] = style.styles
        kinds.append(("rId900", "styles", "styles.xml"))
    if style.shared:
        items = style.indent.join(f"<{tag}si>{style.indent}{one}{style.indent}</{tag}si>" for one in style.shared)
        parts["xl/sharedStrings.xml"] = f"{HEAD}<{tag}sst {xmlns}>{items}</{tag}sst>"
        kinds.append(("rId901", "sharedStrings", "sharedStrings.xml"))
    links = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{style.links(to)}"/>' for one, kind, to in kinds
    )
    parts["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{RELS}">{links}</Relationships>'
    main = f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    parts["_rels/.rels"] = f'{HEAD}<Relationships xmlns="{RELS}">{main}</Relationships>'
    parts["[Content_Types].xml"] = _types(list(parts))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(style.parts(name), content.encode("utf-8"))
    return path


def _types(parts: list[str]) -> str:
    kinds = {"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"}
    lines = ""
    for part in parts:
        kind = "worksheet" if "worksheets" in part else kinds.get(part.removeprefix("xl/").removesuffix(".xml"))
        lines += f'<Override PartName="/{part}" ContentType="{KIND}.{kind}+xml"/>' if kind else ""
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{HEAD}<Types xmlns="{TYPES}">{rels}{lines}</Types>'


def _row(row: list[Any], number: int, style: Style, tag: str) -> str:
    cells = []
    last = max((place for place, value in enumerate(row) if value is not None), default=-1)
    for place, value in enumerate(row):
        said = style.cells(number, place)
        # A blank cell may be left out only where the next one that holds anything says where it stands.
        after = next((p for p in range(place + 1, last + 1) if row[p] is not None or not style.cells(number, p)), None)
        if value is None and not style.blanks and (after is None or style.cells(number, after)):
            continue
        cells.append(_cell(value, f' r="{letter(place + 1)}{number}"' if said else "", style, tag))
    spans = f' spans="1:{len(row)}" ht="15" customHeight="1"' if style.spans else ""
    where = f' r="{number}"' if style.rows(number) else ""
    return f"<{tag}row{where}{spans}>{style.indent}{style.indent.join(cells)}{style.indent}</{tag}row>"


def _cell(value: Any, where: str, style: Style, tag: str) -> str:
    gap = style.indent
    if value is None:
        return f"<{tag}c{where}{'' if style.styles is None else chr(32) + 's=' + chr(34) + '0' + chr(34)}/>"
    if isinstance(value, bool):
        return f'<{tag}c{where} t="b">{gap}<{tag}v>{int(value)}</{tag}v>{gap}</{tag}c>'
    if isinstance(value, dt.date):
        if style.dated == "iso":
            return f'<{tag}c{where} t="d"><{tag}v>{value.isoformat()}</{tag}v></{tag}c>'
        return f'<{tag}c{where} s="1">{gap}<{tag}v>{(value - style.epoch).days}</{tag}v>{gap}</{tag}c>'
    if isinstance(value, (int, float)):
        return f"<{tag}c{where}>{gap}<{tag}v>{value!r}</{tag}v>{gap}</{tag}c>"
    return _text(value, where, style, tag)


def _text(value: str, where: str, style: Style, tag: str) -> str:
    gap = style.indent
    if style.text == "formula":
        return f'<{tag}c{where} t="str"><{tag}f>T("")</{tag}f><{tag}v>{escape(value)}</{tag}v></{tag}c>'
    words = _words(value, style, tag)
    if style.text.startswith("inline"):
        return f'<{tag}c{where} t="inlineStr">{gap}<{tag}is>{gap}{words}{gap}</{tag}is>{gap}</{tag}c>'
    if words not in style.shared:
        style.shared.append(words)
    return f'<{tag}c{where} t="s">{gap}<{tag}v>{style.shared.index(words)}</{tag}v>{gap}</{tag}c>'


def _words(value: str, style: Style, tag: str) -> str:
    """A text as an element or several."""
    kept = ' xml:space="preserve"'
    if style.text.endswith("rich"):
        half = len(value) // 2
        runs = [f"<{tag}r><{tag}t{kept}>{escape(part)}</{tag}t></{tag}r>" for part in (value[:half], value[half:])]
        return style.indent.join(runs)
    if style.text.endswith("phonetic"):
        aid = f'<{tag}rPh sb="0" eb="1"><{tag}t>エスワン</{tag}t></{tag}rPh><{tag}phoneticPr fontId="1"/>'
        return f"<{tag}t>{escape(value)}</{tag}t>{style.indent}{aid}"
    if style.text.endswith("escaped"):
        return f"<{tag}t>{''.join(f'_x{ord(sign):04X}_' for sign in value)}</{tag}t>"
    if style.text.endswith("padded"):
        return f"<{tag}t>\n        {escape(value)}\n      </{tag}t>"
    return f"<{tag}t{kept if value != value.strip() else ''}>{escape(value)}</{tag}t>"


def scattered(seed: int) -> Callable[[int, int], bool]:
    """Some cells say where they stand, others do not."""
    return lambda row, column: random.Random(f"{seed} {row} {column}").random() < 0.5


PRODUCERS = {
    "Excel": Style(spans=True),
    "openpyxl, pandas": Style(text="inline"),
    "openpyxl without shared texts, numbers as n": Style(text="inline", blanks=True),
    "XlsxWriter": Style(spans=True, blanks=True),
    "LibreOffice": Style(blanks=True, rows=lambda row: True),
    "Google Sheets": Style(spans=True, text="shared", blanks=True),
    "Numbers": Style(blanks=True, parts=lambda name: name.replace("sharedStrings", "SharedStrings")),
    "ClosedXML": Style(prefix="x"),
    "ClosedXML, indented": Style(prefix="x", indent="\n  "),
    "exceljs": Style(text="shared", styles=STYLES.replace("<fonts", "<numFmts/><fonts")),
    "a writer without addresses": Style(cells=none, rows=lambda row: False, text="inline"),
    "a writer with addresses on some cells": Style(cells=scattered(1), rows=lambda row: row % 2 == 1),
    "a writer with blank cells and addresses on some": Style(cells=scattered(2), blanks=True),
    "rich texts": Style(text="rich"),
    "rich texts in the cells, indented": Style(text="inline rich", indent="\r\n\t"),
    "reading aids": Style(text="phonetic"),
    "reading aids in the cells": Style(text="inline phonetic", indent="\n"),
    "every sign escaped": Style(text="escaped"),
    "every sign escaped in the cells": Style(text="inline escaped"),
    "texts from formulas": Style(text="formula"),
    "indented": Style(text="inline", indent="\n      "),
    "indented texts": Style(text="inline padded", indent="\n      "),
    "days as ISO texts, no styles": Style(dated="iso", styles=None),
    "days as ISO texts, empty styles": Style(dated="iso", styles=f'<styleSheet xmlns="{MAIN}"/>'),
    "the epoch of 1904": Style(epoch=dt.date(1904, 1, 1)),
    "days of the Japanese edition": Style(styles=STYLES.replace('numFmtId="14"', 'numFmtId="31"')),
    "parts in capitals": Style(parts=lambda name: name if name.startswith("[") else name.upper()),
    "content types in small letters": Style(parts=str.lower),
    "links in capitals": Style(links=str.upper),
    "backslashes in the names of parts": Style(parts=lambda name: name.replace("/", "\\")),
    "backslashes in the links": Style(links=lambda name: name.replace("/", "\\")),
    "links from the root": Style(links=lambda name: f"/xl/{name}"),
    "links by way of another folder": Style(links=lambda name: f"../xl/./{name}"),
    "links with escapes": Style(links=lambda name: name.replace("sheet", "%73heet")),
    "parts with escapes": Style(
        parts=lambda name: name.replace("/sheet", "/sheet "), links=lambda name: name.replace("/sheet", "/sheet%20")
    ),
}
