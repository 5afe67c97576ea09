"""What some sheets of the report say, worked out by hand from the plan of two futures in report_examples."""

import pytest
from cases import approx
from report_examples import two_futures
from rich_case import RICH, rich_case

from planner.planning.solve import solve_case
from planner.results.awards import FIRM, OPEN, SIGNED, ask, awards
from planner.results.decision import asked, built, cash_bridge, counts
from planner.results.demand import delivered_by_stage, home_by_stage
from planner.results.facts import Facts
from planner.results.lists import CHANGE, MUSD, TEXT, TONS, DecisionList, Field, said, to_sign
from planner.results.plants import cost_by_plant
from planner.results.sales import sales, sold
from planner.results.shortage import shortages
from planner.results.turns import turns
from planner.results.unknowns import unknowns


@pytest.fixture(scope="module")
def facts():
    return Facts(*two_futures())


@pytest.mark.slow
def test_sales_are_told_by_price_and_period_and_as_a_mean_of_all_years(facts):
    """1 t of magnets at 50,000 $/t in 2026 alone: 0.05 M$, and 1/3 t a year over the three years."""
    row = sales(facts).iloc[0]
    assert (row["label"], row["t"], row["price"], row["musd"]) == ("2026", 1.0, 50_000.0, approx(0.05))
    row = sold(facts).iloc[0]
    assert (row["first"], row["last"], row["buyer"]) == (2026, 2026, "buyer open")
    assert (row["t_per_year"], row["total_t"], row["price"], row["musd"]) == approx((1 / 3, 1, 50_000, 0.05))


def test_a_plant_costs_all_its_terms_and_a_ton_of_it_what_they_come_to_undiscounted(facts):
    """Magnets: 1.01 + 2 x (0.75 x 1.0 + 0.25 x 0.8) = 2.91 M$ for 101 + 2 x (75 + 20) = 291 t: 10,000 $/t.

    Recycling: leaching 2 x 0.2 = 0.4 and annuities 2 x 1.1 = 2.2 M$, for 2 x 10 = 20 t: 130,000 $/t.
    """
    table = cost_by_plant(facts).set_index("facility")
    columns = ["running", "building", "all", "made_t", "usd_per_t"]
    assert table.loc["Texas magnets", columns].tolist() == approx([2.91, 0.0, 2.91, 291, 10_000])
    assert table.loc["Texas recycling", columns].tolist() == approx([0.4, 2.2, 2.6, 20, 130_000])


def test_home_and_country_shares_are_of_what_is_delivered_stage_by_stage(facts):
    """Magnets are all made in Texas: 100 + 2 x (75 + 20) = 290 t.

    Oxide for defence is drawn from all that comes to Texas in a year, of which only the recycled 10 t are made at home.
    Calm: 20 Lynas + 10 Baotou + 10 recycled + half of the 5 t in stock = 42.5, ban: 32.5. So home makes
    2 x (0.75 x 10 x 10/42.5 + 0.25 x 6 x 10/32.5) = 4.452489 of 10 + 2 x (7.5 + 1.5) = 28 t.
    """
    table = home_by_stage(facts).set_index("stage")
    assert table.loc["magnet", ["home_t", "whole_t", "share"]].tolist() == approx([290, 290, 1])
    assert table.loc["oxide", ["home_t", "whole_t"]].tolist() == approx([4.452489, 28])
    shares = delivered_by_stage(facts).groupby(["stage", "period"])["share"].sum()
    assert shares.tolist() == approx([1.0] * len(shares))


def test_a_shortage_is_told_by_its_cost_its_part_of_the_element_and_its_cause(facts):
    """EV motors lack 20 t in the ban: 0.25 x 2 = 10 t of 3 x 100 needed as magnets, at 500,000 $/t 5 M$."""
    row = shortages(facts).set_index("segment").loc["EV motors"]
    assert (row["short_t"], row["element_share"], row["loss_musd"]) == approx((10, 10 / 300, 5))
    assert row["cause"].startswith("no more is offered by then; 95.0 t available, 100 t needed")


def test_cash_is_what_is_left_of_the_cost_without_what_is_priced_and_not_paid(facts):
    """Losses: 0.25 x 2 x (10 + 4) = 7 M$; sales bring 0.05."""
    table = cash_bridge(facts).set_index("what")["musd"]
    assert table["Priced loss of unmet need"] == approx(7.0)
    assert table["Income: sales, support and the like"] == approx(-0.05)
    assert table["Cash cost"] == approx(facts.plan.cost_musd - 7.0)
    assert table["Paid: all terms that cost money"] == approx(facts.plan.cost_musd - 7.0 + 0.05)


def test_all_duties_off_saves_what_they_come_to(facts):
    """Baotou's: 0.0609 + 0.3045 in 2026, 2 x 0.75 x 0.18 = 0.27 after it: 0.6354 M$, of which Section 301 0.5295."""
    table = turns(facts).set_index("what")
    assert table.loc["All duties off", "low_musd"] == approx(-0.6354)
    assert table.loc["Duty off: Section 301", "low_musd"] == approx(-0.5295)


def test_an_assumption_is_named_by_what_its_row_sets(facts):
    """A plant with one process by itself; what is sold, collected and lost in words of its own."""
    named = set(unknowns(facts)["what"])
    assert {
        "Capital cost of Recycling one", "Running cost of Texas recycling", "Price of Baotou NdPr",
        "Price at which magnet is sold", "Collecting Old motors", "Loss of going short: EV motors",
    } <= named  # fmt: skip
    assert not [name for name in named if " / " in name]


@pytest.mark.many
@pytest.mark.parametrize(("signed", "word"), [("yes", SIGNED), ("no", FIRM)])
def test_a_contract_signed_before_the_plan_is_no_decision(signed, word):
    """Offtake's 50 t a year are taken either way; signed already, they are neither firm nor open: nothing is to decide.

    As a choice they save 87.5 t x 10,000 $ = 0.875 M$ and cost 0.1 to sign, more than a proven best plan leaves open.
    """
    contract = RICH["contracts"][0] | {"signed": signed, "sign_by": None if signed == "yes" else 2026}
    known = rich_case(contracts=[contract])
    found = Facts(known, solve_case(known))
    row = awards(found).set_index("item").loc["Offtake"]
    assert row["word"] == word
    assert row["reason"].startswith("Signed before the plan") == (signed == "yes")
    assert (ask(found)[SIGNED], counts(found)["awards_signed"]) == ((1, 1) if signed == "yes" else (0, 0))
    assert ("1 signed already" in asked(found)) == (signed == "yes")


def test_a_list_says_what_it_leaves_out_and_each_value_in_its_unit(facts):
    """Two awards: of one shown, the other is told with its money and that of both."""
    listed = to_sign(facts)
    first, second = listed.rows["present_musd"]
    assert (
        listed.beyond(1) == f"And 1 more line, {second:.2f} M$ landed of {first + second:.2f} M$ in all: sheet Awards."
    )
    assert listed.beyond(2) == ""
    assert set(listed.rows["word"]) <= {FIRM, OPEN}
    assert [said(kind, value) for kind, value in ((TONS, 1234.56), (MUSD, 0.25), (CHANGE, -0.0002), (TEXT, "a"))] == [
        "1,234.6", "0.2", "-0.02 %", "a",
    ]  # fmt: skip
    assert said(MUSD, float("nan")) == "–"
    assert DecisionList("Bare", (Field("a", "A"),), listed.rows).beyond(0) == ""


def test_what_a_project_is_worth_is_not_told_where_no_marginal_price_is_proven(facts):
    """The plan on paper has no marginal prices: nobody knows what the project saves, so it is not told as a loss."""
    row = built(facts).iloc[0]
    assert (row["word"], row["why"]) == (OPEN, "not shown: no marginal price is proven")
    assert row["worth_musd"] != row["worth_musd"]
