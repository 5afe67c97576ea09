"""A case translated with the steps of one before it gives the program that it gives by itself, whatever differs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
from drawn_cases import drawn, write_folder

import planner
from models.build import build
from planner.case import Case
from planner.solver.program import Program
from planner.translate import translate
from planner.translate.steps import Steps

LONG = [pytest.param(seed, 12, marks=pytest.mark.slow) for seed in range(40)]


def program_of(case: Case, steps: Steps | None = None) -> str:
    """The mark of its program, or why there is none."""
    try:
        return Program.of(build(translate(case, steps).data)).mark
    except Exception as error:  # noqa: BLE001 - what a table cannot say, both ways must fail at alike
        return repr(error)


def changed(case: Case, lot: random.Random, times: int) -> Iterator[Case]:
    """Cases that differ from the one before in a number, a setting, or a row; some go back to how it was."""
    numbers = [
        (sheet, column)
        for sheet, table in case.tables.items()
        for column in table.columns
        if len(table) and pd.api.types.is_float_dtype(table[column]) and table[column].notna().any()
    ]
    now = case
    for _ in range(times):
        sheet, column = lot.choice(numbers)
        table = now.tables[sheet]
        what = lot.choice(["number", "number", "number", "setting", "row", "back"])
        if what == "setting":
            now = replace(now, settings={**now.settings, "discount_rate": lot.choice([0.0, 0.05, 0.1])})
        elif what == "back":
            now = case
        elif what == "row" and len(table) > 1:
            now = replace(now, tables={**now.tables, sheet: table.drop(index=lot.choice(table.index.tolist()))})
        else:
            row = lot.choice(table.index.tolist())
            moved = table.assign(**{column: table[column].where(table.index != row, table[column] * 1.25)})
            now = replace(now, tables={**now.tables, sheet: moved})
        yield now


@pytest.mark.parametrize(("seed", "times"), [(29, 1), *LONG])
def test_a_changed_case_gives_the_program_it_gives_by_itself(seed, times, tmp_path):
    """Of drawn cases of all families, after each of a row of changes."""
    case = planner.read(write_folder(tmp_path, *drawn(seed)))
    steps, spared = Steps(), 0
    assert program_of(case, steps) == program_of(case)
    for other in changed(case, random.Random(seed), times):
        assert program_of(other, steps) == program_of(other)
    spared = steps.spared
    assert program_of(other, steps) == program_of(other)
    assert steps.spared > spared


def test_a_rate_of_duty_leaves_all_but_the_duties_as_they_are():
    """In the base case: what crosses, what is made and what is used is not gone through again."""
    case = planner.read("inputs/us_base_case")
    tariffs = case.tables["tariffs"]
    steps = Steps()
    first = translate(case, steps)
    other = replace(case, tables={**case.tables, "tariffs": tariffs.assign(rate=tariffs["rate"] + 0.01)})
    second = translate(other, steps)
    assert second.flows is first.flows
    assert second.use is first.use
    assert second.data.balance is first.data.balance
    assert second.duties is not first.duties


def test_what_a_step_gave_looks_at_no_case_after_its_translation():
    """A view of a case that is gone would tell of another case; it says so instead."""
    case = planner.read("inputs/motor_maker")
    steps = Steps()
    view = []
    steps.begin(case)
    steps(view.append, steps.case)
    assert len(view[0].tables["offers"]) == len(case.tables["offers"])
    steps.end(forgotten=False)
    with pytest.raises(RuntimeError, match="not being translated"):
        view[0].tables["offers"]
