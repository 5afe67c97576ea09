"""Mutations of the good case: of its cells, its layout, and the bytes of its files."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from typing import Any

from good_case import Sheets, good
from hypothesis import strategies as st

from planner.schema import PROVENANCE, SETTING, SHEET, Choice, Column, Date, NameList, YesNo

NASTY: list[Any] = [
    None,
    True,
    False,
    "",
    " ",
    "\u00a0",
    "n/a",
    "-",
    "TBD",
    "#REF!",
    "#N/A",
    "NaN",
    "inf",
    "-inf",
    "1,250",
    "12,5",
    "5 %",
    "$11",
    "1e3",
    "1e999",
    "0x10",
    "1_000",
    "٣",
    "=1+1",
    "+1",
    "-1",
    "@SUM",
    "'1",
    "*",
    "**x**",
    "<b>",
    "&amp;",
    "a;b",
    ";",
    "Te\u200bxas",
    "\u202eTexas",
    "x" * 300,
    "Texas ",
    " Texas",
    "texas",
    "USA",
    "Lynas",
    "NdPr oxide",
    "oxide",
    "yes",
    "NO",
    "adds",
    "ADDS",
    "2026-01-01",
    "01/02/2026",
    "2026-13-45",
    "2026-01-01T00:00:00Z",
    "2846.9",
    "2846",
    "Total",
    0,
    -0.0,
    1,
    -1,
    0.5,
    1.0000000001,
    2026,
    2027,
    46023,
    1e308,
    -1e308,
    1e-320,
    1e13,
    1e14,
    2**53,
    2**60,
    float("nan"),
    float("inf"),
    dt.date(2026, 1, 1),
    dt.date(1900, 1, 1),
    dt.date(9999, 12, 31),
    "\x00",
    "\x07",
    "\ud800",
    "\ufeff",
    "e\u0301",
    "é",
    "a\nb",
    "a\tb",
    'a"b',
    "a,b",
    "\r\n",
    "\\",
    "%",
    "١٢",
    "１２",
    "½",
    "²",
    "1 250",
    "1'250",
    "1.250,5",
    "٫",
    "٬",
]
SNIPPETS = [
    "<",
    ">",
    "&",
    "</v>",
    "<v>",
    "</c>",
    "<c/>",
    "<f>1</f>",
    ' t="e"',
    ' t="b"',
    ' t="s"',
    ' t="str"',
    ' r="A1"',
    ' r="XFD1"',
    ' r="ZZZZ9"',
    ' r="2"',
    ' s="99"',
    'hidden="1"',
    "<mergeCell ref='A1:B2'/>",
    "]]>",
    "<!--",
    "-->",
    "<?x?>",
    "\x00",
    "é",
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    "0",
    "9",
    ".",
    "-",
    "e9",
    "NaN",
    "\u00a0",
    "&#0;",
    "&amp;",
    "<row r='99999999'/>",
]
SEPARATORS = [
    b",",
    b'"',
    b"\n",
    b";",
    b"\r",
    b"\x00",
    b"\xff",
    b"\xc3",
    b"'",
    b"=",
    b"0",
    b".",
    b"-",
    b"e",
    b" ",
    b"\xef\xbb\xbf",
]
PLACES = [
    (sheet, row, column) for sheet, rows in good().items() for row in range(len(rows)) for column in range(len(rows[0]))
]

values = st.one_of(
    st.sampled_from(NASTY),
    st.floats(),
    st.integers(-(10**18), 10**18),
    st.text(max_size=30),
    st.from_regex(r"[-+$€ ]?[0-9]{1,4}([., ][0-9]{1,3}){0,2} ?(t|kg|%|M\$)?", fullmatch=True),
    st.dates(dt.date(1900, 1, 1), dt.date(9999, 12, 31)),
)
cells = st.tuples(st.sampled_from(PLACES), values)


def set_cell(sheets: Sheets, place: tuple[str, int, int], value: Any) -> Any:
    """Put a value; returns what stood there."""
    sheet, row, column = place
    cells = sheets[sheet][row]
    cells.extend([None] * (column + 1 - len(cells)))
    before, cells[column] = cells[column], value
    return before


# Damage to text and bytes ---------------------------------------------------------------------------------------------


def damage(content: bytes, dice: random.Random, snippets: list[bytes]) -> bytes:
    """Delete, repeat, swap or insert something, once to three times."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(content) + 1)
        end = min(len(content), at + dice.choice([1, 1, 1, 2, 3, 8, 40]))
        act = dice.randrange(5)
        if act == 0:
            content = content[:at] + content[end:]
        elif act == 1:
            content = content[:end] + content[at:]
        elif act == 2:
            content = content[:at] + dice.choice(snippets) + content[at:]
        elif act == 3:
            content = content[:at] + dice.choice(snippets) + content[end:]
        else:
            content = content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
    return content


# What a value means ---------------------------------------------------------------------------------------------------


def column_at(place: tuple[str, int, int]) -> Column | None:
    """The column of a data cell; None for headings and for what does not matter to the plan."""
    sheet, row, place_in_row = place
    rows = good()[sheet]
    if row == 0 or rows[0][place_in_row] in {column.name for column in PROVENANCE}:
        return None
    if sheet == "settings":
        return SETTING[rows[row][0]] if place_in_row == 1 else SHEET[sheet]["setting"]
    return SHEET[sheet][rows[0][place_in_row]]


def meaning(column: Column, value: Any) -> Any:
    """What a cell says, worked out apart from the reader; values that mean the same are equal here."""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value).strip() or None
    if value is None:
        return column.default
    if isinstance(column, YesNo):
        return {"true": True, "yes": True, "false": False, "no": False}.get(str(value).casefold(), value)
    if isinstance(column, Choice):
        return str(value).casefold()
    if isinstance(column, NameList):
        return tuple(dict.fromkeys(part.strip() for part in str(value).split(";") if part.strip())) or None
    if isinstance(column, Date):
        return str(value)[:10]
    if isinstance(value, (bool, dt.date)):
        return value
    try:
        return float(value)
    except (ValueError, OverflowError):
        return value
