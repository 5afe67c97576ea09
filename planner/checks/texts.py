"""Reads names, references, words and tariff headings."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from planner.checks.fault import CellFault
from planner.checks.names import did_you_mean
from planner.schema import Choice

LONGEST_NAME = 255
LONGEST_TEXT = 32_767
HTS = re.compile(r"\d{2,10}|\d{4}(\.\d{2}){1,3}|\d{4}\.\d{2}\.\d{4}", re.ASCII)
YES, NO = {"yes", "true"}, {"no", "false"}
AS_TEXT = "Set the cell's format to Text and type it again."


def text(value: Any, plain_text: bool) -> str:
    """Any text; a number or date is taken as it is written."""
    if isinstance(value, str):
        return _checked(value, LONGEST_TEXT, "\t\n\r")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def name(value: Any, plain_text: bool) -> str:
    """A name or a reference to one: without spaces around it, and every sign visible."""
    if isinstance(value, bool):
        raise CellFault("cell.boolean", "expected a name", AS_TEXT)
    if isinstance(value, (int, float)):
        if float(value).is_integer() and abs(value) < 1e15:
            return str(int(value))
        raise CellFault("cell.number-as-name", "expected a name", AS_TEXT)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        text = "expected a name; Excel has turned it into a date"
        raise CellFault("cell.date-as-name", text, AS_TEXT, str(value))
    return unicodedata.normalize("NFC", _checked(value, LONGEST_NAME, "").strip())


def name_list(value: Any, plain_text: bool) -> tuple[str, ...]:
    """Names between semicolons, each once, in the order given."""
    if not isinstance(value, str):
        return (name(value, plain_text),)
    parts = [name(part, plain_text) for part in value.split(";") if part.strip()]
    return tuple(dict.fromkeys(parts))


def _checked(value: str, longest: int, allowed: str) -> str:
    """Refuse control and invisible signs: two names that look alike must be alike."""
    if len(value) > longest:
        text = f"the text has {len(value):,} characters, at most {longest:,} are possible"
        raise CellFault("cell.too-long", text, "Shorten it.")
    if value.isascii() and value.isprintable():
        return value
    for place, sign in enumerate(value):
        kind = unicodedata.category(sign)
        if sign not in allowed and (kind in {"Cc", "Cs"} or (kind == "Cf" and not allowed) or sign in "\u2028\u2029"):
            what = unicodedata.name(sign, "a control character").lower()
            clean = "".join(s for s in value if s == sign or unicodedata.category(s)[0] != "C").replace(sign, " ")
            text = f"character {place + 1} cannot be seen: {what} (U+{ord(sign):04X})"
            fix = f"Delete the cell's contents and type '{' '.join(clean.split())[:80]}'."
            raise CellFault("cell.invisible", text, fix)
    return value


def one_of(column: Choice) -> str:
    """The words that may stand in a column."""
    return "one of " + ", ".join(column.choices) + column.further


def choice(column: Choice) -> Callable[[Any, bool], str]:
    """A parser for a column of fixed words; upper and lower case are alike."""
    words = {word.casefold(): word for word in column.choices}
    said = f"expected {one_of(column)}"

    def parse(value: Any, plain_text: bool) -> str:
        word = words.get(str(value).strip().casefold())
        if word is None:
            fix = did_you_mean(str(value), column.choices) or "Choose one of these words."
            raise CellFault("cell.choice", said, fix)
        return word

    return parse


def yes_no(value: Any, plain_text: bool) -> bool:
    """Yes or no; Excel's TRUE and FALSE are as good."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise CellFault("cell.choice", "expected yes or no", "Type yes or no.")


def hts(value: Any, plain_text: bool) -> str:
    """Digits of a tariff heading, kept as they are written; a number would have lost its zeros."""
    said = "expected the digits of a tariff heading, such as 2846.90"
    if not isinstance(value, str):
        fix = "Set the cell's format to Text and type the heading again: a number loses its zeros."
        raise CellFault("cell.hts", said, fix)
    bare = value.strip()
    if not HTS.fullmatch(bare):
        digits = re.sub(r"\D", "", bare)
        fix = f"Type {digits}." if 2 <= len(digits) <= 10 and not re.search(r"[a-zA-Z]", bare) else "Type the digits."
        raise CellFault("cell.hts", said, fix)
    return bare
