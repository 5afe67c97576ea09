"""The third level: keys, references between sheets, names with two meanings, and the order of periods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from planner.checks import years
from planner.checks.names import did_you_mean, folded
from planner.checks.table import Table, Tables, show
from planner.errors import Problem
from planner.schema import Column, NameList, Ref


def duplicates(table: Table) -> Iterator[Problem]:
    """Each key once. Names alike but for case or spaces are one name, and so are headings of the same digits."""
    key = [name for name in table.sheet.key if name in table.letters]
    if not key or table.lacks_columns:
        return
    seen: dict[tuple[Any, ...], int] = {}
    columns = [table.values[name] for name in key]
    filled = [table.values[name] for name in table.sheet.one_of]
    for position in range(len(table.rows)):
        if not table.sound(position, *key):
            continue
        values = tuple(_alike(table.sheet[name], column[position]) for name, column in zip(key, columns, strict=True))
        if all(value is None for value in values):
            continue
        first = seen.setdefault((*values, *(column[position] is None for column in filled)), position)
        if first != position:
            names = " and ".join(name for name, value in zip(key, values, strict=True) if value is not None)
            exact = all(column[position] == column[first] for column in columns)
            text = f"the same {names} stands in {table.where(first, key[0])}"
            text += "" if exact else ", but for upper and lower case, spaces or dots"
            fix = "Delete one of the two rows, or give it another name."
            yield table.problem("key.duplicate", position, key[0], message=text, fix=fix)


def _alike(column: Column, value: Any) -> Any:
    """What tells values of a key apart; a blank cell is its default."""
    return folded(column.default if value is None else value)


def references(tables: Tables) -> Iterator[Problem]:
    """Every name that refers to another sheet is defined there."""
    known: dict[tuple[str, ...], Known] = {}
    spans = years.spans_of(tables["periods"])
    for table in tables.values():
        for column in table.sheet.columns:
            if isinstance(column, Ref) and column.to == years.PERIOD_CELL and spans:
                yield from years.misplaced(table, column, spans)
            elif isinstance(column, (Ref, NameList)) and column.to and column.name in table.letters:
                if column.to not in known:
                    known[column.to] = Known(tables, column)
                yield from known[column.to].unknown_in(table, column)


class Known:
    """The names a reference may use, and where each is defined."""

    def __init__(self, tables: Tables, column: Ref | NameList) -> None:
        self.star = "*" in column.to
        self.targets = [tuple(name.split(".")) for name in column.to if name != "*"]
        self.names: dict[Any, list[tuple[str, int]]] = {}
        self.spelled: dict[Any, str] = {}
        self.certain = True
        for sheet, name in self.targets:
            table = tables[sheet]
            lacks = bool(table.rows) and name not in table.letters and table.sheet[name].required
            self.certain &= not (table.bad.get(name) or table.faulty or lacks)
            self.certain &= bool(table.rows) or not table.sheet.needed
            for position, value in enumerate(table.values.get(name, [])):
                for one in value if isinstance(value, tuple) else (value,):
                    if one is not None:
                        self.names.setdefault(folded(one), []).append((f"{sheet}.{name}", position))
                        self.spelled.setdefault(folded(one), str(one))
        self.tables = tables

    def unknown_in(self, table: Table, column: Ref | NameList) -> Iterator[Problem]:
        """References to nothing, and references that could mean two things."""
        if not self.certain:
            return
        reported: set[Any] = set()
        inside: dict[tuple[int, int], list[int]] = {}
        cells = enumerate(table.values[column.name])
        for position, value in (
            (p, one) for p, cell in cells for one in (cell if isinstance(cell, tuple) else (cell,))
        ):
            if value is None or (value == "*" and self.star):
                continue
            if period := self._period_of(value):
                inside.setdefault(period, []).append(position)
            elif folded(value) not in self.names:
                yield self._unknown(table, position, column, value)
            elif len(self.targets) > 1 and value not in reported and len(self._meanings(value)) > 1:
                reported.add(value)
                yield self._ambiguous(table, position, column, value)
        for period, rows in inside.items():
            yield self._inside(table, column, period, rows)

    def _unknown(self, table: Table, position: int, column: Column, value: Any) -> Problem:
        text = " and ".join(f"the sheet {sheet} has no {name}" for sheet, name in self.targets) + " of this name"
        options = list(self.spelled.values())
        fix = did_you_mean(str(value), options)
        if not fix and options:
            fix = "Choose one of " + ", ".join(options[:5]) + (" ..." if len(options) > 5 else "") + ","
            fix += f" or add it to the sheet {self.targets[0][0]}."
        return table.problem(
            "key.unknown", position, column.name, message=text, fix=fix or f"Fill in {self.targets[0][0]}."
        )

    @staticmethod
    def _inside(table: Table, column: Column, period: tuple[int, int], rows: list[int]) -> Problem:
        """Rows for single years of a period of several, told once."""
        text = f"the period that begins in {period[0]} lasts to {period[1]}, and one row holds for all its years"
        text += f"; so it is with {len(rows) - 1} more rows" if len(rows) > 1 else ""
        fix = f"Type one row with {period[0]} and the mean of these years, or split the period on the sheet periods."
        return table.problem("key.unknown", rows[0], column.name, message=text, fix=fix)

    def _period_of(self, value: Any) -> tuple[int, int] | None:
        """The first and last year of the period in which a year lies, where years are what is referred to."""
        table = self.tables["periods"]
        if self.targets != [("periods", "period")] or value in self.names or table.lacks_columns:
            return None
        if any(table.bad.values()):
            return None
        periods = zip(table.values["period"], table.values["years"], strict=True)
        return next(((first, first + n - 1) for first, n in periods if first < value < first + n), None)

    def _meanings(self, value: Any) -> dict[str, frozenset[tuple[str, int]]]:
        """Target column → the rows it stands for; columns of one sheet that mean the same rows are one meaning."""
        rows: dict[str, set[tuple[str, int]]] = {}
        for where, position in self.names[folded(value)]:
            rows.setdefault(where, set()).add((where.split(".", maxsplit=1)[0], position))
        distinct: dict[frozenset[tuple[str, int]], str] = {}
        for where, positions in rows.items():
            distinct.setdefault(frozenset(positions), where)
        return {where: positions for positions, where in distinct.items()}

    def _ambiguous(self, table: Table, position: int, column: Column, value: Any) -> Problem:
        cells = []
        for where, positions in self._meanings(value).items():
            sheet, name = where.split(".")
            first = min(place for _, place in positions)
            cells.append(self.tables[sheet].where(first, name))
        text = f"the name means two things: {' and '.join(cells)}"
        return table.problem("key.ambiguous", position, column.name, message=text, fix="Rename one of the two.")


def cycles(table: Table) -> Iterator[Problem]:
    """Rows of one sheet that name each other in a circle, each waiting for the next."""
    if len(table.sheet.key) != 1:
        return
    own = f"{table.sheet.name}.{table.sheet.key[0]}"
    for column in table.sheet.columns:
        if isinstance(column, Ref) and own in column.to and column.name in table.letters:
            yield from _circles(table, column)


def _circles(table: Table, column: Column) -> Iterator[Problem]:
    names, after = table.values[table.sheet.key[0]], table.values[column.name]
    step = {name: next_ for name, next_ in zip(names, after, strict=True) if name is not None}
    place = {name: position for position, name in reversed(list(enumerate(names)))}
    done: set[Any] = set()
    for name in step:
        path: dict[Any, None] = {}
        at: Any = name
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = step.get(at)
        done.update(path)
        if at in path:
            circle = list(path)[list(path).index(at) :]
            first = min(circle, key=place.__getitem__)
            chain = " → ".join(show(one) for one in [*circle, at][:8])
            text = f"the rows wait for each other: {chain}"
            yield table.problem("key.cycle", place[first], column.name, message=text, fix="Clear one of these cells.")


def periods(table: Table) -> Iterator[Problem]:
    """Each period begins where the one before ends; the order of the rows does not matter."""
    if not {"period", "years"} <= table.letters.keys() or any(table.bad.values()):
        return
    order = sorted(range(len(table.rows)), key=lambda position: table.values["period"][position])
    for before, after in pairwise(order):
        start, years = table.value(before, "period"), table.value(before, "years")
        found = table.value(after, "period")
        if found != start + years and found != start:
            text = f"the period before, {table.where(before, 'period')}, begins in {start} and lasts {years} years"
            fix = f"Let this one begin in {start + years}, or let that one last {found - start} years."
            yield table.problem("key.periods", after, "period", message=text, fix=fix)
