"""Policy limits: each measure once where it binds; hard or at a price, in all or for each, and dated."""

from math import sqrt

import pytest
from cases import BAOTOU, LYNAS, MINE, SITE, approx, bought, cost, needs, relaxed_musd, solve, tons, years

TWO_YEARS = {"periods": years(2026, 2027), "demand": needs({2026: 100, 2027: 100})}
DEAR_MINE = MINE | {"processes": [MINE["processes"][0] | {"cost_usd_per_t": 90_000}]}
SHAFT = {"option": "Shaft", "facility": "Mine", "max_t_per_year": 40, "capex_usd_per_t": 100_000}
DRIVES = {"stream": "drives", "period": 2026, "t_per_year": 50, "collection_usd_per_t": 90_000}
RISKY = [{"country": "USA"}, {"country": "CHN", "risk_score": 80}, {"country": "MYS", "risk_score": 10}]


def bound(measure, value, sense="at most", **selectors):
    """One limit."""
    return {"limits": [{"limit": "policy", "measure": measure, "sense": sense, "value": value, **selectors}]}


def test_a_country_supplies_no_more_than_its_share():
    """At most 40 % of the oxide from China: 40 x 60,000 + 60 x 70,000 = 6.6 M$."""
    plan = solve(**bound("share", 0.4, country="CHN", material="oxide"))
    assert bought(plan) == approx({"Baotou": 40, "Lynas": 60})
    assert plan.objective_musd == approx(6.6)


def test_a_supplier_supplies_at_least_its_share():
    """At least a quarter from Lynas: 75 x 60,000 + 25 x 70,000 = 6.25 M$."""
    plan = solve(**bound("share", 0.25, "at least", supplier="Lynas", material="oxide"))
    assert bought(plan) == approx({"Baotou": 75, "Lynas": 25})
    assert plan.objective_musd == approx(6.25)


def test_a_limit_may_say_exactly_how_much():
    """Exactly 30 t from China: 1.8 + 70 x 70,000 = 6.7 M$."""
    plan = solve(**bound("bought_t", 30, "equal", country="CHN"))
    assert bought(plan) == approx({"Baotou": 30, "Lynas": 70})
    assert plan.objective_musd == approx(6.7)


def test_a_limit_with_a_price_is_missed_where_that_is_cheaper():
    """A ton over the 40 % costs 5,000 $ and saves 10,000: 60 t over, 6.0 + 0.3 M$."""
    plan = solve(**bound("share", 0.4, country="CHN", material="oxide", penalty_per_unit=5_000))
    assert cost(plan, "penalties") == approx(0.3)
    assert plan.objective_musd == approx(6.3)


def test_a_limit_with_a_price_is_kept_where_that_is_cheaper():
    """A ton over the 40 % costs 20,000 $ and saves 10,000: 6.6 M$."""
    plan = solve(**bound("share", 0.4, country="CHN", material="oxide", penalty_per_unit=20_000))
    assert cost(plan, "penalties") == approx(0)
    assert plan.objective_musd == approx(6.6)


def test_a_least_with_a_price_is_missed_where_that_is_cheaper():
    """A ton short of Lynas' 25 costs 4,000 $, and saves 10,000: 6.0 + 0.1 M$."""
    plan = solve(**bound("bought_t", 25, "at least", supplier="Lynas", penalty_per_unit=4_000))
    assert cost(plan, "penalties") == approx(0.1)
    assert plan.objective_musd == approx(6.1)


def test_each_country_has_the_limit_for_itself():
    """No country more than half: 50 x 60,000 + 50 x 70,000 = 6.5 M$."""
    plan = solve(**bound("share", 0.5, material="oxide", each="country"))
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 50})
    assert plan.objective_musd == approx(6.5)


def test_a_limit_holds_in_its_years():
    """Nothing from China in 2027: 6.0 + 7.0 M$."""
    plan = solve(**TWO_YEARS, **bound("bought_t", 0, country="CHN", **{"from": 2027, "to": 2027}))
    assert plan.objective_musd == approx(13.0)


@pytest.mark.slow
def test_own_output_counts_in_a_share():
    """The mine's 30 t are home's; at most half from China: 50 x 60,000 + 20 x 70,000 + 0.6 = 5.0 M$."""
    plan = solve(**MINE, **bound("share", 0.5, country="CHN", material="oxide"))
    assert bought(plan) == approx({"Baotou": 50, "Lynas": 20})
    assert plan.objective_musd == approx(5.0)


# A measure, its limit, the case, and what the plan then costs in M$.
MEASURES = [
    ("capacity_t", 20, "at most", {}, SITE | {"build_options": [SHAFT]}, 5.4),  # 20 x 30,000 + 80 x 60,000
    ("made_t", 20, "at least", {"country": "USA"}, DEAR_MINE, 6.6),  # 20 x 90,000 + 80 x 60,000
    ("bought_t", 30, "at most", {"group": "rivals"}, {"countries": [{"country": "USA"}, {"country": "MYS"},
        {"country": "CHN", "group": "rivals"}]}, 6.7),  # 30 x 60,000 + 70 x 70,000
    ("sold_t", 10, "at most", {}, MINE | {"sales": [{"price_usd_per_t": 65_000}]}, 4.75),  # 4.8 - 10 x 5,000
    ("collected_t", 20, "at least", {}, {"returns": [DRIVES]}, 6.6),  # 20 x 90,000 + 80 x 60,000
    ("exposure", 40, "at most", {}, {"countries": RISKY}, 2.8 + 11.2 / 3),  # 60 x 40 b = 70 x 30 (100 - b): b = 140/3
    ("duty_musd", 0.12, "at most", {}, {"tariffs": [{"authority": "301", "origin": "CHN", "rate": 0.05}]},
        6.72),  # 40 t pay 3,000: 40 x 63,000 + 60 x 70,000
    ("capex_musd", 2, "at most", {}, SITE | {"build_options": [SHAFT]}, 5.4),  # 20 t: 20 x 30,000 + 80 x 60,000
    ("shortage_share", 0.1, "at most", {}, {"segments": [{"segment": "magnets", "shortage_usd_per_t": 50_000,
        "max_shortage_share": 1}]}, 5.9),  # 10 x 50,000 + 90 x 60,000
    ("stock_days", 36.5, "at least", {"material": "oxide"}, {"stocks": [{}]}, 6.6),  # 10 t more: 110 x 60,000
    ("recycled_share", 0.2, "at least", {"material": "oxide"}, {"returns": [DRIVES]}, 6.6),  # 20 x 90,000 + 80 x 60,000
    ("co2_t", 1_000, "at most", {}, {"offers": [BAOTOU | {"co2_t_per_t": 20}, LYNAS]}, 6.5),  # 50 t of each
    ("water_m3", 1_000, "at most", {}, MINE | {"processes": [MINE["processes"][0] | {"water_m3_per_t": 50}]},
        5.2),  # 20 t: 0.4 + 80 x 60,000
    ("residue_t", 80, "at most", {}, MINE | {"processes": [MINE["processes"][0] | {"residue_t_per_t": 4}]},
        5.2),  # the same 20 t
]  # fmt: skip


@pytest.mark.many
@pytest.mark.parametrize(("measure", "value", "sense", "selectors", "sheets", "musd"), MEASURES)
def test_a_measure_is_bounded(measure, value, sense, selectors, sheets, musd):
    """The sum stands beside each row."""
    assert solve(**sheets, **bound(measure, value, sense, **selectors)).objective_musd == approx(musd)


def test_no_more_suppliers_are_used_than_allowed():
    """Baotou has 60 t: with one supplier all comes from Lynas, 7.0 M$, against 6.4 from both."""
    plan = solve(offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS], **bound("suppliers_used", 1))
    assert bought(plan) == approx({"Lynas": 100})
    assert plan.objective_musd == approx(7.0)


def test_a_supplier_is_used_or_not():
    """40 t oxide from Baotou and 40 t metal from Lynas, each with 100 t and room to keep the rest; one supplier may
    be used.

    The metal is bought for 2.8 M$, since its lack costs 200,000 $/t; the oxide goes short at 100,000: 6.8 M$.  As
    shares of
    100 t the two would count 0.4 each, and cost 5.2 M$.
    """
    plan = solve(
        materials=[{"material": "oxide"}, {"material": "metal"}],
        offers=[BAOTOU | {"max_t_per_year": 100}, LYNAS | {"material": "metal", "max_t_per_year": 100}],
        stocks=[{"max_t": 60}, {"material": "metal", "max_t": 60}],
        segments=[
            {"segment": "magnets", "shortage_usd_per_t": 100_000, "max_shortage_share": 1},
            {"segment": "alloys", "material": "metal", "shortage_usd_per_t": 200_000, "max_shortage_share": 1},
        ],
        demand=needs({2026: 40}) + needs({2026: 40}, "alloys"),
        **bound("suppliers_used", 1),
    )
    assert bought(plan) == approx({"Lynas": 40})
    assert plan.objective_musd == approx(6.8)


def test_a_supplier_counts_from_a_ton_on_where_so_many_are_asked_for():
    """Two suppliers: 99 t Baotou, 1 t Lynas: 5.94 + 0.07 = 6.01 M$."""
    plan = solve(**bound("suppliers_used", 2, "at least"))
    assert bought(plan) == approx({"Baotou": 99, "Lynas": 1})
    assert plan.objective_musd == approx(6.01)


def test_no_more_suppliers_are_added_in_a_year_than_allowed():
    """Baotou and Ganzhou (60 t each, 40,000 $/t) wait for qualification, one a year: 2026 Lynas 40 t, 2027 none.

    60 x 40,000 + 40 x 70,000 = 5.2 M$, then 100 x 40,000 = 4.0 M$.
    """
    waiting = [{"supplier": name, "country": "CHN", "qualified": "no"} for name in ("Baotou", "Ganzhou")]
    cheap = {"price_usd_per_t": 40_000, "max_t_per_year": 60}
    plan = solve(
        **TWO_YEARS,
        suppliers=[*waiting, {"supplier": "Lynas", "country": "MYS"}],
        offers=[BAOTOU | cheap, BAOTOU | cheap | {"offer": "Ganzhou", "supplier": "Ganzhou"}, LYNAS],
        **bound("suppliers_added", 1),
    )
    assert plan.tables["qualifications"]["node"].tolist() == ["2026", "2027"]
    assert plan.objective_musd == approx(9.2)


@pytest.mark.slow
def test_no_more_plants_are_open_than_allowed():
    """Two sites for 40 t each (30,000 $/t): one is built, 1.2 + 60 x 60,000 = 4.8 M$, against 3.6 with both."""
    sites = ["North", "South"]
    plan = solve(
        facilities=[{"facility": site, "place": "Texas"} for site in sites],
        processes=[{"facility": site, "process": "dig", "cost_usd_per_t": 20_000} for site in sites],
        recipes=MINE["recipes"],
        build_options=[SHAFT | {"option": site, "facility": site} for site in sites],
        **bound("facilities_open", 1),
    )
    assert len(plan.tables["builds"]) == 1
    assert plan.objective_musd == approx(4.8)


@pytest.mark.slow
def test_a_plant_is_open_until_it_is_closed():
    """The mine may stand no longer: it is closed for 0.1 M$: 6.0 + 0.1, against 4.8."""
    closable = MINE["facilities"][0] | {"closure_allowed": "yes", "closure_cost_musd": 0.1}
    plan = solve(**MINE | {"facilities": [closable]}, **bound("facilities_open", 0))
    assert plan.tables["closures"]["facility"].tolist() == ["Mine"]
    assert plan.objective_musd == approx(6.1)


def test_no_more_lanes_are_used_than_allowed():
    """Baotou has 60 t: with one lane all comes from Malaysia, 7.0 M$."""
    plan = solve(offers=[BAOTOU | {"max_t_per_year": 60}, LYNAS], **bound("lanes_used", 1))
    assert tons(plan, "purchases", "offer") == approx({"Lynas": 100})
    assert plan.objective_musd == approx(7.0)


def test_concentration_is_bounded_by_its_squares():
    """HHI at most 0.58 = 0.7² + 0.3²: 70 x 60,000 + 30 x 70,000 = 6.3 M$."""
    plan = solve(**bound("hhi", 0.58, material="oxide"))
    assert bought(plan) == approx({"Baotou": 70, "Lynas": 30}, rel=1e-5)
    assert plan.objective_musd == approx(6.3)


def test_the_relaxation_knows_that_no_country_alone_exceeds_the_root_of_the_hhi():
    """Before any cut China supplies at most √0.58 of 100 t: 7.0 - 76.16 x 10,000 = 6.2384 M$; without the rule 6.0
    M$."""
    assert relaxed_musd(**bound("hhi", 0.58, material="oxide")) == approx(7.0 - sqrt(0.58))


@pytest.mark.many
@pytest.mark.parametrize(
    ("limit", "baotou_t", "musd"),
    [
        (("spend_musd", 3.0, "at most", {"country": "CHN"}), 50, 6.5),  # 50 t x 60,000 = 3.0; 50 x 70,000 = 3.5
        (("spend_musd", 3.6, "at most", {"each": "supplier"}), 60, 6.4),  # 60 x 60,000 = 3.6; 40 x 70,000 = 2.8
        (("spend_musd", 1.4, "at least", {"supplier": "Lynas"}), 80, 6.2),  # 20 x 70,000 = 1.4
        (("spend_musd", 1.4, "at least", {"supplier": "Lynas", "place": "Texas"}), 80, 6.2),
    ],
)
def test_money_spent_is_limited_by_country_and_supplier(limit, baotou_t, musd):
    """A budget, the largest sum for each supplier, and a minimum business: 100 t at 60,000 or 70,000 $/t."""
    measure, value, sense, selectors = limit
    plan = solve(**bound(measure, value, sense, **selectors))
    assert bought(plan) == approx({"Baotou": baotou_t, "Lynas": 100 - baotou_t})
    assert plan.objective_musd == approx(musd)


@pytest.mark.slow
def test_spend_counts_what_is_delivered_under_contract_at_its_price():
    """A contract on Baotou at 50,000: at most 2.0 M$ to China are 40 t, and 60 t from Lynas: 2.0 + 4.2 = 6.2 M$."""
    terms = {"contract": "Long", "offer": "Baotou", "signed": "no", "price_usd_per_t": 50_000, "from": 2026, "to": 2026}
    plan = solve(**bound("spend_musd", 2.0, country="CHN"), contracts=[terms | {"max_t_per_year": 90}])
    assert tons(plan, "lifts", "contract") == approx({"Long": 40})
    assert plan.objective_musd == approx(6.2)
