"""The plan's tables must be readable before anything is added up.

Each table has its columns, every number is finite, no amount is negative, no line stands twice, and every name is one
that the case knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from planner.audit.calendar import Tree
from planner.audit.finding import Findings
from planner.audit.rows import Row, read_rows
from planner.plan import PLAN_TABLES

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

    @property
    def numeric(self) -> tuple[str, ...]:
        return self.amounts + self.numbers + tuple(c for c in self.key if c in NUMERIC_KEYS)


NUMERIC_KEYS = ("above_musd_per_year", "price_usd_per_t", "tier", "row", "t_per_t")
_TONS = ("t_per_year",)
_RANGE = ("more_t_per_year", "less_t_per_year")
_SHIPPED = ("from_place", "material", "origin_class", "to_place", "node")
_PART = ("authority", "kind", "item", "tier", "from", "material", "to", "origin_class", "node")
_QUOTE = ("offer", "place", "origin_class", "node")
_LINE = ("term", "layer", "item", "material", "from", "to", "node")
_FIGURES = ("t_per_year", "usd_per_t", "musd_per_year", "discounted_musd")

SHAPES: Mapping[str, Shape] = {
    "nodes": Shape(("node",), ("period", "years", "probability", "discount", "discount_first"), words=("parent",)),
    "purchases": Shape(("offer", "tier", "place", "origin_class", "node"), _TONS),
    "rebates": Shape(("whom", "above_musd_per_year", "node"), ("spent_musd_per_year",)),
    "lifts": Shape(("contract", "place", "origin_class", "node"), _TONS),
    "forfeits": Shape(("contract", "node"), _TONS),
    "make_ups": Shape(("contract", "forfeited_in", "node"), _TONS),
    "signings": Shape(("contract", "node"), ("volume_t_per_year",)),
    "orders": Shape(("offer", "node")),
    "qualifications": Shape(("supplier", "node")),
    "leavings": Shape(("offer", "node")),
    "dealings": Shape(("supplier", "node")),
    "joins": Shape(("partnership", "node")),
    "relief": Shape(("partnership", *_PART), (*_TONS, "saved_usd_per_t")),
    "in_quota": Shape(("quota", *_PART), (*_TONS, "saved_usd_per_t")),
    "drawbacks": Shape(("drawback", *_PART), (*_TONS, "saved_usd_per_t")),
    "under_quota": Shape(("quota", "node"), _TONS),
    "partner_supply": Shape(("partnership", "offer", "node"), _TONS),
    "commitments": Shape(
        ("contract", "node"),
        ("agreed_t_per_year", "deliverable_t_per_year"),
        ("spot_usd_per_t",),
        maybe=("spot_usd_per_t",),
    ),
    "quotes": Shape(
        _QUOTE,
        ("price_usd_per_t", "freight_usd_per_t"),
        ("financing_usd_per_t", "most_t_per_year"),
        maybe=("most_t_per_year",),
    ),
    "quote_duties": Shape((*_QUOTE, "layer"), numbers=("duty_usd_per_t",)),
    "activity": Shape(("facility", "process", "origin_class", "node"), _TONS),
    "shipments": Shape(_SHIPPED, _TONS),
    "stock_shipments": Shape(_SHIPPED, _TONS),
    "lanes_used": Shape(("row", "from", "to", "node")),
    "under_way": Shape(("item", "from", "material", "to", "node"), ("days", "t")),
    "throughput": Shape(("facility", "process", "material", "node"), numbers=_TONS),
    "builds": Shape(("option", "with_partnership", "node"), ("times", "size_t_per_year", "capex_musd")),
    "build_years": Shape(("option", "with_partnership", "node", "leaf"), ("first_output", "last_output")),
    "closures": Shape(("facility", "node")),
    "grants": Shape(("incentive", "option", "with_partnership", "node"), ("musd",)),
    "support": Shape(("incentive", "node"), ("musd_per_year",)),
    "arisings": Shape(("stream", "place", "material", "node"), _TONS),
    "collections": Shape(("stream", "place", "material", "origin_class", "node"), _TONS),
    "downgrades": Shape(("at", "place", "material", "origin_class", "to_class", "node"), _TONS),
    "origin_classes": Shape(("origin_class", "rule", "country", "stage", "recycled_exempt")),
    "opening_stocks": Shape(("place", "material", "origin_class", "node"), ("t",)),
    "stocks": Shape(("place", "material", "origin_class", "node"), ("t",)),
    "needs": Shape(("segment", "node"), _TONS, ("shortage_usd_per_t",), maybe=("shortage_usd_per_t",)),
    "deliveries": Shape(("segment", "material", "t_per_t", "origin_class", "node"), _TONS),
    "shortages": Shape(("segment", "node"), _TONS),
    "sales": Shape(("place", "material", "price_usd_per_t", "node"), _TONS),
    "disposals": Shape(("place", "material", "node"), _TONS),
    "costs": Shape(("term", "layer", "node"), numbers=("discounted_musd",)),
    "ledger": Shape(_LINE, numbers=_FIGURES, maybe=("t_per_year", "usd_per_t")),
    "capacities": Shape(("facility", "node"), ("usable_t_per_year", "used_t_per_year")),
    "limits": Shape(("limit", "each", "node"), numbers=("value", "reached", "missed"), words=("measure", "sense")),
    "scenarios": Shape(("scenario",), ("probability",), numbers=("cost_musd", "shortage_musd"), words=("leaf",)),
    "risk": Shape(("measure",), numbers=("value",), words=("unit",)),
    "indicators": Shape(("measure", "node"), numbers=("value",), words=("unit",)),
    "concentration": Shape(("of", "name", "node"), ("hhi",)),
    "binding": Shape(("rule", "item", "node"), numbers=("limit", "worth_usd"), words=("unit",)),
    "prices": Shape(("place", "material", "origin_class", "node"), numbers=("usd_per_t",)),
    "limit_ranges": Shape(("rule", "item", "node"), ("looser", "tighter"), maybe=("looser", "tighter")),
    "no_ranges": Shape(("rule", "item", "node"), words=("why",)),
    "price_ranges": Shape(("place", "material", "origin_class", "node"), _RANGE, maybe=_RANGE),
}

MAY_REPEAT = ("ledger",)  # a flow's cost may be told in several lines
FREE_TEXT = (
    "ledger",
    "costs",
    "binding",
    "limit_ranges",
    "no_ranges",
    "indicators",
    "lanes_used",
    "origin_classes",
    "scenarios",
    "risk",
    "limits",
    "concentration",
)
# In these tables only the node is looked up here; their other words are checked where their figures are.


def read_tables(plan: Plan) -> dict[str, list[Row]]:
    """The plan's tables as rows; a table that this version of plans does not have is empty."""
    frames = dict(plan.tables)
    if "node" not in frames["opening_stocks"]:  # plans of before there were several futures had one root
        root = frames["nodes"]["node"].iloc[0]
        frames["opening_stocks"] = frames["opening_stocks"].assign(node=root)
    return {
        name: read_rows(name, frames[name], shape.columns, shape.numeric) if name in frames else []
        for name, shape in SHAPES.items()
    }


def check_columns(plan: Plan, findings: Findings) -> None:
    """Every table is there, with all its columns, and none that nobody looks into."""
    for name in PLAN_TABLES:
        if name not in plan.tables:
            findings.add("tables", name, "a table", "nothing", "the plan lacks this table")
    for name, table in plan.tables.items():
        if name not in SHAPES:
            if len(table):
                findings.add("tables", name, "nothing", f"{len(table)} rows", "the auditor does not know this table")
            continue
        optional = ("node",) if name == "opening_stocks" else ()
        lacking = [c for c in SHAPES[name].columns if c not in table.columns and c not in optional]
        if lacking:
            findings.add("tables", name, ", ".join(lacking), "nothing", "the table lacks these columns")


def check_rows(case: Case, tree: Tree, tables: Mapping[str, list[Row]], findings: Findings) -> None:
    """Numbers are numbers, amounts are not negative, no line stands twice, and every name is the case's."""
    known = names_known(case, tree, tables)
    for name, rows in tables.items():
        shape = SHAPES[name]
        check, looked_up = f"table {name}", ("node",) if name in FREE_TEXT else shape.key
        lookups = [(column, known[column]) for column in looked_up if column in known and column in shape.key]
        if name == "limits":  # a limit on what all futures come to has no node
            lookups = [(column, names | {""}) for column, names in lookups]
        seen = set()
        for row in rows:
            for column, names in lookups:
                if getattr(row, column) not in names:
                    where = say(row, shape.key)
                    findings.add(check, where, "a name of the case", str(getattr(row, column)), f"unknown {column}")
            key = tuple(row[: len(shape.key)])
            if key in seen and name not in MAY_REPEAT:
                findings.add(check, say(row, shape.key), "one line", "another", "the line stands twice")
            seen.add(key)
            _check_numbers(check, shape, row, findings)


def _check_numbers(check: str, shape: Shape, row: Row, findings: Findings) -> None:
    for column in shape.numeric:
        value = getattr(row, column)
        if value is None and column in shape.maybe:
            continue
        if value is None or not isfinite(value):
            findings.add(check, say(row, shape.key), "a number", str(value), f"{column} is not a finite number")
        elif value < 0 and column not in shape.numbers:
            findings.add(check, say(row, shape.key), "0 or more", value, f"{column} is negative")


def names_known(case: Case, tree: Tree, tables: Mapping[str, list[Row]]) -> dict[str, set[str]]:
    """For each kind of name in the plan's tables, the names that the case gives."""

    def column(sheet: str, name: str) -> set[str]:
        return set(case.tables[sheet][name]) if sheet in case.tables else set()

    places, nodes = column("places", "place"), set(tree.by_name)
    classes = {"", *(row.origin_class for row in tables["origin_classes"])}
    return {
        "node": nodes,
        "forfeited_in": nodes,
        "leaf": {node.name for node in tree.leaves},
        "offer": column("offers", "offer"),
        "contract": column("contracts", "contract"),
        "supplier": column("suppliers", "supplier"),
        "whom": {*column("rebates", "supplier")},
        "partnership": column("partnerships", "partnership"),
        "drawback": column("drawbacks", "drawback"),
        "with_partnership": {"", *column("partnerships", "partnership")},
        "incentive": column("incentives", "incentive"),
        "facility": column("facilities", "facility"),
        "process": column("processes", "process"),
        "option": column("build_options", "option"),
        "stream": column("returns", "stream"),
        "segment": column("segments", "segment"),
        "material": column("materials", "material"),
        "place": places,
        "from_place": places,
        "to_place": places,
        "origin_class": classes,
        "to_class": classes,
        "at": {"output", "stock"},
    }


def say(row: Row, key: tuple[str, ...]) -> str:
    """Where a row of a table stands, in words."""
    cells = zip(key, row, strict=False)
    return ", ".join(f"{column.removesuffix('_place')} {value}" for column, value in cells if value != "")
