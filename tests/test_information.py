"""What it is worth to know the future, on a published problem and by hand."""

from random import Random

import pytest
from cases import BAOTOU, LYNAS, SITE, approx, case, needs, years
from test_published_stochastic import farm_sheets

from planner.errors import StudyError
from planner.planning.solve import solve_case
from planner.solver.highs import SolveOptions
from planner.studies.cases import alone, mean_future
from planner.studies.information import ALL, information
from planner.studies.solving import Study


def study():
    return Study(SolveOptions(mip_gap=0.0, time_limit_s=60.0))


@pytest.mark.slow
def test_the_farmer_of_birge_and_louveaux():
    """Profit 115,405.56 with foresight, 108,390 with one plan for all weathers, 107,240 planned for the mean weather.

    So EVPI is 7,015.56 and VSS 1,150 dollars.
    """
    found = information(case(**farm_sheets()), study())
    assert found.until == 2026
    assert found.wait_and_see_musd * 1e6 == approx(-115_405.5556, abs=1e-3)
    assert found.stochastic_musd * 1e6 == approx(-108_390, abs=1e-3)
    assert found.mean_plan_musd * 1e6 == approx(-107_240, abs=1e-3)
    assert found.evpi_musd * 1e6 == approx(7_015.5556, abs=1e-3)
    assert found.vss_musd * 1e6 == approx(1_150, abs=1e-3)


@pytest.mark.slow
def test_the_farmers_regret():
    """Planned for all, he earns 167,000, 109,350 and 48,820; the best were 167,666.67, 118,600 and 59,950.

    His largest regret is 11,130, in bad weather. Planned for average weather he earns 148,000 in good weather, a regret
    of 19,666.67.
    """
    found = information(case(**farm_sheets()), study())
    regret = {(r.planned_for, r.scenario): r.regret_musd * 1e6 for r in found.regret.itertuples()}
    assert regret[ALL, "good"] == approx(666.6667, abs=1e-3)
    assert regret[ALL, "bad"] == approx(11_130, abs=1e-3)
    assert regret["average", "good"] == approx(19_666.6667, abs=1e-3)
    assert regret["good", "good"] == 0.0
    assert found.largest_regrets["regret_musd"].min() * 1e6 == approx(11_130, abs=1e-3)
    assert found.largest_regrets["planned_for"].iloc[0] == ALL


def test_a_case_without_futures_has_nothing_to_know():
    with pytest.raises(StudyError, match="one future only"):
        information(case(), study())


@pytest.mark.slow
def test_futures_that_differ_from_the_beginning_leave_nothing_to_decide():
    """A farmer who knows the weather when he plants."""
    with pytest.raises(StudyError, match="differ from the first period on"):
        information(case(**farm_sheets(known=2026)), study())


DUTIES = {
    "periods": years(2026, 2027, 2028),
    "demand": needs({2026: 100, 2027: 100, 2028: 100}),
    "scenarios": [{"scenario": "calm", "probability": 0.75}, {"scenario": "war"}],
}


def test_the_mean_future_averages_year_by_year():
    """A ban from 2027 on at 1/4 leaves 0.75 of the supply; a price 8,000 higher in 2027 alone adds 2,000."""
    events = [
        {"scenario": "war", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0},
        {"scenario": "war", "kind": "price", "offer": "Lynas", "from": 2027, "to": 2027, "value": 8_000},
    ]
    capped = [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 6e4}
              | {"max_t_per_year": 200}, {"offer": "Lynas", "supplier": "Lynas", "material": "oxide", "origin": "MYS",
                                          "price_usd_per_t": 7e4}]  # fmt: skip
    made = mean_future(case(**DUTIES, offers=capped, events=events)).tables["events"]
    assert len(made) == 2
    supply, price = made[made["kind"] == "supply"].iloc[0], made[made["kind"] == "price"].iloc[0]
    assert (supply["factor"], supply["from"], supply["to"]) == (0.75, 2027, 2028)
    assert (price["value"], price["from"], price["to"]) == (2_000, 2027, 2027)
    assert (supply["offer"], price["country"]) == (None, None)


def test_the_mean_of_unlike_events_acts_with_each():
    """Dearer by 0.25 x 20,000 and 10 % more demand: 2027 costs 110 t at 65,000."""
    events = [
        {"scenario": "war", "kind": "price", "country": "CHN", "from": 2027, "to": 2027, "value": 20_000},
        {"scenario": "war", "kind": "demand", "from": 2027, "to": 2027, "factor": 1.4},
    ]
    plan = solve_case(mean_future(case(**DUTIES, events=events)))
    assert plan.objective_musd == approx(6.0 + 7.15 + 6.0)


def test_a_future_alone_is_known_from_the_beginning():
    """The case with war alone has one node a period."""
    events = [{"scenario": "war", "kind": "price", "country": "CHN", "from": 2027, "factor": 2}]
    whole = case(**DUTIES, events=events)
    war = alone(whole, "war")
    assert war.fingerprint != whole.fingerprint
    assert war.tables["scenarios"]["probability"].tolist() == [1.0]
    assert len(alone(whole, "calm").tables["events"]) == 0


@pytest.mark.slow
def test_a_mine_that_pays_only_in_war():
    """A mine of 100 t costs 1.5 M$, begun in 2026, and digs at 20,000 $/t from 2027; China asks 25,000, in war 60,000.

    2026 costs 2.5 either way. In calm, two years: 5.0 bought, or 1.5 + 4.0 = 5.5 dug.
    In war: 12.0 against 5.5. At 0.75 calm the mine (5.5) beats none (0.75 x 5 + 0.25 x 12 = 6.75). With foresight:
    0.75 x 5 + 0.25 x 5.5 = 5.125, so EVPI = 0.375. The mean price is 33,750: 6.75 against 5.5, the mine too; VSS = 0.
    """
    found = information(
        case(
            **{
                **DUTIES,
                **SITE,
                "offers": [{"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN"}
                           | {"price_usd_per_t": 25_000}],
                "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
                "build_options": [{"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "latest": 2026}
                                  | {"capex_fixed_musd": 1.5, "lead_years": 1, "life_years": 2}],
                "events": [{"scenario": "war", "kind": "price", "country": "CHN", "from": 2027, "factor": 2.4}],
            }
        ),
        study(),
    )  # fmt: skip
    assert found.stochastic_musd == approx(2.5 + 5.5)
    assert found.wait_and_see_musd == approx(2.5 + 5.125)
    assert found.evpi_musd == approx(0.375)
    assert found.vss_musd == approx(0.0, abs=1e-9)


def by_lot(seed):
    """A mine that may be dug in two sizes, two suppliers, and two or three futures of price and demand, by lot."""
    draw = Random(seed)
    names = ["calm", "war", "boom"][: draw.randint(2, 3)]
    kinds = [{"kind": "price", "country": "CHN", "factor": draw.choice([1.5, 2, 3])}]
    kinds += [
        {"kind": "demand", "factor": draw.choice([0.5, 1.5])},
        {"kind": "supply", "country": "CHN", "factor": 0.4},
    ]
    events = [{"scenario": name, "from": 2027, **draw.choice(kinds)} for name in names[1:]]
    options = [
        {
            "option": f"dig {tons}",
            "facility": "Mine",
            "min_t_per_year": tons / 2,
            "max_t_per_year": tons,
            "latest": 2026,
        }
        | {"capex_fixed_musd": draw.choice([0.5, 1.0]), "capex_usd_per_t": draw.choice([2_000, 9_000])}
        | {"lead_years": 1, "life_years": 2, "exclusive_group": "mine"}
        for tons in (30, 90)
    ]
    return case(
        **{
            **DUTIES,
            **SITE,
            "offers": [{**BAOTOU, "price_usd_per_t": draw.choice([25_000, 40_000]), "max_t_per_year": 90}, LYNAS],
            "processes": [{"facility": "Mine", "process": "dig", "cost_usd_per_t": 20_000}],
            "build_options": options,
            "segments": [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 90_000}],
            "scenarios": [{"scenario": name} for name in names],
            "events": events,
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_knowing_never_hurts_and_planning_for_the_mean_never_helps(seed):
    """Wait and see <= one plan for all <= the plan for the mean, held in all; no regret is below zero."""
    found = information(by_lot(seed), study())
    assert found.wait_and_see_musd <= found.stochastic_musd + 1e-6
    assert found.stochastic_musd <= found.mean_plan_musd + 1e-6
    assert (found.regret["regret_musd"] > -1e-6).all()
    of_all = found.regret[found.regret["planned_for"] == ALL].merge(found.futures, on="scenario")
    assert (of_all["cost_musd"] - of_all["together_musd"]).max() == approx(0, abs=1e-6)
