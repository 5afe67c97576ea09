"""Contracts, partnerships, support, quotas, clean goods, futures and marginal prices: figures, sheets and views."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from audit_cases import changed
from cases import BAOTOU, BASE, approx, case, needs, years
from printed import cut_off
from report_examples import Report, renamed
from rich_case import rich_case

from planner.planning.solve import solve_case
from planner.results.agreements import incentives, partnership_years, partnerships, relieved_duty
from planner.results.compliance import compliance, origin_by_stage
from planner.results.contracts import contract_years, contracts, qualifications
from planner.results.facts import Facts
from planner.results.futures import concentration, exposure, futures, measures, one_future, scenarios
from planner.results.origins import traced
from planner.results.prices import expected_prices, marginal_prices
from planner.results.quotas import quotas

NEW = ["Contracts and partnerships", "Duties", "Compliance", "Risk", "Marginal prices"]


@pytest.fixture(scope="module")
def rich():
    found = rich_case()
    return found, solve_case(found)


@pytest.fixture(scope="module")
def report(rich, tmp_path_factory):
    return Report(*rich, tmp_path_factory.mktemp("rich") / "report.xlsx", {"audit": "passed"})


def expected(plan, *terms):
    """M$ of the ledger's lines of these terms, over the futures."""
    lines = plan.tables["ledger"].merge(plan.tables["nodes"][["node", "probability"]], on="node")
    lines = lines[lines["term"].isin(terms)]
    return float((lines["probability"] * lines["discounted_musd"]).sum())


@pytest.mark.slow
def test_the_example_costs_what_its_page_says(rich):
    """0.75 x 16.67 + 0.25 x 23.98 = 18.4975 M$."""
    assert rich[1].objective_musd == approx(18.4975)


@pytest.mark.slow
def test_a_contract_is_worth_what_the_spot_would_have_cost_more(rich):
    """50 t in 2026 and in 0.75 of 2027 at 10,000 $/t less: 87.5 x 0.01 = 0.875, less 0.1 to sign: 0.775 M$."""
    offtake = contracts(*rich).set_index("contract").loc["Offtake"]
    assert offtake["signed"] == "2026"
    assert (offtake["lifted_t"], offtake["price"], offtake["spot"]) == approx((87.5, 50_000, 60_000))
    assert (offtake["paid_musd"], offtake["signing_musd"], offtake["value_musd"]) == approx((4.375, 0.1, 0.775))
    yearly = contract_years(*rich).set_index(["contract", "label"])
    of_2027 = yearly.loc[("Offtake", "2027"), ["agreed_t", "deliverable_t", "lifted_t", "paid_musd"]]
    assert of_2027.tolist() == approx([50, 37.5, 37.5, 1.875])


def test_a_contract_that_does_not_pay_is_not_signed(rich):
    """Lynas's at 90,000 $/t in place of 70,000, for 0.05 M$."""
    dear = contracts(*rich).set_index("contract").loc["Dear"]
    assert dear["signed"] == "not signed"
    assert (dear["lifted_t"], dear["paid_musd"], dear["value_musd"]) == approx((0, 0, 0))
    assert math.isnan(dear["volume_t_per_year"])


@pytest.mark.slow
def test_what_is_forfeited_counts_against_a_contract_and_made_up_for_it():
    """A year at 1, one at 0.8: paid 50 x 0.05 and (100 - 30) x 0.05: 2.5 + 0.8 x 3.5 = 5.3 M$.

    On the spot the 20 and 100 t lifted would cost 1.2 + 0.8 x 6.0 = 6.0: worth 0.7 M$.
    """
    terms = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027, "make_up_years": 1}
    terms |= {"max_t_per_year": 100, "take_or_pay_share": 0.5, "price_usd_per_t": 50_000}
    small = case(
        {"discount_rate": 0.25}, offers=[BAOTOU | {"max_t_per_year": 200}], contracts=[terms],
        periods=years(2026, 2027), demand=needs({2026: 20, 2027: 120}),
    )  # fmt: skip
    row = contracts(small, solve_case(small)).iloc[0]
    assert row["signed"] == "before the plan"
    assert (row["lifted_t"], row["forfeited_t"], row["made_up_t"]) == approx((120, 30, 30))
    assert (row["paid_musd"], row["value_musd"]) == approx((5.3, 0.7))


def test_a_partnership_shows_what_it_costs_adds_and_relieves(rich):
    """Entered under the ban only: a quarter of 0.3 M$, of 20 t, and of half the duty on 14.2 M$: 0.25 x 0.71."""
    row = partnerships(*rich).iloc[0]
    assert row["entered"] == "2027 (with probability 0.25)"
    assert row["effects"] == "adds 20 t a year to Lynas; waives 50% of 301"
    assert (row["paid_musd"], row["present_musd"], row["added_t"]) == approx((0.075, 0.075, 5))
    assert row["relieved_musd"] == approx(0.25 * 0.71)
    assert relieved_duty(rich[1])["t_per_year"].sum() == approx(0.25 * 130)
    assert partnership_years(*rich)["added_t"].tolist() == approx([5])


@pytest.mark.slow
def test_relief_is_told_from_a_quota_beside_it():
    """Lynas sells 50 t at 60,000 $/t and 25 %: 20 t inside a quota free, 30 t at half the duty: 30 x 7,500 = 0.225."""
    small = case(
        offers=[BAOTOU, {**BASE["offers"][1], "price_usd_per_t": 60_000, "max_t_per_year": 50}],
        tariffs=[{"authority": "301", "rate": 0.25}],
        quotas=[{"quota": "Q", "authority": "301", "hts": "2846", "origin": "MYS", "period": 2026, "quota_t": 20,
                 "in_quota_rate": 0, "over_quota_rate": 0.25}],
        partnerships=[{"partnership": "Agreement", "country": "MYS", "upfront_musd": 0.1}],
        partnership_effects=[{"partnership": "Agreement", "effect": "cuts duty", "applies_to": "*", "value": 0.5}],
    )  # fmt: skip
    assert relieved_duty(solve_case(small))["present_musd"].tolist() == approx([0.225])


def test_support_is_held_against_its_cap(rich):
    """10 t x 2,000 $ a year: 0.04 of 0.05 M$ in either future."""
    row = incentives(*rich).iloc[0]
    assert (row["paid_musd"], row["most_musd"], row["used_share"], row["present_musd"]) == approx(
        (0.04, 0.04, 0.8, 0.04)
    )


def test_a_qualification_shows_when_it_begins_and_what_it_costs(rich):
    row = qualifications(*rich).iloc[0]
    assert (row["supplier"], row["begun"], row["present_musd"]) == ("Mamba", "2026", approx(0.3))


def test_a_quota_shows_what_is_used_and_left(rich):
    """2026: 100 t come, 60 enter inside.  2027: 75 come, 45 inside, since nothing comes under the ban."""
    table = quotas(*rich)
    assert table["came_t"].tolist() == approx([100, 75])
    assert table["used_t"].tolist() == approx([60, 45])
    assert table["left_t"].tolist() == approx([0, 15])
    assert (table["in_rate"].tolist(), table["over_rate"].tolist()) == (approx([0, 0]), approx([0.1, 0.1]))


@pytest.mark.many
@pytest.mark.parametrize(("inside", "over", "came"), [(0.0, None, 40), (0.1, 0.1, 100)])
def test_a_quota_is_used_though_the_program_decides_nothing_about_it(inside, over, came):
    """Absolute: only 40 t come.  Equal rates: 100 t come, the first 40 of them inside."""
    row = {"quota": "Q", "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40}
    duty = [{"authority": "301", "origin": "CHN", "rate": 0.1}]
    small = case(quotas=[row | {"in_quota_rate": inside, "over_quota_rate": over}], tariffs=duty)
    found = quotas(small, solve_case(small)).iloc[0]
    assert (found["came_t"], found["used_t"], found["left_t"]) == approx((came, 40, 0))


def test_clean_goods_cost_the_difference_of_two_marginal_prices(rich):
    """2026: a ton from Lynas 77,000; from Baotou 60,000, and the contract's duty on one ton more 5,000: 12 $/kg.

    2027: 77,000 and 65,000, or under the ban 210,000 for either: 110,250 less 101,250: 9 $/kg.
    """
    table = compliance(*rich)
    assert table["premium_usd_per_kg"].tolist() == approx([12, 9])
    assert table["price_clean"].tolist() == approx([77_000, 110_250])
    assert table["clean_share"].tolist() == approx([1, 1])
    assert table["asks"].tolist() == ["not mined in CHN"] * 2


def test_clean_goods_are_followed_to_where_they_were_mined(rich):
    """40 t: the mine's 10, counted as clean since it costs nothing, and 30 from Malaysia."""
    table = origin_by_stage(*rich)
    mined = table[(table["stage"] == "mined") & (table["label"] == "2026")].set_index("country")["t"]
    assert mined.to_dict() == approx({"MYS": 30, "USA": 10})
    assert set(table.loc[table["stage"] == "melted", "country"]) == {"not stated"}
    assert table.groupby(["stage", "period"])["t"].sum().tolist() == approx([40] * 8)


@pytest.mark.slow
def test_goods_are_followed_through_plants_and_stock():
    """40 t of oxide from 2026, kept in stock, are made to metal in 2027 with 60 t bought then; refined as stated."""
    chain = {
        "materials": [*BASE["materials"], {"material": "metal", "stage": "metals"}],
        "facilities": [{"facility": "Works", "place": "Texas", "capacity_t_per_year": 100}],
        "processes": [{"facility": "Works", "process": "reduce", "step": "melted"}],
        "recipes": [
            {"process": "reduce", "material": "oxide", "t_per_t": -1}, {"process": "reduce", "material": "metal"}
        ],
        "offers": [
            BAOTOU | {"refined_in": "CHN", "to": 2026, "max_t_per_year": 40},
            {**BASE["offers"][1], "refined_in": "MYS", "from": 2027, "max_t_per_year": 60},
        ],
        "stocks": [{"max_t": 40}],
        "periods": years(2026, 2027),
        "segments": [{"segment": "magnets", "material": "metal", "origin_rule": "tame"}],
        "origin_rules": [{"rule": "tame", "country": "CHN", "stage": "made"}],
        "demand": needs({2027: 100}),
    }  # fmt: skip
    small = case(**chain)
    table = origin_by_stage(small, solve_case(small)).set_index(["stage", "country"])["t"].to_dict()
    assert table == approx(
        {("mined", "not stated"): 100, ("refined", "CHN"): 40, ("refined", "MYS"): 60, ("melted", "USA"): 100,
         ("made", "USA"): 100}
    )  # fmt: skip


@pytest.mark.slow
def test_what_nobody_asks_for_in_its_class_is_followed_in_none():
    """100 t of metal made of Lynas's oxide in a run that is clean, for a segment without a rule, which takes none of it
    as clean: it leaves the plant in no class, and is all made in the United States and mined in Malaysia.
    """
    small = case(
        materials=[*BASE["materials"], {"material": "metal", "stage": "metals"}],
        facilities=[{"facility": "Works", "place": "Texas", "capacity_t_per_year": 100}],
        processes=[{"facility": "Works", "process": "reduce", "step": "melted"}],
        recipes=[
            {"process": "reduce", "material": "oxide", "t_per_t": -1}, {"process": "reduce", "material": "metal"}
        ],
        offers=[{**BASE["offers"][1], "mined_in": "MYS"}],
        segments=[{"segment": "motors", "material": "metal"}, {"segment": "magnets", "origin_rule": "clean"}],
        origin_rules=[{"rule": "clean", "country": "CHN", "stage": "mined"}],
        demand=needs({2026: 100}, "motors"),
    )  # fmt: skip
    plan = solve_case(small)
    for name in ("activity", "purchases"):
        plan = changed(plan, name, plan.tables[name].assign(origin_class="clean"))
    known = traced(Facts(small, plan))
    found = {stage: known.shares("2026", stage, "Texas", "metal", "") for stage in ("made", "mined", "melted")}
    assert found == {"made": {"USA": 1.0}, "mined": {"MYS": 1.0}, "melted": {"USA": 1.0}}


@pytest.mark.slow
def test_a_rule_not_yet_in_force_proves_nothing():
    """From 2027 on; in 2026 goods need no class, and 60 t of Baotou's are not proven clean."""

    rule = [{"rule": "clean", "country": "CHN", "stage": "made", "from": dt.date(2027, 1, 1)}]
    small = case(
        periods=years(2026, 2027), demand=needs({2026: 60, 2027: 60}), origin_rules=rule,
        segments=[{"segment": "magnets", "origin_rule": "clean"}],
    )  # fmt: skip
    table = compliance(small, solve_case(small))
    assert table["asks"].tolist() == ["nothing yet", "not made in CHN"]
    assert table["clean_share"].tolist() == approx([0, 1])
    assert table["premium_usd_per_kg"].isna().all()


def test_each_future_has_its_cost_and_the_measures_follow(rich):
    """Expected 18.4975; the dearest tenth of futures is the ban: 23.98, 5.4825 above."""
    table = futures(rich[1])
    assert table["scenario"].tolist() == ["ban", "calm"]
    assert table["above_musd"].tolist() == approx([5.4825, -1.8275])
    assert measures(*rich)["value"].tolist()[:3] == approx([18.4975, 23.98, 23.98])


def test_exposure_is_money_and_an_index(rich):
    """2026: 5.5 M$ from China (80) and 2.1 from Malaysia (20): 4.4 + 0.42 = 4.82, of 7.6 M$: 63.4."""
    first = exposure(rich[1]).iloc[0]
    assert (first["exposure_musd"], first["exposure_index"]) == approx((4.82, 100 * 4.82 / 7.6))


def test_concentration_is_the_sum_of_squared_shares(rich):
    """2026: 100, 30 and 10 of 140 t.  2027: the same, or 130 and 10 t."""
    calm, ban = (100**2 + 30**2 + 10**2) / 140**2, (130**2 + 10**2) / 140**2
    table = concentration(*rich).set_index(["of", "label"])["hhi"]
    assert table[("material", "2026")] == approx(calm)
    assert table[("stage", "2027")] == approx(0.75 * calm + 0.25 * ban)


def test_a_marginal_price_is_what_one_more_ton_costs(rich):
    """Any goods: 65,000 $/t; under the ban the last resort's 200,000 and half the duty."""
    single = marginal_prices(*rich).set_index(["rule", "node"])["usd_per_t"]
    assert single[("", "2026")] == approx(65_000)
    assert single[("", "2027 ban")] == approx(210_000)
    mean = expected_prices(*rich).set_index(["rule", "label"])["usd_per_t"]
    assert mean[("", "2027")] == approx(0.75 * 65_000 + 0.25 * 210_000)


def test_one_future_is_seen_as_certain(rich):
    """Under the ban: the agreement is entered in 2027, and all of its 20 t count."""
    found, plan = rich
    assert scenarios(plan) == ["ban", "calm"]
    ban = one_future(plan, "ban")
    assert ban.objective_musd == approx(23.98)
    assert ban.tables["nodes"]["node"].tolist() == ["2026", "2027 ban"]
    row = partnerships(found, ban).iloc[0]
    assert (row["entered"], row["added_t"], row["paid_musd"]) == ("2027", approx(20), approx(0.3))


# Sheets ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sheets_add_up_to_the_ledger(rich, report):
    """Contracts, signing, partnerships, support and qualification: each total is the ledger's."""
    plan = rich[1]
    sheet = "Contracts and partnerships"
    last = report.table(sheet, "Contract", "Signed").iloc[-1]
    assert (last["Paid"], last["Signing"]) == approx((expected(plan, "contracts"), expected(plan, "signing")))
    on_screen = "Compliance"  # the last part that is printed there: what is for the screen stands below it
    assert report.table(on_screen, "Contract", "Agreed").iloc[-1]["Paid, M$ discounted"] == approx(last["Paid"])
    partners = report.table(sheet, "Partnership", "Entered").iloc[-1]
    assert partners["Cost, M$ discounted"] == approx(expected(plan, "joining", "partnerships"))
    support = report.table(sheet, "Kind", "Incentive").iloc[-1]
    assert -support["In the ledger, M$ discounted"] == approx(expected(plan, "grants", "production_support"))
    qualified = report.table(sheet, "Supplier", "Qualification begun").iloc[-1]
    assert qualified["Expected, M$ discounted"] == approx(expected(plan, "qualification"))


@pytest.mark.slow
def test_every_heading_and_text_of_these_sheets_is_read_whole_in_print(report):
    assert cut_off(report.path) == []


def test_each_sheet_says_what_it_is_for(report):
    assert report.table("Duties", "Quota", "Came")["Left"].tolist() == approx([0, 15])
    assert report.table("Compliance", "Segment", "Served")["Clean premium, USD per kg"].tolist() == approx([12, 9])
    assert any("mass balance within a year" in text for text in report.texts("Compliance"))
    assert report.table("Risk", "Future", "Probability")["Cost, M$ discounted"].tolist()[:2] == approx([23.98, 16.67])
    assert any("one more ton is worth buying" in text for text in report.texts("Marginal prices"))


@pytest.mark.slow
def test_a_sheet_without_anything_to_say_is_left_out_and_the_summary_says_so(tmp_path):
    small = case()
    report = Report(small, solve_case(small), tmp_path / "report.xlsx")
    absent = {NEW[0], "Compliance", "Duties"}
    assert not absent & set(report.book.sheetnames)
    said = next(text for text in report.texts("Summary") if text.startswith("Not in this case: "))
    assert all(name.lower() in said for name in absent)
    assert "Futures" not in report.texts("Risk")


HOSTILE = ["=1+1", "![x](http://e.example)", "<b>bold</b>", "מתכת נדירה", "x" * 200, "@SUM(A1)", "$a$ :red[b]", "-1"]


@pytest.mark.slow
def test_hostile_names_stand_literally_on_the_new_sheets(rich, tmp_path):
    """No formula anywhere, and each name on the sheet that speaks of it."""
    names = ["Offtake", "Agreement", "Credit", "Oxide quota", "defence", "clean", "Lynas", "Mamba"]
    swap = dict(zip(names, HOSTILE, strict=True))
    found, plan = renamed(*rich, swap)
    report = Report(found, replace(plan, case_name="=1"), tmp_path / "report.xlsx")
    for name, sheet in zip(names, [NEW[0]] * 3 + ["Duties", "Compliance", "Compliance", NEW[0], NEW[0]], strict=True):
        assert any(swap[name] in text for text in report.texts(sheet)), name
    cells = [cell for sheet in report.book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
