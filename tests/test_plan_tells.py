"""What a plan tells of itself: each figure stands in one of its tables, filled once and added up by the auditor."""

import pytest
from cases import BAOTOU, BASE, LYNAS, MINE, approx, case, needs, solve, years

from planner.audit import audit
from planner.planning.solve import solve_case
from planner.results.contracts import contract_years
from planner.results.futures import concentration
from planner.results.quotas import quotas

QUOTA = {"quota": "Q", "authority": "301", "hts": "2846", "origin": "MYS", "period": 2026, "quota_t": 60}
OFFTAKE = {"contract": "Offtake", "offer": "Baotou", "signed": "yes", "from": 2026, "to": 2027, "max_t_per_year": 50}


@pytest.mark.slow
def test_the_spot_price_beside_a_contract_follows_events():
    """Baotou's 60,000 $/t doubles in the dear future; the contract's 50,000 does not."""
    dear = {"scenario": "dear", "kind": "price", "offer": "Baotou", "from": 2026, "factor": 2}
    offtake = {**OFFTAKE, "to": 2026, "price_usd_per_t": 50_000}
    plan = solve(scenarios=[{"scenario": "calm"}, {"scenario": "dear"}], events=[dear], contracts=[offtake])
    spot = plan.tables["commitments"].set_index("node")["spot_usd_per_t"]
    assert spot.to_dict() == approx({"2026 calm": 60_000, "2026 dear": 120_000})


@pytest.mark.slow
def test_what_is_agreed_is_told_beside_what_can_be_delivered():
    """50 t a year are agreed for 2026 and 2027; an outage leaves Baotou 30 % in 2027: 50, then 15 t."""
    outage = {"scenario": "outage", "kind": "supply", "offer": "Baotou", "from": 2027, "factor": 0.3}
    small = case(
        offers=[BAOTOU | {"max_t_per_year": 200}, LYNAS], contracts=[OFFTAKE | {"price_usd_per_t": 50_000}],
        periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}),
        events=[outage], scenarios=[{"scenario": "outage"}],
    )  # fmt: skip
    yearly = contract_years(small, solve_case(small)).set_index("period")
    assert yearly["agreed_t"].tolist() == approx([50, 50])
    assert yearly["deliverable_t"].tolist() == approx([50, 15])


def test_what_crosses_the_border_out_of_stock_comes_in_under_a_quota():
    """40 t of 100 come out of a stock in Malaysia, the others from Lynas: all come in under the quota, 60 t inside."""
    small = case(
        offers=[LYNAS],
        places=[*BASE["places"], {"place": "Kuantan", "country": "MYS"}],
        stocks=[{"place": "Kuantan", "initial_t": 40}],
        tariffs=[{"authority": "301", "rate": 0.25}],
        quotas=[QUOTA | {"in_quota_rate": 0, "over_quota_rate": 0.25}],
    )
    found = quotas(small, solve_case(small)).iloc[0]
    assert (found["came_t"], found["used_t"], found["left_t"]) == approx((100, 60, 0))


def test_concentration_is_what_a_limit_on_hhi_measures():
    """60 t Baotou and 30 t of the own mine count, 10 t that come back do not: (60^2 + 30^2) / 90^2 = 0.5556."""
    small = case(
        offers=[BAOTOU],
        returns=[{"stream": "scrap", "period": 2026, "t_per_year": 10}],
        limits=[
            {
                "limit": "spread",
                "measure": "hhi",
                "sense": "at most",
                "value": 0.9,
                "each": "country",
                "material": "oxide",
            }
        ],
        **MINE,
    )
    plan = solve_case(small)
    shown = concentration(small, plan).set_index("of")["hhi"]
    assert shown.tolist() == approx([(60**2 + 30**2) / 90**2] * 2)
    assert shown["material"] == approx(plan.tables["limits"].loc[0, "reached"])


def test_what_comes_back_is_told_whether_it_is_collected_or_not():
    """100 t delivered in 2026 give 0.2 t each a year later; nobody collects them at 100,000 $/t."""
    returns = [{"stream": "cars", "segment": "magnets", "lifetime_years": 1, "t_per_t_used": 0.2}]
    plan = solve(
        periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}),
        returns=[row | {"collection_usd_per_t": 100_000} for row in returns],
    )  # fmt: skip
    assert plan.tables["arisings"][["stream", "node", "t_per_year"]].to_numpy().tolist() == [
        ["cars", "2027", approx(20)]
    ]
    assert plan.tables["collections"].empty


def test_a_quote_that_lost_is_told_and_held_by_the_auditor():
    """Lynas asks 70,000, 25 % of duty and 1,000 of freight, paid 73 days later at 10 % a year: 1,400 less, for 80 t.

    Nothing is bought of it. 0.1 $ more in any of these is found.
    """
    small = case(
        offers=[BAOTOU, LYNAS | {"max_t_per_year": 80, "payment_days": 73}],
        lanes=[{"from": "*", "freight_usd_per_t": 1_000}],
        tariffs=[{"authority": "301", "origin": "MYS", "rate": 0.25}],
        settings={"payment_rate": 0.1},
    )
    plan = solve_case(small)
    quote = plan.tables["quotes"].set_index("offer").loc["Lynas"]
    asked = quote[["price_usd_per_t", "financing_usd_per_t", "freight_usd_per_t", "most_t_per_year"]].tolist()
    assert asked == approx([70_000, -1_400, 1_000, 80])
    assert plan.tables["quote_duties"]["duty_usd_per_t"].tolist() == approx([17_500])
    assert audit(small, plan) == ()
    for table, column in (("quotes", "financing_usd_per_t"), ("quote_duties", "duty_usd_per_t")):
        frame = plan.tables[table].copy()
        frame.loc[frame.index[-1], column] += 0.1
        (finding,) = audit(small, _with(plan, table, frame))
        assert str(finding).startswith("quote, Lynas to Texas, in 2026:")


def _with(plan, name, frame):
    from dataclasses import replace

    return replace(plan, tables={**plan.tables, name: frame})


@pytest.mark.parametrize("signed", ["yes", "no"])
def test_what_an_agreement_adds_is_told_signed_before_or_not(signed):
    """Lynas has 10 t; the agreement adds 20, and Baotou sells nothing: all 30 t are wanted."""
    plan = solve(
        offers=[LYNAS | {"max_t_per_year": 10}],
        segments=[{"segment": "magnets", "shortage_usd_per_t": 500_000, "max_shortage_share": 1}],
        partnerships=[{"partnership": "Pact", "country": "MYS", "signed": signed, "upfront_musd": 0.1}],
        partnership_effects=[{"partnership": "Pact", "effect": "adds supply", "applies_to": "Lynas", "value": 20}],
    )  # fmt: skip
    assert plan.tables["partner_supply"].to_numpy().tolist() == [["Pact", "Lynas", "2026", approx(20)]]
