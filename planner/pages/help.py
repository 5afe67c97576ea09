"""Help: the method in plain words, its limits, and every column of the workbook."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.pages.frame import guarded, section, table, title
from planner.schema import PROVENANCE, SETTINGS, SHEET, SHEETS, Column, Number

METHOD = """
The workbook describes a network: **offers** of materials, **places** where goods arrive, **plants** that turn some
materials into others by recipes, **stocks**, and **segments** that need a material at a place. The planner chooses, for
every period, how much to buy on which offer, which suppliers to qualify, what to make, collect, ship and keep, what to
build, how large and when, and what to leave unmet at the loss you put on it.

Of all plans that respect every limit in the workbook it looks for the one of **least total cost**: purchases, freight,
every layer of duty, operation, investment as a yearly annuity, collection, holding, disposal and the priced shortage,
less what sales bring, all discounted to the base year.

The search compares plans by their **objective**: the cost and, only where the settings put a weight on risk or
exposure, what that weighs. It also proves how good the plan is. **Best plan** is the one of the lowest objective found
so far. The **bound** is an objective that no plan can beat. The **gap** between them is the most that could still be
saved; when it is as small as you asked for, the search stops. When time runs out first, the best plan is kept and shown
with its gap.

At the end an **auditor** adds up every ton and dollar again from the workbook and the plan, with code of its own. A
plan whose books do not close is refused.
"""

LIMITS = """
- **Prices do not answer.** They are what the workbook says, however much you buy.
- **No blending.** A grade is a material of its own; qualities are not mixed to meet a specification.
- **Purchases are not resold** as they are: they are used where they are delivered, or processed there.
- **Nothing shorter than a year.** Seasons and ship schedules are not seen; amounts in a longer period are averages.
- **Nothing is passed over.** A sheet, column or name that the planner does not know is refused by name.
- **What one more unit saves** holds for small changes, while everything that is built stays as planned.
"""

ONE_FUTURE = "- **One future.** This version plans for one scenario and knows it in advance.\n"

WORDS = (
    ("t", "metric ton; of oxide content (REO) for oxides and mixed compounds"),
    ("M$", "a million dollars of the base year, without inflation"),
    ("period", "one or several calendar years planned as one; amounts are per year"),
    ("segment", "a group of users that need one material at one place"),
    ("offer", "what one supplier sells of one material: price, most per year, origin"),
    ("landed cost", "price, freight and duties of a ton where it is delivered"),
    ("authority", "the law or list that a duty belongs to; each counts once per good"),
    ("annuity", "an investment spread over its life as equal yearly payments at the capital rate"),
    ("gap", "how far the plan can be from the best at most, as a share of its cost"),
    ("fingerprint", "a code for the meaning of a case: equal when all values are, whatever the order of rows"),
)


@guarded
def show() -> None:
    """The help page."""
    title("Help")
    section("How it decides")
    st.markdown(METHOD)
    section("What it leaves out")
    st.markdown(LIMITS if "scenarios" in SHEET else LIMITS + ONE_FUTURE)
    section("Words")
    table(pd.DataFrame(WORDS, columns=["word", "meaning"]), alt="Words used on these pages and their meaning")
    section("The workbook, column by column")
    names = [sheet.name for sheet in SHEETS]
    wanted = st.selectbox("Sheet", names, key="help_sheet", width=280)
    sheet = next(sheet for sheet in SHEETS if sheet.name == wanted)
    st.markdown(f"One row is {sheet.row_is}. It adds {sheet.adds}. {'Needed.' if sheet.needed else 'May be missing.'}")
    if wanted == "settings":
        table(_columns(SETTINGS), alt="Every setting, what it means and what a blank value means")
    else:
        table(_columns((*sheet.columns, *PROVENANCE)), alt=f"Every column of the sheet {wanted}")


def _columns(columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [column.name for column in columns],
            "meaning": [column.help for column in columns],
            "kind": [column.kind for column in columns],
            "unit": [getattr(column, "unit", "") for column in columns],
            "allowed": [_allowed(column) for column in columns],
            "blank means": [column.blank or "must be filled in" for column in columns],
            "example": ["" if column.example is None else str(column.example) for column in columns],
        }
    )


def _allowed(column: Column) -> str:
    if choices := getattr(column, "choices", ()):
        return ", ".join(choices)
    if to := getattr(column, "to", ()):
        return "in " + ", ".join(to)
    parts = []
    if getattr(column, "at_least", None) is not None:
        parts.append(f"{column.at_least:g} or more")  # type: ignore[attr-defined]
    if isinstance(column, Number) and column.above is not None:
        parts.append(f"above {column.above:g}")
    if getattr(column, "at_most", None) is not None:
        parts.append(f"{column.at_most:g} or less")  # type: ignore[attr-defined]
    return ", ".join(parts)
