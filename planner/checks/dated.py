"""Values that differ from year to year: whose they are, and that there is such a one."""

from __future__ import annotations

from collections.abc import Iterator

from planner.checks.idle import nothing
from planner.checks.network import records
from planner.checks.table import Table, Tables
from planner.errors import Problem
from planner.schema.dated import COST, DATED, DATED_WORDS

CODE = "row.dated"


def dated(table: Table, position: int) -> Iterator[Problem]:
    """A row names whose value it is, in the words that its column asks for, and no amount less than nothing."""
    column = table.value(position, "column")
    if column is None:
        return
    sheet, words = DATED[column]
    for word in DATED_WORDS:
        if not table.sound(position, word):
            continue
        blank = table.value(position, word) is None
        if blank and word in words:
            text = f"{column} of the sheet {sheet} is that of a {word}"
            fix = f"Name the {word}."
            yield table.problem(CODE, position, word, found="a blank cell", message=text, fix=fix)
        elif not blank and word not in words:
            text = f"{column} of the sheet {sheet} is not that of a {word}"
            yield table.problem(CODE, position, word, message=text, fix="Clear the cell.")
    value = table.value(position, "value")
    if value is not None and value < 0 and column != COST:
        text = f"expected a number for {column}, 0 or more"
        yield table.problem(CODE, position, "value", message=text, fix="Type a number of 0 or more.")


def whose(tables: Tables) -> Iterator[Problem]:
    """The facility runs the process, and the segment may go short."""
    table = tables["dated_values"]
    runs = {(facility, process) for _, facility, process in records(tables["processes"], "facility", "process")}
    losses = {name: loss for _, name, loss in records(tables["segments"], "segment", "shortage_usd_per_t")}
    for position, column, segment, facility, process in records(table, "column", *DATED_WORDS):
        if column == COST and (facility, process) not in runs:
            text = f"the sheet processes has no row for {process} in {facility}"
            yield table.problem(CODE, position, "process", message=text, fix="Name a process that it runs.")
        if segment is not None and losses.get(segment) is None:
            text = f"{segment} has no shortage_usd_per_t on the sheet segments, so it may not go short"
            fix = "Fill it in there; it holds in all other years."
            yield table.problem(CODE, position, "segment", message=text, fix=fix)


def outside(tables: Tables) -> Iterator[Problem]:
    """Every row holds in some year of the horizon."""
    spans = [(first, first + years - 1) for _, first, years in records(tables["periods"], "period", "years")]
    table = tables["dated_values"]
    for position, begins, ends in records(table, "from", "to"):
        late, early = begins is not None and begins > max(spans)[1], ends is not None and ends < min(spans)[0]
        if late or early:
            yield nothing(table, position, "from" if late else "to", "no year of the horizon lies in its years")


CHECKS = (
    (whose, ("dated_values", "processes", "segments")),
    (outside, ("dated_values", "periods")),
)
