"""Why a loser lost and what would change it, on paper."""

import json

import numpy as np
import pytest
from cases import BAOTOU, LYNAS, MINE, SITE, approx, needs, write_workbook
from test_cli_studies import run

from planner.case.changes import Original
from planner.errors import StudyError
from planner.planning.built import Built
from planner.planning.solve import solve_case
from planner.solver.highs import SolveOptions
from planner.solver.program import Program
from planner.solver.watch import NOBODY
from planner.studies import levers
from planner.studies.crew import crew
from planner.studies.neighbourhood import Neighbourhood
from planner.studies.solving import Study
from planner.studies.why import why


def explained(tmp_path, **sheets):
    """Everything that was told, by kind and name."""
    original = Original.read(write_workbook(tmp_path / "small.xlsx", **sheets))
    options = SolveOptions(mip_gap=0.0, time_limit_s=60.0)
    plan = solve_case(original.case, options)
    rejected, chosen, complete = why(original, plan.solution, Study(options))
    assert complete
    return {(told["kind"], told["name"]): told for told in (*rejected, *chosen)}


def test_the_price_at_which_a_loser_comes_in_and_a_winner_goes(tmp_path):
    """The sum that opens `planner/studies/why.py`: 60,000 of 70,000 is 6/7, 70,000 of 60,000 is 7/6."""
    told = explained(tmp_path)
    lynas, baotou = told["offer", "Lynas"], told["offer", "Baotou"]
    assert lynas["support_musd"] == approx(0.01)
    assert (lynas["factor"], lynas["verdict"]) == (approx(6 / 7), "verified")
    assert (lynas["cell"], lynas["now"], lynas["unit"]) == ("offers!E3", 70_000, "USD/t")
    assert lynas["inside"]["taken"]
    assert lynas["inside"]["cost_musd"] == approx(7.0 * 6 / 7 * 0.995)
    assert not lynas["outside"]["taken"]
    assert lynas["outside"]["cost_musd"] == approx(6.0)
    assert lynas["words"] == (
        "Offer Lynas is not in the plan; a first ton, with what must come with it, costs 10,000 USD more."
        " A price 14.3% lower, 60,000 for 70,000 USD/t brings it in."
    )
    assert (baotou["factor"], baotou["verdict"], baotou["worth_musd"]) == (approx(7 / 6), "verified", approx(1.0))
    assert told["supplier", "Lynas"]["factor"] == approx(6 / 7)


def test_what_brings_a_quote_in_is_told_in_its_own_money(tmp_path):
    """Lynas asks 70 EUR/kg at 1.0 and Baotou 60,000 $/t: it comes in at 6/7, 60 EUR/kg."""
    lynas = LYNAS | {"price_usd_per_t": 70, "unit": "kg", "currency": "EUR"}
    rates = [{"currency": "EUR", "worth_usd": 1.0}]
    told = explained(tmp_path, offers=[BAOTOU, lynas], exchange_rates=rates)["offer", "Lynas"]
    assert (told["factor"], told["now"], told["unit"]) == (approx(6 / 7), 70, "EUR/kg")
    assert "60 for 70 EUR/kg brings it in" in told["words"]


@pytest.mark.slow
def test_what_must_be_qualified_first_comes_in_with_all_its_tons(tmp_path):
    """Lynas costs 0.5 to qualify: 100 t at 55,000 and 0.5 are 6.0, so it comes in at 55/70 of its price.

    A first ton costs 10,000 more and the 0.5. Below 55,000 all comes from it: no part of it pays for the qualification.
    """
    suppliers = [{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS", "qualified": "no"}
                 | {"qualification_cost_musd": 0.5, "qualification_years": 0}]  # fmt: skip
    offers = [BAOTOU, {**LYNAS, "max_t_per_year": 100}]
    lynas = explained(tmp_path, suppliers=suppliers, offers=offers)["offer", "Lynas"]
    assert lynas["support_musd"] == approx(0.51)
    assert (lynas["factor"], lynas["verdict"]) == (approx(55 / 70), "verified")
    assert lynas["inside"]["most_t_per_year"] == approx(100)


PLANT = {
    **SITE,
    "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
    "build_options": [
        {"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 50.0, "life_years": 10}
    ],
}


@pytest.mark.slow
def test_the_capex_and_the_grant_that_bring_a_project_in(tmp_path):
    """50 over ten years are 5.0 a year, and it saves 40,000 x 100 t = 4.0: 1.0 of support, or 4/5 of the capex."""
    project = explained(tmp_path, **PLANT)["project", "dig it"]
    assert project["support_musd"] == approx(1.0)
    assert (project["factor"], project["verdict"]) == (approx(0.8), "verified")


@pytest.mark.slow
def test_the_price_of_a_contract_that_nobody_signs(tmp_path):
    """40 t at 80,000 for 60,000, to be taken or paid, cost 0.8 more; at 3/4 of its price it breaks even."""
    agreed = {"contract": "K", "offer": "Baotou", "signed": "no", "from": 2026, "to": 2026, "take_or_pay_share": 1}
    agreed |= {"min_t_per_year": 40, "max_t_per_year": 40, "price_usd_per_t": 80_000}
    told = explained(tmp_path, contracts=[agreed])["contract", "K"]
    assert told["support_musd"] == approx(0.8)
    assert (told["factor"], told["verdict"]) == (approx(0.75), "verified")


@pytest.mark.slow
def test_a_blank_price_of_one_year_is_no_price(tmp_path):
    """A row of offer_prices that only says how much there is: 50 t of Lynas. It still comes in at 6/7 of its price."""
    prices = [{"offer": "Lynas", "period": 2026, "max_t_per_year": 50}]
    lynas = explained(tmp_path, offer_prices=prices)["offer", "Lynas"]
    assert (lynas["factor"], lynas["verdict"]) == (approx(6 / 7), "verified")
    assert lynas["inside"]["most_t_per_year"] == approx(50)


@pytest.mark.slow
def test_a_price_that_moves_what_others_are_paid_is_borne_out_by_the_case_itself(tmp_path):
    """The mine digs 30 t at 20,000 and is paid what the cheapest offer lacks to 80,000: 20,000. Baotou sells 70 t.

    Below 60,000 Lynas sells them, and the mine is paid more: at 6/7 of its price. Just inside, at 59,700, the mine is
    paid 20,300 with Lynas or without: 0.6 - 0.609 and 70 t at 59,700 or 60,000, so 4.17 or 4.191.
    """
    floor = {
        "incentive": "floor",
        "kind": "price floor",
        "applies_to": "Mine",
        "material": "oxide",
        "usd_per_t": 80_000,
    }
    told = explained(tmp_path, **MINE, incentives=[floor])
    lynas = told["offer", "Lynas"]
    assert (lynas["factor"], lynas["verdict"]) == (approx(6 / 7), "verified")
    assert lynas["inside"]["cost_musd"] == approx(0.6 - 0.609 + 70 * 0.0597)
    assert lynas["inside"]["without_musd"] == approx(0.6 - 0.609 + 4.2)
    assert (told["offer", "Baotou"]["factor"], told["offer", "Baotou"]["verdict"]) == (approx(7 / 6), "verified")


def test_the_yes_or_no_of_one_thing_are_branched_on():
    """Orders of 3 and 4 gain 5 and 6, and there is room for 5: shares of both would gain 8, a whole one gains 6."""
    program = Program(
        columns={"take": (["a", "b"], slice(0, 2))},
        rows={"room": (["room"], slice(0, 1))},
        cost=np.array([-5.0, -6.0]),
        offset=0.0,
        lower=np.zeros(2),
        upper=np.ones(2),
        integer=np.ones(2, dtype=np.bool_),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([5.0]),
        starts=np.array([0, 2], dtype=np.int32),
        columns_in=np.array([0, 1], dtype=np.int32),
        coefficients=np.array([3.0, 4.0]),
    )
    around = Neighbourhood(None, program, np.zeros(2), SolveOptions(0.0, 10.0, 1), NOBODY)
    best = around.best(around.around([0, 1]))
    assert best.musd == approx(-6.0)
    assert best.values.tolist() == approx([0.0, 1.0])
    assert around.best(around.around([0])).musd == approx(-5.0)


@pytest.mark.slow
def test_what_cannot_be_had_or_done_without_is_said(tmp_path):
    """Lynas has 40 t and all 100 are needed, so nothing is without Baotou; Lynas for nothing would still be taken."""
    told = explained(tmp_path, offers=[BAOTOU, {**LYNAS, "max_t_per_year": 40}])
    assert told["offer", "Baotou"]["verdict"] == "no plan is without it"
    assert told["offer", "Lynas"]["verdict"] == "verified"


@pytest.mark.slow
def test_a_duty_on_the_winner_is_in_the_break_even(tmp_path):
    """Baotou pays 10 %: 66,000 against 70,000. Lynas comes in at 66/70, and Baotou goes at 70/66 of its price."""
    told = explained(tmp_path, tariffs=[{"authority": "301", "origin": "CHN", "rate": 0.1}])
    assert told["offer", "Lynas"]["factor"] == approx(66 / 70)
    assert told["offer", "Baotou"]["factor"] == approx(70 / 66)


@pytest.mark.slow
def test_a_limit_on_concentration_is_in_the_way(tmp_path):
    limit = {"limit": "spread", "measure": "hhi", "sense": "at most", "value": 0.8, "material": "oxide"}
    with pytest.raises(StudyError, match="limits a concentration"):
        explained(tmp_path, limits=[limit])


@pytest.mark.slow
def test_the_answer_is_kept_with_the_run(tmp_path, capsys):
    """`why.json` beside the plan says of which plan it is, and goes when the run is replaced."""
    case, out = write_workbook(tmp_path / "small.xlsx"), tmp_path / "run"
    assert run("solve", case, "--out", out, "--quiet") == 0
    capsys.readouterr()
    assert run("why", out, "--json", "--quiet") == 0
    answer = json.loads(capsys.readouterr().out)
    kept = json.loads((out / "why.json").read_text(encoding="utf-8"))
    assert kept == answer
    assert (kept["schema_version"], kept["study"], kept["complete"]) == (1, "why", True)
    assert kept["plan"]["cost_musd"] == approx(6.0)
    assert [told["name"] for told in kept["rejected"] if told["kind"] == "offer"] == ["Lynas"]
    assert run("why", out, "--quiet") == 0
    assert "Offer Lynas is not in the plan" in capsys.readouterr().out
    assert run("report", out) == 0
    assert run("solve", case, "--out", out, "--replace", "--quiet") == 0
    assert not (out / "why.json").exists()


@pytest.mark.slow
def test_only_offers_of_a_material_that_a_floor_pays_for_are_looked_at_one_by_one(tmp_path):
    """A floor pays the mine for oxide what the cheapest offer of oxide lacks: the metal's offers move nothing else.

    Of 42 offers two are of oxide, so besides all and all others these two are pulled alone: the cheaper sets the floor.
    """
    metal = [{"offer": f"Metal {n}", "supplier": "Lynas", "material": "metal", "origin": "MYS", "price_usd_per_t": 9e4}
             for n in range(40)]  # fmt: skip
    floor = {"incentive": "floor", "kind": "price floor", "applies_to": "Mine", "material": "oxide"}
    path = write_workbook(
        tmp_path / "two.xlsx",
        **MINE,
        materials=[{"material": "oxide", "hts": "2846.90.80"}, {"material": "metal", "stage": "metals", "hts": "2805"}],
        offers=[BAOTOU, LYNAS, *metal],
        segments=[{"segment": "magnets"}, {"segment": "alloy", "material": "metal"}],
        demand=[*needs({2026: 100}), *needs({2026: 10}, "alloy")],
        incentives=[{**floor, "usd_per_t": 80_000}],
    )
    original = Original.read(path)
    pulled = []

    def count(original, kind, factor, only, steps, own=levers._pulled):
        pulled.append(only)
        return own(original, kind, factor, only, steps)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levers, "_pulled", count)
        found = levers.lever(original, Built.of(original.case), "offer")
    assert found.tied == {"Baotou", "Lynas"}
    assert len(pulled) == 4  # all by half and to three quarters, the others, and these two


@pytest.mark.slow
def test_two_workers_say_what_one_process_says(tmp_path):
    """Each thing is asked on its own, so who asks changes nothing, nor in which order it is answered."""
    original = Original.read(write_workbook(tmp_path / "small.xlsx", tariffs=[{"authority": "301", "rate": 0.1}]))
    options = SolveOptions(mip_gap=0.0, time_limit_s=60.0, threads=1)
    solution = solve_case(original.case, options).solution
    alone = why(original, solution, Study(options))
    with crew(2, None) as hands:
        assert why(original, solution, Study(options), hands=hands) == alone
    assert alone[2]
