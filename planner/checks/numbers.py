"""Reads numbers, whole numbers and years."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from planner.checks.amounts import METRIC_TONS, Quantity
from planner.checks.fault import CellFault
from planner.schema import Column, Number, Whole, Year

LARGEST = 1e13
SMALLEST = 1e-12
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
THOUSANDS_POINTS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
UNKNOWN = {"n/a", "na", "n.a.", "-", "--", "tbd", "tbc", "?", "none", "nil", "nan", "null", "unknown", "x", "."}
CURRENCIES = r"us\$|usd|eur|cny|rmb|jpy|gbp|aud|cad|a\$|\$|€|£|¥"
MONEY = re.compile(rf"(?i)^({CURRENCIES})\s*|\s*({CURRENCIES})$")
DOLLARS = {"us$", "usd", "$"}
TRAILING = re.compile(
    r"(?i)\s*(%|‰|t\s*/\s*(yr|y|a|year)|tpa|tonnes?|tons?|(?-i:mt|MT)|t|kg|kt|years?|yrs?|m\$|musd|usd/t|usd/kg)$"
)
SCALE = {"%": 0.01, "‰": 0.001, "kg": 0.001, "kt": 1000.0, "usd/kg": 1000.0}

MASS = re.compile(r"(?i)(?<![a-z])(t|tpa|tonnes?|tons?|(?-i:mt|MT)|kg|kt)(\s*/\s*(yr|y|a|year))?$")

INCOME = (
    "Without its minus sign an income would become a cost, so it has a place of its own: what is paid for goods stands"
    " on the sheet sales, public support on incentives. Type 0 or more here."
)


def expected(column: Number | Whole) -> str:
    """What belongs into a number's cell, with unit and bounds."""
    noun = "a whole number" if isinstance(column, Whole) else "a number"
    text = f"{noun} of {column.unit}" if column.unit and column.unit != "fraction" else noun
    if getattr(column, "unit", "") == "fraction":
        text = "a fraction"
    low, high = column.at_least, column.at_most
    above = getattr(column, "above", None)
    if above is not None:
        return f"{text}, more than {above:g}" + (f" and at most {high:g}" if high is not None else "")
    if low is not None and high is not None:
        return f"{text} from {low:g} to {high:g}"
    if low is not None:
        return f"{text}, {low:g} or more"
    return f"{text}, at most {high:g}" if high is not None else text


def number(column: Number, said: str, counted: Quantity = METRIC_TONS) -> Callable[[Any, bool], float]:
    """A parser for a column of numbers."""
    low = -math.inf if column.at_least is None else column.at_least
    high = math.inf if column.at_most is None else column.at_most

    def parse(value: Any, plain_text: bool) -> float:
        result = _to_float(value, plain_text, column, said, counted)
        if not low <= result <= high or (column.above is not None and result <= column.above):
            raise _out_of_range(result, column, said)
        return result + 0.0

    return parse


def whole(column: Whole | Year, said: str) -> Callable[[Any, bool], int]:
    """A parser for a column of whole numbers or years."""
    low = -math.inf if column.at_least is None else column.at_least
    high = math.inf if column.at_most is None else column.at_most

    def parse(value: Any, plain_text: bool) -> int:
        result = _to_float(value, plain_text, column, said)
        if not result.is_integer():
            raise CellFault("cell.not-whole", f"expected {said}", f"Type {round(result)} or another whole number.")
        if not low <= result <= high:
            raise CellFault("cell.out-of-range", f"expected {said}", "Type a number within this range.")
        return int(result)

    return parse


def _to_float(value: Any, plain_text: bool, column: Column, said: str, counted: Quantity = METRIC_TONS) -> float:
    kind = type(value)
    if kind is float or kind is int:
        result = float(value) if kind is float or abs(value) < 2**53 else math.inf
    elif kind is str:
        result = _from_text(value, plain_text, column, said, counted)
    elif kind is bool:
        raise CellFault("cell.boolean", f"expected {said}", "Type the number.")
    elif isinstance(value, (dt.date, dt.time, dt.timedelta)):
        fix = "Set the cell's format to General or Number and type the number again."
        raise CellFault("cell.date-as-number", f"expected {said}", fix, f"the date or time {value}")
    else:
        raise CellFault("cell.not-a-number", f"expected {said}", "Type the number.")
    if not math.isfinite(result) or abs(result) > LARGEST or 0 < abs(result) < SMALLEST:
        blank = (
            f"Leave the cell blank if you mean: {column.blank}." if column.blank else "Type the number that is meant."
        )
        raise CellFault("cell.absurd", f"expected {said}; no such amount can be meant", blank)
    return result


def _from_text(value: str, plain_text: bool, column: Column, said: str, counted: Quantity) -> float:
    if plain_text:
        bare = value.strip(" ")
        if PLAIN_NUMBER.fullmatch(bare):
            return float(bare)
    meant = probably(value)
    if meant is None or (not counted.is_ton and MASS.search(value.strip())):  # what a mass is worth is not known here
        raise CellFault("cell.not-a-number", f"expected {said}", _unknown(value, column))
    code = "cell.text-number"
    unit = getattr(column, "unit", "")
    tail = "; the unit is already in the heading" if TRAILING.search(value.strip()) and unit else ""
    fix = f"Type {meant:.15g}{tail}."
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", value.strip()):
        fix = f"Type {meant:.15g}, or {meant / 1000:.15g} if the comma stands before decimals."
    money = MONEY.search(value.strip())
    if money is not None and money[0].strip().casefold() not in DOLLARS:
        fix = "Convert it to USD of the base year, then type the number alone."
    if PLAIN_NUMBER.fullmatch(value.strip()):
        fix = f"Type {meant:.15g} as a number: the cell holds a text that looks like one."
    raise CellFault(code, f"expected {said}", fix)


def _unknown(value: str, column: Column) -> str:
    if value.strip().casefold() in UNKNOWN and column.blank:
        return f"Leave the cell blank if you mean: {column.blank}. Type the number if you know it."
    if value.strip().casefold() in UNKNOWN:
        return "Type a number; this column may not be blank."
    unit = getattr(column, "unit", "")
    return f"Type the number alone, in {unit}." if unit else "Type the number alone."


def probably(text: str) -> float | None:
    """The number a text was probably meant as, for the advice only.

    >>> probably("1,250"), probably("12,5"), probably("5 %"), probably("$11"), probably("4,500 t"), probably("TBD")
    (1250.0, 12.5, 0.05, 11.0, 4500.0, None)
    """
    bare = text.replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").strip().lstrip("'").strip()
    factor = 1.0
    bare = MONEY.sub("", bare)
    unit = TRAILING.search(bare)
    if unit:
        bare = bare[: unit.start()]
        factor = SCALE.get(unit[1].casefold(), 1.0)
    bare = MONEY.sub("", bare).strip()
    bare = re.sub(r"(?<=\d)[ '](?=\d{3}\b)", "", bare)
    if THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif THOUSANDS_POINTS.fullmatch(bare) and ("," in bare or bare.count(".") > 1):
        bare = bare.replace(".", "").replace(",", ".")
    elif DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    return float(f"{float(bare) * factor:.12g}") if PLAIN_NUMBER.fullmatch(bare) else None


def _out_of_range(value: float, column: Number, said: str) -> CellFault:
    high = column.at_most
    if column.share and high is not None and high < value <= 100 * high and value / 100 <= high:
        fix = f"Type {value / 100:.12g} if you mean {value:g} %."
        return CellFault("cell.percent", f"expected {said}; this looks like percent", fix)
    if value < 0 and (column.at_least == 0 or column.above == 0):
        fix = (
            INCOME if column.unit.startswith(("USD", "M$")) else "Type it without the minus sign, or leave the row out."
        )
        return CellFault("cell.out-of-range", f"expected {said}", fix)
    return CellFault("cell.out-of-range", f"expected {said}", "Type a number within this range.")
