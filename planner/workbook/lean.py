"""Skips blank cells and rows of a sheet's XML before it is parsed: a formatted sheet may hold a million of them."""

from __future__ import annotations

import re
from typing import IO

CHUNK = 1 << 20
BLANK_CELL = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?\s*/>')
BLANK_ROW = re.compile(rb'<row r="[0-9]{1,7}"(?: [a-zA-Z0-9:]{1,20}="[^"<>&]{0,40}")*\s*(?:/>|></row>)')
# Where this stands, what looks like a cell may be part of a text.
LITERAL = b"<![CDATA["


class Lean:
    """A sheet's XML without its blank cells and rows; whatever is not plainly blank is handed on as it is."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.rest = b""
        self.literal = False

    def read(self, size: int = -1) -> bytes:
        """The next piece, of any length; nothing at the end."""
        while True:
            fresh = self.source.read(CHUNK)
            data = self.rest + fresh
            self.literal = self.literal or LITERAL in data
            cut = data.rfind(b"<") if fresh and not self.literal else -1
            data, self.rest = (data[:cut], data[cut:]) if cut > 0 else (data, b"")
            if not self.literal:
                data = BLANK_ROW.sub(b"", BLANK_CELL.sub(b"", data))
            if data or not fresh:
                return data
