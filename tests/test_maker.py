"""A program of which only costs are made anew is the one that is made from nothing, whatever changed before."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from cases import SITE, case, needs, years
from drawn_cases import drawn, write_folder
from test_translation_steps import changed

import planner
from models.algebra import decisions
from planner.case import Case
from planner.planning import maker as made_by
from planner.planning.built import Built
from planner.planning.maker import Maker, noted
from planner.solver.outcome import SolveOptions

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)
MINE = {
    **SITE,
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "suppliers": [{"supplier": "Baotou", "country": "CHN"}],
    "offers": [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "max_t_per_year": 120}
               | {"price_usd_per_t": 25_000}],
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "build_options": [{"option": "dig it", "facility": "Mine", "max_t_per_year": 400, "latest": 2026}
                      | {"capex_fixed_musd": 1.5, "lead_years": 1, "life_years": 2}],
}  # fmt: skip


def with_column(case: Case, sheet: str, column: str, value: float) -> Case:
    return replace(case, tables={**case.tables, sheet: case.tables[sheet].assign(**{column: value})})


def mark(case: Case, maker: Maker | None = None) -> str:
    """The mark of its program, or why there is none."""
    try:
        return Built.of(case, maker).program.mark
    except Exception as error:  # noqa: BLE001 - what a table cannot say, both ways must fail at alike
        return repr(error)


@pytest.mark.parametrize(
    ("sheet", "column", "value", "spared"),
    [
        ("offers", "price_usd_per_t", 31_000.0, 1),
        ("processes", "cost_usd_per_t", 7_000.0, 1),
        ("offers", "max_t_per_year", 110.0, 0),
        ("demand", "t_per_year", 90.0, 0),
        ("build_options", "max_t_per_year", 60.0, 0),
    ],
)
def test_costs_alone_are_made_anew_where_no_row_can_differ(sheet, column, value, spared):
    """A price and a cost are costs; what somebody has, needs or may build are limits."""
    first, maker = case(**MINE), Maker()
    assert mark(first, maker) == mark(first)
    other = with_column(first, sheet, column, value)
    assert mark(other, maker) == mark(other) != mark(first)
    assert maker.spared == spared
    assert mark(first, maker) == mark(first)


def test_the_plan_tells_its_own_costs():
    """At 25,000 USD a ton and at 31,000, each plan's table of costs adds up to what it costs, as made from nothing."""
    first, maker = case(**MINE), Maker()
    other = with_column(first, "offers", "price_usd_per_t", 31_000.0)
    for one in (first, other, first):
        built, cold = Built.of(one, maker), Built.of(one)
        plan, alone = (b.plan(*b.solve(EXACT), EXACT) for b in (built, cold))
        assert plan.cost_musd == pytest.approx(alone.cost_musd)
        assert plan.tables["costs"].equals(alone.tables["costs"])
        assert plan.tables["costs"]["discounted_musd"].sum() == pytest.approx(plan.objective_musd)
    assert maker.spared == 2


def test_where_rows_hang_on_costs_they_are_made_anew():
    """With a weight on dear futures each node's cost is a row."""
    futures = {"scenarios": [{"scenario": "a", "probability": 0.5}, {"scenario": "b", "probability": 0.5}],
               "events": [{"scenario": "b", "kind": "price", "country": "CHN", "from": 2027, "factor": 2}]}  # fmt: skip
    first, maker = case({"risk_weight": 0.5, "cvar_level": 0.5}, **MINE, **futures), Maker()
    mark(first, maker)
    other = with_column(first, "offers", "price_usd_per_t", 31_000.0)
    assert mark(other, maker) == mark(other) != mark(first)
    assert maker.spared == 0


def test_what_failed_is_not_kept(monkeypatch):
    """Rows that could not be made, and a program that could not be read, leave nothing behind."""
    first, maker = case(**MINE), Maker()
    other = with_column(first, "demand", "t_per_year", 90.0)
    mark(first, maker)
    with monkeypatch.context() as patched:
        patched.setattr(made_by, "build", lambda *_: 1 / 0)
        assert "ZeroDivisionError" in mark(other, maker)
    assert mark(other, maker) == mark(other)
    with monkeypatch.context() as patched:
        patched.setattr(made_by.Program, "with_columns_of", lambda *_: 1 / 0)
        assert "ZeroDivisionError" in mark(first, maker)
    assert mark(first, maker) == mark(first)


def test_all_that_rows_read_is_noted():
    """A field counts from the first look at it on, and is found at once from then on."""
    data = Built.of(case(**MINE)).known.data
    seen, read = noted(data)
    assert not read
    assert seen.supply.max_t_per_year is data.supply.max_t_per_year
    assert seen.supply.max_t_per_year is data.supply.max_t_per_year
    assert list(read) == [("supply", "max_t_per_year")]


def test_costs_share_the_decisions_of_the_rows():
    first, maker = case(**MINE), Maker()
    whole, costs = Built.of(first, maker).model, Built.of(first, maker).model
    assert decisions(costs) is decisions(whole)
    assert costs.component("buy") is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_a_program_is_the_one_made_from_nothing(seed, tmp_path):
    """Of drawn cases of all families, after each of a row of changes; and its costs, since those alone may be new."""
    first, maker = planner.read(write_folder(tmp_path, *drawn(seed))), Maker()
    for other in (first, *changed(first, random.Random(seed), 6)):
        assert mark(other, maker) == mark(other)


@pytest.mark.slow
def test_the_base_case_is_spared_its_rows_under_each_duty():
    """Twenty rates of all tariffs at once, in no order."""
    first, maker = planner.read("inputs/us_base_case"), Maker()
    rates = np.random.default_rng(1).uniform(0.0, 0.5, 20)
    for rate in (0.1, *rates.tolist()):
        other = with_column(first, "tariffs", "rate", rate)
        assert mark(other, maker) == mark(other)
    assert maker.spared == len(rates)
