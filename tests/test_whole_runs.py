"""Whole runs of three cases: a number has one home, and what prints fits its pages and is read.

Each of forty numbers is added up here from the plan's own tables and looked for where it is told: Summary, sheets,
brief, page, last lines, JSON and README. The cases: six quotes, one with contracts, a partnership, an origin rule, two
futures, priced exposure and a missed limit, and the base case.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cases import approx, write_workbook
from printed import PRINTS, cut_off, pages_of, printed
from rich_case import RICH
from told_places import Places

from benchmarks import headline
from planner.brief import PDF
from planner.reporting.book import PAPERS
from planner.results.demand import delivered
from planner.results.facts import Facts
from planner.results.words import musd, musd_apart, percent, tons
from planner.runs.execute import execute
from planner.runs.exports import write_report_again
from planner.runs.folder import RunOptions

ROOT = Path(__file__).parents[1]
GOODS = ("purchases", "contracts")
MOST_PAGES = {"us_base_case": 25, "motor_maker": 8}
# What makes the rich case richer: exposure with a price, a limit that nobody can keep, a need that may go short,
# surplus that is sold, and a mine that may grow.
MORE = {
    "limits": [
        {"limit": "Little from China", "measure": "share", "sense": "at most", "value": 0.05, "country": "CHN",
         "material": "oxide", "penalty_per_unit": 1_000}
    ],
    "segments": [
        {"segment": "magnets", "shortage_usd_per_t": 150_000, "max_shortage_share": 1},
        {"segment": "defence", "origin_rule": "clean"},
    ],
    "sales": [{"price_usd_per_t": 300_000, "max_t_per_year": 2}],
    "build_options": [
        {"option": "Deeper", "facility": "Mine", "max_t_per_year": 5, "capex_fixed_musd": 0.2, "life_years": 4}
    ],
}  # fmt: skip
Number = tuple[str, Any, dict[str, Any]]


@pytest.fixture(scope="module", params=[
    "rich", pytest.param("six quotes", marks=pytest.mark.slow), pytest.param("base case", marks=pytest.mark.slow),
])  # fmt: skip
def told(request, tmp_path_factory) -> Places:
    """A run of each case, made once; of the base case to a coarse gap, since every plan must tie out."""
    folder = tmp_path_factory.mktemp("home")
    paths = {
        "rich": lambda: write_workbook(folder / "rich.xlsx", {"exposure_price": 0.01}, **{**RICH, **MORE}),
        "six quotes": lambda: ROOT / "inputs/motor_maker",
        "base case": lambda: ROOT / "inputs/us_base_case",
    }
    gap, patience = (0.05, 600.0) if request.param == "base case" else (None, None)
    options = RunOptions(mip_gap=gap, time_limit_s=patience, threads=1)
    return Places(execute(paths[request.param](), folder / "run", options))


@pytest.mark.slow
def test_forty_numbers_are_the_same_wherever_they_are_told(told):
    """Of each number the places that tell another one, by name: none."""
    numbers = [*_money(told), *_needs(told), *_decided(told), *_tables(told)]
    wrong = {
        f"{name} in {place}": (found, wanted)
        for name, wanted, places in numbers
        for place, found in places.items()
        if not _same(found, wanted)
    }
    assert wrong == {}
    assert len({name for name, _, _ in numbers}) >= 40
    assert sum(len(places) for _, _, places in numbers) >= 80


def _same(found: Any, wanted: Any) -> bool:
    """Numbers within a millionth; of texts, that the number stands there as it is written."""
    if isinstance(found, str) and not isinstance(wanted, str):
        raise AssertionError(f"a text is looked for with its words, not with {wanted!r}")
    return str(wanted) in found if isinstance(found, str) else found == approx(wanted, rel=1e-6, abs=1e-6)


def _texts(name: str, value: float, words: str, cells: dict[str, Any], **texts: str) -> Iterator[Number]:
    """A number in cells, and the same in words where it stands in a text."""
    yield name, value, cells
    if texts:
        yield name, words, texts


def _money(told: Places) -> Iterator[Number]:
    plan, whole = told.plan, float(told.lines["present"].sum())
    loss, missed = told.of_terms("shortage"), told.of_terms("penalties")
    by_term = told.lines.groupby("term")["present"].sum().drop(labels=["shortage", "penalties"], errors="ignore")
    income = float(by_term[by_term < 0].sum())
    costs = told.report.table("Costs", "What").set_index("What").iloc[:, 0]
    room = plan.objective_musd - plan.bound_musd
    bound, best = musd_apart(plan.bound_musd, plan.objective_musd)
    yield from _texts(
        "cost", whole, f"{whole:,.3f} M$",
        {"Key figures": told.key_figure("Cost, present value"), "Costs": costs["Cost of the plan"],
         "JSON": told.json["cost_musd"], "Ledger": told.report.table("Ledger", "Cost term").iloc[-1, -1]},
        last_lines=told.said["cost"],
    )  # fmt: skip
    yield "cost", f"{whole:,.0f} M$", {"page": told.page["Cost"]}
    yield "objective", plan.objective_musd, {
        "JSON": told.json["objective_musd"], "Costs": costs["Objective, by which the plan is chosen"]}  # fmt: skip
    yield "objective", best, {"Summary": told.first_page, "brief": told.brief_text}
    yield "bound", plan.bound_musd, {"JSON": told.json["bound_musd"]}
    yield "bound", bound, {"Summary": told.first_page, "brief": told.brief_text}
    yield "room", musd(room) if room > 1e-6 else bound, {"Summary": told.first_page, "brief": told.brief_text}
    yield "gap", plan.gap, {"JSON": told.json["gap"]}
    yield "loss", loss, {"Costs": costs["Priced loss of unmet need"]}
    yield "priced misses", missed, {"Costs": costs["Priced misses of limits"]}
    yield "beside the cost", plan.objective_musd - whole, {
        "Costs": costs["Put on risk, exposure, rank of offers"]}  # fmt: skip
    yield "income", income, {"Costs": costs["Income: sales, support and the like"]}
    yield "paid", whole - loss - missed - income, {"Costs": costs["Paid: all terms that cost money"]}
    cash = whole - loss - missed
    yield from _texts("cash", cash, musd(cash), {"Costs": costs["Cash cost"]},
                      Summary=told.first_page, brief=told.brief_text)  # fmt: skip
    if loss + missed > 0:
        words = f"and {musd(loss + missed)} for what goes short or is missed"
        yield "loss and misses", words, {"Summary": told.first_page}
    paid = told.lines.groupby("term")["paid"].sum()
    yield "spent on goods", float(sum(paid.get(term, 0.0) for term in GOODS)), {
        "Key figures": told.key_figure("Spent on purchases and contracts")}  # fmt: skip
    yield "duties paid", float(paid.get("duties", 0.0)), {
        "Key figures": told.key_figure("Duties paid, own goods included")}  # fmt: skip
    if told.of_terms("duties"):
        duties = told.of_terms("duties")
        yield (
            "duties, discounted",
            duties,
            {"Duties": told.report.table("Duties", "Authority", "Material").iloc[-1, -1]},
        )
        yield "duties, discounted", f"{duties:,.0f} M$", {"page": told.page["Duties paid"]}
        off = told.report.table("What changes the answer", "Change").set_index("Change")
        yield "all duties off", -duties, {"What changes the answer": off.loc["All duties off", "If it falls"]}


def _needs(told: Places) -> Iterator[Number]:
    short, need = told.tons("shortages"), told.tons("needs")
    worst = short[short["t"] > 1e-6]
    total = float(short["t"].sum())
    segments = int(worst["segment"].nunique())
    yield "short", total, {"Key figures": told.key_figure("Unmet demand over the horizon"),
                           "JSON": told.json["decision"]["unmet_t"]}  # fmt: skip
    yield "need", float(short["t"].sum() / need["t"].sum()), {"Key figures": told.key_figure("Share of all need unmet")}
    yield "segments short", segments, {"JSON": told.json["decision"]["unmet_segments"]}
    if segments:
        table = told.report.table("Demand", "Segment", "Cause")
        rows = table[table["Segment"] != "All segments"]
        yield "short", total, {"Demand": float(rows["Short, t in all"].sum())}
        yield "short", tons(total), {"Summary": told.first_page, "brief": told.brief_text}
        yield "short", f"{total:,.1f} t in all", {"last lines": told.said["unmet"]}
        yield "loss", told.of_terms("shortage"), {"Demand": table.iloc[-1, -1]}
        yield "segments short", len(rows), {"Demand": segments}
    missed = told.plan.tables["limits"]
    missed = missed[missed["missed"] > 1e-6]
    number = int(missed["limit"].nunique())
    yield "limits missed", number, {"JSON": told.json["decision"]["limits_missed"]}
    if number:
        table = told.report.table("Limits missed", "Limit")
        yield "limits missed", number, {"Limits missed": table["Limit"].nunique()}
        yield "limits missed", f"{number} limit", {"last lines": told.said["missed"], "Summary": told.first_page}
        yield "missed by", float(missed["missed"].sum()), {"Limits missed": float(table["Missed by"].sum())}
    made = delivered(Facts(told.case, told.plan))
    whole = float((made["t"] * made["period"].map(dict(_years(told)))).sum())
    yield "delivered", float(told.tons("deliveries")["t"].sum()), {"origin of deliveries": whole}
    home = told.key_figure("Made at home, whoever keeps it since")
    yield "home share", f"{100 * home:.0f} %", {"page": told.page["Made at home"]}


def _years(told: Places) -> list[tuple[int, int]]:
    nodes = told.plan.tables["nodes"].drop_duplicates("period")
    return [(int(period), int(years)) for period, years in zip(nodes["period"], nodes["years"], strict=True)]


def _decided(told: Places) -> Iterator[Number]:
    awards = told.report.table("Awards", "Award", "Firm?")
    awards = awards[awards["Award"] != "All"]
    told_of = told.json["decision"]
    bought = {*told.tons("purchases").query("t > 1e-6")["offer"], *told.tons("lifts").query("t > 1e-6")["contract"]}
    firm = int((awards["Firm?"] == "firm").sum())
    signed = int((awards["Firm?"] == "signed").sum())
    words = f"{len(awards)} purchase line{'s' * (len(awards) != 1)} ({firm} firm"
    yield "awards", len(bought), {"Awards": len(awards), "JSON": told_of["awards"]}
    yield "awards", words, {"Summary": told.first_page, "brief": told.brief_text}
    yield "awards", f"{len(awards)}, of which firm {firm}", {"last lines": told.said["awards"]}
    yield "firm", firm, {"JSON": told_of["awards_firm"]}
    yield "signed", signed, {"JSON": told_of["awards_signed"]}
    goods = told.lines[told.lines["term"].isin(GOODS)]
    for place, period in enumerate(sorted(dict(_years(told)))[:2]):
        spent = float(goods.loc[goods["period"] == period, "yearly"].sum())
        words = f"{musd(spent)} for {period}"
        yield f"goods of period {place}", words, {"Summary": told.first_page, "brief": told.brief_text}
    begun = told.plan.tables["builds"]
    chance = told.plan.tables["nodes"].set_index("node")["probability"]
    capex = float((begun["capex_musd"] * begun["node"].map(chance).astype(float)).sum())
    yield "capex", capex, {"Key figures": told.key_figure("Capex")}
    yield "capex", f"{capex:,.0f} M$", {"page": told.page["Investment"]}
    yield "projects", int(begun["times"].sum()) if len(begun) else 0, {
        "JSON": told_of["projects"], "Key figures": told.key_figure("Projects begun")}  # fmt: skip
    if len(begun):
        table = told.report.table("Investments", "Project", "Capex, M$")
        yield "capex", capex, {"Investments": table.iloc[-1][_column(table, "Capex, M$")]}
        yield "capex", f"({musd(capex)} of capex in all)", {"Summary": told.first_page, "brief": told.brief_text}
    yield "warnings", len(told.case.warnings), {"JSON": told_of["warnings"]}


def _column(table: Any, heading: str) -> str:
    return next(name for name in table.columns if name.startswith(heading))


def _tables(told: Places) -> Iterator[Number]:
    """The first awards, what is sold, what is paid to whom, and what rests on which data."""
    yield from _awards(told)
    sold = told.tons("sales")
    sold = sold[sold["t"] > 1e-6]
    if len(sold):
        money = float((sold["t"] * sold["price_usd_per_t"]).sum()) / 1e6
        yield "sales", money, {"Sales": told.report.table("Sales", "Buyer").iloc[-1, -1]}
        yield "sales", -money, {"ledger": float(told.lines.loc[told.lines["term"] == "sales", "paid"].sum())}
        first = told.report.table("Sales", "Buyer").iloc[0]
        mine = sold[(sold["material"] == first["Material"]) & (sold["place"] == first["Sold at"])]
        yearly = float(mine["t"].sum()) / sum(dict(_years(told)).values())
        yield "sold a year", yearly, {"Sales": first["t a year, mean"], "Summary": _line(told, first["Material"], 2)}
        words = f"selling {tons(yearly)} of {first['Material']} a year"
        yield "sold a year", words, {"Summary": told.first_page, "brief": told.brief_text}
    paid = told.lines[told.lines["term"].isin(GOODS)]
    origin = told.case.tables["offers"].set_index("offer")["origin"].to_dict()
    behind = told.case.tables["contracts"].set_index("contract")["offer"].to_dict()
    by_country = paid.groupby(paid["item"].map(lambda item: origin[behind.get(item, item)]))["present"].sum()
    share = float(by_country.max() / by_country.sum())
    yield "largest country", f"{percent(share)} of what is paid for goods", {
        "Summary": told.first_page, "brief": told.brief_text}  # fmt: skip
    yield "largest country", f"{100 * share:.0f} %", {"page": told.page["Largest seller country"]}
    grades = told.report.table("Sources and grades", "Cost term").iloc[-1]
    whole, weak = float(grades["all"]), float(grades["D assumed"] + grades["not graded"])
    size = float(told.lines["present"].abs().sum())
    yield "size of cost", size, {"Sources and grades": whole}
    yield "assumed", weak / whole, {"Key figures": told.key_figure("Cost resting on assumed or ungraded data")}
    yield "assumed", percent(weak / whole), {"Summary": told.first_page, "brief": told.brief_text}


def _awards(told: Places) -> Iterator[Number]:
    """Tons, price and landed cost of the three awards with most money: Awards, Summary and brief."""
    awards = told.report.table("Awards", "Award", "Firm?").set_index("Award")
    items = told.report.table("Awards", "Award", _column_of_items(told)).set_index("Award").iloc[:, 0]
    landing = (*GOODS, "financing", "freight", "duties")
    tables = {"purchases": told.tons("purchases"), "lifts": told.tons("lifts")}
    moved = {name: rows.rename(columns={"offer": "item", "contract": "item"}) for name, rows in tables.items()}
    for award in ("A1", "A2", "A3"):
        if award not in awards.index:
            continue
        rows = next(part for table in moved.values() if len(part := table[table["item"] == items[award]]))
        t, lasts = float(rows["t"].sum()), sum(dict(_years(told))[period] for period in {*rows["period"]})
        mine = told.lines[told.lines["item"] == items[award]]
        mine = mine[~(mine["term"].isin(["contracts", "financing"]) & (mine["layer"] != ""))]  # paid and not taken
        price = 1e6 * float(mine.loc[mine["term"].isin(GOODS), "paid"].sum()) / t
        landed = 1e6 * float(mine.loc[mine["term"].isin(landing), "paid"].sum()) / t
        row, brief = awards.loc[award], told.in_brief(f"{award} ")
        for name, value, heading, place, words in (
            ("t a year", t / lasts, "t a year", 2, f"{t / lasts:,.1f}"),
            ("price", price, "Price", 3, f"{price:,.0f}"),
            ("landed", landed, "Landed", 4, f"{landed:,.0f}"),
        ):
            yield f"{award} {name}", value, {"Awards": row[heading], "Summary": _line(told, f"{award} ", place)}
            yield f"{award} {name}", words, {"brief": brief[place]}


def _column_of_items(told: Places) -> str:
    return "Offer or contract"


def _line(told: Places, name: str, place: int) -> float:
    """The value in a column (from 0) of the Summary's row that begins with this name."""
    rows = told.report.book["Summary"].iter_rows(max_col=8, values_only=True)
    return float(next(row for row in rows if str(row[0]).startswith(name) and isinstance(row[2], (int, float)))[place])


@pytest.mark.slow
def test_the_readme_quotes_the_numbers_of_the_report(told):
    """What the README tells of a plan is what the workbook tells of it: cost, bound, gap, tons short, assumed share.

    And magnets: what plants at home make, and what is bought of China and elsewhere, is what the origin of deliveries
    finds by following goods back from the segments, in each period.
    """
    if told.case.tables["facilities"].empty or not len(told.report.table("Sources and grades", "Cost term")):
        pytest.skip("the README is about a case with plants")
    quoted = headline.read(told.case, told.plan)
    assert quoted["cost_musd"] == approx(told.key_figure("Cost, present value"))
    assert quoted["bound_musd"] == approx(told.json["bound_musd"])
    assert quoted["gap"] == approx(told.json["gap"])
    assert sum(quoted["short_t"].values()) == approx(told.json["decision"]["unmet_t"], abs=0.5 * 40)
    assert quoted["assumed"] == approx(told.key_figure("Cost resting on assumed or ungraded data"))
    assert len(quoted["builds"]) == told.key_figure("Projects begun")
    facts = Facts(told.case, told.plan)
    made = delivered(facts)
    made = made[made["material"].str.startswith(headline.MAGNET)]
    at_home = made[made["country"] == facts.home].groupby("period")["t"].sum()
    for row in quoted["magnets"]:
        assert at_home.get(row["period"], 0.0) == approx(row["home"], rel=1e-6, abs=1e-3), row["period"]


@pytest.mark.slow
@pytest.mark.skipif(not PRINTS, reason="LibreOffice, poppler or letters like Arial are missing")
@pytest.mark.parametrize("paper", PAPERS)
def test_a_report_prints_on_few_pages_in_letters_that_can_be_read(told, paper, tmp_path):
    """25 pages of the base case, 8 of six quotes, on either paper; no letter under 7 points, off the page or cut."""
    report = write_report_again(told.run.folder, tmp_path / "report.xlsx", paper)
    assert cut_off(report) == []
    pages = printed(report, tmp_path)
    assert {page.paper for page in pages} == {paper}
    assert len(pages) <= MOST_PAGES.get(told.run.case_name, len(pages))
    assert min(page.smallest_points for page in pages) >= 7
    assert [fault for page in pages for fault in page.off_the_page] == []
    assert all(page.words > 5 for page in pages)


@pytest.mark.slow
@pytest.mark.skipif(not PRINTS, reason="LibreOffice, poppler or letters like Arial are missing")
def test_the_brief_has_two_pages_in_letters_that_can_be_read(told):
    pages = pages_of(told.run.folder / PDF)
    assert len(pages) == 2
    assert min(page.smallest_points for page in pages) >= 7
    assert [fault for page in pages for fault in page.off_the_page] == []
