"""The auditor passes plans whose sums are on paper, and refuses them as soon as one number or row is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from audit_cases import changed
from audit_hand import buying, keeping, making
from audit_hand_leaving import leaving
from audit_hand_more import agreeing, foreseeing

from planner.audit import audit
from planner.case import Case
from planner.plan import PLAN_TABLES, Plan

HAND = {made.__name__: made for made in (buying, making, keeping, agreeing, foreseeing, leaving)}
Made = Callable[[], tuple[Case, Plan]]


def said(case: Case, plan: Plan) -> str:
    return "\n".join(str(finding) for finding in audit(case, plan))


@pytest.mark.parametrize("made", HAND.values(), ids=HAND)
def test_a_plan_that_adds_up_on_paper_passes(made: Made):
    assert said(*made()) == ""


def test_every_table_has_rows_in_a_plan_on_paper():
    """So that the changes below are tried on each of them."""
    filled = {name for made in HAND.values() for name, table in made()[1].tables.items() if len(table)}
    assert filled == set(PLAN_TABLES)


def rows_of(table: pd.DataFrame, every: bool) -> pd.Index:
    """All rows of a table, or its last."""
    return table.index if every else table.index[-1:]


def numbers_changed(plan: Plan, every: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table of the plan with one of its numbers 1 % larger (a zero becomes 1)."""
    for name, table in plan.tables.items():
        for column in table.select_dtypes("number"):
            for row in rows_of(table[table[column].notna()], every):
                other = table.astype({column: float})
                other.loc[row, column] = other.loc[row, column] * 1.01 or 1.0
                yield f"{name}, row {row}, {column}", changed(plan, name, other)


def rows_dropped_or_doubled(plan: Plan, every: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    for name, table in plan.tables.items():
        for row in rows_of(table, every):
            yield f"{name} without row {row}", changed(plan, name, table.drop(index=row))
            yield f"{name} with row {row} twice", changed(plan, name, pd.concat([table, table.loc[[row]]]))


def names_changed(plan: Plan, every: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    for name, table in plan.tables.items():
        for column in table.select_dtypes(["object", "str"]):
            for row in rows_of(table[table[column].map(bool)], every):
                other = table.copy()
                other.loc[row, column] = "nobody"
                yield f"{name}, row {row}, {column}", changed(plan, name, other)


@pytest.mark.many
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["last row", "all rows"])
@pytest.mark.parametrize("change", [numbers_changed, rows_dropped_or_doubled, names_changed])
@pytest.mark.parametrize("made", HAND.values(), ids=HAND)
def test_a_plan_with_one_change_anywhere_is_refused(made: Made, change, every):
    case, plan = made()
    passed = [where for where, other in change(plan, every) if not audit(case, other)]
    assert passed == []


@pytest.mark.parametrize("made", HAND.values(), ids=HAND)
def test_a_table_or_column_that_is_missing_is_named(made: Made):
    case, plan = made()
    without = {name: table for name, table in plan.tables.items() if name != "stocks"}
    assert "tables, stocks: the plan lacks this table" in said(case, replace(plan, tables=without))
    nameless = changed(plan, "purchases", plan.tables["purchases"].drop(columns="offer"))
    assert "tables, purchases: the table lacks these columns (expected offer" in said(case, nameless)


def test_negative_blank_and_infinite_numbers_are_refused():
    case, plan = buying()
    for value, word in ((-1.0, "negative"), (np.nan, "not a finite number"), (np.inf, "not a finite number")):
        table = plan.tables["purchases"].copy()
        table.loc[0, "t_per_year"] = value
        assert word in said(case, changed(plan, "purchases", table))


def test_a_plan_of_another_case_or_with_a_false_record_is_refused():
    case, plan = buying()
    assert "another case" in said(case, replace(plan, fingerprint="1"))
    assert "no plan has this status" in said(case, replace(plan, status="infeasible"))
    assert "the objective is not the costs and what is weighed" in said(case, replace(plan, objective_musd=32.06))
    assert "cost_musd is not the sum of costs" in said(case, replace(plan, cost_musd=32.06))
    assert "bound is above" in said(case, replace(plan, bound_musd=33.0))
    assert said(case, replace(plan, bound_musd=None)) == ""


def ruled(case: Case, sheet: str, row: int, column: str, value: object) -> Case:
    """The case with one other cell."""
    table = case.tables[sheet].copy()
    table[column] = table[column].astype(object)
    table.loc[row, column] = value
    kept = table[column].infer_objects()
    return replace(case, tables={**case.tables, sheet: table.assign(**{column: kept})})


RULES = [
    (buying, "offers", 2, "max_t_per_year", 110, "offer cap, offer Lynas oxide, in 2027"),
    (buying, "offer_prices", 2, "max_t_per_year", 119, "offer cap, offer Lynas oxide, in 2027"),
    (buying, "offers", 3, "min_order_t_per_year", 81, "minimum order, offer Baotou oxide, in 2027"),
    (buying, "offers", 3, "from", 2029, "offer cap, offer Baotou oxide, in 2027"),
    (buying, "offers", 3, "to", 2026, "offer cap, offer Baotou oxide, in 2027"),
    (buying, "suppliers", 3, "qualification_years", 3, "offer cap, offer Baotou oxide, in 2027"),
    (buying, "suppliers", 3, "qualified", True, "qualification, supplier Baotou"),
    (buying, "lanes", 2, "max_t_per_year", 99, "lane cap, row 2, from MYS, to Texas, in 2026"),
    (buying, "lanes", 2, "to", "CHN", "lane, Lynas oxide: oxide from MYS to Texas in 2026"),
    (buying, "lanes", 4, "freight_usd_per_t", 250, "ledger, freight, Baotou oxide"),
    (buying, "tariffs", 3, "from", None, "ledger, duties, 232, Lynas oxide"),
    (buying, "tariffs", 4, "origin", "friends", "ledger, duties, 301, Baotou oxide"),
    (buying, "demand", 3, "t_per_year", 201, "demand, segment magnets, in 2027"),
    (making, "facilities", 2, "capacity_t_per_year", 80, "capacity, facility mill, in 2026"),
    (making, "facilities", 2, "to", None, "capacities, facility mill, in 2027"),
    (making, "facilities", 2, "ramp_1", 0.9, "capacities, facility mill, in 2026"),
    (making, "facilities", 2, "min_utilisation", 0.9, "minimum use, facility mill, in 2026"),
    (making, "processes", 2, "capacity_use", 1.2, "capacity, facility mill, in 2026"),
    (making, "recipes", 3, "t_per_t", 0.6, "output, Kuantan, tailings, in 2026"),
    (making, "build_options", 2, "min_t_per_year", 101, "build size, option extension, in 2026"),
    (making, "build_options", 2, "max_t_per_year", 99, "build size, option extension, in 2026"),
    (making, "build_options", 2, "latest", 2025, "build date, option extension, in 2026"),
    (making, "build_options", 2, "earliest", 2027, "build date, option extension, in 2026"),
    (making, "build_options", 2, "permit_years", 9, "build date, option extension, in 2026"),
    (making, "build_options", 2, "permit_years", 1, "capacities, facility mill, in 2027"),
    (making, "build_options", 2, "lead_years", 0, "ledger, investment, extension, in 2026"),
    (making, "build_options", 2, "life_years", 1, "ledger, investment, extension, in 2027"),
    (making, "build_options", 2, "ramp_1", 1.0, "capacities, facility mill, in 2027"),
    (making, "build_options", 2, "requires", "rival", "requires, option extension, in 2026"),
    (making, "lanes", 2, "max_t_per_year", 99, "lane cap, row 2, from Kuantan, to Texas, in 2027"),
    (making, "lanes", 3, "freight_usd_per_t", 3, "ledger, freight, own goods, of tailings, from Kuantan, to Kuantan"),
    (making, "materials", 3, "disposal_usd_per_t", None, "disposal, Kuantan, tailings, in 2026"),
    (making, "sales", 2, "max_t_per_year", 9, "sales cap, Kuantan, oxide at 5000 USD/t, in 2026"),
    (making, "sales", 2, "from", 2027, "sales cap, Kuantan, oxide at 5000 USD/t, in 2026"),
    (making, "sales", 2, "price_usd_per_t", 5001, "sales, Kuantan, oxide at 5000 USD/t, in 2026"),
    (keeping, "segments", 2, "max_shortage_share", 0.19, "shortage cap, segment magnets, in 2027"),
    (keeping, "segments", 2, "material", "scrap", "delivery, segment magnets, with oxide, in 2026"),
    (keeping, "returns", 2, "t_per_t_used", 0.2, "collection, stream cars, at Texas, of scrap, in 2027"),
    (keeping, "returns", 2, "lifetime_years", 3, "collection, stream cars, at Texas, of scrap, in 2027"),
    (keeping, "returns", 3, "max_collection_share", 0.1, "collection, stream cars, at Texas, of scrap, in 2027"),
    (keeping, "returns", 3, "collection_usd_per_t", 900, "ledger, collection, cars, of scrap, from Texas, in 2027"),
    (keeping, "stocks", 2, "initial_t", 101, "first stock, Depot, oxide, 2026"),
    (keeping, "stocks", 2, "max_t", 35, "stock room, Depot, oxide, in 2026"),
    (keeping, "stocks", 2, "reserve_t", 21, "stock reserve, Depot, oxide, in 2027"),
    (keeping, "stocks", 2, "final_t", 21, "final stock, Depot, oxide, in 2027"),
    (keeping, "stocks", 2, "loss_share_per_year", 0.11, "balance, Depot, oxide, in 2026"),
    (keeping, "stocks", 2, "place", "Texas", "stock, Depot, oxide, in 2026"),
    (keeping, "places", 3, "country", "MYS", "stock shipment, from stock: oxide from Depot to Texas in 2026"),
]


@pytest.mark.parametrize(("made", "sheet", "row", "column", "value", "word"), RULES)
def test_each_rule_of_the_case_is_held_against_the_plan(made, sheet, row, column, value, word):
    case, plan = made()
    assert word in said(ruled(case, sheet, row, column, value), plan)
