"""The workbooks of a tornado and of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from planner.case import Case
from planner.reporting.charts import bars_chart
from planner.reporting.kinds import MUSD, NOTE, RATE, WHOLE, Kind
from planner.reporting.page import Page
from planner.reporting.tables import Col, table
from planner.results.scale import IN_MILLIONS, MoneyScale
from planner.results.words import count, musd
from planner.studies.variations import PLANNED, Varied
from planner.studies.workbook import MOST_BARS, list_variations, write_page

CORRELATION, END = Kind("0.00", 2), Kind("0.####", 4)


def write_tornado(case: Case, inputs: pd.DataFrame, found: Varied, path: Path) -> Path:
    """Write which inputs move the cost most."""
    return write_page(case, path, "Tornado", lambda page: _tornado(page, inputs, found), found.table["cost_musd"])


def write_sample(case: Case, told: Mapping[str, pd.DataFrame], found: Varied, path: Path) -> Path:
    """Write how the cost spreads, and which inputs explain it."""
    return write_page(case, path, "Sample", lambda page: _sample(page, told, found), found.table["cost_musd"])


def _tornado(page: Page, inputs: pd.DataFrame, found: Varied) -> None:
    page.title(
        "Tornado",
        "Each input on its own at a low and at a high end, all else as it is. The swing is from the least to the most "
        "cost of the two and of the case as it is. Inputs of one rank are not told apart by the gaps of their plans.",
        home=False,
    )
    page.say(widest(inputs, page.book.money), "verdict")
    if not found.complete:
        page.say("The study was stopped: further inputs were not tried.")
    bars = inputs[inputs["swing_musd"].notna()]
    at = page.room_for_charts(1 if len(bars) else 0)
    page.section("Inputs, the widest swing first")
    block = table(page, inputs.assign(apart=inputs["told_apart"].map({True: "yes", False: "no"})), [
        Col("rank", "Rank", WHOLE), Col("input", "Input", NOTE), Col("low", "Low end"), Col("high", "High end"),
        Col("low_musd", "Change at the low end, M$", MUSD), Col("high_musd", "Change at the high end, M$", MUSD),
        Col("swing_musd", "Swing, M$ discounted", MUSD), Col("gap_musd", "May be off by, M$", MUSD),
        Col("apart", "Told apart from nothing"), Col("outcome", "Without a plan", NOTE),
    ])  # fmt: skip
    if len(bars):
        rows = block.first_row, block.first_row + min(len(bars), MOST_BARS) - 1
        chart = bars_chart(page.book, block, rows, "Swing", "M$ discounted", "input", "swing_musd")
        named = list(zip(bars["input"], bars["swing_musd"], strict=True))
        page.charts([(chart, "Bars: " + "; ".join(f"{n} {musd(x, page.book.money)}" for n, x in named[:5]) + ".")], at)


def widest(inputs: pd.DataFrame, money: MoneyScale = IN_MILLIONS) -> str:
    """Which inputs move the cost most, in a sentence that ranks nothing that the gaps do not tell apart."""
    first = inputs[inputs["rank"] == 1]
    if first.empty:
        return "No input has a plan at both ends."
    top = first.iloc[0]
    swing, of = f"{musd(top['swing_musd'], money)} ± {musd(top['gap_musd'], money)}", count(len(inputs), "input")
    if not first["told_apart"].any():
        return f"None of {of} is told apart from moving nothing: {swing} at most."
    if len(first) > 1:
        return (
            f"The {len(first)} widest of {of} are not told apart: {'; '.join(first['input'])}; the first moves {swing}."
        )
    return f"Of {of}, {top['input']} moves the cost most: {swing}."


def _sample(page: Page, told: Mapping[str, pd.DataFrame], found: Varied) -> None:
    quantiles, inputs = told["quantiles"], told["inputs"]
    drawn = found.table.iloc[1:] if found.base is not None else found.table
    lost = int((drawn["outcome"] != PLANNED).sum())
    page.title(
        "Sample",
        "All inputs drawn at once from their ranges, evenly (a Latin hypercube), and a plan for each draw. Correlation "
        "of ranks is 1 where cost always rises with an input, -1 where it always falls, and near 0 where it does not "
        "care; about its square is the share of the ranking that the input explains.",
        home=False,
    )
    page.say(f"{count(len(drawn), 'draw')}, of which {lost} have no plan.", "verdict")
    if not found.complete:
        page.say("The study was stopped: further draws were not tried.")
    page.section("How the cost spreads")
    table(page, quantiles, [
        Col("quantile", "Quantile of the draws"), Col("cost_musd", "Cost, M$ discounted", MUSD),
        Col("gap_musd", "Could be less by, M$", MUSD),
    ])  # fmt: skip
    page.section("What explains it")
    table(page, inputs.assign(apart=inputs["told_apart"].map({True: "yes", False: "no"})), [
        Col("input", "Input", NOTE), Col("low", "Low end", END), Col("high", "High end", END),
        Col("correlation", "Correlation of ranks", CORRELATION), Col("gap", "May be off by", CORRELATION),
        Col("explains", "Explains about", RATE), Col("apart", "Told apart from chance"),
    ])  # fmt: skip
    page.section("Draws")
    list_variations(page, found)
