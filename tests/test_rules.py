"""Rules read out of a plan for several futures: what each waits for, and what it costs not to wait."""

import json

import pytest
from cases import BAOTOU, LYNAS, SITE, approx, needs, write_workbook, years
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from planner.case.changes import Original
from planner.case.decisions import Decision
from planner.cli import main as cli
from planner.docs.answers import answers
from planner.errors import StudyError
from planner.planning.solve import solve_case
from planner.solver.outcome import SolveOptions
from planner.studies.rules import Condition, facts_of, priced, rules_of
from planner.studies.solving import Study

LAST = {**LYNAS, "offer": "Last", "price_usd_per_t": 200_000}
STAND_BY = {
    "contract": "Stand-by", "offer": "Last", "signed": "no", "from": 2027, "to": 2027, "max_t_per_year": 50,
    "price_usd_per_t": 100_000, "signing_cost_musd": 0.1,
}  # fmt: skip


def futures(**chances):
    return [{"scenario": name, "probability": chance} for name, chance in chances.items()]


def supply(scenario, factor, **more):
    return {"scenario": scenario, "kind": "supply", "country": "CHN", "from": 2027, "factor": factor, **more}


# 100 t in 2026 and 2027; 50 t of Lynas at 70,000 $/t, all else at 200,000, or under contract at 100,000.
STAND_BY_CASE = {
    "periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100}),
    "offers": [BAOTOU, {**LYNAS, "max_t_per_year": 50}, LAST], "contracts": [STAND_BY],
    "scenarios": futures(calm=0.75, ban=0.25), "events": [supply("ban", 0)],
}  # fmt: skip


def stand_by(place, **sheets):
    """The case with these sheets in place of its own."""
    return Original.read(write_workbook(place / "case.xlsx", **{**STAND_BY_CASE, **sheets}))


def rules(original):
    return rules_of(original.case, solve_case(original.case))


def conditions(original):
    """Of the one rule there is: its futures, its conditions in words, and how they are joined."""
    (rule,) = rules(original).rules
    return rule.futures, [one.words({}) for one in rule.conditions], rule.joined


@pytest.mark.slow
def test_a_contract_waits_for_a_ban_and_each_way_to_ignore_it_has_its_price(tmp_path):
    """Banned, the 50 t that Lynas has not cost 5 M$ under contract instead of 10, for 0.1 M$ of signing.

    Never signed: 0.25 x (10 - 5 - 0.1) = 1.225 M$ more. Signed in the calm future as well: 0.75 x 0.1 = 0.075.
    """
    original = stand_by(tmp_path)
    plan = solve_case(original.case)
    found = rules_of(original.case, plan)
    (rule,) = found.rules
    assert (found.whatever, rule.decision, rule.years) == ((), Decision("contract", "Stand-by"), (2027,))
    assert (rule.futures, rule.probability) == (("ban",), approx(0.25))
    assert rule.conditions == (Condition("supply", (("country", "CHN"),), "factor", "at most", 0.0),)
    prices = priced(original, found, Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0)))
    (told,) = facts_of(original.case, plan, found, prices)["rules"]
    assert (told["never"]["more_musd"], told["always"]["more_musd"]) == approx((1.225, 0.075))
    assert told["words"] == (
        "Sign Stand-by in 2027 when supply of CHN stops: in the futures ban (25%)."
        " Never to sign costs 1.225 ± 0.000 M$ more. In every future to sign costs 0.075 ± 0.000 M$ more."
    )


@pytest.mark.slow
def test_a_project_waits_for_a_duty_that_is_high_enough(tmp_path):
    """A mine for 30 t digs at 20,000 $/t and costs 1.9 M$ to build in 2027: worth it where it saves more than that.

    30 t of Baotou cost 1.8 M$ before duty: at 10 points 1.98, saves 1.38; at 45 points 2.61 and at 60 points 2.88,
    which save 2.01 and 2.28. Lynas at 200,000 is no rival.
    """
    mine = {**SITE, "build_options": [{"option": "Mine one", "facility": "Mine", "max_t_per_year": 30,
                                       "capex_fixed_musd": 1.9, "earliest": 2027, "life_years": 1}]}  # fmt: skip
    duty = {"kind": "duty", "country": "CHN", "from": 2027}
    original = stand_by(
        tmp_path, offers=[BAOTOU, LAST], contracts=[], **mine, scenarios=futures(low=0.5, high=0.25, higher=0.25),
        events=[{**duty, "scenario": "low", "value": 0.1}, {**duty, "scenario": "high", "value": 0.45},
                {**duty, "scenario": "higher", "value": 0.6}],
    )  # fmt: skip
    assert conditions(original) == (
        ("high", "higher"), ["duty of CHN changes by at least +45 points"], "and"
    )  # fmt: skip


def test_what_is_begun_in_every_future_is_done_whatever_happens(tmp_path):
    """China sells nothing in either future, in one of which prices of Malaysia rise: the contract is signed in both."""
    dearer = {"scenario": "dear", "kind": "price", "country": "MYS", "from": 2027, "factor": 1.1}
    original = stand_by(tmp_path, scenarios=futures(dear=0.5, ban=0.5),
                        events=[supply("ban", 0), supply("dear", 0), dearer])  # fmt: skip
    found = rules(original)
    assert found.whatever == ((Decision("contract", "Stand-by"), (2027,)),)
    assert found.rules == ()


def test_two_things_that_must_come_together_are_told_together(tmp_path):
    """Half of China's 200 t are enough for all unless need doubles; with both, 200 t are wanted and 150 to be had."""
    surge = {"kind": "demand", "segment": "magnets", "from": 2027, "factor": 2}
    original = stand_by(
        tmp_path, offers=[{**BAOTOU, "max_t_per_year": 200}, {**LYNAS, "max_t_per_year": 50}, LAST],
        scenarios=futures(calm=0.25, cut=0.25, surge=0.25, both=0.25),
        events=[supply("cut", 0.5), {**surge, "scenario": "surge"}, supply("both", 0.5), {**surge, "scenario": "both"}],
    )  # fmt: skip
    assert conditions(original) == (
        ("both",),
        ["supply of CHN is at most 0.5 times as planned", "demand of magnets is at least 2 times as planned"],
        "and",
    )


def test_either_of_two_things_is_told_as_either(tmp_path):
    """A ban, or a need of 600 t where China sells 500: each wants the contract, and so do both."""
    surge = {"kind": "demand", "segment": "magnets", "from": 2027, "factor": 6}
    original = stand_by(
        tmp_path, offers=[{**BAOTOU, "max_t_per_year": 500}, {**LYNAS, "max_t_per_year": 50}, LAST],
        scenarios=futures(calm=0.25, ban=0.25, surge=0.25, both=0.25),
        events=[supply("ban", 0), {**surge, "scenario": "surge"}, supply("both", 0), {**surge, "scenario": "both"}],
    )  # fmt: skip
    assert conditions(original) == (
        ("ban", "surge", "both"), ["supply of CHN stops", "demand of magnets is at least 6 times as planned"], "or"
    )  # fmt: skip


def test_an_early_ban_is_told_from_a_late_one_by_its_year(tmp_path):
    """Both are known in 2026; the contract is of 2027, so only the ban that begins by then wants it."""
    known = {"known_from": 2026}
    original = stand_by(
        tmp_path, periods=years(2026, 2027, 2028), demand=needs({2026: 100, 2027: 100, 2028: 40}),
        scenarios=futures(early=0.5, late=0.5),
        events=[supply("early", 0, **known), supply("late", 0, **known) | {"from": 2028}],
    )  # fmt: skip
    assert conditions(original) == (("early",), ["supply of CHN changes by 2027"], "and")


def test_without_several_futures_there_is_no_rule(tmp_path):
    original = stand_by(tmp_path, scenarios=[], events=[])
    with pytest.raises(StudyError, match="has one future"):
        rules(original)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("supply", "factor", "at least", 1.0), "supply of China does not fall"),
        (("price", "factor", "at most", 1.0), "price of China does not rise"),
        (("price", "value", "at least", 500.0), "price of China changes by at least +500 USD/t"),
        (("capacity", "from", "at least", float("inf")), "capacity of China changes not at all"),
        (("capacity", "from", "at least", 2030.0), "capacity of China changes not before 2030"),
    ],
)
def test_a_condition_reads_as_a_buyer_says_it(condition, words):
    kind, *rest = condition
    assert Condition(kind, (("country", "CHN"),), *rest).words({"CHN": "China"}) == words


@pytest.mark.slow
def test_a_run_keeps_its_rules_and_tells_them_in_its_report(tmp_path, capsys):
    """As on paper above, through the command line: the answer in its published form, and a row of the report."""
    original, folder = write_workbook(tmp_path / "case.xlsx", **STAND_BY_CASE), tmp_path / "run"
    for arguments in (
        ["solve", str(original), "--out", str(folder), "--quiet"],
        ["rules", str(folder), "--quiet", "--json"],
    ):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        assert not end.value.code
    told = json.loads(capsys.readouterr().out)
    Draft202012Validator({"$ref": "#/$defs/rules", "$defs": answers()["$defs"]}).validate(told)
    assert json.loads((folder / "rules.json").read_text(encoding="utf-8"))["rules"] == told["rules"]
    sheet = load_workbook(folder / "report.xlsx")["What changes the answer"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert ["Sign Stand-by", 2027, "supply of CHN stops", 0.25, *map(approx, (1.225, 0, 0.075, 0))] in rows
