"""How the good workbook is broken: each function returns a maker that writes a broken file into a folder."""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from fast_files import write_workbook
from good_case import Sheets, good, put, workbook_of, write_csv, write_xlsx
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter

CAP = "stocks!D2"
NAME = "offers!A2"

Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Bad:
    """A broken file and the only error it must yield; with `warning`, the only warning, and no error."""

    name: str
    make: Make
    code: str
    where: str
    found: str = ""
    fix: str = ""
    warning: bool = False


# How a workbook is broken -------------------------------------------------------------------------------------------


def with_cell(cell: str, value: Any) -> Make:
    return lambda folder: write_workbook(put(good(), cell, value), folder / "case.xlsx")


def with_csv_cell(cell: str, value: Any) -> Make:
    return lambda folder: write_csv(put(good(), cell, value), folder / "case")


def with_sheets(change: Callable[[Sheets], Any]) -> Make:
    def make(folder: Path) -> Path:
        sheets = good()
        change(sheets)
        return write_workbook(sheets, folder / "case.xlsx")

    return make


def with_csv_sheets(change: Callable[[Sheets], Any]) -> Make:
    def make(folder: Path) -> Path:
        sheets = good()
        change(sheets)
        return write_csv(sheets, folder / "case")

    return make


def with_book(change: Callable[[Any], Any]) -> Make:
    """Break the workbook by openpyxl, after its cells were filled in."""

    def make(folder: Path) -> Path:
        book = workbook_of(good())
        change(book)
        book.save(folder / "case.xlsx")
        return folder / "case.xlsx"

    return make


def with_part(part: str, change: Callable[[str], str]) -> Make:
    """Break one XML part of the workbook."""

    def make(folder: Path) -> Path:
        return rewrite(write_xlsx(good(), folder / "whole.xlsx"), folder / "case.xlsx", {part: change})

    return make


def rewrite(source: Path, target: Path, changes: dict[str, Callable[[str], str]], drop: str = "") -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if drop and name.startswith(drop):
                continue
            text = old.read(name)
            new.writestr(name, changes[name](text.decode()) if name in changes else text)
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name](""))
    return target


def with_bytes(content: bytes, name: str = "case.xlsx") -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def truncated(folder: Path) -> Path:
    content = write_xlsx(good(), folder / "whole.xlsx").read_bytes()
    return with_bytes(content[: len(content) // 2])(folder)


def archive(**parts: str) -> Make:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "case.xlsx", "w") as package:
            for name, text in parts.items():
                package.writestr(name.replace("__", "/"), text)
        return folder / "case.xlsx"

    return make


def bomb(folder: Path) -> Path:
    """Half a megabyte that unpacks to half a gigabyte of spaces."""
    whole = write_xlsx(good(), folder / "whole.xlsx")
    with (
        zipfile.ZipFile(whole) as old,
        zipfile.ZipFile(folder / "case.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/spaces.xml", "w", force_zip64=True) as part:
            for _ in range(500):
                part.write(b" " * 1_000_000)
    return folder / "case.xlsx"


def many_parts(folder: Path) -> Path:
    whole = write_xlsx(good(), folder / "whole.xlsx")
    with zipfile.ZipFile(whole, "a") as package:
        for number in range(1_200):
            package.writestr(f"xl/media/image{number}.png", b"x")
    return whole


def encrypted(folder: Path) -> Path:
    """Every part marked as encrypted, as other programs protect an archive."""
    content = bytearray(write_xlsx(good(), folder / "whole.xlsx").read_bytes())
    for found in re.finditer(rb"PK\x01\x02", bytes(content)):
        flags = struct.unpack_from("<H", content, found.start() + 8)[0]
        struct.pack_into("<H", content, found.start() + 8, flags | 1)
    return with_bytes(bytes(content))(folder)


SHEET1 = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


def entities(declaration: str) -> Make:
    return with_part(SHEET1, lambda text: f"<!DOCTYPE worksheet [{declaration}]>" + text.split("?>", 1)[-1])


def csv_file(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        case = write_csv(good(), folder / "case")
        (case / name).write_bytes(content)
        return case

    return make


def empty_folder(folder: Path) -> Path:
    (folder / "case").mkdir()
    return folder / "case"


def with_macro(folder: Path) -> Path:
    whole = write_xlsx(good(), folder / "whole.xlsx")
    with zipfile.ZipFile(whole, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
    return whole


def chart_sheet(book: Any) -> None:
    del book["offer_prices"]
    chart = BarChart()
    chart.add_data(Reference(book["demand"], min_col=3, min_row=1, max_row=4), titles_from_data=True)
    book.create_chartsheet("offer_prices").add_chart(chart)


def formula(cell: str, text: str, value: str | None, kind: str = "", fresh: bool = False) -> Make:
    """A formula in a cell, with the value that was stored for it, if any."""
    sheet, where = cell.split("!")
    number = list(good()).index(sheet) + 1
    stored = "" if value is None else f"<v>{value}</v>"
    typed = f' t="{kind}"' if kind else ""

    def change(xml: str) -> str:
        made = f'<c r="{where}"{typed}><f>{text}</f>{stored}</c>'
        changed = re.sub(rf'<c r="{where}"[^>]*?(/>|>.*?</c>)', made, xml)
        assert changed != xml
        return changed

    def make(folder: Path) -> Path:
        changes = {f"xl/worksheets/sheet{number}.xml": change}
        if fresh:
            changes["xl/workbook.xml"] = lambda xml: xml.replace('fullCalcOnLoad="1"', "")
        return rewrite(write_xlsx(good(), folder / "whole.xlsx"), folder / "case.xlsx", changes)

    return make


def shared(position: str) -> Make:
    """A workbook as Excel writes it, with a pointer to a shared text that is not there."""

    def make(folder: Path) -> Path:
        path = folder / "whole.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            for name, rows in good().items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, [str(cell) if isinstance(cell, dt.date) else cell for cell in row])
        part = f"xl/worksheets/sheet{list(good()).index('stocks') + 1}.xml"
        broken = {part: lambda text: re.sub(r'(<c r="A2" t="s"><v>)\d+', rf"\g<1>{position}", text)}
        return rewrite(path, folder / "case.xlsx", broken)

    return make


def repeated(sheet: str) -> Make:
    """The last row of a sheet once more."""
    return with_csv_sheets(lambda sheets: sheets[sheet].append(list(sheets[sheet][-1])))


def without_column(sheet: str, column: str) -> Make:
    def change(sheets: Sheets) -> None:
        place = sheets[sheet][0].index(column)
        for row in sheets[sheet]:
            del row[place : place + 1]

    return with_csv_sheets(change)


def without_sheet(sheet: str) -> Make:
    return with_csv_sheets(lambda sheets: sheets.pop(sheet))


def without_rows(sheet: str) -> Make:
    return with_csv_sheets(lambda sheets: sheets[sheet].__delitem__(slice(1, None)))


def cell_of(sheet: str, column: str, row: int) -> str:
    return f"{sheet}!{get_column_letter(good()[sheet][0].index(column) + 1)}{row}"
