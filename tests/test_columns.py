"""The tables of planner/translate: each has the columns that planner/translate/columns.py declares, rows or none."""

import ast
import dataclasses
import importlib
import typing
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
from audit_hand import buying
from rich_case import rich_case
from test_architecture import SOURCES

from planner.translate import Translated, translate
from planner.translate.columns import BOUGHT_LINES, DTYPES, LINES, MADE_LINES, Declared, table
from planner.translate.lines import Lines

ROOM = "planner.translate"
HOME = f"{ROOM}.columns"
# They hand back the rows that they were given, or some of them, with what they say of each beside.
OF_WHATEVER_COMES = {
    "across_borders",
    "at_their_place",
    "capped_lanes",
    "classified_lanes",
    "divided",
    "financed",
    "with_years",
    "known_events",
    "no_rows",
    "on_paths",
    "selected",
    "tons_added",
    "waived_duties",
    "waiting_plants",
    "with_freight",
    "with_goods",
    "with_setup",
}


def of(name: str) -> ast.Module:
    return ast.parse(SOURCES[name].read_text(encoding="utf-8"))


def holders() -> Iterator[type]:
    """The dataclasses of the room that hold tables."""
    for name in SOURCES:
        if name.startswith(ROOM) and name != HOME:
            module = importlib.import_module(name)
            for thing in vars(module).values():
                if dataclasses.is_dataclass(thing) and getattr(thing, "__module__", "") == name:
                    yield thing


def fields_of(holder: type) -> Iterator[tuple[str, object, tuple[object, ...]]]:
    """Each field that is a table, or tables by kind: its name, its type and what it says of its columns."""
    for field, hint in typing.get_type_hints(holder, include_extras=True).items():
        kind, *said = typing.get_args(hint) if typing.get_origin(hint) is typing.Annotated else (hint,)
        if kind in (pd.DataFrame, dict[str, pd.DataFrame]):
            yield field, kind, tuple(said)


def undeclared() -> list[str]:
    """Fields that hold a table and do not say which. The events are rows of their sheet."""
    return [
        f"{holder.__module__}.{holder.__name__}.{field}"
        for holder in holders()
        for field, _, said in fields_of(holder)
        if not said and holder.__name__ != "Events"
    ]


def tables_in(held: object) -> Iterator[tuple[str, pd.DataFrame, Declared]]:
    """Every table that something holds, with what was declared of it."""
    assert dataclasses.is_dataclass(held)
    for field, kind, said in fields_of(type(held)):
        found = getattr(held, field)
        if kind is pd.DataFrame:
            yield field, found, said[0]
        else:
            yield from ((f"{field} {name}", frame, said[0][name]) for name, frame in found.items())
    for part in dataclasses.fields(held):
        inner = getattr(held, part.name)
        if dataclasses.is_dataclass(inner) and type(inner).__module__.startswith(ROOM):
            yield from tables_in(inner)


def unlike(known: Translated) -> list[str]:
    """Tables whose columns, or the kinds of these, are not the declared ones."""
    return [
        f"{field}: {dict(frame.dtypes)}, declared {declared.name} {declared.columns}"
        for field, frame, declared in tables_in(known)
        if {name: dtype.kind for name, dtype in frame.dtypes.items()}
        != {name: DTYPES[kind] for name, kind in declared.columns.items()} | dict.fromkeys(declared.yearly(frame), "f")
    ]


def silent_functions(tree: ast.Module) -> list[str]:
    """Public functions that hand back a table and name no declared one."""
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.returns is not None
        and "pd.DataFrame" in ast.unparse(node.returns)
        and "columns." not in ast.unparse(node)
        and node.name not in OF_WHATEVER_COMES
    ]


def test_every_table_that_is_kept_says_which_it_is():
    """A stranger finds the columns of `use.needs` by the name beside it, not in the function that fills it."""
    assert undeclared() == []


@pytest.mark.many
@pytest.mark.parametrize("make", [rich_case, lambda: buying()[0]])
def test_every_table_has_its_columns_each_of_its_kind(make):
    """The rich case has rows in nearly every table; who only buys has none in most, with the same columns."""
    found = list(tables_in(translate(make())))
    assert len(found) > 50
    assert unlike(translate(make())) == []


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith(ROOM) and name != HOME])
def test_every_function_that_hands_back_a_table_names_it(name):
    """Or it is one of the few that work on whatever comes."""
    assert silent_functions(of(name)) == []


@pytest.mark.slow
def test_all_lines_have_the_same_columns():
    """Limits select among them by words, whatever decision they are of; what is bought and made says a little more."""
    case = rich_case()
    known = translate(case)
    lines = Lines(case, known.data.tree, known.plants, known.flows, known.use)
    own = {"bought": BOUGHT_LINES, "made": MADE_LINES}
    both = [*BOUGHT_LINES.names, *MADE_LINES.names]
    found = {name for name, part in vars(Lines).items() if isinstance(part, cached_property)}
    for name in found - {"country", "groups", "stage", "_makes"}:
        frame = getattr(lines, name)
        assert set(frame) == set(both if name == "supplied" else own.get(name, LINES).names), name


# Declared itself ------------------------------------------------------------------------------------------------------

NEEDS = table("needs", words="segment", numbers="t", whole="year", yes="asked")


def test_a_table_takes_its_columns_and_leaves_the_rest():
    """Of five columns one is not declared; tons that came as whole numbers, and a word for each tuple, are kinds."""
    frame = pd.DataFrame({"note": ["x"], "t": [3], "segment": [("a", 1)], "year": [2026], "asked": [True]})
    found = NEEDS.of(frame)
    assert list(found) == ["segment", "year", "t", "asked"]
    assert [dtype.kind for dtype in found.dtypes] == ["O", "i", "f", "b"]
    assert found.iloc[0].tolist() == [("a", 1), 2026, 3.0, True]


def test_a_table_without_rows_has_the_same_columns():
    """As many kinds as with rows, so that nobody asks whether there are any before he adds them up."""
    assert NEEDS.none().dtypes.map(lambda dtype: dtype.kind).tolist() == ["O", "i", "f", "b"]
    assert NEEDS.rows([]).equals(NEEDS.none())


def test_a_column_that_is_missing_is_named():
    """A mistake of ours: the message is for us."""
    with pytest.raises(KeyError, match="the table needs lacks year, t"):
        NEEDS.of(pd.DataFrame({"segment": ["a"], "asked": [True]}))


def test_a_blank_is_no_whole_number():
    """A year that nobody stated must not become 0."""
    with pytest.raises(pd.errors.IntCastingNaNError):
        NEEDS.of(pd.DataFrame({"segment": ["a"], "t": [1.0], "year": [np.nan], "asked": [True]}))


def test_more_columns_make_another_table():
    """The first keeps its own."""
    more = NEEDS.plus("needs met", numbers="met_t")
    assert more.names == ["segment", "year", "t", "asked", "met_t"]
    assert NEEDS.names == ["segment", "year", "t", "asked"]
