"""The report: every sum re-added from the written file, and the sentences a buyer reads first."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from audit_cases import case_of, line
from cases import MINE
from cases import case as small_case
from report_examples import BAN, CALM, PROBABILITY, START, Report, nothing, two_futures

from models.costs import TERMS
from planner.planning.solve import solve_case
from planner.reporting.contents import ENTRIES
from planner.results.facts import Facts
from planner.results.limits import binding
from planner.results.proof import verdict
from planner.results.sentences import decision

SHEETS = ["Summary", *(entry.name for entry in ENTRIES)]
CENT = 1e-8  # in M$
MEAN = {2026: {START: 1.0}, 2027: {CALM: 0.75, BAN: 0.25}}


@pytest.fixture(scope="module")
def example():
    return two_futures()


@pytest.fixture(scope="module")
def report(example, tmp_path_factory):
    return Report(*example, tmp_path_factory.mktemp("report") / "report.xlsx", {"audit": "passed", "seed": "1"})


def cents(value):
    return pytest.approx(value, abs=CENT)


def expected(plan, *terms):
    """M$ of the plan's own cost table, over the futures."""
    costs = plan.tables["costs"]
    chosen = costs[costs["term"].isin(terms)] if terms else costs
    return float((chosen["discounted_musd"] * chosen["node"].map(PROBABILITY)).sum())


def body(table):
    """A table without its total row."""
    return table.iloc[:-1]


# Sums -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_ledger_adds_up_to_the_objective(example, report):
    """All lines of the written sheet, its own total, and the plan's objective are one number, to the cent."""
    _, plan = example
    ledger = report.table("Ledger", "Present value, M$ discounted")["Present value, M$ discounted"]
    assert sum(body(ledger)) == cents(plan.objective_musd)
    assert ledger.iloc[-1] == cents(plan.objective_musd)
    assert len(ledger) == len(plan.tables["ledger"]) + 1


@pytest.mark.slow
def test_every_cost_term_adds_up_to_the_plan(example, report):
    """Term by term: what the sheets say is what the program's cost table says."""
    _, plan = example
    present = report.table("Costs", "Cost term", "Share of total").set_index("Cost term")["Horizon, M$ discounted"]
    for term, name in ((term.name, term.label) for term in TERMS.values()):
        if term in set(plan.tables["costs"]["term"]):
            assert present[name] == cents(expected(plan, term))
    assert present["Total"] == cents(plan.objective_musd)


def test_cost_per_year_times_years_is_the_undiscounted_cost(example, report):
    """Nothing is discounted here, so the yearly table times 1 and 2 years is the objective, by term and by group."""
    _, plan = example
    tables = [t for t in report.tables("Costs") if "2026" in t.columns and "Horizon, M$ discounted" not in t.columns]
    for yearly in tables[:2]:
        assert sum(body(yearly)["2026"]) + 2 * sum(body(yearly)["2027–2028"]) == cents(plan.objective_musd)
        assert yearly["2026"].iloc[-1] == cents(sum(body(yearly)["2026"]))


def test_the_books_are_shown_to_close(example, report):
    _, plan = example
    proof = report.tables("Costs")[1]["M$ discounted"]
    assert proof.tolist() == [cents(plan.objective_musd), cents(plan.objective_musd), cents(0)]


def test_awards_add_up_to_purchases_freight_and_duties(example, report):
    """And a ton of Baotou's oxide lands at 60,000 + 100 + 5 % + 25 % of 60,000 = 78,100 $.

    Baotou sells 20.3 t in 2026 and, in the calm future only, 10 t a year: (20.3 + 2 x 0.75 x 10) / 3 years expected.
    """
    _, plan = example
    awards = report.table("Awards", "Award", "Landed")
    assert sum(body(awards)["M$, present"]) == cents(expected(plan, "purchases", "freight", "duties"))
    baotou = awards[awards["Supplier"] == "Baotou"].iloc[0]
    assert [baotou[c] for c in ("Price", "Landed")] == pytest.approx([60_000, 78_100])
    assert baotou["Years"] == "2026–2028"
    assert baotou["t a year"] == pytest.approx((20.3 + 15) / 3)
    layers = report.table("Awards", "Freight", "Duty").set_index("Offer or contract").loc["Baotou NdPr"]
    assert layers[["Freight", "Duty"]].tolist() == pytest.approx([100, 18_000])
    assert layers["Grade"] == "D"


def test_duties_add_up_by_authority(example, report):
    _, plan = example
    duties = report.table("Duties", "Authority", "Tons, t per year")
    assert sum(body(duties)["Present value, M$ discounted"]) == cents(expected(plan, "duties"))
    first = duties[(duties["Authority"] == "Section 301") & (duties["Period"] == 2026)].iloc[0]
    assert (first["Origin"], first["Charged by"]) == ("China", "United States")
    assert first["Duty, share of value"] == pytest.approx(0.25)
    assert first["Value declared, M$ per year"] == pytest.approx(1.218)
    yearly = report.table("Costs", "Authority").set_index("Authority")
    assert yearly.loc["All duties", "2026"] == cents(0.0609 + 0.3045)


def test_suppliers_and_countries_add_up_to_what_is_bought_made_and_collected(report):
    """2027: Lynas 20 t, Baotou 0.75 x 10, own recycling 40 x 0.25 = 10; so 37.5 t of oxide."""
    suppliers = report.table("Supplier mix", "Supplier or plant", "Way")
    oxide = suppliers[suppliers["Material"] == "NdPr oxide"].set_index("Supplier or plant")["2027–2028"]
    assert oxide.to_dict() == pytest.approx({"Lynas": 20, "Baotou": 7.5, "Texas recycling": 10})
    countries = report.table("Supplier mix", "Country of origin", "2027–2028")
    by_country = countries[countries["Material"] == "NdPr oxide"].set_index("Country of origin")["2027–2028"]
    assert by_country.to_dict() == pytest.approx({"United States": 10, "Malaysia": 20, "China": 7.5})


def test_shares_of_a_material_add_up_to_one(report):
    _, tons, shares, _ = report.tables("Supplier mix")
    assert len(tons) == len(shares)
    for period in ("2026", "2027–2028"):
        sums = shares.dropna(subset=[period]).groupby("Material")[period].sum()
        assert sums.to_dict() == pytest.approx(dict.fromkeys(sums.index, 1.0))


def test_where_goods_were_mined_and_refined(report):
    """As the offers sheet states it, or as the own process's step says for the place it runs at."""
    suppliers = report.table("Supplier mix", "Supplier or plant", "Way").set_index("Supplier or plant")
    assert suppliers.loc["Lynas", "Mined in"] == "Malaysia"
    assert suppliers.loc["Texas recycling", "Refined in"] == "United States"
    assert not suppliers.loc["Baotou", "Mined in"]


def test_flows_hold_every_movement(example, report):
    """Purchases and shipments, expected tons; own goods used where they are made say so."""
    _, plan = example
    flows = report.table("Stock and flows", "Kind", "2026")
    moved = sum(
        t * PROBABILITY[node]
        for name in ("purchases", "shipments", "stock_shipments")
        for node, t in plan.tables[name][["node", "t_per_year"]].itertuples(index=False)
    )
    assert sum(flows["2026"]) + sum(flows["2027–2028"]) == pytest.approx(moved)
    assert set(flows["Kind"]) == {"purchase", "used where made"}
    assert set(flows.loc[flows["Offer or contract"] == "Lynas NdPr", "From"]) == {"Kuantan"}


def test_a_project_shows_its_dates_size_and_money(report):
    """50 t/yr: 10 M$ + 50 x 20,000 $ = 11 M$; over ten years 1.1 a year; two years within the horizon."""
    project = report.table("Investments", "Project", "Begun, year").iloc[0]
    assert (project["Begun, year"], project["First output, year"]) == (2026, 2027)
    assert project["Capex, M$"] == cents(11)
    assert project["Annuity, M$ per year"] == cents(1.1)
    assert project["Present value, M$"] == cents(2.2)
    assert project["Use once running"] == pytest.approx(0.8)
    calendar = report.table("Investments", "Project", "2027")
    assert [calendar.iloc[0][year] for year in ("2026", "2027", "2028")] == ["B", "R", "R"]
    assert "Recycling two" in report.table("Rejected", "Project", "Why not")["Project"].tolist()


def test_recycling_shows_what_arises_from_what_was_delivered(report):
    """Calm: 50 t in both years. Ban: 50 t, then half of 80. 0.75 x 50 + 0.25 x 45 = 48.75; 40 collected."""
    arising, collected, share = report.tables("Recycling")[-3:]
    assert arising.iloc[0]["2027–2028"] == pytest.approx(48.75)
    assert collected.iloc[0]["2027–2028"] == pytest.approx(40)
    assert share.iloc[0]["2027–2028"] == pytest.approx(40 / 48.75)
    recovered = report.table("Recycling", "Recycling plant")
    assert recovered.iloc[-1]["2027–2028"] == pytest.approx(10)


def test_stock_shows_tons_and_days_of_use(report):
    """5 t; the country uses 30.3 + 10 t in 2026: 365 x 5 / 40.3 = 45.3 days."""
    tons, cover = report.tables("Stock and flows")[:2]
    assert tons.iloc[0]["2026"] == pytest.approx(5)
    assert cover.iloc[0]["2026"] == pytest.approx(365 * 5 / 40.3)


def test_unmet_demand_comes_first_with_its_share(report):
    """EV motors 0.25 x 20 = 5 t of 100; Defence 0.25 x 4 = 1 t of 10; over two years 12 t of 330.

    Priced: 0.25 x 2 x 10 and 0.25 x 2 x 4 M$. Of all magnets needed (300 t) 10 t go short, of the oxide (30 t) 2 t.
    """
    causes, unmet, share = report.tables("Demand")[:3]
    assert causes.set_index("Segment")["Priced at, M$ discounted"].to_dict() == pytest.approx(
        {"EV motors": 5, "Defence": 2, "All segments": 7}
    )
    assert causes["Of its element's need in all"].tolist()[:2] == pytest.approx([10 / 300, 2 / 30])
    assert unmet.set_index("Segment")["2027–2028"].to_dict() == pytest.approx(
        {"EV motors": 5, "Defence": 1, "All segments": 6}
    )
    assert share.set_index("Segment")["2027–2028"].to_dict() == pytest.approx({"EV motors": 0.05, "Defence": 0.1})
    assert "12.0 t" in report.texts("Summary")


def test_limits_stand_in_words_with_their_worth(report):
    """Lynas: 400,000 $ a ton in a future of probability 0.25, so 100,000 expected; a plant's limit is its capacity."""
    limits = report.table("Limits that bind", "Limit").set_index("Limit")
    assert list(limits.index) == [
        "All that is offered is bought: Lynas NdPr",
        "The plant runs at full capacity: Texas magnets",
    ]
    assert limits["2027–2028"].iloc[0] == pytest.approx(100_000)
    assert limits["Limit, largest, in its unit"].tolist() == [20, 120]


def test_what_nobody_could_loosen_is_no_limit_and_an_offer_is_sold_out_or_kept_out(example):
    """No recycling stands in 2026, so a ton of it is worth what building it costs; an option not begun is no limit."""
    case, plan = example
    binds = [
        ("facility at capacity", "Texas recycling", START, 0.0, "t/yr", 5.0),
        ("offer with a minimum order, at its maximum", "Baotou NdPr", BAN, 0.0, "t/yr", 4.0),
        ("build at its largest size", "Recycling two", START, 0.0, "t/yr of size", 3.0),
    ]
    table = pd.DataFrame(binds, columns=plan.tables["binding"].columns)
    plan = replace(plan, tables={**plan.tables, "binding": table})
    assert set(binding(Facts(case, plan))["words"]) == {
        "Not bought, because of its minimum order: Baotou NdPr",
    }


def test_cost_by_grade_adds_up_to_the_size_of_all_cost(example, report):
    """Lynas's purchases rest on grade A, Baotou's on D, freight on B; what has no grade says so."""
    _, plan = example
    lines = plan.tables["ledger"]
    size = float((lines["discounted_musd"].abs() * lines["node"].map(PROBABILITY)).sum())
    table = report.table("Sources and grades", "Cost term").set_index("Cost term")
    assert table.loc["All terms", "all"] == cents(size)
    assert table.loc["Purchases", "A official"] == cents(1.4 + 2 * 1.4)
    assert table.loc["Purchases", "D assumed"] == cents(1.218 + 0.75 * 2 * 0.6)
    assert table.loc["Freight", "B company or press"] == cents(expected(plan, "freight"))
    assert report.table("Sources and grades", "Source").iloc[0]["Source"] == "annual report"


# Words ----------------------------------------------------------------------------------------------------------------


def test_the_decision_takes_five_sentences(example):
    said = decision(Facts(*example))
    assert len(said) == 5
    assert said[0].startswith("Buy from 2 suppliers in 2 countries of origin, for 6.32 M$ undiscounted")
    assert (
        "Begin 1 project of the 2 on offer for 11.0 M$ of capex: Recycling one (begun 2026, first output 2027)." in said
    )
    assert said[2].endswith("recycling recovers 10.0 t a year in 2027–2028.")
    assert said[4].startswith(
        "What it would pay most to loosen: all that is offered is bought: Lynas NdPr (one t/yr more"
    )


PROVEN = "Proven cheapest: no plan can be cheaper than 100 M$, and this one costs 100 M$."
WITHIN = (
    "Proven to within 1.0 %: no plan can be cheaper than 198 M$; this one costs 200 M$, so at most 2.00 M$ (1.0 %) "
)
STOPPED = (
    "Stopped before the aim was reached: no plan can be cheaper than 150 M$; the best plan found costs 200 M$, so "
)
UNPROVEN = "Nothing is proven: the search ended early. The best plan found costs 200 M$; cheaper ones may exist."


@pytest.mark.parametrize(
    ("status", "objective", "bound", "words"),
    [
        ("optimal", 100.0, 100.0, PROVEN),
        ("within gap", 200.0, 198.0, WITHIN + "could still be saved."),
        ("stopped with a plan", 200.0, 150.0, STOPPED + "at most 50.0 M$ (25 %) could still be saved by a longer run."),
        ("stopped with a plan", 200.0, None, UNPROVEN),
    ],
)
def test_the_verdict_says_in_plain_words_how_good_the_plan_is(example, status, objective, bound, words):
    case, plan = example
    gap = None if bound is None else (objective - bound) / objective
    plan = replace(plan, status=status, cost_musd=objective, objective_musd=objective, bound_musd=bound, gap=gap)
    assert verdict(Facts(case, plan)).sentence == words


def test_the_record_says_how_the_plan_was_made(example, report):
    said = {row["What"]: row["Value"] for table in report.tables("Run record") for _, row in table.iterrows()}
    assert said["Audit of the books"] == "passed"
    assert said["Fingerprint"] == example[1].fingerprint
    assert said["seed"] == "1"
    assert {"home_country", "highspy", "Status"} <= set(said)


def test_a_plan_of_nothing_leaves_its_sheets_out_and_says_so(tmp_path):
    """No sheet is empty: what the case has nothing for is one line of the summary."""
    report = Report(*nothing(), tmp_path / "report.xlsx")
    assert report.book.sheetnames == ["Summary", "Sources and grades"]
    assert {"Status", "Case"} <= {row["What"] for t in report.tables("Run record") for _, row in t.iterrows()}
    said = report.texts("Summary")
    assert "Nothing is to be approved: nothing is bought, begun or sold." in said
    assert any(text.startswith("Not in this case: awards, ") and "compliance" in text for text in said)


@pytest.mark.slow
@pytest.mark.parametrize("sheets", [{}, MINE], ids=["bought", "made"])
def test_a_plan_of_less_than_a_gram_has_a_report(tmp_path, sheets):
    """5e-8 t at 1e10 $/t, 500 $; or dug at 20,000 $/t, a thousandth of one: too little for an award."""
    dear = [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 1e10}]
    read = small_case(**sheets, offers=dear, demand=[{"segment": "magnets", "period": 2026, "t_per_year": 5e-8}])
    plan = solve_case(read)
    assert plan.cost_musd == pytest.approx(1e-9 if sheets else 0.0005)
    said = Report(read, plan, tmp_path / "report.xlsx").texts("Summary")
    assert any(text.startswith("Not in this case: awards") for text in said)


def test_a_solved_plan_closes_its_books_in_the_report(tmp_path):
    """30 t dug at 20,000 $ = 0.6; Baotou 75,000 with 25 % duty, so 70 t from Lynas at 70,000 = 4.9. In all 5.5 M$."""
    duty = [{"authority": "Section 301", "origin": "CHN", "rate": 0.25}]
    read = small_case(**MINE, tariffs=duty)
    plan = solve_case(read)
    report = Report(read, plan, tmp_path / "report.xlsx")
    ledger = report.table("Ledger", "Present value, M$ discounted")["Present value, M$ discounted"]
    assert sum(body(ledger)) == cents(5.5)
    assert plan.objective_musd == pytest.approx(5.5)
    assert "all need is met in every period" in report.texts("Summary")
    assert any(text.startswith("passed: every balance") for text in report.texts("Run record"))


def test_the_guide_to_the_output_names_every_sheet():
    guide = (Path(__file__).parents[1] / "reports" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([A-Z][a-z -]+) \|", guide.partition("| sheet | answers |")[2], re.MULTILINE) == SHEETS


# What the report knows of the program ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_delivered_under_contract_is_bought_too(example, tmp_path):
    """5 t lifted at 65,000 = 0.325 and 1 t paid and not taken = 0.065: in the mix, the flows, landed and total cost."""
    case, plan = example
    terms = {"contract": "Lynas long", "offer": "Lynas NdPr", "signed": True, "from": 2026, "to": 2026}
    terms |= {"max_t_per_year": 6, "take_or_pay_share": 1, "price_usd_per_t": 65_000}
    contracts = case_of({}, contracts=[terms]).tables["contracts"].assign(grade=None)
    case = replace(case, tables={**case.tables, "contracts": contracts})
    about = {"item": "Lynas long", "material": "NdPr oxide", "usd": 65_000.0}
    more = [
        line("contracts", START, 0.325, 1.0, t=5.0, from_="Kuantan", to="Texas", **about),
        line("contracts", START, 0.065, 1.0, t=1.0, layer="forfeited", **about),
    ]
    ledger = pd.concat([plan.tables["ledger"], pd.DataFrame(more, columns=plan.tables["ledger"].columns)])
    lift = {"contract": "Lynas long", "place": "Texas", "origin_class": "", "node": START, "t_per_year": 5.0}
    lifts = pd.DataFrame([lift]).reindex(columns=plan.tables["lifts"].columns)
    tables = {**plan.tables, "ledger": ledger, "lifts": lifts}
    plan = replace(plan, tables=tables, cost_musd=plan.cost_musd + 0.39, objective_musd=plan.cost_musd + 0.39)
    report = Report(case, plan, tmp_path / "report.xlsx")
    suppliers = report.table("Supplier mix", "Supplier or plant", "Way")
    assert suppliers.set_index(["Supplier or plant", "Way"]).loc[("Lynas", "contract"), "2026"] == pytest.approx(5)
    flows = report.table("Stock and flows", "Kind").set_index("Kind")
    assert flows.loc["contract", "2026"] == pytest.approx(5)
    awards = report.table("Awards", "Award", "Landed")
    assert sum(body(awards)["M$, present"]) == cents(expected(example[1], "purchases", "freight", "duties") + 0.39)
    award = report.table("Awards", "Contract", "Freight").set_index("Contract").loc["Lynas long", "Award"]
    long = awards.set_index("Award").loc[award]
    assert long[["Supplier", "t a year", "Landed"]].tolist() == ["Lynas", pytest.approx(5), pytest.approx(65_000)]
    assert report.tables("Costs")[1]["M$ discounted"].iloc[2] == cents(0)
