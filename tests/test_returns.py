"""Collecting what comes back: from known streams and from what was delivered a lifetime ago."""

import pytest
from cases import BAOTOU, SITE, approx, bought, cost, needs, solve, tons, years

DRIVES = {"stream": "drives", "period": 2026, "t_per_year": 50, "collection_usd_per_t": 10_000}
MOTORS = {
    "stream": "motors",
    "segment": "magnets",
    "lifetime_years": 2,
    "t_per_t_used": 0.3,
    "collection_usd_per_t": 10_000,
}
THREE_YEARS = {"periods": years(2026, 2027, 2028), "demand": needs({2026: 100, 2027: 100, 2028: 100})}


def test_only_the_reachable_share_is_collected():
    """40 % of 50 t at 10,000 $/t: 20 t for 0.2 M$; 80 t Baotou 4.8 M$."""
    plan = solve(returns=[DRIVES | {"max_collection_share": 0.4}])
    assert tons(plan, "collections", "stream") == approx({"drives": 20})
    assert bought(plan) == approx({"Baotou": 80})
    assert cost(plan, "collection") == approx(0.2)
    assert plan.objective_musd == approx(5.0)


def test_what_does_not_pay_is_left_uncollected():
    """Collecting at 90,000 $/t costs more than Baotou's 60,000: 6.0 M$."""
    plan = solve(returns=[DRIVES | {"collection_usd_per_t": 90_000}])
    assert plan.tables["collections"].empty
    assert plan.objective_musd == approx(6.0)


def test_a_take_back_duty_is_met_though_it_costs():
    """Half of 50 t must be collected at 90,000 $/t: 25 x 90,000 + 75 x 60,000 = 6.75 M$."""
    plan = solve(returns=[DRIVES | {"collection_usd_per_t": 90_000, "min_collection_share": 0.5}])
    assert tons(plan, "collections", "stream") == approx({"drives": 25})
    assert plan.objective_musd == approx(6.75)


def test_rows_of_one_stream_at_one_place_add_up():
    """50 t in 2026 by one row and, of motors used and returned within the year, 0.3 x 100 t: 80 t at 10,000, 20 t
    Baotou: 2.0."""
    plan = solve(returns=[DRIVES, MOTORS | {"stream": "drives", "lifetime_years": 0}])
    assert tons(plan, "collections", "stream") == approx({"drives": 80})
    assert plan.objective_musd == approx(2.0)


def test_deliveries_come_back_after_their_life():
    """0.3 t of each ton of 2026 returns in 2028: 30 x 10,000 + 70 x 60,000 = 4.5 M$, after 6.0 and 6.0."""
    plan = solve(**THREE_YEARS, returns=[MOTORS])
    assert tons(plan, "collections", "stream", "node") == approx({("motors", "2028"): 30})
    assert plan.objective_musd == approx(16.5)


def test_only_what_was_delivered_comes_back():
    """Baotou has 60 t a year, the rest goes short at 100,000 $/t; 0.3 x 60 = 18 t come back in 2028.

    2026 and 2027: 3.6 + 4.0 each; 2028: 3.6 + 0.18 + 2.2 = 5.98; in all 21.18 M$.
    """
    plan = solve(
        **THREE_YEARS,
        offers=[BAOTOU | {"max_t_per_year": 60}],
        segments=[{"segment": "magnets", "shortage_usd_per_t": 100_000, "max_shortage_share": 1}],
        returns=[MOTORS],
    )
    assert tons(plan, "collections", "node") == approx({"2028": 18})
    assert plan.objective_musd == approx(21.18)


def test_a_spread_of_lifetimes_is_several_rows_of_one_stream():
    """0.2 t after one year and 0.1 after two: 20 t in 2027, 30 t in 2028.  6.0 + (0.2 + 4.8) + (0.3 + 4.2) = 15.5
    M$."""
    one, two = ({"lifetime_years": 1, "t_per_t_used": 0.2}, {"lifetime_years": 2, "t_per_t_used": 0.1})
    plan = solve(**THREE_YEARS, returns=[MOTORS | one, MOTORS | two])
    assert tons(plan, "collections", "node") == approx({"2027": 20, "2028": 30})
    assert plan.objective_musd == approx(15.5)


def test_what_comes_back_within_a_long_period_is_averaged_over_its_years():
    """2026 to 2029, life 3 years: only 2026's deliveries return inside, in 2029: 0.4 x 100 / 4 = 10 t/yr.

    4 x (10 x 10,000 + 90 x 60,000) = 22 M$.
    """
    plan = solve(periods=[{"period": 2026, "years": 4}], returns=[MOTORS | {"lifetime_years": 3, "t_per_t_used": 0.4}])
    assert tons(plan, "collections", "stream") == approx({"motors": 10})
    assert plan.objective_musd == approx(22.0)


def test_a_take_back_duty_follows_deliveries():
    """Half of the 40 t that 2026's deliveries leave must be taken back in 2027 at 90,000 $/t: 6.0 + 1.8 + 80 x 60,000
    = 12.6."""
    motors = {"lifetime_years": 1, "t_per_t_used": 0.4, "collection_usd_per_t": 90_000, "min_collection_share": 0.5}
    plan = solve(periods=years(2026, 2027), demand=needs({2026: 100, 2027: 100}), returns=[MOTORS | motors])
    assert tons(plan, "collections", "node") == approx({"2027": 20})
    assert plan.objective_musd == approx(12.6)


def test_collected_scrap_is_recycled_into_oxide():
    """50 t scrap collected at 2,000 and recycled at 5,000 $/t into 25 t of oxide: 0.1 + 0.25; 75 t Baotou 4.5: 4.85
    M$."""
    plan = solve(
        materials=[{"material": "oxide"}, {"material": "scrap"}],
        returns=[DRIVES | {"material": "scrap", "collection_usd_per_t": 2_000}],
        facilities=[{"facility": "Recycler", "place": "Texas", "capacity_t_per_year": 60}],
        processes=[{"facility": "Recycler", "process": "recycle", "cost_usd_per_t": 5_000}],
        recipes=[
            {"process": "recycle", "material": "scrap", "t_per_t": -1},
            {"process": "recycle", "material": "oxide", "t_per_t": 0.5},
        ],
    )
    assert tons(plan, "activity", "facility") == approx({"Recycler": 50})
    assert bought(plan) == approx({"Baotou": 75})
    assert plan.objective_musd == approx(4.85)


@pytest.mark.slow
def test_the_share_that_can_be_collected_may_grow():
    """Scrap for 100 t a year; 20 % of it can be had in 2026, 30 % in 2027 and 40 % in 2028: 20, 30, 40 t for nothing.

    80 + 70 + 60 t at 60,000 $/t: 12.6 M$. In one period of three years the mean is 30 t: 3 x 70 x 60,000 as well.
    """
    grows = {"stream": "magnets", "t_per_year": 100, "max_collection_share": 0.2, "collection_growth_per_year": 0.1}
    span = range(2026, 2029)
    yearly = solve(
        periods=years(*span), demand=needs(dict.fromkeys(span, 100)), returns=[grows | {"period": y} for y in span]
    )
    assert tons(yearly, "collections", "node") == approx({"2026": 20, "2027": 30, "2028": 40})
    assert yearly.objective_musd == approx(12.6)
    whole = solve(periods=[{"period": 2026, "years": 3}], returns=[grows | {"period": 2026}])
    assert whole.objective_musd == approx(12.6)


def test_the_share_of_a_cohort_may_grow_to_all_of_it():
    """100 t a year come back a year later: 60 % could be had in 2026, so 90 in 2027 and all 100 in 2028.

    6.0, then 10 t bought, then none: 6.6 M$.
    """
    grows = {"stream": "magnets", "segment": "magnets", "lifetime_years": 1, "t_per_t_used": 1}
    grows |= {"max_collection_share": 0.6, "collection_growth_per_year": 0.3}
    span = range(2026, 2029)
    plan = solve(periods=years(*span), demand=needs(dict.fromkeys(span, 100)), returns=[grows])
    assert plan.objective_musd == approx(6.6)


SCRAP = {"stream": "scrap", "max_collection_share": 0.6, "collection_growth_per_year": 0.3}


def test_the_share_that_can_be_collected_grows_to_all_and_no_further():
    """60 % of 50 t in 2026, 90 % in 2027, and in 2028 all 50 t, not 120 %: 30, 45 and 50 t for nothing.

    70 + 55 + 50 t at 60,000 $/t: 10.5 M$.
    """
    dated = [SCRAP | {"period": year, "t_per_year": 50} for year in (2026, 2027, 2028)]
    plan = solve(**THREE_YEARS, returns=dated)
    assert tons(plan, "collections", "node") == approx({"2026": 30, "2027": 45, "2028": 50})
    assert plan.objective_musd == approx(10.5)


def test_the_share_of_a_cohort_grows_to_all_and_no_further():
    """Half of each 100 t comes back a year later, 90 % of it in 2027 and all in 2028: 100 + 55 + 50 t, 12.3 M$."""
    plan = solve(**THREE_YEARS, returns=[SCRAP | {"segment": "magnets", "lifetime_years": 1, "t_per_t_used": 0.5}])
    assert tons(plan, "collections", "node") == approx({"2027": 45, "2028": 50})
    assert plan.objective_musd == approx(12.3)


def test_what_is_collected_leaves_a_place_where_nothing_is_built():
    """Ohio needs 100 t. Texas collects 30 for nothing; a mine of up to 200 t there would cost 10 M$ a year.

    The 30 t go to Ohio though no mine is built: 70 x 60,000 = 4.2 M$.
    """
    mine = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 200, "capex_fixed_musd": 100}
    plan = solve(
        **SITE,
        build_options=[mine],
        places=[{"place": "Texas", "country": "USA"}, {"place": "Ohio", "country": "USA"}],
        segments=[{"segment": "magnets", "place": "Ohio"}],
        returns=[DRIVES | {"t_per_year": 30, "collection_usd_per_t": 0}],
    )
    assert tons(plan, "shipments", "from_place", "to_place") == approx({("Texas", "Ohio"): 30})
    assert plan.objective_musd == approx(4.2)


def test_a_plant_that_only_collected_goods_feed_is_built():
    """50 t of scrap at 2,000 $/t become 25 t of oxide in a works that costs 1 M$ over ten years: 0.1 + 0.1, and 75 t
    Baotou 4.5: 4.7 M$.

    What can be collected bounds the size that is worth building. Were it forgotten, nothing would be built: 6.0 M$.
    """
    plan = solve(
        materials=[{"material": "oxide", "hts": "2846.90.80"}, {"material": "scrap", "stage": "scrap"}],
        returns=[DRIVES | {"material": "scrap", "collection_usd_per_t": 2_000}],
        facilities=[{"facility": "Works", "place": "Texas"}],
        processes=[{"facility": "Works", "process": "recycle"}],
        recipes=[
            {"process": "recycle", "material": "scrap", "t_per_t": -2},
            {"process": "recycle", "material": "oxide"},
        ],
        build_options=[{"option": "Shop", "facility": "Works", "max_t_per_year": 40, "capex_fixed_musd": 1}],
    )
    assert tons(plan, "activity", "facility") == approx({"Works": 25})
    assert plan.objective_musd == approx(4.7)
