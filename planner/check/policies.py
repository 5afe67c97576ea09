"""Rules of the sheets that say what a plan must respect: limits, and the countries an offer depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.check.table import Table
from planner.errors import Problem
from planner.schema import MEASURES, SELECTORS


def limit(table: Table, position: int) -> Iterator[Problem]:
    """A limit narrows down and divides only what its measure can, and its bound is within the measure's range."""
    measure = MEASURES.get(table.value(position, "measure"))
    if measure is None:
        return
    for name in SELECTORS:
        if table.value(position, name) is not None and name not in measure.selectors:
            text = f"{measure.name} cannot be narrowed down by {name}"
            fix = f"Clear the cell; it can be narrowed down by {', '.join(measure.selectors)}."
            yield table.problem("row.limit-selector", position, name, message=text, fix=fix)
    each = table.value(position, "each")
    if each is not None and each not in measure.sorted_by:
        text = f"{measure.name} cannot be bounded for each {each}"
        options = ", ".join(measure.sorted_by) or "nothing"
        yield table.problem("row.limit-each", position, "each", message=text, fix=f"It can be for each: {options}.")
    value = table.value(position, "value")
    if value is not None and measure.largest is not None and value > measure.largest:
        text = f"{measure.name} is at most {measure.largest:g} ({measure.unit})"
        fix = f"Type a number from 0 to {measure.largest:g}."
        yield table.problem("row.limit-range", position, "value", message=text, fix=fix)
    goods = table.value(position, "material") is None and table.value(position, "stage") is None
    if measure.needs_goods and goods and table.sound(position, "material", "stage"):
        text = f"{measure.name} needs a material or a stage: tons of different goods cannot be compared"
        fix = "Fill in material or stage."
        yield table.problem("row.limit-goods", position, "material", found="a blank cell", message=text, fix=fix)


def upstream(table: Table) -> Iterator[Problem]:
    """An offer depends on others for at most all of it."""
    total: dict[str, float] = defaultdict(float)
    for position, (offer, share) in enumerate(zip(table.values["offer"], table.values["share"], strict=True)):
        before = total[offer]
        total[offer] += share or 0.0
        if before <= 1 + 1e-9 < total[offer]:
            text = f"the shares of {offer} add up to {total[offer]:g} with this row, more than 1"
            yield table.problem("row.upstream-share", position, "share", message=text, fix="Lower the shares.")
