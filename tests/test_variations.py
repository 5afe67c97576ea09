"""A case changed cell by cell and solved again from where the last solve ended."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from cases import BAOTOU, LYNAS, SITE, approx, needs, write_workbook, years
from test_cli_studies import run

from planner.case.changes import Change, Original, changes_of
from planner.case.decisions import Decision
from planner.errors import DecisionUnknown, InputInvalid, PlannerError, StudyError
from planner.planning.built import Built
from planner.runs.claim import LOCK
from planner.solver.highs import SolveOptions
from planner.solver.large import solve as solve_cold
from planner.solver.outcome import with_plan
from planner.solver.warm import Warm
from planner.status import Status
from planner.studies.priorities import without_each
from planner.studies.solving import Study
from planner.studies.variations import Bench, Variation, grid, vary

EXACT = SolveOptions(mip_gap=0.0, time_limit_s=60.0)
TARIFF = {"tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.1}]}
BASE_CASE = Path(__file__).parents[1] / "inputs" / "us_base_case"
BUILD = {
    **SITE,
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "build_options": [
        {"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 50.0, "life_years": 10}
    ],
}


@pytest.fixture
def original(tmp_path):
    """Reads a case that is written with these sheets."""

    def read(**sheets):
        return Original.read(write_workbook(tmp_path / "small.xlsx", **sheets))

    return read


def study():
    return Study(EXACT)


def costs(found):
    return {result["variation"]: result.get("cost_musd") for result in found.results}


@pytest.mark.slow
def test_what_keeping_a_limit_costs_is_told_by_solving_again_without_it(original):
    """60 t from Lynas and 50 from Baotou of 100: 60 and 40 are bought for 6.6 M$. Without the first all is Baotou's,
    6.0; without the second nothing changes. A case without such limits says so."""
    ask = {"measure": "bought_t", "sense": "at least"}
    ranked = [
        ask | {"limit": "Baotou 50", "supplier": "Baotou", "value": 50, "priority": 2},
        ask | {"limit": "Lynas 60, or so", "supplier": "Lynas", "value": 60, "priority": 1},
    ]
    made = original(limits=ranked)
    found = without_each(made, study())
    assert costs(found) == approx({"as it is": 6.6, "without Lynas 60, or so": 6.0, "without Baotou 50": 6.6})
    with pytest.raises(StudyError, match="No limit of the case has a priority"):
        without_each(original(), study())


@pytest.mark.parametrize(
    ("text", "cell", "becomes"),
    [
        ("offers[offer=Baotou].price_usd_per_t set 50000", 0, 50_000),
        ("offers[offer=baotou].price_usd_per_t times 0.5", 0, 30_000),
        ("offers[origin=MYS, supplier=Lynas].price_usd_per_t plus 1000", 1, 71_000),
        ("offers[origin=Malaysia].price_usd_per_t plus 1000", 1, 71_000),
        ("offers[origin=people's republic of china].price_usd_per_t plus 1000", 0, 61_000),
        ("offers.price_usd_per_t times 2", 1, 140_000),
    ],
)
def test_a_change_reaches_the_cells_it_names(original, text, cell, becomes):
    """Baotou 60,000 and Lynas 70,000 USD/t; what is not named stays."""
    change = Change.parse(text)
    assert Change.parse(str(change)) == change
    assert original().changed([change]).tables["offers"]["price_usd_per_t"].iloc[cell] == becomes


def test_a_blank_stays_blank_beside_numbers_that_are_multiplied(original):
    """Baotou has 100 t, and Lynas no maximum: half of no limit is none."""
    made = original(offers=[{**BAOTOU, "max_t_per_year": 100}, LYNAS])
    halved = made.changed([Change.parse("offers.max_t_per_year times 0.5")]).tables["offers"]["max_t_per_year"]
    assert halved.iloc[0] == 50
    assert math.isnan(halved.iloc[1])


def test_rows_are_dropped_and_settings_set(original):
    case = original().changed(
        [Change.parse("offers[offer=Lynas] drop"), Change.parse("settings[setting=discount_rate].value set 0.1")]
    )
    assert list(case.tables["offers"]["offer"]) == ["Baotou"]
    assert case.settings["discount_rate"] == 0.1


def test_the_case_itself_stays_as_it_is(original):
    made = original()
    before = made.case.fingerprint
    assert made.changed([Change.parse("offers.price_usd_per_t times 2")]).fingerprint != before
    assert made.changed([]).fingerprint == before


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("ofers.price_usd_per_t set 1", "there is no sheet ofers. Did you mean 'offers'?"),
        ("offers.price set 1", "has no column price"),
        ("offers[offer=Lyna].price_usd_per_t set 1", "no row of offers fits. Did you mean 'Lynas'?"),
        ("offers[offer=Lynas, origin=CHN].price_usd_per_t set 1", "no row fits them all"),
        ("offers[offer=Lynas].max_t_per_year times 2", "holds nothing, and times needs a number there"),
        ("offers.price_usd_per_t", "cannot be read. Write it like"),
        ("offers.price_usd_per_t times much", "times needs a number, such as 0.9"),
    ],
)
def test_a_change_that_names_nothing_is_answered_by_what_it_could_have_meant(original, text, letter):
    with pytest.raises(PlannerError, match=r"^") as error:
        original().changed([Change.parse(text)])
    assert letter in str(error.value)


def test_a_change_is_checked_like_the_cell_it_changes(original):
    """A rate of 40 is a percentage; a dropped supplier leaves an offer without one."""
    with pytest.raises(InputInvalid, match=r"tariffs!E2: found '40', expected"):
        original(**TARIFF).changed([Change.parse("tariffs[authority=301].rate set 40")])
    with pytest.raises(InputInvalid, match=r"offers!B3: found 'Lynas'"):
        original().changed([Change.parse("suppliers[supplier=Lynas] drop")])


def test_variations_come_from_a_file(tmp_path):
    file = tmp_path / "changes.csv"
    rows = ["dear,offers,offer=Baotou,price_usd_per_t,times,2", "dear,demand,,t_per_year,plus,10"]
    file.write_text("\n".join(["variation,sheet,where,column,change,value", *rows]), encoding="utf-8")
    told = [str(change) for change in changes_of(file)["dear"]]
    assert told == ["offers[offer=Baotou].price_usd_per_t times 2", "demand.t_per_year plus 10"]
    file.write_text("variation,sheet\na,b", encoding="utf-8")
    with pytest.raises(PlannerError, match="the column change is missing"):
        changes_of(file)


@pytest.mark.slow
def test_a_duty_is_swept_through_the_point_where_the_order_moves(original):
    """100 t: Baotou 60,000 x (1 + duty) against Lynas 70,000. 6.0, 6.6, and 7.0 from Lynas from 1/6 on."""
    made = original(**TARIFF)
    found = vary(made, grid([Change.several("tariffs[authority=301].rate set 0, 0.1, 0.5")]), study())
    assert [result["cost_musd"] for result in found.results] == approx([6.6, 6.0, 6.6, 7.0])
    assert [list(result["bought_t"]) for result in found.results] == [["Baotou"]] * 3 + [["Lynas"]]
    assert found.complete


def test_a_sweep_of_two_inputs_walks_like_a_snake():
    """Neighbours differ in one input only, so each solve begins near its end."""
    walked = grid([Change.several("demand.t_per_year set 1, 2"), Change.several("offers.price_usd_per_t set 3, 4")])
    assert [tuple(change.value for change in one.changes) for one in walked] == [
        ("1", "3"), ("1", "4"), ("2", "4"), ("2", "3"),
    ]  # fmt: skip


@pytest.mark.slow
def test_only_numbers_that_differ_reach_a_program_that_is_held_live(original):
    """Nine duties on a case with a plant to build: the same as cold solves, and only where none is proven a search.

    The plant costs 50 and digs at 20,000: 70,000 x 100 t = 7.0 at most a year, so it never pays, and the whole numbers
    stay as they are: one search, nine live solves.
    """
    made = original(**TARIFF, **BUILD)
    warm = Warm(EXACT)
    for change in Change.several("tariffs[authority=301].rate set 0 to 0.4 in 9"):
        program = Built.of(made.changed([change])).program
        found, cold = warm.solve(program), solve_cold(program, EXACT)
        assert found.objective == approx(cold.objective, abs=1e-9)
        assert found.bound == approx(found.objective, abs=1e-6)
        assert found.off < 1e-9
    assert warm.kept_live == 8
    assert warm.searched <= 2


@pytest.mark.slow
def test_a_plan_whose_search_was_over_before_the_gap_was_proven_says_so(original, monkeypatch):
    """100 t for 6.0 M$ x 1.1, and a search that ends by the clock with nothing proven below 6.0: 0.6 of 6.6 is 9.09 %.
    At half the duty nothing is searched, for the plan that is known is as cheap as the relaxation."""

    def cut_short(program, options, listener, start=None):
        found = solve_cold(program, options, listener, start)
        return with_plan(replace(found, seconds=61.0), found.objective, 6.0, found.values, options.mip_gap)

    monkeypatch.setattr("planner.solver.warm.solve", cut_short)
    monkeypatch.setattr("planner.solver.warm.Warm._of_relaxation", relaxed_once(Warm._of_relaxation))
    half = Variation("half", (Change.parse("tariffs[authority=301].rate set 0.05"),))
    found = vary(original(**TARIFF, **BUILD), [half], Study(SolveOptions(mip_gap=0.01, time_limit_s=60.0)))
    assert found.table["why"].tolist() == [
        "proven within 9.09% where 1.00% was asked for: its search ended after 61 s of the clock, of 60 s allowed",
        "",
    ]
    assert found.unproven == (
        "1 of 2 plans is not proven within the gap asked for. Where the time was over, --time-limit gives more."
    )


def relaxed_once(relax):
    """A relaxation that has no answer the first time, and then is what it is."""
    asked = []

    def relaxed(self, program):
        found = relax(self, program)
        asked.append(program)
        return found if len(asked) > 1 else replace(found, status=Status.NO_PLAN, values=None)

    return relaxed


@pytest.mark.slow
def test_a_program_whose_solver_did_not_stop_is_held_anew(original):
    """On a busy machine a solver may not hear in time that it is to stop; what comes after it is solved anyhow."""
    made, warm = original(**TARIFF, **BUILD), Warm(EXACT)
    for change in Change.several("tariffs[authority=301].rate set 0, 0.1"):
        program = Built.of(made.changed([change])).program
        assert warm.solve(program).objective == approx(solve_cold(program, EXACT).objective)
        for live in (warm._relaxed, warm._held):
            if live is not None:
                live._left_behind = True


@pytest.mark.slow
def test_a_program_of_another_shape_is_built_anew(original):
    """Without Lynas there are fewer columns, and Baotou's 60,000 x 1.5 x 100 t must be paid."""
    made = original(tariffs=[{"authority": "301", "origin": "CHN", "rate": 0.5}])
    found = vary(made, [Variation("no Lynas", (Change.parse("offers[offer=Lynas] drop"),))], study())
    assert costs(found) == {"as it is": approx(7.0), "no Lynas": approx(9.0)}
    assert found.kept_live == 0


@pytest.mark.slow
def test_a_variation_without_a_plan_is_told_and_the_others_are_solved(original):
    """Nobody may go short; Lynas has 40 t and Baotou may be forbidden."""
    made = original(offers=[BAOTOU, {**LYNAS, "max_t_per_year": 40}])
    gone = Variation("none", forbid=(Decision.parse("supplier=Baotou", made.case),))
    found = vary(made, [gone, Variation("dear", (Change.parse("offers.price_usd_per_t times 2"),))], study())
    assert [result["outcome"] for result in found.results] == ["planned", "no plan is possible", "planned"]
    assert found.table["change_musd"].tolist()[2] == approx(6.0)


def decided(made, *, force=(), forbid=()):
    """The cost with decisions forced or forbidden above the cost without."""
    asked = Variation(
        "decided",
        force=tuple(Decision.parse(text, made.case) for text in force),
        forbid=tuple(Decision.parse(text, made.case) for text in forbid),
    )
    found = vary(made, [asked], study())
    return found.table["change_musd"].iloc[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("force", "forbid", "price"),
    [
        (["offer=Lynas"], [], 0.01),
        (["supplier=Lynas"], ["supplier=Baotou"], 1.0),
        ([], ["country=chn"], 1.0),
        ([], ["lane=CHN > Texas"], 1.0),
        ([], ["lane=China > Texas"], 1.0),
        (["country=Malaysia"], [], 0.01),
    ],
)
def test_the_price_of_a_decision(original, force, forbid, price):
    """100 t at 60,000 from Baotou in China. A ton of Lynas costs 10,000 more, all of it 1.0 M$."""
    assert decided(original(), force=force, forbid=forbid) == approx(price)


@pytest.mark.slow
def test_the_price_of_a_project(original):
    """A plant of 50 over ten years is 5.0 a year, and digs 100 t at 20,000 where 60,000 are paid: 5.0 - 4.0 = 1.0."""
    assert decided(original(**BUILD), force=["project=dig it"]) == approx(1.0)
    assert decided(original(**BUILD), forbid=["project=dig it"]) == approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_the_price_of_a_contract(original):
    """40 t at 80,000 for 60,000, all to be taken or paid: 0.8."""
    agreed = {"contract": "K", "offer": "Baotou", "signed": "no", "from": 2026, "to": 2026, "take_or_pay_share": 1}
    agreed |= {"min_t_per_year": 40, "max_t_per_year": 40, "price_usd_per_t": 80_000}
    assert decided(original(contracts=[agreed]), force=["contract=K"]) == approx(0.8)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("plant=Mine", "is not a decision. Write kind=name"),
        ("supplier=Lyna", "has no supplier 'Lyna'. Did you mean 'Lynas'?"),
        ("lane=CHN", "write a lane as lane=FROM > TO"),
    ],
)
def test_a_decision_that_is_none_is_refused(original, text, letter):
    with pytest.raises(DecisionUnknown, match=letter.replace("?", r"\?")):
        Decision.parse(text, original().case)


def test_what_has_no_place_in_any_plan_cannot_be_forced(original):
    made = original(suppliers=[{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS"}])
    with pytest.raises(StudyError, match="has no place in any plan"):
        Bench(made, study()).plan(Variation("x", force=(Decision("country", "USA"),)))


SWEEP = "offers[offer=Baotou].price_usd_per_t set 50000, 80000"


@pytest.mark.slow
def test_a_sweep_is_told_kept_and_resumed(tmp_path, capsys):
    """5.0 and, from Lynas, 7.0 for 6.0. Two of the three lines that it left are taken over, and half a line is not."""
    case, out = write_workbook(tmp_path / "small.xlsx"), tmp_path / "study"
    assert run("sweep", case, "--vary", SWEEP, "--out", out, "--json", "--quiet") == 0
    first = json.loads(capsys.readouterr().out)["variations"]
    assert [row["cost_musd"] for row in first] == approx([6.0, 5.0, 7.0])
    assert [row["rank"] for row in first] == [2, 3, 1]
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    left = tmp_path / "study.tmp"
    out.rename(left)
    (left / "study.json").unlink()
    (left / LOCK).touch()
    marked = json.loads(lines[1]) | {"cost_musd": 4.5}
    (left / "results.jsonl").write_text("\n".join([lines[0], json.dumps(marked), lines[2][:40]]), encoding="utf-8")
    assert run("sweep", case, "--vary", SWEEP, "--out", out, "--resume", "--json", "--quiet") == 0
    again = json.loads(capsys.readouterr().out)["variations"]
    assert [row["cost_musd"] for row in again] == approx([6.0, 4.5, 7.0])
    assert (out / "study.xlsx").exists()


@pytest.mark.slow
def test_a_forced_and_a_forbidden_decision_are_told(tmp_path, capsys):
    case = write_workbook(tmp_path / "small.xlsx")
    assert run("forbid", case, "country=CHN", "--out", tmp_path / "a", "--quiet") == 0
    assert "1.000 M$       0.000 M$  forbid country=CHN" in capsys.readouterr().out
    assert run("force", case, "offer=Lynas", "supplier=Lynas", "--together", "--out", tmp_path / "b", "--quiet") == 0
    assert "0.010 M$       0.000 M$  force offer=Lynas, supplier=Lynas" in capsys.readouterr().out
    assert run("sweep", case, "--out", tmp_path / "c", "--quiet") == 3


@pytest.mark.slow
def test_a_hundred_duties_are_each_what_a_cold_solve_finds(original):
    """Two suppliers over three years with a plant to build, a store and all prices of a path: live and cold agree."""
    made = original(
        **TARIFF,
        **BUILD | {"build_options": [{**BUILD["build_options"][0], "capex_fixed_musd": 25.0}]},
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
        stocks=[{"place": "Texas", "material": "oxide", "max_t": 50, "holding_usd_per_t_year": 1000}],
    )
    warm = Warm(EXACT)
    for change in Change.several("tariffs[authority=301].rate set 0 to 0.5 in 100"):
        program = Built.of(made.changed([change])).program
        assert warm.solve(program).objective == approx(solve_cold(program, EXACT).objective, abs=1e-9)
    assert warm.searched < 20


@pytest.mark.slow
def test_each_duty_of_the_base_case_is_proven_within_the_gap_asked_for(monkeypatch):
    """The solver took the plan of one duty, as a start for the next, for 40 M$ cheaper than it is, and called 1 %
    reached at 1.25 %: half of the duties ended so, with ten minutes left. Here both are searched among all plans.
    """
    monkeypatch.setattr("planner.solver.branching.MOST_SOLVES", -1)
    monkeypatch.setattr(Warm, "_of_near", lambda self, program, relaxed, began: None)
    made, warm = Original.read(BASE_CASE), Warm(SolveOptions(mip_gap=0.01, time_limit_s=900.0, threads=1))
    for change in Change.several('tariffs[authority="section 301 China"].rate set 0.0454545454545, 0.0909090909091'):
        found = warm.solve(Built.of(made.changed([change])).program)
        assert found.status is Status.WITHIN_GAP
        assert found.gap <= 0.01
    assert warm.searched == 2
