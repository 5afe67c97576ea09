"""Cost that can fall for ever: a letter to the cell that lacks a maximum, not a failure of ours."""

import pytest
from cases import BAOTOU, LYNAS, approx, solve, write_workbook

from planner.case import check_case
from planner.cli import main as cli
from planner.errors import CostEndless

METAL = {"place": "Texas", "material": "metal", "price_usd_per_t": 80_000}
UPGRADE = {
    "materials": [{"material": "oxide", "hts": "2846.90.80"}, {"material": "metal", "stage": "metals"}],
    "facilities": [{"facility": "Mill", "place": "Texas", "capacity_t_per_year": 100}],
    "processes": [{"facility": "Mill", "process": "melt", "cost_usd_per_t": 5_000, "capacity_use": 0}],
    "recipes": [{"process": "melt", "material": "oxide", "t_per_t": -1}, {"process": "melt", "material": "metal"}],
}


def letters(**sheets):
    with pytest.raises(CostEndless) as error:
        solve(**sheets)
    return error.value.problems


@pytest.mark.parametrize("yes_or_no", [False, True])
def test_a_market_without_limit_that_pays_more_than_goods_cost_is_named(yes_or_no):
    """Oxide at 60,000 melts to metal for 5,000; a market pays 80,000 for all there is, beside a yes or no too."""
    larger = {"option": "larger", "facility": "Mill", "capex_fixed_musd": 5, "max_t_per_year": 10}
    more = {"build_options": [larger]} if yes_or_no else {}
    limited = {**METAL, "price_usd_per_t": 90_000, "max_t_per_year": 5}
    (letter,) = letters(**UPGRADE, **more, sales=[limited, METAL])
    assert (letter.sheet, letter.column, letter.found) == ("sales", "max_t_per_year", "nothing")
    assert letter.cell.endswith("3")
    assert "by selling Texas / metal in 2026" in letter.message
    assert "buying" in letter.message
    assert "running Mill / melt in 2026" in letter.message


@pytest.mark.slow
def test_a_market_that_pays_just_what_goods_cost_gives_a_plan():
    """Baotou's oxide at 60,000 and 5,000 to melt it: at 65,000 nothing is gained, at 65,000.01 all there is."""
    metal = {**METAL, "price_usd_per_t": 65_000}
    assert solve(**UPGRADE, sales=[metal]).objective_musd == approx(6.0)
    assert letters(**UPGRADE, sales=[{**metal, "price_usd_per_t": 65_000.01}])


def warned(folder, processes=None, offers=None, most=None):
    """The cells of markets that the checks warn of."""
    sheets = {**UPGRADE, "sales": [METAL | {"max_t_per_year": most}]}
    sheets |= {"processes": processes} if processes else {}
    sheets |= {"offers": offers} if offers else {}
    checked = check_case(write_workbook(folder / "case.xlsx", **sheets))
    assert checked.errors == ()
    return [f"{problem.sheet}!{problem.cell}" for problem in checked.warnings if problem.code == "plausible.endless"]


def test_the_checks_warn_of_what_only_solving_can_show(tmp_path):
    """Oxide and melting have no limit, nor has the market: whether it pays more than they cost is not theirs to say."""
    assert warned(tmp_path) == ["sales!D2"]


@pytest.mark.parametrize("sheets", [
    {"processes": [UPGRADE["processes"][0] | {"capacity_use": 1}]},
    {"offers": [BAOTOU | {"max_t_per_year": 500}, LYNAS | {"max_t_per_year": 500}]},
    {"most": 50},
], ids=["capacity counts", "offers have a maximum", "the market has one"])  # fmt: skip
def test_the_checks_say_nothing_where_one_limit_ends_it(sheets, tmp_path):
    assert warned(tmp_path, **sheets) == []


@pytest.mark.slow
def test_the_command_line_ends_as_for_a_case_with_errors(tmp_path, capsys):
    path = write_workbook(tmp_path / "case.xlsx", **UPGRADE, sales=[METAL])
    with pytest.raises(SystemExit) as end:
        cli.main(["solve", str(path), "--out", str(tmp_path / "run")])
    assert end.value.code == 3
    assert "cost can fall for ever, by selling Texas / metal" in capsys.readouterr().err
