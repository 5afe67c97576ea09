"""Losses that a plan was not made for, by hand."""

from math import inf

import pytest
from cases import BAOTOU, LYNAS, MINE, approx, case, needs, years

from planner.errors import InputInvalid, StudyError
from planner.planning.solve import solve_case
from planner.solver.highs import SolveOptions
from planner.studies.losses import losses
from planner.studies.solving import Study
from planner.studies.stress import IMPOSSIBLE, lose_each, meet_scenarios

# 100 t a year in 2026 to 2028; Baotou at 60,000 $/t without limit, Lynas at 70,000 for 40 t; going short 200,000.
THREE_YEARS = {
    "periods": years(2026, 2027, 2028),
    "demand": needs({2026: 100, 2027: 100, 2028: 100}),
    "offers": [BAOTOU, {**LYNAS, "max_t_per_year": 40}],
    "materials": [{"material": "oxide", "hts": "2846.90.80", "element": "NdPr"}],
    "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 200_000}],
}


def lose(first, length=1, kinds=("supplier",), until=None, **sheets):
    """The case planned, then each loss of these kinds."""
    made = case(**{**THREE_YEARS, **sheets})
    study = Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0))
    return lose_each(made, solve_case(made), study, first, length, kinds, until)


def result(stress, future):
    found = stress.results
    return found[found["future"] == future].iloc[0]


@pytest.mark.slow
def test_the_loss_of_the_supplier_in_use():
    """In 2027 Lynas sells 40 t for 2.8 M$ and 60 t are short at 12.0; Baotou would have cost 6.0: 8.8 more.

    Lynas is not in use, so its loss is not a future worth a solve.
    """
    stress = lose(2027)
    assert list(stress.results["future"]) == ["loss of Baotou"]
    baotou = result(stress, "loss of Baotou")
    assert stress.calm.objective_musd == approx(18.0)
    assert baotou["extra_musd"] == approx(8.8)
    assert baotou["unmet_t"] == approx(60)
    assert baotou["years_to_recover"] == 1
    unmet = stress.unmet.iloc[0]
    assert (unmet["segment"], unmet["material"], unmet["element"]) == ("magnets", "oxide", "NdPr")
    assert unmet["unmet_t"] == approx(60)


@pytest.mark.slow
def test_nobody_fills_a_store_for_a_loss_that_nobody_knows():
    """A free store of 100 t could be filled in 2026, and nobody knows of the loss until 2027: 8.8 as before."""
    store = [{"place": "Texas", "material": "oxide", "max_t": 100}]
    assert result(lose(2027, stocks=store), "loss of Baotou")["extra_musd"] == approx(8.8)


@pytest.mark.slow
def test_what_is_in_store_when_it_happens_helps():
    """60 t are in the store from the beginning, to be kept as a reserve until 2027 and used at will in 2028.

    A loss of 2028 then leaves nobody short: 40 t of Lynas (2.8) and 60 t from the store, while without the loss 60 t
    from the store save 3.6 of 6.0: 2.4 against 2.8, 0.4 more.
    """
    store = [{"place": "Texas", "material": "oxide", "max_t": 100, "initial_t": 60, "final_t": 0}]
    found = result(lose(2028, stocks=store, offers=[BAOTOU, LYNAS]), "loss of Baotou")
    assert found["unmet_t"] == approx(0, abs=1e-6)


WAITING = {
    "suppliers": [{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Lynas", "country": "MYS", "qualified": "no"}
                  | {"qualification_cost_musd": 1, "qualification_years": 1}],
    "offers": [BAOTOU, {**LYNAS, "max_t_per_year": 100}],
}  # fmt: skip


@pytest.mark.slow
def test_the_plan_adapts_from_the_loss_on():
    """Lynas may be qualified from 2027 on (1.0), and sells in 2028: 2027 short at 20.0 for 6.0, 2028 7.0 for 6.0.

    14.0 + 1.0 + 1.0 = 16.0 more. Held to its plan until 2028 it may not: short in both years, 28.0 more.
    """
    free = result(lose(2027, 2, **WAITING), "loss of Baotou")
    assert free["extra_musd"] == approx(16.0)
    assert free["years_to_recover"] == 1
    held = result(lose(2027, 2, until=2028, **WAITING), "loss of Baotou")
    assert held["extra_musd"] == approx(28.0)
    assert held["years_to_recover"] == inf


@pytest.mark.slow
def test_the_loss_of_a_country_is_felt_behind_its_neighbours():
    """Lynas alone, 100 t at 70,000, half of it separated in China: without China 50 t are short.

    200,000 for 70,000 on 50 t: 6.5 more. Without Malaysia all 100: 13.0.
    """
    sheets = {
        "offers": [{**LYNAS, "max_t_per_year": 100}],
        "upstream": [{"offer": "Lynas", "country": "CHN", "share": 0.5}],
    }
    stress = lose(2027, kinds=("country",), **sheets)
    assert list(stress.results["future"]) == ["loss of MYS", "loss of CHN"]
    assert result(stress, "loss of CHN")["extra_musd"] == approx(6.5)
    assert result(stress, "loss of MYS")["extra_musd"] == approx(13.0)


@pytest.mark.slow
def test_a_part_of_an_offer_without_limit_cannot_be_lost():
    """Half of what is unlimited is unlimited: without a maximum no number would be right."""
    with pytest.raises(InputInvalid, match="part of the offer Lynas, which has no maximum"):
        lose(2027, kinds=("country",), offers=[LYNAS], upstream=[{"offer": "Lynas", "country": "CHN", "share": 0.5}])


@pytest.mark.slow
def test_the_loss_of_a_plant():
    """A mine digs 30 t at 20,000; bought in 2028 for 60,000 they cost 1.2 more. Its country is home: never lost."""
    mine = {
        "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30}],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
        "recipes": [{"process": "dig", "material": "oxide"}],
    }
    stress = lose(2028, kinds=("facility", "country"), **mine)
    assert result(stress, "loss of Mine")["extra_musd"] == approx(1.2)
    assert "loss of USA" not in set(stress.results["future"])


@pytest.mark.slow
def test_a_loss_that_no_plan_survives_is_told_as_such():
    """Nobody may go short, and only Baotou sells."""
    segments = [{"segment": "magnets", "max_shortage_share": 0}]
    found = result(lose(2027, segments=segments, offers=[BAOTOU]), "loss of Baotou")
    assert found["outcome"] == IMPOSSIBLE
    assert found["extra_musd"] == inf


@pytest.mark.slow
def test_a_loss_outside_the_horizon_is_refused():
    with pytest.raises(StudyError, match="not within the years planned, 2026 to 2028"):
        lose(2029)


@pytest.mark.slow
def test_a_loss_comes_on_top_of_the_only_future_that_is_told():
    """Demand of 2028 is known to be 150: without Baotou 40 t come from Lynas and 110 are short, 24.8 for 9.0."""
    told = {
        "scenarios": [{"scenario": "growth"}],
        "events": [{"scenario": "growth", "kind": "demand", "from": 2028, "factor": 1.5}],
    }
    found = result(lose(2028, kinds=("country",), **told), "loss of CHN")
    assert found["extra_musd"] == approx(15.8)
    assert found["unmet_t"] == approx(110)


@pytest.mark.slow
def test_scenarios_of_another_case_are_met_when_they_are_known():
    """A price of 100,000 from 2028 on, and a calm: 40 t of Lynas for 70,000 and 60 t for 100,000, 8.8 for 6.0."""
    made = case(**THREE_YEARS)
    told = case(
        **THREE_YEARS,
        scenarios=[{"scenario": "calm", "probability": 0.5}, {"scenario": "dear"}],
        events=[{"scenario": "dear", "kind": "price", "country": "CHN", "from": 2028, "value": 40_000}],
    )
    study = Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0))
    stress = meet_scenarios(made, solve_case(made), told, study)
    assert stress.until == 2027
    assert result(stress, "dear")["extra_musd"] == approx(2.8)
    assert result(stress, "calm")["extra_musd"] == approx(0, abs=1e-9)


@pytest.mark.slow
def test_a_case_without_scenarios_has_none_to_meet():
    made = case(**THREE_YEARS)
    with pytest.raises(StudyError, match="no scenarios to try"):
        meet_scenarios(made, solve_case(made), made, Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0)))


@pytest.mark.slow
def test_a_plan_for_several_futures_is_held_while_they_are_one():
    """War from 2028 is known in 2027. What is decided in 2026 holds for both; from 2027 on nothing is held."""
    futures = {
        "scenarios": [{"scenario": "calm", "probability": 0.5}, {"scenario": "war"}],
        "events": [
            {"scenario": "war", "kind": "price", "country": "CHN", "from": 2028, "known_from": 2027, "factor": 2}
        ],
    }
    stress = lose(2028, **futures)
    assert stress.until == 2026
    assert result(stress, "loss of Baotou")["extra_musd"] == approx(8.8)


@pytest.mark.slow
def test_a_supplier_and_a_plant_of_one_name_are_two_losses():
    """The mine digs 30 t at 20,000, the supplier Mine sells 40 t at 50,000, Baotou the rest at 60,000.

    The losses cost 30 x 40,000 = 1.2 and 40 x 10,000 = 0.4 M$.
    """
    mine = {
        "facilities": [{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30}],
        "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
        "recipes": [{"process": "dig", "material": "oxide"}],
        "suppliers": [{"supplier": "Baotou", "country": "CHN"}, {"supplier": "Mine", "country": "MYS"}],
        "offers": [BAOTOU, {**LYNAS, "supplier": "Mine", "price_usd_per_t": 50_000, "max_t_per_year": 40}],
    }
    stress = lose(2028, kinds=("supplier", "facility"), **mine)
    extra = {(r.kind, r.future): r.extra_musd for r in stress.results.itertuples()}
    assert extra["facility", "loss of Mine"] == approx(1.2)
    assert extra["supplier", "loss of Mine"] == approx(0.4)
    assert sorted(name for name, _ in stress.plans) == ["loss of Baotou", "loss of Mine", "loss of Mine"]


def test_only_what_is_in_use_while_it_lasts_is_lost():
    """Each year another sells, cheapest: Lynas in 2026, Baotou in 2027, Iluka in 2028. A loss of 2027 is Baotou's."""
    iluka = {**LYNAS, "offer": "Iluka", "supplier": "Iluka", "origin": "MYS"}
    made = case(
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
        suppliers=[{"supplier": "Baotou", "country": "CHN"}]
        + [{"supplier": name, "country": "MYS"} for name in ("Lynas", "Iluka")],
        offers=[{**offer, "from": year, "to": year} for offer, year in ((LYNAS, 2026), (BAOTOU, 2027), (iluka, 2028))],
    )
    plan = solve_case(made)
    names = {
        (first, length): [loss.name for loss in losses(made, plan, first, length, ("supplier",))]
        for first, length in ((2026, 1), (2027, 1), (2028, 1), (2026, 2))
    }
    assert names == {
        (2026, 1): ["Lynas"],
        (2027, 1): ["Baotou"],
        (2028, 1): ["Iluka"],
        (2026, 2): ["Baotou", "Lynas"],
    }


def test_what_is_lifted_under_contract_and_what_is_dug_can_be_lost_but_not_the_home_country():
    """The mine in Texas digs 30 t at 20,000 $/t, Baotou delivers 70 under contract at 50,000, and nobody sells at spot.

    Baotou, its country and the mine can be lost; the United States, where the mine is, are home.
    """
    agreed = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2026}
    made = case(**MINE, contracts=[agreed | {"max_t_per_year": 100, "price_usd_per_t": 50_000}])
    found = losses(made, solve_case(made), 2026, 1)
    assert [(loss.kind, loss.name) for loss in found] == [
        ("country", "CHN"),
        ("supplier", "Baotou"),
        ("facility", "Mine"),
    ]
