"""The figures behind the pages, on cases small enough to add up by hand."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from cases import BASE, MINE, case, needs, solve, write_workbook, years

from planner.planning.solve import solve_case
from planner.results.demand import needs as need_table
from planner.results.facts import Facts
from planner.results.flows import arrivals, flows, materials_in_plan, supply_mix
from planner.results.frames import rows
from planner.results.headline import figures
from planner.results.landed import landed
from planner.results.limits import by_limit
from planner.results.money import costs_by_period, duties_by_authority
from planner.results.projects import projects, use_of_plants
from planner.results.proof import verdict
from planner.results.recycling import collected, stock_levels
from planner.results.sentences import decision
from planner.results.tracing import made_of
from planner.runs.execute import execute
from planner.runs.exports import csv_text, report_bytes, tables_zip
from planner.runs.opened import open_run

DUTY = [{"authority": "Section 301", "origin": "CHN", "rate": 0.25}]
UNMET = [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 500_000}]
CAPPED = [{**BASE["offers"][0], "max_t_per_year": 60}, BASE["offers"][1]]

# Ore costs nothing; 1 t gives 0.2 t oxide, which is used, and 0.8 t cerium, which is thrown away.
CHAIN = {
    "materials": [
        {"material": "ore"},
        {"material": "oxide", "hts": "2846"},
        {"material": "cerium", "disposal_usd_per_t": 0},
    ],
    "facilities": [
        {"facility": "Pit", "place": "Texas", "capacity_t_per_year": 1000},
        {"facility": "Mill", "place": "Texas", "capacity_t_per_year": 1000},
    ],
    "processes": [{"facility": "Pit", "process": "dig"}, {"facility": "Mill", "process": "separate"}],
    "recipes": [
        {"process": "dig", "material": "ore"},
        {"process": "separate", "material": "ore", "t_per_t": -1},
        {"process": "separate", "material": "oxide", "t_per_t": 0.2},
        {"process": "separate", "material": "cerium", "t_per_t": 0.8},
    ],
}


def planned(**sheets):
    found = case(**sheets)
    return found, solve_case(found)


def test_unmet_need_is_what_no_supplier_can_bring():
    """100 t wanted, 60 t on offer, shortage allowed: 40 t short, 40 %."""
    small, plan = planned(offers=[CAPPED[0]], segments=UNMET)
    row = need_table(Facts(small, plan)).iloc[0]
    assert (row["need"], row["delivered"], row["short"], row["short_share"]) == pytest.approx((100, 60, 40, 0.4))
    figure = figures(Facts(small, plan))[0]
    assert (figure.label, figure.value, figure.alarm) == ("Unmet need", "40 t", "1 segment short")


def test_the_headline_adds_up():
    """100 t from China at 60,000 $/t is 6 M$; with a 25 % duty 1.5 M$ more; Malaysia at 70,000 is cheaper: 7 M$."""
    small, plan = planned(tariffs=DUTY)
    found = {figure.label: figure for figure in figures(Facts(small, plan))}
    assert found["Cost"].value == "7 M$"
    assert found["Duties paid"].value == "0 M$"
    assert (found["Largest seller country"].value, found["Largest seller country"].context) == (
        "100 %",
        "MYS, of what goods cost; 1 country in all",
    )
    assert found["Made at home"].value == "0 %"
    assert found["Investment"].context == "Nothing is built"
    assert verdict(Facts(small, plan)).words == "Proven best plan"
    assert len(decision(Facts(small, plan))) == 5


def test_supply_mix_names_sellers_and_plants():
    """30 t from the own mine at 20,000, then 60 t from China, the last 10 t from Malaysia."""
    small, plan = planned(offers=CAPPED, **MINE)
    mix = supply_mix(small, plan, "oxide").set_index("source")["t_per_year"]
    assert mix.to_dict() == pytest.approx({"Mine": 30, "Baotou": 60, "Lynas": 10})
    assert materials_in_plan(small, plan) == ["oxide"]


def test_flows_share_what_arrives_among_those_who_use_it():
    """Two users need 60 and 30 t; 60 t come from China, 30 t from the mine. Each user draws 2 : 1 on both."""
    segments = [{"segment": "large"}, {"segment": "small"}]
    demand = [*needs({2026: 60}, "large"), *needs({2026: 30}, "small")]
    small, plan = planned(offers=CAPPED, segments=segments, demand=demand, **MINE)
    found = flows(small, plan).set_index(["source", "target"])["t_per_year"].to_dict()
    assert found == pytest.approx(
        {("Bought: CHN", "large"): 40, ("Mine", "large"): 20, ("Bought: CHN", "small"): 20, ("Mine", "small"): 10}
    )


def test_what_is_asked_again_is_worked_out_once_and_follows_its_tables():
    """Who changes what he was handed changes it for himself; another table in the plan is another answer."""
    small, plan = planned(offers=[CAPPED[0]], segments=UNMET)
    mine = arrivals(small, plan)
    mine["t_per_year"] = 0.0
    assert arrivals(small, plan)["t_per_year"].tolist() == [60.0]
    more = plan.tables["purchases"].assign(t_per_year=70.0)
    assert arrivals(small, replace(plan, tables={**plan.tables, "purchases": more}))["t_per_year"].tolist() == [70.0]
    assert rows(plan, "purchases")["t_per_year"].tolist() == [60.0]
    plan.tables["purchases"] = more
    assert rows(plan, "purchases")["t_per_year"].tolist() == [70.0]


def test_flows_leave_every_place_as_they_came():
    small, plan = planned(offers=[], **CHAIN)
    arrived = arrivals(small, plan).groupby("material")["t_per_year"].sum()
    left = flows(small, plan).groupby("material")["t_per_year"].sum()
    pd.testing.assert_series_equal(arrived, left)


def test_tracing_shares_ore_among_its_products_by_weight():
    """100 t oxide take 500 t ore, which also give 400 t cerium: a fifth of the ore, 100 t, ends up in the oxide."""
    small, plan = planned(offers=[], **CHAIN)
    traced = made_of(small, plan, "2026", "oxide").set_index(["source", "target"])["t_per_year"].to_dict()
    assert traced == pytest.approx({("Pit", "Mill"): 100, ("Mill", "magnets"): 100})


def test_tracing_comes_to_an_end_where_recycling_goes_in_a_circle():
    """Half of the oxide that the shop takes comes back to it as scrap oxide; all of it still ends up in the magnet."""
    sheets = {
        "materials": [{"material": "oxide"}, {"material": "magnet"}],
        "facilities": [{"facility": "Shop", "place": "Texas", "capacity_t_per_year": 1000}],
        "processes": [{"facility": "Shop", "process": "press"}],
        "recipes": [
            {"process": "press", "material": "oxide", "t_per_t": -1},
            {"process": "press", "material": "magnet", "t_per_t": 1},
        ],
        "segments": [{"segment": "motors", "material": "magnet"}],
        "demand": needs({2026: 100}, "motors"),
        "returns": [
            {
                "stream": "scrap",
                "segment": "motors",
                "lifetime_years": 0,
                "t_per_t_used": 0.5,
                "min_collection_share": 1,
            }
        ],
    }
    small, plan = planned(**sheets)
    traced = made_of(small, plan, "2026", "magnet").set_index(["source", "target"])["t_per_year"].to_dict()
    assert traced == pytest.approx(
        {("Bought: CHN", "Shop"): 50, ("Collected: scrap", "Shop"): 50, ("Shop", "motors"): 100}
    )
    assert collected(Facts(small, plan))["t"].tolist() == pytest.approx([50])


def test_stock_is_a_source_when_it_is_drawn_down_and_a_user_when_it_grows():
    """30 t lie in stock and nothing else is needed of them: they serve first, 70 t are bought."""
    small, plan = planned(stocks=[{"initial_t": 30}])
    mix = supply_mix(small, plan, "oxide").set_index("source")["t_per_year"]
    assert mix.to_dict() == pytest.approx({"Stock: Texas": 30, "Baotou": 70})
    assert stock_levels(Facts(small, plan)).empty


def test_what_is_built_is_dated_and_priced():
    """40 t/yr for 1 M$ and 1,000 $/t: 1.04 M$. Begun in 2026, a year to permit, a year to build: output from 2028."""
    sheets = {
        **MINE,
        "facilities": [{"facility": "Mine", "place": "Texas"}],
        "periods": years(2026, 2027, 2028),
        "demand": needs({2028: 40}),
        "build_options": [
            {
                "option": "dig", "facility": "Mine", "max_t_per_year": 40, "capex_fixed_musd": 1, "permit_years": 1,
                "capex_usd_per_t": 1000, "lead_years": 1, "life_years": 10,
            }
        ],
    }  # fmt: skip
    small, plan = planned(**sheets)
    row = projects(Facts(small, plan)).iloc[0]
    assert (row["begun"], row["first_output"], row["last_output"]) == (2026, 2028, 2037)
    assert (row["size_t_per_year"], row["capex_musd"]) == pytest.approx((40, 1.04))
    use = use_of_plants(Facts(small, plan)).set_index("label")
    assert use["used_share"].to_dict() == pytest.approx({"2028": 1})


def test_landed_cost_is_price_freight_and_each_duty():
    """60 t from China: 60,000 + 500 freight + 10 % of 60,000 and 5 % of it = 69,500 $/t, 4.17 M$ a year."""
    tariffs = [
        {"authority": "general", "origin": "*", "rate": 0.05},
        {"authority": "Section 301", "origin": "CHN", "rate": 0.10},
    ]
    lanes = [{"from": "*", "freight_usd_per_t": 500}]
    small, plan = planned(tariffs=tariffs, lanes=lanes, offers=CAPPED)
    facts = Facts(small, plan)
    row = landed(facts)[0].set_index("item").loc["Baotou"]
    parts = (row["price"], row["freight"], row["duty general"], row["duty Section 301"], row["landed"], row["yearly"])
    assert parts == pytest.approx((60_000, 500, 3_000, 6_000, 69_500, 4.17))
    paid = duties_by_authority(facts).set_index("authority")["musd_per_year"]
    assert paid.to_dict() == pytest.approx({"general": 0.18 + 0.14, "Section 301": 0.36})
    total = costs_by_period(facts)["discounted_musd"].sum()
    assert total == pytest.approx(plan.objective_musd)


def test_a_limit_that_binds_says_what_one_ton_more_saves():
    """China is sold out at 60 t; each ton more would replace one from Malaysia, 10,000 $ dearer."""
    small, plan = planned(offers=CAPPED)
    limits = by_limit(Facts(small, plan)).rename(columns={2026: "2026"})
    assert limits["2026"].tolist() == pytest.approx([10_000])
    assert "Baotou" in limits["words"].iloc[0]
    assert plan.tables["prices"].set_index("material")["usd_per_t"].to_dict() == pytest.approx({"oxide": 70_000})


@pytest.mark.slow
def test_a_finished_run_is_read_back_and_exported(tmp_path):
    path = write_workbook(tmp_path / "case.xlsx", offers=[{**BASE["offers"][0], "offer": "@1+1"}])
    summary = execute(path, tmp_path / "run")
    opened = open_run(tmp_path / "run")
    assert opened.plan.objective_musd == pytest.approx(summary.objective_musd) == pytest.approx(6)
    archive = zipfile.ZipFile(BytesIO(tables_zip(tmp_path / "run")))
    assert archive.read("purchases.csv").decode().splitlines()[1].startswith("'@1+1,")
    assert report_bytes(tmp_path / "run")[:2] == b"PK"


def test_csv_leaves_numbers_alone_and_blanks_blank():
    table = pd.DataFrame({"what": ["-1", "@a", None], "t": [-1.5, float("nan"), 2.0]})
    assert csv_text(table).splitlines() == ["what,t", "'-1,-1.5", "'@a,", ",2.0"]


@pytest.mark.slow
def test_the_same_plan_through_the_library_and_a_run(tmp_path):
    """One engine: to 1e-9."""
    direct = solve(tariffs=DUTY)
    run = execute(write_workbook(tmp_path / "case.xlsx", tariffs=DUTY), tmp_path / "run")
    assert run.objective_musd == pytest.approx(direct.objective_musd, rel=1e-9)
