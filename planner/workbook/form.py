"""How the sheets of a case look in Excel: each column's heading, note, format and drop-down, from the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.checks.cells import expected, target
from planner.schema import (
    PROVENANCE,
    SETTING,
    SETTINGS,
    SHEET,
    SHEETS,
    Choice,
    Column,
    Date,
    HtsCode,
    Name,
    NameList,
    Number,
    Ref,
    Sheet,
    Whole,
    Year,
    YesNo,
)
from planner.schema.quick import CURRENCY_RATE
from planner.workbook.looks import ColumnLook, SheetLook, Source

AMOUNT = "[<1000]General;#,##0"
AMOUNT_UNITS = {"t/yr", "USD/t", "M$", "USD per t/yr", "t", "USD/t/yr"}
QUICK_VALUES: dict[str, Any] = {
    "home_country": "USA",
    "base_year": None,
    "discount_rate": 0.07,
    "usd_per_EUR": None,
    "usd_per_JPY": None,
    "usd_per_CNY": None,
    "inflation": None,
    "quantity_unit": None,
}
NEEDED_TAB, OPTIONAL_TAB = "#16323F", "#A9C3CF"


def look(sheet: Sheet, rows: Sequence[Mapping[str, Any]] = (), *, example: bool = False) -> SheetLook:
    """A sheet with its rows, ready to be written."""
    columns = list(sheet.by_name.values())
    looks = [column_look(sheet, column) for column in columns]
    values = [[as_written(row.get(column.name)) for column in columns] for row in rows]
    tab = NEEDED_TAB if sheet.needed else OPTIONAL_TAB
    name = sheet.name.capitalize() if sheet.sentence else sheet.name
    return SheetLook(name, looks, values, example, tab, sheet.sentence)


def as_written(value: Any) -> Any:
    """A typed value as a person types it: yes and no, lists with semicolons, whole numbers without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(value) or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def column_look(sheet: Sheet, column: Column) -> ColumnLook:
    """One column's heading, note, format and what may be typed."""
    style = (
        "provenance" if column in PROVENANCE or column.name == "note" else "required" if column.required else "optional"
    )
    return ColumnLook(
        name=column.name,
        unit=str(getattr(column, "unit", "")) if not isinstance(column, (Year, Date)) else "",
        note=note(sheet, column),
        style=style,
        number_format=number_format(column),
        rule=rule(column),
        choose_from=_sources(column),
        wraps=sheet.name == "settings" and column.name == "note",
    )


def note(sheet: Sheet, column: Column) -> str:
    """The heading's cell note: what it is, what belongs there, what blank means."""
    lines = [f"{column.help}.", f"Type {expected(column)}."]
    lines.append(f"Blank: {column.blank}." if column.blank else "Must be filled in.")
    if sheet.key == (column.name,):
        lines.append("Each may stand here once.")
    elif column.name in sheet.key:
        lines.append(f"Together with {', '.join(k for k in sheet.key if k != column.name)} each may stand here once.")
    if column.example is not None:
        lines.append(f"Example: {as_written(column.example)}")
    return "\n".join(lines)


def number_format(column: Column) -> str:
    """Excel's number format for a column."""
    kind = target(column)
    if isinstance(kind, (Year, Whole)):
        return "0"
    if isinstance(kind, Date):
        return "yyyy-mm-dd"
    if isinstance(kind, Number):
        return AMOUNT if kind.unit in AMOUNT_UNITS else "General"
    return "@" if isinstance(kind, (Name, Ref, NameList, HtsCode)) else "General"


def rule(column: Column) -> dict[str, Any] | None:
    """Excel's data validation for a column that is no reference."""
    kind = target(column)
    told = {"error_title": column.name[:32], "error_message": f"Please type {expected(column)}."[:255]}
    if isinstance(column, Ref):
        return None
    if isinstance(kind, Choice):
        strict = {"error_type": "warning"} if kind.further else {}
        return {"validate": "list", "source": list(kind.choices), **strict, **told}
    if isinstance(kind, YesNo):
        return {"validate": "list", "source": ["yes", "no"], **told}
    if isinstance(kind, Date):
        import datetime as dt

        days = {"minimum": dt.date(1950, 1, 1), "maximum": dt.date(2200, 12, 31)}
        return {"validate": "date", "criteria": "between", **days, **told}
    if isinstance(kind, (Number, Whole, Year)):
        low, high = kind.at_least, kind.at_most
        above = getattr(kind, "above", None)
        check = "decimal" if isinstance(kind, Number) else "integer"
        if above is not None:
            return {"validate": check, "criteria": ">", "value": above, **told}
        if low is None and high is None:
            return {"validate": check, "criteria": "between", "minimum": -1e13, "maximum": 1e13, **told}
        limits = {"minimum": -1e13 if low is None else low, "maximum": 1e13 if high is None else high}
        return {"validate": check, "criteria": "between", **limits, **told}
    return None


def _sources(column: Column) -> tuple[str | Source, ...]:
    """What a reference chooses from; lists in one cell cannot be offered and are left out."""
    if not isinstance(column, Ref):
        return ()
    options: list[str | Source] = ["*"] if "*" in column.to else []
    for name in column.to:
        if name != "*":
            sheet, field = name.split(".")
            if not isinstance(SHEET[sheet][field], NameList):
                options.append(Source(sheet, field, SHEET[sheet].key == (field,)))
    return tuple(options)


def settings_rows() -> list[dict[str, Any]]:
    """The settings sheet of an empty case: every setting, its value blank, explained in the note."""
    rows = []
    for setting in SETTINGS:
        blank = f"Blank: {setting.blank}." if setting.blank else f"Must be filled in, for example {setting.example}."
        rows.append(
            {"setting": setting.name, "value": None, "note": f"{setting.help}. Type {expected(setting)}. {blank}"}
        )
    return rows


def quick_settings() -> list[dict[str, Any]]:
    """The settings of a quick workbook, with values to begin from; those that few need are left to the full one."""
    rows = []
    for setting, value in QUICK_VALUES.items():
        column = SETTING.get(setting, CURRENCY_RATE)
        blank = f"Blank: {column.blank}." if column.blank else ""
        rows.append({"setting": setting, "value": value, "note": f"{column.help}. {blank}".strip()})
    return rows


def in_order(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[SheetLook]:
    """All sheets in the schema's order with the rows given."""
    return [look(sheet, tables.get(sheet.name, ())) for sheet in SHEETS]
