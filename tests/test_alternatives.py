"""Plans within a cost that differ most, on paper."""

import json

import pytest
from cases import BAOTOU, LYNAS, SITE, approx, case, write_workbook
from openpyxl import load_workbook
from test_cli_studies import run

from planner.errors import StudyError
from planner.plan import Plan
from planner.solver.outcome import SolveOptions
from planner.studies.alternatives import NEVER, OPEN, SURE, alternatives
from planner.studies.solving import Study

THREE = {
    "suppliers": [
        {"supplier": "Baotou", "country": "CHN"},
        {"supplier": "Lynas", "country": "MYS"},
        {"supplier": "Vital", "country": "MYS"},
    ],
    "offers": [
        BAOTOU,
        {**LYNAS, "price_usd_per_t": 60_300},
        {**LYNAS, "offer": "Vital", "supplier": "Vital", "price_usd_per_t": 61_000},
    ],
}
PLANT = {
    **SITE,
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 10_000}],
    "build_options": [
        {"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 50.4, "life_years": 10}
    ],
}


def study(**more):
    return Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1), **more)


@pytest.mark.slow
def test_plans_that_buy_from_others_at_nearly_the_same_cost():
    """The sums that open `planner/studies/alternatives.py`: 6.0, 6.03, 6.06; distances 1 and 0.765."""
    found = alternatives(case(**THREE), study(), within=0.01, count=3)
    assert found.complete
    assert found.plans["cost_musd"].tolist() == approx([6.0, 6.03, 6.06])
    assert found.plans["distance"].tolist()[1:] == approx([1.0, 1 - 0.235294], abs=1e-4)
    told = found.decisions.set_index("name")
    assert told.loc[["Baotou", "Lynas", "Vital"], "verdict"].tolist() == [OPEN, OPEN, OPEN]
    assert told.loc["Vital", "plan_3"] == approx(52.94, abs=0.01)


@pytest.mark.slow
def test_what_no_plan_within_the_cost_is_without_is_sure():
    """Within 1 % Lynas at 70,000 has a share of 6 t at most, so all plans buy from Baotou; at 60,000 more is open."""
    found = alternatives(case(), study(), within=0.01, count=2)
    told = found.decisions.set_index("name")["verdict"]
    assert told["Baotou"] == SURE
    assert told["Lynas"] == OPEN
    assert found.plans["distance"].tolist()[1] == approx(0.06, abs=1e-5)


@pytest.mark.slow
def test_a_project_that_nearly_pays_is_the_alternative():
    """50.4 over ten years and 10,000 x 100 t: 5.04 + 1.0 = 6.04, against 6.0 bought. They differ by the project and by
    all tons that were bought: 2."""
    found = alternatives(case(**PLANT), study(), within=0.01, count=2)
    assert found.plans["cost_musd"].tolist() == approx([6.0, 6.04])
    assert found.plans["distance"].tolist()[1] == approx(2.0, abs=1e-4)
    told = found.decisions.set_index(["kind", "name"])["verdict"]
    assert told["project", "dig it"] == OPEN
    assert told["offer", "Lynas"] == NEVER


def test_where_nothing_differs_there_is_one_plan():
    """At no more cost than the least there is one way to buy 100 t."""
    found = alternatives(case(), study(), within=0.0, count=3)
    assert len(found.found) == 1
    assert found.complete
    assert found.decisions.set_index("name")["verdict"].to_dict() == {"Baotou": SURE, "Lynas": NEVER}


def test_a_limit_on_concentration_is_in_the_way():
    limit = {"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.8, "material": "oxide"}
    with pytest.raises(StudyError, match="limits a concentration"):
        alternatives(case(limits=[limit]), study(), 0.01, 2)


@pytest.mark.slow
def test_alternatives_are_told_shown_and_kept(tmp_path, capsys):
    """6.0 and 6.03; each plan lies in the folder, audited."""
    path, out = write_workbook(tmp_path / "small.xlsx", **THREE), tmp_path / "study"
    command = ("alternatives", path, "--within", 0.01, "--plans", 2, "--out", out)
    assert run(*command, "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["cost_musd"] for row in told["plans"]] == approx([6.0, 6.03])
    assert Plan.load(out / "plans" / "plan 2").cost_musd == approx(6.03)
    assert load_workbook(out / "study.xlsx").sheetnames == ["Alternatives"]
    assert run(*command, "--replace", "--quiet") == 0
    assert "plan 2" in capsys.readouterr().out
