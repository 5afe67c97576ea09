"""Looks at a file before it is parsed: is it a workbook at all, and is it safe to open?"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from planner.checks.catalogue import problem
from planner.errors import Problem
from planner.workbook.parts import TYPES, folded

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_RATIO = 100
RATIO_MATTERS_ABOVE_BYTES = 20_000_000
MAX_PARTS = 1_000
# What the zip and the XML parser raise on a damaged file.
DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, zipfile.BadZipFile, zlib.error, struct.error, ExpatError),
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
SAVE_AS = "In Excel choose Save As and the type 'Excel Workbook (.xlsx)'."
ASK_AGAIN = "Open it in Excel or LibreOffice, save it again, or ask for a fresh copy."


def too_big(size: int) -> Problem:
    """What is said of a workbook of more bytes than one may have."""
    text = f"a workbook may have {MAX_FILE_BYTES / 1e6:,.0f} MB"
    return _bad("file.too-big", text, "Delete pictures and unused sheets.", f"{size / 1e6:,.0f} MB")


def faults(path: Path) -> list[Problem]:
    """What forbids opening this file as a workbook; empty when it may be opened."""
    if path.name.startswith("~$"):
        return [_bad("file.lock", "this is the note Excel leaves beside an open file", "Choose the file without '~$'.")]
    size = path.stat().st_size
    if size == 0:
        return [_bad("file.empty", "the file holds 0 bytes", ASK_AGAIN)]
    if size > MAX_FILE_BYTES:
        return [too_big(size)]
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(OLD_OFFICE):
        text = "the file is password-protected or in the old .xls format, and neither can be read"
        return [_bad("file.old-excel", text, f"Take the password off. {SAVE_AS}")]
    if not start.startswith(ZIP):
        return [_bad("file.not-excel", "the file is not an Excel workbook, whatever its name", SAVE_AS)]
    return _package(path)


def _package(path: Path) -> list[Problem]:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            found = _size(parts) or _contents(package, {folded(part.filename) for part in parts})
    except DAMAGE as fault:
        return [_bad("file.damaged", f"the file is cut off or damaged ({fault})", ASK_AGAIN)]
    return [found] if found else []


def _size(parts: list[zipfile.ZipInfo]) -> Problem | None:
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > MAX_PARTS:
        text = f"a workbook may have {MAX_PARTS:,} parts"
        return _bad("file.too-big", text, "Delete pictures and unused sheets.", f"{len(parts):,} parts")
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > RATIO_MATTERS_ABOVE_BYTES and unpacked > MAX_RATIO * packed):
        text = f"the file unpacks to {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB, which is not opened"
        return _bad("file.too-big", text, "Copy the rows you need into a fresh template.")
    return None


def _contents(package: zipfile.ZipFile, names: set[str]) -> Problem | None:
    if any(part.flag_bits & 1 for part in package.infolist()):
        return _bad("file.old-excel", "the file is protected by a password", f"Take the password off. {SAVE_AS}")
    if "xl/workbook.bin" in names:
        return _bad("file.binary-excel", "this is a binary workbook (.xlsb), which is not read", SAVE_AS)
    if "mimetype" in names or "content.xml" in names:
        fix = "In LibreOffice choose Save As and the type 'Excel 2007-365 (.xlsx)'."
        return _bad("file.open-document", "this is an OpenDocument file, which is not read", fix)
    if folded(TYPES) not in names:
        return _bad("file.not-excel", "the file is a zip archive but not an Excel workbook", SAVE_AS)
    return None


def _bad(code: str, message: str, fix: str, found: str = "") -> Problem:
    return problem(code, found=found, message=message, fix=fix)
