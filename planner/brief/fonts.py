"""The letters of the brief: their files, how wide a text is in them, and how it is broken and cut to fit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Brief", "Brief-Bold"
_FILES = {PLAIN: "DejaVuSansCondensed.ttf", BOLD: "DejaVuSansCondensed-Bold.ttf"}


@cache
def load() -> None:
    """Make the letters known to the writer of PDF, once."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file)))


def width(text: str, size: float, bold: bool = False) -> float:
    """Points that a text takes on a line."""
    load()
    return float(pdfmetrics.stringWidth(text, BOLD if bold else PLAIN, size))


def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width(text, size, bold) <= room:
        return text
    fits, longer = 0, len(text)
    while longer - fits > 1:
        middle = (fits + longer) // 2
        if width(text[:middle].rstrip() + "…", size, bold) <= room:
            fits = middle
        else:
            longer = middle
    return text[:fits].rstrip() + "…"


def broken(text: str, room: float, size: float, bold: bool = False, most: int = 99) -> list[str]:
    """The text in lines that fit, broken between words; what is beyond the last line ends in an ellipsis."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, bold) <= room:
            line = f"{line} {words.pop(0)}"
        if len(lines) == most - 1 and words:
            line, words = " ".join([line, *words]), []
        lines.append(cut(line, room, size, bold))
    return lines or [""]
