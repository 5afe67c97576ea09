"""Two rows that speak of the same thing: which one counts is a rule, and never their order.

Baotou's 100 t at 60,000 $/t are 6 M$; every 10 % of duty is 0.6 M$.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cases import BAOTOU, BASE, Rows, approx, case, cost, solve

from planner.errors import InputInvalid

CHN = {"offers": [BAOTOU], "suppliers": BASE["suppliers"][:1]}
DAY = dt.date


def row(rate: float | None, authority: str = "301", **more: Any) -> dict[str, Any]:
    return {"authority": authority, "hts": "2846", "origin": "CHN", "rate": rate, **more}


def duty_musd(tariffs: Rows, **sheets: Rows) -> float:
    """The duty of the case, which is the same in every order of the rows."""
    found = {
        round(cost(solve(tariffs=list(rows), **{**CHN, **sheets}), "duties"), 9) for rows in (tariffs, tariffs[::-1])
    }
    assert len(found) == 1, found
    return found.pop()


def refused(code: str, **sheets: Rows) -> list[str]:
    """The cells in which this is the error, whatever the order: all rows of it are looked at."""
    with pytest.raises(InputInvalid) as caught:
        case(**{**CHN, **sheets})
    problems = [one for one in caught.value.problems if one.severity == "error"]
    assert {one.code for one in problems} == {code}, problems
    return [f"{one.sheet}!{one.cell} {one.message}" for one in problems]


GROUPS = [{"country": "USA"}, {"country": "CHN", "group": "adversary; listed"}]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tariffs", "musd"),
    [
        # The successor of a row without an end counts from its first day on.
        ([row(0.1, **{"from": DAY(2025, 4, 5)}), row(0.2, **{"from": DAY(2025, 8, 7)})], 1.2),
        # A row that always was in force is the older one.
        ([row(0.1), row(0.2, **{"from": DAY(2025, 8, 7)})], 1.2),
        # The successor begins on 2 July, after 182 of 365 days at 10 %: 0.6 × 182/365 + 1.2 × 183/365.
        ([row(0.1), row(0.2, **{"from": DAY(2026, 7, 2)})], 0.6 * 182 / 365 + 1.2 * 183 / 365),
        # It ends with 1 July, and the row that never ended counts again.
        ([row(0.1), row(0.2, **{"from": DAY(2026, 1, 1), "to": DAY(2026, 7, 1)})], 1.2 * 182 / 365 + 0.6 * 183 / 365),
        # A longer heading comes before a later day, by its digits: 2846.90 has six, 28469080 eight.
        ([row(0.1, hts="2846.90", **{"from": DAY(2026, 1, 1)}), row(0.2, hts="28469080")], 1.2),
        # A country comes before its group, and the group before any.
        ([row(0.1, origin="adversary"), row(0.2), row(0.3, origin="*")], 1.2),
        ([row(0.1, origin="adversary"), row(0.3, origin="*")], 0.6),
        # Two groups of one country: the later day decides.
        ([row(0.1, origin="adversary"), row(0.2, origin="listed", **{"from": DAY(2026, 1, 1)})], 1.2),
        # Or a row of the country itself, before which no group comes.
        ([row(0.1, origin="adversary"), row(0.2, origin="listed"), row(0.3)], 1.8),
        # Two authorities add up; each chooses for itself.
        ([row(0.1), row(0.2, **{"from": DAY(2025, 1, 1)}), row(0.3, "232")], 3.0),
    ],
)
def test_of_an_authoritys_rows_the_closest_and_then_the_latest_counts(tariffs, musd):
    assert duty_musd(tariffs, countries=GROUPS) == approx(musd)


REPLACES = {"effect": "replaces", "acts_on": "general"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tariffs", "musd"),
    [
        # One authority replaces another's 10 % by 20 %; a second, later one replaces it instead, by 30 %.
        ([row(0.1, "general"), row(0.2, "column 2", **REPLACES)], 1.2),
        (
            [
                row(0.1, "general"),
                row(0.2, "column 2", **REPLACES),
                row(0.3, "agreement", **REPLACES, **{"from": DAY(2026, 1, 1)}),
            ],
            1.8,
        ),
        # What replaces is not replaced in turn: the agreement acts on what column 2 adds, which is nothing.
        (
            [
                row(0.1, "general"),
                row(0.2, "column 2", **REPLACES),
                row(0.5, "agreement", effect="replaces", acts_on="column 2"),
            ],
            1.2,
        ),
        # Where column 2 also adds 4 %, that is replaced by 50 %, and the general rate by 20 %.
        (
            [
                row(0.1, "general"),
                row(0.04, "column 2"),
                row(0.2, "column 2", **REPLACES),
                row(0.5, "agreement", effect="replaces", acts_on="column 2"),
            ],
            4.2,
        ),
        # Two that replace each other change places: 10 % and 20 % become 40 % and 30 %.
        (
            [
                row(0.1, "one"),
                row(0.2, "two"),
                row(0.3, "one", effect="replaces", acts_on="two"),
                row(0.4, "two", effect="replaces", acts_on="one"),
            ],
            4.2,
        ),
        # One that acts on all comes last, however wide its heading, and what it replaces is one layer.
        (
            [
                row(0.1, "general"),
                row(0.1, "301"),
                row(0.9, "column 2", **REPLACES, hts="2846.90.80"),
                row(0.2, "deal", effect="replaces", hts="28"),
            ],
            1.2,
        ),
        # The replaced layer bears the replacing authority: to exempt the general rate spares nothing any more.
        (
            [
                row(0.1, "general"),
                row(0.2, "column 2", **REPLACES),
                row(None, "relief", effect="exempts", acts_on="general"),
            ],
            1.2,
        ),
        (
            [
                row(0.1, "general"),
                row(0.2, "column 2", **REPLACES),
                row(None, "relief", effect="exempts", acts_on="column 2"),
            ],
            0.0,
        ),
        # Of two minimum prices of one authority the later counts: 70,000 less 60,000 on 100 t.
        (
            [
                row(None, "floor", effect="minimum price", usd_per_t=65_000),
                row(None, "floor", effect="minimum price", usd_per_t=70_000, **{"from": DAY(2026, 1, 1)}),
            ],
            1.0,
        ),
    ],
)
def test_what_replaces_acts_once_and_on_what_adds(tariffs, musd):
    assert duty_musd(tariffs) == approx(musd)


@pytest.mark.parametrize(
    ("tariffs", "code", "where"),
    [
        ([row(0.1), row(0.2)], "key.duplicate", "tariffs!D3"),
        ([row(0.1, hts="2846.90"), row(0.2, hts="284690")], "key.duplicate", "tariffs!D3"),
        ([row(0.1, "Section 301"), row(0.2, "section  301")], "key.duplicate", "tariffs!D3"),
        ([row(0.1, destination="USA"), row(0.2)], "key.tie", "tariffs!A3"),
        ([row(0.1, origin="adversary"), row(0.2, origin="listed")], "key.tie", "tariffs!B3"),
        ([row(0.1, origin="adversary"), row(0.1, origin="listed")], "key.tie", "tariffs!B3"),
        (
            [
                row(0.1, "general"),
                row(0.2, "column 2", **REPLACES),
                row(0.3, "agreement", **REPLACES),
            ],
            "key.tie",
            "tariffs!A4",
        ),
        (
            [
                row(None, "floor", effect="minimum price", usd_per_t=1, origin="listed"),
                row(None, "floor", effect="minimum price", usd_per_t=2, origin="adversary"),
            ],
            "key.tie",
            "tariffs!B3",
        ),
        (
            [row(0.1, to=DAY(2026, 6, 1)), row(0.2, to=DAY(2026, 9, 1))],
            "key.duplicate",
            "tariffs!D3",
        ),
    ],
)
def test_where_no_rule_decides_the_error_names_both_rows(tariffs, code, where):
    for rows in (tariffs, tariffs[::-1]):
        found = refused(code, tariffs=list(rows), countries=GROUPS)
        assert any("tariffs!" in one.split(" ", 1)[1] for one in found)
    assert any(one.startswith(where) for one in refused(code, tariffs=list(tariffs), countries=GROUPS))


@pytest.mark.parametrize(
    "tariffs",
    [
        # A day on which both hold is outside the horizon, or the country's own row comes first.
        [row(0.1, origin="adversary", to=DAY(2025, 1, 1)), row(0.2, origin="listed")],
        [row(0.1, origin="adversary"), row(0.2, origin="listed"), row(0.3)],
        # No material has such a heading.
        [row(0.1, hts="2805", origin="adversary"), row(0.2, hts="2805", origin="listed")],
        # Two authorities, and two destinations.
        [row(0.1, origin="adversary"), row(0.2, "232", origin="listed")],
    ],
)
def test_what_never_meets_is_no_tie(tariffs):
    case(tariffs=tariffs, countries=GROUPS, **CHN)


def quota(name: str, inside: float, **more: Any) -> dict[str, Any]:
    rates = {"in_quota_rate": inside, "over_quota_rate": 0.5, "quota_t": 40}
    return {"quota": name, "authority": "301", "hts": "2846", "origin": "CHN", "period": 2026, **rates, **more}


@pytest.mark.slow
def test_of_one_quotas_rows_the_closest_counts():
    """40 of 100 t enter at 10 % by the longer heading, not at 0: 0.24 M$; the rest at 50 %: 1.8 M$."""
    rows = [quota("Q", 0.0), quota("Q", 0.1, hts="2846.90"), quota("Q", 0.2, origin="*", hts="28")]
    for order in (rows, rows[::-1]):
        plan = solve(tariffs=[row(0.3)], quotas=list(order), **CHN)
        assert cost(plan, "duties") == approx(0.24 + 1.8)


@pytest.mark.parametrize(
    ("quotas", "code", "where"),
    [
        ([quota("Q", 0.0), quota("R", 0.1, hts="2846.90")], "key.tie", "quotas!A3"),
        ([quota("Q", 0.0, origin="adversary"), quota("Q", 0.1, origin="listed")], "key.tie", "quotas!D3"),
        ([quota("Q", 0.0), quota("Q", 0.1, hts="2846.90", quota_t=50)], "key.apart", "quotas!H3"),
        ([quota("Q", 0.0), quota("Q", 0.1, hts="2805", authority="232")], "key.apart", "quotas!B3"),
        ([quota("Q", 0.0), quota("q", 0.1)], "key.duplicate", "quotas!A3"),
    ],
)
def test_a_good_has_one_quota_of_an_authority_and_a_quota_one_amount(quotas, code, where):
    tariffs = [row(0.3), row(0.3, "232", hts="2805")]
    found = refused(code, tariffs=tariffs, quotas=quotas, countries=GROUPS)
    assert [one.split(" ")[0] for one in found] == [where]
    assert "quotas!" in found[0].split(" ", 1)[1]


def stream(**more: Any) -> dict[str, Any]:
    return {"stream": "Scrap", "collection_usd_per_t": 10, **more}


COHORT = {"segment": "magnets", "t_per_t_used": 0.1}


@pytest.mark.parametrize(
    ("returns", "wrong"),
    [
        ([stream(period=2026, t_per_year=5), stream(period=2027, t_per_year=5, collection_usd_per_t=20)], ""),
        ([stream(**COHORT, lifetime_years=0), stream(**COHORT, lifetime_years=1, collection_usd_per_t=20)], "cost"),
        ([stream(**COHORT, lifetime_years=1), stream(period=2026, t_per_year=5, collection_usd_per_t=20)], "cost"),
        ([stream(**COHORT, lifetime_years=1), stream(period=2026, t_per_year=5, rules="clean")], "rules"),
        ([stream(**COHORT, lifetime_years=1), stream(period=2026, t_per_year=5)], ""),
    ],
)
def test_what_comes_back_of_one_stream_in_one_year_costs_the_same(returns, wrong):
    rules = [{"rule": "clean", "country": "CHN", "stage": "mined"}]
    both = [{"period": 2026, "years": 1}, {"period": 2027, "years": 1}]
    sheets = {"returns": returns, "periods": both, "origin_rules": rules}
    if not wrong:
        case(**sheets)
        return
    found = refused("key.apart", **sheets)
    assert len(found) == 1
    assert "returns!" in found[0].split(" ", 1)[1]


def event(**more: Any) -> dict[str, Any]:
    return {"scenario": "calm", "kind": "price", "offer": "Baotou", "from": 2026, **more}


@pytest.mark.slow
def test_events_on_one_thing_act_together_and_the_same_event_twice_is_refused():
    """60,000 × 0.5 + 1,000 = 31,000 $/t on 100 t, in any order; two factors alike in all else are one event twice."""
    futures = [{"scenario": "calm", "probability": 1}]
    both = [event(factor=0.5), event(value=1_000)]
    for rows in (both, both[::-1]):
        assert cost(solve(events=rows, scenarios=futures, **CHN), "purchases") == approx(3.1)
    found = refused("key.duplicate", events=[event(factor=0.5), event(factor=0.4)], scenarios=futures)
    assert found[0].startswith("events!A3")


@pytest.mark.slow
def test_a_node_is_named_after_its_first_scenario_in_the_alphabet():
    """The two futures part in 2027, and neither their order nor that of their events decides what they are called."""
    futures = [{"scenario": "calm", "probability": 0.5}, {"scenario": "ban", "probability": 0.5}]
    events = [event(scenario="ban", factor=2, **{"from": 2027})]
    sheets = {
        "periods": [{"period": 2026, "years": 1}, {"period": 2027, "years": 1}],
        "demand": [{"segment": "magnets", "period": year, "t_per_year": 100} for year in (2026, 2027)],
        "events": events,
        **CHN,
    }
    for rows in (futures, futures[::-1]):
        plan = solve(scenarios=rows, **sheets)
        assert list(plan.tables["nodes"]["node"]) == ["2026", "2027 ban", "2027 calm"]


BAND = {"offer": "Baotou", "above_t_per_year": 5, "kind": "all units"}


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ("offer_prices", [{"offer": "Baotou", "period": 2026, "price_usd_per_t": price} for price in (1, 2)]),
        ("lanes", [{"from": "*", "freight_usd_per_t": price} for price in (1, 2)]),
        ("offer_tiers", [{**BAND, "price_usd_per_t": price} for price in (1, 2)]),
        ("demand", [{"segment": "magnets", "period": 2026, "t_per_year": t} for t in (1, 2)]),
        ("upstream", [{"offer": "Baotou", "country": "CHN", "share": share} for share in (0.1, 0.2)]),
        ("trust", [{"country": "CHN", "supply_loss_per_duty_point": loss} for loss in (0.1, 0.2)]),
        ("sales", [{"price_usd_per_t": 5, "max_t_per_year": t} for t in (1, 2)]),
        ("stocks", [{"max_t": t} for t in (1, 2)]),
    ],
)
def test_two_figures_for_one_thing_are_refused_by_both_cells(sheet, rows):
    found = refused("key.duplicate", **{sheet: rows})
    assert found[0].startswith(f"{sheet}!")
    assert f"{sheet}!" in found[0].split(" ", 1)[1]
    assert "3" in found[0].split(" ", 1)[0]
