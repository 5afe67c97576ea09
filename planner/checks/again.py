"""A case checked once, beside which others that differ from it in some cells are checked at the cost of what differs.

What was found of it stays as it is: one changed case tells nothing of the next, in whichever order they are asked for.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from planner.checks.assemble import SheetPart, assemble, part_of
from planner.checks.document import in_order
from planner.checks.kept import (
    ALL_ELSE,
    STATED,
    CheckCall,
    Examined,
    KeptFinding,
    Noting,
    ReadPlace,
    Sparing,
    differing,
)
from planner.checks.run import CheckOutcome, SpelledAlike, look_through, name_alike
from planner.checks.table import Table
from planner.errors import InputInvalid


@dataclass(frozen=True)
class CheckedOnce:
    """Typed cells and what they are once names are spelled alike; what was said and found, with all that it read."""

    cells: CheckOutcome
    examined: Examined
    named: SpelledAlike
    named_by: Set[ReadPlace]
    findings: Mapping[CheckCall, KeptFinding]
    parts: Mapping[str, SheetPart]
    made: dict[str, Any]

    @classmethod
    def of(cls, cells: CheckOutcome) -> CheckedOnce:
        """Check typed cells, which stay as they are; raises InputInvalid with every problem if there is an error."""
        outcome, read = copied(cells, cells.tables), set[ReadPlace]()
        named = name_alike(outcome.examined.noting(read))
        checks = Noting(outcome.examined)
        _look(outcome, named, checks)
        parts = {name: part_of(table) for name, table in outcome.tables.items()}
        return cls(cells, outcome.examined, named, read, checks.findings, parts, assemble(outcome, parts))

    def beside(self, cells: CheckOutcome) -> dict[str, Any]:
        """What a case of changed cells is made of, by the names of its fields; raises InputInvalid likewise."""
        differs = differing(cells.examined, self.cells.examined)
        if self.named_by.isdisjoint(differs) and all(column != ALL_ELSE for _, column in differs):
            outcome, named = self._laid_under(cells, differs), self.named
        else:
            outcome = copied(cells, cells.tables)
            named = name_alike(outcome.examined)
            differs = differing(outcome.examined, self.examined)
        _look(outcome, named, Sparing(outcome.examined, self.findings, differs))
        anew = {sheet for sheet, _ in differs}
        parts = {name: part_of(table) if name in anew else self.parts[name] for name, table in outcome.tables.items()}
        return assemble(outcome, parts)

    def _laid_under(self, cells: CheckOutcome, differs: Set[ReadPlace]) -> CheckOutcome:
        """Changed cells that no name stands in, in the tables and settings in which names are spelled alike."""
        tables, settings = dict(self.examined.tables), dict(self.examined.settings)
        for sheet, column in differs:
            if sheet == STATED:
                settings[column] = settings[column]._replace(value=cells.settings[column].value)
            else:
                values = {**tables[sheet].values, column: cells.tables[sheet].values[column]}
                tables[sheet] = replace(tables[sheet], values=values)
        return CheckOutcome(replace(cells.layout, tables=tables), settings, list(cells.problems))


def _look(outcome: CheckOutcome, named: SpelledAlike, checks: Noting | Sparing) -> None:
    """All that is found, in order; raises InputInvalid if there is an error."""
    outcome.told_of(named)
    look_through(outcome, checks)
    outcome.problems = list(in_order(outcome.tell().problems))
    if not outcome.sound:
        raise InputInvalid(outcome.problems)


def copied(outcome: CheckOutcome, sheets: Container[str]) -> CheckOutcome:
    """The same, these tables of it to be changed without changing those; the others are shared."""
    layout = outcome.layout
    every = [table for name, table in layout.tables.items() if name in sheets]
    every += layout.more_settings if "settings" in sheets else []
    copies = {id(table): _own(table) for table in every}

    def copy_of(table: Table) -> Table:
        return copies.get(id(table), table)

    layout = replace(
        layout,
        tables={name: copy_of(table) for name, table in layout.tables.items()},
        more_settings=[copy_of(table) for table in layout.more_settings],
    )
    settings = {name: one._replace(table=copy_of(one.table)) for name, one in outcome.settings.items()}
    return CheckOutcome(layout, settings, list(outcome.problems))


def _own(table: Table) -> Table:
    values = {name: list(column) for name, column in table.values.items()}
    bad = {name: set(places) for name, places in table.bad.items()}
    return replace(table, rows=list(table.rows), letters=dict(table.letters), values=values, bad=bad)
