"""Scenarios: decisions before and after it is known what happens, each kind of event, and the weight of dear
futures."""

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, SITE, approx, bought, needs, solve, tons, write_workbook, years

from planner.case import check_case

TWO_YEARS = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
CANNOT = [{"scenario": "calm", "probability": 1}, {"scenario": "never", "probability": 0}]
CALM_OR_NOT = [{"scenario": "calm", "probability": 0.75}, {"scenario": "trouble", "probability": 0.25}]
BAN = {"scenario": "trouble", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}
SHORT = [{"segment": "magnets", "shortage_usd_per_t": 200_000, "max_shortage_share": 1}]
KUANTAN = [*BASE["places"], {"place": "Kuantan", "country": "MYS"}]


def trouble(**event):
    """2026 and 2027 at 100 t; in one future of four this happens from 2027 on."""
    return TWO_YEARS | {"scenarios": CALM_OR_NOT, "events": [{"scenario": "trouble", "from": 2027, **event}]}


@pytest.mark.slow
def test_a_plan_adapts_once_it_knows():
    """2026: 6.0 M$.  2027: Baotou, 6.0, or in one future of four, with China shut, Lynas, 7.0: 6.0 + 4.5 + 1.75 =
    12.25 M$."""
    plan = solve(**trouble(kind="supply", country="CHN", factor=0))
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Baotou", "2027 calm"): 100}
                                          | {("Lynas", "2027 trouble"): 100})  # fmt: skip
    assert plan.objective_musd == approx(12.25)
    scenarios = plan.tables["scenarios"].set_index("scenario")["cost_musd"].to_dict()
    assert scenarios == approx({"calm": 12.0, "trouble": 13.0})


INSURED = {"offers": [BAOTOU], "segments": SHORT, "stocks": [{"holding_usd_per_t_year": 10_000}]}


@pytest.mark.slow
def test_a_plan_prepares_for_what_it_does_not_know_yet():
    """Only Baotou sells, going short costs 200,000 $/t: a stock of 100 t over the year's end costs 1.0 M$ and meets
    the ban.

    Without it the ban would cost 25 % of 20.0 - 6.0.  In the calm future the stock is used just the same: 12.0 + 1.0
    = 13 M$.
    """
    plan = solve(**trouble(kind="supply", country="CHN", factor=0), **INSURED)
    assert tons(plan, "stocks", "node", column="t") == approx({"2026": 100})
    assert plan.objective_musd == approx(13.0)


def test_a_plan_that_knows_early_prepares_only_where_it_must():
    """Known in 2026, the stock is kept in the bad future alone: 0.75 x 12.0 + 0.25 x 13.0 = 12.25 M$."""
    early = trouble(kind="supply", country="CHN", factor=0, known_from=2026)
    plan = solve(**early, **INSURED)
    assert tons(plan, "stocks", "node", column="t") == approx({"2026 trouble": 100})
    assert plan.objective_musd == approx(12.25)


MINE_AT_WORK = MINE | {"offers": [BAOTOU]}
BUILT = {**SITE, "build_options": [{"option": "Shaft", "facility": "Mine", "max_t_per_year": 40,
                                    "capex_usd_per_t": 100_000}], "offers": [BAOTOU]}  # fmt: skip

# What happens in 2027 in one future of four, beside what, and what 2027 then costs in M$; and in the other futures.
EVENTS = [
    ({"kind": "price", "offer": "Baotou", "factor": 1.1}, {}, 6.6, 6.0),
    ({"kind": "price", "country": "CHN", "value": 5_000}, {}, 6.5, 6.0),
    ({"kind": "supply", "supplier": "Baotou", "factor": 0.3}, {"offers": [BAOTOU | {"max_t_per_year": 100}, LYNAS]},
     6.7, 6.0),  # 30 x 60,000 + 70 x 70,000
    ({"kind": "supply", "country": "CHN", "destination": "USA", "factor": 0.3},
     {"offers": [BAOTOU | {"max_t_per_year": 100}, LYNAS]}, 6.7, 6.0),
    ({"kind": "supply", "country": "CHN", "destination": "MYS", "factor": 0},
     {"offers": [LYNAS | {"max_t_per_year": 100}], "upstream": [{"offer": "Lynas", "country": "CHN", "share": 0.4}],
      "segments": SHORT}, 12.2, 7.0),  # 60 x 70,000 + 40 x 200,000
    ({"kind": "duty", "country": "CHN", "value": 0.1}, {}, 6.6, 6.0),
    ({"kind": "duty", "country": "CHN", "factor": 2}, {"tariffs": [{"authority": "301", "rate": 0.05}]},
     6.6, 6.3),
    ({"kind": "demand", "segment": "magnets", "factor": 0.5}, {}, 3.0, 6.0),
    ({"kind": "demand", "material": "oxide", "value": 10}, {}, 6.6, 6.0),
    ({"kind": "yield", "facility": "Mine", "factor": 0.5}, MINE_AT_WORK, 5.7, 4.8),  # 0.6 + 85 x 60,000
    ({"kind": "capacity", "facility": "Mine", "factor": 0.5}, MINE_AT_WORK, 5.4, 4.8),  # 15 x 20,000 + 85 x 60,000
    ({"kind": "lane", "country": "CHN", "factor": 0}, {}, 7.0, 6.0),
    ({"kind": "lane", "country": "CHN", "factor": 0.5},
     {"lanes": [{"from": "*"}, {"from": "CHN", "max_t_per_year": 80}]}, 6.6, 6.2),  # 40 or 80 t from China
    ({"kind": "cost", "facility": "Mine", "factor": 2}, MINE_AT_WORK, 5.4, 4.8),  # 30 x 40,000 + 70 x 60,000
    ({"kind": "release", "place": "Texas"}, {"stocks": [{"initial_t": 20, "reserve_t": 20}]},
     4.8, 6.0),  # the 20 t of the reserve are used
]  # fmt: skip


@pytest.mark.many
@pytest.mark.parametrize(("event", "sheets", "then", "else_"), EVENTS)
def test_an_event_changes_what_it_says(event, sheets, then, else_):
    """A year like the others costs `else_`, 2027 in trouble `then`; the sums stand beside the rows."""
    plan = solve(**trouble(**event) | sheets)
    assert plan.objective_musd == approx(else_ + 0.75 * else_ + 0.25 * then)


@pytest.mark.slow
def test_capex_may_rise_before_a_build_is_begun():
    """Begun in 2026, before anything is known, the shaft costs what it costs: 2 x 4.8 M$.

    Where it may be begun in 2027 only, it costs 0.8 M$ a year in the bad future: 6.0 + 0.75 x 4.8 + 0.25 x 5.2 =
    10.9 M$.
    """
    event = {"kind": "capex", "facility": "Mine", "factor": 2}
    assert solve(**trouble(**event) | BUILT).objective_musd == approx(9.6)
    late = BUILT | {"build_options": [BUILT["build_options"][0] | {"earliest": 2027}]}
    assert solve(**trouble(**event) | late).objective_musd == approx(10.9)


@pytest.mark.slow
def test_a_delay_holds_up_a_build_that_does_not_run_yet():
    """Begun in 2026 for 2027; in the bad future it runs a year later, beyond the horizon: 6.0 + 0.75 x 4.8 + 0.25 x
    6.0 M$."""
    slow = BUILT | {"build_options": [BUILT["build_options"][0] | {"lead_years": 1}]}
    plan = solve(**trouble(kind="delay", facility="Mine", value=1) | slow)
    assert plan.objective_musd == approx(6.0 + 0.75 * 4.8 + 0.25 * 6.0)


@pytest.mark.parametrize("begun", [{"latest": 2026}, {"earliest": 2027}])
def test_a_delay_holds_up_builds_begun_up_to_its_last_year_and_no_later_ones(begun):
    """In 2026 alone all builds are put off by a year: begun in 2026 or in 2027, the shaft runs in 2027.

    6.0 + 4.8 = 10.8 M$ in either case; 9.6 if 2026 were not put off, and 12.0 if 2027 were.
    """
    year = {"scenario": "trouble", "kind": "delay", "facility": "Mine", "from": 2026, "to": 2026, "value": 1}
    told = TWO_YEARS | {"scenarios": [{"scenario": "trouble"}], "events": [year]}
    plan = solve(**told | BUILT | {"build_options": [BUILT["build_options"][0] | begun]})
    assert tons(plan, "activity", "node") == approx({"2027": 40})
    assert plan.objective_musd == approx(10.8)


@pytest.mark.slow
def test_what_is_forbidden_to_one_destination_may_go_to_another():
    """China sends half as much to the United States: 50 of 100 t to Texas, and all 100 t that Kuantan needs.

    2027 in trouble: 100 x 60,000 in Kuantan, 50 x 60,000 + 50 x 70,000 in Texas = 12.5; else 12.0.
    """
    plan = solve(
        **trouble(kind="supply", country="CHN", destination="USA", factor=0.25)
        | {
            "places": KUANTAN,
            "offers": [BAOTOU | {"max_t_per_year": 200}, LYNAS],
            "segments": [{"segment": "magnets"}, {"segment": "motors", "place": "Kuantan"}],
            "demand": needs({2026: 100, 2027: 100}) + needs({2026: 100, 2027: 100}, "motors"),
        }
    )
    assert plan.objective_musd == approx(12.0 + 0.75 * 12.0 + 0.25 * 12.5)


def test_events_of_part_of_a_period_are_averaged():
    """Twice the price in one of two years: 90,000 $/t on average, so Lynas sells: 7.0 M$ a year; known from the
    start."""
    plan = solve(
        periods=[{"period": 2026, "years": 2}],
        scenarios=[{"scenario": "trouble"}],
        events=[{"scenario": "trouble", "kind": "price", "offer": "Baotou", "from": 2027, "factor": 2}],
    )
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.objective_musd == approx(14.0)


def gamble(**settings):
    """2027's price is 60,000 or 120,000 $/t, as likely; a shaft for it, begun in 2026, makes all 100 t at 95,000
    $/t."""
    return solve(
        settings,
        **SITE,
        periods=years(2026, 2027),
        offers=[BAOTOU],
        build_options=[
            {"option": "Shaft", "facility": "Mine", "max_t_per_year": 100, "capex_fixed_musd": 7.5}
            | {"lead_years": 1, "life_years": 1}
        ],
        demand=needs({2027: 100}),
        scenarios=[{"scenario": "calm"}, {"scenario": "trouble"}],
        events=[{"scenario": "trouble", "kind": "price", "offer": "Baotou", "from": 2027, "factor": 2}],
    )


@pytest.mark.slow
def test_without_a_weight_on_dear_futures_the_mean_decides():
    """Buying costs 6.0 or 12.0, 9.0 on average; the shaft 9.5: buy."""
    plan = gamble()
    assert plan.tables["builds"].empty
    assert plan.objective_musd == approx(9.0)
    assert plan.tables["risk"].set_index("measure")["value"]["worst_cost"] == approx(12.0)


@pytest.mark.slow
def test_a_weight_on_the_dear_half_of_futures_buys_safety():
    """Half of the mean and half of the dearer half: 4.5 + 6.0 = 10.5 for buying; 9.5 for the shaft, in either
    future."""
    plan = gamble(risk_weight=0.5, cvar_level=0.5)
    assert plan.tables["builds"]["option"].tolist() == ["Shaft"]
    assert plan.objective_musd == approx(9.5)


@pytest.mark.slow
def test_at_the_highest_level_the_dearest_future_counts():
    """The dearest of two futures is the dearer half: 9.5 M$ again."""
    plan = gamble(risk_weight=0.5, cvar_level=1)
    assert plan.tables["builds"]["option"].tolist() == ["Shaft"]
    assert plan.objective_musd == approx(9.5)


def test_a_future_that_cannot_happen_is_a_letter_to_its_cell(tmp_path):
    """It was once ready to solve, and then a division by zero."""
    (letter,) = check_case(write_workbook(tmp_path / "case.xlsx", scenarios=CANNOT)).errors
    assert (letter.sheet, letter.cell, letter.column) == ("scenarios", "B3", "probability")
    assert "more than 0" in str(letter)
