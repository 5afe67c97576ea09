"""The hindcast of 2021 to 2024 is as far from the record as its page tells."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner

FOLDER = Path(__file__).resolve().parents[1] / "inputs" / "hindcast_2021_24"


def test_least_cost_buys_all_of_china_where_the_record_has_three_quarters():
    """Nobody else is cheaper in those years, so each share is whole: 26, 32 and 25 points above the record."""
    case = planner.read(FOLDER)
    offers = case.tables["offers"].set_index("offer")
    prices = case.tables["offer_prices"].set_index(["offer", "period"])["price_usd_per_t"].to_dict()
    bought = planner.solve(case).tables["purchases"]
    sold = zip(bought["offer"], bought["node"], bought["t_per_year"], strict=True)
    value = [t * prices[offer, int(node)] for offer, node, t in sold]
    bought = bought.assign(value=value, china=bought["offer"].map(offers["origin"]) == "CHN")
    magnets = bought["offer"].map(offers["material"]).str.startswith("NdFeB")
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for word, rows, column, record in (
        ("compounds, by quantity", bought[~magnets], "t_per_year", 74),
        ("compounds, by value", bought[~magnets], "value", 68),
        ("magnets, by quantity", bought[magnets], "t_per_year", 75),
    ):
        share = 100 * rows.loc[rows["china"], column].sum() / rows[column].sum()
        assert share == pytest.approx(100, abs=0.5)
        assert f"| {word} | {share:.0f} % | {record} % | {share - record:.0f} points |" in page
