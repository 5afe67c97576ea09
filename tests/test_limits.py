"""Policy limits on sums and shares, each on a case where it binds; dated, for each country or supplier, and at a price.

Unless a test says more, 100 t are wanted: Baotou (China) sells at 60,000 $/t, Lynas (Malaysia) at 70,000. So 6.0 M$
without a limit, and each ton moved to Lynas costs 0.01 M$.
"""

import pytest
from cases import BAOTOU, LYNAS, MINE, SITE, approx, bought, cost, needs, solve, tons, years

from planner.errors import Infeasible

OXIDE = {"material": "oxide"}


def limit(measure, value, sense="at most", **facts):
    """The limits sheet with one row."""
    return [{"limit": "cap", "measure": measure, "sense": sense, "value": value} | facts]


def reached(plan, node="2026", each=""):
    """What the limit's measure comes to."""
    table = plan.tables["limits"]
    return table.loc[(table["node"] == node) & (table["each"] == each), "reached"].item()


def missed(plan):
    return plan.tables["limits"]["missed"].sum()


# Sums -----------------------------------------------------------------------------------------------------------------


def test_purchases_from_a_country_stay_within_their_limit():
    """30 t from China, 70 from Malaysia: 1.8 + 4.9 = 6.7 M$."""
    plan = solve(limits=limit("bought_t", 30, country="CHN"))
    assert bought(plan) == approx({"Baotou": 30, "Lynas": 70})
    assert reached(plan) == approx(30)
    assert plan.objective_musd == approx(6.7)


def test_a_limit_may_ask_for_at_least_so_much():
    """At least 25 t from Lynas: 75 x 60,000 + 25 x 70,000 = 6.25 M$."""
    plan = solve(limits=limit("bought_t", 25, "at least", supplier="Lynas"))
    assert bought(plan) == approx({"Baotou": 75, "Lynas": 25})
    assert plan.objective_musd == approx(6.25)


def test_a_limit_may_ask_for_exactly_so_much():
    """Exactly 25 t from Lynas though its oxide is now the cheaper one: 25 x 50,000 + 75 x 60,000 = 5.75 M$."""
    cheap = LYNAS | {"price_usd_per_t": 50_000}
    plan = solve(offers=[BAOTOU, cheap], limits=limit("bought_t", 25, "equal", supplier="Lynas"))
    assert bought(plan) == approx({"Baotou": 75, "Lynas": 25})
    assert plan.objective_musd == approx(5.75)


def test_a_group_is_limited_as_a_whole():
    """China and Malaysia in one group: 40 t of both, the other 60 from Iluka at 90,000: 2.4 + 5.4 = 7.8 M$."""
    iluka = {"offer": "Iluka", "supplier": "Iluka", "material": "oxide", "origin": "AUS", "price_usd_per_t": 90_000}
    countries = [
        {"country": "USA"},
        {"country": "AUS", "group": "friends"},
        {"country": "CHN", "group": "far; rivals"},
        {"country": "MYS", "group": "far"},
    ]
    suppliers = [{"supplier": o, "country": c} for o, c in (("Baotou", "CHN"), ("Lynas", "MYS"), ("Iluka", "AUS"))]
    plan = solve(
        countries=countries,
        suppliers=suppliers,
        offers=[BAOTOU, LYNAS, iluka],
        limits=limit("bought_t", 40, group="far"),
    )
    assert bought(plan) == approx({"Baotou": 40, "Iluka": 60})
    assert plan.objective_musd == approx(7.8)


def test_selectors_apply_together():
    """Oxide from China for Texas is limited to 30 t; none of these alone would be: Nevada's 10 t stay free.

    Texas: 30 x 60,000 + 70 x 70,000 = 6.7; Nevada 10 x 60,000 = 0.6 M$.
    """
    plan = solve(
        places=[{"place": "Texas", "country": "USA"}, {"place": "Nevada", "country": "USA"}],
        segments=[{"segment": "magnets"}, {"segment": "lamps", "place": "Nevada"}],
        demand=[*needs({2026: 100}), *needs({2026: 10}, "lamps")],
        limits=limit("bought_t", 30, country="CHN", place="Texas", stage="oxides"),
    )
    assert bought(plan, "place") == approx({("Baotou", "Texas"): 30, ("Lynas", "Texas"): 70, ("Baotou", "Nevada"): 10})
    assert plan.objective_musd == approx(7.3)


@pytest.mark.slow
def test_what_own_plants_make_stays_within_its_limit():
    """The mine could make 30 t at 20,000 $/t; 12 t are allowed: 0.24 + 88 x 60,000 = 5.52 M$."""
    plan = solve(**MINE, limits=limit("made_t", 12, facility="Mine"))
    assert tons(plan, "activity", "facility") == approx({"Mine": 12})
    assert plan.objective_musd == approx(5.52)


@pytest.mark.slow
def test_capacity_reaches_what_a_limit_asks_for():
    """At least 40 t/yr of capacity for oxide at home: 30 stand (90 % available, which does not count), so 10 are built.

    10 x 1,000,000 $ over 10 years at no interest is 1 M$ a year; the mine makes 36 t: 0.72 + 64 x 0.06 + 1 = 5.56 M$.
    """
    mine = MINE | {"facilities": [MINE["facilities"][0] | {"availability": 0.9}]}
    option = {"option": "more", "facility": "Mine", "max_t_per_year": 100, "capex_usd_per_t": 1_000_000}
    plan = solve(
        **mine, build_options=[option], limits=limit("capacity_t", 40, "at least", material="oxide", country="USA")
    )
    assert tons(plan, "builds", "option", column="size_t_per_year") == approx({"more": 10})
    assert reached(plan) == approx(40)
    assert plan.objective_musd == approx(5.56)


def test_capacity_of_something_else_does_not_count():
    """The mine makes oxide, so no plant can reach 40 t/yr of metal capacity: there is no plan."""
    metal = [{"material": "oxide"}, {"material": "metal", "stage": "metals"}]
    with pytest.raises(Infeasible, match="cap"):
        solve(**MINE, materials=metal, limits=limit("capacity_t", 40, "at least", stage="metals"))


@pytest.mark.slow
def test_capex_counts_in_full_and_undiscounted_as_soon_as_it_is_begun():
    """The site saves 40,000 $/t x 10 years a ton built; 1,000 $ a ton of capex, but only 0.02 M$ may be begun: 20 t.

    Each year 20 x 20,000 + 80 x 60,000 = 5.2 M$ and 20 x 1,000 / 10 = 0.002 M$ of annuity; at 25 % two years weigh 1.8.
    """
    option = {"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_usd_per_t": 1_000}
    plan = solve(
        settings={"discount_rate": 0.25, "capital_rate": 0},
        **SITE,
        periods=years(2026, 2027),
        demand=needs({2026: 100, 2027: 100}),
        build_options=[option],
        limits=limit("capex_musd", 0.02),
    )
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2026": 20})
    assert [reached(plan, n) for n in ("2026", "2027")] == approx([0.02, 0.02])
    assert plan.objective_musd == approx(5.202 * 1.8)


@pytest.mark.slow
def test_sales_stay_within_their_limit():
    """The mine's 30 t at 20,000 sell at 100,000 $/t, but only 5 t may be: 25 t are used at home.

    30 x 20,000 + 75 x 60,000 - 5 x 100,000 = 0.6 + 4.5 - 0.5 = 4.6 M$.
    """
    plan = solve(**MINE, sales=[{"price_usd_per_t": 100_000}], limits=limit("sold_t", 5, material="oxide"))
    assert tons(plan, "sales", "material") == approx({"oxide": 5})
    assert plan.objective_musd == approx(4.6)


@pytest.mark.slow
def test_collection_reaches_what_a_limit_asks_for():
    """40 t of oxide could be collected at 90,000 $/t, dearer than buying; 15 must be: 15 x 90,000 + 85 x 60,000."""
    plan = solve(
        returns=[{"stream": "old magnets", "period": 2026, "t_per_year": 40, "collection_usd_per_t": 90_000}],
        limits=limit("collected_t", 15, "at least", place="Texas"),
    )
    assert tons(plan, "collections", "stream") == approx({"old magnets": 15})
    assert plan.objective_musd == approx(6.45)


@pytest.mark.slow
def test_duty_paid_in_a_year_stays_within_its_limit():
    """10 % on China: 6,000 $/t, so Baotou's is 66,000. 0.3 M$ of duty are 50 t: 50 x 66,000 + 50 x 70,000 = 6.8 M$."""
    plan = solve(
        tariffs=[{"authority": "MFN", "origin": "CHN", "rate": 0.1}], limits=limit("duty_musd", 0.3, country="CHN")
    )
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert cost(plan, "duties") == approx(0.3)
    assert reached(plan) == approx(0.3)
    assert plan.objective_musd == approx(6.8)


@pytest.mark.slow
def test_duty_counts_what_is_left_inside_a_quota():
    """20 % on China (12,000 $/t), free for 40 t; Lynas asks 73,000. 0.12 M$ of duty are 10 t over the quota.

    50 x 60,000 + 0.12 + 50 x 73,000 = 3.0 + 0.12 + 3.65 = 6.77 M$.
    """
    lynas = LYNAS | {"price_usd_per_t": 73_000}
    quota = {"quota": "free", "authority": "MFN", "hts": "2846", "origin": "CHN", "period": 2026, "quota_t": 40}
    plan = solve(
        offers=[BAOTOU, lynas],
        tariffs=[{"authority": "MFN", "origin": "CHN", "rate": 0.2}],
        quotas=[quota | {"in_quota_rate": 0, "over_quota_rate": 0.2}],
        limits=limit("duty_musd", 0.12),
    )
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert reached(plan) == approx(0.12)
    assert plan.objective_musd == approx(6.77)


def test_emissions_stay_within_their_cap():
    """Baotou's oxide gives off 50 t of CO2 a ton, Lynas's 10; 2,000 t are allowed: 25 t and 75 t.

    25 x 50 + 75 x 10 = 2,000; 1.5 + 5.25 = 6.75 M$.
    """
    plan = solve(
        offers=[BAOTOU | {"co2_t_per_t": 50}, LYNAS | {"co2_t_per_t": 10}], limits=limit("co2_t", 2_000, country="USA")
    )
    assert bought(plan) == approx({"Baotou": 25, "Lynas": 75})
    assert plan.objective_musd == approx(6.75)


@pytest.mark.parametrize(("measure", "column"), [("water_m3", "water_m3_per_t"), ("residue_t", "residue_t_per_t")])
def test_water_and_residue_stay_within_their_cap(measure, column):
    """8 m3 (or t) a ton at the mine, 80 allowed: 10 t. 10 x 20,000 + 90 x 60,000 = 5.6 M$."""
    run = MINE["processes"][0] | {column: 8}
    plan = solve(**MINE | {"processes": [run]}, limits=limit(measure, 80, facility="Mine"))
    assert tons(plan, "activity", "facility") == approx({"Mine": 10})
    assert plan.objective_musd == approx(5.6)


# Ratios ---------------------------------------------------------------------------------------------------------------


def test_a_country_has_at_most_its_share():
    """40 % from China: 40 x 60,000 + 60 x 70,000 = 6.6 M$."""
    plan = solve(limits=limit("share", 0.4, country="CHN", **OXIDE))
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert reached(plan) == approx(0.4)
    assert plan.objective_musd == approx(6.6)


@pytest.mark.slow
def test_what_own_plants_make_is_part_of_the_whole():
    """The mine's 30 t count: 40 % of 100 t are 40 t of Baotou, 30 of Lynas: 0.6 + 2.4 + 2.1 = 5.1 M$."""
    plan = solve(**MINE, limits=limit("share", 0.4, country="CHN", **OXIDE))
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 30})
    assert plan.objective_musd == approx(5.1)


@pytest.mark.slow
def test_a_share_at_home_is_what_is_made_there():
    """At least a fifth from home, where the mine needs 90,000 $/t: 20 x 90,000 + 80 x 60,000 = 6.6 M$."""
    run = MINE["processes"][0] | {"cost_usd_per_t": 90_000}
    plan = solve(**MINE | {"processes": [run]}, limits=limit("share", 0.2, "at least", country="USA", stage="oxides"))
    assert tons(plan, "activity", "facility") == approx({"Mine": 20})
    assert plan.objective_musd == approx(6.6)


@pytest.mark.slow
def test_each_supplier_has_at_most_its_share_and_own_plants_are_none():
    """60 % of the whole for each supplier: Baotou 60, Lynas 10 beside the mine's 30: 0.6 + 3.6 + 0.7 = 4.9 M$."""
    plan = solve(**MINE, limits=limit("share", 0.6, each="supplier", **OXIDE))
    assert bought(plan) == approx({"Baotou": 60, "Lynas": 10})
    assert reached(plan, each="Baotou") == approx(0.6)
    assert reached(plan, each="Lynas") == approx(0.1)
    assert plan.objective_musd == approx(4.9)


def test_each_country_has_its_limit():
    """At most 55 % of each country: 55 t and 45 t, 3.3 + 3.15 = 6.45 M$."""
    plan = solve(limits=limit("share", 0.55, each="country", **OXIDE))
    assert bought(plan) == approx({"Baotou": 55, "Lynas": 45})
    assert plan.objective_musd == approx(6.45)


def test_the_exposure_index_stays_within_its_limit():
    """Scores 80 and 20; at most 50 of 100 by value: 80 v + 20 w = 50 (v + w), so half of the money goes to each.

    60,000 b = 70,000 (100 - b): b = 7,000/130 = 53.846 t; 3.230769 + 3.230769 = 6.461538 M$.
    """
    countries = [{"country": "USA"}, {"country": "CHN", "risk_score": 80}, {"country": "MYS", "risk_score": 20}]
    plan = solve(countries=countries, limits=limit("exposure", 50))
    assert bought(plan) == approx({"Baotou": 7_000 / 130, "Lynas": 6_000 / 130})
    assert reached(plan) == approx(50)
    assert plan.objective_musd == approx(84 / 13)


def test_shortage_stays_within_its_share():
    """Going short costs 10,000 $/t, less than buying; a tenth may go short: 90 x 60,000 + 10 x 10,000 = 5.5 M$."""
    short = [{"segment": "magnets", "max_shortage_share": 1, "shortage_usd_per_t": 10_000}]
    plan = solve(segments=short, limits=limit("shortage_share", 0.1, segment="magnets"))
    assert tons(plan, "shortages", "segment") == approx({"magnets": 10})
    assert reached(plan) == approx(0.1)
    assert plan.objective_musd == approx(5.5)


def test_stock_lasts_for_the_days_a_limit_asks_for():
    """36.5 days of 100 t a year are 10 t, bought beside the 100: 110 x 60,000 = 6.6 M$."""
    plan = solve(stocks=[{}], limits=limit("stock_days", 36.5, "at least", **OXIDE))
    assert tons(plan, "stocks", "place", column="t") == approx({"Texas": 10})
    assert reached(plan) == approx(36.5)
    assert plan.objective_musd == approx(6.6)


SCRAP = {
    "materials": [
        {"material": "oxide"},
        {"material": "scrap", "stage": "scrap"},
        {"material": "powder", "stage": "scrap"},
    ],
    "returns": [{"stream": "drives", "material": "scrap", "period": 2026, "t_per_year": 100}],
    "facilities": [{"facility": "Recycler", "place": "Texas", "capacity_t_per_year": 1_000}],
}


@pytest.mark.slow
def test_a_recycled_share_is_what_own_plants_make_of_used_goods():
    """2 t of scrap make 1 t of oxide for 90,000 $: 30 of 100 t, 2.7 + 70 x 60,000 = 6.9 M$."""
    plan = solve(
        **SCRAP,
        processes=[{"facility": "Recycler", "process": "recycle", "cost_usd_per_t": 90_000}],
        recipes=[
            {"process": "recycle", "material": "scrap", "t_per_t": -2},
            {"process": "recycle", "material": "oxide", "t_per_t": 1},
        ],
        limits=limit("recycled_share", 0.3, "at least", **OXIDE),
    )
    assert tons(plan, "activity", "facility") == approx({"Recycler": 30})
    assert tons(plan, "collections", "stream") == approx({"drives": 60})
    assert reached(plan) == approx(0.3)
    assert plan.objective_musd == approx(6.9)


@pytest.mark.slow
def test_recycling_counts_through_what_is_made_of_used_goods_alone_and_by_its_share_of_the_input():
    """Scrap is milled to powder, which nobody sells: used goods too. 0.75 t of it and 0.25 t of feed make 1 t of oxide.

    So three quarters of that oxide are recycled: 40 of 100 t for a share of 30 %.
    40 x 90,000 + 10 t of feed at 70,000 + 60 x 60,000 = 3.6 + 0.7 + 3.6 = 7.9 M$.
    """
    plan = solve(
        **SCRAP | {"materials": [*SCRAP["materials"], {"material": "feed", "stage": "feeds"}]},
        offers=[BAOTOU, LYNAS | {"material": "feed"}],
        processes=[
            {"facility": "Recycler", "process": "mill"},
            {"facility": "Recycler", "process": "mix", "cost_usd_per_t": 90_000},
        ],
        recipes=[
            {"process": "mill", "material": "scrap", "t_per_t": -1},
            {"process": "mill", "material": "powder", "t_per_t": 1},
            {"process": "mix", "material": "powder", "t_per_t": -0.75},
            {"process": "mix", "material": "feed", "t_per_t": -0.25},
            {"process": "mix", "material": "oxide", "t_per_t": 1},
        ],
        limits=limit("recycled_share", 0.3, "at least", **OXIDE),
    )
    assert tons(plan, "activity", "process") == approx({"mill": 30, "mix": 40})
    assert reached(plan) == approx(0.3)
    assert plan.objective_musd == approx(7.9)


# Dates, penalties, both sides -----------------------------------------------------------------------------------------


def test_a_dated_limit_holds_in_the_periods_that_begin_in_its_dates():
    """No Chinese oxide in 2027 only: 6.0 + 7.0 + 6.0 = 19.0 M$."""
    plan = solve(
        periods=years(2026, 2027, 2028),
        demand=needs({2026: 100, 2027: 100, 2028: 100}),
        limits=limit("bought_t", 0, country="CHN", **{"from": 2027, "to": 2027}),
    )
    assert bought(plan, "node") == approx({("Baotou", "2026"): 100, ("Lynas", "2027"): 100, ("Baotou", "2028"): 100})
    assert plan.tables["limits"]["node"].tolist() == ["2027"]
    assert plan.objective_musd == approx(19.0)


def test_a_longer_period_that_begins_before_a_limit_is_free_of_it():
    """A limit from 2027 on: the period 2026 to 2028 begins before, that of 2029 does not. 3 x 6.0 + 7.0 = 25.0 M$."""
    plan = solve(
        periods=[{"period": 2026, "years": 3}, {"period": 2029, "years": 1}],
        demand=needs({2026: 100, 2029: 100}),
        limits=limit("bought_t", 0, country="CHN", **{"from": 2027}),
    )
    assert plan.objective_musd == approx(25.0)


FUTURES = {
    "periods": years(2026, 2027),
    "demand": needs({2026: 100, 2027: 100}),
    "scenarios": [{"scenario": "calm"}, {"scenario": "ban"}],
    "events": [{"scenario": "ban", "kind": "supply", "country": "CHN", "from": 2027, "factor": 0}],
}


@pytest.mark.slow
def test_a_limit_holds_in_every_future():
    """30 t from China in 2026 and, if there is no ban, in 2027: 6.7 + (6.7 + 7.0) / 2 = 13.55 M$."""
    plan = solve(**FUTURES, limits=limit("bought_t", 30, country="CHN"))
    assert len(plan.tables["limits"]) == 3
    assert plan.objective_musd == approx(13.55)


@pytest.mark.slow
def test_capex_is_counted_along_each_future():
    """A ton of capacity costs 100,000 $ over 10 years and saves 40,000 a year, after a ban 50,000. 1 M$ allows 10 t.

    They are built in 2026, for two years of use: 90 x 60,000 + 10 x 20,000 + 0.1 = 5.7 M$; in 2027 the same, or after a
    ban 90 x 70,000 + 0.3 = 6.6: 5.7 + 6.15 = 11.85 M$. The one build counts in both futures.
    """
    option = {"option": "dig it", "facility": "Mine", "max_t_per_year": 100, "capex_usd_per_t": 100_000}
    plan = solve(**FUTURES, **SITE, build_options=[option], limits=limit("capex_musd", 1))
    assert tons(plan, "builds", "node", column="size_t_per_year") == approx({"2026": 10})
    assert plan.tables["limits"]["reached"].tolist() == approx([1, 1, 1])
    assert plan.objective_musd == approx(11.85)


def test_a_limit_with_a_penalty_is_missed_where_that_is_cheaper():
    """Missing it costs 8,000 $/t, moving to Lynas 10,000: all from Baotou, 70 t too much: 6.0 + 0.56 M$."""
    plan = solve(limits=limit("bought_t", 30, country="CHN", penalty_per_unit=8_000))
    assert bought(plan) == approx({"Baotou": 100})
    assert missed(plan) == approx(70)
    assert cost(plan, "penalties") == approx(0.56)
    assert plan.objective_musd == approx(6.56)


def test_a_limit_with_a_high_penalty_is_kept():
    """At 12,000 $/t keeping it is cheaper: 6.7 M$."""
    plan = solve(limits=limit("bought_t", 30, country="CHN", penalty_per_unit=12_000))
    assert missed(plan) == approx(0)
    assert plan.objective_musd == approx(6.7)


def test_a_share_is_missed_in_tons():
    """40 % from China, 5,000 $ for each ton above: 60 t above, 0.3 M$ on 6.0."""
    plan = solve(limits=limit("share", 0.4, country="CHN", penalty_per_unit=5_000, **OXIDE))
    assert missed(plan) == approx(60)
    assert plan.objective_musd == approx(6.3)


def test_a_penalty_is_paid_each_year_and_on_the_side_that_is_missed():
    """Exactly 20 t from Lynas, who has only 5: 15 t missing at 1,000 $/t in each of two years at 25 %.

    95 x 60,000 + 5 x 70,000 = 6.05 M$ and 0.015 M$ a year, times 1.8.
    """
    plan = solve(
        settings={"discount_rate": 0.25},
        periods=[{"period": 2026, "years": 2}],
        offers=[BAOTOU, LYNAS | {"max_t_per_year": 5, "price_usd_per_t": 60_500}],
        limits=limit("bought_t", 20, "equal", supplier="Lynas", penalty_per_unit=1_000),
    )
    assert bought(plan) == approx({"Baotou": 95, "Lynas": 5})
    assert missed(plan) == approx(15)
    assert plan.objective_musd == approx((5.7 + 0.3025 + 0.015) * 1.8)


def test_a_limit_that_cannot_be_met_is_named_with_its_cell():
    """Both countries may send 30 t each; 100 are needed."""
    with pytest.raises(Infeasible, match=r"limits!\w+2: the limit cap"):
        solve(limits=limit("bought_t", 30, each="country"))


@pytest.mark.slow
def test_what_one_unit_more_of_a_limit_is_worth():
    """A ton more from China saves 10,000 $; a percentage point more of the share is a ton, so 10,000 $ too."""
    plan = solve(limits=limit("bought_t", 30, country="CHN"))
    row = plan.tables["binding"].iloc[0]
    assert (row["item"], row["unit"], row["limit"]) == ("cap", "t/yr", 30)
    assert row["worth_usd"] == approx(10_000)
    plan = solve(limits=limit("share", 0.4, country="CHN", **OXIDE))
    row = plan.tables["binding"].iloc[0]
    assert (row["unit"], row["limit"]) == ("%", approx(40))
    assert row["worth_usd"] == approx(10_000)
