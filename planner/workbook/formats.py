"""Which of a workbook's cell formats make a number a day or a duration: of all styles only these matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from planner.workbook.words import MAIN

# Dates of Excel's East Asian editions, which their files do not spell out.
EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}


@dataclass
class Formats:
    """What each cell format makes of a number, by its place in the list, and the day from which days count."""

    meanings: dict[str, str] = field(default_factory=dict)
    epoch: dt.datetime = WINDOWS_EPOCH

    def meaning(self, style: str) -> str:
        """'number', 'day' or 'duration'. A format that the file does not hold could be any, so it is refused."""
        known = self.meanings.get(style)
        if known is None:
            place = int(style)
            known = self.meanings.get(str(place), "number" if place == 0 else "")
            if not known:
                raise RuntimeError(f"a cell has the format {place}, and the file has no such format")
            self.meanings[style] = known
        return known


def formats_of(styles: Any | None, from_1904: bool) -> Formats:
    """The formats of a style sheet; a workbook may have an empty one, or none."""
    found = Formats(epoch=MAC_EPOCH if from_1904 else WINDOWS_EPOCH)
    cells = None if styles is None else styles.find(f"{{{MAIN}}}cellXfs")
    if styles is None or cells is None:
        return found
    codes = {int(one.get("numFmtId") or 0): one.get("formatCode") for one in styles.iter(f"{{{MAIN}}}numFmt")}
    for place, one in enumerate(cells):
        number = int(one.get("numFmtId") or 0)
        found.meanings[str(place)] = _meaning(codes.get(number) or builtin_format_code(number), number)
    return found


def _meaning(code: str | None, number: int) -> str:
    if code is None:
        return "day" if number in EAST_ASIAN_DATES else "number"
    if is_timedelta_format(code):
        return "duration"
    return "day" if is_date_format(code) else "number"
