"""What today's awards would cost, and what the plan saves against them, on paper."""

import json

import pytest
from cases import BAOTOU, LYNAS, SITE, approx, needs, write_workbook
from openpyxl import load_workbook
from test_answers import holds
from test_cli_studies import run

from planner.case.changes import Original
from planner.errors import StudyError
from planner.planning.solve import solve_case
from planner.reporting import write_report
from planner.results.baseline import NOT_ASKED, against_today, awards_beside, bridge
from planner.results.facts import Facts
from planner.solver.highs import SolveOptions
from planner.studies.as_is import as_is, facts_of
from planner.studies.solving import Study

OPTIONS = SolveOptions(mip_gap=0.0, time_limit_s=60.0)
FROM_LYNAS = [{"offer": "Lynas", "place": "Texas", "t_per_year": 100}]
SHORT = [{"segment": "magnets", "shortage_usd_per_t": 200_000, "max_shortage_share": 1}]


def held(tmp_path, awards, settings=None, **sheets):
    """What came of the study of a small case: 100 t in 2026, Baotou at 60,000 $/t, Lynas at 70,000."""
    original = Original.read(write_workbook(tmp_path / "small.xlsx", settings, awards=awards, **sheets))
    return facts_of(as_is(original, solve_case(original.case, OPTIONS), Study(OPTIONS)))


@pytest.mark.slow
def test_the_plan_saves_what_todays_award_costs_more(tmp_path):
    """The sum that opens `planner/studies/as_is.py`: 7.0 M$ as it is, 6.0 as planned, all of it purchases."""
    told = held(tmp_path, FROM_LYNAS)
    assert told["as_is"]["cost_musd"] == approx(7.0)
    assert told["plan"]["cost_musd"] == approx(6.0)
    assert (told["saving_musd"], told["saving_gap_musd"], told["told_apart"]) == (approx(1.0), approx(0.0), True)
    assert told["bridge"] == [{"term": "Purchases", "usd": -1_000_000}]
    assert [(row["offer"], row["as_is_t_per_year"], row["plan_t_per_year"]) for row in told["awards"]] == [
        ("Lynas", approx(100), approx(0)),
        ("Baotou", approx(0), approx(100)),
    ]
    assert told["words"] == "Going on as today costs 7.000 M$; the plan saves 1.000 M$ of it."


@pytest.mark.slow
def test_what_is_not_awarded_is_short_as_it_is(tmp_path):
    """60 t of 100 are bought today: 4.2 M$ and 40 t short at 200,000: 12.2 M$. The plan pays 6.0."""
    told = held(tmp_path, [FROM_LYNAS[0] | {"t_per_year": 60}], segments=SHORT)
    assert told["as_is"]["unmet_t"] == approx(40)
    assert told["as_is"]["cost_musd"] == approx(12.2)
    assert {bar["term"]: bar["usd"] for bar in told["bridge"]} == {
        "Purchases": 1_800_000,
        "Unmet demand (priced)": -8_000_000,
    }
    assert told["words"].endswith("Short are 40.0 t as it is and 0.0 t as planned.")


@pytest.mark.slow
def test_an_award_counts_for_the_years_in_which_the_offer_is_on_sale(tmp_path):
    """Lynas sells in 2026 only, 100 t a year are needed in 2026 and 2027: 7.0 M$ and 100 t short: 20: 27 M$."""
    told = held(
        tmp_path, FROM_LYNAS, periods=[{"period": 2026, "years": 2}], offers=[BAOTOU, LYNAS | {"to": 2026}],
        segments=SHORT,
    )  # fmt: skip
    assert told["as_is"]["unmet_t"] == approx(100)
    assert told["as_is"]["cost_musd"] == approx(27.0)


@pytest.mark.slow
def test_a_place_has_its_own_award(tmp_path):
    """Texas and Nevada need 50 t each; Lynas is awarded 100 t in Texas: 3.5 M$ there, 50 t short in Nevada: 13.5."""
    told = held(
        tmp_path, FROM_LYNAS,
        places=[{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
        segments=[SHORT[0] | {"place": "Texas"}, SHORT[0] | {"segment": "motors", "place": "Nevada"}],
        demand=[*needs({2026: 50}), *needs({2026: 50}, segment="motors")],
    )  # fmt: skip
    assert told["as_is"]["cost_musd"] == approx(13.5)


@pytest.mark.slow
def test_nothing_is_begun_as_it_is(tmp_path):
    """A mine for 1 M$ that digs 100 t at 20,000 a year is built by the plan: 3.0 M$, and 7.0 as it is."""
    mine = SITE | {"build_options": [{"option": "Shaft", "facility": "Mine", "max_t_per_year": 100,
                                      "capex_fixed_musd": 10}]}  # fmt: skip
    told = held(tmp_path, FROM_LYNAS, {"capital_rate": 0}, **mine)
    assert told["plan"]["cost_musd"] == approx(3.0)
    assert told["as_is"]["cost_musd"] == approx(7.0)
    assert sum(bar["usd"] for bar in told["bridge"]) == -4_000_000


@pytest.mark.slow
def test_limits_are_not_asked_of_today(tmp_path):
    """At most half from Malaysia costs the plan nothing: 6.0. Today's 100 t of Lynas break it, and count."""
    limits = [
        {"limit": "half", "measure": "share", "sense": "at most", "value": 0.5, "country": "MYS", "material": "oxide"}
    ]
    told = held(tmp_path, FROM_LYNAS, limits=limits)
    assert told["as_is"]["cost_musd"] == approx(7.0)


def test_without_awards_there_is_nothing_to_hold_against(tmp_path):
    with pytest.raises(StudyError, match="Fill in the sheet awards"):
        held(tmp_path, [])


@pytest.mark.slow
def test_awards_that_leave_open_what_must_be_delivered_are_told(tmp_path):
    with pytest.raises(StudyError, match="what going short costs"):
        held(tmp_path, [FROM_LYNAS[0] | {"t_per_year": 60}])


@pytest.mark.slow
def test_the_answer_is_kept_with_the_run(tmp_path, capsys):
    case = write_workbook(tmp_path / "small.xlsx", awards=FROM_LYNAS)
    assert run("solve", case, "--out", tmp_path / "one", "--quiet") == 0
    capsys.readouterr()
    assert run("as-is", tmp_path / "one", "--json", "--quiet") == 0
    kept = json.loads((tmp_path / "one" / "as_is.json").read_text())
    assert kept == json.loads(capsys.readouterr().out)
    assert kept["saving_musd"] == approx(1.0)
    holds("as-is", kept)
    assert run("compare", tmp_path / "one", tmp_path / "one", "--out", tmp_path / "two", "--quiet") == 0  # still a run


@pytest.mark.slow
def test_the_report_has_the_saving_and_a_bridge_that_adds_up(tmp_path):
    """7.0 M$ as it is, 1.0 less for purchases, 6.0 as planned; and before it was asked a sentence says so."""
    original = Original.read(write_workbook(tmp_path / "small.xlsx", awards=FROM_LYNAS))
    plan = solve_case(original.case, OPTIONS)
    facts = Facts(original.case, plan, as_is=facts_of(as_is(original, plan, Study(OPTIONS))))
    assert bridge(facts)["musd"].tolist() == approx([7.0, -1.0, 6.0])
    assert awards_beside(facts)["change_t_per_year"].tolist() == approx([-100, 100])
    assert against_today(facts).startswith("Going on as today costs 7.000 M$")
    assert against_today(Facts(original.case, plan)) == NOT_ASKED
    book = load_workbook(write_report(original.case, plan, tmp_path / "r.xlsx", facts=facts))
    assert "As-is and bridge" in book.sheetnames
