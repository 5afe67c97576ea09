"""Countries by whatever people call them: a name serves as well as a code, and who only mines needs no row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeGuard

from planner.checks.fault import CellFault
from planner.checks.names import folded
from planner.checks.quick.world import country
from planner.checks.settings import Settings
from planner.checks.table import Table, Tables
from planner.schema import SETTING, Column, Ref
from planner.schema.countries import Country

CODES = "countries.country"
BEHIND = ("mined_in", "refined_in", "melted_in")


def by_code(tables: Tables, settings: Settings) -> tuple[str, ...]:
    """Turn names of countries into their codes, and add rows for those behind an offer that have none; say which."""
    countries, offers = tables["countries"], tables["offers"]
    if countries.faulty or countries.lacks_columns or not countries.rows:
        return ()
    known = codes(named(countries))
    for table in tables.values():
        for column in table.sheet.columns:
            if names_a_country(column) and column.name in table.letters:
                _turn(tables, table, column, known)
    for name in [name for name in settings if names_a_country(SETTING[name])]:
        stated = settings[name]
        if isinstance(stated.value, str):
            settings[name] = stated._replace(value=known.get(folded(stated.value), stated.value))
    added = _behind(offers, countries)
    return (f"{len(added)} without a row on {countries.title}: {'; '.join(added)}",) if added else ()


def named(countries: Table) -> list[tuple[Any, Any]]:
    """The code and the name of each row of the sheet."""
    return list(zip(countries.values["country"], countries.values["name"], strict=True))


def names_a_country(column: Column) -> TypeGuard[Ref]:
    """Whether what stands in a column may be a country."""
    return isinstance(column, Ref) and CODES in column.to


def meaning(rows: Iterable[tuple[Any, Any]]) -> Callable[[Any], Any]:
    """Turns what a country is called into its code: its code or name among `rows`, or a name that the world has for it.

    What means none of them stays as it is.

    >>> code = meaning([("KOR", "Korea")])
    >>> code("korea"), code("South Korea"), code("Texas")
    ('KOR', 'KOR', 'Texas')
    """
    countries = list(rows)
    known = {folded(code): code for code, _ in countries} | codes(countries)

    def code(name: Any) -> Any:
        if not isinstance(name, str):
            return name
        found = None if folded(name) in known else _of_the_world(name)
        return known.get(folded(found.code if found else name), name)

    return code


def codes(rows: Iterable[tuple[Any, Any]]) -> dict[Any, str]:
    """The code for each name that one country alone has and that is no code."""
    rows = list(rows)
    own = {folded(code) for code, _ in rows}
    often = Counter(folded(name) for _, name in rows)
    return {
        folded(name): code
        for code, name in rows
        if code is not None and name is not None and folded(name) not in own and often[folded(name)] == 1
    }


def _turn(tables: Tables, table: Table, column: Ref, known: dict[Any, str]) -> None:
    """Names in a column become codes; a name that a row of another kind has too, such as a place, is that row's."""
    others = {folded(one) for where in column.to if where not in {CODES, "*"} for one in _names(tables, where)}
    cells = table.values[column.name]
    for position, name in enumerate(cells):
        if isinstance(name, str) and folded(name) not in others:
            cells[position] = known.get(folded(name), name)


def _names(tables: Tables, where: str) -> list[Any]:
    sheet, column = where.split(".")
    cells = tables[sheet].values[column]
    return [one for cell in cells for one in (cell if isinstance(cell, tuple) else (cell,)) if one is not None]


def _behind(offers: Table, countries: Table) -> list[str]:
    """Rows for countries of the world in which an offer is mined, refined or melted and that are not on the sheet."""
    known = {folded(code) for code in countries.values["country"]}
    added: list[str] = []
    for column in (name for name in BEHIND if name in offers.letters):
        cells = offers.values[column]
        for position, name in enumerate(cells):
            if not isinstance(name, str) or folded(name) in known:
                continue
            found = _of_the_world(name)
            if found is None:
                continue
            cells[position] = found.code
            if folded(found.code) not in known:
                known.add(folded(found.code))
                _add(countries, found)
                added.append(f"{found.code} {found.name}")
    return added


def _of_the_world(name: str) -> Country | None:
    try:
        return country(name)
    except CellFault:
        return None


def _add(countries: Table, found: Country) -> None:
    """One more row, below the last."""
    for column in countries.sheet.by_name:
        countries.values[column].append(_cell(countries.sheet[column], found))
    countries.rows.append(max(countries.rows) + 1)


def _cell(column: Column, found: Country) -> str | None:
    return {"country": found.code, "name": found.name}.get(column.name)
