"""The text of a cell or of a shared string, whether it is plain, rich, escaped, indented or has a reading aid."""

from __future__ import annotations

import re
from typing import Any

from planner.checks.grid import EXCEL_ERRORS, BadCell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPACE = "http://www.w3.org/XML/1998/namespace space"
TEXT, ITEM, INLINE = f"{MAIN} t", f"{MAIN} si", f"{MAIN} is"
AID = f"{MAIN} rPh"
BLANKS = " \t\r\n"
# Characters that XML forbids stand as _x000D_, and a text that looks so has its first sign written as _x005F_.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
SURROGATES = re.compile("[\ud800-\udfff]")
# What no workbook may hold, escaped or not.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def decoded(text: str) -> str:
    """A text without its escapes, each of which is undone once.

    >>> decoded("_x0041_ and _x005F_x0041_")
    'A and _x0041_'
    """
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def value_of(text: str) -> Any:
    """What a cell with this text holds: nothing but spaces counts as blank, and Excel's error words are errors."""
    bare = text.strip()
    if not bare:
        return None
    return BadCell("error", bare) if bare in EXCEL_ERRORS else text


class Words:
    """Gathers the pieces of one text. As in Excel, blanks at its ends count only where the file says that they do."""

    def __init__(self) -> None:
        self.pieces: list[list[str]] = []
        self.first_kept = self.last_kept = True
        self.aid = False

    def begin(self, attributes: dict[str, str]) -> list[str] | None:
        """The list that takes what follows; None in a reading aid, which is no part of the text."""
        if self.aid:
            return None
        kept = attributes.get(SPACE) == "preserve"
        if not self.pieces:
            self.first_kept = kept
        self.last_kept = kept
        self.pieces.append([])
        return self.pieces[-1]

    def text(self) -> str:
        """The whole text, after which another may begin. Escapes count within a piece, not across two."""
        if not self.pieces:
            return ""
        pieces = ["".join(piece) for piece in self.pieces]
        self.pieces.clear()
        pieces[0] = pieces[0] if self.first_kept else pieces[0].lstrip(BLANKS)
        pieces[-1] = pieces[-1] if self.last_kept else pieces[-1].rstrip(BLANKS)
        text = "".join(map(decoded, pieces))
        if SURROGATES.search(text):
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text
