"""Skips what is blank in a sheet's XML before it is parsed: a formatted sheet may hold a million blank rows.

Only what bears on nothing else is skipped. A cell without an address stands after the one before it, so a blank cell
goes only where nothing follows it in its row; a blank row only where the next row says its own number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 20
BLANK_CELL = rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?\s*/>'
BLANK_END = re.compile(rb"(?:" + BLANK_CELL + rb")+(?=</row>)")
BLANK_ROW = re.compile(
    rb'<row r="[0-9]{1,7}"(?: [a-zA-Z0-9:]{1,20}="[^"<>&]{0,40}")*\s*(?:/>|></row>)(?=<row r="|</sheetData>)'
)
# Where these stand, what looks like a cell may be part of a text or of a remark.
LITERAL = (b"<![CDATA[", b"<!--")


def lean(source: IO[bytes]) -> Iterator[bytes]:
    """The pieces of a sheet's XML without blank rows and blank ends of rows."""
    rest, literal = b"", False
    while True:
        fresh = source.read(CHUNK)
        data = rest + fresh
        literal = literal or any(sign in data for sign in LITERAL)
        cut = -1
        if fresh and not literal:
            cut = data.rfind(b"<row")
            cut = cut if cut > 0 else data.rfind(b"<")
        data, rest = (data[:cut], data[cut:]) if cut > 0 else (data, b"")
        yield data if literal else BLANK_ROW.sub(b"", BLANK_END.sub(b"", data))
        if not fresh:
            return
