"""The plan's tables must be readable before anything is added up.

Each table has its columns, every number is finite, no amount is negative, no line stands twice, and every name is one
that the case knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.audit.calendar import Tree
from planner.audit.finding import Finding, listed

if TYPE_CHECKING:
    from planner.case import Case
    from planner.plan import Plan


@dataclass(frozen=True)
class Shape:
    """One table of the plan: the columns that tell its lines apart, other words, and its numbers.

    `amounts` may not be negative, `numbers` may; `maybe` holds the numbers that a line may do without.
    """

    key: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.key + self.words + self.amounts + self.numbers


_SHIPPED = ("from_place", "material", "origin_class", "to_place", "node")
_LINE = ("term", "layer", "item", "material", "from", "to", "node")
_FIGURES = ("t_per_year", "usd_per_t", "musd_per_year", "discounted_musd")

SHAPES: Mapping[str, Shape] = {
    "nodes": Shape(
        ("node",), ("period", "years", "probability", "discount", "discount_first"), words=("parent",), numbers=()
    ),
    "purchases": Shape(("offer", "place", "origin_class", "node"), ("t_per_year",)),
    "orders": Shape(("offer", "node")),
    "qualifications": Shape(("supplier", "node")),
    "activity": Shape(("facility", "process", "origin_class", "node"), ("t_per_year",)),
    "shipments": Shape(_SHIPPED, ("t_per_year",)),
    "stock_shipments": Shape(_SHIPPED, ("t_per_year",)),
    "builds": Shape(("option", "node"), ("size_t_per_year",)),
    "collections": Shape(("stream", "place", "material", "origin_class", "node"), ("t_per_year",)),
    "stocks": Shape(("place", "material", "origin_class", "node"), ("t",)),
    "deliveries": Shape(("segment", "material", "origin_class", "node"), ("t_per_year",)),
    "shortages": Shape(("segment", "node"), ("t_per_year",)),
    "sales": Shape(("place", "material", "price_usd_per_t", "node"), ("t_per_year",)),
    "disposals": Shape(("place", "material", "node"), ("t_per_year",)),
    "costs": Shape(("term", "layer", "node"), numbers=("discounted_musd",)),
    "ledger": Shape(_LINE, numbers=_FIGURES, maybe=("t_per_year", "usd_per_t")),
    "capacities": Shape(("facility", "node"), ("usable_t_per_year", "used_t_per_year")),
    "binding": Shape(("rule", "item", "node"), numbers=("limit", "worth_usd"), words=("unit",)),
    "prices": Shape(("place", "material", "node"), numbers=("usd_per_t",)),
}

NUMERIC_KEYS = ("price_usd_per_t",)
MAY_REPEAT = ("ledger",)  # a flow's cost may be told in several lines
FREE_TEXT = ("ledger", "costs", "binding")  # their words are checked where their figures are


def names_known(case: Case, tree: Tree) -> dict[str, set[str]]:
    """For each kind of name in the plan's tables, the names that the case gives."""

    def column(sheet: str, name: str) -> set[str]:
        return set(case.tables[sheet][name])

    places = column("places", "place")
    return {
        "node": set(tree.by_name),
        "offer": column("offers", "offer"),
        "supplier": column("suppliers", "supplier"),
        "facility": column("facilities", "facility"),
        "process": column("processes", "process"),
        "option": column("build_options", "option"),
        "stream": column("returns", "stream"),
        "segment": column("segments", "segment"),
        "material": column("materials", "material"),
        "place": places,
        "from_place": places,
        "to_place": places,
        "origin_class": {""},
    }


def tidy(table: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """The table's own columns, words as plain text (blank is "") and numbers as decimals."""
    known = table.reset_index(drop=True)[list(shape.columns)].copy()
    for name in shape.columns:
        if name in shape.amounts + shape.numbers + NUMERIC_KEYS:
            known[name] = pd.to_numeric(known[name], errors="coerce").astype(float)
        else:
            known[name] = known[name].astype(object).where(known[name].notna(), "")
    return known


def missing_columns(plan: Plan) -> list[Finding]:
    """Every table is there, with all its columns."""
    findings = []
    for name, shape in SHAPES.items():
        if name not in plan.tables:
            findings.append(Finding("tables", name, "a table", "nothing", "the plan lacks this table"))
            continue
        lacking = [column for column in shape.columns if column not in plan.tables[name].columns]
        if lacking:
            findings.append(Finding("tables", name, ", ".join(lacking), "nothing", "the table lacks these columns"))
    return findings


def check_tables(case: Case, tree: Tree, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Numbers are numbers, amounts are not negative, no line stands twice, and every name is the case's."""
    known = names_known(case, tree)
    findings: list[Finding] = []
    for name, shape in SHAPES.items():
        table = tables[name]
        findings += _bad_numbers(name, shape, table)
        if name not in MAY_REPEAT:
            twice = table[table.duplicated(list(shape.key), keep="first")]
            findings += listed(f"table {name}", twice, _words(shape.key), "the line stands twice")
        checked = ("node",) if name in FREE_TEXT else shape.key
        for column in (c for c in checked if c in known):
            strange = table[~table[column].isin(known[column])]
            strange = strange.assign(expected="a name of the case", found=strange[column])
            findings += listed(f"table {name}", strange, _words(shape.key), f"unknown {column}")
    return findings


def _bad_numbers(name: str, shape: Shape, table: pd.DataFrame) -> list[Finding]:
    findings: list[Finding] = []
    for column in shape.amounts + shape.numbers:
        values = table[column]
        bad = ~np.isfinite(values)
        if column in shape.maybe:
            bad &= values.notna()
        rows = table[bad].assign(expected="a number", found=values[bad])
        findings += listed(f"table {name}", rows, _words(shape.key), f"{column} is not a finite number")
    for column in shape.amounts:
        rows = table[table[column] < 0]
        rows = rows.assign(expected="0 or more", found=rows[column])
        findings += listed(f"table {name}", rows, _words(shape.key), f"{column} is negative")
    return findings


def _words(key: Iterable[str]) -> dict[str, str]:
    return {column: column.removesuffix("_place") for column in key}
