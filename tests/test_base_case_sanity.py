"""What an industry analyst would check first in the United States base case, one by one, on its tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planner.case import Case, read_case

BASE = Path(__file__).resolve().parents[1] / "inputs" / "us_base_case"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(BASE)


def taken_and_made(case: Case, process: str) -> pd.Series:
    """t per t of activity by material."""
    rows = case.tables["recipes"].query("process == @process")
    return rows.set_index("material")["t_per_t"]


def test_no_row_is_without_source_year_and_grade(case):
    bare = [
        f"{sheet}!{row + 2}"
        for sheet, table in case.tables.items()
        for row in table.index[table.reindex(columns=["source", "year", "grade"]).isna().any(axis=1)]
    ]
    assert bare == []


def test_nothing_is_built_faster_than_such_plants_are(case):
    """A mine on new ground takes five years and more, a plant two, a wider standing mine one."""
    options = case.tables["build_options"]
    steps = case.tables["processes"].groupby("facility")["step"].agg(set)
    processes = case.tables["processes"].groupby("facility")["process"].agg(list)
    stands = case.tables["facilities"].set_index("facility")["capacity_t_per_year"].fillna(0.0) > 0
    for row in options.itertuples():
        mines = "mined" in steps[row.facility] or "mine to oxide" in " ".join(processes[row.facility])
        least = 1 if stands[row.facility] and mines else 5 if mines else 2
        assert row.permit_years + row.lead_years >= least, row.option


def test_plants_ramp_by_one_rule(case):
    """Magnets 25, 55, 90 %, standing or an option; nothing that is being built has all of itself at once."""
    facilities = case.tables["facilities"].set_index("facility")
    makes = case.tables["processes"].query("process.str.startswith('Make NdFeB')")["facility"].unique()
    options = case.tables["build_options"].set_index("facility")
    for name in makes:
        row = options.loc[name] if name in options.index else facilities.loc[name]
        assert [row["ramp_1"], row["ramp_2"], row["ramp_3"]] == [0.25, 0.55, 0.9], name
    later = facilities[facilities["from"] > 2026]
    assert (later["ramp_1"] < 1).all()


def test_no_process_makes_more_rare_earth_than_it_takes(case):
    stage = case.tables["materials"].set_index("material")["stage"]
    for process, rows in case.tables["recipes"].groupby("process"):
        if process.startswith(("Separate", "Split")):
            assert rows.loc[rows["t_per_t"] > 0, "t_per_t"].sum() <= -rows.loc[rows["t_per_t"] < 0, "t_per_t"].sum()
        if process.startswith("Reduce"):
            flows = rows.assign(stage=rows["material"].map(stage)).set_index("stage")["t_per_t"]
            assert flows["metal"] <= -flows["oxide"] / 1.13, process  # no oxide here holds more metal than 1 in 1.13


def test_dysprosium_and_terbium_stay_close_to_the_deposit(case):
    """Intermediates hold 2 to 9 % Dy and 2 to 8 times as much Dy as Tb; a mine's whole feed less than 4 % Dy."""
    for process in case.tables["recipes"]["process"].unique():
        if process.startswith(("Separate", "Halleck")):
            made = taken_and_made(case, process)
            if "Dy oxide" in made:
                assert 2 <= made["Dy oxide"] / made["Tb oxide"] <= 8, process
                assert made["Dy oxide"] <= (0.09 if "SEG" in process else 0.04), process


def test_a_magnet_holds_what_magnets_hold(case):
    """28 to 34 % rare earth by weight after what leaves as swarf (25.5 %), and more Dy and Tb the hotter it runs."""
    heavy = []
    for grade in ("standard", "industrial", "traction", "defence"):
        flows = taken_and_made(case, f"Make NdFeB {grade}")
        metals = -flows[flows.index.str.endswith("metal")]
        swarf = flows[flows.index.str.startswith("Magnet swarf")].sum()
        assert 0.28 <= metals.sum() - 0.255 * swarf <= 0.34, grade
        heavy.append(metals["Dy metal"] + metals["Tb metal"])
    assert heavy == sorted(heavy)
    assert 0.003 <= heavy[0] <= heavy[-1] <= 0.05


def test_magnets_land_within_what_is_quoted(case):
    """Chinese magnets at 40 to 130 $/kg with Section 301 and freight, others at 60 to 240; home makers ask for 125."""
    offers, freight = case.tables["offers"], 0.7
    magnets = offers[offers["material"].str.startswith("NdFeB")]
    for row in magnets.itertuples():
        landed = row.price_usd_per_t / 1000 * (1.271 if row.origin == "CHN" else 1.021) + freight
        low, high = (40, 130) if row.origin == "CHN" else (60, 240)
        assert low <= landed <= high, row.offer


def test_nobody_buys_dear_and_sells_dearer(case):
    """Each market pays less, in every year, than anybody asks for the same thing abroad."""
    offers, dated = case.tables["offers"], case.tables["offer_prices"]
    for market in case.tables["sales"].to_dict("records"):
        year = 2026 if pd.isna(market["from"]) else market["from"]
        for offer in offers[offers["material"] == market["material"]].to_dict("records"):
            if offer["from"] > (2040 if pd.isna(market["to"]) else market["to"]):
                continue
            then = dated[(dated["offer"] == offer["offer"]) & (dated["period"] == year)]["price_usd_per_t"].dropna()
            asked = then.iloc[0] if len(then) else offer["price_usd_per_t"]
            assert market["price_usd_per_t"] < asked, (market["material"], offer["offer"])


def test_what_is_recycled_is_less_than_what_was_used(case):
    """Magnet to scrap to oxide to metal: a ton of magnet gives back less NdPr and Dy than it took."""
    for grade, scrap in (("standard", "low"), ("traction", "high")):
        took, back = taken_and_made(case, f"Make NdFeB {grade}"), taken_and_made(case, f"Hydromet scrap {scrap}")
        metal = -taken_and_made(case, "Reduce NdPr")["NdPr oxide"]
        assert back["NdPr oxide"] / metal < -took["NdPr metal"]


def test_demand_meets_its_anchors(case):
    """2026 against the mean apparent consumption of 2022 to 2024 (9,270 t REO by USGS) and 7,500 t of magnets imported
    in 2021 (Commerce): oxides within 10 %, magnets at most a third more after five years.
    """
    need = case.tables["demand"].query("period == 2026").merge(case.tables["segments"], on="segment")
    stage = need["material"].map(case.tables["materials"].set_index("material")["stage"])
    tons = need["t_per_year"].groupby(stage).sum()
    assert tons["oxide"] == pytest.approx(9_270, rel=0.1)
    assert 7_500 <= tons["magnet"] <= 7_500 * 1.33
