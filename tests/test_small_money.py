"""How money is told: a plan of a few thousand dollars in dollars throughout, any other in millions."""

from __future__ import annotations

from contextvars import copy_context

import pandas as pd
import pytest
from cases import BAOTOU, LYNAS, case
from openpyxl import load_workbook

from planner.brief import write_brief
from planner.pages.frame import in_money
from planner.planning.solve import solve_case
from planner.reporting import write_report
from planner.results.facts import Facts
from planner.results.lists import would_change
from planner.results.scale import IN_MILLIONS, MoneyScale, scale_for, tell_in
from planner.results.words import musd

SMALL = {
    "offers": [BAOTOU | {"price_usd_per_t": 60}, LYNAS | {"price_usd_per_t": 70}],
    "lanes": [{"from": "*", "freight_usd_per_t": 2}],
}


@pytest.mark.parametrize(
    ("costs", "unit", "told"),
    [
        ((0.0062, None), "$", "6,200 $"),
        ((-0.999_999,), "$", "6,200 $"),
        ((1.0, 0.5), "M$", "0.006 M$"),
        ((0.0, None), "M$", "0.006 M$"),
        ((0.000_5,), "$", "6,200.00 $"),
    ],
)
def test_the_cost_of_a_plan_says_how_its_money_is_told(costs, unit, told):
    """Below a million in dollars, below a thousand dollars with cents; the largest of several costs decides."""
    scale = scale_for(costs)
    assert (scale.unit, scale.figure(0.0062)) == (unit, told)


def test_money_of_another_currency_has_its_name():
    """6,200 EUR, or a thousandth of a million of them."""
    assert (scale_for([0.0062], "EUR").figure(0.0062), MoneyScale("EUR").unit) == ("6,200 EUR", "M EUR")


def test_sentences_of_a_small_plan_have_no_millions():
    """0.46 M$ of a plan of 0.5 M$; in one of millions it stays 0.46 M$."""
    assert (musd(0.46, scale_for([0.5])), musd(0.46)) == ("460,000 $", "0.46 M$")


def test_a_table_of_a_page_is_in_the_unit_at_hand():
    """Columns called so, with M$ in their heading, or all of a table of M$; tons stay."""
    data = pd.DataFrame({"what": ["x"], "cost_musd": [0.0062], "now": [0.001], "t": [3.0]})
    names, formats = {"now": "now, M$"}, {"cost_musd": "{:,.2f}", "t": "{:,.1f}"}

    def told():
        tell_in(scale_for([0.0062]))
        return in_money(data, "Costs", formats, names), in_money(data, "All in M$", {"t": "{:,.1f}"}, {})

    (shown, looks, heads), (whole, _, _) = copy_context().run(told)
    assert shown[["cost_musd", "now", "t"]].iloc[0].tolist() == pytest.approx([6_200, 1_000, 3])
    assert (looks["cost_musd"], looks["t"], heads["now"]) == ("{:,.0f}", "{:,.1f}", "now, $")
    assert whole["t"].tolist() == pytest.approx([3e6])
    plain, _, heads = in_money(data, "Costs", formats, names)
    assert (plain is data, heads["now"]) == (True, "now, M$")


def test_lists_of_a_small_plan_are_in_dollars():
    """100 t at 60 and 2 of freight: all prices a tenth up cost 600 $ more."""
    made = case(**SMALL)
    found = would_change(Facts(made, solve_case(made)))
    row = found.rows[found.rows["what"].str.contains("all that is bought")].iloc[0]
    assert row["high_musd"] == pytest.approx(600)
    assert [part.heading for part in found.parts if part.key == "high_musd"] == ["More, $"]
    assert row["bears"] == "6,000 $"


@pytest.mark.slow
def test_report_and_brief_of_a_small_plan_say_no_millions(tmp_path):
    """6,200 $ in all, of which 6,000 are goods, and no cell speaks of M$ but the one on the program's own rows."""
    made = case(**SMALL)
    plan = solve_case(made)
    book = load_workbook(write_report(made, plan, tmp_path / "report.xlsx"))
    cells = [(sheet.title, cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    said = [text for _, text in cells if isinstance(text, str) and IN_MILLIONS.unit in text]
    assert [text for text in said if "t/yr, t or" not in text] == []
    assert 6_200 in [round(value, 6) for title, value in cells if title == "Awards" and isinstance(value, float | int)]
    files = write_brief(Facts(made, plan), tmp_path)
    assert all(IN_MILLIONS.unit not in path.read_text("utf-8") for path in files if path.suffix == ".html")
