"""Each figure that report, pages and studies show, derived once: definitions on cases whose sums are on paper."""

from dataclasses import replace

import pandas as pd
import pytest
from audit_cases import changed, line
from audit_hand import making
from audit_hand_more import agreeing, foreseeing
from cases import BAOTOU, LYNAS, approx, case, needs, years
from report_examples import BAN, Report, two_futures

from planner.planning.solve import solve_case
from planner.results.awards import awards
from planner.results.demand import needs as need_table
from planner.results.demand import shares_of_countries
from planner.results.facts import Facts
from planner.results.flows import supply_mix
from planner.results.headline import duties_share, figures, home_share, landing_share, sellers
from planner.results.landed import duties, landed
from planner.results.limits import by_limit, missed, missed_sentence
from planner.results.money import costs_by_period
from planner.results.projects import expected_capex, projects, use_of_plants
from planner.results.proof import bridge, bridge_sentence, verdict
from planner.results.recycling import recovered
from planner.results.sentences import decision

SHAFT = {"option": "shaft", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 1, "latest": 2026}
MINE_ONLY = {
    "facilities": [{"facility": "Mine", "place": "Texas"}],
    "processes": [{"facility": "Mine", "process": "dig"}],
    "recipes": [{"process": "dig", "material": "oxide"}],
}


def planned(settings=None, **sheets):
    found = case(settings, **sheets)
    return Facts(found, solve_case(found))


def card(facts, label):
    return next(figure for figure in figures(facts) if figure.label == label)


# Where it is made -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_home_share_is_of_what_is_delivered_and_not_of_supply():
    """100 t magnets from 30 t of home oxide, and 100 t oxide from China: half of 200 t delivered is made at home.

    Of the supply of both materials 130 of 230 t would be: the oxide in the magnets is not delivered twice.
    """
    facts = planned(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        materials=[{"material": "oxide"}, {"material": "magnet"}],
        lanes=[{"from": "CHN", "to": "Ohio"}],
        facilities=[
            {"facility": "Mine", "place": "Texas", "capacity_t_per_year": 30},
            {"facility": "Press", "place": "Texas", "capacity_t_per_year": 100},
        ],
        processes=[{"facility": "Mine", "process": "dig"}, {"facility": "Press", "process": "press"}],
        recipes=[
            {"process": "dig", "material": "oxide"},
            {"process": "press", "material": "oxide", "t_per_t": -0.3},
            {"process": "press", "material": "magnet"},
        ],
        segments=[{"segment": "motors", "material": "magnet"}, {"segment": "alloys", "place": "Ohio"}],
        demand=[*needs({2026: 100}, "motors"), *needs({2026: 100}, "alloys")],
    )
    assert shares_of_countries(facts) == approx({("USA", 2026): 0.5, ("CHN", 2026): 0.5})
    assert home_share(facts) == approx((100.0, 200.0))
    assert card(facts, "Made at home").value == "50 %"
    said = decision(facts)[2]
    assert said.startswith("50 % of the tons delivered to segments are made at home in 2026")
    assert "the largest foreign maker of what is delivered, CHN, goes from 50 %" in said


def test_the_share_of_a_maker_abroad_is_of_what_is_delivered_expected_over_the_futures():
    """2026: 60 of 100 t from China. 2027: 50 of 100, and none in the half of futures with a ban: 25 %."""
    facts = planned(
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS],
        offer_prices=[{"offer": "Baotou", "period": 2027, "max_t_per_year": 50}],
        scenarios=[{"scenario": "calm"}, {"scenario": "ban"}],
        events=[{"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}],
    )
    shares = shares_of_countries(facts)
    assert (shares["CHN", 2026], shares["CHN", 2027]) == approx((0.6, 0.25))
    assert "the largest foreign maker of what is delivered, CHN, goes from 60 % to 25 %" in decision(facts)[2]


def test_goods_out_of_stock_count_for_where_they_were_made():
    """100 t bought in China in 2026 for a store in Texas; what is taken from it in 2027 is Chinese still."""
    china = {"offer": "Baotou", "supplier": "Baotou", "material": "oxide", "origin": "CHN", "price_usd_per_t": 60_000}
    facts = planned(
        periods=years(2026, 2027),
        offers=[{**china, "to": 2026}],
        stocks=[{"max_t": 100}],
        demand=needs({2027: 100}),
    )
    assert shares_of_countries(facts) == approx({("CHN", 2027): 1.0})


# Money ----------------------------------------------------------------------------------------------------------------


def test_duties_and_freight_on_purchases_leave_own_goods_out():
    """Spot 1.95 + 0.5, contract 1.5 + 2.1: 6.05 M$. Their duties 0.897 and freight 0.017: 15.1 % of the price.

    Own goods that travel for 1 M$ change nothing, nor does the fixed cost of a lane.
    """
    known, plan = agreeing()
    share = (0.897 + 0.017) / 6.05
    assert landing_share(Facts(known, plan)) == approx(share)
    own = line("freight", "2026", 1.0, 1, item="own goods", material="oxide", t=1.0, usd=1e6)
    ledger = plan.tables["ledger"]
    more = pd.concat([ledger, pd.DataFrame([own], columns=ledger.columns)], ignore_index=True)
    assert landing_share(Facts(known, changed(plan, "ledger", more))) == approx(share)
    assert landing_share(Facts(*making())) == 0.0


def test_duties_are_a_share_of_what_is_paid_expected_over_the_futures():
    """2026: 0.0609 + 0.3045. Calm (0.75), two years: 2 x 0.18. Together 0.6354 of all that is paid, sales left out."""
    facts = Facts(*two_futures())
    assert duties_share(facts) == approx(0.6354 / (facts.plan.cost_musd + 0.05))


@pytest.mark.slow
def test_the_largest_seller_is_weighted_and_counts_contracts():
    """Malaysia 1.4 + 2.8 = 4.2, China 1.218 + 0.75 x 1.2 = 2.118: 66 %. With a contract: spot 2.45, contract 3.6."""
    facts = Facts(*two_futures())
    assert sellers(facts).to_dict() == approx({"Malaysia": 4.2, "China": 2.118})
    assert (card(facts, "Largest seller country").value, card(facts, "Largest seller country").context) == (
        "66 %",
        "Malaysia, of what goods cost; 2 countries in all",
    )
    assert sellers(Facts(*agreeing())).to_dict() == approx({"Malaysia": 3.6, "China": 2.45})


def test_cost_is_told_apart_from_the_objective_with_a_bridge_between_them():
    """Cost 5.3525; the dearest quarter costs 5.9525, half of the 0.6 more is 0.3; a tenth of 1.625 at risk: 5.815."""
    facts = Facts(*foreseeing())
    found = bridge(facts)
    assert found["musd"].tolist() == approx([5.3525, 0.3, 0.1625, 5.815])
    assert found["musd"].iloc[:-1].sum() == approx(facts.plan.objective_musd)
    assert card(facts, "Cost").value == "5 M$"
    assert card(facts, "Cost").context.endswith("objective 5.8 M$")
    assert "The plan costs 5.35 M$ in present value" in decision(facts)[3]
    assert bridge_sentence(facts) in decision(facts)[3]
    proof = "Proven best: no plan can have an objective below 5.82 M$, and this one has 5.82 M$."
    assert verdict(facts).sentence == proof
    assert bridge(Facts(*agreeing())).empty
    assert bridge_sentence(Facts(*agreeing())) == ""


def test_limits_on_all_futures_that_are_missed_stand_in_the_bridge():
    """Cost 6.0; the worst cost may be 5.0 at most, at 500,000 USD for each M$ more: 0.5 beside it, 6.5 in all."""
    limit = {"limit": "worst", "measure": "worst_cost_musd", "sense": "at most", "value": 5}
    facts = planned(limits=[{**limit, "penalty_per_unit": 500_000}])
    assert (facts.plan.cost_musd, facts.plan.objective_musd) == approx((6.0, 6.5))
    assert bridge(facts)["musd"].tolist() == approx([6.0, 0.5, 6.5])
    assert "worst in all years by 1 M$" in missed_sentence(facts)


@pytest.mark.slow
def test_costs_by_period_are_expected_and_not_the_sum_of_alternatives():
    """Each future with its probability: the sum is the plan's cost, which no sum over alternatives is."""
    facts = Facts(*two_futures())
    assert costs_by_period(facts)["discounted_musd"].sum() == approx(facts.plan.cost_musd)


def test_what_is_paid_once_is_not_paid_every_year():
    """3 M$ on entering and 1 M$ a year of a period of two years: 1.5 and 1 a year, 3 and 2 in all."""
    known, plan = two_futures()
    about = {"item": "pact"}
    lines = [
        line("joining", "2027 calm", 3.0, 1.0, **about),
        line("partnerships", "2027 calm", 1.0, 2.0, **about),
    ]
    ledger = pd.DataFrame(lines, columns=plan.tables["ledger"].columns)
    facts = Facts(known, changed(plan, "ledger", ledger))
    assert facts.ledger["yearly_musd"].tolist() == approx([0.75 * 1.5, 0.75 * 1.0])
    assert facts.ledger["paid_musd"].tolist() == approx([0.75 * 3.0, 0.75 * 2.0])


def test_landed_cost_holds_what_is_delivered_under_contract():
    """20 t lifted at 60,000, freight 200, duty 6,000 less 4,800 for the pact: 61,400 $/t."""
    rows, _ = landed(Facts(*agreeing()))
    row = rows[(rows["item"] == "offtake") & (rows["period"] == 2026) & (rows["to"] == "Texas")].iloc[0]
    assert row["supplier"] == "Lynas"
    assert (row["t"], row["price"], row["landed"]) == approx((20, 60_000, 61_400))


def test_a_duty_rate_is_what_is_paid_over_the_value_of_what_came_in():
    """20 t at 60,000 $: 1.2 M$ declared, duty 0.12 less 0.096: 2 %. China 30 t at 50,000 and 10 at 45,000: 1.95 M$,
    duty 0.975 less 0.4 in the quota: 29.5 %.
    """
    found = duties(Facts(*agreeing()))
    found = found[found["period"] == 2026].set_index("layer")
    assert found["t"].to_dict() == approx({"232": 20, "301": 40})
    assert found["value"].to_dict() == approx({"232": 1.2, "301": 1.95})
    assert found["rate"].to_dict() == approx({"232": 0.02, "301": 0.575 / 1.95})


# Demand and the horizon -----------------------------------------------------------------------------------------------


def test_unmet_need_counts_years_and_futures():
    """5 + 1 t a year in a period of two years: 12 t of 330 t."""
    facts = Facts(*two_futures())
    found = card(facts, "Unmet need")
    assert (found.value, found.context) == ("12 t", "3.6 % of 330 t needed")


@pytest.mark.slow
def test_the_need_is_that_after_events():
    """100 t, half more by an event: 150 t needed and delivered."""
    facts = planned(
        scenarios=[{"scenario": "only", "probability": 1}],
        events=[{"scenario": "only", "kind": "demand", "segment": "magnets", "from": 2026, "factor": 1.5}],
    )
    assert need_table(facts)[["need", "delivered", "short"]].to_numpy().tolist() == [approx([150, 150, 0])]


def test_the_horizon_runs_to_the_last_year_of_the_last_period():
    """2026, then 2027 and 2028."""
    facts = Facts(*two_futures())
    assert facts.horizon == (2026, 2028)
    assert facts.labels == {2026: "2026", 2027: "2027–2028"}
    assert card(facts, "Cost").context == "2026–2028, at 2026 value"


@pytest.mark.slow
def test_a_yield_event_shows_in_what_a_plant_makes():
    """60 t dug, half lost by an event: 30 t come from the mine and 70 from China."""
    facts = planned(
        facilities=[{"facility": "Mine", "place": "Texas", "capacity_t_per_year": 60}],
        processes=[{"facility": "Mine", "process": "dig"}],
        recipes=[{"process": "dig", "material": "oxide"}],
        scenarios=[{"scenario": "only", "probability": 1}],
        events=[{"scenario": "only", "kind": "yield", "facility": "Mine", "from": 2026, "factor": 0.5}],
    )
    mix = supply_mix(facts.case, facts.plan, "oxide").set_index("source")["t_per_year"].to_dict()
    assert mix == approx({"Mine": 30, "Baotou": 70})
    assert facts.supply.set_index("supplier")["t"].to_dict() == approx({"Mine": 30, "Baotou": 70})
    assert shares_of_countries(facts) == approx({("USA", 2026): 0.3, ("CHN", 2026): 0.7})


# Plants ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_capex_of_a_build_in_one_future_counts_with_its_probability():
    """11 M$ that are spent in the future of 0.25 alone: 2.75 M$ expected."""
    known, plan = two_futures()
    late = {"builds": {"node": BAN}, "build_years": {"node": BAN}}
    for name, other in late.items():
        plan = changed(plan, name, plan.tables[name].assign(**other))
    plan = changed(plan, "build_years", plan.tables["build_years"].query("leaf == @BAN"))
    facts = Facts(known, plan)
    assert expected_capex(facts) == approx(2.75)
    assert card(facts, "Investment").value == "3 M$"


@pytest.mark.slow
def test_dates_of_a_project_are_those_of_the_plan():
    """Begun 2026, a year to build; in the slow future two years later: first output 2027 to 2029."""
    facts = planned(
        **MINE_ONLY,
        periods=years(2026, 2027, 2028, 2029),
        demand=needs(dict.fromkeys((2026, 2027, 2028, 2029), 100)),
        build_options=[{**SHAFT, "lead_years": 1}],
        scenarios=[{"scenario": "calm", "probability": 0.75}, {"scenario": "slow", "probability": 0.25}],
        events=[{"scenario": "slow", "kind": "delay", "facility": "Mine", "from": 2027, "value": 2}],
    )
    built = projects(facts).iloc[0]
    assert (built["first_output"], built["latest_output"], built["last_output"]) == (2027, 2029, 2038)
    assert "shaft (begun 2026, first output 2027 to 2029)" in decision(facts)[1]


@pytest.mark.slow
def test_a_plant_of_which_nothing_stands_has_no_use(tmp_path):
    """Recycling stands from 2027 on, 40 of 50 t used: a dash in 2026, then 80 %. Of 120 t magnets 101 are made."""
    known, plan = two_futures()
    used = use_of_plants(Facts(known, plan)).set_index(["facility", "label"])["used_share"]
    assert ("Texas recycling", "2026") not in used
    assert used["Texas recycling", "2027–2028"] == approx(0.8)
    table = Report(known, plan, tmp_path / "r.xlsx").table("Investments", "Facility", "Capacity").set_index("Facility")
    assert table.loc["Texas recycling", "2026"] == "–"
    assert table.loc["Texas magnets", "2026"] == approx(101 / 120)


@pytest.mark.slow
def test_recycling_recovers_what_the_plan_made():
    """40 t of scrap give 10 t of oxide, in both futures."""
    assert recovered(Facts(*two_futures()))["t"].sum() == approx(10.0)


# Limits ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capex_musd", "told"),
    [
        (1_000, {}),
        (1, {"The plant runs at full capacity: Mine": 500_000, "Built at its largest size: Shaft": 500_000}),
    ],
)
def test_a_plant_that_is_not_built_is_no_limit_and_one_that_is_has_its_worth(capex_musd, told):
    """Lynas has 40 of 100 t at 70,000 $/t, and going short costs 500,000. A shaft of up to 30 t would cost 1,000 M$.

    A ton more of Lynas saves 430,000, and of a shaft that is not there nothing can be had. For 1 M$ it is built, and
    30 t are still short: one ton more that the mine could dig, or the shaft were larger, saves 500,000.
    """
    shaft = SHAFT | {"max_t_per_year": 30, "capex_fixed_musd": capex_musd, "option": "Shaft", "lead_years": 0}
    facts = planned(
        **MINE_ONLY,
        offers=[LYNAS | {"max_t_per_year": 40}],
        segments=[{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 500_000}],
        build_options=[shaft],
    )
    found = by_limit(facts).set_index("words")["best"]
    assert found.to_dict() == approx({"All that is offered is bought: Lynas": 430_000} | told)


@pytest.mark.slow
def test_a_limit_that_is_missed_says_by_how_much_where_and_when(tmp_path):
    """At most 30 t should be Chinese in a year; in 2026 40 t are: missed by 10 t/yr, at 1,000 $ each 0.01 M$."""
    known, plan = agreeing()
    row = missed(Facts(known, plan))
    assert row[["limit", "label", "value", "reached", "missed", "unit"]].to_numpy().tolist() == [
        ["few Chinese", "2026", 30.0, 40.0, 10.0, "t/yr"]
    ]
    assert row["paid_musd"].tolist() == approx([0.01])
    assert missed_sentence(Facts(known, plan)) == "MISSED: 1 limit is missed: few Chinese in 2026 by 10 t/yr."
    assert missed_sentence(Facts(*making())) == ""
    said = Report(known, plan, tmp_path / "r.xlsx").texts("Summary")
    assert any("few Chinese in 2026 by 10 t/yr" in text for text in said)


@pytest.mark.slow
def test_a_limit_that_is_missed_in_three_years_is_told_once():
    """At most 30 t from China where 40, 70 and 100 are needed and nobody else sells: one limit, one clause."""
    facts = planned(
        periods=years(2026, 2027, 2028),
        offers=[BAOTOU],
        limits=[
            {"limit": "cap", "measure": "bought_t", "sense": "at most", "value": 30, "country": "CHN"}
            | {"penalty_per_unit": 1_000}
        ],
        demand=needs({2026: 40, 2027: 70, 2028: 100}),
    )
    assert missed(facts)["missed"].tolist() == approx([70, 40, 10])
    assert missed_sentence(facts) == "MISSED: 1 limit is missed: cap in 2026, 2027 and 2028 by up to 70 t/yr."


@pytest.mark.parametrize(("gap", "proven"), [(0.0005, True), (0.0123, False)])
def test_green_is_only_what_is_proven(gap, proven):
    """A gap within the aim is met, whatever ended the search; a gap above it, or no bound, is not done."""
    known, plan = two_futures()
    status = "within gap" if proven else "stopped with a plan"
    found = verdict(Facts(known, replace(plan, status=status, gap=gap)))
    assert found.proven is proven
    assert not verdict(Facts(known, replace(plan, status="stopped with a plan", gap=None, bound_musd=None))).proven


@pytest.mark.slow
def test_a_quote_that_a_limit_holds_back_stands_in_for_nobody():
    """Baotou may sell 30 t of 100 at 60,000 $/t, Lynas sells 70 at 70,000, and Perth asks 80,000.

    Without Lynas its tons come from Perth, 70 x 10,000 = 0.7 M$ more, not from Baotou, which has room and may not.
    """
    perth = LYNAS | {"offer": "Perth", "supplier": "Perth", "price_usd_per_t": 80_000}
    suppliers = [{"supplier": name, "country": "MYS"} for name in ("Lynas", "Perth")]
    limit = {"limit": "China", "measure": "bought_t", "sense": "at most", "value": 30, "country": "CHN"}
    facts = planned(
        offers=[BAOTOU, LYNAS, perth],
        suppliers=[{"supplier": "Baotou", "country": "CHN"}, *suppliers],
        limits=[limit],
    )
    found = awards(facts).set_index("offer")
    assert found.loc["Lynas", "reserve"] == "Perth"
    assert found.loc["Lynas", "worth_musd"] == approx(0.7)
    assert found.loc["Lynas", "word"] == "firm"
