"""What a column may hold: text, a name, a reference, a choice, a number, a year, a date; and what a sheet is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Column:
    """What one column (or one setting) holds."""

    name: str
    help: str
    blank: str | None = None
    default: Any = None
    example: Any = None
    aliases: tuple[str, ...] = ()
    kind: ClassVar[str] = "text"

    @property
    def required(self) -> bool:
        return self.blank is None


@dataclass(frozen=True)
class Text(Column):
    """Free text."""


@dataclass(frozen=True)
class Name(Column):
    """A name that other sheets refer to; names alike but for case, spaces, dashes or Unicode form are one name."""

    kind: ClassVar[str] = "name"


@dataclass(frozen=True)
class Label(Name):
    """A name that is defined by being used: rows with the same label belong together."""

    kind: ClassVar[str] = "label"


@dataclass(frozen=True)
class NameList(Column):
    """Several names in one cell, separated by semicolons; where `to` is given, names defined there."""

    to: tuple[str, ...] = ()
    kind: ClassVar[str] = "names"


@dataclass(frozen=True)
class Ref(Column):
    """A name defined elsewhere: `to` lists `sheet.column` targets, or `*` for "any"."""

    to: tuple[str, ...] = ()
    kind: ClassVar[str] = "ref"


@dataclass(frozen=True)
class Choice(Column):
    """One of a few words; `further` ends their list with what more there is to say of them."""

    choices: tuple[str, ...] = ()
    further: str = ""
    kind: ClassVar[str] = "choice"


@dataclass(frozen=True)
class YesNo(Column):
    """yes or no."""

    kind: ClassVar[str] = "yes/no"


@dataclass(frozen=True)
class Number(Column):
    """A finite number within bounds, in `unit`; `share` marks fractions that people mistype as percent."""

    unit: str = ""
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    share: bool = False
    kind: ClassVar[str] = "number"


@dataclass(frozen=True)
class Whole(Column):
    """A whole number within bounds, in `unit`."""

    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    kind: ClassVar[str] = "whole number"


@dataclass(frozen=True)
class Year(Column):
    """A calendar year."""

    at_least: int = 1900
    at_most: int = 2200
    unit: str = "year"
    kind: ClassVar[str] = "year"


@dataclass(frozen=True)
class Date(Column):
    """A calendar day."""

    unit: str = "date"
    kind: ClassVar[str] = "date"


@dataclass(frozen=True)
class HtsCode(Column):
    """Digits of the harmonised tariff schedule, with or without dots; kept as text."""

    kind: ClassVar[str] = "hts"


@dataclass(frozen=True)
class Sheet:
    """One sheet: what a row is, its columns, its key and what filling it adds to the plan.

    No two rows have the same key; of the columns in `one_of` it counts which are filled in. `ties` says what holds
    where several rows speak of the same thing. The order of rows never counts.
    `assumed` is the row that stands for a sheet without any, and `assumed_means` says what that comes to. A `sentence`
    stands above the headings where a workbook is filled in by people who have no time to read a page.
    """

    name: str
    row_is: str
    adds: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    needed: bool = False
    aliases: tuple[str, ...] = ()
    ties: str = ""
    one_of: tuple[str, ...] = ()
    assumed: Mapping[str, str] = field(default_factory=dict)
    assumed_means: str = ""
    sentence: str = ""
    by_name: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        own = {column.name for column in self.columns}
        further = tuple(column for column in PROVENANCE if column.name not in own)
        object.__setattr__(self, "by_name", {c.name: c for c in self.columns + further})

    def __getitem__(self, column: str) -> Column:
        return self.by_name[column]


PROVENANCE = (
    Text("source", "Where the row's figures come from", blank="not stated"),
    Text("year", "Year of the source", blank="not stated"),
    Choice(
        "grade",
        "A official, B company or press, C study, D assumed",
        blank="not graded",
        choices=("A", "B", "C", "D"),
    ),
    Text("note", "Anything a reader should know", blank="nothing to say"),
)
PROVENANCE_NAMES = {column.name for column in PROVENANCE}


def t_per_year(name: str, text: str, **more: Any) -> Number:
    """An amount a year, nothing or more."""
    return Number(name, text, unit="t/yr", at_least=0, **more)


def usd_per_t(name: str, text: str, **more: Any) -> Number:
    """Money for each ton, nothing or more."""
    return Number(name, text, unit="USD/t", at_least=0, **more)


def per_t(name: str, text: str, unit: str, **more: Any) -> Number:
    """Anything for each ton, nothing or more."""
    return Number(name, text, unit=unit, at_least=0, **more)


def payment_days(blank: str, **more: Any) -> Number:
    """When a supplier is paid. At a rate of at most one a year, no price falls to nothing within 360 days."""
    text = "Days after it is handed over on which it is paid; negative where it is paid ahead"
    return Number("payment_days", text, unit="days", at_least=-730, at_most=360, blank=blank, **more)


def share(name: str, text: str, **more: Any) -> Number:
    """A share, from nothing to all."""
    return Number(name, text, unit="fraction", at_least=0, at_most=1, share=True, **more)


def musd(name: str, text: str, **more: Any) -> Number:
    """Money in millions."""
    return Number(name, text, unit="M$", **more)


def digits_of(hts: str) -> str:
    """The digits of a tariff heading, without its dots."""
    return "".join(sign for sign in hts if sign.isdigit())
